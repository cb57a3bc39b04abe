"""Moments of the past: a row of the ledger, the edition of the plan that was frozen there, the end of a day."""

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from django.db.models import BigIntegerField, OuterRef, Subquery, TextField
from django.db.models.functions import Cast

from .. import picture as p
from ..models import Ledger, Plan, Version
from ..vocabulary import VersionStep
from ..words import dated
from .head import LONDON, Head, head

# As an address writes a moment: a row of the ledger, that row looked at on a later day, a day.
ROW, ROW_ON_DAY, DAY = (
    re.compile(pattern) for pattern in (r"(\d{1,18})", r"(\d{1,18})-(\d{4}-\d\d-\d\d)", r"(\d{4}-\d\d-\d\d)")
)


NO_NAME = "Give a day, for example 18/7/2023, or the number of a record as papers print it."


class NoMoment(Exception):
    """Nothing of this name was a moment of the plan. Its text is a sentence for the reader."""


@dataclass(frozen=True)
class Moment(Head):
    """A row of the ledger, and the moment at which the plan is looked at.

    Where a version was frozen there, its row is part of the picture, and the picture speaks of its meeting.
    `address` names it in an address: "304", "304-2023-08-15", "2023-08-15".
    """

    version: p.VersionRow | None = None
    speaks_of: int | None = None
    address: str = field(default="", compare=False)

    @property
    def words(self) -> str:
        """As a title says it: "15 August 2023", "version 1.7, agreed on 18 July 2023"."""
        if self.version is not None:
            return edition_in_words(self.version)
        day = dated(self.today)
        return day if DAY.fullmatch(self.address) else f"{day}, record {self.seq}"

    @property
    def is_agreed(self) -> bool:
        """A version was frozen there as the deciding group agreed it."""
        return self.version is not None and self.version.step == VersionStep.AGREED

    @property
    def upto(self) -> int:
        """The last row of the ledger that belongs to it: that of the version which was frozen there, if one was."""
        return self.seq + (self.version is not None)


@dataclass(frozen=True)
class Edition:
    """A version that froze a picture, and the row of the ledger that the picture ends with."""

    seq: int
    version: p.VersionRow
    meeting_id: int | None

    @property
    def words(self) -> str:
        said = edition_in_words(self.version)
        return said[0].upper() + said[1:]


def edition_in_words(version: p.VersionRow) -> str:
    how = "agreed on" if version.step == VersionStep.AGREED else "papers for"
    return f"version {version.label}, {how} {dated(version.dated)}"


def editions(plan: Plan) -> list[Edition]:
    """All that was frozen of a plan, newest first: one query, however large the pictures."""
    own = Ledger.objects.filter(table=Version._meta.db_table, row=Cast(OuterRef("pk"), TextField()))
    frozen = Version.objects.filter(plan=plan).frozen().defer("picture")
    # A version's own row follows the last row of its picture, see operations.papers.freeze.
    found = frozen.annotate(written=Subquery(own.order_by("seq").values("seq")[:1])).order_by("-written")
    return [Edition(v.written - 1, row_of(v), v.meeting_id) for v in found]


def moment_named(plan: Plan, text: str, *, agreed_only: bool = False) -> Moment:
    """The moment that an address names. Raises NoMoment where it names none, or one to come.

    For who knows `agreed_only` versions there are no other moments than theirs, and days by which there was one.
    """
    text = text.strip()
    if agreed_only:
        return _agreed_named(plan, text)
    if found := ROW.fullmatch(text):
        return _row_named(plan, int(found[1]))
    if found := ROW_ON_DAY.fullmatch(text):
        return _row_on(int(found[1]), _day_named(found[2]))
    if found := DAY.fullmatch(text):
        return _on(_day_named(found[1]))
    raise NoMoment(NO_NAME)


def moment_at(plan: Plan, seq: int) -> Moment | None:
    """A row of the ledger, as every paper prints it: where an edition of this plan was frozen there, the moment of
    that edition, else that of the row. None where the ledger has no such row."""
    row = _row(seq)
    if row is None:
        return None
    frozen = Ledger.objects.filter(
        pk=seq + 1, table=Version._meta.db_table, after__plan_id=plan.pk, after__picture__isnull=False
    ).values_list("row", flat=True)
    for pk in frozen:
        if version := Version.objects.frozen().defer("picture").filter(pk=int(pk)).first():
            return moment_of(version)
    return row


