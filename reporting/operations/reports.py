"""Which report is meant: the plan as it stands now, or a version as it was frozen, for one reader."""

from dataclasses import replace

from django.conf import settings

from workstreams import gather, history
from workstreams.models import Plan, Version
from workstreams.picture import PlanPicture, Reader
from workstreams.vocabulary import VersionStep

from ..pack import Pack, pack_of, standing_now, standing_of, standing_then


def pack_now(plan: Plan, reader: Reader, picture: PlanPicture | None = None) -> Pack:
    """The plan as it stands, compared with the last version that the Executive agreed. `picture`: taken already."""
    picture = picture or gather.picture_for(reader, plan)
    return pack_of(
        picture,
        _seen(agreed_before(plan), reader),
        partnership=settings.PARTNERSHIP_NAME,
        standing=standing_now(picture),
    )


def pack_of_version(version: Version, reader: Reader, picture: PlanPicture | None = None) -> Pack:
    """A frozen version, compared with the agreed one before it. The version must have its picture."""
    picture = picture or frozen(version, reader)
    row = next(v for v in picture.versions if v.id == version.pk)
    return pack_of(
        picture,
        _seen(agreed_before(version.plan, version.seq), reader),
        partnership=settings.PARTNERSHIP_NAME,
        standing=standing_of(row, picture.deciding_group),
        edition=f"version {version.label}",
        agreed=version.step == VersionStep.AGREED,
        moment=str(picture.seq),
    )


def pack_then(plan: Plan, reader: Reader, moment: gather.Moment) -> Pack:
    """The plan as at a moment out of the ledger, compared with the version that had been agreed before it; an agreed
    version without what was left undecided. Raises gather.NotYet."""
    picture, version = gather.picture_for(reader, plan, as_at=moment), moment.version
    before = gather.published(plan, replace(moment, version=None) if version else moment)
    return pack_of(
        picture.as_agreed() if moment.is_agreed else picture,
        _seen(before, reader),
        partnership=settings.PARTNERSHIP_NAME,
        standing=standing_of(version, picture.deciding_group) if version else standing_then(picture),
        edition=f"as at version {version.label}" if version else "as at",
        agreed=moment.is_agreed,
        moment=moment.address if version else "",
    )


def history_of(pack: Pack, plan: Plan, reader: Reader) -> tuple[history.HistoryRow, ...]:
    """What the ledger says of the plan, up to the row that the pack ends with."""
    return history.export_rows(plan, reader, upto=pack.seq)


def agreed_before(plan: Plan, seq: int | None = None) -> Version | None:
    """The newest version that the Executive agreed, or the one before a version's place in the plan."""
    agreed = Version.objects.filter(plan=plan).agreed().frozen().order_by("-seq")
    return (agreed.filter(seq__lt=seq) if seq is not None else agreed).first()


def _seen(version: Version | None, reader: Reader) -> PlanPicture | None:
    return frozen(version, reader) if version else None


def frozen(version: Version, reader: Reader) -> PlanPicture:
    """What the version froze, as the reader may see it; an agreed one without what was left undecided."""
    picture = gather.frozen(reader, version)
    return picture.as_agreed() if version.step == VersionStep.AGREED else picture
