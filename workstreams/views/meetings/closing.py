"""Closing a meeting: what it decided, and the version that freezes it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from sscp.pages import render_page

from ... import gather, permissions
from ...agenda import agenda_of, free_label
from ...forms.meetings import CloseForm
from ...models import Meeting, Plan
from ...operations import meetings
from ...permissions import Person, business_unit
from .. import picture_for, see_other
from ..answering import attempt, once
from .beginning import address_of, find, frame, picture_of, plans_at


def closing_page(request: HttpRequest, meeting_id: int) -> HttpResponse:
    person, plan, meeting = find(request, meeting_id)
    if not permissions.may_run_meetings(person):
        raise PermissionDenied("The business unit closes the meeting.")
    if request.method != "POST" and not meeting.is_held:
        return see_other(address_of(request, "meeting-page", meeting))
    form = CloseForm(
        request.POST if request.method == "POST" else None, initial=_suggested_version(request, plan, meeting)
    )
    status = 200
    if request.method == "POST":
        address, status = attempt(form, lambda: _close(request, person, plan, meeting, form))
        if address:
            return see_other(address)
    picture = picture_of(request, plan, meeting, at=gather.head())
    if status == 409:
        form.renew(seen=meetings.decisions_seen(meeting))
    return render_page(
        request,
        "workstreams/closing_page.html",
        {
            "form": form,
            "meeting": meeting,
            "picture": picture,
            "agenda": agenda_of(picture),
            "others": [
                (each, agenda_of(picture_of(request, each, meeting, at=gather.head())))
                for each in plans_at(request, meeting)
                if each != plan
            ],
            "present": [a.post for a in meeting.attendances.select_related("post")],
            **frame(request, meeting, plan),
        },
        status=status,
    )


def _close(request: HttpRequest, person: Person, plan: Plan, meeting: Meeting, form: CloseForm) -> str:
    data = form.cleaned_data

    def do() -> str:
        meetings.close_meeting(
            meeting=meeting,
            plan=plan,
            label=data["label"],
            changes=data["changes"],
            by=business_unit(person),
            seen=data["seen"],
        )
        return address_of(request, "meeting-page", meeting)

    answer = once(request, form, do)
    messages.success(
        request,
        f"The meeting is closed and version {data['label']} is frozen{_and_others(request, plan, meeting)}.",
    )
    return answer


def _and_others(request: HttpRequest, plan: Plan, meeting: Meeting) -> str:
    """ ", and of Inspection plan version 1.3": what was frozen beside this plan's version."""
    versions = meeting.versions.agreed().exclude(plan=plan).select_related("plan")
    return "".join(f", and of {version.plan} version {version.label}" for version in versions)


def _suggested_version(request: HttpRequest, plan: Plan, meeting: Meeting) -> dict[str, Any]:
    versions = picture_for(request, plan).versions
    return {
        "label": free_label(v.label for v in versions),
        "changes": f"Ratings as agreed by the {plan.decider} on {meeting.held_on:%-d %B %Y}",
        "seen": meetings.decisions_seen(meeting),
    }
