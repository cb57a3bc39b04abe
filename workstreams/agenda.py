"""What a meeting has before it, measure by measure, and what it decided: read from a picture. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from .picture import Level, Measure, Officer, Placed, PlanPicture, Rating
from .vocabulary import OfficerRole, RatingStep


class Result(Enum):
    """Where a measure stands at a meeting; the value is how a page says it."""

    AGREED = "Agreed"
    AMENDED = "Amended"
    DEFERRED = "Deferred"
    NOT_REACHED = "Not reached"
    TO_DECIDE = "To decide"
    NOT_UPDATED = "Not updated"


@dataclass(frozen=True, slots=True)
class Item:
    """A measure on the agenda: what was proposed, what stood before, what was decided."""

    placed: Placed

    @property
    def measure(self) -> Measure:
        return self.placed.measure

    @property
    def name(self) -> str:
        """The opening line of its text, without tags; of its action's, where it has no text of its own."""
        return (self.measure.plain or self.placed.action.text).partition("\n")[0]

    @property
    def proposed(self) -> Rating | None:
        return self.measure.tabled

    @property
    def before(self) -> Rating | None:
        """The agreement that the meeting found."""
        return self.measure.found

    @property
    def decision(self) -> Rating | None:
        return self.measure.decision

    @property
    def result(self) -> Result:
        decision = self.decision
        if decision is None:
            return Result.TO_DECIDE if self.proposed else Result.NOT_UPDATED
        if decision.step != RatingStep.AGREED:
            return Result[decision.step]
        as_proposed = self.proposed.level == decision.level if self.proposed else not decision.because
        return Result.AGREED if as_proposed else Result.AMENDED

    @property
    def is_decided(self) -> bool:
        return self.decision is not None

    @property
    def is_to_decide(self) -> bool:
        return self.result is Result.TO_DECIDE

    @property
    def is_amended(self) -> bool:
        """Another level was agreed than the one proposed."""
        return self.result is Result.AMENDED and self.proposed is not None

    @property
    def is_set_by_itself(self) -> bool:
        """The meeting agreed a level that nobody had proposed (as far as the reader may know)."""
        return self.result is Result.AMENDED and self.proposed is None

    @property
    def answered_late(self) -> bool:
        """An update was sent while the meeting was in session: the next one decides it."""
        return self.measure.proposal is not None and self.measure.proposal != self.proposed

    @property
    def level(self) -> Level | None:
        """What the agenda shows beside it: the level decided, else proposed, else agreed before."""
        shown = self.decision if self.decision and self.decision.level else self.proposed or self.before
        return shown.level if shown else None

    @property
    def level_before(self) -> Level | None:
        return self.before.level if self.before else None

    @property
    def level_stays(self) -> bool:
        return self.proposed is not None and self.proposed.level == self.level_before

    @property
    def words(self) -> str:
        """ "Agreed Green", "To decide", "Not updated"."""
        if self.decision and self.decision.level:
            return f"{'Amended to' if self.is_amended else 'Agreed'} {self.decision.level.word}"
        return (
            "Updated for the next meeting" if self.answered_late and not self.proposed else self.result.value
        )

    def judges_itself(self, deciding: Iterable[int]) -> bool:
        """Whether the post that proposed this is among the `deciding` posts that were present."""
        return self.proposed is not None and self.proposed.post_id in set(deciding)


@dataclass(frozen=True, slots=True)
class Part:
    """Some items of the agenda under one heading. `as_one`: they may be agreed together, as they stand."""

    heading: str
    items: tuple[Item, ...]
    as_one: bool = False


@dataclass(frozen=True, slots=True)
class Agenda:
    """What one meeting decides, exceptions first, and what was not updated for it."""

    parts: tuple[Part, ...]

    def __iter__(self) -> Iterator[Item]:
        return (item for part in self.parts for item in part.items)

    def find(self, measure_id: int) -> Item | None:
        return next((item for item in self if item.measure.id == measure_id), None)

    def of(self, *results: Result) -> list[Item]:
        return [item for item in self if item.result in results]

    @property
    def to_decide(self) -> list[Item]:
        return self.of(Result.TO_DECIDE)

    @property
    def agreed(self) -> list[Item]:
        return self.of(Result.AGREED)

    @property
    def amended(self) -> list[Item]:
        """Agreed at another level than the one proposed, or without a proposal: each has its reason."""
        return self.of(Result.AMENDED)

    @property
    def deferred(self) -> list[Item]:
        return self.of(Result.DEFERRED)

    @property
    def not_reached(self) -> list[Item]:
        return self.of(Result.NOT_REACHED)

    @property
    def not_updated(self) -> list[Item]:
        return self.of(Result.NOT_UPDATED)

    @property
    def known_not_updated(self) -> list[Item]:
        """Those of which the reader may know it."""
        return [item for item in self.not_updated if item.measure.not_updated]

    @property
    def otherwise(self) -> list[Item]:
        """What was decided otherwise than it was proposed."""
        return self.of(Result.AMENDED, Result.DEFERRED, Result.NOT_REACHED)

    @property
    def most_telling_first(self) -> list[Item]:
        """What was decided: first what was amended, deferred or not reached, each in the agenda's order."""
        return sorted(self.decided, key=lambda item: item.result is Result.AGREED)

    @property
    def decided(self) -> list[Item]:
        return [item for item in self if item.is_decided]

    @property
    def total(self) -> int:
        """How many there are to decide in all: what was proposed, and what was decided without a proposal."""
        return len(self.decided) + len(self.to_decide)

    @property
    def unchanged(self) -> list[Item]:
        """What may still be agreed together, as it stands."""
        return [item for part in self.parts if part.as_one for item in part.items if item.is_to_decide]

    def next_after(self, measure_id: int | None) -> Item | None:
        """The next to decide after this one, going round to the first; None where all are decided."""
        items = list(self)
        place = next((n for n, item in enumerate(items) if item.measure.id == measure_id), -1)
        return next((item for item in items[place + 1 :] + items[: place + 1] if item.is_to_decide), None)


