"""What leaves the plan, and references that pass from one row to another."""

from ...models import Plan
from ...picture import PlanPicture
from ...vocabulary import MeasureState
from ..plan.withdrawing import refuse_on_the_table
from .rows import Rows, change


def leave(plan: Plan, rows: Rows, live: PlanPicture, picture: PlanPicture) -> None:
    """Withdraw what the live picture has and the new one does not: the highest place alone, all beneath goes with it.

    Raises Refused where a meeting has some of it before it.
    """
    streams = {w.id for w in picture.workstreams}
    outcomes = {o.id for w in picture.workstreams for o in w.outcomes}
    actions = {a.id for w in picture.workstreams for o in w.outcomes for a in o.actions}
    stays = {m.id for m in picture.measures}
    refuse_on_the_table(plan, [rows.measures[m.id] for m in live.measures if m.id not in stays])
    for w in live.workstreams:
        if w.id not in streams:
            change(rows.workstreams[w.id], {"withdrawn": True})
        for o in w.outcomes:
            if not o.is_unnamed and o.id not in outcomes and w.id in streams:
                change(rows.outcomes[o.id], {"withdrawn": True})
            place_stays = w.id in streams if o.is_unnamed else o.id in outcomes
            for a in o.actions:
                if a.id not in actions and place_stays:
                    change(rows.actions[a.id], {"withdrawn": True})
                for m in a.measures:
                    if m.id not in stays and a.id in actions:
                        change(rows.measures[m.id], {"state": MeasureState.WITHDRAWN})


def free_references(rows: Rows, picture: PlanPicture) -> None:
    """Take numbers and references from the rows that give them to others, which no two may have at once."""
    numbers = {w.number: w.id for w in picture.workstreams}
    for pk, stream in rows.workstreams.items():
        if not stream.withdrawn and numbers.get(stream.number, pk) != pk:
            change(stream, {"number": f"~{pk}"})
    refs = {o.ref: o.id for w in picture.workstreams for o in w.outcomes if not o.is_unnamed and o.ref}
    stays = set(refs.values())
    for pk, outcome in rows.outcomes.items():
        if not outcome.withdrawn and refs.get(outcome.ref, pk) != pk:
            # What stands under a withdrawn place keeps its reference, and says itself that it is withdrawn.
            change(outcome, {"ref": ""} if pk in stays else {"withdrawn": True})
