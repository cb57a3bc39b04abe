"""A measure's target date: set first, then asked for, agreed or refused. The first is never lost."""

from datetime import date

from ..models import Measure, Meeting, Target
from ..vocabulary import Precision, TargetStep
from . import By, Refused, recorded
from .meetings import lock_held


def set_target(
    *,
    measure: Measure,
    text: str,
    due_on: date | None,
    precision: str,
    by: By,
    note: str = "",
    because: str = "",
) -> Target:
    """The target as printed. A later one needs a because."""
    return _step(measure, TargetStep.SET, text, due_on, precision, by, because=because, note=note)


def ask_for_target(*, measure: Measure, text: str, due_on: date, because: str, by: By) -> Target:
    """Ask the deciding group for another date. Nothing moves until it agrees."""
    if not because.strip():
        raise Refused(target_because="Say why the date has to move.")
    return _step(measure, TargetStep.ASKED, text, due_on, Precision.MONTH, by, because=because)


def decide_target(
    *, measure: Measure, meeting: Meeting, agreed: bool, because: str, by: By, text: str | None = None
) -> Target:
    """Agree to the date asked for, or refuse it; either needs a because.

    `text` is the date that was looked at. Raises Refused where none was asked, or another since.
    """
    if not because.strip():
        raise Refused(because="Say why the date was agreed or refused.")
    with recorded(by, because=because):
        lock_held(meeting)
        Measure.objects.select_for_update(no_key=True).get(pk=measure.pk)
        asked = measure.targets.order_by("-pk").first()
        if asked is None or asked.step != TargetStep.ASKED:
            raise Refused("No other date has been asked for, or it has been decided.")
        if text is not None and asked.text != text:
            raise Refused(f"Another date has been asked for since: {asked.text}.")
        step = TargetStep.AGREED if agreed else TargetStep.REFUSED
        return _step(
            measure, step, asked.text, asked.due_on, asked.precision, by, because=because, meeting=meeting
        )


def _step(
    measure: Measure,
    step: TargetStep,
    text: str,
    due_on: date | None,
    precision: str,
    by: By,
    *,
    because: str,
    note: str = "",
    meeting: Meeting | None = None,
) -> Target:
    with recorded(by, because=because):
        Measure.objects.select_for_update(no_key=True).get(pk=measure.pk)
        latest = measure.targets.order_by("-pk").first()
        if latest is not None and not because.strip():
            raise Refused(because="Say why the target moves.")
        return Target.objects.create(
            measure=measure,
            step=step,
            text=text,
            note=note,
            due_on=due_on,
            precision=precision,
            because=because,
            meeting=meeting,
            by=by.user,
            for_post=by.post,
            follows=latest,
        )
