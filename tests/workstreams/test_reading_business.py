"""The business plan in the many ways that business units keep it: each file reads to the same plan, exactly."""

from collections import Counter
from dataclasses import replace

import pytest

from tests.documents.business import CONTENT, Habit, pages
from tests.documents.sheets import as_word, as_workbook
from tests.pictures import july
from workstreams.intake.parse import parse_here
from workstreams.intake.reading import Known, KnownPost, Reading, read
from workstreams.picture import Level, PlanPicture, as_printed

POSTS = tuple(
    KnownPost(n, post["title"], (post["title"], *post["spellings"]))
    for n, post in enumerate(CONTENT["posts"], 1)
)
KNOWN = Known(POSTS)
MAKERS = {"docx": as_word, "xlsx": as_workbook}

HABITS = {
    "merged cells": Habit(),
    "the same words on each row": Habit(cells="repeated"),
    "blank below": Habit(cells="blank"),
    "letters": Habit(rating="letter"),
    "words in lower case": Habit(rating="lower"),
    "words with what they mean": Habit(rating="sentence"),
    "shaded cells in the key's colours": Habit(rating="strong", key="table"),
    "light shades beside a light key": Habit(rating="light", key="table"),
    "office shades, the key in words": Habit(rating="office", key="words"),
    "light shades, the key in one row": Habit(rating="light", key="row"),
    "the key at the end": Habit(key="end"),
    "nothing split": Habit(split=False),
    "number and title in one cell": Habit(titles="one cell"),
    "the word workstream in the title": Habit(titles="with word"),
    "other columns first": Habit(
        order=("rating", "reference", "target", "outcome", "measure", "action", "impact", "officer")
    ),
    "measures before outcomes": Habit(
        order=("reference", "measure", "officer", "outcome", "action", "target", "rating", "impact")
    ),
    "more columns": Habit(extra=("No.", "Notes")),
    "other words for headings": Habit(
        names={"rating": "RAG\nRating", "target": "TARGET DATE", "measure": "Impact measures",
               "outcome": "required outcome", "action": "ACTION", "officer": "Responsible officers", "reference": "Ref"}
    ),
    "officers beside a stroke": Habit(officers=" / "),
    "officers beside a semicolon": Habit(officers="; "),
    "officers in a row of words": Habit(officers=" "),
    "officers never apart": Habit(officers_apart=False),
    "blank rows": Habit(blank_rows=True),
    "totals": Habit(legend=True),
    "headings again and again": Habit(headings_again=True),
    "a sheet for each workstream": Habit(one_sheet=False),
    "impact reported": Habit(reported="Heard in July"),
    "real dates": Habit(dates="real"),
}  # fmt: skip
IN_WORD = {"titles between the tables": Habit(titles="paragraph")}
FILES = [
    *((name, kind, habit) for name, habit in HABITS.items() for kind in MAKERS),
    *((name, "docx", habit) for name, habit in IN_WORD.items()),
]


def reading(habit: Habit, kind: str, known: Known = KNOWN) -> Reading:
    return read(parse_here(MAKERS[kind](pages(habit)), f"plan.{kind}"), known)


@pytest.mark.parametrize(
    ("habit", "kind"), [(h, k) for _, k, h in FILES], ids=[f"{n}, {k}" for n, k, _ in FILES]
)
def test_reads_to_the_same_plan(habit, kind):
    read_plan = reading(habit, kind)
    assert read_plan.questions == ()
    assert as_printed(read_plan.picture) == as_printed(july())
    assert read_plan.rows == read_plan.rows_kept
    assert read_plan.label == "1.7"
    assert read_plan.agreed_on == "2023-07-18"


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("habit", [Habit(), Habit(cells="blank"), Habit(officers=" ")])
def test_asks_nothing_where_no_post_is_known(kind, habit):
    read_plan = reading(habit, kind, Known())
    assert read_plan.questions == ()
    assert len(read_plan.new_posts) == 11
    assert "Deputy Chief Executive/Chief Nursing Officer (ICB)" in read_plan.new_posts.values()
    named = {o.post_id: o.title for _, a in _actions(read_plan.picture) for o in a.officers}
    assert named == dict(read_plan.new_posts)


def _actions(picture: PlanPicture):
    return [(o, a) for w in picture.workstreams for o in w.outcomes for a in o.actions]


