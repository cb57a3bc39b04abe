"""Two plans side by side, of one group or of two: which of them a page speaks of, and what a meeting freezes."""

import html
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from sscp.demonstration import set_clock
from tests.conftest import TODAY
from tests.shapes import SOON, TITLE, inspection
from workstreams import gather, permissions, reminders
from workstreams.models import Group, Ledger, Level, Meeting, Plan, Rating, Version
from workstreams.operations import Refused, challenges, meetings, papers, ratings
from workstreams.operations import plan as planning
from workstreams.recording import recorded
from workstreams.vocabulary import MeetingState, PlanState, RatingStep, VersionStep

BUSINESS = "Integrated Partnership Business Plan 2023/24"
BOARD = "Improvement Board"


@pytest.fixture
def beside(db, cast):
    """An inspection plan that the Executive decides, beside the business plan."""
    return inspection(cast("business-unit"), cast("chair-mash"))


@pytest.fixture
def of_a_board(db, cast):
    """An inspection plan that another group decides; that group has a meeting ahead."""
    with recorded(cast("business-unit").by):
        board = Group.objects.create(name=BOARD, short_name="Board", kind="OVERSIGHT_BOARD")
    made = inspection(cast("business-unit"), cast("chair-mash"), group=board)
    meetings.plan_meeting(
        group=board,
        held_on=date(2023, 12, 12),
        papers_close_at=datetime(2023, 12, 5, 17, tzinfo=UTC),
        by=cast("business-unit").by,
    )
    return made


@pytest.fixture
def drafted(db, cast):
    return inspection(cast("business-unit"), cast("chair-mash"), current=False)


def words(page):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode())))


def at(name, *args, plan=None):
    address = reverse(name, args=args)
    return f"{address}?plan={plan}" if plan else address


def send(measure, member, code="P"):
    return ratings.send_update(
        measure=measure,
        level=Level.objects.get(plan=ratings.plan_of(measure), code=code),
        words="Agreed with two of three teams.",
        by=member.by,
        seen=None,
    )


def later():
    """An hour passes: in one transaction the clock of the database stands still."""
    set_clock(gather.head().at + timedelta(hours=1))


def chosen(page):
    return [choice.plan.title for choice in page.context["choices"] if choice.is_chosen]


# ---- which plan a page speaks of


@pytest.mark.parametrize(
    "name",
    [
        "workstreams:dashboard-page",
        "workstreams:find",
        "reporting:reports-page",
        "reporting:packs-page",
    ],
)
def test_each_page_takes_the_plan_from_its_address(beside, plan_of_year, cast, name):
    unit = cast("business-unit").signed_in()
    assert chosen(unit.get(at(name, plan=plan_of_year.ref))) == [BUSINESS]
    page = unit.get(at(name))
    assert chosen(page) == [TITLE]  # the newest that is current
    assert f"?plan={plan_of_year.ref}" in page.content.decode()
    assert unit.get(at(name, plan="no-such-plan")).status_code == 404


@pytest.fixture
def plan_of_year(db):
    return Plan.objects.get(ref="business-plan")


def test_the_box_at_the_top_finds_in_the_plan_of_the_page(beside, plan_of_year, cast):
    chair = cast("chair-ldg").signed_in()
    page = chair.get(at("workstreams:plan-page", plan_of_year.ref)).content.decode()
    assert f'<input type="hidden" name="plan" value="{plan_of_year.ref}">' in page.partition("<main")[0]
    assert (
        'name="plan"' not in chair.get(at("workstreams:history-page")).content.decode().partition("<main")[0]
    )


@pytest.mark.parametrize("name", ["workstreams:dashboard-page", "workstreams:find", "reporting:reports-page"])
def test_with_one_plan_nothing_is_there_to_choose(plan_of_year, cast, name):
    page = cast("chair-ldg").signed_in().get(at(name))
    assert page.context["choices"] == []
    assert 'aria-label="Plans"' not in page.content.decode()


