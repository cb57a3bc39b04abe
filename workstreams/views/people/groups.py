"""A group: what it is, the posts that belong to it, and its end."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from sscp.pages import render_page
from sscp.sure import sure_who

from ...forms.people import GroupForm, LastDayForm, ReasonForm
from ...models import Group, Plan
from ...operations import people
from ...vocabulary import GroupKind, PlanState
from ...words import counted, dated
from .. import whole
from ..panels import Panel, answer, data_of, form_asked, seen_of
from .keeping import by_of, today_of, unit_of


def new_group_page(request: HttpRequest) -> HttpResponse:
    unit_of(request)
    groups = list(Group.objects.filter(ends_on=None).order_by("name"))
    executive = next((group.pk for group in groups if group.kind == GroupKind.EXECUTIVE), "")
    form = GroupForm(
        data_of(request),
        groups=groups,
        initial={"kind": GroupKind.SUBGROUP, "reports_to": executive},
    )
    panel = Panel(
        key="",
        heading="Add a group",
        button="Add the group",
        form=form,
        do=lambda: people.add_group(by=by_of(request), **form.facts()),
        said=lambda: f"Added: {form.cleaned_data['name']}. Add its posts next.",
    )
    went, status = answer(request, panel, reverse("workstreams:people-page"))
    return went or render_page(request, "workstreams/new_group_page.html", {"panel": panel}, status=status)


@sure_who("changing a group and its posts")
def group_page(request: HttpRequest, group_id: int) -> HttpResponse:
    unit_of(request)
    group = get_object_or_404(Group.objects.select_related("reports_to"), pk=group_id)
    address = reverse("workstreams:group-page", args=[group.pk])
    panel = _panel(request, group)
    went, status = answer(request, panel, address)
    if went:
        return went
    group.refresh_from_db()
    return render_page(
        request,
        "workstreams/group_page.html",
        {
            "group": group,
            "panel": panel,
            "address": address,
            "posts": group.posts.order_by("title"),
            "reporting": group.reporting.filter(ends_on=None).order_by("name"),
            "decides": Plan.objects.filter(deciding_group=group).exclude(state=PlanState.CLOSED),
            "today": today_of(request),
        },
        status=status,
    )


def _panel(request: HttpRequest, group: Group) -> Panel | None:
    match form_asked(request, ("change", "end") if group.ends_on is None else ("change", "resume")):
        case "change":
            return _change(request, group)
        case "end":
            return _end(request, group)
        case "resume":
            return _resume(request, group)
    return None


def _change(request: HttpRequest, group: Group) -> Panel:
    form = GroupForm(
        data_of(request),
        groups=Group.objects.exclude(pk=group.pk).order_by("name"),
        initial={
            "name": group.name,
            "short_name": group.short_name,
            "kind": group.kind,
            "reports_to": group.reports_to_id or "",
            "starts_on": group.starts_on,
        }
        | seen_of(group),
    )
    return Panel(
        key="change",
        heading="Change this group",
        button="Keep the change",
        form=form,
        of=group,
        explains="What was written while it had another name keeps that name in the history.",
        do=lambda: people.change_group(
            group=group, by=by_of(request), seen=whole(form.cleaned_data["seen"]), **form.facts()
        ),
        said=lambda: f"Kept: {form.cleaned_data['name']} as you wrote it.",
    )


def _end(request: HttpRequest, group: Group) -> Panel:
    today = today_of(request)
    posts = group.posts.filter(ends_on=None).order_by("title")
    held = sum(1 for post in posts for _ in post.appointments.exclude(ends_on__lt=today))
    form = LastDayForm(
        data_of(request),
        initial={"ends_on": today} | seen_of(group),
        hint="It goes on until the end of that day.",
    )
    with_it = f"{counted(len(posts), 'post')} and {counted(held, 'appointment')}"
    return Panel(
        key="end",
        heading="End this group",
        button="End the group",
        form=form,
        of=group,
        explains=f"With it end {with_it}. What was done in them stays. Actions in the plan that name one of its posts"
        " have nobody to answer for them afterwards, until other officers are named.",
        do=lambda: people.end_group(
            group=group,
            ends_on=form.cleaned_data["ends_on"],
            because=form.cleaned_data["because"],
            by=by_of(request),
            seen=whole(form.cleaned_data["seen"]),
        ),
        said=lambda: f"{group.name} ends on {dated(form.cleaned_data['ends_on'])}, and its posts with it.",
    )


def _resume(request: HttpRequest, group: Group) -> Panel:
    form = ReasonForm(data_of(request), initial=seen_of(group))
    return Panel(
        key="resume",
        heading="Let this group go on",
        button="Let it go on",
        form=form,
        of=group,
        explains="Its posts that ended with it go on as well. Whoever held them is appointed again by you, or is not.",
        do=lambda: people.end_group(
            group=group,
            ends_on=None,
            because=form.cleaned_data["because"],
            by=by_of(request),
            seen=whole(form.cleaned_data["seen"]),
        ),
        said=lambda: f"{group.name} goes on.",
    )
