"""What weighs most is asked for once more: nothing before the password, all of it once after."""

import logging
import time
from datetime import date
from uuid import uuid4

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client
from django.urls import reverse

from sscp.sure import PASSWORD as FIELD
from sscp.typed import Typed
from tests.conftest import PASSWORD, show_who
from tests.screens import kept_unseen, nothing_written, words
from tests.sscp.test_middleware import age, sealed
from tests.test_house import SURE
from tests.workstreams.test_redactions import NAME, ask, said
from workstreams.models import Appointment, Meeting, Rating, Redaction, User, Version
from workstreams.operations import people
from workstreams.vocabulary import MeetingState, RedactionState

INVITATION = reverse("workstreams:invitation-page")
ASKED = "Show that it is you"
WRONG = "That is not your password."


@pytest.fixture
def unit(db, cast, settings):
    """The business unit, signed in for too long to be believed."""
    return show_who(cast("business-unit").signed_in(), settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 5)


@pytest.fixture
def partner(db, cast, settings):
    return show_who(cast("dsp-council").signed_in(), settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 5)


@pytest.fixture
def row(db, cast, measure_at):
    return said(f"We met {NAME} in May.", measure_at("4.1#2"), cast("chair-ldg").by)


@pytest.fixture
def invitation(db):
    """The form as it is sent to invite somebody."""
    post = people.add_post(title="Chair of Audit", kind="CHAIR", by="test")
    return {
        "email": "new@council.example",
        "name": "New Chair",
        "post": str(post.pk),
        "kind": "HOLDER",
        "starts_on": "2023-11-24",
        "ends_on": "",
        "request_id": str(uuid4()),
        "seen": "",
    }


def invited():
    return Appointment.objects.filter(user__email="new@council.example").count()


def asked(client, address, sent, **more):
    with nothing_written():
        page = client.post(address, sent, **more)
    assert page.status_code == 422
    assert ASKED in words(page)
    assert kept_unseen(page) == sent
    return page


def show(client, address, page, password=PASSWORD):
    return client.post(address, kept_unseen(page) | {FIELD: password})


@pytest.fixture
def addresses(cast, plan, row):
    """One of every address that asks."""
    chair, version = cast("chair-ldg"), Version.objects.frozen().latest("seq")
    wanted = {
        "workstreams:new-redaction-page": [row.seq],
        "workstreams:redaction-page": [ask(row, cast("business-unit").by).pk],
        "workstreams:people-page": [],
        "workstreams:invitation-page": [],
        "workstreams:handover-page": [chair.post.pk],
        "workstreams:appointment-page": [chair.user.appointments.get().pk],
        "workstreams:person-page": [chair.user.pk],
        "workstreams:group-page": [chair.post.group_id],
        "workstreams:post-page": [chair.post.pk],
        "workstreams:papers-page": [Meeting.objects.open_for_updates().get().pk],
        "reporting:pack-issue": [version.pk],
    }
    assert wanted.keys() == SURE
    return [reverse(name, args=args) for name, args in wanted.items()]


# ---- who is asked, and who isn't


def test_each_of_them_is_looked_at_without_being_asked(unit, cast, addresses):
    sure = cast("business-unit").signed_in()
    for address in addresses:
        page = unit.get(address)
        assert page.status_code == sure.get(address).status_code < 400, address
        assert ASKED not in words(page), address


def test_each_of_them_asks_before_anything_that_is_sent(unit, addresses):
    sent = {"because": "The child moved.\nShe is well.", "kind": "HOLDER", "request_id": str(uuid4())}
    for address in addresses:
        page = asked(unit, f"{address}?form=change&x=1", sent)
        html = page.content.decode()
        assert f'action="{address}?form=change&amp;x=1"' in html
        assert page["Cache-Control"] == "no-store"
        assert "What you wrote" in html
        assert "readonly>\nThe child moved.\nShe is well.</textarea>" in html
        assert 'autocomplete="current-password"' in html


def test_htmx_is_asked_where_its_answer_would_have_stood(unit, invitation):
    page = asked(unit, INVITATION, invitation, headers={"HX-Request": "true"})
    assert "<html" not in page.content.decode()


def test_is_believed_for_a_quarter_of_an_hour(unit, cast, invitation, settings):
    lasts = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    assert lasts == 900 < settings.SESSION_IDLE_AGE
    show_who(unit, lasts + 5)
    asked(unit, INVITATION, invitation)
    show_who(unit, lasts - 60)
    assert unit.post(INVITATION, invitation).status_code == 303
    assert invited() == 1


