"""The history of the plan from its ledger: all of it as a table, and one record in full. Nothing is written here."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from sscp.pages import render_page

from .. import history, permissions
from ..forms.history import HistoryForm
from ..models import Attendance, Ledger
from ..permissions import Person
from . import person_of, plans_of

PAGE = 50


def history_page(request: HttpRequest) -> HttpResponse:
    """The whole plan's history, newest first, filtered by what stands in the address."""
    person = person_of(request)
    if not permissions.may_read_history(person):
        raise Http404
    reader = permissions.reader(person)
    form = HistoryForm(request.GET, plans=plans_of(request))
    rows = _readable(person).order_by("-seq")
    measure = None
    if form.is_valid():
        rows = history.chosen(rows, form.chosen)
        if form.chosen.measure is not None:
            measures = permissions.measures_visible_to(person).select_related(
                "action__outcome__workstream", "action__workstream"
            )
            measure = get_object_or_404(measures, pk=form.chosen.measure)
    else:
        rows = rows.none()
    paginator = Paginator(rows, PAGE)
    page = paginator.get_page(request.GET.get("page"))
    return render_page(
        request,
        "workstreams/history_page.html",
        {
            "form": form,
            "page_obj": page,
            "pages": paginator.get_elided_page_range(page.number),
            "entries": history.entries(page.object_list, reader),
            "measure": measure,
            "measure_name": measure and measure.name,
            "filtered": any(form.data.get(name) for name in form.fields),
            "sees_everything": reader.everything,
        },
        status=200 if form.is_valid() else 422,
    )


def _readable(person: Person) -> QuerySet[Ledger]:
    """The records that this person may see."""
    rows = history.visible(Ledger.objects.all(), permissions.reader(person))
    return rows if person.is_business_unit else history.without_drafts(rows)


def record_page(request: HttpRequest, seq: int) -> HttpResponse:
    """One row of the ledger in full: the address that every printed rating carries."""
    person = person_of(request)
    if not permissions.may_read_history(person):
        raise Http404
    reader = permissions.reader(person)
    readable = _readable(person)
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
            "empty": [field.label.lower() for field in fields if not field.was and not field.now],
            "previous": readable.filter(seq__lt=seq).order_by("-seq").values_list("seq", flat=True).first(),
            "next": readable.filter(seq__gt=seq).order_by("seq").values_list("seq", flat=True).first(),
        },
    )
