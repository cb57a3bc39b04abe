"""The dashboard: four questions about the plan, each a sentence, a picture and the table behind it."""

from django.http import Http404, HttpRequest, HttpResponse

from sscp.pages import render_page

from .. import answers, challenges, gather, permissions
from . import choices_of, moments, person_of, plan_of


def dashboard_page(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if not permissions.may_read_plan(person):
        raise Http404("This person reads the published version only.")
    plan = plan_of(request)
    as_at = moments.as_at_of(request, plan)
    whole = moments.picture_as_at(request, plan, as_at)
    chosen = next((w for w in whole.workstreams if w.number == request.GET.get("workstream")), None)
    shown = whole.of_workstream(chosen.number) if chosen else whole
    own = None if permissions.reader(person).everything else person.post_ids
    return render_page(
        request,
        "workstreams/dashboard_page.html",
        {
            "picture": whole,
            "as_at": as_at,
            "later": moments.recorded_later(request, whole, as_at),
            "choices": choices_of(request, plan, None, **as_at.parameters),
            "chosen": chosen,
            "questions": [
                t for t in challenges.still_open(whole) if chosen is None or t.number == chosen.number
            ],
            "where": answers.where_we_are(shown),
            "improving": answers.are_we_improving(shown, gather.levels_at_meetings(plan, as_at.moment)),
            "slips": answers.what_slips(shown),
            "late": answers.who_is_late(shown, own),
        },
    )
