"""The dashboard: four questions about the plan, each a sentence, a picture and the table behind it."""

from django.http import Http404, HttpRequest, HttpResponse

from sscp.pages import render_page

from .. import answers, gather, permissions
from . import choices_of, person_of, picture_for, plan_of


def dashboard_page(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if not permissions.may_read_plan(person):
        raise Http404("This person reads the published version only.")
    plan = plan_of(request)
    whole = picture_for(request, plan)
    chosen = next((w for w in whole.workstreams if w.number == request.GET.get("workstream")), None)
    shown = whole.of_workstream(chosen.number) if chosen else whole
    own = None if permissions.reader(person).everything else person.post_ids
    return render_page(
        request,
        "workstreams/dashboard_page.html",
        {
            "picture": whole,
            "choices": choices_of(request, plan),
            "chosen": chosen,
            "where": answers.where_we_are(shown),
            "improving": answers.are_we_improving(shown, gather.levels_at_meetings(plan)),
            "slips": answers.what_slips(shown),
            "late": answers.who_is_late(shown, own),
        },
    )
