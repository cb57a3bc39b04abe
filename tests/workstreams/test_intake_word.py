"""A Word document comes out as its reader sees it: in order, merged, shaded, without what was struck out or hidden."""

from datetime import date
from xml.sax.saxutils import escape

import docx
import pytest
from docx.enum.text import WD_BREAK
from docx.oxml.ns import qn
from docx.shared import RGBColor

from tests import office
from tests.office import p, tbl, tc, tr, word
from workstreams.intake.document import Cell, Document, Paragraph, Table, packed, unpacked
from workstreams.intake.gate import NotSafe
from workstreams.intake.parse import parse, parse_here


def read(content: bytes) -> Document:
    return parse_here(content, "plan.docx")


def table(*rows: str) -> list[list[Cell]]:
    (only,) = read(word(tbl(*rows))).tables
    return [list(row) for row in only.rows]


def texts(rows: list[list[Cell]]) -> list[list[str]]:
    return [[cell.text for cell in row] for row in rows]


def said(body: str) -> list[str]:
    return [block.text for block in read(word(body)).paragraphs]


def test_reads_paragraphs_and_tables_in_reading_order():
    document = docx.Document()
    document.add_heading("The plan", 0)
    document.add_heading("Workstream 1", 2)
    document.add_paragraph("Aim")
    document.add_table(1, 1).cell(0, 0).text = "1.1"
    document.add_paragraph("First", style="List Bullet")
    document.add_paragraph("")
    assert read(office.saved(document)).blocks == (
        Paragraph("Paragraph 1", "The plan", "TITLE"),
        Paragraph("Paragraph 2", "Workstream 1", "HEADING", 2, bold=True),
        Paragraph("Paragraph 3", "Aim"),
        Table("Table 1", ((Cell("Table 1, row 1, column 1", "1.1"),),)),
        Paragraph("Paragraph 4", "- First", "BULLET"),
    )


def test_takes_the_same_from_the_child():
    body = p("Words") + tbl(tr(tc("x", '<w:shd w:fill="FFC000"/>'), tc("y\u00a0z")))
    assert parse(word(body), "/tmp/in a folder/plan.docx") == read(word(body))


def test_knows_headings_by_outline_by_what_a_style_is_based_on_and_by_their_look():
    document = docx.Document()
    style = document.styles.add_style("Theme heading", 1)
    style.base_style = document.styles["Heading 3"]
    document.add_paragraph("Improvement plan").runs[0].bold = True
    document.add_paragraph("Theme 1", style="Theme heading")
    document.add_paragraph("Key").runs[0].bold = True
    document.add_paragraph("A bold sentence is no heading.").runs[0].bold = True
    document.add_paragraph("Half ").add_run("bold").bold = True
    content = office.saved(document)
    content = office.replaced(
        content, office.DOCUMENT, "<w:sectPr", p("Annex", '<w:outlineLvl w:val="1"/>') + "<w:sectPr"
    )
    assert [(block.text, block.style, block.level) for block in read(content).paragraphs] == [
        ("Improvement plan", "TITLE", 0),
        ("Theme 1", "HEADING", 3),
        ("Key", "HEADING", 9),
        ("A bold sentence is no heading.", "", 0),
        ("Half bold", "", 0),
        ("Annex", "HEADING", 2),
    ]


def test_leaves_out_a_table_of_contents():
    document = docx.Document()
    document.styles.add_style("toc 1", 1)
    document.add_paragraph("Workstream 1\t4", style="toc 1")
    document.add_paragraph("Workstream 1")
    assert [block.text for block in read(office.saved(document)).paragraphs] == ["Workstream 1"]


