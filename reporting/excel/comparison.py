"""The workbook of two moments of a plan compared."""

from collections.abc import Iterator

from workstreams.compare import Kind, Part, Record, Subject, Traced

from ..pack import Compared
from .sheets import Book, Rated, Value

CHANGES = (
    ("Part of the plan", 30),
    ("Ref", 7),
    ("What", 46),
    ("Kind", 20),
    ("What changed", 60),
    ("Before", 40),
    ("Now", 40),
    ("Moved by", 16),
    ("Decided", 13),
    ("Why", 50),
    ("Who", 24),
    ("In the post", 34),
    ("When", 18),
    ("Record", 10),
    ("Further records", 18),
)
RATED = (Kind.LEVEL, Kind.AMENDED, Kind.PROPOSED)


def draw_comparison(paper: Compared) -> bytes:
    """The workbook: a row for each change, and what the two moments are.

    Raises CouldNotDraw for a text that no cell can hold.
    """
    book = Book(
        title=f"{paper.title}: {paper.standing}",
        by=paper.partnership,
        on=paper.on,
        seq=paper.seq,
        provisional=not paper.agreed,
    )
    book.add("Changes", CHANGES, _changes(paper), freeze="D2")
    book.add("About", [("About this comparison", 34), ("What it says", 100)], _about(paper))
    return book.written()


def _changes(paper: Compared) -> Iterator[tuple[Value, ...]]:
    for part in paper.comparison.parts:
        for subject in part.subjects:
            for traced in subject.changes:
                yield _row(part, subject, traced)


def _row(part: Part, subject: Subject, traced: Traced) -> tuple[Value, ...]:
    change = traced.change
    first: Record | None = traced.records[0] if traced.records else None
    further = [record.seq for record in traced.records[1:]] + list(traced.earlier)
    rated = change.kind in RATED
    return (
        part.heading,
        subject.ref,
        subject.name,
        Kind(change.kind).value.capitalize(),
        change.rest,
        Rated(change.level_before) if rated else traced.was,
        Rated(change.level_after, proposed=change.is_proposal) if rated else traced.now,
        change.distance,
        "Not decided" if change.is_undecided else "",
        traced.why,
        first.who if first else "",
        first.post if first else "",
        first.at.replace(tzinfo=None, microsecond=0) if first else None,
        first.seq if first else None,
        ", ".join(str(seq) for seq in further),
    )


def _about(paper: Compared) -> Iterator[tuple[Value, Value]]:
    comparison = paper.comparison
    yield "Plan", paper.title
    yield "Partnership", paper.partnership
    for name, end in (("From", comparison.before), ("To", comparison.after)):
        yield name, end.words
        yield f"{name}: day", end.on
        yield f"{name}: newest record and its fingerprint", end.anchor
    yield "Changes", comparison.summary
    if comparison.undecided:
        yield "Not decided", comparison.undecided
    if comparison.rest:
        yield "Records that left no difference", comparison.rest
    if paper.partial:
        yield "Drawn for", "A reader who does not see every group’s proposals"
    yield (
        "How to check it",
        "Each record stands in the ledger of the partnership under its number. If anything up to the two records above"
        " were changed afterwards, their fingerprints would no longer match it.",
    )
