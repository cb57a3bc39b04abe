"""A post changes hands: what is outstanding, the last day of one holder and the first of the next, one confirmation."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from sscp.pages import render_page
from sscp.sure import sure_who

from ... import permissions
from ...forms.people import HandoverForm
from ...handover import Outstanding, outstanding
from ...models import Appointment, Draft, Plan, Post, User
from ...operations import newest_row, people
from ...vocabulary import MeetingState, PostKind
from ...words import dated
from .. import picture_for, see_other, whole
from ..answering import attempt, once
from ..panels import data_of
from .invitation import known_people, welcome
from .keeping import by_of, today_of, unit_of


@dataclass(frozen=True)
class Waiting:
    """What waits for the post in one plan, with what the tables know beside its picture."""

    plan: Plan
    out: Outstanding
    drafts: int  # how many its holder has begun; what they say is theirs alone
    highlights_due: bool

    @property
    def is_nothing(self) -> bool:
        return self.out.is_nothing and not self.drafts and not self.highlights_due


@sure_who("handing a post over")
def handover_page(request: HttpRequest, post_id: int) -> HttpResponse:
    unit_of(request)
    post = get_object_or_404(Post.objects.select_related("group"), pk=post_id)
    today = today_of(request)
    if post.kind in people.NOT_HANDED_OVER or (post.ends_on is not None and post.ends_on < today):
        raise Http404("Nobody hands this post over.")
    held = people.holder_of(post, today)
    form = HandoverForm(
        data_of(request),
        is_held=held is not None,
        known=[user for user in known_people(today) if held is None or user.pk != held.user_id],
        today=today,
        initial=_days(held, today) | {"seen": newest_row(held) if held else ""},
    )
    status = 200
    if request.method == "POST":
        done: list[User] = []
        went, status = attempt(
            form, lambda: once(request, form, lambda: _hand_over(request, post, form, done))
        )
        if went:
            for user in done:  # nobody, where this was sent before and is only answered again
                welcome(request, user, post)
            if held and "last_day" in form.cleaned_data:
                last = dated(form.cleaned_data["last_day"])
                messages.success(request, f"{held.user} holds {post} until {last}, and no longer.")
            return see_other(went)
        held = people.holder_of(post, today)
        if status == 409:
            form.renew(seen=newest_row(held) if held else "")
    return render_page(
        request,
        "workstreams/handover_page.html",
        {
            "post": post,
            "held": held,
            "next": _next(post, held),
            "deputies": post.appointments.filter(kind="DEPUTY").exclude(ends_on__lt=today).count(),
            "form": form,
            "waiting": [
                _waiting(request, plan, post, held) for plan in Plan.objects.current().order_by("pk")
            ],
            "today": today,
        },
        status=status,
    )


def _hand_over(request: HttpRequest, post: Post, form: HandoverForm, done: list[User]) -> str:
    said = form.cleaned_data
    user = people.hand_over(
        post=post,
        successor=form.chosen_person,
        email=said["email"],
        name=said["name"],
        last_day=said.get("last_day"),
        first_day=said["first_day"],
        because=said["because"],
        by=by_of(request),
        seen=whole(said["seen"]),
    )
    done.append(user)
    return reverse("workstreams:people-page")


def _days(held: Appointment | None, today: date) -> dict[str, object]:
    if held is None:
        return {"first_day": today}
    last = held.ends_on or max(held.starts_on, today)
    return {"last_day": last, "first_day": last + timedelta(days=1)}


def _next(post: Post, held: Appointment | None) -> Appointment | None:
    """Whoever is appointed already to follow the present holder."""
    if held is None:
        return None
    later = post.appointments.filter(kind=held.kind, starts_on__gt=held.starts_on)
    return later.select_related("user").order_by("starts_on").first()


def _waiting(request: HttpRequest, plan: Plan, post: Post, held: Appointment | None) -> Waiting:
    picture = picture_for(request, plan)
    posts = permissions.posts_of(post)
    out = outstanding(picture, posts)
    begun = Draft.objects.filter(measure__in=[m.id for m in picture.measures]).filter(
        user=held.user_id if held else None, measure__action__officers__post__in=posts
    )
    meeting, group = picture.next_meeting, post.group
    highlights_due = (
        meeting is not None
        and meeting.state == MeetingState.PLANNED
        and group is not None
        and post.kind == PostKind.CHAIR
        and group.reports_to_id == plan.deciding_group_id
        and group.pk not in {report.group_id for report in picture.highlights}
    )
    return Waiting(plan, out, begun.values("measure").distinct().count(), highlights_due)