def test_each_plan_has_its_own_address_and_leads_to_the_others(beside, plan_of_year, cast):
    chair = cast("chair-ldg").signed_in()
    page = chair.get(at("workstreams:plan-page", plan_of_year.ref))
    assert at("workstreams:plan-page", "inspection-plan") in page.content.decode()
    assert chosen(page) == [BUSINESS]
    assert "Required outcome" in words(page)
    assert chair.get(at("workstreams:current-plan"))["Location"] == at(
        "workstreams:plan-page", "inspection-plan"
    )


@pytest.mark.parametrize("key", ["chair-mash", "dsp-council", "scrutineer", "viewer"])
def test_a_draft_is_the_business_units_alone(drafted, cast, key):
    plan, soon, *_ = drafted
    client = cast(key).signed_in()
    for address in (
        at("workstreams:plan-page", plan.ref),
        at("workstreams:reference-page", plan.ref, "1"),
        at("workstreams:measure-page", soon.pk),
        at("workstreams:dashboard-page", plan=plan.ref),
        at("workstreams:find", plan=plan.ref),
        at("reporting:reports-page", plan=plan.ref),
        at("reporting:report-pdf", plan=plan.ref),
    ):
        assert client.get(address).status_code == 404, address
    unit = cast("business-unit").signed_in()
    page = unit.get(at("workstreams:plan-page", plan.ref))
    assert "A draft, which the business unit alone sees" in words(page)
    assert unit.get(at("workstreams:measure-page", soon.pk)).status_code == 200


def test_nobody_sends_an_update_into_a_draft(drafted, cast):
    _, soon, *_ = drafted
    assert soon not in permissions.measures_to_update(cast("chair-mash").person)
    with pytest.raises(Refused, match="is a draft, so it takes no updates"):
        send(soon, cast("chair-mash"))
    page = cast("business-unit").signed_in().get(at("workstreams:measure-page", soon.pk))
    assert page.context["form"] is None


def test_the_history_of_a_draft_is_the_business_units_alone(drafted, cast):
    plan, *_ = drafted
    seq = Ledger.objects.filter(table="workstreams_plan", row=str(plan.pk)).latest("seq").seq
    assert cast("business-unit").signed_in().get(at("workstreams:record-page", seq)).status_code == 200
    for key in ("dsp-council", "chair-mash", "scrutineer"):
        client = cast(key).signed_in()
        assert client.get(at("workstreams:record-page", seq)).status_code == 404
        assert SOON[:30] not in words(client.get(at("workstreams:history-page")))
    others = cast("dsp-council").signed_in().get(at("workstreams:history-page"))
    assert others.context["number"] > 0


def test_a_closed_plan_can_be_read_and_takes_no_updates(beside, plan_of_year, cast):
    plan, soon, *_ = beside
    with recorded(cast("business-unit").by):
        Plan.objects.filter(pk=plan.pk).update(state=PlanState.CLOSED)
    page = cast("chair-mash").signed_in().get(at("workstreams:plan-page", plan.ref))
    assert SOON in words(page)
    assert f"{TITLE} (closed)" in words(page)
    assert cast("chair-mash").signed_in().get(at("workstreams:current-plan"))["Location"] == at(
        "workstreams:plan-page", plan_of_year.ref
    )
    assert soon not in permissions.measures_to_update(cast("chair-mash").person)
    with pytest.raises(Refused, match="is closed"):
        send(soon, cast("chair-mash"))


def test_partner_staff_choose_among_plans_of_which_a_version_was_agreed(beside, cast):
    page = cast("viewer").signed_in().get(at("workstreams:current-plan"), follow=True)
    assert BUSINESS in words(page)
    assert page.context["choices"] == []


def test_a_stranger_is_asked_to_sign_in(beside):
    address = at("workstreams:plan-page", "inspection-plan")
    assert Client().get(address)["Location"].startswith(reverse("account_login"))


# ---- what is to do


