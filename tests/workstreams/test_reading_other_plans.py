"""How the action plans of other partnerships are read: right, or asked about; the same from Word as from a workbook."""

import re
from datetime import date

import pytest

from tests.documents import other_plans
from tests.documents.sheets import as_word, as_workbook
from workstreams.intake.parse import parse_here
from workstreams.intake.reading import Field, Known, read
from workstreams.intake.reading.counts import counts
from workstreams.intake.reading.layout.sorting import lay_out
from workstreams.picture import Level, as_printed

WRITERS = {"docx": as_word, "xlsx": as_workbook}
PLANS = (
    "theme_column",
    "own_statuses",
    "objectives",
    "sheets_of_themes",
    "inspection_findings",
    "no_sections",
    "two_ratings",
    "theme_rows",
    "blank_owners",
    "progress_is_status",
    "recs_by_agency",
    "percents",
    "real_dates",
    "sentences",
    "two_row_heading",
    "nested",
    "with_dashboard",
    "months",
    "continued",
    "two_levels",
    "objective_rows",
    "per_measure",
    "per_step",
    "side_by_side",
    "hanging",
)


def document_of(name, kind="docx"):
    return parse_here(WRITERS[kind](getattr(other_plans, name)()), f"{name}.{kind}")


def reading_of(name, kind="docx", known=Known(), answers=None):  # noqa: B008
    return read(document_of(name, kind), known, answers=answers or {})


def rows_of(reading):
    """(workstream, action, officers, due, level) of each row, in plan order."""
    return [
        (
            placed.workstream.title,
            placed.action.text,
            ", ".join(officer.title for officer in placed.action.officers),
            placed.measure.target and placed.measure.target.due_on,
            placed.measure.level and placed.measure.level.word,
        )
        for placed in reading.picture.placed()
    ]


def sizes(reading):
    found = counts(reading.picture)
    return tuple(found[name] for name in ("workstreams", "outcomes", "actions", "measures"))


@pytest.mark.parametrize("name", PLANS)
def test_reads_the_same_from_word_and_workbook(name):
    one, other = (reading_of(name, kind) for kind in WRITERS)
    assert one.picture.workstreams
    assert as_printed(one.picture).workstreams == as_printed(other.picture).workstreams
    assert (one.picture.key, one.picture.title) == (other.picture.key, other.picture.title)
    assert [q.printed for q in one.questions] == [q.printed for q in other.questions]


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("kind", WRITERS)
def test_keeps_or_questions_every_row(name, kind):
    reading = reading_of(name, kind)
    assert reading.rows == reading.rows_kept + reading.rows_questioned
    said = " ".join(
        [p.action.text for p in reading.picture.placed()]
        + [question.printed for question in reading.questions]
    )
    rows = lay_out(document_of(name, kind)).body
    assert rows
    assert all(line in said for row in rows for line in row.text(Field.ACTION).split("\n"))


@pytest.mark.parametrize("name", PLANS)
def test_makes_nothing_green_or_complete_that_is_not_printed_so(name):
    words = {other_plans.GREEN: "Green", other_plans.AMBER: "Amber", other_plans.BLUE: "Blue"}
    cells = {cell for table in document_of(name).tables for row in table.rows for cell in row}
    printed = {
        word for cell in cells for word in (*re.findall(r"[\w%]+", cell.text), words.get(cell.fill, ""))
    }
    for level in {measure.level for measure in reading_of(name).picture.measures if measure.level}:
        if level.token != "GREY" or level.is_complete:
            assert printed & {level.word, level.code}


def test_a_merged_theme_column_makes_workstreams():
    reading = reading_of("theme_column")
    assert sizes(reading) == (2, 0, 4, 4)
    assert (reading.picture.workstream_word, reading.picture.year_label) == ("Theme", "2024/25")
    assert rows_of(reading) == [
        (
            "Exploitation",
            "Write a shared screening tool",
            "Chair of the Exploitation Subgroup",
            date(2024, 6, 30),
            "Green",
        ),
        (
            "Exploitation",
            "Train every front desk to use it",
            "Learning and Development Manager",
            date(2024, 9, 30),
            "Amber",
        ),
        ("Early help", "Map what each district offers", "Head of Early Help", date(2024, 7, 31), "Red"),
        ("Early help", "Publish the map", "Head of Early Help", date(2024, 10, 31), None),
    ]
    assert [(x.word, x.meaning) for x in reading.picture.key] == [
        ("Red", "off track"),
        ("Amber", "delayed, with a plan to recover"),
        ("Green", "on track"),
    ]
    assert not reading.questions


