"""The periods of a recurring measure: which meeting asks for which, what was answered, what was missed."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rows import AMBER, BLUE, GREEN, composed, day_of, measure, step
from workstreams import due
from workstreams import picture as p
from workstreams.vocabulary import Recurrence

# Meetings of tests/rows.py: 10 January, 21 February, 4 April, 16 May, 27 June, 8 August, 19 September, 31 October
# and, planned, 12 December 2023.
Q4, Q1, Q2 = date(2023, 3, 31), date(2023, 6, 30), date(2023, 9, 30)
SINCE = [{"row": "1", "at": datetime(2023, 1, 2, tzinfo=UTC)}]
FIGURES = [{"name": "Seen in time", "numerator": 41, "denominator": 50, "unit": ""}]


def sent(number, meeting, level, ends_on=None, **facts):
    return step(number, "P", meeting, level) | {"period_ends_on": ends_on} | facts


def agreed(number, meeting, level, ends_on=None):
    return step(number, "A", meeting, level) | {"period_ends_on": ends_on}


def shown(ratings, recurrence="QUARTERLY", rhythm=SINCE, **facts):
    picture = composed([measure(1, recurrence=recurrence, recurring=True)], ratings, rhythm=rhythm, **facts)
    return picture.find(1).measure


def said(measure):
    return [
        (
            period.name,
            period.agreed.word if period.agreed else period.proposed.word + "?" if period.proposed else "",
            period.missed,
            period.asked,
        )
        for period in measure.periods
    ]


def test_a_quarter_goes_to_the_first_meeting_after_it_and_is_missed_once_that_is_over():
    answered_once = [sent(1, 3, GREEN, Q4), agreed(2, 3, GREEN, Q4)]
    assert said(shown(answered_once, held=5)) == [
        ("Q3 2022/23", "", True, False),
        ("Q4 2022/23", "Green", False, False),
        ("Q1 2023/24", "", False, True),
    ]
    assert said(shown(answered_once))[-2:] == [
        ("Q1 2023/24", "", True, False),
        ("Q2 2023/24", "", True, False),
    ]


def test_a_period_is_not_missed_while_its_meeting_is_still_to_come():
    asking = shown([agreed(1, 6, AMBER, Q1)], held=7)
    assert said(asking)[-2:] == [("Q1 2023/24", "Amber", False, False), ("Q2 2023/24", "", False, True)]
    assert (asking.asked, asking.updated, asking.period.name) == (True, False, "Q2 2023/24")
    assert asking.by_period == "Agreed Amber for Q1 2023/24; Q2 2023/24 not yet answered"
    assert asking.missed == ()


def test_a_proposal_answers_the_period_that_it_speaks_of():
    answered = shown([agreed(1, 6, AMBER, Q1), sent(2, 8, GREEN, Q2, figures=FIGURES)], held=7)
    assert said(answered)[-1] == ("Q2 2023/24", "Green?", False, True)
    assert answered.updated
    assert answered.by_period == "Agreed Amber for Q1 2023/24"
    assert answered.figures == (p.Figure("Seen in time", 41, 50),)


def test_what_was_put_off_does_not_answer_the_next_period():
    put_off = [sent(1, 6, GREEN, Q1), step(2, "D", 6)]
    asking = shown(put_off, held=7)
    assert said(asking)[-2:] == [("Q1 2023/24", "Green?", False, False), ("Q2 2023/24", "", False, True)]
    assert asking.updated is False
    replaced = shown([*put_off, sent(3, 8, AMBER, Q2)], held=7)
    assert said(replaced)[-2:] == [("Q1 2023/24", "", False, False), ("Q2 2023/24", "Amber?", False, True)]


def test_what_was_taken_back_leaves_its_period_unanswered():
    assert said(shown([sent(1, 8, GREEN, Q2), step(2, "R", 8)]))[-1] == ("Q2 2023/24", "", True, False)


def test_a_period_that_a_later_meeting_agreed_is_not_missed():
    held_over = [sent(1, 6, GREEN, Q1), step(2, "N", 6), agreed(3, 7, GREEN, Q1)]
    assert said(shown(held_over, held=7))[-2] == ("Q1 2023/24", "Green", False, False)


def test_nothing_is_missed_before_the_measure_was_answered_that_often():
    since_july = [{"row": "1", "at": datetime(2023, 7, 1, tzinfo=UTC)}]
    assert [name for name, *_ in said(shown([agreed(1, 2, BLUE)], rhythm=since_july))] == [
        "Q1 2023/24",
        "Q2 2023/24",
    ]


def test_a_measure_that_follows_the_meetings_has_a_period_for_each():
    every = [agreed(1, 6, GREEN), sent(2, 7, AMBER), step(3, "D", 7)]
    assert said(shown(every, "EVERY_MEETING", held=7))[-3:] == [
        ("8 August 2023", "Green", False, False),
        ("19 September 2023", "", False, False),
        ("31 October 2023", "Amber?", False, True),
    ]
    assert said(shown(every[:1], "SIX_WEEKLY", held=7))[-2:] == [
        ("19 September 2023", "", True, False),
        ("31 October 2023", "", False, True),
    ]


def test_a_meeting_that_was_cancelled_hands_its_period_on():
    def meetings(state):
        rows = composed([])  # only to see that the days above are these
        assert rows.next_meeting.held_on == day_of(9)
        return [
            {
                "id": n,
                "held_on": day_of(n),
                "kind": "REGULAR",
                "papers_close_at": datetime(2024, 6, 1, tzinfo=UTC),
                "state": state if n == 8 else "CLOSED" if n < 8 else "PLANNED",
            }
            for n in range(1, 10)
        ]

    answered = [agreed(1, 6, AMBER, Q1), sent(2, 8, GREEN, Q2)]
    handed_on = shown(answered, meeting=meetings("CANCELLED"))
    assert said(handed_on)[-1] == ("Q2 2023/24", "Green?", False, True)
    assert handed_on.updated
    follows = shown([sent(1, 8, GREEN)], "EVERY_MEETING", meeting=meetings("CANCELLED"))
    assert said(follows)[-1] == (f"{day_of(9):%-d %B %Y}", "Green?", False, True)


def test_a_measure_that_is_answered_once_has_a_period_for_each_meeting_that_was_told_figures():
    steps = [sent(1, 6, GREEN, figures=FIGURES), agreed(2, 6, AMBER), sent(3, 7, GREEN), agreed(4, 7, GREEN)]
    once = shown(steps, "NONE", rhythm=[])
    assert said(once) == [("8 August 2023", "Amber", False, False)]
    assert once.by_period == ""
    assert once.period is None
    assert shown(steps[2:], "NONE", rhythm=[]).periods == ()


def test_holds_two_years_of_quarters_at_most_and_the_newest():
    steps = [agreed(n, 1, GREEN, due.month_end(2015 + n // 4, 3 * (n % 4) + 3)) for n in range(1, 20)]
    ends = [
        period.ends_on
        for period in shown(steps, rhythm=[{"row": "1", "at": datetime(2024, 1, 1, tzinfo=UTC)}]).periods
    ]
    assert len(ends) == 8
    assert ends == sorted(ends)


def test_a_corrected_level_is_that_of_its_period():
    corrected = [
        sent(1, 6, GREEN, Q1, figures=FIGURES),
        agreed(2, 6, GREEN, Q1),
        agreed(3, 6, AMBER, Q1) | {"corrects_id": 2},
    ]
    period = next(period for period in shown(corrected).periods if period.ends_on == Q1)
    assert (period.agreed.word, len(period.figures)) == ("Amber", 1)


def test_other_groups_see_what_was_agreed_and_what_is_asked():
    whole = composed(
        [measure(1, recurrence="QUARTERLY", recurring=True)],
        [agreed(1, 3, GREEN, Q4), sent(2, 8, AMBER, Q2, figures=FIGURES)],
        rhythm=SINCE,
        held=7,
    )
    theirs = whole.seen_by(p.Reader(everything=False, posts=frozenset())).find(1).measure
    assert [
        (period.name, bool(period.agreed), period.proposed, period.figures) for period in theirs.periods
    ] == [
        ("Q4 2022/23", True, None, ()),
        ("Q2 2023/24", False, None, ()),
    ]
    assert theirs.by_period == "Agreed Green for Q4 2022/23"


# ---- the calendar


@given(
    st.sampled_from([Recurrence.MONTHLY, Recurrence.QUARTERLY, Recurrence.YEARLY]),
    st.lists(st.integers(1, 90), min_size=4, max_size=14),
)
def test_each_period_is_asked_at_one_meeting_alone_and_that_is_the_first_after_it(recurrence, gaps):
    days = [date(2023, 1, 10)]
    for gap in gaps:
        days.append(date.fromordinal(days[-1].toordinal() + gap))
    asked = [due.period_for(recurrence, on, before) for before, on in pairwise(days)]
    known = [end for end in asked if end]
    assert len(known) == len(set(known))
    for (before, on), end in zip(pairwise(days), asked, strict=True):
        assert end is None or before < end <= on


@pytest.mark.parametrize(
    ("recurrence", "end", "name", "span"),
    [
        (Recurrence.QUARTERLY, date(2023, 6, 30), "Q1 2023/24", "April to June"),
        (Recurrence.QUARTERLY, date(2023, 9, 30), "Q2 2023/24", "July to September"),
        (Recurrence.QUARTERLY, date(2023, 12, 31), "Q3 2023/24", "October to December"),
        (Recurrence.QUARTERLY, date(2024, 3, 31), "Q4 2023/24", "January to March"),
        (Recurrence.MONTHLY, date(2024, 2, 29), "February 2024", ""),
        (Recurrence.YEARLY, date(2024, 3, 31), "2023/24", "April 2023 to March 2024"),
        (Recurrence.YEARLY, date(2000, 3, 31), "1999/00", "April 1999 to March 2000"),
        (Recurrence.EVERY_MEETING, date(2023, 11, 21), "21 November 2023", ""),
        (Recurrence.SIX_WEEKLY, date(2023, 11, 21), "21 November 2023", ""),
    ],
)
def test_a_period_is_called_as_people_call_it(recurrence, end, name, span):
    assert (due.period_name(recurrence, end), due.period_span(recurrence, end)) == (name, span)


@pytest.mark.parametrize(
    ("recurrence", "on", "end"),
    [
        (Recurrence.QUARTERLY, date(2023, 11, 24), date(2023, 12, 31)),
        (Recurrence.QUARTERLY, date(2023, 12, 31), date(2024, 3, 31)),
        (Recurrence.MONTHLY, date(2024, 1, 31), date(2024, 2, 29)),
        (Recurrence.YEARLY, date(2023, 4, 1), date(2024, 3, 31)),
        (Recurrence.EVERY_MEETING, date(2023, 11, 24), date(2024, 1, 2)),
        (Recurrence.SIX_WEEKLY, date(2024, 2, 1), date(2024, 2, 1)),
        (Recurrence.NONE, date(2023, 11, 24), None),
        (Recurrence.NOT_SET, date(2023, 11, 24), None),
    ],
)
def test_says_when_the_next_period_ends(recurrence, on, end):
    assert due.next_period_end(recurrence, date(2023, 11, 21), on) == end


def test_tells_when_it_is_asked_again():
    assert due.asked_later_in_words(Recurrence.QUARTERLY, date(2023, 12, 31)) == (
        "Q3 2023/24 ends on 31 December 2023 and is asked at the first Executive meeting from then on."
    )
    assert "about 2 January 2024" in due.asked_later_in_words(Recurrence.SIX_WEEKLY, date(2024, 1, 2))


@pytest.mark.parametrize(
    ("figure", "words", "plotted"),
    [
        (p.Figure("Seen", 41, 50), "41 of 50 (82%)", 82),
        (p.Figure("Seen", 41, 50, "children"), "41 of 50 children (82%)", 82),
        (p.Figure("Seen", 1, 3, "%"), "1 of 3 (33%)", 100 / 3),
        (p.Figure("None to see", 0, 0), "0 of 0", 0),
        (p.Figure("Days", 31, None, "days"), "31 days", 31),
        (p.Figure("Days", 28.5, None, "days"), "28.5 days", 28.5),
        (p.Figure("Share", 82, None, "%"), "82%", 82),
        (p.Figure("Places", 1204), "1,204", 1204),
    ],
)
def test_a_figure_is_said_in_words(figure, words, plotted):
    assert (figure.words, figure.plotted) == (words, plotted)
    assert p.figures_of([figure.kept]) == (figure,)
    assert replace(figure, unit="") in p.figures_of([{**figure.kept, "unit": None}])
