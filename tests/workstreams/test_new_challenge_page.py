"""Raising a challenge: about what the address names, by the scrutineer alone, once."""

import uuid
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from tests.screens import newest, nothing_written, words
from workstreams.models import Challenge, Workstream
from workstreams.operations import plan as planning
from workstreams.operations.challenges import raise_challenge
from workstreams.vocabulary import WORDS_LIMIT

ADDRESS = reverse("workstreams:new-challenge-page")


@pytest.fixture
def scrutineer(cast, db):
    return cast("scrutineer").signed_in()


def about(**thing):
    return f"{ADDRESS}?{'&'.join(f'{k}={v}' for k, v in thing.items())}"


def sent(text="What shows it?", **changes):
    return {"text": text, "seen": "", "request_id": str(uuid.uuid4())} | changes


def test_raises_one_and_leads_to_it(scrutineer, cast, measure_at):
    measure = measure_at("4.2#2")
    answer = scrutineer.post(about(measure=measure.pk), sent("What shows it?\r\nSince when?"))
    raised = Challenge.objects.latest("pk")
    assert (answer.status_code, answer["Location"]) == (
        303,
        reverse("workstreams:challenge-page", args=[raised.pk]),
    )
    assert (raised.measure, raised.step, raised.by) == (measure, "RAISED", cast("scrutineer").user)
    assert raised.text == "What shows it?\nSince when?"
    assert newest("challenge").row == str(raised.pk)
    page = words(scrutineer.get(answer["Location"]))
    assert "Raised. Those whom it asks are told" in page
    assert "Raised today, not answered yet" in page


def test_names_the_rating_and_its_record(scrutineer, measure_at):
    rating = measure_at("4.2#2").ratings.order_by("pk")[1]
    page = scrutineer.get(about(rating=rating.pk))
    row = newest("rating").__class__.objects.get(table="workstreams_rating", row=str(rating.pk))
    assert f"Record {row.seq}" in words(page)
    assert rating.words[:40] in unescape(words(page))
    scrutineer.post(about(rating=rating.pk), sent())
    assert Challenge.objects.latest("pk").rating == rating


def test_questions_a_workstream_or_else_the_whole_plan(scrutineer, plan):
    workstream = Workstream.objects.get(number="3")
    assert "Workstream 3" in words(scrutineer.get(about(workstream=workstream.pk)))
    scrutineer.post(about(workstream=workstream.pk), sent())
    scrutineer.post(about(plan=plan.ref), sent())
    newest_two = Challenge.objects.order_by("-pk")[:2]
    assert [(c.plan, c.workstream) for c in newest_two] == [(plan, None), (plan, workstream)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Say what you question, and what you want to know."),
        ("  ", "Say what you question, and what you want to know."),
        ("a" * (WORDS_LIMIT + 1), "Shorten this by 1 character."),
        ("bell\x07", "There is a hidden character"),
    ],
)
def test_bad_words_write_nothing_and_say_why(scrutineer, measure_at, text, sentence):
    with nothing_written():
        answer = scrutineer.post(about(measure=measure_at("4.2#2").pk), sent(text))
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "Error: " in answer.content.decode()
    assert text.strip() in answer.content.decode()


def test_a_double_click_raises_one(scrutineer, measure_at):
    before, form = Challenge.objects.count(), sent()
    answers = [scrutineer.post(about(measure=measure_at("4.2#2").pk), form) for _ in range(2)]
    assert {a.status_code for a in answers} == {303}
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Challenge.objects.count() == before + 1


def test_the_same_form_with_other_words_is_refused_and_keeps_them(scrutineer, measure_at):
    address, form = about(measure=measure_at("4.2#2").pk), sent()
    scrutineer.post(address, form)
    with nothing_written():
        answer = scrutineer.post(address, form | {"text": "Something else?"})
    assert answer.status_code == 409
    assert "Something else?" in answer.content.decode()
    assert scrutineer.post(address, sent("Something else?")).status_code == 303


def test_what_was_withdrawn_is_refused_before_and_after_it_is_typed(scrutineer, cast, measure_at):
    measure = measure_at("4.2#2")
    form = sent()
    planning.withdraw(item=measure, because="Merged.", by=cast("business-unit").by)
    page = scrutineer.get(about(measure=measure.pk))
    assert "has been withdrawn from the plan" in words(page)
    assert "<textarea" not in page.content.decode()
    with nothing_written():
        answer = scrutineer.post(about(measure=measure.pk), form)
    assert answer.status_code == 422
    assert "What shows it?" in answer.content.decode()


def test_shows_what_is_asked_of_it_already(scrutineer, cast, measure_at):
    raise_challenge(measure=measure_at("4.2#2"), text="Who counts?", by=cast("scrutineer").by)
    assert "Who counts?" in words(scrutineer.get(about(measure=measure_at("4.2#2").pk)))
    assert "Who counts?" not in words(scrutineer.get(about(measure=measure_at("4.1#1").pk)))


@pytest.mark.parametrize("who", ["business-unit", "chair-ldg", "dsp-police"])
def test_is_refused_to_everybody_else_who_reads_the_plan(db, cast, measure_at, who):
    client, address = cast(who).signed_in(), about(measure=measure_at("4.2#2").pk)
    with nothing_written():
        assert client.get(address).status_code == 403
        assert client.post(address, sent()).status_code == 403


@pytest.mark.parametrize("who", ["business-unit", "chair-mash", "dsp-police", "viewer"])
def test_tells_nobody_else_whether_there_is_such_a_rating(db, cast, measure_at, who):
    client = cast(who).signed_in()
    for rating in (measure_at("4.2#2").ratings.latest("pk").pk, 10**6, "none"):
        assert client.get(about(rating=rating)).status_code == 404
        with nothing_written():
            assert client.post(about(rating=rating), sent()).status_code == 404


def test_is_not_there_for_partner_staff_and_asks_a_stranger_to_sign_in(db, cast, measure_at):
    address = about(measure=measure_at("4.2#2").pk)
    assert cast("viewer").signed_in().get(address).status_code == 404
    answer = Client().get(address)
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/account/login/")


@pytest.mark.parametrize(
    "thing", ["measure=0", "rating=0", "workstream=0", "measure=x", "rating=", "plan=none"]
)
def test_what_is_not_there_is_not_found(scrutineer, thing):
    assert scrutineer.get(f"{ADDRESS}?{thing}").status_code == 404


def test_asks_the_database_a_constant_number_of_times(scrutineer, measure_at, django_assert_max_num_queries):
    address = about(measure=measure_at("4.2#2").pk)
    scrutineer.get(address)
    with django_assert_max_num_queries(14):
        scrutineer.get(address)
