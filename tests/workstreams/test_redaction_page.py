"""The second look: every place the words stand in, and taking them out, or not."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from tests.workstreams.test_redactions import NAME, ask, said
from workstreams import ledger
from workstreams.models import Draft, Ledger, Rating, Redaction
from workstreams.operations import settle
from workstreams.redactions import MARK, places_of
from workstreams.vocabulary import RedactionState


@pytest.fixture
def row(db, cast, measure_at):
    return said(f"<b>We</b> met {NAME} in May.", measure_at("4.1#2"), cast("chair-ldg").by)


@pytest.fixture
def asked(row, cast):
    return ask(row, cast("business-unit").by)


@pytest.fixture
def address(asked):
    return f"/proof/redactions/{asked.pk}/"


def out(asked, **changes):
    seen = places_of(asked).seen
    return {"out-looked": "on", "out-seen": seen, "out-request_id": str(uuid4())} | changes


def no(**changes):
    return {"no-because": "It is a street.", "no-request_id": str(uuid4())} | changes


def words_of(row):
    return Rating.objects.get(pk=row.row).words


def test_shows_both_people_the_same_places(cast, row, asked, address, measure_at):
    Draft.objects.update_or_create(
        user=cast("chair-mash").user,
        measure=measure_at("4.1#2"),
        defaults={"fields": {"words": f"Secretly {NAME}"}},
    )
    pages = [cast(who).signed_in().get(address).content.decode() for who in ("business-unit", "dsp-council")]
    for page in pages:
        assert f"&lt;b&gt;We&lt;/b&gt; met <mark>{NAME}</mark> in May." in page
        assert "2 places" in page
        assert "Secretly" not in page
    assert "You asked for this." in pages[0]
    assert "Take it back" in pages[0]
    assert "Take these words out" in pages[1]
    seen = re.search(r'name="out-seen" value="(\w{64})"', pages[1])[1]
    assert seen == places_of(asked).seen


def test_takes_them_out_and_says_so_without_them(cast, row, asked, address):
    client = cast("dsp-council").signed_in()
    answer = client.post(address, out(asked))
    assert (answer.status_code, answer["Location"]) == (303, address)
    settle()
    assert words_of(row) == f"<b>We</b> met {MARK} in May."
    newest = Ledger.objects.latest("seq")
    assert (newest.operation, newest.after["confirmed_by"]) == ("REDACT", cast("dsp-council").user.pk)
    page = client.get(address).content.decode()
    assert "Taken out." in page
    assert f"/record/{newest.seq}/" in page
    for who in ("business-unit", "dsp-council", "scrutineer"):
        for where in (
            address,
            "/proof/redactions/",
            "/history/",
            f"/record/{row.seq}/",
            f"/record/{newest.seq}/",
        ):
            assert NAME not in cast(who).signed_in().get(where).content.decode(), where
    record = cast("scrutineer").signed_in().get(f"/record/{row.seq}/").content.decode()
    assert "Words were taken out of this record later" in record
    assert "Words taken out of 1 record" in cast("chair-ldg").signed_in().get("/history/").content.decode()
    assert not ledger.verify().faults


def test_without_having_looked_nothing_is_taken_out(cast, row, asked, address):
    answer = cast("dsp-council").signed_in().post(address, out(asked, **{"out-looked": ""}))
    assert answer.status_code == 422
    assert "Look at every place first" in answer.content.decode()
    assert NAME in words_of(row)


def test_who_looked_before_the_words_came_to_stand_elsewhere_looks_again(
    cast, row, asked, address, measure_at
):
    stale = out(asked)
    said(f"Also {NAME}.", measure_at("4.2#2"), cast("chair-ldg").by)
    client = cast("dsp-council").signed_in()
    answer = client.post(address, stale)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "This was changed after you opened the page" in page
    assert "Also" in page
    assert NAME in words_of(row)
    seen = re.search(r'name="out-seen" value="(\w{64})"', page)[1]
    assert client.post(address, out(asked, **{"out-seen": seen})).status_code == 303


def test_a_request_sent_twice_is_done_once(cast, asked, address):
    client, once = cast("dsp-council").signed_in(), out(asked)
    assert [client.post(address, once).status_code for _ in range(2)] == [303, 303]
    settle()
    assert Ledger.objects.filter(operation="REDACT").count() == 1


def test_refuses_with_words(cast, row, asked, address):
    client = cast("dsp-council").signed_in()
    assert client.post(address, no(**{"no-because": ""})).status_code == 422
    assert client.post(address, no()).status_code == 303
    asked.refresh_from_db()
    assert (asked.state, asked.words) == (RedactionState.REFUSED, "")
    assert "It is a street." in client.get(address).content.decode()
    assert NAME in words_of(row)


def test_who_asked_takes_it_back_and_cannot_do_it(cast, row, asked, address):
    client = cast("business-unit").signed_in()
    assert client.post(address, out(asked)).status_code == 403
    assert NAME in words_of(row)
    assert client.post(address, no()).status_code == 303
    assert "Taken back" in client.get(address).content.decode()


def test_what_a_partner_asks_the_business_unit_decides(cast, row):
    asked = ask(row, cast("dsp-council").by)
    address = f"/proof/redactions/{asked.pk}/"
    other = cast("dsp-police").signed_in()
    assert "somebody of the business unit takes the words out" in other.get(address).content.decode()
    assert other.post(address, out(asked)).status_code == 403
    assert NAME in words_of(row)
    assert cast("business-unit").signed_in().post(address, out(asked)).status_code == 303


def test_the_scrutineer_follows_it_without_the_words(cast, asked, address):
    client = cast("scrutineer").signed_in()
    page = client.get(address).content.decode()
    assert "It waits for a second person" in page
    assert NAME not in page
    assert client.post(address, out(asked)).status_code == 403


@pytest.mark.parametrize("who", ["chair-ldg", "viewer"])
def test_is_not_there_for_others(cast, row, asked, address, who):
    client = cast(who).signed_in()
    assert client.get(address).status_code == client.post(address, out(asked)).status_code == 404
    assert NAME in words_of(row)


def test_a_stranger_signs_in_first(client, address):
    assert client.get(address)["Location"].startswith("/account/login/")


def test_holds_a_constant_number_of_queries(
    cast, row, asked, address, measure_at, django_assert_max_num_queries
):
    for number in range(3):
        said(f"{NAME} again, {number}.", measure_at("4.2#2"), cast("chair-ldg").by)
    client = cast("dsp-council").signed_in()
    with django_assert_max_num_queries(60):
        assert client.get(address).status_code == 200


def test_a_page_from_elsewhere_takes_nothing_out(cast, row, asked, address):
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        cast("dsp-council").user, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert client.post(address, out(asked)).status_code == 403
    assert Redaction.objects.get().state == RedactionState.ASKED
