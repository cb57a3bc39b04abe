"""What was recorded after a moment about the time up to it: known now, and not known then."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q
from django.utils import timezone

from ..models import Appointment, Impact, Ledger, Meeting, Rating, Target
from ..picture import PlanPicture, Reader
from ..vocabulary import DECISIONS, ImpactStep, TargetStep
from ..words import counted, dated
from .entry import Entry
from .places import of_measures, with_keys
from .rows import visible
from .sentences import entries

SHOWN = 50
DECIDED: tuple[str, ...] = (
    *DECISIONS,
    TargetStep.AGREED,
    TargetStep.REFUSED,
    ImpactStep.ACCEPTED,
    ImpactStep.NOT_ACCEPTED,
)


@dataclass(frozen=True)
class Later:
    """One entry of the history, and the day that it speaks of."""

    entry: Entry
    about: date

    @property
    def heading(self) -> str:
        return f"About {dated(self.about)}, {self.words}"

    @property
    def words(self) -> str:
        days = (timezone.localdate(self.entry.at) - self.about).days
        return f"recorded {counted(days, 'day')} later" if days else "recorded later that day"


def recorded_later(picture: PlanPicture, seq: int, reader: Reader) -> list[Later]:
    """The rows after `seq` that speak of a day on or before the picture's, oldest first and not more than SHOWN.

    Ratings that say they hold from such a day, what a meeting of such a day decided, and appointments to the posts of
    the plan that begin or end by then.
    """
    on = picture.on.isoformat()
    meetings = dict(
        Meeting.objects.filter(group__plans=picture.plan_id, held_on__lte=picture.on).values_list(
            "pk", "held_on"
        )
    )
    posts = {
        str(o.post_id) for w in picture.workstreams for x in w.outcomes for a in x.actions for o in a.officers
    }
    rows = with_keys(
        visible(Ledger.objects.filter(seq__gt=seq), reader),
        "measure_id", "effective_on", "meeting_id", "step", "post_id", "starts_on", "ends_on",
    )  # fmt: skip
    tables = [model._meta.db_table for model in (Rating, Target, Impact)]
    record = rows.filter(
        of_measures([str(m.id) for m in picture.measures]),
        Q(table=Rating._meta.db_table, its_effective_on__lte=on)
        | Q(table__in=tables, its_step__in=DECIDED, its_meeting_id__in=[str(pk) for pk in meetings]),
    )
    begins = Q(its_starts_on__lte=on) & (Q(before__isnull=True) | ~Q(was_starts_on=F("its_starts_on")))
    ends = Q(its_ends_on__lte=on) & (Q(was_ends_on__isnull=True) | ~Q(was_ends_on=F("its_ends_on")))
    held = rows.filter(begins | ends, Q(table=Appointment._meta.db_table, its_post_id__in=posts))
    found = [*record.order_by("seq")[:SHOWN], *held.order_by("seq")[:SHOWN]]
    found = sorted(found, key=lambda row: row.seq)[:SHOWN]
    said = zip(found, entries(found, reader), strict=True)
    return [Later(entry, _about(row, entry, meetings)) for row, entry in said]


def _about(row: Ledger, entry: Entry, meetings: dict[int, date]) -> date:
    """The day that a row speaks of: its own, its meeting's, the last of what it ends, the first of what it begins."""
    days = (
        entry.as_of,
        meetings.get(entry.meeting_id or 0),
        *(date.fromisoformat(day) for name in ("ends_on", "starts_on") if (day := row.image.get(name))),
    )
    return next(day for day in days if day)
