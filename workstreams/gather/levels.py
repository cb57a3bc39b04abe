"""The agreed levels of a plan as each closed meeting left them, as known now or as at a moment."""

from bisect import bisect_left
from collections import defaultdict
from datetime import datetime
from typing import TypeVar

from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.functions import Cast

from .. import life
from ..answers import AtMeeting
from ..models import Ledger, Level, Measure, Plan, Rating, Version
from ..models.record import AppendOnly
from ..vocabulary import RatingStep
from .moments import Moment
from .rows import Row, rows_by

Steps = TypeVar("Steps", bound=AppendOnly)


def levels_at_meetings(plan: Plan, as_at: Moment | None = None) -> tuple[AtMeeting, ...]:
    """In the order the meetings closed, now or as that was `as_at` a moment: a few queries, however many there were.

    A meeting closes with the version that it agrees. A rating counts from its own meeting on; one recorded after
    that meeting had closed, as a correction may be, from the first that closed later.
    """
    closed = list(
        _written(Version.objects.filter(plan=plan).agreed(), as_at)
        .order_by("seq")
        .values("id", "at", "meeting_id", "meeting__held_on", "meeting__kind")
    )
    agreements = Q(step=RatingStep.AGREED) | Q(corrects__isnull=False)  # deferred instead: agreed no longer
    measures = Measure.objects.of_plan(plan) if as_at else Measure.objects.live().of_plan(plan)
    steps = _written(Rating.objects.filter(agreements, measure__in=measures), as_at).order_by("id")
    columns = (
        "id",
        "measure_id",
        "step",
        "corrects_id",
        "level_id",
        "level__code",
        "version_id",
        "meeting_id",
        "at",
    )
    ratings: list[Row] = [{**step} for step in steps.values(*columns)]
    if as_at is not None:
        codes = _codes_at(plan, as_at)
        for rating in ratings:
            rating["level__code"] = codes.get(rating["level_id"])
    by_version = {version["id"]: place for place, version in enumerate(closed)}
    by_meeting = {version["meeting_id"]: place for place, version in enumerate(closed)}
    moments: list[datetime] = [version["at"] for version in closed]

    def place(rating: Row) -> int | None:
        if rating["version_id"] in by_version:  # an imported version brings its ratings with it
            return by_version[rating["version_id"]]
        own = by_meeting.get(rating["meeting_id"])
        return None if own is None else max(own, bisect_left(moments, rating["at"]))

    for rating in ratings:
        rating["place"] = place(rating)
    recorded = rows_by(ratings, "place")
    known: dict[int, list[Row]] = defaultdict(list)
    levels: dict[int, str] = {}
    found = []
    for number, version in enumerate(closed):
        for measure_id, new in rows_by(recorded[number], "measure_id").items():
            known[measure_id] += new
            level = _agreed(known[measure_id])
            if level is None:
                levels.pop(measure_id, None)
            else:
                levels[measure_id] = level
        found.append(
            AtMeeting(
                version["meeting_id"], version["meeting__held_on"], version["meeting__kind"], dict(levels)
            )
        )
    return tuple(found)


def _written(steps: QuerySet[Steps], as_at: Moment | None) -> QuerySet[Steps]:
    """Those of these rows, which never change, that had been written by then."""
    if as_at is None:
        return steps
    rows = Ledger.objects.filter(table=steps.model._meta.db_table, seq__lte=as_at.upto)
    return steps.filter(pk__in=rows.order_by().values_list(Cast("row", BigIntegerField()), flat=True))


def _codes_at(plan: Plan, moment: Moment) -> dict[int, str]:
    """The letters that the plan's levels had, by id."""
    rows = Ledger.objects.filter(table=Level._meta.db_table, after__plan_id=plan.pk, seq__lte=moment.upto)
    return {row.image["id"]: row.image["code"] for row in rows.order_by("seq").only("seq", "before", "after")}


def _agreed(steps: list[Row]) -> str | None:
    """The code of the level that stands after these steps of one measure."""
    lived = reversed(life.lived(steps))
    return next((step["level__code"] for step in lived if step["step"] == RatingStep.AGREED), None)
