"""A meeting in session: its agenda, and the decisions on one measure after the other."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from sscp.pages import Form, render_page, wants_region

from ... import challenges, gather, permissions
from ...agenda import Item, agenda_of
from ...forms.meetings import (
    AgreeUnchangedForm,
    DateAnswer,
    DateForm,
    Decision,
    DecisionForm,
    ImpactAnswer,
    ImpactForm,
)
from ...models import Level, Measure, Meeting, Plan
from ...operations import impacts, meetings, targets
from ...permissions import Person, business_unit
from ...picture import PlanPicture
from ...vocabulary import PostKind
from .. import person_of, see_other, whole
from ..answering import attempt, once
from .beginning import find, frame, picture_of

DECIDERS = (PostKind.EXECUTIVE_CHAIR, PostKind.DSP)
# The form that came back, by the name under which the page shows it.
Answered = dict[str, Form]


def decisions_page(request: HttpRequest, meeting_id: int) -> HttpResponse:
    person, plan, meeting = find(request, meeting_id)
    if not permissions.may_follow_decisions(person):
        raise PermissionDenied("Every group's proposals stand here.")
    if request.method != "POST":
        return _decisions(request, plan, meeting)
    if not permissions.may_run_meetings(person):
        raise PermissionDenied("The business unit records what was decided.")
    if "all-request_id" in request.POST:
        return _agree_unchanged(request, person, plan, meeting)
    if "date-request_id" in request.POST:
        return _decide_date(request, person, plan, meeting)
    if "impact-request_id" in request.POST:
        return _decide_impact(request, person, plan, meeting)
    return _decide(request, person, plan, meeting)


def _decide(request: HttpRequest, person: Person, plan: Plan, meeting: Meeting) -> HttpResponse:
    """Record what was decided on one measure's rating."""
    picture, item = _picture_and_item(request, plan, meeting)
    form = _decision_form(picture, item, request.POST)

    def do() -> None:
        data = form.cleaned_data
        where = {**_where(item, meeting, person), "seen": whole(data["seen"]), "because": data["because"]}
        match data["decision"]:
            case Decision.DEFER:
                meetings.defer(**where)
            case Decision.NOT_REACHED:
                meetings.mark_not_reached(**where)
            case _:
                meetings.agree(level=Level.objects.get(plan=plan, code=form.level_code), **where)

    return _recorded(request, plan, meeting, item, {"form": form}, do, lambda: _said(form))


def _said(form: DecisionForm) -> str:
    level = form.levels.get(form.level_code)
    words = {Decision.DEFER: "deferred", Decision.NOT_REACHED: "not reached"}
    return words.get(form.cleaned_data["decision"], f"agreed {level.word}" if level else "")


def _decide_impact(request: HttpRequest, person: Person, plan: Plan, meeting: Meeting) -> HttpResponse:
    """Accept the impact that was reported, or not."""
    _, item = _picture_and_item(request, plan, meeting)
    form = ImpactForm(request.POST, prefix="impact")

    def accepted() -> bool:
        return bool(form.cleaned_data["answer"] == ImpactAnswer.ACCEPT)

    def do() -> None:
        impacts.decide_impact(
            accepted=accepted(),
            text=form.cleaned_data["text"],
            seen=whole(form.cleaned_data["seen"]),
            **_where(item, meeting, person),
        )

    def said() -> str:
        return "impact accepted" if accepted() else "impact not accepted"

    return _recorded(request, plan, meeting, item, {"impact_form": form}, do, said)


def _decide_date(request: HttpRequest, person: Person, plan: Plan, meeting: Meeting) -> HttpResponse:
    """Agree to another target date, or keep the one that stands."""
    _, item = _picture_and_item(request, plan, meeting)
    form = DateForm(request.POST, prefix="date")

    def agreed() -> bool:
        return bool(form.cleaned_data["answer"] == DateAnswer.AGREE)

    def do() -> None:
        targets.decide_target(
            agreed=agreed(),
            because=form.cleaned_data["because"],
            seen=whole(form.cleaned_data["seen"]),
            **_where(item, meeting, person),
        )

    def said() -> str:
        return "the new date is agreed" if agreed() else "the date stays"

    return _recorded(request, plan, meeting, item, {"date_form": form}, do, said)


def _agree_unchanged(request: HttpRequest, person: Person, plan: Plan, meeting: Meeting) -> HttpResponse:
    """Agree what stays as it was, all or none."""
    form = AgreeUnchangedForm(request.POST, prefix="all")

    def do() -> None:
        meetings.agree_unchanged(
            meeting=meeting, measures=form.cleaned_data["unchanged"], by=business_unit(person)
        )

    def said() -> str:
        return f"{len(form.cleaned_data['unchanged'])} agreed as they stood"

    return _recorded(request, plan, meeting, None, {"all_form": form}, do, said)


