"""The log of challenges as a PDF: as its reader may see it, with what was chosen in the address."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sscp.limits import limited
from workstreams import challenges, gather, permissions

from .. import pdf
from ..pack import log_of, named
from . import PDF, plan_and_choices, reader_of
from .reports import drawn


@require_safe
@limited("exports")
def challenges_pdf(request: HttpRequest) -> HttpResponse:
    person = reader_of(request)
    if not permissions.may_read_plan(person):
        raise Http404("Challenges are not open to this person.")
    plan, _ = plan_and_choices(request, person)
    reader = permissions.reader(person)
    picture = gather.picture_for(reader, plan)
    chosen = challenges.chosen(picture, request.GET)
    log = log_of(
        picture,
        chosen.shown(challenges.in_order(picture)),
        partnership=settings.PARTNERSHIP_NAME,
        chosen=chosen.words,
        partial=not reader.everything,
    )
    return drawn(request, log, named(log.ref, "challenges", log.on, "pdf"), PDF, lambda: pdf.draw(log))
