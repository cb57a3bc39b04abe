"""E-mails to you: each chooses for themselves what they are told."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from workstreams import gather, permissions, reminders
from workstreams.models import Ledger, MailChoice, Receipt
from workstreams.vocabulary import News

ADDRESS = "/mail-choices/"
OFFICER = ["RETURNED", "DUE", "OVERDUE", "DECIDED", "CHALLENGED"]


def choices(*kinds, **changes):
    return {"kinds": kinds, "seen": "", "request_id": str(uuid.uuid4())} | changes


def offered(page):
    return [value for value, _ in page.context["form"].fields["kinds"].choices]


def test_offers_an_officer_what_an_officer_can_get_all_ticked(cast, db):
    page = cast("chair-ldg").signed_in().get(ADDRESS)
    assert offered(page) == OFFICER
    text = page.content.decode()
    assert text.count('class="govuk-checkboxes__input"') == text.count(" checked") == 5
    assert "never in one" in text


def test_offers_the_scrutineer_answers_and_the_weekly_letter(cast, db):
    page = cast("scrutineer").signed_in().get(ADDRESS)
    assert offered(page) == ["CHALLENGED", "WEEKLY"]
    assert "One letter a week" in page.content.decode()


def test_offers_the_business_unit_what_the_scrutineer_asks(cast, db):
    assert News.CHALLENGED in reminders.kinds_for(cast("business-unit").person)


def test_saves_and_says_so_and_the_next_digest_obeys(cast, db):
    client = cast("chair-ldg").signed_in()
    answer = client.post(ADDRESS, choices("RETURNED", "DUE", "DECIDED", "CHALLENGED"))
    assert (answer.status_code, answer["Location"]) == (303, ADDRESS)
    assert MailChoice.objects.get().unwanted == ["OVERDUE"]
    page = client.get(ADDRESS)
    assert "Saved: you are told 4 of these 5 kinds of news." in page.content.decode()
    assert page.content.decode().count(" checked") == 4
    letters = reminders.waiting_letters(gather.head())
    [own] = [x for x in letters if x.user == cast("chair-ldg").user]
    assert "target" not in own.subject


@pytest.mark.parametrize(
    ("kinds", "sentence"),
    [((), "Saved: you are sent no reminders."), (OFFICER, "Saved: you are told all of this.")],
)
def test_none_and_all_have_their_own_receipt(cast, db, kinds, sentence):
    client = cast("chair-ldg").signed_in()
    client.post(ADDRESS, choices(*kinds))
    assert sentence in client.get(ADDRESS).content.decode()


def test_is_private_and_no_history(cast, stage):
    before = Ledger.objects.count()
    cast("chair-ldg").signed_in().post(ADDRESS, choices("DUE"))
    assert MailChoice.objects.get().user == cast("chair-ldg").user
    assert Ledger.objects.count() == before
    assert cast("chair-mash").signed_in().get(ADDRESS).content.decode().count(" checked") == 5


@pytest.mark.parametrize("kind", ["WEEKLY", "NONSENSE"])
def test_a_kind_that_is_not_offered_is_refused_and_nothing_saved(cast, db, kind):
    answer = cast("chair-ldg").signed_in().post(ADDRESS, choices("DUE", kind))
    assert answer.status_code == 422
    assert "Choose from the list" in answer.content.decode()
    assert not MailChoice.objects.exists()


def test_a_repeated_request_is_answered_and_a_reused_one_is_not(cast, db):
    client, first = cast("chair-ldg").signed_in(), choices("DUE")
    assert [client.post(ADDRESS, first).status_code for _ in range(2)] == [303, 303]
    answer = client.post(ADDRESS, first | {"kinds": ["DECIDED"]})
    assert answer.status_code == 409
    assert "sent before with other words" in answer.content.decode()
    assert MailChoice.objects.get().unwanted == ["CHALLENGED", "DECIDED", "OVERDUE", "RETURNED"]
    assert Receipt.objects.count() == 1


def test_what_somebody_cannot_get_today_stays_as_they_chose_it(cast, db):
    MailChoice.objects.create(user=cast("chair-ldg").user, unwanted=["WEEKLY", "DUE"])
    cast("chair-ldg").signed_in().post(ADDRESS, choices(*OFFICER))
    assert MailChoice.objects.get().unwanted == ["WEEKLY"]


@pytest.mark.parametrize("who", ["viewer"])
def test_whoever_is_sent_nothing_is_told_so_and_can_save_nothing(cast, db, who):
    client = cast(who).signed_in()
    assert "No reminders are sent to you" in client.get(ADDRESS).content.decode()
    assert client.post(ADDRESS, choices("DUE")).status_code == 404
    assert not MailChoice.objects.exists()


def test_a_stranger_is_asked_to_sign_in(db):
    assert Client().get(ADDRESS)["Location"].startswith(reverse("account_login"))


def test_every_signed_in_page_leads_there_and_from_there_to_the_password(cast, db):
    client = cast("chair-ldg").signed_in()
    assert f'href="{ADDRESS}"' in client.get("/updates/").content.decode()
    assert reverse("account_change_password") in client.get(ADDRESS).content.decode()


@pytest.mark.parametrize(
    ("set_up", "shown", "sentence"),
    [
        (True, False, ""),
        (False, True, "This demonstration sends no e-mail"),
        (False, False, "E-mail is not set up here"),
    ],
)
def test_says_where_no_email_goes_out(cast, db, settings, set_up, shown, sentence):
    settings.EMAIL_IS_SET_UP, settings.EMAIL_IS_SHOWN = set_up, shown
    text = cast("chair-ldg").signed_in().get(ADDRESS).content.decode()
    assert sentence in text if sentence else "e-mail is not set up" not in text.lower()


def test_asks_the_database_little(cast, db, django_assert_max_num_queries):
    client = cast("dsp-police").signed_in()
    client.get(ADDRESS)
    with django_assert_max_num_queries(12):
        client.get(ADDRESS)
    assert permissions.may_read_plan(cast("dsp-police").person)
