"""One measure's life drawn: every record once, nothing on top of another, for three entries and for forty."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workstreams import charts, gather, history, permissions
from workstreams.charts.lives import LINE, MARK, PAGE, PHONE, packed
from workstreams.models import Ledger, Level, Measure, Meeting
from workstreams.operations import meetings, ratings, settle
from workstreams.picture import Level as P
from workstreams.picture import Reader
from workstreams.vocabulary import ChallengeStep, ImpactStep, RatingStep, TargetStep

FIRST = date(2023, 4, 1)
TODAY = date(2024, 3, 1)
AMBER = P("A", "Amber", "", "AMBER", False, True)
GREEN = P("G", "Green <b>", "", "GREEN", False, False)
SVG = "{http://www.w3.org/2000/svg}"
STEPS = {
    "RATING": list(RatingStep.values),
    "TARGET": list(TargetStep.values),
    "IMPACT": list(ImpactStep.values),
    "CHALLENGE": list(ChallengeStep.values),
    "PLAN": [""],
}


@dataclass(frozen=True)
class Told:
    seq: int
    on: date
    kind: str = "PLAN"
    step: str = ""
    heading: str = "Something <i>happened</i>"
    now_level: P | None = None
    struck: bool = False
    amended: bool = False
    due_on: date | None = None
    meeting_on: date | None = None
    thread: int | None = None


def told(draw_kind, step, seq, day, **facts):
    level = GREEN if step in ("PROVISIONAL", "AGREED") and draw_kind == "RATING" else None
    return Told(seq, FIRST + timedelta(days=day), draw_kind, step, now_level=level, **facts)


@st.composite
def lives(draw):
    """Any records of one measure in any order of days; challenges in threads that begin with their question."""
    found = []
    for seq in range(1, draw(st.integers(1, 40)) + 1):
        kind = draw(st.sampled_from(sorted(STEPS)))
        step = draw(st.sampled_from(STEPS[kind]))
        day = draw(st.integers(0, 700))
        due = draw(st.none() | st.integers(-400, 4000))
        found.append(
            told(
                kind,
                step,
                seq,
                day,
                struck=draw(st.booleans()),
                amended=draw(st.booleans()),
                due_on=FIRST + timedelta(days=due) if due is not None and kind == "TARGET" else None,
                meeting_on=FIRST + timedelta(days=draw(st.integers(0, 700))),
                thread=draw(st.integers(1, 5)) if kind == "CHALLENGE" else None,
            )
        )
    return found


def parsed(svg):
    return ElementTree.fromstring(svg)


def records(svg):
    """The records of a drawing's marks, with where each stands."""
    found = []
    for mark in parsed(svg).iter(f"{SVG}svg"):
        if mark.get("class") == "record":
            number = re.match(r"Record (\d+), ", mark.find(f"{SVG}title").text)[1]
            found.append((int(number), float(mark.get("x").rstrip("%")), float(mark.get("y"))))
    return found


def boxes(svg):
    """Where words stand outside the marks: (middle or left in percent, line, words)."""
    for text in parsed(svg).findall(f"{SVG}text"):
        yield float(text.get("x").rstrip("%")), float(text.get("y")), text


@settings(max_examples=150)
@given(lives(), st.integers(-300, 900))
def test_draws_every_record_once_and_none_on_another(points, now):
    life = charts.life_of("4.1 Attendance", points, TODAY + timedelta(days=now))
    for svg, width in ((life.wide, PAGE), (life.narrow, PHONE)):
        marks = records(svg)
        assert Counter(seq for seq, _, _ in marks) == Counter(point.seq for point in points)
        for i, (_, x, y) in enumerate(marks):
            assert 0 <= x <= 100
            assert 0 < y < float(parsed(svg).get("height"))
            for _, other_x, other_y in marks[i + 1 :]:
                apart = abs(x - other_x) * width / 100 >= MARK - 0.5
                assert apart or abs(y - other_y) >= LINE - 0.1


@settings(max_examples=150)
@given(lives(), st.integers(-300, 900))
def test_no_word_stands_on_another(points, now):
    life = charts.life_of("4.1 Attendance", points, TODAY + timedelta(days=now))
    for svg, width in ((life.wide, PAGE), (life.narrow, PHONE)):
        lines = {}
        for x, y, text in boxes(svg):
            long = len(text.text) * 6.6
            left = x * width / 100 - (long / 2 if text.get("text-anchor") == "middle" else 0)
            lines.setdefault(y, []).append((left, left + long, text.text))
        for words in lines.values():
            words.sort()
            for (_, end, one), (start, _, other) in pairwise(words):
                assert start >= end - 1, (one, other)


@pytest.mark.parametrize("number", [3, 40])
def test_a_life_of_three_and_one_of_forty_keep_within_a_page(number):
    points = [
        told("RATING", "PROVISIONAL" if i % 2 else "AGREED", i + 1, i * 20 if number < 9 else i * 9)
        for i in range(number)
    ]
    life = charts.life_of("4.1", points, TODAY)
    assert float(parsed(life.wide).get("height")) < 450
    assert float(parsed(life.narrow).get("height")) < 900


