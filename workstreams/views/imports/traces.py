"""Each value of a plan beside the cell of the file that it was read from."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...intake.document import Document
from ...picture import Level, Measure, Placed, PlanPicture, Workstream
from ...vocabulary import short_name
from ...words import dated

# What a field of a picture's row is called; the order in which they are shown.
FIELDS = {
    "number": "Number",
    "ref": "Reference",
    "title": "Title",
    "aim": "Aim",
    "statement": "Outcome",
    "evidence_note": "Note on evidence",
    "text": "Words",
    "officers": "Officers",
    "reporting_duty": "Reports",
    "progress_note": "Progress",
    "sources": "Sources",
    "recurrence": "How often",
    "target": "Target date",
    "agreed": "Rating",
}
ALWAYS = ("officers", "target", "agreed")  # that nothing was understood of these is worth saying
SAME = {"level": "agreed", "progress": "progress_note", "milestone": "text"}


@dataclass(frozen=True, slots=True)
class Value:
    what: str
    said: str
    level: Level | None = None
    measure: Measure | None = None  # whose tags are shown beside it


@dataclass(slots=True)
class Source:
    """A cell of the file as printed, and all that was understood of it for one row."""

    at: str
    printed: str
    values: list[Value] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Trace:
    """One row of the plan with the cells that it comes from."""

    noun: str
    id: int
    ref: str
    name: str
    sources: tuple[Source, ...]

    @property
    def is_measure(self) -> bool:
        return self.noun == "measure"


Cells = Callable[[tuple[str, int]], Mapping[str, str]]


def texts_of(document: Document) -> dict[str, str]:
    """What is printed at each place of the file."""
    found = {paragraph.at: paragraph.text for paragraph in document.paragraphs}
    for table in document.tables:
        for row in table.rows:
            found |= {cell.at: cell.text for cell in row}
    return found


def by_read_id(cells: Mapping[str, str]) -> dict[int, dict[str, str]]:
    """The places of a reading by the id of their row, then by field."""
    found: dict[int, dict[str, str]] = {}
    for key, at in cells.items():
        row, _, name = key.partition(" ")
        if row.lstrip("-").isdecimal():
            found.setdefault(int(row), {})[name] = at
    return found


def by_row(cells: Mapping[str, str]) -> dict[tuple[str, int], dict[str, str]]:
    """The places of a file that was applied, by the rows that they became, then by field."""
    found: dict[tuple[str, int], dict[str, str]] = {}
    for key, at in cells.items():
        parts = key.split(" ")
        if len(parts) == 3 and parts[1].isdecimal():
            found.setdefault((parts[0], int(parts[1])), {})[parts[2]] = at
    return found


def places_read(recognised: Mapping[int, tuple[str, int]], cells: Mapping[str, str]) -> Cells:
    """The places of each row of a matched picture, which has the ids of the live plan where a row was recognised."""
    places = by_read_id(cells)
    live = {row: places.get(read_id, {}) for read_id, row in recognised.items()}
    return lambda row: live.get(row) or places.get(row[1], {})


def traces(
    workstream: Workstream, picture: PlanPicture, cells: Cells, texts: Mapping[str, str]
) -> Iterator[Trace]:
    """Every row of a workstream that comes from the file, in plan order."""
    yield from _trace("workstream", workstream.number, workstream.title, workstream, cells, texts)
    for outcome in workstream.outcomes:
        if not outcome.is_unnamed:
            yield from _trace("outcome", outcome.ref, outcome.statement, outcome, cells, texts)
        for action in outcome.actions:
            ref = outcome.ref or workstream.number
            yield from _trace("action", ref, action.lead or action.text, action, cells, texts)
            for measure in action.measures:
                placed = Placed(measure, action, outcome, workstream)
                yield from _trace("measure", placed.ref, placed.text, measure, cells, texts)


def sources_of(
    noun: str, item: Any, cells: Mapping[str, str], texts: Mapping[str, str]
) -> tuple[Source, ...]:
    """The cells of one row, each once, with what was understood of each."""
    found: dict[str, Source] = {}
    known = sorted(
        ((SAME.get(name, name), at) for name, at in cells.items()), key=lambda each: _order(each[0])
    )
    for name, at in known:
        # Our own workbook names the officers beside each measure, too: they are the action's.
        if name in FIELDS and hasattr(item, name) and (name in ALWAYS or getattr(item, name)):
            source = found.setdefault(at, Source(at, texts.get(at, "")))
            source.values.append(_value(noun, item, name))
    return tuple(found.values())


def _order(name: str) -> int:
    return list(FIELDS).index(name) if name in FIELDS else len(FIELDS)


def _trace(
    noun: str, ref: str, text: str, item: Any, cells: Cells, texts: Mapping[str, str]
) -> Iterator[Trace]:
    if found := sources_of(noun, item, cells((noun, item.id)), texts):
        yield Trace(noun, item.id, ref, short_name(text), found)


def _value(noun: str, item: Any, name: str) -> Value:
    match name:
        case "officers":
            said = "; ".join(f"DSL: {o.title}" if o.is_dsl else o.title for o in item.officers)
            return Value(FIELDS[name], said or "Nobody is named")
        case "sources":
            return Value(FIELDS[name], "; ".join(source.printed for source in item.sources))
        case "target":
            target = item.target
            if target is None:
                return Value(FIELDS[name], "None")
            due = f", due {dated(target.due_on)}" if target.due_on else ""
            return Value(FIELDS[name], f"{target.text}{due}")
        case "agreed":
            return Value(FIELDS[name], item.level.word if item.level else "Not rated", level=item.level)
        case "text" if noun == "measure":
            return Value("Measure", item.plain, measure=item)
        case "text":
            return Value("Action", item.text)
    return Value(FIELDS[name], str(getattr(item, name, "") or "–"))
