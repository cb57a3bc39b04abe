"""The plan as its table, and one reference of it on one printable page."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from sscp.pages import render_page

from .. import answers, challenges, choosing, gather, permissions
from .. import picture as pictures
from ..challenges import Told
from ..forms.plan import PlanFilter
from ..models import Plan
from ..picture import PlanPicture
from ..vocabulary import PassageKind
from . import moments, person_of, plan_of, plans_of, see_other
from .moments import AsAt


def current(request: HttpRequest) -> HttpResponse:
    """The plan that partners work to now, with whatever the address asks of it."""
    asked = request.META.get("QUERY_STRING", "")
    return see_other(
        reverse("workstreams:plan-page", args=[plan_of(request).ref]) + (f"?{asked}" if asked else "")
    )


def plan_page(request: HttpRequest, ref: str) -> HttpResponse:
    plan = plan_of(request, ref)
    as_at = moments.as_at_of(request, plan)
    whole = _seen(request, plan, as_at)
    form = PlanFilter(request.GET, picture=whole)
    shown = form.shown(whole)
    return render_page(
        request,
        "workstreams/plan_page.html",
        {
            "picture": whole,
            "as_at": as_at,
            "later": moments.recorded_later(request, whole, as_at),
            "choices": choosing.choices(
                plans_of(request),
                plan,
                lambda other: reverse("workstreams:plan-page", args=[other.ref]) + as_at.query,
            ),
            "shown": shown,
            "filter": form,
            "chosen": form.chosen,
            "counts": whole.counts(),
            "strip": [
                {"workstream": w, "counts": _parts(whole, w.measures), "roll_up": whole.counts(w.measures)}
                for w in whole.workstreams
            ],
            "open_challenges": sum(c.is_open for c in whole.challenges),
            "shown_total": len(shown.measures),
            "rated_since": len(answers.rated_since(whole, gather.levels_at_meetings(plan, as_at.moment))),
        }
        | _eyes(request, as_at)
        | _texts(whole),
    )


def reference_page(request: HttpRequest, ref: str, reference: str) -> HttpResponse:
    """One outcome with all that stands under it, or a whole workstream by its number."""
    plan = plan_of(request, ref)
    as_at = moments.as_at_of(request, plan)
    whole = _seen(request, plan, as_at)
    workstream = whole.named(reference)
    if workstream is None:
        raise Http404("The plan has no such reference.")
    outcome = next((o for o in workstream.outcomes if o.ref == reference and not o.is_unnamed), None)
    return render_page(
        request,
        "workstreams/reference_page.html",
        {
            "picture": whole,
            "as_at": as_at,
            "workstream": workstream,
            "outcome": outcome,
            "placed": replace(whole, workstreams=(workstream,)).placed(),
            "counts": whole.counts(workstream.measures),
            "questions": _questions(whole, workstream, outcome),
            "raises": as_at.moment is None and permissions.may_raise_challenges(person_of(request)),
        }
        | _eyes(request, as_at),
    )


def _questions(
    whole: PlanPicture, workstream: pictures.Workstream, outcome: pictures.Outcome | None
) -> list[Told]:
    """The open challenges about what stands on the page: its measures, and the workstream where all of it does."""
    measures = {m.id for m in workstream.measures}
    return [
        told
        for told in challenges.still_open(whole)
        if told.challenge.measure_id in measures
        or (outcome is None and told.challenge.workstream_id == workstream.id)
    ]


def _eyes(request: HttpRequest, as_at: AsAt) -> dict[str, bool]:
    person = person_of(request)
    return {
        "links": permissions.may_read_plan(person),
        "keeps": permissions.may_edit_plan(person) and as_at.moment is None,
        "sees_everything": permissions.reader(person).everything,
    }


def _seen(request: HttpRequest, plan: Plan, as_at: AsAt) -> PlanPicture:
    """The plan as it stands or stood, or, for partner staff, as the deciding group had last agreed it."""
    person = person_of(request)
    if permissions.may_read_plan(person):
        return moments.picture_as_at(request, plan, as_at)
    published = gather.published(plan, as_at.moment)
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
