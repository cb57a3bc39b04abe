"""What a plan is made of, by the words of the addresses, and who keeps it."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse

from ... import permissions
from ...models import Action, ActionOfficer, Level, Measure, Outcome, Passage, Plan, Workstream
from ...operations import By
from ...operations import plan as planning
from ...vocabulary import short_name
from .. import person_of, plan_of

MODELS: Mapping[str, type[Model]] = {
    "workstreams": Workstream,
    "outcomes": Outcome,
    "actions": Action,
    "measures": Measure,
    "levels": Level,
    "texts": Passage,
    "officers": ActionOfficer,
}
NOUNS = {model: noun for noun, model in MODELS.items()}
PLACES = (Workstream, Outcome, Action, Measure)  # what can be withdrawn with all that stands beneath it


def kept_plan(request: HttpRequest, ref: str) -> Plan:
    """The plan of the address, for who may write it. Raises Http404 for who may not read it, 403 for other readers."""
    plan = plan_of(request, ref)
    if not permissions.may_read_plan(person_of(request)):
        raise Http404("This plan is not open to this person.")
    if not permissions.may_edit_plan(person_of(request)):
        raise PermissionDenied("The business unit keeps the plan.")
    return plan


def by_of(request: HttpRequest) -> By:
    return permissions.business_unit(person_of(request))


def rows_of(plan: Plan, noun: str) -> QuerySet[Any]:
    """All rows of a plan that this word of the addresses means, with the places above them."""
    above = ("outcome__workstream__plan", "workstream__plan")
    match noun:
        case "workstreams" | "levels":
            return MODELS[noun]._default_manager.filter(plan=plan).select_related("plan")
        case "texts":
            return Passage.objects.filter(plan=plan).select_related("plan", "workstream")
        case "outcomes":
            return Outcome.objects.filter(plan=plan).select_related("workstream__plan", "plan")
        case "actions":
            of_plan = Q(outcome__plan=plan) | Q(workstream__plan=plan)
            return Action.objects.filter(of_plan).select_related(*above, "outcome__plan")
        case "measures":
            places = (f"action__{place}" for place in (*above, "outcome__plan"))
            return Measure.objects.of_plan(plan).select_related(*places)
        case "officers":
            of_plan = Q(action__outcome__plan=plan) | Q(action__workstream__plan=plan)
            return ActionOfficer.objects.filter(of_plan).select_related("post", "action")
    raise Http404("A plan has no such part.")


def found(plan: Plan, noun: str, pk: int) -> Any:
    """Raises Http404 where the plan has no such row."""
    row = rows_of(plan, noun).filter(pk=pk).first()
    if row is None:
        raise Http404("This plan has no such part.")
    return row


def word_of(plan: Plan, noun: str) -> str:
    """What one of them is called in this plan: "theme", "outcome"."""
    words = {"levels": "level", "texts": "text", "workstreams": plan.workstream_word.lower()}
    return words.get(noun, noun.removesuffix("s"))


def name_of(item: Model) -> str:
    """The first words of what it says."""
    match item:
        case Workstream():
            return f"{item.number} {item.title}"
        case Outcome():
            return f"{item.ref} {short_name(item.statement)}".strip()
        case Action():
            return short_name(item.text.split("\n")[0].rstrip(": "))
        case Measure():
            return short_name(item.text) if item.text else f"Progress: {name_of(item.action)}"
        case Level():
            return item.word
        case Passage():
            return short_name(item.heading or item.body)
        case ActionOfficer():
            return item.post.title
    return str(item)


def address_of(plan: Plan, item: Model) -> str:
    return reverse("workstreams:part-page", args=[plan.ref, NOUNS[type(item)], item.pk])


def outline_of(plan: Plan, item: Model | None = None) -> str:
    """The outline, opened where a row stands: its own place, or the workstream above it."""
    page = reverse("workstreams:keeping-page", args=[plan.ref])
    workstream = workstream_of(item) if item is not None else None
    if workstream is None or item is None:
        return page
    return f"{page}?open={workstream.pk}#{NOUNS[type(item)]}-{item.pk}"


def above_of(item: Model) -> list[Workstream | Outcome | Action]:
    """The places that it stands in, the nearest first."""
    if isinstance(item, Passage):
        return [item.workstream] if item.workstream else []
    return planning.above(item)


def workstream_of(item: Model) -> Workstream | None:
    if isinstance(item, Workstream):
        return item
    places = above_of(item)
    return places[-1] if places and isinstance(places[-1], Workstream) else None


def list_of(plan: Plan, item: Model) -> str:
    """The page on which a row stands among its like."""
    match item:
        case Level():
            return reverse("workstreams:key-page", args=[plan.ref])
        case Passage():
            return reverse("workstreams:texts-page", args=[plan.ref])
    return outline_of(plan, item)
