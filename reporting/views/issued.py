"""Issued packs: how far one is that is being drawn, what there is of it, and its files as they were handed out."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Length
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from sscp.limits import limited
from sscp.pages import render_page, wants_region
from workstreams import permissions, redactions
from workstreams.models import Pack, Version
from workstreams.permissions import Person
from workstreams.vocabulary import PackKind

from .. import operations
from ..pack import OFFERED, named, said
from . import PAGE, PDF, WORKBOOK, download, reader_of

logger = logging.getLogger(__name__)

# htmx polls until it gets this answer (286 stands for "enough").
ENOUGH = 286
FILES = {"pdf": PDF, "xlsx": WORKBOOK, "html": PAGE}
WORDS = {"pdf": "PDF", "xlsx": "Excel workbook", "html": "Accessible page"}


@dataclass(frozen=True)
class File:
    """One file of a pack, as a page offers it."""

    words: str
    url: str
    size: int
    hash: str
    now: str = ""  # the hash of the marked edition, where words were taken out of what was issued


@dataclass(frozen=True)
class Issued:
    """A pack with what a page says of it, without its bytes."""

    pack: Pack
    withdrawn: Version | None
    marked: redactions.Marked | None = None

    @property
    def files(self) -> list[File]:
        return [
            File(
                WORDS[name],
                reverse(f"reporting:pack-{name}", args=[self.pack.pk]),
                size,
                digest,
                self.marked.hashes.get(name, "") if self.marked else "",
            )
            for name in FILES
            if (digest := getattr(self.pack, f"{name}_hash")) and (size := getattr(self.pack, f"{name}_size"))
        ]

    @property
    def parts(self) -> list[str]:
        return [c.label for c in OFFERED[self.pack.kind] if c.content in self.pack.contents]

    @property
    def anchor(self) -> str:
        return f"{self.pack.seq}:{self.pack.anchor}"  # type: ignore[attr-defined]


def issued_to(person: Person) -> list[Issued]:
    """The packs that this person may have, those of the newest meeting first."""
    day = Coalesce("version__meeting__held_on", "version__dated")
    packs = _with_sizes(person).order_by(day.desc(), "-version__seq", "kind")
    return [Issued(pack, withdrawn) for pack, withdrawn in _with_withdrawals(packs)]


def _with_sizes(person: Person) -> QuerySet[Pack]:
    """The packs that this person may have, with the sizes of their files and the hash that their version ends with."""
    return (
        permissions.packs_visible_to(person)
        .without_files()
        .select_related("version__meeting", "version__plan__deciding_group", "compared_with", "for_post")
        .annotate(
            **{f"{name}_size": Length(name) for name in FILES},
            anchor=KeyTextTransform("hash", "version__picture"),
            compared_seq=KeyTextTransform("seq", "compared_with__picture"),
        )
    )


def _with_withdrawals(packs: Iterable[Pack]) -> list[tuple[Pack, Version | None]]:
    """Each pack with the row that took its papers back, from one query."""
    packs = list(packs)
    meetings = {pack.version.meeting_id for pack in packs if pack.version.meeting_id}
    versions = list(Version.objects.filter(meeting__in=meetings).defer("picture").order_by("seq"))

    def of_its_meeting(pack: Pack) -> list[Version]:
        return [v for v in versions if v.meeting_id == pack.version.meeting_id]

    return [(pack, operations.withdrawn(pack.version, of_its_meeting(pack))) for pack in packs]


@require_safe
def issued_pack(request: HttpRequest, version_id: int, kind: str) -> HttpResponse:
    """The pack of a version: its files, or how far it is. Only who makes packs sees one that isn't there yet."""
    person = reader_of(request)
    if kind.upper() not in PackKind.values:
        raise Http404("There is no such kind of pack.")
    wanted = PackKind(kind.upper())
    makes = permissions.may_make_packs(person)
    found = _with_sizes(person).filter(version=version_id, kind=wanted).first()
    progress = None
    if found:
        version = found.version
    elif makes:
        frozen = Version.objects.frozen().defer("picture").select_related("meeting")
        version = get_object_or_404(frozen, pk=version_id)
        progress = operations.progress_of(version, wanted)
    else:
        raise Http404("This pack is not open to this person.")
    status = 200
    if wants_region(request) and not (progress and progress.is_moving):
        status = ENOUGH
        if found:
            messages.success(request, f"The {said(wanted)} is issued.")
        else:
            messages.error(request, f"The {said(wanted)} could not be drawn.")
    context = {
        "kind": wanted,
        "version": version,
        "issued": _issued(found) if found else None,
        "progress": progress,
        "makes_packs": makes,
        "reads_history": permissions.may_read_history(person),
        "step": progress.drawing.done + 1 if progress and progress.drawing else 0,
    }
    return render_page(request, "reporting/issued_pack.html", context, region="progress", status=status)


def _issued(pack: Pack) -> Issued:
    ((_, withdrawn),) = _with_withdrawals([pack])
    return Issued(pack, withdrawn, redactions.marked_editions([pack]).get(pack.pk))


@require_safe
@limited("exports")
def pack_pdf(request: HttpRequest, pack_id: int) -> HttpResponse:
    return _stored(request, pack_id, "pdf")


@require_safe
@limited("exports")
def pack_xlsx(request: HttpRequest, pack_id: int) -> HttpResponse:
    return _stored(request, pack_id, "xlsx")


@require_safe
@limited("exports")
def pack_html(request: HttpRequest, pack_id: int) -> HttpResponse:
    return _stored(request, pack_id, "html")


def _stored(request: HttpRequest, pack_id: int, ending: str) -> HttpResponse:
    person = reader_of(request)
    others = [name for name in FILES if name != ending]
    packs = permissions.packs_visible_to(person).select_related("version__plan")
    pack = get_object_or_404(packs.defer(*others, "version__picture"), pk=pack_id)
    content = getattr(pack, ending)
    if content is None:
        raise Http404("This pack has no such file.")
    edition = operations.edition_of(pack.version, pack.kind)
    name = named(pack.version.plan.ref, edition, pack.version.dated, ending)
    logger.info("pack downloaded", extra={"user": request.user.pk, "pack": pack.pk, "report": name})
    return download(bytes(content), name, FILES[ending])
