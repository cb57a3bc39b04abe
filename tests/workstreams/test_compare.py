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
AUGUST, OCTOBER = pictures.AUGUST, pictures.OCTOBER


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
    assert change.sentence.endswith("the proposed Red was taken back or returned.")


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


# ---- places, texts and what stands beside them


def first_stream(**facts):
    return replace(JULY, workstreams=(replace(JULY.workstreams[0], **facts), *JULY.workstreams[1:]))


def first_outcome(**facts):
    stream = JULY.workstreams[0]
    return first_stream(outcomes=(replace(stream.outcomes[0], **facts), *stream.outcomes[1:]))


def first_action(**facts):
    outcome = JULY.workstreams[0].outcomes[0]
    return first_outcome(actions=(replace(outcome.actions[0], **facts), *outcome.actions[1:]))


OUTCOME = p.Outcome(901, "1.3", "REQUIRED", "Families are heard", "", (), ())
ACTION = p.Action(902, "Ask families twice a year", "", (), (), ())
STREAM = p.Workstream(903, "7", "Voice", "", ())


def test_says_which_places_came_or_went_with_or_without_measures():
    stream = JULY.workstreams[0]
    for later, row, sentence in (
        (replace(JULY, workstreams=(*JULY.workstreams, STREAM)), ("workstream", 903), "Workstream 7: added."),
        (first_stream(outcomes=(*stream.outcomes, OUTCOME)), ("outcome", 901), "Outcome 1.3: added."),
        (
            first_outcome(actions=(*stream.outcomes[0].actions, ACTION)),
            ("action", 902),
            "1.1 Ask families twice a year: added.",
        ),
    ):
        came, went = only(JULY, later), only(later, JULY)
        assert (came.kind, came.row, came.sentence) == (Kind.ADDED, row, sentence)
        assert (went.kind, went.row) == (Kind.WITHDRAWN, row)
        assert went.sentence == sentence.replace("added", "no longer in the plan")


def test_says_what_moved_and_what_stands_in_another_order():
    one, two, *others = JULY.workstreams
    moved = two.outcomes[0]
    one = replace(one, outcomes=(*one.outcomes, moved))
    two = replace(two, outcomes=two.outcomes[1:])
    change = only(JULY, replace(JULY, workstreams=(one, two, *others)))
    assert (change.kind, change.row) == (Kind.MOVED, ("outcome", moved.id))
    assert change.sentence == "Outcome 2.1: moved here from Workstream 2."
    actions = next(o for w in JULY.workstreams for o in w.outcomes if len(o.actions) > 1).actions
    turned = in_outcome(
        lambda o: replace(o, actions=tuple(reversed(o.actions))) if o.actions == actions else o
    )
    assert [c.sentence for c in compare(JULY, turned)] == [
        "Outcome 3.1: what stands in it has another order."
    ]
    streams = replace(JULY, workstreams=tuple(reversed(JULY.workstreams)))
    assert only(JULY, streams).sentence == "The plan: what stands in it has another order."


@pytest.mark.parametrize(
    ("later", "row", "sentence"),
    [
        (
            first_outcome(kind="EXPECTED"),
            ("outcome", 10),
            "Outcome 1.1: its kind is now expected outcome, before required outcome.",
        ),
        (
            first_outcome(evidence_note="From the audits."),
            ("outcome", 10),
            "Outcome 1.1: the note on its evidence is now “From the audits”.",
        ),
        (
            first_outcome(sources=(p.Source("LGA rec. 7", ""),)),
            ("outcome", 10),
            "Outcome 1.1: it now comes from LGA rec. 7, before from no source.",
        ),
        (
            first_action(reporting_duty="every quarter"),
            ("action", 100),
            ": its reporting duty is now every quarter, before none.",
        ),
        (first_action(progress_note="Half done"), ("action", 100), ": its progress note is now “Half done”."),
        (
            first_action(sources=(p.Source("JTAI", ""), p.Source("NRAP", ""))),
            ("action", 100),
            ": it now comes from JTAI and NRAP, before from no source.",
        ),
        (
            after(5, sources=(p.Source("JTAI", ""),)),
            ("measure", 5),
            ": it now comes from JTAI, before from no source.",
        ),
        (after(5, recurrence="YEARLY"), ("measure", 5), ": its tags or how often it is answered changed."),
        (
            replace(JULY, year_label="2024/25"),
            ("plan", 0),
            "The plan is now for “2024/25”, before “2023/24”.",
        ),
    ],
)
def test_says_what_changed_beside_the_words(later, row, sentence):
    change = only(JULY, later)
    assert change.sentence.endswith(sentence)
    assert change.row == row


