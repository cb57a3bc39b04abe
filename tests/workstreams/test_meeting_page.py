"""One meeting: who has updated for it, who was there, what it decided."""

import re
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import TODAY
from workstreams.models import Attendance, Ledger, Meeting, Version
from workstreams.operations import meetings, papers, ratings
from workstreams.vocabulary import MeetingState


@pytest.fixture
def planned(db):
    return Meeting.objects.open_for_updates().get()


@pytest.fixture
def closed(db):
    return Meeting.objects.get(held_on="2023-11-21")


def address(meeting):
    return reverse("workstreams:meeting-page", args=[meeting.pk])


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def row_of(page, post):
    return next(line.row for line in page.context["lines"] if line.title == post.title)


# ---- before it


def test_shows_by_post_who_has_updated_and_what_is_missing(cast, planned, measure_at):
    page = cast("business-unit").signed_in().get(address(planned))
    row = row_of(page, cast("chair-ldg").post)
    said = words(page)
    assert f"{row.updated} of {len(row.items)}" in said
    assert 0 < row.updated < len(row.items)
    missing = row.missing[0]
    assert missing.name[:60] in said
    here = reverse("workstreams:measure-page", args=[missing.measure.id])
    assert f'href="{here}#update"' in page.content.decode()
    assert "Send on behalf" in said


def test_every_measure_that_is_asked_stands_with_one_post(cast, planned):
    page = cast("business-unit").signed_in().get(address(planned))
    listed = [item.measure.id for line in page.context["lines"] for item in line.row.items]
    assert sorted(listed) == sorted(m.id for m in page.context["picture"].measures if m.asked)


def test_the_business_unit_copies_a_reminder_with_its_address(cast, planned):
    page = cast("business-unit").signed_in().get(address(planned))
    row = row_of(page, cast("chair-ldg").post)
    wanted = (
        f"{cast('chair-ldg').post.title}: the Executive meets on Tuesday 2 January 2024."
        f" {len(row.missing)} of your measures still need an update by Friday 22 December at 5pm:"
        " http://testserver/updates/"
    )
    assert f'data-copy="{wanted}"' in page.content.decode()


@pytest.mark.parametrize("who", ["dsp-health", "scrutineer"])
def test_who_sees_everything_sees_all_of_it_and_does_not_remind(cast, planned, who):
    page = cast(who).signed_in().get(address(planned))
    assert all(line.row.is_known for line in page.context["lines"])
    for act in ("Copy reminder", "Remind", "Send on behalf", "Return", "Begin the meeting", "Cancel"):
        assert act not in words(page)


def test_a_chair_sees_their_own_and_a_dash_for_the_others(cast, planned, measure_at):
    proposal = ratings.standing_proposal(measure_at("2.2#4"))  # of another group
    page = cast("chair-ldg").signed_in().get(address(planned))
    assert row_of(page, cast("chair-ldg").post).is_known
    assert not row_of(page, cast("chair-dapb").post).is_known
    assert "Shown in the papers when they are issued" in words(page)
    assert proposal.words[:40] not in page.content.decode()


# ---- the business unit's desk


def test_shows_what_is_missing_by_workstream_too(cast, planned):
    client = cast("business-unit").signed_in()
    by_post = client.get(address(planned))
    by_workstream = client.get(address(planned) + "?by=workstream")
    lines = by_workstream.context["lines"]
    assert [line.title for line in lines] == [f"Workstream {n}" for n in range(1, 7)]
    assert sum(len(line.row.items) for line in lines) == sum(
        len(line.row.items) for line in by_post.context["lines"]
    )
    region = client.get(address(planned) + "?by=workstream", headers={"HX-Request": "true"})
    assert region.content.decode().lstrip().startswith('<div id="asked">')
    assert "What came in" not in words(region)


def test_shows_what_came_in_and_where_it_stands(cast, planned, measure_at):
    client, measure = cast("business-unit").signed_in(), measure_at("2.1#3")
    page = client.get(address(planned))
    came = {c.placed.measure.id: c for c in page.context["came"]}
    assert set(came) == {m.id for m in page.context["picture"].measures if m.proposal}
    assert came[measure.pk].can_be_returned
    returning = reverse("workstreams:returning-page", args=[planned.pk])
    assert f'href="{returning}?measure={measure.pk}"' in page.content.decode()
    assert f'href="{returning}?post={cast("chair-mash").post.pk}"' in page.content.decode()
    latest = measure.ratings.order_by("-pk").first()
    ratings.return_update(
        measure=measure, because="Say which audits.", by=cast("business-unit").by, seen=latest.pk
    )
    said = words(client.get(address(planned)))
    assert re.search(r"Returned 24 November, \d+:\d\d: Say which audits\.", said)
    assert "Returned 24 November: Say which audits." in said


