"""The report, the pack and the workbook of an inspection's action plan: its own columns, its own key, no colour."""

import io

import openpyxl
import page as validator
import pytest
from django.urls import reverse

from reporting import excel, html, operations, pdf
from tests.shapes import DRAFTED, EXPECTED, RECORDS, SHARE, SOON, inspection
from workstreams.models import Level, Meeting, Plan
from workstreams.operations import meetings, ratings
from workstreams.permissions import reader
from workstreams.picture import Reader

ALL = Reader(everything=True)


@pytest.fixture
def made(db, cast):
    """Its first action is proposed as ongoing."""
    made = inspection(cast("business-unit"), cast("chair-mash"))
    plan, soon, *_ = made
    ratings.send_update(
        measure=soon,
        level=Level.objects.get(plan=plan, code="O"),
        words="Agreed with two of the three teams.",
        by=cast("chair-mash").by,
        seen=None,
    )
    return made


@pytest.fixture
def pack(made):
    return operations.pack_now(made[0], ALL)


@pytest.fixture
def book(pack):
    return openpyxl.load_workbook(io.BytesIO(excel.draw(pack)))


def rows(sheet):
    head, *found = ([cell.value for cell in row] for row in sheet.iter_rows())
    return [dict(zip(head, row, strict=True)) for row in found]


def test_the_report_has_its_columns_and_every_action(pack):
    page = html.html(pack)
    for head in ("Action", "Who", "By when", "Status", "Progress"):
        assert f'<th scope="col">{head}</th>' in page
    for text in (SOON, RECORDS, SHARE, DRAFTED, *EXPECTED, "The first ten were read in October."):
        assert text in page
    for foreign in ("BRAG", "Required outcome", "Measure of impact", "Amber", "Red,", "impact not accepted"):
        assert foreign not in page, foreign
    assert "Nothing is rated here yet. Drafted in May." in page
    assert "3 actions" in page
    assert "Recommendation 1: See children sooner" in page


def test_the_business_plans_report_has_its_own(made):
    page = html.html(operations.pack_now(Plan.objects.get(ref="business-plan"), ALL))
    for head in (
        "Required outcome",
        "Responsible officer",
        "Target date",
        "BRAG rating",
        "Measure of impact",
    ):
        assert f'<th scope="col">{head}</th>' in page
    assert "Amber without a recovery plan" in page


def test_the_workbook_has_its_columns_and_a_row_for_everything(book):
    sheet = book["Plan"]
    head = [cell.value for cell in sheet[1]]
    assert head[:6] == ["Recommendation", "Ref", "Expected outcome", "Action", "Who", "By when"]
    assert "Measure of impact" not in head
    assert "Plan to recover" not in head
    assert {"Agreed status", "Proposed status", "Progress"} <= set(head)
    found = rows(sheet)
    assert [row["Action"] and row["Action"].split("\n")[0] for row in found] == [
        SOON,
        RECORDS,
        None,
        None,
        SHARE,
        DRAFTED,
        None,
    ]
    assert [row["Expected outcome"] for row in found if row["Expected outcome"]] == list(EXPECTED)
    assert found[0]["Proposed status"] == "Ongoing (proposed)"
    assert found[0]["Agreed status"] == "Not rated"
    assert found[1]["Progress"] == "The first ten were read in October."


def test_no_cell_of_it_is_red_amber_green_or_blue(book):
    told = {cell.value for row in book["About"].iter_rows() for cell in row}
    assert {"In progress", "Ongoing", "Completed"} <= told
    assert not {"Red", "Amber", "Green", "Blue"} & told


def test_the_public_reader_gets_no_words_of_an_update(made):
    plan, *_ = made
    public = operations.pack_now(plan, Reader(everything=False, public=True))
    page = html.html(public)
    assert "Agreed with two of the three teams." not in page
    assert "The first ten were read in October." in page


def test_a_chair_of_another_group_reads_no_proposal_of_it(made, cast):
    plan, *_ = made
    page = html.html(operations.pack_now(plan, reader(cast("chair-ldg").person)))
    assert "Agreed with two of the three teams." not in page
    assert SOON in page


@pytest.fixture
def closed(made, cast):
    """The meeting agreed the first action, set the third by itself, and is closed."""
    plan, soon, _, share = made
    by = cast("business-unit").by
    meeting = Meeting.objects.open_for_updates().get()
    meetings.hold_meeting(meeting=meeting, present=[cast("dsp-council").post], by=by)
    proposal = soon.ratings.latest("pk")
    meetings.agree(measure=soon, meeting=meeting, level=proposal.level, by=by, seen=proposal.pk)
    meetings.agree(
        measure=share,
        meeting=meeting,
        level=Level.objects.get(plan=plan, code="C"),
        because="The list was shown to the meeting.",
        by=by,
        seen=None,
    )
    meetings.close_meeting(meeting=meeting, plan=plan, label="1.0", changes="First statuses", by=by)
    meeting.refresh_from_db()
    return meeting


def test_minutes_name_actions_and_their_status(made, closed):
    minutes = operations.minutes_of_meeting(closed, made[0], ALL)
    page = html.html(minutes)
    assert '<th scope="col">Action</th>' in page
    assert SOON in page
    assert "Completed" in page
    book = openpyxl.load_workbook(io.BytesIO(excel.draw_minutes(minutes)))
    assert book["Decisions"]["C1"].value == "Action"


def test_an_agreed_version_gives_its_pack(made, closed, cast):
    version = made[0].versions.agreed().get()
    pack = operations.pack_to_issue(version, "PUBLISHED", operations.contents_of("PUBLISHED", None), None)
    page = html.html(pack)
    assert "1 Completed" in page
    assert "Agreed with two of the three teams." not in page


def test_its_files_are_drawn_by_the_plan_in_the_address(made, cast):
    client = cast("business-unit").signed_in()
    book = client.get(reverse("reporting:report-xlsx"), {"plan": "inspection-plan"})
    assert "inspection-plan" in book["Content-Disposition"]
    assert client.get(reverse("reporting:report-xlsx"), {"plan": "nothing"}).status_code == 404


def test_its_pdf_fails_no_rule_of_accessible_pdfs(needs_pango, pack):
    report = validator.validate_pdf_bytes(pdf.draw(pack), profile="ua1")
    assert [f"{failure.rule_id}: {failure.message}" for failure in report.failures] == []
