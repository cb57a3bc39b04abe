"""The dashboard's answers as sentences: every number counted from the picture, every case in its own words."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import pictures
from workstreams import answers, charts
from workstreams.vocabulary import MeetingKind

JULY, DRAFT = pictures.july(), pictures.draft()
CODES = [level.code for level in JULY.key]


def at(on, levels, meeting=1, kind=MeetingKind.REGULAR):
    return answers.AtMeeting(meeting, on, kind, levels)


def levels(picture):
    return {m.id: m.level.code for m in picture.measures if m.level}


def meetings_of(*codes, picture=JULY):
    """Meetings at which every measure had the level that the picture agrees, but those that are named."""
    return [
        at(date(2023, 7 + number, 18), levels(picture) | changed, number)
        for number, changed in enumerate(codes)
    ]


def test_where_we_are_in_one_sentence():
    where = answers.where_we_are(JULY)
    assert where.sentence == (
        "The Executive Group has agreed a rating for all 42 measures: 9 Amber, 21 Green and 12 Blue."
    )
    assert (len(where.complete), len(where.not_accepted)) == (12, 12)
    assert [row.name for row in where.rows][:1] == ["1 Strategic priorities"]


def test_says_what_is_not_rated():
    bare = JULY.with_measures(lambda _, m: replace(m, agreed=None) if m.id % 2 else m)
    where = answers.where_we_are(bare)
    assert where.sentence.startswith("The Executive Group has agreed a rating for 21 of 42 measures: ")
    assert where.sentence.endswith("; 21 not rated.")
    none = JULY.with_measures(lambda _, m: replace(m, agreed=None))
    assert answers.where_we_are(none).sentence.endswith("has agreed no rating yet for the 42 measures.")


def test_accepted_impact_is_no_longer_owed():
    where = answers.where_we_are(DRAFT)
    assert 7 not in [p.measure.id for p in where.not_accepted]
    assert 12 in [p.measure.id for p in where.not_accepted]  # reported, and not accepted


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({}, "Since 18 July 2023 no agreed rating has moved."),
        ({2: "G"}, "Since 18 July 2023: 1 measure moved up."),
        ({2: "G", 1: "A"}, "Since 18 July 2023: 1 measure moved up and 1 moved down."),
        (
            {2: "G", 3: "G", 5: "R", 9: "B"},
            "Since 18 July 2023: 2 measures moved up, 1 moved down and 1 became complete.",
        ),
        ({6: "G"}, "Since 18 July 2023: 1 measure moved down."),
        ({6: "B"}, "Since 18 July 2023: 1 measure became complete."),
    ],
)
def test_moves_in_words(changed, sentence):
    was = {1: "G", 2: "A", 3: "A", 5: "G", 6: "B" if changed.get(6) == "G" else "G", 9: "A"}
    before, after = meetings_of(was, was | changed)
    assert answers.are_we_improving(JULY, [before, after]).sentence == sentence


def test_a_first_rating_is_no_move_up():
    before, after = meetings_of({}, {})
    before = replace(before, levels={k: v for k, v in before.levels.items() if k not in (2, 6)})
    improving = answers.are_we_improving(JULY, [before, after])
    assert {m.words for m in improving.latest.moves} <= {f"rated {level.word}" for level in JULY.key}
    assert "got a first rating" in improving.sentence or "became complete" in improving.sentence
    assert "moved up" not in improving.sentence


def test_pairs_lead_from_one_level_to_another():
    was = {1: "G", 2: "G", 3: "A"}
    before, after = meetings_of(was, {1: "A", 2: "A", 3: "G"})
    pairs = answers.are_we_improving(JULY, [before, after]).latest.pairs
    assert [(words, [m.placed.measure.id for m in moves]) for words, moves in pairs] == [
        ("Green to Amber", [1, 2]),
        ("Amber to Green", [3]),
    ]


def test_before_and_after_the_first_meeting():
    nothing = answers.are_we_improving(JULY, [])
    assert nothing.sentence == "After the first meeting of the Executive Group this shows what moved since."
    assert (nothing.columns, nothing.latest) == ((), None)
    one = answers.are_we_improving(JULY, meetings_of({}))
    assert one.sentence == "One meeting has closed, on 18 July 2023. What moved shows after the next."


def test_three_meetings_are_also_compared_from_the_first():
    improving = answers.are_we_improving(
        JULY, meetings_of({1: "A", 2: "A"}, {1: "G", 2: "A"}, {1: "G", 2: "G"})
    )
    assert improving.latest.sentence == "Since 18 August 2023: 1 measure moved up."
    assert improving.whole.sentence == "Since 18 July 2023: 2 measures moved up."


def test_names_a_meeting_that_is_not_regular():
    assert at(date(2023, 7, 18), {}).name == "18 July 2023"
    assert at(date(2023, 7, 18), {}, kind=MeetingKind.EXTRAORDINARY).name == "18 July 2023 (extraordinary)"


@given(
    st.lists(
        st.dictionaries(st.integers(1, 50), st.sampled_from(CODES)), min_size=2, max_size=charts.NEWEST + 3
    )
)
def test_every_column_counts_every_measure_once_and_the_moves_explain_them(history):
    found = [at(date(2023, 7, 18), codes, number) for number, codes in enumerate(history)]
    improving = answers.are_we_improving(JULY, found)
    assert {sum(n for _, n in column.counts) for column in improving.columns} == {42}
    before, after = (dict(column.counts) for column in improving.columns[-2:])
    lost = [m for m in JULY.measures if m.id in history[-2] and m.id not in history[-1]]
    for level in JULY.key:
        gained = sum(m.now == level for m in improving.latest.moves)
        left = sum(m.was == level for m in improving.latest.moves)
        gone = sum(history[-2][m.id] == level.code for m in lost)
        assert after[level] == before[level] + gained - left - gone


def test_slips_are_counted_with_the_furthest_first():
    slips = answers.what_slips(DRAFT)
    assert [slip.placed.measure.id for slip in slips.moved] == [17]
    assert ", 4 months later in all;" in slips.sentence
    assert slips.sentence.startswith(f"1 of {slips.dated} target dates has moved")
    assert [p.measure.overdue_days for p in slips.overdue] == sorted(
        (p.measure.overdue_days for p in slips.overdue), reverse=True
    )
    assert f"{len(slips.overdue)} measures are overdue." in slips.sentence


def moved(months, moves=1):
    def change(target):
        year, month = divmod(target.due_on.month - 1 + months, 12)
        now = target.due_on.replace(year=target.due_on.year + year, month=month + 1, day=1)
        return replace(target, first_due_on=target.due_on, due_on=now, moves=moves, months=months)

    return change


def with_targets(changes):
    dated = [m.id for m in JULY.measures if m.target and m.target.due_on]
    by_id = dict(zip(dated, changes, strict=False))
    return JULY.with_measures(lambda _, m: replace(m, target=by_id[m.id](m.target)) if m.id in by_id else m)


def test_says_how_far_and_how_often():
    slips = answers.what_slips(with_targets([moved(2), moved(6, 3), moved(-1)]))
    assert "have moved, 8 months later in all and 6 months at most" in slips.sentence
    assert [slip.by for slip in slips.moved] == ["6 months later", "2 months later", "1 month earlier"]
    assert [span.more for span in slips.drawn] == [", moved 3 times", ", moved once", ", moved once"]
    assert slips.moved[0].placed.outcome.ref in slips.drawn[0].name


def test_a_target_moved_inside_its_month_has_no_line():
    slips = answers.what_slips(with_targets([lambda t: replace(t, first_due_on=t.due_on, moves=1, months=0)]))
    assert (len(slips.moved), slips.drawn, slips.drawing) == (1, [], "")
    assert slips.moved[0].by == "in the same month"


def test_says_that_nothing_slips():
    still = JULY.with_measures(lambda _, m: replace(m, overdue_days=0))
    assert answers.what_slips(still).sentence.endswith("has moved; no measure is overdue.")
    bare = JULY.with_measures(lambda _, m: replace(m, target=None, overdue_days=0))
    assert answers.what_slips(bare).sentence == "No measure has a target date yet."


def test_who_is_late_by_post_with_the_age_of_the_oldest_words():
    late = answers.who_is_late(DRAFT, None)
    asked = [m for m in DRAFT.measures if m.asked]
    assert sum(row.total for row in late.rows) == len(asked)
    assert sum(row.missing for row in late.rows) == sum(m.not_updated for m in asked)
    sent = len(asked) - sum(m.not_updated for m in asked)
    assert late.sentence.startswith(
        f"{sent} of {len(asked)} measures asked for the meeting of 21 November 2023"
    )
    assert late.rows[0].post in late.sentence
    for row in late.rows:
        if row.words_on:
            assert f"{row.days} days ago" in row.oldest
            assert row.days == (DRAFT.on - row.words_on).days


def test_a_reader_of_their_own_posts_hears_of_no_other():
    own = answers.who_is_late(DRAFT, None).rows[0].asked.officer.post_id
    unseen = DRAFT.with_measures(
        lambda action, m: m if own in action.post_ids else replace(m, updated=None, words_on=None)
    )
    late = answers.who_is_late(unseen, frozenset({own}))
    assert {row.asked.officer.post_id for row in late.rows} == {own}
    assert "asked of you" in late.sentence


def test_nothing_is_asked_where_no_meeting_is_planned():
    idle = replace(DRAFT, next_meeting=None)
    late = answers.who_is_late(idle, None)
    assert late.sentence == "No meeting of the Executive Group is planned, so nothing is asked for."
    assert late.rows == ()


def test_all_sent():
    sent = DRAFT.with_measures(lambda _, m: replace(m, updated=True))
    assert answers.who_is_late(sent, None).sentence.endswith(
        "for the meeting of 21 November 2023 are updated."
    )
    quiet = DRAFT.with_measures(lambda _, m: replace(m, asked=False))
    assert (
        answers.who_is_late(quiet, None).sentence == "Nothing is asked for the meeting of 21 November 2023."
    )


def test_names_every_post_that_most_waits_on():
    late = answers.who_is_late(DRAFT, None)
    first, second, *_ = [row for row in late.rows if row.missing]
    items = (first.asked.missing[0],)

    even = tuple(replace(row, asked=replace(row.asked, items=items)) for row in (first, second))
    said = replace(late, rows=even).sentence
    assert said.endswith(f"most waits on the {first.post} and the {second.post} (1 each).")


def test_says_what_was_rated_since_the_newest_meeting():
    assert answers.rated_since(JULY, []) == ()
    assert answers.rated_since(JULY, meetings_of({1: "R"}, {})) == ()
    improving = answers.are_we_improving(JULY, meetings_of({}, {2: "R"}))
    assert [placed.measure.id for placed in improving.since] == [2]
