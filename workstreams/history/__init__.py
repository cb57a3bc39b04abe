"""The ledger as people read it: which rows somebody may see, and each of them as a sentence."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from ..models import Ledger, Plan
from ..picture import Reader
from .rows import Chosen, Kind, chosen, of_measure, of_plan, visible
from .sentences import Entry, entries

__all__ = [
    "Chosen",
    "Entry",
    "HistoryRow",
    "Kind",
    "chosen",
    "entries",
    "export_rows",
    "timeline",
    "visible",
]

TOGETHER = 2_000  # rows that an export turns into sentences at a time


class HistoryRow(NamedTuple):
    """One row of the ledger as an export prints it, in the order of its columns."""

    seq: int
    at: datetime
    who: str
    post: str
    what: str
    was: str
    now: str
    because: str
    meeting: str


def timeline(measure_id: int, reader: Reader) -> list[Entry]:
    """All that happened to one measure and that this reader may see, newest first."""
    rows = visible(of_measure(Ledger.objects.all(), measure_id), reader)
    return entries(rows.order_by("-seq"), reader)


def export_rows(plan: Plan | None, reader: Reader) -> tuple[HistoryRow, ...]:
    """The history of one plan, or everything, as this reader may see it: oldest first."""
    rows = visible(of_plan(Ledger.objects.all(), plan) if plan else Ledger.objects.all(), reader)
    found: list[HistoryRow] = []
    for some in _batches(rows.order_by("seq")):
        found += (
            HistoryRow(e.seq, e.at, e.who, e.post, e.what, e.was, e.now, e.because, e.meeting)
            for e in entries(some, reader)
        )
    return tuple(found)


def _batches(rows: "Iterable[Ledger]") -> Iterable[list[Ledger]]:
    some: list[Ledger] = []
    for row in rows:
        some.append(row)
        if len(some) == TOGETHER:
            yield some
            some = []
    if some:
        yield some
