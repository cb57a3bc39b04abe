"""The proof in plain words: what the last checks found, and whether the number on a paper still stands."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from sscp.limits import in_words, limited
from sscp.pages import render_page

from .. import gather, ledger, permissions, redactions
from ..forms.proof import AnchorForm, CheckForm
from ..ledger import Anchor
from ..models import Check, Ledger, Redaction
from ..operations import checks
from ..vocabulary import CheckKind
from . import person_of, see_other
from .answering import attempt, once

# Records. They take about 20 seconds on two cores; beyond this nobody waits at a page, and the command is there.
WHILE_YOU_WAIT = 300_000
A_SECOND = 10_000  # records that a slow server reads in a second, where no check has measured this one
MEASURED = 1_000  # records that a check must have read for its time to say anything
LATE = timedelta(days=2)  # the daily check has not run


def _checks(request: HttpRequest) -> bool:
    return request.method == "POST" or bool(request.GET.get("anchor", "").strip())


@limited("checks", _checks)
def proof_page(request: HttpRequest) -> HttpResponse:
    """The trust page. POST checks everything now and keeps what was found; an anchor in the address is only read."""
    person = person_of(request)
    if not permissions.may_read_proof(person):
        raise Http404
    newest = Ledger.objects.order_by("-seq").values_list("seq", "hash", "at").first()
    at_once = newest is None or newest[0] <= WHILE_YOU_WAIT
    form = CheckForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if not permissions.may_check(person) or not at_once:
            raise PermissionDenied
        address, status = attempt(form, lambda: _check(request, form))
        if address:
            messages.success(request, "Checked. What was found stands below.")
            return see_other(address)
        if status == 409:
            form.renew()
    asked = AnchorForm(request.GET if "anchor" in request.GET else None)
    held = None
    if asked.is_valid() and asked.cleaned_data["anchor"]:
        held = _held(asked.cleaned_data["anchor"], at_once=at_once)
    elif asked.errors:
        status = 422
    return render_page(
        request,
        "workstreams/proof_page.html",
        {
            "form": asked if asked.errors else form,
            "check": form,
            "asked": asked,
            "held": held,
            "found": [_found(kind) for kind in (CheckKind.HISTORY, CheckKind.FENCES)],
            "newest": newest
            and {"seq": newest[0], "anchor": f"{newest[0]}:{bytes(newest[1]).hex()}", "at": newest[2]},
            "may_check": permissions.may_check(person),
            "at_once": at_once,
            "takes": in_words(_takes(newest[0])) if newest else "",
            "waiting": Redaction.objects.waiting().count(),
        },
        status=status,
    )


def _check(request: HttpRequest, form: CheckForm) -> str:
    """Both checks, before the answer's transaction begins: each reads one unchanging view of the database."""
    history, around = checks.read_history(), checks.look_at_fences()

    def do() -> str:
        checks.keep_history(history)
        checks.keep_fences(around)
        return reverse("workstreams:proof-page")

    return once(request, form, do)


def _takes(records: int) -> float:
    """The seconds for which somebody waits, at the pace of the last check of the history here; at least one."""
    last = (
        Check.objects.filter(kind=CheckKind.HISTORY, counted__gte=MEASURED, seconds__gt=0)
        .order_by("-pk")
        .first()
    )
    return max(1, records / (last.counted / last.seconds if last else A_SECOND))


@dataclass(frozen=True)
class Found:
    """What the last check of a kind found, if there was one."""

    kind: str
    check: Check | None
    is_late: bool
    taken_out: int  # the records out of which words were taken since they were written

    @property
    def is_history(self) -> bool:
        return self.kind == CheckKind.HISTORY


def _found(kind: CheckKind) -> Found:
    last = Check.objects.filter(kind=kind).order_by("-pk").first()
    taken_out = redactions.taken_out_of(last.counted) if last and kind == CheckKind.HISTORY else 0
    return Found(kind, last, last is not None and timezone.now() - last.at > LATE, taken_out)


@dataclass(frozen=True)
class Held:
    """A paper's number held against the history."""

    anchor: Anchor
    is_there: bool
    at: datetime | None = None  # when the record of that number was written, if there is one
    newest: int = 0
    taken_out: int = 0  # the records up to it that lost words since the paper was printed
    report: ledger.Report | None = None  # None: the history is too long to be read while somebody waits

    @property
    def day(self) -> datetime | None:
        return self.at and self.at.astimezone(gather.LONDON)

    @property
    def holds(self) -> bool:
        return self.is_there and not (self.report and self.report.faults)


def _held(anchor: Anchor, *, at_once: bool) -> Held:
    row = Ledger.objects.filter(seq=anchor.seq).values_list("hash", "at").first()
    newest = Ledger.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    if row is None:
        return Held(anchor, False, newest=newest)
    if bytes(row[0]).hex() != anchor.hash:
        return Held(anchor, False, row[1], newest)
    taken_out = redactions.taken_out_of(anchor.seq, since=anchor.seq)
    return Held(anchor, True, row[1], newest, taken_out, checks.read_history(anchor) if at_once else None)