def test_a_chair_sees_only_what_their_own_groups_sent(cast, planned):
    page = cast("chair-ldg").signed_in().get(address(planned))
    named = cast("chair-ldg").person.post_ids
    assert all(c.placed.action.post_ids & named for c in page.context["came"])
    assert "Return" not in words(page)
    assert [r.group for r in page.context["reports"]] == [cast("chair-ldg").post.group]


def test_lists_complete_measures_whose_impact_is_not_accepted(cast, planned):
    page = cast("business-unit").signed_in().get(address(planned))
    waiting = page.context["impact"]
    assert waiting
    assert all(item.measure.is_complete for item in waiting)
    assert f"Complete, impact not accepted ( {len(waiting)} )".replace("( ", "(").replace(" )", ")") in words(
        page
    )


def test_reminds_one_post_and_says_what_came_of_it(cast, planned, settings):
    settings.EMAIL_IS_SET_UP = settings.EMAIL_IS_SHOWN = False
    client = cast("business-unit").signed_in()
    sent = {"remind-request_id": str(uuid4()), "remind-post": cast("chair-ldg").post.pk}
    answer = client.post(address(planned), sent)
    assert (answer.status_code, answer["Location"]) == (303, address(planned))
    assert "E-mail is not set up here: copy the reminder instead." in words(client.get(address(planned)))


def test_reminds_all_by_e_mail(cast, planned, settings, mailoutbox):
    settings.EMAIL_IS_SET_UP = True
    client = cast("business-unit").signed_in()
    answer = client.post(address(planned), {"remind-request_id": str(uuid4()), "remind-post": ""})
    assert answer.status_code == 303
    assert cast("chair-ldg").user.email in {to for mail in mailoutbox for to in mail.to}
    assert "Reminded: " in words(client.get(address(planned)))


def test_a_second_reminder_on_one_day_is_not_said_to_be_done(cast, planned, settings):
    settings.EMAIL_IS_SET_UP = True
    client, post = cast("business-unit").signed_in(), cast("chair-ldg").post.pk
    for said, level in (("Reminded: ", "success"), ("Already had an e-mail today: ", "warning")):
        client.post(address(planned), {"remind-request_id": str(uuid4()), "remind-post": post})
        first, *_ = client.get(address(planned)).context["messages"]
        assert str(first).startswith(said)
        assert first.level_tag == level


def test_a_post_that_is_not_there_is_not_reminded(cast, planned):
    client = cast("business-unit").signed_in()
    page = client.post(address(planned), {"remind-request_id": str(uuid4()), "remind-post": "999999"})
    assert page.status_code == 422
    assert "That post is no longer there." in words(page)


# ---- it is not held


def cancel(client, meeting, because="The chair is ill.", **sent):
    return client.post(
        address(meeting), {"cancel-request_id": str(uuid4()), "cancel-because": because} | sent
    )


def test_is_cancelled_with_a_reason_that_everybody_reads(cast, planned):
    answer = cancel(cast("business-unit").signed_in(), planned)
    assert (answer.status_code, answer["Location"]) == (303, reverse("workstreams:meetings-page"))
    planned.refresh_from_db()
    assert planned.state == MeetingState.CANCELLED
    trace = Ledger.objects.filter(table="workstreams_meeting").order_by("-seq").first()
    assert (trace.because, trace.by) == ("The chair is ill.", str(cast("business-unit").user.pk))
    for who in ("business-unit", "chair-ldg"):
        said = words(cast(who).signed_in().get(address(planned)))
        assert "Cancelled: The chair is ill." in said
        assert "goes on to the next meeting that is planned" in said
        assert "Begin the meeting" not in said


def test_is_not_cancelled_without_a_reason(cast, planned):
    page = cancel(cast("business-unit").signed_in(), planned, because=" ")
    assert page.status_code == 422
    assert "Say why the meeting is cancelled." in words(page)
    planned.refresh_from_db()
    assert planned.state == MeetingState.PLANNED


def test_is_not_cancelled_once_it_has_begun_or_its_papers_are_out(plan, cast, planned):
    client, by = cast("business-unit").signed_in(), cast("business-unit").by
    papers.issue_papers(meeting=planned, plan=plan, label="2.1", changes="Papers", by=by)
    page = cancel(client, planned)
    assert page.status_code == 422
    assert "Withdraw them, saying why, then cancel it." in words(page)
    meetings.hold_meeting(meeting=planned, present=[by.post], by=by)
    page = cancel(client, planned)
    assert page.status_code == 422
    assert "This meeting has begun, so it cannot be cancelled." in words(page)


