"""What is to do, for whom, by when: month ends, quarters, slips, what a meeting asks for, what it refuses."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pictures import july
from workstreams import due
from workstreams.vocabulary import Recurrence, Token

DAYS = st.dates(min_value=date(2019, 1, 1), max_value=date(2032, 12, 31))
PERIODIC = st.sampled_from([Recurrence.MONTHLY, Recurrence.QUARTERLY, Recurrence.YEARLY])
quick = settings(max_examples=100)
DAY = timedelta(days=1)


# ---- month ends and lateness


@pytest.mark.parametrize(
    ("year", "month", "last"),
    [
        (2023, 1, 31),
        (2023, 2, 28),
        (2024, 2, 29),
        (2100, 2, 28),
        (2000, 2, 29),
        (2023, 4, 30),
        (2023, 12, 31),
    ],
)
def test_a_month_is_due_on_its_last_day(year, month, last):
    assert due.month_end(year, month) == date(year, month, last)


@given(st.integers(2000, 2100), st.integers(1, 12))
@quick
def test_the_day_after_a_month_end_is_the_first_of_the_next(year, month):
    after = due.month_end(year, month) + DAY
    assert after.day == 1
    assert (after.year * 12 + after.month) - (year * 12 + month) == 1


@pytest.mark.parametrize(
    ("due_on", "complete", "on", "days"),
    [
        (date(2023, 7, 31), False, date(2023, 7, 30), 0),
        (date(2023, 7, 31), False, date(2023, 7, 31), 0),
        (date(2023, 7, 31), False, date(2023, 8, 1), 1),
        (date(2023, 7, 31), False, date(2024, 7, 31), 366),
        (date(2023, 7, 31), True, date(2024, 7, 31), 0),
        (None, False, date(2024, 7, 31), 0),
        (None, True, date(2024, 7, 31), 0),
    ],
)
def test_is_overdue_from_the_day_after(due_on, complete, on, days):
    assert due.overdue_days(due_on, complete, on) == days


@given(DAYS, DAYS)
@quick
def test_is_late_by_the_days_past_the_target_and_never_negative(due_on, on):
    assert due.overdue_days(due_on, False, on) == max(0, (on - due_on).days)


@pytest.mark.parametrize(
    ("first", "now", "months"),
    [
        (date(2023, 7, 31), date(2023, 7, 31), 0),
        (date(2023, 7, 31), date(2023, 9, 30), 2),
        (date(2023, 11, 30), date(2024, 2, 29), 3),
        (date(2023, 9, 30), date(2023, 7, 31), -2),
        (date(2023, 7, 31), date(2023, 8, 1), 1),
        (None, date(2023, 9, 30), 0),
        (date(2023, 9, 30), None, 0),
        (None, None, 0),
    ],
)
def test_a_slip_counts_calendar_months_from_the_first_target(first, now, months):
    assert due.months_between(first, now) == months


# ---- periods


@pytest.mark.parametrize(
    ("end", "name"),
    [
        (date(2023, 6, 30), "Q1 2023/24"),
        (date(2023, 9, 30), "Q2 2023/24"),
        (date(2023, 12, 31), "Q3 2023/24"),
        (date(2024, 3, 31), "Q4 2023/24"),
        (date(2024, 6, 30), "Q1 2024/25"),
        (date(1999, 12, 31), "Q3 1999/00"),
        (date(2100, 3, 31), "Q4 2099/00"),
    ],
)
def test_quarters_are_those_of_the_financial_year(end, name):
    assert due.quarter_name(end) == name


@pytest.mark.parametrize(
    ("recurrence", "on", "end"),
    [
        (Recurrence.QUARTERLY, date(2023, 6, 29), date(2023, 3, 31)),
        (Recurrence.QUARTERLY, date(2023, 6, 30), date(2023, 6, 30)),
        (Recurrence.QUARTERLY, date(2023, 7, 18), date(2023, 6, 30)),  # decision 31: version 1.7 speaks of Q1
        (Recurrence.QUARTERLY, date(2024, 1, 1), date(2023, 12, 31)),
        (Recurrence.QUARTERLY, date(2024, 3, 30), date(2023, 12, 31)),
        (Recurrence.QUARTERLY, date(2024, 3, 31), date(2024, 3, 31)),
        (Recurrence.MONTHLY, date(2024, 2, 28), date(2024, 1, 31)),
        (Recurrence.MONTHLY, date(2024, 2, 29), date(2024, 2, 29)),
        (Recurrence.MONTHLY, date(2024, 1, 1), date(2023, 12, 31)),
        (Recurrence.YEARLY, date(2024, 3, 30), date(2023, 3, 31)),
        (Recurrence.YEARLY, date(2024, 3, 31), date(2024, 3, 31)),
        (Recurrence.YEARLY, date(2025, 3, 30), date(2024, 3, 31)),
        (Recurrence.NONE, date(2024, 3, 31), None),
        (Recurrence.NOT_SET, date(2024, 3, 31), None),
        (Recurrence.EVERY_MEETING, date(2024, 3, 31), None),
        (Recurrence.SIX_WEEKLY, date(2024, 3, 31), None),
    ],
)
def test_the_period_last_ended(recurrence, on, end):
    assert due.last_period_end(recurrence, on) == end


def ends_between(recurrence, first, last):
    """Every period's last day in this span, found by walking through it day by day."""
    months = {"MONTHLY": range(1, 13), "QUARTERLY": (3, 6, 9, 12), "YEARLY": (3,)}[recurrence]
    days = (first + n * DAY for n in range((last - first).days + 1))
    return [day for day in days if day.month in months and (day + DAY).day == 1]


