"""The plan's places: workstreams, outcomes, actions and who is responsible for them.

`because` says why; None where nobody was asked, as when a document is applied. Without an `order` a new row stands
last among those beside it.
"""

from typing import Any

from ...models import Action, ActionOfficer, Outcome, Plan, Post, Workstream
from .. import By, Refused, recorded
from .fit import refuse_unfit
from .moving import at_the_end
from .rules import above, as_seen, called, is_withdrawn, lock, plan_of, refuse_without_reason


def add_workstream(*, plan: Plan, by: By | str, because: str | None = None, **facts: Any) -> Workstream:
    refuse_without_reason(plan, because)
    with recorded(by, because=because or ""):
        lock(plan)
        workstream = Workstream(plan=plan, **facts)
        refuse_unfit(workstream)
        return at_the_end(workstream)


def add_outcome(*, workstream: Workstream, by: By | str, because: str | None = None, **facts: Any) -> Outcome:
    refuse_without_reason(workstream.plan, because)
    with recorded(by, because=because or ""):
        lock(workstream.plan)
        refuse_withdrawn_place(workstream)
        outcome = Outcome(plan=workstream.plan, workstream=workstream, **facts)
        refuse_unfit(outcome)
        return at_the_end(outcome)


def add_action(
    *, place: Outcome | Workstream, by: By | str, because: str | None = None, **facts: Any
) -> Action:
    """An action of an outcome, or one straight under its workstream."""
    refuse_without_reason(place.plan, because)
    with recorded(by, because=because or ""):
        lock(place.plan)
        refuse_withdrawn_place(place)
        action = Action(**{"outcome" if isinstance(place, Outcome) else "workstream": place}, **facts)
        refuse_unfit(action)
        return at_the_end(action)


def refuse_withdrawn_place(place: Workstream | Outcome | Action) -> None:
    """Nothing is put where the plan ends. Belongs after the plan's lock; looks at the tables anew."""
    place.refresh_from_db()
    for each in (place, *above(place)):
        if is_withdrawn(each):
            raise Refused(f"Nothing is added to {called(each)}, which was withdrawn. Restore it first.")


def name_officer(
    *,
    action: Action,
    post: Post,
    role: str,
    printed: str,
    by: By | str,
    order: int | None = None,
    because: str | None = None,
) -> ActionOfficer:
    """Make a post responsible for an action: its holder may update the action's measures from now on."""
    plan = plan_of(action)
    refuse_without_reason(plan, because)
    with recorded(by, because=because or ""):
        lock(plan)
        officer = ActionOfficer(action=action, post=post, role=role, printed=printed)
        if order is not None:
            officer.order = order
        refuse_unfit(officer)
        return at_the_end(officer)


def take_off_officer(*, officer: ActionOfficer, because: str, by: By | str, seen: int | None = None) -> None:
    """The action names this post no more: its holder cannot update the action's measures from now on."""
    refuse_without_reason(plan_of(officer), because)
    with recorded(by, because=because):
        as_seen(officer, seen).delete()
