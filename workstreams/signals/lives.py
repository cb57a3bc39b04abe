"""What the signals look at: each measure with all its steps, read once from plain rows. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from .. import due
from ..compare import name_of
from ..life import Row, lived
from ..picture import Level, Measure, Placed, PlanPicture
from ..vocabulary import HELD_OVER, NO_CHANGE, RatingStep, TargetStep
from ..words import listed


@dataclass(frozen=True, slots=True)
class Lead:
    """Who answers for a measure: the group of the post that leads its action, or that post itself."""

    key: str
    name: str
    post: str


NOBODY = Lead("nobody", "No post named", "")


@dataclass(frozen=True, slots=True)
class Update:
    """A level that was proposed with its words, and not taken out before a meeting had it.

    `heard_on`: the last meeting that had it before it; None while it waits for its first.
    """

    id: int
    seq: int
    level: Level
    words: str
    recovery_plan: str
    evidence: str
    sent_on: date
    heard_on: date | None = None

    @property
    def says_no_change(self) -> bool:
        return self.words.strip().rstrip(".").casefold() == NO_CHANGE.casefold()


@dataclass(frozen=True, slots=True)
class Agreement:
    """A level that the deciding group agreed, with the update that it decided on, where one was before it."""

    seq: int
    level: Level
    on: date
    because: str
    update: Update | None


@dataclass(frozen=True, slots=True)
class TargetStepped:
    """One step of a target: `on` is the day of the meeting that decided it, or else of its record."""

    seq: int
    step: str
    text: str
    due_on: date | None
    on: date

    @property
    def stands(self) -> bool:
        """It is a target, not only asked for or refused."""
        return self.step in (TargetStep.SET, TargetStep.AGREED)


@dataclass(frozen=True, slots=True)
class Life:
    """One measure of the plan with everything that was said and decided of it, oldest first."""

    placed: Placed
    lead: Lead
    begun_on: date
    updates: tuple[Update, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    targets: tuple[TargetStepped, ...] = ()

    @property
    def measure(self) -> Measure:
        return self.placed.measure

    @property
    def name(self) -> str:
        return name_of(self.placed)

    @property
    def rolls(self) -> bool:
        return due.rolls(self.measure.recurrence)

    @property
    def agreed(self) -> Agreement | None:
        return self.agreements[-1] if self.agreements else None


@dataclass(frozen=True, slots=True)
class Record:
    """A plan, the lives of its measures, its whole key in order, and the days of the regular meetings that closed."""

    plan: PlanPicture
    lives: tuple[Life, ...]
    levels: tuple[Level, ...]
    meetings: tuple[date, ...]

    @property
    def on(self) -> date:
        return self.plan.on

    @property
    def leads(self) -> tuple[Lead, ...]:
        """Each group or post once, in the order of the plan."""
        return tuple({life.lead.key: life.lead for life in self.lives}.values())

    def of(self, lead: Lead) -> "Record":
        """This record with the measures of one group or post alone."""
        return replace(self, lives=tuple(life for life in self.lives if life.lead.key == lead.key))

    @property
    def rated(self) -> str:
        """What has a rating, in the middle of a sentence."""
        return self.plan.heads.rated

    @property
    def on_track(self) -> tuple[Level, ...]:
        """The levels of its key that say neither complete nor off track: Green."""
        return tuple(level for level in self.plan.key if is_on_track(level))

    @property
    def on_track_words(self) -> str:
        """ "Green"; "In progress or Ongoing"."""
        return listed([level.word for level in self.on_track]).replace(" and ", " or ")

    @staticmethod
    def meaning_of(levels: Iterable[Level]) -> str:
        """What the plan's own key says of these levels, as a sentence after others: where a rule comes from."""
        said = [f"{level.word} means “{level.meaning.rstrip('.')}”" for level in levels if level.meaning]
        return f" In this plan’s key {listed(said)}." if said else ""

    @property
    def complete_words(self) -> str:
        """ "Blue"."""
        words = [level.word for level in self.plan.key if level.is_complete]
        return listed(words).replace(" and ", " or ")


def is_on_track(level: Level | None) -> bool:
    return level is not None and not level.is_complete and not level.is_exception


def life_of(
    placed: Placed, lead: Lead, begun_on: date, ratings: Iterable[Row], targets: Iterable[Row] = ()
) -> Life:
    """One life from the rows of Rating and Target in order; each with its `seq`, and the day of its meeting, `held_on`,
    where it names one. A rating has its `level`."""
    updates, agreements = _said_and_agreed(lived(list(ratings)))
    steps = tuple(
        TargetStepped(row["seq"], row["step"], row["text"], row["due_on"], row["held_on"] or row["on"])
        for row in targets
    )
    return Life(placed, lead, begun_on, updates, agreements, steps)


def _said_and_agreed(steps: Sequence[Row]) -> tuple[tuple[Update, ...], tuple[Agreement, ...]]:
    """What is sent again before a meeting had it replaces what was sent first; what is taken out then never was."""
    updates: list[Update] = []
    agreements: list[Agreement] = []
    stands = False  # the newest update is not decided

    def take_out() -> None:
        if stands and updates[-1].heard_on is None:
            del updates[-1]

    for row in steps:
        day: date = row["held_on"] or row["effective_on"]
        match row["step"]:
            case RatingStep.PROVISIONAL:
                take_out()
                held = row["evidence_held"] and f"held in {row['evidence_held']}"
                evidence = "; ".join(filter(None, (row["evidence"], held)))
                updates.append(
                    Update(
                        row["id"],
                        row["seq"],
                        row["level"],
                        row["words"],
                        row["recovery_plan"],
                        evidence,
                        row["effective_on"],
                    )
                )
                stands = True
            case RatingStep.REMOVED:
                take_out()
                stands = False
            case RatingStep.AGREED:
                if stands:
                    updates[-1] = replace(updates[-1], heard_on=day)
                update = updates[-1] if stands else None
                agreements.append(Agreement(row["seq"], row["level"], day, row["because"], update))
                stands = False
            case step if step in HELD_OVER and stands:
                updates[-1] = replace(updates[-1], heard_on=day)
    return tuple(updates), tuple(agreements)
