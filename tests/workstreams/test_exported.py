"""A plan's workbook that comes back: unchanged it is the plan itself, and what was changed in it is read."""

import io
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reporting import excel
from reporting.pack import pack_of
from tests.pictures import draft, july
from workstreams import gather, permissions, sheet
from workstreams import picture as p
from workstreams.intake.parse import parse_here
from workstreams.intake.reading import Known, KnownPost, read
from workstreams.intake.reading.exported.plan import EMPTIED, OTHER_SEAL, plan_of
from workstreams.models import Plan

KEY = "a secret of the service"
GREEN = p.Level("G", "Green", "on track", "GREEN", False, False)
BLUE = p.Level("B", "Blue", "complete", "BLUE", True, False)


def written(picture):
    pack = pack_of(picture, None, partnership="Partnership", standing="Working draft")
    return excel.draw(pack, picture=picture, key=KEY)


def came_back(content, known=None, answers=None):
    known = known or Known(seals=(KEY,))
    return read(parse_here(content, "plan.xlsx"), known, answers=answers or {})


def changed(content, change):
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book["Plan"], {cell.value: cell.column for cell in book["Plan"][1]})
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def found(reading, **facts):
    """The one measure with these facts."""
    (placed,) = [
        each
        for each in reading.picture.placed()
        if all(getattr(each.measure, name) == value for name, value in facts.items())
    ]
    return placed


@pytest.mark.parametrize("picture", [july(), draft()], ids=["july", "draft"])
def test_the_plan_of_2023_24_comes_back_as_it_went_out(picture):
    reading = came_back(written(picture))
    assert p.as_printed(reading.picture) == p.as_printed(picture)
    assert (reading.questions, reading.notes) == ((), ())
    assert (reading.rows, reading.rows_kept, reading.rows_questioned) == (42, 42, 0)


# ---- plans that nobody has written

awkward = st.one_of(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60),
    st.sampled_from(
        [
            "=SUM(A1)",
            "- first\n- second",
            "• round\n• bullets",
            "<ul><li>one</li></ul> &amp; two",
            "_x0041_ and _x005F_",
            "  spaces  \n\n and lines\r\n",
            "1.10",
            "٣ rtl \u202e and \u200b nothing",
            "#N/A",
            "2023-07-01",
            "+44 @home",
            "o a star\n* two\n* three",
            "TRUE",
        ]
    ),
)
words = awkward.filter(lambda text: text.strip())
targets = st.builds(
    p.printed_target,
    awkward,
    st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.sampled_from(["DAY", "MONTH", "NONE"]),
    awkward,
)
sources = st.lists(words, max_size=2).map(p.printed_sources)
officers = st.lists(
    st.builds(p.printed_officer, words, st.sampled_from(["LEAD", "DSL", "SUPPORT"]), awkward), max_size=2
).map(tuple)


@st.composite
def plans(draw):
    """Plans of both shapes. Ids count down, each its own."""
    ids = iter(range(-1, -100_000, -1))
    progress = draw(st.booleans())

    def measure():
        facts = {"target": draw(st.none() | targets), "level": draw(st.sampled_from([None, GREEN, BLUE]))}
        if progress:
            return p.printed_measure(
                next(ids), kind="PROGRESS", recurrence=draw(st.sampled_from(["NONE", "YEARLY"])), **facts
            )
        return p.printed_measure(
            next(ids),
            text=draw(words),
            milestone=draw(st.none() | st.integers(1, 4)),
            recurring=draw(st.booleans()),
            growth=draw(st.booleans()),
            sources=draw(sources),
            **facts,
        )

    def action():
        measures = tuple(measure() for _ in range(draw(st.integers(0, 1 if progress else 3))))
        return p.Action(
            next(ids), draw(words), draw(awkward), draw(officers), draw(sources), measures, draw(awkward)
        )

    def outcome(n, ref):
        actions = tuple(action() for _ in range(draw(st.integers(0, 2))))
        return p.Outcome(
            next(ids),
            f"{ref}.{n}",
            draw(st.sampled_from(["REQUIRED", "EXPECTED"])),
            draw(awkward),
            draw(awkward),
            draw(sources),
            actions,
        )

    def stream(n):
        unnamed = draw(st.booleans())
        before = (p.Outcome.unnamed(str(n), (action(),)),) if unnamed else ()
        after = tuple(outcome(m, n) for m in range(1, draw(st.integers(0, 2)) + 1))
        return p.Workstream(next(ids), str(n), draw(awkward), draw(awkward), before + after)

    return p.printed_plan(
        title=draw(words),
        shape="INSPECTION" if progress else "BUSINESS_PLAN",
        workstream_word=draw(st.sampled_from(["Workstream", "Theme", "Recommendation"])),
        key=(BLUE, GREEN),
        workstreams=tuple(stream(n) for n in range(1, draw(st.integers(1, 3)) + 1)),
        year_label=draw(awkward),
        passages=tuple(
            p.Passage("PRIORITY", n, 2023, "", draw(words), "1") for n in range(draw(st.integers(0, 2)))
        ),
        versions=(p.VersionRow(0, "1.10", "", draw(awkward), draw(awkward), date(2023, 7, 18), False),),
    )