def test_signing_in_with_the_password_has_shown_it(db, invitation):
    client = Client()
    client.post(
        reverse("account_login"), {"login": "business-unit@demonstration.example", "password": PASSWORD}
    )
    assert client.post(INVITATION, invitation).status_code == 303
    assert invited() == 1


def test_a_stand_in_is_asked_and_told_the_password_of_the_demonstration(db, invitation):
    client = Client()
    client.post(reverse("workstreams:stand-in"), {"who": "business-unit"})
    page = asked(client, INVITATION, invitation)
    assert f"the password of every made-up person is {PASSWORD} ." in words(page)
    assert show(client, INVITATION, page).status_code == 303
    assert invited() == 1


def test_a_single_use_link_shows_nothing_until_its_password_signs_somebody_in(db, cast, invitation):
    from workstreams.views.accounts import single_use_path

    client = Client()
    user = cast("business-unit").user
    form = client.get(single_use_path(user), follow=True)
    password = "three quiet harbours"
    client.post(form.request["PATH_INFO"], {"password1": password, "password2": password})
    assert "_auth_user_id" not in client.session
    client.post(reverse("account_login"), {"login": user.email, "password": password})
    assert client.post(INVITATION, invitation).status_code == 303
    assert invited() == 1


def test_what_one_person_showed_is_nothing_to_the_next_at_the_same_browser(db, cast, invitation):
    client = cast("dsp-police").signed_in()
    client.post(reverse("workstreams:stand-in"), {"who": "business-unit"})
    asked(client, INVITATION, invitation)


def test_what_was_shown_without_a_password_is_not_believed(db, cast, invitation):
    client = cast("business-unit").signed_in()
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "code", "at": time.time()}]
    session.save()
    page = asked(client, INVITATION, invitation)
    assert show(client, INVITATION, page).status_code == 303


def test_who_may_not_do_it_hears_so_whatever_they_show(db, cast, invitation):
    chair = show_who(cast("chair-ldg").signed_in(), 10_000)
    page = asked(chair, INVITATION, invitation)
    with nothing_written():
        assert show(chair, INVITATION, page).status_code == 404
        assert chair.post(INVITATION, invitation).status_code == 404
    assert not invited()


# ---- what is kept


def test_the_password_sends_it_just_as_it_was_and_once(unit, invitation):
    page = asked(unit, INVITATION, invitation)
    done = [show(unit, INVITATION, page) for _ in range(3)] + [unit.post(INVITATION, invitation)]
    assert {(each.status_code, each["Location"]) for each in done} == {(303, "/people/")}
    assert invited() == 1
    assert User.objects.get(email="new@council.example").appointments.get().starts_on == date(2023, 11, 24)


def test_nothing_of_it_waits_in_the_session(unit, invitation):
    page = asked(unit, INVITATION, invitation)
    show(unit, INVITATION, page, "wrong")
    kept = str(dict(unit.session))
    assert "New Chair" not in kept
    assert "wrong" not in kept


@pytest.mark.parametrize(("password", "said"), [("wrong", WRONG), ("", "Fill in your password")])
def test_another_password_is_refused_and_nothing_lost(unit, invitation, password, said):
    page = asked(unit, INVITATION, invitation)
    with nothing_written():
        again = show(unit, INVITATION, page, password)
    assert again.status_code == 422
    assert "Error: Show that it is you" in words(again)
    assert words(again).count(said) == 2  # in the summary, and beside the field
    assert kept_unseen(again) == invitation
    assert 'value="wrong"' not in again.content.decode()
    assert not invited()
    assert show(unit, INVITATION, again).status_code == 303
    assert invited() == 1


def test_the_password_goes_no_further_where_the_form_itself_is_refused(unit, invitation):
    page = asked(unit, INVITATION, invitation | {"name": ""})
    refused = show(unit, INVITATION, page)
    assert refused.status_code == 422
    assert ASKED not in words(refused)
    assert FIELD not in refused.context["form"].data
    assert refused.context["form"]["email"].value() == "new@council.example"
    assert not invited()


def test_the_password_is_not_kept_where_the_session_ended_meanwhile(unit, invitation, settings):
    page = asked(unit, INVITATION, invitation)
    age(unit, since=9000, seen=settings.SESSION_IDLE_AGE + 5)
    signing_in = show(unit, INVITATION, page)
    assert dict(Typed.unsealed(sealed(signing_in)).fields) == invitation
    assert PASSWORD not in str(Typed.unsealed(sealed(signing_in)))
    assert not invited()


