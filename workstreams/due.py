"""What is to do, for whom, by when. Pure: every function is given its day.

The clock never sets a colour: overdue is counted here and ratings are judged by people (decision 13 of the
plan's settled ambiguities).
"""

from calendar import monthrange
from datetime import date, timedelta

from .picture import Measure, Placed, PlanPicture
from .vocabulary import Recurrence, Token

# The Executive meets "at least six-weekly".
CYCLE = timedelta(days=42)
SOON = 14
TUESDAY = 1

_MONTHS_ENDING = {
    Recurrence.QUARTERLY: (3, 6, 9, 12),  # financial quarters: Q1 April–June … Q4 January–March
    Recurrence.MONTHLY: tuple(range(1, 13)),
    Recurrence.YEARLY: (3,),
}


def month_end(year: int, month: int) -> date:
    """The last day of a month: what "July 2023" is due on."""
    return date(year, month, monthrange(year, month)[1])


def overdue_days(due_on: date | None, complete: bool, on: date) -> int:
    """Days past the target; 0 where it isn't overdue. Due on 31 July, overdue from 1 August."""
    if due_on is None or complete or due_on >= on:
        return 0
    return (on - due_on).days


def months_between(first: date | None, now: date | None) -> int:
    """Whole calendar months from the first target to the present one; 0 where either has no date."""
    if first is None or now is None:
        return 0
    return (now.year - first.year) * 12 + now.month - first.month


def last_period_end(recurrence: str, on: date) -> date | None:
    """The last day of the period that most lately ended on or before this day, or None: no fixed periods."""
    months = _MONTHS_ENDING.get(Recurrence(recurrence))
    if months is None:
        return None
    year, month = on.year, on.month
    while True:
        if month in months and month_end(year, month) <= on:
            return month_end(year, month)
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)


def period_asked(recurrence: str, meeting_on: date, previous_on: date | None) -> date | None:
    """The period whose answer goes to this meeting: one that ended after the meeting before it.

    A quarter's answer goes to the first Executive meeting on or after the quarter's last day, and is asked
    for that meeting alone (decision 26).
    """
    end = last_period_end(recurrence, meeting_on)
    if end is None:
        return None
    since = previous_on if previous_on is not None else meeting_on - CYCLE
    return end if end > since else None


def is_asked(recurrence: str, complete: bool, meeting_on: date | None, previous_on: date | None) -> bool:
    """Whether an update is asked for this meeting (None: no meeting is planned, nothing is asked)."""
    if meeting_on is None:
        return False
    if rolls(recurrence):
        return period_for(recurrence, meeting_on, previous_on) is not None
    return not complete


def period_for(recurrence: str, meeting_on: date, previous_on: date | None) -> date | None:
    """The last day of the period that this meeting asks for, or None where it asks for none.

    A six-weekly measure and one asked at every meeting follow the meetings: their period is the meeting's day.
    """
    if follows_meetings(recurrence):
        return meeting_on
    return period_asked(recurrence, meeting_on, previous_on)


def follows_meetings(recurrence: str) -> bool:
    return Recurrence(recurrence) in (Recurrence.EVERY_MEETING, Recurrence.SIX_WEEKLY)


def next_period_end(recurrence: str, last_meeting_on: date | None, on: date) -> date | None:
    """When the period ends that is asked after those that have ended; None: a measure that is answered once.

    Six weeks after the last meeting where the measure follows the meetings and none is planned.
    """
    if follows_meetings(recurrence):
        return max(on, (last_meeting_on or on) + CYCLE)
    months = _MONTHS_ENDING.get(Recurrence(recurrence))
    if months is None:
        return None
    year, month = on.year, on.month
    while month not in months or month_end(year, month) <= on:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return month_end(year, month)


def asked_later_in_words(recurrence: str, end: date) -> str:
    """When a measure that is not asked now is asked again: `end` is the last day of its next period."""
    if follows_meetings(recurrence):
        return f"Asked again at the next Executive meeting, about {end:%-d %B %Y}."
    period = period_name(recurrence, end)
    return f"{period} ends on {end:%-d %B %Y} and is asked at the first Executive meeting from then on."


def financial_year(end: date) -> str:
    """ "2023/24" for a period that ends on this day."""
    year = end.year if end.month > 3 else end.year - 1
    return f"{year}/{(year + 1) % 100:02}"


def quarter_name(end: date) -> str:
    """ "Q2 2023/24" for the quarter that ends on this day."""
    quarter = {6: 1, 9: 2, 12: 3, 3: 4}[end.month]
    return f"Q{quarter} {financial_year(end)}"


def period_name(recurrence: str, end: date) -> str:
    """ "Q2 2023/24", "October 2023", "2023/24", or the day of the meeting that a measure follows."""
    match Recurrence(recurrence):
        case Recurrence.QUARTERLY:
            return quarter_name(end)
        case Recurrence.MONTHLY:
            return f"{end:%B %Y}"
        case Recurrence.YEARLY:
            return financial_year(end)
    return f"{end:%-d %B %Y}"


