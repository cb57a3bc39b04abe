"""The workbook of a meeting's minutes."""

from collections.abc import Iterator

from ..pack import Minutes
from ..pack.minutes import Dated, Judged, Ruling
from . import rows
from .rows import Column
from .sheets import Book, Rated, Value

DECISIONS = (
    Column("Decided", 26, lambda r: r.result),
    Column("Ref", 6, lambda r: r.of.ref),
    Column("Measure", 54, lambda r: r.of.name),
    Column("Tags", 8, lambda r: " ".join(r.of.tags)),
    Column("Proposed", 18, lambda r: Rated(r.proposed, proposed=True)),
    Column("Proposed by", 34, lambda r: r.by),
    Column("The papers", 24, lambda r: r.beside_papers),
    Column("Agreed before", 14, lambda r: Rated(r.stood)),
    Column("Agreed", 14, lambda r: Rated(r.agreed) if r.agreed else ""),
    Column("Because", 60, lambda r: r.because),
    Column("Record of the proposal", 12, lambda r: r.proposed_seq or None),
    Column("Record of the decision", 12, lambda r: r.seq or None),
)
IMPACT = (
    Column("Ref", 6, lambda r: r.of.ref),
    Column("Measure", 54, lambda r: r.of.name),
    Column("Impact reported", 70, lambda r: r.reported),
    Column("Decided", 16, lambda r: "Accepted" if r.accepted else "Not accepted"),
    Column("What was said", 60, lambda r: r.said),
    Column("Record", 10, lambda r: r.seq or None),
)
DATES = (
    Column("Ref", 6, lambda r: r.of.ref),
    Column("Measure", 54, lambda r: r.of.name),
    Column("Target then", 18, lambda r: r.kept),
    Column("Asked for", 18, lambda r: r.asked),
    Column("Asked by", 34, lambda r: r.by),
    Column("Why", 50, lambda r: r.why),
    Column("Decided", 14, lambda r: "Agreed" if r.agreed else "Not agreed"),
    Column("Because", 50, lambda r: r.because),
    Column("Record", 10, lambda r: r.seq or None),
)


def draw_minutes(minutes: Minutes) -> bytes:
    """The workbook: decisions, impact, dates, what changed, and what it is drawn from.

    Raises CouldNotDraw for a text that no cell can hold.
    """
    book = Book(
        title=f"{minutes.title}: {minutes.standing}",
        by=minutes.partnership,
        on=minutes.on,
        seq=minutes.seq,
        provisional=False,
    )

    def add(
        name: str,
        columns: tuple[Column, ...],
        found: "tuple[Ruling, ...] | tuple[Judged, ...] | tuple[Dated, ...]",
    ) -> None:
        head = [(minutes.heads.one if c.title == "Measure" else c.title, c.width) for c in columns]
        book.add(name, head, rows.of(columns, found))

    add("Decisions", DECISIONS, minutes.rulings)
    add("Impact", IMPACT, minutes.impacts)
    add("Target dates", DATES, minutes.dates)
    book.add(
        "Changes", [("Change", 120), ("Record", 10)], ((c.sentence, c.seq or None) for c in minutes.changes)
    )
    book.add("About", [("About these minutes", 34), ("What it says", 100)], _about(minutes))
    return book.written()


def _about(minutes: Minutes) -> Iterator[tuple[Value, Value]]:
    yield "Plan", minutes.title
    yield "Partnership", minutes.partnership
    yield minutes.meeting, minutes.held_on
    for post in minutes.present:
        yield "Present", post
    yield from minutes.summary
    for heading, waiting in (
        ("Impact that waits for the next meeting", minutes.impacts_waiting),
        ("Date that waits for the next meeting", minutes.dates_waiting),
        ("Not updated", minutes.not_updated),
    ):
        for measure in waiting:
            yield heading, f"{measure.ref} {measure.name}".strip()
    for source in minutes.sources:
        yield f"Version {source.label}, {source.what}", source.anchor
    yield "To open the plan as the meeting left it", minutes.reopens
