"""One meeting: what lies before it, who was there, what it decided; or why it was not held."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from sscp.pages import Form, render_page

from ... import comparing, gather, permissions
from ...agenda import agenda_of
from ...forms.calendar import CancelForm
from ...forms.meetings import BeginForm
from ...models import Meeting, Plan, Version
from ...operations import meetings
from ...permissions import Person, business_unit
from ...vocabulary import MeetingState, VersionStep
from .. import head_of, see_other
from ..answering import attempt, once
from .before import RemindForm, desk_of, remind
from .beginning import address_of, find, frame, name_of, picture_of, seats
from .calendar import cancelled_because
from .papers import Edition, editions_of

CANCEL, REMIND = "cancel", "remind"


def meeting_page(request: HttpRequest, meeting_id: int) -> HttpResponse:
    person, plan, meeting = find(request, meeting_id)
    runs = permissions.may_run_meetings(person)
    if request.method == "POST" and not runs:
        raise PermissionDenied("The business unit prepares the meeting and says who is there.")
    begin, cancel = _begin_form(request), _cancel_form(request)
    status = 200
    form: Form = begin
    if request.method == "POST":
        if f"{CANCEL}-request_id" in request.POST:
            form = cancel
            address, status = attempt(cancel, lambda: _cancel(request, person, meeting, cancel))
        elif f"{REMIND}-request_id" in request.POST:
            form = RemindForm(request.POST, prefix=REMIND)
            address, status = attempt(form, lambda: remind(request, person, plan, meeting, form))
        else:
            address, status = attempt(begin, lambda: _begin(request, person, meeting, begin))
        if address:
            return see_other(address)
        meeting.refresh_from_db()
    editions = editions_of(person, plan, meeting)
    page = {
        "meeting": meeting,
        "name": name_of(meeting),
        **frame(request, meeting, plan),
        "runs": runs,
        "follows": permissions.may_follow_decisions(person),
        "sees_everything": permissions.reader(person).everything,
        "form": form,
        "begin": begin if runs and meeting.is_open_for_updates else None,
        "cancel": cancel if runs and meeting.is_open_for_updates else None,
        "present": [a.post for a in meeting.attendances.select_related("post")],
        "editions": editions,
        "stages": _stages(meeting, editions),
    }
    return render_page(
        request,
        "workstreams/meeting_page.html",
        page | _as_it_stands(request, person, plan, meeting),
        region="asked",
        status=status,
    )


@dataclass(frozen=True)
class Stage:
    """One step of a meeting's way, from planned to closed."""

    word: str
    is_done: bool
    is_now: bool


def _stages(meeting: Meeting, editions: Sequence[Edition]) -> list[Stage]:
    """The way of a meeting that is planned and held; papers stand in it where they were, or still can be, issued."""
    if meeting.is_cancelled or meeting.is_between:
        return []
    way = [MeetingState.PLANNED, MeetingState.PAPERS_ISSUED, MeetingState.HELD, MeetingState.CLOSED]
    can_be = meeting.is_regular and meeting.is_open_for_updates
    if not can_be and not any(e.withdrawn is None for e in editions):
        way.remove(MeetingState.PAPERS_ISSUED)
    here = way.index(MeetingState(meeting.state))
    return [Stage(str(state.label), place < here, place == here) for place, state in enumerate(way)]


def _as_it_stands(request: HttpRequest, person: Person, plan: Plan, meeting: Meeting) -> dict[str, Any]:
    """What the page shows of the plan: frozen where the meeting is closed, else as it is now."""
    if meeting.is_cancelled:
        following = Meeting.objects.next_of(plan.deciding_group)
        return {"because": cancelled_because([meeting])[meeting.pk], "following": following}
    if meeting.is_closed:
        version = get_object_or_404(Version, meeting=meeting, plan=plan, step=VersionStep.AGREED)
        picture = gather.frozen(permissions.reader(person), version)
        return {
            "picture": picture,
            "version": version,
            "changed": comparing.address_of(plan, comparing.since(plan, version), str(picture.seq)),
            "agenda": agenda_of(picture),
            "corrections": version.corrections.select_related("measure__action", "level", "corrects__level"),
        }
    picture = picture_of(request, plan, meeting)
    page = {
        "picture": picture,
        "changed": comparing.address_of(plan, comparing.since(plan)),
        "agenda": agenda_of(picture) if permissions.may_follow_decisions(person) else None,
    }
    if meeting.is_held:
        return page
    today = head_of(request).today
    return (
        page
        | desk_of(request, person, meeting, picture)
        | {
            "begins_early": today < meeting.held_on,
            "today": today,
        }
    )


# ---- it begins, or is not held


def _begin_form(request: HttpRequest) -> BeginForm:
    begins = "request_id" in request.POST
    return BeginForm(request.POST if begins else None, posts=seats())


def _begin(request: HttpRequest, person: Person, meeting: Meeting, form: BeginForm) -> str:
    def do() -> str:
        meetings.hold_meeting(meeting=meeting, present=form.posts_present, by=business_unit(person))
        return address_of(request, "decisions-page", meeting)

    return once(request, form, do)


def _cancel_form(request: HttpRequest) -> CancelForm:
    cancels = f"{CANCEL}-request_id" in request.POST
    return CancelForm(request.POST if cancels else None, prefix=CANCEL)


def _cancel(request: HttpRequest, person: Person, meeting: Meeting, form: CancelForm) -> str:
    def do() -> str:
        meetings.cancel_meeting(
            meeting=meeting, because=form.cleaned_data["because"], by=business_unit(person)
        )
        return reverse("workstreams:meetings-page")

    answer = once(request, form, do)
    messages.success(
        request,
        f"Cancelled: the meeting of {meeting.held_on:%-d %B %Y}. What was sent for it goes on to the next one.",
    )
    return answer
