"""What every change of a plan obeys: which plan it is of, who waits for whom, what was seen, and a reason."""

from typing import TypeVar

from django.db.models import Model, Q

from ...models import (
    Action,
    ActionOfficer,
    Level,
    Measure,
    Outcome,
    Passage,
    Plan,
    Recommendation,
    SourceRef,
    Workstream,
)
from ...models.plan import MeasureQuerySet
from ...vocabulary import MeasureState, short_name
from .. import Overtaken, Refused, newest_row

Item = TypeVar("Item", bound=Model)
Place = Workstream | Outcome | Action | Measure

SAY_WHY = "Say why, for whoever reads the plan in a year."


def plan_of(item: Model) -> Plan | None:
    """The plan that a row belongs to; None for what belongs to all plans."""
    match item:
        case Plan():
            return item
        case Level() | Workstream() | Outcome() | Passage():
            return item.plan
        case Action():
            return plan_of(_at_least_one(item.outcome, item.workstream))
        case ActionOfficer() | Measure():
            return plan_of(item.action)
        case SourceRef():
            return plan_of(_at_least_one(item.outcome, item.action, item.measure))
    return None


def _at_least_one(*places: Model | None) -> Model:
    return next(place for place in places if place is not None)  # a constraint holds this


def lock(plan: Plan | None) -> None:
    """One change of a plan's shape at a time, and none while an edition of it is frozen."""
    if plan is not None:
        Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)


def as_seen(item: Item, seen: int | None) -> Item:
    """The row as it stands, locked, and its plan before it.

    `seen` is the newest ledger row of what was looked at; None where nobody looked, as when a document is applied.
    Raises Overtaken where it was changed since, or is gone.
    """
    lock(plan_of(item))
    manager = type(item)._default_manager
    found: Item | None = manager.select_for_update(no_key=True, of=("self",)).filter(pk=item.pk).first()
    if found is None or (seen is not None and newest_row(found) != seen):
        raise Overtaken(None)
    return found


def refuse_without_reason(plan: Plan | None, because: str | None) -> None:
    """A draft may be written without reasons. None: nobody was asked, as when a document is applied."""
    if because is not None and not because.strip() and not (plan and plan.is_draft):
        raise Refused(because=SAY_WHY)


# ---- places


def is_withdrawn(item: Model) -> bool:
    """It was withdrawn itself, whatever stands above it."""
    if isinstance(item, Measure):
        return item.state != MeasureState.LIVE
    return bool(getattr(item, "withdrawn", False))


def above(item: Model) -> list[Workstream | Outcome | Action]:
    """The places that a place stands in, the nearest first."""
    match item:
        case Measure():
            return [item.action, *above(item.action)]
        case Action():
            place = item.outcome or item.workstream
            return [place, *above(place)] if place else []
        case Outcome():
            return [item.workstream]
    return []


def measures_beneath(place: Model) -> MeasureQuerySet:
    """Every measure of a place, whatever became of it. Of a plan: all."""
    match place:
        case Plan():
            return Measure.objects.of_plan(place)
        case Workstream():
            return Measure.objects.filter(Q(action__outcome__workstream=place) | Q(action__workstream=place))
        case Outcome():
            return Measure.objects.filter(action__outcome=place)
        case Action():
            return Measure.objects.filter(action=place)
        case Measure():
            return Measure.objects.filter(pk=place.pk)
    return Measure.objects.none()


def called(item: Model) -> str:
    """How a sentence names one row: "workstream 1", "outcome 1.2", "the action “…”"."""
    match item:
        case Workstream():
            return f"{item.plan.workstream_word.lower()} {item.number}"
        case Outcome():
            return f"outcome {item.ref}" if item.ref else f"the outcome “{short_name(item.statement)}”"
        case Action():
            return f"the action “{short_name(item.text)}”"
        case Measure():
            return f"the measure “{short_name(item.text or item.action.text)}”"
        case Level():
            return f"the level {item.word}"
        case Passage():
            return f"the text “{short_name(item.heading or item.body)}”"
        case ActionOfficer():
            return str(item.post)
        case SourceRef():
            return f"the source “{item.printed}”"
        case Recommendation():
            return f"the recommendation {item}"
    return str(item)
