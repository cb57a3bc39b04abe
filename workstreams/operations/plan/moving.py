"""The order of things beside each other, and moving an outcome, an action or a measure to another place."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Max, Model, QuerySet

from ...models import (
    Action,
    ActionOfficer,
    Level,
    Measure,
    Outcome,
    Passage,
    Workstream,
)
from ...vocabulary import MeasureKind
from .. import By, Refused, recorded
from .rules import Item, above, as_seen, called, is_withdrawn, lock, plan_of, refuse_without_reason

Ordered = Workstream | Outcome | Action | Measure | ActionOfficer | Level | Passage
Movable = Outcome | Action | Measure


def beside(item: Ordered) -> QuerySet[Model]:
    """All that stands in the same place as this, itself among them, in order."""
    same: dict[str, Any]
    match item:
        case Workstream() | Level():
            same = {"plan": item.plan_id}
        case Outcome():
            same = {"workstream": item.workstream_id}
        case Action():
            same = {"outcome": item.outcome_id, "workstream": item.workstream_id}
        case Measure() | ActionOfficer():
            same = {"action": item.action_id}
        case Passage():
            same = {"plan": item.plan_id, "kind": item.kind}
    return type(item)._default_manager.filter(**same).order_by("order", "pk")


def at_the_end(item: Item) -> Item:
    """Write a new row, last among those beside it where it has no place of its own."""
    if item.order is None:  # type: ignore[attr-defined]
        item.order = _after(item)  # type: ignore[attr-defined,arg-type]
    item.save()
    return item


def _after(item: Ordered) -> int:
    last = beside(item).aggregate(Max("order"))["order__max"]
    return 1 + (last or 0)


def move(*, item: Item, up: bool, because: str, by: By | str, seen: int | None = None) -> Item:
    """Change places with what stands before it, or after it. What was withdrawn is passed over.

    Raises Refused where it stands first or last already, Overtaken where it was changed since.
    """
    plan = plan_of(item)
    refuse_without_reason(plan, because)
    with recorded(by, because=because):
        lock(plan)
        # All that may change, in key order: else measures would be waited for crosswise.
        list(beside(item).order_by("pk").select_for_update(no_key=True))  # type: ignore[arg-type]
        item = as_seen(item, seen)
        if is_withdrawn(item):
            raise Refused("It was withdrawn, so it has no place to move from. Restore it first.")
        line = [each for each in beside(item) if not is_withdrawn(each)]  # type: ignore[arg-type]
        at = line.index(item)
        to = at - 1 if up else at + 1
        if not 0 <= to < len(line):
            raise Refused(f"It stands {'first' if up else 'last'} already.")
        swapped = line.copy()
        swapped[at], swapped[to] = swapped[to], swapped[at]
        _put_in_order(line, swapped)
        return swapped[to]  # type: ignore[return-value]


def _put_in_order(were: Sequence[Model], now: Sequence[Model]) -> None:
    """Give the rows the numbers that stood there, or count anew where two had the same."""
    numbers = [row.order for row in were]  # type: ignore[attr-defined]
    if len(set(numbers)) < len(numbers):
        numbers = list(range(1, len(numbers) + 1))
    for row, order in zip(now, numbers, strict=True):
        if row.order != order:  # type: ignore[attr-defined]
            row.order = order  # type: ignore[attr-defined]
            row.save(update_fields=["order"])


def move_to(
    *,
    item: Movable,
    place: Workstream | Outcome | Action,
    because: str,
    by: By | str,
    seen: int | None = None,
) -> Movable:
    """Put an outcome, an action or a measure into another place of its plan, last there.

    What it is stays the same: its ratings, dates, sources and history go with it. Raises Refused where it cannot
    stand there, Overtaken where it was changed since.
    """
    plan = plan_of(item)
    refuse_without_reason(plan, because)
    with recorded(by, because=because):
        item = as_seen(item, seen)
        place.refresh_from_db()
        _refuse_place(item, place)
        columns: dict[str, Any]
        match item:
            case Outcome():
                columns = {"workstream": place}
            case Action() if isinstance(place, Outcome):
                columns = {"outcome": place, "workstream": None}
            case Action():
                columns = {"outcome": None, "workstream": place}
            case Measure():
                columns = {"action": place}
        if all(getattr(item, column) == value for column, value in columns.items()):
            raise Refused(place="It stands there already. Choose another place, or leave it.")
        for column, value in columns.items():
            setattr(item, column, value)
        item.order = _after(item)
        item.save(update_fields=[*columns, "order"])
        return item


def _refuse_place(item: Movable, place: Workstream | Outcome | Action) -> None:
    fits = {Outcome: (Workstream,), Action: (Workstream, Outcome), Measure: (Action,)}
    if not isinstance(place, fits[type(item)]) or plan_of(place) != plan_of(item):
        raise Refused(place="Choose a place of the same plan.")
    for each in (place, *above(place)):
        if is_withdrawn(each):
            raise Refused(place=f"Nothing moves to {called(each)}, which was withdrawn.")
    if isinstance(item, Measure) and item.kind == MeasureKind.PROGRESS:
        there = Measure.objects.filter(action=place.pk, kind=MeasureKind.PROGRESS)
        if there.exclude(pk=item.pk).exists():
            raise Refused(place="That action has its progress already.")
