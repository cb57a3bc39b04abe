"""A workbook as it comes back, however it was handled: recognised, asked about, never misapplied."""

import io
import random
import unicodedata
from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from reporting import excel
from tests.pictures import changed, draft, rating
from tests.reporting.test_answers_workbook import KEY, asked, post_of
from tests.workbooks import Filled
from workstreams import sheet
from workstreams.intake.differences import Kind, differences
from workstreams.intake.parse import parse_here
from workstreams.intake.returned import A_PLAN, NOT_OURS, NotAnswers, read
from workstreams.vocabulary import RatingStep

ON = date(2023, 10, 12)
WORDS = "Three of the four partners have joined the audit."


@pytest.fixture(scope="module")
def content():
    return excel.draw_answers(asked())


@pytest.fixture
def filled(content):
    return Filled(content)


@pytest.fixture
def ids(filled):
    """The measures of the workbook that are open and that nobody has answered yet."""
    open_ones = {m.id for m in draft().measures if m.proposal is None and not m.is_complete}
    return [each for each in filled.rows if each in open_ones]


def said(filled, keys=(KEY,), picture=None):
    return beside(read(parse_here(filled.saved(), "updates.xlsx"), keys), picture)


def beside(returned, picture=None):
    picture = picture or draft()
    post = post_of(picture)
    found = differences(returned, [picture], post=post, posts=frozenset({post}), on=ON)
    return [each for each in found if not each.row.is_blank]


def the_one(found):
    (difference,) = found
    return difference


def test_knows_each_row_by_its_hidden_key(filled, ids):
    filled.say(ids[0], level="Green", words=WORDS).say(
        ids[1], level="Amber", words=WORDS, recovery_plan="A plan."
    )
    first, second = said(filled)
    assert {first.where.measure.id, second.where.measure.id} == set(ids[:2])
    assert {first.kind, second.kind} == {Kind.SEND}
    assert {first.level.word, second.level.word} == {"Green", "Amber"}


def test_sorted_rows_stay_with_their_measures(filled, ids):
    filled.say(ids[0], level="Green", words=WORDS)
    rows = [[cell.value for cell in row] for row in filled.sheet.iter_rows(min_row=filled.head + 2)]
    for number, values in enumerate(reversed(rows), filled.head + 2):
        for column, value in enumerate(values, 1):
            filled.sheet.cell(number, column).value = value
    difference = the_one(said(filled))
    assert (difference.kind, difference.where.measure.id) == (Kind.SEND, ids[0])


def test_moved_columns_are_found_by_their_keys(filled, ids):
    filled.say(ids[0], level="Green", words=WORDS)
    filled.sheet.move_range(f"F{filled.head}:G{filled.sheet.max_row}", cols=20)
    difference = the_one(said(filled))
    assert (difference.kind, difference.row.said["words"]) == (Kind.SEND, WORDS)


def test_columns_are_found_by_their_headings_where_the_hidden_row_is_gone(filled, ids):
    filled.say(ids[0], level="Green", words=WORDS)
    filled.sheet.delete_rows(filled.head)
    assert the_one(said(filled)).kind is Kind.SEND


def test_answers_sorted_apart_from_their_keys_are_asked_about(filled, ids):
    one, other = ids[:2]
    filled.say(one, level="Green", words=WORDS)
    for name in ("ref", "measure", "level", "words"):
        a, b = filled.cell(one, name), filled.cell(other, name)
        a.value, b.value = b.value, a.value
    difference = the_one(said(filled))
    assert difference.kind is Kind.ASK
    assert difference.where.measure.id == one
    assert [each.measure.id for each in difference.others] == [other]
    assert "Its hidden number says" in difference.sentence


def test_a_row_pasted_over_is_asked_about(filled, ids):
    filled.say(ids[0], level="Green", words=WORDS)
    filled.cell(ids[0], "measure").value = "Something else altogether"
    difference = the_one(said(filled))
    assert (difference.kind, difference.where.measure.id) == (Kind.ASK, ids[0])


def test_a_copied_row_with_other_words_is_asked_about_and_the_same_one_counts_once(filled, ids):
    filled.say(ids[0], level="Green", words=WORDS)
    last = filled.sheet.max_row + 1
    for cell in filled.sheet[filled.rows[ids[0]]]:
        filled.sheet.cell(last, cell.column).value = cell.value
    assert [each.kind for each in said(filled)] == [Kind.SEND, Kind.UNCHANGED]
    filled.sheet.cell(last, filled.columns["words"]).value = "Other words."
    assert [each.kind for each in said(filled)] == [Kind.ASK, Kind.ASK]