def period_span(recurrence: str, end: date) -> str:
    """The months that the period's name stands for, "July to September"; "" where the name says them."""
    match Recurrence(recurrence):
        case Recurrence.QUARTERLY:
            return f"{date(end.year, end.month - 2, 1):%B} to {end:%B}"
        case Recurrence.YEARLY:
            return f"April {end.year - 1} to March {end.year}"
    return ""


def days_in_words(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def due_in_words(due_on: date | None, complete: bool, on: date) -> tuple[str, str]:
    """(kind, words) of a target beside its measure: kind is late, due or ok. ("", "") where nothing is due."""
    if due_on is None or complete:
        return "", ""
    late = overdue_days(due_on, complete, on)
    if late:
        return "late", f"Overdue {days_in_words(late)}"
    left = (due_on - on).days
    if left == 0:
        return "due", "Due today"
    if left <= SOON:
        return "due", f"Due in {days_in_words(left)}"
    return "ok", f"Due {due_on:%-d %B %Y}"


def suggested_meeting(previous: date, on: date) -> date:
    """Six weeks after the meeting before, on the Tuesday of that week: to come, and not over Christmas."""
    day = previous + CYCLE
    day -= timedelta(days=(day.weekday() - TUESDAY) % 7)
    while day <= on or (day.month, day.day) >= (12, 24) or (day.month, day.day) == (1, 1):
        day += timedelta(days=7)
    return day


def suggestion_in_words(previous: date, day: date) -> str:
    """How the meeting that `suggested_meeting` gave lies to the one before it."""
    days = (day - previous).days
    if days == CYCLE.days:
        return "Six weeks on, a Tuesday."
    if days < CYCLE.days:
        return f"A Tuesday within six weeks: {days} days on."
    which = "The first Tuesday after the new year" if (day.month, day.day) <= (1, 8) else "The next Tuesday"
    return f"{which}: {days} days on, more than six weeks."


def before_christmas(day: date) -> date:
    """That day, or 22 December where it falls between then and the new year: nobody reads papers there."""
    return min(day, date(day.year, 12, 22))


def rolls(recurrence: str) -> bool:
    """Whether a measure is answered per period: complete then closes the period, never the measure."""
    return Recurrence(recurrence) not in (Recurrence.NONE, Recurrence.NOT_SET)


def why_not_no_change(
    *,
    word: str | None,
    token: str | None,
    words_on: date | None,
    due_on: date | None,
    on: date,
    new_period: str = "",
    returned: bool = False,
    questioned_on: date | None = None,
) -> str:
    """Why "No change" is refused, in a sentence; "" where it would be accepted. Stale Green must not hide.

    `words_on` is the day of the last update that said something; `word` and `token` the agreed level's;
    `new_period` names a quarter, month or year that is asked for the first time: its level is never copied.
    `returned`: the business unit gave the update back. `questioned_on`: since then a challenge is open.
    """
    if returned:
        return "The business unit returned what was sent. Answer its reason in words."
    if questioned_on is not None:
        return f"The scrutineer’s question of {questioned_on:%-d %B %Y} is open. Say what is happening."
    if word is None:
        return "This measure has no agreed rating yet, so there is nothing that could stay the same."
    if due_on is not None and due_on < on:
        return f"Its target passed on {due_on:%-d %B %Y}. Say what is happening."
    if token in (Token.AMBER, Token.RED):
        if words_on is None:
            return f"{word} has no words yet. Say what is happening and how it recovers."
        if on - words_on > CYCLE:
            return f"The last words on this {word} rating are from {words_on:%-d %B %Y}. Say what is happening now."
    if new_period:
        return f"{new_period} has not been answered yet. Say how it went: the last {word} was for an earlier period."
    return ""


def no_change_refusal(picture: PlanPicture, m: Measure, on: date) -> str:
    """Why "No change" would not be accepted for this measure of the picture, in a sentence; "" where it would."""
    questions = picture.questioned(m.id)
    is_new = m.period is not None and not m.period.answered and not follows_meetings(m.recurrence)
    return why_not_no_change(
        word=m.level.word if m.level else None,
        token=m.level.token if m.level else None,
        words_on=m.words_on,
        due_on=m.target.due_on if m.target else None,
        on=on,
        new_period=m.period.name if m.period and is_new else "",
        returned=m.returned is not None,
        questioned_on=questions[0].on if questions else None,
    )


def own(picture: PlanPicture, posts: frozenset[int]) -> list[Placed]:
    """The measures of the actions that name one of these posts, in plan order."""
    return [p for p in picture.placed() if any(o.post_id in posts for o in p.action.officers)]


def to_do(picture: PlanPicture, posts: frozenset[int]) -> list[Placed]:
    """Theirs that are asked for the next meeting and not updated: returned ones first, then most urgent first."""
    waiting = [p for p in own(picture, posts) if p.measure.asked and not p.measure.updated]
    return sorted(waiting, key=lambda p: (p.measure.returned is None, _due(p)))


def _due(placed: Placed) -> date:
    target = placed.measure.target
    return target.due_on if target and target.due_on else date.max
