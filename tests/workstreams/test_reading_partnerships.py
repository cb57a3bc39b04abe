"""Business plans of other partnerships, made up: other words, orders and keys. Each in Word and as a workbook."""

import pytest

from tests.documents.sheets import Box, Grid, Line, Page, as_word, as_workbook
from workstreams.intake.document import Cell, Document, Table
from workstreams.intake.parse import parse_here
from workstreams.intake.reading import Known, NotAPlan, Reading, read
from workstreams.picture import PlanPicture

MAKERS = {"docx": as_word, "xlsx": as_workbook}
TITLE = Line("Anytown Partnership Business Plan 2024-26", "TITLE")


def grid(*rows) -> Grid:
    """Rows of words; "^" goes on from above, "#RRGGBB words" is shaded, "=words" lies over the whole row."""
    wide = max(len(row) for row in rows)
    made = []
    for row in rows:
        boxes = []
        for said in row:
            if said.startswith("="):
                boxes.append(Box(said[1:], wide=wide, bold=True))
            elif said.startswith("#"):
                boxes.append(Box(said[8:], fill=said[1:7]))
            else:
                boxes.append(Box("", goes_on=True) if said == "^" else Box(said))
        made.append(boxes)
    return Grid(made)


def reading(kind: str, *pages: Page) -> Reading:
    return read(parse_here(MAKERS[kind](list(pages)), f"plan.{kind}"), Known())


def places(picture: PlanPicture):
    return [
        (p.workstream.number, p.workstream.title, p.outcome.ref, p.outcome.statement, p.action.text)
        for p in picture.placed()
    ]


def facts(picture: PlanPicture):
    return [
        (
            m.text,
            m.target and m.target.due_on and m.target.due_on.isoformat(),
            m.level.word if m.level else "",
        )
        for m in picture.measures
    ]


@pytest.mark.parametrize("kind", MAKERS)
def test_reads_a_column_of_themes_and_a_column_of_safeguarding_leads(kind):
    read_plan = reading(
        kind,
        Page(
            "Plan",
            [
                TITLE,
                grid(
                    ("Theme", "Objective", "Action", "Lead", "DSL", "Timescale", "Success measure", "RAG"),
                    (
                        "Voice of the child",
                        "Children are heard",
                        "Ask",
                        "Participation Lead",
                        "Chief Nurse",
                        "March 2025",
                        "(R) How many?",
                        "Green",
                    ),
                    ("^", "^", "^", "^", "^", "June 2025", "A report is made [M1]", "Amber"),
                    (
                        "Neglect",
                        "It is noticed early",
                        "Train",
                        "Training Manager",
                        "",
                        "Sept 2024",
                        "Training is held [M1]",
                        "Blue",
                    ),
                ),
            ],
        ),
    )
    picture = read_plan.picture
    assert read_plan.questions == ()
    assert picture.workstream_word == "Theme"
    assert picture.year_label == "2024/26"
    assert places(picture) == [
        ("1", "Voice of the child", "", "Children are heard", "Ask"),
        ("1", "Voice of the child", "", "Children are heard", "Ask"),
        ("2", "Neglect", "", "It is noticed early", "Train"),
    ]
    assert facts(picture) == [
        ("(R) How many?", "2025-03-31", "Green"),
        ("A report is made [M1]", "2025-06-30", "Amber"),
        ("Training is held [M1]", "2024-09-30", "Blue"),
    ]
    officers = picture.workstreams[0].outcomes[0].actions[0].officers
    assert [(o.role, o.title) for o in officers] == [("LEAD", "Participation Lead"), ("DSL", "Chief Nurse")]


@pytest.mark.parametrize("kind", MAKERS)
def test_reads_headings_in_two_rows(kind):
    picture = reading(
        kind,
        Page(
            "Plan",
            [
                TITLE,
                grid(
                    ("Ref", "Outcome", "Action", "Lead", "Measures", "Measures ", ""),
                    ("^", "^", "^", "^", "Target date", "RAG", "Impact measure"),
                    (
                        "1.1",
                        "Children are heard",
                        "Ask",
                        "Participation Lead",
                        "March 2025",
                        "Green",
                        "(R) How many?",
                    ),
                    ("1.2", "Neglect is seen", "Train", "Training Manager", "May 2025", "Red", "Held [M1]"),
                ),
            ],
        ),
    ).picture
    assert facts(picture) == [("(R) How many?", "2025-03-31", "Green"), ("Held [M1]", "2025-05-31", "Red")]
    assert [place[2] for place in places(picture)] == ["1.1", "1.2"]


