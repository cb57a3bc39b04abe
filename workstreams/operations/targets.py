"""A measure's target date: set first, then asked for, agreed or refused. The first is never lost."""

from datetime import date

from .. import due, gather
from ..models import Measure, Meeting, Target
from ..vocabulary import Precision, TargetStep
from . import By, Overtaken, Refused, recorded
from .meetings import lock_held
from .ratings import agreed_rating, plan_of


def set_target(
    *,
    measure: Measure,
    text: str,
    due_on: date | None,
    precision: str,
    by: By,
    note: str = "",
    because: str = "",
    seen: int | None = None,
) -> Target:
    """The target as printed. A later one needs a because, and replaces the one before at once.

    `seen` is the newest step of the target that was looked at, 0 where there was none; None where nobody looked, as
    when a document is applied. Raises Refused where another date waits for the deciding group, or it would be none
    other; Overtaken where another step was written since.
    """
    with recorded(by, because=because):
        Measure.objects.select_for_update(no_key=True).get(pk=measure.pk)
        latest = measure.targets.order_by("-pk").first()
        if seen is not None and (latest.pk if latest else 0) != seen:
            raise Overtaken(None)
        if not measure.is_live:
            raise Refused("This measure has been withdrawn from the plan, so its date stays as it is.")
        if latest is not None and latest.step == TargetStep.ASKED:
            raise Refused(
                f"{latest.text} has been asked for and waits for the {plan_of(measure).deciding_group}, which decides"
                " that first."
            )
        now = measure.targets.filter(step__in=Target.CURRENT_STEPS).order_by("-pk").first()
        if now is not None and (now.due_on, now.text, now.note) == (due_on, text, note):
            raise Refused("That is the date it has already. Give another, or leave it.")
        return _step(measure, TargetStep.SET, text, due_on, precision, by, because=because, note=note)


def ask_for_target(
    *,
    measure: Measure,
    due_on: date,
    because: str,
    by: By,
    precision: str = Precision.MONTH,
    text: str = "",
    seen: int | None = None,
) -> Target:
    """Ask the deciding group for another date. Nothing moves until it agrees; a newer request replaces one that waits.

    The date is written as its precision says, unless `text` prints more than a date. `seen` is the newest step of
    the target that the one who asks knew of, 0 where there was none. Raises Refused for a date that would not be
    another or cannot be kept, Overtaken where another step was written since.
    """
    text = text or (f"{due_on:%B %Y}" if precision == Precision.MONTH else f"{due_on:%-d %B %Y}")
    with recorded(by, because=because):
        Measure.objects.select_for_update(no_key=True).get(pk=measure.pk)
        latest = measure.targets.order_by("-pk").first()
        if seen is not None and (latest.pk if latest else 0) != seen:
            raise Overtaken(None)
        _refuse_unasked(measure)
        if not because.strip():
            raise Refused(because="Say why the date has to move.")
        if due_on < gather.today():
            raise Refused(due_on=f"{text} has passed. Ask for a date that is still to come.")
        now = measure.targets.filter(step__in=Target.CURRENT_STEPS).order_by("-pk").first()
        if now is not None and (now.due_on, now.text) == (due_on, text):
            raise Refused(due_on=f"{text} is the date it has already. Ask for another.")
        if latest is not None and latest.step == TargetStep.ASKED and latest.text == text:
            raise Refused(due_on=f"{text} has been asked for already. The Executive decides it.")
        return _step(measure, TargetStep.ASKED, text, due_on, precision, by, because=because)


def _refuse_unasked(measure: Measure) -> None:
    """No date is asked for what has none, or needs none any more."""
    if not measure.is_live:
        raise Refused("This measure has been withdrawn from the plan, so its date stays as it is.")
    if due.rolls(measure.recurrence):
        raise Refused("This measure is answered again and again, so it has no date that could move.")
    agreed = agreed_rating(measure)
    if agreed and agreed.level and agreed.level.is_complete:
        raise Refused(f"The Executive agreed {agreed.level.word}, complete, so its date stays as it is.")


def decide_target(
    *, measure: Measure, meeting: Meeting, agreed: bool, because: str, by: By, seen: int | None = None
) -> Target:
    """Agree to the date asked for, or refuse it; either needs a because.

    `seen` is the asking that was looked at. Raises Refused where no date is asked for, Overtaken where another was
    asked for since, or that one has been decided.
    """
    if not because.strip():
        raise Refused(because="Say why the date was agreed or refused.")
    with recorded(by, because=because):
        lock_held(meeting)
        Measure.objects.select_for_update(no_key=True).get(pk=measure.pk)
        asked = measure.targets.order_by("-pk").first()
        if seen is not None and seen != (asked.pk if asked else None):
            raise Overtaken(None)
        if asked is None or asked.step != TargetStep.ASKED:
            raise Refused("No other date has been asked for, or it has been decided.")
        if plan_of(measure).deciding_group_id != meeting.group_id:
            raise Refused("Another group decides this measure's plan.")
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
            as_deputy=by.as_deputy,
            follows=latest,
        )
