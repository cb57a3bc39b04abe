"""The ledger as people read it: which rows somebody may see, and each of them as a sentence."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from ..models import Challenge, Impact, Ledger, Plan, Rating, Target
from ..picture import Reader
from ..vocabulary import ChallengeStep
from .acts import Act, acts
from .entry import Entry
from .extract import PROVISIONAL, Extract, Line, batches, extracted, lines, whole
from .fields import LABELS, Field, fields
from .later import Later, recorded_later
from .places import called, has_drafts, of_plan
from .rows import Chosen, Kind, chosen, of_measure, visible
from .sentences import entries

__all__ = [
    "LABELS",
    "PROVISIONAL",
    "SHOWN",
    "Act",
    "Chosen",
    "Entry",
    "Extract",
    "Field",
    "HistoryRow",
    "Kind",
    "Later",
    "Line",
    "acts",
    "called",
    "chosen",
    "entries",
    "export_rows",
    "extracted",
    "fields",
    "has_drafts",
    "lines",
    "neighbours",
    "recorded_later",
    "timeline",
    "visible",
    "whole",
]

SHOWN = 100  # entries of one measure that a page tells or draws at once

_BESIDE_A_CHALLENGE = {
    ChallengeStep.RAISED.value: "Raised in",
    ChallengeStep.ANSWERED.value: "Answered in",
    ChallengeStep.CLOSED.value: "Closed in",
}


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


def timeline(measure_id: int, reader: Reader, newest: int = SHOWN, *, upto: int | None = None) -> list[Entry]:
    """What happened to one measure and this reader may see, newest first; of a very long life the newest part.

    `upto` a row of the ledger it is told as it was known then: what was corrected later is not struck through yet.
    """
    rows = visible(of_measure(Ledger.objects.all(), measure_id), reader).order_by("-seq")
    if upto is None:
        return entries(rows[:newest], reader)
    known = list(rows.filter(seq__lte=upto)[:newest])
    corrected = {row.image.get("corrects_id") for row in known if row.table == Rating._meta.db_table}
    told = zip(known, entries(known, reader), strict=True)
    return [replace(entry, struck=entry.struck and row.image["id"] in corrected) for row, entry in told]


def neighbours(row: Ledger, reader: Reader) -> dict[str, Ledger]:
    """The steps beside a step of a rating, a target or an impact: what it answers and corrects, what came of it. Beside
    a step of a challenge: what it questions, and the other steps."""
    if row.table == Challenge._meta.db_table:
        return _of_challenge(row, reader)
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


def _of_challenge(row: Ledger, reader: Reader) -> dict[str, Ledger]:
    raised = row.image["in_reply_to_id"] or row.image["id"]
    replies = Challenge.objects.filter(in_reply_to=raised).order_by("pk").values_list("pk", flat=True)
    steps = {row.table: [str(pk) for pk in (raised, *replies)]}
    if rating := row.image["rating_id"]:
        steps[Rating._meta.db_table] = [str(rating)]
    wanted = Q()
    for table, keys in steps.items():
        wanted |= Q(table=table, row__in=keys)
    found = visible(Ledger.objects.filter(wanted, operation="INSERT"), reader).exclude(seq=row.seq)
    beside: dict[str, Ledger] = {}
    for other in found.order_by("seq"):
        label = _BESIDE_A_CHALLENGE.get(other.image["step"], "Questions")
        answers = sum(each.startswith(label) for each in beside)
        beside[f"{label} ({answers + 1})" if answers else label] = other
    return beside


def export_rows(plan: Plan | None, reader: Reader, upto: int | None = None) -> tuple[HistoryRow, ...]:
    """The history of one plan, or everything, as this reader may see it: oldest first, `upto` a row of the ledger and
    then by the names that things had there."""
    rows = Ledger.objects.all() if upto is None else Ledger.objects.filter(seq__lte=upto)
    rows = visible(of_plan(rows, plan) if plan else rows, reader)
    return tuple(
        HistoryRow(e.seq, e.at, e.who, e.post, e.what, e.was, e.now, e.because, e.meeting)
        for some in batches(rows)
        for e in entries(some, reader, upto=upto)
    )
