"""Which rows of the ledger are of which plan or workstream, by its own word: what was deleted keeps its place."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Model, Q, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from ..models import (
    Action,
    ActionOfficer,
    Attendance,
    Challenge,
    HighlightReport,
    Ledger,
    Level,
    Measure,
    Meeting,
    Outcome,
    Pack,
    Passage,
    Plan,
    SourceRef,
    Version,
    Workstream,
)
from ..vocabulary import PlanState

Ids = frozenset[str]

# What hangs on a place by a column of its own; what hangs on a measure is found by the ledger's index on measures.
KEYED = (Passage, Level, Version, Challenge, SourceRef, ActionOfficer)
KEYS = ("plan_id", "workstream_id", "outcome_id", "action_id", "measure_id", "version_id")


@dataclass(frozen=True)
class Within:
    """Plans or workstreams with all that stands in them, or stood there last: ids as the ledger writes them."""

    plans: Ids
    workstreams: Ids
    outcomes: Ids
    actions: Ids
    measures: Ids
    versions: Ids

    @property
    def rows(self) -> Q:
        """Their rows, of a queryset `with_keys(…, *KEYS)`; also those by which something was moved away from them."""
        return (
            _rows(Plan, self.plans)
            | _rows(Workstream, self.workstreams)
            | _rows(Outcome, self.outcomes)
            | _rows(Action, self.actions)
            | _rows(Measure, self.measures)
            | Q(table=_table(Outcome), was_workstream_id__in=self.workstreams)
            | Q(table=_table(Action), was_workstream_id__in=self.workstreams)
            | Q(table=_table(Action), was_outcome_id__in=self.outcomes)
            | Q(table=_table(Measure), was_action_id__in=self.actions)
            | Q(table__in=[_table(model) for model in KEYED])
            & (
                Q(its_plan_id__in=self.plans)
                | Q(its_workstream_id__in=self.workstreams)
                | Q(its_outcome_id__in=self.outcomes)
                | Q(its_action_id__in=self.actions)
            )
            | of_measures(self.measures)
            | Q(table=_table(Pack), its_version_id__in=self.versions)
        )


def of_measures(ids: Iterable[str]) -> Q:
    """The record of these measures. Worded as the ledger's index on measures is."""
    return Q(whole__has_key="measure_id", its_measure_id__in=ids)


def in_plans(rows: QuerySet[Ledger], plans: Iterable[str]) -> QuerySet[Ledger]:
    """These plans: their words and key, their measures with the record, their versions and packs."""
    return with_keys(rows, *KEYS).filter(_within(plans=frozenset(plans)).rows)


def in_workstream(rows: QuerySet[Ledger], workstream: str) -> QuerySet[Ledger]:
    return with_keys(rows, *KEYS).filter(_within(workstreams=frozenset([workstream])).rows)


def under_reference(rows: QuerySet[Ledger], reference: str) -> QuerySet[Ledger]:
    """The outcomes that have this reference or ever had it, as old papers print it, with all that stands in them."""
    return with_keys(rows, *KEYS).filter(
        _within(outcomes=frozenset(called(reference).values_list("row", flat=True))).rows
    )


def called(reference: str) -> QuerySet[Ledger]:
    """The records that gave an outcome this reference, of whichever plan."""
    return Ledger.objects.filter(table=_table(Outcome), after__ref=reference)


def of_plan(rows: QuerySet[Ledger], plan: Plan) -> QuerySet[Ledger]:
    """One plan with all that is in it, and the meetings that decide it."""
    meetings = [
        str(pk) for pk in Meeting.objects.filter(group=plan.deciding_group_id).values_list("pk", flat=True)
    ]
    return with_keys(rows, *KEYS, "meeting_id").filter(
        _within(plans=frozenset([str(plan.pk)])).rows
        | _rows(Meeting, meetings)
        | Q(table__in=[_table(Attendance), _table(HighlightReport)], its_meeting_id__in=meetings)
    )


def without_drafts(rows: QuerySet[Ledger]) -> QuerySet[Ledger]:
    """Without plans that are drafted, or were when they were deleted: those are the business unit's alone."""
    drafts = _drafts()
    if not drafts:
        return rows
    drafted = ExpressionWrapper(_within(plans=drafts).rows, output_field=BooleanField())
    # A column that a row lacks is no answer, and no answer is no draft.
    return with_keys(rows, *KEYS).alias(drafted=Coalesce(drafted, Value(False))).filter(drafted=False)


def has_drafts() -> bool:
    """Whether there is anything that `without_drafts` leaves out."""
    return bool(_drafts())


def _drafts() -> Ids:
    return frozenset(pk for pk, state in _newest(Plan, "state") if state == PlanState.DRAFT)


def with_keys(rows: QuerySet[Ledger], *names: str) -> QuerySet[Ledger]:
    """Makes fields of the image askable: `its_measure_id` …, `whole`, the image, and `was_…` what the row replaced."""
    whole = Coalesce("after", "before")
    return rows.alias(
        whole=whole,
        **{f"its_{name}": KeyTextTransform(name, whole) for name in names},
        **{f"was_{name}": KeyTextTransform(name, "before") for name in names},
    )


def _within(
    *, plans: Ids = frozenset(), workstreams: Ids = frozenset(), outcomes: Ids = frozenset()
) -> Within:
    """Down from these: at most six queries, of tables that stay small beside the record."""
    if plans:
        workstreams |= _those(_newest(Workstream, "plan_id"), plans)
    if workstreams:
        outcomes |= _those(_newest(Outcome, "workstream_id"), workstreams)
    actions = _those(_newest(Action, "outcome_id"), outcomes) | _those(
        _newest(Action, "workstream_id"), workstreams
    )
    return Within(
        plans=plans,
        workstreams=workstreams,
        outcomes=outcomes,
        actions=actions,
        measures=_those(_newest(Measure, "action_id"), actions),
        versions=_those(_newest(Version, "plan_id"), plans) if plans else frozenset(),
    )


def _newest(model: type[Model], column: str) -> list[tuple[str, Any]]:
    """Each row that the table ever held, with what this column holds, or held last."""
    rows = Ledger.objects.filter(table=_table(model)).order_by("row", "-seq").distinct("row")
    return list(rows.values_list("row", KeyTextTransform(column, Coalesce("after", "before"))))


def _those(placed: Iterable[tuple[str, Any]], places: Set[str]) -> Ids:
    return frozenset(row for row, place in placed if place in places)


def _rows(model: type[Model], ids: Iterable[str]) -> Q:
    return Q(table=_table(model), row__in=ids)


def _table(model: type[Model]) -> str:
    return model._meta.db_table