def test_my_updates_and_its_counter_gather_over_every_plan(beside, cast):
    before = permissions.measures_to_update(cast("chair-mash").person).count()
    page = cast("chair-mash").signed_in().get(at("workstreams:my-updates"))
    said = words(page)
    assert [part["picture"].title for part in page.context["parts"]] == [TITLE, BUSINESS]
    assert said.index(SOON) < said.index(BUSINESS)
    waiting = sum(len(part["to_do"]) for part in page.context["parts"])
    (entry,) = [item for item in page.context["nav"]["items"] if item["label"] == "My updates"]
    assert (entry["count"], waiting <= before) == (waiting, True)
    ids = re.findall(r'id="([^"]+)"', page.content.decode())
    assert len(ids) == len(set(ids))


def test_who_answers_in_one_plan_sees_no_heading_of_plans(beside, cast):
    page = cast("chair-ldg").signed_in().get(at("workstreams:my-updates"))
    assert [part["picture"].title for part in page.context["parts"]] == [BUSINESS]
    assert BUSINESS not in re.findall(r"<h2[^>]*>([^<]*)</h2>", page.content.decode())


def test_my_updates_still_asks_about_a_plan_in_which_nothing_of_theirs_is_left(beside, cast):
    plan, soon, *_ = beside
    challenges.raise_challenge(measure=soon, text="Who reads them at night?", by=cast("scrutineer").by)
    for workstream in plan.workstreams.all():
        planning.withdraw(item=workstream, because="Merged.", by=cast("business-unit").by)
    page = cast("chair-mash").signed_in().get(at("workstreams:my-updates"))
    told = {part["picture"].title: (len(part["mine"]), part["unanswered"]) for part in page.context["parts"]}
    assert list(told) == [TITLE, BUSINESS]
    assert told[TITLE] == (0, 1)
    assert "Who reads them at night?" in words(page)


def test_no_change_is_answered_for_either_plan(plan_of_year, cast):
    inspection(cast("business-unit"), cast("chair-ldg"))
    chair = cast("chair-ldg").signed_in()
    page = chair.get(at("workstreams:my-updates"))
    row = next(
        row
        for part in page.context["parts"]
        if part["picture"].title == BUSINESS
        for row in part["to_do"]
        if not row.refusal
    )
    sent = {
        "measure": row.measure.id,
        "seen": row.measure.latest_id,
        "request_id": str(row.request_id),
        "action": "no-change",
    }
    assert chair.post(at("workstreams:my-updates"), sent).status_code == 303
    assert Rating.objects.filter(measure=row.measure.id, step=RatingStep.PROVISIONAL).exists()


def test_a_digest_tells_of_both_plans_and_says_of_which(beside, cast):
    for plan in Plan.objects.current():
        meeting = Meeting.objects.next_of(plan.deciding_group)
    closes = meeting.papers_close_at
    head = gather.head()
    near = gather.Head(head.seq, head.hash, closes.replace(hour=8))
    letters = {letter.user: letter.text for letter in reminders.waiting_letters(near)}
    mine = letters[cast("chair-mash").user]
    assert f"{TITLE}: " in mine
    assert f"{BUSINESS}: " in mine
    assert "Recommendation 1, first action" in mine
    assert SOON not in mine


# ---- the meetings of two groups


def test_meetings_lists_every_deciding_group_by_name(of_a_board, cast):
    page = cast("chair-mash").signed_in().get(at("workstreams:meetings-page"))
    said = words(page)
    assert "12 December 2023 Improvement Board" in said
    assert "2 January 2024 Executive Group" in said
    assert [group.name for group in page.context["groups"]] == [BOARD, "Executive Group"]


def test_planning_a_meeting_chooses_its_group(of_a_board, cast, fill):
    unit = cast("business-unit").signed_in()
    page = unit.get(at("workstreams:meetings-page"))
    board, executive = Group.objects.get(name=BOARD), Group.objects.get(name="Executive Group")
    sent = fill(page, group=executive.pk, held_on="6 February 2024", papers_close_on="29 January 2024")
    assert unit.post(at("workstreams:meetings-page"), sent).status_code == 303
    assert Meeting.objects.filter(group=executive, held_on=date(2024, 2, 6)).exists()
    foreign = fill(page, group=Group.objects.get(name__startswith="MASH").pk, held_on="7 February 2024")
    assert unit.post(at("workstreams:meetings-page"), foreign).status_code == 422
    assert not Meeting.objects.filter(held_on=date(2024, 2, 7)).exists()
    assert not Meeting.objects.filter(group=board, held_on=date(2024, 2, 6)).exists()


