"""What changed between two pictures, as sentences: each kind, the order, and that nothing is made up or left out."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import pictures
from workstreams import picture as p
from workstreams.compare import Kind, compare, short_name, wording
from workstreams.vocabulary import ImpactStep, RatingStep

JULY = pictures.july()
LEVEL = {level.code: level for level in JULY.key}
OCTOBER = pictures.OCTOBER


def after(measure_id, **fields):
    return pictures.changed(JULY, {measure_id: lambda m: replace(m, **fields)})


def only(before, later):
    (change,) = compare(before, later)
    return change


def agreed(code, **said):
    return pictures.rating(1900, LEVEL[code], OCTOBER, **said)


def proposed(code, **said):
    return pictures.rating(1899, LEVEL[code], OCTOBER, RatingStep.PROVISIONAL, **said)


def test_says_nothing_of_equal_pictures():
    assert compare(JULY, JULY) == ()
    assert compare(pictures.draft(), pictures.draft()) == ()


def test_says_what_was_added_and_what_left():
    without = JULY.with_measures(lambda _, m: m if m.id != 1 else None)
    change = only(without, JULY)
    assert (change.kind, change.measure_id, change.ref, change.level_after) == (
        Kind.ADDED,
        1,
        "1.1",
        LEVEL["B"],
    )
    assert change.sentence == "1.1 Gather figures on how severe neglect cases are (Levels 1-4)…: added, Blue."
    change = only(JULY, without)
    assert (change.kind, change.measure_id, change.level_before) == (Kind.WITHDRAWN, 1, LEVEL["B"])
    assert change.sentence.endswith(": no longer in the plan, Blue when it left.")


def test_says_which_level_was_agreed_and_which_stood_before():
    change = only(JULY, after(5, agreed=agreed("A", because="Two posts are empty.")))
    assert change.kind == Kind.LEVEL
    assert change.sentence == (
        "1.2 The multi-agency EH offer has enough staff to cover demand: Amber, before Green,"
        " agreed on 10 October 2023, because: Two posts are empty."
    )
    assert (change.level_before, change.level_after, change.seq) == (LEVEL["G"], LEVEL["A"], 1900)
    assert change.is_exception


def test_says_that_the_executive_agreed_another_level_than_was_proposed():
    later = after(5, agreed=agreed("A", because="Green said too much."), proposed=proposed("G"))
    change = only(JULY, later)
    assert change.kind == Kind.AMENDED
    assert change.sentence.endswith(
        ": proposed Green, the Executive agreed Amber on 10 October 2023, because: Green said too much."
    )
    assert change.because == "Green said too much."


def test_says_that_the_executive_kept_the_level_against_the_proposal():
    change = only(JULY, after(5, agreed=agreed("G", because="No evidence."), proposed=proposed("B")))
    assert (change.kind, change.level_before, change.level_after) == (Kind.AMENDED, LEVEL["G"], LEVEL["G"])
    assert "proposed Blue, the Executive kept Green on 10 October 2023" in change.sentence


def test_says_what_stood_before_an_amendment_where_that_was_a_third_level():
    change = only(JULY, after(5, agreed=agreed("R", because="Late."), proposed=proposed("A")))
    assert change.sentence.endswith("because: Late. It was Green before.")


def test_is_silent_where_the_same_level_was_agreed_again():
    assert compare(JULY, after(5, agreed=agreed("G"), proposed=proposed("G"))) == ()


def test_cuts_a_long_because_in_the_sentence_and_keeps_it_in_the_change():
    why = "a long story " * 100
    change = only(JULY, after(5, agreed=agreed("A", because=why)))
    assert change.because == why
    assert len(change.sentence) < 500


def test_says_what_is_proposed_and_by_which_post():
    change = only(JULY, after(5, proposal=proposed("R")))
    assert change.kind == Kind.PROPOSED
    assert change.sentence.endswith(
        "Red proposed on 28 September 2023 by Chair of Learning and Development Group (LDG); Green is agreed."
    )
    assert not change.is_exception
    same = only(JULY, after(5, proposal=replace(proposed("G"), as_deputy=True)))
    assert same.sentence.endswith(
        "by deputy for Chair of Learning and Development Group (LDG); the same as agreed."
    )


def test_says_that_a_proposal_was_taken_out():
    change = only(after(5, proposal=proposed("R")), JULY)
    assert change.kind == Kind.TAKEN_OUT
    assert change.sentence.endswith("the proposed Red was taken out again.")


def test_does_not_call_a_decided_proposal_taken_out():
    before = after(5, proposal=proposed("G"))
    assert compare(before, after(5, agreed=agreed("G"), proposed=proposed("G"))) == ()


@pytest.mark.parametrize(
    ("step", "kind", "end"),
    [
        (ImpactStep.REPORTED, Kind.IMPACT_REPORTED, "impact reported for the meeting of 10 October 2023."),
        (ImpactStep.ACCEPTED, Kind.IMPACT_ACCEPTED, "impact accepted by the Executive on 10 October 2023."),
        (
            ImpactStep.NOT_ACCEPTED,
            Kind.IMPACT_NOT_ACCEPTED,
            "impact not accepted by the Executive on 10 October 2023, because: What changed?",
        ),
    ],
)
def test_says_what_became_of_the_impact(step, kind, end):
    impact = p.Impact(7, 1700, step, "What changed?", OCTOBER, pictures.moment(OCTOBER))
    change = only(JULY, after(1, impact=impact))
    assert (change.kind, change.seq) == (kind, 1700)
    assert change.sentence.endswith(end)


def test_says_where_the_target_moved():
    target = replace(JULY.find(2).measure.target, text="January 2024", due_on=date(2024, 1, 31))
    assert only(JULY, after(2, target=target)).sentence.endswith(
        ": target January 2024, before September 2023."
    )
    assert only(JULY, after(2, target=target)).seq == 0
    assert only(JULY, after(2, target=None)).sentence.endswith(": no target date any more.")
    assert only(after(2, target=None), JULY).sentence.endswith(": target September 2023, none before.")


def test_names_the_record_that_agreed_another_target():
    then, text = JULY.find(2).measure.target, "January 2024"
    answer = p.DateDecision(560, True, text, "", 1, then.text, "Later.", "Chair")
    target = replace(then, text=text, due_on=date(2024, 1, 31), decision=answer)
    assert only(JULY, after(2, target=target)).seq == 560
    refused = replace(target, decision=replace(answer, agreed=False))
    assert only(JULY, after(2, target=refused)).seq == 0
    again = replace(target, text="March 2024")
    assert only(after(2, target=target), after(2, target=again)).seq == 0  # moved by no new decision


def test_says_what_is_worded_or_tagged_anew():
    change = only(JULY, after(5, text="Enough staff [M1]"))
    assert (change.kind, change.sentence) == (
        Kind.REWORDED,
        "1.2 Enough staff: worded anew, before “The multi-agency EH offer has enough staff to cover demand”.",
    )
    assert only(JULY, after(5, milestone=2)).kind == Kind.REWORDED


def in_outcome(change):
    def each(w):
        return replace(w, outcomes=tuple(change(o) for o in w.outcomes))

    return replace(JULY, workstreams=tuple(each(w) for w in JULY.workstreams))


def test_says_an_outcome_was_renumbered_once_and_not_for_each_of_its_measures():
    later = in_outcome(lambda o: replace(o, ref="1.7") if o.ref == "1.2" else o)
    change = only(JULY, later)
    assert (change.kind, change.measure_id, change.sentence) == (
        Kind.RENUMBERED,
        None,
        "Outcome 1.7 was 1.2 before.",
    )


def test_says_who_answers_for_an_action_now():
    def change(o):
        actions = tuple(replace(a, officers=()) for a in o.actions) if o.ref == "1.2" else o.actions
        return replace(o, actions=actions)

    said = only(JULY, in_outcome(change))
    assert said.kind == Kind.OFFICER
    assert (
        "nobody now answers for this, before Chair of Learning and Development Group (LDG), DSL:"
        in said.sentence
    )


def test_says_where_a_measure_moved():
    moved = JULY.find(5).measure

    def change(o):
        actions = o.actions
        if o.ref == "1.2":
            actions = tuple(replace(a, measures=a.measures[1:]) for a in actions)
        if o.ref == "2.1":
            actions = tuple(replace(a, measures=(*a.measures, moved)) for a in actions)
        return replace(o, actions=actions)

    said = only(JULY, in_outcome(change))
    assert (said.kind, said.ref) == (Kind.MOVED, "2.1")
    assert said.sentence.endswith("moved here from 1.2.")


def test_says_what_changed_in_the_key_and_the_title():
    key = (
        *JULY.key[:3],
        replace(JULY.key[3], meaning="Finished"),
        replace(JULY.key[0], code="P", word="Purple"),
    )
    later = replace(JULY, key=key, title="Business Plan")
    assert [change.kind for change in compare(JULY, later)] == [Kind.REWORDED, Kind.KEY, Kind.KEY]
    assert compare(later, JULY)[-1].sentence == "The key no longer has the level Purple."


def test_puts_exceptions_first_and_each_part_in_plan_order():
    changes = compare(JULY, pictures.draft())
    flags = [change.is_exception for change in changes]
    assert flags == sorted(flags, reverse=True)
    assert any(flags)
    assert not all(flags)
    order = [placed.measure.id for placed in JULY.placed()]
    for part in (True, False):
        places = [order.index(c.measure_id) for c in changes if c.is_exception is part and c.measure_id]
        assert places == sorted(places)


def test_never_tells_another_group_what_was_proposed():
    outsider = p.Reader(everything=False, posts=frozenset())
    before, later = (picture.seen_by(outsider) for picture in (JULY, pictures.draft()))
    for change in compare(before, later):
        assert change.kind not in (Kind.PROPOSED, Kind.AMENDED, Kind.TAKEN_OUT)
        assert "proposed" not in change.sentence


@given(st.sets(st.sampled_from(range(1, 43))), st.sets(st.sampled_from(range(1, 43))))
def test_finds_each_measure_that_came_or_went(some, others):
    before = JULY.with_measures(lambda _, m: m if m.id in some else None)
    later = JULY.with_measures(lambda _, m: m if m.id in others else None)
    changes = compare(before, later)
    assert {c.measure_id for c in changes if c.kind == Kind.ADDED} == others - some
    assert {c.measure_id for c in changes if c.kind == Kind.WITHDRAWN} == some - others
    assert len(changes) == len(some ^ others)


@given(st.dictionaries(st.sampled_from(range(1, 43)), st.sampled_from("RAGB")))
def test_finds_each_level_that_changed(levels):
    later = pictures.changed(
        JULY, {i: lambda m, code=code: replace(m, agreed=agreed(code)) for i, code in levels.items()}
    )
    differing = {i for i, code in levels.items() if JULY.find(i).measure.level != LEVEL[code]}
    assert {c.measure_id for c in compare(JULY, later)} == differing


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("(G)(R) Is GCP2 used?", "Is GCP2 used?"),
        ("Collect figures. [M1]", "Collect figures"),
        ("Collect figures [M1].", "Collect figures"),
        ("Is the culture moving? [F]", "Is the culture moving?"),
        ("(R) Analyse the [M1] data. [M2]", "Analyse the [M1] data"),
        ("(NRAP/JTAI) checks", "(NRAP/JTAI) checks"),
        ("  two\n lines ", "two lines"),
        ("", ""),
    ],
)
def test_names_a_measure_without_its_tags(text, name):
    assert short_name(text) == name


@given(st.text())
def test_names_are_short(text):
    assert len(short_name(text)) <= 61


def test_wording_gives_texts_whole_that_have_little_in_common():
    before, later = "Two teams still wait for the data.", "The audit is done, and its report is signed."
    assert wording(before, later) == (("removed", before), ("added", later))
    assert wording("Two teams wait.", "Three teams wait.") == (
        ("removed", "Two"),
        ("added", "Three"),
        ("same", " teams wait."),
    )


@given(st.text(max_size=40), st.text(max_size=40))
def test_wording_holds_both_texts(before, later):
    parts = wording(before, later)
    assert "".join(words for kind, words in parts if kind != "added") == before
    assert "".join(words for kind, words in parts if kind != "removed") == later
