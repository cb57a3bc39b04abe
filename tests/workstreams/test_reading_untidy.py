"""How plans are read that say in ways of their own what others print plainly."""

import pytest

from workstreams.intake.document import Cell, Document, Paragraph, Table
from workstreams.intake.reading import Known, read

HEADINGS = ("Action", "Lead", "By when", "RAG")


def table(name, *rows):
    """Each value is a cell's words, or its words and its fill; None goes on with the cell above."""
    made = []
    for r, row in enumerate(rows):
        cells = []
        for c, value in enumerate(row):
            text, fill = value if isinstance(value, tuple) else (value, "")
            at = f"{name}!{'ABCDEFGHIJ'[c]}{r + 1}"
            cells.append(made[-1][c] if value is None else Cell(at, text, fill))
        made.append(tuple(cells))
    return Table(name, tuple(made))


def reading_of(*blocks, kind="docx"):
    return read(Document(kind, f"plan.{kind}", blocks), Known())


def actions_of(reading):
    return [
        (workstream.title, outcome.statement, action.text, measure.level and measure.level.word)
        for workstream in reading.picture.workstreams
        for outcome in workstream.outcomes
        for action in outcome.actions
        for measure in action.measures
    ]


def levels_of(reading):
    return [level for *_, level in actions_of(reading)]


def said(reading):
    return " ".join(note.sentence for note in reading.notes)


def rated(*ratings, key=()):
    rows = [
        (f"Write guide {n}", "Head of Service", "May 2025", rating) for n, rating in enumerate(ratings, 1)
    ]
    above = (Paragraph("P1", "Key to RAG rating:"), table("Key", *key)) if key else ()
    return reading_of(*above, table("Plan", HEADINGS, *rows))


# ---- ratings


def test_reads_circles_of_colours():
    reading = rated("🟢", "🟡", "🔴 late", "🔵 Complete")
    assert levels_of(reading) == ["Green", "Amber", "Red", "Blue"]
    assert not reading.questions


def test_reads_numbers_by_the_key_that_explains_them():
    key = (("1", "Not started"), ("2", "Under way"), ("3", "Complete"), ("4", "Embedded"))
    reading = rated("3", "1", "2", "4", key=key)
    assert levels_of(reading) == ["Complete", "Not started", "Under way", "Embedded"]
    assert [level.is_complete for level in reading.picture.key] == [False, False, True, True]


def test_reads_a_letter_that_the_key_explains_beside_the_colours():
    key = (("R", "Off track"), ("A", "Delayed"), ("G", "On track"), ("W", "Not started"))
    assert levels_of(rated("W", "G", key=key)) == ["Not started", "Green"]


@pytest.mark.parametrize(
    "meanings", [("Complete", "On track", "At risk", "Overdue"), ("Late", "Slow", "On track", "Done")]
)
def test_parts_the_light_oranges_of_a_red_and_an_amber_by_their_order(meanings):
    blue_first = ("BDD7EE", "C6E0B4", "FFE699", "F8CBAD")
    fills = blue_first if meanings[0] == "Complete" else ("F8CBAD", "FFE699", "C6E0B4", "BDD7EE")
    key = [(("", fill), meaning) for fill, meaning in zip(fills, meanings, strict=True)]
    reading = rated(*(("", fill) for fill in blue_first), key=key)
    assert levels_of(reading) == ["Blue", "Green", "Amber", "Red"]
    assert not reading.questions


def test_names_two_shades_of_one_colour_by_what_they_mean():
    key = (("", "FFC000"), "Delayed"), (("", "C6E0B4"), "On track"), (("", "F8CBAD"), "Paused")
    reading = rated(("", "F8CBAD"), ("", "FFC000"), key=key)
    assert levels_of(reading) == ["Paused", "Delayed"]


@pytest.mark.parametrize("printed", ["G\nA\nR", "B/G", "A/G"])
def test_asks_about_several_letters_in_one_cell(printed):
    reading = rated(printed, "R")
    assert levels_of(reading) == [None, "Red"]
    assert [question.printed for question in reading.questions] == [printed]


def test_is_not_misled_by_an_asterisk():
    assert levels_of(rated("R*", "A (was R)")) == ["Red", "Amber"]


def test_takes_the_current_rating_and_not_the_previous_one():
    reading = reading_of(
        table(
            "Plan",
            ("Action", "Lead", "By when", "Previous RAG", "Current RAG"),
            ("Write a guide", "Head of Service", "May 2025", "Red", "Green"),
        )
    )
    assert levels_of(reading) == ["Green"]
    assert "The column “Previous RAG” is not kept" in said(reading)


def test_asks_which_of_two_months_is_the_rating():
    heading = ("Action", "Lead", "By when", "RAG Sept 25", "RAG Dec 25")
    row = ("Write a guide", "Head of Service", "May 2025", ("", "FF0000"), ("", "92D050"))
    reading = reading_of(table("Plan", heading, row))
    assert reading.needs_mapping
    assert [column.heading for column in reading.columns if column.holds is None] == [
        "RAG Sept 25",
        "RAG Dec 25",
    ]


