"""One picture from plain rows: every short history of a measure against a simple oracle, and what hangs on it."""

import re
from datetime import date
from itertools import count, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rows import AMBER, BLUE, GREEN, LEVELS, ON, STEPS, composed, day_of, measure, step
from workstreams.vocabulary import MeetingKind, MeetingState, RatingStep, TargetStep


def only(picture):
    (found,) = picture.measures
    return found


# ---- every history of up to five steps


class Lived:
    """A history as letters. Each decision is the next meeting's; a removal names its proposal's meeting."""

    def __init__(self, number, letters, agrees):
        self.number, self.letters = number, letters
        self.meetings, self.rows = [], []
        meeting, proposed_for = 1, None
        for place, letter in enumerate(letters):
            at = proposed_for if letter == "R" and proposed_for else meeting
            level = {"P": AMBER, "A": agrees}.get(letter)
            self.meetings.append(at)
            self.rows.append(step(10 * number + place, letter, at, level, measure=number))
            proposed_for = at if letter == "P" else None if letter in "RA" else proposed_for
            meeting += letter in "DNA"

    def id_at(self, place):
        return None if place is None else 10 * self.number + place


ALL = ["".join(letters) for length in range(6) for letters in product("PRDNA", repeat=length)]


@pytest.fixture(scope="module", params=[AMBER, GREEN], ids=["as proposed", "amended"])
def lives(request):
    """Every history, once agreed as proposed and once amended, beside what the picture makes of it."""
    told = [Lived(n, letters, request.param) for n, letters in enumerate(ALL, start=1)]
    picture = composed([measure(x.number) for x in told], [row for x in told for row in x.rows])
    return list(zip(told, picture.measures, strict=True)), request.param


def ids(*ratings):
    return [rating and rating.id for rating in ratings]


def last(pattern, letters):
    """Where the last match of `pattern` begins that reaches the end, or None. The oracle reads, it doesn't step."""
    found = re.search(f"{pattern}$", letters)
    return found.start() if found else None


def test_there_are_3906_histories():
    assert len(ALL) == len(set(ALL)) == 3906


def test_the_agreed_rating_is_the_last_agreement_and_the_previous_the_one_before(lives):
    for life, seen in lives[0]:
        places = [n for n, letter in enumerate(life.letters) if letter == "A"]
        expected = [life.id_at(p) for p in [None, None, *places][-1:-3:-1]]
        assert ids(seen.agreed, seen.previous) == expected, life.letters


def test_a_proposal_stands_until_it_is_agreed_or_removed(lives):
    for life, seen in lives[0]:
        assert ids(seen.proposal) == [life.id_at(last("P[DN]*", life.letters))], life.letters


def test_what_deferred_or_did_not_reach_it_holds_it_over(lives):
    for life, seen in lives[0]:
        held = life.letters if re.search("P[DN]*[DN]$", life.letters) else ""
        assert ids(seen.held_over) == [life.id_at(len(held) - 1) if held else None], life.letters


def test_an_agreement_is_shown_beside_the_proposal_it_decided(lives):
    for life, seen in lives[0]:
        before = life.letters[: life.letters.rfind("A")] if "A" in life.letters else ""
        assert ids(seen.proposed) == [life.id_at(last("P[DN]*", before))], life.letters
        assert seen.was_amended == bool(seen.proposed and lives[1] != AMBER), life.letters


def test_the_next_update_answers_the_last_row(lives):
    for life, seen in lives[0]:
        assert seen.latest_id == (life.rows[-1]["id"] if life.rows else None)


def test_the_strip_shows_each_meetings_proposal_and_agreement(lives):
    """A proposal taken back before its meeting leaves no cell; one that a meeting had before it stays."""
    for life, seen in lives[0]:
        cells = []
        segments = re.findall("[PR]*[DNA]|[PR]+$", life.letters)
        before = ""
        for meeting, segment in enumerate(segments, start=1):
            if re.search("P[DNA]?$", segment):
                cells.append((meeting, "PROVISIONAL", AMBER, False))
            before += segment
            if segment.endswith("A"):
                amended = lives[1] != AMBER and last("P[DN]*", before[:-1]) is not None
                cells.append((meeting, "AGREED", lives[1], amended))
        codes = {code: pk for pk, code, *_ in LEVELS}
        shown = [(m.meeting_id, m.step, codes[m.level.code], m.amended) for m in seen.strip]
        assert shown == cells[-6:], life.letters
        assert [m.on for m in seen.strip] == [day_of(m.meeting_id) for m in seen.strip]