def test_reads_every_kind_of_bullet_as_the_same_line():
    document = docx.Document()
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "Report on:"
    cell.add_paragraph("Neglect", style="List Bullet")
    cell.add_paragraph("Harm", style="List Bullet 2")
    cell.add_paragraph("• Audits")
    cell.add_paragraph("–\tData")
    cell.add_paragraph("o  Voice")
    cell.add_paragraph("\uf0b7 Health")
    cell.add_paragraph("Step", style="List Number")
    cell.add_paragraph("2) Typed", style="List Number")
    cell.add_paragraph("-5 per cent")
    assert read(office.saved(document)).tables[0].rows[0][0].text == (
        "Report on:\n- Neglect\n- Harm\n- Audits\n- Data\n- Voice\n- Health\nStep\n2) Typed\n-5 per cent"
    )


NUMBERING = (
    f'<w:numbering xmlns:w="{office.W}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="2"/>'
    '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/>'
    '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl><w:lvl w:ilvl="2"><w:numFmt w:val="lowerRoman"/>'
    '<w:lvlText w:val="(%3)"/></w:lvl></w:abstractNum><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0">'
    '<w:numFmt w:val="bullet"/><w:lvlText w:val="x"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId '
    'w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="3"><w:abstractNumId '
    'w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num></w:numbering>'
)


