"""Around every request: closed by default, sessions that end, words that are kept, answers when all fails."""

import logging
import re
import time

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from sscp.typed import Typed
from tests.screens import kept_unseen
from workstreams.models import Appointment, User

INVITATION = reverse("workstreams:invitation-page")
SIGN_IN = reverse("account_login")
TYPED = {
    "email": "new@council.example",
    "name": "Somebody\nwith <two> lines & “quotes”",
    "seen": "12",
    "request_id": "6b1f6a3e-4f5e-4f1c-9e3a-2f8f9a3b7c11",
}
HTMX = {"HX-Request": "true", "HX-Target": "updates"}


def sealed(page):
    return re.search(r'name="kept" value="([^"]+)"', page.content.decode())[1]


# ---- closed by default


def test_a_page_asked_for_leads_to_signing_in(db):
    answer = Client().get(INVITATION)
    assert (answer.status_code, answer["Location"]) == (302, f"{SIGN_IN}?next={INVITATION}")


def test_htmx_never_gets_the_sign_in_page_inside_another(db):
    answer = Client().get(INVITATION, headers=HTMX)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["HX-Redirect"] == f"{SIGN_IN}?next={INVITATION}"


# ---- what was typed when a session ended


def test_a_form_sent_without_a_session_keeps_its_words(db):
    users = User.objects.count()
    page = Client().post(INVITATION, TYPED)
    words = page.content.decode()
    assert page.status_code == 422
    assert "Sign in" in words
    assert "What you typed is kept" in words
    assert 'name="login"' in words
    assert "Who are you today?" in words  # in a demonstration the words go along with standing in, too
    typed = Typed.unsealed(sealed(page))
    assert (typed.address, dict(typed.fields)) == (INVITATION, TYPED)
    assert "no-store" in page["Cache-Control"]
    assert User.objects.count() == users


def test_after_signing_in_one_button_sends_it_to_where_it_was_going(db, cast):
    client = Client()
    kept = sealed(client.post(INVITATION, TYPED))
    page = client.post(
        SIGN_IN, {"login": "business-unit@demonstration.example", "password": "demonstration", "kept": kept}
    )
    words = page.content.decode()
    assert page.status_code == 200
    assert "Now send it again" in words
    assert "with &lt;two&gt; lines &amp; “quotes”" in words
    assert f'action="{INVITATION}"' in words
    assert "csrfmiddlewaretoken" in words
    fields = kept_unseen(page)
    assert fields == TYPED
    answer = client.post(
        INVITATION, fields | {"post": cast("chair-ldg").post.pk, "kind": "DEPUTY", "starts_on": "2023-11-24"}
    )
    assert answer.status_code == 303
    assert Appointment.objects.filter(user__email=TYPED["email"]).exists()


def test_the_words_survive_a_mistyped_password_and_standing_in(db):
    client = Client()
    kept = sealed(client.post(INVITATION, TYPED))
    refused = client.post(
        SIGN_IN, {"login": "viewer@demonstration.example", "password": "wrong", "kept": kept}
    )
    assert refused.status_code == 422
    again = sealed(refused)
    page = client.post(reverse("workstreams:stand-in"), {"who": "business-unit", "kept": again})
    assert kept_unseen(page) == TYPED


def test_htmx_gets_the_sign_in_page_as_a_whole_page(db):
    page = Client().post(INVITATION, TYPED, headers=HTMX)
    assert page.status_code == 422  # the page swaps this answer
    assert (page["HX-Retarget"], page["HX-Reswap"]) == ("body", "innerHTML")
    assert "<html" in page.content.decode()


def test_passwords_are_never_kept(db):
    page = Client().post(
        reverse("account_change_password"), {"oldpassword": "one", "password1": "two", "x": "three"}
    )
    assert dict(Typed.unsealed(sealed(page)).fields) == {"x": "three"}


def test_shows_words_and_sends_numbers_and_letters_along_unseen():
    typed = Typed(
        "/x/", (("measure", "31"), ("level", "A"), ("words", "Ready\nsoon"), ("seen", "7"), ("why", " "))
    )
    assert typed.words == [{"label": "Words", "text": "Ready\nsoon"}]
    assert Typed.unsealed(typed.sealed()) == typed


