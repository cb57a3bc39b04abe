"""Find, may?, draw, answer: one module an area. Here: what every view of the reading room begins and ends with."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from workstreams import gather, permissions
from workstreams.models import Plan
from workstreams.permissions import Person

PDF = "application/pdf"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE = "text/html; charset=utf-8"


def reader_of(request: HttpRequest) -> Person:
    """Who asks. Raises Http404 for somebody without any appointment."""
    person = permissions.person(request.user, gather.today())  # type: ignore[arg-type]
    if not permissions.may_draw_reports(person):
        raise Http404("No report is open to this person.")
    return person


def current_plan() -> Plan:
    plan = Plan.objects.current().select_related("deciding_group").order_by("-pk").first()
    if plan is None:
        raise Http404("No plan is current.")
    return plan


def download(content: bytes, name: str, content_type: str) -> HttpResponse:
    """A file to keep, which no browser opens as a page of ours or remembers."""
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": content_disposition_header(True, name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )
