"""Two moments of a plan compared, as a paper."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from workstreams.compare import Comparison

from .paper import Paper


@dataclass(frozen=True, slots=True)
class Compared(Paper):
    """What changed from a moment to a later one, before it is drawn. Two drawings of equal ones are equal."""

    template = "reporting/comparison.html"
    kind: ClassVar[str] = "COMPARISON"

    partnership: str
    ref: str
    title: str
    deciding_group: str
    partial: bool  # its reader does not see what other groups proposed
    comparison: Comparison

    @property
    def standing(self) -> str:
        return f"From {self.comparison.before.words} to {self.comparison.after.words}"

    @property
    def kind_words(self) -> str:
        return "What changed between two moments"

    @property
    def agreed(self) -> bool:
        return self.comparison.is_agreed

    @property
    def on(self) -> date:
        return self.comparison.after.on

    @property
    def seq(self) -> int:
        return self.comparison.after.seq

    @property
    def hash(self) -> str:
        return self.comparison.after.hash
