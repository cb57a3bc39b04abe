"""The minutes' table of a closed meeting: page, PDF and workbook of what was frozen, the same whenever drawn."""

import io
import re
from datetime import date, timedelta

import openpyxl
import page as validator
import pytest
from django.test import Client
from django.urls import reverse

from reporting import excel, operations, pdf
from reporting.pack import packed, unpacked
from sscp.demonstration import set_clock
from workstreams import gather
from workstreams.agenda import free_label
from workstreams.models import Level, Measure, Meeting, Plan
from workstreams.operations import By, impacts, meetings, papers, ratings, targets
from workstreams.picture import Reader

WHOLE = Reader(everything=True)
AMENDED, DEFERRED, REPLACED, ALONE = "1.2#1", "2.1#3", "2.2#4", "3.1#3"
REASON, MINUTE = "Two posts have been filled since.", "Bring the minute."


@pytest.fixture
def level(plan):
    return lambda code: Level.objects.get(plan=plan, code=code)


def seen(measure):
    return measure.ratings.order_by("-pk").values_list("pk", flat=True).first()


def free(plan):
    return free_label(plan.versions.order_by("seq").values_list("label", flat=True))


@pytest.fixture
def closed(plan, cast, measure_at, level):
    """Papers, an update after them, then a meeting that amends, defers, sets, does not reach, and judges impact."""
    unit, meeting = cast("business-unit").by, Meeting.objects.next_of(plan.deciding_group)
    amended, deferred, replaced, alone = map(measure_at, (AMENDED, DEFERRED, REPLACED, ALONE))
    papers.issue_papers(meeting=meeting, plan=plan, label=free(plan), changes="Papers", by=unit)
    set_clock(gather.head().at + timedelta(hours=1))
    late = By(cast("chair-dapb").user, cast("chair-dapb").post)
    ratings.send_update(
        measure=replaced,
        level=level("A"),
        words="A service left.",
        recovery_plan="Another joins.",
        by=late,
        seen=seen(replaced),
    )
    targets.ask_for_target(measure=replaced, due_on=date(2024, 7, 31), because="Later.", by=late)
    judged = Measure.objects.live().filter(action__outcome__ref="1.1").in_plan_order()[:2]
    for measure in judged:
        impacts.report_impact(measure=measure, meeting=meeting, text="Waits fell by a week.", by=unit)
    present = [cast(key).post for key in ("dsp-council", "dsp-police", "scrutineer")]
    meeting = meetings.hold_meeting(meeting=meeting, present=present, by=unit)
    where = {"meeting": meeting, "by": unit}
    meetings.agree(measure=amended, level=level("G"), because=REASON, seen=seen(amended), **where)
    meetings.defer(measure=deferred, because=MINUTE, seen=seen(deferred), **where)
    meetings.agree(measure=replaced, level=level("A"), seen=seen(replaced), **where)
    meetings.agree(measure=alone, level=level("R"), because="Nobody reported.", seen=seen(alone), **where)
    targets.decide_target(measure=replaced, agreed=False, because="It can be sooner.", **where)
    impacts.decide_impact(measure=judged[0], accepted=True, text="", **where)
    impacts.decide_impact(measure=judged[1], accepted=False, text="Says what was done.", **where)
    meetings.close_meeting(plan=plan, label=free(plan), changes="As agreed", **where)
    meeting.refresh_from_db()
    return meeting


def address(meeting, name="page"):
    return reverse(f"reporting:minutes-{name}", args=[meeting.pk])


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode())).replace("&#x27;", "'")


def ruling(minutes, measure):
    return next(r for r in minutes.rulings if r.of.measure_id == measure.pk)


# ---- what stands in it


def test_sets_what_was_proposed_beside_what_was_agreed(closed, measure_at):
    minutes = operations.minutes_of_meeting(closed, Plan.objects.get(), WHOLE)
    amended = ruling(minutes, measure_at(AMENDED))
    assert (amended.result, amended.proposed.word, amended.agreed.word) == (
        "Agreed otherwise than proposed",
        "Amber",
        "Green",
    )
    proposal = measure_at(AMENDED).ratings.get(step="PROVISIONAL", meeting=closed)
    assert (amended.because, amended.by) == (REASON, proposal.for_post.title)
    assert amended.beside_papers == ""
    assert amended.seq > amended.proposed_seq > 0


