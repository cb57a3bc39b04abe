"""The plans that a partnership keeps side by side, starting one, and what each is called."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from sscp.pages import render_page

from ... import permissions
from ...forms import keeping as forms
from ...forms.keeping.plans import BRAG
from ...models import Group, Measure, Plan, Workstream
from ...operations import people
from ...operations import plan as planning
from ...picture import PlanPicture
from ...words import counted
from .. import person_of, picture_for, plans_of, see_other, whole
from ..answering import attempt, once
from ..panels import Panel, answer, data_of, form_asked, seen_of
from .missing import missing_of
from .nouns import by_of, kept_plan


def plans_page(request: HttpRequest) -> HttpResponse:
    """Every plan that this person may see: what it is, who decides it, how much is in it."""
    person = person_of(request)
    if not permissions.may_read_plan(person):
        raise Http404("The plans are not open to this person.")
    plans = plans_of(request)
    return render_page(
        request,
        "workstreams/plans_page.html",
        {"plans": _counted(plans), "keeps": permissions.may_edit_plan(person)},
    )


def _counted(plans: list[Plan]) -> list[tuple[Plan, str, int]]:
    """Each plan with how many parts, in its own word, and measures stand in it: two queries for all."""
    parts = Counter(Workstream.objects.filter(plan__in=plans, withdrawn=False).values_list("plan", flat=True))
    live = Measure.objects.live().of_plans(Plan.objects.filter(pk__in=[plan.pk for plan in plans]))
    of_plan = Coalesce("action__outcome__plan", "action__workstream__plan")
    measures = Counter(live.values_list(of_plan, flat=True))
    return [
        (plan, counted(parts[plan.pk], plan.workstream_word.lower()), measures[plan.pk]) for plan in plans
    ]


def new_plan_page(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if not permissions.may_read_plan(person):
        raise Http404("The plans are not open to this person.")
    if not permissions.may_edit_plan(person):
        raise PermissionDenied("The business unit starts a plan.")
    form = forms.NewPlanForm(data_of(request), groups=_groups())
    status = 200
    if request.method == "POST":
        went, status = attempt(form, lambda: once(request, form, lambda: _start(request, form)))
        if went:
            messages.success(request, f"Started: {form.cleaned_data['title']}. It is a draft.")
            return see_other(went)
    return render_page(request, "workstreams/new_plan_page.html", {"form": form}, status=status)


def _start(request: HttpRequest, form: forms.NewPlanForm) -> str:
    facts, by = form.facts(), by_of(request)
    if name := form.cleaned_data["new_group"]:
        facts["deciding_group"] = people.add_group(name=name, kind=people.kind_of_decider(), by=by)
    plan = planning.start_plan(with_brag=form.cleaned_data["key"] == BRAG, by=by, **facts)
    page = "keeping" if form.cleaned_data["key"] == BRAG else "key"
    return reverse(f"workstreams:{page}-page", args=[plan.ref])


def _groups() -> Any:
    return Group.objects.filter(ends_on=None).order_by("name")


def facts_page(request: HttpRequest, ref: str) -> HttpResponse:
    """What a plan is called, its years, who decides it; and, of a draft, making it current or deleting it."""
    plan = kept_plan(request, ref)
    picture = picture_for(request, plan)
    address = reverse("workstreams:facts-page", args=[ref])
    asked = form_asked(request, ("change", "current", "delete") if plan.is_draft else ("change",))
    makers = {"change": _change, "current": _make_current, "delete": _delete}
    panel = makers[asked](request, plan, picture) if asked else None
    answered, status = answer(request, panel, address)
    if answered:
        return answered
    plan = Plan.objects.select_related("deciding_group").get(pk=plan.pk)
    return render_page(
        request,
        "workstreams/facts_page.html",
        {
            "plan": plan,
            "picture": picture,
            "missing": missing_of(picture) if plan.is_draft else (),
            "panel": panel,
            "form": panel.form if panel else None,
            "address": address,
        },
        status=status,
    )


def _change(request: HttpRequest, plan: Plan, picture: PlanPicture) -> Panel:
    form = forms.PlanForm(
        data_of(request),
        groups=_groups(),
        is_draft=plan.is_draft,
        initial=forms.PlanForm.told(plan) | seen_of(plan),
    )
    panel = Panel(
        key="change",
        heading="Change what this plan is called",
        button="Keep the change",
        form=form,
        of=plan,
        do=lambda: planning.change_plan(
            plan=plan, by=by_of(request), seen=whole(form.cleaned_data["seen"]) or 0, **form.facts()
        ),
        said=lambda: "Kept as you wrote it.",
    )
    if request.method == "POST" and form.is_valid():
        panel.leads = reverse("workstreams:facts-page", args=[form.cleaned_data["ref"]])
    return panel


def _make_current(request: HttpRequest, plan: Plan, picture: PlanPicture) -> Panel:
    form = forms.KeptForm(data_of(request), initial=seen_of(plan))
    form.fields["because"].help_text = "Who approved it, and when."
    return Panel(
        key="current",
        heading="Make this plan current",
        button="Make it current",
        form=form,
        of=plan,
        explains=f"Partners work to it from now on: officers are asked for updates, and the {picture.deciding_group}"
        " agrees ratings. From then on every change says why, and parts are withdrawn instead of deleted.",
        leads=reverse("workstreams:plan-page", args=[plan.ref]),
        do=lambda: planning.make_current(
            plan=plan,
            because=form.cleaned_data["because"],
            by=by_of(request),
            seen=whole(form.cleaned_data["seen"]) or 0,
        ),
        said=lambda: f"{plan.title} is current now.",
    )


def _delete(request: HttpRequest, plan: Plan, picture: PlanPicture) -> Panel:
    form = forms.KeptForm(data_of(request), is_draft=True, initial=seen_of(plan))
    return Panel(
        key="delete",
        heading="Delete this draft",
        button="Delete the draft",
        form=form,
        of=plan,
        explains=planning.why_not_deleted(plan)
        or "It goes with everything in it, and cannot be restored. That it was there stays in the history.",
        leads=reverse("workstreams:plans-page"),
        do=lambda: planning.delete(
            item=plan,
            because=form.cleaned_data["because"],
            by=by_of(request),
            seen=whole(form.cleaned_data["seen"]) or 0,
        ),
        said=lambda: f"Deleted: {plan.title}.",
    )