@pytest.mark.parametrize("who", ["chair-ldg", "dsp-police", "scrutineer"])
def test_nobody_else_cancels_or_reminds(cast, planned, who):
    client = cast(who).signed_in()
    assert cancel(client, planned).status_code == 403
    assert client.post(address(planned), {"remind-request_id": str(uuid4())}).status_code == 403
    planned.refresh_from_db()
    assert planned.state == MeetingState.PLANNED


# ---- meetings that ask nobody


@pytest.fixture
def extraordinary(plan, cast):
    return meetings.plan_meeting(
        group=plan.deciding_group,
        held_on=date(2023, 12, 5),
        papers_close_at=datetime(2023, 12, 5, 17, tzinfo=UTC),
        by=cast("business-unit").by,
        kind="EXTRAORDINARY",
    )


def test_an_extraordinary_meeting_lists_what_stands_and_nobody_as_not_updated(cast, extraordinary):
    page = cast("business-unit").signed_in().get(address(extraordinary))
    said = words(page)
    assert "Extraordinary Executive meeting, 5 December 2023" in said
    assert "What it can decide" in said
    assert "Still missing" not in said
    assert len(page.context["agenda"].to_decide) == sum(
        m.proposal is not None for m in page.context["picture"].measures
    )
    assert not page.context["agenda"].not_updated
    chair = words(cast("chair-ldg").signed_in().get(address(extraordinary)))
    assert "What it can decide" not in chair


def test_an_extraordinary_meeting_offers_no_papers(cast, extraordinary):
    client = cast("business-unit").signed_in()
    page = client.get(address(extraordinary))
    there = reverse("workstreams:papers-page", args=[extraordinary.pk])
    assert there not in page.content.decode()
    assert [stage.word for stage in page.context["stages"]] == ["Planned", "In session", "Closed"]
    assert client.get(there)["Location"] == address(extraordinary)


def test_a_decision_between_meetings_says_what_it_has_decided(plan, cast, planned, measure_at):
    by = cast("business-unit").by
    meeting = meetings.decide_between_meetings(
        group=plan.deciding_group, present=[cast("dsp-police").post], by=by
    )
    measure = measure_at("2.1#3")
    proposal = ratings.standing_proposal(measure)
    meetings.agree(measure=measure, meeting=meeting, level=proposal.level, by=by, seen=proposal.pk)
    client = cast("business-unit").signed_in()
    said = words(client.get(address(meeting)))
    assert "Decision between meetings, 24 November 2023" in said
    assert "The decision is under way: 1 decided." in said
    meetings.close_meeting(meeting=meeting, plan=plan, label="2.1", changes="One decision", by=by)
    page = client.get(address(meeting))
    assert "Closed. What was agreed stands as version 2.1" in words(page)
    assert len(page.context["agenda"].decided) == 1
    assert "Not updated for this meeting" not in words(page)


# ---- its beginning


def begin(client, meeting, **sent):
    return client.post(address(meeting), {"request_id": str(uuid4())} | sent)


def test_says_that_a_meeting_begun_early_is_recorded_as_held_today(cast, planned):
    said = words(cast("business-unit").signed_in().get(address(planned)))
    assert "If it begins now it is recorded as held today, 24 November 2023, and" in said


def test_begins_with_those_present_and_goes_on_to_the_decisions(cast, planned):
    present = [cast(key).post.pk for key in ("dsp-police", "scrutineer")]
    newest = Ledger.objects.order_by("-seq").first().seq
    answer = begin(cast("business-unit").signed_in(), planned, present=present)
    assert (answer.status_code, answer["Location"]) == (
        303,
        reverse("workstreams:decisions-page", args=[planned.pk]),
    )
    planned.refresh_from_db()
    assert (planned.state, planned.held_on) == (MeetingState.HELD, TODAY)
    assert sorted(Attendance.objects.filter(meeting=planned).values_list("post", flat=True)) == sorted(
        present
    )
    traces = Ledger.objects.filter(seq__gt=newest)
    assert {t.table for t in traces} == {"workstreams_meeting", "workstreams_attendance"}
    assert {t.by for t in traces} == {str(cast("business-unit").user.pk)}


@pytest.mark.parametrize(
    ("present", "sentence"), [([], "Say who was there"), (["999999"], "can no longer be chosen")]
)
def test_does_not_begin_without_anybody_who_could_be_there(cast, planned, present, sentence):
    page = begin(cast("business-unit").signed_in(), planned, present=present)
    assert page.status_code == 422
    assert sentence in words(page)
    planned.refresh_from_db()
    assert planned.state == MeetingState.PLANNED


def test_begins_once(cast, planned):
    client, present = cast("business-unit").signed_in(), [cast("dsp-police").post.pk]
    begin(client, planned, present=present)
    page = begin(client, planned, present=present)
    assert page.status_code == 422
    assert "This meeting has begun, so it does not begin." in words(page)
    assert Attendance.objects.filter(meeting=planned).count() == 1


