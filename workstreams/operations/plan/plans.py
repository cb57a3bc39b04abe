"""A plan itself: what it is called, its years, who decides it, whether it is in force."""

from typing import Any

from ...models import Group, Level, Measure, Plan, Rating
from ...vocabulary import PlanState, Token
from .. import By, Refused, recorded
from .change import change
from .fit import refuse_unfit
from .rules import as_seen

# The key of most partnerships' plans: code, word, what it means, its colour, complete, exception.
BRAG = (
    ("R", "Red", "Not on track: its delivery is at risk", Token.RED, False, True),
    (
        "A",
        "Amber",
        "Under way with some problems, and a realistic plan to recover",
        Token.AMBER,
        False,
        False,
    ),
    ("G", "Green", "Not complete yet, on track for its date", Token.GREEN, False, False),
    ("B", "Blue", "Complete", Token.BLUE, True, False),
)


def add_plan(*, deciding_group: Group, by: By | str, **facts: Any) -> Plan:
    """A draft plan. `facts`: ref, title, shape, workstream_word, year_label, starts_on, ends_on."""
    with recorded(by):
        plan = Plan(deciding_group=deciding_group, **facts)
        refuse_unfit(plan)
        plan.save()
        return plan


def start_plan(*, deciding_group: Group, with_brag: bool, by: By, **facts: Any) -> Plan:
    """A draft plan with the BRAG key, or with none yet."""
    with recorded(by):
        plan = add_plan(deciding_group=deciding_group, by=by, **facts)
    if with_brag:
        with recorded(by):
            Level.objects.bulk_create(
                Level(
                    plan=plan,
                    code=code,
                    word=word,
                    meaning=meaning,
                    token=token,
                    order=order,
                    is_complete=is_complete,
                    is_exception=is_exception,
                )
                for order, (code, word, meaning, token, is_complete, is_exception) in enumerate(BRAG, start=1)
            )
    return plan


def change_plan(*, plan: Plan, because: str, by: By, seen: int | None = None, **facts: Any) -> Plan:
    """Change what a plan is called, its years, and, while it is a draft, its address and who decides it.

    Raises as `change` does, and Refused where a plan in force would get another address or another deciding group.
    """
    if not plan.is_draft:
        if facts.get("ref", plan.ref) != plan.ref:
            raise Refused(ref="The plan is in force: links in letters and papers lead to this address.")
        group = facts.get("deciding_group", plan.deciding_group)
        if group != plan.deciding_group and Rating.objects.filter(measure__in=_measures(plan)).exists():
            raise Refused(deciding_group="This group has decided ratings of the plan, so it stays theirs.")
    return change(item=plan, because=because, by=by, seen=seen, **facts)


def _measures(plan: Plan) -> Any:
    return Measure.objects.of_plan(plan)


def make_current(*, plan: Plan, by: By | str, because: str | None = None, seen: int | None = None) -> Plan:
    """The plan that partners now work to. Raises Refused where it has no key or no measure: nothing could be rated."""
    if because is not None and not because.strip():
        raise Refused(because="Say why now: who approved the plan, and when.")
    with recorded(by, because=because or ""):
        plan = as_seen(plan, seen)
        if plan.state != PlanState.DRAFT:
            raise Refused("Only a draft becomes current, and this plan is none.")
        if not plan.levels.filter(withdrawn=False).exists():
            raise Refused("The plan has no key yet, so nothing in it could be rated. Add its levels first.")
        if not Measure.objects.live().of_plan(plan).exists():
            raise Refused("The plan has no measure yet, so nothing in it could be rated. Add one first.")
        plan.state = PlanState.CURRENT
        plan.save(update_fields=["state"])
        return plan
