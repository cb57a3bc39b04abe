"""Signals for a critical eye: questions that the record of a plan raises by itself. Pure.

Each is computed when it is looked at and kept nowhere. It changes no rating, gives nothing a colour, stands in no
paper, and says of itself that it is a question.
"""

from dataclasses import dataclass

from .amendments import Amended, Direction, direction
from .complete import WithoutProof
from .dates import PastItsDate, UntilTheDate
from .lives import NOBODY, Lead, Life, Record, life_of
from .signal import Signal
from .targets import MovedOften
from .words import NothingNew, SamePlan

__all__ = [
    "NOBODY",
    "Amended",
    "Direction",
    "Lead",
    "Life",
    "MovedOften",
    "NothingNew",
    "PastItsDate",
    "Record",
    "SamePlan",
    "Signal",
    "Signals",
    "UntilTheDate",
    "WithoutProof",
    "direction",
    "life_of",
    "signals_of",
]


@dataclass(frozen=True, slots=True)
class Signals:
    """The seven questions, in the order in which a page asks them."""

    dates: UntilTheDate
    overdue: PastItsDate
    silence: NothingNew
    recovery: SamePlan
    targets: MovedOften
    amendments: Amended
    complete: WithoutProof

    @property
    def all(self) -> tuple[Signal, ...]:
        return (
            self.dates,
            self.overdue,
            self.silence,
            self.recovery,
            self.targets,
            self.amendments,
            self.complete,
        )


def signals_of(record: Record) -> Signals:
    return Signals(
        UntilTheDate(record),
        PastItsDate(record),
        NothingNew(record),
        SamePlan(record),
        MovedOften(record),
        Amended(record),
        WithoutProof(record),
    )
