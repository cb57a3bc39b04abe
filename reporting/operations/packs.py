"""Issuing a pack: drawn from a frozen version, never from live tables, and stored with its hashes."""

import hashlib
from collections.abc import Callable, Iterable, Mapping

from django.conf import settings
from django.db import IntegrityError

from workstreams import models
from workstreams.editions import Issue, issues
from workstreams.models import Version
from workstreams.picture import Reader
from workstreams.recording import By, Refused, recorded
from workstreams.redactions import Files
from workstreams.vocabulary import PackKind, VersionStep

from .. import excel, html, pdf
from ..pack import CouldNotDraw, Pack, addendum_of, by_default, chosen, pack_of, said, standing_of
from .reports import agreed_before, frozen

EVERYTHING = Reader(everything=True)
PUBLIC = Reader(everything=False, public=True)

Tell = Callable[[int, int, str], None]


def tell_nobody(done: int, of: int, doing: str) -> None:
    """For who waits for the pack anyway."""


def issue_pack(
    version: Version,
    kind: str,
    contents: Iterable[str] | None,
    by: By,
    compared_with: Version | None = None,
    *,
    tell: Tell = tell_nobody,
) -> models.Pack:
    """Draw a pack of this version and keep it. A second request for the same kind answers the pack that is there.

    Without `contents` it has the parts that its kind has by default. It is compared with the agreed version before
    it, an addendum with its papers, unless another is named. `tell` hears how far it is: (done, of, what is done now).
    Raises Refused where this version has no such pack, CouldNotDraw where it can't be drawn.
    """
    if issued := _issued(version, kind):
        return issued
    _refuse_withdrawn(version)
    if kind not in kinds_of(version):
        raise Refused(f"Version {version.label} is not issued as {said(kind)}.")
    parts = contents_of(kind, contents)
    other = compared_with or compared_version(version, kind)
    of = 4 if kind == PackKind.PUBLISHED else 3
    tell(0, of, "Reading the version")
    pack = pack_to_issue(version, kind, parts, other)
    tell(1, of, "Drawing the PDF")
    drawn = {"pdf": pdf.draw(pack)}
    tell(2, of, "Writing the workbook")
    drawn["xlsx"] = excel.draw(pack)
    if kind == PackKind.PUBLISHED:
        tell(3, of, "Writing the page")
        drawn["html"] = html.whole(pack)
    try:
        with recorded(by):
            _refuse_withdrawn(version, lock=True)  # perhaps while it was drawn
            return models.Pack.objects.create(
                version=version,
                compared_with=other,
                kind=kind,
                contents=list(parts),
                **drawn,
                **_hashes(drawn),
                pages=pdf.pages_of(drawn["pdf"]),
                seq=pack.seq,
                by=by.user,
                for_post=by.post,
                as_deputy=by.as_deputy,
            )
    except IntegrityError:
        if issued := _issued(version, kind):  # somebody's was first
            return issued
        raise


def draw_again(pack: models.Pack, note: str) -> Files:
    """The files of an issued pack, from the pictures that its versions hold now; each says under its title what it is.

    Raises Refused where they can't be drawn.
    """
    drawn = pack_to_issue(pack.version, pack.kind, pack.contents, pack.compared_with, note=note)
    page = html.whole(drawn) if pack.kind == PackKind.PUBLISHED else None
    try:
        return Files(pdf.draw(drawn), excel.draw(drawn), page)
    except CouldNotDraw as why:
        raise Refused(
            f"Nothing was taken out, because an issued pack could not be drawn again. {why}"
        ) from why


def _refuse_withdrawn(version: Version, *, lock: bool = False) -> None:
    if lock and version.meeting_id is not None:
        models.Meeting.objects.select_for_update(no_key=True).get(pk=version.meeting_id)
    if withdrawn(version):
        raise Refused(
            "These papers were withdrawn, so no pack is made of them. Issue the papers again first."
        )


