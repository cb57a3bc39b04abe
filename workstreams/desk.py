"""What lies on the business unit's desk before a meeting: read from a picture. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from . import life
from .agenda import Asked, Item
from .life import Act, Standing
from .picture import Placed, PlanPicture, Workstream


def asked_of_workstreams(picture: PlanPicture) -> list[tuple[Workstream, Asked]]:
    """What is asked for the picture's meeting, workstream by workstream."""
    rows: dict[int, list[Item]] = {}
    for placed in picture.placed():
        if placed.measure.asked:
            rows.setdefault(placed.workstream.id, []).append(Item(placed))
    return [(w, Asked(None, tuple(rows[w.id]))) for w in picture.workstreams if w.id in rows]


@dataclass(frozen=True, slots=True)
class Came:
    """An update that was sent for the meeting, and where it stands: on its way to it, or taken out again."""

    placed: Placed

    @property
    def item(self) -> Item:
        return Item(self.placed)

    @property
    def stands(self) -> Standing:
        return self.placed.measure.stands

    @property
    def can_be_returned(self) -> bool:
        return not life.refusal(Act.RETURN, self.stands)


def came(picture: PlanPicture) -> list[Came]:
    """The updates that stand undecided and those that were returned or taken back, in plan order."""
    out = (Standing.RETURNED, Standing.WITHDRAWN)
    return [
        Came(placed)
        for placed in picture.placed()
        if placed.measure.proposal or (placed.measure.stands in out and placed.measure.asked)
    ]


def to_return(picture: PlanPicture, *, measure: int | None = None, post: int | None = None) -> list[Came]:
    """What may still be returned: of one measure, of what one post sent, or all of it."""
    return [
        c
        for c in came(picture)
        if c.can_be_returned
        and (measure is None or c.placed.measure.id == measure)
        and (post is None or _sent_by(c) == post)
    ]


@dataclass(frozen=True, slots=True)
class Sender:
    """A post and how many of its updates may still be returned."""

    post_id: int
    title: str
    updates: int


def senders(returnable: Iterable[Came]) -> list[Sender]:
    """Who sent them, in plan order."""
    found: dict[int, Sender] = {}
    for each in returnable:
        proposal = each.placed.measure.proposal
        if proposal:
            so_far = found.get(proposal.post_id)
            updates = so_far.updates + 1 if so_far else 1
            found[proposal.post_id] = Sender(proposal.post_id, proposal.post, updates)
    return list(found.values())


def _sent_by(came: Came) -> int | None:
    proposal = came.placed.measure.proposal
    return proposal.post_id if proposal else None


def exceptions(picture: PlanPicture) -> list[Item]:
    """What is proposed at a level that the Executive must hear of: Amber and Red in a business plan."""
    return [
        Item(placed)
        for placed in picture.placed()
        if (proposal := placed.measure.proposal) and proposal.level and proposal.level.is_exception
    ]


def impact_not_accepted(picture: PlanPicture) -> list[Item]:
    """Complete, as the Executive agreed, and the difference that it made is not accepted yet."""
    return [Item(placed) for placed in picture.placed() if placed.measure.owes_impact]


def dates_asked(picture: PlanPicture) -> list[Item]:
    """Measures for which another target date is asked for."""
    return [
        Item(placed)
        for placed in picture.placed()
        if placed.measure.target and placed.measure.target.asked_text
    ]