def test_is_recognised_by_its_words_where_hidden_things_are_lost(filled, ids):
    filled.say(ids[0], level="Green", words=WORDS)
    filled.sheet.delete_cols(1)
    filled.sheet.delete_rows(filled.head)
    del filled.book[sheet.HEAD_SHEET]
    returned = read(parse_here(filled.saved(), "updates.xlsx"), [KEY])
    assert (returned.head, returned.post) == (None, None)
    difference = the_one(beside(returned))
    assert (difference.kind, difference.where.measure.id) == (Kind.ASK, ids[0])
    assert difference.sentence == "Recognised by its words: its hidden number is gone."


def test_asks_row_by_row_where_the_seal_is_another_ones(filled, ids):
    filled.say(ids[0], level="Green", words=WORDS)
    returned = read(parse_here(filled.saved(), "updates.xlsx"), ["another secret"])
    assert "The seal of this workbook does not hold" in returned.notes[0]
    assert returned.post is None
    difference = the_one(beside(returned))
    assert (difference.kind, difference.where.measure.id) == (Kind.ASK, ids[0])


def test_a_former_secret_still_holds(filled, ids):
    filled.say(ids[0], level="Green", words=WORDS)
    assert the_one(said(filled, ["a newer secret", KEY])).kind is Kind.SEND


def test_a_number_that_was_changed_is_no_key(filled, ids):
    filled.say(ids[0], level="Green", words=WORDS)
    key = filled.cell(ids[0], "row")
    key.value = key.value.replace(f".{ids[0]}.", f".{ids[1]}.")
    difference = the_one(said(filled))
    assert (difference.kind, difference.where.measure.id) == (Kind.ASK, ids[0])


def test_a_measure_of_another_post_is_not_recognised(filled, ids):
    picture = draft()
    filled.say(ids[0], level="Green", words=WORDS)
    document = parse_here(filled.saved(), "updates.xlsx")
    other = next(o.post_id for p in picture.placed() for o in p.action.officers if "MASH" in o.title)
    found = differences(read(document, [KEY]), [picture], post=other, posts=frozenset({other}), on=ON)
    assert {each.kind for each in found if not each.row.is_blank} == {Kind.UNKNOWN}


def test_a_measure_that_has_left_the_plan_takes_nothing(filled, ids):
    filled.say(ids[0], level="Green", words=WORDS)
    picture = draft().with_measures(lambda _, m: None if m.id == ids[0] else m)
    difference = the_one(said(filled, picture=picture))
    assert difference.kind is Kind.CLOSED
    assert "no longer in a plan" in difference.sentence


def test_a_measure_that_was_completed_takes_nothing(filled, ids):
    filled.say(ids[0], level="Green", words=WORDS)
    blue = next(level for level in draft().key if level.is_complete)
    picture = changed(
        draft(), {ids[0]: lambda m: replace(m, agreed=rating(1700, blue, ON), recurrence="NONE")}
    )
    difference = the_one(said(filled, picture=picture))
    assert (difference.kind, difference.sentence) == (Kind.CLOSED, "It was agreed as Blue, complete.")


def test_an_older_workbook_after_another_meeting_is_a_conflict(filled, ids):
    filled.say(ids[0], level="Green", words=WORDS)
    amber = next(level for level in draft().key if level.code == "A")
    picture = changed(
        draft(),
        {ids[0]: lambda m: replace(m, agreed=rating(1700, amber, ON), latest_id=700, standing="AGREED")},
    )
    difference = the_one(said(filled, picture=picture))
    assert difference.kind is Kind.CONFLICT
    assert (
        difference.sentence
        == "A rating was agreed at the meeting of 12 October 2023 since the workbook was made."
    )


def test_what_was_sent_already_is_unchanged(filled, ids):
    filled.say(ids[0], level="Green", words=f"  {WORDS} ")
    green = next(level for level in draft().key if level.code == "G")
    sent = rating(1700, green, ON, RatingStep.PROVISIONAL, words=WORDS)
    picture = changed(draft(), {ids[0]: lambda m: replace(m, proposal=sent, latest_id=700)})
    assert the_one(said(filled, picture=picture)).kind is Kind.UNCHANGED


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"level": "Greenish", "words": WORDS}, "“Greenish” is no level of this plan."),
        ({"words": WORDS}, "No rating was chosen."),
        ({"level": "No change", "words": WORDS}, "It says “No change”, and words or figures beside it."),
    ],
)
def test_says_what_is_wrong_with_a_row_and_keeps_what_was_typed(filled, ids, cells, sentence):
    difference = the_one(said(filled.say(ids[0], **cells)))
    assert difference.kind is Kind.FAULTY
    assert sentence in difference.sentence
    assert difference.row.said["words"] == WORDS


