"""Signals for a critical eye: seven questions that the record of a plan raises by itself. Nothing is written here."""

from django.http import Http404, HttpRequest, HttpResponse

from sscp.pages import render_page

from .. import gather, permissions, signals
from . import choices_of, moments, person_of, plan_of


def signals_page(request: HttpRequest) -> HttpResponse:
    """All of a plan, or what one group answers for: `?group=` in the address."""
    person = person_of(request)
    if not permissions.may_read_signals(person):
        raise Http404("These rest on what every group proposed and said.")
    plan = plan_of(request)
    as_at = moments.as_at_of(request, plan)
    picture = moments.picture_as_at(request, plan, as_at)
    record = gather.record_of(plan, picture)
    chosen = next((lead for lead in record.leads if lead.key == request.GET.get("group")), None)
    return render_page(
        request,
        "workstreams/signals_page.html",
        {
            "picture": picture,
            "as_at": as_at,
            "choices": choices_of(request, plan, None, **as_at.parameters),
            "leads": record.leads,
            "chosen": chosen,
            "raises": as_at.moment is None and permissions.may_raise_challenges(person),
            "signals": signals.signals_of(record.of(chosen) if chosen else record),
        },
    )
