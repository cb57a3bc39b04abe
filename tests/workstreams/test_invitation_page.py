"""Inviting somebody to a post: an account, an appointment, and a single-use link."""

import re
from datetime import date

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from workstreams.models import Appointment, Ledger, Post, User
from workstreams.operations import people, settle

PAGE = reverse("workstreams:invitation-page")
PEOPLE = reverse("workstreams:people-page")


@pytest.fixture
def unit(db, cast):
    return cast("business-unit").signed_in()


@pytest.fixture
def vacancy(db):
    return people.add_post(title="Chair of Audit", kind="CHAIR", by="test")


@pytest.fixture
def invite(fill, vacancy):
    """Open the page and send its form, with changes."""

    def act(client, **changes):
        page = client.get(PAGE)
        said = {
            "email": "new@council.example",
            "name": "New Chair",
            "post": vacancy.pk,
            "kind": "HOLDER",
            "starts_on": "2023-11-24",
        }
        return client.post(PAGE, fill(page, **(said | changes)))

    return act


def link_on(page):
    links = set(re.findall(r"http://testserver(/account/password/choose/[^\"<]+)", page.content.decode()))
    return links.pop() if links else None


def test_makes_an_account_and_an_appointment_and_leaves_their_trace(unit, invite, vacancy, cast):
    newest = Ledger.objects.order_by("-seq").first().seq
    answer = invite(unit)
    assert (answer.status_code, answer["Location"]) == (303, PEOPLE)
    user = User.objects.get(email="new@council.example")
    appointment = user.appointments.get()
    assert (appointment.post, appointment.kind, appointment.starts_on) == (
        vacancy,
        "HOLDER",
        date(2023, 11, 24),
    )
    settle()
    traces = Ledger.objects.filter(seq__gt=newest, by=str(cast("business-unit").user.pk))
    assert {t.table for t in traces} == {"workstreams_user", "workstreams_appointment"}
    page = unit.get(PEOPLE)
    assert "New Chair is invited as Chair of Audit." in page.content.decode()


def test_says_that_a_deputy_is_invited_as_one(unit, invite):
    invite(unit, kind="DEPUTY")
    assert "New Chair is invited as deputy for Chair of Audit." in unit.get(PEOPLE).content.decode()


def test_the_link_leads_the_invited_in(unit, invite):
    invite(unit)
    link = link_on(unit.get(PEOPLE))
    new = Client()
    form = new.get(link, follow=True)
    password = "three quiet harbours"
    new.post(form.request["PATH_INFO"], {"password1": password, "password2": password})
    answer = new.post(reverse("account_login"), {"login": "new@council.example", "password": password})
    assert answer["Location"] == "/"
    assert new.get("/")["Location"] == reverse("workstreams:my-updates")
    assert link_on(unit.get(PEOPLE)) is None


def test_somebody_with_an_account_needs_no_link(unit, invite, vacancy, cast):
    invite(unit, email="Chair-LDG@demonstration.example", name="Whoever")
    page = unit.get(PEOPLE)
    assert "LDG chair is appointed as Chair of Audit, and signs in as before." in page.content.decode()
    assert link_on(page) is None
    assert cast("chair-ldg").user.appointments.count() == 2
    assert cast("chair-ldg").user.name == "LDG chair"


def test_somebody_known_is_chosen_by_name(unit, invite, vacancy, cast):
    chair = cast("chair-ldg").user
    assert invite(unit, person=chair.pk, email="", name="", ends_on="2024-03-31").status_code == 303
    appointment = chair.appointments.get(post=vacancy)
    assert (appointment.kind, appointment.ends_on) == ("HOLDER", date(2024, 3, 31))
    assert "signs in as before" in unit.get(PEOPLE).content.decode()


def test_somebody_is_either_known_or_new(unit, invite, cast):
    page = invite(unit, person=cast("chair-ldg").user.pk)
    assert page.status_code == 422
    assert "Choose somebody here or give a name and an address below, not both." in page.content.decode()


