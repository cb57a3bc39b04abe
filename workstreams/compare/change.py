"""One change of a plan as a sentence, and what sort of change it is."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from textwrap import shorten

from ..picture import Level, Placed, Source
from ..vocabulary import NAME_LENGTH, short_name
from ..words import listed

BECAUSE_LENGTH = 300


class Kind(StrEnum):
    """What sort of change it is."""

    ADDED = "added"
    WITHDRAWN = "withdrawn"
    MOVED = "moved"
    RENUMBERED = "renumbered"
    REWORDED = "reworded"
    OFFICER = "officer changed"
    TARGET = "target changed"
    LEVEL = "level changed"
    AMENDED = "amended"
    PROPOSED = "proposed"
    TAKEN_OUT = "taken out"
    IMPACT_REPORTED = "impact reported"
    IMPACT_ACCEPTED = "impact accepted"
    IMPACT_NOT_ACCEPTED = "impact not accepted"
    KEY = "key changed"
    SOURCE = "sources changed"
    PROGRESS = "progress note changed"
    REGISTER = "version registered"


@dataclass(frozen=True, slots=True)
class Change:
    """One change as a sentence.

    `measure_id` is None where an outcome, an action or the plan itself changed. The levels are the agreed ones,
    except that of a proposal, whose `level_after` is what is proposed. `seq` is the ledger row that says it, or 0.
    `row` is what changed, by noun and id: ("action", 17). A text, a level and a version of the register have no id in
    a picture: 0 stands for it.
    """

    kind: str
    measure_id: int | None
    ref: str
    sentence: str
    level_before: Level | None = None
    level_after: Level | None = None
    because: str = ""
    seq: int = 0
    row: tuple[str, int] = ("plan", 0)

    @property
    def is_level(self) -> bool:
        """An agreed level is what changed."""
        return self.kind in (Kind.LEVEL, Kind.AMENDED) and self.level_after is not None

    @property
    def is_proposal(self) -> bool:
        return self.kind == Kind.PROPOSED

    @property
    def is_exception(self) -> bool:
        """What a reader must not miss: a level that needs attention, or impact that was not accepted."""
        if self.is_level and self.level_after:
            return self.level_after.is_exception
        return self.kind == Kind.IMPACT_NOT_ACCEPTED


def name_of(placed: Placed, length: int = NAME_LENGTH) -> str:
    """The short name of a measure; of its action, where it has no text of its own (kind PROGRESS)."""
    return short_name(placed.measure.text or placed.action.text, length)


def named(placed: Placed) -> str:
    return f"{placed.ref} {name_of(placed)}".strip()


def sources_said(was: tuple[Source, ...], now: tuple[Source, ...]) -> str:
    """The rest of a sentence that names an item."""
    return f"it now comes from {_printed(now)}, before from {_printed(was)}."


def _printed(sources: tuple[Source, ...]) -> str:
    return listed([source.printed for source in sources]) or "no source"


def said(level: Level | None) -> str:
    return level.word if level else "not rated"


def day(day: date) -> str:
    return f"{day:%-d %B %Y}"


def because_of(why: str) -> str:
    """The reason as the end of a sentence, in its own words; many are cut, as the change itself has them all."""
    why = shorten(why, BECAUSE_LENGTH, placeholder=" …")
    if not why:
        return "."
    return f", because: {why}" + ("" if why.endswith((".", "!", "?", "…")) else ".")
