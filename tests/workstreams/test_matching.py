"""Which row of a document is which of the plan: nothing is taken for another, doubled or lost in silence."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import pictures
from workstreams import picture as p
from workstreams.compare import Kind, compare
from workstreams.intake.matching import match, nothing_of, without_levels
from workstreams.vocabulary import OutcomeKind, PlanShape

JULY, DRAFT = pictures.july(), pictures.draft()
READ = p.as_printed(JULY)
LEVEL = {level.code: level for level in JULY.key}


def edited(picture, *, workstream=None, outcome=None, action=None, measure=None):
    """The picture with each row replaced by what these answer; None leaves a row out."""

    def each(rows, change, into=lambda row: row):
        changed = (change(row) if change else row for row in rows)
        return tuple(into(row) for row in changed if row is not None)

    def actions(a):
        return replace(a, measures=each(a.measures, measure))

    def outcomes(o):
        return replace(o, actions=each(o.actions, action, actions))

    def workstreams(w):
        return replace(w, outcomes=each(w.outcomes, outcome, outcomes))

    return replace(picture, workstreams=each(picture.workstreams, workstream, workstreams))


def said(live, read, answers=None):
    """(what the file changes, what is asked)."""
    matched = match(live, read, answers)
    ids = [m.id for m in matched.picture.measures]
    assert len(ids) == len(set(ids))
    return [c.sentence for c in compare(live, matched.picture)], list(matched.questions)


def only(live, read, answers=None):
    ((sentence,), questions) = said(live, read, answers)
    assert questions == []
    return sentence


def starting(words):
    return lambda row: row.text.startswith(words)


def on(is_it, **facts):
    return lambda row: replace(row, **facts) if is_it(row) else row


def without(is_it):
    return lambda row: None if is_it(row) else row


def outcome_ref(ref):
    return lambda o: o.ref == ref


# ---- the same


@pytest.mark.parametrize("live", [JULY, DRAFT], ids=["july", "later"])
def test_says_nothing_where_the_file_holds_what_stands(live):
    assert match(live, p.as_printed(live)).picture == live
    assert said(live, p.as_printed(live)) == ([], [])


def test_takes_everything_of_a_new_plan_as_it_is():
    matched = match(None, READ)
    assert (matched.picture, matched.questions, dict(matched.recognised)) == (READ, (), {})
    kinds = [c.kind for c in compare(nothing_of(READ), READ)]
    assert kinds.count(Kind.ADDED) == 6 + 13 + 16 + 42 + len(READ.passages)


def test_takes_everything_as_new_where_the_plan_is_empty():
    empty = replace(JULY, workstreams=(), passages=(), key=(), versions=())
    matched = match(empty, READ)
    assert all(m.id < 0 for m in matched.picture.measures)
    assert (matched.questions, len(matched.picture.measures)) == ((), 42)
    assert matched.picture.key == READ.key


def test_hears_no_rewording_in_quotes_dashes_and_spaces():
    def typed(row):
        text = row.text.replace("'", "’").replace(" - ", " – ").replace(" ", "\u00a0", 1)
        return replace(row, text=text + " ")

    def place(o):
        return replace(o, statement=o.statement.replace("'", "\u2019").replace(" ", "  "))

    assert said(JULY, edited(READ, outcome=place, action=typed, measure=typed)) == ([], [])


def test_takes_over_what_no_document_can_say():
    first = DRAFT.measures[9]  # another date is asked for, and an update stands
    assert first.proposal
    assert first.target.asked_text
    matched = match(DRAFT, edited(p.as_printed(DRAFT), measure=on(starting(first.text[:40]), milestone=3)))
    found = matched.picture.find(first.id).measure
    assert found.milestone == 3
    assert replace(found, milestone=first.milestone) == first


@pytest.mark.parametrize(
    "blank",
    [
        {"measure": lambda m: replace(m, target=None)},
        {"measure": lambda m: replace(m, agreed=None)},
        {"measure": lambda m: replace(m, sources=())},
        {"action": lambda a: replace(a, officers=(), sources=(), reporting_duty="", progress_note="")},
        {"outcome": lambda o: replace(o, evidence_note="", sources=())},
        {"workstream": lambda w: replace(w, aim="")},
    ],
    ids=["date", "rating", "sources", "officers and notes", "evidence", "aim"],
)
def test_takes_nothing_out_where_the_file_is_blank(blank):
    assert said(JULY, edited(READ, **blank)) == ([], [])


def test_takes_nothing_out_of_the_head_and_texts_that_the_file_leaves_out():
    assert said(JULY, replace(READ, title="", year_label="", key=(), passages=(), versions=())) == ([], [])


@pytest.mark.parametrize(
    "name", ["Our plan.docx", "our plan.v2.docx", "Our plan v1.8.docx", "Our plan_2.xlsx"]
)
def test_calls_no_plan_by_the_name_of_its_file(name):
    read = replace(READ, title="Our plan")
    assert match(JULY, read, name="something else.docx").picture.title == "Our plan"
    changed = match(JULY, replace(read, title=name.rpartition(".")[0]), name=name).picture.title
    assert changed == JULY.title


def test_calls_no_workstream_by_its_number():
    assert said(JULY, edited(READ, workstream=lambda w: replace(w, title=w.number))) == ([], [])
    assert said(JULY, edited(READ, workstream=lambda w: replace(w, title=f"Workstream {w.number}"))) == (
        [],
        [],
    )


# ---- reworded, moved, renumbered


def test_recognises_a_measure_that_is_worded_anew():
    first = JULY.measures[0]
    words = first.text.replace("Gather figures", "Collect the figures").replace("how long", "the time")
    sentence = only(JULY, edited(READ, measure=on(starting(first.text), text=words)))
    assert "worded anew, before “Gather figures" in sentence


def test_recognises_rows_that_changed_places():
    def turned(a):
        return replace(a, measures=tuple(reversed(a.measures))) if len(a.measures) == 4 else a

    sentences, questions = said(JULY, edited(READ, action=turned))
    assert questions == []
    assert sentences
    assert all("what stands in it has another order" in sentence for sentence in sentences)


def test_recognises_outcomes_that_exchanged_their_references():
    other = {"4.1": "4.2", "4.2": "4.1"}
    sentences, questions = said(JULY, edited(READ, outcome=lambda o: replace(o, ref=other.get(o.ref, o.ref))))
    assert questions == []
    assert sentences == ["Outcome 4.2 was 4.1 before.", "Outcome 4.1 was 4.2 before."]


def test_recognises_workstreams_that_were_renumbered_with_all_that_stands_in_them():
    number = {"2": "3", "3": "2"}

    def stream(w):
        return replace(w, number=number.get(w.number, w.number))

    def outcome(o):
        return replace(o, ref=number.get(o.ref[0], o.ref[0]) + o.ref[1:])

    passages = tuple(replace(x, workstream=number.get(x.workstream, x.workstream)) for x in READ.passages)
    sentences, questions = said(
        JULY, replace(edited(READ, workstream=stream, outcome=outcome), passages=passages)
    )
    assert questions == []
    assert len(sentences) == 2 + 5
    assert all(sentence.endswith(" before.") for sentence in sentences)


def test_recognises_a_measure_that_moved_to_another_outcome():
    moved = READ.measures[0]

    def outcome(o):
        actions = tuple(replace(a, measures=tuple(m for m in a.measures if m != moved)) for a in o.actions)
        if o.ref == "5.1":
            actions = (replace(actions[0], measures=(*actions[0].measures, moved)), *actions[1:])
        return replace(o, actions=actions)

    assert only(JULY, edited(READ, outcome=outcome)).endswith("moved here from 1.1.")


def test_recognises_an_outcome_worded_anew_by_what_stands_in_it():
    words = "Quite another aim"
    read = edited(READ, outcome=on(outcome_ref("2.1"), statement=words, ref="2.7"))
    sentences, questions = said(JULY, read)
    assert questions == []
    assert sentences == ["Outcome 2.7 was 2.1 before.", f"Outcome 2.7 is worded anew: “{words}”."]


def test_recognises_each_of_two_measures_with_the_same_words():
    twin = JULY.measures[1]

    def doubled(picture, one, other):
        """With the measure twice in its action, due in two months, in this order."""

        def change(a):
            if not any(m.text == twin.text for m in a.measures):
                return a
            found = next(m for m in a.measures if m.text == twin.text)
            pair = tuple(
                replace(
                    found,
                    id=found.id * 1000 + n,
                    target=p.printed_target(f"{month} 2023", date(2023, n, 28), "MONTH"),
                )
                for n, month in ((one, f"Month {one}"), (other, f"Month {other}"))
            )
            return replace(a, measures=(*(m for m in a.measures if m != found), *pair))

        return edited(picture, action=change)

    live = doubled(JULY, 3, 5)
    assert said(live, doubled(READ, 3, 5)) == ([], [])
    (sentence,), questions = said(live, doubled(READ, 5, 3))
    assert (questions, sentence) == ([], f"1.1 {sentence[4:]}")
    assert "another order" in sentence


# ---- changed


def test_says_which_level_and_date_the_file_gives_otherwise():
    first = JULY.measures[0]
    target = p.printed_target("March 2024", date(2024, 3, 31), "MONTH")
    changed = on(starting(first.text), target=target, agreed=p.printed_rating(LEVEL["A"]))
    sentences, questions = said(JULY, edited(READ, measure=changed))
    assert questions == []
    assert sentences[0].endswith(": Amber, before Blue.")  # an exception comes first
    assert sentences[1].endswith(": target March 2024, before July 2023.")
    matched = match(JULY, edited(READ, measure=changed))
    assert [c.kind for c in compare(JULY, without_levels(JULY, matched.picture))] == [Kind.TARGET]


def test_hears_no_change_in_a_date_that_is_printed_otherwise():
    def short(m):
        if m.target.due_on is None:
            return replace(m, target=replace(m.target, text="ROLLING  (every quarter)"))
        return replace(m, target=replace(m.target, text=f"{m.target.due_on:%b-%y}"))

    assert said(JULY, edited(READ, measure=short)) == ([], [])


def test_leaves_how_often_it_is_answered_as_somebody_said_since():
    rolling = next(m for m in JULY.measures if m.recurrence == "NOT_SET")
    renewed = pictures.changed(JULY, {rolling.id: lambda m: replace(m, recurrence="YEARLY")})
    assert said(renewed, READ) == ([], [])
    ended = pictures.changed(JULY, {rolling.id: lambda m: replace(m, recurrence="NONE")})
    assert said(ended, READ) == ([], [])


def test_hears_no_change_in_officers_that_are_spelled_otherwise():
    def spelled(a):
        return replace(
            a,
            officers=tuple(
                replace(o, title=o.title.replace("&", "and").upper(), printed=o.printed.replace("'", "’"))
                for o in a.officers
            ),
        )

    assert said(JULY, edited(READ, action=spelled)) == ([], [])


def test_names_a_new_officer_and_keeps_what_is_known_of_the_others():
    first = next(a for w in JULY.workstreams for o in w.outcomes for a in o.actions)
    added = p.printed_officer("Head of Service", "SUPPORT", "Head of Service", -90)

    def change(a):
        return replace(a, officers=(*a.officers, added)) if a.text == first.text else a

    matched = match(JULY, edited(READ, action=change))
    assert [c.kind for c in compare(JULY, matched.picture)] == [Kind.OFFICER]
    found = next(a for w in matched.picture.workstreams for o in w.outcomes for a in o.actions)
    assert found.officers == (*first.officers, added)


def test_takes_the_same_word_for_the_same_level_and_keeps_the_plans_colours():
    other = tuple(
        replace(level, code=f"{n}X", token="GREY", is_complete=False) for n, level in enumerate(JULY.key)
    )
    codes = {old.code: new for old, new in zip(JULY.key, other, strict=True)}

    def coded(m):
        return replace(m, agreed=p.printed_rating(codes[m.level.code]))

    assert said(JULY, edited(replace(READ, key=other), measure=coded)) == ([], [])
    parked = p.Level("B", "Parked", "Put off", "GREY", False, False)
    matched = match(JULY, replace(READ, key=(*READ.key, parked)))
    assert [level.word for level in matched.picture.key] == [*(level.word for level in JULY.key), "Parked"]
    assert len({level.code for level in matched.picture.key}) == 5


def test_registers_only_versions_that_are_not_known():
    row = p.VersionRow(0, "1.8", "", "Ratings of August", "One editor", date(2023, 8, 29), False)
    sentence = only(JULY, replace(READ, versions=(*READ.versions, row)))
    assert sentence == "Version 1.8 of 29 August 2023 is new in the register: Ratings of August."


def test_says_which_texts_are_new_or_worded_anew():
    vision, *others = READ.passages
    note = p.Passage("NOTE", None, None, "", "Something quite different is said here.", "")
    read = replace(READ, passages=(replace(vision, body="To hear every child."), *others, note))
    sentences, questions = said(JULY, read, {"absent": "withdraw"})
    assert questions == []
    assert [s for s in sentences if "Note" in s] == ["Note “Something quite different is said here”: added."]
    assert any(s.startswith("Vision “To hear every child”") for s in sentences)


# ---- left out


def test_asks_once_for_all_that_is_not_in_the_file_and_keeps_it_meanwhile():
    gone = JULY.measures[:2]
    read = edited(READ, measure=without(lambda m: any(m.text == g.text for g in gone)))
    sentences, (question,) = said(JULY, read)
    assert sentences == []
    assert question.sentence == "2 measures of the plan are not in this file. What becomes of them?"
    assert question.assumed == "keep"
    assert match(JULY, read).picture == JULY
    sentences, questions = said(JULY, read, {question.key: "withdraw"})
    assert questions == []
    assert [s.endswith("no longer in the plan, Blue when it left.") for s in sentences] == [True, False]
    assert said(JULY, read, {question.key: "keep"}) == ([], [])


def test_keeps_a_whole_workstream_that_is_left_out_where_it_stood():
    read = edited(READ, workstream=without(lambda w: w.number == "3"))
    read = replace(read, passages=tuple(x for x in READ.passages if x.workstream != "3"))
    sentences, (question,) = said(JULY, read)
    assert sentences == []
    assert question.sentence.startswith(
        "1 workstream, 3 outcomes, 4 actions, 10 measures and 3 texts of the plan"
    )
    assert match(JULY, read).picture == JULY
    sentences, _ = said(JULY, read, {"absent": "withdraw"})
    assert len(sentences) == 1 + 3 + 4 + 10 + 3
    assert all("no longer in the plan" in sentence for sentence in sentences)


def test_lets_what_is_kept_give_way_where_its_reference_stands_at_something_else():
    """A new outcome under an old reference; the old one was answered to be another, and is kept."""
    other = replace(
        READ.workstreams[0].outcomes[0],
        id=-900,
        statement="Nothing in common whatever",
        actions=(
            p.Action(
                -901, "Begin afresh", "", (), (), (p.printed_measure(-902, text="New [M1]", milestone=1),)
            ),
        ),
    )
    read = edited(READ, outcome=lambda o: other if o.ref == "1.1" else o)
    _, questions = said(JULY, read)
    which = next(q for q in questions if q.key.startswith("which outcome"))
    assert which.assumed == str(JULY.workstreams[0].outcomes[0].id)
    sentences, questions = said(JULY, read, {which.key: "new", "absent": "keep"})
    assert questions == []
    refs = [
        o.ref for o in match(JULY, read, {which.key: "new", "absent": "keep"}).picture.workstreams[0].outcomes
    ]
    assert sorted(refs) == ["1.1", "1.1 old", "1.2"]
    assert "Outcome 1.1 old was 1.1 before." in sentences


# ---- unsure


def half_reworded():
    """The first measure, moved to the last outcome and half of its words others."""
    moved = replace(
        READ.measures[0],
        text="Gather figures on how severe neglect cases are by ward when the council first meets them, and set these"
        " beside other councils in the region each spring. [M1]",
    )

    def outcome(o):
        actions = tuple(
            replace(a, measures=tuple(m for m in a.measures if m.id != moved.id)) for a in o.actions
        )
        if o.ref == "6.1":
            actions = (replace(actions[0], measures=(*actions[0].measures, moved)), *actions[1:])
        return replace(o, actions=actions)

    return edited(READ, outcome=outcome)


def test_asks_where_it_is_not_sure_and_assumes_nothing_lost():
    read = half_reworded()
    sentences, (which, absent) = said(JULY, read)
    assert which.sentence.startswith("Is 6.1’s “Gather figures on how severe neglect cases are by ward when")
    assert which.sentence.endswith("the measure that stood at 1.1?")
    assert [choice.value for choice in which.choices] == ["1", "new"]
    assert which.assumed == "new"
    assert absent.sentence == "1 measure of the plan is not in this file. What becomes of it?"
    assert len(sentences) == 1
    assert sentences[0].endswith(": added, Blue.")
    assert len(match(JULY, read).picture.measures) == 43


def test_does_what_was_answered_and_asks_no_more():
    read = half_reworded()
    _, (which, _) = said(JULY, read)
    sentences, questions = said(JULY, read, {which.key: "1"})
    assert questions == []
    assert len(sentences) == 2  # moved, worded anew
    assert match(JULY, read).questions[0].key == which.key  # the same whenever it is asked


def test_names_the_cell_that_a_question_is_about():
    read = half_reworded()
    moved = next(m for m in read.measures if "by ward" in m.text)
    question = match(JULY, read, cells={f"{moved.id} text": "Table 9, row 3, column 7"}).questions[0]
    assert question.at == ("Table 9, row 3, column 7",)


def test_ignores_answers_to_what_is_not_asked():
    assert said(JULY, READ, {"which measure 9.9 0000000000": "5", "absent": "nonsense"}) == ([], [])


# ---- plans of actions


def inspection(picture_ids=1):
    status = p.Level("C", "Completed", "", "GREY", True, False)
    ids = iter(range(picture_ids * 1, 10_000)) if picture_ids > 0 else iter(range(-1, -10_000, -1))

    def action(text, level=None):
        return p.Action(
            next(ids),
            text,
            "",
            (),
            (),
            (p.printed_measure(next(ids), kind="PROGRESS", level=level),),
            "Begun",
        )

    def stream(number, *texts):
        actions = tuple(action(text, status) for text in texts)
        expected = p.Outcome(next(ids), "", OutcomeKind.EXPECTED, f"What {number} is for", "", (), ())
        return p.Workstream(
            next(ids), number, f"Title {number}", "", (p.Outcome.unnamed(number, actions), expected)
        )

    return p.printed_plan(
        title="Inspection plan",
        shape=PlanShape.INSPECTION,
        workstream_word="Recommendation",
        key=(status,),
        workstreams=(
            stream("1", "Audit the case files each month", "Train the duty team in the new form"),
            stream("2", "Audit the case files each month", "Write to the schools about thresholds"),
        ),
    )


def test_says_nothing_of_a_plan_of_actions_that_is_the_same():
    assert said(inspection(), inspection(-1)) == ([], [])


def test_follows_the_progress_of_an_action_that_moved():
    live, read = inspection(), inspection(-1)
    one, two = read.workstreams
    mine, theirs = one.outcomes[0].actions, two.outcomes[0].actions
    read = replace(
        read,
        workstreams=(
            replace(one, outcomes=(replace(one.outcomes[0], actions=(mine[0],)), *one.outcomes[1:])),
            replace(two, outcomes=(replace(two.outcomes[0], actions=(*theirs, mine[1])), *two.outcomes[1:])),
        ),
    )
    assert only(live, read) == "2 Train the duty team in the new form: moved here from Recommendation 1."


# ---- whatever a document does


@settings(max_examples=60)
@given(st.data())
def test_pairs_each_row_once_and_keeps_the_rest(data):
    """Rows that were left out, doubled, shuffled or reworded: no row is two, and none is lost."""
    gone = data.draw(st.sets(st.sampled_from([m.id for m in READ.measures]), max_size=12))
    order = data.draw(st.randoms(use_true_random=False))

    def change(m):
        if m.id in gone:
            return None
        if order.random() < 0.1:
            words = m.text.split()
            order.shuffle(words)
            return replace(m, text=" ".join(words[: max(1, len(words) * 2 // 3)]))
        return m

    read = edited(READ, measure=change)
    streams = list(read.workstreams)
    order.shuffle(streams)
    read = replace(read, workstreams=tuple(streams))
    matched = match(JULY, read)
    ids = [m.id for m in matched.picture.measures]
    assert len(ids) == len(set(ids))
    assert {m.id for m in JULY.measures} <= set(ids)
    live_ids = [row for row in matched.recognised.values() if row[0] == "measure"]
    assert len(live_ids) == len(set(live_ids))
    assert len([i for i in ids if i < 0]) + len(live_ids) == len(read.measures)
    kept = match(matched.picture, p.as_printed(matched.picture))
    assert (kept.questions, compare(matched.picture, kept.picture)) == ((), ())
