"""The rows of one plan by id, withdrawn ones too; while a picture is written, also by its ids below 0."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from ...models import Action, Measure, Outcome, Plan, Workstream


@dataclass(slots=True)
class Rows:
    workstreams: dict[int, Workstream]
    outcomes: dict[int, Outcome]
    actions: dict[int, Action]
    measures: dict[int, Measure]

    @classmethod
    def of(cls, plan: Plan) -> "Rows":
        actions = Action.objects.filter(workstream__plan=plan) | Action.objects.filter(outcome__plan=plan)
        return cls(
            {row.pk: row for row in Workstream.objects.filter(plan=plan)},
            {row.pk: row for row in Outcome.objects.filter(plan=plan)},
            {row.pk: row for row in actions},
            {row.pk: row for row in Measure.objects.of_plan(plan).select_related("action")},
        )


def change(row: Model, facts: Mapping[str, Any]) -> None:
    """Give the row these facts, and save those that it did not have."""
    changed = [name for name, value in facts.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, facts[name])
    if changed:
        row.save(update_fields=changed)
