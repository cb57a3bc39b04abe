"""Rows that are not plain: what is asked, what is assumed until it is answered, and what an answer does."""

from collections.abc import Mapping

import pytest

from workstreams.intake.document import Cell, Document, Paragraph, Table
from workstreams.intake.reading import Field, Known, KnownPost, NotAPlan, Reading, read
from workstreams.picture import Action, Measure

KNOWN = Known((KnownPost(7, "Board Manager", ("Board Manager", "Business Manager")),))
HEADINGS = (
    "",
    "Required Outcomes",
    "Actions",
    "Responsible Officer",
    "Target Date",
    "RAG",
    "Measures of Impact",
)
KEY = (
    ("FF0000", "Red: off track"),
    ("FFC000", "Amber: at risk"),
    ("00B050", "Green: on track"),
    ("0070C0", "Blue: complete"),
)
OWN = (
    "1.1",
    "Children are heard",
    "Ask them",
    "Board Manager",
    "July 2024",
    "Green",
    "(R) How many were asked?",
)


def cells(name, rows):
    """Rows of words; "^" is the cell above, and "#RRGGBB words" a shaded one."""
    out: list[tuple[Cell, ...]] = []
    for r, row in enumerate(rows, 1):
        made = []
        for c, said in enumerate(row, 1):
            fill, text = (said[1:7], said[8:]) if said.startswith("#") else ("", said)
            made.append(out[-1][c - 1] if said == "^" else Cell(f"{name}, row {r}, column {c}", text, fill))
        out.append(tuple(made))
    return tuple(out)


def plan(
    *rows, headings=HEADINGS, known=KNOWN, answers: Mapping[str, str] | None = None, mapping=None, key=True
) -> Reading:
    blocks: list[Paragraph | Table] = [Paragraph("Paragraph 1", "A Plan 2024/25", "TITLE")]
    if key:
        blocks.append(Table("Table 1", cells("Table 1", [[f"#{fill} {text}"] for fill, text in KEY])))
    blocks.append(Table("Table 2", cells("Table 2", [headings, *rows])))
    return read(Document("docx", "plan.docx", tuple(blocks)), known, mapping, answers or {})


def row(**changed) -> tuple[str, ...]:
    names = ("ref", "outcome", "action", "officer", "target", "rating", "measure")
    return tuple(changed.get(name, own) for name, own in zip(names, OWN, strict=True))


def only(reading: Reading) -> Measure:
    (measure,) = reading.picture.measures
    return measure


def action(reading: Reading) -> Action:
    return reading.picture.workstreams[0].outcomes[0].actions[0]


def asked(reading: Reading) -> list[tuple[str, str]]:
    return [(question.printed, question.assumed) for question in reading.questions]


def test_a_plain_row_asks_nothing():
    reading = plan(row())
    assert asked(reading) == []
    assert only(reading).level.word == "Green"


# ---- ratings


@pytest.mark.parametrize(
    "printed",
    [
        "Green",
        "green",
        "G",
        "#00B050 ",
        "#C6EFCE ",
        "Green - on track",
        "RAG: Green",
        "on track",
        "#00B050 G",
    ],
)
def test_rates_green(printed):
    reading = plan(row(rating=printed))
    assert asked(reading) == []
    assert only(reading).level.word == "Green"


@pytest.mark.parametrize("printed", ["", "-", "n/a", "TBC", "#808080 ", "#D9D9D9 "])
def test_does_not_rate(printed):
    reading = plan(row(rating=printed))
    assert asked(reading) == []
    assert only(reading).level is None


@pytest.mark.parametrize("printed", ["Green / Amber", "Amber to Green", "#00B0A0 ", "#7030A0 "])
def test_asks_which_level_and_assumes_none(printed):
    reading = plan(row(rating=printed))
    assert [assumed for _, assumed in asked(reading)] == [""]
    assert only(reading).level is None
    (question,) = reading.questions
    assert only(plan(row(rating=printed), answers={question.key: "A"})).level.word == "Amber"
    assert plan(row(rating=printed), answers={question.key: "A"}).questions == ()


def test_lets_the_word_win_over_the_shade_and_asks():
    reading = plan(row(rating="#FF0000 Green"))
    assert asked(reading) == [("Green", "G")]
    assert only(reading).level.word == "Green"


def test_keeps_a_word_that_the_key_does_not_have_and_asks_whether_it_is_complete():
    reading = plan(row(rating="Parked"))
    assert asked(reading) == [("Parked", "open")]
    level = only(reading).level
    assert (level.word, level.token, level.is_complete) == ("Parked", "GREY", False)
    assert only(plan(row(rating="Parked"), answers={"status parked": "complete"})).level.is_complete
    assert only(plan(row(rating="Parked"), answers={"status parked": "none"})).level is None


def test_takes_no_shade_of_a_whole_row_for_a_rating():
    reading = plan(
        row(rating="#DDEBF7 ", measure="#DDEBF7 (R) How many were asked?", target="#DDEBF7 July 2024")
    )
    assert only(reading).level is None
    assert asked(reading) == []


