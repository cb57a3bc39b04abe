"""The ledger as people read it: which rows somebody may see, and each of them as a sentence."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from ..models import Impact, Ledger, Plan, Rating, Target
from ..picture import Reader
from .entry import Entry
from .fields import Field, fields
from .rows import Chosen, Kind, chosen, of_measure, of_plan, visible, without_drafts
from .sentences import entries

__all__ = [
    "Chosen",
    "Entry",
    "Field",
    "HistoryRow",
    "Kind",
    "chosen",
    "entries",
    "export_rows",
    "fields",
    "neighbours",
    "timeline",
    "visible",
    "without_drafts",
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


def neighbours(row: Ledger, reader: Reader) -> dict[str, Ledger]:
    """The steps beside a step of a rating, a target or an impact: what it answers and corrects, what came of it."""
    model = next((m for m in (Rating, Target, Impact) if m._meta.db_table == row.table), None)
    if model is None:
        return {}
    beside = {
        "Answers": row.image["follows_id"],
        "Corrects": row.image.get("corrects_id"),
        "Answered by": model._default_manager.filter(follows_id=int(row.row))
        .values_list("pk", flat=True)
        .first(),
    }
    rows = visible(Ledger.objects.filter(table=row.table, operation="INSERT"), reader)
    found = {r.row: r for r in rows.filter(row__in=[str(pk) for pk in beside.values() if pk])}
    return {label: found[str(pk)] for label, pk in beside.items() if str(pk) in found}


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


def _batches(rows: Iterable[Ledger]) -> Iterable[list[Ledger]]:
    some: list[Ledger] = []
    for row in rows:
        some.append(row)
        if len(some) == TOGETHER:
            yield some
            some = []
    if some:
        yield some