def test_asks_what_yes_means_in_a_column_that_says_what_is_done():
    heading = ("To do", "Who", "When", "Done?")
    reading = reading_of(table("Plan", heading, ("Write a guide", "Clerk", "May 2025", "Yes")))
    assert [question.printed for question in reading.questions] == ["Yes"]


# ---- places


@pytest.mark.parametrize("words", [("High", "Medium"), ("H", "L"), ("Urgent", "Low priority")])
def test_takes_no_urgency_for_a_place_in_the_plan(words):
    heading = ("Standard", "Action", "Priority", "Lead", "By when")
    rows = [("Training", f"Write guide {word}", word, "Head of Service", "May 2025") for word in words]
    reading = reading_of(table("Plan", heading, *rows))
    assert {(place, outcome) for place, outcome, *_ in actions_of(reading)} == {("Training", "")}
    assert "The column “Priority” is not kept" in said(reading)


def test_keeps_a_priority_that_names_the_places():
    heading = ("Priority", "Action", "Lead", "By when")
    rows = [("Low-level neglect", "Write a guide", "Head of Service", "May 2025")]
    assert actions_of(reading_of(table("Plan", heading, *rows)))[0][0] == "Low-level neglect"


@pytest.mark.parametrize("again", ["Neglect (continued)", "Neglect – cont.", "Neglect (cont'd)"])
def test_goes_on_with_a_theme_that_a_page_continues(again):
    heading = ("Theme", "Action", "Lead", "By when")
    reading = reading_of(
        table("One", heading, ("Neglect", "Write a guide", "Head of Service", "May 2025")),
        table("Two", heading, (again, "Publish it", "Head of Service", "June 2025")),
    )
    assert [workstream.title for workstream in reading.picture.workstreams] == ["Neglect"]


@pytest.mark.parametrize("tag", ["", "[M1] "])
def test_reads_numbers_of_three_parts_as_actions_below_their_outcome(tag):
    reading = reading_of(
        table(
            "Plan",
            ("Ref", "Action", "Lead", "By when", "RAG", "Measure"),
            ("1", "Neglect", "", "", "", ""),
            ("1.1", "Help comes early", "", "", "", ""),
            ("1.1.1", "Write a guide", "Head of Service", "May 2025", "G", f"{tag}Guide is out"),
            ("1.1.2", "Train champions", "Head of Service", "May 2025", "A", f"{tag}Champions are named"),
            ("1.2", "Parents understand", "", "", "", ""),
            ("1.2.1", "Write a leaflet", "Head of Service", "May 2025", "R", f"{tag}Leaflet is out"),
        )
    )
    (workstream,) = reading.picture.workstreams
    assert [(o.ref, o.statement, len(o.actions)) for o in workstream.outcomes] == [
        ("1.1", "Help comes early", 2),
        ("1.2", "Parents understand", 1),
    ]
    assert not reading.questions


def test_ends_an_outcome_where_the_numbers_leave_it():
    reading = reading_of(
        table(
            "Plan",
            ("Ref", "Action", "Lead", "By when"),
            ("1", "Neglect", "", ""),
            ("1.1", "Help comes early", "", ""),
            ("1.1.1", "Write a guide", "Head of Service", "May 2025"),
            ("1.2", "Write to parents", "Head of Service", "June 2025"),
        )
    )
    assert [(outcome, action) for _, outcome, action, _ in actions_of(reading)] == [
        ("Help comes early", "Write a guide"),
        ("", "Write to parents"),
    ]


def test_reads_the_rows_of_one_action_below_an_outcome_across_the_table():
    across = Cell("T1R2", "Outcome 1.1: Help comes early")
    plan = table(
        "Plan",
        ("Action", "Lead", "By when", "RAG", "Measure"),
        ("", "", "", "", ""),
        ("Write a guide", "Head of Service", "May 2025", "G", "Guide is out [M1]"),
        ("", "", "June 2025", "A", "(R) Who uses it?"),
    )
    rows = (plan.rows[0], (across,) * 5, *plan.rows[2:])
    reading = reading_of(Paragraph("P1", "Workstream 1: Neglect", "HEADING", 1), Table("Plan", rows))
    assert levels_of(reading) == ["Green", "Amber"]
    assert {outcome for _, outcome, *_ in actions_of(reading)} == {"Help comes early"}


def test_keeps_an_objective_above_rows_that_say_the_outcome_for_children():
    reading = reading_of(
        table(
            "Plan",
            ("Priority 1: Early help", "", "", "", ""),
            ("Objective: Help comes in time", "", "", "", ""),
            ("Action No", "Action", "Lead", "By when", "Outcome for children"),
            ("1", "Write a guide", "Head of Service", "May 2025", "Families get help"),
        ),
        kind="xlsx",
    )
    ((place, outcome, action, _),) = actions_of(reading)
    assert (place, outcome) == ("Early help", "Help comes in time")
    assert action == "Write a guide\n- Measure: Families get help"
    assert reading.picture.workstreams[0].outcomes[0].ref == ""