def test_of_nothing_draws_nothing():
    assert charts.life_of("4.1", [], TODAY) is None


def test_has_a_title_and_says_what_it_holds_and_escapes_words():
    points = [told("RATING", "AGREED", 7, 0), told("TARGET", "SET", 8, 3), told("PLAN", "", 9, 40)]
    life = charts.life_of("4.1 <script>", points, TODAY)
    svg = parsed(life.wide)
    assert svg.get("role") == "img"
    assert svg[0].tag == f"{SVG}title"
    assert svg[0].text == "The life of 4.1 <script>"
    assert "From 1 April 2023 to 11 May 2023" in svg.find(f"{SVG}desc").text
    assert "<script>" not in life.wide
    assert "<i>" not in life.wide
    assert "style=" not in life.wide


def test_tells_proposed_agreed_amended_and_corrected_apart_without_colour():
    proposed = records_of(told("RATING", "PROVISIONAL", 1, 0))
    agreed = records_of(told("RATING", "AGREED", 1, 0))
    amended = records_of(told("RATING", "AGREED", 1, 0, amended=True))
    corrected = records_of(told("RATING", "AGREED", 1, 0, struck=True))
    assert "stroke-dasharray" in proposed
    assert "stroke-dasharray" not in agreed
    assert 'class="ring"' in amended
    assert 'class="struck"' in corrected
    assert "corrected since" in corrected
    for drawn in (proposed, agreed, amended, corrected):
        assert ">G</text>" in drawn


def records_of(*points):
    svg = charts.life_of("4.1", points, TODAY).wide
    return unescape(svg[svg.index('class="record"') :])


def test_what_was_corrected_is_in_force_no_more():
    steps = [told("RATING", "AGREED", 1, 0, struck=True), told("RATING", "AGREED", 2, 60)]
    assert charts.life_of("4.1", steps, TODAY).wide.count("stood") == 1


def test_an_open_challenge_goes_on_to_today_and_a_closed_one_ends():
    raised, closed = (
        told("CHALLENGE", step, n, n * 30, thread=1) for n, step in ((1, "RAISED"), (2, "CLOSED"))
    )
    is_open, is_closed = (charts.life_of("4.1", steps, TODAY).wide for steps in ([raised], [raised, closed]))
    line = re.compile(r'<line [^>]*class="way" stroke="#4b2a63"[^>]*>')
    assert 'stroke-dasharray="6 4"' in line.search(is_open)[0]
    assert "stroke-dasharray" not in line.search(is_closed)[0]


def test_the_first_target_is_a_ring_and_the_present_one_a_block():
    points = [
        told("TARGET", step, n, n * 20, due_on=FIRST + timedelta(days=due))
        for n, (step, due) in enumerate(
            [("SET", 120), ("ASKED", 200), ("AGREED", 200), ("ASKED", 320), ("REFUSED", 320)], start=1
        )
    ]
    svg = charts.life_of("4.1", points, TODAY).wide
    assert svg.count('class="first"') == 1
    assert svg.count('class="now"') == 1
    assert f"{FIRST + timedelta(days=120):%-d %b %Y}" in svg
    assert f"{FIRST + timedelta(days=320):%-d %b %Y}" not in svg


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 30)), max_size=40))
def test_packing_uses_the_first_line_that_is_free(stretches):
    ordered = sorted((start, start + long) for start, long in stretches)
    lines = packed(ordered)
    for i, (start, _) in enumerate(ordered):
        for j in range(i):
            assert lines[i] != lines[j] or ordered[j][1] <= start
    assert set(lines) == set(range(len(set(lines))))


# ---- from the ledger


def test_a_measures_history_is_drawn_whole(db, cast):
    reader = Reader(everything=True, drafts=True)
    for measure in Measure.objects.all():
        entries = history.timeline(measure.pk, reader)
        life = charts.life_of("It", entries, gather.today())
        assert sorted(seq for seq, _, _ in records(life.wide)) == sorted(e.seq for e in entries)


def test_says_of_the_ledger_what_was_amended_and_what_was_corrected(plan, cast, measure_at):
    unit = cast("business-unit").by
    meeting = Meeting.objects.next_of(plan.deciding_group)
    meetings.hold_meeting(meeting=meeting, present=[unit.post], by=unit)
    measure = next(m for m in Measure.objects.all() if ratings.standing_proposal(m))
    proposal = ratings.standing_proposal(measure)
    where = {"measure": measure, "meeting": meeting, "by": unit, "because": "Not there yet."}
    others = list(Level.objects.exclude(pk=proposal.level_id)[:2])
    first = meetings.agree(level=others[0], seen=proposal.pk, **where)
    meetings.agree(level=others[1], seen=first.pk, **where)
    settle()
    entries = history.timeline(measure.pk, permissions.reader(cast("scrutineer").person))
    row = Ledger.objects.get(table="workstreams_rating", row=str(first.pk))
    entry = next(e for e in entries if e.seq == row.seq)
    assert (entry.amended, entry.struck, entry.step) == (True, True, "AGREED")
    drawn = charts.life_of("It", entries, gather.today()).wide
    assert 'class="ring"' in drawn
    assert 'class="struck"' in drawn
