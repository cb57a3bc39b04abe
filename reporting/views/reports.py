"""The reports to choose from, and each of them as a PDF or a workbook: drawn when asked for, never stored."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from sscp.limits import limited
from sscp.pages import render_page
from workstreams import gather, permissions
from workstreams.models import Plan, Version
from workstreams.permissions import Person
from workstreams.picture import PlanPicture
from workstreams.vocabulary import PackKind, VersionStep

from .. import excel, operations, pdf
from ..pack import Answers, ChallengeLog, Compared, CouldNotDraw, Minutes, Pack, file_name
from . import AS_AT, PDF, WORKBOOK, as_at, download, plan_and_choices, query_of, reader_of
from .issued import issued_to

logger = logging.getLogger(__name__)


@require_safe
def reports_page(request: HttpRequest) -> HttpResponse:
    """The plan as it stands now, then its versions, newest first."""
    person = reader_of(request)
    plan, choices = plan_and_choices(request, person)
    frozen = set(_versions_open_to(person).filter(plan=plan).values_list("pk", flat=True))
    rows = list(
        plan.versions.order_by("seq")
        .defer("picture")
        .select_related("meeting")
        .annotate(record=KeyTextTransform("seq", "picture"))
    )
    moment, no_moment = None, ""
    sees_now = permissions.may_read_plan(person)
    try:
        moment = as_at(request, plan) if sees_now else None
    except gather.NoMoment as none:
        no_moment = str(none)
    return render_page(
        request,
        "reporting/reports_page.html",
        {
            "plan": plan,
            "choices": choices,
            "kept": query_of(plan) if choices else "",
            "sees_now": sees_now,
            "sees_everything": permissions.reader(person).everything,
            "versions": [
                {
                    "version": v,
                    "held": v.pk in frozen,
                    "agreed": v.step == VersionStep.AGREED,
                    "adds": PackKind.ADDENDUM
                    in operations.kinds_of(v, [row for row in rows if row.meeting_id == v.meeting_id]),
                }
                for v in reversed(rows)
                if v.pk in frozen or v.step == VersionStep.REGISTER
            ],
            "packs": [each for each in issued_to(person) if each.pack.version.plan_id == plan.pk],
            "makes_packs": permissions.may_make_packs(person),
            "no_pdf_because": pdf.cannot_draw_because(),
            "moment": moment,
            "then": query_of(plan, moment) if moment else "",
            "no_moment": no_moment,
            "asked": request.GET.get(AS_AT, ""),
        },
        status=422 if no_moment else 200,
    )


@require_safe
@limited("exports")
def report_pdf(request: HttpRequest, version_id: int | None = None) -> HttpResponse:
    person = reader_of(request)
    try:
        _, pack, _ = _meant(request, person, version_id)
    except (gather.NoMoment, gather.NotYet) as none:
        return no_moment(request, "PDF", none)
    return drawn(request, pack, file_name(pack, "pdf"), PDF, lambda: pdf.draw(pack))


@require_safe
@limited("exports")
def report_xlsx(request: HttpRequest, version_id: int | None = None) -> HttpResponse:
    person = reader_of(request)
    try:
        plan, pack, picture = _meant(request, person, version_id)
    except (gather.NoMoment, gather.NotYet) as none:
        return no_moment(request, "workbook", none)

    def draw() -> bytes:
        reader = permissions.reader(person)
        rows = operations.history_of(pack, plan, reader) if permissions.may_read_history(person) else None
        return excel.draw(pack, rows, picture, settings.SECRET_KEY)

    return drawn(request, pack, file_name(pack, "xlsx"), WORKBOOK, draw)


def _versions_open_to(person: Person) -> QuerySet[Version]:
    """Versions with a picture; for partner staff those that the Executive agreed."""
    versions = Version.objects.frozen()
    return versions if permissions.may_read_plan(person) else versions.agreed()


def _meant(
    request: HttpRequest, person: Person, version_id: int | None
) -> tuple[Plan, Pack, PlanPicture | None]:
    """The plan and the pack that an address names, and the picture that the pack is made of where its workbook may be
    changed and read again: not that of a plan as it stood.

    Raises Http404 for what this person cannot see, gather.NoMoment and gather.NotYet for `?as-at=`.
    """
    reader = permissions.reader(person)
    if version_id is not None:
        open_to = _versions_open_to(person).select_related("plan__deciding_group")
        plans = permissions.plans_visible_to(person)
        version = get_object_or_404(open_to.filter(plan__in=plans), pk=version_id)
        picture = operations.frozen(version, reader)
        return version.plan, operations.pack_of_version(version, reader, picture), picture
    plan, _ = plan_and_choices(request, person)
    if not permissions.may_read_plan(person):
        raise Http404("Only agreed versions are open to this person.")
    moment = as_at(request, plan)
    if moment is not None:
        return plan, operations.pack_then(plan, reader, moment), None
    picture = gather.picture_for(reader, plan)
    return plan, operations.pack_now(plan, reader, picture), picture


def no_moment(request: HttpRequest, what: str, none: Exception) -> HttpResponse:
    """A page that says why there is no such moment, or that the plan did not stand then."""
    context = {"what": what, "why": str(none), "standing": "the plan as it stood"}
    status = 404 if isinstance(none, gather.NotYet) else 422
    return render_page(request, "reporting/report_failed.html", context, status=status)


def drawn(
    request: HttpRequest,
    pack: Pack | Minutes | Answers | ChallengeLog | Compared,
    name: str,
    content_type: str,
    draw: Callable[[], bytes],
) -> HttpResponse:
    """A paper as a download, or a page that says why it could not be drawn."""
    ending = name.rpartition(".")[2]
    about = {"user": request.user.pk, "report": name, "record": pack.seq}
    try:
        content = draw()
    except CouldNotDraw as failure:
        logger.error("report not drawn: %s", failure, extra=about)
        return _failed(request, pack, ending, str(failure))
    logger.info("report drawn", extra=about)
    return download(content, name, content_type)


def _failed(
    request: HttpRequest, pack: Pack | Minutes | Answers | ChallengeLog | Compared, ending: str, why: str
) -> HttpResponse:
    what = "PDF" if ending == "pdf" else "workbook"
    query = request.GET.urlencode()
    other = (
        request.path.removesuffix(ending)
        + ("xlsx" if ending == "pdf" else "pdf")
        + (f"?{query}" if query else "")
    )
    if isinstance(pack, Answers | ChallengeLog):
        other = ""  # the one is to fill in, the other to be read
    context = {"what": what, "why": why, "other": other, "standing": pack.standing}
    return render_page(request, "reporting/report_failed.html", context, status=500)
