"""Two moments of a plan compared, as a PDF and as a workbook: drawn when asked for, never stored."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sscp.limits import limited
from workstreams import gather, permissions
from workstreams.comparing import compared, ends_named

from .. import excel, pdf
from ..pack import Compared, named
from . import PDF, WORKBOOK, plan_and_choices, reader_of
from .reports import drawn, no_moment


@require_safe
@limited("exports")
def comparison_pdf(request: HttpRequest) -> HttpResponse:
    try:
        paper = _paper(request)
    except (gather.NoMoment, gather.NotYet) as none:
        return no_moment(request, "PDF", none)
    return drawn(request, paper, _name(paper, "pdf"), PDF, lambda: pdf.draw(paper))


@require_safe
@limited("exports")
def comparison_xlsx(request: HttpRequest) -> HttpResponse:
    try:
        paper = _paper(request)
    except (gather.NoMoment, gather.NotYet) as none:
        return no_moment(request, "workbook", none)
    return drawn(request, paper, _name(paper, "xlsx"), WORKBOOK, lambda: excel.draw_comparison(paper))


def _paper(request: HttpRequest) -> Compared:
    """The comparison that an address names, as its page does.

    Raises Http404 for who reads no history, gather.NoMoment and gather.NotYet where there is no such moment.
    """
    person = reader_of(request)
    if not permissions.may_read_history(person):
        raise Http404("Only agreed versions are open to this person.")
    plan, _ = plan_and_choices(request, person)
    reader = permissions.reader(person)
    ends = ends_named(plan, request.GET.get("from", ""), request.GET.get("to", ""), gather.head())
    return Compared(
        partnership=settings.PARTNERSHIP_NAME,
        ref=plan.ref,
        title=plan.title,
        deciding_group=plan.deciding_group.name,
        partial=not reader.everything,
        comparison=compared(reader, plan, ends),
    )


def _name(paper: Compared, ending: str) -> str:
    """ "business-plan-304-to-512-2023-10-10.pdf"."""
    ends = f"{paper.comparison.before.seq}-to-{paper.comparison.after.seq}"
    return named(paper.ref, ends, paper.on, ending)
