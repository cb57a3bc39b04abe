"""Every group with its posts, and who holds these: where keeping people begins."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.db.models import Max, Q
from django.http import Http404, HttpRequest, HttpResponse

from sscp.pages import render_page
from sscp.sure import sure_who

from ...forms.people import WHOLE
from ...models import Appointment, Group, Post, User
from ...operations.people import NOT_HANDED_OVER
from ...vocabulary import PostKind
from .invitation import link_shown, make_link, standing
from .keeping import today_of, unit_of
from .persons import has_signed_in


@dataclass(frozen=True)
class Held:
    """An appointment as the list shows it."""

    appointment: Appointment
    is_coming: bool
    is_invited: bool  # and has not signed in yet
    is_closed: bool


@dataclass(frozen=True)
class Row:
    """One post with those appointed to it, today or later."""

    post: Post
    holders: list[Held]
    deputies: list[Held]
    may_be_handed_over: bool

    @property
    def is_body(self) -> bool:
        return self.post.kind == PostKind.BODY


@dataclass
class Section:
    """A group with its posts, or those of the whole partnership."""

    group: Group | None
    rows: list[Row] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.group.name if self.group else WHOLE


@sure_who("making a link that somebody can sign in with")
def people_page(request: HttpRequest) -> HttpResponse:
    unit_of(request)
    if request.method == "POST":
        if not {"link", "letter"} & request.POST.keys():
            raise Http404("Nothing else is sent to this page.")
        return make_link(request)
    today = today_of(request)
    going_on, over = _sections(today)
    context = {
        "sections": going_on,
        "over": over,
        "without_post": _without_post(today),
        "today": today,
        "by_email": settings.EMAIL_IS_SET_UP,
    }
    return render_page(request, "workstreams/people_page.html", context | link_shown(request))


def _sections(today: date) -> tuple[list[Section], list[Section]]:
    """(groups that go on with their posts that do, what has ended)."""
    appointed: dict[int, list[Held]] = defaultdict(list)
    for a in standing(today).order_by("starts_on", "pk"):
        appointed[a.post_id].append(
            Held(a, a.starts_on > today, not has_signed_in(a.user), not a.user.is_active)
        )
    groups = Group.objects.select_related("reports_to").order_by("pk")
    going_on: dict[int | None, Section] = {group.pk: Section(group) for group in groups}
    going_on[None] = Section(None)
    over: dict[int | None, Section] = {}
    for post in Post.objects.order_by("pk"):
        has_ended = post.ends_on is not None and post.ends_on < today
        held = appointed[post.pk]
        row = Row(
            post,
            [h for h in held if not h.appointment.is_deputy],
            [h for h in held if h.appointment.is_deputy],
            post.kind not in NOT_HANDED_OVER and not has_ended,
        )
        section = going_on[post.group_id]
        if has_ended:
            section = over.setdefault(post.group_id, Section(section.group))
        section.rows.append(row)
    for pk, section in list(going_on.items()):
        group = section.group
        if group and group.ends_on and group.ends_on < today:
            del going_on[pk]
            over.setdefault(pk, Section(group))
    return [s for s in going_on.values() if s.group or s.rows], list(over.values())


def _without_post(today: date) -> list[tuple[User, str]]:
    """(somebody who is appointed to nothing today or later, the post that they held last)."""
    users = User.objects.exclude(appointments__in=standing(today)).annotate(last=Max("appointments__ends_on"))
    found = {user.pk: (user, "") for user in users.order_by("last", "pk")}
    held = Appointment.objects.filter(Q(user__in=found)).select_related("post").order_by("ends_on", "pk")
    for appointment in held:
        found[appointment.user_id] = (found[appointment.user_id][0], appointment.post.title)
    return list(found.values())
