"""Pages that are kept by one form at a time: a link opens it, and it is answered on the page's own address."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse

from sscp.pages import Form

from ..models import Receipt
from ..operations import newest_row
from . import person_of, see_other
from .answering import attempt, once


@dataclass
class Panel:
    """One form of a page: what it asks, what its button does, and what is said when it is done."""

    key: str  # under which the address opens it
    heading: str
    button: str
    form: Form
    do: Callable[[], Any]
    said: Callable[[], str]
    of: Model | None = None  # what it changes: a newer row of its history overtakes the form
    explains: str = ""
    leads: str = ""  # where to go when it is done; "" the page itself
    offers: dict[str, Any] | None = None  # another way out of a refusal


def form_asked(request: HttpRequest, among: tuple[str, ...]) -> str:
    """Which form the address opens: "" for none. Raises Http404 for one that the page has not."""
    asked = request.GET.get("form", "")
    if asked and asked not in among:
        raise Http404("This page has no such form.")
    if request.method == "POST" and not asked:
        raise Http404("Nothing is sent to this page without a form.")
    return asked


def data_of(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def seen_of(thing: Model) -> dict[str, Any]:
    """What a form that changes this begins with."""
    return {"seen": newest_row(thing)}


def answer(request: HttpRequest, panel: Panel | None, address: str) -> tuple[HttpResponse | None, int]:
    """Do what was sent: (where to go, 303), or (None, the status with which the page comes back)."""
    if request.method != "POST" or panel is None:
        return None, 200

    def do() -> str:
        panel.do()
        return panel.leads or address

    went, status = attempt(panel.form, lambda: once(request, panel.form, do))
    if went:
        messages.success(request, panel.said())
        return see_other(went), 303
    if status == 409:
        panel.form.renew(seen=(newest_row(panel.of) or "") if panel.of else None)
    return None, status


def again(request: HttpRequest) -> HttpResponse:
    """The answer to a form that took away what it speaks of, sent once more. Raises Http404 for any other."""
    form = Form(data_of(request))
    if form.is_bound and form.is_valid():
        sent_before = Receipt.objects.filter(
            request_id=form.cleaned_data["request_id"], user=person_of(request).user
        )
        if receipt := sent_before.first():
            return see_other(receipt.answer)
    raise Http404("What this speaks of is no longer there.")
