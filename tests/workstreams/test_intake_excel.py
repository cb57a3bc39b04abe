"""A workbook comes out as it is shown: values in their formats, fills, merged areas, every row it really has."""

import io
from datetime import date, datetime, time

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.colors import Color

from reporting import excel
from reporting.pack import pack_of, standing_now
from tests import office, pictures
from workstreams.intake.document import Cell, Document
from workstreams.intake.gate import NotSafe
from workstreams.intake.numbers import as_shown
from workstreams.intake.parse import parse, parse_here

ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'


def read(content: bytes) -> Document:
    return parse_here(content, "plan.xlsx")


def rows(content: bytes) -> list[list[Cell]]:
    (table,) = read(content).tables
    return [list(row) for row in table.rows]


def texts(content: bytes) -> list[list[str]]:
    return [[cell.text for cell in row] for row in rows(content)]


def book(*values: list[object]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    for row in values:
        made.active.append(row)
    return made


def shown(value: object, form: str = "General") -> Cell:
    made = openpyxl.Workbook()
    made.active["A1"] = value
    made.active["A1"].number_format = form
    return rows(office.saved(made))[0][0]


def test_reads_each_sheet_as_a_table_with_its_name_and_addresses():
    made = book(["Ref", "Measure"], ["1.1", "Words"])
    made.active.title = "Plan 2023-24"
    other = made.create_sheet("Key")
    other["B2"] = "Green"
    document = read(office.saved(made))
    assert [(table.name, len(table.rows)) for table in document.tables] == [("Plan 2023-24", 2), ("Key", 2)]
    assert document.tables[0].rows[1][1] == Cell("Plan 2023-24!B2", "Words")
    assert document.tables[1].rows[0][0] == Cell("Key!A1")


def test_takes_the_same_from_the_child():
    made = book(["Ref", date(2023, 9, 1)], [1.1, "• one\n• two"])
    assert parse(office.saved(made), "plan.xlsx") == read(office.saved(made))


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (1.1, "General", "1.1"),
        (1, "General", "1"),
        (0.1 + 0.2, "General", "0.3"),
        (1 / 3, "General", "0.3333333333"),
        (-2.5, "General", "-2.5"),
        (1.1, "0.00", "1.10"),
        (1.1, "0.0", "1.1"),
        (2, "0.0", "2.0"),
        (0.425, "0%", "42%"),
        (0.425, "0.0%", "42.5%"),
        (1234567, "#,##0", "1,234,567"),
        (1234.5, '"£"#,##0.00', "£1,234.50"),
        (-1234.5, "[$£-809]#,##0.00;[Red](#,##0.00)", "(1,234.50)"),
        (7, "00", "07"),
        (7, '"Q"0', "Q7"),
        (0.5, "#.##", ".5"),
        (1.5, "0.00E+00", "1.5"),
        (0.5, "# ?/?", "0.5"),
        (0, '0;-0;"none"', "none"),
        (5, "@", "5"),
    ],
)
def test_shows_numbers_as_excel_does(value, form, text):
    assert as_shown(value, form) == text


@pytest.mark.parametrize(
    ("value", "form", "cell"),
    [
        (date(2023, 9, 1), "mmm-yy", ("September 2023", date(2023, 9, 1), "MONTH")),
        (date(2023, 9, 30), "mmmm yyyy", ("September 2023", date(2023, 9, 30), "MONTH")),
        (date(2023, 9, 30), "[$-809]mmmm\\ yyyy;@", ("September 2023", date(2023, 9, 30), "MONTH")),
        (date(2023, 7, 18), "dd/mm/yyyy", ("18 July 2023", date(2023, 7, 18), "DAY")),
        (date(2023, 7, 18), "[$-F800]dddd, mmmm dd, yyyy", ("18 July 2023", date(2023, 7, 18), "DAY")),
        (date(2023, 7, 18), "yyyy", ("2023", None, "")),
        (datetime(2023, 7, 18, 9, 30), "dd/mm/yyyy hh:mm", ("18 July 2023 09:30", date(2023, 7, 18), "DAY")),  # noqa: DTZ001
        (datetime(2023, 7, 18, 9, 30), "dd/mm/yyyy", ("18 July 2023", date(2023, 7, 18), "DAY")),  # noqa: DTZ001
        (time(9, 30), "h:mm", ("09:30", None, "")),
    ],
)  # fmt: skip
def test_shows_days_and_months(value, form, cell):
    found = shown(value, form)
    assert (found.text, found.day, found.shows) == cell


