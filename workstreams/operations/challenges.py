"""What the scrutineer questions: raised and closed by the scrutineer alone, answered by whom it asks."""

from ..gather import LONDON
from ..models import Challenge, Group, Measure, Plan, Rating, Workstream
from ..vocabulary import ChallengeStep, PlanState, PostKind
from ..words import dated
from . import By, Overtaken, Refused, recorded
from .ratings import plan_of


def raise_challenge(
    *,
    text: str,
    by: By,
    plan: Plan | None = None,
    workstream: Workstream | None = None,
    measure: Measure | None = None,
    rating: Rating | None = None,
) -> Challenge:
    """Question one of these: a rating, a measure, a workstream, or the whole plan.

    Raises Refused without words, by anybody but the scrutineer, for a plan that is still drafted, and for what has
    been withdrawn from its plan.
    """
    if by.post.kind != PostKind.SCRUTINEER:
        raise Refused("Only the independent scrutineer raises a challenge.")
    if not text.strip():
        raise Refused(text="Say what you question, and what you want to know.")
    measure = rating.measure if rating else measure
    if measure:
        plan = plan_of(measure)
    elif workstream:
        plan = workstream.plan
    assert plan is not None  # it is about something
    with recorded(by):
        # Whoever withdraws a part of the plan holds this lock too: what is questioned stays while it is asked.
        Group.objects.select_for_update(no_key=True).get(pk=plan.deciding_group_id)
        if measure:  # nobody says "No change" at the same moment
            Measure.objects.select_for_update(no_key=True).get(pk=measure.pk)
        if refusal := why_not(plan, workstream, measure):
            raise Refused(refusal)
        return Challenge.objects.create(
            plan=plan,
            workstream=None if measure else workstream,
            measure=measure,
            rating=rating,
            step=ChallengeStep.RAISED,
            text=text,
            by=by.user,
            for_post=by.post,
            as_deputy=by.as_deputy,
        )


def why_not(plan: Plan, workstream: Workstream | None, measure: Measure | None) -> str:
    """Why none of these can be questioned now, in a sentence; "" where it can."""
    if Plan.objects.filter(pk=plan.pk, state=PlanState.DRAFT).exists():
        return f"{plan} is still a draft: nobody works to it yet, so there is nothing to question."
    if measure and not measure.is_live:
        return "This measure has been withdrawn from the plan. Question its workstream or the whole plan instead."
    if workstream and Workstream.objects.filter(pk=workstream.pk, withdrawn=True).exists():
        return (
            f"{workstream} has been withdrawn from the plan. Question another part of it, or the whole plan."
        )
    return ""


def answer_challenge(*, challenge: Challenge, text: str, by: By) -> Challenge:
    """Answer it, beside whatever others have answered. Raises Refused without words, Overtaken where it is closed."""
    if by.post.kind == PostKind.SCRUTINEER:
        raise Refused("The scrutineer asks and closes. Others answer.")
    if not text.strip():
        raise Refused(text="Say what the scrutineer is to know.")
    with recorded(by):
        if _steps(challenge)[-1].step == ChallengeStep.CLOSED:
            raise Overtaken(None)
        return _reply(challenge, ChallengeStep.ANSWERED, text, by)


def close_challenge(*, challenge: Challenge, text: str, by: By, seen: int | None) -> Challenge:
    """Close it with words; it is never opened again. `seen` is the newest step that the scrutineer had read.

    Raises Refused without words, by anybody but the scrutineer, or where it is closed already; Overtaken where
    somebody has answered since.
    """
    if by.post.kind != PostKind.SCRUTINEER:
        raise Refused("Only the independent scrutineer closes a challenge.")
    if not text.strip():
        raise Refused(text="Say what you make of the answer, or why this is closed without one.")
    with recorded(by):
        last = _steps(challenge)[-1]
        if last.step == ChallengeStep.CLOSED:
            day = dated(last.at.astimezone(LONDON).date())
            raise Refused(f"This was closed on {day}, and is not opened again. Raise another one.")
        if seen != last.pk:
            raise Overtaken(None)
        return _reply(challenge, ChallengeStep.CLOSED, text, by)


def _steps(challenge: Challenge) -> list[Challenge]:
    """The challenge and its replies, in order. Who replies waits for the plan: the steps themselves are never locked,
    since nobody may change them."""
    Plan.objects.select_for_update(no_key=True).get(pk=challenge.plan_id)
    return [challenge, *Challenge.objects.filter(in_reply_to=challenge).order_by("pk")]


def _reply(challenge: Challenge, step: ChallengeStep, text: str, by: By) -> Challenge:
    return Challenge.objects.create(
        plan_id=challenge.plan_id,
        workstream_id=challenge.workstream_id,
        measure_id=challenge.measure_id,
        rating_id=challenge.rating_id,
        step=step,
        in_reply_to=challenge,
        text=text,
        by=by.user,
        for_post=by.post,
        as_deputy=by.as_deputy,
    )