def test_a_deputy_stands_beside_the_holder(unit, invite, cast):
    post = cast("chair-ldg").post
    assert invite(unit, post=post.pk, kind="DEPUTY").status_code == 303
    assert Appointment.objects.get(user__email="new@council.example").is_deputy


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"email": ""}, "Fill in “E-mail address”"),
        ({"email": "new"}, "Give an e-mail address like name@example.org"),
        ({"name": " "}, "Fill in “Name”"),
        ({"post": ""}, "Choose an answer to “Post”"),
        ({"post": "999999"}, "not one of the available choices"),
        ({"kind": "OWNER"}, "not one of the available choices"),
        ({"starts_on": "tomorrow"}, "Write the day as a date"),
        ({"starts_on": "2021-11-24"}, "more than a year ago"),
        ({"starts_on": "2033-11-24"}, "more than two years ahead"),
        ({"ends_on": "2023-11-23"}, "The last day is the first day or a later one."),
    ],
)
def test_bad_input_invites_nobody_and_says_why(unit, invite, changes, why):
    before = Ledger.objects.count(), User.objects.count(), Appointment.objects.count()
    page = invite(unit, **changes)
    assert page.status_code == 422
    assert why in page.content.decode()
    assert "There is a problem" in page.content.decode()
    assert "new@council.example" in page.content.decode() or "email" in changes
    assert (Ledger.objects.count(), User.objects.count(), Appointment.objects.count()) == before


def test_a_post_that_is_held_or_the_scrutineers_independence_is_refused_with_the_reason(unit, invite, cast):
    held = invite(unit, post=cast("chair-ldg").post.pk)
    assert held.status_code == 422
    assert "Somebody already holds the post" in held.content.decode()
    assert not User.objects.filter(email="new@council.example").exists()
    two_posts = invite(unit, email="scrutineer@demonstration.example")
    assert "The independent scrutineer holds no other post." in two_posts.content.decode()


def test_a_closed_account_stays_closed(unit, invite, cast):
    user = cast("viewer").user
    from workstreams.operations import recorded

    with recorded("test"):
        User.objects.filter(pk=user.pk).update(is_active=False)
    page = invite(unit, email=user.email)
    assert page.status_code == 422
    assert "This account has been closed." in page.content.decode()


def test_the_same_invitation_twice_invites_once(unit, fill, vacancy):
    sent = fill(
        unit.get(PAGE),
        email="new@council.example",
        name="New Chair",
        post=vacancy.pk,
        kind="HOLDER",
        starts_on="2023-11-24",
    )
    assert [unit.post(PAGE, sent).status_code for _ in range(2)] == [303, 303]
    assert Appointment.objects.filter(post=vacancy).count() == 1
    assert unit.post(PAGE, sent | {"name": "Another"}).status_code == 409


@pytest.mark.parametrize("who", ["chair-ldg", "dsp-council", "scrutineer", "viewer"])
def test_is_not_there_for_others(db, cast, who, vacancy):
    client = cast(who).signed_in()
    said = {"email": "new@council.example", "name": "N", "post": vacancy.pk, "kind": "HOLDER"}
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, said).status_code == 404
    assert not User.objects.filter(email="new@council.example").exists()


def test_leads_a_stranger_to_sign_in(db):
    assert Client().get(PAGE)["Location"].startswith(reverse("account_login"))


def test_offers_the_post_that_was_asked_for(unit, vacancy):
    words = unit.get(f"{PAGE}?post={vacancy.pk}").content.decode()
    assert f'<option value="{vacancy.pk}" selected>Chair of Audit</option>' in words
    body = Post.objects.get(kind="BODY")
    assert f'<option value="{body.pk}">{body.title}' not in words


def test_sends_the_link_where_email_is_set_up(unit, invite, settings):
    settings.EMAIL_IS_SET_UP = True
    invite(unit)
    [letter] = mail.outbox
    assert letter.to == ["new@council.example"]
    assert "as Chair of Audit" in letter.body
    link = re.search(r"http://testserver(\S+)", letter.body)[1]
    assert "Choose a password" in Client().get(link, follow=True).content.decode()
    assert "The link is sent by e-mail too." in unit.get(PEOPLE).content.decode()


def test_says_so_where_the_email_cannot_be_sent(unit, invite, settings):
    settings.EMAIL_IS_SET_UP = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 2
    assert invite(unit).status_code == 303
    page = unit.get(PEOPLE)
    assert "E-mail could not be sent." in page.content.decode()
    assert link_on(page)
