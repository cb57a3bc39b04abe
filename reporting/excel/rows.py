"""The sheets of a report's workbook: the columns of each, and what stands in them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from workstreams.compare import Change

from ..pack import Answer, Block, Challenged, Highlight, Line, Pack, Part, Section
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
    block: Block | None
    part: Part | None
    line: Line | None
    expected: str = ""  # an expected outcome that holds no action


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


def _of_line(value: Callable[[Line], Value]) -> Callable[[Any], Value]:
    """What a line says; nothing where an action or an outcome has none yet."""
    return lambda row: value(row.line) if row.line else None


def _of_part(value: Callable[[Part], Value]) -> Callable[[Any], Value]:
    return lambda row: value(row.part) if row.part else None


PLACES = (
    Column("Workstream", 22, lambda row: f"{row.section.number} {row.section.title}"),
    Column("Ref", 6, lambda row: row.block.ref if row.block else row.section.number),
)
OUTCOME = Column("Required outcome", 34, lambda row: row.block.statement if row.block else row.expected)
ACTION = (
    Column(
        "Action", 40, _of_part(lambda part: "\n".join((part.lead, *(f"• {b}" for b in part.bullets))).strip())
    ),
    Column("Responsible officer", 28, _of_part(lambda part: "\n".join(part.officers))),
)
MEASURE = (
    Column("Measure of impact", 46, _of_line(lambda line: line.text)),
    Column("Tags", 8, _of_line(lambda line: " ".join(line.tags))),
)
STANDS = (
    Column("Target date", 16, _of_line(lambda line: line.target)),
    Column("Due", 13, _of_line(lambda line: line.due_on)),
    Column("First date", 16, _of_line(lambda line: line.target_first)),
    Column("Moved, times", 8, _of_line(lambda line: line.moves or None)),
    Column("Moved, months", 8, _of_line(lambda line: line.months or None)),
    Column("Overdue, days", 9, _of_line(lambda line: line.overdue_days or None)),
    Column("Agreed rating", 12, _of_line(_agreed)),
    Column("Agreed on", 13, _of_line(lambda line: line.agreed.on if line.agreed else None)),
    Column("Proposed rating", 18, _of_line(_proposed), True),
)
SAID = (
    Column("What was last said", 46, _of_line(_words), True),
    Column("Figures", 30, _of_line(_figures), True),
    Column("Plan to recover", 34, _of_line(_plan_to_recover), True),
)
PROGRESS = Column(
    "Progress", 60, lambda row: row.line.progress if row.line else row.part.progress if row.part else None
)
IMPACT = Column("Impact reported and accepted", 20, _of_line(lambda line: line.impact))
RECORDED = (
    Column("Updated", 10, _of_line(lambda line: "Not updated" if line.not_updated else ""), True),
    Column("Record of the rating", 10, _of_line(_record)),
)


def plan_columns(pack: Pack) -> tuple[Column, ...]:
    """The columns of the plan's sheet by its shape, as its own table has them."""
    heads = pack.heads
    listed = any(section.expected for section in pack.sections)
    outcome = (
        (OUTCOME._replace(title=heads.outcome or "Expected outcome"),) if heads.outcome or listed else ()
    )
    if heads.measure:
        return (*PLACES, *outcome, *ACTION, *MEASURE, *STANDS, *SAID, IMPACT, *RECORDED)
    return (*PLACES, *outcome, *ACTION, *STANDS, PROGRESS, *RECORDED)


def titled(columns: Sequence[Column], pack: Pack) -> list[Column]:
    """The columns with the titles that this plan has for them."""
    heads = pack.heads
    titles = {
        "Workstream": pack.workstream_word,
        "Measure": heads.one,
        "Responsible officer": heads.officers,
        "Target date": heads.target,
        "Agreed rating": f"Agreed {heads.word}",
        "Proposed rating": f"Proposed {heads.word}",
        "Record of the rating": f"Record of the {heads.word}",
    }
    return [column._replace(title=titles.get(column.title, column.title)) for column in columns]


def plan(pack: Pack) -> Iterator[Placed]:
    """A row for each line; for each action and outcome that has none yet; and for each expected outcome."""
    for section in pack.sections:
        for block in section.blocks:
            for part in block.parts:
                for line in part.lines or (None,):
                    yield Placed(section, block, part, line)
        for expected in section.expected:
            yield Placed(section, None, None, None, expected)


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
    coloured = (
        ("Red, agreed or proposed", pack.red),
        ("Amber, with a plan to recover", pack.recovering),
    )
    for name, lines in (
        *(coloured if pack.has_amber_or_red else ()),
        ("Overdue", pack.overdue),
        ("Not updated", pack.not_updated),
        *((("Amber without a recovery plan", pack.without_plan),) if pack.has_amber_or_red else ()),
        ("Complete, impact not accepted", pack.not_accepted),
        (f"Amended by the {pack.decider}", pack.amended),
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
    Column("Figures", 30, lambda row: _figures(row.line)),
    Column("Plan to recover", 40, lambda row: _plan_to_recover(row.line)),
    Column("Risk", 40, lambda row: row.line.proposed.risk_note if row.line.proposed else ""),
    Column("By", 34, lambda row: row.line.proposed.sent_by if row.line.proposed else ""),
    Column("Record", 10, lambda row: row.line.proposed.seq or None if row.line.proposed else None),
    Column("Date asked for", 16, lambda row: row.line.asked_target),
    Column("Because", 60, lambda row: row.line.asked_because),
)

DATES_ASKED = (
    Column("Ref", 6, lambda line: line.ref),
    Column("Measure", 46, lambda line: line.text),
    Column("Target date", 16, lambda line: line.target),
    Column("Date asked for", 16, lambda line: line.asked_target),
    Column("Because", 60, lambda line: line.asked_because),
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


CHALLENGES = (
    Column("Ref", 14, lambda row: row[0].ref),
    Column("About", 54, lambda row: row[0].name),
    Column("Rating questioned", 30, lambda row: row[0].rating),
    Column("Record of the rating", 12, lambda row: row[0].rating_seq or None),
    Column("Stands", 34, lambda row: row[0].stands),
    Column("Raised", 14, lambda row: row[0].on),
    Column("What is asked", 70, lambda row: row[0].text),
    Column("Record", 10, lambda row: row[0].seq or None),
    Column("Reply", 14, lambda row: ("Closed" if row[1].closes else "Answer") if row[1] else ""),
    Column("By", 34, lambda row: row[1].post if row[1] else ""),
    Column("On", 14, lambda row: row[1].on if row[1] else None),
    Column("What it says", 70, lambda row: row[1].text if row[1] else ""),
    Column("Record of the reply", 12, lambda row: row[1].seq or None if row[1] else None),
)


def challenges(pack: Pack) -> Iterator[tuple[Challenged, Answer | None]]:
    """A row for each reply; one for a challenge that nobody has answered."""
    for challenged in pack.challenges:
        for answer in challenged.answers or (None,):
            yield challenged, answer


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
    yield "To open the plan as it stood", pack.reopens
    for level in pack.key:
        yield Rated(level), level.meaning
