"""One change of a plan as a sentence, and what sort of change it is."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from textwrap import shorten

from ..picture import Level, Placed, Source
from ..vocabulary import NAME_LENGTH, short_name
from ..words import counted, listed

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
    CHALLENGED = "challenge raised"
    ANSWERED = "challenge answered"
    CLOSED = "challenge closed"
    # What only two moments of one plan can differ in, see `moments.py`.
    AGREED_AGAIN = "agreed again"
    HELD_OVER = "held over"
    DATE_ASKED = "date asked for"
    DATE_REFUSED = "date not agreed"
    HOLDER = "holder changed"
    POST = "post changed"
    STANDING = "standing of the plan changed"
    VERSION = "version frozen"
    MEETING = "meeting changed"
    HIGHLIGHTS = "highlight report"


# What was put off still waits; what was taken back or merely reported waits for nobody.
UNDECIDED = (Kind.PROPOSED, Kind.HELD_OVER, Kind.DATE_ASKED, Kind.IMPACT_REPORTED)


@dataclass(frozen=True, slots=True)
class Change:
    """One change as a sentence.

    `measure_id` is None where an outcome, an action or the plan itself changed. The levels are the agreed ones,
    except that of a proposal, whose `level_after` is what is proposed. `seq` is the ledger row that says it, or 0.
    `row` is what changed, by noun and id: ("action", 17). A text, a level and a version of the register have no id in
    a picture: 0 stands for it.

    `name` is what changed, as the sentence begins; `was` and `now` are both its values in words, whole. `distance`
    is how far a date moved, and `columns` are those of the row that say this change.
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
    name: str = ""
    was: str = ""
    now: str = ""
    distance: str = ""
    columns: tuple[str, ...] = ()

    @property
    def rest(self) -> str:
        """The sentence without what it names, for where that stands above it."""
        rest = self.sentence.removeprefix(self.name).lstrip(": ") if self.name else self.sentence
        return rest[:1].upper() + rest[1:]

    @property
    def is_wording(self) -> bool:
        """Both its values are texts, to be read word by word."""
        return self.kind in (Kind.REWORDED, Kind.PROGRESS, Kind.HIGHLIGHTS) and bool(self.was or self.now)

    @property
    def is_level(self) -> bool:
        """An agreed level is what changed."""
        return self.kind in (Kind.LEVEL, Kind.AMENDED) and self.level_after is not None

    @property
    def is_proposal(self) -> bool:
        return self.kind == Kind.PROPOSED

    @property
    def is_undecided(self) -> bool:
        """It was proposed or asked for, and the deciding group had not decided it at the later moment."""
        return self.kind in UNDECIDED

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
    return f"it now comes from {sources_in(now, was)}, before from {sources_in(was, now)}."


def sources_in(sources: tuple[Source, ...], others: tuple[Source, ...]) -> str:
    """As printed; with what the register says of them where they are printed alike and differ in that."""
    printed = [source.printed for source in sources]
    if printed == [source.printed for source in others]:
        printed = [
            f"{source.printed} ({source.recommendation or 'not in the register'})" for source in sources
        ]
    return listed(printed) or "no source"


def alike(one: Level | None, other: Level | None) -> bool:
    """The same level of the key, whatever the key says of it now."""
    return (one and one.code) == (other and other.code)


def said(level: Level | None) -> str:
    return level.word if level else "not rated"


def day(day: date) -> str:
    return f"{day:%-d %B %Y}"


def distance(was: date | None, now: date | None) -> str:
    """How far a date moved: "4 months later", "9 days earlier"; "" where it did not, or there is none."""
    if not was or not now or was == now:
        return ""
    months = abs((now.year - was.year) * 12 + now.month - was.month)
    how_far = counted(months, "month") if months else counted(abs((now - was).days), "day")
    return f"{how_far} {'later' if now > was else 'earlier'}"


def because_of(why: str) -> str:
    """The reason as the end of a sentence, in its own words; many are cut, as the change itself has them all."""
    why = shorten(why, BECAUSE_LENGTH, placeholder=" …")
    if not why:
        return "."
    return f", because: {why}" + ("" if why.endswith((".", "!", "?", "…")) else ".")