def test_takes_the_first_of_two_columns_of_aims_for_the_place():
    heading = ("Strategic aim", "Objective", "Action", "Lead", "By when")
    row = ("A strong system", "Posts are filled", "Recruit", "Head of Service", "May 2025")
    assert actions_of(reading_of(table("Plan", heading, row)))[0][:2] == (
        "A strong system",
        "Posts are filled",
    )


def test_takes_a_bold_and_shaded_row_for_a_heading():
    plan = table(
        "Plan",
        HEADINGS,
        ("", "", "", ""),
        ("Write a guide", "Head of Service", "May 2025", "G"),
        ("Train champions", "", "", ""),
    )
    title = (Cell("T1R2", "Neglect", "D9E2F3", bold=True), *plan.rows[1][1:])
    reading = reading_of(Table("Plan", (plan.rows[0], title, *plan.rows[2:])))
    assert [workstream.title for workstream in reading.picture.workstreams] == ["Neglect"]
    assert [question.printed for question in reading.questions] == ["Train champions"]


# ---- measures, owners, what is left


@pytest.mark.parametrize("second", ["How we will know", "Success criteria", "Evidence of impact"])
def test_keeps_every_column_of_success(second):
    heading = ("Action", "Lead", "By when", "RAG", "KPI", second)
    row = ("Write a guide", "Head of Service", "May 2025", "G", "70% use it", "Audit of files")
    ((_, _, action, _),) = actions_of(reading_of(table("Plan", heading, row)))
    assert action == "Write a guide\n- Measure: 70% use it\n- Measure: Audit of files"


def test_reads_tags_in_a_column_of_types():
    heading = ("Outcome", "Action", "Measure", "Type", "Lead", "By when", "RAG")
    rows = [
        ("Learning", "Plan the offer", text, tag, "Head of Service", "May 2025", "G")
        for text, tag in (("Offer is out", "M1"), ("Who came?", "R"), ("Practice changes", "G, R"))
    ]
    reading = reading_of(table("Plan", heading, *rows))
    measures = [
        m for w in reading.picture.workstreams for o in w.outcomes for a in o.actions for m in a.measures
    ]
    assert [set(measure.tags) for measure in measures] == [{"M"}, {"R"}, {"G", "R"}]


def test_reads_tags_before_a_colon_where_every_measure_has_them():
    heading = ("Outcome", "Action", "Lead", "By when", "RAG", "Measure")
    rows = [
        ("Learning", "Plan the offer", "Head of Service", "May 2025", "G", text)
        for text in ("M1: Offer is out", "G, R – Who came?")
    ]
    reading = reading_of(table("Plan", heading, *rows))
    measures = [
        m for w in reading.picture.workstreams for o in w.outcomes for a in o.actions for m in a.measures
    ]
    assert [measure.text for measure in measures] == ["Offer is out [M1]", "(G)(R) Who came?"]


def test_asks_once_for_the_date_of_several_measures_in_one_cell():
    heading = ("Outcome", "Action", "Lead", "By when", "RAG", "Measure")
    row = (
        "Learning",
        "Plan the offer",
        "Head of Service",
        "by end of Q2",
        "G",
        "[M1] Offer is out\n(R) Who came?",
    )
    reading = reading_of(table("Plan", heading, row))
    assert levels_of(reading) == ["Green", "Green"]
    assert [question.printed for question in reading.questions] == ["by end of Q2"]


def test_keeps_a_second_column_of_success_beside_measures_with_tags():
    heading = ("Outcome", "Action", "Lead", "By when", "RAG", "Measure", "How we will know")
    row = (
        "Learning",
        "Plan the offer",
        "Head of Service",
        "May 2025",
        "G",
        "[M1] Offer is out",
        "It is on the site",
    )
    ((_, _, action, _),) = actions_of(reading_of(table("Plan", heading, row)))
    assert action == "Plan the offer\n- Measure: It is on the site"


def test_keeps_both_ends_of_a_bracket():
    row = ("Write a guide", "Head of Service (North)", "May 2025", "G")
    reading = reading_of(table("Plan", HEADINGS, row))
    assert list(reading.new_posts.values()) == ["Head of Service (North)"]


def test_reads_what_will_be_different_as_expected():
    reading = reading_of(
        Paragraph("P1", "Area for improvement 1", "HEADING", 2),
        Paragraph("P2", "The timeliness of visits"),
        table("Plan", HEADINGS, ("Write a guide", "Head of Service", "May 2025", "G")),
        Paragraph("P3", "What difference will this make?"),
        Paragraph("P4", "Children are seen in time", "BULLET"),
    )
    outcomes = reading.picture.workstreams[0].outcomes
    assert [o.statement for o in outcomes if o.kind == "EXPECTED"] == ["Children are seen in time"]


def test_says_which_sheets_are_left_out():
    reading = reading_of(
        table("Plan", HEADINGS, ("Write a guide", "Head of Service", "May 2025", "G")),
        table("Risks", ("Risk", "Score"), ("Money ends", "16")),
        kind="xlsx",
    )
    assert "The sheet “Risks” is left out" in said(reading)