def test_names_what_stands_where_nothing_was_agreed(closed, measure_at):
    minutes = operations.minutes_of_meeting(closed, Plan.objects.get(), WHOLE)
    deferred = ruling(minutes, measure_at(DEFERRED))
    assert (deferred.result, deferred.agreed, deferred.stood.word, deferred.because) == (
        "Deferred",
        None,
        "Amber",
        MINUTE,
    )
    headings = [group.heading for group in minutes.groups]
    assert headings == [
        "Agreed otherwise than proposed",
        "Set by the meeting itself",
        "Deferred",
        "Not reached",
        "Agreed as proposed",
    ]


def test_says_what_the_papers_held_where_it_was_replaced(closed, measure_at):
    late = ruling(operations.minutes_of_meeting(closed, Plan.objects.get(), WHOLE), measure_at(REPLACED))
    assert (late.proposed.word, late.agreed.word, late.beside_papers) == (
        "Amber",
        "Amber",
        "The papers showed Green",
    )


def test_holds_impact_dates_and_those_present(closed, cast):
    minutes = operations.minutes_of_meeting(closed, Plan.objects.get(), WHOLE)
    assert {(i.accepted, i.said) for i in minutes.impacts} == {(True, ""), (False, "Says what was done.")}
    (dated,) = minutes.dates
    assert (dated.asked, dated.agreed, dated.because, dated.why) == (
        "July 2024",
        False,
        "It can be sooner.",
        "Later.",
    )
    assert set(minutes.present) == {cast(k).post.title for k in ("dsp-council", "dsp-police", "scrutineer")}
    assert [source.what for source in minutes.sources] == ["the papers", "as agreed"]
    assert all(re.fullmatch(r"\d+:[0-9a-f]{64}", source.anchor) for source in minutes.sources)
    assert any("proposed Amber, the Executive agreed Green" in c.sentence for c in minutes.changes)


def test_marks_a_proposal_of_somebody_who_was_there(plan, cast, measure_at):
    unit, measure = cast("business-unit").by, measure_at("6.1#2")  # proposed by a DSP
    present = [ratings.standing_proposal(measure).for_post]
    meeting = meetings.decide_between_meetings(group=plan.deciding_group, present=present, by=unit)
    proposal = ratings.standing_proposal(measure)
    meetings.agree(measure=measure, meeting=meeting, level=proposal.level, by=unit, seen=proposal.pk)
    meetings.close_meeting(meeting=meeting, plan=plan, label=free(plan), changes="One", by=unit)
    minutes = operations.minutes_of_meeting(meeting, Plan.objects.get(), WHOLE)
    assert ruling(minutes, measure).by.endswith(", who was present")
    assert (minutes.meeting, minutes.with_papers) == ("Decision between meetings", False)
    assert [source.what for source in minutes.sources] == ["as agreed before", "as agreed"]
    assert len(minutes.rulings) == 1  # the others were left where they were


def test_names_the_addendum_that_held_an_update(plan, cast, measure_at, level):
    unit, meeting = cast("business-unit").by, Meeting.objects.next_of(plan.deciding_group)
    papers.issue_papers(meeting=meeting, plan=plan, label="9.1", changes="Papers", by=unit)
    set_clock(gather.head().at + timedelta(hours=1))
    late = measure_at(REPLACED)
    ratings.send_update(
        measure=late,
        level=level("A"),
        words="A service left.",
        recovery_plan="Another joins.",
        by=cast("chair-dapb").by,
        seen=seen(late),
    )
    papers.issue_addendum(meeting=meeting, plan=plan, label="9.2", changes="One", by=unit)
    meeting = meetings.hold_meeting(meeting=meeting, present=[cast("dsp-council").post], by=unit)
    meetings.agree(measure=late, meeting=meeting, level=level("A"), by=unit, seen=seen(late))
    meetings.close_meeting(meeting=meeting, plan=plan, label="9.3", changes="As agreed", by=unit)
    minutes = operations.minutes_of_meeting(meeting, Plan.objects.get(), WHOLE)
    assert ruling(minutes, late).beside_papers == "The papers showed Green; in the addendum, version 9.2"
    assert [source.label for source in minutes.sources] == ["9.1", "9.2", "9.3"]
    assert all(re.fullmatch(r"\d+:[0-9a-f]{64}", source.anchor) for source in minutes.sources)


# ---- drawn


