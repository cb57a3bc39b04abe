"""A group's report to a meeting: written by its chair or on their behalf, until the papers are issued."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from workstreams.models import Group, HighlightReport, Ledger, Meeting
from workstreams.operations import meetings, papers, people
from workstreams.vocabulary import MeetingState

SAID = {
    "key_updates": "Two courses were run and people use what they learned.",
    "risks": "A trainer leaves in March.",
    "mitigating_actions": "A second trainer is being shown the course.",
    "achievements": "",
}


@pytest.fixture
def planned(db):
    return Meeting.objects.open_for_updates().get()


@pytest.fixture
def group(db, cast):
    return cast("chair-ldg").post.group


@pytest.fixture
def chair(db, cast):
    return cast("chair-ldg").signed_in()


def address(meeting, group):
    return reverse("workstreams:highlights-page", args=[meeting.pk, group.pk])


def written(meeting):
    return HighlightReport.objects.filter(meeting=meeting)


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def write(client, meeting, group, fill, **changes):
    where = address(meeting, group)
    return client.post(where, fill(client.get(where), **(SAID | changes)))


def test_the_chair_writes_it_and_it_stands_on_the_page(cast, chair, planned, group, fill):
    newest = Ledger.objects.order_by("-seq").first().seq
    answer = write(chair, planned, group, fill)
    assert (answer.status_code, answer["Location"]) == (303, address(planned, group))
    report = written(planned).get()
    assert {name: getattr(report, name) for name in SAID} == SAID
    assert (report.by, report.for_post) == (cast("chair-ldg").user, cast("chair-ldg").post)
    trace = Ledger.objects.get(seq__gt=newest, table="workstreams_highlightreport")
    assert trace.by == str(cast("chair-ldg").user.pk)
    page = chair.get(address(planned, group))
    assert "Kept: the highlight report of LDG for 2 January 2024." in words(page)
    assert page.context["form"]["key_updates"].value() == SAID["key_updates"]


def test_it_is_changed_until_the_papers_are_issued(plan, cast, chair, planned, group, fill):
    write(chair, planned, group, fill)
    write(chair, planned, group, fill, achievements="The audit was praised.")
    assert written(planned).get().achievements == "The audit was praised."
    papers.issue_papers(
        meeting=planned, plan=plan, label="2.1", changes="Papers", by=cast("business-unit").by
    )
    page = chair.get(address(planned, group))
    said = words(page)
    assert page.context["form"] is None
    assert "As it stands in the papers." in said
    assert "The audit was praised." in said
    late = chair.post(address(planned, group), SAID | {"request_id": str(uuid4()), "seen": "1"})
    assert late.status_code == 422
    assert "so its reports stay as they are" in words(late)
    assert SAID["risks"] in late.content.decode()
    assert written(planned).get().achievements == "The audit was praised."


def test_asks_for_what_is_new_and_keeps_the_rest(chair, planned, group, fill):
    page = write(chair, planned, group, fill, key_updates="")
    assert page.status_code == 422
    assert "Say what is new, and what difference it made." in words(page)
    assert SAID["risks"] in page.content.decode()
    assert not written(planned).exists()


def test_shows_both_texts_where_somebody_changed_it_since(cast, chair, planned, group, fill):
    where = address(planned, group)
    opened = fill(chair.get(where), **SAID)
    write(cast("business-unit").signed_in(), planned, group, fill, key_updates="Three courses were run.")
    page = chair.post(where, opened)
    said = words(page)
    assert page.status_code == 409
    assert "Somebody changed this report since you opened it" in said
    assert "Three courses were run." in said
    assert SAID["risks"] in page.content.decode()
    assert written(planned).get().key_updates == "Three courses were run."
    assert chair.post(where, fill(page)).status_code == 303
    assert written(planned).get().key_updates == SAID["key_updates"]


def test_the_business_unit_writes_it_on_behalf_and_the_page_says_so(cast, planned, group, fill):
    unit = cast("business-unit").signed_in()
    assert "You write it on behalf of the group" in words(unit.get(address(planned, group)))
    write(unit, planned, group, fill)
    report = written(planned).get()
    assert (report.by, report.for_post) == (cast("business-unit").user, cast("chair-ldg").post)
    assert "written on their behalf by the business unit" in words(unit.get(address(planned, group)))


def test_the_business_unit_writes_for_a_group_that_has_no_chair(cast, planned, fill):
    unit, group = cast("business-unit").signed_in(), Group.objects.get(short_name="SSAB")
    assert write(unit, planned, group, fill).status_code == 303
    assert written(planned).get().for_post == cast("business-unit").post


def test_a_deputy_signs_as_deputy(cast, planned, group, fill):
    deputy = people.invite(
        email="deputy@council.example",
        name="LDG deputy",
        post=cast("chair-ldg").post,
        starts_on=planned.held_on.replace(year=2023, month=9),
        by=cast("business-unit").by,
        kind="DEPUTY",
        password="long enough for anybody",
    )
    client = Client()
    client.force_login(deputy, backend="allauth.account.auth_backends.AuthenticationBackend")
    write(client, planned, group, fill)
    said = words(client.get(address(planned, group)))
    assert f"deputy for {cast('chair-ldg').post.title}" in said


@pytest.mark.parametrize("who", ["dsp-police", "scrutineer"])
def test_who_reads_everything_reads_it_and_does_not_write(cast, chair, planned, group, fill, who):
    write(chair, planned, group, fill)
    client = cast(who).signed_in()
    page = client.get(address(planned, group))
    assert SAID["risks"] in words(page)
    assert page.context["form"] is None
    assert client.post(address(planned, group), SAID | {"request_id": str(uuid4())}).status_code == 403


@pytest.mark.parametrize("who", ["chair-mash", "viewer"])
def test_another_group_and_partner_staff_do_not_find_it(cast, chair, planned, group, fill, who):
    write(chair, planned, group, fill)
    client = cast(who).signed_in()
    assert client.get(address(planned, group)).status_code == 404
    assert client.post(address(planned, group), SAID | {"request_id": str(uuid4())}).status_code == 404
    assert written(planned).get().key_updates == SAID["key_updates"]


def test_a_stranger_is_asked_to_sign_in(planned, group):
    assert Client().get(address(planned, group))["Location"].startswith(reverse("account_login"))


def test_a_group_that_does_not_report_to_the_meeting_has_none(cast, planned):
    for name in ("H&WB", "Executive"):
        group = Group.objects.get(short_name=name)
        assert cast("business-unit").signed_in().get(address(planned, group)).status_code == 404


def test_says_where_none_was_written(cast, planned, group):
    assert "Not written yet" in words(cast("scrutineer").signed_in().get(address(planned, group)))
    by = cast("business-unit").by
    meetings.hold_meeting(meeting=planned, present=[by.post], by=by)
    assert Meeting.objects.get(pk=planned.pk).state == MeetingState.HELD
    assert "No report was written" in words(cast("scrutineer").signed_in().get(address(planned, group)))


def test_the_same_press_again_gets_the_same_answer(chair, planned, group, fill):
    sent = fill(chair.get(address(planned, group)), **SAID)
    assert [chair.post(address(planned, group), sent).status_code for _ in range(2)] == [303, 303]
    assert written(planned).count() == 1


def test_leads_there_from_my_updates_and_from_the_desk(cast, chair, planned, group, fill):
    where = f'href="{address(planned, group)}"'
    updates, desk = reverse("workstreams:my-updates"), reverse("workstreams:meeting-page", args=[planned.pk])
    page = chair.get(updates)
    assert where in page.content.decode()
    assert "LDG has not reported to the meeting of 2 January yet" in words(page)
    assert where in cast("business-unit").signed_in().get(desk).content.decode()
    write(chair, planned, group, fill)
    assert "LDG has reported to the meeting of 2 January." in words(chair.get(updates))
    assert where not in cast("chair-mash").signed_in().get(desk).content.decode()


def test_keeps_text_as_text(chair, planned, group, fill):
    write(chair, planned, group, fill, key_updates='<ul> & "quotes" =1+1')
    page = chair.get(address(planned, group)).content.decode()
    assert "&lt;ul&gt; &amp; &quot;quotes&quot; =1+1" in page


def test_asks_the_database_little(chair, planned, group, fill, django_assert_max_num_queries):
    write(chair, planned, group, fill)
    chair.get(address(planned, group))
    with django_assert_max_num_queries(12):
        chair.get(address(planned, group))