@given(plans())
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
def test_every_plan_comes_back_as_it_went_out(picture):
    assert p.as_printed(came_back(written(picture)).picture) == p.as_printed(picture)


# ---- what was changed


@pytest.fixture
def plan_now(db):
    return Plan.objects.get()


@pytest.fixture(scope="module")
def plan():
    return written(july())


def test_reads_a_cell_that_was_changed_and_leaves_the_others(plan):
    def change(sheet, at):
        sheet.cell(3, at["Measure of impact"]).value = "Another measure of neglect. [M2]"
        sheet.cell(3, at["Target date"]).value = "March 2024"
        sheet.cell(3, at["Agreed rating"]).value = "amber"
        sheet.cell(3, at["Tags"]).value = "M2 R"

    reading = came_back(changed(plan, change))
    placed = found(reading, text="Another measure of neglect. [M2]")
    m = placed.measure
    assert (m.target.text, m.target.due_on, m.target.precision) == ("March 2024", date(2024, 3, 31), "MONTH")
    assert (m.level.word, m.milestone, m.recurring) == ("Amber", 2, True)
    assert len(reading.picture.measures) == 42
    assert reading.cells[f"{m.id} target"].startswith("Plan!")
    rest = [each for each in p.as_printed(july()).measures if each.id != m.id]
    assert rest == [each for each in p.as_printed(reading.picture).measures if each.id != m.id]


def test_a_place_changed_on_one_of_its_rows_is_changed(plan):
    def change(sheet, at):
        sheet.cell(2, at["Required outcome"]).value = "Neglect is seen early."
        sheet.cell(2, at["Workstream"]).value = "1 Neglect, seen early"
        sheet.cell(2, at["Action"]).value = "Do this:\n• one\n• two"

    stream = came_back(changed(plan, change)).picture.workstreams[0]
    assert (stream.number, stream.title) == ("1", "Neglect, seen early")
    assert stream.outcomes[0].statement == "Neglect is seen early."
    assert stream.outcomes[0].actions[0].text == "Do this:\n- one\n- two"


def test_asks_which_is_meant_where_the_rows_of_a_place_say_different_things(plan):
    def change(sheet, at):
        sheet.cell(2, at["Required outcome"]).value = "One."
        sheet.cell(3, at["Required outcome"]).value = "Two."

    content = changed(plan, change)
    reading = came_back(content)
    (question,) = reading.questions
    assert {choice.label for choice in question.choices} == {"One.", "Two."}
    assert reading.picture.workstreams[0].outcomes[0].statement == july().workstreams[0].outcomes[0].statement
    answered = came_back(content, answers={question.key: "Two."})
    assert answered.questions == ()
    assert answered.picture.workstreams[0].outcomes[0].statement == "Two."


def test_sorted_rows_and_moved_columns_change_nothing(plan):
    def change(sheet, at):
        sheet.move_range("A2:ZZ8", rows=50)
        sheet.move_range("A9:ZZ58", rows=-7)
        sheet.insert_cols(2)

    reading = came_back(changed(plan, change))
    assert p.as_printed(reading.picture) == p.as_printed(july())


def test_a_new_row_stands_where_its_reference_says(plan):
    def change(sheet, at):
        values = {
            "Ref": "1.2",
            "Action": sheet.cell(7, at["Action"]).value,
            "Measure of impact": "(G) A new measure.",
            "Tags": "G",
            "Target date": "30 June 2024",
        }
        for name, value in values.items():
            sheet.cell(44, at[name]).value = value

    content = changed(plan, change)
    reading = came_back(content)
    placed = found(reading, text="(G) A new measure.")
    assert (placed.outcome.ref, placed.measure.growth) == ("1.2", True)
    assert (placed.measure.target.due_on, placed.measure.agreed) == (date(2024, 6, 30), None)
    assert (reading.rows, reading.rows_kept) == (43, 43)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"Ref": "9.9", "Action": "Do", "Measure of impact": "New", "Tags": "G"},
            "is no outcome of the plan",
        ),
        ({"Ref": "1.2", "Measure of impact": "New", "Tags": "G"}, "names no action"),
    ],
)
def test_asks_about_a_new_row_that_it_cannot_place(plan, values, sentence):
    def change(sheet, at):
        for name, value in values.items():
            sheet.cell(44, at[name]).value = value

    reading = came_back(changed(plan, change))
    (question,) = reading.questions
    assert sentence in question.sentence
    assert (reading.rows, reading.rows_kept, reading.rows_questioned) == (43, 42, 1)
    assert len(reading.picture.measures) == 42


def test_a_row_moved_by_its_reference_keeps_all_that_it_was(plan):
    before = p.as_printed(july())
    moved = before.workstreams[0].outcomes[0].actions[0].measures[0]

    def change(sheet, at):
        sheet.cell(2, at["Ref"]).value = "1.2"

    placed = found(came_back(changed(plan, change)), text=moved.text)
    assert placed.outcome.ref == "1.2"
    assert placed.measure == moved


