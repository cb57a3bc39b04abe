"""Taking words out of the record: asking from one record, what waits and what was done, and the second look."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from sscp.pages import Form, render_page
from sscp.sure import sure_who

from .. import history, permissions
from ..forms.redactions import AskForm, RefuseForm, TakeOutForm
from ..models import Ledger, Pack, Redaction
from ..operations import redactions as operations
from ..permissions import Person
from ..redactions import MARK, places_of
from . import person_of, see_other
from .answering import attempt, once


@sure_who("asking for words to be taken out")
def new_redaction_page(request: HttpRequest, seq: int) -> HttpResponse:
    """Ask for words that stand in this record to be taken out of everything."""
    person = _redactor(request)
    reader = permissions.reader(person)
    row = get_object_or_404(history.visible(Ledger.objects.all(), reader), seq=seq)
    form = AskForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":

        def ask() -> str:
            data = form.cleaned_data
            asked = operations.ask(
                seq=seq,
                words=data["words"],
                because=data["because"],
                everywhere=data["everywhere"],
                by=permissions.redactor(person),
            )
            return _address(asked)

        went, status = attempt(form, lambda: once(request, form, ask))
        if went:
            messages.success(
                request, "Asked for. Nothing is taken out before another person has looked at it."
            )
            return see_other(went)
        form.renew()
    (entry,) = history.entries([row], reader)
    return render_page(
        request,
        "workstreams/new_redaction_page.html",
        {"row": row, "entry": entry, "form": form, "mark": MARK},
        status=status,
    )


def redactions_page(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, and what was decided: never the words."""
    person = _follower(request)
    asked = Redaction.objects.select_related("by", "for_post", "decided_by").order_by("-pk")
    return render_page(
        request,
        "workstreams/redactions_page.html",
        {
            "waiting": [(each, permissions.may_decide(person, each)) for each in asked if each.waits],
            "decided": [each for each in asked if not each.waits],
            "may_redact": permissions.may_redact(person),
            "mark": MARK,
        },
    )


@sure_who("deciding whether words are taken out")
def redaction_page(request: HttpRequest, redaction_id: int) -> HttpResponse:
    """Everything that the words stand in, for both people alike; the second takes them out, or says why not."""
    person = _follower(request)
    asked = get_object_or_404(
        Redaction.objects.select_related("by", "for_post", "decided_by"), pk=redaction_id
    )
    data = request.POST if request.method == "POST" else None
    taking = TakeOutForm(data if data and "out-request_id" in data else None, prefix="out")
    refusing = RefuseForm(data if data and "out-request_id" not in data else None, prefix="no")
    status = 200
    if data is not None:
        went, status = _decide(request, person, asked, taking, refusing)
        if went:
            return see_other(went)
        asked.refresh_from_db()
    places = None
    if asked.waits and permissions.may_redact(person):
        places = places_of(asked, drafts=person.is_business_unit)
        taking.fields["seen"].initial = places.seen
        if status == 409:
            for form in (taking, refusing):
                form.renew(seen=places.seen)
    return render_page(
        request,
        "workstreams/redaction_page.html",
        {
            "asked": asked,
            "issued": _drawn_again(asked),
            "waits": asked.waits,
            "places": places,
            "taking": taking if permissions.may_decide(person, asked) else None,
            "refusing": refusing if _may_refuse(person, asked) else None,
            "faulty": next((form for form in (taking, refusing) if form.errors), None),
            "is_own": asked.by_id == person.user.pk,
            "mark": MARK,
        },
        status=status,
    )


def _decide(
    request: HttpRequest, person: Person, asked: Redaction, taking: Form, refusing: Form
) -> tuple[str, int]:
    """Do what the second person says, or what takes the request back: (where to go, the status)."""
    if not permissions.may_redact(person):
        raise PermissionDenied("The business unit and safeguarding partners decide what is taken out.")
    by = permissions.redactor(person)

    def take_out() -> str:
        operations.take_out(redaction=asked, by=by, seen=taking.cleaned_data["seen"])
        return _address(asked)

    def refuse() -> str:
        operations.refuse(redaction=asked, because=refusing.cleaned_data["because"], by=by)
        return _address(asked)

    if taking.is_bound:
        may, form, do, said = permissions.may_decide(person, asked), taking, take_out, "Taken out."
    else:
        may, form, do, said = (
            _may_refuse(person, asked),
            refusing,
            refuse,
            "The words stay where they are.",
        )
    if not may:
        raise PermissionDenied("Another person decides what somebody asked for.")
    went, status = attempt(form, lambda: once(request, form, do))
    if went:
        messages.success(request, said)
    return went, status


def _drawn_again(asked: Redaction) -> list[Pack]:
    """The packs that had been issued with the words in them."""
    if asked.done_as is None:
        return []
    papers = Ledger.objects.get(seq=asked.done_as).image["papers"]
    return list(
        Pack.objects.without_files()
        .select_related("version")
        .filter(pk__in=[paper["id"] for paper in papers])
    )


def _may_refuse(person: Person, asked: Redaction) -> bool:
    """Who decides it may, and whoever asked takes it back."""
    own = asked.by_id == person.user.pk and permissions.may_redact(person)
    return own or permissions.may_decide(person, asked)


def _address(asked: Redaction) -> str:
    return reverse("workstreams:redaction-page", args=[asked.pk])


def _redactor(request: HttpRequest) -> Person:
    person = person_of(request)
    if not permissions.may_redact(person):
        raise Http404("Words are taken out by the business unit and safeguarding partners.")
    return person


def _follower(request: HttpRequest) -> Person:
    person = person_of(request)
    if not permissions.may_follow_redactions(person):
        raise Http404("What was taken out is not open to this person.")
    return person