def test_another_group_s_meeting_speaks_of_its_own_plan_by_its_own_name(of_a_board, cast):
    _, soon, *_ = of_a_board
    send(soon, cast("chair-mash"))
    meeting = Meeting.objects.get(group__name=BOARD)
    page = cast("business-unit").signed_in().get(at("workstreams:meeting-page", meeting.pk))
    said = words(page)
    assert f"{BOARD} meeting, 12 December 2023" in said
    assert SOON in said
    assert page.context["choices"] == []
    assert page.context["picture"].title == TITLE
    measure = words(cast("chair-mash").signed_in().get(at("workstreams:measure-page", soon.pk)))
    assert "Executive" not in measure.partition("History")[0].partition("Agreed status")[2]


def test_a_meeting_without_a_plan_is_not_found(db, cast):
    with recorded(cast("business-unit").by):
        group = Group.objects.create(name="Reading group", kind="SUBGROUP")
        meeting = Meeting.objects.create(
            group=group, held_on=TODAY, papers_close_at=datetime(2023, 11, 24, tzinfo=UTC)
        )
    assert (
        cast("business-unit").signed_in().get(at("workstreams:meeting-page", meeting.pk)).status_code == 404
    )


# ---- one meeting that decides two plans


@pytest.fixture
def meeting(beside):
    return Meeting.objects.open_for_updates().get()


def test_its_pages_choose_the_plan_and_keep_it(beside, plan_of_year, meeting, cast):
    unit = cast("business-unit").signed_in()
    page = unit.get(at("workstreams:meeting-page", meeting.pk, plan=plan_of_year.ref))
    assert chosen(page) == [BUSINESS]
    body = page.content.decode()
    for link in re.findall(rf'(?:href|action)="(/meetings/{meeting.pk}/[^"#]*)"', body):
        assert "plan=" in link, link
    assert unit.get(at("workstreams:meeting-page", meeting.pk, plan="nothing")).status_code == 404


def test_issuing_papers_freezes_both_and_withdrawing_takes_both_back(
    beside, plan_of_year, meeting, cast, fill
):
    plan, *_ = beside
    unit = cast("business-unit").signed_in()
    address = at("workstreams:papers-page", meeting.pk, plan=plan_of_year.ref)
    page = unit.get(address)
    assert f"{TITLE} is frozen with it" in words(page)
    form = page.context["issue"]
    sent = {
        "label": form["label"].value(),
        "changes": "x",
        "request_id": form["request_id"].value(),
        "seen": "",
    }
    assert unit.post(address, sent).status_code == 303
    issued = Version.objects.filter(meeting=meeting, step=VersionStep.PROVISIONAL)
    assert {v.plan.ref: v.label for v in issued} == {plan_of_year.ref: form["label"].value(), plan.ref: "1.0"}
    papers.withdraw_papers(
        meeting=meeting, plan=plan, because="A page was missing.", by=cast("business-unit").by
    )
    taken_back = Version.objects.filter(meeting=meeting, step=VersionStep.WITHDRAWN)
    assert {v.plan_id for v in taken_back} == {plan.pk, plan_of_year.pk}
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.PLANNED
    for each in (plan, plan_of_year):
        assert Version.objects.papers_out(each) is None


def test_an_addendum_belongs_to_its_plan(beside, plan_of_year, meeting, cast):
    plan, soon, *_ = beside
    by = cast("business-unit").by
    papers.issue_papers(meeting=meeting, plan=plan, label="1.0", changes="x", by=by)
    later()
    late = send(soon, cast("chair-mash"))
    assert papers.sent_since_papers(meeting, plan) == [late]
    assert papers.sent_since_papers(meeting, plan_of_year) == []
    with pytest.raises(Refused, match="Nothing has been sent"):
        papers.issue_addendum(meeting=meeting, plan=plan_of_year, label="9.9", changes="x", by=by)
    version = papers.issue_addendum(meeting=meeting, plan=plan, label="1.1", changes="x", by=by)
    assert version.plan == plan


