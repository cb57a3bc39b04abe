"""Find, may?, form, operation, redirect: one module an area. Here: what every view begins with."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseRedirect

from .. import gather, permissions
from ..models import Plan
from ..permissions import Person
from ..picture import PlanPicture


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


def current_plan() -> Plan:
    """The plan that partners work to. Raises Http404 where there is none yet."""
    plan = Plan.objects.current().select_related("deciding_group").order_by("-pk").first()
    if plan is None:
        raise Http404("No plan is current.")
    return plan


def picture_for(request: HttpRequest, plan: Plan, at: gather.Head | None = None) -> PlanPicture:
    """The plan as the one who asks may see it: as this request found it, or `at` a later row of the ledger."""
    return gather.picture_for(permissions.reader(person_of(request)), plan, at or head_of(request))


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
