"""The plan as its table, and one reference of it on one printable page."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from sscp.pages import render_page

from .. import answers, gather, permissions
from .. import picture as pictures
from ..forms.plan import PlanFilter
from ..models import Plan, Version
from ..picture import PlanPicture
from ..vocabulary import PassageKind
from . import current_plan, person_of, picture_for, see_other


def current(request: HttpRequest) -> HttpResponse:
    """The plan that partners work to now."""
    return see_other(reverse("workstreams:plan-page", args=[_readable(request, current_plan()).ref]))


def plan_page(request: HttpRequest, ref: str) -> HttpResponse:
    plan = _readable(request, get_object_or_404(Plan.objects.select_related("deciding_group"), ref=ref))
    whole = _seen(request, plan)
    form = PlanFilter(request.GET, picture=whole)
    shown = whole.holding(form.keeps) if form.chosen else whole
    return render_page(
        request,
        "workstreams/plan_page.html",
        {
            "picture": whole,
            "shown": shown,
            "filter": form,
            "chosen": form.chosen,
            "counts": whole.counts(),
            "strip": [
                {"workstream": w, "counts": _parts(whole, w.measures), "roll_up": whole.counts(w.measures)}
                for w in whole.workstreams
            ],
            "shown_total": len(shown.measures),
            "rated_since": len(answers.rated_since(whole, gather.levels_at_meetings(plan))),
        }
        | _eyes(request)
        | _texts(whole),
    )


def reference_page(request: HttpRequest, ref: str, reference: str) -> HttpResponse:
    """One outcome with all that stands under it."""
    plan = _readable(request, get_object_or_404(Plan.objects.select_related("deciding_group"), ref=ref))
    whole = _seen(request, plan)
    shown = whole.holding(lambda placed: placed.outcome.ref == reference)
    if not shown.workstreams:
        raise Http404("The plan has no such reference.")
    workstream = shown.workstreams[0]
    return render_page(
        request,
        "workstreams/reference_page.html",
        {
            "picture": whole,
            "shown": shown,
            "workstream": workstream,
            "outcome": workstream.outcomes[0],
            "counts": whole.counts(shown.measures),
        }
        | _eyes(request),
    )


def _eyes(request: HttpRequest) -> dict[str, bool]:
    person = person_of(request)
    return {
        "links": permissions.may_read_plan(person),
        "sees_everything": permissions.reader(person).everything,
    }


def _readable(request: HttpRequest, plan: Plan) -> Plan:
    """Raises Http404 for somebody without any appointment."""
    if not permissions.may_read_published(person_of(request)):
        raise Http404("No plan is open to this person.")
    return plan


def _seen(request: HttpRequest, plan: Plan) -> PlanPicture:
    """The plan as it stands, or, for partner staff, as the deciding group last agreed it."""
    person = person_of(request)
    if permissions.may_read_plan(person):
        return picture_for(request, plan)
    published = Version.objects.filter(plan=plan).agreed().frozen().order_by("-seq").first()
    if published is None:
        raise Http404("No version of this plan has been agreed yet.")
    return gather.frozen(permissions.reader(person), published)


def _parts(whole: PlanPicture, measures: tuple[pictures.Measure, ...]) -> list[dict[str, Any]]:
    counts = whole.counts(measures)
    return [{"level": level, "count": n} for level, n in reversed(counts.by_level)] + [
        {"level": None, "count": counts.not_rated}
    ]


def _texts(whole: PlanPicture) -> dict[str, Any]:
    """What stands before the tables: vision, priorities, where work was held over from, expected achievements."""
    return {
        "vision": whole.passages_of(PassageKind.VISION),
        "values": whole.passages_of(PassageKind.VALUES),
        "priorities": whole.passages_of(PassageKind.PRIORITY),
        "held_over": whole.passages_of(PassageKind.HELD_OVER),
        "tag_key": whole.passages_of(PassageKind.TAG_KEY),
        "achievements": [
            {
                "workstream": w,
                "years": [
                    next(
                        (
                            p.body
                            for p in whole.passages_of(PassageKind.ACHIEVEMENT)
                            if p.workstream == w.number and p.year == year
                        ),
                        "",
                    )
                    for year in (1, 2, 3)
                ],
            }
            for w in whole.workstreams
        ],
    }
