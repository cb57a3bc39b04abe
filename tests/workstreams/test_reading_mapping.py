"""When a person has to say what the columns hold, what is read by it, and what is no plan at all."""

from datetime import date

import pytest

from tests.documents import no_plans, other_plans
from tests.documents.sheets import Line, Page, as_word, as_workbook
from workstreams.intake.parse import parse_here
from workstreams.intake.reading import Field, Known, NotAPlan, read
from workstreams.picture import as_printed

WRITERS = {"docx": as_word, "xlsx": as_workbook}
MAPPING = {
    "promise": Field.ACTION,
    "champion": Field.OFFICER,
    "finish line": Field.TARGET,
    "colour now": Field.RATING,
}


def document_of(name, kind="docx"):
    return parse_here(WRITERS[kind](getattr(other_plans, name)()), f"{name}.{kind}")


@pytest.mark.parametrize("kind", WRITERS)
def test_asks_where_no_heading_tells_the_actions(kind):
    reading = read(document_of("unknown_headings", kind), Known())
    assert reading.needs_mapping
    assert not reading.picture.workstreams
    assert {column.key: column.holds for column in reading.columns} == {**MAPPING, "promise": None}
    promise = reading.columns[0]
    assert promise.heading == "Promise"
    assert len(promise.examples) == 3
    assert promise.examples[0].startswith("We will visit")


@pytest.mark.parametrize("kind", WRITERS)
def test_reads_by_what_was_said(kind):
    reading = read(document_of("unknown_headings", kind), Known(), MAPPING)
    assert not reading.needs_mapping
    assert [(p.measure.level.word, p.measure.target.due_on) for p in reading.picture.placed()] == [
        ("Green", date(2024, 6, 30)),
        ("Amber", date(2024, 7, 31)),
        ("Red", date(2024, 8, 31)),
    ]
    assert [officer.title for p in reading.picture.placed() for officer in p.action.officers] == [
        "Head of Placements",
        "Principal Social Worker",
        "Service Manager",
    ]


def test_a_plain_plan_needs_no_mapping_and_the_same_mapping_changes_nothing():
    plain = read(document_of("theme_column"), Known())
    assert not plain.needs_mapping
    mapping = {column.key: column.holds for column in plain.columns if column.holds}
    assert as_printed(read(document_of("theme_column"), Known(), mapping).picture) == as_printed(
        plain.picture
    )


def test_asks_where_two_columns_claim_one_field():
    reading = read(document_of("quarters"), Known())
    assert reading.needs_mapping
    unclear = [column.heading for column in reading.columns if column.holds is None]
    assert unclear == ["Q1 RAG", "Q2 RAG", "Q3 RAG", "Q4 RAG"]


def test_the_column_that_was_chosen_is_the_one_that_is_read():
    reading = read(document_of("quarters"), Known())
    mapping = {column.key: column.holds or Field.IGNORED for column in reading.columns}
    chosen = read(document_of("quarters"), Known(), {**mapping, "q2 rag": Field.RATING})
    assert [m.level.word for m in chosen.picture.measures] == ["Amber", "Green"]


def test_refuses_a_mapping_without_a_column_of_actions():
    with pytest.raises(NotAPlan, match="there is no plan without them"):
        read(document_of("unknown_headings"), Known(), {**MAPPING, "promise": Field.IGNORED})


def test_refuses_a_mapping_that_names_a_field_twice():
    with pytest.raises(NotAPlan) as refused:
        read(document_of("unknown_headings"), Known(), {**MAPPING, "finish line": Field.ACTION})
    assert "“Promise” and “Finish line”" in str(refused.value)


def test_a_mapping_of_columns_that_the_file_does_not_have_is_refused():
    with pytest.raises(NotAPlan):
        read(document_of("unknown_headings"), Known(), {"nothing here": Field.ACTION})


def test_lines_alone_are_no_plan():
    content = as_word([Page("Plan", [Line("Action plan", "TITLE"), Line("We will do better.")])])
    with pytest.raises(NotAPlan, match="No plan was found"):
        read(parse_here(content, "plan.docx"), Known())


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("letter", "such as Action, Who, By when"),
        ("minutes", "minutes of a meeting"),
        ("budget", "such as Action, Who, By when"),
        ("staff_list", "such as Action, Who, By when"),
        ("questionnaire", "such as Action, Who, By when"),
        ("empty", "no words in it"),
        ("transposed", "Turn the table round"),
    ],
)
def test_refuses_what_is_no_plan_in_a_sentence(name, kind, words):
    with pytest.raises(NotAPlan) as refused:
        read(parse_here(WRITERS[kind](getattr(no_plans, name)()), f"{name}.{kind}"), Known())
    assert words in str(refused.value)
