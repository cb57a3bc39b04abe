"""A post: its title and spellings, whoever was and is appointed to it, and its end."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from sscp.pages import render_page
from sscp.sure import sure_who

from ... import due, permissions
from ...forms.people import LastDayForm, PostForm, ReasonForm, SpellingForm
from ...models import ActionOfficer, Appointment, Group, Measure, Post
from ...operations import people
from ...titles import fold
from ...vocabulary import PostKind
from ...words import counted, dated
from .. import current_plans, picture_for, whole
from ..panels import Panel, answer, data_of, form_asked, seen_of
from .keeping import by_of, ended, today_of, unit_of


@dataclass(frozen=True)
class Term:
    """One appointment to the post as its page lists it."""

    appointment: Appointment
    is_past: bool


def new_post_page(request: HttpRequest) -> HttpResponse:
    unit_of(request)
    groups = Group.objects.filter(ends_on=None).order_by("name")
    form = PostForm(
        data_of(request),
        groups=groups,
        initial={"kind": PostKind.CHAIR, "group": request.GET.get("group", "")},
    )
    added: list[Post] = []
    panel = Panel(
        key="",
        heading="Add a post",
        button="Add the post",
        form=form,
        do=lambda: added.append(people.add_post(by=by_of(request), **form.facts())),
        said=lambda: f"Added: {form.cleaned_data['title']}. Invite somebody to it next.",
    )
    went, status = answer(request, panel, reverse("workstreams:people-page"))
    return went or render_page(request, "workstreams/new_post_page.html", {"panel": panel}, status=status)


@sure_who("changing a post")
def post_page(request: HttpRequest, post_id: int) -> HttpResponse:
    unit_of(request)
    post = get_object_or_404(Post.objects.select_related("group"), pk=post_id)
    address = reverse("workstreams:post-page", args=[post.pk])
    today = today_of(request)
    panel = _panel(request, post)
    went, status = answer(request, panel, address)
    if went:
        return went
    post.refresh_from_db()
    appointments = post.appointments.select_related("user").order_by("-starts_on", "-pk")
    return render_page(
        request,
        "workstreams/post_page.html",
        {
            "post": post,
            "panel": panel,
            "address": address,
            "terms": [Term(a, ended(a, today)) for a in appointments],
            "measures": Measure.objects.live().filter(action__officers__post=post).distinct().count(),
            "may_be_handed_over": post.kind not in people.NOT_HANDED_OVER and not _is_over(post, today),
            "is_body": post.kind == PostKind.BODY,
            "is_over": _is_over(post, today),
            "has_workbook": _has_workbook(request, post),
            "today": today,
        },
        status=status,
    )


def _has_workbook(request: HttpRequest, post: Post) -> bool:
    """Something is asked of the post now, so that its holder can answer it in Excel."""
    if post.kind in permissions.SILENT:
        return False
    posts = permissions.posts_of(post)
    return any(
        placed.measure.asked
        for plan in current_plans(request)
        for placed in due.own(picture_for(request, plan), posts)
    )


def _is_over(post: Post, today: date) -> bool:
    return post.ends_on is not None and post.ends_on < today


def _panel(request: HttpRequest, post: Post) -> Panel | None:
    last = "end" if post.ends_on is None else "resume"
    match form_asked(request, ("change", "spelling", "removal", last)):
        case "change":
            return _change(request, post)
        case "spelling":
            return _spelling(request, post)
        case "removal":
            return _removal(request, post)
        case "end":
            return _end(request, post)
        case "resume":
            return _resume(request, post)
    return None


def _change(request: HttpRequest, post: Post) -> Panel:
    form = PostForm(
        data_of(request),
        groups=Group.objects.order_by("name"),
        initial={
            "title": post.title,
            "kind": post.kind,
            "group": post.group_id or "",
            "organisation": post.organisation,
        }
        | seen_of(post),
    )
    return Panel(
        key="change",
        heading="Change this post",
        button="Keep the change",
        form=form,
        of=post,
        explains="A title that is replaced stays among the spellings, since documents still print it. What was signed"
        " under it keeps it in the history.",
        do=lambda: people.change_post(
            post=post, by=by_of(request), seen=whole(form.cleaned_data["seen"]), **form.facts()
        ),
        said=lambda: f"Kept: {form.cleaned_data['title']} as you wrote it.",
    )


def _spelling(request: HttpRequest, post: Post) -> Panel:
    form = SpellingForm(
        data_of(request), initial={"spelling": request.GET.get("spelling", "")[:200]} | seen_of(post)
    )
    panel = Panel(
        key="spelling",
        heading="Add a spelling",
        button="Add the spelling",
        form=form,
        of=post,
        do=lambda: people.add_spelling(
            post=post,
            spelling=form.cleaned_data["spelling"],
            take_over="take_over" in request.POST,
            because=form.cleaned_data["because"],
            by=by_of(request),
            seen=whole(form.cleaned_data["seen"]),
        ),
        said=lambda: f"“{form.cleaned_data['spelling']}” is read as this post from now on.",
    )
    if request.method == "POST" and (typed := request.POST.get("spelling", "")):
        other = people.holder_of_spelling(typed[:200]) if fold(typed) else None
        if other is not None and other.pk != post.pk:
            panel.offers = {"post": other, "is_title": fold(other.title) == fold(typed)}
    return panel


def _removal(request: HttpRequest, post: Post) -> Panel:
    spelling = request.GET.get("spelling", "")
    if request.method != "POST" and spelling not in post.spellings:
        raise Http404("The post has no such spelling.")
    form = ReasonForm(data_of(request), initial=seen_of(post))
    return Panel(
        key="removal",
        heading=f"Take away “{spelling}”?",
        button="Take it away",
        form=form,
        of=post,
        explains="A document that prints it will then be asked about.",
        do=lambda: people.remove_spelling(
            post=post,
            spelling=spelling,
            because=form.cleaned_data["because"],
            by=by_of(request),
            seen=whole(form.cleaned_data["seen"]),
        ),
        said=lambda: f"“{spelling}” is no longer read as this post.",
    )


def _end(request: HttpRequest, post: Post) -> Panel:
    today = today_of(request)
    form = LastDayForm(
        data_of(request),
        initial={"ends_on": today} | seen_of(post),
        hint="It goes on until the end of that day.",
    )
    held = post.appointments.exclude(ends_on__lt=today).count()
    actions = ActionOfficer.objects.filter(post=post).count()
    with_it = f"With it ends {counted(held, 'appointment')}. " if held == 1 else ""
    with_it = with_it or (f"With it end {counted(held, 'appointment')}. " if held else "")
    named = (
        f"{counted(actions, 'action')} in the plan {'names' if actions == 1 else 'name'} it"
        if actions
        else ""
    )
    return Panel(
        key="end",
        heading="End this post",
        button="End the post",
        form=form,
        of=post,
        explains=f"{with_it}What was done in it stays."
        + (
            f" {named}: nobody answers for that in its place until other officers are named." if named else ""
        ),
        do=lambda: people.end_post(
            post=post,
            ends_on=form.cleaned_data["ends_on"],
            because=form.cleaned_data["because"],
            by=by_of(request),
            seen=whole(form.cleaned_data["seen"]),
        ),
        said=lambda: f"{post} ends on {dated(form.cleaned_data['ends_on'])}.",
    )


def _resume(request: HttpRequest, post: Post) -> Panel:
    form = ReasonForm(data_of(request), initial=seen_of(post))
    return Panel(
        key="resume",
        heading="Let this post go on",
        button="Let it go on",
        form=form,
        of=post,
        explains="Whoever held it is appointed again by you, or is not.",
        do=lambda: people.end_post(
            post=post,
            ends_on=None,
            because=form.cleaned_data["because"],
            by=by_of(request),
            seen=whole(form.cleaned_data["seen"]),
        ),
        said=lambda: f"{post} goes on.",
    )