def test_keeps_days_of_the_other_calendar():
    made = openpyxl.Workbook()
    made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    made.active["A1"] = date(2023, 7, 18)
    assert rows(office.saved(made))[0][0].day == date(2023, 7, 18)


def test_shows_truth_and_errors():
    row = (
        '<row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="e"><v>#REF!</v></c><c r="C1"><v>1</v></c></row>'
    )
    assert texts(office.excel(row)) == [["TRUE", "#REF!", "1"]]
    dated = openpyxl.Workbook()
    dated.active["A1"], dated.active["A1"].number_format = 99999999999, "dd/mm/yyyy"
    assert texts(office.saved(dated)) == [["#VALUE!"]]


def test_reads_the_value_that_was_saved_with_a_formula():
    row = (
        '<row r="1"><c r="A1" t="str"><f>"Am"&amp;"ber"</f><v>Amber</v></c><c r="B1"><f>1+1</f><v>2</v></c>'
        '<c r="C1"><f>1+2</f></c><c r="D1"><v>x</v></c></row>'
    ).replace("<v>x</v>", "<v>9</v>")
    assert texts(office.excel(row)) == [["Amber", "2", "", "9"]]


def test_reads_strings_that_carry_their_own_style():
    rich = "<is><r><t>Half </t></r><r><rPr><b/></rPr><t>bold</t></r><rPh sb='0' eb='1'><t>x</t></rPh></is>"
    assert texts(office.excel(f'<row r="1"><c r="A1" t="inlineStr">{rich}</c></row>')) == [["Half bold"]]


def test_reads_shared_strings():
    cells = '<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t="s"><v>0</v></c><c r="C1" t="s"><v>2</v></c></row>'
    rich = "<r><t>Half </t></r><r><rPr><b/></rPr><t xml:space='preserve'> bold</t></r><rPh sb='0' eb='1'><t>x</t></rPh>"
    content = office.with_shared(office.excel(cells), "<t>Amber</t>", rich, "<t>a_x000D_&#10;b</t>")
    assert texts(content) == [["Half bold", "Amber", "a\nb"]]


def test_reads_lines_and_bullets_and_drops_what_is_no_text():
    made = book(
        ["To:\r\n• one\n•\ttwo\n\n  three  ", "a_x000D_\nb_x0007_c", "<ul><li>x</li></ul>&nbsp;", "\u00a0"]
    )
    made.active["E1"] = "z"
    assert texts(office.saved(made)) == [["To:\n- one\n- two\nthree", "a\nbc", "- x", "", "z"]]


def test_says_what_colour_a_cell_has():
    made = book(["rgb", "none", "white", "theme", "darker", "lighter", "index", "pattern", "paper"])
    solid = {
        "A1": "FFFFC000",
        "C1": "FFFFFFFF",
        "D1": Color(theme=4),
        "E1": Color(theme=4, tint=-0.25),
        "F1": Color(theme=9, tint=0.6),
        "G1": Color(indexed=10),
        "I1": Color(theme=0),
    }
    for address, colour in solid.items():
        made.active[address].fill = PatternFill("solid", fgColor=colour)
    made.active["H1"].fill = PatternFill("gray125")
    assert [cell.fill for cell in rows(office.saved(made))[0]] == [
        "FFC000", "", "", "4F81BD", "376092", "FCD5B5", "FF0000", "", "",
    ]  # fmt: skip


def test_says_which_cells_are_bold():
    made = book(["Head", "x"])
    made.active["A1"].font = Font(bold=True)
    assert [cell.bold for cell in rows(office.saved(made))[0]] == [True, False]


def test_lays_the_same_cell_at_each_place_of_a_merged_area():
    made = book(["1.1", "Rolling", "a"], [None, None, "b"], [None, None, "c"])
    made.active.merge_cells("A1:A3")
    made.active.merge_cells("B1:B2")
    found = rows(office.saved(made))
    assert [[cell.text for cell in row] for row in found] == [
        ["1.1", "Rolling", "a"],
        ["1.1", "Rolling", "b"],
        ["1.1", "", "c"],
    ]
    assert found[2][0] is found[0][0]
    assert found[2][0].at == "Sheet!A1"


def test_clips_merged_areas_to_what_is_there():
    after = '<mergeCells><mergeCell ref="A1:XFD1"/><mergeCell ref="A2:A1048576"/></mergeCells>'
    row = (
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c><c r="B2"><v>3</v></c></row>'
    )
    assert texts(office.excel(row, after)) == [["1", "1"], ["2", "3"]]


