"""What the pages of a meeting begin with: who asks, about which meeting, and how far its updates are."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from ... import choosing, due, gather, permissions
from ...models import Meeting, Plan, Post
from ...models.record import MeetingQuerySet
from ...permissions import Person
from ...picture import PlanPicture
from ...vocabulary import MEETING_NAMES, MeetingKind, PostKind
from ...words import decider
from .. import choices_of, head_of, person_of, plans_of, speak_of

SEATS = (
    PostKind.EXECUTIVE_CHAIR,
    PostKind.DSP,
    PostKind.BUSINESS_UNIT,
    PostKind.SCRUTINEER,
    PostKind.CHAIR,
    PostKind.OFFICER,
)


def reader_and_plans(request: HttpRequest) -> tuple[Person, list[Plan]]:
    """Who asks, and the plans open to them. Raises Http404 for one who may read none."""
    person = person_of(request)
    plans = plans_of(request)
    permissions.refuse_no_plan(person, plans)
    if not permissions.may_read_plan(person) or not plans:
        raise Http404("This person reads the published version only, or there is no plan.")
    return person, plans


def find(request: HttpRequest, meeting_id: int) -> tuple[Person, Plan, Meeting]:
    """Who asks, the meeting, and which of its plans (`?plan=`, else the first of `plans_at`) the page speaks of."""
    person, plans = reader_and_plans(request)
    groups = {plan.deciding_group_id for plan in plans}
    meeting = get_object_or_404(Meeting.objects.select_related("group"), pk=meeting_id, group__in=groups)
    plan = choosing.meant(plans_at(request, meeting), request.GET.get("plan"))
    if plan is None:
        raise Http404("This meeting decides no such plan.")
    speak_of(request, plan)
    return person, plan, meeting


def plans_at(request: HttpRequest, meeting: Meeting) -> list[Plan]:
    """The plans on a meeting's table: the current ones of its group; of a closed one, those that it froze.

    Where there is none, any other plan of the group: one that is drafted, or was closed since.
    """
    own = [plan for plan in plans_of(request) if plan.deciding_group_id == meeting.group_id]
    if meeting.is_closed and len(own) > 1:
        frozen = set(meeting.versions.agreed().values_list("plan", flat=True))
        return [plan for plan in own if plan.pk in frozen] or own
    return [plan for plan in own if plan.is_current] or own


def address_of(request: HttpRequest, name: str, meeting: Meeting) -> str:
    """A page of this meeting, of the same plan as this one where its address names one."""
    address, ref = reverse(f"workstreams:{name}", args=[meeting.pk]), request.GET.get("plan")
    return f"{address}?{urlencode({'plan': ref})}" if ref else address


def frame(request: HttpRequest, meeting: Meeting, plan: Plan) -> dict[str, Any]:
    """What every page of a meeting shows: its plan among those of the meeting, and how its links keep it."""
    choices = choices_of(request, plan, plans_at(request, meeting))
    return {
        "plan": plan,
        "choices": choices,
        "kept": f"?{urlencode({'plan': plan.ref})}" if choices else "",
        "and_kept": f"&{urlencode({'plan': plan.ref})}" if choices else "",
    }


def meetings_of(plans: Iterable[Plan]) -> MeetingQuerySet:
    """The meetings of the groups that decide these plans, the cancelled ones too."""
    return Meeting.objects.filter(group__in={plan.deciding_group_id for plan in plans})


def name_of(meeting: Meeting) -> str:
    """What a heading calls it, before its day."""
    return MEETING_NAMES[MeetingKind(meeting.kind)].format(decider(meeting.group.name))


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
