"""Asking, from one record, for words to be taken out."""

from uuid import uuid4

import pytest

from tests.workstreams.test_redactions import NAME, said
from workstreams.models import Rating, Redaction
from workstreams.operations import recorded
from workstreams.vocabulary import RedactionState


@pytest.fixture
def row(db, cast, measure_at):
    return said(f"We met {NAME} in May.", measure_at("4.1#2"), cast("chair-ldg").by)


@pytest.fixture
def address(row):
    return f"/record/{row.seq}/redaction/"


def sent(**changes):
    return {"words": NAME, "because": "A child was named.", "request_id": str(uuid4())} | changes


def test_begins_on_the_record_and_shows_what_it_says(cast, row, address):
    client = cast("business-unit").signed_in()
    assert f'href="{address}"' in client.get(f"/record/{row.seq}/").content.decode()
    page = client.get(address).content.decode()
    assert f"We met {NAME} in May." in page
    assert "It can’t be undone" in page
    assert "Names of people who hold a post stay" in page


@pytest.mark.parametrize("who", ["business-unit", "dsp-police"])
def test_asks_and_leads_to_every_place(cast, row, address, who):
    client = cast(who).signed_in()
    answer = client.post(address, sent())
    asked = Redaction.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/proof/redactions/{asked.pk}/")
    assert (asked.seq, asked.words, asked.state) == (row.seq, NAME, RedactionState.ASKED)
    assert (asked.by, asked.for_post) == (cast(who).user, cast(who).post)
    page = client.get(answer["Location"]).content.decode()
    assert "Nothing is taken out before another person has looked at it." in page
    assert Rating.objects.get(pk=row.row).words == f"We met {NAME} in May."


def test_a_request_sent_twice_asks_once(cast, address):
    client, once = cast("business-unit").signed_in(), sent()
    assert client.post(address, once)["Location"] == client.post(address, once)["Location"]
    assert Redaction.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"words": ""}, "Fill in “The words to be taken out”"),
        ({"because": ""}, "Say why these words are taken out."),
        ({"words": "Q"}, "One letter stands everywhere."),
        ({"words": "Nobody Wrote This"}, "does not hold these words"),
        ({"words": NAME.lower()}, "capital letters and all"),
        ({"words": "PROVISIONAL"}, "part of a name, a reference or a label"),
        ({"because": f"{NAME} was named."}, "Say why without the words themselves"),
        ({"words": "in "}, "If all of them are meant, say so"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_bad_input_asks_for_nothing_says_why_and_keeps_what_was_typed(cast, address, wrong, why):
    answer = cast("business-unit").signed_in().post(address, sent(**wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert why in page
    assert "There is a problem" in page
    for text in sent(**wrong).values():
        assert text in page or len(text) == 36
    assert not Redaction.objects.exists()


def test_words_in_many_places_are_taken_where_all_are_meant(cast, address):
    client = cast("business-unit").signed_in()
    assert client.post(address, sent(words="in ")).status_code == 422
    assert client.post(address, sent(words="in ", everywhere="on")).status_code == 303


@pytest.mark.parametrize("who", ["chair-ldg", "scrutineer", "viewer"])
def test_is_not_there_for_others(cast, row, address, who):
    client = cast(who).signed_in()
    assert client.get(address).status_code == 404
    assert client.post(address, sent()).status_code == 404
    assert address not in client.get(f"/record/{row.seq}/").content.decode()
    assert not Redaction.objects.exists()


def test_a_stranger_signs_in_first(client, address):
    assert client.get(address)["Location"].startswith("/account/login/")


def test_a_record_of_a_drafted_plan_is_not_there_for_a_partner(cast, row, plan):
    with recorded("test"):
        type(plan).objects.update(state="DRAFT")
    assert cast("dsp-police").signed_in().get(f"/record/{row.seq}/redaction/").status_code == 404
    assert cast("business-unit").signed_in().get(f"/record/{row.seq}/redaction/").status_code == 200
