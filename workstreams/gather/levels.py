"""The agreed levels of a plan as each closed meeting left them."""

from bisect import bisect_left
from collections import defaultdict
from datetime import datetime

from django.db.models import Q

from .. import life
from ..answers import AtMeeting
from ..models import Measure, Plan, Rating, Version
from ..vocabulary import RatingStep
from .rows import Row, rows_by


def levels_at_meetings(plan: Plan) -> tuple[AtMeeting, ...]:
    """In the order the meetings closed: two queries, however many there were.

    A meeting closes with the version that it agrees. A rating counts from its own meeting on; one recorded after
    that meeting had closed, as a correction may be, from the first that closed later.
    """
    closed = list(
        Version.objects.filter(plan=plan)
        .agreed()
        .order_by("seq")
        .values("id", "at", "meeting_id", "meeting__held_on", "meeting__kind")
    )
    agreements = Q(step=RatingStep.AGREED) | Q(corrects__isnull=False)  # deferred instead: agreed no longer
    steps = Rating.objects.filter(agreements, measure__in=Measure.objects.live().of_plan(plan)).order_by("id")
    columns = ("id", "measure_id", "step", "corrects_id", "level__code", "version_id", "meeting_id", "at")
    ratings: list[Row] = [dict(step) for step in steps.values(*columns)]
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


def _agreed(steps: list[Row]) -> str | None:
    """The code of the level that stands after these steps of one measure."""
    lived = reversed(life.lived(steps))
    return next((step["level__code"] for step in lived if step["step"] == RatingStep.AGREED), None)