@pytest.fixture
def held(beside, meeting, cast):
    """In session, with one status proposed for the inspection plan and nothing decided."""
    _, soon, *_ = beside
    send(soon, cast("chair-mash"))
    return meetings.hold_meeting(
        meeting=meeting, present=[cast("dsp-council").post], by=cast("business-unit").by
    )


def test_decisions_are_taken_plan_by_plan(beside, plan_of_year, held, cast):
    _, soon, *_ = beside
    unit = cast("business-unit").signed_in()
    listed = [i.measure.id for i in unit.get(at("workstreams:decisions-page", held.pk)).context["agenda"]]
    assert soon.pk in listed
    other = unit.get(at("workstreams:decisions-page", held.pk, plan=plan_of_year.ref))
    assert soon.pk not in [i.measure.id for i in other.context["agenda"]]
    foreign = f"{at('workstreams:decisions-page', held.pk, plan=plan_of_year.ref)}&measure={soon.pk}"
    assert unit.get(foreign).status_code == 404


def test_closing_says_what_the_other_plan_has_undecided_and_freezes_both(
    beside, plan_of_year, held, cast, fill
):
    plan, soon, *_ = beside
    unit = cast("business-unit").signed_in()
    address = at("workstreams:closing-page", held.pk, plan=plan_of_year.ref)
    page = unit.get(address)
    assert f"{TITLE} 0 1 undecided" in words(page)
    assert at("workstreams:decisions-page", held.pk, plan=plan.ref) in page.content.decode()
    assert unit.post(address, fill(page)).status_code == 303
    agreed = Version.objects.filter(meeting=held).agreed()
    assert {v.plan_id for v in agreed} == {plan.pk, plan_of_year.pk}
    assert soon.ratings.latest("pk").step == RatingStep.NOT_REACHED
    for each in (plan, plan_of_year):
        shown = unit.get(at("workstreams:meeting-page", held.pk, plan=each.ref))
        assert shown.context["version"].plan == each
        assert unit.get(at("reporting:minutes-page", held.pk, plan=each.ref)).status_code == 200
    listed = unit.get(at("workstreams:meetings-page"))
    assert words(listed).count(TITLE) >= 1


def test_only_the_business_unit_closes_it(beside, held, cast):
    answer = cast("dsp-council").signed_in().post(at("workstreams:closing-page", held.pk), {"label": "1.0"})
    assert answer.status_code == 403
    assert not Version.objects.filter(meeting=held).agreed().exists()


def test_a_correction_in_one_plan_is_none_of_the_other(beside, plan_of_year, held, cast):
    plan, soon, *_ = beside
    by = cast("business-unit").by
    proposal = soon.ratings.latest("pk")
    meetings.agree(measure=soon, meeting=held, level=proposal.level, by=by, seen=proposal.pk)
    meetings.close_meeting(meeting=held, plan=plan, label="1.0", changes="x", by=by)
    later()
    meetings.correct_decision(
        measure=soon,
        level=Level.objects.get(plan=plan, code="O"),
        because="Written down wrongly.",
        by=by,
        seen=soon.ratings.latest("pk").pk,
    )
    by_plan = {v.plan_id: v.corrections.count() for v in Version.objects.filter(meeting=held).agreed()}
    assert by_plan == {plan.pk: 1, plan_of_year.pk: 0}


def test_a_plan_that_becomes_current_later_is_frozen_when_the_meeting_closes(drafted, plan_of_year, cast):
    plan, *_ = drafted
    by = cast("business-unit").by
    meeting = Meeting.objects.open_for_updates().get()
    papers.issue_papers(meeting=meeting, plan=plan_of_year, label="8.0", changes="x", by=by)
    assert not Version.objects.filter(plan=plan).exists()
    planning.make_current(plan=plan, by=by)
    held = meetings.hold_meeting(meeting=meeting, present=[cast("dsp-council").post], by=by)
    meetings.close_meeting(meeting=held, plan=plan_of_year, label="8.1", changes="x", by=by)
    assert Version.objects.filter(plan=plan).agreed().count() == 1
