"""Before a meeting: what is asked of whom."""

from dataclasses import dataclass

from ..picture import Action, Officer, PlanPicture
from ..vocabulary import OfficerRole
from .item import Item


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of one post for the meeting that the picture speaks of."""

    officer: Officer | None
    items: tuple[Item, ...]

    @property
    def is_known(self) -> bool:
        """False for a reader who may not know whether another post has updated."""
        return all(item.measure.updated is not None for item in self.items)

    @property
    def updated(self) -> int:
        return sum(item.measure.updated is True for item in self.items)

    @property
    def missing(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.measure.not_updated)


def asked_of_posts(picture: PlanPicture) -> list[Asked]:
    """By the first lead of the action, or the Delegated Safeguarding Lead where none leads, in plan order."""
    rows: dict[int | None, list[Item]] = {}
    officers: dict[int | None, Officer | None] = {}
    for placed in picture.placed():
        if placed.measure.asked:
            officer = leading(placed.action)
            key = officer.post_id if officer else None
            officers.setdefault(key, officer)
            rows.setdefault(key, []).append(Item(placed))
    return [Asked(officers[key], tuple(items)) for key, items in rows.items()]


def leading(action: Action) -> Officer | None:
    """The first lead of an action, or the Delegated Safeguarding Lead where none leads."""
    by_rank = (OfficerRole.LEAD, OfficerRole.DSL, OfficerRole.SUPPORT)
    return min(action.officers, key=lambda officer: by_rank.index(OfficerRole(officer.role)), default=None)