@pytest.mark.parametrize("kind", MAKERS)
def test_reads_questions_for_headings_and_numbers_of_rows(kind):
    read_plan = reading(
        kind,
        Page(
            "Plan",
            [
                TITLE,
                grid(
                    (
                        "No",
                        "Priority",
                        "Required outcome",
                        "What will we do?",
                        "Who?",
                        "By when?",
                        "How will we know?",
                        "BRAG",
                        "Evidence of progress",
                    ),
                    (
                        "1",
                        "Priority 1 – Neglect",
                        "1.1 Children at risk are seen",
                        "Train",
                        "Neglect Lead / Chair of Neglect Group",
                        "end of March 2025",
                        "(R) % trained [M1]",
                        "On track (Green)",
                        "Two sessions",
                    ),
                    ("2", "", "", "Audit", "QA Officer", "Every quarter", "(R) % good", "A ↓", ""),
                    (
                        "3",
                        "Priority 2 – Voice",
                        "2.1 Children are heard",
                        "Ask",
                        "Participation Lead",
                        "3 June 2024",
                        "Asked [M1]",
                        "Complete",
                        "Done",
                    ),
                ),
            ],
        ),
    )
    picture = read_plan.picture
    assert read_plan.questions == ()
    assert picture.workstream_word == "Priority"
    assert places(picture) == [
        ("1", "Neglect", "1.1", "Children at risk are seen", "Train"),
        ("1", "Neglect", "1.1", "Children at risk are seen", "Audit"),
        ("2", "Voice", "2.1", "Children are heard", "Ask"),
    ]
    assert [m.level.word for m in picture.measures] == ["Green", "Amber", "Complete"]
    assert [m.level.is_complete for m in picture.measures] == [False, False, True]
    assert [m.recurrence for m in picture.measures] == ["NOT_SET", "QUARTERLY", "NONE"]
    assert picture.workstreams[0].outcomes[0].actions[0].progress_note == "Two sessions"


@pytest.mark.parametrize("kind", MAKERS)
def test_reads_sections_across_the_table_and_a_key_of_six(kind):
    read_plan = reading(
        kind,
        Page(
            "Key",
            [
                TITLE,
                grid(
                    ("BRAG key",),
                    ("Purple = complete and embedded",),
                    ("Blue = complete",),
                    ("Green = on track",),
                    ("Amber = some slippage",),
                    ("Red = off track",),
                    ("Grey = not due to start",),
                ),
            ],
        ),
        Page(
            "Plan",
            [
                grid(
                    ("Required Outcomes", "Actions", "Owner", "Deadline", "BRAG", "Impact measures"),
                    ("=1 VOICE",),
                    (
                        "1.1 Children are heard",
                        "Ask",
                        "Participation Lead",
                        "March 2025",
                        "#7030A0 ",
                        "(R) How many?",
                    ),
                    ("=2 NEGLECT",),
                    (
                        "2.1 Neglect is seen",
                        "Train",
                        "Training Manager",
                        "March 2025",
                        "#808080 ",
                        "Trained [M1]",
                    ),
                    ("2.2 Neglect is met", "Act", "Training Manager", "March 2025", "#FFFFFF ", "Met [M1]"),
                )
            ],
        ),
    )
    picture = read_plan.picture
    assert read_plan.questions == ()
    assert [(x.word, x.is_complete) for x in picture.key] == [
        ("Purple", True), ("Blue", True), ("Green", False), ("Amber", False), ("Red", False), ("Grey", False),
    ]  # fmt: skip
    assert len({x.code for x in picture.key}) == 6
    assert [m.level.word if m.level else "" for m in picture.measures] == ["Purple", "Grey", ""]
    assert [(w.number, w.title) for w in picture.workstreams] == [("1", "VOICE"), ("2", "NEGLECT")]


@pytest.mark.parametrize("kind", MAKERS)
def test_reads_headings_before_each_table(kind):
    headings = ("Actions", "Lead", "Target", "Status", "Measures")
    picture = reading(
        kind,
        Page(
            "Plan",
            [
                TITLE,
                Line("Workstream 1", "HEADING", 1),
                Line("VOICE", "HEADING", 2),
                Line("The overall aim of Workstream 1: To listen"),
                grid(
                    headings,
                    ("Ask", "Participation Lead", "March 2025", "Green", "(R) How many?"),
                    ("", "", "May 2025", "Red", "Told [M1]"),
                ),
                Line("Workstream 2", "HEADING", 1),
                Line("NEGLECT", "HEADING", 2),
                grid(headings, ("Train", "Training Manager", "March 2025", "", "(G) Trained.")),
            ],
        ),
    ).picture
    assert [(w.number, w.title, w.aim) for w in picture.workstreams] == [
        ("1", "VOICE", "To listen"),
        ("2", "NEGLECT", ""),
    ]
    assert all(o.is_unnamed for w in picture.workstreams for o in w.outcomes)
    assert [level for _, _, level in facts(picture)] == ["Green", "Red", ""]


