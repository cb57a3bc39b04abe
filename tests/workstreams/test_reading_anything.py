"""Whatever stands in a document, reading gives a picture with questions, or says that it is no plan."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from workstreams.intake.document import Cell, Document, Paragraph, Table
from workstreams.intake.reading import Known, KnownPost, NotAPlan, Reading, read
from workstreams.picture import as_printed

KNOWN = Known((KnownPost(1, "Chair of ARG", ("Chair of ARG",)), KnownPost(2, "Business Manager", ())))
HEADINGS = (
    "",
    "Action",
    "Actions",
    "Required Outcomes",
    "Objective",
    "Who",
    "Responsible Officer",
    "By when",
    "Target Date",
    "Rag Rating",
    "Status",
    "Measures of Impact",
    "Progress",
    "Theme",
    "Ref",
    "No.",
    "Notes",
    "Source",
    "RAG Q1",
    "RAG Q2",
)
PLAN = (
    "",
    "Required Outcomes",
    "Actions",
    "Responsible Officer",
    "Target Date",
    "Rag Rating",
    "Measures of Impact",
)
WORDS = (
    "",
    "1.1",
    "1.10",
    "2.1 (LGA rec. 6a)",
    "1",
    "Workstream 2: Voice",
    "2 VOICE",
    "The overall aim of Workstream 2: To hear",
    "(R) How many are seen? [M1]",
    "(G)(F) Both of them",
    "Report signed off [M]",
    "- one more (JTAI)",
    "goes on below",
    "Set up a report every quarter",
    "Chair of ARG",
    "DSL: Borough Commander (WMP)",
    "DSL:",
    "Chair of ARG\nDSL: Head of Service",
    "Jo Public",
    "July 2023",
    "Sept 2023 / Jan 2024",
    "Rolling (every quarter)",
    "31/02/2024",
    "Blue",
    "g",
    "Green / Amber",
    "Completed",
    "Parked",
    "Key to RAG rating:",
    "Red: off track",
    "Total",
    "* A note on evidence",
    "Version",
    "Date",
    "1.7",
)
FILLS = ("", "", "", "FF0000", "C6EFCE", "BDD7EE", "808080", "00B0A0")


@st.composite
def tables(draw, name):
    width = draw(st.integers(1, 8))
    headings = draw(st.lists(st.sampled_from(HEADINGS), min_size=width, max_size=width))
    if draw(st.integers(0, 3)):
        headings = draw(st.permutations(PLAN))
        width = len(headings)
    body = st.sampled_from(WORDS) | st.text(max_size=12)
    rows = [[Cell(f"{name}, row 1, column {c}", text) for c, text in enumerate(headings, 1)]]
    for r in range(2, draw(st.integers(2, 9))):
        row: list[Cell] = []
        for c in range(1, width + 1):
            merged = draw(st.sampled_from(("", "", "", "", "up", "left")))
            if merged == "up" and r > 2:
                row.append(rows[-1][c - 1])
            elif merged == "left" and row:
                row.append(row[-1])
            else:
                day = date(2023, 7, 1) if draw(st.integers(0, 20)) == 0 else None
                row.append(
                    Cell(
                        f"{name}, row {r}, column {c}",
                        draw(body),
                        draw(st.sampled_from(FILLS)),
                        day,
                        "MONTH" if day else "",
                        draw(st.booleans()),
                    )
                )
        rows.append(row)
    if draw(st.booleans()):
        rows = rows[1:] or rows
    return Table(name, tuple(map(tuple, rows)), draw(st.integers(0, 9)) == 0)


@st.composite
def documents(draw):
    blocks: list[Paragraph | Table] = []
    for n in range(draw(st.integers(0, 6))):
        if draw(st.booleans()):
            blocks.append(draw(tables(f"Table {n}")))
        else:
            style = draw(st.sampled_from(("", "TITLE", "HEADING", "BULLET")))
            text = draw(st.sampled_from(WORDS) | st.text(min_size=1, max_size=30))
            blocks.append(Paragraph(f"Paragraph {n}", text, style, 1, draw(st.booleans())))
    return Document(draw(st.sampled_from(("docx", "xlsx"))), "plan.docx", tuple(blocks))


def _read(document: Document, known: Known) -> Reading | str:
    try:
        return read(document, known)
    except NotAPlan as refusal:
        if refusal.__cause__:
            raise  # refused for a fault of ours
        return str(refusal)


@settings(max_examples=300)
@given(documents(), st.sampled_from((KNOWN, Known())))
def test_gives_a_reading_or_a_sentence(document, known):
    reading = _read(document, known)
    if isinstance(reading, str):
        assert reading.endswith(".")
        return
    assert reading.rows_kept + reading.rows_questioned == reading.rows
    keys = [question.key for question in reading.questions]
    assert len(set(keys)) == len(keys)
    for question in reading.questions:
        assert question.sentence
        assert not question.choices or question.assumed in {choice.value for choice in question.choices}
    assert as_printed(as_printed(reading.picture)) == as_printed(reading.picture)
    for measure in reading.picture.measures:
        assert (measure.kind == "IMPACT") == bool(measure.text)
        assert measure.text or not measure.tags
        assert measure.recurrence == "NONE" or measure.recurring or measure.kind == "PROGRESS"
        assert not (measure.growth and measure.future)


@settings(max_examples=100)
@given(documents())
def test_asks_no_question_that_is_answered(document):
    first = _read(document, KNOWN)
    if isinstance(first, str):
        return
    answers = {q.key: q.choices[0].value if q.choices else "June 2024" for q in first.questions}
    again = read(document, KNOWN, answers=answers | {"nothing that was asked": "x"})
    assert not {q.key for q in again.questions} & set(answers)
