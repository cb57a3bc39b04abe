"""Where the deciding group agreed another level than was proposed, and in which direction."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import ClassVar

from .. import charts
from ..picture import Level
from ..words import counted
from .lives import Agreement, Lead, Life, Update
from .signal import Signal, by_lead, share


class Direction(Enum):
    """By the order of the plan's key, from its least hopeful level to complete; the value is how a table says it."""

    CAUTIOUS = "More cautious"
    FROM_COMPLETE = "Not complete yet"
    HOPEFUL = "More hopeful"
    TO_COMPLETE = "Complete already"

    @property
    def is_cautious(self) -> bool:
        return self in (Direction.CAUTIOUS, Direction.FROM_COMPLETE)


def direction(proposed: Level, agreed: Level, key: Sequence[Level]) -> Direction | None:
    """How the agreed level lies to the one proposed; None where it is the same."""
    if proposed.code == agreed.code:
        return None
    if proposed.is_complete != agreed.is_complete:
        return Direction.TO_COMPLETE if agreed.is_complete else Direction.FROM_COMPLETE
    codes = [level.code for level in key]
    lower = codes.index(agreed.code) < codes.index(proposed.code)
    return Direction.CAUTIOUS if lower else Direction.HOPEFUL


@dataclass(frozen=True, slots=True)
class Decided:
    """An update that was decided, with the direction in which it was amended, if it was."""

    life: Life
    update: Update
    agreement: Agreement
    direction: Direction | None


@dataclass(frozen=True, slots=True)
class Group:
    """What was decided on the updates of one group or post."""

    lead: Lead
    decided: tuple[Decided, ...]

    def went(self, *ways: Direction | None) -> int:
        return sum(each.direction in ways for each in self.decided)

    @property
    def as_proposed(self) -> int:
        return self.went(None)

    @property
    def by_direction(self) -> list[tuple[Direction, int]]:
        return [(way, self.went(way)) for way in Direction]

    @property
    def cautious(self) -> int:
        return sum(way.is_cautious and n for way, n in self.by_direction)

    @property
    def hopeful(self) -> int:
        return len(self.decided) - self.as_proposed - self.cautious


@dataclass(frozen=True)
class Amended(Signal):
    """The Executive's amendments by direction."""

    key: ClassVar[str] = "amendments"

    @cached_property
    def decided(self) -> tuple[Decided, ...]:
        return tuple(
            Decided(life, a.update, a, direction(a.update.level, a.level, self.record.levels))
            for life in self.record.lives
            for a in life.agreements
            if a.update
        )

    @cached_property
    def found(self) -> tuple[Decided, ...]:
        """The amendments, newest first."""
        amended = (each for each in self.decided if each.direction)
        return tuple(sorted(amended, key=lambda d: (d.agreement.on, d.agreement.seq), reverse=True))

    @property
    def groups(self) -> list[Group]:
        sorted_out = by_lead(self.record.leads, self.decided, lambda each: each.life.lead)
        return [Group(lead, tuple(own)) for lead, own in sorted_out]

    @property
    def directions(self) -> tuple[Direction, ...]:
        return tuple(Direction)

    @property
    def cautious(self) -> int:
        return sum(each.direction is not None and each.direction.is_cautious for each in self.found)

    @property
    def drawing(self) -> charts.Svg:
        amended = (group for group in self.groups if group.cautious or group.hopeful)
        rows = [(g.lead.name, g.cautious, g.hopeful, len(g.decided)) for g in amended]
        return charts.both_ways("Amendments by direction and group", rows)

    @property
    def asks(self) -> str:
        return f"Which way does the {self.record.plan.decider} amend what is proposed?"

    @property
    def looked(self) -> str:
        decider = self.record.plan.decider
        return (
            f"Every update that the {decider} decided by agreeing a level: was it the level proposed? More cautious"
            " and more hopeful follow the order of the plan’s key; complete, and not complete, stand apart. A level"
            f" that the {decider} gave where nothing was proposed is no amendment, and a decision that was corrected"
            " counts as corrected. Every amendment has its reason in the record."
        )

    @property
    def said(self) -> str:
        n, every = len(self.found), len(self.decided)
        decider = self.record.plan.decider
        if not every:
            return f"The {decider} has decided no update yet."
        whose = share(n or every, every, "update")
        whose = whose[0].lower() + whose[1:]
        if not n:
            return f"The {decider} agreed {whose} as proposed."
        ways = (
            f"{self.cautious} more cautiously and {n - self.cautious} more hopefully"
            if 0 < self.cautious < n
            else f"{'each ' if n > 1 else ''}more {'cautiously' if self.cautious else 'hopefully'}"
        )
        return f"The {decider} amended {whose}, {ways} than proposed."

    @property
    def short(self) -> str:
        return f"{len(self.found)} of {counted(len(self.decided), 'update')} decided"

    @property
    def worth(self) -> str:
        return (
            "Does a group see its own work more hopefully than others do; and where it was agreed more hopefully than"
            " those who do the work proposed, why?"
        )
