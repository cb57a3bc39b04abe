"""Correcting what was recorded of a meeting that is closed: the row stays, and a newer one points at it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from sscp.pages import render_page

from ... import gather, permissions
from ...forms.meetings import CorrectionForm
from ...models import Level, Measure, Meeting, Plan
from ...operations import meetings, ratings
from ...permissions import Person, business_unit
from ...picture import PlanPicture
from .. import person_of, picture_for, see_other, whole
from ..answering import attempt, once


def correction_page(request: HttpRequest, measure_id: int) -> HttpResponse:
    person = person_of(request)
    measure = get_object_or_404(
        permissions.measures_visible_to(person).select_related(
            "action__outcome__plan__deciding_group", "action__workstream__plan__deciding_group"
        ),
        pk=measure_id,
    )
    if not permissions.may_run_meetings(person):
        raise PermissionDenied("The business unit corrects what was recorded.")
    plan = ratings.plan_of(measure)
    picture = picture_for(request, plan)
    status, form = 200, _form(picture, measure)
    if request.method == "POST":
        form = _form(picture, measure, request.POST)
        address, status = attempt(form, lambda: _correct(request, person, plan, measure, form))
        if address:
            messages.success(
                request, "Corrected. What was recorded before stays in the history, struck through."
            )
            return see_other(address)
        picture = picture_for(request, plan, gather.head())
    placed = picture.find(measure.pk)
    if placed is None:
        raise Http404("This measure has been withdrawn.")
    if status == 409:
        form.renew(seen=placed.measure.latest_id or "")
    agreed = placed.measure.agreed
    meeting = Meeting.objects.filter(pk=agreed.meeting_id).first() if agreed and agreed.meeting_id else None
    return render_page(
        request,
        "workstreams/correction_page.html",
        {
            "placed": placed,
            "measure": placed.measure,
            "agreed": agreed,
            "form": form if form.is_bound or (meeting and meeting.is_closed) else None,
            "meeting": meeting,
        },
        status=status,
    )


def _correct(request: HttpRequest, person: Person, plan: Plan, measure: Measure, form: CorrectionForm) -> str:
    def do() -> str:
        meetings.correct_decision(
            measure=measure,
            level=Level.objects.get(plan=plan, code=form.cleaned_data["level"]),
            because=form.cleaned_data["because"],
            by=business_unit(person),
            seen=whole(form.cleaned_data["seen"]),
        )
        return reverse("workstreams:measure-page", args=[measure.pk])

    return once(request, form, do)


def _form(picture: PlanPicture, measure: Measure, data: Any = None) -> CorrectionForm:
    placed = picture.find(measure.pk)
    seen = placed.measure.latest_id if placed else None
    return CorrectionForm(data, key=picture.key, decider=picture.decider, initial={"seen": seen or ""})
