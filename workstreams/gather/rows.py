"""What the tables hold of one plan now, as plain rows keyed by column: one source of a picture.

`stood.py` reads the same rows out of the ledger as they stood at an earlier moment.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, RowRange, Window
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, RowNumber

from ..history.asked import asked
from ..models import (
    Action,
    ActionOfficer,
    Appointment,
    Attendance,
    Challenge,
    HighlightReport,
    Impact,
    Ledger,
    Level,
    Measure,
    Meeting,
    Outcome,
    Passage,
    Plan,
    Post,
    Rating,
    SourceRef,
    Target,
    User,
    Version,
    Workstream,
)
from ..vocabulary import RatingStep, Recurrence

NEAR = 24  # steps of a rating read back from its newest: enough for a strip of six meetings. All since the
# agreement before the latest come too, however many: what an agreement decided must not drop out of sight.

Row = dict[str, Any]
Rows = dict[str, list[Row]]


def rows_now(plan: Plan) -> Rows:
    """What the tables hold of this plan, a constant number of queries, as plain rows keyed by column."""
    measures = list(Measure.objects.live().of_plan(plan).order_by("order", "pk").values())
    measure_ids = [m["id"] for m in measures]
    newest_first: dict[str, Any] = {"partition_by": F("measure_id"), "order_by": F("id").desc()}
    agreed = Q(~Exists(Rating.objects.filter(corrects=OuterRef("pk"))), step=RatingStep.AGREED)
    ratings = list(
        Rating.objects.filter(measure_id__in=measure_ids)
        .annotate(
            from_newest=Window(RowNumber(), **newest_first),
            agreed_since=Window(Count("pk", filter=agreed), frame=RowRange(end=-1), **newest_first),
        )
        .filter(Q(from_newest__lte=NEAR) | Q(agreed_since__lt=2))
        .order_by("id")
        .values()
    )
    targets = list(Target.objects.filter(measure_id__in=measure_ids).order_by("id").values())
    rolling = [str(m["id"]) for m in measures if m["recurrence"] not in (Recurrence.NONE, Recurrence.NOT_SET)]
    impacts = list(Impact.objects.filter(measure_id__in=measure_ids).order_by("id").values())
    officers = list(
        ActionOfficer.objects.filter(Q(action__outcome__plan=plan) | Q(action__workstream__plan=plan))
        .order_by("order", "pk")
        .values()
    )
    challenges: list[Row] = [{**row} for row in Challenge.objects.filter(plan=plan).order_by("pk").values()]
    return {
        "plan": list(Plan.objects.filter(pk=plan.pk).values("pk", *_columns(Plan), "deciding_group__name")),
        "level": list(Level.objects.filter(plan=plan).order_by("order", "pk").values()),
        "passage": list(Passage.objects.filter(plan=plan).order_by("order", "pk").values()),
        "workstream": list(
            Workstream.objects.filter(plan=plan, withdrawn=False).order_by("order", "pk").values()
        ),
        "outcome": list(Outcome.objects.filter(plan=plan, withdrawn=False).order_by("order", "pk").values()),
        "action": list(
            Action.objects.filter(Q(outcome__plan=plan) | Q(workstream__plan=plan), withdrawn=False)
            .order_by("order", "pk")
            .values()
        ),
        "officer": officers,
        "measure": measures,
        # From when on each recurring measure is answered as often as it is now.
        "rhythm": list(
            Ledger.objects.filter(table=Measure._meta.db_table, row__in=rolling)
            .annotate(
                was=KeyTextTransform("recurrence", "before"), now=KeyTextTransform("recurrence", "after")
            )
            .filter(Q(before__isnull=True) | ~Q(was=F("now")))
            .order_by("seq")
            .values("row", "at")
        ),
        "source": list(
            SourceRef.objects.filter(
                Q(outcome__plan=plan)
                | Q(action__outcome__plan=plan)
                | Q(action__workstream__plan=plan)
                | Q(measure__in=measure_ids)
            )
            .order_by("pk")
            .values(*_columns(SourceRef), "recommendation__source", "recommendation__reference")
        ),
        "post": list(Post.objects.order_by("pk").values()),
        "appointment": list(Appointment.objects.order_by("pk").values(*_columns(Appointment), "user__name")),
        "rating": ratings,
        "target": targets,
        "impact": impacts,
        "attendance": list(
            Attendance.objects.filter(meeting__group=plan.deciding_group_id)
            .order_by("pk")
            .values("meeting_id", "post_id")
        ),
        "highlights": list(
            HighlightReport.objects.filter(meeting__group=plan.deciding_group_id)
            .order_by("pk")
            .values(*_columns(HighlightReport), "group__name")
        ),
        "challenge": challenges,
        "challenged": challenged(challenges),
        "asked": asked_by(challenges),
        "meeting": list(
            Meeting.objects.filter(group=plan.deciding_group_id).order_by("held_on", "pk").values()
        ),
        "version": list(
            Version.objects.filter(plan=plan)
            .order_by("seq")
            .annotate(frozen=Q(picture__isnull=False))
            .values(*(c for c in _columns(Version) if c != "picture"), "frozen")
        ),
        "user": list(User.objects.filter(pk__in={r["by_id"] for r in ratings}).values("id", "name", "email")),
        "ledger": list(
            Ledger.objects.filter(
                Q(table=Rating._meta.db_table, row__in=[str(r["id"]) for r in ratings])
                | Q(table=Impact._meta.db_table, row__in=[str(i["id"]) for i in impacts])
                | Q(table=Target._meta.db_table, row__in=[str(t["id"]) for t in targets])
                | Q(table=Challenge._meta.db_table, row__in=[str(c["id"]) for c in challenges])
            ).values("table", "row", "seq")
        ),
    }


def challenged(challenges: Iterable[Row], upto: int | None = None) -> list[Row]:
    """The ratings that these challenges question, however old, as the ledger has held them ever since; and whether
    they were corrected, up to a row of it."""
    ids = {row["rating_id"] for row in challenges if row["rating_id"]}
    corrections = Rating.objects.filter(corrects__in=ids).annotate(row=Cast("pk", CharField())).values("row")
    steps = Ledger.objects.filter(table=Rating._meta.db_table).values("seq", "after")
    if upto is not None:
        steps = steps.filter(seq__lte=upto)
    both = steps.filter(row__in=map(str, ids)).union(steps.filter(row__in=corrections), all=True)
    rows: list[Row] = [{**row} for row in both.order_by("seq")]
    corrected = {row["after"]["corrects_id"] for row in rows}
    return [row | {"corrected": row["after"]["id"] in corrected} for row in rows if row["after"]["id"] in ids]


def asked_by(challenges: Iterable[Row], upto: int | None = None) -> list[Row]:
    """The posts that each of these challenges asks, by the ledger up to a row of it."""
    found = asked({row["id"] for row in challenges if row["in_reply_to_id"] is None}, upto)
    return [{"id": pk, "posts": tuple(sorted(a.posts)), "title": a.title} for pk, a in found.items()]


def _columns(model: Any) -> list[str]:
    return [f.attname for f in model._meta.concrete_fields]


def signed(row: Row, posts: Mapping[int, Row]) -> str:
    """Who spoke, in which post: "deputy for Chair of …"."""
    title: str = posts[row["for_post_id"]]["title"]
    return f"deputy for {title}" if row["as_deputy"] else title


def rows_by(rows: Iterable[Row], column: str) -> dict[Any, list[Row]]:
    """The rows by what they have in a column; nothing where there are none."""
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found
