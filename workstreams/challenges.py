"""The challenges of a plan as pages and papers tell them: what each is about, where it stands, how old it is. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .picture import Challenge, PlanPicture
from .words import dated, lasted


class State(StrEnum):
    """Where a challenge stands; the value is how a page says it."""

    WAITS = "Not answered"
    ANSWERED = "Answered"
    CLOSED = "Closed"


# What a reader may choose of them by where they stand.
WAYS: dict[str, tuple[str, tuple[State, ...]]] = {
    "open": ("Open", (State.WAITS, State.ANSWERED)),
    "waiting": ("Open, not answered", (State.WAITS,)),
    "answered": ("Open, answered", (State.ANSWERED,)),
    "closed": ("Closed", (State.CLOSED,)),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One challenge, as one page of that day tells it.

    `ref` and `name` are of the measure or workstream that it is about; `name` alone, where it is the plan. `number` is
    that of the workstream, "" for the whole plan.
    """

    challenge: Challenge
    ref: str
    name: str
    number: str
    on: date

    @property
    def state(self) -> State:
        if not self.challenge.is_open:
            return State.CLOSED
        return State.WAITS if self.challenge.waits else State.ANSWERED

    @property
    def about(self) -> str:
        """ "4.1 Attendance at training"."""
        return f"{self.ref} {self.name}".strip()

    @property
    def ago(self) -> str:
        """ "today", "13 days ago", "2 weeks ago"."""
        days = (self.on - self.challenge.on).days
        return f"{lasted(days)} ago" if days > 0 else "today"

    @property
    def stands(self) -> str:
        """ "Not answered for 2 weeks", "Answered, open for 3 weeks", "Closed on 18 July 2023, after 3 weeks"."""
        closing = self.challenge.closing
        if closing:
            days = (closing.on - self.challenge.on).days
            return f"Closed on {dated(closing.on)}, " + (f"after {lasted(days)}" if days else "the same day")
        days = (self.on - self.challenge.on).days
        if self.challenge.waits:
            return f"Not answered for {lasted(days)}" if days > 0 else "Raised today, not answered yet"
        return f"Answered, open for {lasted(days)}" if days > 0 else "Answered, raised today"


def told(picture: PlanPicture, challenges: Iterable[Challenge] | None = None) -> tuple[Told, ...]:
    """These challenges of the picture (all of them, where none are named), in their order."""
    chosen = picture.challenges if challenges is None else tuple(challenges)
    if not chosen:
        return ()
    placed = {p.measure.id: p for p in picture.placed()}
    workstreams = {w.id: w for w in picture.workstreams}

    def one(challenge: Challenge) -> Told:
        if challenge.measure_id is not None:
            at = placed.get(challenge.measure_id)
            if at is None:
                return Told(challenge, "", _gone(challenge, "A measure"), "", picture.on)
            return Told(challenge, at.ref, at.text, at.workstream.number, picture.on)
        if challenge.workstream_id is not None:
            workstream = workstreams.get(challenge.workstream_id)
            word = picture.workstream_word
            if workstream is None:
                return Told(challenge, "", _gone(challenge, word), "", picture.on)
            number = workstream.number
            return Told(challenge, f"{word} {number}", workstream.title, number, picture.on)
        return Told(challenge, "", picture.title, "", picture.on)

    return tuple(one(challenge) for challenge in chosen)


def _gone(challenge: Challenge, what: str) -> str:
    """ "Withdrawn since: 4.1 Attendance at training"; where a version froze no name of it, what it was."""
    return f"Withdrawn since: {challenge.title}" if challenge.title else f"{what} that has been withdrawn"


def still_open(picture: PlanPicture) -> tuple[Told, ...]:
    """Those that are open: not answered ones first, of each the oldest first."""
    every = [t for t in told(picture) if t.challenge.is_open]
    return tuple(sorted(every, key=lambda t: not t.challenge.waits))


def in_order(picture: PlanPicture) -> tuple[Told, ...]:
    """All of them: the open ones, then the closed ones with the newest first."""
    closed = [t for t in reversed(told(picture)) if not t.challenge.is_open]
    return (*still_open(picture), *closed)


def asked_of(picture: PlanPicture, posts: frozenset[int]) -> tuple[Told, ...]:
    """The open ones that ask one of these posts, not answered ones first."""
    return tuple(t for t in still_open(picture) if posts & set(t.challenge.post_ids))


def of_measure(picture: PlanPicture, measure_id: int) -> tuple[Told, ...]:
    """The open ones about one measure or a rating of it."""
    return told(picture, picture.questioned(measure_id))


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which of them somebody asks to see: by where they stand, and by the number of a workstream. "": all."""

    stands: str
    workstream: str
    words: str

    @property
    def asked(self) -> dict[str, str]:
        """As an address asks for it."""
        return {k: v for k, v in (("stands", self.stands), ("workstream", self.workstream)) if v}

    def shown(self, every: Iterable[Told]) -> tuple[Told, ...]:
        states = WAYS[self.stands][1] if self.stands else tuple(State)
        return tuple(
            t for t in every if t.state in states and (not self.workstream or t.number == self.workstream)
        )


def chosen(picture: PlanPicture, asked: Mapping[str, str]) -> Chosen:
    """What an address asks for. An unknown value hides nothing."""
    stands, number = asked.get("stands", ""), asked.get("workstream", "")
    stands = stands if stands in WAYS else ""
    number = number if any(w.number == number for w in picture.workstreams) else ""
    said = [WAYS[stands][0].lower()] if stands else []
    said += [f"{picture.workstream_word.lower()} {number}"] if number else []
    return Chosen(stands, number, ", ".join(said))