def test_keeps_hidden_sheets_rows_and_columns():
    made = book(["a", "b"], ["c", "d"])
    made.active.row_dimensions[2].hidden = True
    made.active.column_dimensions["B"].hidden = True
    made.create_sheet("Keys").sheet_state = "veryHidden"
    made["Keys"]["A1"] = "seal"
    document = read(office.saved(made))
    assert [table.is_hidden for table in document.tables] == [False, True]
    assert document.tables[0].rows[1][1].text == "d"
    assert document.tables[1].rows[0][0].text == "seal"


def test_leaves_out_chart_sheets_and_comments():
    made = book(["a"])
    made.active["A1"].comment = Comment("aside", "somebody")
    made.create_chartsheet("Chart")
    document = read(office.saved(made))
    assert [table.name for table in document.tables] == ["Sheet"]
    assert document.tables[0].rows == ((Cell("Sheet!A1", "a"),),)


def test_stays_small_where_a_sheet_is_formatted_to_its_end():
    made = book(["a", "b"])
    green = PatternFill("solid", fgColor="FF00B050")
    made.active["C1"].fill = green
    made.active.cell(1_048_576, 1).fill = green
    made.active.cell(1, 16_384).fill = green
    found = rows(office.saved(made))
    assert [[(cell.text, cell.fill) for cell in row] for row in found] == [
        [("a", ""), ("b", ""), ("", "00B050")]
    ]


def test_believes_no_dimension_and_no_order_of_rows():
    some = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in (1, 3, 2, 500))
    for dimension in ("A1:A2", "A1:XFD1048576", "nonsense"):
        found = texts(office.excel(some, before=f'<dimension ref="{dimension}"/>'))
        assert [row[0] for row in found if row[0]] == ["1", "2", "3", "500"]
    assert texts(office.excel("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>")) == [
        ["1", "2"],
        ["3", ""],
    ]


def test_gives_an_empty_sheet_as_no_rows():
    assert read(office.blank_excel()).tables[0].rows == ()


@pytest.mark.parametrize(
    ("rows", "after", "said"),
    [
        ('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "", "'Sheet' is 16,384 columns wide"),
        ('<row r="1048576"><c r="A1048576"><v>1</v></c></row>', "", "larger than a plan can be"),
        ('<row r="9999999"><c r="A9999999"><v>1</v></c></row>', "", "could not be read as an Excel workbook"),
        ('<row r="1"><c r="A1" t="s"><v>7</v></c></row>', "", "could not be read as an Excel workbook"),
        ('<row r="1"><c r="A1"><v>seven</v></c></row>', "", "could not be read as an Excel workbook"),
        (ONE, '<mergeCells><mergeCell ref="x"/></mergeCells>', "could not be read"),
        (ONE, '<mergeCells><mergeCell ref="A:A"/></mergeCells>', "could not be read"),
        (
            ONE,
            '<mergeCells><mergeCell ref="A1:A1"/><mergeCell ref="A1:B2"/></mergeCells>',
            "could not be read",
        ),
    ],
)
def test_refuses_what_cannot_be_a_plan(rows, after, said):
    with pytest.raises(NotSafe) as refusal:
        read(office.excel(rows, after))
    assert said in refusal.value.sentence


def test_shows_plainly_what_has_a_style_that_is_not_defined():
    assert rows(office.excel('<row r="1"><c r="A1" s="99"><v>7.5</v></c></row>')) == [
        [Cell("Sheet!A1", "7.5")]
    ]


def test_refuses_a_workbook_that_lacks_one_of_its_sheets():
    made = book(["a"])
    made.create_sheet("Second")
    content = office.changed(office.saved(made), {"xl/worksheets/sheet2.xml": None})
    with pytest.raises(NotSafe, match="could not be read as an Excel workbook"):
        read(content)


def test_refuses_more_text_than_a_cell_can_hold():
    with pytest.raises(NotSafe, match="more than 100,000 letters"):
        read(office.excel(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"word " * 30_000}</t></is></c></row>'))


def test_reads_our_own_workbook():
    picture = pictures.draft()
    pack = pack_of(picture, pictures.july(), partnership="A Partnership", standing=standing_now(picture))
    document = parse(excel.draw(pack), "plan.xlsx")
    plan = next(table for table in document.tables if table.name == "Plan")
    assert len(plan.rows) == 43
    made = openpyxl.load_workbook(io.BytesIO(excel.draw(pack)))["Plan"]
    assert [cell.text for cell in plan.rows[0]] == [cell.value for cell in made[1]]