def pack_to_issue(
    version: Version, kind: str, contents: Iterable[str], compared_with: Version | None, *, note: str = ""
) -> Pack:
    """What the pack prints: the same for the same version, contents and version compared with, whenever asked.

    `note` says on it why it is not as it was first issued.
    """
    reader = PUBLIC if kind == PackKind.PUBLISHED else EVERYTHING
    picture = frozen(version, reader)
    before = frozen(compared_with, reader) if compared_with else None
    row = next(v for v in picture.versions if v.id == version.pk)
    addendum = kind == PackKind.ADDENDUM
    standing = standing_of(row, picture.deciding_group, addendum=addendum) + (note and f". {note}")
    edition = edition_of(version, kind)
    if addendum and before is not None:
        return addendum_of(
            before, picture, partnership=settings.PARTNERSHIP_NAME, standing=standing, edition=edition
        )
    return pack_of(
        picture,
        before,
        partnership=settings.PARTNERSHIP_NAME,
        standing=standing,
        edition=edition,
        agreed=version.is_agreed,
        kind=kind,
        contents=contents,
        moment=str(picture.seq),
    )


def edition_of(version: Version, kind: str) -> str:
    """As its files are named: "executive pack version 1.8"."""
    return f"{PackKind(kind).label.lower()} version {version.label}"


def contents_of(kind: str, codes: Iterable[str] | None) -> tuple[str, ...]:
    """These parts in the order in which they are printed. Raises Refused for one that this kind does not have."""
    try:
        return chosen(kind, codes) if codes is not None else by_default(kind)
    except ValueError as foreign:
        raise Refused(contents=str(foreign)) from foreign


def kinds_of(version: Version, of_its_meeting: Iterable[Version] | None = None) -> tuple[PackKind, ...]:
    """As what a version can be issued: papers, an addendum to them, or what a meeting agreed.

    `of_its_meeting`, here and below: the versions of the same meeting in order, where they are at hand.
    """
    if version.step == VersionStep.AGREED:
        return PackKind.EXECUTIVE, PackKind.PUBLISHED
    if version.step != VersionStep.PROVISIONAL:
        return ()
    return (PackKind.ADDENDUM,) if papers_before(version, of_its_meeting) else (PackKind.EXECUTIVE,)


def compared_version(version: Version, kind: str) -> Version | None:
    """What a pack is compared with: an addendum with its papers, else with what was agreed before."""
    if kind == PackKind.ADDENDUM:
        return papers_before(version)
    return agreed_before(version.plan, version.seq)


def papers_before(version: Version, of_its_meeting: Iterable[Version] | None = None) -> Version | None:
    """The papers that a version adds to; None where it is none that adds."""
    issue = _issue_of(version, of_its_meeting)
    return issue.papers if issue and issue.papers.pk != version.pk else None


def withdrawn(version: Version, of_its_meeting: Iterable[Version] | None = None) -> Version | None:
    """The row that says that these papers, or the papers that they add to, were taken back, and why."""
    issue = _issue_of(version, of_its_meeting)
    return issue.withdrawn if issue else None


def _issue_of(version: Version, of_its_meeting: Iterable[Version] | None) -> Issue[Version] | None:
    if version.step != VersionStep.PROVISIONAL:
        return None
    others = _of_its_meeting(version) if of_its_meeting is None else of_its_meeting
    found = issues(others, lambda other: other.step)
    return next((issue for issue in found if version.pk in [v.pk for v in issue.editions]), None)


def _of_its_meeting(version: Version) -> Iterable[Version]:
    if version.meeting_id is None:
        return ()
    return (
        Version.objects.filter(plan=version.plan_id, meeting=version.meeting_id)
        .defer("picture")
        .order_by("seq")
    )


def _issued(version: Version, kind: str) -> models.Pack | None:
    return models.Pack.objects.filter(version=version, kind=kind).first()


def _hashes(drawn: Mapping[str, bytes]) -> dict[str, str]:
    return {f"{name}_hash": hashlib.sha256(content).hexdigest() for name, content in drawn.items()}
