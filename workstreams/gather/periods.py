"""The periods of a measure that is answered again and again; of any other, the meetings that were told figures."""

from dataclasses import replace
from datetime import date

from .. import due
from .. import picture as p
from ..life import decided_on, standing
from ..vocabulary import MeetingKind, MeetingState, RatingStep
from .calendar import Calendar
from .rows import NEAR, Row

KEPT = 8  # periods in a picture: two years of quarters
Found = dict[date, p.Period]


def periods_of(
    row: Row, steps: list[Row], calendar: Calendar, levels: dict[int, p.Level], since: date
) -> tuple[p.Period, ...]:
    """The newest periods of one measure, oldest first, from its steps in order.

    `since` is the day from which the measure is answered as often as it is now: none was missed before.
    """
    recurrence = row["recurrence"]
    rolls = due.rolls(recurrence)
    if not rolls and not any(step.get("figures") for step in steps):
        return ()
    if len(steps) >= NEAR:  # older ones are not among the rows, so nobody can say that they were missed
        since = max(since, calendar.day_of(steps[0]))
    found = _answered(recurrence, steps, calendar, levels)
    if rolls:
        _ask(found, recurrence, steps, calendar, since)
    return tuple(found[end] for end in sorted(found) if rolls or found[end].figures)[-KEPT:]


def _answered(recurrence: str, steps: list[Row], calendar: Calendar, levels: dict[int, p.Level]) -> Found:
    """The periods that were agreed, and the one that somebody proposes a level for."""
    found: Found = {}
    for step in steps:
        if step["step"] == RatingStep.AGREED:
            told = decided_on(steps, step) or step
            if period := _period_of(recurrence, told, calendar, calendar.meetings.get(step["meeting_id"])):
                found[period.ends_on] = replace(
                    period, agreed=levels[step["level_id"]], figures=p.figures_of(told.get("figures"))
                )
    proposal, _ = standing(steps)
    if proposal and (period := _period_of(recurrence, proposal, calendar, calendar.next)):
        known = found.get(period.ends_on)
        found[period.ends_on] = replace(
            known or period,
            proposed=levels[proposal["level_id"]],
            figures=known.figures if known else p.figures_of(proposal.get("figures")),
        )
    return found


def _ask(found: Found, recurrence: str, steps: list[Row], calendar: Calendar, since: date) -> None:
    """Add what each meeting asked for and nobody answered; mark what the picture's meeting asks for."""
    sent = _sent(recurrence, steps, calendar)
    previous = None
    for meeting in calendar.regular:
        held_on, state = meeting["held_on"], meeting["state"]
        asked = calendar.next is not None and meeting["id"] == calendar.next["id"]
        if asked or state in (MeetingState.HELD, MeetingState.CLOSED):
            end = due.period_for(recurrence, held_on, previous)
            if end and (asked or held_on >= since):
                period = found.get(end) or _named(recurrence, end)
                missed = state == MeetingState.CLOSED and not period.answered and end not in sent
                found[end] = replace(period, asked=asked, missed=missed)
            previous = held_on


def _sent(recurrence: str, steps: list[Row], calendar: Calendar) -> set[date]:
    """The ends of the periods that an update was sent for and not taken back."""
    ends: set[date] = set()
    newest: p.Period | None = None
    for step in steps:
        if step["step"] == RatingStep.PROVISIONAL:
            newest = _period_of(recurrence, step, calendar)
            ends |= {newest.ends_on} if newest else set()
        elif step["step"] == RatingStep.REMOVED and newest:
            ends.discard(newest.ends_on)
    return ends


def _period_of(recurrence: str, told: Row, calendar: Calendar, decides: Row | None = None) -> p.Period | None:
    """The period that an update speaks of; None where it speaks of none.

    What a meeting put off counts, where the measure follows the meetings, for the one that `decides` it.
    """
    if told["period_ends_on"]:
        return _named(recurrence, told["period_ends_on"])
    follows = due.follows_meetings(recurrence)
    if not follows and not told.get("figures"):
        return None
    day = calendar.day_of(told)
    if follows and decides and decides["kind"] == MeetingKind.REGULAR:
        day = max(day, decides["held_on"])
    return p.Period(day, f"{day:%-d %B %Y}")


def _named(recurrence: str, end: date) -> p.Period:
    return p.Period(end, due.period_name(recurrence, end), due.period_span(recurrence, end))
