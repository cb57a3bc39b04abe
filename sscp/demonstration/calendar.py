"""When the demonstration's Executive meets: six-weekly from 18 July, on Tuesdays, not over Christmas."""

from datetime import date, datetime, time, timedelta

from workstreams import due, gather
from workstreams.operations import meetings

FIRST_YEAR = 2023


def first_of_year(year: int) -> date:
    """Version 1.7 was agreed on 18 July."""
    return date(year, 7, 18)


def next_meeting(previous: date) -> date:
    """The day that the calendar suggests to the business unit after this one."""
    return due.suggested_meeting(previous, previous)


def brought_forward(planned: date, today: date) -> date:
    """The day as planned, or the Tuesday that is four to ten days away, where that comes sooner.

    So that whoever opens the demonstration finds the papers of a meeting that is near.
    """
    soon = due.suggested_meeting(today + timedelta(days=10) - due.CYCLE, today)
    return min(planned, soon)


def papers_close(meeting_on: date) -> datetime:
    """Eleven days before the meeting at 5pm, and not over Christmas."""
    return at(due.before_christmas(meeting_on - meetings.PAPERS_BEFORE), time(17))


def newest_year(today: date) -> int:
    """The newest plan year whose first Executive meeting after 18 July is past."""
    year = today.year
    while next_meeting(first_of_year(year)) >= today:
        year -= 1
    return year


def at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, gather.LONDON)


def office_hours(moment: datetime) -> datetime:
    """The same day, between nine and five; earlier stays earlier."""
    local = moment.astimezone(gather.LONDON)
    return at(local.date(), time(9)) + timedelta(minutes=(local.hour * 60 + local.minute) // 3)
