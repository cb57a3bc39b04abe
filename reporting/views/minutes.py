"""The minutes' table of a closed meeting: a page, a PDF and a workbook of the same frozen facts."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from sscp.limits import limited
from sscp.pages import render_page
from workstreams import choosing, permissions
from workstreams.models import Meeting, Plan
from workstreams.permissions import Person

from .. import excel, operations, pdf
from ..pack import Minutes, named
from . import PDF, WORKBOOK, query_of, reader_of
from .reports import drawn


@dataclass(frozen=True)
class Found:
    """The minutes that an address names, and the plans of the meeting that have some."""

    person: Person
    meeting: Meeting
    plan: Plan
    choices: list[choosing.Choice]
    minutes: Minutes


@require_safe
def minutes_page(request: HttpRequest, meeting_id: int) -> HttpResponse:
    found = _found(request, meeting_id)
    return render_page(
        request,
        "reporting/minutes_page.html",
        {
            "meeting": found.meeting,
            "minutes": found.minutes,
            "choices": found.choices,
            "kept": query_of(found.plan) if found.choices else "",
            "corrected": operations.corrected_since(found.meeting, found.plan),
            "sees_everything": permissions.reader(found.person).everything,
            "no_pdf_because": pdf.cannot_draw_because(),
        },
    )


@require_safe
@limited("exports")
def minutes_pdf(request: HttpRequest, meeting_id: int) -> HttpResponse:
    minutes = _whole(request, meeting_id)
    return drawn(request, minutes, _name(minutes, "pdf"), PDF, lambda: pdf.draw(minutes))


@require_safe
@limited("exports")
def minutes_xlsx(request: HttpRequest, meeting_id: int) -> HttpResponse:
    minutes = _whole(request, meeting_id)
    name = _name(minutes, "xlsx")
    return drawn(request, minutes, name, WORKBOOK, lambda: excel.draw_minutes(minutes))


def _name(minutes: Minutes, ending: str) -> str:
    """ "business-plan-minutes-2023-10-10.pdf"."""
    return named(minutes.ref, "minutes", minutes.held_on, ending)


def _found(request: HttpRequest, meeting_id: int) -> Found:
    """The minutes as the one who asks may see them. Raises Http404 for partner staff, and before they are there."""
    person = reader_of(request)
    if not permissions.may_read_plan(person):
        raise Http404("This person reads the published version only.")
    meeting = get_object_or_404(Meeting, pk=meeting_id)
    plans = _plans(person, meeting)
    plan = choosing.meant(plans, request.GET.get("plan"))
    minutes = operations.minutes_of_meeting(meeting, plan, permissions.reader(person)) if plan else None
    if plan is None or minutes is None:
        raise Http404("This meeting has no minutes yet, or none of such a plan.")
    choices = choosing.choices(plans, plan, lambda each: f"{request.path}{query_of(each)}")
    return Found(person, meeting, plan, choices, minutes)


def _plans(person: Person, meeting: Meeting) -> list[Plan]:
    """The plans of which this meeting froze a version, as far as they are open to this person."""
    own = [p for p in permissions.plans_open_to(person) if p.deciding_group_id == meeting.group_id]
    if len(own) < 2:
        return own
    frozen = set(meeting.versions.agreed().frozen().values_list("plan", flat=True))
    return [plan for plan in own if plan.pk in frozen]


def _whole(request: HttpRequest, meeting_id: int) -> Minutes:
    """For a file that is handed on: there is one edition of it, so it is drawn for those who read everything."""
    found = _found(request, meeting_id)
    if not permissions.may_follow_decisions(found.person):
        raise PermissionDenied("The minutes as a file hold what every group proposed.")
    return found.minutes