# ---- dates


@pytest.mark.parametrize("printed", ["Spring 2024", "31/02/2024", "2024", "mid May"])
def test_asks_for_a_date_that_it_cannot_make_out(printed):
    reading = plan(row(target=printed))
    assert asked(reading) == [(printed, "")]
    target = only(reading).target
    assert (target.text, target.due_on, target.precision) == (printed, None, "NONE")
    (question,) = reading.questions
    given = only(plan(row(target=printed), answers={question.key: "30 May 2024"})).target
    assert (given.text, given.due_on.isoformat(), given.precision) == (printed, "2024-05-30", "DAY")


@pytest.mark.parametrize("printed", ["to follow", "Ongoing", "TBC", "as soon as it can be done"])
def test_keeps_words_that_are_no_date(printed):
    reading = plan(row(target=printed))
    assert asked(reading) == []
    assert (only(reading).target.text, only(reading).target.due_on) == (printed, None)


def test_asks_which_of_two_dates_holds():
    reading = plan(row(target="July 2024 September 2024"))
    assert asked(reading) == [("July 2024 September 2024", "2024-09-30")]
    (question,) = reading.questions
    chosen = only(plan(row(target="July 2024 September 2024"), answers={question.key: "2024-07-31"})).target
    assert chosen.due_on.isoformat() == "2024-07-31"
    assert chosen.text == "July 2024 September 2024"


def test_gives_a_blank_date_the_one_above_inside_its_action_alone():
    reading = plan(
        row(target="Rolling (every quarter)"),
        row(target="", measure="(R) How many came?"),
        row(action="Tell them", target="", measure="They are told [M1]"),
    )
    assert [m.target and m.target.text for m in reading.picture.measures] == [
        "Rolling (every quarter)"
    ] * 2 + [None]
    assert [m.recurrence for m in reading.picture.measures] == ["QUARTERLY", "QUARTERLY", "NONE"]


def test_says_that_a_date_repeats_beside_a_measure_that_does_not():
    reading = plan(row(target="Quarterly", measure="A report is made [M1]"))
    assert only(reading).recurrence == "NONE"
    assert any("no (R)" in note.sentence for note in reading.notes)


# ---- tags and measures


def test_asks_whether_growth_or_future():
    reading = plan(row(measure="(G)(F) Data is joined"))
    assert [assumed for _, assumed in asked(reading)] == ["F"]
    assert only(reading).tags == ("F",)
    (question,) = reading.questions
    assert only(plan(row(measure="(G)(F) Data is joined"), answers={question.key: "G"})).tags == ("G",)


def test_asks_for_the_level_of_a_milestone_without_one():
    reading = plan(row(measure="A report is made [M]"))
    (question,) = reading.questions
    assert only(plan(row(measure="A report is made [M]"), answers={question.key: "2"})).milestone == 2


def test_a_measure_without_a_tag_has_its_own_date_and_rating():
    rows = (
        row(measure="Everybody is asked"),
        row(target="May 2025", rating="Amber", measure="Nobody is left out"),
        row(rating="Blue", measure="Everybody came"),
    )
    reading = plan(*rows)
    assert asked(reading) == []
    assert [(m.kind, m.text, m.tags, m.level.word) for m in reading.picture.measures] == [
        ("IMPACT", "Everybody is asked", (), "Green"),
        ("IMPACT", "Nobody is left out", (), "Amber"),
        ("IMPACT", "Everybody came", (), "Blue"),
    ]
    assert reading.picture.measures[1].target.text == "May 2025"


def test_parts_measures_that_share_a_cell():
    reading = plan(row(measure="(R) How many came?\n(R) How many stayed? [M2]", rating="Green\nAmber"))
    assert [(m.text, m.level.word) for m in reading.picture.measures] == [
        ("(R) How many came?", "Green"),
        ("(R) How many stayed? [M2]", "Amber"),
    ]


def test_joins_words_with_the_date_and_rating_below_them():
    reading = plan(row(target="", rating=""), ("", "", "", "", "May 2024", "Blue", ""))
    assert (only(reading).target.text, only(reading).level.word) == ("May 2024", "Blue")
    assert reading.rows == reading.rows_kept == 2


def test_asks_about_a_date_and_rating_that_belong_to_no_measure():
    reading = plan(row(), ("", "", "", "", "May 2024", "Blue", ""))
    assert asked(reading) == [("May 2024 Blue", "")]
    assert (reading.rows, reading.rows_kept, reading.rows_questioned) == (2, 1, 1)
    assert only(reading).level.word == "Green"


def test_puts_a_broken_measure_and_a_broken_action_together():
    reading = plan(
        row(measure="(R) How many of them were:"),
        ("", "", "- and then told", "", "", "", "- asked (JTAI)\n- heard (NRAP/JTAI)"),
    )
    assert only(reading).text == "(R) How many of them were:\n- asked (JTAI)\n- heard (NRAP/JTAI)"
    assert [s.printed for s in only(reading).sources] == ["JTAI", "NRAP/JTAI", "NRAP/JTAI"]
    assert action(reading).text == "Ask them\n- and then told"


