"""What a report prints, part by part, frozen."""

import re
from dataclasses import dataclass
from datetime import date

from workstreams import charts, words
from workstreams.compare import Change
from workstreams.picture import Counts, Heads, Level, VersionRow
from workstreams.vocabulary import PackKind, Token

from .challenges import Challenged
from .paper import Paper, reopening

LONG = 1_200  # characters


@dataclass(frozen=True, slots=True)
class Said:
    """One rating and what was said with it. `seq` is its ledger row, printed as "record 1432"."""

    level: Level | None
    on: date
    sent_by: str
    words: str
    recovery_plan: str
    risk_note: str
    because: str
    seq: int
    late: bool = False  # sent after the papers were issued
    figures: tuple[str, ...] = ()

    @property
    def paragraphs(self) -> tuple[tuple[str, str], ...]:
        """(label, words) of all that was said; the first has no label."""
        figures = "; ".join(self.figures)
        every = (
            ("", self.words),
            ("Figures", figures),
            ("Plan to recover", self.recovery_plan),
            ("Risk", self.risk_note),
        )
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
    moves: int
    months: int  # from the first date to this one
    asked_target: str
    asked_because: str
    due_on: date | None
    overdue_days: int
    agreed: Said | None
    answered: Said | None
    proposed: Said | None
    held_over: str
    impact: str
    impact_words: str  # as reported
    impact_waits: bool  # reported, and not decided yet
    impact_seq: int
    recurs: str  # how often, in words; "" for what is answered once
    period: str  # that is asked for
    missed: tuple[str, ...]  # periods, since the last that was answered
    by_period: str  # which period the agreed level is of, and which has no answer yet
    asked: bool
    not_updated: bool
    progress: str = ""  # of an action that is rated itself: the newest words, else what its document printed

    @property
    def level(self) -> Level | None:
        return self.agreed.level if self.agreed else None

    @property
    def overdue(self) -> str:
        days = self.overdue_days
        return f"Overdue {days} {'day' if days == 1 else 'days'}" if days else ""

    @property
    def moved(self) -> str:
        """ "moved twice, 6 months later in all"; "" where it stands as it was first set."""
        if not self.moves:
            return ""
        times = {1: "once", 2: "twice"}.get(self.moves, f"{self.moves} times")
        months = abs(self.months)
        by = f", {months} {'month' if months == 1 else 'months'} {'later' if self.months > 0 else 'earlier'}"
        return f"moved {times}{by if months else ''}{' in all' if months and self.moves > 1 else ''}"

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
    progress: str = ""  # as its document printed it, where nothing is rated of it yet


@dataclass(frozen=True, slots=True)
class Block:
    """An outcome, or the rest of one: a group of rows that stays together on a page."""

    ref: str
    statement: str
    note: str
    sources: str
    continued: bool
    parts: tuple[Part, ...]
    unnamed: bool = False  # the actions stand straight under their workstream

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
    expected: tuple[str, ...] = ()  # outcomes that are looked for from the whole of it


@dataclass(frozen=True, slots=True)
class Highlight:
    """What one group reports beside its ratings: (label, words) of all that it said."""

    group: str
    post: str
    paragraphs: tuple[tuple[str, str], ...]


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
    kind: str  # of an issued pack; "" for what is drawn when asked for
    contents: tuple[str, ...]
    agreed: bool
    partial: bool  # its reader does not see every group's updates
    on: date
    seq: int
    hash: str
    moment: str  # as an address names it: what opens the plan as it is printed here
    next_meeting_on: date | None
    last_meeting_on: date | None
    key: tuple[Level, ...]
    tag_key: tuple[tuple[str, str], ...]
    counts: Counts
    compared_with: str
    news: tuple[str, ...]  # the changes in a few sentences
    changes: tuple[Change, ...]
    unchanged: int  # updates that propose what is already agreed
    red: tuple[Line, ...]
    recovering: tuple[Line, ...]
    overdue: tuple[Line, ...]
    not_updated: tuple[Line, ...]
    without_plan: tuple[Line, ...]
    not_accepted: tuple[Line, ...]
    proposed: tuple[Line, ...]
    amended: tuple[Line, ...]
    put_off: tuple[Line, ...]  # deferred or not reached by the meeting that agreed this version
    dates_asked: tuple[Line, ...]
    impact_asked: tuple[Line, ...]
    slipped: tuple[Line, ...]
    recurring: tuple[Line, ...]
    challenges: tuple[Challenged, ...]
    highlights: tuple[Highlight, ...]
    sections: tuple[Section, ...]
    versions: tuple[VersionRow, ...]
    heads: Heads

    @property
    def has_amber_or_red(self) -> bool:
        """Its key has levels that ask for a plan to recover or a risk note."""
        return bool({Token.AMBER, Token.RED} & {level.token for level in self.key})

    @property
    def decider(self) -> str:
        return words.decider(self.deciding_group)

    @property
    def is_public(self) -> bool:
        """For the public reader: no words, nothing provisional, nobody's name."""
        return self.kind == PackKind.PUBLISHED

    @property
    def kind_words(self) -> str:
        return PackKind(self.kind).label if self.kind else "Report"

    @property
    def reopens(self) -> str:
        """The address that opens the plan as it is printed here, from the service's own on."""
        return reopening(self.ref, self.moment)

    @property
    def dated(self) -> int:
        """How many measures have a target date."""
        return sum(line.due_on is not None for line in self.lines)

    @property
    def months_slipped(self) -> int:
        return sum(line.months for line in self.slipped)

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


@dataclass(frozen=True, slots=True)
class Late:
    """An update sent after the papers, beside what the papers show; `line.proposed` is what was sent."""

    line: Line
    in_papers: Said | None


@dataclass(frozen=True, slots=True)
class Addendum(Pack):
    """What was sent after the papers, on a page. `dates_asked` are those that came without an update."""

    template = "reporting/addendum.html"

    papers: str  # the label of the papers that it adds to
    late: tuple[Late, ...]


def is_long(text: str) -> bool:
    """More than a narrow cell takes in half a page."""
    return len(text) > LONG or text.count("\n") > LONG / 50


def file_name(pack: Pack, ending: str) -> str:
    """ "business-plan-version-1.7-2023-07-18.pdf"."""
    return named(pack.ref, pack.edition, pack.on, ending)


def named(ref: str, edition: str, on: date, ending: str) -> str:
    """The name of a file, of letters that every system keeps."""
    plain = re.sub(r"(?:[^A-Za-z0-9.]|\.(?!\d))+", "-", f"{ref}-{edition}").strip("-")
    return f"{plain}-{on.isoformat()}.{ending}"