def test_a_row_that_was_deleted_is_not_in_the_picture(plan):
    text = july().measures[5].text
    reading = came_back(changed(plan, lambda sheet, at: sheet.delete_rows(7)))
    assert len(reading.picture.measures) == 41
    assert text not in {m.text for m in reading.picture.measures}


def test_an_emptied_cell_takes_nothing_out_and_is_said(plan):
    def change(sheet, at):
        sheet.cell(2, at["Measure of impact"]).value = None

    reading = came_back(changed(plan, change))
    assert p.as_printed(reading.picture) == p.as_printed(july())
    assert [note.sentence for note in reading.notes] == [EMPTIED]


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("Agreed rating", "Purple", "This is no level of the plan"),
        ("Tags", "Q", "These are not the tags of a measure"),
        ("Tags", "G F", "These are not the tags of a measure"),
        ("Target date", "May 2024 or June 2024", "This is not one date"),
    ],
)
def test_says_what_it_cannot_take_and_leaves_it_as_it_was(plan, column, value, sentence):
    def change(sheet, at):
        sheet.cell(2, at[column]).value = value

    reading = came_back(changed(plan, change))
    assert p.as_printed(reading.picture) == p.as_printed(july())
    assert sentence in reading.notes[0].sentence
    assert value in reading.notes[0].sentence


def test_a_number_made_of_a_reference_is_the_reference():
    first, *rest = july().workstreams
    outcome = replace(first.outcomes[0], ref="1.10")
    picture = replace(july(), workstreams=(replace(first, outcomes=(outcome, *first.outcomes[1:])), *rest))

    def change(sheet, at):
        sheet.cell(2, at["Ref"]).value = 1.1

    reading = came_back(changed(written(picture), change))
    assert p.as_printed(reading.picture) == p.as_printed(picture)


def test_new_officers_are_known_posts_new_ones_or_asked(plan):
    def change(sheet, at):
        sheet.cell(
            2, at["Responsible officer"]
        ).value = "Chair of MASH Steering Group\nDirector of Housing\nSomebody"

    known = Known(posts=(KnownPost(7, "Chair of MASH Steering Group", ()),), seals=(KEY,))
    reading = came_back(changed(plan, change), known)
    officers = reading.picture.workstreams[0].outcomes[0].actions[0].officers
    assert [(o.title, o.post_id > 0) for o in officers] == [
        ("Chair of MASH Steering Group", True),
        ("Director of Housing", False),
    ]
    assert "Director of Housing" in reading.new_posts.values()
    assert [question.printed for question in reading.questions] == ["Somebody"]


def test_says_that_the_seal_does_not_hold_and_reads_what_it_says(plan):
    reading = came_back(plan, Known(seals=("another secret",)))
    assert p.as_printed(reading.picture) == p.as_printed(july())
    assert [note.sentence for note in reading.notes] == [OTHER_SEAL]


def test_a_workbook_without_its_hidden_sheet_is_read_as_any_other(plan):
    book = openpyxl.load_workbook(io.BytesIO(plan))
    del book[sheet.PLAN_SHEET]
    out = io.BytesIO()
    book.save(out)
    assert plan_of(parse_here(out.getvalue(), "plan.xlsx"), Known()) is None


@pytest.mark.parametrize(
    "data", [{}, [], "x", {"picture": {"schema": 1}, "columns": [["Ref", "ref"]], "rows": []}]
)
def test_a_hidden_sheet_that_somebody_made_up_is_no_trap(plan, data):
    book = openpyxl.load_workbook(io.BytesIO(plan))
    hidden = book[sheet.PLAN_SHEET]
    hidden.delete_rows(1, 50)
    for number, text in enumerate(sheet.hide(data, "x"), 1):
        hidden.cell(number, 1).value = text
    out = io.BytesIO()
    book.save(out)
    assert plan_of(parse_here(out.getvalue(), "plan.xlsx"), Known(), keys=["x"]) is None


def test_carries_nothing_along_where_no_picture_is_given():
    pack = pack_of(july(), None, partnership="Partnership", standing="Working draft")
    book = openpyxl.load_workbook(io.BytesIO(excel.draw(pack)))
    assert sheet.PLAN_SHEET not in book.sheetnames


def test_the_same_picture_gives_the_same_bytes():
    assert written(july()) == written(july())


def test_the_workbook_of_the_reports_page_holds_the_plan_as_its_reader_sees_it(cast, plan_now):
    content = cast("chair-ldg").signed_in().get("/reports/now/report.xlsx").content
    seen = gather.picture_for(permissions.reader(cast("chair-ldg").person), plan_now)
    reading = came_back(content, Known(seals=(django_settings.SECRET_KEY,)))
    assert p.as_printed(reading.picture) == p.as_printed(seen)
    assert reading.notes == ()