def drawings(meeting):
    minutes = operations.minutes_of_meeting(meeting, Plan.objects.get(), WHOLE)
    return packed(minutes), pdf.draw(minutes), excel.draw_minutes(minutes)


def test_is_the_same_after_everything_is_edited(needs_pango, closed, plan, cast, measure_at, level):
    before = drawings(closed)
    set_clock(gather.head().at + timedelta(hours=1))
    unit, measure = cast("business-unit").by, measure_at(AMENDED)
    meetings.correct_decision(
        measure=measure, level=level("B"), because="Misheard.", by=unit, seen=seen(measure)
    )
    assert drawings(closed) == before
    page = cast("scrutineer").signed_in().get(address(closed))
    assert words(page).count("Corrected since:") == 1
    assert unpacked(before[0]).changes


def test_fails_no_rule_of_accessible_pdfs(needs_pango, closed):
    report = validator.validate_pdf_bytes(drawings(closed)[1], profile="ua1")
    assert [f"{f.rule_id}: {f.message}" for f in report.failures] == []


def test_the_workbook_holds_the_same(closed, cast):
    client = cast("scrutineer").signed_in()
    answer = client.get(address(closed, "xlsx"))
    assert answer.status_code == 200
    assert f"minutes-{closed.held_on.isoformat()}.xlsx" in answer["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Decisions", "Impact", "Target dates", "Changes", "About"]
    rows = [[str(cell or "") for cell in row] for row in book["Decisions"].iter_rows(values_only=True)]
    assert any(REASON in row and "Amber (proposed)" in row and "Green" in row for row in rows)
    about = [row[0] for row in book["About"].iter_rows(values_only=True)]
    assert about.count("Present") == 3


def test_the_pdf_is_a_download(needs_pango, closed, cast):
    answer = cast("dsp-police").signed_in().get(address(closed, "pdf"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert f"minutes-{closed.held_on.isoformat()}.pdf" in answer["Content-Disposition"]


# ---- the page, and who may


def test_shows_the_table_with_its_reasons_and_records(closed, cast, measure_at):
    page = cast("business-unit").signed_in().get(address(closed))
    said = words(page)
    for text in (REASON, MINUTE, "The papers showed Green.", "Amber stands", "Not accepted", "Not agreed"):
        assert text in said
    assert reverse("reporting:minutes-pdf", args=[closed.pk]) in page.content.decode()
    record = ruling(page.context["minutes"], measure_at(AMENDED)).seq
    assert reverse("workstreams:record-page", args=[record]) in page.content.decode()


def test_the_closed_meeting_leads_there(closed, cast):
    page = cast("chair-arg").signed_in().get(reverse("workstreams:meeting-page", args=[closed.pk]))
    assert f'href="{address(closed)}"' in page.content.decode()


def test_a_chair_reads_the_page_without_what_other_groups_proposed(closed, cast, measure_at):
    page = cast("chair-arg").signed_in().get(address(closed))
    said = words(page)
    assert "Proposals of other groups are not shown." in said
    assert REASON in said  # the Executive's own words
    assert MINUTE not in said  # of a proposal that was not decided
    assert "The papers showed Green" not in said
    assert "July 2024" not in said  # asked for by another group, and not agreed
    assert ruling(page.context["minutes"], measure_at(AMENDED)).proposed is None
    for name in ("pdf", "xlsx"):
        assert cast("chair-arg").signed_in().get(address(closed, name)).status_code == 403


@pytest.mark.parametrize("name", ["page", "pdf", "xlsx"])
def test_partner_staff_and_strangers_do_not_find_it(closed, cast, name):
    assert cast("viewer").signed_in().get(address(closed, name)).status_code == 404
    assert Client().get(address(closed, name))["Location"].startswith(reverse("account_login"))


def test_there_are_none_before_the_meeting_is_closed(cast, plan):
    planned = Meeting.objects.next_of(plan.deciding_group)
    assert cast("business-unit").signed_in().get(address(planned)).status_code == 404


def test_every_closed_meeting_has_them(cast, plan):
    client = cast("business-unit").signed_in()
    held = Meeting.objects.filter(state="CLOSED")
    assert held
    for meeting in held:
        assert client.get(address(meeting)).status_code == 200


def test_asks_the_database_little(closed, cast, django_assert_max_num_queries):
    client = cast("business-unit").signed_in()
    client.get(address(closed))
    with django_assert_max_num_queries(14):
        client.get(address(closed))
