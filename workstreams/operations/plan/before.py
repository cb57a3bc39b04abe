"""What stood in a plan before this register began: its printed versions, and the levels agreed in them."""

from datetime import date
from typing import Any

from ...models import Level, Measure, Plan, Rating, Version
from ...vocabulary import RatingStep, VersionStep
from .. import By, recorded


def register_version(
    *, plan: Plan, label: str, seq: int, changes: str, editors: str, dated: date, by: By | str
) -> Version:
    """A row of the printed version table: what was recorded before this register began. It has no picture."""
    with recorded(by):
        return Version.objects.create(
            plan=plan,
            label=label,
            seq=seq,
            step=VersionStep.REGISTER,
            changes=changes,
            editors=editors,
            dated=dated,
        )


def record_agreed(
    *, measure: Measure, level: Level, agreed_on: date, by: By, meeting: Any, period_ends_on: date | None
) -> Rating:
    """A level that the deciding group had agreed before this register began, as its version prints it."""
    with recorded(by):
        return Rating.objects.create(
            measure=measure,
            step=RatingStep.AGREED,
            level=level,
            meeting=meeting,
            period_ends_on=period_ends_on,
            effective_on=agreed_on,
            by=by.user,
            for_post=by.post,
        )
