"""Two moments of a plan compared: what changed, by whom and why. Nothing is written here."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from sscp.pages import render_page

from .. import gather, permissions
from ..compare import Comparison
from ..comparing import Ends, compared
from ..forms.comparison import FROM, TO, ComparisonForm
from ..models import Plan
from . import choices_of, head_of, person_of, plan_of, plans_of

EXCEPTIONS = "exceptions"


@dataclass(frozen=True)
class Count:
    """How many changes there are of one kind, and where they alone are shown."""

    number: int
    words: str
    address: str
    is_chosen: bool


@require_safe
def comparison_page(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if not permissions.may_read_history(person):
        raise Http404
    plan = plan_of(request)
    form = ComparisonForm(request.GET, plan=plan)
    page: dict[str, Any] = {
        "form": form,
        "plan": plan,
        "choices": choices_of(request, plan),
        "sees_everything": permissions.reader(person).everything,
    }
    if form.is_valid():
        ends = form.ends(head_of(request))
        page |= {"ends": ends}
        try:
            page |= _compared(request, plan, ends)
        except gather.NotYet as not_yet:
            form.add_error(FROM, str(not_yet))
    return render_page(
        request, "workstreams/comparison_page.html", page, status=200 if form.is_valid() else 422
    )


def _compared(request: HttpRequest, plan: Plan, ends: Ends) -> dict[str, Any]:
    whole = compared(permissions.reader(person_of(request)), plan, ends)
    kind, chosen = request.GET.get("kind", ""), _chosen(request, plan, whole)
    counts = _counts(whole, kind, chosen)
    kind = kind if any(count.is_chosen for count in counts) else ""
    return {
        "comparison": whole,
        "shown": whole.only(lambda c: c.is_exception if kind == EXCEPTIONS else _slug(c.kind) == kind)
        if kind
        else whole,
        "counts": counts,
        "all": f"{request.path}?{urlencode(chosen)}" if chosen else request.path,
        "kind": kind,
        "query": f"?{urlencode(chosen)}" if chosen else "",
        "history": _history(plan, whole),
    }


def _slug(kind: str) -> str:
    return str(kind).replace(" ", "-")


def _chosen(request: HttpRequest, plan: Plan, whole: Comparison) -> dict[str, str]:
    """The choice as an address keeps it: in order, and each moment by its own name."""
    chosen = {"plan": plan.ref} if len(plans_of(request)) > 1 else {}
    chosen[FROM] = whole.before.address
    return chosen | ({TO: whole.after.address} if whole.after.address else {})


def _counts(whole: Comparison, chosen: str, kept: dict[str, str]) -> list[Count]:
    """What a reader must not miss first, then every kind of change that there is."""
    path, n = reverse("workstreams:comparison-page"), whole.exceptions
    found = [(EXCEPTIONS, n, "exception" if n == 1 else "exceptions")] if n else []
    found += [(_slug(kind), number, words) for kind, number, words in whole.counts]
    return [
        Count(number, words, f"{path}?{urlencode(kept | {'kind': kind})}", kind == chosen)
        for kind, number, words in found
    ]


def _history(plan: Plan, whole: Comparison) -> str:
    """The history of the plan from the day of the one moment to that of the other."""
    days = {"since": whole.before.on.isoformat(), "until": whole.after.on.isoformat()}
    return f"{reverse('workstreams:history-page')}?{urlencode({'plan': plan.ref} | days)}"