def moment_of(version: Version) -> Moment:
    """The moment at which a version was frozen. Raises ValueError where it froze no picture."""
    kept = Version.objects.frozen().filter(pk=version.pk)
    for seq, fingerprint, at in kept.values_list("picture__seq", "picture__hash", "picture__at"):
        return Moment(
            seq, fingerprint, datetime.fromisoformat(at), row_of(version), version.meeting_id, str(seq)
        )
    raise ValueError(f"{version} has no picture.")


def moment_on(day: date) -> Moment | None:
    """The end of a day in Europe/London, with the last row that was written by then. None before the first."""
    ends = _end_of(day)
    row = Ledger.objects.filter(at__lte=ends).order_by("-at", "-seq").values_list("seq", "hash").first()
    return Moment(row[0], bytes(row[1]).hex(), ends, address=day.isoformat()) if row else None


def published(plan: Plan, as_at: Moment | None = None) -> Version | None:
    """The newest version of a plan that the deciding group agreed and that has its picture, now or at a moment."""
    agreed = Version.objects.filter(plan=plan).agreed().frozen().order_by("-seq")
    if as_at is not None:
        rows = Ledger.objects.filter(table=Version._meta.db_table, seq__lte=as_at.upto).order_by()
        agreed = agreed.filter(pk__in=rows.values_list(Cast("row", BigIntegerField()), flat=True))
    return agreed.first()


def row_of(version: Version) -> p.VersionRow:
    """A version as the register of its own picture lists it."""
    return p.VersionRow(
        id=version.pk,
        label=version.label,
        step=version.step,
        changes=version.changes,
        editors=version.editors,
        dated=version.dated,
        frozen=True,
    )


def _row(seq: int) -> Moment | None:
    row = Ledger.objects.filter(pk=seq).values_list("seq", "hash", "at").first()
    return Moment(row[0], bytes(row[1]).hex(), row[2], address=str(seq)) if row else None


def _agreed_named(plan: Plan, text: str) -> Moment:
    """Nothing here tells of a record that is not an agreed version's: not what is refused, and not how."""
    if found := ROW.fullmatch(text):
        seq = int(found[1])
        if (moment := moment_at(plan, seq)) and moment.is_agreed:
            return moment
        raise NoMoment(
            f"No version was agreed with record {seq}. Choose a version from the list, or give a day."
        )
    if not (found := DAY.fullmatch(text)):
        raise NoMoment(NO_NAME)
    day = _day_named(found[1])
    if day > head().today:
        raise NoMoment(f"{dated(day)} is still to come.")
    if (moment := moment_on(day)) and published(plan, moment):
        return moment
    raise NoMoment(f"No version of this plan had been agreed by {dated(day)}.")


def _row_named(plan: Plan, seq: int) -> Moment:
    if moment := moment_at(plan, seq):
        return moment
    raise NoMoment(f"There is no record {seq}. Records are numbered from 1 to {head().seq}.")


def _row_on(seq: int, day: date) -> Moment:
    """A row of the ledger looked at on a day on which it was still the newest: how a report prints what it shows, as
    what is overdue is counted from the day."""
    rows = list(Ledger.objects.filter(pk__in=(seq, seq + 1)).order_by("pk"))
    row = _row(seq) if rows and rows[0].seq == seq else None
    if row is None:
        raise NoMoment(f"There is no record {seq}. Records are numbered from 1 to {head().seq}.")
    if day > head().today:
        raise NoMoment(f"{dated(day)} is still to come.")
    later = rows[1].at.astimezone(LONDON).date() if len(rows) > 1 else day
    if not row.today <= day <= later:
        raise NoMoment(
            f"Record {seq} was not the newest on {dated(day)}. It was written on {dated(row.today)},"
            f" the next on {dated(later)}."
            if day > later
            else f"Record {seq} was not written yet on {dated(day)}, but on {dated(row.today)}."
        )
    at = row.at if day == row.today else _end_of(day)
    return replace(row, at=at, address=f"{seq}-{day.isoformat()}")


def _on(day: date) -> Moment:
    if day > head().today:
        raise NoMoment(f"{dated(day)} is still to come.")
    if moment := moment_on(day):
        return moment
    first = Ledger.objects.order_by("pk").values_list("at", flat=True).first()
    since = f" The first record is of {dated(first.astimezone(LONDON).date())}." if first else ""
    raise NoMoment(f"Nothing had been recorded by {dated(day)}.{since}")


def _day_named(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NoMoment(f"{text} is no day.") from None


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), LONDON) - timedelta(microseconds=1)
