"""What was frozen for one meeting before it: its papers, what was added to them, and what took them back. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from .vocabulary import VersionStep

V = TypeVar("V")


@dataclass
class Issue(Generic[V]):
    """Papers as they were handed out. Those that were withdrawn stay as they are, and others may follow them."""

    papers: V
    addenda: list[V] = field(default_factory=list)
    withdrawn: V | None = None

    @property
    def editions(self) -> list[V]:
        return [self.papers, *self.addenda]


def issues(versions: Iterable[V], step_of: Callable[[V], str]) -> list[Issue[V]]:
    """The papers of one meeting, from its versions in order: the first that is provisional, and after each withdrawal
    the next. What comes between is an addendum."""
    found: list[Issue[V]] = []
    for version in versions:
        stands = found[-1] if found and found[-1].withdrawn is None else None
        match step_of(version):
            case VersionStep.PROVISIONAL if stands:
                stands.addenda.append(version)
            case VersionStep.PROVISIONAL:
                found.append(Issue(version))
            case VersionStep.WITHDRAWN if stands:
                stands.withdrawn = version
    return found