def test_is_updated_where_a_proposal_stands_and_asked_where_it_is_not_complete(lives):
    for _, seen in lives[0]:
        assert seen.asked is True  # nothing here was agreed complete
        assert seen.updated == (seen.proposal is not None)


# ---- corrections, and the meeting a picture speaks of


def test_a_correction_is_shown_beside_the_proposal_of_what_it_corrects():
    rows = [
        step(1, "P", 1, AMBER),
        step(2, "A", 1, GREEN),
        step(3, "A", 1, AMBER, corrects=2),
        step(4, "A", 1, BLUE, corrects=3),
    ]
    seen = only(composed([measure(1)], rows))
    assert ids(seen.agreed, seen.proposed, seen.previous) == [4, 1, None]
    assert seen.latest_id == 4
    assert [(m.step, m.level.word, m.amended) for m in seen.strip] == [
        ("PROVISIONAL", "Amber", False),
        ("AGREED", "Blue", True),
    ]
    as_proposed = only(composed([measure(1)], rows[:3]))
    assert not as_proposed.strip[-1].amended
    assert not as_proposed.was_amended


def test_what_one_special_meeting_deferred_and_another_agreed_is_updated():
    kinds = {1: MeetingKind.BETWEEN_MEETINGS, 2: MeetingKind.EXTRAORDINARY}
    meetings = [
        {
            "id": n,
            "held_on": day_of(n),
            "kind": kinds.get(n, MeetingKind.REGULAR),
            "papers_close_at": ON,
            "state": MeetingState.CLOSED if n in kinds else MeetingState.PLANNED,
        }
        for n in (1, 2, 3)
    ]
    rows = [step(1, "P", 3, GREEN), step(2, "D", 1), step(3, "N", 1), step(4, "A", 2, GREEN)]
    seen = only(composed([measure(1)], rows, meeting=meetings))
    assert (seen.asked, seen.updated, seen.not_updated) == (True, True, False)
    taken_out = only(composed([measure(1)], [*rows[:3], step(4, "R", 3)], meeting=meetings))
    assert taken_out.not_updated


def test_the_strip_ends_with_the_newest_six_cells():
    rows = [step(2 * n + (letter == "A"), letter, n, GREEN) for n in range(1, 6) for letter in "PA"]
    seen = only(composed([measure(1)], rows))
    assert [(m.meeting_id, m.step) for m in seen.strip] == [
        (n, name) for n in (3, 4, 5) for name in ("PROVISIONAL", "AGREED")
    ]


@pytest.mark.parametrize(
    ("history", "of", "tabled", "decision", "found"),
    [
        ("", 2, None, None, None),
        ("P1", 1, 1, None, None),
        ("A1 P2", 2, 2, None, 1),
        ("A1 P2 P2", 2, 3, None, 1),
        ("A1 P2 A2", 2, 2, 3, 1),
        ("A1 P2 A2 P3", 2, 2, 3, 1),
        ("A1 P2 A2 P3", 3, 4, None, 3),
        ("A1 P2 A2 A2", 2, 2, 4, 1),  # a correction is the decision
        ("P1 D1", 1, 1, 2, None),
        ("P1 D1", 2, 1, None, None),  # put off to the second meeting
        ("P1 D1 A2", 2, 1, 3, None),
        ("P1 N1 P2 A2", 2, 3, 4, None),
        ("P1 R1", 1, None, None, None),
        ("P1 P2", 1, None, None, None),  # replaced while the first was in session: decided at the second
        ("A1", 1, None, 1, None),
        ("A1 A2", 2, None, 2, 1),
    ],
)
def test_speaks_of_one_meeting(history, of, tabled, decision, found):
    rows = [step(n, told[0], int(told[1]), GREEN if told[0] in "PA" else None) for n, told in
            enumerate(history.split(), start=1)]  # fmt: skip
    seen = only(composed([measure(1)], rows, held=3, speaks_of=of))
    assert ids(seen.tabled, seen.decision, seen.found) == [tabled, decision, found]


