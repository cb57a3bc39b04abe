"""What changed between two pictures of a plan, in plain sentences. Pure; matched by id, never by printed reference."""

from ..picture import PlanPicture
from ..vocabulary import short_name
from .challenges import challenges_changed
from .change import BECAUSE_LENGTH, Change, Kind, name_of
from .measures import measures_changed
from .moments import otherwise
from .places import places_changed
from .plan import passage_text, plan_changed
from .traced import COUNTED, Comparison, End, Part, Record, Subject, Traced, counted_as, in_parts
from .wording import excerpt, wording

__all__ = [
    "BECAUSE_LENGTH",
    "COUNTED",
    "Change",
    "Comparison",
    "End",
    "Kind",
    "Part",
    "Record",
    "Subject",
    "Traced",
    "between",
    "compare",
    "counted_as",
    "excerpt",
    "in_parts",
    "name_of",
    "passage_text",
    "short_name",
    "wording",
]


def compare(before: PlanPicture, after: PlanPicture) -> tuple[Change, ...]:
    """Every change from one picture to the other: exceptions first, each part in plan order.

    Both pictures must have been `seen_by` the same reader, or what one of them hides looks like a change.
    """
    changes = [
        *plan_changed(before, after),
        *places_changed(before, after),
        *measures_changed(before, after),
        *challenges_changed(before, after),
    ]
    return tuple(sorted(changes, key=lambda change: not change.is_exception))


def between(before: PlanPicture, after: PlanPicture) -> tuple[Change, ...]:
    """Every change of one plan from a moment to a later one: what `compare` says, and all that a document which was
    read could not know."""
    found = compare(before, after)
    changes = (*found, *otherwise(before, after, found))
    return tuple(sorted(changes, key=lambda change: not change.is_exception))
