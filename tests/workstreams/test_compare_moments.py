"""What two moments of one plan differ in: no field of a picture is forgotten, and nothing is said of equal ones."""

import types
from collections import Counter
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import pictures
from workstreams import picture as p
from workstreams.compare import COUNTED, Kind, Record, Traced, between, excerpt, in_parts, wording
from workstreams.vocabulary import ChallengeStep, RatingStep, VersionStep

JULY, AUGUST, OCTOBER = pictures.JULY, pictures.AUGUST, pictures.OCTOBER
PLAIN = pictures.july()
LEVEL = {level.code: level for level in PLAIN.key}
REPLY = p.Reply(71, 1471, ChallengeStep.ANSWERED, "Because of the audit.", pictures.moment(AUGUST), "Chair")
ASKED = p.Challenge(
    70, 1470, "Why?", pictures.moment(AUGUST), "Independent Scrutineer", (1,), measure_id=5, replies=(REPLY,)
)


def rich():
    """A picture with something in every place that can hold something."""

    def measure(m):
        if m.id != 5:
            return m
        target = replace(m.target, asked_text="May 2024", asked_because="Later.", asked_id=90)
        answer = p.DateDecision(560, False, "May 2024", "Sooner.", 1, target.text, "Later.", "Chair")
        return replace(
            m,
            sources=(p.Source("JTAI", "JTAI 1.1"),),
            proposal=pictures.rating(1899, LEVEL["R"], OCTOBER, RatingStep.PROVISIONAL),
            held_over=pictures.rating(1898, None, OCTOBER, RatingStep.DEFERRED),
            removed=pictures.rating(1897, None, OCTOBER, RatingStep.REMOVED),
            impact=p.Impact(7, 1700, "REPORTED", "Words", OCTOBER, pictures.moment(OCTOBER)),
            target=replace(target, decision=answer),
        )

    return replace(PLAIN.with_measures(lambda _, m: measure(m)), challenges=(ASKED,))


RICH = rich()
STREAM = RICH.workstreams[0]
OUTCOME = STREAM.outcomes[0]
ACTION = OUTCOME.actions[0]


def of_plan(**facts):
    return replace(RICH, **facts)


def of_stream(**facts):
    return of_plan(workstreams=(replace(STREAM, **facts), *RICH.workstreams[1:]))


def of_outcome(**facts):
    return of_stream(outcomes=(replace(OUTCOME, **facts), *STREAM.outcomes[1:]))


def of_action(**facts):
    return of_outcome(actions=(replace(ACTION, **facts), *OUTCOME.actions[1:]))


def of_measure(**facts):
    return pictures.changed(RICH, {5: lambda m: replace(m, **facts)})


def of_first(name):
    """Of the first thing that a field of the plan holds."""
    things = getattr(RICH, name)
    return lambda **facts: of_plan(**{name: (replace(things[0], **facts), *things[1:])})