def _where(item: Item, meeting: Meeting, person: Person) -> dict[str, Any]:
    """Which measure is decided where, and by whom it is recorded."""
    return {
        "measure": Measure.objects.get(pk=item.measure.id),
        "meeting": meeting,
        "by": business_unit(person),
    }


def _recorded(
    request: HttpRequest,
    plan: Plan,
    meeting: Meeting,
    item: Item | None,
    answered: Answered,
    do: Callable[[], object],
    said: Callable[[], str],
) -> HttpResponse:
    """Do it and lead to what waits next: something else of this measure, else the measure after it."""
    (form,) = answered.values()

    def act() -> str:
        do()
        return _address_after(request, meeting, item)

    address, status = attempt(form, lambda: once(request, form, act))
    if not address:
        return _decisions(request, plan, meeting, item=item, answered=answered, status=status)
    ref = item.placed.ref if item else ""
    messages.success(request, f"Recorded for {ref}: {said()}." if ref else f"Recorded: {said()}.")
    return see_other(address)


def _address_after(request: HttpRequest, meeting: Meeting, item: Item | None) -> str:
    """The same page, in the same size, at the heading of what comes next."""
    return f"{_address(request, meeting, after=item.measure.id if item else None)}#one"


def _address(request: HttpRequest, meeting: Meeting, **which: int | None) -> str:
    """The same page, in the same size: of this `measure`, or of what comes `after` it."""
    query = request.GET.copy()
    for name in ("measure", "after"):
        query.pop(name, None)
    query.update({name: str(pk) for name, pk in which.items() if pk})
    page = reverse("workstreams:decisions-page", args=[meeting.pk])
    return f"{page}?{query.urlencode()}" if query else page


def _decisions(
    request: HttpRequest,
    plan: Plan,
    meeting: Meeting,
    *,
    item: Item | None = None,
    answered: Answered | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page as it stands now: the agenda, and one measure. A form that came back keeps what was typed."""
    meeting.refresh_from_db()
    picture = picture_of(request, plan, meeting, at=gather.head() if status != 200 else None)
    agenda = agenda_of(picture)
    measure_id = item.measure.id if item else whole(request.GET.get("measure"))
    item = _item(picture, measure_id) if measure_id else agenda.next_after(whole(request.GET.get("after")))
    may_record = permissions.may_run_meetings(person_of(request)) and meeting.is_held
    present = [a.post for a in meeting.attendances.select_related("post")]
    forms = _forms(picture, item) if item and may_record else {}
    for name, form in (answered or {}).items():
        if status == 409:
            form.renew(seen=forms[name].initial["seen"] if name in forms else None)
        forms[name] = form
    before, after = agenda.beside(item.measure.id) if item else (None, None)
    response = render_page(
        request,
        "workstreams/decisions_page.html",
        {
            "meeting": meeting,
            "picture": picture,
            **frame(request, meeting, plan),
            "agenda": agenda,
            "item": item,
            "item_before": before,
            "item_after": after,
            **forms,
            "all_request_id": uuid4(),
            "all_first": bool(item and item in agenda.unchanged),
            "questions": challenges.of_measure(picture, item.measure.id) if item else (),
            "may_record": may_record,
            "present": present,
            "is_large": request.GET.get("screen") == "large",
            "judges_itself": item is not None
            and item.judges_itself(p.pk for p in present if p.kind in DECIDERS),
            "has_errors": any(form.errors for form in forms.values()),
        },
        region="decision",
        status=status,
    )
    if wants_region(request) and "measure" not in request.GET:  # a link to a measure pushes its own address
        response["HX-Replace-Url"] = _address(request, meeting, measure=item.measure.id if item else None)
    return response


def _forms(picture: PlanPicture, item: Item) -> dict[str, Form]:
    """What can be answered of this measure now."""
    forms: dict[str, Form] = {"form": _decision_form(picture, item)}
    if item.impact:
        forms["impact_form"] = ImpactForm(prefix="impact", initial={"seen": item.impact.id})
    if item.target:
        forms["date_form"] = DateForm(prefix="date", initial={"seen": item.target.asked_id})
    return forms


def _decision_form(picture: PlanPicture, item: Item, data: Any = None) -> DecisionForm:
    return DecisionForm(
        data,
        key=picture.key,
        decider=picture.decider,
        proposed=item.proposed.level if item.proposed else None,
        corrects=item.decision is not None and item.decision.level is not None,
        initial={"seen": item.measure.latest_id or ""},
    )


def _picture_and_item(request: HttpRequest, plan: Plan, meeting: Meeting) -> tuple[PlanPicture, Item]:
    picture = picture_of(request, plan, meeting)
    return picture, _item(picture, whole(request.GET.get("measure")))


def _item(picture: PlanPicture, measure_id: int | None) -> Item:
    placed = picture.find(measure_id) if measure_id else None
    if placed is None:
        raise Http404("This plan has no such measure.")
    return Item(placed, picture.next_meeting)
