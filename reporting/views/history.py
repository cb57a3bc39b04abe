"""The history to take out: what it is to hold, and the files."""

import logging
from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from sscp.limits import limited
from sscp.pages import render_page
from workstreams import gather, history, permissions
from workstreams.permissions import Person

from .. import operations
from ..forms import ExtractForm
from ..pack import CouldNotDraw
from . import WORKBOOK, reader_of

logger = logging.getLogger(__name__)

CSV, ZIP = "text/csv; charset=utf-8", "application/zip"
LONG = 50_000  # records beyond which somebody waits long enough to be told so
A_MINUTE = 100_000  # records that a busy server writes into the slowest of the files in one


@require_safe
def history_export_page(request: HttpRequest) -> HttpResponse:
    """What is to be in it, how much that is, and the files to choose from."""
    return _page(request, _person(request), ExtractForm(request.GET))


@require_safe
@limited("exports")
def history_csv(request: HttpRequest) -> HttpResponseBase:
    person, form = _person(request), ExtractForm(request.GET)
    if not form.is_valid():
        return _page(request, person, form)
    parts = operations.as_csv(form.extract, permissions.reader(person), _drawn_for(person))
    return _streamed(request, parts, "csv", CSV)


@require_safe
@limited("exports")
def history_xlsx(request: HttpRequest) -> HttpResponseBase:
    person, form = _person(request), ExtractForm(request.GET)
    if not form.is_valid():
        return _page(request, person, form)
    try:
        file = operations.as_workbook(form.extract, permissions.reader(person), _drawn_for(person))
    except CouldNotDraw as failure:
        form.add_error(None, str(failure))
        return _page(request, person, form)
    return _kept(request, FileResponse(file, content_type=WORKBOOK), "xlsx")


@require_safe
@limited("exports")
def history_zip(request: HttpRequest) -> HttpResponseBase:
    """With the ledger itself and the proof."""
    person, form = _person(request), ExtractForm(request.GET)
    if not permissions.may_read_proof(person):
        raise PermissionDenied("The ledger itself is for the business unit and the scrutineer.")
    if not form.is_valid():
        return _page(request, person, form)
    parts = operations.as_zip(form.extract, permissions.reader(person), _drawn_for(person))
    return _streamed(request, parts, "zip", ZIP)


def _person(request: HttpRequest) -> Person:
    person = reader_of(request)
    if not permissions.may_read_history(person):
        raise Http404("The history is not open to this person.")
    return person


def _drawn_for(person: Person) -> str:
    return ", ".join(appointment.post.title for appointment in person.appointments)


def _page(request: HttpRequest, person: Person, form: ExtractForm) -> HttpResponse:
    reader, head = permissions.reader(person), gather.head()
    count = history.extracted(form.extract, reader, head.seq).count() if form.is_valid() else None
    return render_page(
        request,
        "reporting/history_export_page.html",
        {
            "form": form,
            "head": head,
            "count": count,
            "is_long": (count or 0) > LONG,
            "minutes": round((count or 0) / A_MINUTE),
            "sees_everything": reader.everything,
            "has_proof": permissions.may_read_proof(person),
        },
        status=200 if form.is_valid() else 422,
    )


def _streamed(
    request: HttpRequest, parts: Iterator[bytes], ending: str, content_type: str
) -> StreamingHttpResponse:
    return _kept(request, StreamingHttpResponse(parts, content_type=content_type), ending)


def _kept(request: HttpRequest, response: StreamingHttpResponse, ending: str) -> StreamingHttpResponse:
    """As a file to keep. That it was taken out, by whom and what of it, is a line of the log."""
    name = f"history-{gather.today():%Y-%m-%d}.{ending}"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    about = {"user": request.user.pk, "file": name, "asked": request.GET.urlencode()}
    logger.info("history taken out", extra=about)
    return response
