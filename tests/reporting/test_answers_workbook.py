"""The workbook in which somebody answers: what it asks, what of it can be typed, and that it holds together."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime

import openpyxl
import pytest

from reporting import excel
from reporting.pack import answers_of
from tests.pictures import changed, draft
from workstreams import sheet
from workstreams.charts import COLOURS
from workstreams.picture import Figure
from workstreams.sheet import Head, RowKey
from workstreams.vocabulary import NO_CHANGE, Token

KEY = "a secret of the service"
LDG = "Chair of Learning and Development Group (LDG)"


def post_of(picture, title=LDG):
    return next(o.post_id for placed in picture.placed() for o in placed.action.officers if o.title == title)


def asked(picture=None, **facts):
    picture = picture or draft()
    post = post_of(picture)
    said = {
        "post": post,
        "title": LDG,
        "posts": frozenset({post}),
        "person": 3,
        "partnership": "P",
        "key": KEY,
        "at": datetime(2023, 10, 12, tzinfo=UTC),
    }
    return answers_of([picture], **said | facts)


def opened(answers):
    return openpyxl.load_workbook(io.BytesIO(excel.draw_answers(answers)))


@pytest.fixture(scope="module")
def answers():
    return asked()


@pytest.fixture(scope="module")
def book(answers):
    return opened(answers)


def columns(found):
    head = next(cell.row for cell in found["A"] if str(cell.value).startswith("answers "))
    return head, {cell.value.removeprefix("answers "): cell.column for cell in found[head] if cell.value}


def test_asks_what_the_meeting_asks_of_the_post_most_urgent_first(answers):
    picture = draft()
    post = post_of(picture)
    mine = {
        p.measure.id
        for p in picture.placed()
        if p.measure.asked and post in {o.post_id for o in p.action.officers}
    }
    keys = [RowKey.read(row.key)[0] for row in answers.rows]
    assert {key.measure for key in keys} == mine
    assert {key.post for key in keys} == {post}
    assert all(picture.find(key.measure).measure.latest_id == key.latest for key in keys)


def test_says_when_updates_close_and_what_it_means_that_they_have_closed():
    meets, when = "The Executive meets on 21 November 2023. Updates", "on 10 November 2023 at 9:30am"
    assert asked().lede == (f"{meets} close {when}.",)
    closed = asked(at=datetime(2023, 11, 10, 9, 31, tzinfo=UTC))
    assert closed.lede == (f"{meets} closed {when}: what you send now is marked as sent after papers.",)


def test_says_nothing_where_nothing_is_asked():
    assert (
        asked(replace(draft(), next_meeting=None).with_measures(lambda _, m: replace(m, asked=False))) is None
    )


def test_says_on_top_in_plain_words_how_to_answer(book):
    text = " ".join(str(cell.value) for row in book["Updates"]["B1:B7"] for cell in row if cell.value)
    assert f"Updates of {LDG}, 11 October 2023" in text
    assert "Fill in the pale yellow cells of a row" in text
    assert "send it back or upload it" in text


def test_only_the_answers_can_be_typed_and_no_password_is_needed_for_more(book):
    found = book["Updates"]
    head, at = columns(found)
    open_columns = {c.name for c in sheet.COLUMNS if c.is_answer}
    for row in found.iter_rows(min_row=head + 2):
        for name, column in at.items():
            assert row[column - 1].protection.locked == (name not in open_columns), name
    assert found.protection.sheet
    assert not found.protection.password


def test_hides_what_a_row_answers_and_who_it_is_for(book, answers):
    found = book["Updates"]
    head, at = columns(found)
    assert found.row_dimensions[head].hidden
    assert found.column_dimensions["A"].hidden
    key, seal = RowKey.read(found.cell(head + 2, at["row"]).value)
    assert key.is_sealed([KEY], seal, found.cell(head + 2, at["measure"]).value)
    assert not key.is_sealed([KEY], seal, "Another measure")
    assert not replace(key, measure=99).is_sealed([KEY], seal, found.cell(head + 2, at["measure"]).value)
    hidden = book[sheet.HEAD_SHEET]
    assert hidden.sheet_state == "veryHidden"
    told, sealed = Head.read([(row[0].value, row[1].value) for row in hidden.iter_rows(max_col=2)])
    assert told.is_sealed([KEY], sealed)
    assert told.is_sealed(["a newer secret", KEY], sealed)
    assert not told.is_sealed(["another"], sealed)
    assert (told.post, told.seq, told.made_on) == (post_of(draft()), 1611, "2023-10-11")
    assert len(told.measures) == len(answers.rows)
    assert "@" not in str([row[1].value for row in hidden.iter_rows(max_col=2)])


def test_offers_the_levels_of_the_plan_and_no_change_where_it_is_enough(answers):
    green = next(
        key.measure for row in answers.rows if (key := RowKey.read(row.key)[0]) and row.agreed.code == "G"
    )
    ahead = changed(
        draft(), {green: lambda m: replace(m, target=replace(m.target, due_on=date(2024, 3, 31)))}
    )
    answers = asked(ahead)
    book = opened(answers)
    found = book["Updates"]
    head, at = columns(found)
    lists = {
        cell: validation.formula1
        for validation in found.data_validations.dataValidation
        if validation.type == "list"
        for cell in str(validation.sqref).split()
    }
    for number, row in enumerate(answers.rows, head + 2):
        where = lists[
            next(each for each in lists if _covers(each, found.cell(number, at["level"]).coordinate))
        ]
        name, _, cells = where.partition("!")
        words = [cell.value for (cell,) in book[name.strip("'")][cells.replace("$", "")]]
        assert tuple(words) == row.choices
        assert words[:4] == ["Red", "Amber", "Green", "Blue"]
    assert {NO_CHANGE in row.choices for row in answers.rows} == {True, False}


def _covers(area, cell):
    return (
        any(cell == each.coordinate for row in openpyxl.Workbook().active[area] for each in row)
        if ":" in area
        else area == cell
    )


def test_shows_what_is_agreed_in_its_colour_with_its_word(book, answers):
    found = book["Updates"]
    head, at = columns(found)
    cell = found.cell(head + 2, at["agreed"])
    level = answers.rows[0].agreed
    assert cell.value == level.word
    assert cell.fill.fgColor.rgb == "FF" + COLOURS[Token(level.token)].solid[1:].upper()


def test_asks_for_the_figures_that_were_told_before():
    ids = [RowKey.read(row.key)[0].measure for row in asked().rows]
    figures = (Figure("Seen in five days", 41, 50), Figure("Days to decide", 31, None, "days"))
    before = draft()
    proposal = next(m.proposal for m in before.measures if m.proposal)
    told = changed(before, {ids[0]: lambda m: replace(m, proposal=replace(proposal, figures=figures))})
    found = opened(asked(told))["Figures"]
    head, at = columns(found)
    rows = [
        [found.cell(head + 2 + n, at[name]) for name in ("name", "before", "number", "out_of")]
        for n in (0, 1)
    ]
    assert [[cell.value for cell in row] for row in rows] == [
        ["Seen in five days", "41 of 50", None, None],
        ["Days to decide", "31", None, None],
    ]
    assert [[cell.protection.locked for cell in row[2:]] for row in rows] == [[False, False], [False, True]]


def test_leaves_out_columns_that_no_row_needs():
    grey = [replace(level, token="GREY") for level in draft().key]
    found = opened(asked(replace(draft(), key=tuple(grey))))["Updates"]
    assert not {"recovery_plan", "risk_note", "plan"} & set(columns(found)[1])


def test_text_stays_text(answers):
    first = replace(answers.rows[0], measure="=cmd|'/c calc'!A1", said="+44 @home")
    found = opened(replace(answers, rows=(first, *answers.rows[1:])))["Updates"]
    head, at = columns(found)
    for name in ("measure", "said"):
        cell = found.cell(head + 2, at[name])
        assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_prints_on_landscape_pages_as_wide_as_one_with_its_headings(book):
    for name in ("Updates",):
        found = book[name]
        head, _ = columns(found)
        assert found.print_title_rows == f"${head + 1}:${head + 1}"
        assert found.page_setup.orientation == "landscape"
        assert (found.page_setup.fitToWidth, found.page_setup.fitToHeight) == (1, 0)
        assert found.freeze_panes == f"D{head + 2}"


def test_the_same_answers_give_the_same_bytes(answers):
    one = excel.draw_answers(answers)
    assert one == excel.draw_answers(answers)
    with zipfile.ZipFile(io.BytesIO(one)) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
