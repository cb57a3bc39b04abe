"""The plan as its table, and one reference of it on one printable page."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from sscp.pages import render_page

from .. import answers, choosing, gather, permissions
from .. import picture as pictures
from ..forms.plan import PlanFilter
from ..models import Plan, Version
from ..picture import PlanPicture
from ..vocabulary import PassageKind
from . import person_of, picture_for, plan_of, plans_of, see_other


def current(request: HttpRequest) -> HttpResponse:
    """The plan that partners work to now."""
    return see_other(reverse("workstreams:plan-page", args=[plan_of(request).ref]))


def plan_page(request: HttpRequest, ref: str) -> HttpResponse:
    plan = plan_of(request, ref)
    whole = _seen(request, plan)
    form = PlanFilter(request.GET, picture=whole)
    shown = form.shown(whole)
    return render_page(
        request,
        "workstreams/plan_page.html",
        {
            "picture": whole,
            "choices": choosing.choices(
                plans_of(request), plan, lambda other: reverse("workstreams:plan-page", args=[other.ref])
            ),
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
    """One outcome with all that stands under it, or a whole workstream by its number."""
    plan = plan_of(request, ref)
    whole = _seen(request, plan)
    workstream = whole.named(reference)
    if workstream is None:
        raise Http404("The plan has no such reference.")
    outcome = next((o for o in workstream.outcomes if o.ref == reference and not o.is_unnamed), None)
    return render_page(
        request,
        "workstreams/reference_page.html",
        {
            "picture": whole,
            "workstream": workstream,
            "outcome": outcome,
            "placed": replace(whole, workstreams=(workstream,)).placed(),
            "counts": whole.counts(workstream.measures),
        }
        | _eyes(request),
    )


def _eyes(request: HttpRequest) -> dict[str, bool]:
    person = person_of(request)
    return {
        "links": permissions.may_read_plan(person),
        "keeps": permissions.may_edit_plan(person),
        "sees_everything": permissions.reader(person).everything,
    }


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
    parts = [*reversed(counts.by_level), (None, counts.not_rated)]
    return [{"level": level, "count": n} for level, n in parts if n]


def _texts(whole: PlanPicture) -> dict[str, Any]:
    """What stands before the tables: vision, priorities, where work was held over from, expected achievements."""
    return {
        "about": whole.passages,
        "expects": whole.passages_of(PassageKind.ACHIEVEMENT),
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
