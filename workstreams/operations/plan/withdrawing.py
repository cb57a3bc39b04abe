"""Taking parts of a plan out of it, and back in: what stands beneath a place goes and comes back with it."""

from ... import life
from ...models import Group, Level, Measure, Meeting, Plan, Rating
from ...vocabulary import MeasureState, MeetingState, RatingStep
from ...words import dated
from .. import By, Refused, recorded
from ..ratings import agreed_rating, is_before, where_they_stand
from .fit import refuse_unfit
from .rules import (
    Item,
    above,
    as_seen,
    called,
    is_withdrawn,
    measures_beneath,
    plan_of,
    refuse_without_reason,
)

IN_PAPERS = (life.Standing.TABLED, life.Standing.REPLACED, life.Standing.ADDED)


def withdraw(*, item: Item, because: str, by: By | str, seen: int | None = None) -> Item:
    """Take a workstream, outcome, action, measure or level of the key out of the plan. Nothing is lost with it.

    Raises Refused while an update beneath it lies on the table of a meeting or in issued papers, and for a level
    that a measure stands at; Overtaken where it was changed since.
    """
    plan = plan_of(item)
    assert plan is not None
    refuse_without_reason(plan, because)
    with recorded(by, because=because):
        Group.objects.select_for_update(no_key=True).get(
            pk=plan.deciding_group_id
        )  # no meeting begins meanwhile
        item = as_seen(item, seen)
        if is_withdrawn(item):
            raise Refused("It has been withdrawn already.")
        if isinstance(item, Level):
            _refuse_used(item)
        else:
            refuse_on_the_table(plan, list(measures_beneath(item).live().select_related("action")))
        return _stand(item, withdrawn=True)


def restore(*, item: Item, because: str, by: By | str, seen: int | None = None) -> Item:
    """Put what was withdrawn back where it stood, with all that went with it.

    Raises Refused where its number or reference is another's now, or the place above it is withdrawn itself.
    """
    refuse_without_reason(plan_of(item), because)
    with recorded(by, because=because):
        item = as_seen(item, seen)
        if not is_withdrawn(item):
            raise Refused("It stands in the plan already.")
        if isinstance(item, Measure) and item.state == MeasureState.CARRIED:
            raise Refused("It was carried over to another plan, and goes on there.")
        for place in above(item):
            if is_withdrawn(place):
                raise Refused(f"It stands under {called(place)}, which was withdrawn. Restore that first.")
        return _stand(item, withdrawn=False)


def _stand(item: Item, *, withdrawn: bool) -> Item:
    if isinstance(item, Measure):
        item.state = MeasureState.WITHDRAWN if withdrawn else MeasureState.LIVE
    else:
        item.withdrawn = withdrawn  # type: ignore[attr-defined]
    refuse_unfit(item)
    item.save(update_fields=["state" if isinstance(item, Measure) else "withdrawn"])
    return item


def _refuse_used(level: Level) -> None:
    """A level that a live measure stands at, or that is proposed for one, cannot leave the key."""
    if not Level.objects.filter(plan=level.plan_id, withdrawn=False).exclude(pk=level.pk).exists():
        raise Refused("It is the only level of the key. Add another before this one is withdrawn.")
    rated = Rating.objects.filter(level=level).values("measure")
    live = Measure.objects.live().of_plan(level.plan)
    for measure in live.filter(pk__in=rated).select_related("action").in_plan_order():
        agreed = agreed_rating(measure)
        if agreed and agreed.level_id == level.pk:
            raise Refused(
                f"{called(measure)[:1].upper()}{called(measure)[1:]} stands at {level.word}. A level is withdrawn"
                " when no measure stands at it."
            )
    for measure, proposal in standing_proposals(list(live.filter(pk__in=rated).select_related("action"))):
        if proposal.level_id == level.pk:
            raise Refused(
                f"{level.word} is proposed for {called(measure)}. It can be withdrawn when that is decided."
            )


def refuse_on_the_table(plan: Plan, measures: list[Measure]) -> None:
    """What a meeting has before it stays in the plan until the meeting is closed, or its papers are withdrawn."""
    states = (MeetingState.HELD, MeetingState.PAPERS_ISSUED)
    meetings = list(
        Meeting.objects.filter(group=plan.deciding_group_id, state__in=states).order_by("held_on")
    )
    if not meetings or not measures:
        return
    sitting = next((meeting for meeting in meetings if meeting.is_held), None)
    if sitting is not None:
        tabled = [
            measure
            for measure, proposal in standing_proposals(measures)
            if not sitting.is_between and is_before(proposal, sitting)
        ]
        decisions = Rating.objects.filter(meeting=sitting, measure__in=measures)
        decided = decisions.exclude(step__in=[RatingStep.PROVISIONAL, RatingStep.REMOVED])
        here = {m.pk for m in tabled} | set(decided.values_list("measure_id", flat=True))
        for measure in measures:
            if measure.pk in here:
                raise Refused(
                    f"{plan.deciding_group} is in session, and {called(measure)} is on its table. Withdraw it when the"
                    " meeting is closed."
                )
    stands = where_they_stand(plan, [measure.pk for measure in measures])
    for measure in measures:
        if stands[measure.pk] in IN_PAPERS:
            raise Refused(
                f"The papers for the meeting of {dated(meetings[0].held_on)} hold an update on {called(measure)}."
                " Withdraw it after that meeting, or withdraw the papers first."
            )


def standing_proposals(measures: list[Measure]) -> list[tuple[Measure, Rating]]:
    """Those of these measures for which an update stands undecided, with it: a constant number of queries."""
    steps: dict[int, list[Rating]] = {measure.pk: [] for measure in measures}
    for step in Rating.objects.filter(measure__in=measures).order_by("pk").select_related("meeting"):
        steps[step.measure_id].append(step)
    found = []
    for measure in measures:
        rows = [{"id": s.pk, "step": s.step, "corrects_id": s.corrects_id} for s in steps[measure.pk]]
        proposal, _ = life.standing(rows)
        if proposal:
            found.append((measure, next(s for s in steps[measure.pk] if s.pk == proposal["id"])))
    return found
