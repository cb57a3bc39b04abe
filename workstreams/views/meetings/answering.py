"""What the pages of a meeting begin and end with: who asks and about which, and how a form is answered."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from sscp.pages import Form

from ... import compare, due, gather, permissions
from ...models import Meeting, Plan, Post, Rating
from ...models.record import MeetingQuerySet
from ...operations import Overtaken, Refused, RequestReused, answer_once
from ...permissions import Person
from ...picture import PlanPicture
from ...vocabulary import MeetingKind, PostKind, RatingStep
from .. import current_plan, head_of, person_of, sent

SEATS = (
    PostKind.EXECUTIVE_CHAIR,
    PostKind.DSP,
    PostKind.BUSINESS_UNIT,
    PostKind.SCRUTINEER,
    PostKind.CHAIR,
    PostKind.OFFICER,
)
NAMES = {
    MeetingKind.REGULAR: "Executive meeting",
    MeetingKind.EXTRAORDINARY: "Extraordinary Executive meeting",
    MeetingKind.BETWEEN_MEETINGS: "Decision between meetings",
}


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
    return NAMES[MeetingKind(meeting.kind)]


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


def once(request: HttpRequest, form: Form, do: Callable[[], str]) -> str:
    return answer_once(
        request_id=form.cleaned_data["request_id"],
        user=person_of(request).user,
        content=sent(request),
        do=do,
    )


def attempt(form: Form, do: Callable[[], str]) -> tuple[str, int]:
    """Do what the form asks for: (where to go, 303). Or ("", the status with which it goes back)."""
    if not form.is_valid():
        return "", 422
    try:
        return do(), 303
    except Refused as refused:
        for field, sentence in refused.errors.items():
            form.add_error(field if field in form.fields else None, sentence)
        return "", 422
    except Overtaken as overtaken:
        form.add_error(None, _overtaken(overtaken.latest))
    except RequestReused:
        form.add_error(None, "This form was sent before with other words. Look at it again and send it anew.")
    return "", 409


def _overtaken(latest: Rating | None) -> str:
    if latest is None:
        return "Somebody else changed this since you opened the page. This is how it stands now."
    said = {
        RatingStep.PROVISIONAL: "sent an update",
        RatingStep.REMOVED: "took an update back",
        RatingStep.DEFERRED: "recorded Deferred",
        RatingStep.NOT_REACHED: "recorded Not reached",
        RatingStep.AGREED: f"recorded {latest.level.word if latest.level else ''}",
    }[RatingStep(latest.step)]
    at = latest.at.astimezone(gather.LONDON)
    return (
        f"{latest.for_post} {said} for “{compare.short_name(latest.measure.text)}” at {at:%-H:%M}, {at:%-d %B %Y}, "
        "since you opened this page. Yours is not recorded. What stands now is below, and what you wrote is kept."
    )