@pytest.mark.parametrize(
    ("history", "asked", "updated"),
    [
        ([], True, False),
        ([("A", 1, GREEN)], True, False),
        ([("A", 1, BLUE)], False, False),
        ([("P", 2, BLUE), ("A", 2, BLUE)], True, True),  # completed at this very meeting: it was asked
        ([("A", 2, BLUE)], True, True),
        ([("A", 1, BLUE), ("P", 2, GREEN)], True, True),
        ([("A", 1, GREEN), ("P", 2, AMBER), ("D", 2, None)], True, True),
        ([("A", 1, GREEN), ("P", 2, AMBER), ("R", 2, None)], True, False),
    ],
)
def test_says_what_the_meeting_asked_and_got(history, asked, updated):
    rows = [step(n, *told) for n, told in enumerate(history, start=1)]
    seen = only(composed([measure(1)], rows, held=3, speaks_of=2))
    assert (seen.asked, seen.updated) == (asked, updated)


def test_finds_the_next_meeting_and_the_one_held_before_it():
    picture = composed([measure(1)], held=3)
    assert (picture.next_meeting.id, picture.last_meeting.id) == (4, 3)
    speaking = composed([measure(1)], held=3, speaks_of=2)
    assert (speaking.next_meeting.id, speaking.last_meeting.id) == (2, 1)
    assert composed([measure(1)], held=3, meeting=[]).next_meeting is None


def test_asks_for_nothing_where_no_meeting_is_planned():
    seen = only(composed([measure(1)], meeting=[]))
    assert (seen.asked, seen.updated, seen.not_updated) == (False, False, False)


def test_words_are_as_old_as_the_last_update_that_said_something():
    rows = [
        step(1, "P", 1, AMBER),
        step(2, "A", 1, AMBER),
        step(3, "P", 2, AMBER, words="No change"),
        step(4, "A", 2, AMBER),
    ]
    assert only(composed([measure(1)], rows)).words_on == rows[0]["effective_on"]
    assert only(composed([measure(1)], rows[2:])).words_on is None


# ---- milestones


def agreed(measure, level):
    return step(measure, "A", 1, level, measure=measure)


def waits(picture):
    return {m.id: [w.measure_id for w in m.waits_on] for m in picture.measures}


def test_a_milestone_waits_on_the_open_lower_ones_of_its_outcome_across_its_actions():
    measures = [
        measure(1, 1, milestone=1),
        measure(2, 1, milestone=1),
        measure(3, 2, milestone=2),
        measure(4, 2, milestone=3),
        measure(5, 2),
        measure(6, 3, milestone=2),  # of the other outcome, whose first level nobody holds
    ]
    rows = [agreed(1, BLUE), agreed(2, AMBER)]
    assert waits(composed(measures, rows)) == {1: [], 2: [], 3: [2], 4: [2, 3], 5: [], 6: []}
    rows = [agreed(1, BLUE), agreed(2, BLUE), agreed(3, BLUE)]
    assert waits(composed(measures, rows)) == {n: [] for n in range(1, 7)}


@given(
    st.lists(
        st.tuples(
            st.integers(1, 3), st.none() | st.integers(1, 4), st.sampled_from([None, AMBER, GREEN, BLUE])
        ),
        max_size=8,
    )
)
@settings(max_examples=60)
def test_waits_by_level_never_by_identity(drawn):
    measures = [measure(n, action, milestone=m) for n, (action, m, _) in enumerate(drawn, start=1)]
    rows = [agreed(n, level) for n, (_, _, level) in enumerate(drawn, start=1) if level]
    outcome = {n: 1 if action < 3 else 2 for n, (action, _, _) in enumerate(drawn, start=1)}
    for n, waiting in waits(composed(measures, rows)).items():
        assert set(waiting) == {
            k
            for k, (_, m, level) in enumerate(drawn, start=1)
            if outcome[k] == outcome[n] and drawn[n - 1][1] and m and m < drawn[n - 1][1] and level != BLUE
        }


# ---- targets


