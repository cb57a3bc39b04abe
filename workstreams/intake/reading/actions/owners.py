"""Who owns an action, out of one phrase: several posts in a plural, the one who leads and those who support."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ....picture import Officer, printed_officer
from ....titles import fold
from ....vocabulary import OfficerRole
from ..doubts import Doubts
from ..grammar.officers import PRINTED_LENGTH, Posts, looks_like_post, names_nobody
from ..understood import Choice, Field, Known
from .drafts import Draft

_SUPPORT = re.compile(
    r"(?<![,;(\s])[,;(\s]*\b(?:supported by|with (?:the )?support (?:of|from)|support from|assisted by)\b"
    r"\s*:?\s*(?:the\s+)?",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?P<role>lead|support(?:ing|ed by)?)(?: officer| post)?s?\s*:\s*", re.IGNORECASE)
_BESIDE = re.compile(
    r"(?<![,;(\s])[,;(\s]*\b(?:with(?! (?:lead |overall |strategic )?(?:responsibility|oversight))|alongside"
    r"|together with|in (?:partnership|conjunction|collaboration|consultation) with)\b"
    r"\s+(?:the\s+)?",
    re.IGNORECASE,
)
_PLURAL = re.compile(
    r"(?P<kind>(?:[\w'’]+ )*(?:head|chair|director|manager|lead|officer|deputy director))s"
    r"(?P<of> of service(?:s)?(?: for)?| of| for)\s+(?P<places>.+)\Z",
    re.IGNORECASE | re.DOTALL,
)
_LIST = re.compile(r"\s*(?:,\s*and\b|,|;|&|\band\b)\s*", re.IGNORECASE)
_OUTSIDE = re.compile(
    r"(?:provider|providers|family|families|carers|young people|partners|schools)\Z", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Owner:
    """A post by its title in the singular, with the whole line where that says more than the title."""

    title: str
    role: str
    printed: str
    is_outside: bool = False  # "the Provider": no post of the partnership


def owners_in(text: str) -> tuple[Owner, ...]:
    """The owners that a cell names, line by line; a line that holds no plural and no support is one owner."""
    found: list[Owner] = []
    for line in re.split(r"[\n;]+", text):
        if line := line.strip(" -\u2022,"):
            found += _of_line(line)
    return tuple(found)


def _of_line(line: str) -> list[Owner]:
    role = OfficerRole.LEAD.value
    if label := _LABEL.match(line):
        role = OfficerRole.LEAD.value if label["role"].casefold() == "lead" else OfficerRole.SUPPORT.value
        phrase = line[label.end() :]
    else:
        phrase = line
    led, *supporting = _SUPPORT.split(phrase)
    led, *beside = _BESIDE.split(led)
    titles = in_singular(led)
    printed = line if beside or supporting or titles != [led.strip()] else ""
    owners = [Owner(title, role, printed) for title in titles]
    for words in (*beside, *supporting):
        is_outside = words in beside and bool(_OUTSIDE.search(words))
        owners += [Owner(title, OfficerRole.SUPPORT.value, line, is_outside) for title in in_singular(words)]
    return [owner for owner in owners if owner.title and not names_nobody(owner.title)]


def in_singular(words: str) -> list[str]:
    """ "Heads of Service Safeguards and Family Support" is two posts; a phrase without a plural is itself."""
    words = words.strip(" ,;")
    if words.count("(") != words.count(")"):
        words = words.strip(" ()")  # what is left of a bracket round "supported by …"
    plural = _PLURAL.match(words)
    if not plural:
        return [words] if words else []
    of = re.sub("services", "Service", plural["of"], flags=re.IGNORECASE)
    places = [place for place in _LIST.split(plural["places"]) if place]
    return [f"{plural['kind']}{of} {place}" for place in places]


_NEW, _OUT = "new", "out"


class Owners:
    """The officers of all actions, as posts that are known or new; words that name no post are asked about, once."""

    def __init__(self, drafts: Sequence[Draft], known: Known, doubts: Doubts) -> None:
        self.posts, self.doubts, self.known = Posts(known.posts), doubts, known
        self.answers: dict[str, str] = {}
        self.named = {draft: owners_in(self._text(draft)) for draft in drafts}
        self.places: dict[str, list[str]] = {}
        for draft, owners in self.named.items():
            for owner in owners:
                self.posts.learn(owner.title)
                self.places.setdefault(fold(owner.title), []).append(draft.at(Field.OFFICER))

    @property
    def new_posts(self) -> Mapping[int, str]:
        return self.posts.titles

    def of(self, draft: Draft) -> tuple[Officer, ...]:
        found: dict[int, Officer] = {}
        for owner in self.named[draft]:
            if owner.is_outside:
                self._say_outside(owner, draft)
                continue
            for named in self.posts.names_in(owner.title):
                role = owner.role if owner.role != OfficerRole.LEAD else named.role
                printed = owner.printed or named.printed
                post = (named.post_id, named.title) if named.post_id is not None else self._ask(named.title)
                if post is not None:
                    officer = printed_officer(post[1], role, printed[:PRINTED_LENGTH], post[0])
                    found.setdefault(post[0], officer)
        return tuple(found.values())

    def _text(self, draft: Draft) -> str:
        """The cell's words; a title that was broken over two rows is put together."""
        return draft.text(Field.OFFICER, lambda _, more: not (looks_like_post(more) or ":" in more))

    def _say_outside(self, owner: Owner, draft: Draft) -> None:
        self.doubts.say(
            (draft.at(Field.OFFICER),),
            f"“{owner.title}” is no post of the partnership: the words are kept beside the post they stand with.",
        )

    def _ask(self, title: str) -> tuple[int, str] | None:
        key = fold(title)
        if key not in self.answers:
            posts = tuple(Choice(str(post.id), post.title) for post in self.known.posts)
            self.answers[key] = self.doubts.ask(
                f"officer {key}",
                tuple(dict.fromkeys(self.places.get(key, ()))),
                title,
                f"Is “{title}” a post?",
                (Choice(_NEW, "Yes: a new post with this title"), Choice(_OUT, "No: leave it out"), *posts),
                _OUT,
            )
        answer = self.answers[key]
        if answer == _OUT:
            return None
        chosen = next((post for post in self.known.posts if str(post.id) == answer), None)
        return (chosen.id, chosen.title) if chosen else self.posts.post(title)
