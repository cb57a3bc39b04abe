"""What the pages of a meeting begin with: who asks, about which meeting, and how far its updates are."""

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from ... import due, gather, permissions
from ...models import Meeting, Plan, Post
from ...models.record import MeetingQuerySet
from ...permissions import Person
from ...picture import PlanPicture
from ...vocabulary import MEETING_NAMES, MeetingKind, PostKind
from .. import current_plan, head_of, person_of

SEATS = (
    PostKind.EXECUTIVE_CHAIR,
    PostKind.DSP,
    PostKind.BUSINESS_UNIT,
    PostKind.SCRUTINEER,
    PostKind.CHAIR,
    PostKind.OFFICER,
)


def reader_and_plan(request: HttpRequest) -> tuple[Person, Plan]:
    """Who asks, and the plan. Raises Http404 for one who may not read it."""
    person = person_of(request)
    if not permissions.may_read_plan(person):
        raise Http404("This person reads the published version only.")
    return person, current_plan()


def find(request: HttpRequest, meeting_id: int) -> tuple[Person, Plan, Meeting]:
    person, plan = reader_and_plan(request)
    return person, plan, get_object_or_404(meetings_of(plan), pk=meeting_id)


def meetings_of(plan: Plan) -> MeetingQuerySet:
    """The meetings of the group that decides this plan, the cancelled ones too."""
    return Meeting.objects.filter(group=plan.deciding_group_id)


def name_of(meeting: Meeting) -> str:
    """What a heading calls it, before its day."""
    return MEETING_NAMES[MeetingKind(meeting.kind)]


def seats() -> list[Post]:
    """The posts that may sit at the table, in the order in which they are ticked off."""
    posts = Post.objects.filter(kind__in=SEATS).order_by("pk")
    return sorted(posts, key=lambda post: SEATS.index(PostKind(post.kind)))


def picture_of(
    request: HttpRequest, plan: Plan, meeting: Meeting, *, at: gather.Head | None = None
) -> PlanPicture:
    """The plan as the one who asks may see it, speaking of this meeting."""
    reader = permissions.reader(person_of(request))
    return gather.picture_for(reader, plan, at or head_of(request), speaks_of=meeting.pk)


def progress(request: HttpRequest, picture: PlanPicture) -> dict[str, Any]:
    """How many of the measures that the reader may know of are updated, and until when that can be done."""
    known = [m for m in picture.measures if m.asked and m.updated is not None]
    now = head_of(request)
    closes = picture.next_meeting.papers_close_at.astimezone(gather.LONDON) if picture.next_meeting else None
    return {
        "updated": sum(m.updated is True for m in known),
        "known": len(known),
        "own_only": not permissions.reader(person_of(request)).everything,
        "closes": closes,
        "closes_in": due.days_in_words((closes.date() - now.today).days)
        if closes and closes > now.at
        else "",
    }
