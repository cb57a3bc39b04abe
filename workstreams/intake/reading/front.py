"""What a plan says before its tables: title, version, register of versions, and its texts."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from ...picture import Passage, VersionRow
from ...vocabulary import PassageKind, VersionStep
from ..document import Cell
from .doubts import Doubts
from .grammar.dates import of_cell, read_when
from .layout import sections
from .layout.headings import key_of
from .layout.tables import Line

LABEL_LENGTH, TITLE_LENGTH, HEADING_LENGTH = 30, 200, 200

VERSION = re.compile(
    r"\s*(?:version|ver\.?|issue|v)\s*(?:no\.?|number)?\s*[:.]?\s*(?P<label>\d[\w. -]*)\Z", re.IGNORECASE
)
_VERSION_INSIDE = re.compile(
    r"(?<![\s,(–-])[\s,(–-]*\b(?:version|v)\s*(?P<label>\d+(?:\.\d+)+)\)?", re.IGNORECASE
)
_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*[/\u2010-\u2015-]\s*(?:20)?(\d\d)(?!\d)")
_AGREED = re.compile(
    r"\b(?:agreed|agreement|approved|approval|signed off|sign off|ratified)\b", re.IGNORECASE
)
_VISION = re.compile(
    r"(?:our |the )?vision(?: statement)?(?: is)?\s*[:\u2013-]\s*(?P<body>.+)\Z", re.IGNORECASE | re.DOTALL
)
_VALUES = re.compile(
    r"(?:our |the )?values(?: are)?\s*[:\u2013-]\s*(?P<body>.+)\Z", re.IGNORECASE | re.DOTALL
)
_PRIORITY = re.compile(
    r"(?:strategic )?priority\s*(?P<number>\d{1,2})\s*[:.\u2010-\u2015-]\s*(?P<body>.+)\Z",
    re.IGNORECASE | re.DOTALL,
)
_HELD_OVER = re.compile(
    r"\b(?:held over|carried (?:over|forward)|brought forward)\b.*(?:from)?\s*:?\s*\Z", re.IGNORECASE
)
_CONSIDERED = re.compile(r"\bconsider|taken into account|no actions held over", re.IGNORECASE)
_TAG = re.compile(r"[\[(](?P<tag>[MRGF])(?:n|\d|x)?[\])]\s*(?P<body>.*)\Z", re.DOTALL)
_TAG_KEY = re.compile(r"(?:the )?key to .*\btags?\b.*\Z", re.IGNORECASE)
_YEARS = re.compile(r"\byear\s*(\d)\b|(20\d\d)\s*[/\u2010-\u2015-]\s*(?:20)?\d\d", re.IGNORECASE)
_REGISTER = {
    "label": re.compile(r"(?:version|ver|issue|v)(?: no| number)?\Z"),
    "changes": re.compile(r".*\b(?:changes?|amendments?|description|summary|reason|details)\b.*"),
    "editors": re.compile(r"(?:editors?|authors?|by|amended by|changed by|edited by|who|owner)\Z"),
    "dated": re.compile(r"(?:date|dated|date of .*|when)\Z"),
}


@dataclass(slots=True)
class Front:
    title: str = ""
    label: str = ""
    year_label: str = ""
    agreed_on: date | None = None
    passages: list[Passage] = field(default_factory=list)
    versions: list[VersionRow] = field(default_factory=list)


def read_front(lines: Iterable[Line], key_lines: Collection[str], name: str, doubts: Doubts) -> Front:
    reader = _Reader(doubts)
    kept = [line for line in lines if line.is_front and line.at not in key_lines]
    for line, after in zip(kept, [*kept[1:], None], strict=False):
        reader.hear(line, after)
    reader.close()
    return reader.finished(name)


@dataclass(slots=True)
class _Reader:
    doubts: Doubts
    front: Front = field(default_factory=Front)
    heading: str = ""
    note: list[str] = field(default_factory=list)
    collects: str = ""  # "held over", "vision" or "values": what the lines that follow are
    columns: dict[int, str] = field(default_factory=dict)  # of the register of versions
    years: dict[int, int] = field(default_factory=dict)  # of the table of what each year achieves
    table: str = ""
    held: int = 0
    priorities: int = 0

    def hear(self, line: Line, after: Line | None) -> None:
        if self.table and line.table != self.table:
            self.table, self.columns, self.years = "", {}, {}
        if self.columns and self._version_row(line):
            return
        if self.years and self._achievements(line):
            return
        if line.style == "ROW" and (self._register_begins(line) or self._years_begin(line)):
            return
        self._words(line, after)

    # ---- lines of words

    def _words(self, line: Line, after: Line | None) -> None:
        texts = [cell.text.strip() for cell in line.cells if cell.text.strip()]
        if not texts:
            return
        text = ": ".join(texts) if len(texts) == 2 and len(texts[0]) < 40 else " ".join(texts)
        is_bullet = line.style == "BULLET" or text.startswith("- ")
        text = text.removeprefix("- ").strip()
        if self._title(line, text, texts) or self._known_text(line, text, texts):
            return
        if _is_heading(line, text, is_bullet, after):
            self._say()
            self.heading, self.collects = text.rstrip(" :"), self._topic(text)
            return
        if self.collects == "held over":
            self._held_over(text)
        elif self.collects == "priorities" and (is_bullet or line.style == "ROW"):
            found = sections.in_words(text)
            self.priorities += 1
            self._passage(
                PassageKind.PRIORITY,
                found.title or text,
                number=int(found.number) if found.number.isdigit() else self.priorities,
                ends=False,
            )
        elif self.collects == "priorities":
            self.collects = ""
            self.note.append(text)
        elif self.collects:
            self._passage(PassageKind(self.collects), text)
            self.collects = ""
        elif _HELD_OVER.search(text) and (text.endswith(":") or _is_bullet(after)):
            self._say()
            self.heading, self.collects = "", "held over"
        elif self.heading or len(text.split()) > 3:
            self.note.append(f"- {text}" if is_bullet else text)

    def _title(self, line: Line, text: str, texts: Sequence[str]) -> bool:
        if found := VERSION.match(" ".join(texts).replace(": ", " ")):
            self.front.label = self.front.label or found["label"].strip()
            return True
        if len(texts) == 2 and key_of(texts[0]) in (
            "title",
            "plan",
            "name of plan",
            "document",
            "document title",
            "plan title",
        ):
            self.front.title = texts[1]
            return True
        if line.style == "TITLE" and not self.front.title:
            self.front.title = text
            return True
        is_first = not (self.front.title or self.front.passages or self.note or self.heading)
        if is_first and len(text) <= TITLE_LENGTH and not text.endswith((".", ":", ";")):
            self.front.title = text
            return True
        return key_of(text) == key_of(self.front.title)

    def _known_text(self, line: Line, text: str, texts: Sequence[str]) -> bool:
        for pattern, kind in ((_VISION, PassageKind.VISION), (_VALUES, PassageKind.VALUES)):
            if found := pattern.match(text):
                self._passage(kind, found["body"])
                return True
        if found := _PRIORITY.match(text):
            self._passage(PassageKind.PRIORITY, found["body"], number=int(found["number"]))
            return True
        if found := _TAG.match(text):
            body = found["body"] if len(texts) == 1 else text[text.find(texts[0]) :]
            self._passage(PassageKind.TAG_KEY, _tag_meaning(texts, body), heading=found["tag"])
            return True
        if _TAG_KEY.match(text) and len(text) < 80:
            self._say()
            self.heading = self.collects = ""
            return True
        return False

    def _topic(self, heading: str) -> str:
        plain = key_of(heading).strip(" :")
        if re.fullmatch(r"(?:our )?vision(?: statement)?", plain):
            return PassageKind.VISION.value
        if re.fullmatch(r"(?:our )?values", plain):
            return PassageKind.VALUES.value
        if re.fullmatch(
            r"(?:our |the )?(?:key |strategic |shared |partnership )*priorities(?: (?:for|in|are)\b.*)?",
            plain,
        ):
            return "priorities"
        return "held over" if _HELD_OVER.search(heading) else ""

    def _held_over(self, text: str) -> None:
        heading, colon, body = text.partition(": ")
        if not colon or len(heading) > HEADING_LENGTH:
            heading, body = "", text
        considered = bool(_CONSIDERED.search(text))
        if not considered:
            self.held += 1
        self._passage(
            PassageKind.HELD_OVER, body, number=None if considered else self.held, heading=heading, ends=False
        )
        if considered:
            self.collects = ""

    def _passage(
        self,
        kind: PassageKind,
        body: str,
        number: int | None = None,
        heading: str = "",
        year: int | None = None,
        workstream: str = "",
        ends: bool = True,
    ) -> None:
        self._say()
        if ends:
            self.heading = self.collects = ""
        if body := body.strip():
            self.front.passages.append(Passage(kind.value, number, year, heading, body, workstream))

    def _say(self) -> None:
        """What was heard under a heading until now is a note."""
        body, self.note = "\n".join(self.note), []
        if body:
            self.front.passages.append(
                Passage(PassageKind.NOTE.value, None, None, self.heading[:HEADING_LENGTH], body, "")
            )
            self.heading = ""

    def close(self) -> None:
        self._say()

    # ---- tables of the front

    def _register_begins(self, line: Line) -> bool:
        found: dict[int, str] = {}
        for place, cell in zip(line.places, line.cells, strict=True):
            for name, pattern in _REGISTER.items():
                if name not in found.values() and pattern.match(key_of(cell.text)):
                    found[place] = name
                    break
        if not {"label", "dated"} <= set(found.values()) or len(found) < 3:
            return False
        self._say()
        self.heading = self.collects = ""
        self.columns, self.table = found, line.table
        return True

    def _version_row(self, line: Line) -> bool:
        cells = {
            self.columns[p]: c for p, c in zip(line.places, line.cells, strict=True) if p in self.columns
        }
        label = cells.get("label", Cell("")).text.strip()
        if not label or not re.match(r"v?\d", label, re.IGNORECASE) or len(cells) < 2:
            self.columns = {}
            return False
        label = re.sub(r"^(?:version|v)\s*(?=\d)", "", label, flags=re.IGNORECASE)[:LABEL_LENGTH]
        dated = self._dated(line, label, cells.get("dated", Cell("")))
        if dated is None:
            return True
        changes, editors = (cells.get(name, Cell("")).text.strip() for name in ("changes", "editors"))
        row = VersionRow(
            0,
            label,
            VersionStep.REGISTER.value,
            changes,
            " ".join(editors.split())[:TITLE_LENGTH],
            dated,
            False,
        )
        self.front.versions.append(row)
        return True

    def _dated(self, line: Line, label: str, cell: Cell) -> date | None:
        if (dated := of_cell(cell).due_on) is not None:
            return dated
        answer = self.doubts.ask(
            f"version {label}",
            (cell.at or line.at,),
            cell.text,
            f"Version {label} of the register has no date that can be read. When was it? Without a date it "
            "is left out.",
        )
        return read_when(answer).due_on

    def _years_begin(self, line: Line) -> bool:
        found: dict[int, int] = {}
        for n, (place, cell) in enumerate(zip(line.places, line.cells, strict=True), 1):
            if match := _YEARS.search(cell.text):
                found[place] = int(match[1]) if match[1] else n
        if len(found) < 2 or len(found) < len([c for c in line.cells if c.text]) - 1:
            return False
        if len(set(found.values())) < len(found) or not all(
            "year" in c.text.casefold() for c in line.cells if _YEARS.search(c.text)
        ):
            found = {place: n for n, place in enumerate(sorted(found), 1)}
        self._say()
        self.heading = self.collects = ""
        self.years, self.table = found, line.table
        return True

    def _achievements(self, line: Line) -> bool:
        first = next((c for p, c in zip(line.places, line.cells, strict=True) if p < min(self.years)), None)
        opened = sections.in_words(first.text) if first and first.text else None
        if opened is None:
            self.years = {}
            return False
        for place, cell in zip(line.places, line.cells, strict=True):
            if place in self.years and cell.text.strip():
                self._passage(
                    PassageKind.ACHIEVEMENT,
                    cell.text,
                    heading="" if opened.number else opened.title,
                    year=self.years[place],
                    workstream=opened.number,
                )
        return True

    # ---- the end

    def finished(self, name: str) -> Front:
        front = self.front
        if not front.title:
            front.title = name.rpartition(".")[0] or name
        if found := _VERSION_INSIDE.search(front.title):
            front.label = front.label or found["label"]
            front.title = (front.title[: found.start()] + front.title[found.end() :]).strip(
                " -–,"
            ) or front.title
        front.title = front.title[:TITLE_LENGTH]
        if found := _YEAR.search(front.title):
            front.year_label = f"{found[1]}/{found[2]}"
        if not front.label and front.versions:
            front.label = front.versions[-1].label
        front.label = front.label[:LABEL_LENGTH]
        for n, version in enumerate(front.versions):
            if version.label == front.label and _AGREED.search(version.changes):
                front.agreed_on = version.dated
                front.versions[n] = VersionRow(
                    0,
                    version.label,
                    VersionStep.AGREED.value,
                    version.changes,
                    version.editors,
                    version.dated,
                    False,
                )
        return front


def _is_heading(line: Line, text: str, is_bullet: bool, after: Line | None) -> bool:
    if is_bullet or len(text) > 120 or text.endswith((".", "?", ";", ",")):
        return False
    if line.style in ("HEADING", "TITLE") or (
        text.endswith(":") and after is not None and _PRIORITY.match(after.text)
    ):
        return True
    worded = [cell for cell in line.cells if cell.text]
    return len(worded) == 1 and line.bold and after is not None


def _is_bullet(line: Line | None) -> bool:
    return line is not None and (line.style == "BULLET" or line.text.startswith("- "))


def _tag_meaning(texts: Sequence[str], body: str) -> str:
    """ "[M] Milestone", "A key deliverable" in two cells, or both in one: "Milestone: A key deliverable"."""
    if len(texts) == 1:
        return body.strip(" :\u2013-")
    name = _TAG.match(texts[0].removeprefix("- "))
    said = [(name["body"] if name else "").strip(" :\u2013-"), *texts[1:]]
    return ": ".join(part for part in said if part)
