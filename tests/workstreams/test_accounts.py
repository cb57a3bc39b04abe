"""Signing in and out, and a password by a single-use link."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from workstreams.models import User
from workstreams.operations import recorded
from workstreams.views import accounts

SIGN_IN = reverse("account_login")
PASSWORD = "three quiet harbours"


def sign_in(client, login="viewer@demonstration.example", password="demonstration", **more):
    return client.post(SIGN_IN, {"login": login, "password": password} | more)


def is_in(client):
    return "_auth_user_id" in client.session


def test_an_address_and_its_password_lead_in(db):
    client = Client()
    answer = sign_in(client, "Viewer@Demonstration.example")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_in(client)


def test_leads_to_the_page_that_was_asked_for_and_never_to_another_site(db):
    asked = Client().get(reverse("workstreams:people-page"))
    assert asked["Location"] == f"{SIGN_IN}?next=/people/"
    assert sign_in(Client(), next="/people/")["Location"] == "/people/"
    assert sign_in(Client(), next="https://evil.example/")["Location"] == "/"


def test_every_failure_gets_the_same_answer(db):
    with recorded("test"):
        User.objects.create_user("closed@council.example", PASSWORD, "Closed")
        User.objects.filter(email="closed@council.example").update(is_active=False)
        User.objects.create_user("invited@council.example", None, "Invited")
    tries = [
        ("viewer@demonstration.example", "wrong"),
        ("stranger@council.example", "wrong"),
        ("closed@council.example", PASSWORD),
        ("invited@council.example", "wrong"),
    ]
    answers = set()
    for login, password in tries:
        client = Client()
        page = sign_in(client, login, password)
        assert page.status_code == 422
        assert not is_in(client)
        answers.add(re.sub(r'value="[^"]*"', "", page.content.decode()))
    assert len(answers) == 1
    assert escape("That e-mail address and password do not go together.") in answers.pop()


def test_says_which_field_is_empty(db):
    words = sign_in(Client(), "", "").content.decode()
    assert "Fill in your e-mail address" in words
    assert "Fill in your password" in words
    assert 'href="#id_login"' in words


def test_a_browser_may_fill_it_in(db):
    words = Client().get(SIGN_IN).content.decode()
    assert 'autocomplete="username"' in words
    assert 'autocomplete="current-password"' in words


def test_failures_make_it_wait_known_or_unknown(db, settings):
    assert settings.ACCOUNT_RATE_LIMITS["login_failed"].startswith("10/5m/key")
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "2/5m/key"}
    for login in ("viewer@demonstration.example", "stranger@council.example"):
        for _ in range(2):
            sign_in(Client(), login, "wrong")
        client = Client()
        page = sign_in(client, login, "demonstration")
        assert "Wait five minutes" in page.content.decode()
        assert not is_in(client)


def test_signing_out_is_a_post(db, cast):
    client = cast("viewer").signed_in()
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_in(client)
    answer = client.post(reverse("account_logout"))
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert not is_in(client)


def test_nobody_signs_up(db):
    before = User.objects.count()
    client = Client()
    page = client.post(reverse("account_signup"), {"email": "me@council.example", "password1": PASSWORD})
    assert "Accounts are by invitation" in page.content.decode()
    assert User.objects.count() == before
    assert not is_in(client)


def test_without_email_the_business_unit_gives_the_link(db, settings):
    settings.EMAIL_IS_SET_UP, settings.BUSINESS_UNIT_CONTACT = False, "0121 496 0000"
    for answer in (
        Client().get(reverse("account_reset_password")),
        Client().post(reverse("account_reset_password"), {"email": "viewer@demonstration.example"}),
    ):
        words = answer.content.decode()
        assert "Ask the partnership’s business unit for a single-use link" in words
        assert "0121 496 0000" in words
    assert not mail.outbox


def test_with_email_a_link_is_sent_to_known_addresses_and_both_get_one_answer(db, settings):
    settings.EMAIL_IS_SET_UP = True
    answers = [
        Client().post(reverse("account_reset_password"), {"email": address})
        for address in ("viewer@demonstration.example", "stranger@council.example")
    ]
    assert {(a.status_code, a["Location"]) for a in answers} == {
        (302, reverse("account_reset_password_done"))
    }
    [letter] = mail.outbox
    assert letter.to == ["viewer@demonstration.example"]
    link = re.search(r"http://testserver(\S+)", letter.body)[1]
    assert Client().get(link, follow=True).status_code == 200


@pytest.fixture
def link(rf, db):
    """The way of a link that is made for somebody."""
    return lambda user: accounts.single_use_link(rf.get("/"), user).removeprefix("http://testserver")


def choose(client, link, first=PASSWORD, second=PASSWORD):
    page = client.get(link, follow=True)
    return client.post(page.request["PATH_INFO"], {"password1": first, "password2": second})


def test_a_link_lets_its_holder_choose_a_password_once(cast, link):
    user = cast("viewer").user
    way = link(user)
    page = Client().get(way, follow=True)
    assert page.content.decode().count('autocomplete="new-password"') == 2
    assert choose(Client(), way)["Location"] == reverse("account_reset_password_from_key_done")
    assert sign_in(client := Client(), user.email, PASSWORD).status_code == 302
    assert is_in(client)
    again = choose(Client(), way, "another long password", "another long password")
    assert "This link no longer works" in again.content.decode()
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ("short", "short", "at least 12 characters"),
        ("password1234", "password1234", "too common"),
        (PASSWORD, "something else then", "same password"),
        ("", "", "Fill in a new password"),
    ],
)
def test_a_weak_or_mistyped_password_is_refused_with_the_reason(cast, link, first, second, why):
    user = cast("viewer").user
    page = choose(Client(), link(user), first, second)
    assert why in page.content.decode()
    assert User.objects.get(pk=user.pk).check_password("demonstration")


def test_a_link_that_is_too_old_or_made_up_opens_nothing(cast, link, settings):
    way = link(cast("viewer").user)
    settings.PASSWORD_RESET_TIMEOUT = -1
    for path in (way, "/account/password/choose/1-made-up/", way.replace("/choose/", "/choose/9")):
        assert "This link no longer works" in Client().get(path, follow=True).content.decode()


def test_somebody_signed_in_changes_their_password(db, cast):
    member = cast("viewer")
    client, path = member.signed_in(), reverse("account_change_password")
    refused = client.post(path, {"oldpassword": "wrong", "password1": PASSWORD, "password2": PASSWORD})
    assert "That is not your present password" in refused.content.decode()
    client.post(path, {"oldpassword": "demonstration", "password1": PASSWORD, "password2": PASSWORD})
    assert member.user.check_password(PASSWORD)
    assert is_in(client)