def in_list(number: int, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'


def test_counts_as_word_does_where_a_number_stands_alone_or_heads_a_part():
    def numbered(text: str, number: int, level: int = 0) -> str:
        return f"<w:tc><w:tcPr/>{p(text, in_list(number, level))}</w:tc>"

    heading = '<w:outlineLvl w:val="0"/>'
    goes_on = "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p><w:pPr>" + in_list(1, 1) + "</w:pPr></w:p></w:tc>"
    body = (
        p("Leadership", heading + in_list(1))
        + tbl(
            tr(numbered("", 1, 1), numbered("kept as typed", 1, 2)),
            tr(goes_on, numbered("bulleted", 2)),
            tr(numbered("", 1, 1), numbered("", 1, 2)),
            tr(numbered("", 3), numbered("", 3, 1)),
            tr(numbered("", 0), numbered("not in a list", 0)),
        )
        + p("Practice", heading + in_list(1))
    )
    document = read(word(body, {"word/numbering.xml": NUMBERING}))
    assert [block.text for block in document.paragraphs] == ["2. Leadership", "8. Practice"]
    assert texts([list(row) for row in document.tables[0].rows]) == [
        ["2.1", "kept as typed"],
        ["2.1", "- bulleted"],
        ["2.2", "(i)"],
        ["7.", "7.1"],
        ["", "not in a list"],
    ]


def test_keeps_a_lone_star_as_the_mark_of_a_footnote():
    assert said(p("* The source is the audit.")) == ["* The source is the audit."]
    rows = table(tr(tc("").replace("<w:p>", p("* one") + p("* two") + "<w:p>")))
    assert texts(rows) == [["- one\n- two"]]
    assert said("<w:p><w:r><w:t>* one</w:t><w:br/><w:t>* two</w:t></w:r></w:p>") == ["- one\n- two"]


def test_reads_breaks_tabs_and_special_characters():
    document = docx.Document()
    run = document.add_paragraph("1.1\tTitle").add_run("a")
    run.add_break()
    run.add_text("b")
    run.add_break(WD_BREAK.PAGE)
    run.add_text("c\u00a0 d\u200b\u00ad")
    assert read(office.saved(document)).paragraphs[0].text == "1.1 Titlea\nb\nc d"
    run = "<w:t>multi</w:t><w:noBreakHyphen/><w:t>agency</w:t><w:softHyphen/>"
    run += '<w:sym w:font="Wingdings" w:char="F0FC"/>'
    assert said(f"<w:p><w:r>{run}</w:r></w:p>") == ["multi-agency✓"]


def test_lays_out_merged_cells_so_that_each_place_holds_the_cell_seen_there():
    document = docx.Document()
    grid = document.add_table(3, 4)
    for r, row in enumerate(grid.rows):
        for c, cell in enumerate(row.cells):
            cell.text = f"{r}{c}"
    for cells in (((0, 0), (0, 3)), ((1, 0), (2, 1))):
        for at in (grid.cell(*cells[0]), grid.cell(*cells[1])):
            at.text = ""
        merged = grid.cell(*cells[0]).merge(grid.cell(*cells[1]))
        merged.text = "together"
    rows = read(office.saved(document)).tables[0].rows
    assert texts([list(row) for row in rows]) == [
        ["together"] * 3,
        ["together", "12", "13"],
        ["together", "22", "23"],
    ]
    assert rows[1][0] is rows[2][0]
    assert rows[1][0].at == "Table 1, row 2, column 1"
    assert rows[0][0] is rows[0][2]


def test_pads_ragged_rows_and_rows_that_start_late():
    before, after = '<w:gridBefore w:val="1"/>', '<w:gridAfter w:val="1"/>'
    rows = table(
        tr(tc("a"), tc("b"), tc("c")),
        tr(tc("d"), tc("e"), properties=before),
        tr(tc("f"), properties=after),
        tr(tc("g")),
    )
    assert texts(rows) == [["a", "b", "c"], ["", "d", "e"], ["f", "", ""], ["g", "", ""]]


def test_makes_one_of_columns_that_no_row_tells_apart():
    wide = '<w:gridSpan w:val="3"/>'
    assert texts(table(tr(tc("a", wide), tc("b")), tr(tc("c", wide), tc("d")))) == [["a", "b"], ["c", "d"]]


def test_keeps_words_that_stand_in_a_continued_cell():
    start, goes_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = table(tr(tc("a", start), tc("1")), tr(tc("b", goes_on), tc("2")), tr(tc("", goes_on), tc("3")))
    assert texts(rows) == [["a", "1"], ["b", "2"], ["b", "3"]]


def test_reads_old_horizontal_merges():
    rows = table(tr(tc("a", '<w:hMerge w:val="restart"/>'), tc("", "<w:hMerge/>")), tr(tc("b"), tc("c")))
    assert texts(rows) == [["a", "a"], ["b", "c"]]


@pytest.mark.parametrize(
    ("shading", "fill"),
    [
        ('w:val="clear" w:fill="92D050"', "92D050"),
        ('w:val="clear" w:fill="92d050"', "92D050"),
        ('w:val="clear" w:fill="auto"', ""),
        ('w:val="clear" w:fill="FFFFFF"', ""),
        ('w:val="solid" w:color="FF0000" w:fill="auto"', "FF0000"),
        ('w:val="clear" w:fill="auto" w:themeFill="accent1"', "4F81BD"),
        ('w:val="clear" w:themeFill="accent1" w:themeFillTint="80"', "A7C0DE"),
        ('w:val="clear" w:themeFill="background1"', ""),
        ('w:val="clear" w:fill="nonsense"', ""),
    ],
)
def test_reads_the_shading_of_a_cell(shading, fill):
    assert table(tr(tc("x", f"<w:shd {shading}/>")))[0][0].fill == fill


def test_keeps_a_coloured_cell_without_words_and_drops_blank_edges():
    colour = '<w:shd w:val="clear" w:fill="0070C0"/>'
    rows = table(tr(tc("Done"), tc("", colour), tc()), tr(tc(), tc(), tc()))
    assert [[(cell.text, cell.fill) for cell in row] for row in rows] == [[("Done", ""), ("", "0070C0")]]


def test_reads_insertions_and_not_deletions():
    assert said(
        "<w:p><w:r><w:t>Keep </w:t></w:r><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText>"
        "</w:r></w:del><w:moveFrom><w:r><w:t>away</w:t></w:r></w:moveFrom>"
        "<w:moveTo><w:r><w:t> here</w:t></w:r></w:moveTo></w:p>"
    ) == ["Keep new here"]
    rows = table(tr(tc("a")), tr(tc("struck out"), properties="<w:del/>"), tr(tc("b"), properties="<w:ins/>"))
    assert texts(rows) == [["a"], ["b"]]


def test_leaves_out_hidden_words():
    assert said(p("seen") + p("unseen", run="<w:vanish/>") + p("shown", run='<w:vanish w:val="0"/>')) == [
        "seen",
        "shown",
    ]


def test_reads_through_controls_links_and_tags():
    inner = "<w:r><w:t>{}</w:t></w:r>"
    assert said(
        f"<w:sdt><w:sdtPr/><w:sdtContent>{p('control')}</w:sdtContent></w:sdt>"
        f"<w:p><w:hyperlink>{inner.format('link ')}</w:hyperlink><w:smartTag>{inner.format('tag ')}</w:smartTag>"
        f"<w:sdt><w:sdtContent>{inner.format('inline')}</w:sdtContent></w:sdt></w:p>"
        f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{p('Choose an item.')}</w:sdtContent></w:sdt>"
    ) == ["control", "link tag inline"]
    cell = f"<w:sdt><w:sdtContent>{tc('in a control')}</w:sdtContent></w:sdt>"
    row = f"<w:sdt><w:sdtContent>{tr(tc('a row'), tc('of a repeating control'))}</w:sdtContent></w:sdt>"
    assert texts(table(tr(cell, tc("x")), row)) == [
        ["in a control", "x"],
        ["a row", "of a repeating control"],
    ]


def field(result: str, instruction: str = "DATE") -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText>{instruction}</w:instrText><w:t>typed instruction</w:t></w:r>"
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def test_reads_what_a_field_shows():
    run = "<w:r><w:t>{}</w:t></w:r>"
    inside = field(run.format("July"))
    assert said(f"<w:p>{field(inside + run.format(' 2023'))}{run.format(' on')}</w:p>") == ["July 2023 on"]
    assert said(f'<w:p><w:fldSimple w:instr="PAGE">{run.format("simple")}</w:fldSimple></w:p>') == ["simple"]
    broken = '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>'
    assert said(broken + p("The rest is not lost")) == ["The rest is not lost"]


def test_reads_what_was_chosen_in_an_old_form():
    entries = "".join(f'<w:listEntry w:val="{word}"/>' for word in ("Red", "Amber", "Green"))
    choice = f'<w:ffData><w:ddList><w:result w:val="1"/>{entries}</w:ddList></w:ffData>'
    run = f'<w:r><w:fldChar w:fldCharType="begin">{choice}</w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    assert said(f"<w:p>{run}</w:p>") == ["Amber"]


def box(inside: str) -> str:
    content = f"<w:txbxContent>{inside}</w:txbxContent>"
    return (
        '<w:p><w:r><w:t>Anchor</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires="wps">'
        f"<w:drawing><wps:txbx>{content}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{content}"
        "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )


def test_reads_text_boxes_once():
    document = read(word(box(p("Boxed") + tbl(tr(tc("Table in it"))))))
    assert [block.text for block in document.paragraphs] == ["Anchor", "Boxed"]
    assert document.tables[0].rows[0][0].text == "Table in it"
    rows = table(tr(f"<w:tc>{box(p('In a cell'))}</w:tc>"))
    assert texts(rows) == [["Anchor\nIn a cell"]]


def test_flattens_a_table_in_a_cell():
    inner = tbl(tr(tc("July 2023"), tc("Green")), tr(tc("gone"), properties="<w:del/>"))
    document = read(word(tbl(tr(f"<w:tc>{p('Before')}{inner}{p('After')}</w:tc>"))))
    assert document.tables[0].rows[0][0].text == "Before\nJuly 2023\nGreen\nAfter"
    assert len(document.tables) == 1


def test_puts_what_only_the_margins_say_first_and_notes_last():
    document = docx.Document()
    document.add_paragraph("Business Plan")
    section = document.sections[0]
    section.header.paragraphs[0].text = "Business plan"
    section.header.add_paragraph("Version 1.7")
    section.footer.paragraphs[0].text = "Page 3 of 12"
    content = office.saved(document)
    notes = (
        f'<w:footnotes xmlns:w="{office.W}"><w:footnote w:type="separator">{p("line")}</w:footnote>'
        f"<w:footnote>{p('Counted by quarter.')}</w:footnote></w:footnotes>"
    )
    content = office.linked(content, office.DOCUMENT, "footnotes", "footnotes.xml")
    content = office.changed(content, {"word/footnotes.xml": notes})
    assert read(content).blocks == (
        Paragraph("Header, paragraph 1", "Version 1.7"),
        Paragraph("Paragraph 1", "Business Plan"),
        Paragraph("Footnote 1", "Counted by quarter."),
    )


def test_says_which_cells_are_bold_throughout():
    document = docx.Document()
    cells = document.add_table(1, 3).rows[0].cells
    cells[0].paragraphs[0].add_run("Target date").bold = True
    cells[1].paragraphs[0].add_run("Half").bold = True
    cells[1].paragraphs[0].add_run(" of it").font.color.rgb = RGBColor(1, 2, 3)
    cells[2].text = "Plain"
    assert [cell.bold for cell in read(office.saved(document)).tables[0].rows[0]] == [True, False, False]


def test_drops_the_debris_of_web_pages():
    debris = '<p>To report&nbsp;on:</p><ul style="a:b"><li>one</li><li>two &amp; three</li></ul>'
    assert said(p(escape(debris))) == ["To report on:\n- one\n- two & three"]
    assert said(p("Fewer than 5 &lt; 10 and p &gt; 3 &lt;name&gt;")) == ["Fewer than 5 < 10 and p > 3 <name>"]


def test_keeps_no_control_characters():
    assert said(p("a\u0085b\u0099c\ufeffd\u2028e")) == ["a\nbcd\ne"]


def test_refuses_more_than_a_plan_can_hold():
    for body, part in (
        (tbl(tr(tc("x", '<w:gridSpan w:val="99999999"/>'))), "columns wide"),
        (tbl(tr(tc("x"), properties='<w:gridBefore w:val="999999"/>')), "columns wide"),
        (p("long " * 30_000), "more than 100,000 letters"),
        (p("x") * 20_001, "more than 20,000 paragraphs"),
    ):
        with pytest.raises(NotSafe, match=part):
            read(word(body))


@pytest.mark.parametrize(
    "content",
    [
        office.changed(office.blank_word(), {office.DOCUMENT: "<nothing/>"}),
        office.changed(office.blank_word(), {office.DOCUMENT: None}),
        office.changed(
            office.blank_word(), {"word/_rels/document.xml.rels": "<a/>", "word/styles.xml": None}
        ),
    ],
)
def test_refuses_a_document_without_its_words(content):
    with pytest.raises(NotSafe, match="Word"):
        read(content)


def test_packs_a_document_and_unpacks_the_same():
    merged = Cell("Plan!A1", "a", "FF0000", date(2023, 9, 1), "MONTH", bold=True)
    document = Document(
        "xlsx",
        "plan.xlsx",
        (
            Paragraph("Paragraph 1", "x", "HEADING", 2, bold=True),
            Table("Plan", ((merged, merged),), is_hidden=True),
        ),
    )
    again = unpacked(packed(document))
    assert again == document
    assert again.tables[0].rows[0][0] is again.tables[0].rows[0][1]


def test_ignores_the_stripes_of_a_table_style():
    document = docx.Document()
    striped = document.add_table(2, 2, style="Light Grid Accent 1")
    striped.cell(0, 0).text = "x"
    assert striped._tbl.tblPr.find(qn("w:tblStyle")) is not None
    assert {cell.fill for row in read(office.saved(document)).tables[0].rows for cell in row} == {""}