def test_the_log_says_who_and_where_and_none_of_the_words(unit, cast, invitation, caplog):
    with caplog.at_level(logging.INFO, "sscp"):
        page = asked(unit, INVITATION, invitation)
        show(unit, INVITATION, page, "wrong")
        show(unit, INVITATION, page)
    lines = [r for r in caplog.records if r.name == "sscp.sure"]
    assert [r.message for r in lines] == [
        "asked for the password again",
        "password refused",
        "password given again",
    ]
    assert {(r.user, r.page) for r in lines} == {(cast("business-unit").user.pk, INVITATION)}
    assert "New Chair" not in str([vars(r) for r in lines])


# ---- trying many passwords


def test_too_many_tries_make_this_person_wait_and_nobody_else(unit, partner, row, invitation, settings):
    assert settings.ACCOUNT_RATE_LIMITS["reauthenticate"] == "10/5m/user"
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"reauthenticate": "2/5m/user"}
    page = asked(unit, INVITATION, invitation)
    for _ in range(2):
        page = show(unit, INVITATION, page, "wrong")
    with nothing_written():
        waits = show(unit, INVITATION, page)
    assert waits.status_code == 422
    assert "Wait five minutes and try again." in words(waits)
    assert kept_unseen(waits) == invitation
    assert not invited()
    address = reverse("workstreams:new-redaction-page", args=[row.seq])
    sent = {"words": NAME, "because": "A child was named.", "request_id": str(uuid4()), "seen": ""}
    assert show(partner, address, asked(partner, address, sent)).status_code == 303


def test_failures_here_count_as_failures_to_sign_in(unit, invitation, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login_failed": "2/5m/key"}
    page = asked(unit, INVITATION, invitation)
    for _ in range(2):
        show(unit, INVITATION, page, "wrong")
    stranger = Client()
    answer = stranger.post(
        reverse("account_login"), {"login": "business-unit@demonstration.example", "password": PASSWORD}
    )
    assert "Wait five minutes" in words(answer)
    assert "_auth_user_id" not in stranger.session
    assert "Wait five minutes" in words(show(unit, INVITATION, page))
    assert not invited()


# ---- the acts themselves


def test_a_link_is_made_after_it_alone(unit, cast):
    address, chair = reverse("workstreams:people-page"), cast("chair-ldg").user
    page = asked(unit, address, {"link": str(chair.pk)})
    assert "/account/password/choose/" not in unit.get(address).content.decode()
    assert show(unit, address, page).status_code == 303
    assert "/account/password/choose/" in unit.get(address).content.decode()


def test_an_account_is_closed_after_it_alone(unit, cast, fill):
    chair = cast("chair-ldg").user
    address = reverse("workstreams:person-page", args=[chair.pk]) + "?form=closing"
    form = unit.get(address).context["panel"].form
    sent = {name: str(form[name].value() or "") for name in form.fields} | {"because": "She left."}
    page = asked(unit, address, sent)
    assert User.objects.get(pk=chair.pk).is_active
    assert show(unit, address, page).status_code == 303
    assert not User.objects.get(pk=chair.pk).is_active


def test_papers_are_issued_after_it_alone(unit, fill):
    meeting, before = Meeting.objects.open_for_updates().get(), Version.objects.count()
    address = reverse("workstreams:papers-page", args=[meeting.pk])
    sent = {name: str(value) for name, value in fill(unit.get(address)).items()}
    page = asked(unit, address, sent)
    meeting.refresh_from_db()
    assert (meeting.state, Version.objects.count()) == (MeetingState.PLANNED, before)
    for _ in range(2):
        assert show(unit, address, page).status_code == 303
    meeting.refresh_from_db()
    assert (meeting.state, Version.objects.count()) == (MeetingState.PAPERS_ISSUED, before + 1)


def test_words_are_asked_for_and_taken_out_after_it_alone(unit, partner, row, fill):
    asking = reverse("workstreams:new-redaction-page", args=[row.seq])
    sent = {"words": NAME, "because": "A child was named.", "request_id": str(uuid4()), "seen": ""}
    page = asked(unit, asking, sent)
    assert not Redaction.objects.exists()
    assert show(unit, asking, page).status_code == 303
    wanted = Redaction.objects.get()
    address = reverse("workstreams:redaction-page", args=[wanted.pk])
    form = partner.get(address).context["taking"]
    sent = {form.add_prefix(n): str(form[n].value()) for n in form.fields if form[n].value()}
    sent[form.add_prefix("looked")] = "on"
    page = asked(partner, address, sent)
    assert NAME in Rating.objects.get(pk=row.row).words
    for _ in range(2):
        assert show(partner, address, page).status_code == 303
    assert NAME not in Rating.objects.get(pk=row.row).words
    wanted.refresh_from_db()
    assert wanted.state == RedactionState.DONE
