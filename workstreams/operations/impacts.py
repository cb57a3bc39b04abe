"""Impact reported to the deciding group, and accepted or not. Independent of the level: Blue is not accepted."""

from ..models import Impact, Measure, Meeting
from ..vocabulary import ImpactStep
from . import By, Refused, recorded
from .meetings import lock_held


def report_impact(*, measure: Measure, meeting: Meeting, text: str, by: By) -> Impact:
    """Report what changed for children, for this meeting."""
    if not text.strip():
        raise Refused(text="Say what changed for children and how that is known.")
    return _step(measure, meeting, ImpactStep.REPORTED, text, by)


def decide_impact(*, measure: Measure, meeting: Meeting, accepted: bool, text: str, by: By) -> Impact:
    """Accept the impact that was reported, or not, with words. Raises Refused where none waits to be decided."""
    if not accepted and not text.strip():
        raise Refused(text="Say what the Executive missed.")
    with recorded(by):
        lock_held(meeting)
        latest = _locked(measure)
        if latest is None or latest.step != ImpactStep.REPORTED:
            raise Refused("No impact has been reported for this measure, or it has been decided.")
        return _step(measure, meeting, ImpactStep.ACCEPTED if accepted else ImpactStep.NOT_ACCEPTED, text, by)


def _locked(measure: Measure) -> Impact | None:
    """Lock the measure and answer its latest step of impact."""
    Measure.objects.select_for_update(no_key=True).get(pk=measure.pk)
    return measure.impacts.order_by("-pk").first()


def _step(measure: Measure, meeting: Meeting, step: ImpactStep, text: str, by: By) -> Impact:
    with recorded(by):
        latest = _locked(measure)
        return Impact.objects.create(
            measure=measure,
            step=step,
            text=text,
            meeting=meeting,
            by=by.user,
            for_post=by.post,
            follows=latest,
        )
