"""Target dates that moved again and again."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from .. import due
from ..vocabulary import TargetStep
from ..words import counted, have, listed
from .lives import Life, TargetStepped
from .signal import Signal, share

TWICE = 2  # moves that ask nothing yet


@dataclass(frozen=True, slots=True)
class Moved:
    """A target with every date that it has had. What was only asked for, or refused, stands apart."""

    life: Life
    dates: tuple[TargetStepped, ...]

    @property
    def moves(self) -> int:
        return len(self.dates) - 1

    @property
    def months(self) -> int:
        return due.months_between(self.dates[0].due_on, self.dates[-1].due_on)

    @property
    def in_all(self) -> str:
        """ "15 months later"; "in the same month"."""
        if not self.months:
            return "in the same month"
        return f"{counted(abs(self.months), 'month')} {'later' if self.months > 0 else 'earlier'}"

    @property
    def refused(self) -> tuple[TargetStepped, ...]:
        return tuple(step for step in self.life.targets if step.step == TargetStep.REFUSED)

    @property
    def asked(self) -> TargetStepped | None:
        """A date that waits for a decision."""
        last = self.life.targets[-1]
        return last if last.step == TargetStep.ASKED else None


def moved(life: Life) -> Moved | None:
    """The dates that stood, each once where the same day was written otherwise; None for a measure without a date."""
    dates: list[TargetStepped] = []
    for step in life.targets:
        if step.stands and step.due_on and (not dates or step.due_on != dates[-1].due_on):
            dates.append(step)
    return Moved(life, tuple(dates)) if dates and not life.rolls else None


@dataclass(frozen=True)
class MovedOften(Signal):
    """A target moved more than twice."""

    key: ClassVar[str] = "targets"

    @cached_property
    def every(self) -> tuple[Moved, ...]:
        return tuple(found for life in self.record.lives if (found := moved(life)))

    @cached_property
    def found(self) -> tuple[Moved, ...]:
        often = (found for found in self.every if found.moves > TWICE)
        return tuple(sorted(often, key=lambda m: (-m.moves, -m.months)))

    @property
    def asks(self) -> str:
        return "Has its target date moved more than twice?"

    @property
    def looked(self) -> str:
        return (
            f"Every target date, and each time that another stood in its place: more than {TWICE} moves. The plan sets"
            " no number; this page asks from the third on. A date that was only asked for, or refused, is not a move;"
            " nor is the same day in other words."
        )

    @property
    def said(self) -> str:
        n, every = len(self.found), len(self.every)
        if not every:
            return f"No {self.record.rated} has a target date."
        times = Counter(found.moves for found in self.every)
        if every == 1 and not n:
            how = {0: "not moved", 1: "moved once", 2: "moved twice"}[max(times)]
            return f"The one target date has {how}."
        fewer = [
            f"{times[moves]} moved {words}" for moves, words in ((2, "twice"), (1, "once")) if times[moves]
        ]
        rest = f" {listed(fewer)}." if fewer else "" if n else " None has moved at all."
        return f"{share(n, every, 'target date')} {have(n or 1)} moved more than twice.{rest}"

    @property
    def short(self) -> str:
        return f"{len(self.found)} of {counted(len(self.every), 'target date')}"

    @property
    def worth(self) -> str:
        return "What made the first date believable, and what makes the newest one so?"
