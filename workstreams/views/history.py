"""The history of the plan from its ledger: all of it as a table, and one record in full. Nothing is written here."""

from typing import NamedTuple

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from sscp.pages import render_page

from .. import charts, gather, history, permissions, redactions
from ..forms.history import HistoryForm
from ..models import Attendance, Ledger, Measure, Plan, Rating
from ..permissions import Person
from . import head_of, person_of, plans_of, whole

PAGE = 50
COUNTED = 1_000  # beyond this a page says "more than": to count a long history costs more than to show it


class Stretch(NamedTuple):
    """Some rows beside one another, newest first, and where its neighbours begin: None where there are none."""

    rows: list[Ledger]
    newer: int | None
    older: int | None


def history_page(request: HttpRequest) -> HttpResponse:
    """The whole plan's history, newest first, filtered by what stands in the address."""
    person = person_of(request)
    if not permissions.may_read_history(person):
        raise Http404
    reader = permissions.reader(person)
    form = HistoryForm(request.GET, plans=plans_of(request))
    rows = Ledger.objects.none()
    measure = None
    if form.is_valid():
        rows = history.chosen(history.visible(Ledger.objects.all(), reader), form.chosen)
        if form.chosen.measure is not None:
            measure = _measure(person, form.chosen.measure)
    shown = _stretch(rows, whole(request.GET.get("before")), whole(request.GET.get("after")))
    lived = history.timeline(measure.pk, reader) if measure else []
    entries = history.entries(shown.rows, reader)
    number = rows.order_by().values("pk")[: COUNTED + 1].count()
    return render_page(
        request,
        "workstreams/history_page.html",
        {
            "form": form,
            "entries": entries,
            "acts": history.acts(entries),
            "shown": shown,
            "number": min(number, COUNTED),
            "and_more": number > COUNTED,
            "measure": measure,
            "measure_name": measure and measure.name,
            "lived": lived,
            "life": charts.life_of(f"{measure.ref} {measure.name}", lived, head_of(request).today)
            if measure
            else None,
            "is_cut": len(lived) == history.SHOWN,
            "sees_everything": reader.everything,
        },
        status=200 if form.is_valid() else 422,
    )


def _measure(person: Person, measure: int) -> Measure:
    measures = permissions.measures_visible_to(person).select_related(
        "action__outcome__workstream", "action__workstream"
    )
    return get_object_or_404(measures, pk=measure)


def _stretch(rows: QuerySet[Ledger], before: int | None, after: int | None) -> Stretch:
    """The newest rows; or those next before one row of the ledger, or next after one.

    A place in the history is a row of the ledger, not the number of a page: it is found without counting what lies
    before it, and stays where it is when something is added.
    """
    if after is None:
        found = list((rows.filter(seq__lt=before) if before else rows).order_by("-seq")[: PAGE + 1])
        shown, more = found[:PAGE], len(found) > PAGE
        older = shown[-1].seq if more else None
        newer = shown[0].seq if before and shown and rows.filter(seq__gt=shown[0].seq).exists() else None
    else:
        found = list(rows.filter(seq__gt=after).order_by("seq")[: PAGE + 1])
        shown, more = found[PAGE - 1 :: -1], len(found) > PAGE
        newer = shown[0].seq if more else None
        older = shown[-1].seq if shown and rows.filter(seq__lt=shown[-1].seq).exists() else None
    if not shown and (before or after):
        return _stretch(rows, None, None)
    return Stretch(shown, newer, older)


def record_page(request: HttpRequest, seq: int) -> HttpResponse:
    """One row of the ledger in full: the address that every printed rating carries."""
    person = person_of(request)
    if not permissions.may_read_history(person):
        raise Http404
    reader = permissions.reader(person)
    readable = history.visible(Ledger.objects.all(), reader)
    row = get_object_or_404(readable, seq=seq)
    beside = history.neighbours(row, reader)
    entry, *others = history.entries([row, *beside.values()], reader)
    fields = history.fields(row, reader)
    present = Attendance.objects.filter(meeting=entry.meeting_id, meeting__isnull=False)
    return render_page(
        request,
        "workstreams/record_page.html",
        {
            "row": row,
            "entry": entry,
            "beside": list(zip(beside, others, strict=True)),
            "present": list(present.values_list("post__title", flat=True)),
            "fields": fields,
            "to_question": _to_question(person, row, entry),
            "plan": _plan_then(request, row),
            "taken_out": redactions.redacted_by(row),
            "may_redact": permissions.may_redact(person),
            "empty": [field.label.lower() for field in fields if not field.was and not field.now],
            "previous": readable.filter(seq__lt=seq).order_by("-seq").values_list("seq", flat=True).first(),
            "next": readable.filter(seq__gt=seq).order_by("seq").values_list("seq", flat=True).first(),
        },
    )


def _plan_then(request: HttpRequest, row: Ledger) -> Plan | None:
    """The plan that a record is about, or the only one there is: to be seen as at the record, if it stood by then."""
    plans, this = plans_of(request), Ledger.objects.filter(pk=row.pk)
    if len(plans) > 1:
        plans = [plan for plan in plans if history.of_plan(this, plan).exists()]
    drafts = permissions.reader(person_of(request)).drafts
    for plan in plans:
        first = gather.first_row(plan.pk, drafts=drafts)
        if first and first[0] <= row.seq:
            return plan
    return None


def _to_question(person: Person, row: Ledger, entry: history.Entry) -> str:
    """How an address names what the scrutineer may question of this record: a rating, or its measure. "": nothing."""
    if not permissions.may_raise_challenges(person):
        return ""
    if row.table == Rating._meta.db_table:
        return f"rating={row.row}"
    return f"measure={entry.measure_id}" if entry.measure_id else ""