@given(PERIODIC, DAYS)
@quick
def test_no_later_period_has_ended(recurrence, on):
    assert due.last_period_end(recurrence, on) == ends_between(recurrence, on - 370 * DAY, on)[-1]


CALENDARS = st.tuples(DAYS, st.lists(st.integers(1, 130), min_size=1, max_size=14)).map(
    lambda drawn: [drawn[0] + sum(drawn[1][:n]) * DAY for n in range(len(drawn[1]) + 1)]
)


@given(PERIODIC, CALENDARS)
@quick
def test_an_answer_goes_to_the_first_meeting_on_or_after_its_periods_last_day_and_to_that_alone(
    recurrence, meetings
):
    """Decision 26. Where two periods end between two meetings, the newer one's answer is asked."""
    asked = {
        meeting: due.period_asked(recurrence, meeting, previous) for previous, meeting in pairwise(meetings)
    }
    wanted = dict.fromkeys(meetings[1:])
    for end in ends_between(recurrence, meetings[0] + DAY, meetings[-1]):
        wanted[next(m for m in meetings[1:] if m >= end)] = end
    assert asked == wanted


@pytest.mark.parametrize(
    ("meeting", "previous", "end"),
    [
        (date(2023, 7, 18), date(2023, 6, 6), date(2023, 6, 30)),
        (date(2023, 6, 30), date(2023, 6, 6), date(2023, 6, 30)),
        (date(2023, 8, 29), date(2023, 6, 30), None),  # a meeting on the last day took the answer
        (date(2023, 8, 29), date(2023, 7, 18), None),
        (date(2023, 10, 10), date(2023, 8, 29), date(2023, 9, 30)),
        (date(2023, 7, 18), None, date(2023, 6, 30)),  # the first meeting looks back one cycle
        (date(2023, 8, 10), None, date(2023, 6, 30)),
        (date(2023, 8, 11), None, None),
    ],
)
def test_the_quarter_asked_of_a_meeting(meeting, previous, end):
    assert due.period_asked(Recurrence.QUARTERLY, meeting, previous) == end


IN_AUGUST = (date(2023, 8, 29), date(2023, 7, 18))
IN_OCTOBER = (date(2023, 10, 10), date(2023, 8, 29))
IN_APRIL = (date(2024, 4, 9), date(2024, 2, 27))