def agenda_of(picture: PlanPicture) -> Agenda:
    """The agenda of the meeting that the picture speaks of."""
    worst_first = [level for level in picture.key if level.is_exception]
    parts: dict[str, list[Item]] = {f"Proposed {level.word}": [] for level in worst_first}
    parts |= {CHANGED: [], COMPLETE: [], DATE_ASKED: [], UNCHANGED: [], NOT_UPDATED: []}
    for placed in picture.placed():
        item = Item(placed)
        if item.proposed or item.decision or item.measure.asked:
            parts[_heading(item)].append(item)
    return Agenda(
        tuple(Part(heading, tuple(items), heading == UNCHANGED) for heading, items in parts.items() if items)
    )


CHANGED = "Another level"
COMPLETE = "Complete, to confirm"
DATE_ASKED = "Another date asked for"
UNCHANGED = "Unchanged"
NOT_UPDATED = "Not updated"


def _heading(item: Item) -> str:
    level = item.proposed.level if item.proposed else None
    if level is None:
        return NOT_UPDATED
    if level.is_exception:
        return f"Proposed {level.word}"
    if level.is_complete:
        return COMPLETE
    if not item.level_stays:
        return CHANGED
    return DATE_ASKED if item.measure.target and item.measure.target.asked_text else UNCHANGED


# ---- before the meeting: who has updated


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
            officer = _post_asked(placed)
            key = officer.post_id if officer else None
            officers.setdefault(key, officer)
            rows.setdefault(key, []).append(Item(placed))
    return [Asked(officers[key], tuple(items)) for key, items in rows.items()]


def _post_asked(placed: Placed) -> Officer | None:
    by_rank = (OfficerRole.LEAD, OfficerRole.DSL, OfficerRole.SUPPORT)
    return min(
        placed.action.officers, key=lambda officer: by_rank.index(OfficerRole(officer.role)), default=None
    )


# ---- after it: counts, from the steps themselves


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a rating, as the tables hold it."""

    id: int
    measure_id: int
    step: str
    level_id: int | None
    meeting_id: int | None
    because: str


def tallies(steps: Iterable[Step]) -> dict[int, Counter[Result]]:
    """What each meeting decided, each measure once: its last decision there. `steps` in the order written."""
    last: dict[tuple[int, int], Result] = {}
    standing: dict[int, Step | None] = {}
    tabled: dict[tuple[int, int], Step | None] = {}
    for step in steps:
        if step.step == RatingStep.PROVISIONAL:
            standing[step.measure_id] = step
        elif step.step == RatingStep.REMOVED:
            standing[step.measure_id] = None
        elif step.meeting_id is not None:
            place = (step.meeting_id, step.measure_id)
            proposal = tabled.setdefault(place, standing.get(step.measure_id))
            last[place] = _result(step, proposal)
            if step.step == RatingStep.AGREED:
                standing[step.measure_id] = None
    found: dict[int, Counter[Result]] = {}
    for (meeting_id, _), result in last.items():
        found.setdefault(meeting_id, Counter())[result] += 1
    return found


def _result(step: Step, proposal: Step | None) -> Result:
    if step.step != RatingStep.AGREED:
        return Result[step.step]
    as_proposed = proposal.level_id == step.level_id if proposal else not step.because
    return Result.AGREED if as_proposed else Result.AMENDED


def next_label(label: str) -> str:
    """The version label after this one, counted and not calculated: 1.10 after 1.9. "" where it has no number."""
    numbers, _, _ = label.strip().partition(" ")
    head, dot, last = numbers.rpartition(".")
    return f"{head}{dot}{int(last) + 1}" if last.isdecimal() else ""