def test_the_same_press_again_gets_the_same_answer(cast, planned):
    client = cast("business-unit").signed_in()
    sent = {"present": [cast("dsp-police").post.pk], "request_id": str(uuid4())}
    assert [client.post(address(planned), sent).status_code for _ in range(2)] == [303, 303]


@pytest.mark.parametrize("who", ["chair-ldg", "dsp-police", "scrutineer"])
def test_nobody_else_begins_it(cast, planned, who):
    answer = begin(cast(who).signed_in(), planned, present=[cast("dsp-police").post.pk])
    assert answer.status_code == 403
    planned.refresh_from_db()
    assert planned.state == MeetingState.PLANNED


def test_partner_staff_and_strangers_do_not_find_it(cast, planned):
    assert cast("viewer").signed_in().get(address(planned)).status_code == 404
    assert Client().get(address(planned))["Location"].startswith(reverse("account_login"))
    assert cast("business-unit").signed_in().get("/meetings/999999/").status_code == 404


def test_in_session_it_leads_to_the_decisions_those_who_may_follow_them(cast, planned):
    meetings.hold_meeting(meeting=planned, present=[cast("dsp-police").post], by=cast("business-unit").by)
    leads = reverse("workstreams:decisions-page", args=[planned.pk])
    for who, follows in (
        ("business-unit", True),
        ("dsp-police", True),
        ("scrutineer", True),
        ("chair-ldg", False),
    ):
        page = cast(who).signed_in().get(address(planned))
        assert (f'href="{leads}"' in page.content.decode()) is follows, who
        assert cast("dsp-police").post.title in words(page)


# ---- after it


def test_shows_what_a_closed_meeting_decided_with_reasons_and_records(cast, closed, measure_at):
    page = cast("business-unit").signed_in().get(address(closed))
    said = words(page)
    label = Version.objects.agreed().get(meeting=closed).label
    assert f"Closed. What was agreed stands as version {label}" in said
    assert "Amended. The voice of the child is well under" in said
    assert "Deferred Amber stands The board's own minute" in said.replace("&#x27;", "'")
    decided = measure_at("2.1#3").ratings.get(meeting=closed, step="AGREED")
    record = Ledger.objects.get(table="workstreams_rating", row=str(decided.pk))
    assert reverse("workstreams:record-page", args=[record.seq]) in page.content.decode()
    for attendance in closed.attendances.select_related("post"):
        assert attendance.post.title.replace("'", "&#x27;") in page.content.decode()


def test_only_the_business_unit_goes_on_to_make_its_pack(cast, closed):
    version = Version.objects.agreed().get(meeting=closed)
    leads = f'href="{reverse("reporting:pack-page", args=[version.pk])}"'
    assert leads in cast("business-unit").signed_in().get(address(closed)).content.decode()
    assert leads not in cast("scrutineer").signed_in().get(address(closed)).content.decode()


def test_the_first_meeting_agreed_all_of_the_plan(cast, db):
    first = Meeting.objects.order_by("held_on").first()
    page = cast("scrutineer").signed_in().get(address(first))
    assert len(page.context["agenda"].agreed) == 42
    assert not page.context["agenda"].amended


def test_a_closed_meeting_stays_as_it_was_frozen(cast, closed, measure_at, planned):
    measure, unit = measure_at("2.1#3"), cast("business-unit").by
    client = cast("business-unit").signed_in()
    before = words(client.get(address(closed))).partition("What was decided")[2]
    meeting = meetings.hold_meeting(meeting=planned, present=[unit.post], by=unit)
    proposal = ratings.standing_proposal(measure)
    meetings.agree(measure=measure, meeting=meeting, level=proposal.level, by=unit, seen=proposal.pk)
    assert words(client.get(address(closed))).partition("What was decided")[2] == before


def test_a_chair_reads_what_was_decided_and_no_other_groups_proposal(cast, closed):
    page = cast("chair-arg").signed_in().get(address(closed))
    agenda = page.context["agenda"]
    assert agenda.agreed
    named = cast("chair-arg").person.post_ids
    assert not any(item.proposed for item in agenda if not item.placed.action.post_ids & named)
    assert "Proposals of other groups are not shown here: the papers hold them." in words(page)
    assert "The board's own minute" not in words(page).replace(
        "&#x27;", "'"
    )  # deferred: it is a proposal still


def test_asks_the_database_little(cast, planned, closed, django_assert_max_num_queries):
    client = cast("business-unit").signed_in()
    for meeting in (planned, closed):
        client.get(address(meeting))
        with django_assert_max_num_queries(15):
            client.get(address(meeting))
