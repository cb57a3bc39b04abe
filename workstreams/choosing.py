"""Which plan is meant, where a partnership has several: the one in the address, else the first in order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .models import Plan


@dataclass(frozen=True)
class Choice:
    """A plan that can be chosen, and where that leads."""

    plan: Plan
    address: str
    is_chosen: bool


def meant(plans: Sequence[Plan], ref: str | None) -> Plan | None:
    """The plan of this reference; without one the first. None where there is none."""
    return next((plan for plan in plans if ref in (None, "", plan.ref)), None)


def choices(plans: Sequence[Plan], chosen: Plan, address: Callable[[Plan], str]) -> list[Choice]:
    """Nothing where there is nothing to choose."""
    if len(plans) < 2:
        return []
    return [Choice(plan, address(plan), plan == chosen) for plan in plans]