# ---- outcomes


def test_tells_one_ten_from_one_one():
    reading = plan(
        row(), row(ref="1.10", outcome="Children are safe", action="Look", measure="(R) How many are?")
    )
    assert [o.ref for o in reading.picture.workstreams[0].outcomes] == ["1.1", "1.10"]


def test_asks_about_a_reference_that_stands_at_two_outcomes():
    rows = (row(), row(outcome="Children are safe", action="Look", measure="(R) How many are?"))
    reading = plan(*rows)
    assert asked(reading) == [("1.1 Children are safe", "")]
    assert [o.ref for o in reading.picture.workstreams[0].outcomes] == ["1.1", ""]
    (question,) = reading.questions
    answered = plan(*rows, answers={question.key: "1.2"})
    assert [o.ref for o in answered.picture.workstreams[0].outcomes] == ["1.1", "1.2"]


def test_takes_a_reference_out_of_the_outcomes_words():
    headings = HEADINGS[1:]
    reading = plan(("1.2 Children are heard", *OWN[2:]), headings=headings)
    outcome = reading.picture.workstreams[0].outcomes[0]
    assert (outcome.ref, outcome.statement) == ("1.2", "Children are heard")


def test_passes_over_the_numbers_of_rows():
    reading = plan(
        ("1", *OWN[1:]), ("2", *row(measure="They are told [M1]")[1:]), headings=("No.", *HEADINGS[1:])
    )
    (outcome,) = reading.picture.workstreams[0].outcomes
    assert len(outcome.measures) == 2


# ---- officers


def test_asks_who_is_meant_by_words_that_name_no_post():
    rows = (
        row(officer="J Public"),
        row(action="Tell them", officer="J Public", measure="They are told [M1]"),
    )
    reading = plan(*rows)
    assert asked(reading) == [("J Public", "")]
    (question,) = reading.questions
    assert len(question.at) == 2
    assert action(reading).officers == ()
    assert [o.post_id for o in action(plan(*rows, answers={question.key: "7"})).officers] == [7]
    new = plan(*rows, answers={question.key: "new"})
    assert list(new.new_posts.values()) == ["J Public"]
    assert action(plan(*rows, answers={question.key: ""})).officers == ()


def test_knows_a_post_by_any_of_its_spellings():
    (officer,) = action(plan(row(officer="the business manager"))).officers
    assert (officer.post_id, officer.title, officer.printed) == (7, "Board Manager", "the business manager")


# ---- tables


def test_goes_on_in_a_table_without_headings():
    first = plan(row())
    document = Document(
        "docx",
        "plan.docx",
        (
            Table("Table 1", cells("Table 1", [HEADINGS, row()])),
            Paragraph("Paragraph 1", "Key to RAG rating:"),
            Table("Table 2", cells("Table 2", [row(measure="They are told [M1]")])),
        ),
    )
    reading = read(document, KNOWN)
    assert len(reading.picture.measures) == 2
    assert len(reading.picture.workstreams) == len(first.picture.workstreams) == 1


def test_finds_the_headings_below_a_block_of_titles():
    sheet = cells(
        "Plan",
        [
            ("Our Business Plan 2024/25", *[""] * 6),
            ("Version 2.10", *[""] * 6),
            ("", *[""] * 6),
            ("3", "VOICE", *[""] * 5),
            ("", "The overall aim of Workstream 3: To listen", *[""] * 5),
            HEADINGS,
            row(),
        ],
    )
    reading = read(Document("xlsx", "plan.xlsx", (Table("Plan", sheet),)), KNOWN)
    (workstream,) = reading.picture.workstreams
    assert (workstream.number, workstream.title, workstream.aim) == ("3", "VOICE", "To listen")
    assert (reading.picture.title, reading.label) == ("Our Business Plan 2024/25", "2.10")
    assert reading.picture.year_label == "2024/25"


def test_asks_which_of_two_columns_holds_the_ratings():
    headings = (*HEADINGS[:5], "RAG Q1", "RAG Q2", HEADINGS[6])
    own = (*OWN[:5], "Amber", "Green", OWN[6])
    reading = plan(own, headings=headings)
    assert reading.needs_mapping
    assert [c.heading for c in reading.columns if c.holds is None] == ["RAG Q1", "RAG Q2"]
    mapped = plan(
        own,
        headings=headings,
        mapping={"rag q2": Field.RATING, "rag q1": Field.IGNORED, "actions": Field.ACTION},
    )
    assert only(mapped).level.word == "Green"


def test_refuses_what_has_no_table_of_a_plan():
    with pytest.raises(NotAPlan, match="No plan was found"):
        read(Document("docx", "letter.docx", (Paragraph("Paragraph 1", "Dear all, thank you."),)), KNOWN)
