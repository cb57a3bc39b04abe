"""A person's account: name, address, closed, opened again."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import PASSWORD, TODAY
from tests.screens import OTHERS, answer, newest, nothing_written, typed, words
from workstreams.models import User
from workstreams.operations import people


def address(user, form=""):
    return reverse("workstreams:person-page", args=[user.pk]) + (f"?form={form}" if form else "")


@pytest.fixture
def unit(db, cast):
    return cast("business-unit").signed_in()


@pytest.fixture
def chair(db, cast):
    return cast("chair-ldg").user


def test_shows_the_account_and_every_post(unit, chair):
    said = words(unit.get(address(chair)))
    assert "chair-ldg@demonstration.example Account Open" in said
    assert "Chair of Learning and Development Group (LDG) Holder 1 April 2023 No last day" in said
    assert "Make a single-use link" in said


def test_says_that_somebody_has_not_signed_in_yet(unit, cast):
    post = people.add_post(title="Clerk", kind="OFFICER", by="test")
    user = people.invite(
        email="new@council.example", name="New", post=post, starts_on=TODAY, by=cast("business-unit").by
    )
    said = words(unit.get(address(user)))
    assert "Invited, not signed in yet" in said
    assert "Invite again: make a link" in said


def test_changes_name_and_address_and_leaves_its_trace(unit, chair):
    went = answer(
        unit, address(chair, "change"), name="LDG convenor", email="New@Council.example", because="Moved."
    )
    assert (went.status_code, went["Location"]) == (303, address(chair))
    chair.refresh_from_db()
    assert (chair.name, chair.email) == ("LDG convenor", "new@council.example")
    trace = newest("user")
    assert (trace.after["email"], trace.because) == ("new@council.example", "Moved.")
    sign_in = reverse("account_login")
    assert Client().post(sign_in, {"login": "new@council.example", "password": PASSWORD}).status_code == 302
    old = Client().post(sign_in, {"login": "chair-ldg@demonstration.example", "password": PASSWORD})
    assert old.status_code == 422


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"name": ""}, "Fill in “Name”"),
        ({"email": "nowhere"}, "Give an e-mail address like name@example.org"),
        ({"email": "Viewer@demonstration.example"}, "Somebody else has this address."),
        ({"because": ""}, "Say why, in a sentence"),
    ],
)
def test_bad_input_changes_nothing_and_says_why(unit, chair, changes, why):
    with nothing_written():
        page = answer(unit, address(chair, "change"), **changes)
    assert page.status_code == 422
    assert why in page.content.decode()


def test_somebody_who_was_first_is_not_overwritten(unit, chair):
    where = address(chair, "change")
    mine = typed(unit.get(where)) | {"name": "Mine", "because": "x"}
    answer(unit, where, name="Theirs")
    page = unit.post(where, mine)
    assert page.status_code == 409
    assert 'value="Mine"' in page.content.decode()
    assert User.objects.get(pk=chair.pk).name == "Theirs"


def test_a_closed_account_is_out_at_once_and_comes_back_when_opened(unit, chair, cast):
    client, updates = cast("chair-ldg").signed_in(), reverse("workstreams:my-updates")
    assert client.get(updates).status_code == 200
    assert answer(unit, address(chair, "closing")).status_code == 303
    assert client.get(updates)["Location"].startswith(reverse("account_login"))
    said = words(unit.get(address(chair)))
    assert "Account Closed" in said
    assert "single-use link" not in said
    sign_in = {"login": chair.email, "password": PASSWORD}
    assert Client().post(reverse("account_login"), sign_in).status_code == 422
    assert answer(unit, address(chair, "opening"), because="Back.").status_code == 303
    assert newest("user").because == "Back."
    assert Client().post(reverse("account_login"), sign_in).status_code == 302


def test_nobody_closes_their_own_account(unit, cast):
    own = cast("business-unit").user
    assert "Close the account" not in words(unit.get(address(own)))
    with nothing_written():
        page = answer(unit, address(own, "closing"))
    assert page.status_code == 422
    assert "You cannot close your own account." in page.content.decode()


@pytest.mark.parametrize("who", OTHERS)
def test_is_not_there_for_others(db, cast, who, chair):
    client = cast(who).signed_in()
    assert client.get(address(chair)).status_code == 404
    with nothing_written():
        assert client.post(address(chair, "closing"), {"because": "x"}).status_code == 404


def test_leads_a_stranger_to_sign_in(db, chair):
    assert Client().get(address(chair))["Location"].startswith(reverse("account_login"))


def test_has_no_other_form(unit, chair):
    assert unit.get(address(chair, "opening")).status_code == 404
    assert unit.post(address(chair), {}).status_code == 404
