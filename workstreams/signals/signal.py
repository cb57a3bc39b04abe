"""What every signal says: a question, how it is counted, and what was found. Never a colour, never a finding."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from ..words import counted
from .lives import Lead, Record

Row = TypeVar("Row")


@dataclass(frozen=True)
class Signal(ABC):
    """One question about a plan. `key` is its anchor on the page; `found` are the rows that it asks about."""

    record: Record
    key: ClassVar[str]

    @property
    @abstractmethod
    def found(self) -> Sequence[Any]: ...

    @property
    @abstractmethod
    def asks(self) -> str:
        """Its heading."""

    @property
    @abstractmethod
    def looked(self) -> str:
        """What was looked at and how it is counted, with the number that decides and where the rule comes from."""

    @property
    @abstractmethod
    def said(self) -> str:
        """What was found, in a sentence; or that nothing was."""

    @property
    @abstractmethod
    def worth(self) -> str:
        """What is worth asking, and of whom."""

    @property
    @abstractmethod
    def short(self) -> str:
        """For the summary: how many, of how many of what."""


def share(n: int, every: int, one: str) -> str:
    """How a sentence begins: "6 of the 15 dates", "All 3 dates", "The one date"; "None of the 15 dates"."""
    if every == 1:
        return f"The one {one}"
    if n in (0, every):
        return f"{'All' if n else 'None of the'} {counted(every, one)}"
    return f"{n} of the {counted(every, one)}"


def by_lead(
    leads: Iterable[Lead], rows: Sequence[Row], lead_of: Callable[[Row], Lead]
) -> list[tuple[Lead, list[Row]]]:
    """The rows of each group or post that has any."""
    sorted_out = [(lead, [row for row in rows if lead_of(row).key == lead.key]) for lead in leads]
    return [(lead, own) for lead, own in sorted_out if own]
