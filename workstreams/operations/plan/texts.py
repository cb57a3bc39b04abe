"""The plan's key and its texts."""

from typing import Any

from ...models import Level, Passage, Plan
from .. import By, recorded
from .fit import refuse_unfit
from .moving import at_the_end
from .rules import as_seen, lock, refuse_without_reason


def add_level(*, plan: Plan, by: By | str, because: str | None = None, **facts: Any) -> Level:
    """A level of the plan's own key, last where no `order` is given."""
    refuse_without_reason(plan, because)
    with recorded(by, because=because or ""):
        lock(plan)
        level = Level(plan=plan, **facts)
        refuse_unfit(level)
        return at_the_end(level)


def add_passage(*, plan: Plan, by: By | str, because: str | None = None, **facts: Any) -> Passage:
    """A text of the plan: kind, body, and what its kind has beside it."""
    refuse_without_reason(plan, because)
    with recorded(by, because=because or ""):
        lock(plan)
        passage = Passage(plan=plan, **facts)
        refuse_unfit(passage)
        return at_the_end(passage)


def take_out_passage(*, passage: Passage, because: str, by: By | str, seen: int | None = None) -> None:
    """The plan has this text no more; the history keeps it."""
    refuse_without_reason(passage.plan, because)
    with recorded(by, because=because):
        as_seen(passage, seen).delete()
