"""The whole record of a plan's measures, for the signals: every step of every rating and target up to a moment."""

from django.db.models import Q

from ..agenda import leading
from ..models import Group, Ledger, Level, Measure, Meeting, Plan, Post, Rating, Target
from ..picture import Level as Shown
from ..picture import Placed, PlanPicture
from ..signals import NOBODY, Lead, Record, life_of
from ..vocabulary import MeetingKind, MeetingState
from .head import LONDON
from .rows import Row, rows_by
from .stood import stood_at


def record_of(plan: Plan, picture: PlanPicture) -> Record:
    """The lives of the measures in this picture up to its row of the ledger: five queries, however long they are.

    What was said and agreed is never changed, so what is newer than the picture is left out; what it is called is
    read as it stood.
    """
    stood = stood_at(picture.seq, (Group, Level, Meeting, Post))
    levels = {
        row["id"]: Shown(
            row["code"], row["word"], row["meaning"], row["token"], row["is_complete"], row["is_exception"]
        )
        for row in sorted(stood[Level], key=lambda row: (row["order"], row["id"]))
        if row["plan_id"] == plan.pk
    }
    meetings = {row["id"]: row for row in stood[Meeting] if row["group_id"] == plan.deciding_group_id}
    leads = _Leads(stood[Post], stood[Group])
    measures = {placed.measure.id: placed for placed in picture.placed()}
    ratings: list[Row] = [
        dict(r) for r in Rating.objects.filter(measure__in=measures).order_by("pk").values()
    ]
    targets: list[Row] = [
        dict(t) for t in Target.objects.filter(measure__in=measures).order_by("pk").values()
    ]
    steps = Q(table=Rating._meta.db_table, row__in=[str(row["id"]) for row in ratings])
    steps |= Q(table=Target._meta.db_table, row__in=[str(row["id"]) for row in targets])
    written = Ledger.objects.filter(steps).values_list("table", "row", "seq")
    seqs = {(table, int(row)): seq for table, row, seq in written}
    begun = Ledger.objects.filter(
        table=Measure._meta.db_table, row__in=[str(pk) for pk in measures], before__isnull=True
    )
    begun_at = {int(row): at.astimezone(LONDON).date() for row, at in begun.values_list("row", "at")}

    def told(rows: list[Row], table: str) -> dict[int, list[Row]]:
        """The steps by measure, each with its row of the ledger, the day of its meeting and its level."""
        by_then = []
        for row in rows:
            seq = seqs.get((table, row["id"]), 0)
            if seq <= picture.seq:
                met = meetings.get(row["meeting_id"])
                more = {"seq": seq, "held_on": met["held_on"] if met else None}
                more |= {"level": levels.get(row.get("level_id")), "on": row["at"].astimezone(LONDON).date()}
                by_then.append(row | more)
        return rows_by(by_then, "measure_id")

    said, dated = told(ratings, Rating._meta.db_table), told(targets, Target._meta.db_table)
    return Record(
        picture,
        tuple(
            life_of(placed, leads.of(placed), begun_at.get(pk, picture.on), said[pk], dated[pk])
            for pk, placed in measures.items()
        ),
        tuple(levels.values()),
        tuple(
            sorted(
                row["held_on"]
                for row in meetings.values()
                if row["kind"] == MeetingKind.REGULAR and row["state"] == MeetingState.CLOSED
            )
        ),
    )


class _Leads:
    """Which group a measure is answered for by: that of the post that leads its action."""

    def __init__(self, posts: list[Row], groups: list[Row]) -> None:
        self.groups = {row["id"]: row["name"] for row in groups}
        self.group_of = {row["id"]: row["group_id"] for row in posts}

    def of(self, placed: Placed) -> Lead:
        officer = leading(placed.action)
        if officer is None:
            return NOBODY
        group = self.group_of.get(officer.post_id)
        if group is None:
            return Lead(f"post-{officer.post_id}", officer.title, officer.title)
        return Lead(f"group-{group}", self.groups[group], officer.title)
