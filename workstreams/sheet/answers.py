"""The workbook in which somebody answers for a post: its columns, the hidden key of each row, its hidden head."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..vocabulary import NO_CHANGE
from .seal import fold, is_sealed, seal

SHEET, FIGURES_SHEET, HEAD_SHEET = "Updates", "Figures", "Seal"
MARK = "Workbook with answers"  # what the hidden sheet begins with
FORM = 1  # of what is written here; a reader that knows only others says so
NO_CHANGE_CHOICE = NO_CHANGE
_PREFIX = "answers "  # of a column's key: "answers words"


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its key, which stands in a hidden row above its heading."""

    name: str
    heading: str
    width: int
    is_answer: bool = False

    @property
    def key(self) -> str:
        return f"{_PREFIX}{self.name}"


COLUMNS = (
    Column("row", "Row", 2),
    Column("ref", "Ref", 7),
    Column("measure", "Measure", 44),
    Column("target", "Target", 17),
    Column("agreed", "Agreed rating", 15),
    Column("level", "Your rating", 15, True),
    Column("words", "What is happening?", 52, True),
    Column("recovery_plan", "Plan to recover", 36, True),
    Column("risk_note", "Risk", 36, True),
    Column("evidence", "Evidence", 32, True),
    Column("evidence_held", "Where the evidence is held", 24, True),
    Column("because", "Why it is complete already", 28, True),
    Column("said", "What was said last", 48),
    Column("outcome", "Outcome", 40),
    Column("action", "Action", 48),
    Column("plan", "Plan", 24),
)
FIGURES = (
    Column("row", "Row", 2),
    Column("ref", "Ref", 7),
    Column("measure", "Measure", 44),
    Column("name", "What is counted", 44),
    Column("number", "Number", 12, True),
    Column("out_of", "Out of", 12, True),
    Column("unit", "Unit", 14),
    Column("before", "Last time", 24),
)


@dataclass(frozen=True, slots=True)
class RowKey:
    """What a row answers: a measure, for a post, after this row of its ratings (None: it had none yet)."""

    post: int
    measure: int
    latest: int | None

    def written(self, key: str, measure_text: str) -> str:
        """As the hidden cell holds it: "row 5.17.1402.5f1d…". The seal covers the measure's own words, too."""
        return f"row {self.post}.{self.measure}.{self.latest or ''}.{seal(key, *self._parts(measure_text))}"

    def is_sealed(self, keys: Sequence[str], found: str, measure_text: str) -> bool:
        return is_sealed(keys, found, *self._parts(measure_text))

    def _parts(self, measure_text: str) -> tuple[object, ...]:
        return FORM, "row", self.post, self.measure, self.latest, fold(measure_text)

    @classmethod
    def read(cls, text: str) -> "tuple[RowKey, str] | None":
        """The key and its seal; None for what is no key."""
        found = re.fullmatch(r"row (\d{1,18})\.(\d{1,18})\.(\d{0,18})\.([0-9a-f]{24})", text.strip())
        if found is None:
            return None
        post, measure, latest, sealed = found.groups()
        return cls(int(post), int(measure), int(latest) if latest else None), sealed


@dataclass(frozen=True, slots=True)
class Head:
    """What the hidden sheet says of the workbook."""

    post: int
    person: int  # who made it
    made_on: str  # ISO
    seq: int  # the newest row of the ledger that it knows
    plans: tuple[str, ...]  # references
    measures: tuple[int, ...]
    form: int = FORM

    @property
    def _lines(self) -> list[tuple[str, str]]:
        return [
            (MARK, str(self.form)),
            ("Post", str(self.post)),
            ("Made by", str(self.person)),
            ("Made on", self.made_on),
            ("Ledger up to record", str(self.seq)),
            ("Plans", " ".join(self.plans)),
            ("Measures", " ".join(map(str, self.measures))),
        ]

    def written(self, key: str) -> list[tuple[str, str]]:
        """The lines of the hidden sheet, each a name and a value; the last is the seal over the others."""
        return [*self._lines, ("Seal", seal(key, *self._lines))]

    def is_sealed(self, keys: Sequence[str], found: str) -> bool:
        return is_sealed(keys, found, *self._lines)

    @classmethod
    def read(cls, lines: Sequence[tuple[str, str]]) -> "tuple[Head, str] | None":
        """The head and its seal; None for lines that are no head."""
        said = dict(lines)
        try:
            head = cls(
                post=int(said["Post"]),
                person=int(said["Made by"]),
                made_on=said["Made on"],
                seq=int(said["Ledger up to record"]),
                plans=tuple(said["Plans"].split()),
                measures=tuple(map(int, said["Measures"].split())),
                form=int(said[MARK]),
            )
        except (KeyError, ValueError):
            return None
        return head, said.get("Seal", "")
