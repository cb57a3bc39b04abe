"""Seven questions counted from plain rows: every rule by small tables, and what holds for any record."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rows import AMBER, BLUE, GREEN, ON, composed, day_of, measure, step
from workstreams import charts, signals
from workstreams.picture import Level
from workstreams.signals import Direction, Lead, Record, life_of, signals_of
from workstreams.signals.dates import dates_that_came
from workstreams.signals.targets import moved
from workstreams.signals.words import likeness

OURS = Lead("group-1", "Our group", "Our chair")
LEVELS = {"A": AMBER, "G": GREEN, "B": BLUE}
MARCH, SPRING = date(2023, 3, 31), date(2023, 3, 1)  # between the second meeting and the third


def said(script, **words):
    """Rating rows from "P1G A1G P2A D2 C2G": letter, meeting, level. C corrects the newest decision of its meeting.

    `words` gives fields of the steps by their place in the script: `p2={"words": "Again."}`.
    """
    rows = []
    for number, part in enumerate(script.split(), start=1):
        letter, meeting, level = part[0], int(part[1]), LEVELS.get(part[2:])
        corrects = None
        if letter == "C":
            decided = [r for r in rows if r["meeting_id"] == meeting and r["step"] == "AGREED"]
            letter, corrects = "A", decided[-1]["id"]
        row = step(number, letter, meeting, level, corrects=corrects, words=f"Words {number}.")
        rows.append(row | words.get(f"p{number}", {}))
    return rows


def target(number, kind, due_on, *, meeting=None, on=date(2023, 1, 1), text=""):
    return {
        "id": 900 + number,
        "measure_id": 1,
        "step": kind,
        "text": text or f"{due_on:%B %Y}",
        "note": "",
        "due_on": due_on,
        "precision": "MONTH",
        "because": "",
        "meeting_id": meeting,
        "at": None,
        "on": on,
        "for_post_id": 1,
        "as_deputy": False,
    }


def record(script="", targets=(), *, held=8, key=None, words=None, impact=(), **facts):
    """The record of one measure, its ratings and its targets, told as the ledger would tell them."""
    ratings = said(script, **(words or {}))
    one = measure(1, **facts)
    picture = composed([one], ratings, targets=targets, held=held, impact=list(impact))
    levels = dict(zip((AMBER, GREEN, BLUE), key or picture.key, strict=True))
    if key:
        picture = replace(picture, key=tuple(key))

    def told(row):
        meeting = row["meeting_id"]
        more = {"seq": row["id"], "held_on": day_of(meeting) if meeting else None}
        return row | more | {"level": levels.get(row.get("level_id"))}

    (placed,) = picture.placed()
    life = life_of(placed, OURS, date(2022, 12, 1), map(told, ratings), map(told, targets))
    return Record(picture, (life,), tuple(levels.values()), tuple(day_of(n) for n in range(1, held + 1)))


def asks(record):
    return {signal.key: signal for signal in signals_of(record).all}


def times(record, number):
    """The record with its one life so many times."""
    return replace(record, lives=record.lives * number)


# ---- Green until its date, and then not complete


@pytest.mark.parametrize(
    ("script", "counted", "met", "believed"),
    [
        ("A2G A3G", 1, 0, 1),
        ("A2G A3A", 1, 0, 1),
        ("A2G A3B", 1, 1, 0),
        ("A2B", 1, 1, 0),
        ("A1G A2B A3B", 1, 1, 0),
        ("A2A A3A", 1, 0, 0),
        ("A2A A3B", 1, 1, 0),
        ("A1G A2A A3G", 1, 0, 0),
        ("A2G", 0, 0, 0),
        ("A3G", 0, 0, 0),
        ("", 0, 0, 0),
        ("P2G P3G", 0, 0, 0),
        ("A2G A5G", 1, 0, 1),
        ("P2A A2G P3A A3G", 1, 0, 1),
        ("A2G C2A A3G", 1, 0, 0),
        ("A2A C2G A3G", 1, 0, 1),
        ("A2G A3G C3B", 1, 1, 0),
    ],
)
def test_a_date_was_believed_where_it_was_on_track_until_then_and_not_complete_after(
    script, counted, met, believed
):
    signal = asks(record(script, [target(1, "SET", MARCH)]))["dates"]
    assert (len(signal.came), len(signal.found)) == (counted, believed)
    assert [row[1:] for row in signal.groups] == ([(1, met, 1 - met - believed, believed)] if counted else [])


@pytest.mark.parametrize(
    ("targets", "came"),
    [
        ([("SET", MARCH, None)], [MARCH]),
        ([("SET", ON, None)], []),
        ([("SET", ON - timedelta(days=1), None)], [ON - timedelta(days=1)]),
        ([("SET", day_of(2), None)], [day_of(2)]),
        # moved in time, on the day itself, and after it had passed
        ([("SET", MARCH, None), ("AGREED", ON, 2)], []),
        ([("SET", day_of(2), None), ("AGREED", ON, 2)], []),
        ([("SET", MARCH, None), ("AGREED", ON, 3)], [MARCH]),
        ([("SET", MARCH, None), ("AGREED", date(2023, 5, 31), 3)], [MARCH, date(2023, 5, 31)]),
        # asked for and refused: it stood
        ([("SET", MARCH, None), ("ASKED", ON, None)], [MARCH]),
        ([("SET", MARCH, None), ("ASKED", ON, None), ("REFUSED", ON, 2)], [MARCH]),
        ([("ASKED", MARCH, None)], []),
        # the same day in other words, and a day that had passed when it was written down
        ([("SET", MARCH, None), ("SET", MARCH, None)], [MARCH]),
        ([("SET", ON, None), ("AGREED", SPRING, 4)], []),
        ([("SET", None, None)], []),
    ],
)
def test_a_date_came_where_it_passed_before_another_stood_in_its_place(targets, came):
    rows = [target(n, kind, day or None, meeting=met, text="x") for n, (kind, day, met) in enumerate(targets)]
    whole = record("A1G", rows)
    assert [each.target.due_on for each in dates_that_came(whole.lives[0], whole)] == came


def test_what_is_answered_per_period_has_no_date_that_came():
    rolling = record("A2G A3G", [target(1, "SET", MARCH)], recurring=True, recurrence="QUARTERLY")
    assert asks(rolling)["dates"].came == ()
    assert asks(rolling)["targets"].every == ()


def test_says_which_dates_are_left_out():
    signal = asks(record("A3G", [target(1, "SET", MARCH)]))["dates"]
    assert "Left out: 1 that came before the first agreement in this record." in signal.looked
    signal = asks(record("A2G", [target(1, "SET", MARCH)]))["dates"]
    assert "Left out: 1 on which the Executive has agreed nothing since." in signal.looked
    assert signal.said == "No target date has come yet with an agreement on both sides of it."


# ---- past its date, and still Green


@pytest.mark.parametrize(
    ("script", "due_on", "late", "found"),
    [
        ("A1G", MARCH, 1, 1),
        ("A1A", MARCH, 1, 0),
        ("A1B", MARCH, 0, 0),
        ("", MARCH, 1, 0),
        ("A1G P2B", MARCH, 1, 1),
        ("A1A P2G", MARCH, 1, 0),
        ("A1G C1A", MARCH, 1, 0),
        ("A1G", ON, 0, 0),
        ("A1G", ON - timedelta(days=1), 1, 1),
    ],
)
def test_overdue_and_still_on_track_speaks_of_what_is_agreed(script, due_on, late, found):
    signal = asks(record(script, [target(1, "SET", due_on)]))["overdue"]
    assert (len(signal.overdue), len(signal.found)) == (late, found)


def test_names_what_the_key_says_of_a_level_that_is_on_track():
    assert "In this plan’s key Green means “Green”." in asks(record("A1G"))["overdue"].looked


# ---- nothing new said


@pytest.mark.parametrize(
    ("script", "same", "silent"),
    [
        ("P5G A5G", {}, 3),
        ("P6G A6G", {}, 2),
        ("P1G A1G", {}, 7),
        ("A1G", {}, 7),  # never a word: counted from its first agreement
        ("A6G", {}, 2),
        ("", {}, 8),  # never rated: from its coming into the plan
        ("P5G A5G P6G A6G", {"p3": {"words": "No change"}}, 3),
        ("P5G A5G P6G A6G", {"p3": {"words": "no change."}}, 3),
        ("P5G A5G P6G A6G", {"p3": {"words": "words 1"}}, 3),
        ("P5G A5G P6G A6G", {"p3": {"words": "Words 2."}}, 2),
        ("P5G A5G P8G R8", {}, 3),  # taken out before a meeting had it
        ("P5G A5G P7G D7", {}, 1),  # a meeting had it, and put it off
        ("P5G A5G P7G D7 A8G", {}, 0),
        ("P5G A5G P9G", {}, 0),  # waits for the next meeting
        ("P4G P5G A5G", {}, 3),
        ("P5B A5B", {}, None),  # complete: nothing is asked of it
        ("P5B A5B C5G", {}, 3),
    ],
)
def test_counts_the_meetings_since_one_had_new_words(script, same, silent):
    whole = record(script, words=same)
    signal = asks(whole)["silence"]
    assert len(signal.open) == (silent is not None)
    assert [len(row.meetings) for row in signal.found] == ([silent] if silent and silent >= 3 else [])


def test_says_what_came_to_each_meeting_instead():
    same = {"p3": {"words": "No change"}, "p5": {"words": "WORDS 1"}}
    (row,) = asks(record("P5G A5G P6G A6G P7G A7G", words=same))["silence"].found
    assert [came for _, came in row.meetings] == ["No change", "the same words", "nothing sent"]
    assert row.since == day_of(5)


def test_a_quarterly_measure_is_silent_only_where_its_quarter_was_asked_for():
    quarterly = record("P1G A1G", recurring=True, recurrence="QUARTERLY")
    (row,) = asks(quarterly)["silence"].found
    # quarters end on 31 March, 30 June, 30 September: each goes to the first meeting after it
    assert [day for day, _ in row.meetings] == [day_of(3), day_of(6), day_of(8)]


def test_a_rolling_measure_that_is_complete_for_its_period_is_still_asked_for():
    rolling = record("P1B A1B", recurring=True, recurrence="EVERY_MEETING")
    assert len(asks(rolling)["silence"].found) == 1


# ---- the same recovery plan

PLAN = "The council lends an analyst for two days a week until the post is filled."
NEAR = "The council lends an analyst for three days a week until the post is filled."
OTHER = "Two auditors are trained by the end of May and read the rest of the sample."


def plans(*texts):
    """Amber again and again, with these recovery plans; None is “No change”."""
    script = " ".join(f"P{n}A A{n}A" for n in range(1, len(texts) + 1))
    words = {
        f"p{2 * n + 1}": {"words": "No change"} if text is None else {"recovery_plan": text}
        for n, text in enumerate(texts)
    }
    return record(script, words=words)


@pytest.mark.parametrize(
    ("texts", "times", "is_same"),
    [
        ((PLAN,), 0, None),
        ((PLAN, PLAN), 2, True),
        ((PLAN, f"  {PLAN.upper().replace(' ', '   ')} "), 2, True),
        ((PLAN, PLAN.replace(" ", "\u00a0")), 2, True),
        ((PLAN, NEAR), 2, False),
        ((PLAN, OTHER), 0, None),
        ((PLAN, OTHER, PLAN), 0, None),
        ((OTHER, PLAN, PLAN), 2, True),
        ((PLAN, PLAN, NEAR), 3, False),
        ((PLAN, None, PLAN), 2, True),
        ((PLAN, None), 0, None),
        ((PLAN, PLAN, None), 2, True),
        ((PLAN, ""), 0, None),
        (("", PLAN), 0, None),
    ],
)
def test_the_newest_recovery_plan_beside_those_before_it(texts, times, is_same):
    found = asks(plans(*texts))["recovery"].found
    assert [(len(row.updates), row.is_same) for row in found] == ([(times, is_same)] if times else [])


def test_asks_nothing_more_of_what_has_recovered():
    words = {"p1": {"recovery_plan": PLAN}, "p3": {"recovery_plan": PLAN}}
    assert len(asks(record("P1A A1A P2A A2A", words=words))["recovery"].found) == 1
    assert asks(record("P1A A1A P2A A2A P3G A3G", words=words))["recovery"].found == ()
    assert asks(record("P1A A1A P2A A2B", words=words))["recovery"].found == ()


def test_a_plan_that_was_given_back_and_sent_again_is_not_the_same_as_last_time():
    words = {"p1": {"recovery_plan": PLAN}, "p3": {"recovery_plan": PLAN}}
    assert asks(record("P1A R1 P1A A1A", words=words))["recovery"].found == ()
    assert asks(record("P1A P1A A1A", words={**words, "p2": {"recovery_plan": PLAN}}))["recovery"].found == ()


@given(st.text(), st.text())
def test_likeness_is_whole_only_of_the_same_words_in_the_same_order(one, other):
    assert likeness(one, one) == 1
    assert likeness(f" {one}\n\n", one.upper().lower()) == likeness(one, one.upper().lower())
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, other) == likeness(other, one)


# ---- a target moved more than twice

MONTHS = [date(2023, n, 28) for n in range(2, 13)]


@pytest.mark.parametrize(
    ("targets", "moves", "months"),
    [
        ([], None, None),
        ([("SET", None)], None, None),
        ([("SET", 0)], 0, 0),
        ([("SET", 0), ("AGREED", 1), ("AGREED", 2)], 2, 2),
        ([("SET", 0), ("AGREED", 1), ("AGREED", 2), ("AGREED", 4)], 3, 4),
        ([("SET", 0), ("SET", 1), ("AGREED", 2), ("SET", 4)], 3, 4),
        ([("SET", 0), ("ASKED", 1), ("AGREED", 1), ("ASKED", 3), ("REFUSED", 3), ("ASKED", 5)], 1, 1),
        ([("SET", 0), ("SET", 0), ("SET", 0), ("SET", 0)], 0, 0),
        ([("SET", 4), ("AGREED", 2), ("AGREED", 3), ("AGREED", 1)], 3, -3),
        ([("SET", 0), ("SET", None), ("SET", 1)], 1, 1),
        ([("SET", 0), ("AGREED", 1), ("AGREED", 0), ("AGREED", 1)], 3, 1),
        ([("ASKED", 1)], None, None),
    ],
)
def test_only_a_date_that_stood_in_the_place_of_another_is_a_move(targets, moves, months):
    rows = [
        target(
            n, kind, None if day is None else MONTHS[day], text="x", meeting=2 if kind == "AGREED" else None
        )
        for n, (kind, day) in enumerate(targets)
    ]
    whole = record("A1G", rows)
    found = moved(whole.lives[0])
    assert (found and found.moves, found and found.months) == (moves, months)
    assert len(asks(whole)["targets"].found) == ((moves or 0) > 2)


def test_what_was_only_asked_for_stands_apart():
    steps = (
        ("SET", 0),
        ("AGREED", 1),
        ("AGREED", 2),
        ("AGREED", 3),
        ("ASKED", 4),
        ("REFUSED", 4),
        ("ASKED", 5),
    )
    rows = [target(n, kind, MONTHS[day]) for n, (kind, day) in enumerate(steps)]
    (row,) = asks(record("A1G", rows))["targets"].found
    assert (row.moves, row.in_all) == (3, "3 months later")
    assert [each.due_on for each in row.refused] == [MONTHS[4]]
    assert row.asked.due_on == MONTHS[5]
    refused = asks(record("A1G", rows[:-1]))["targets"].found[0]
    assert refused.asked is None


def test_says_how_often_the_others_moved():
    once = record("A1G", [target(1, "SET", MONTHS[0]), target(2, "AGREED", MONTHS[1], meeting=2)])
    assert asks(once)["targets"].said == "The one target date has moved once."
    assert asks(times(once, 3))["targets"].said == (
        "None of the 3 target dates has moved more than twice. 3 moved once."
    )
    never = record("A1G", [target(1, "SET", MONTHS[0])])
    assert asks(never)["targets"].said == "The one target date has not moved."
    assert asks(times(never, 2))["targets"].said.endswith("None has moved at all.")
    assert asks(record("A1G"))["targets"].said == "No measure has a target date."


# ---- amendments by direction


@pytest.mark.parametrize(
    ("script", "decided", "directions"),
    [
        ("A1G", 0, []),
        ("P1G A1G", 1, []),
        ("P1G A1A", 1, [Direction.CAUTIOUS]),
        ("P1A A1G", 1, [Direction.HOPEFUL]),
        ("P1B A1G", 1, [Direction.FROM_COMPLETE]),
        ("P1B A1A", 1, [Direction.FROM_COMPLETE]),
        ("P1G A1B", 1, [Direction.TO_COMPLETE]),
        ("P1G D1 A2A", 1, [Direction.CAUTIOUS]),
        ("P1G R1 A1A", 0, []),
        ("P1G A1A P2A A2A P3A A3G", 3, [Direction.HOPEFUL, Direction.CAUTIOUS]),
        ("P1G A1A C1G", 1, []),
        ("P1G A1G C1A", 1, [Direction.CAUTIOUS]),
        ("P1G P1A A1A", 1, []),
        ("P1G", 0, []),
    ],
)
def test_an_amendment_goes_one_way_or_the_other(script, decided, directions):
    signal = asks(record(script))["amendments"]
    assert len(signal.decided) == decided
    assert [row.direction for row in signal.found] == directions  # the newest first


KEY = [
    Level(code, code, "", "GREY", complete, False)
    for code, complete in (("1", False), ("2", False), ("3", True), ("4", False), ("5", True))
]
OPPOSITE = {
    None: None,
    Direction.CAUTIOUS: Direction.HOPEFUL,
    Direction.HOPEFUL: Direction.CAUTIOUS,
    Direction.TO_COMPLETE: Direction.FROM_COMPLETE,
    Direction.FROM_COMPLETE: Direction.TO_COMPLETE,
}


@given(st.sampled_from(KEY), st.sampled_from(KEY))
def test_the_way_back_is_the_opposite_direction(one, other):
    assert signals.direction(other, one, KEY) == OPPOSITE[signals.direction(one, other, KEY)]
    assert (signals.direction(one, other, KEY) is None) == (one == other)


def test_draws_the_groups_that_were_amended_with_the_numbers_in_words():
    drawn = asks(record("P1G A1A P2A A2G P3G A3G"))["amendments"].drawing
    assert "Our group: 1 more cautious, 1 more hopeful, of 3." in drawn
    assert "#23844f" not in drawn  # no level's colour
    assert "<title>Amendments by direction and group</title>" in drawn
    empty = charts.both_ways("Nothing", [])
    assert "<rect" not in empty


def test_a_bar_of_one_is_not_as_long_as_the_page():
    assert 'width="9.2%"' in charts.both_ways("Few", [("A", 1, 0, 4)])
    assert 'width="46%"' in charts.both_ways("Many", [("A", 12, 1, 40)])


# ---- complete without evidence, or without accepted impact


def impact(kind, number=1, meeting=5):
    return {
        "id": number,
        "measure_id": 1,
        "step": kind,
        "text": "What changed.",
        "meeting_id": meeting,
        "at": None,
        "for_post_id": 1,
        "as_deputy": False,
    }


SHOWN = {"evidence": "The note of the audit", "evidence_held": "Folder 4"}


@pytest.mark.parametrize(
    ("script", "words", "impacts", "found", "evidence", "days"),
    [
        ("A1G", {}, (), 0, None, None),
        ("A1B", {}, (), 1, "", (ON - day_of(1)).days),
        ("P1B A1B", {"p1": SHOWN}, (), 1, "The note of the audit; held in Folder 4", (ON - day_of(1)).days),
        ("P1B A1B", {"p1": SHOWN}, ("REPORTED", "ACCEPTED"), 0, None, None),
        ("P1B A1B", {}, ("REPORTED", "ACCEPTED"), 1, "", (ON - day_of(1)).days),
        (
            "P1B A1B P2B A2B",
            {"p1": SHOWN},
            (),
            1,
            "The note of the audit; held in Folder 4",
            (ON - day_of(1)).days,
        ),
        ("P1B A1B P2G A2G P3B A3B", {"p1": SHOWN}, (), 1, "", (ON - day_of(3)).days),
        ("P1B A1G", {"p1": SHOWN}, (), 0, None, None),
        ("P1G A1B", {"p1": SHOWN}, (), 1, "The note of the audit; held in Folder 4", (ON - day_of(1)).days),
        ("P1B A1B C1G", {}, (), 0, None, None),
    ],
)
def test_what_is_complete_without_evidence_or_accepted_impact(script, words, impacts, found, evidence, days):
    steps = [impact(kind, number) for number, kind in enumerate(impacts, start=1)]
    signal = asks(record(script, words=words, impact=steps))["complete"]
    assert len(signal.found) == found
    if found:
        (row,) = signal.found
        assert (row.evidence, row.days) == (evidence, days)


@pytest.mark.parametrize(
    ("impacts", "words"),
    [
        ((), "Nothing reported"),
        (("REPORTED",), "Reported for 27 June 2023, not decided"),
        (("REPORTED", "NOT_ACCEPTED"), "Not accepted on 27 June 2023"),
        (("REPORTED", "NOT_ACCEPTED", "REPORTED"), "Reported for 27 June 2023, not decided"),
        (("REPORTED", "ACCEPTED"), "Accepted on 27 June 2023"),
    ],
)
def test_says_where_the_impact_stands(impacts, words):
    steps = [impact(kind, number) for number, kind in enumerate(impacts, start=1)]
    (row,) = asks(record("A1B", impact=steps))["complete"].found
    assert row.impact_words == words
    assert not row.was_proposed


def test_an_actions_progress_owes_evidence_and_no_impact():
    progress = record("P1B A1B", kind="PROGRESS", text="", words={"p1": SHOWN})
    assert asks(progress)["complete"].found == ()
    (row,) = asks(record("P1B A1B", kind="PROGRESS", text=""))["complete"].found
    assert row.impact_words == "Not asked: an action’s progress"
    assert asks(progress)["complete"].asks == "Blue, and no evidence of it?"


# ---- sentences


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (
            1,
            (
                "The one target date that came was Green until then, and not complete after.",
                "One measure is past its date, and it is still Green.",
                "The one measure still asked for has had no new words for 3 meetings or more.",
                "The one measure that gave a recovery plan again gave the same as last time, or nearly.",
                "The Executive amended the one update, more cautiously than proposed.",
                "The one complete measure is without evidence in the record and without accepted impact.",
            ),
        ),
        (
            2,
            (
                "All 2 target dates that came were Green until then, and not complete after.",
                "All 2 measures past their date are still Green.",
                "All 2 measures still asked for have had no new words for 3 meetings or more.",
                "All 2 measures that gave a recovery plan again gave the same as last time, or nearly.",
                "The Executive amended all 2 updates, each more cautiously than proposed.",
                "Of 2 complete measures, 2 are without evidence in the record and 2 are without accepted impact.",
            ),
        ),
    ],
)
def test_one_reads_as_well_as_many(number, said):
    late = times(record("A2G A3G", [target(1, "SET", MARCH)]), number)
    words = {"p1": {"recovery_plan": PLAN}, "p3": {"recovery_plan": PLAN}}
    found = [
        asks(late)["dates"],
        asks(late)["overdue"],
        asks(times(record("A1G"), number))["silence"],
        asks(times(record("P1A A1A P2A A2A", words=words), number))["recovery"],
        asks(times(record("P1G A1A"), number))["amendments"],
        asks(times(record("A1B"), number))["complete"],
    ]
    assert tuple(signal.said for signal in found) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (
            1,
            (
                "The one target date that came was not Green until then and unfinished after.",
                "1 measure is past its date; none is Green.",
                "The one measure still asked for has not been without new words for 3 meetings.",
                "The one measure that gave a recovery plan again gave another than last time.",
                "The Executive agreed the one update as proposed.",
                "The one complete measure has evidence named and impact accepted.",
            ),
        ),
        (
            3,
            (
                "None of the 3 target dates that came was Green until then, and not complete after.",
                "3 measures are past their date; none is Green.",
                "None of the 3 measures still asked for has been without new words for 3 meetings.",
                "None of the 3 measures that gave a recovery plan again gave the same as last time.",
                "The Executive agreed all 3 updates as proposed.",
                "All 3 complete measures have evidence named and impact accepted.",
            ),
        ),
    ],
)
def test_says_so_where_nothing_is_found(number, said):
    late = times(record("A2A A3A", [target(1, "SET", MARCH)]), number)
    words = {"p1": {"recovery_plan": PLAN}, "p3": {"recovery_plan": OTHER}}
    proven = record("P1B A1B", words={"p1": SHOWN}, impact=[impact("REPORTED"), impact("ACCEPTED", 2)])
    found = [
        asks(late)["dates"],
        asks(late)["overdue"],
        asks(times(record("P8G A8G"), number))["silence"],
        asks(times(record("P1A A1A P2A A2A", words=words), number))["recovery"],
        asks(times(record("P1G A1G"), number))["amendments"],
        asks(times(proven, number))["complete"],
    ]
    assert tuple(signal.said for signal in found) == said
    assert not any(signal.found for signal in found)


# ---- a key of another kind

GREY = (
    Level("P", "In progress", "Begun", "GREY", False, False),
    Level("O", "Ongoing", "Goes on", "GREY", False, False),
    Level("C", "Completed", "Finished", "GREY", True, False),
)


def test_speaks_in_the_words_of_the_plans_own_key():
    found = asks(record("A2A A3G", [target(1, "SET", MARCH)], key=GREY))
    assert found["dates"].asks == "In progress or Ongoing until its date, and then not complete?"
    assert len(found["dates"].found) == 1
    assert "no level for what is off track" in found["dates"].looked
    assert found["overdue"].asks == "Past its date, and still In progress or Ongoing?"
    assert "In progress means “Begun” and Ongoing means “Goes on”" in found["overdue"].looked
    assert found["complete"].asks.startswith("Completed, but")
    text = " ".join(f"{s.asks} {s.looked} {s.said} {s.worth}" for s in found.values())
    assert not {"Green", "Amber", "Red", "Blue"} & set(text.replace(",", " ").replace(".", " ").split())


# ---- what holds for any record

SCRIPTS = st.lists(
    st.tuples(st.sampled_from("PRDNA"), st.integers(1, 8), st.sampled_from("AGB")), max_size=14
).map(
    lambda steps: " ".join(
        letter + str(meeting) + (level if letter in "PA" else "")
        for letter, meeting, level in sorted(steps, key=lambda each: each[1])
    )
)
DATES = st.lists(
    st.tuples(st.sampled_from(("SET", "ASKED", "AGREED", "REFUSED")), st.none() | st.sampled_from(MONTHS)),
    max_size=6,
)


@given(SCRIPTS, DATES)
def test_every_signal_answers_any_record_with_whole_sentences_and_sums_that_agree(script, dates):
    rows = [
        target(n, kind, day, text="x", meeting=min(n + 1, 8) if kind in ("AGREED", "REFUSED") else None)
        for n, (kind, day) in enumerate(dates)
    ]
    whole = record(script, rows)
    found = signals_of(whole)
    for signal in found.all:
        assert signal.asks.endswith("?")
        assert all(text.endswith((".", "?")) for text in (signal.looked, signal.said, signal.worth))
    assert set(found.dates.found) <= set(found.dates.came) <= set(found.dates.every)
    for _, came, met, doubted, believed in found.dates.groups:
        assert came == met + doubted + believed
    for group in found.amendments.groups:
        assert len(group.decided) == group.as_proposed + sum(n for _, n in group.by_direction)
        assert group.cautious + group.hopeful == len(found.amendments.found)
    life = whole.lives[0]
    assert (life.agreed.level if life.agreed else None) == life.measure.level
    assert set(found.overdue.found) <= set(found.overdue.overdue)
    assert all(row.lacks_evidence or row.lacks_impact for row in found.complete.found)
    assert bool(found.complete.every) == life.measure.is_complete


@given(SCRIPTS)
def test_what_is_only_proposed_changes_nothing_that_was_agreed(script):
    before = record(script).lives[0].agreements
    assert [a.seq for a in record(f"{script} P9B").lives[0].agreements] == [a.seq for a in before]


def test_the_record_of_one_group_holds_its_measures_alone():
    whole = record("A1G")
    other = Lead("group-2", "Another", "Another chair")
    assert whole.leads == (OURS,)
    assert whole.of(OURS) == whole
    assert signals_of(whole.of(other)).overdue.overdue == ()
