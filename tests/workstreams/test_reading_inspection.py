"""How the inspection plan is read: its recommendations, statuses and dates, whatever file it stands in."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.documents.inspection import as_word, as_workbook
from tests.documents.inspection_plan import RECOMMENDATIONS
from workstreams.intake.parse import parse_here
from workstreams.intake.reading import Known, KnownPost, read
from workstreams.intake.reading.actions.owners import owners_in
from workstreams.intake.reading.counts import counts
from workstreams.intake.reading.grammar.by_when import Doubt, read_by_when
from workstreams.intake.reading.grammar.days import found_in
from workstreams.intake.reading.grammar.statuses import is_complete, is_known, key_of, opening
from workstreams.picture import as_printed

FILES = {
    "pages.docx": lambda: as_word(),
    "by hand.docx": lambda: as_word(broken=False, styled=False),
    "one table.docx": lambda: as_word(tables="one"),
    "two tables.docx": lambda: as_word(tables="two each"),
    "stacked.xlsx": lambda: as_workbook("stacked"),
    "sheets.xlsx": lambda: as_workbook("sheets"),
    "flat.xlsx": lambda: as_workbook("flat"),
    "unmerged.xlsx": lambda: as_workbook("unmerged"),
    "columns.xlsx": lambda: as_workbook("columns"),
}


def reading_of(name, known=Known(), answers=None):  # noqa: B008
    return read(parse_here(FILES[name](), name), known, answers=answers or {})


@pytest.fixture(scope="module")
def reading():
    return reading_of("pages.docx")


def actions_of(picture):
    return [placed.action for placed in picture.placed()]


def action(picture, words):
    return next(action for action in actions_of(picture) if action.text.startswith(words))


def test_counts_what_the_plan_holds(reading):
    assert counts(reading.picture) == {
        "workstreams": 10,
        "outcomes": 34,
        "actions": 53,
        "measures": 53,
        "ratings": {"In progress": 16, "Ongoing": 6, "Completed": 14},
        "tags": {"M": 0, "R": 0, "G": 0, "F": 0},
    }


@pytest.mark.parametrize("name", FILES)
def test_reads_the_same_from_every_file(name, reading):
    assert as_printed(reading_of(name).picture) == as_printed(reading.picture)


def test_keeps_every_recommendation_with_its_actions_and_what_is_expected(reading):
    picture = reading.picture
    assert (picture.workstream_word, picture.shape) == ("Recommendation", "INSPECTION")
    for workstream, printed in zip(picture.workstreams, RECOMMENDATIONS, strict=True):
        straight, *expected = workstream.outcomes
        assert (workstream.number, workstream.title) == (str(printed.number), printed.text)
        assert straight.is_unnamed
        assert len(straight.actions) == len(printed.rows)
        assert tuple(o.statement for o in expected) == printed.expected
        assert {(o.kind, o.actions) for o in expected} == {("EXPECTED", ())}


def test_brings_no_colour(reading):
    assert [(x.word, x.token, x.is_complete, x.is_exception) for x in reading.picture.key] == [
        ("In progress", "GREY", False, False),
        ("Ongoing", "GREY", False, False),
        ("Completed", "GREY", True, False),
    ]
    assert all(len(level.code) <= 3 for level in reading.picture.key)


def test_each_action_has_one_progress_of_its_own(reading):
    measures = reading.picture.measures
    assert {measure.kind for measure in measures} == {"PROGRESS"}
    assert {measure.text for measure in measures} == {""}
    assert [m.target.text for m in measures] == [row.by_when for r in RECOMMENDATIONS for row in r.rows]
    assert [len(a.measures) for a in actions_of(reading.picture)] == [1] * 53


def test_splits_what_stands_under_by_when(reading):
    targets = Counter((m.target.text, m.target.due_on, m.recurrence) for m in reading.picture.measures)
    months = {text: due for text, due, _ in targets if due}
    assert months == {
        "November 2020": date(2020, 11, 30),
        "December 2020": date(2020, 12, 31),
        "Dec 2020": date(2020, 12, 31),
        "January 2021": date(2021, 1, 31),
        "Feb 2021": date(2021, 2, 28),
        "February 2020": date(2020, 2, 29),
        "Completed January 2021": date(2021, 1, 31),
        "November 2020 December 2020": date(2020, 12, 31),
        "December 2020 (testing) Jan 2021 service wide implementation": date(2021, 1, 31),
    }
    assert targets["Quarterly", None, "QUARTERLY"] == 1
    assert sum(n for (_, _, rhythm), n in targets.items() if rhythm != "NONE") == 1


def test_two_stages_are_due_on_the_last_and_say_both(reading):
    target = action(reading.picture, "Start the new way").measures[0].target
    assert target.note == "December 2020: testing; Jan 2021: service wide implementation"


def test_joins_the_rows_that_a_page_broke(reading):
    assert reading.rows == 57
    assert (
        "escalate it to the police or whichever" in action(reading.picture, "Where something was late").text
    )
    assert (
        "start again once the leadership"
        in action(reading.picture, "Renew the audit of single").progress_note
    )
    joined = [
        note for note in reading.notes if "row above" in note.sentence or "action above" in note.sentence
    ]
    assert sorted(at for note in joined for at in note.at) == [
        "Table 2, row 6",
        "Table 3, row 5",
        "Table 5, row 12",
        "Table 5, row 7",
    ]


def test_what_goes_on_with_its_own_owner_is_an_action_of_its_own(reading):
    found = action(reading.picture, "This includes what Liquid Logic")
    assert [officer.title for officer in found.officers] == ["Principal Social Worker"]
    assert found.measures[0].level.word == "Ongoing"


def test_asks_no_more_than_its_real_doubts(reading):
    asked = {question.printed: question.assumed for question in reading.questions}
    assert asked == {
        "November 2020 December 2020": "2020-12-31",
        "Completed January 2021": "none",
        "All carers were told and this telling will be on-going": "none",
        "First promotion complete. To be done again (see below)": "none",
    }
    assert reading.rows_questioned == 4
    assert reading.rows_kept + reading.rows_questioned == reading.rows


def test_completed_with_a_date_ahead_is_not_complete(reading):
    (measure,) = action(reading.picture, "Look back at late strategy").measures
    assert measure.level is None
    assert measure.target.due_on == date(2021, 1, 31)


def test_an_answer_does_what_it_says_and_is_asked_no_more(reading):
    (question,) = [q for q in reading.questions if q.printed == "Completed January 2021"]
    again = reading_of("pages.docx", answers={question.key: "Completed", "nobody asked": "this"})
    (measure,) = action(again.picture, "Look back at late strategy").measures
    assert measure.level.word == "Completed"
    assert question.key not in {q.key for q in again.questions}
    assert len(again.questions) == len(reading.questions) - 1


def test_keeps_and_tells_a_status_that_its_progress_contradicts(reading):
    found = action(reading.picture, "Read the figures each month")
    assert (found.measures[0].level.word, found.progress_note) == ("Completed", "Ongoing")
    told = [note for note in reading.notes if "both are kept" in note.sentence]
    assert len(told) == 3


def test_keeps_and_tells_a_date_before_the_plan(reading):
    assert any("“February 2020” lies before" in note.sentence for note in reading.notes)


def test_names_each_of_several_owners(reading):
    for words, expected in {
        "Write each plan": [
            ("Head of Service Safeguards", "LEAD"),
            ("Head of Service Family Support", "LEAD"),
        ],
        "Put the renewed Signs": [
            ("Head of Service Safeguards", "LEAD"),
            ("Principal Social Worker", "LEAD"),
        ],
        "Where something was late": [("Head of Service Family Support", "LEAD")],
        "Ask young people": [
            ("Missing and Exploitation Team Manager", "LEAD"),
            ("Commissioning Officer", "SUPPORT"),
        ],
        "Read the figures": [("Missing and Exploitation Team Manager", "LEAD")],
    }.items():
        assert [(o.title, o.role) for o in action(reading.picture, words).officers] == expected
    assert len(reading.new_posts) == 7


def test_somebody_outside_stays_in_the_printed_words_and_is_told(reading):
    (officer,) = action(reading.picture, "Read the figures").officers
    assert officer.printed == "Missing and Exploitation Team Manager with the Provider"
    assert any("“Provider” is no post" in note.sentence for note in reading.notes)


def test_uses_the_posts_that_are_known():
    known = Known(posts=(KnownPost(7, "Head of Safeguarding Services", ("Head of Service Safeguards",)),))
    found = action(reading_of("stacked.xlsx", known).picture, "Write each plan").officers
    assert (found[0].post_id, found[0].title) == (7, "Head of Safeguarding Services")
    assert found[0].printed == "Heads of Service Safeguards and Family Support"
    assert found[1].post_id < 0


def test_keeps_its_cover_and_its_introduction(reading):
    assert (reading.picture.title, reading.label, reading.agreed_on) == (
        "Ofsted ILACS Action Plan",
        "Updated December 2020",
        "",
    )
    bodies = [passage.body for passage in reading.picture.passages]
    assert any("March 2020\nUpdated December 2020" in body for body in bodies)
    assert any("Children in care and care leavers" in body and "Good" in body for body in bodies)


@pytest.mark.parametrize("name", FILES)
def test_says_where_each_value_stands(name):
    reading = reading_of(name)
    cells = {
        cell.at: cell.text
        for table in parse_here(FILES[name](), name).tables
        for row in table.rows
        for cell in row
    }
    for placed in reading.picture.placed():
        printed = cells[reading.cells[f"{placed.measure.id} target"]]
        assert printed == placed.measure.target.text
        assert placed.action.text.startswith(cells[reading.cells[f"{placed.action.id} text"]])
        assert (f"{placed.measure.id} level" in reading.cells) == (placed.measure.level is not None)


# ---- the grammar of "By when"


@pytest.mark.parametrize(
    ("text", "status", "due", "rhythm", "note", "doubt"),
    [
        ("Completed", "Completed", None, "NONE", "", None),
        ("In progress", "In progress", None, "NONE", "", None),
        ("Completed March 2020", "Completed", date(2020, 3, 31), "NONE", "", None),
        ("Completed January 2021", "", date(2021, 1, 31), "NONE", "", Doubt.AHEAD),
        ("March 2021 – completed", "", date(2021, 3, 31), "NONE", "", Doubt.AHEAD),
        ("In progress – March 2021", "In progress", date(2021, 3, 31), "NONE", "", None),
        ("Ongoing – quarterly review", "Ongoing", None, "QUARTERLY", "quarterly review", None),
        ("Completed, subject to sign off", "", None, "NONE", "", Doubt.GOES_ON),
        ("Quarterly", "", None, "QUARTERLY", "", None),
        ("Every 6 weeks", "", None, "SIX_WEEKLY", "", None),
        ("Six-monthly", "", None, "NONE", "", Doubt.RHYTHM),
        ("By the end of March 2021", "", date(2021, 3, 31), "NONE", "", None),
        ("March – April 2021", "", date(2021, 4, 30), "NONE", "", None),
        ("Board sign-off: May 2021", "", date(2021, 5, 31), "NONE", "Board sign-off", None),
        ("May 2021 June 2021", "", date(2021, 6, 30), "NONE", "", Doubt.SEVERAL),
        ("31 February 2021", "", None, "NONE", "", Doubt.UNCLEAR),
        ("Qrt 2", "", None, "NONE", "", Doubt.UNCLEAR),
        ("TBC", "", None, "NONE", "", None),
        ("As soon as possible", "", None, "NONE", "", None),
    ],
)
def test_reads_by_when(text, status, due, rhythm, note, doubt):
    when = read_by_when(text, as_of=date(2020, 12, 31))
    assert (when.status, when.due_on, when.recurrence, when.note, when.doubt) == (
        status,
        due,
        rhythm,
        note,
        doubt,
    )


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("14 June 2024", [date(2024, 6, 14)]),
        ("the 1st of May, 2024", [date(2024, 5, 1)]),
        ("30/09/2023", [date(2023, 9, 30)]),
        ("30.9.23", [date(2023, 9, 30)]),
        ("2024-02-29", [date(2024, 2, 29)]),
        ("Sept. 2023", [date(2023, 9, 30)]),
        ("Sep-23", [date(2023, 9, 30)]),
        ("September ’23", [date(2023, 9, 30)]),
        ("Q4 2024-25", [date(2025, 3, 31)]),
        ("Quarter 1 2024/25", [date(2024, 6, 30)]),
        ("Nov/Dec 2020", [date(2020, 12, 31)]),
        ("March 2020/21", []),
        ("Q1 2024/28", []),
        ("1.10", []),
    ],
)
def test_finds_every_date_in_a_text(text, days):
    assert [found.due_on for found in found_in(text)] == days


PIECES = st.lists(
    st.sampled_from(
        [
            "Completed",
            "In progress",
            "March 2021",
            "31/12/2020",
            "(testing)",
            "quarterly",
            "and",
            "–",
            "Parked",
            "%",
            "\n",
        ]
    )
    | st.text(max_size=12)
)


@given(PIECES.map(" ".join))
def test_by_when_never_fails_and_never_makes_complete_of_what_is_unsure(text):
    when = read_by_when(text, as_of=date(2020, 12, 31))
    if when.status:
        assert is_known(when.status)
        assert when.status in " ".join(text.split())
    if is_complete(when.status):
        assert not when.doubt
    assert bool(when.due_on) == (when.precision != "NONE")


@given(st.text(max_size=60))
def test_nothing_that_is_unknown_becomes_complete_or_coloured(text):
    begins = opening(text)
    assert not begins.status or is_known(begins.status)
    for level in key_of({text.strip() or "x": is_complete(text)}):
        assert level.token == "GREY"
        assert level.is_complete == is_complete(text)
        assert 1 <= len(level.code) <= 3


@given(st.lists(st.text(min_size=1, max_size=20), unique=True, max_size=30))
def test_every_level_of_a_key_has_a_code_of_its_own(words):
    key = key_of(dict.fromkeys(words, False))
    assert len({level.code for level in key}) == len(key)


@given(st.text(max_size=80))
def test_owners_keep_the_words_they_were_found_in(text):
    for owner in owners_in(text):
        assert owner.title
        assert not owner.printed or owner.printed in text