@pytest.mark.parametrize(
    ("recurrence", "complete", "august", "october", "april"),
    [
        (Recurrence.NONE, False, True, True, True),
        (Recurrence.NONE, True, False, False, False),
        (Recurrence.NOT_SET, False, True, True, True),
        (Recurrence.NOT_SET, True, False, False, False),
        (Recurrence.EVERY_MEETING, False, True, True, True),
        (Recurrence.EVERY_MEETING, True, True, True, True),
        (Recurrence.SIX_WEEKLY, False, True, True, True),
        (Recurrence.SIX_WEEKLY, True, True, True, True),
        (Recurrence.MONTHLY, False, True, True, True),
        (Recurrence.MONTHLY, True, True, True, True),
        (Recurrence.QUARTERLY, False, False, True, True),
        (Recurrence.QUARTERLY, True, False, True, True),
        (Recurrence.YEARLY, False, False, False, True),
        (Recurrence.YEARLY, True, False, False, True),
    ],
)
def test_what_each_recurrence_is_asked_for(recurrence, complete, august, october, april):
    said = [due.is_asked(recurrence, complete, *meetings) for meetings in (IN_AUGUST, IN_OCTOBER, IN_APRIL)]
    assert said == [august, october, april]
    assert due.is_asked(recurrence, complete, None, date(2023, 7, 18)) is False


def test_the_table_above_names_every_recurrence():
    marked = test_what_each_recurrence_is_asked_for.pytestmark[0].args[1]
    assert {row[0] for row in marked} == set(Recurrence)


@pytest.mark.parametrize("recurrence", Recurrence)
def test_rolls_where_an_answer_is_given_per_period(recurrence):
    assert due.rolls(recurrence) is (recurrence not in (Recurrence.NONE, Recurrence.NOT_SET))


# ---- words


@pytest.mark.parametrize(
    ("days_ahead", "said"),
    [
        (-400, ("late", "Overdue 400 days")),
        (-2, ("late", "Overdue 2 days")),
        (-1, ("late", "Overdue 1 day")),
        (0, ("due", "Due today")),
        (1, ("due", "Due in 1 day")),
        (14, ("due", "Due in 14 days")),
        (15, ("ok", "Due 15 August 2023")),
        (62, ("ok", "Due 1 October 2023")),
    ],
)
def test_says_how_late_or_how_near(days_ahead, said):
    on = date(2023, 7, 31)
    assert due.due_in_words(on + days_ahead * DAY, False, on) == said
    assert due.due_in_words(on + days_ahead * DAY, True, on) == ("", "")


def test_says_nothing_where_nothing_is_due():
    assert due.due_in_words(None, False, date(2023, 7, 31)) == ("", "")


ON = date(2023, 11, 24)
FRESH, STALE = ON - due.CYCLE, ON - due.CYCLE - DAY


@pytest.mark.parametrize(
    ("word", "token", "words_on", "due_on", "begins"),
    [
        ("Green", Token.GREEN, None, None, ""),
        ("Green", Token.GREEN, STALE, None, ""),
        ("Green", Token.GREEN, STALE, ON, ""),
        ("Green", Token.GREEN, FRESH, ON - DAY, "Its target passed on 23 November 2023."),
        ("Blue", Token.BLUE, None, None, ""),
        ("Ongoing", Token.GREY, None, None, ""),
        ("Amber", Token.AMBER, FRESH, ON, ""),
        ("Amber", Token.AMBER, STALE, ON, "The last words on this Amber rating are from 12 October 2023."),
        ("Amber", Token.AMBER, None, None, "Amber has no words yet."),
        ("Amber", Token.AMBER, FRESH, ON - DAY, "Its target passed on 23 November 2023."),
        ("Red", Token.RED, FRESH, None, ""),
        ("Red", Token.RED, STALE, None, "The last words on this Red rating are from 12 October 2023."),
        ("Red", Token.RED, None, None, "Red has no words yet."),
        ("Off track", Token.RED, None, None, "Off track has no words yet."),  # a plan's own key, its own word
        (None, None, None, None, "This measure has no agreed rating yet"),
        (None, None, FRESH, ON - DAY, "This measure has no agreed rating yet"),
    ],
)
def test_refuses_no_change_where_silence_would_mislead(word, token, words_on, due_on, begins):
    said = due.why_not_no_change(word=word, token=token, words_on=words_on, due_on=due_on, on=ON)
    assert said.startswith(begins) if begins else said == ""