MEASURE = RICH.find(5).measure
HELD_IN = {
    p.PlanPicture: of_plan,
    p.Level: of_first("key"),
    p.Passage: of_first("passages"),
    p.Workstream: of_stream,
    p.Outcome: of_outcome,
    p.Action: of_action,
    p.Officer: lambda **f: of_action(officers=(replace(ACTION.officers[0], **f), *ACTION.officers[1:])),
    p.Source: lambda **f: of_measure(sources=(replace(MEASURE.sources[0], **f),)),
    p.Measure: of_measure,
    p.Target: lambda **f: of_measure(target=replace(MEASURE.target, **f)),
    p.DateDecision: lambda **f: of_measure(
        target=replace(MEASURE.target, decision=replace(MEASURE.target.decision, **f))
    ),
    p.Rating: lambda **f: of_measure(agreed=replace(MEASURE.agreed, **f)),
    p.Impact: lambda **f: of_measure(impact=replace(MEASURE.impact, **f)),
    p.VersionRow: lambda **f: of_plan(
        versions=(*RICH.versions, replace(RICH.versions[0], **({"id": 99, "label": "9"} | f)))
    ),
    p.Challenge: of_first("challenges"),
    p.Reply: lambda **f: of_plan(challenges=(replace(ASKED, replies=(replace(REPLY, **f),)),)),
}
ANOTHER = pictures.rating(1950, LEVEL["A"], OCTOBER)
# What differs where one field does.
SAID = {
    p.PlanPicture: {
        "ref": "other",
        "title": "Another plan",
        "workstream_word": "Theme",
        "year_label": "2024/25",
        "state": "CLOSED",
        "deciding_group": "Another group",
        "shape": "IMPROVEMENT",
        "key": RICH.key[1:],
        "passages": RICH.passages[1:],
        "workstreams": RICH.workstreams[1:],
        "versions": (*RICH.versions, replace(RICH.versions[0], id=99, step=VersionStep.AGREED)),
        "challenges": (ASKED, replace(ASKED, id=80, replies=())),
    },
    p.Level: {
        "code": "X",
        "word": "Crimson",
        "meaning": "Another meaning",
        "token": "GREY",
        "is_complete": True,
        "is_exception": False,
    },
    p.Passage: {
        "kind": "NOTE",
        "number": 9,
        "year": 3,
        "heading": "A heading",
        "body": "Another text",
        "workstream": "2",
    },
    p.Workstream: {
        "id": 999,
        "number": "9",
        "title": "Another",
        "aim": "Another aim",
        "outcomes": STREAM.outcomes[1:],
    },
    p.Outcome: {
        "id": 999,
        "ref": "9.9",
        "kind": "EXPECTED",
        "statement": "Another",
        "evidence_note": "A note",
        "sources": (p.Source("LGA rec. 7", ""),),
        "actions": OUTCOME.actions[1:],
    },
    p.Action: {
        "id": 999,
        "text": "Another",
        "reporting_duty": "Monthly",
        "officers": (),
        "sources": (p.Source("LGA rec. 7", ""),),
        "measures": (),
        "progress_note": "Begun",
    },
    p.Officer: {
        "post_id": 999,
        "title": "Another post",
        "role": "SUPPORT",
        "printed": "Another spelling",
        "holders": ("A. Person",),
        "deputies": ("B. Person",),
        "also_posts": (998,),
    },
    p.Source: {"printed": "NRAP", "recommendation": "JTAI 1.2"},
    p.Measure: {
        "id": 999,
        "kind": "PROGRESS",
        "text": "Other words",
        "milestone": 3,
        "recurring": True,
        "growth": True,
        "future": True,
        "recurrence": "YEARLY",
        "sources": (),
        "target": None,
        "agreed": ANOTHER,
        "proposal": replace(ANOTHER, step=RatingStep.PROVISIONAL),
        "held_over": replace(ANOTHER, step=RatingStep.NOT_REACHED),
        "removed": replace(ANOTHER, step=RatingStep.REMOVED),
        "impact": replace(MEASURE.impact, id=8, step="ACCEPTED"),
    },
    p.Target: {
        "text": "July 2025",
        "note": "A note",
        "due_on": date(2025, 7, 31),
        "precision": "DAY",
        "moves": 2,
        "asked_id": 91,
        "decision": p.DateDecision(561, False, "June 2024", "No.", 1, "", "", ""),
    },
    p.DateDecision: {"seq": 561},
    p.Rating: {"id": 950},
    p.Impact: {"id": 8},
    p.VersionRow: {"id": 98},
    p.Challenge: {"id": 81, "replies": (REPLY, replace(REPLY, id=72, step=ChallengeStep.CLOSED))},
    p.Reply: {"id": 73},
}
STEP = "is part of a step that is never changed, and known by its id"
FOLLOWS = "follows from what is said"
CALENDAR = "follows from the calendar and from what is said"
NAMES = "names the moment or the plan itself"
LEDGER = "is said from the ledger, which knows every meeting (comparing/around.py)"
UNSAID = {
    p.PlanPicture: {
        **dict.fromkeys(("schema", "plan_id", "on", "seq", "hash", "at"), NAMES),
        **dict.fromkeys(("next_meeting", "last_meeting", "highlights"), LEDGER),
    },
    p.Measure: {
        "state": "is LIVE in every picture",
        **dict.fromkeys(("proposed", "previous", "latest_id", "strip", "impact_before", "periods"), FOLLOWS),
        **dict.fromkeys(
            ("waits_on", "overdue_days", "asked", "updated", "words_on", "asked_of_all"), CALENDAR
        ),
        **dict.fromkeys(("tabled", "decision", "found", "standing"), CALENDAR),
    },
    p.Target: dict.fromkeys(
        ("seq", "first_text", "first_due_on", "months", "asked_text", "asked_because"), FOLLOWS
    ),
}
WHOLE = (
    *(p.DateDecision, p.Rating, p.Impact, p.VersionRow, p.Challenge, p.Reply),
)  # rows that are never changed
BESIDE = {
    p.Meeting: LEDGER,
    p.Highlights: LEDGER,
    p.Mark: FOLLOWS,
    p.Period: FOLLOWS,
    p.WaitsOn: FOLLOWS,
    p.Figure: STEP,
}


