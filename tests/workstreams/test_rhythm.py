"""How often the Executive meets, and which report falls to which meeting."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstreams import due, gather, rhythm
from workstreams.picture import Reader
from workstreams.vocabulary import Recurrence

NOVEMBER, JANUARY = date(2023, 11, 21), date(2024, 1, 2)
TODAY = date(2023, 11, 24)


# ---- meetings too far apart


def test_six_weeks_is_no_gap_and_a_day_more_is_one():
    assert rhythm.gaps([NOVEMBER, NOVEMBER + timedelta(days=42)], TODAY) == []
    (gap,) = rhythm.gaps([NOVEMBER, NOVEMBER + timedelta(days=43)], TODAY)
    assert gap.days == 43
    assert gap.sentence == (
        "43 days lie between the meetings of 21 November 2023 and 3 January 2024: more than 42."
        " Six weeks from the first is 2 January 2024."
    )


def test_a_gap_between_meetings_long_held_is_found_too():
    days = [date(2023, 5, 1), date(2023, 7, 18), date(2023, 8, 29), date(2023, 10, 10), NOVEMBER, JANUARY]
    assert [(g.after, g.before) for g in rhythm.gaps(days, TODAY)] == [(date(2023, 5, 1), date(2023, 7, 18))]


def test_says_where_nothing_is_planned_after_the_last():
    (gap,) = rhythm.gaps([date(2023, 10, 10), NOVEMBER], TODAY)
    assert gap.sentence == (
        "No regular meeting is planned after 21 November 2023. Six weeks from it is 2 January 2024."
    )


def test_a_plan_that_has_not_met_has_no_gap():
    assert rhythm.gaps([], TODAY) == []


@given(st.lists(st.integers(1, 120), max_size=8), st.integers(0, 400))
def test_there_is_a_gap_exactly_where_more_than_six_weeks_lie_between(steps, offset):
    days = [date(2023, 4, 1)]
    for step in steps:
        days.append(days[-1] + timedelta(days=step))
    on = date(2023, 4, 1) + timedelta(days=offset)
    found = rhythm.gaps(days, on)
    assert [g.days for g in found if g.before] == [step for step in steps if step > due.CYCLE.days]
    assert any(g.before is None for g in found) == (days[-1] <= on)


# ---- what is reported when


@pytest.mark.parametrize(
    ("printed", "recurrence"),
    [
        ("Every 6 weeks", Recurrence.SIX_WEEKLY),
        ("six-weekly", Recurrence.SIX_WEEKLY),
        ("Every quarter", Recurrence.QUARTERLY),
        ("on a quarterly basis", Recurrence.QUARTERLY),
        ("Every Executive meeting", Recurrence.EVERY_MEETING),
        ("to each meeting", Recurrence.EVERY_MEETING),
        ("monthly", Recurrence.MONTHLY),
        ("as needed", None),
    ],
)
def test_reads_how_often_from_the_printed_words(printed, recurrence):
    assert rhythm.recurrence_of(printed) == recurrence


def test_a_quarter_falls_to_the_first_meeting_after_its_last_day():
    days = [NOVEMBER, JANUARY, date(2024, 2, 13), date(2024, 3, 26), date(2024, 5, 7)]
    reports = rhythm.falls_to(Recurrence.QUARTERLY, days, TODAY)
    assert [(r.on, r.period) for r in reports] == [
        (JANUARY, "Q3 2023/24"),
        (date(2024, 5, 7), "Q4 2023/24"),
    ]


@pytest.mark.parametrize("recurrence", [Recurrence.SIX_WEEKLY, Recurrence.EVERY_MEETING])
def test_what_follows_the_meetings_falls_to_each_that_is_to_come(recurrence):
    days = [NOVEMBER, JANUARY, date(2024, 2, 13)]
    assert [r.on for r in rhythm.falls_to(recurrence, days, TODAY)] == [JANUARY, date(2024, 2, 13)]


def test_nothing_falls_to_a_meeting_that_is_behind():
    assert rhythm.falls_to(Recurrence.SIX_WEEKLY, [NOVEMBER], NOVEMBER) == ()
    (report,) = rhythm.falls_to(Recurrence.SIX_WEEKLY, [NOVEMBER], NOVEMBER - timedelta(days=1))
    assert report.on == NOVEMBER


def test_a_duty_that_does_not_say_how_often_is_not_counted():
    assert rhythm.falls_to(None, [NOVEMBER, JANUARY], TODAY) == ()
    assert rhythm.risks(None, [NOVEMBER, JANUARY], TODAY) == ()


@pytest.mark.parametrize(
    ("recurrence", "days", "sentences"),
    [
        (Recurrence.SIX_WEEKLY, [NOVEMBER, JANUARY], []),
        (
            Recurrence.SIX_WEEKLY,
            [NOVEMBER, date(2024, 1, 9)],
            ["It is reported 49 days after 21 November 2023, not six weeks."],
        ),
        (Recurrence.EVERY_MEETING, [NOVEMBER, date(2024, 1, 9)], []),
        (Recurrence.QUARTERLY, [NOVEMBER, date(2024, 1, 9)], []),
        (
            Recurrence.QUARTERLY,
            [NOVEMBER, date(2024, 2, 20)],
            ["Q3 2023/24 ends on 31 December 2023 and is reported 51 days later, on 20 February 2024."],
        ),
        (
            Recurrence.QUARTERLY,
            [NOVEMBER, date(2024, 4, 9)],
            [
                "Q3 2023/24 and Q4 2023/24 both end before the meeting of 9 April 2024:"
                " Q3 2023/24 has no meeting of its own."
            ],
        ),
        (Recurrence.QUARTERLY, [NOVEMBER], ["No meeting is planned to report it to."]),
        (
            Recurrence.QUARTERLY,
            [date(2023, 9, 19)],
            ["Q2 2023/24 ended on 30 September 2023, and no meeting is planned to report it to."],
        ),
    ],
)
def test_says_what_a_gap_does_to_a_duty(recurrence, days, sentences):
    assert list(rhythm.risks(recurrence, days, TODAY)) == sentences


def test_a_gap_of_the_past_endangers_nothing_any_more():
    days = [date(2023, 7, 18), date(2023, 10, 10), NOVEMBER, JANUARY]
    assert rhythm.risks(Recurrence.SIX_WEEKLY, days, TODAY) == ()


def test_finds_the_duties_of_the_plan_with_their_leads(plan):
    picture = gather.picture_for(Reader(everything=True), plan)
    found = rhythm.duties(picture, [NOVEMBER, JANUARY], TODAY)
    assert [(d.ref, d.printed) for d in found] == [
        ("2.1", "Every 6 weeks"),
        ("2.2", "Every quarter"),
        ("3.2", "Every Executive meeting"),
        ("3.3", "Every quarter"),
        ("4.2", "Every Executive meeting"),
        ("5.3", "Every quarter"),
    ]
    assert all(d.falls_to for d in found)
    assert [o.title for o in found[0].officers] == ["Chair of MASH Steering Group"]
