"""What waits for a post when it changes hands, and what was asked before somebody’s time. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from . import due
from .picture import Placed, PlanPicture
from .vocabulary import MeetingState

# The first day on which somebody held each post without a break, by post.
FirstDays = Mapping[int, date]


@dataclass(frozen=True, slots=True)
class Outstanding:
    """What waits for a post in one plan: nothing of it is in anybody's own words."""

    picture: PlanPicture
    to_update: tuple[Placed, ...]  # asked for the next meeting and not sent
    returned: tuple[Placed, ...]  # of these, sent and given back by the business unit
    proposed: tuple[Placed, ...]  # sent, and not decided yet
    dates_asked: tuple[Placed, ...]  # another target date is asked for, and not decided yet
    impact: tuple[Placed, ...]  # complete, and its impact neither reported nor accepted
    overdue: tuple[Placed, ...]

    @property
    def is_nothing(self) -> bool:
        return not (self.to_update or self.proposed or self.dates_asked or self.impact or self.overdue)


def outstanding(picture: PlanPicture, posts: frozenset[int]) -> Outstanding:
    """What waits for whoever holds these posts."""
    mine, waiting = due.own(picture, posts), due.to_do(picture, posts)
    return Outstanding(
        picture=picture,
        to_update=tuple(waiting),
        returned=tuple(p for p in waiting if p.measure.returned),
        proposed=tuple(p for p in mine if p.measure.proposal),
        dates_asked=tuple(p for p in mine if p.measure.target and p.measure.target.asked_text),
        impact=tuple(
            p for p in mine if p.measure.owes_impact and not (p.measure.impact and p.measure.impact.waits)
        ),
        overdue=tuple(p for p in mine if p.measure.is_overdue),
    )


# ---- before somebody's time


def first_day(placed: Placed, since: FirstDays) -> date | None:
    """From when on somebody answers for this measure; None where none of their posts is named on it."""
    posts = {p for officer in placed.action.officers for p in (officer.post_id, *officer.also_posts)}
    return min((since[post] for post in posts if post in since), default=None)


def fell_due_before(placed: Placed, since: FirstDays) -> bool:
    """Its target had passed when they began."""
    began, target = first_day(placed, since), placed.measure.target
    return bool(began and target and target.due_on and target.due_on < began and placed.measure.is_overdue)


def asked_before(placed: Placed, closes_on: date, since: FirstDays) -> bool:
    """Updates for the next meeting had closed when they began: whatever is missing is not late of theirs."""
    began = first_day(placed, since)
    return began is not None and closes_on < began


def newly_held(picture: PlanPicture, since: FirstDays) -> dict[int, date]:
    """The posts taken up after the last meeting that was closed, each with its first day."""
    last = picture.last_meeting
    if last is None or last.state != MeetingState.CLOSED:
        return {}
    return {post: began for post, began in since.items() if began > last.held_on}