def test_what_is_kept_cannot_be_made_up(db):
    client = Client()
    answer = client.post(
        SIGN_IN, {"login": "viewer@demonstration.example", "password": "demonstration", "kept": "made:up"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert Typed.unsealed("") is Typed.unsealed(None) is Typed.unsealed("x:y:z") is None


# ---- how long a session lasts


def age(client, **seconds):
    session = client.session
    for name, ago in seconds.items():
        session[name] = int(time.time()) - ago
    session.save()


def signed_in(client):
    return client.get("/help/").context["nav"].get("signed_in", False)


def test_a_session_ends_when_nobody_uses_it(db, cast, settings):
    client = cast("viewer").signed_in()
    assert signed_in(client)
    age(client, since=600, seen=settings.SESSION_IDLE_AGE - 5)
    assert signed_in(client)
    age(client, since=9000, seen=settings.SESSION_IDLE_AGE + 5)
    assert not signed_in(client)
    assert client.get(reverse("workstreams:current-plan")).status_code == 302


def test_a_session_ends_after_its_hours_however_busy(db, cast, settings):
    client = cast("viewer").signed_in()
    age(client, since=settings.SESSION_COOKIE_AGE + 5, seen=1)
    assert not signed_in(client)


def test_words_sent_after_the_session_went_idle_are_kept(db, cast, settings):
    client = cast("business-unit").signed_in()
    age(client, since=9000, seen=settings.SESSION_IDLE_AGE + 5)
    page = client.post(INVITATION, TYPED)
    assert page.status_code == 422
    assert dict(Typed.unsealed(sealed(page)).fields) == TYPED


def test_a_used_session_is_noted_once_a_minute(db, cast, django_assert_max_num_queries):
    client = cast("viewer").signed_in()
    client.get("/help/")
    noted = Session.objects.get().session_data
    client.get("/help/")
    assert Session.objects.get().session_data == noted
    age(client, since=300, seen=61)
    client.get("/help/")
    assert int(time.time()) - client.session["seen"] < 5
    assert int(time.time()) - client.session["since"] >= 300


# ---- headers


def test_every_answer_switches_off_what_is_not_used(db, cast):
    for answer in (
        Client().get("/healthz"),
        Client().get(SIGN_IN),
        cast("viewer").signed_in().get("/nowhere/"),
    ):
        assert "camera=()" in answer["Permissions-Policy"]
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_signing_out_makes_the_browser_forget(db, cast):
    client = cast("viewer").signed_in()
    assert "Clear-Site-Data" not in client.get("/help/")
    answer = client.post(reverse("account_logout"))
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.cookies["sessionid"]["max-age"] == 0


def test_signed_in_pages_are_kept_by_no_browser(db, cast):
    for path in ("/help/", "/people/", SIGN_IN, "/account/password/"):
        answer = cast("business-unit").signed_in().get(path, follow=True)
        assert "no-store" in answer["Cache-Control"], path


# ---- when something has failed


@pytest.fixture
def no_database(stage):
    """The database goes away while somebody types."""

    def go():
        stage.point_to("gone_away")

    return go


@pytest.mark.parametrize("path", [INVITATION, "/updates/", "/people/?end=1"])
def test_without_the_database_the_typed_words_come_back(cast, no_database, path):
    client = cast("business-unit").signed_in()
    client.raise_request_exception = False
    no_database()
    page = client.post(path, TYPED)
    words = page.content.decode()
    assert page.status_code == 503
    assert "The plan cannot be reached for the moment" in words
    assert "with &lt;two&gt; lines &amp; “quotes”" in words
    assert "readonly" in words
    assert "Saved" not in words
    assert kept_unseen(page) == TYPED  # to be sent again by one button
    assert f'action="{path}"' in words
    assert "no-store" in page["Cache-Control"]


def test_without_the_database_every_page_says_so(cast, no_database):
    members = [Client(), cast("chair-ldg").signed_in()]
    no_database()
    for client in members:
        client.raise_request_exception = False
        for path in ("/", "/plan/", "/people/"):
            page = client.get(path, follow=True)
            assert page.status_code == 503, path
            assert "What you wrote" not in page.content.decode()
        assert client.get("/healthz").status_code == 503


def test_what_went_wrong_here_has_a_number_and_no_trace(cast, stage, caplog, settings):
    """A broken template stands for every fault of ours."""
    client = cast("business-unit").signed_in()
    client.raise_request_exception = False
    settings.SESSION_IDLE_AGE = None  # compared with a number
    with caplog.at_level(logging.ERROR):
        page = client.post(INVITATION, TYPED)
    words = page.content.decode()
    assert page.status_code == 500
    assert "with &lt;two&gt; lines" in words
    assert kept_unseen(page) == TYPED
    assert "TypeError" not in words
    assert "Traceback" not in words
    [line] = [record for record in caplog.records if record.name == "sscp.middleware"]
    assert line.error_id in words
    assert "TypeError" in caplog.text
    assert TYPED["email"] not in caplog.text


def test_a_form_of_another_site_is_refused_and_its_words_shown(db, cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        cast("business-unit").user, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    page = client.post(INVITATION, TYPED)
    assert page.status_code == 403
    assert "with &lt;two&gt; lines" in page.content.decode()
    assert "<textarea name=" not in page.content.decode()  # no button sends a stranger's form on


@pytest.mark.parametrize("body", [b"\xff\xfe", b"--x\r\nbroken"])
def test_a_body_that_cannot_be_read_is_no_fault_of_ours(db, cast, body):
    client = cast("business-unit").signed_in()
    client.raise_request_exception = False
    page = client.post(INVITATION, body, content_type="multipart/form-data; boundary=x")
    assert page.status_code in (400, 422)
