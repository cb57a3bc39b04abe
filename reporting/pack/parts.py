"""What a report prints, part by part, frozen."""

import re
from dataclasses import dataclass
from datetime import date

from workstreams import charts
from workstreams.compare import Change
from workstreams.picture import (
    Counts,
    Level,
    VersionRow,
)

from .paper import Paper

LONG = 1_200  # characters


@dataclass(frozen=True, slots=True)
class Said:
    """One rating and what was said with it. `seq` is its ledger row, printed as "record 1432"."""

    level: Level | None
    on: date
    signed: str
    words: str
    recovery_plan: str
    risk_note: str
    because: str
    seq: int

    @property
    def paragraphs(self) -> tuple[tuple[str, str], ...]:
        """(label, words) of all that was said; the first has no label."""
        every = (("", self.words), ("Plan to recover", self.recovery_plan), ("Risk", self.risk_note))
        return tuple((label, words) for label, words in every if words)

    @property
    def is_long(self) -> bool:
        """Too long for a narrow cell of a row that no page break should cut."""
        return is_long("\n".join(words for _, words in self.paragraphs))


@dataclass(frozen=True, slots=True)
class Line:
    """A measure as the report prints it, wherever it stands.

    `agreed` is the latest agreement and `answered` the proposal which that agreement decided on; `proposed`
    stands now, undecided.
    """

    measure_id: int
    workstream: str
    ref: str
    name: str
    text: str
    tags: tuple[str, ...]
    officers: tuple[str, ...]
    target: str
    target_note: str
    target_first: str  # as first printed, where it has moved
    asked_target: str
    asked_because: str
    due_on: date | None
    overdue_days: int
    agreed: Said | None
    answered: Said | None
    proposed: Said | None
    held_over: str
    impact: str
    impact_seq: int
    not_updated: bool

    @property
    def level(self) -> Level | None:
        return self.agreed.level if self.agreed else None

    @property
    def overdue(self) -> str:
        days = self.overdue_days
        return f"Overdue {days} {'day' if days == 1 else 'days'}" if days else ""

    @property
    def was_amended(self) -> bool:
        return bool(self.agreed and self.answered and self.agreed.level != self.answered.level)

    @property
    def latest(self) -> Said | None:
        """Where the newest words are: with the proposal that stands, else with the one that was agreed on."""
        return self.proposed or self.answered or self.agreed


@dataclass(frozen=True, slots=True)
class Part:
    """An action, or the rest of one, with the measures that stand beside it."""

    lead: str
    bullets: tuple[str, ...]
    duty: str
    sources: str
    officers: tuple[str, ...]
    continued: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """An outcome, or the rest of one: a group of rows that stays together on a page."""

    ref: str
    statement: str
    note: str
    sources: str
    continued: bool
    parts: tuple[Part, ...]

    @property
    def span(self) -> int:
        return sum(max(1, len(part.lines)) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Section:
    """A workstream with its table."""

    number: str
    title: str
    aim: str
    counts: Counts
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Pack(Paper):
    """A report before it is drawn. Two drawings of equal packs are equal."""

    template = "reporting/executive_report.html"

    partnership: str
    ref: str
    title: str
    workstream_word: str
    deciding_group: str
    standing: str
    edition: str
    agreed: bool
    partial: bool  # its reader does not see every group's updates
    on: date
    seq: int
    hash: str
    next_meeting_on: date | None
    last_meeting_on: date | None
    key: tuple[Level, ...]
    tag_key: tuple[tuple[str, str], ...]
    counts: Counts
    compared_with: str
    changes: tuple[Change, ...]
    unchanged: int  # updates that propose what is already agreed
    red: tuple[Line, ...]
    overdue: tuple[Line, ...]
    not_updated: tuple[Line, ...]
    without_plan: tuple[Line, ...]
    not_accepted: tuple[Line, ...]
    proposed: tuple[Line, ...]
    amended: tuple[Line, ...]
    dates_asked: tuple[Line, ...]
    sections: tuple[Section, ...]
    versions: tuple[VersionRow, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every measure once, in plan order."""
        return tuple(line for s in self.sections for b in s.blocks for part in b.parts for line in part.lines)

    @property
    def chart(self) -> charts.Svg:
        """Ratings by workstream as SVG text."""
        return charts.stacked_bars(
            f"Agreed ratings by {self.workstream_word.lower()}",
            [(f"{s.number} {s.title}", s.counts) for s in self.sections],
        )


def is_long(text: str) -> bool:
    """More than a narrow cell takes in half a page."""
    return len(text) > LONG or text.count("\n") > LONG / 50


def file_name(pack: Pack, ending: str) -> str:
    """ "business-plan-version-1.7-2023-07-18.pdf"."""
    plain = re.sub(r"(?:[^A-Za-z0-9.]|\.(?!\d))+", "-", f"{pack.ref}-{pack.edition}").strip("-")
    return f"{plain}-{pack.on.isoformat()}.{ending}"
