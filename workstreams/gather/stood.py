"""What the tables held of one plan at an earlier row of the ledger: the other source of a picture.

Every row is its newest image up to there, chosen and arranged as `rows.py` chooses and arranges what stands now. Old
images stay readable: a column that came later has its default, one that is gone is left out; a column that is renamed
or read otherwise gets its reader in `_READERS`.
"""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from django.db import connection, models

from ..models import (
    Action,
    ActionOfficer,
    Appointment,
    Attendance,
    Challenge,
    Group,
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
    Recommendation,
    SourceRef,
    Target,
    User,
    Version,
    Workstream,
)
from ..vocabulary import MeasureState, PlanState, RatingStep, Recurrence
from .head import LONDON
from .rows import NEAR, Row, Rows, asked_by, challenged

# The tables that are read whole; the steps of a measure's record are read by its measure.
WHOLE = (
    Action,
    ActionOfficer,
    Appointment,
    Attendance,
    Challenge,
    Group,
    HighlightReport,
    Level,
    Measure,
    Meeting,
    Outcome,
    Passage,
    Plan,
    Post,
    Recommendation,
    SourceRef,
    User,
    Version,
    Workstream,
)
STEPS = (Target, Impact)
_READERS: dict[type[models.Model], Callable[[Row], Row]] = {}


def rows_at(plan_id: int, seq: int) -> Rows:
    """The rows of this plan as they stood at a row of the ledger: a constant number of queries.

    "plan" is empty where there was no such plan yet, or no longer.
    """
    stood = stood_at(seq)
    plan = [row for row in stood[Plan] if row["id"] == plan_id]
    if not plan:
        return {"plan": []}
    groups = {row["id"]: row for row in stood[Group]}
    deciding = plan[0]["deciding_group_id"]
    workstreams = [w for w in stood[Workstream] if w["plan_id"] == plan_id and not w["withdrawn"]]
    outcomes = [o for o in stood[Outcome] if o["plan_id"] == plan_id and not o["withdrawn"]]
    whole_plan = {w["id"] for w in stood[Workstream] if w["plan_id"] == plan_id}
    whole_outcomes = {o["id"] for o in stood[Outcome] if o["plan_id"] == plan_id}
    actions = [
        a
        for a in stood[Action]
        if not a["withdrawn"] and (a["outcome_id"] in whole_outcomes or a["workstream_id"] in whole_plan)
    ]
    in_workstreams = {w["id"] for w in workstreams}
    in_outcomes = {o["id"] for o in outcomes if o["workstream_id"] in in_workstreams}
    places = {
        a["id"] for a in actions if a["outcome_id"] in in_outcomes or a["workstream_id"] in in_workstreams
    }
    measures = [m for m in stood[Measure] if m["state"] == MeasureState.LIVE and m["action_id"] in places]
    measure_ids = [m["id"] for m in measures]
    meetings = [m for m in stood[Meeting] if m["group_id"] == deciding]
    met = {m["id"] for m in meetings}
    ratings = _ratings(measure_ids, seq)
    steps = _steps(measure_ids, seq)
    challenges = [c for c in stood[Challenge] if c["plan_id"] == plan_id]
    users = {row["id"]: row for row in stood[User]}
    sources = {row["id"]: row for row in stood[Recommendation]}
    told = {row["by_id"] for row in ratings}
    return {
        "plan": [row | {"deciding_group__name": groups[deciding]["name"]} for row in plan],
        "level": _in_order(row for row in stood[Level] if row["plan_id"] == plan_id),
        "passage": _in_order(row for row in stood[Passage] if row["plan_id"] == plan_id),
        "workstream": _in_order(workstreams),
        "outcome": _in_order(outcomes),
        "action": _in_order(actions),
        "officer": _in_order(stood[ActionOfficer]),
        "measure": _in_order(measures),
        "rhythm": _rhythm(measures, seq),
        "source": [
            row
            | {
                f"recommendation__{name}": sources.get(row["recommendation_id"], {}).get(name)
                for name in ("source", "reference")
            }
            for row in stood[SourceRef]
        ],
        "post": stood[Post],
        "appointment": [row | {"user__name": users[row["user_id"]]["name"]} for row in stood[Appointment]],
        "rating": ratings,
        "target": steps[Target],
        "impact": steps[Impact],
        "attendance": [row for row in stood[Attendance] if row["meeting_id"] in met],
        "highlights": [
            row | {"group__name": groups[row["group_id"]]["name"]}
            for row in stood[HighlightReport]
            if row["meeting_id"] in met
        ],
        "challenge": challenges,
        "challenged": challenged(challenges, seq),
        "asked": asked_by(challenges, seq),
        "meeting": sorted(meetings, key=lambda row: (row["held_on"], row["id"])),
        "version": sorted(
            (
                row | {"frozen": row["picture"] is not None}
                for row in stood[Version]
                if row["plan_id"] == plan_id
            ),
            key=lambda row: row["seq"],
        ),
        "user": [row for pk, row in users.items() if pk in told],
        "ledger": [
            {"table": model._meta.db_table, "row": str(row["id"]), "seq": row["_seq"]}
            for model, rows in (
                (Rating, ratings),
                (Target, steps[Target]),
                (Impact, steps[Impact]),
                (Challenge, challenges),
            )
            for row in rows
        ],
    }


