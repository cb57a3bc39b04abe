"""Impact reported to the deciding group, and accepted or not. Independent of the level: Blue is not accepted."""

from datetime import date

from .. import due
from ..models import Impact, Measure, Meeting
from ..vocabulary import ImpactStep, MeetingState
from . import By, Overtaken, Refused, recorded
from .meetings import lock_held
from .ratings import is_before, period_at, plan_of


def report_impact(
    *, measure: Measure, meeting: Meeting, text: str, by: By, seen: int | None = None
) -> Impact:
    """Report what changed for children, for this meeting. A newer report takes the place of one that waits.

    `seen` is the newest step of impact that the one who writes knew of, 0 where there was none. Raises Refused
    where there is nothing to report or the last report lies before a meeting, Overtaken where another step was
    written since.
    """
    if not text.strip():
        raise Refused(text="Say what changed for children and how that is known.")
    with recorded(by):
        latest = _locked(measure)
        if seen is not None and (latest.pk if latest else 0) != seen:
            raise Overtaken(None)
        if not measure.is_live:
            raise Refused("This measure has been withdrawn from the plan, so no impact is reported for it.")
        sitting = Meeting.objects.filter(group=meeting.group_id, state=MeetingState.HELD).first()
        if latest and sitting and (_lies_before(latest, sitting) or _was_decided_at(latest, sitting)):
            raise Refused(
                "The Executive is in session and this measure’s impact is on its table. Report again when the meeting"
                " is closed."
            )
        if latest and latest.step == ImpactStep.ACCEPTED and not due.rolls(measure.recurrence):
            raise Refused(
                f"The Executive accepted this measure’s impact on {latest.meeting.held_on:%-d %B %Y}, so there is"
                " nothing left to report."
            )
        return _step(latest, measure, meeting, ImpactStep.REPORTED, text, by, period_at(measure, meeting))


def decide_impact(
    *, measure: Measure, meeting: Meeting, accepted: bool, text: str, by: By, seen: int | None = None
) -> Impact:
    """Accept the impact that was reported, at whatever meeting, or not, with words.

    `seen` is the step that was looked at: that may be this meeting's own decision, which is corrected with words.
    Raises Refused where none waits to be decided, Overtaken where another step was written since.
    """
    if not accepted and not text.strip():
        raise Refused(text="Say what the Executive missed.")
    with recorded(by):
        meeting = lock_held(meeting)
        latest = _locked(measure)
        if seen is not None and seen != (latest.pk if latest else None):
            raise Overtaken(None)
        step = ImpactStep.ACCEPTED if accepted else ImpactStep.NOT_ACCEPTED
        corrects = seen is not None and latest is not None and _was_decided_at(latest, meeting)
        if latest is None or latest.step == step or not (corrects or latest.step == ImpactStep.REPORTED):
            raise Refused("No impact has been reported for this measure, or it has been decided.")
        if corrects and not text.strip():
            raise Refused(text="This was decided at this meeting. Say why that is corrected.")
        if not (corrects or is_before(latest, meeting)):
            raise Refused(f"This impact was reported for the {latest.meeting}. It is decided there.")
        if plan_of(measure).deciding_group_id != meeting.group_id:
            raise Refused("Another group decides this measure's plan.")
        return _step(latest, measure, meeting, step, text, by, latest.period_ends_on)


def _lies_before(impact: Impact, meeting: Meeting) -> bool:
    return impact.step == ImpactStep.REPORTED and is_before(impact, meeting)


def _was_decided_at(impact: Impact, meeting: Meeting) -> bool:
    return impact.step != ImpactStep.REPORTED and impact.meeting_id == meeting.pk


def _locked(measure: Measure) -> Impact | None:
    """Lock the measure and answer its latest step of impact."""
    Measure.objects.select_for_update(no_key=True).get(pk=measure.pk)
    return measure.impacts.order_by("-pk").select_related("meeting").first()


def _step(
    latest: Impact | None,
    measure: Measure,
    meeting: Meeting,
    step: ImpactStep,
    text: str,
    by: By,
    period_ends_on: date | None,
) -> Impact:
    return Impact.objects.create(
        measure=measure,
        step=step,
        text=text,
        period_ends_on=period_ends_on,
        meeting=meeting,
        by=by.user,
        for_post=by.post,
        as_deputy=by.as_deputy,
        follows=latest,
    )
