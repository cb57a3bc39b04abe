"""The list of meetings, and planning the next one."""

import re
from datetime import date
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from workstreams import gather
from workstreams.models import Ledger, Meeting, Receipt, Version
from workstreams.operations import meetings
from workstreams.vocabulary import MeetingState

PAGE = reverse("workstreams:meetings-page")


@pytest.fixture
def unit(db, cast):
    return cast("business-unit").signed_in()


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def progress(page):
    """How far the updates of the one plan are."""
    (group,) = page.context["groups"]
    ((_, told),) = group.progress
    return told


def test_shows_the_next_meeting_and_how_far_its_updates_are(unit):
    page = unit.get(PAGE)
    said = words(page)
    assert "Tuesday 2 January 2024" in said
    assert "Updates close on Friday 22 December at 5pm , in 28 days." in said
    told = progress(page)
    assert f"{told['updated']} of {told['known']} updated" in said
    assert 0 < told["updated"] < told["known"]


def test_a_chair_sees_how_far_their_own_are(cast, db):
    page = cast("chair-ldg").signed_in().get(PAGE)
    assert "asked of you" in words(page)
    assert progress(page)["known"] < progress(cast("business-unit").signed_in().get(PAGE))["known"]
    assert "Plan this meeting" not in words(page)


def test_shows_what_each_meeting_decided_and_the_version_it_froze(unit):
    page = unit.get(PAGE)
    agreed = {v.meeting.held_on.isoformat(): v for v in Version.objects.agreed().frozen()}
    for day, row in (
        ("2023-11-21", r"21 November 2023 Regular Closed 42 days 9 \d+ agreed, 1 amended, 1 deferred"),
        ("2023-10-10", r"10 October 2023 Regular Closed 42 days 9 \d+ agreed, 1 amended, 1 not reached"),
        ("2023-07-18", r"18 July 2023 Regular Closed – 4 42 agreed"),
    ):
        assert re.search(rf"{row} {re.escape(agreed[day].label)} ?,", words(page)), day
        report = reverse("reporting:report-pdf", args=[agreed[day].pk])
        assert f'href="{report}"' in page.content.decode()


def test_suggests_six_weeks_on_and_eleven_days_before(unit):
    form = unit.get(PAGE).context["form"]
    assert form["held_on"].value() == date(2024, 2, 13)
    assert form["papers_close_on"].value() == date(2024, 2, 2)
    assert "Six weeks on, a Tuesday. Change it as you need." in words(unit.get(PAGE))


@pytest.mark.parametrize("written", ["2024-02-13", "13/02/2024", "13 February 2024", " 13  Feb 2024 "])
def test_plans_the_meeting(unit, fill, cast, written):
    newest = Ledger.objects.order_by("-seq").first().seq
    answer = unit.post(PAGE, fill(unit.get(PAGE), held_on=written, papers_close_on="2 February 2024"))
    assert (answer.status_code, answer["Location"]) == (303, PAGE)
    meeting = Meeting.objects.get(held_on=date(2024, 2, 13))
    assert f"{meeting.papers_close_at.astimezone(gather.LONDON):%-d %B %Y %H:%M}" == "2 February 2024 17:00"
    trace = Ledger.objects.get(seq__gt=newest, table="workstreams_meeting")
    assert trace.by == str(cast("business-unit").user.pk)
    said = words(unit.get(PAGE))
    assert "Planned: the Executive meets on Tuesday 13 February 2024." in said
    assert re.search(r"13 February 2024 Regular Planned 42 days 2.1 , 3.2 , 4.2", said)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"held_on": ""}, "Fill in “Day of the meeting”"),
        ({"held_on": "soon"}, "Write the day as a date"),
        ({"held_on": "0024-02-13"}, "Give the year in full"),
        ({"held_on": "2023-11-01"}, "That day has passed"),
        ({"held_on": "2024-01-02", "papers_close_on": "2023-12-22"}, "already meets on 2 January 2024"),
        ({"papers_close_on": "2024-02-20"}, "on or before the day of the meeting"),
    ],
)
def test_a_day_that_will_not_do_plans_nothing_and_says_why(unit, fill, changes, sentence):
    before = Meeting.objects.count()
    page = unit.post(PAGE, fill(unit.get(PAGE), **changes))
    assert page.status_code == 422
    assert sentence in words(page)
    assert "<title>Error: Meetings" in page.content.decode()
    for name, value in changes.items():
        assert page.context["form"][name].value() == value
    assert Meeting.objects.count() == before
    assert not Receipt.objects.exists()


