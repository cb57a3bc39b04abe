"""One part of the plan on its page: as it stands, and what can be done with it. And adding one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from sscp.pages import Form, render_page

from ...models import Action, Measure, Outcome, Plan, Target
from .. import see_other
from ..answering import attempt, once
from ..panels import again, answer, data_of
from .moves import answer_move, lined_up, some_move
from .nouns import (
    MODELS,
    NOUNS,
    above_of,
    address_of,
    by_of,
    found,
    kept_plan,
    list_of,
    name_of,
    outline_of,
    rows_of,
    word_of,
)
from .panels import newest_target, panel_asked
from .writing import add, form_of, is_gone, kind_asked, place_asked, was_withdrawn


def part_page(request: HttpRequest, ref: str, noun: str, pk: int) -> HttpResponse:
    plan = kept_plan(request, ref)
    if noun not in MODELS or noun == "officers":
        raise Http404("A plan has no such part.")
    item = rows_of(plan, noun).filter(pk=pk).first()
    if item is None:
        return again(request)
    address = address_of(plan, item)
    form: Form
    panel = None if "move" in request.POST else panel_asked(request, plan, item)
    if panel is None:
        went, status, form = answer_move(request, plan, lambda _: address)
        if went:
            return see_other(went)
    else:
        answered, status = answer(request, panel, address)
        if answered:
            return answered
        form = panel.form
        if status == 409 and panel.of is None and isinstance(item, Measure):
            form.renew(seen=newest_target(item))
    return render_page(
        request,
        "workstreams/part_page.html",
        _part(plan, noun, found(plan, noun, pk)) | {"address": address, "panel": panel, "form": form},
        status=status,
    )


def _part(plan: Plan, noun: str, item: Any) -> dict[str, Any]:
    """What stands in a part, and beside it."""
    beside: dict[str, Any] = {}
    if isinstance(item, Outcome | Action | Measure):
        beside["sources"] = item.sources.select_related("recommendation")
    if isinstance(item, Action):
        officers = rows_of(plan, "officers").filter(action=item).order_by("order", "pk")
        beside["officers"] = lined_up(officers, lambda _: "")
        beside["moving"] = some_move(beside["officers"])
        beside["measures"] = [
            (measure, name_of(measure), address_of(plan, measure))
            for measure in Measure.objects.live().filter(action=item).order_by("order", "pk")
        ]
    if isinstance(item, Measure):
        steps = item.targets.order_by("-pk")
        beside["target"] = steps.filter(step__in=Target.CURRENT_STEPS).first()
        beside["asked"] = latest if (latest := steps.first()) and latest.step == "ASKED" else None
    return beside | {
        "plan": plan,
        "noun": noun,
        "item": item,
        "word": word_of(plan, noun),
        "name": name_of(item),
        "gone": is_gone(item),
        "gone_itself": was_withdrawn(item),
        "above": _above(plan, item),
        "list_url": list_of(plan, item),
        "outline_url": outline_of(plan),
    }


def _above(plan: Plan, item: Any) -> list[dict[str, Any]]:
    """The places it stands in, the outermost first."""
    return [
        {
            "word": word_of(plan, NOUNS[type(place)]),
            "name": name_of(place),
            "url": address_of(plan, place),
            "withdrawn": place.withdrawn,
        }
        for place in reversed(above_of(item))
    ]


def new_part_page(request: HttpRequest, ref: str, noun: str) -> HttpResponse:
    plan = kept_plan(request, ref)
    if noun not in MODELS or noun == "officers":
        raise Http404("A plan has no such part.")
    place, kind = place_asked(request, plan, noun), kind_asked(request, plan, noun)
    form = form_of(plan, noun, data_of(request), kind=kind)
    status = 200
    if request.method == "POST":
        added: list[Any] = []

        def do() -> str:
            item = add(plan, noun, place, kind, form.facts(), by_of(request))
            added.append(item)
            return address_of(plan, item) if isinstance(item, Action) else list_of(plan, item)

        went, status = attempt(form, lambda: once(request, form, do))
        if went:
            then = ". Name its officers and add its measures next." if noun == "actions" else "."
            for item in added:  # nothing, where this was sent before and is only answered again
                messages.success(request, f"Added: {name_of(item)}{then}")
            return see_other(went)
    return render_page(
        request,
        "workstreams/new_part_page.html",
        {
            "plan": plan,
            "noun": noun,
            "form": form,
            "word": word_of(plan, noun),
            "kind": kind,
            "place": {"word": word_of(plan, _noun_of(place)), "name": name_of(place)} if place else None,
            "back": list_of(plan, place) if place else _back(plan, noun),
            "outline_url": outline_of(plan),
        },
        status=status,
    )


def _noun_of(place: Any) -> str:
    return f"{place._meta.model_name}s"


def _back(plan: Plan, noun: str) -> str:
    page = {"levels": "key", "texts": "texts"}.get(noun, "keeping")
    return reverse(f"workstreams:{page}-page", args=[plan.ref])
