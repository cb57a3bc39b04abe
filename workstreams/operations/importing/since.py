"""Whether a plan is still what somebody looked at."""

from ...models import (
    Action,
    ActionOfficer,
    Ledger,
    Level,
    Measure,
    Outcome,
    Passage,
    Plan,
    Rating,
    SourceRef,
    Target,
    Version,
    Workstream,
)
from ...vocabulary import RatingStep, TargetStep

_OF_PLAN = (Level, Passage, Workstream, Outcome, Version)
_OTHERS = (Plan, Action, ActionOfficer, Measure, SourceRef, Rating, Target)

_STEPS: dict[type, tuple[str, ...]] = {
    Rating: (RatingStep.AGREED,),
    Target: (TargetStep.SET, TargetStep.AGREED),
}


def changed_since(plan: Plan, seen: int) -> bool:
    """Whether anything that a document can say was written of this plan after the ledger's row `seen`.

    An update that is sent meanwhile, or a date that is asked for, is no change of it: no document says these.
    """
    names = {model._meta.db_table: model for model in (*_OF_PLAN, *_OTHERS)}
    newer = Ledger.objects.filter(seq__gt=seen, table__in=names).order_by("seq")
    own: dict[str, set[int]] | None = None
    for entry in newer.iterator():
        model, image = names[entry.table], entry.image
        if model is Plan:
            if entry.row == str(plan.pk):
                return True
        elif model in _OF_PLAN:
            if image["plan_id"] == plan.pk:
                return True
        elif model not in _STEPS or image["step"] in _STEPS[model]:
            own = own or _own(plan)
            if any(image.get(column) in ids for column, ids in own.items()):
                return True
    return False


def _own(plan: Plan) -> dict[str, set[int]]:
    """Ids of the plan's parts by the columns that point at them."""
    measures = Measure.objects.of_plan(plan).values_list("pk", "action_id")
    actions = {action for _, action in measures}
    actions |= set(Action.objects.filter(outcome__plan=plan).values_list("pk", flat=True))
    actions |= set(Action.objects.filter(workstream__plan=plan).values_list("pk", flat=True))
    return {
        "workstream_id": set(plan.workstreams.values_list("pk", flat=True)),
        "outcome_id": set(plan.outcomes.values_list("pk", flat=True)),
        "action_id": actions,
        "measure_id": {measure for measure, _ in measures},
    }