def test_a_double_click_plans_one_meeting(unit, fill):
    sent = fill(unit.get(PAGE))
    before = Meeting.objects.count()
    assert [unit.post(PAGE, sent).status_code for _ in range(2)] == [303, 303]
    assert Meeting.objects.count() == before + 1


def test_a_used_form_with_another_day_is_refused(unit, fill):
    sent = fill(unit.get(PAGE))
    unit.post(PAGE, sent)
    page = unit.post(PAGE, sent | {"held_on": "2024-02-20"})
    assert page.status_code == 409
    assert "was sent before" in words(page)
    assert not Meeting.objects.filter(held_on=date(2024, 2, 20)).exists()


@pytest.mark.parametrize("who", ["chair-ldg", "dsp-police", "scrutineer"])
def test_nobody_else_plans_a_meeting(cast, unit, fill, who):
    sent = fill(unit.get(PAGE))
    before = Meeting.objects.count()
    assert cast(who).signed_in().post(PAGE, sent).status_code == 403
    assert Meeting.objects.count() == before


def test_partner_staff_do_not_find_it(cast, db):
    assert cast("viewer").signed_in().get(PAGE).status_code == 404


def test_a_stranger_is_asked_to_sign_in():
    assert Client().get(PAGE)["Location"].startswith(reverse("account_login"))


def test_says_where_no_meeting_is_planned(unit, cast):
    meeting = Meeting.objects.open_for_updates().get()
    unit.post(
        reverse("workstreams:meeting-page", args=[meeting.pk]),
        {"present": [cast("dsp-police").post.pk], "request_id": "7f1b1e64-0a0c-4f2b-8f5e-3b7d0d6a9e11"},
    )
    assert Meeting.objects.get(pk=meeting.pk).state == MeetingState.HELD
    said = words(unit.get(PAGE))
    assert "No meeting is planned" in said
    assert "In session: Friday 24 November 2023" in said


def test_asks_the_database_little_however_many_meetings(unit, django_assert_max_num_queries):
    unit.get(PAGE)
    with django_assert_max_num_queries(14):
        unit.get(PAGE)


# ---- the calendar


def plan(client, fill, **changes):
    return client.post(PAGE, fill(client.get(PAGE), **changes))


def test_warns_in_words_where_meetings_are_more_than_six_weeks_apart(unit, fill):
    assert "More than 42 days" not in words(unit.get(PAGE))
    plan(unit, fill, held_on="2024-02-27")
    said = words(unit.get(PAGE))
    assert "More than 42 days between meetings" in said
    assert "56 days lie between the meetings of 2 January 2024 and 27 February 2024: more than 42." in said
    assert re.search(r"27 February 2024 Regular Planned 56 days, more than 42", said)
    assert "At risk. It is reported 56 days after 2 January 2024, not six weeks." in said


def test_warns_where_none_is_planned(unit, cast):
    meeting = Meeting.objects.open_for_updates().get()
    meetings.cancel_meeting(meeting=meeting, because="Snow.", by=cast("business-unit").by)
    said = words(unit.get(PAGE))
    assert (
        "No regular meeting is planned after 21 November 2023. Six weeks from it is 2 January 2024." in said
    )
    assert "At risk. No meeting is planned to report it to." in said


def test_no_report_falls_to_a_meeting_that_has_begun_today(unit, cast):
    assert "2 January 2024 Q3 2023/24" in words(unit.get(PAGE))
    meeting = Meeting.objects.open_for_updates().get()
    by = cast("business-unit").by
    meetings.hold_meeting(meeting=meeting, present=[by.post], by=by)
    duties = [duty for _, duty in unit.get(PAGE).context["duties"]]
    assert duties
    assert not any(duty.falls_to for duty in duties)


