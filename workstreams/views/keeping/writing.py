"""The form of each noun, filled from a row or empty, and what it writes when it adds one."""

from typing import Any

from django.http import Http404, HttpRequest

from ...forms import keeping as forms
from ...models import Action, Measure, Outcome, Plan, Workstream
from ...operations import By
from ...operations import plan as planning
from ...vocabulary import MeasureKind, MeasureState, PassageKind, PlanShape
from .. import whole
from .nouns import found


def form_of(
    plan: Plan, noun: str, data: Any = None, *, item: Any = None, kind: str = "", **initial: Any
) -> forms.KeptForm:
    """The form in which a row of this noun is written; of a text or a measure, as its kind asks."""
    form, more = _form_class(plan, noun, item, kind)
    told = form.told(item) if item is not None else {}
    return form(data, is_draft=plan.is_draft, initial=told | initial, **more)


def _form_class(plan: Plan, noun: str, item: Any, kind: str) -> tuple[type[forms.KeptForm], dict[str, Any]]:
    match noun:
        case "workstreams":
            return forms.WorkstreamForm, {}
        case "outcomes":
            return forms.OutcomeForm, {}
        case "actions":
            printed = bool(item and item.progress_note) or plan.shape != PlanShape.BUSINESS_PLAN
            return forms.ActionForm, {"has_progress": printed}
        case "measures":
            progress = (item.kind if item else kind) == MeasureKind.PROGRESS
            return (forms.ProgressForm if progress else forms.MeasureForm), {}
        case "levels":
            return forms.LevelForm, {}
        case "texts":
            workstreams = Workstream.objects.filter(plan=plan, withdrawn=False).order_by("order")
            return forms.PassageForm, {
                "kind": item.kind if item else kind,
                "workstreams": workstreams,
                "workstream_word": plan.workstream_word,
            }
    raise Http404("A plan has no such part.")


def kind_asked(request: HttpRequest, plan: Plan, noun: str) -> str:
    """Of which kind a new text or measure is. Raises Http404 for one that there is not."""
    asked = request.GET.get("kind", "")
    if noun == "texts" and asked not in PassageKind.values:
        raise Http404("There is no such kind of text.")
    if noun == "measures":
        usual = MeasureKind.IMPACT if plan.shape == PlanShape.BUSINESS_PLAN else MeasureKind.PROGRESS
        return asked if asked in MeasureKind.values else usual
    return asked


def place_asked(request: HttpRequest, plan: Plan, noun: str) -> Workstream | Outcome | Action | None:
    """In which place a new row is to stand. Raises Http404 where the address names none that fits."""
    fits = {"outcomes": ("workstream",), "actions": ("outcome", "workstream"), "measures": ("action",)}
    for name in fits.get(noun, ()):
        if (pk := whole(request.GET.get(name))) is not None:
            place: Workstream | Outcome | Action = found(plan, f"{name}s", pk)
            return place
    if noun in fits:
        raise Http404("The address does not say where it is to stand.")
    return None


def add(plan: Plan, noun: str, place: Any, kind: str, facts: dict[str, Any], by: By) -> Any:
    match noun:
        case "workstreams":
            return planning.add_workstream(plan=plan, by=by, **facts)
        case "outcomes":
            return planning.add_outcome(workstream=place, by=by, **facts)
        case "actions":
            return _add_action(plan, place, facts, by)
        case "measures":
            return planning.add_measure(action=place, kind=kind, by=by, **facts)
        case "levels":
            return planning.add_level(plan=plan, by=by, **facts)
    return planning.add_passage(plan=plan, kind=kind, by=by, **facts)


def _add_action(plan: Plan, place: Outcome | Workstream, facts: dict[str, Any], by: By) -> Action:
    """Where a plan rates the progress of actions, an action comes with its progress."""
    action = planning.add_action(place=place, by=by, **facts)
    if plan.shape != PlanShape.BUSINESS_PLAN:
        planning.add_measure(action=action, kind=MeasureKind.PROGRESS, because=facts.get("because"), by=by)
    return action


def is_gone(item: Any) -> bool:
    """It was withdrawn, itself or with a place above it."""
    return was_withdrawn(item) or any(place.withdrawn for place in planning.above(item))


def was_withdrawn(item: Any) -> bool:
    """It was withdrawn itself."""
    if isinstance(item, Measure):
        return item.state != MeasureState.LIVE
    return bool(getattr(item, "withdrawn", False))
