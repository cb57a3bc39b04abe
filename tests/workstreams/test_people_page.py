"""Who holds which post: seen and kept by the business unit alone."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.conftest import TODAY
from tests.screens import words
from workstreams.models import Post
from workstreams.operations import newest_row, people

PAGE = reverse("workstreams:people-page")
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def unit(db, cast):
    return cast("business-unit").signed_in()


def test_shows_each_post_with_its_holder_since_when(unit):
    said = words(unit.get(PAGE))
    assert "Learning and Development Group (LDG)" in said
    assert "Learning and Development Group (LDG) Subgroup, reports to Executive" in said
    assert "Chair of Learning and Development Group (LDG) LDG chair since 1 April 2023" in said
    assert "Independent Scrutineer" in said


def test_says_plainly_where_nobody_holds_a_post(unit, cast):
    people.add_post(title="Chair of Audit", kind="CHAIR", by="test")
    post = Post.objects.get(title="Chair of Audit")
    page = unit.get(PAGE)
    assert "Chair of Audit Nobody Invite somebody as Chair of Audit" in words(page)
    assert f"{reverse('workstreams:invitation-page')}?post={post.pk}" in page.content.decode()


def test_shows_deputies_and_those_who_are_coming(unit, cast):
    post = cast("chair-ldg").post
    people.invite(
        email="d@council.example",
        name="Deputy",
        post=post,
        starts_on=TODAY + timedelta(days=7),
        by=cast("business-unit").by,
        kind="DEPUTY",
    )
    assert "Deputy from 1 December 2023" in words(unit.get(PAGE))


@pytest.mark.parametrize("who", ["chair-ldg", "dsp-council", "scrutineer", "viewer"])
def test_is_not_there_for_others(db, cast, who):
    client = cast(who).signed_in()
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, {"link": cast("viewer").user.pk}).status_code == 404
    assert client.post(PAGE, {"letter": cast("viewer").user.pk}).status_code == 404


def test_leads_a_stranger_to_sign_in(db):
    assert Client().get(PAGE)["Location"].startswith(reverse("account_login"))


def test_makes_a_link_that_is_shown_once_and_kept_nowhere(unit, cast):
    user = cast("viewer").user
    answer = unit.post(PAGE, {"link": user.pk})
    assert (answer.status_code, answer["Location"]) == (303, PAGE)
    page = unit.get(PAGE)
    [link] = set(re.findall(r"http://testserver(/account/password/choose/[^\"<]+)", page.content.decode()))
    assert "Single-use link for Partner colleague" in words(page)
    key = link.rstrip("/").rpartition("/")[2]
    assert key not in str(dict(unit.session))
    assert key not in unit.get(PAGE).content.decode()
    assert "Single-use link for" not in words(unit.get(PAGE))
    assert "Choose a password" in Client().get(link, follow=True).content.decode()


def test_makes_no_link_for_somebody_without_a_post(unit, cast):
    user = cast("viewer").user
    people.end_appointment(
        appointment=user.appointments.get(), ends_on=YESTERDAY, by=cast("business-unit").by
    )
    for pk in (user.pk, 999_999, "x", ""):
        assert unit.post(PAGE, {"link": pk}).status_code == 404
    assert unit.post(PAGE, {"ends_on": "2023-11-23"}).status_code == 404


def test_a_link_that_was_made_is_a_line_in_the_log_without_its_key(unit, cast, caplog):
    with caplog.at_level("INFO"):
        unit.post(PAGE, {"link": cast("viewer").user.pk})
        page = unit.get(PAGE)
    [link] = set(re.findall(r"/account/password/choose/([^\"<]+)/", page.content.decode()))
    [line] = [record for record in caplog.records if record.getMessage() == "single-use link"]
    assert (line.user, line.link_for) == (cast("business-unit").user.pk, cast("viewer").user.pk)
    assert link not in caplog.text


def test_costs_few_queries(unit, django_assert_max_num_queries):
    unit.get(PAGE)
    with django_assert_max_num_queries(10):
        unit.get(PAGE)


def test_offers_to_hand_over_what_one_person_holds_and_to_add_groups_and_posts(unit, cast):
    html = unit.get(PAGE).content.decode()
    chair, body = cast("chair-ldg").post, Post.objects.get(kind="BODY")
    assert reverse("workstreams:handover-page", args=[chair.pk]) in html
    assert reverse("workstreams:new-group-page") in html
    assert reverse("workstreams:new-post-page") in html
    for alone in (body, cast("viewer").post):
        assert reverse("workstreams:handover-page", args=[alone.pk]) not in html
    assert "A body: the Delegated Safeguarding Partners of the group speak for it." in html


def test_says_who_was_invited_and_has_not_signed_in_and_whose_account_is_closed(unit, cast):
    by = cast("business-unit").by
    post = people.add_post(title="Chair of Audit", kind="CHAIR", by=by)
    people.invite(email="new@council.example", name="New Chair", post=post, starts_on=TODAY, by=by)
    said = words(unit.get(PAGE))
    assert "New Chair since 24 November 2023 Invited, not signed in yet Invite again: make a link" in said
    viewer = cast("viewer").user
    people.close_account(user=viewer, by=by, because="They left.", seen=newest_row(viewer))
    assert "Partner colleague since 1 April 2023 Account closed" in words(unit.get(PAGE))
    assert unit.post(PAGE, {"link": viewer.pk}).status_code == 404


def test_names_nobody_whose_appointments_have_all_ended(unit, cast):
    chair = cast("chair-arg")
    for appointment in chair.user.appointments.all():
        people.end_appointment(appointment=appointment, ends_on=YESTERDAY, by=cast("business-unit").by)
    said = words(unit.get(PAGE)).replace("&amp;", "&")
    assert "ARG chair" not in said
    assert "A former holder of Chair of the Assurance & Review Group (ARG) , until 23 November 2023" in said


def test_shows_what_has_ended_apart(unit, cast):
    by = cast("business-unit").by
    group = people.add_group(name="Heatwave Group", kind="TASK_AND_FINISH", by=by)
    post = people.add_post(title="Chair of Heatwave Group", kind="CHAIR", group=group, by=by)
    assert "Heatwave Group Task and finish group" in words(unit.get(PAGE))
    people.end_group(group=group, ends_on=YESTERDAY, by=by, because="Done.", seen=newest_row(group))
    said = words(unit.get(PAGE))
    assert "What has ended Heatwave Group , ended 23 November 2023 Chair of Heatwave Group , ended" in said
    assert said.count(post.title) == 1


def test_sends_the_link_again_by_email_where_that_is_set_up(unit, cast, settings):
    assert unit.post(PAGE, {"letter": cast("viewer").user.pk}).status_code == 404
    settings.EMAIL_IS_SET_UP = True
    assert unit.post(PAGE, {"letter": cast("viewer").user.pk}).status_code == 303
    [letter] = mail.outbox
    assert letter.to == ["viewer@demonstration.example"]
    link = re.search(r"http://testserver(\S+)", letter.body)[1]
    assert "Choose a password" in Client().get(link, follow=True).content.decode()
    page = unit.get(PAGE)
    assert "A single-use link is sent to viewer@demonstration.example." in words(page)
    assert "Single-use link for" not in words(page)