def test_shows_which_report_falls_to_which_meeting(cast, db):
    said = words(cast("chair-ldg").signed_in().get(PAGE))
    assert re.search(r"2 January 2024 Regular Planned 42 days 2.1 , 2.2 \(Q3 2023/24\) , 3.2", said)
    assert re.search(r"2.2 .*? Chair of DAPB Every quarter 2 January 2024 Q3 2023/24 No", said)


def test_plans_an_extraordinary_meeting_that_leaves_the_next_one_next(unit, fill):
    answer = plan(unit, fill, kind="EXTRAORDINARY", held_on="2023-12-05", papers_close_on="")
    assert answer.status_code == 303
    meeting = Meeting.objects.get(held_on=date(2023, 12, 5))
    assert (meeting.kind, meeting.papers_close_at.astimezone(gather.LONDON).date()) == (
        "EXTRAORDINARY",
        meeting.held_on,
    )
    page = unit.get(PAGE)
    said = words(page)
    assert "an extraordinary meeting." in said
    assert re.search(r"5 December 2023 Extraordinary Planned – –", said)
    assert page.context["groups"][0].next.held_on == date(2024, 1, 2)
    assert page.context["groups"][0].gaps == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"papers_close_on": ""}, "Fill in “Last day for updates”"),
        ({"kind": "PARTY"}, "Choose"),
        ({"kind": "BETWEEN_MEETINGS"}, "Choose"),
    ],
)
def test_a_kind_that_will_not_do_plans_nothing(unit, fill, changes, sentence):
    before = Meeting.objects.count()
    page = plan(unit, fill, **changes)
    assert page.status_code == 422
    assert sentence in words(page)
    assert Meeting.objects.count() == before


def test_a_cancelled_meeting_stays_listed_with_its_reason(unit, cast):
    meeting = Meeting.objects.open_for_updates().get()
    meetings.cancel_meeting(meeting=meeting, because="The chair is ill.", by=cast("business-unit").by)
    said = words(unit.get(PAGE))
    assert "What had been sent for them went on to the next meeting." in said
    assert "2 January 2024 Regular The chair is ill." in said


# ---- a decision between meetings


def between(client, present, **sent):
    return client.post(PAGE, {"between-request_id": str(uuid4()), "between-present": present} | sent)


def test_begins_a_decision_between_meetings_with_those_who_take_part(unit, cast):
    present = [cast("dsp-police").post.pk, cast("dsp-health").post.pk]
    answer = between(unit, present)
    meeting = Meeting.objects.get(kind="BETWEEN_MEETINGS")
    assert (answer.status_code, answer["Location"]) == (
        303,
        reverse("workstreams:decisions-page", args=[meeting.pk]),
    )
    assert meeting.state == MeetingState.HELD
    assert sorted(meeting.present.values_list("pk", flat=True)) == sorted(present)
    said = words(unit.get(PAGE))
    assert "A decision between meetings has begun and is not closed yet." in said
    assert "Decide between meetings For the one thing" not in said


def test_needs_somebody_who_takes_part(unit):
    page = between(unit, [])
    assert page.status_code == 422
    assert "Say who takes part" in words(page)
    assert "<title>Error: Meetings" in page.content.decode()
    assert not Meeting.objects.filter(kind="BETWEEN_MEETINGS").exists()


def test_begins_none_while_a_meeting_is_in_session(unit, cast):
    by = cast("business-unit").by
    meetings.hold_meeting(meeting=Meeting.objects.open_for_updates().get(), present=[by.post], by=by)
    page = between(unit, [cast("dsp-police").post.pk])
    assert page.status_code == 422
    assert "is still in session" in words(page)


@pytest.mark.parametrize("who", ["chair-ldg", "dsp-police", "scrutineer"])
def test_nobody_else_begins_one(cast, db, who):
    assert between(cast(who).signed_in(), [cast("dsp-police").post.pk]).status_code == 403
    assert not Meeting.objects.filter(kind="BETWEEN_MEETINGS").exists()
