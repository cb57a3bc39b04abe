"""Two moments compared, as a PDF and a workbook of the same changes."""

import io
import re
from dataclasses import replace

import openpyxl
import page as validator
import pytest
from django.urls import reverse

from reporting import excel, pdf
from reporting.html import html
from reporting.pack import Compared, packed, unpacked
from workstreams import gather
from workstreams.comparing import Ends, compared
from workstreams.models import Outcome
from workstreams.operations import plan as planning
from workstreams.operations import settle
from workstreams.picture import Reader

WHOLE = Reader(everything=True)
PDF, XLSX = (reverse(f"reporting:comparison-{ending}") for ending in ("pdf", "xlsx"))
WORDS = "=HYPERLINK(1) Families who ask early are <b>heard</b>"


def moment(plan, label):
    return gather.moment_of(plan.versions.frozen().get(label=label))


def paper_of(plan, before, after):
    comparison = compared(WHOLE, plan, Ends(before, after))
    return Compared("Partnership", plan.ref, plan.title, plan.deciding_group.name, False, comparison)


@pytest.fixture
def paper(plan, cast):
    """From the agreed edition of the summer to now, with an outcome worded anew and hostile words in it."""
    outcome = Outcome.objects.get(ref="1.2")
    unit = cast("business-unit").by
    planning.change(item=outcome, statement=f"{outcome.statement} {WORDS}", because=f"@{WORDS}", by=unit)
    settle()
    return paper_of(plan, moment(plan, "1.7"), gather.head())


def test_is_a_valid_tagged_pdf_with_both_anchors(paper):
    report = validator.validate_pdf_bytes(pdf.draw(paper), profile="ua1")
    assert [str(failure) for failure in report.failures] == []
    page = html(paper)
    for end in (paper.comparison.before, paper.comparison.after):
        assert page.count(end.anchor) >= 1
    assert "<script" not in page
    assert "&lt;b&gt;heard&lt;/b&gt;" in page


def test_the_child_draws_the_same_paper(paper):
    assert unpacked(packed(paper)) == paper


def test_is_provisional_where_an_end_is_no_agreed_edition(plan, paper):
    stamp = "Provisional: not agreed"
    papers = paper_of(plan, moment(plan, "1.7"), moment(plan, "1.8"))
    agreed = paper_of(plan, moment(plan, "1.7"), moment(plan, "1.9"))
    assert [p.agreed for p in (paper, papers, agreed)] == [False, False, True]
    assert stamp in html(paper)
    assert stamp in html(papers)
    assert stamp not in html(agreed)


def test_an_agreed_comparison_says_which_of_its_rows_are_not_decided(plan):
    mixed = paper_of(plan, moment(plan, "1.9"), moment(plan, "1.11"))
    assert mixed.agreed
    waits = [traced for traced in mixed.comparison.changes if traced.change.is_undecided]
    assert waits
    page = html(mixed)
    assert "Provisional: not agreed" not in page
    assert mixed.comparison.undecided in page
    assert page.count("<b>Not decided.</b>") == len(waits)
    book = openpyxl.load_workbook(io.BytesIO(excel.draw_comparison(mixed)))
    head, *rows = book["Changes"].iter_rows(values_only=True)
    decided = [row[head.index("Decided")] for row in rows]
    assert decided.count("Not decided") == len(waits)
    assert dict(list(book["About"].iter_rows(values_only=True)))["Not decided"] == mixed.comparison.undecided
    assert not book["Changes"].oddHeader.right.text


def test_has_every_change_in_the_order_of_the_page(paper):
    page = html(paper)
    for part in paper.comparison.parts:
        assert f'id="{part.key}"' in page
    for traced in paper.comparison.changes:
        for record in traced.records:
            assert f"<b>Record {record.seq}</b>" in page


def test_the_workbook_has_a_row_for_each_change(paper):
    book = openpyxl.load_workbook(io.BytesIO(excel.draw_comparison(paper)))
    assert book.sheetnames == ["Changes", "About"]
    head, *rows = book["Changes"].iter_rows(values_only=True)
    assert len(rows) == len(paper.comparison.changes)
    column = {title: n for n, title in enumerate(head)}
    for row, traced in zip(rows, paper.comparison.changes, strict=True):
        assert row[column["Record"]] == traced.records[0].seq
        assert row[column["What changed"]] == traced.change.rest
    (worded,) = (row for row in rows if row[column["Why"]] == f"@{WORDS}")
    assert worded[column["Now"]].endswith(WORDS)
    about = dict(list(book["About"].iter_rows(min_row=2, values_only=True)))
    for name, end in (("From", paper.comparison.before), ("To", paper.comparison.after)):
        assert about[f"{name}: newest record and its fingerprint"] == end.anchor


def test_the_workbook_keeps_text_as_text(paper):
    book = openpyxl.load_workbook(io.BytesIO(excel.draw_comparison(paper)))
    cells = [cell for row in book["Changes"].iter_rows() for cell in row if isinstance(cell.value, str)]
    hostile = [cell for cell in cells if cell.value.startswith(("=", "@"))]
    assert hostile
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in hostile)


def test_the_same_comparison_gives_the_same_bytes(paper):
    assert excel.draw_comparison(paper) == excel.draw_comparison(replace(paper))
    assert packed(paper) == packed(replace(paper))


# ---- addresses


def test_is_handed_to_whoever_reads_the_history(plan, cast):
    ends = {"from": moment(plan, "1.8").address, "to": moment(plan, "1.9").address}
    client = cast("scrutineer").signed_in()
    book = client.get(XLSX, ends)
    assert book.status_code == 200
    name = f"{ends['from']}-to-{ends['to']}"
    assert re.search(rf'filename="[^"]*{name}-\d{{4}}-\d\d-\d\d\.xlsx"', book["Content-Disposition"])
    assert client.get(PDF, ends).content.startswith(b"%PDF-")


def test_is_not_there_for_partner_staff(plan, cast):
    for address in (PDF, XLSX):
        assert cast("viewer").signed_in().get(address).status_code == 404


def test_says_why_there_is_no_such_moment(plan, cast):
    client = cast("scrutineer").signed_in()
    for moment_text, status in (("2031-01-01", 422), ("1", 404)):
        response = client.get(XLSX, {"from": moment_text})
        assert response.status_code == status
        assert response["Content-Type"].startswith("text/html")