@pytest.mark.parametrize(
    ("level", "field"), [("Amber", "recovery_plan"), ("Red", "risk_note"), ("Green", "words")]
)
def test_says_what_a_level_asks_for_as_the_browser_does(filled, ids, level, field):
    words = {} if field == "words" else {"words": WORDS}
    difference = the_one(said(filled.say(ids[0], level=level, **words)))
    assert (difference.kind, set(difference.missing)) == (Kind.FAULTY, {field})


@pytest.mark.parametrize("typed", ["green", " GREEN ", "G", "Green."])
def test_a_level_is_known_however_it_was_typed(filled, ids, typed):
    assert the_one(said(filled.say(ids[0], level=typed, words=WORDS))).level.word == "Green"


def test_takes_a_date_and_a_number_that_a_spreadsheet_made_of_words(filled, ids):
    filled.say(ids[0], level="Green", words=date(2024, 3, 14), evidence=1204)
    row = the_one(said(filled)).row
    assert (row.said["words"], row.said["evidence"]) == ("14 March 2024", "1204")


def test_other_line_ends_and_letters_of_two_parts_change_no_identity(filled, ids):
    cell = filled.cell(ids[0], "measure")
    cell.value = unicodedata.normalize("NFD", cell.value).replace(" ", "\u00a0\r\n", 1)
    assert the_one(said(filled.say(ids[0], level="Green", words=WORDS))).kind is Kind.SEND


def test_a_reference_that_became_a_number_changes_no_identity(filled, ids):
    filled.cell(ids[0], "ref").value = 4.1
    assert the_one(said(filled.say(ids[0], level="Green", words=WORDS))).kind is Kind.SEND


def test_a_measure_reworded_since_is_still_itself(filled, ids):
    filled.say(ids[0], level="Green", words=WORDS)
    picture = changed(draft(), {ids[0]: lambda m: replace(m, text="Worded anew. [M1]")})
    difference = the_one(said(filled, picture=picture))
    assert (difference.kind, difference.where.measure.id) == (Kind.SEND, ids[0])


def test_refuses_what_holds_no_answers():
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["Ref", "Measure", "Target"])
    book.save(out)
    with pytest.raises(NotAnswers) as refused:
        read(parse_here(out.getvalue(), "x.xlsx"), [KEY])
    assert str(refused.value) == NOT_OURS
    book = openpyxl.Workbook()
    book.active["A1"] = "x"
    book.create_sheet(sheet.PLAN_SHEET)["A1"] = "x"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(NotAnswers) as refused:
        read(parse_here(out.getvalue(), "x.xlsx"), [KEY])
    assert str(refused.value) == A_PLAN


ODD = (
    "",
    "Green",
    "Amber",
    "No change",
    "row 1.2.3." + "0" * 24,
    "row " + "9" * 18 + ".1.1." + "0" * 24,
    "=1+1",
    "1.10",
    "٣",
    "answers words",
    "x" * 5_000,
)


def damaged(document, chance):
    """The document with cells changed, rows lost, copied and shuffled, columns lost and turned round."""
    tables = []
    for table in document.tables:
        rows = [list(row) for row in table.rows]
        for _ in range(chance.randint(0, 12)):
            if not rows or not rows[0]:
                break
            row, column = chance.randrange(len(rows)), chance.randrange(len(rows[0]))
            match chance.randrange(8):
                case 0 | 1:
                    rows[row][column] = replace(rows[row][column], text=chance.choice(ODD))
                case 2:
                    other = chance.choice(chance.choice(rows))
                    rows[row][column] = replace(rows[row][column], text=other.text)
                case 3:
                    del rows[row]
                case 4:
                    rows.insert(row, list(chance.choice(rows)))
                case 5:
                    chance.shuffle(rows)
                case 6:
                    rows = [cells[:column] + cells[column + 1 :] for cells in rows]
                case 7:
                    rows = [cells[::-1] for cells in rows]
        if chance.random() < 0.9:
            tables.append(replace(table, rows=tuple(map(tuple, rows))))
    return replace(document, blocks=tuple(tables))


@pytest.mark.parametrize("seed", range(4))
def test_whatever_became_of_it_no_answer_is_applied_to_another_measure(filled, ids, seed):
    said_of = {pk: f"{WORDS} {pk}" for pk in ids}
    for pk, told in said_of.items():
        filled.say(pk, level="Green", words=told)
    document, chance = parse_here(filled.saved(), "updates.xlsx"), random.Random(seed)
    sent = 0
    for _ in range(150):
        try:
            found = beside(read(damaged(document, chance), [KEY]))
        except NotAnswers:
            continue
        for each in found:
            row_says = [pk for pk, told in said_of.items() if each.row.said["words"] == told]
            if each.kind is Kind.SEND and row_says:
                texts = {sheet.fold(each.where.placed.text), sheet.fold(each.row.measure)}
                assert len(texts) == 1  # its key and the words beside it are those of one measure
                sent += 1
    assert sent
