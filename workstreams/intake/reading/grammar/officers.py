"""Who is responsible, out of a cell: posts, each with its role, split at "DSL:", at lines and at known posts."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ....titles import fold
from ....vocabulary import OfficerRole
from ..understood import KnownPost

_ROLE = re.compile(
    r"(?P<dsl>\b(?:DSL|DSP|Delegated Safeguarding (?:Lead|Partner))s?\s*[:\u2013-]\s*)"
    r"|(?P<lead>\b(?:Lead|Lead officer|Owner|Action owner|Responsible(?: officer)?|Accountable)\s*:\s*)"
    r"|(?P<support>\bSupport(?:ing)?(?: officer)?\s*:\s*|\bsupported by:?\s+(?:the\s+)?)",
    re.IGNORECASE,
)
_ROLES = {"dsl": OfficerRole.DSL, "lead": OfficerRole.LEAD, "support": OfficerRole.SUPPORT}
_APART = re.compile(r"\s*;\s*|\s+[/|+]\s+|\s*\u2022\s*")
_LIST = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s+&\s+|/")
_NOBODY = {
    "",
    "-",
    "tbc",
    "tba",
    "tbd",
    "n/a",
    "na",
    "none",
    "to be confirmed",
    "vacant",
    "all",
    "?",
    "to be agreed",
    "various",
}
_HELD = re.compile(
    r"\b(?:chair(?:person|man|woman)?|co chairs?|chairs|director|manager|managers|officers?|commander"
    r"|superintendent|inspector|sergeant|supt|insp|sgt|dci|di"
    r"|leads?|heads?|scrutineer|co ?ordinator|commissioner|executives?|nurses?|doctor|gp|advis[eo]r"
    r"|administrator|analyst"
    r"|headteachers?|principal|practitioner|secretary|constable|consultant|lado|dcs|ceo|dco|partners"
    r"|president|registrar"
    r"|supervisor|clerk|specialist|worker|champion|trainer|author|reviewer|auditor|governor|midwife"
    r"|paediatrician|psychologist"
    r"|unit|team|group|subgroup|board|panel|committee|partnership|forum|network|services?|agenc(?:y|ies)"
    r"|police|council|icb"
    r"|trust|probation|schools?|cafcass|authority|hub|dsps?|dsls?|lsps?|dpo|members|staff|department"
    r"|federation|college|assistant)\b"
)
_BODY_ALONE = re.compile(r"(?:chair|director|manager|officer|head|lead|deputy|assistant)\Z")
_OPEN_END = re.compile(r"(?:\b(?:of|and|the|for|to|with|in|on)|[&,/(-])\s*\Z", re.IGNORECASE)
_CLOSE_START = re.compile(r"(?:[a-z(&/]|and\b|of\b|for\b)")
_OF = re.compile(
    r"(?:(?:co|vice|deputy|assistant|interim|acting|executive|service)[ -])*(?:chair|director|head|lead"
    r"|manager|commander|officer)s?\b(?: of| for)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"(?:chair|director|manager|officer|commander|lead|head|scrutineer|coordinator|nurse|adviser|advisor"
    r"|executive|commissioner|superintendent|inspector|partner|consultant|lado|dcs|ceo)s?(?: \([^()]*\))?\Z",
    re.IGNORECASE,
)
_EDGES = " \t,;/|&-"
_LONGEST = 120
PRINTED_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Named:
    """One name in a cell. `post_id`: of a known post, below 0 for a new one, None where it names no post."""

    role: str
    title: str
    printed: str
    post_id: int | None


def names_nobody(text: str) -> bool:
    return fold(text).strip(" .") in _NOBODY


def looks_like_post(text: str) -> bool:
    """It says what somebody is, not what somebody does, and not who."""
    plain = re.sub(r"[^\w/ ]+", " ", fold(text)).strip()
    if not plain or len(text) > _LONGEST or text.rstrip().endswith((".", "?")) or not text[0].isupper():
        return False
    return bool(_HELD.search(plain)) and not _BODY_ALONE.match(plain)


class Posts:
    """The posts that are known, and those that the document names beside them."""

    def __init__(self, known: Iterable[KnownPost]) -> None:
        self.known: dict[str, KnownPost] = {}
        for post in known:
            for spelling in (post.title, *post.spellings):
                self.known.setdefault(fold(spelling), post)
        self.new: dict[str, tuple[int, str]] = {}
        self.seen: set[str] = set()

    @property
    def titles(self) -> Mapping[int, str]:
        return dict(self.new.values())

    def learn(self, text: str) -> None:
        """Titles that a cell prints alone tell where one ends in cells that print several."""
        for _, _, words in _parts(text):
            if words and looks_like_post(words) and "\n" not in words:
                self.seen.add(fold(words))

    def post(self, title: str) -> tuple[int, str]:
        """A known post by any spelling, else a new one, the same for the same title."""
        if known := self.known.get(fold(title)):
            return known.id, known.title
        return self.new.setdefault(fold(title), (-1 - len(self.new), title.strip()))

    def names_in(self, text: str) -> tuple[Named, ...]:
        """Everybody that the cell names, in its order."""
        found: list[Named] = []
        for role, marker, words in _parts(text):
            for title in self._titles(words):
                if names_nobody(title):
                    continue
                printed = f"{marker} {title}".strip()
                if fold(title) in self.known or looks_like_post(title):
                    post_id, name = self.post(title)
                    found.append(Named(role, name, printed, post_id))
                else:
                    found.append(Named(role, title, printed, None))
        return tuple(found)

    def _titles(self, text: str) -> list[str]:
        """The lines of a part as titles; one that is broken over lines is put together."""
        lines = [line.strip().removeprefix("- ").strip(" ,") for line in text.split("\n")]
        lines = [line for line in lines if line]
        titles: list[str] = []
        n = 0
        while n < len(lines):
            size = next(
                (
                    k
                    for k in range(min(4, len(lines) - n), 1, -1)
                    if self._is_known(" ".join(lines[n : n + k]))
                ),
                1,
            )
            title = " ".join(lines[n : n + size])
            n += size
            while (
                n < len(lines)
                and not self._is_known(title)
                and not self._is_known(lines[n])
                and _goes_on(title, lines[n])
            ):
                title = f"{title} {lines[n]}"
                n += 1
            titles += self._split(title)
        return titles

    def _is_known(self, text: str) -> bool:
        return fold(text) in self.known

    def _split(self, text: str) -> list[str]:
        """One line as one title or several."""
        if self._is_known(text):
            return [text]
        apart = [part for part in _APART.split(text) if part.strip()]
        if len(apart) > 1:
            return [title for part in apart for title in self._split(part.strip())]
        if partition := self._partition(text.split()):
            return partition
        if fold(text) in self.seen and not _LIST.search(text):
            return [text]
        parts = [part.strip() for part in _LIST.split(text) if part.strip()]
        if len(parts) > 1 and self._are_apart(text, parts) and not self._is_one(text):
            return parts
        return [text]

    def _are_apart(self, text: str, parts: list[str]) -> bool:
        """Each a title alone. "Head of … and …" may go on, unless what follows the "and" begins as a title does."""
        is_open = False
        for part in parts:
            is_open = is_open and not re.search(rf",\s*(?:and\s+)?{re.escape(part)}", text)
            is_named = fold(part) in self.known or fold(part) in self.seen
            begins = bool(_OF.match(part))
            if not (is_named or begins or (_is_whole(part) and _PERSON.search(part) and not is_open)):
                return False
            is_open = begins and not is_named
        return True

    def _is_one(self, text: str) -> bool:
        """ "Deputy Chief Executive/Chief Nursing Officer (ICB)": one person with two hats."""
        slashes = re.split(r"\s*/\s*", text)
        return len(slashes) == 2 and not re.search(r",|;|\band\b", text)

    def _partition(self, words: list[str]) -> list[str]:
        """A line that is known titles one after another, or one beside words that look like another."""
        whole = fold(" ".join(words))
        if len(words) > 40:
            return []
        if whole in self.known:
            return []
        titles = (set(self.known) | self.seen) - {whole}
        for n in range(len(words) - 1, 0, -1):
            first, rest = " ".join(words[:n]), " ".join(words[n:])
            if fold(first) in titles and len(words[:n]) > 1 and rest[:1].isupper():
                if fold(rest) in titles:
                    return [first, rest]
                if more := self._partition(words[n:]):
                    return [first, *more]
                if _is_whole(rest) and len(words) - n > 1:
                    return [first, rest]
        for n in range(1, len(words)):
            first, rest = " ".join(words[:n]), " ".join(words[n:])
            if n > 1 and fold(rest) in titles and len(words) - n > 1 and _is_whole(first):
                return [first, rest]
        return []


def _is_whole(text: str) -> bool:
    """A title that could stand alone: no open end, and more than one word."""
    return looks_like_post(text) and not _OPEN_END.search(text) and len(text.split()) > 1


def _goes_on(title: str, line: str) -> bool:
    if _OPEN_END.search(title) or _CLOSE_START.match(line):
        return True
    return (
        not looks_like_post(title)
        and looks_like_post(line)
        and looks_like_post(f"{title} {line}")
        and title.count(" ") > 0
    )


def _parts(text: str) -> list[tuple[str, str, str]]:
    """(role, its marker, the words after it): a marker holds to the end of its line."""
    parts: list[tuple[str, str, str]] = []
    loose: list[str] = []  # lines without a marker stand together: a title may be broken over them
    pending: tuple[str, str] | None = None

    def let_go() -> None:
        if loose:
            parts.append((OfficerRole.LEAD.value, "", "\n".join(loose)))
            loose.clear()

    for line in text.split("\n"):
        marks = list(_ROLE.finditer(line))
        before = line[: marks[0].start()] if marks else line
        if before.strip(_EDGES):
            if pending:
                parts.append((*pending, before.strip(_EDGES)))
                pending = None
            elif parts and not loose and parts[-1][1] and _CLOSE_START.match(before.strip()):
                parts[-1] = (*parts[-1][:2], f"{parts[-1][2]} {before.strip()}")
            else:
                loose.append(before.strip(_EDGES))
        for mark, following in zip(marks, [*marks[1:], None], strict=False):
            let_go()
            words = line[mark.end() : following.start() if following else None].strip(_EDGES)
            role, marker = _ROLES[mark.lastgroup or "lead"].value, _marker(mark)
            if words:
                parts.append((role, marker, words))
            else:
                pending = (role, marker)
    let_go()
    return parts


def _marker(mark: re.Match[str]) -> str:
    return mark.group().strip() if mark.lastgroup == "dsl" else ""