def moved(*steps):
    """Rows of Target from (step, text) with dates read from the month named."""
    months = {"July": 7, "September": 9, "December": 12}
    number = count(1)
    return [
        {
            "id": next(number),
            "measure_id": 1,
            "step": taken,
            "text": text,
            "note": "",
            "due_on": date(2023, months[text], 30),
            "precision": "MONTH",
            "because": f"Because of {text}.",
            "meeting_id": 1,
            "for_post_id": 1,
            "as_deputy": False,
        }
        for taken, text in steps
    ]


SET, ASKED, AGREED, REFUSED = TargetStep.SET, TargetStep.ASKED, TargetStep.AGREED, TargetStep.REFUSED


@pytest.mark.parametrize(
    ("steps", "now", "first", "moves", "months", "asked"),
    [
        ([(SET, "July")], "July", "July", 0, 0, ""),
        ([(SET, "July"), (ASKED, "September")], "July", "July", 0, 0, "September"),
        ([(SET, "July"), (ASKED, "September"), (REFUSED, "September")], "July", "July", 0, 0, ""),
        ([(SET, "July"), (ASKED, "September"), (AGREED, "September")], "September", "July", 1, 2, ""),
        (
            [(SET, "July"), (AGREED, "September"), (AGREED, "December"), (ASKED, "July")],
            "December",
            "July",
            2,
            5,
            "July",
        ),
        ([(SET, "September"), (SET, "July")], "July", "September", 1, -2, ""),
        ([(SET, "July"), (ASKED, "September"), (ASKED, "December")], "July", "July", 0, 0, "December"),
        ([(ASKED, "September")], "", "", 0, 0, "September"),  # a measure without a date asks for its first
        ([(ASKED, "September"), (REFUSED, "September")], "", "", 0, 0, ""),
        ([(ASKED, "September"), (AGREED, "September")], "September", "September", 0, 0, ""),
    ],
)
def test_a_target_knows_where_it_stood_first_and_what_is_asked(steps, now, first, moves, months, asked):
    target = only(composed([measure(1)], targets=moved(*steps))).target
    assert (target.text, target.first_text, target.moves, target.months) == (now, first, moves, months)
    assert (target.asked_text, bool(target.asked_because)) == (asked, bool(asked))


def test_a_measure_without_any_step_has_no_target_and_is_never_overdue():
    seen = only(composed([measure(1)]))
    assert seen.target is None
    assert not seen.is_overdue


def test_overdue_is_counted_from_the_target_that_stands_now():
    rows = moved((SET, "July"), (AGREED, "December"))
    assert only(composed([measure(1)], targets=rows)).overdue_days == (ON - date(2023, 12, 30)).days
    assert only(composed([measure(1)], [agreed(1, BLUE)], targets=rows)).overdue_days == 0


# ---- counts


@given(st.lists(st.tuples(st.sampled_from([None, AMBER, GREEN, BLUE]), st.booleans()), max_size=20))
@settings(max_examples=60)
def test_counts_each_measure_once(drawn):
    measures = [measure(n, 1 + n % 3) for n in range(1, len(drawn) + 1)]
    rows = [agreed(n, level) for n, (level, _) in enumerate(drawn, start=1) if level]
    late = [
        {**moved((SET, "July"))[0], "id": n, "measure_id": n}
        for n, (_, has) in enumerate(drawn, start=1)
        if has
    ]
    picture = composed(measures, rows, targets=late)
    counts = picture.counts()
    assert [n for _, n in counts.by_level] == [
        sum(level == pk for level, _ in drawn) for pk in (AMBER, GREEN, BLUE)
    ]
    assert counts.not_rated == sum(level is None for level, _ in drawn)
    assert counts.overdue == sum(has and level != BLUE for level, has in drawn)
    assert counts.not_updated == sum(level != BLUE for level, _ in drawn)
    assert counts.total == sum(n for _, n in counts.by_level) + counts.not_rated == len(drawn)
    parts = [picture.counts(o.measures) for w in picture.workstreams for o in w.outcomes]
    assert sum(part.total for part in parts) == counts.total
    assert sum(part.overdue for part in parts) == counts.overdue


def test_a_step_is_known_by_its_letter_here():
    assert set(STEPS.values()) == set(RatingStep.values)
