"""The list of meetings, and planning the next one."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from workstreams import gather
from workstreams.models import Ledger, Meeting, Receipt, Version
from workstreams.vocabulary import MeetingState

PAGE = reverse("workstreams:meetings-page")


@pytest.fixture
def unit(db, cast):
    return cast("business-unit").signed_in()


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_shows_the_next_meeting_and_how_far_its_updates_are(unit):
    page = unit.get(PAGE)
    said = words(page)
    assert "Tuesday 2 January 2024" in said
    assert "Updates close on Friday 22 December at 5pm , in 28 days." in said
    assert f"{page.context['updated']} of {page.context['known']} updated" in said
    assert 0 < page.context["updated"] < page.context["known"]


def test_a_chair_sees_how_far_their_own_are(cast, db):
    page = cast("chair-ldg").signed_in().get(PAGE)
    assert "asked of you" in words(page)
    assert page.context["known"] < cast("business-unit").signed_in().get(PAGE).context["known"]
    assert "Plan this meeting" not in words(page)


def test_shows_what_each_meeting_decided_and_the_version_it_froze(unit):
    said = words(unit.get(PAGE))
    assert re.search(r"21 November 2023 Closed 9 \d+ agreed, 1 amended, 1 deferred 1.10", said)
    assert re.search(r"10 October 2023 Closed 9 \d+ agreed, 1 amended, 1 not reached 1.9", said)
    assert "18 July 2023 Closed 4 42 agreed 1.7" in said
    version = Version.objects.get(label="1.10")
    assert f'href="{reverse("reporting:report-pdf", args=[version.pk])}"' in unit.get(PAGE).content.decode()


def test_suggests_six_weeks_on_and_eleven_days_before(unit):
    form = unit.get(PAGE).context["form"]
    assert form["held_on"].value() == date(2024, 2, 13)
    assert form["papers_close_on"].value() == date(2024, 2, 2)


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
    assert "Later meetings Tuesday 13 February 2024" in said


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
