"""The page of one measure: what is shown of it, and to which of its forms an answer belongs."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from sscp.pages import Form, render_page

from ... import challenges, charts, due, history, permissions
from ...forms.measures import UpdateForm
from ...models import Draft, Meeting
from ...operations import Overtaken, Refused, RequestReused
from ...operations.ratings import plan_of
from ...picture import Level, Mark, PlanPicture
from .. import head_of, moments, see_other
from ..moments import AsAt
from ..updates import closes_in_words, row_of
from . import beside
from .draft import NotKept, keep
from .subject import Subject, Withdrawn, find
from .then import find_then
from .update import left_after, overtaken, send, update_form, with_more_rows

REUSED = "This page was sent before with other words. What you wrote is below: send it again."


def measure_page(request: HttpRequest, measure_id: int) -> HttpResponse:
    if request.method != "POST" and moments.is_named(request):
        return _page_then(request, measure_id)
    try:
        subject = find(request, measure_id)
    except Withdrawn:
        if request.method == "POST":
            raise
        return see_other(f"{reverse('workstreams:history-page')}?measure={measure_id}")
    draft = Draft.objects.filter(user=subject.person.user, measure=subject.measure).first()
    if request.method != "POST":
        return _page(subject, update_form(subject, draft, is_sent=False), draft)
    if name := beside.which(subject):
        return _answer_beside(subject, name, draft)
    form = update_form(subject, draft, is_sent=True)
    if form is None:
        raise PermissionDenied("This measure is updated by the posts named on its action.")
    match request.POST.get("action"):
        case "draft" | "draft-mine" as action:
            not_kept = keep(subject, form, insist=action == "draft-mine")
            return _page(subject, form, draft, not_kept=not_kept) if not_kept else see_other(subject.address)
        case "rows":
            return _page(subject, with_more_rows(subject, form), draft, rows_open=True)
    if form.is_valid():
        try:
            return see_other(send(subject, form))
        except Refused as refused:
            for field, sentence in refused.errors.items():
                form.add_error(field if field in form.fields else None, sentence)
        except Overtaken:
            return overtaken(subject, form)
        except RequestReused:
            form.add_error(None, REUSED)
            form.renew()
    return _page(subject, form, draft, status=422)


def _page_then(request: HttpRequest, measure_id: int) -> HttpResponse:
    """The measure as at a moment, with nothing that writes."""
    subject, as_at = find_then(request, measure_id)
    own = subject.picture.holding(lambda placed: placed.measure.id == measure_id)
    context = _shown(subject, None, as_at) | {
        "later": moments.recorded_later(request, own, as_at),
    }
    return render_page(request, "workstreams/measure_page.html", context)


def _answer_beside(subject: Subject, name: str, draft: Draft | None) -> HttpResponse:
    """One of the smaller forms was sent. What stands in the others is as it was."""
    forms = beside.forms_of(subject)
    form = forms[name]
    if form is None:
        raise PermissionDenied("Nothing of this can be sent for this measure, or not by this person.")
    address, status = beside.answer(subject, name, form)
    if address:
        return see_other(address)
    if status == 409:
        subject = subject.as_it_stands()
    return _page(
        subject, update_form(subject, draft, is_sent=False), draft, forms=forms, faulty=form, status=status
    )


@dataclass(frozen=True)
class Cell:
    """One cell of the rating strip."""

    on: date
    label: str
    level: Level
    provisional: bool
    now: bool


def _shows_figures(subject: Subject, form: UpdateForm) -> bool:
    """The fold with the figures is open where some were told before, and where they are at fault."""
    return bool(subject.shown.figures or form.typed_rows or any(row.errors for row in form.figure_rows))


def _meeting(pk: int | None) -> Meeting | None:
    return Meeting.objects.filter(pk=pk).first() if pk else None


def _cell(mark: Mark, picture: PlanPicture) -> Cell:
    now = picture.next_meeting is not None and mark.meeting_id == picture.next_meeting.id
    label = "Proposed" if mark.provisional else "Amended, agreed" if mark.amended else "Agreed"
    return Cell(mark.on, label, mark.level, mark.provisional, now)


def _page(
    subject: Subject,
    form: UpdateForm | None,
    draft: Draft | None,
    *,
    forms: dict[str, Form | None] | None = None,
    faulty: Form | None = None,
    not_kept: NotKept | None = None,
    rows_open: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = _shown(subject, form, moments.as_at_of(subject.request, plan_of(subject.measure))) | {
        "form": form,
        "faulty": faulty or form,
        "draft": draft,
        "filled_from": draft if form is not None and not form.is_bound and not rows_open else None,
        "not_kept": not_kept,
        "figures_open": rows_open or (form is not None and _shows_figures(subject, form)),
        "forms": forms or beside.forms_of(subject),
    }
    return render_page(
        subject.request,
        "workstreams/measure_page.html",
        context,
        region="draft",
        status=not_kept.status if not_kept else status,
    )


def _shown(subject: Subject, form: UpdateForm | None, as_at: AsAt) -> dict[str, Any]:
    """What is said of the measure, now or `as_at` a moment."""
    m, placed, picture = subject.shown, subject.placed, subject.picture
    then = as_at.moment
    on_behalf = form is not None and form.on_behalf
    decision = m.target.decision if m.target else None
    return {
        "placed": placed,
        "measure": m,
        "picture": picture,
        "as_at": as_at,
        "meeting": picture.next_meeting,
        "in_session": beside.in_session(subject),
        "closed": bool(subject.posts) and picture.next_meeting is None,
        "closes": closes_in_words(picture, subject.request),
        "row": row_of(placed, None, picture, picture.on if then else head_of(subject.request).today),
        "may_correct": not then
        and permissions.may_run_meetings(subject.person)
        and m.agreed
        and m.agreed.meeting_id,
        "cells": [_cell(mark, picture) for mark in m.strip],
        "trends": [(trend, charts.trend_line(trend)) for trend in charts.trends(m)],
        "figure_numbers": charts.figure_numbers(m),
        "on_behalf": on_behalf,
        "left": left_after(subject) if form and not on_behalf else [],
        "can_say_no_change": form is not None and not on_behalf and m.proposal is None and m.asked,
        "why_not_back": beside.why_not_back(subject) if m.proposal else "",
        "date_decided": _meeting(decision.meeting_id) if decision else None,
        "entries": (
            entries := history.timeline(
                m.id, permissions.reader(subject.person), upto=then.upto if then else None
            )
        ),
        "entries_cut": len(entries) == history.SHOWN,
        "leads": [o for o in placed.action.officers if not o.is_dsl],
        "dsls": [o for o in placed.action.officers if o.is_dsl],
        "sources": [*placed.outcome.sources, *placed.action.sources, *m.sources],
        "rolls": due.rolls(m.recurrence),
        "questions": challenges.of_measure(picture, m.id),
        "answers": {
            q.id
            for q in picture.questioned(m.id)
            if not then and permissions.answering(subject.person, q.post_ids)
        },
        "raises_challenges": not then and permissions.may_raise_challenges(subject.person),
    }