def test_refuses_no_change_for_a_new_period_where_nothing_else_stands_against_it():
    def said(**facts):
        return due.why_not_no_change(
            **{"word": "Green", "token": Token.GREEN, "words_on": FRESH, "due_on": None, "on": ON} | facts
        )

    assert said() == ""
    assert said(new_period="Q2 2023/24").startswith("Q2 2023/24 has not been answered yet.")
    assert said(new_period="Q2 2023/24", due_on=ON - DAY).startswith("Its target passed")
    assert said(new_period="Q2 2023/24", word=None).startswith("This measure has no agreed rating yet")


def test_refuses_no_change_as_an_answer_to_what_was_returned():
    said = due.why_not_no_change(
        word="Green", token=Token.GREEN, words_on=FRESH, due_on=None, on=ON, returned=True
    )
    assert said == "The business unit returned what was sent. Answer its reason in words."


# ---- the calendar


@given(DAYS, st.integers(-400, 400))
@quick
def test_suggests_a_tuesday_to_come_and_never_over_christmas(previous, later):
    on = previous + later * DAY
    day = due.suggested_meeting(previous, on)
    assert day.weekday() == due.TUESDAY
    assert day > on
    assert not (day.month == 12 and day.day >= 24)
    assert (day.month, day.day) != (1, 1)
    assert day - max(previous + due.CYCLE, on) <= timedelta(days=21)


def test_suggests_six_weeks_after_a_tuesday():
    assert due.suggested_meeting(date(2023, 7, 18), date(2023, 7, 19)) == date(2023, 8, 29)


@pytest.mark.parametrize(
    ("previous", "on", "words"),
    [
        (date(2023, 7, 18), date(2023, 7, 19), "Six weeks on, a Tuesday."),
        (date(2023, 7, 20), date(2023, 7, 20), "A Tuesday within six weeks: 40 days on."),
        (
            date(2026, 11, 21),
            date(2026, 11, 21),
            "The first Tuesday after the new year: 45 days on, more than six weeks.",
        ),
        (date(2023, 7, 18), date(2023, 10, 2), "The next Tuesday: 77 days on, more than six weeks."),
    ],
)
def test_says_how_the_suggested_day_lies_to_the_meeting_before(previous, on, words):
    assert due.suggestion_in_words(previous, due.suggested_meeting(previous, on)) == words


# ---- whose, and in which order


def test_lists_what_is_asked_of_these_posts_most_urgent_first():
    def edit(action, measure):
        if measure.id % 3 == 0:
            return replace(measure, asked=True, updated=False)
        return replace(measure, asked=measure.id % 3 == 1, updated=measure.id % 3 == 1)

    picture = july().with_measures(edit)
    posts = frozenset({next(picture.placed()).action.officers[0].post_id})
    mine = due.own(picture, posts)
    assert mine
    assert all({o.post_id for o in p.action.officers} & posts for p in mine)
    todo = due.to_do(picture, posts)
    assert {p.measure.id for p in todo} == {p.measure.id for p in mine if p.measure.id % 3 == 0}
    dates = [p.measure.target.due_on or date.max for p in todo if p.measure.target]
    assert dates == sorted(dates)


def test_asks_nothing_of_somebody_without_a_post():
    assert due.own(july(), frozenset()) == due.to_do(july(), frozenset()) == []
