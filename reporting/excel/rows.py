"""The sheets of a report's workbook: the columns of each, and what stands in them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from workstreams.compare import Change

from ..pack import Block, Highlight, Line, Pack, Part, Section
from .sheets import Rated, Value

LONDON = ZoneInfo("Europe/London")


class Column(NamedTuple):
    """The head of a column, its width in letters, and what of a row stands in it."""

    title: str
    width: int
    value: Callable[[Any], Value]
    inside: bool = False  # words and proposals: not for the public reader


class Placed(NamedTuple):
    section: Section
    block: Block
    part: Part
    line: Line


class Listed(NamedTuple):
    name: str
    line: Line


def of(columns: Sequence[Column], rows: Iterable[Any], *, public: bool = False) -> Iterator[Sequence[Value]]:
    shown = seen_by(columns, public=public)
    return ([column.value(row) for column in shown] for row in rows)


def seen_by(columns: Sequence[Column], *, public: bool) -> list[Column]:
    return [column for column in columns if not (public and column.inside)]


def _agreed(line: Line) -> Rated:
    return Rated(line.level)


def _proposed(line: Line) -> Rated:
    return Rated(line.proposed.level if line.proposed else None, proposed=True)


def _words(line: Line) -> str:
    return line.latest.words if line.latest else ""


def _figures(line: Line) -> str:
    return "\n".join(line.latest.figures) if line.latest else ""


def _plan_to_recover(line: Line) -> str:
    return line.latest.recovery_plan if line.latest else ""


def _record(line: Line) -> int | None:
    return line.agreed.seq or None if line.agreed else None


PLAN = (
    Column("Workstream", 22, lambda row: f"{row.section.number} {row.section.title}"),
    Column("Ref", 6, lambda row: row.line.ref),
    Column("Required outcome", 34, lambda row: row.block.statement),
    Column("Action", 40, lambda row: "\n".join((row.part.lead, *(f"• {b}" for b in row.part.bullets)))),
    Column("Responsible officer", 28, lambda row: "\n".join(row.line.officers)),
    Column("Measure of impact", 46, lambda row: row.line.text),
    Column("Tags", 8, lambda row: " ".join(row.line.tags)),
    Column("Target date", 16, lambda row: row.line.target),
    Column("Due", 13, lambda row: row.line.due_on),
    Column("First date", 16, lambda row: row.line.target_first),
    Column("Moved, times", 8, lambda row: row.line.moves or None),
    Column("Moved, months", 8, lambda row: row.line.months or None),
    Column("Overdue, days", 9, lambda row: row.line.overdue_days or None),
    Column("Agreed rating", 12, lambda row: _agreed(row.line)),
    Column("Agreed on", 13, lambda row: row.line.agreed.on if row.line.agreed else None),
    Column("Proposed rating", 18, lambda row: _proposed(row.line), True),
    Column("What was last said", 46, lambda row: _words(row.line), True),
    Column("Figures", 30, lambda row: _figures(row.line), True),
    Column("Plan to recover", 34, lambda row: _plan_to_recover(row.line), True),
    Column("Impact reported and accepted", 20, lambda row: row.line.impact),
    Column("Updated", 10, lambda row: "Not updated" if row.line.not_updated else "", True),
    Column("Record of the rating", 10, lambda row: _record(row.line)),
)


def plan(pack: Pack) -> Iterator[Placed]:
    for section in pack.sections:
        for block in section.blocks:
            for part in block.parts:
                for line in part.lines:
                    yield Placed(section, block, part, line)


EXCEPTIONS = (
    Column("List", 28, lambda row: row.name),
    Column("Ref", 6, lambda row: row.line.ref),
    Column("Measure", 46, lambda row: row.line.text),
    Column("Responsible officer", 30, lambda row: "\n".join(row.line.officers)),
    Column("Target date", 16, lambda row: row.line.target),
    Column("Overdue, days", 9, lambda row: row.line.overdue_days or None),
    Column("Agreed rating", 12, lambda row: _agreed(row.line)),
    Column("Proposed rating", 18, lambda row: _proposed(row.line)),
    Column("What was last said", 50, lambda row: _words(row.line)),
    Column("Plan to recover", 40, lambda row: _plan_to_recover(row.line)),
    Column("Risk", 40, lambda row: row.line.latest.risk_note if row.line.latest else ""),
    Column("Impact", 24, lambda row: row.line.impact),
    Column("Record of the rating", 10, lambda row: _record(row.line)),
)


def exceptions(pack: Pack) -> Iterator[Listed]:
    for name, lines in (
        ("Red, agreed or proposed", pack.red),
        ("Amber, with a plan to recover", pack.recovering),
        ("Overdue", pack.overdue),
        ("Not updated", pack.not_updated),
        ("Amber without a recovery plan", pack.without_plan),
        ("Complete, impact not accepted", pack.not_accepted),
        ("Amended by the Executive", pack.amended),
    ):
        yield from (Listed(name, line) for line in lines)


DECISIONS = (
    Column("Asked for", 24, lambda row: row.name),
    Column("Ref", 6, lambda row: row.line.ref),
    Column("Measure", 46, lambda row: row.line.text),
    Column("Responsible officer", 30, lambda row: "\n".join(row.line.officers)),
    Column("Agreed rating", 12, lambda row: _agreed(row.line)),
    Column("Proposed rating", 18, lambda row: _proposed(row.line)),
    Column(
        "Sent after papers", 10, lambda row: "Yes" if row.line.proposed and row.line.proposed.late else ""
    ),
    Column("Target date", 16, lambda row: row.line.target),
    Column("Date asked for", 16, lambda row: row.line.asked_target),
    Column("What was said", 60, lambda row: _decision_words(row)),
)


def decisions(pack: Pack) -> Iterator[Listed]:
    for name, lines in (
        ("Rating", pack.proposed),
        ("Another date", pack.dates_asked),
        ("Impact to accept", pack.impact_asked),
    ):
        yield from (Listed(name, line) for line in lines)


def _decision_words(row: Listed) -> str:
    return {
        "Another date": row.line.asked_because,
        "Impact to accept": row.line.impact_words,
    }.get(row.name, _words(row.line))


LATE = (
    Column("Ref", 6, lambda row: row.line.ref),
    Column("Measure", 46, lambda row: row.line.text),
    Column("Responsible officer", 30, lambda row: "\n".join(row.line.officers)),
    Column("Agreed rating", 12, lambda row: _agreed(row.line)),
    Column(
        "In the papers", 18, lambda row: Rated(row.in_papers.level if row.in_papers else None, proposed=True)
    ),
    Column("Sent after papers", 18, lambda row: _proposed(row.line)),
    Column("What was said", 60, lambda row: _words(row.line)),
    Column("Plan to recover", 40, lambda row: _plan_to_recover(row.line)),
    Column("Risk", 40, lambda row: row.line.proposed.risk_note if row.line.proposed else ""),
    Column("By", 34, lambda row: row.line.proposed.signed if row.line.proposed else ""),
    Column("Record", 10, lambda row: row.line.proposed.seq or None if row.line.proposed else None),
)


HIGHLIGHTS = (
    Column("Group", 34, lambda row: row[0].group),
    Column("Reported by", 34, lambda row: row[0].post),
    Column("What", 24, lambda row: row[1]),
    Column("What it says", 100, lambda row: row[2]),
)


def highlights(pack: Pack) -> Iterator[tuple[Highlight, str, str]]:
    for said in pack.highlights:
        for label, words in said.paragraphs:
            yield said, label, words


SLIPS = (
    Column("Ref", 6, lambda line: line.ref),
    Column("Measure", 60, lambda line: line.text),
    Column("Responsible officer", 30, lambda line: "\n".join(line.officers)),
    Column("First date", 18, lambda line: line.target_first),
    Column("Target date", 18, lambda line: line.target),
    Column("Moved, times", 9, lambda line: line.moves),
    Column("Moved, months", 9, lambda line: line.months),
    Column("Agreed rating", 12, _agreed),
)

RECURRING = (
    Column("Ref", 6, lambda line: line.ref),
    Column("Measure", 60, lambda line: line.text),
    Column("Responsible officer", 30, lambda line: "\n".join(line.officers)),
    Column("How often", 26, lambda line: line.recurs),
    Column("Asked for this meeting", 22, lambda line: line.period or ("Yes" if line.asked else "No")),
    Column("Answered", 14, lambda line: "Not updated" if line.not_updated else "Yes" if line.asked else ""),
    Column("Missed", 22, lambda line: ", ".join(line.missed)),
    Column("Agreed rating", 12, _agreed),
    Column("Agreed on", 13, lambda line: line.agreed.on if line.agreed else None),
)


def _rated(change: Change) -> bool:
    return change.is_level or change.is_proposal


CHANGES = (
    Column("What", 20, lambda c: str(c.kind)),
    Column("Ref", 8, lambda c: c.ref),
    Column("Change", 100, lambda c: c.sentence),
    Column("Before", 12, lambda c: Rated(c.level_before) if _rated(c) else None),
    Column("After", 18, lambda c: Rated(c.level_after, proposed=c.is_proposal) if _rated(c) else None),
    Column("Because", 50, lambda c: c.because, True),
    Column("Record", 10, lambda c: c.seq or None),
)

HISTORY = (
    Column("Record", 10, lambda row: row.seq),
    Column("When", 18, lambda row: row.at.astimezone(LONDON).replace(tzinfo=None, microsecond=0)),
    Column("Who", 24, lambda row: row.who),
    Column("In which post", 32, lambda row: row.post),
    Column("What", 60, lambda row: row.what),
    Column("Was", 24, lambda row: row.was),
    Column("Now", 24, lambda row: row.now),
    Column("Because", 50, lambda row: row.because),
    Column("Meeting", 18, lambda row: row.meeting),
)


ABOUT = (
    Column("About this workbook", 34, lambda row: row[0]),
    Column("What it says", 100, lambda row: row[1]),
)


def about(pack: Pack) -> Iterator[tuple[Value, Value]]:
    yield "Plan", pack.title
    yield "Partnership", pack.partnership
    if pack.kind:
        yield "Kind", pack.kind_words
    yield "Standing", pack.standing
    if not pack.agreed:
        yield "Provisional", f"Not agreed by the {pack.deciding_group}"
    if pack.partial:
        yield "Left out", "What other groups have proposed, which the reader it was drawn for does not see"
    if pack.is_public:
        yield "Left out", "What was said with each rating, and what has not been agreed"
    yield "As the plan stood on", pack.on
    if pack.compared_with:
        yield "Changes are since", pack.compared_with
    yield "Ledger up to record", pack.seq
    yield "To check against the ledger", f"{pack.seq}:{pack.hash}"
    for level in pack.key:
        yield Rated(level), level.meaning
