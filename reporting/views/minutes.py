"""The minutes' table of a closed meeting: a page, a PDF and a workbook of the same frozen facts."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from sscp.pages import render_page
from workstreams import permissions
from workstreams.models import Meeting
from workstreams.permissions import Person

from .. import excel, operations, pdf
from ..pack import Minutes, named
from . import PDF, WORKBOOK, current_plan, reader_of
from .reports import drawn


@require_safe
def minutes_page(request: HttpRequest, meeting_id: int) -> HttpResponse:
    person, meeting, minutes = _found(request, meeting_id)
    return render_page(
        request,
        "reporting/minutes_page.html",
        {
            "meeting": meeting,
            "minutes": minutes,
            "corrected": operations.corrected_since(meeting),
            "sees_everything": permissions.reader(person).everything,
            "no_pdf_because": pdf.cannot_draw_because(),
        },
    )


@require_safe
def minutes_pdf(request: HttpRequest, meeting_id: int) -> HttpResponse:
    minutes = _whole(request, meeting_id)
    return drawn(request, minutes, _name(minutes, "pdf"), PDF, lambda: pdf.draw(minutes))


@require_safe
def minutes_xlsx(request: HttpRequest, meeting_id: int) -> HttpResponse:
    minutes = _whole(request, meeting_id)
    name = _name(minutes, "xlsx")
    return drawn(request, minutes, name, WORKBOOK, lambda: excel.draw_minutes(minutes))


def _name(minutes: Minutes, ending: str) -> str:
    """ "business-plan-minutes-2023-10-10.pdf"."""
    return named(minutes.ref, "minutes", minutes.held_on, ending)


def _found(request: HttpRequest, meeting_id: int) -> tuple[Person, Meeting, Minutes]:
    """The minutes as the one who asks may see them. Raises Http404 for partner staff, and before they are there."""
    person = reader_of(request)
    if not permissions.may_read_plan(person):
        raise Http404("This person reads the published version only.")
    meeting = get_object_or_404(Meeting, pk=meeting_id, group=current_plan().deciding_group_id)
    minutes = operations.minutes_of_meeting(meeting, permissions.reader(person))
    if minutes is None:
        raise Http404("This meeting has no minutes yet.")
    return person, meeting, minutes


def _whole(request: HttpRequest, meeting_id: int) -> Minutes:
    """For a file that is handed on: there is one edition of it, so it is drawn for those who read everything."""
    person, _, minutes = _found(request, meeting_id)
    if not permissions.may_follow_decisions(person):
        raise PermissionDenied("The minutes as a file hold what every group proposed.")
    return minutes
