"""The reports to choose from, and each of them as a PDF or a workbook: drawn when asked for, never stored."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from sscp.pages import render_page
from workstreams import gather, permissions
from workstreams.models import Plan, Version
from workstreams.permissions import Person
from workstreams.picture import PlanPicture
from workstreams.vocabulary import VersionStep

from .. import excel, operations, pdf
from ..pack import Answers, CouldNotDraw, Minutes, Pack, file_name
from . import PDF, WORKBOOK, download, plan_and_choices, query_of, reader_of
from .issued import issued_to

logger = logging.getLogger(__name__)

# Reports that one person may ask for in a minute: more than anybody reads, fewer than keep a server busy.
A_MINUTE = 20


@require_safe
def reports_page(request: HttpRequest) -> HttpResponse:
    """The plan as it stands now, then its versions, newest first."""
    person = reader_of(request)
    plan, choices = plan_and_choices(request, person)
    frozen = set(_versions_open_to(person).filter(plan=plan).values_list("pk", flat=True))
    rows = plan.versions.order_by("-seq").defer("picture").select_related("meeting")
    return render_page(
        request,
        "reporting/reports_page.html",
        {
            "plan": plan,
            "choices": choices,
            "kept": query_of(plan) if choices else "",
            "sees_now": permissions.may_read_plan(person),
            "sees_everything": permissions.reader(person).everything,
            "versions": [
                {"version": v, "held": v.pk in frozen, "agreed": v.step == VersionStep.AGREED}
                for v in rows
                if v.pk in frozen or v.step == VersionStep.REGISTER
            ],
            "packs": [each for each in issued_to(person) if each.pack.version.plan_id == plan.pk],
            "makes_packs": permissions.may_make_packs(person),
            "no_pdf_because": pdf.cannot_draw_because(),
        },
    )


@require_safe
def report_pdf(request: HttpRequest, version_id: int | None = None) -> HttpResponse:
    person = reader_of(request)
    _, pack, _ = _meant(request, person, version_id)
    return drawn(request, pack, file_name(pack, "pdf"), PDF, lambda: pdf.draw(pack))


@require_safe
def report_xlsx(request: HttpRequest, version_id: int | None = None) -> HttpResponse:
    person = reader_of(request)
    plan, pack, picture = _meant(request, person, version_id)

    def draw() -> bytes:
        reader = permissions.reader(person)
        rows = operations.history_of(pack, plan, reader) if permissions.may_read_history(person) else None
        return excel.draw(pack, rows, picture, settings.SECRET_KEY)

    return drawn(request, pack, file_name(pack, "xlsx"), WORKBOOK, draw)


def _versions_open_to(person: Person) -> QuerySet[Version]:
    """Versions with a picture; for partner staff those that the Executive agreed."""
    versions = Version.objects.frozen()
    return versions if permissions.may_read_plan(person) else versions.agreed()


def _meant(request: HttpRequest, person: Person, version_id: int | None) -> tuple[Plan, Pack, PlanPicture]:
    """The plan and the pack that an address names, and the picture that the pack is made of.

    Raises Http404 for what this person cannot see.
    """
    reader = permissions.reader(person)
    if version_id is not None:
        open_to = _versions_open_to(person).select_related("plan__deciding_group")
        plans = permissions.plans_visible_to(person)
        version = get_object_or_404(open_to.filter(plan__in=plans), pk=version_id)
        picture = operations.frozen(version, reader)
        return version.plan, operations.pack_of_version(version, reader, picture), picture
    if not permissions.may_read_plan(person):
        raise Http404("Only agreed versions are open to this person.")
    plan, _ = plan_and_choices(request, person)
    picture = gather.picture_for(reader, plan)
    return plan, operations.pack_now(plan, reader, picture), picture


def drawn(
    request: HttpRequest,
    pack: Pack | Minutes | Answers,
    name: str,
    content_type: str,
    draw: Callable[[], bytes],
) -> HttpResponse:
    """A paper as a download, or a page that says why it could not be drawn."""
    ending = name.rpartition(".")[2]
    about = {"user": request.user.pk, "report": name, "record": pack.seq}
    if _asked_too_often(request):
        logger.warning("report refused: too many", extra=about)
        why = "You have asked for many reports within a minute. Wait a minute, then try again."
        response = _failed(request, pack, ending, why, status=429)
        response["Retry-After"] = "60"
        return response
    try:
        content = draw()
    except CouldNotDraw as failure:
        logger.error("report not drawn: %s", failure, extra=about)
        return _failed(request, pack, ending, str(failure), status=500)
    logger.info("report drawn", extra=about)
    return download(content, name, content_type)


def _failed(
    request: HttpRequest, pack: Pack | Minutes | Answers, ending: str, why: str, *, status: int
) -> HttpResponse:
    what = "PDF" if ending == "pdf" else "workbook"
    query = request.GET.urlencode()
    other = (
        request.path.removesuffix(ending)
        + ("xlsx" if ending == "pdf" else "pdf")
        + (f"?{query}" if query else "")
    )
    if isinstance(pack, Answers):
        other = ""  # to fill in: there is no PDF of it
    context = {"what": what, "why": why, "other": other, "standing": pack.standing, "busy": status == 429}
    return render_page(request, "reporting/report_failed.html", context, status=status)


def _asked_too_often(request: HttpRequest) -> bool:
    # A key of its own for each minute: some caches renew the time of a key that is counted up.
    key = f"reports:{request.user.pk}:{int(time.time()) // 60}"
    cache.add(key, 0, 60)
    try:
        return cache.incr(key) > A_MINUTE
    except ValueError:  # the minute ended between the two
        return False
