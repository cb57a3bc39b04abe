"""The agenda of one meeting: its measures under headings, exceptions first."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..picture import PlanPicture
from .item import Item, Result


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
    def not_updated_elsewhere(self) -> list[Item]:
        """Those of which something else lies before the meeting, so that they stand under its heading."""
        return [item for item in self.not_updated if item.is_business]

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
    def open(self) -> list[Item]:
        """Those of which something waits: a rating, impact or a date."""
        return [item for item in self if item.is_open]

    @property
    def total(self) -> int:
        """How many measures the meeting has something to decide about, or had."""
        return sum(item.is_business for item in self)

    @property
    def done(self) -> int:
        return self.total - len(self.open)

    @property
    def impacts(self) -> list[Item]:
        """Those whose impact this meeting decided."""
        return [item for item in self if item.impact and not item.impact_waits]

    @property
    def impacts_accepted(self) -> list[Item]:
        return [item for item in self.impacts if item.impact and item.impact.accepted]

    @property
    def impacts_refused(self) -> list[Item]:
        return [item for item in self.impacts if item.impact and not item.impact.accepted]

    @property
    def impacts_waiting(self) -> list[Item]:
        return [item for item in self if item.impact_waits]

    @property
    def dates(self) -> list[Item]:
        """Those for which this meeting answered another date."""
        return [item for item in self if item.date_decision]

    @property
    def dates_agreed(self) -> list[Item]:
        return [item for item in self.dates if item.date_decision and item.date_decision.agreed]

    @property
    def dates_refused(self) -> list[Item]:
        return [item for item in self.dates if item.date_decision and not item.date_decision.agreed]

    @property
    def dates_waiting(self) -> list[Item]:
        return [item for item in self if item.target]

    @property
    def unchanged(self) -> list[Item]:
        """What may still be agreed together, as it stands."""
        return [item for part in self.parts if part.as_one for item in part.items if item.is_to_decide]

    def next_after(self, measure_id: int | None) -> Item | None:
        """The next of which something waits, going round to the first; None where all is decided. This one comes
        first, while something of it waits."""
        items = list(self)
        place = next((n for n, item in enumerate(items) if item.measure.id == measure_id), 0)
        return next((item for item in items[place:] + items[:place] if item.is_open), None)

    def beside(self, measure_id: int) -> tuple[Item | None, Item | None]:
        """(the one before this in the agenda, the one after it)."""
        around = [None, *self, None]
        place = next((n for n, item in enumerate(around) if item and item.measure.id == measure_id), 0)
        return (around[place - 1], around[place + 1]) if place else (None, None)


def agenda_of(picture: PlanPicture) -> Agenda:
    """The agenda of the meeting that the picture speaks of."""
    worst_first = [level for level in picture.key if level.is_exception]
    parts: dict[str, list[Item]] = {f"Proposed {level.word}": [] for level in worst_first}
    parts |= {CHANGED: [], COMPLETE: [], IMPACT: [], DATE_ASKED: [], UNCHANGED: [], NOT_UPDATED: []}
    for placed in picture.placed():
        item = Item(placed, picture.next_meeting)
        if item.is_business or item.answered_late or item.result is Result.NOT_UPDATED:
            parts[_heading(item)].append(item)
    return Agenda(
        tuple(Part(heading, tuple(items), heading == UNCHANGED) for heading, items in parts.items() if items)
    )


CHANGED = "Another level"
COMPLETE = "Complete, to confirm"
IMPACT = "Impact to accept"
DATE_ASKED = "Another date asked for"
UNCHANGED = "Unchanged"
NOT_UPDATED = "Not updated"


def _heading(item: Item) -> str:
    """Where it stands on the agenda, and stays when it is decided."""
    level = item.proposed.level if item.proposed else None
    if level and level.is_exception:
        return f"Proposed {level.word}"
    if level and level.is_complete:
        return COMPLETE
    if level and not item.level_stays:
        return CHANGED
    if item.impact:
        return IMPACT
    if item.target or item.date_decision:
        return DATE_ASKED
    return UNCHANGED if level else NOT_UPDATED