@pytest.mark.parametrize("kind", MAKERS)
def test_counts_what_is_printed(kind):
    picture = reading(Habit(), kind).picture
    outcomes = [o for w in picture.workstreams for o in w.outcomes]
    assert (len(picture.workstreams), len(outcomes), len(_actions(picture)), len(picture.measures)) == (
        6,
        13,
        16,
        42,
    )
    assert Counter(m.level.word for m in picture.measures if m.level) == {"Blue": 12, "Amber": 9, "Green": 21}
    assert Counter(tag for m in picture.measures for tag in m.tags) == {"M": 20, "R": 19, "G": 7, "F": 5}
    assert Counter(m.recurrence for m in picture.measures) == {"NONE": 23, "QUARTERLY": 7, "NOT_SET": 12}


@pytest.mark.parametrize(("shown", "first"), [("sept", "Sept 2023"), ("short", "Sep-23")])
@pytest.mark.parametrize("kind", MAKERS)
def test_keeps_a_date_as_it_is_printed(kind, shown, first):
    measures = reading(Habit(dates=shown), kind).picture.measures
    assert [m.target and m.target.due_on for m in measures] == [
        m.target and m.target.due_on for m in july().measures
    ]
    assert measures[1].target is not None
    assert measures[1].target.text == first
    assert {m.target.precision for m in measures if m.target and m.target.due_on} == {"MONTH"}


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("shades", ["strong", "light", "office"])
def test_rates_by_shade_without_a_key(kind, shades):
    read_plan = reading(Habit(rating=shades, key="absent"), kind)
    assert read_plan.questions == ()
    assert _words(read_plan.picture) == _words(july())
    assert {level.meaning for level in read_plan.picture.key} == {""}


def test_takes_the_key_that_the_plan_has():
    key = july().key
    read_plan = reading(Habit(key="absent"), "docx", Known(POSTS, key))
    assert read_plan.picture.key == key


def _words(picture: PlanPicture) -> list[str]:
    return [m.level.word if m.level else "" for m in picture.measures]


@pytest.mark.parametrize("kind", MAKERS)
def test_keeps_printed_capitals_and_quotation_marks(kind):
    picture = reading(Habit(capitals=True, quotes=True), kind).picture
    assert picture.workstreams[4].title == "CORE SSCP BUSINESS"
    assert "Partnership’s" in picture.workstreams[0].outcomes[0].actions[0].text
    assert _words(picture) == _words(july())


def test_names_workstreams_by_their_sheets():
    read_plan = reading(Habit(one_sheet=False, titles="sheets"), "xlsx")
    picture = read_plan.picture
    assert [w.number for w in picture.workstreams] == ["1", "2", "3", "4", "5", "6"]
    assert [replace(w, title="", aim="") for w in as_printed(picture).workstreams] == [
        replace(w, title="", aim="") for w in as_printed(july()).workstreams
    ]


def test_says_what_it_put_together():
    notes = {note.sentence: note.at for note in reading(Habit(), "docx").notes}
    joined = next(at for sentence, at in notes.items() if "in the next" in sentence)
    assert joined == ("Table 5, row 6, column 7", "Table 5, row 7, column 5", "Table 5, row 7, column 6")
    assert any("DSL beside the next" in sentence for sentence in notes)
    assert any("several rows of one action" in sentence for sentence in notes)


def test_says_where_each_value_stands():
    read_plan = reading(Habit(), "xlsx")
    measure = read_plan.picture.measures[0]
    assert read_plan.cells[f"{measure.id} text"] == "Plan!G4"
    assert read_plan.cells[f"{measure.id} target"] == "Plan!E4"
    assert read_plan.cells[f"{measure.id} level"] == "Plan!F4"
    outcome = read_plan.picture.workstreams[0].outcomes[0]
    assert read_plan.cells[f"{outcome.id} ref"] == "Plan!A4"


def test_invents_no_acceptance_of_reported_impact():
    read_plan = reading(Habit(reported="Heard in July"), "docx")
    assert all(m.impact is None for m in read_plan.picture.measures)
    assert any("“Heard in July”" in note.sentence for note in read_plan.notes)


def test_knows_red_amber_green_and_blue_by_their_order():
    assert reading(Habit(), "docx").picture.key == (
        Level("R", "Red", "Not on track; carrying it out is at risk", "RED", False, True),
        Level(
            "A", "Amber", "Under way with some issues, and a realistic plan to recover", "AMBER", False, True
        ),
        Level("G", "Green", "Not yet complete, on track for its milestone", "GREEN", False, False),
        Level("B", "Blue", "Complete", "BLUE", True, False),
    )
