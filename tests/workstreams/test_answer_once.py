"""One request, one answer: however often it is sent, by whom and at once."""

import uuid

import pytest

from tests.conftest import together
from workstreams.models import Ledger, Rating, Receipt
from workstreams.operations import Refused, RequestReused, answer_once, ratings


@pytest.fixture
def ldg(cast, db):
    return cast("chair-ldg").by


@pytest.fixture
def unit(cast, db):
    return cast("business-unit").by


@pytest.fixture
def send(plan, ldg):
    """Send Green for a measure."""

    def act(measure):
        latest = measure.ratings.order_by("-pk").first()
        level = plan.levels.get(code="G")
        return ratings.send_update(measure=measure, level=level, words="Once.", by=ldg, seen=latest.pk)

    return act


@pytest.fixture
def ask(ldg):
    """Answer a request that does something countable."""
    done = []

    def act(request_id, *, user=None, content=None, do=None):
        def count():
            done.append(1)
            return f"/answers/{len(done)}/"

        return answer_once(
            request_id=request_id,
            user=user or ldg.user,
            content={"words": ["said"]} if content is None else content,
            do=do or count,
        )

    act.done = done
    return act


def test_the_same_request_again_gets_the_same_answer_and_does_nothing(ask):
    request_id = uuid.uuid4()
    assert [ask(request_id) for _ in range(3)] == ["/answers/1/"] * 3
    assert ask.done == [1]
    assert ask(uuid.uuid4()) == "/answers/2/"


@pytest.mark.parametrize("other", ["content", "user"])
def test_a_request_id_is_good_for_one_content_and_one_person(other, ask, unit):
    request_id = uuid.uuid4()
    ask(request_id)
    change = {"content": {"words": ["other"]}} if other == "content" else {"user": unit.user}
    with pytest.raises(RequestReused):
        ask(request_id, **change)
    assert ask.done == [1]
    assert ask(request_id) == "/answers/1/"


def test_the_order_of_the_fields_makes_no_other_request(ask):
    request_id = uuid.uuid4()
    ask(request_id, content={"a": ["1"], "b": ["2"]})
    assert ask(request_id, content={"b": ["2"], "a": ["1"]}) == "/answers/1/"


def test_what_was_refused_leaves_no_receipt_and_may_be_sent_again(ask, send, measure_at):
    measure, request_id = measure_at("4.2#2"), uuid.uuid4()

    def write_then_fail():
        send(measure)
        raise Refused("After it was written.")

    before = Rating.objects.count()
    with pytest.raises(Refused):
        ask(request_id, do=write_then_fail)
    assert (Receipt.objects.count(), Rating.objects.count()) == (0, before)
    assert ask(request_id) == "/answers/1/"


def test_twelve_of_the_same_request_at_once_write_one_row(stage, cast, measure_at, plan):
    measure, by, level = measure_at("4.2#2"), cast("chair-ldg").by, plan.levels.get(code="G")
    latest, request_id = measure.ratings.order_by("-pk").first(), uuid.uuid4()

    def do():
        rating = ratings.send_update(measure=measure, level=level, words="Once.", by=by, seen=latest.pk)
        return f"/ratings/{rating.pk}/"

    answers = together(
        12, lambda _: answer_once(request_id=request_id, user=by.user, content={"words": ["Once."]}, do=do)
    )
    (rating,) = Rating.objects.filter(follows=latest)
    assert answers == [f"/ratings/{rating.pk}/"] * 12
    assert Ledger.objects.filter(table="workstreams_rating", row=str(rating.pk)).count() == 1
