"""The front page leads each to their work; a demonstration lets a visitor stand in for somebody."""

import re
from datetime import timedelta

import psycopg
import pytest
from django.test import Client
from django.urls import reverse

from workstreams import gather
from workstreams.models import Ledger, Meeting, User
from workstreams.operations import people
from workstreams.views import navigation

HOME = reverse("workstreams:home")
STAND_IN = reverse("workstreams:stand-in")
SIGN_IN = reverse("account_login")


@pytest.mark.parametrize(
    ("who", "page"),
    [
        ("chair-ldg", "workstreams:my-updates"),
        ("dsp-health", "workstreams:my-updates"),
        ("scrutineer", "workstreams:history-page"),
        ("viewer", "workstreams:current-plan"),
    ],
)
def test_leads_each_to_their_first_page(db, cast, who, page):
    answer = cast(who).signed_in().get(HOME)
    assert (answer.status_code, answer["Location"]) == (302, reverse(page))


def test_leads_the_business_unit_to_the_next_meeting(plan, cast):
    answer = cast("business-unit").signed_in().get(HOME)
    meeting = Meeting.objects.next_of(plan.deciding_group)
    assert answer["Location"] == reverse("workstreams:meeting-page", args=[meeting.pk])


def test_leads_the_business_unit_to_all_meetings_where_none_is_planned(plan, cast):
    from workstreams.operations import recorded

    with recorded("test"):
        Meeting.objects.open_for_updates().update(state="CANCELLED")
    answer = cast("business-unit").signed_in().get(HOME)
    assert answer["Location"] == reverse("workstreams:meetings-page")


def test_says_what_to_do_without_an_appointment(db, cast):
    viewer, client = cast("viewer"), cast("viewer").signed_in()
    people.end_appointment(
        appointment=viewer.user.appointments.get(),
        ends_on=gather.today() - timedelta(days=1),
        by=cast("business-unit").by,
    )
    page = client.get(HOME)
    assert page.status_code == 200
    assert "You hold no post today" in page.content.decode()
    assert "ask the partnership’s business unit to appoint you" in page.content.decode()


def test_leads_a_stranger_to_sign_in(db):
    answer = Client().get(HOME)
    assert (answer.status_code, answer["Location"]) == (302, SIGN_IN)


def test_the_demonstration_asks_who_somebody_is_with_their_live_to_do(db):
    words = Client().get(SIGN_IN).content.decode()
    assert "every rating proposed, agreed and kept with its reasons" in words
    assert "The life of a rating" in words
    assert "Who are you today?" in words
    assert re.search(r"\d+ of \d+ updates to send before \d+ \w+", words)
    assert re.search(r"\d+ ratings proposed, \d+ still to come for the meeting on \d+ \w+", words)
    for key in ("chair-ldg", "business-unit", "scrutineer", "viewer", "dsp-police"):
        assert f'value="{key}"' in words


@pytest.mark.parametrize("who", ["chair-ldg", "business-unit", "scrutineer", "viewer"])
def test_one_button_signs_in_as_somebody(db, who):
    client = Client()
    answer = client.post(STAND_IN, {"who": who})
    assert (answer.status_code, answer["Location"]) == (303, HOME)
    assert client.session["_auth_user_id"] == str(User.objects.get(email=f"{who}@demonstration.example").pk)


def test_stands_in_for_nobody_else(db):
    from workstreams.operations import recorded

    with recorded("test"):
        User.objects.create_user("real@council.example", "long enough for anybody", "Real")
    for who in ("real", "real@council.example", "nobody", "", "chair-ldg@demonstration.example"):
        client = Client()
        assert client.post(STAND_IN, {"who": who}).status_code == 404
        assert "_auth_user_id" not in client.session


def test_standing_in_needs_a_form_of_ours(db):
    assert Client(enforce_csrf_checks=True).post(STAND_IN, {"who": "chair-ldg"}).status_code == 403
    assert Client().get(STAND_IN).status_code == 405


def test_nobody_stands_in_outside_a_demonstration(stage):
    from django.db import connection

    url = stage.server.url(database=connection.settings_dict["NAME"])
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("update ledger.clock set demonstration = false")
    navigation.is_demonstration.cache_clear()
    try:
        client = Client()
        assert client.post(STAND_IN, {"who": "chair-ldg"}).status_code == 404
        assert "_auth_user_id" not in client.session
        words = client.get(SIGN_IN).content.decode()
        assert "Who are you today?" not in words
        assert "Demonstration:" not in words
    finally:
        navigation.is_demonstration.cache_clear()


def test_the_watching_machine_gets_an_answer(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("help", "Send an update"),
        ("accessibility", "no test with a screen reader has been made yet"),
        ("privacy", "Nothing here should name a child"),
    ],
)
def test_the_small_print_is_public(db, cast, name, words):
    before = Ledger.objects.count()
    for client in (Client(), cast("viewer").signed_in()):
        page = client.get(reverse(f"workstreams:{name}"))
        assert page.status_code == 200
        assert words in page.content.decode()
    assert Ledger.objects.count() == before


def test_the_accessibility_statement_names_whom_to_ask(db, settings):
    settings.ACCESSIBILITY_CONTACT, settings.HOSTING_BODY = "web@anytown.example", "Anytown Council"
    words = Client().get(reverse("workstreams:accessibility")).content.decode()
    assert "mailto:web@anytown.example" in words
    assert "run by Anytown Council" in words