def first_row(plan_id: int, *, drafts: bool) -> tuple[int, date] | None:
    """The row of the ledger, and its day, since which there is such a plan; without `drafts`, is more than a draft."""
    rows = Ledger.objects.filter(table=Plan._meta.db_table, row=str(plan_id), after__isnull=False)
    if not drafts:
        rows = rows.exclude(after__state=PlanState.DRAFT)
    first = rows.order_by("seq").values_list("seq", "at").first()
    return (first[0], first[1].astimezone(LONDON).date()) if first else None


def _in_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["order"], row["id"]))


def stood_at(seq: int, tables: Iterable[type[models.Model]] = WHOLE) -> dict[type[models.Model], list[Row]]:
    """The rows of each of these tables as they stood, by id: one query."""
    models_of = {model._meta.db_table: model for model in tables}
    found: dict[type[models.Model], list[Row]] = {model: [] for model in models_of.values()}
    with connection.cursor() as cursor:
        cursor.execute(
            'select "table", seq, after from (select distinct on ("table", "row") "table", seq, after'
            ' from ledger.entry where "table" = any(%s) and seq <= %s order by "table", "row", seq desc) newest'
            " where after is not null",
            [list(models_of), seq],
        )
        for table, at, image in cursor.fetchall():
            model = models_of[table]
            found[model].append(_row(model, at, image))
    return {model: sorted(rows, key=lambda row: row["id"]) for model, rows in found.items()}


def _ratings(measure_ids: list[int], seq: int) -> list[Row]:
    """The newest steps of these measures, as many as `rows.rows_now` takes, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with step as (
              select seq, (after ->> 'id')::bigint id, after ->> 'measure_id' measure, after ->> 'step' step,
                (after ->> 'corrects_id')::bigint corrects
              from ledger.entry
              where coalesce(after, before) ? 'measure_id' and coalesce(after, before) ->> 'measure_id' = any(%s)
                and "table" = %s and seq <= %s
            ), near as (
              select seq, row_number() over newest from_newest,
                count(*) filter (where step = %s and id not in (select corrects from step where corrects is not null))
                  over (partition by measure order by id desc rows between unbounded preceding and 1 preceding)
                  agreed_since
              from step window newest as (partition by measure order by id desc)
            )
            select e.seq, e.after from near join ledger.entry e using (seq)
            where from_newest <= %s or agreed_since < 2
            """,
            [[str(pk) for pk in measure_ids], Rating._meta.db_table, seq, RatingStep.AGREED, NEAR],
        )
        return sorted((_row(Rating, *row) for row in cursor.fetchall()), key=lambda row: row["id"])


def _steps(measure_ids: list[int], seq: int) -> dict[type[models.Model], list[Row]]:
    """All steps of these measures' targets and impact, in order."""
    models_of = {model._meta.db_table: model for model in STEPS}
    found: dict[type[models.Model], list[Row]] = {model: [] for model in STEPS}
    with connection.cursor() as cursor:
        cursor.execute(
            'select "table", seq, after from ledger.entry'
            " where coalesce(after, before) ? 'measure_id' and coalesce(after, before) ->> 'measure_id' = any(%s)"
            ' and "table" = any(%s) and seq <= %s order by seq',
            [[str(pk) for pk in measure_ids], list(models_of), seq],
        )
        for table, at, image in cursor.fetchall():
            found[models_of[table]].append(_row(models_of[table], at, image))
    return {model: sorted(rows, key=lambda row: row["id"]) for model, rows in found.items()}


def _rhythm(measures: list[Row], seq: int) -> list[Row]:
    """From when on each recurring measure was answered as often as it was then, see `rows.rows_now`."""
    rolling = [str(m["id"]) for m in measures if m["recurrence"] not in (Recurrence.NONE, Recurrence.NOT_SET)]
    with connection.cursor() as cursor:
        cursor.execute(
            'select "row", at from ledger.entry where "table" = %s and "row" = any(%s) and seq <= %s'
            " and (before is null or before ->> 'recurrence' <> after ->> 'recurrence') order by seq",
            [Measure._meta.db_table, rolling, seq],
        )
        return [{"row": row, "at": at} for row, at in cursor.fetchall()]


def _row(model: type[models.Model], seq: int, image: str) -> Row:
    """An image as the row that it was, and under "_seq" the ledger row that says it last."""
    row: Row = json.loads(image)
    reader = _READERS.get(model)
    if reader is not None:
        row = reader(row)
    return {name: read(row) for name, read in _columns(model)} | {"_seq": seq}


@cache
def _columns(model: type[models.Model]) -> list[tuple[str, Callable[[Row], Any]]]:
    """Each column with what reads it out of an image."""

    def reading(field: "models.Field[Any, Any]") -> Callable[[Row], Any]:
        column = str(field.column)
        if isinstance(field, models.DateTimeField):
            return lambda image: _moment(image[column]) if image.get(column) else None
        if isinstance(field, models.DateField):
            return lambda image: field.to_python(image.get(column))
        return lambda image: image[column] if column in image else field.get_default()

    outside = getattr(model, "outside_the_ledger", ())
    return [
        (field.attname, reading(field))
        for field in model._meta.concrete_fields
        if field.attname not in outside
    ]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
