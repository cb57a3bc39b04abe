"""When the demonstration's Executive meets: six-weekly from 18 July, on Tuesdays, not over Christmas."""

from datetime import date, datetime, time, timedelta

from workstreams import gather
from workstreams.operations import meetings

FIRST_YEAR = 2023
CYCLE = timedelta(days=42)


def first_of_year(year: int) -> date:
    """Version 1.7 was agreed on 18 July."""
    return date(year, 7, 18)


def next_meeting(previous: date) -> date:
    """Six weeks on, on the Tuesday of that week, and a week later over Christmas and New Year."""
    day = previous + CYCLE
    day -= timedelta(days=(day.weekday() - 1) % 7)
    if (day.month, day.day) >= (12, 24) or (day.month, day.day) <= (1, 1):
        day += timedelta(days=7)
    return day


def papers_close(meeting_on: date) -> datetime:
    """Eleven days before the meeting at 5pm, and not over Christmas."""
    day = meeting_on - meetings.PAPERS_BEFORE
    return at(min(day, date(day.year, 12, 22)), time(17))


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
