"""One meeting: who has updated for it, who was there, what it decided."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from sscp.pages import render_page

from ... import gather, permissions
from ...agenda import Asked, agenda_of, asked_of_posts
from ...forms.meetings import BeginForm
from ...models import Meeting, Post, Version
from ...operations import meetings
from ...permissions import Person
from ...vocabulary import PostKind, VersionStep
from .. import business_unit, head_of, see_other
from .answering import attempt, find, once, picture_of, progress

# Who may sit at the table, in the order in which they are ticked off.
SEATS = (
    PostKind.EXECUTIVE_CHAIR,
    PostKind.DSP,
    PostKind.BUSINESS_UNIT,
    PostKind.SCRUTINEER,
    PostKind.CHAIR,
    PostKind.OFFICER,
)


def meeting_page(request: HttpRequest, meeting_id: int) -> HttpResponse:
    person, plan, meeting = find(request, meeting_id)
    runs = permissions.may_run_meetings(person)
    form = None
    status = 200
    if runs and meeting.is_open_for_updates:
        form = BeginForm(request.POST if request.method == "POST" else None, posts=_seats())
    if request.method == "POST":
        if not runs:
            raise PermissionDenied("The business unit says who is there.")
        form = form or BeginForm(request.POST, posts=_seats())
        address, status = attempt(form, lambda: _begin(request, person, meeting, form))
        if address:
            return see_other(address)
    page = {
        "meeting": meeting,
        "runs": runs,
        "follows": permissions.may_follow_decisions(person),
        "sees_everything": permissions.reader(person).everything,
        "form": form,
        "present": [a.post for a in meeting.attendances.select_related("post")],
    }
    if meeting.is_closed:
        version = get_object_or_404(Version, meeting=meeting, plan=plan, step=VersionStep.AGREED)
        picture = gather.frozen(permissions.reader(person), version)
        page |= {"picture": picture, "version": version, "agenda": agenda_of(picture)}
    else:
        picture = picture_of(request, plan, meeting)
        address = request.build_absolute_uri(reverse("workstreams:my-updates"))
        page |= {
            "picture": picture,
            "asked": [(row, _reminder(row, meeting, address)) for row in asked_of_posts(picture)],
            "agenda": agenda_of(picture) if permissions.may_follow_decisions(person) else None,
            "begins_early": head_of(request).today < meeting.held_on,
            "today": head_of(request).today,
            **progress(request, picture),
        }
    return render_page(request, "workstreams/meeting_page.html", page, status=status)


def _begin(request: HttpRequest, person: Person, meeting: Meeting, form: BeginForm) -> str:
    def do() -> str:
        meetings.hold_meeting(meeting=meeting, present=form.posts_present, by=business_unit(person))
        return reverse("workstreams:decisions-page", args=[meeting.pk])

    return once(request, form, do)


def _reminder(row: Asked, meeting: Meeting, address: str) -> str:
    """A sentence to send to a post that has not updated everything yet; "" where nothing is missing."""
    if row.officer is None or not row.missing:
        return ""
    measures = "measure still needs" if len(row.missing) == 1 else "measures still need"
    closes = meeting.papers_close_at.astimezone(gather.LONDON)
    hour = f"{closes:%-I%p}".lower()
    return (
        f"{row.officer.title}: the Executive meets on {meeting.held_on:%A %-d %B %Y}."
        f" {len(row.missing)} of your {measures} an update by {closes:%A %-d %B} at {hour}: {address}"
    )


def _seats() -> list[Post]:
    posts = Post.objects.filter(kind__in=SEATS).order_by("pk")
    return sorted(posts, key=lambda post: SEATS.index(PostKind(post.kind)))
