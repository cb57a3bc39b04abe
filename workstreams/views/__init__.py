"""Find, may?, form, operation, redirect: one module an area. Here: what every view begins with."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponseRedirect

from .. import choosing, due, gather, handover, permissions
from ..models import Plan
from ..permissions import Person
from ..picture import Placed, PlanPicture


def head_of(request: HttpRequest) -> gather.Head:
    """Where the ledger stands for this request: asked once."""
    if not hasattr(request, "_head"):
        request._head = gather.head()  # type: ignore[attr-defined]
    head: gather.Head = request._head  # type: ignore[attr-defined]
    return head


def person_of(request: HttpRequest) -> Person:
    """Who asks, with today's appointments: asked once a request."""
    if not hasattr(request, "_person"):
        request._person = permissions.person(request.user, head_of(request).today)  # type: ignore[attr-defined,arg-type]
    person: Person = request._person  # type: ignore[attr-defined]
    return person


def plans_of(request: HttpRequest) -> list[Plan]:
    """The plans that this person may see, current ones first: asked once a request."""
    if not hasattr(request, "_plans"):
        request._plans = permissions.plans_open_to(person_of(request))  # type: ignore[attr-defined]
    plans: list[Plan] = request._plans  # type: ignore[attr-defined]
    return plans


def current_plans(request: HttpRequest) -> list[Plan]:
    """The plans that partners work to, the newest first."""
    return [plan for plan in plans_of(request) if plan.is_current]


def plan_of(request: HttpRequest, ref: str = "") -> Plan:
    """The plan that the address names, in its path or as `?plan=`; else the newest that partners work to.

    Raises Http404 where this person may see no such plan.
    """
    plan = choosing.meant(plans_of(request), ref or request.GET.get("plan"))
    if plan is None:
        permissions.refuse_no_plan(person_of(request), plans_of(request))
        raise Http404("There is no such plan.")
    speak_of(request, plan)
    return plan


def speak_of(request: HttpRequest, plan: Plan) -> None:
    """The frame of this page names this plan."""
    request._plan = plan  # type: ignore[attr-defined]


def choices_of(
    request: HttpRequest, chosen: Plan, plans: Sequence[Plan] | None = None, **kept: str
) -> list[choosing.Choice]:
    """The plans of which a page can speak, by `?plan=` in its address beside what is `kept` in it."""

    def address(plan: Plan) -> str:
        query = {"plan": plan.ref} | {name: value for name, value in kept.items() if value}
        return f"{request.path}?{urlencode(query)}"

    return choosing.choices(plans_of(request) if plans is None else plans, chosen, address)


def picture_for(request: HttpRequest, plan: Plan, at: gather.Head | None = None) -> PlanPicture:
    """The plan as the one who asks may see it: as this request found it, or `at` a later row of the ledger."""
    return gather.picture_for(permissions.reader(person_of(request)), plan, at or head_of(request))


def asked_of(person: Person, picture: PlanPicture) -> tuple[list[Placed], list[Placed]]:
    """(what the next meeting asks of them, what it had asked before their time) that is not updated."""
    waiting, meeting = due.to_do(picture, person.post_ids), picture.next_meeting
    if meeting is None or not waiting:
        return waiting, []
    closes_on = meeting.papers_close_at.astimezone(gather.LONDON).date()
    if all(a.starts_on <= closes_on for a in person.appointments):
        return waiting, []  # what nearly everybody gets, without a query
    before = {p.measure.id for p in waiting if handover.asked_before(p, closes_on, person.first_days)}
    return (
        [p for p in waiting if p.measure.id not in before],
        [p for p in waiting if p.measure.id in before],
    )


def sent(request: HttpRequest) -> dict[str, Any]:
    """What a form sent and where to, without what differs between two sendings of the same answer."""
    data = request.POST
    fields = {key: data.getlist(key) for key in data if key not in ("csrfmiddlewaretoken", "request_id")}
    return {"address": request.get_full_path(), "fields": fields}


def see_other(address: str) -> HttpResponseRedirect:
    """303: what was sent is done; look there for the answer."""
    return HttpResponseRedirect(address, status=303)


def whole(text: str | None) -> int | None:
    """The number of a row as a form or an address gives it; None where it is none that a row could have."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else None