def test_says_both_where_words_and_rhythm_changed():
    kinds = [
        c.sentence.rpartition(": ")[2][:12] for c in compare(JULY, after(5, text="New", recurrence="YEARLY"))
    ]
    assert kinds == ["worded anew,", "its tags or "]


def test_says_which_texts_came_went_or_are_worded_anew():
    vision, *others = JULY.passages
    note = p.Passage("NOTE", None, None, "", "A new note.", "")
    later = replace(JULY, passages=(replace(vision, body="To hear every child"), *others[1:], note))
    assert [(c.kind, c.sentence) for c in compare(JULY, later)] == [
        (
            Kind.REWORDED,
            "Vision “To hear every child”: worded anew, before “To listen, to learn and to make life better for"
            " children and…”.",
        ),
        (Kind.ADDED, "Note “A new note”: added."),
        (
            Kind.WITHDRAWN,
            "Values “Respectful Challenge, Accountability, Listening, Learning…”: no longer in the plan.",
        ),
    ]


def test_says_nothing_of_texts_whose_workstream_was_renumbered():
    stream = first_stream(number="9")
    later = replace(
        stream,
        passages=tuple(
            replace(x, workstream={"1": "9"}.get(x.workstream, x.workstream)) for x in JULY.passages
        ),
    )
    assert [c.kind for c in compare(JULY, later)] == [Kind.RENUMBERED]


def test_says_what_a_level_means_now():
    later = replace(JULY, key=(*JULY.key[:3], replace(JULY.key[3], token="GREY", is_complete=False)))
    change = only(JULY, later)
    assert change.sentence == (
        "The key’s level Blue is shown in grey; before it is shown in blue, means complete."
    )


def test_names_new_rows_of_the_register_and_no_frozen_edition():
    row = p.VersionRow(50, "1.8", "REGISTER", "Small amendments.", "", AUGUST, False)
    later = replace(JULY, versions=(*JULY.versions, row, replace(row, label="1.9", step="AGREED")))
    change = only(JULY, later)
    assert (change.kind, change.row) == (Kind.REGISTER, ("version", 50))
    assert change.sentence == "Version 1.8 of 29 August 2023 is new in the register: Small amendments."


def test_says_a_level_that_was_only_read_without_a_day():
    change = only(JULY, after(5, agreed=p.printed_rating(LEVEL["A"])))
    assert change.sentence.endswith(": Amber, before Green.")


# ---- actions straight under a workstream


def straight(number, stream_id, *actions):
    return p.Workstream(
        stream_id, number, "Title", "", (p.Outcome.unnamed(number, actions),) if actions else ()
    )


def progress(action_id, text):
    return p.Action(action_id, text, "", (), (), (p.printed_measure(action_id * 10, kind="PROGRESS"),))


def test_speaks_of_no_outcome_that_has_no_name():
    audit, train = progress(1, "Audit the files"), progress(2, "Train the team")
    before = replace(
        JULY,
        workstream_word="Recommendation",
        workstreams=(straight("1", 71, audit, train), straight("2", 72)),
    )
    assert compare(before, before) == ()
    later = replace(before, workstreams=(straight("1", 71, audit), straight("2", 72, train)))
    assert only(before, later).sentence == "2 Train the team: moved here from Recommendation 1."
    gone = replace(before, workstreams=(straight("1", 71, audit), straight("2", 72)))
    assert [c.sentence for c in compare(before, gone)] == [
        "1 Train the team: no longer in the plan, not rated when it left."
    ]
