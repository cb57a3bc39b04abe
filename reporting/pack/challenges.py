"""The scrutineer's challenges as a report prints them, and their log as a paper of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from workstreams.challenges import State, Told, in_order
from workstreams.picture import PlanPicture
from workstreams.vocabulary import short_name

from .paper import Paper

NAME_LENGTH = 120  # of a measure in a heading: two lines


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, or the words with which the scrutineer closed it."""

    closes: bool
    post: str
    on: date
    text: str
    seq: int


@dataclass(frozen=True, slots=True)
class Challenged:
    """One challenge with all that was answered. `seq` is its ledger row, `rating_seq` that of its rating."""

    ref: str
    name: str
    rating: str
    rating_seq: int
    text: str
    post: str
    on: date
    state: str
    stands: str
    seq: int
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class ChallengeLog(Paper):
    """The log of challenges before it is drawn. Two drawings of equal logs are equal."""

    template = "reporting/challenge_log.html"
    kind: ClassVar[str] = "CHALLENGES"
    agreed: ClassVar[bool] = True  # the record as it stands: nothing in it waits for a decision

    partnership: str
    ref: str
    title: str
    deciding_group: str
    on: date
    seq: int
    hash: str
    chosen: str  # which challenges, in words; "" for all
    partial: bool  # its reader sees those alone that ask a post of theirs
    challenges: tuple[Challenged, ...]

    @property
    def standing(self) -> str:
        return f"Challenges{f': {self.chosen}' if self.chosen else ''}"

    @property
    def kind_words(self) -> str:
        return "What the independent scrutineer questioned, and what was answered"

    @property
    def summary(self) -> tuple[tuple[str, int], ...]:
        """(where it stands, how many)."""
        counts = ((state.value, sum(c.state == state for c in self.challenges)) for state in State)
        return tuple((what, n) for what, n in counts if n)


def log_of(
    picture: PlanPicture, shown: Iterable[Told], *, partnership: str, chosen: str, partial: bool
) -> ChallengeLog:
    """The log of these challenges of the picture."""
    return ChallengeLog(
        partnership=partnership,
        ref=picture.ref,
        title=picture.title,
        deciding_group=picture.deciding_group,
        on=picture.on,
        seq=picture.seq,
        hash=picture.hash,
        chosen=chosen,
        partial=partial,
        challenges=tuple(_challenged(told) for told in shown),
    )


def to_report(picture: PlanPicture) -> tuple[Challenged, ...]:
    """What a meeting hears of: all that are open, and those closed since the last meeting."""
    since = picture.last_meeting.held_on if picture.last_meeting else date.min
    return tuple(
        _challenged(told)
        for told in in_order(picture)
        if (closing := told.challenge.closing) is None or closing.on >= since
    )


def _challenged(told: Told) -> Challenged:
    challenge = told.challenge
    return Challenged(
        ref=told.ref,
        name=short_name(told.name, NAME_LENGTH),
        rating=challenge.rating,
        rating_seq=challenge.rating_seq,
        text=challenge.text,
        post=challenge.post,
        on=challenge.on,
        state=told.state.value,
        stands=told.stands,
        seq=challenge.seq,
        answers=tuple(Answer(r.closes, r.post, r.on, r.text, r.seq) for r in challenge.replies),
    )
