"""Who holds which post: seen and kept by the business unit alone."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import TODAY
from workstreams import gather
from workstreams.models import Appointment, Ledger, Post
from workstreams.operations import people

PAGE = reverse("workstreams:people-page")


@pytest.fixture
def unit(db, cast):
    return cast("business-unit").signed_in()


def held(cast, who):
    return cast(who).user.appointments.order_by("pk").first()


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


@pytest.fixture
def end(cast, fill):
    """Ask to end somebody's appointment, and answer with this last day."""

    def act(client, who, ends_on, **changes):
        address = f"{PAGE}?end={held(cast, who).pk}"
        page = client.get(address)
        return client.post(address, fill(page, ends_on=ends_on, **changes))

    return act


def test_shows_each_post_with_its_holder_since_when(unit):
    said = words(unit.get(PAGE))
    assert "Learning and Development Group (LDG)" in said
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
def test_is_not_there_for_others(db, cast, who, end):
    client = cast(who).signed_in()
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, {"link": cast("viewer").user.pk}).status_code == 404
    answer = client.post(f"{PAGE}?end={held(cast, 'viewer').pk}", {"ends_on": "2023-11-23"})
    assert answer.status_code == 404
    assert not Appointment.objects.exclude(ends_on=None).exists()


def test_leads_a_stranger_to_sign_in(db):
    assert Client().get(PAGE)["Location"].startswith(reverse("account_login"))


def test_asks_before_an_appointment_ends(unit, cast):
    page = unit.get(f"{PAGE}?end={held(cast, 'chair-ldg').pk}")
    assert "When does this appointment end?" in words(page)
    assert "LDG chair , Chair of Learning and Development Group (LDG), since 1 April 2023" in words(page)


def test_ends_an_appointment_and_leaves_its_trace(unit, cast, end):
    newest = Ledger.objects.order_by("-seq").first().seq
    answer = end(unit, "chair-ldg", "30 November 2023")
    assert (answer.status_code, answer["Location"]) == (303, PAGE)
    assert held(cast, "chair-ldg").ends_on == date(2023, 11, 30)
    from workstreams.operations import settle

    settle()
    trace = Ledger.objects.get(seq__gt=newest, table="workstreams_appointment")
    assert (trace.after["ends_on"], trace.by) == ("2023-11-30", str(cast("business-unit").user.pk))
    said = words(unit.get(PAGE))
    assert (
        "LDG chair is appointed to Chair of Learning and Development Group (LDG) until 30 November 2023"
        in said
    )


def test_access_ends_on_the_next_request(unit, cast, end, measure_at):
    chair = cast("chair-ldg").signed_in()
    address = reverse("workstreams:measure-page", args=[measure_at("4.1#1").pk])
    assert chair.get(address).status_code == 200
    end(unit, "chair-ldg", (gather.today() - timedelta(days=1)).isoformat())
    assert chair.get(address).status_code == 404
    assert chair.get(reverse("workstreams:my-updates")).status_code == 404
    assert "You hold no post today" in chair.get("/").content.decode()


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("", "Fill in “Last day”"),
        ("soon", "Write the day as a date"),
        ("1 March 2023", "An appointment ends on or after the day it starts."),
    ],
)
def test_a_bad_day_ends_nothing_and_says_why(unit, cast, end, day, why):
    before = Ledger.objects.count()
    page = end(unit, "chair-ldg", day)
    assert page.status_code == 422
    assert why in page.content.decode()
    assert f'value="{day}"' in page.content.decode() or not day
    assert "Error: People" in page.content.decode()
    assert held(cast, "chair-ldg").ends_on is None
    assert Ledger.objects.count() == before


def test_the_same_answer_twice_ends_it_once(unit, cast, fill):
    address = f"{PAGE}?end={held(cast, 'chair-ldg').pk}"
    sent = fill(unit.get(address), ends_on="2023-11-30")
    assert [unit.post(address, sent).status_code for _ in range(2)] == [303, 303]
    assert unit.post(address, sent | {"ends_on": "2023-12-01"}).status_code == 409
    assert held(cast, "chair-ldg").ends_on == date(2023, 11, 30)


def test_the_last_of_the_business_unit_stays(unit, cast, end):
    page = end(unit, "business-unit", "30 November 2023")
    assert page.status_code == 422
    assert "Appoint somebody else to the business unit first" in page.content.decode()
    assert held(cast, "business-unit").ends_on is None


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


def test_makes_no_link_for_somebody_without_a_post(unit, cast, end):
    user = cast("viewer").user
    end(unit, "viewer", "2023-11-23")
    for pk in (user.pk, 999_999, "x", ""):
        assert unit.post(PAGE, {"link": pk}).status_code == 404


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