def kinds_in(kind, found):
    """Every dataclass that a picture is made of."""
    if kind in found:
        return found
    found.add(kind)
    for hint in get_type_hints(kind).values():
        for part in parts_of(hint):
            if is_dataclass(part):
                kinds_in(part, found)
    return found


def parts_of(hint):
    if get_origin(hint) in (Union, types.UnionType, tuple):
        for each in get_args(hint):
            yield from parts_of(each)
    else:
        yield hint


def test_knows_every_dataclass_of_a_picture():
    assert kinds_in(p.PlanPicture, set()) == set(SAID) | set(BESIDE)


@pytest.mark.parametrize("kind", SAID, ids=lambda kind: kind.__name__)
def test_every_field_of_a_picture_is_said_or_has_a_reason_why_not(kind):
    names = {field.name for field in fields(kind)}
    unsaid = dict.fromkeys(names - set(SAID[kind]), STEP) if kind in WHOLE else UNSAID.get(kind, {})
    assert set(SAID[kind]) | set(unsaid) == names
    assert not set(SAID[kind]) & set(unsaid)


@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind in SAID for name in SAID[kind]],
    ids=lambda x: getattr(x, "__name__", x),
)
def test_a_field_that_differs_is_a_change(kind, name):
    later = HELD_IN[kind](**{name: SAID[kind][name]})
    assert later != RICH
    changes = between(RICH, later)
    assert changes
    assert all(change.sentence and change.row for change in changes)
    assert all(change.kind in COUNTED for change in changes)


@pytest.mark.parametrize("picture", [RICH, PLAIN, pictures.draft()], ids=["rich", "plain", "draft"])
def test_says_nothing_between_equal_moments(picture):
    assert between(picture, picture) == ()


def test_every_kind_of_change_can_be_counted():
    assert set(COUNTED) == set(Kind)


# Fields whose values can go and come back; what is recorded step by step only grows.
TURNABLE = [
    (kind, name)
    for kind in (p.PlanPicture, p.Level, p.Workstream, p.Outcome, p.Action, p.Officer, p.Source, p.Measure)
    for name in SAID[kind]
    if name
    not in ("versions", "challenges", "agreed", "proposal", "held_over", "removed", "impact", "target")
    and (kind, name) != (p.Measure, "id")
]
MIRROR = {Kind.ADDED: Kind.WITHDRAWN, Kind.WITHDRAWN: Kind.ADDED}


@given(st.sampled_from(TURNABLE))
def test_the_way_back_has_the_same_kinds_of_change(field):
    kind, name = field
    later = HELD_IN[kind](**{name: SAID[kind][name]})
    there = Counter((c.kind, c.row) for c in between(RICH, later))
    back = Counter((MIRROR.get(c.kind, c.kind), c.row) for c in between(later, RICH))
    assert there == back


@given(st.sets(st.sampled_from(range(1, 43))), st.sets(st.sampled_from(range(1, 43))))
def test_what_came_one_way_goes_the_other(some, others):
    one, other = (
        PLAIN.with_measures(lambda _, m, kept=kept: m if m.id in kept else None) for kept in (some, others)
    )
    came = {c.measure_id for c in between(one, other) if c.kind == Kind.ADDED}
    went = {c.measure_id for c in between(other, one) if c.kind == Kind.WITHDRAWN}
    assert came == went == others - some


def test_another_meaning_of_a_level_is_no_other_level_of_each_measure():
    key = tuple(replace(level, meaning=f"{level.meaning}, as of now") for level in PLAIN.key)
    levels = {level.code: level for level in key}

    def rated(_, m):
        return replace(m, agreed=replace(m.agreed, level=levels[m.agreed.level.code]))

    changes = between(PLAIN, replace(PLAIN.with_measures(rated), key=key))
    assert [c.kind for c in changes] == [Kind.KEY] * 4


def test_says_what_only_two_moments_can_differ_in():
    def said(**facts):
        return [c.rest for c in between(PLAIN, pictures.changed(PLAIN, {5: lambda m: replace(m, **facts)}))]

    again = pictures.rating(1950, LEVEL["G"], OCTOBER)
    assert said(agreed=again) == ["Green agreed again, on 10 October 2023."]
    put_off = pictures.rating(1951, None, OCTOBER, RatingStep.DEFERRED, because="No papers.")
    assert said(held_over=put_off) == ["Deferred by the Executive on 10 October 2023, because: No papers."]
    returned = pictures.rating(1952, None, OCTOBER, RatingStep.REMOVED, because="Say more.")
    back = "What was sent was taken back on 28 September 2023, because: Say more."
    assert said(removed=returned) == [back]
    assert said(removed=returned, standing="RETURNED") == [back.replace("taken back", "returned")]
    target = PLAIN.find(5).measure.target
    (moved,) = said(target=replace(target, moves=2))
    assert moved == f"Its target moved 2 times, and is {target.text} again."
    assert said(target=replace(target, asked_id=9, asked_text="May 2024", asked_because="Late.")) == [
        "Target May 2024 asked for, because: Late."
    ]


