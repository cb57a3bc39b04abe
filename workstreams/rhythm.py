"""How often the Executive meets, and which report falls to which of its meetings. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from . import due
from .picture import Officer, PlanPicture
from .vocabulary import OfficerRole, Recurrence
from .words import dated

# How plans print a reporting duty; what is not found here is shown as printed and never counted.
_PRINTED = (
    (Recurrence.SIX_WEEKLY, re.compile(r"\b(6|six)[- ]?week", re.I)),
    (Recurrence.QUARTERLY, re.compile(r"\bquarter", re.I)),
    (Recurrence.MONTHLY, re.compile(r"\bmonth", re.I)),
    (Recurrence.EVERY_MEETING, re.compile(r"\b(every|each)\b.*\bmeeting", re.I)),
)


# ---- meetings


@dataclass(frozen=True, slots=True)
class Gap:
    """More than six weeks between two regular meetings, or no meeting planned after the last (`before` None)."""

    after: date
    before: date | None

    @property
    def days(self) -> int:
        return (self.before - self.after).days if self.before else 0

    @property
    def sentence(self) -> str:
        by = dated(self.after + due.CYCLE)
        if self.before is None:
            return f"No regular meeting is planned after {dated(self.after)}. Six weeks from it is {by}."
        return (
            f"{self.days} days lie between the meetings of {dated(self.after)} and {dated(self.before)}:"
            f" more than {due.CYCLE.days}. Six weeks from the first is {by}."
        )


def gaps(days: Sequence[date], on: date) -> list[Gap]:
    """Where regular meetings, held or planned, are too far apart. `days` in order, `on` the last that is behind."""
    found = [Gap(a, b) for a, b in pairwise(days) if b - a > due.CYCLE]
    if days and days[-1] <= on:
        found.append(Gap(days[-1], None))
    return found


# ---- reports


@dataclass(frozen=True, slots=True)
class Report:
    """One reported day: the meeting a duty falls to, and the period it speaks of ("" where it has none)."""

    on: date
    period: str


@dataclass(frozen=True, slots=True)
class Duty:
    """What an action reports to the Executive: how often, by whom, at which meetings ahead, and what endangers it."""

    action_id: int
    ref: str
    lead: str
    printed: str
    recurrence: Recurrence | None
    officers: tuple[Officer, ...]
    falls_to: tuple[Report, ...]
    risks: tuple[str, ...]


def duties(picture: PlanPicture, days: Sequence[date], on: date) -> list[Duty]:
    """The plan's reporting duties against the regular meetings: `days` in order, held and planned, `on` the last day
    that is behind: today itself only where its meeting has begun."""
    found = []
    for workstream in picture.workstreams:
        for outcome in workstream.outcomes:
            for action in outcome.actions:
                if action.reporting_duty:
                    recurrence = recurrence_of(action.reporting_duty)
                    found.append(
                        Duty(
                            action.id,
                            outcome.ref,
                            action.lead,
                            action.reporting_duty,
                            recurrence,
                            tuple(o for o in action.officers if o.role == OfficerRole.LEAD),
                            falls_to(recurrence, days, on),
                            risks(recurrence, days, on),
                        )
                    )
    return found


def recurrence_of(printed: str) -> Recurrence | None:
    """How often a duty is due, from its printed words; None where they do not say."""
    return next((recurrence for recurrence, words in _PRINTED if words.search(printed)), None)


def falls_to(recurrence: Recurrence | None, days: Sequence[date], on: date) -> tuple[Report, ...]:
    """The meetings ahead that this is reported to: a quarter to the first meeting after its last day."""
    found = []
    for before, day in pairwise((None, *days)):
        assert day is not None  # only the first of the pairs begins with none
        if recurrence is None or day <= on or not due.is_asked(recurrence, True, day, before):
            continue
        end = due.period_asked(recurrence, day, before)
        found.append(Report(day, due.period_name(recurrence, end) if end else ""))
    return tuple(found)


def risks(recurrence: Recurrence | None, days: Sequence[date], on: date) -> tuple[str, ...]:
    """Why meetings that are far apart, from the last one held on, make this late; each a sentence."""
    if recurrence is None or not days:
        return ()
    held = [day for day in days if day <= on]
    ahead = [*held[-1:], *(day for day in days if day > on)]
    found = [r for a, b in pairwise(ahead) if (r := _risk(recurrence, a, b))]
    if ahead and ahead[-1] <= on:
        found.append(_unplanned(recurrence, ahead[-1], on))
    return tuple(found)


def _risk(recurrence: Recurrence, before: date, day: date) -> str:
    """What a gap before a meeting does to a duty; "" where it does nothing."""
    apart = (day - before).days
    if apart <= due.CYCLE.days:
        return ""
    if recurrence == Recurrence.SIX_WEEKLY:
        return f"It is reported {apart} days after {dated(before)}, not six weeks."
    if recurrence != Recurrence.QUARTERLY:
        return ""
    end = due.last_period_end(recurrence, day)
    assert end is not None  # quarters have an end
    earlier = due.last_period_end(recurrence, date.fromordinal(end.toordinal() - 1))
    if earlier and earlier > before:
        return (
            f"{due.quarter_name(earlier)} and {due.quarter_name(end)} both end before the meeting of {dated(day)}:"
            f" {due.quarter_name(earlier)} has no meeting of its own."
        )
    if end > before and day - end > due.CYCLE:
        waits = due.days_in_words((day - end).days)
        return f"{due.quarter_name(end)} ends on {dated(end)} and is reported {waits} later, on {dated(day)}."
    return ""


def _unplanned(recurrence: Recurrence, last: date, on: date) -> str:
    end = due.last_period_end(recurrence, on)
    if recurrence == Recurrence.QUARTERLY and end and end > last:
        return f"{due.quarter_name(end)} ended on {dated(end)}, and no meeting is planned to report it to."
    return "No meeting is planned to report it to."
