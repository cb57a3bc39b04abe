"""What the scrutineer questions, with what was answered."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ..vocabulary import ChallengeStep

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer to a challenge, or the step that closed it. `seq` is its ledger row."""

    id: int
    seq: int
    step: str
    text: str
    at: datetime
    post: str

    @property
    def closes(self) -> bool:
        return self.step == ChallengeStep.CLOSED

    @property
    def on(self) -> date:
        return self.at.astimezone(LONDON).date()


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the scrutineer questions: a rating of a measure, a measure, a workstream, or the whole plan.

    `post_ids` are the posts that are asked: those on the actions that it is about, when it was raised and now.
    `title` names what it is about where the plan holds that no more.
    """

    id: int
    seq: int
    text: str
    at: datetime
    post: str
    post_ids: tuple[int, ...]
    workstream_id: int | None = None
    measure_id: int | None = None
    rating_id: int | None = None
    rating_seq: int = 0  # the ledger row of the rating that it questions
    rating: str = ""  # "Amber, agreed on 18 July 2023"
    replies: tuple[Reply, ...] = ()
    title: str = ""

    @property
    def on(self) -> date:
        return self.at.astimezone(LONDON).date()

    @property
    def closing(self) -> Reply | None:
        """The step that closed it."""
        return next((reply for reply in self.replies if reply.closes), None)

    @property
    def answers(self) -> tuple[Reply, ...]:
        return tuple(reply for reply in self.replies if not reply.closes)

    @property
    def is_open(self) -> bool:
        return self.closing is None

    @property
    def latest_id(self) -> int:
        """Its newest step: what somebody who closes it has read."""
        return self.replies[-1].id if self.replies else self.id

    @property
    def waits(self) -> bool:
        """Open, and nobody has answered yet."""
        return not self.replies
