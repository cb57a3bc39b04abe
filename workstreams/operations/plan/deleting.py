"""Deleting from a draft: what nothing has been recorded of goes altogether, and its ledger rows stay."""

from django.db.models import Model, Q, QuerySet

from ...models import (
    Action,
    ActionOfficer,
    Impact,
    Level,
    Measure,
    Outcome,
    Passage,
    Plan,
    Rating,
    SourceRef,
    Target,
    Upload,
    Version,
    Workstream,
)
from .. import By, Refused, recorded
from .rules import as_seen, called, measures_beneath, plan_of, refuse_without_reason

RECORDED = (
    (Rating, "a rating"),
    (Target, "a target date"),
    (Impact, "an impact report"),
)


def delete(
    *,
    item: Plan | Workstream | Outcome | Action | Measure | Level,
    because: str,
    by: By | str,
    seen: int | None = None,
) -> None:
    """Delete a draft plan, or a part of one, with all that stands beneath it.

    Raises Refused where the plan is no draft, or something was recorded that is never deleted; Overtaken where it
    was changed since.
    """
    plan = plan_of(item)
    refuse_without_reason(plan, because)
    with recorded(by, because=because):
        if isinstance(item, Plan):  # its files go with it; whoever applies one of them locks that first
            list(Upload.objects.filter(plan=item).order_by("pk").select_for_update(no_key=True))
        item = as_seen(item, seen)
        if refusal := why_not_deleted(item):
            raise Refused(refusal)
        if not isinstance(item, Level):
            _beneath(item)
        item.delete()


def why_not_deleted(item: Model) -> str:
    """Why this cannot be deleted, in a sentence; "" where it can."""
    plan = plan_of(item)
    if plan is None or not Plan.objects.get(pk=plan.pk).is_draft:
        return "Only a draft can be deleted, or a part of one. Withdraw it instead: it then stays in the history."
    if isinstance(item, Level):
        return (
            f"A measure was rated {item.word}, so it is withdrawn instead." if item.ratings.exists() else ""
        )
    if isinstance(item, Plan) and Version.objects.filter(plan=item).exists():
        return "A version of this plan has been recorded, and versions are never deleted."
    measures = measures_beneath(item)
    for model, word in RECORDED:
        if (
            row := model._default_manager.filter(measure__in=measures)
            .select_related("measure__action")
            .first()
        ):
            return (
                f"{called(row.measure)[:1].upper()}{called(row.measure)[1:]} has {word}, and what was recorded of a"
                " measure is never deleted. Withdraw it instead."
            )
    return ""


def _beneath(place: Model) -> None:
    """Delete all that stands beneath a place, from the bottom up."""
    match place:
        case Plan():
            workstreams: QuerySet[Workstream] = place.workstreams.all()
            outcomes = Outcome.objects.filter(plan=place)
            actions = Action.objects.filter(Q(outcome__plan=place) | Q(workstream__plan=place))
        case Workstream():
            workstreams = Workstream.objects.filter(pk=place.pk)
            outcomes = Outcome.objects.filter(workstream=place)
            actions = Action.objects.filter(Q(outcome__workstream=place) | Q(workstream=place))
        case Outcome():
            workstreams, outcomes = Workstream.objects.none(), Outcome.objects.filter(pk=place.pk)
            actions = Action.objects.filter(outcome=place)
        case Action():
            workstreams, outcomes = Workstream.objects.none(), Outcome.objects.none()
            actions = Action.objects.filter(pk=place.pk)
        case _:
            workstreams, outcomes = Workstream.objects.none(), Outcome.objects.none()
            actions = Action.objects.none()
    measures = measures_beneath(place)
    SourceRef.objects.filter(
        Q(outcome__in=outcomes) | Q(action__in=actions) | Q(measure__in=measures)
    ).delete()
    beneath: list[QuerySet[Model]] = [
        measures,
        ActionOfficer.objects.filter(action__in=actions),
        actions,
        outcomes,
        Passage.objects.filter(Q(workstream__in=workstreams)),
    ]
    if isinstance(place, Plan):
        beneath += [Passage.objects.filter(plan=place), workstreams, Level.objects.filter(plan=place)]
    for rows in beneath:
        rows.exclude(pk=place.pk if rows.model is type(place) else None).delete()