def test_status_words_of_its_own_are_kept_and_what_nobody_knows_is_asked():
    reading = reading_of("own_statuses")
    assert [(x.word, x.token, x.is_complete) for x in reading.picture.key] == [
        ("Not started", "GREY", False),
        ("On track", "GREY", False),
        ("Partly complete", "GREY", False),
        ("Parked", "GREY", False),
        ("Complete", "GREY", True),
    ]
    asked = {q.printed: (q.sentence, q.assumed) for q in reading.questions}
    assert asked["Parked"] == ("Is “Parked” complete, or not?", "open")
    assert "Summer 2024" in asked
    assert [m.recurrence for m in reading.picture.measures].count("MONTHLY") == 1


@pytest.mark.parametrize(("answer", "level"), [("complete", True), ("open", False), ("none", None)])
def test_an_unknown_status_becomes_what_is_answered(answer, level):
    reading = reading_of("own_statuses", answers={"status parked": answer})
    (found,) = [p.measure.level for p in reading.picture.placed() if p.action.text == "Buy a recording tool"]
    assert (found and found.is_complete) == level
    assert "Parked" not in [q.printed for q in reading.questions]


def test_a_date_that_is_answered_is_the_date_and_the_words_stay():
    (question,) = [q for q in reading_of("own_statuses").questions if q.printed == "Summer 2024"]
    reading = reading_of("own_statuses", answers={question.key: "August 2024"})
    (target,) = [
        p.measure.target for p in reading.picture.placed() if p.action.text == "Buy a recording tool"
    ]
    assert (target.text, target.due_on) == ("Summer 2024", date(2024, 8, 31))


def test_objectives_hold_their_actions_and_measures_without_tags_stay_words():
    reading = reading_of("objectives")
    assert sizes(reading) == (1, 2, 3, 3)
    (workstream,) = reading.picture.workstreams
    assert [(o.ref, o.kind, o.statement, len(o.actions)) for o in workstream.outcomes] == [
        ("1.1", "REQUIRED", "Children are heard", 2),
        ("1.2", "REQUIRED", "Fathers are included", 1),
    ]
    assert [m.level.word for m in reading.picture.measures] == ["Green", "Blue", "Amber"]
    assert workstream.outcomes[0].actions[0].text.endswith("\n- Measure: 80% say that they were heard")
    assert any("prints no tag" in note.sentence for note in reading.notes)


def test_by_when_of_another_inspection_is_read_as_that_of_ours():
    reading = reading_of("inspection_findings")
    assert (reading.picture.shape, reading.picture.workstream_word) == ("INSPECTION", "Area for improvement")
    assert [(row[3], row[4]) for row in rows_of(reading)] == [
        (None, "Complete"),
        (None, "Ongoing"),
        (date(2023, 4, 30), None),
        (date(2023, 2, 28), "Complete"),
    ]


def test_the_colour_is_the_rating_and_the_status_beside_it_is_kept():
    reading = reading_of("two_ratings")
    assert [(p.measure.level.word, p.action.progress_note) for p in reading.picture.placed()] == [
        ("Green", "In progress"),
        ("Red", "Not started"),
        ("Blue", "Complete"),
    ]
    assert next(reading.picture.placed()).action.text == "Bring partners to the daily meeting"


def test_complete_beside_colours_is_a_level_without_colour():
    reading = reading_of("theme_rows")
    assert [(w.number, w.title) for w in reading.picture.workstreams] == [
        ("A", "Voice of the child"),
        ("B", "Workforce"),
    ]
    complete = next(x for x in reading.picture.key if x.word == "Complete")
    assert (complete.token, complete.is_complete) == ("GREY", True)
    assert [row[4] for row in rows_of(reading)] == ["Green", "Complete", "Amber"]


@pytest.mark.parametrize(("answer", "actions"), [("own", 4), ("above", 3), ("out", 3)])
def test_words_with_nobody_beside_them_are_asked_about(answer, actions):
    (question,) = reading_of("blank_owners").questions
    assert (question.printed, question.assumed) == ("Think about a shared post", "own")
    reading = reading_of("blank_owners", answers={question.key: answer})
    assert len(reading.picture.measures) == actions
    assert not reading.questions


def test_a_plan_without_sections_is_one_workstream_of_its_title():
    reading = reading_of("no_sections")
    assert [(w.number, w.title) for w in reading.picture.workstreams] == [("1", "Peer review action plan")]
    assert [row[4] for row in rows_of(reading)] == [None, None]
    assert [x.word for x in reading.picture.key] == ["Red", "Amber", "Green"]
    assert reading.picture.measures[1].target.text == "TBC"