@pytest.mark.parametrize("kind", MAKERS)
def test_reads_tags_out_of_a_column_of_their_own(kind):
    picture = reading(
        kind,
        Page(
            "Plan",
            [
                TITLE,
                grid(
                    ("Outcome", "Action", "Lead", "Due", "RAG", "Measure", "Tags"),
                    (
                        "Children are heard",
                        "Ask",
                        "Participation Lead",
                        "March 2025",
                        "Green",
                        "How many were asked?",
                        "R, G",
                    ),
                    ("^", "^", "^", "June 2025", "Amber", "A report is made", "M1"),
                ),
            ],
        ),
    ).picture
    assert [m.text for m in picture.measures] == ["(G)(R) How many were asked?", "A report is made [M1]"]


@pytest.mark.parametrize("kind", MAKERS)
def test_reads_status_words_and_asks_about_the_one_that_nobody_knows(kind):
    read_plan = reading(
        kind,
        Page(
            "Plan",
            [
                TITLE,
                grid(
                    ("Ref", "Outcome", "Action", "Lead", "Target date", "Status", "Impact measure"),
                    (
                        "1.1",
                        "First of them",
                        "Do it",
                        "Head of Service",
                        "May 2024",
                        "Not started",
                        "(R) How many?",
                    ),
                    (
                        "1.2",
                        "Second of them",
                        "Do that",
                        "Head of Service",
                        "June 2024",
                        "Completed",
                        "Signed off [M1]",
                    ),
                    (
                        "1.3",
                        "Third of them",
                        "Do more",
                        "Head of Service",
                        "July 2024",
                        "Parked",
                        "Sent (M2)",
                    ),
                ),
            ],
        ),
    )
    assert [question.printed for question in read_plan.questions] == ["Parked"]
    assert {(x.word, x.token, x.is_complete) for x in read_plan.picture.key} == {
        ("Not started", "GREY", False), ("Completed", "GREY", True), ("Parked", "GREY", False),
    }  # fmt: skip


@pytest.mark.parametrize("kind", MAKERS)
def test_says_what_it_leaves_out(kind):
    read_plan = reading(
        kind,
        Page(
            "Plan",
            [
                TITLE,
                grid(
                    ("Outcome", "Action", "Lead", "Due", "RAG", "Measure", "Budget line"),
                    (
                        "Children are heard",
                        "Ask",
                        "Participation Lead",
                        "March 2025",
                        "Green",
                        "(R) How many?",
                        "Grant",
                    ),
                ),
            ],
        ),
        Page(
            "Risks", [Line("Risks to the plan", bold=True), grid(("Risk", "Score"), ("Too few staff", "12"))]
        ),
    )
    said = " ".join(note.sentence for note in read_plan.notes)
    assert "“Budget line” is not kept" in said
    assert len(read_plan.picture.measures) == 1
    assert "outside the plan and is left out" in said
    assert read_plan.picture.passages == ()


def test_refuses_a_sheet_longer_than_any_plan():
    rows = [("Outcome", "Action", "RAG", "Measure")] + [
        ("Heard", f"Ask {n}", "Green", "(R) How many?") for n in range(5_001)
    ]
    with pytest.raises(NotAPlan, match="5,000 rows"):
        reading("xlsx", Page("Plan", [grid(*rows)]))


def test_measures_without_tags_that_are_rated_apart_are_measures_of_their_own():
    heads = ("Ref", "Outcome", "Action", "Lead", "Impact measure", "Target date", "BRAG")
    rows = (
        ("1.1", "Homes are safer", "Roll out the toolkit", "Head of Care", "Staff are trained", "June 2025", "Green"),
        ("", "", "", "", "Fewer families come back", "Sept 2025", "Amber"),
        ("", "", "Audit cases", "Head of Care", "Audits show better planning", "Dec 2025", "Red"),
    )  # fmt: skip
    cells = tuple(
        tuple(Cell(f"Table 1, row {r}, column {c}", text) for c, text in enumerate(row, 1))
        for r, row in enumerate((heads, *rows), 1)
    )
    reading = read(Document("docx", "plan.docx", (Table("Table 1", cells),)), Known())
    assert [
        [(m.text, m.tags, m.level.word, m.target.text) for m in action.measures]
        for action in reading.picture.workstreams[0].outcomes[0].actions
    ] == [
        [
            ("Staff are trained", (), "Green", "June 2025"),
            ("Fewer families come back", (), "Amber", "Sept 2025"),
        ],
        [("Audits show better planning", (), "Red", "Dec 2025")],
    ]
    assert (reading.questions, reading.rows_kept) == ((), 3)
