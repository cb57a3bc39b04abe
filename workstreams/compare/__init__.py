"""What changed between two pictures of a plan, in plain sentences. Pure; matched by id, never by printed reference."""

from ..picture import PlanPicture
from ..vocabulary import short_name
from .change import BECAUSE_LENGTH, Change, Kind, name_of
from .measures import measures_changed
from .places import places_changed
from .plan import plan_changed
from .wording import wording

__all__ = ["BECAUSE_LENGTH", "Change", "Kind", "compare", "name_of", "short_name", "wording"]


def compare(before: PlanPicture, after: PlanPicture) -> tuple[Change, ...]:
    """Every change from one picture to the other: exceptions first, each part in plan order.

    Both pictures must have been `seen_by` the same reader, or what one of them hides looks like a change.
    """
    changes = [
        *plan_changed(before, after),
        *places_changed(before, after),
        *measures_changed(before, after),
    ]
    return tuple(sorted(changes, key=lambda change: not change.is_exception))