def test_says_who_holds_a_post_once_however_many_actions_name_it():
    def held(by):
        def each(a):
            return replace(a, officers=tuple(replace(o, holders=(by,)) for o in a.officers))

        def place(o):
            return replace(o, actions=tuple(each(a) for a in o.actions))

        streams = (replace(w, outcomes=tuple(place(o) for o in w.outcomes)) for w in PLAIN.workstreams)
        return replace(PLAIN, workstreams=tuple(streams))

    changes = between(held("A. Person"), held("B. Person"))
    posts = {o.post_id for placed in PLAIN.placed() for o in placed.action.officers}
    assert Counter(c.row for c in changes) == Counter(("post", post) for post in posts)
    assert {c.rest for c in changes} == {"Held by B. Person, before by A. Person."}


def test_says_how_far_a_target_moved():
    target = PLAIN.find(2).measure.target
    for due_on, distance in (
        (date(2024, 1, 31), "4 months later"),
        (date(2023, 8, 31), "1 month earlier"),
        (date(2023, 9, 12), "18 days earlier"),
    ):
        later = pictures.changed(
            PLAIN, {2: lambda m, to=due_on: replace(m, target=replace(target, text="x", due_on=to))}
        )
        (change,) = between(PLAIN, later)
        assert (change.was, change.now, change.distance) == (target.text, "x", distance)


# ---- where they stand


def test_puts_each_change_where_it_stands_in_the_order_of_the_plan():
    changes = between(PLAIN, pictures.draft())
    parts = in_parts([Traced(change) for change in changes], PLAIN, pictures.draft())
    assert sorted(c.sentence for c in changes) == sorted(
        t.change.sentence for part in parts for s in part.subjects for t in s.changes
    )
    headings = [part.heading for part in parts]
    streams = [f"Workstream {w.number} {w.title}" for w in PLAIN.workstreams]
    kept = [heading for heading in streams if heading in headings]
    assert headings == [*kept, "Agreed again as before", "Meetings and versions"]


def test_keeps_what_is_gone_in_the_part_that_held_it():
    gone = PLAIN.with_measures(lambda _, m: m if m.id != 1 else None)
    (part,) = in_parts([Traced(c) for c in between(PLAIN, gone)], PLAIN, gone)
    assert part.heading == f"Workstream 1 {PLAIN.workstreams[0].title}"
    assert part.subjects[0].under.startswith("1.1 ")


def test_takes_the_reasons_from_the_records_where_the_change_says_none():
    (change,) = between(PLAIN, replace(PLAIN, title="Another"))
    at = pictures.moment(OCTOBER)
    records = tuple(
        Record(n, at, "A", "B", "Plan changed", why) for n, why in ((2, "New."), (1, "New."), (3, ""))
    )
    assert Traced(change, records).why == "New."


# ---- words


def test_reads_a_word_that_stayed_between_two_changes_with_them():
    assert wording("Ask the chair in May of this year", "Tell the board in May of this year") == (
        ("removed", "Ask the chair"),
        ("added", "Tell the board"),
        ("same", " in May of this year"),
    )


def test_an_excerpt_leaves_out_what_stayed_far_from_a_change():
    long = " ".join(f"word{n}" for n in range(90))
    parts = excerpt(wording(f"{long} ends here", f"{long} goes on"))
    kind, words = parts[0]
    assert kind == "same"
    assert words.startswith(" … word78 ")
    assert [p for p in parts if p[0] != "same"] == [("removed", "ends here"), ("added", "goes on")]


words = st.lists(st.sampled_from(["a", "b", "c", "d\n", "- e"]), max_size=30).map(" ".join)


@given(words, words)
def test_never_scatters_and_never_loses_a_word(before, later):
    parts = wording(before, later)
    assert "".join(text for kind, text in parts if kind != "added") == before
    assert "".join(text for kind, text in parts if kind != "removed") == later
    for left, (kind, text), right in zip(parts, parts[1:], parts[2:], strict=False):
        if kind == "same" and left[0] != "same" and right[0] != "same":
            assert len(text.split()) > 1 or "\n" in text
