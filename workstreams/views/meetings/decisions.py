"""A meeting in session: its agenda, and the decision on one measure after the other."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from sscp.pages import render_page

from ... import gather, permissions
from ...agenda import Item, agenda_of
from ...forms.meetings import AgreeUnchangedForm, DateAnswer, DateForm, Decision, DecisionForm
from ...models import Level, Measure, Meeting, Plan
from ...operations import meetings, targets
from ...permissions import Person
from ...picture import PlanPicture
from ...vocabulary import PostKind
from .. import business_unit, person_of, see_other, whole
from .answering import attempt, find, once, picture_of

DECIDERS = (PostKind.EXECUTIVE_CHAIR, PostKind.DSP)


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
    return _decide(request, person, plan, meeting)


def _decide(request: HttpRequest, person: Person, plan: Plan, meeting: Meeting) -> HttpResponse:
    """Record one measure's decision and go on to the next."""
    picture, item = _picture_and_item(request, plan, meeting)
    form = _decision_form(picture, item, request.POST)

    def do() -> str:
        data = form.cleaned_data
        where: dict[str, Any] = {
            "measure": Measure.objects.get(pk=item.measure.id),
            "meeting": meeting,
            "by": business_unit(person),
            "seen": int(data["seen"]) if data["seen"].isdecimal() else None,
        }
        match data["decision"]:
            case Decision.DEFER:
                meetings.defer(because=data["because"], **where)
            case Decision.NOT_REACHED:
                meetings.mark_not_reached(**where)
            case _:
                level = Level.objects.get(plan=plan, code=form.level_code)
                meetings.agree(level=level, because=data["because"], **where)
        return f"{_decisions_address(meeting)}?after={item.measure.id}"

    address, status = attempt(form, lambda: once(request, form, do))
    if address:
        messages.success(
            request, f"Recorded for {item.placed.outcome.ref}: {_said(form)}.".replace(" :", ":")
        )
        return see_other(address)
    return _decisions(request, plan, meeting, measure_id=item.measure.id, form=form, status=status)


def _said(form: DecisionForm) -> str:
    level = form.levels.get(form.level_code)
    words = {Decision.DEFER: "deferred", Decision.NOT_REACHED: "not reached"}
    return words.get(form.cleaned_data["decision"], f"agreed {level.word}" if level else "")


def _agree_unchanged(request: HttpRequest, person: Person, plan: Plan, meeting: Meeting) -> HttpResponse:
    """Agree what stays as it was, all or none."""
    form = AgreeUnchangedForm(request.POST, prefix="all")

    def do() -> str:
        meetings.agree_unchanged(
            meeting=meeting, measures=form.cleaned_data["unchanged"], by=business_unit(person)
        )
        return _decisions_address(meeting)

    address, status = attempt(form, lambda: once(request, form, do))
    if address:
        messages.success(request, f"Recorded: {len(form.cleaned_data['unchanged'])} agreed as they stood.")
        return see_other(address)
    return _decisions(request, plan, meeting, all_form=form, status=status)


def _decide_date(request: HttpRequest, person: Person, plan: Plan, meeting: Meeting) -> HttpResponse:
    """Agree to another target date, or keep the one that stands."""
    _, item = _picture_and_item(request, plan, meeting)
    form = DateForm(request.POST, prefix="date")

    def do() -> str:
        targets.decide_target(
            measure=Measure.objects.get(pk=item.measure.id),
            meeting=meeting,
            agreed=form.cleaned_data["answer"] == DateAnswer.AGREE,
            because=form.cleaned_data["because"],
            text=form.cleaned_data["seen"],
            by=business_unit(person),
        )
        return f"{_decisions_address(meeting)}?measure={item.measure.id}"

    address, status = attempt(form, lambda: once(request, form, do))
    if address:
        agreed = form.cleaned_data["answer"] == DateAnswer.AGREE
        messages.success(
            request, "Recorded: the new date is agreed." if agreed else "Recorded: the date stays."
        )
        return see_other(address)
    return _decisions(request, plan, meeting, measure_id=item.measure.id, date_form=form, status=status)


def _decisions(
    request: HttpRequest,
    plan: Plan,
    meeting: Meeting,
    *,
    measure_id: int | None = None,
    form: DecisionForm | None = None,
    all_form: AgreeUnchangedForm | None = None,
    date_form: DateForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page as it stands now: the agenda, and one measure. A form that came back keeps what was typed."""
    meeting.refresh_from_db()
    picture = picture_of(request, plan, meeting, at=gather.head() if status != 200 else None)
    agenda = agenda_of(picture)
    measure_id = measure_id or whole(request.GET.get("measure"))
    item = _item(picture, measure_id) if measure_id else agenda.next_after(whole(request.GET.get("after")))
    may_record = permissions.may_run_meetings(person_of(request)) and meeting.is_held
    present = [a.post for a in meeting.attendances.select_related("post")]
    if item and may_record and form is None:
        form = _decision_form(picture, item)
    if form and status == 409 and item:
        form.renew(seen=item.measure.latest_id or "")
    target = item.measure.target if item else None
    if target and target.asked_text and may_record:
        date_form = date_form or DateForm(prefix="date", initial={"seen": target.asked_text})
        if status == 409:
            date_form.renew(seen=target.asked_text)
    return render_page(
        request,
        "workstreams/decisions_page.html",
        {
            "meeting": meeting,
            "picture": picture,
            "agenda": agenda,
            "item": item,
            "form": form,
            "all_form": all_form,
            "all_request_id": uuid4(),
            "all_first": bool(item and item in agenda.unchanged),
            "date_form": date_form,
            "may_record": may_record,
            "present": present,
            "judges_itself": item is not None
            and item.judges_itself(p.pk for p in present if p.kind in DECIDERS),
            "has_errors": any(f is not None and f.errors for f in (form, all_form, date_form)),
        },
        region="decision",
        status=status,
    )


def _decision_form(picture: PlanPicture, item: Item, data: Any = None) -> DecisionForm:
    return DecisionForm(
        data,
        key=picture.key,
        proposed=item.proposed.level if item.proposed else None,
        initial={"seen": item.measure.latest_id or ""},
    )


def _picture_and_item(request: HttpRequest, plan: Plan, meeting: Meeting) -> tuple[PlanPicture, Item]:
    picture = picture_of(request, plan, meeting)
    return picture, _item(picture, whole(request.GET.get("measure")))


def _item(picture: PlanPicture, measure_id: int | None) -> Item:
    placed = picture.find(measure_id) if measure_id else None
    if placed is None:
        raise Http404("This plan has no such measure.")
    return Item(placed)


def _decisions_address(meeting: Meeting) -> str:
    return reverse("workstreams:decisions-page", args=[meeting.pk])
