"""Writing the plan itself: its key, texts, workstreams, outcomes, actions, officers, measures, sources."""

from datetime import date
from typing import Any, TypeVar

from django.db.models import Model

from ..models import (
    Action,
    ActionOfficer,
    Group,
    Level,
    Measure,
    Outcome,
    Passage,
    Plan,
    Post,
    Rating,
    Recommendation,
    SourceRef,
    Version,
    Workstream,
)
from ..vocabulary import MeasureKind, PlanState, RatingStep, Recurrence, VersionStep
from . import By, Overtaken, Refused, newest_row, recorded


def add_plan(*, deciding_group: Group, by: By | str, **facts: Any) -> Plan:
    """A draft plan. `facts`: ref, title, shape, workstream_word, year_label, starts_on, ends_on."""
    with recorded(by):
        return Plan.objects.create(deciding_group=deciding_group, **facts)


def make_current(*, plan: Plan, by: By | str) -> Plan:
    """The plan that partners now work to."""
    with recorded(by):
        plan.state = PlanState.CURRENT
        plan.save(update_fields=["state"])
        return plan


Item = TypeVar("Item", bound=Model)


def change(*, item: Item, because: str, by: By | str, seen: int | None = None, **facts: Any) -> Item:
    """Change some facts of one row of the plan, and say why.

    `seen` is the newest ledger row of what was looked at; None where nobody looked, as when a document is applied.
    Raises Refused where it does not say why or changes nothing, Overtaken where it was changed since.
    """
    if not because.strip():
        raise Refused(because="Say why, for whoever reads the plan in a year.")
    with recorded(by, because=because):
        item = type(item)._default_manager.select_for_update(no_key=True).get(pk=item.pk)
        if seen is not None and newest_row(item) != seen:
            raise Overtaken(None)
        changed = [name for name, value in facts.items() if getattr(item, name) != value]
        if not changed:
            raise Refused("Nothing is different from what stands. Change something, or leave it.")
        for name in changed:
            setattr(item, name, facts[name])
        item.save(update_fields=changed)
        return item


def add_level(*, plan: Plan, by: By | str, **facts: Any) -> Level:
    with recorded(by):
        return Level.objects.create(plan=plan, **facts)


def add_passage(*, plan: Plan, by: By | str, **facts: Any) -> Passage:
    with recorded(by):
        return Passage.objects.create(plan=plan, **facts)


def add_workstream(*, plan: Plan, by: By | str, **facts: Any) -> Workstream:
    with recorded(by):
        return Workstream.objects.create(plan=plan, **facts)


def add_outcome(*, workstream: Workstream, by: By | str, **facts: Any) -> Outcome:
    with recorded(by):
        return Outcome.objects.create(plan=workstream.plan, workstream=workstream, **facts)


def add_action(*, place: Outcome | Workstream, by: By | str, **facts: Any) -> Action:
    """An action of an outcome, or one straight under its workstream."""
    above = {"outcome": place} if isinstance(place, Outcome) else {"workstream": place}
    with recorded(by):
        return Action.objects.create(**above, **facts)


def name_officer(
    *, action: Action, post: Post, role: str, printed: str, order: int, by: By | str
) -> ActionOfficer:
    """Make a post responsible for an action: its holder may update the action's measures from now on."""
    with recorded(by):
        return ActionOfficer.objects.create(action=action, post=post, role=role, printed=printed, order=order)


def add_measure(*, action: Action, by: By | str, **facts: Any) -> Measure:
    with recorded(by):
        return Measure.objects.create(action=action, **facts)


def set_recurrence(*, measure: Measure, recurrence: str, because: str, by: By, seen: int | None) -> Measure:
    """Say how often a recurring measure is answered: a rhythm renews it, EVERY_MEETING keeps it as it is, NONE ends it.

    Once it is ended, complete closes it as any other. `seen` is the newest ledger row of the measure that was
    looked at. Raises Refused where that changes nothing or cannot be, Overtaken where it was changed since.
    """
    if recurrence not in Recurrence.values or recurrence == Recurrence.NOT_SET:
        raise Refused(recurrence="Choose whether it is renewed, kept or ended.")
    if not because.strip():
        raise Refused(because="Say why, for whoever reads the plan in a year.")
    with recorded(by, because=because):
        measure = Measure.objects.select_for_update(no_key=True).get(pk=measure.pk)
        if newest_row(measure) != seen:
            raise Overtaken(None)
        if not measure.is_live:
            raise Refused("This measure has been withdrawn from the plan, so it is not answered any more.")
        if not measure.recurring and measure.kind == MeasureKind.IMPACT:
            raise Refused("Only a recurring measure, tagged (R), is answered again and again.")
        if measure.recurrence == recurrence:
            raise Refused(recurrence="That is how it is answered already. Choose another, or leave it.")
        measure.recurrence = recurrence
        measure.save(update_fields=["recurrence"])
        return measure


def register_recommendation(*, by: By | str, **facts: Any) -> Recommendation:
    with recorded(by):
        return Recommendation.objects.create(**facts)


def cite(
    *,
    printed: str,
    by: By | str,
    recommendation: Recommendation | None = None,
    outcome: Outcome | None = None,
    action: Action | None = None,
    measure: Measure | None = None,
) -> SourceRef:
    """Say where one item came from, as printed."""
    with recorded(by):
        return SourceRef.objects.create(
            printed=printed, recommendation=recommendation, outcome=outcome, action=action, measure=measure
        )


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
