"""The outline of a plan: all its places in order, each with what can be done with it, and what was withdrawn."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from sscp.pages import render_page

from ...models import Action, Measure, Outcome, Plan, Target, Workstream
from ...operations import newest_rows
from ...vocabulary import MeasureState
from .. import see_other, whole
from .moves import Row, answer_move, item_meant, rows_in_line, some_move
from .nouns import (
    NOUNS,
    above_of,
    address_of,
    kept_plan,
    name_of,
    outline_of,
    rows_of,
    word_of,
    workstream_of,
)
from .writing import was_withdrawn

Beneath = dict[int | None, list[Any]]


@dataclass(frozen=True)
class Withdrawn:
    """A row that was withdrawn itself: what it is, its name, where it stood, its page."""

    what: str
    name: str
    place: str
    address: str


def keeping_page(request: HttpRequest, ref: str) -> HttpResponse:
    plan = kept_plan(request, ref)
    went, status, form = answer_move(request, plan, lambda item: outline_of(plan, item))
    if went:
        return see_other(went)
    workstreams, withdrawn = _outline(plan)
    opened = whole(request.GET.get("open"))
    if (item := item_meant(plan, form)) is not None:
        above = workstream_of(item)
        opened = above.pk if above else opened
    return render_page(
        request,
        "workstreams/keeping_page.html",
        {
            "plan": plan,
            "form": form,
            "address": outline_of(plan),
            "moving": some_move(workstreams),
            "workstreams": workstreams,
            "withdrawn": withdrawn,
            "opened": opened if len(workstreams) > 1 else workstreams[0].item.pk if workstreams else None,
            "word": plan.workstream_word,
        },
        region="outline",
        status=status,
    )


def _outline(plan: Plan) -> tuple[list[Row], list[Withdrawn]]:
    """(the workstreams with all beneath them, what was withdrawn), a constant number of queries."""
    every: dict[str, list[Any]] = {
        noun: list(rows_of(plan, noun).order_by("order", "pk"))
        for noun in ("workstreams", "outcomes", "actions", "measures")
    }
    live = {noun: [item for item in items if not was_withdrawn(item)] for noun, items in every.items()}
    outcomes, actions, straight, measures = (_by(live[noun], column) for noun, column in _ABOVE)
    officers: Beneath = _by(rows_of(plan, "officers").order_by("order", "pk"), "action_id")
    targets = _targets(live["measures"])
    seen = newest_rows(item for items in live.values() for item in items)

    def line(items: list[Any]) -> list[Row]:
        return rows_in_line(items, seen, lambda item: address_of(plan, item))

    def with_measures(rows: list[Row]) -> list[Row]:
        for row in rows:
            row.item.named = officers.get(row.item.pk, [])
            row.item.lead, *bullets = row.item.text.split("\n")
            row.item.bullets = len(bullets)
            row.rows = line(measures.get(row.item.pk, []))
            for measure in row.rows:
                measure.item.target_text = targets.get(measure.item.pk, "")
        return rows

    found = line(live["workstreams"])
    for workstream in found:
        workstream.straight = with_measures(line(straight.get(workstream.item.pk, [])))
        workstream.rows = line(outcomes.get(workstream.item.pk, []))
        for outcome in workstream.rows:
            outcome.rows = with_measures(line(actions.get(outcome.item.pk, [])))
    gone = [item for items in every.values() for item in items if was_withdrawn(item) and not _carried(item)]
    return found, [_withdrawn(plan, item) for item in gone]


_ABOVE = (
    ("outcomes", "workstream_id"),
    ("actions", "outcome_id"),
    ("actions", "workstream_id"),
    ("measures", "action_id"),
)


def _carried(item: Model) -> bool:
    return isinstance(item, Measure) and item.state == MeasureState.CARRIED


def _by(items: Any, column: str) -> Beneath:
    found: Beneath = defaultdict(list)
    for item in items:
        found[getattr(item, column)].append(item)
    return found


def _targets(measures: list[Measure]) -> dict[int, str]:
    """What is printed as the date of each."""
    steps = Target.objects.filter(measure__in=measures, step__in=Target.CURRENT_STEPS).order_by("pk")
    return dict(steps.values_list("measure_id", "text"))


def _withdrawn(plan: Plan, item: Workstream | Outcome | Action | Measure) -> Withdrawn:
    word, above = word_of(plan, NOUNS[type(item)]), above_of(item)
    where = f"{word_of(plan, NOUNS[type(above[0])])} {name_of(above[0])}" if above else ""
    return Withdrawn(word[:1].upper() + word[1:], name_of(item), where, address_of(plan, item))
