"""Who is late: by post, what the next meeting asks, what was sent, and how old the last words are."""

from dataclasses import dataclass
from datetime import date

from .. import charts
from ..agenda import Asked, asked_of_posts
from ..picture import PlanPicture
from ..words import are, counted, dated, have, listed

NAMED = 3  # posts that a sentence names


@dataclass(frozen=True, slots=True)
class Late:
    """One post: what the next meeting asks of it, what it has sent, and how old its oldest words are."""

    asked: Asked
    on: date
    rated: str = "measure"

    @property
    def post(self) -> str:
        return self.asked.officer.title if self.asked.officer else "No post named"

    @property
    def total(self) -> int:
        return len(self.asked.items)

    @property
    def missing(self) -> int:
        return len(self.asked.missing)

    @property
    def updated(self) -> int:
        return self.asked.updated

    @property
    def words_on(self) -> date | None:
        """When the measure that has been silent longest last had words."""
        return min((on for item in self.asked.items if (on := item.measure.words_on)), default=None)

    @property
    def days(self) -> int:
        return (self.on - self.words_on).days if self.words_on else 0

    @property
    def oldest(self) -> str:
        """ "18 July 2023, 85 days ago; no words yet on 2 measures"."""
        wordless = sum(item.measure.words_on is None for item in self.asked.items)
        words = [f"{dated(self.words_on)}, {counted(self.days, 'day')} ago"] if self.words_on else []
        if wordless:
            words.append(f"no words yet on {counted(wordless, self.rated)}")
        return "; ".join(words)


@dataclass(frozen=True, slots=True)
class WhoIsLate:
    """By post, those with most to send first. `own_only`: the reader may know of their own posts alone."""

    plan: PlanPicture
    rows: tuple[Late, ...]
    own_only: bool

    @property
    def sentence(self) -> str:
        meeting = self.plan.next_meeting
        if meeting is None:
            return f"No meeting of the {self.plan.deciding_group} is planned, so nothing is asked for."
        asked, missing = sum(row.total for row in self.rows), sum(row.missing for row in self.rows)
        rated = self.plan.heads.rated
        what = f"{'asked of you' if self.own_only else 'asked'} for the meeting of {dated(meeting.held_on)}"
        if not asked:
            return f"Nothing is {what}."
        if not missing:
            return f"All {counted(asked, rated)} {what} {are(asked)} updated."
        sent = asked - missing
        words = f"{sent} of {counted(asked, rated)} {what} {are(sent)} updated"
        late = [row for row in self.rows if row.missing]
        posts = sum(row.asked.officer is not None for row in late)
        if len(self.rows) == 1:
            return f"{words}; {missing} {are(missing)} not."
        return (
            f"{words}. {counted(posts, 'post')} {have(posts)} something to send; most waits on {_most(late)}."
        )

    @property
    def drawing(self) -> charts.Svg:
        rows = [(row.post, row.updated, row.total) for row in self.rows]
        return charts.updated_bars("Updated for the next meeting, by post", rows)


def _most(late: list[Late]) -> str:
    """The posts that have most to send: "the Chair of MASH and the Chair of LDG (2 each)"."""
    n = late[0].missing
    posts = [
        f"the {row.post}" if row.asked.officer else "what names no post" for row in late if row.missing == n
    ]
    return f"{listed(posts) if len(posts) <= NAMED else counted(len(posts), 'post')} ({n}{' each' * (len(posts) > 1)})"


def who_is_late(plan: PlanPicture, own: frozenset[int] | None) -> WhoIsLate:
    """`own`: the posts of a reader who may not know what others have sent; None for one who may."""
    rows = [
        Late(asked, plan.on, plan.heads.rated)
        for asked in (asked_of_posts(plan) if plan.next_meeting else ())
        if asked.is_known and (own is None or (asked.officer and asked.officer.post_id in own))
    ]
    ranked = sorted(rows, key=lambda row: (row.missing, row.days), reverse=True)
    return WhoIsLate(plan, tuple(ranked), own is not None)
