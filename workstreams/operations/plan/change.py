"""Changing some facts of any one row of the plan, with a reason."""

from typing import Any

from .. import By, Refused, recorded
from .fit import refuse_unfit
from .rules import Item, as_seen, plan_of, refuse_without_reason


def change(*, item: Item, because: str, by: By | str, seen: int | None = None, **facts: Any) -> Item:
    """Change some facts of one row of the plan, and say why; in a draft the reason may be left empty.

    `seen` is the newest ledger row of what was looked at; None where nobody looked, as when a document is applied.
    Raises Refused where it does not say why, changes nothing or cannot be, Overtaken where it was changed since.
    """
    refuse_without_reason(plan_of(item), because)
    with recorded(by, because=because):
        item = as_seen(item, seen)
        changed = [name for name, value in facts.items() if getattr(item, name) != value]
        if not changed:
            raise Refused("Nothing is different from what stands. Change something, or leave it.")
        for name in changed:
            setattr(item, name, facts[name])
        refuse_unfit(item)
        item.save(update_fields=changed)
        return item
