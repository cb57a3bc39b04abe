"""One challenge: read by whom it asks, answered by them, closed by the scrutineer."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from tests.screens import newest, nothing_written, words
from workstreams.models import Challenge
from workstreams.operations.challenges import answer_challenge, close_challenge, raise_challenge
from workstreams.vocabulary import WORDS_LIMIT


@pytest.fixture
def raised(db, cast, measure_at):
    return raise_challenge(measure=measure_at("4.2#2"), text="What <shows> it?", by=cast("scrutineer").by)


@pytest.fixture
def address(raised):
    return reverse("workstreams:challenge-page", args=[raised.pk])


@pytest.fixture
def chair(cast):
    return cast("chair-ldg").signed_in()


@pytest.fixture
def scrutineer(cast):
    return cast("scrutineer").signed_in()


def sent(which, text, **changes):
    facts = {"text": text, "seen": "", "request_id": str(uuid.uuid4())} | changes
    return {f"{which}-{name}": value for name, value in facts.items()}


def steps(raised):
    return list(Challenge.objects.filter(in_reply_to=raised).order_by("pk").values_list("step", flat=True))


def test_an_answer_is_recorded_and_read(raised, address, chair, scrutineer):
    answer = chair.post(address, sent("answer", "The sheet shows it."))
    assert (answer.status_code, answer["Location"]) == (303, address)
    assert newest("challenge").image["text"] == "The sheet shows it."
    page = words(scrutineer.get(address))
    assert "Chair of Learning and Development Group (LDG) answered" in page
    assert "The sheet shows it." in page
    assert "Answered, raised today" in page
    assert "What &lt;shows&gt; it?" in page


def test_several_may_answer_and_the_scrutineer_closes_it(raised, address, cast, scrutineer):
    for who in ("chair-ldg", "dsp-police", "business-unit"):
        assert cast(who).signed_in().post(address, sent("answer", f"So says {who}.")).status_code == 303
    seen = scrutineer.get(address).context["close"]["seen"].value()
    assert scrutineer.post(address, sent("close", "Thank you.", seen=seen)).status_code == 303
    assert steps(raised) == ["ANSWERED", "ANSWERED", "ANSWERED", "CLOSED"]
    page = scrutineer.get(address)
    assert "The scrutineer closed it" in words(page)
    assert "<textarea" not in page.content.decode()


@pytest.mark.parametrize("which", ["answer", "close"])
@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "Say "), (" \n", "Say "), ("a" * (WORDS_LIMIT + 2), "Shorten this by 2 characters.")],
)
def test_bad_words_write_nothing_and_say_why(raised, address, cast, which, text, sentence):
    client = cast({"answer": "chair-ldg", "close": "scrutineer"}[which]).signed_in()
    with nothing_written():
        answer = client.post(address, sent(which, text, seen=str(raised.pk)))
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "Error: " in answer.content.decode()


def test_what_was_typed_while_it_was_closed_comes_back(raised, address, cast, chair):
    form = sent("answer", "Nearly finished <b>words</b>.")
    close_challenge(challenge=raised, text="Settled.", by=cast("scrutineer").by, seen=raised.pk)
    with nothing_written():
        answer = chair.post(address, form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Nearly finished &lt;b&gt;words&lt;/b&gt;." in page
    assert "takes no more answers" in page
    assert "Send this answer" not in page


def test_an_answer_that_came_while_the_scrutineer_wrote_is_shown_first(raised, address, cast, scrutineer):
    form = sent("close", "Nobody answers.", seen=str(raised.pk))
    answer_challenge(challenge=raised, text="We do.", by=cast("chair-ldg").by)
    with nothing_written():
        answer = scrutineer.post(address, form)
    assert answer.status_code == 409
    assert "We do." in words(answer)
    assert "Nobody answers." in words(answer)
    again = answer.context["close"]
    again = {f"close-{name}": again[name].value() for name in ("text", "seen", "request_id")}
    assert scrutineer.post(address, again).status_code == 303
    assert steps(raised) == ["ANSWERED", "CLOSED"]


def test_a_double_click_answers_once(raised, address, chair):
    form = sent("answer", "Once.")
    assert [chair.post(address, form).status_code for _ in range(2)] == [303, 303]
    assert steps(raised) == ["ANSWERED"]


def test_is_not_there_for_whom_it_does_not_ask(address, cast):
    for who in ("chair-mash", "chair-arg", "viewer"):
        client = cast(who).signed_in()
        with nothing_written():
            assert client.get(address).status_code == 404
            assert client.post(address, sent("answer", "Me too.")).status_code == 404
    answer = Client().get(address)
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/account/login/")


def test_nobody_closes_who_answers_and_nobody_answers_who_closes(address, chair, scrutineer):
    with nothing_written():
        assert chair.post(address, sent("close", "Enough.")).status_code == 403
        assert scrutineer.post(address, sent("answer", "I answer myself.")).status_code == 403
        assert chair.post(address, {}).status_code == 403


def test_a_partner_who_sits_for_two_posts_says_for_which(address, cast):
    page = cast("dsp-council").signed_in().get(address)
    posts = page.context["answer"].posts
    assert {str(post) for post in posts.values()} == {"Director of Children's Services (SMBC)"}
    unit = cast("business-unit").signed_in().get(address).context["answer"]
    assert [str(post) for post in unit.posts.values()] == ["Business Unit"]


def test_htmx_gets_its_region_alone(raised, address, chair):
    htmx = {"HX-Request": "true"}
    region = chair.get(address, headers=htmx).content.decode()
    assert region.lstrip().startswith('<div id="challenge">')
    assert "<html" not in region
    answer = chair.post(address, sent("answer", ""), headers=htmx)
    assert answer.status_code == 422
    assert "<html" not in answer.content.decode()
    assert "Say what the scrutineer is to know." in answer.content.decode()


def test_a_reply_is_no_page_of_its_own(raised, cast, scrutineer):
    reply = answer_challenge(challenge=raised, text="So.", by=cast("chair-ldg").by)
    assert scrutineer.get(reverse("workstreams:challenge-page", args=[reply.pk])).status_code == 404


def test_asks_the_database_a_constant_number_of_times(
    raised, address, cast, chair, django_assert_max_num_queries
):
    for number in range(5):
        answer_challenge(challenge=raised, text=f"{number}.", by=cast("chair-ldg").by)
    chair.get(address)
    with django_assert_max_num_queries(14):
        chair.get(address)
