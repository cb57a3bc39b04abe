"""What a meeting has before it and what it decided, from pictures and steps alone."""

import pytest

from workstreams.agenda import Result, next_label, tallies

GREEN, AMBER = 1, 2


@pytest.mark.parametrize(
    ("label", "wanted"),
    [
        ("1.7", "1.8"),
        ("1.9", "1.10"),
        ("1.10", "1.11"),
        ("0.99", "0.100"),
        ("2", "3"),
        ("1.2.3", "1.2.4"),
        ("0.12 October 2023 FINAL", "0.13"),
        ("Final", ""),
        ("", ""),
    ],
)
def test_the_next_label_is_counted_and_not_calculated(label, wanted):
    assert next_label(label) == wanted


def step(number, kind, level=None, meeting=1, because="", measure=1, corrects=None):
    return {
        "id": number,
        "measure_id": measure,
        "step": kind,
        "level_id": level,
        "meeting_id": meeting,
        "because": because,
        "corrects_id": corrects,
    }


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        ([("PROVISIONAL", GREEN)], {}),
        ([("PROVISIONAL", GREEN), ("AGREED", GREEN)], {Result.AGREED: 1}),
        ([("PROVISIONAL", GREEN), ("AGREED", AMBER)], {Result.AMENDED: 1}),
        ([("PROVISIONAL", GREEN), ("DEFERRED", None)], {Result.DEFERRED: 1}),
        ([("PROVISIONAL", GREEN), ("NOT_REACHED", None)], {Result.NOT_REACHED: 1}),
        # the last decision of a meeting counts, against what was proposed before its first
        ([("PROVISIONAL", GREEN), ("DEFERRED", None), ("AGREED", GREEN)], {Result.AGREED: 1}),
        ([("PROVISIONAL", AMBER), ("PROVISIONAL", GREEN), ("AGREED", GREEN)], {Result.AGREED: 1}),
        ([("PROVISIONAL", GREEN), ("REMOVED", None)], {}),
        (
            [("PROVISIONAL", GREEN), ("REMOVED", None), ("AGREED", AMBER, "Set by itself")],
            {Result.AMENDED: 1},
        ),
        ([("AGREED", AMBER)], {Result.AGREED: 1}),  # as the printed version had it
    ],
)
def test_each_measure_counts_once_as_its_meeting_left_it(steps, wanted):
    rows = [
        step(n, kind, level, because=why[0] if why else "") for n, (kind, level, *why) in enumerate(steps, 1)
    ]
    assert tallies(rows).get(1, {}) == wanted


def test_what_is_held_over_is_counted_at_each_meeting_it_came_to():
    rows = [
        step(1, "PROVISIONAL", GREEN),
        step(2, "DEFERRED", meeting=1, because="The minute"),
        step(3, "AGREED", GREEN, meeting=2),
        step(4, "PROVISIONAL", AMBER, meeting=2, measure=2),
        step(5, "AGREED", GREEN, meeting=2, measure=2, because="Filled"),
    ]
    assert tallies(rows) == {1: {Result.DEFERRED: 1}, 2: {Result.AGREED: 1, Result.AMENDED: 1}}


def test_a_correction_counts_in_the_place_of_what_it_corrects():
    rows = [
        step(1, "PROVISIONAL", GREEN),
        step(2, "AGREED", GREEN),
        step(3, "PROVISIONAL", GREEN, meeting=2),
        step(4, "AGREED", AMBER, because="Misheard.", corrects=2),
        step(5, "AGREED", GREEN, meeting=2),
    ]
    assert tallies(rows[:3]) == {1: {Result.AGREED: 1}}
    assert tallies(rows) == {1: {Result.AMENDED: 1}, 2: {Result.AGREED: 1}}
    taken_back = [*rows[:2], step(3, "DEFERRED", because="Misheard.", corrects=2)]
    assert tallies(taken_back) == {1: {Result.DEFERRED: 1}}
    assert tallies([*taken_back, step(4, "AGREED", GREEN, meeting=2)])[2] == {Result.AGREED: 1}
