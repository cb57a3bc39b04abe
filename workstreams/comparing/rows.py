"""The rows of the ledger between two moments that speak of one plan, found by what they speak of."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Model, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.utils.timezone import localtime

from .. import history
from ..compare import Change, Record
from ..gather import Head, Moment
from ..models import Appointment, Group, Impact, Ledger, Plan, Post, Rating, Recommendation, Target, User
from ..picture import Reader

SHOWN = 3  # records that a change names in full; more of them are numbers
STEPS = tuple(model._meta.db_table for model in (Rating, Target, Impact))
# What stands beside a plan, and is part of its picture all the same.
BESIDE = tuple(model._meta.db_table for model in (Post, Group, User, Recommendation))


def upto(moment: Head) -> int:
    """The last row of the ledger that belongs to a moment."""
    return moment.upto if isinstance(moment, Moment) else moment.seq


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a rating, a target or an impact, without its words."""

    seq: int
    row: int
    step: str


class Between:
    """Three queries: the steps of the record, every other row of the plan, and those of what stands beside it."""

    def __init__(self, plan: Plan, reader: Reader, first: Head, second: Head) -> None:
        self.plan, self.first, self.second = plan, first, second
        after, last = upto(first), upto(second)
        every = history.visible(Ledger.objects.filter(seq__gt=after, seq__lte=last), reader)
        rows = history.of_plan(every, plan).order_by("seq")
        whole = Coalesce("after", "before")
        self.steps: dict[tuple[str, int], list[Step]] = defaultdict(list)
        self.seqs: set[int] = set()
        for seq, table, row, measure, step in (
            rows.filter(table__in=STEPS)
            .annotate(of=KeyTextTransform("measure_id", whole), step=KeyTextTransform("step", whole))
            .values_list("seq", "table", "row", "of", "step")
        ):
            self.seqs.add(seq)
            self.steps[table, int(measure)].append(Step(seq, int(row), step))
        self.rows: dict[str, list[Ledger]] = defaultdict(list)
        columns = ("seq", "table", "row", "operation", "before", "after")
        for each in rows.exclude(table__in=STEPS).only(*columns):
            self.seqs.add(each.seq)
            self.rows[each.table].append(each)
        self.appointments: list[Ledger] = []
        others = Q(table__in=BESIDE, seq__gt=after) | Q(table=Appointment._meta.db_table)
        for each in Ledger.objects.filter(others, seq__lte=last).order_by("seq").only(*columns):
            if each.table == Appointment._meta.db_table:
                self.appointments.append(each)
            else:
                self.rows[each.table].append(each)

    def of(self, model: type[Model], keep: Callable[[Ledger], bool]) -> list[Ledger]:
        return [row for row in self.rows[model._meta.db_table] if keep(row)]

    def own(self, model: type[Model], pk: int) -> list[Ledger]:
        """The rows of one thing."""
        return self.of(model, lambda row: row.row == str(pk))

    def held(self, posts: Iterable[int]) -> list[Ledger]:
        """The appointments to these posts that were recorded, or began or ended, between the two moments.

        One that was recorded earlier takes effect on its day: nothing is written then.
        """
        ids, after = set(posts), upto(self.first)
        return [
            row
            for row in self.appointments
            if {image["post_id"] for image in (row.before, row.after) if image} & ids
            and (row.seq > after or self._takes_effect(row))
        ]

    def _takes_effect(self, row: Ledger) -> bool:
        image, since, until = row.image, self.first.today, self.second.today
        began = since < date.fromisoformat(image["starts_on"]) <= until
        return began or bool(image["ends_on"] and since <= date.fromisoformat(image["ends_on"]) < until)

    # ---- said

    @staticmethod
    def shown(change: Change, seqs: list[int]) -> list[int]:
        """The records that a change names in full: the one that says it, then the first of the others."""
        return sorted(seqs, key=lambda seq: seq != change.seq)[:SHOWN]

    @staticmethod
    def said(seqs: set[int], reader: Reader) -> dict[int, Record]:
        """These records as sentences."""
        rows = Ledger.objects.filter(pk__in=seqs)
        return {
            e.seq: Record(e.seq, localtime(e.at), e.who, e.post, e.heading, e.because)
            for e in history.entries(rows, reader)
        }

    def left(self, made: set[int]) -> int:
        """How many records of the plan made none of the changes."""
        return len(self.seqs - made)