def test_numbers_beside_the_rows_number_the_recommendations():
    reading = reading_of("recs_by_agency")
    assert [w.number for w in reading.picture.workstreams] == ["1", "2"]
    assert sizes(reading) == (2, 3, 3, 3)
    told = " ".join(note.sentence for note in reading.notes)
    assert "“Agency” is not kept" in told
    assert "“Date completed” is not kept" in told


def test_a_person_is_no_post():
    reading = reading_of("percents")
    (question,) = reading.questions
    assert (question.printed, question.assumed) == ("Jane Example", "out")
    assert "Jane Example" not in reading.new_posts.values()
    again = reading_of("percents", answers={question.key: "new"})
    assert "Jane Example" in again.new_posts.values()


def test_a_rating_with_its_reasons_is_that_rating_and_a_sentence_is_none():
    reading = reading_of("sentences")
    assert [row[4] for row in rows_of(reading)] == ["Green", "Amber", None, "Completed"]
    assert len(reading.questions) == 1


def test_objectives_go_on_where_their_cell_is_blank():
    reading = reading_of("nested")
    assert [(o.ref, len(o.actions)) for w in reading.picture.workstreams for o in w.outcomes] == [
        ("1.1", 2),
        ("1.2", 1),
        ("2.1", 1),
    ]


def test_sums_and_lists_are_no_plan():
    reading = reading_of("with_dashboard", "xlsx")
    assert sizes(reading) == (2, 0, 4, 4)
    assert [row[4] for row in rows_of(reading)] == ["Green", "Amber", "Blue", "Red"]


def test_a_plan_that_rates_nothing_is_given_no_rating_and_no_key():
    reading = reading_of("months")
    assert reading.picture.key == ()
    assert {row[4] for row in rows_of(reading)} == {None}
    assert any("give the plan its key" in note.sentence for note in reading.notes)


def test_sentences_broken_over_rows_are_one():
    rows = rows_of(reading_of("continued"))
    assert [row[1] for row in rows] == [
        "Finish the audit of all cases in which a child was harmed, and tell the Board",
        "Draw up a plan",
    ]
    assert rows[1][2] == "Business Manager, Head of Service, Police lead"


def test_a_plan_that_is_read_anew_keeps_its_key():
    first = reading_of("own_statuses", answers={"status parked": "complete"}).picture.key
    extra = Level("X", "Stopped for good", "", "GREY", True, False)
    again = reading_of("own_statuses", known=Known(key=(*first, extra)))
    assert again.picture.key == (*first, extra)
    assert "Parked" not in [q.printed for q in again.questions]


@pytest.mark.parametrize("name", ["two_levels", "objective_rows"])
def test_objectives_stand_inside_their_priorities(name):
    reading = reading_of(name)
    assert [(w.number, w.title) for w in reading.picture.workstreams] == [
        ("1", "Neglect"),
        ("2", "Exploitation"),
    ]
    assert [
        (o.ref, o.statement, len(o.actions)) for w in reading.picture.workstreams for o in w.outcomes
    ] == [
        ("1.1", "Staff know neglect when they see it", 2),
        ("1.2", "Families are helped early", 1),
        ("2.1", "Police and council share what they know", 1),
    ]


def test_measures_that_are_dated_and_rated_apart_are_measures_without_tags():
    reading = reading_of("per_measure")
    assert reading.questions == ()
    assert [(m.text, m.target.text, m.level.word) for m in reading.picture.measures] == [
        ("Ten audits", "June 2024", "Green"),
        ("Twenty audits", "September 2024", "Red"),
        ("Half of them answer", "July 2024", "Amber"),
    ]


def test_asks_which_of_several_ratings_and_dates_counts_for_an_action():
    reading = reading_of("per_step")
    assert {q.printed: q.assumed for q in reading.questions} == {
        "June 2024 September 2024": "2024-09-30",
        "Green\nRed": "none",
    }
    assert [row[4] for row in rows_of(reading)] == [None, "Amber"]
    (rating,) = [q for q in reading.questions if q.assumed == "none"]
    again = reading_of("per_step", answers={rating.key: "Red"})
    assert [row[4] for row in rows_of(again)] == ["Red", "Amber"]


def test_one_telling_word_of_a_heading_is_enough_in_a_row_of_headings():
    reading = reading_of("side_by_side")
    assert sizes(reading) == (2, 3, 3, 3)
    assert rows_of(reading)[0][2:] == ("Assistant Director, Performance", date(2025, 3, 31), "Blue")


def test_numbers_of_themes_may_be_words():
    reading = reading_of("hanging", "xlsx")
    assert [(w.number, w.title) for w in reading.picture.workstreams] == [
        ("1", "Contextual safeguarding"),
        ("2", "Babies under one"),
    ]
    assert all(row[2] for row in rows_of(reading))
