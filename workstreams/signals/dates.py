"""What was said of a date before it came: on track until then and not complete after it, and past it still on track."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import ClassVar

from ..words import are, counted, dated, listed
from .lives import Agreement, Lead, Life, Record, TargetStepped, is_on_track
from .signal import Signal, by_lead, share


@dataclass(frozen=True, slots=True)
class Came:
    """A target date that passed while it stood, and what was agreed around it.

    `before` is the last agreement up to the day itself, `after` the first one later; None where there is none.
    """

    life: Life
    target: TargetStepped
    before: Agreement | None
    after: Agreement | None

    @property
    def was_complete(self) -> bool:
        return self.before is not None and self.before.level.is_complete

    @property
    def was_met(self) -> bool:
        """Complete before the date, or when it first came to a meeting after it."""
        return self.was_complete or (self.after is not None and self.after.level.is_complete)

    @property
    def counts(self) -> bool:
        """What was believed before it is known, and what came of it."""
        return self.before is not None and (self.was_complete or self.after is not None)

    @property
    def was_believed(self) -> bool:
        """On track until the date, and not complete when it had passed."""
        return (
            self.before is not None
            and is_on_track(self.before.level)
            and self.after is not None
            and not self.after.level.is_complete
        )


def dates_that_came(life: Life, record: Record) -> Iterator[Came]:
    """Each date of one measure that passed before it was moved. A measure that is answered per period has none."""
    if life.rolls:
        return
    stood: list[TargetStepped] = []
    for step in life.targets:
        if step.stands and (
            not stood or step.due_on != stood[-1].due_on
        ):  # other words for a day move nothing
            stood.append(step)
    for number, (step, later) in enumerate(zip_longest(stood, stood[1:])):
        day = step.due_on
        if day is None or day >= record.on:
            continue
        moved_in_time = later is not None and later.on <= day
        set_too_late = number > 0 and step.on > day
        if not moved_in_time and not set_too_late:
            before = [a for a in life.agreements if a.on <= day]
            after = [a for a in life.agreements if a.on > day]
            yield Came(life, step, before[-1] if before else None, after[0] if after else None)


@dataclass(frozen=True)
class UntilTheDate(Signal):
    """Green until the due date and then not."""

    key: ClassVar[str] = "dates"

    @cached_property
    def every(self) -> tuple[Came, ...]:
        return tuple(came for life in self.record.lives for came in dates_that_came(life, self.record))

    @property
    def came(self) -> tuple[Came, ...]:
        return tuple(came for came in self.every if came.counts)

    @cached_property
    def found(self) -> tuple[Came, ...]:
        return tuple(came for came in self.came if came.was_believed)

    @property
    def groups(self) -> list[tuple[Lead, int, int, int, int]]:
        """Each group or post: its dates that came; those that were met, those doubted before, those believed."""
        return [
            (
                lead,
                len(own),
                sum(came.was_met for came in own),
                sum(not came.was_met and not came.was_believed for came in own),
                sum(came.was_believed for came in own),
            )
            for lead, own in by_lead(self.record.leads, self.came, lambda came: came.life.lead)
        ]

    @property
    def asks(self) -> str:
        return f"{self.record.on_track_words or 'On track'} until its date, and then not complete?"

    @property
    def looked(self) -> str:
        decider = self.record.plan.decider
        early = sum(came.before is None for came in self.every)
        waiting = len(self.every) - len(self.came) - early
        words = (
            f"Every target date that has passed, with what the {decider} had agreed last before it and what it"
            " agreed first afterwards. One that was moved before it came is not among them."
            f"{self.record.meaning_of(self.record.on_track)}"
        )
        left = [f"{early} that came before the first agreement in this record"] if early else []
        if waiting:
            left.append(f"{waiting} on which the {decider} has agreed nothing since")
        if left:
            words += f" Left out: {listed(left)}."
        if self.record.on_track and not any(level.is_exception for level in self.record.plan.key):
            words += " This plan’s key has no level for what is off track, so no date could be doubted in it."
        return words

    @property
    def short(self) -> str:
        return f"{len(self.found)} of {counted(len(self.came), 'date')} that came"

    @property
    def said(self) -> str:
        came, n = len(self.came), len(self.found)
        if not came:
            return "No target date has come yet with an agreement on both sides of it."
        word = self.record.on_track_words or "on track"
        whose = f"{share(n, came, 'target date')} that came"
        if came == 1 and not n:
            return f"{whose} was not {word} until then and unfinished after."
        was = "was" if n in (0, 1) else "were"
        return f"{whose} {was} {word} until then, and not complete after."

    @property
    def worth(self) -> str:
        return "What was known in the weeks before the date, and was it in the words of the last update before it?"


@dataclass(frozen=True)
class PastItsDate(Signal):
    """Overdue and still Green."""

    key: ClassVar[str] = "overdue"

    @property
    def overdue(self) -> tuple[Life, ...]:
        return tuple(life for life in self.record.lives if life.measure.is_overdue)

    @cached_property
    def found(self) -> tuple[Life, ...]:
        still = (life for life in self.overdue if is_on_track(life.measure.level))
        return tuple(sorted(still, key=lambda life: -life.measure.overdue_days))

    @property
    def asks(self) -> str:
        return f"Past its date, and still {self.record.on_track_words or 'on track'}?"

    @property
    def looked(self) -> str:
        return (
            f"Every {self.record.rated} whose target has passed by 1 day or more and whose agreed level is not"
            f" complete.{self.record.meaning_of(self.record.on_track)}"
        )

    @property
    def said(self) -> str:
        late, n = len(self.overdue), len(self.found)
        rated, word = self.record.rated, self.record.on_track_words or "on track"
        if not late:
            return f"No {rated} is past its date, as of {dated(self.record.on)}."
        if not n:
            return f"{counted(late, rated)} {are(late)} past {'its' if late == 1 else 'their'} date; none is {word}."
        if late == 1:
            return f"One {rated} is past its date, and it is still {word}."
        return f"{share(n, late, rated)} past their date {are(n)} still {word}."

    @property
    def short(self) -> str:
        return f"{len(self.found)} of {len(self.overdue)} past the date"

    @property
    def worth(self) -> str:
        return "Should another date be asked for, or another level be agreed?"
