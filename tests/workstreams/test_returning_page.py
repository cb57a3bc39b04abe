"""Giving updates back before a meeting: one, all of a post's, or the whole plan's, for one reason."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from workstreams import gather
from workstreams.models import Ledger, Level, Meeting, Plan, Post, Rating
from workstreams.operations import meetings, papers, ratings
from workstreams.picture import Reader
from workstreams.vocabulary import RatingStep


@pytest.fixture
def planned(db):
    return Meeting.objects.open_for_updates().get()


@pytest.fixture
def unit(db, cast):
    return cast("business-unit").signed_in()


@pytest.fixture
def measure(measure_at):
    return measure_at("2.1#3")


def address(meeting, **which):
    query = "&".join(f"{key}={value}" for key, value in which.items())
    return reverse("workstreams:returning-page", args=[meeting.pk]) + (f"?{query}" if query else "")


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def listed(page):
    return re.findall(r'name="returned" value="(\d+:\d+)"', page.content.decode())


def send(client, where, because="Say what changed.", **sent):
    page = client.get(where)
    return client.post(
        where, {"request_id": str(uuid4()), "because": because, "returned": listed(page)} | sent
    )


def proposals():
    picture = gather.picture_for(Reader(everything=True), Plan.objects.get())
    return [m for m in picture.measures if m.proposal]


def test_returns_one_with_its_reason(cast, unit, planned, measure):
    where = address(planned, measure=measure.pk)
    assert len(listed(unit.get(where))) == 1
    newest = Ledger.objects.order_by("-seq").first().seq
    answer = send(unit, where, because="The percentage is missing.")
    desk = reverse("workstreams:meeting-page", args=[planned.pk])
    assert (answer.status_code, answer["Location"]) == (303, desk)
    removed = measure.ratings.order_by("-pk").first()
    assert (removed.step, removed.because) == (RatingStep.REMOVED, "The percentage is missing.")
    trace = Ledger.objects.get(seq__gt=newest, table="workstreams_rating")
    assert (trace.because, trace.by) == (
        "The percentage is missing.",
        str(cast("business-unit").user.pk),
    )
    said = words(unit.get(desk))
    assert "Returned: one update, with your reason." in said
    assert re.search(r"Returned 24 November: The percentage is missing\.", said)


def test_shows_all_that_the_one_update_says(cast, unit, planned, measure_at):
    proposal = next(m for m in proposals() if m.proposal.recovery_plan)
    page = unit.get(address(planned, measure=proposal.id))
    assert page.context["one"].placed.measure.proposal.recovery_plan
    assert "Plan to recover:" in words(page)


def test_returns_all_that_one_post_sent_and_no_more(unit, planned, cast):
    post = cast("chair-mash").post
    theirs = [m for m in proposals() if m.proposal.post_id == post.pk]
    others = [m for m in proposals() if m.proposal.post_id != post.pk]
    assert len(theirs) > 1
    assert send(unit, address(planned, post=post.pk)).status_code == 303
    assert [m.id for m in proposals()] == [m.id for m in others]
    assert f"Returned: {len(theirs)} updates." in words(unit.get(address(planned)))


def test_returns_the_whole_plan_for_one_reason(unit, planned):
    number = len(proposals())
    page = unit.get(address(planned))
    assert "Return the whole plan’s updates" in words(page)
    assert len(listed(page)) == number
    send(unit, address(planned), because="The key changed.")
    assert proposals() == []
    assert Rating.objects.filter(step=RatingStep.REMOVED, because="The key changed.").count() == number
    assert "Nothing here can be returned" in words(unit.get(address(planned)))


def test_asks_for_the_reason_and_keeps_the_list(unit, planned, measure):
    before = Rating.objects.count()
    page = send(unit, address(planned, measure=measure.pk), because=" ")
    assert page.status_code == 422
    assert "Say why the update is returned" in words(page)
    assert "<title>Error: " in page.content.decode()
    assert len(listed(page)) == 1
    assert Rating.objects.count() == before


@pytest.mark.parametrize("returned", ["", "nonsense", "1:-1"])
def test_refuses_a_list_that_cannot_be_read(unit, planned, measure, returned):
    before = Rating.objects.count()
    page = send(unit, address(planned, measure=measure.pk), returned=[returned] if returned else [])
    assert page.status_code == 422
    assert Rating.objects.count() == before


def test_somebody_sent_again_meanwhile_so_none_is_returned_and_the_reason_is_kept(
    unit, planned, cast, measure
):
    where = address(planned)
    opened = listed(unit.get(where))
    proposal = ratings.standing_proposal(measure)
    newer = ratings.send_update(
        measure=measure,
        level=Level.objects.get(code="G"),
        words="Newer words.",
        by=cast("chair-mash").by,
        seen=proposal.pk,
    )
    before = Rating.objects.count()
    page = send(unit, where, because="The key changed.", returned=opened)
    assert page.status_code == 409
    assert "sent an update" in words(page)
    assert "The key changed." in page.content.decode()
    assert f"{measure.pk}:{newer.pk}" in listed(page)
    assert Rating.objects.count() == before
    form = page.context["form"]
    again = {
        "request_id": form["request_id"].value(),
        "because": "The key changed.",
        "returned": listed(page),
    }
    assert unit.post(where, again).status_code == 303
    assert proposals() == []


def test_the_same_press_again_gets_the_same_answer(unit, planned, measure):
    where = address(planned, measure=measure.pk)
    sent = {"request_id": str(uuid4()), "because": "Again.", "returned": listed(unit.get(where))}
    assert [unit.post(where, sent).status_code for _ in range(2)] == [303, 303]
    assert measure.ratings.filter(step=RatingStep.REMOVED, because="Again.").count() == 1


def test_what_stands_in_issued_papers_is_not_returned(plan, unit, planned, cast, measure):
    opened = listed(unit.get(address(planned)))
    papers.issue_papers(
        meeting=planned, plan=plan, label="2.1", changes="Papers", by=cast("business-unit").by
    )
    assert "Nothing here can be returned" in words(unit.get(address(planned)))
    before = Rating.objects.count()
    page = send(unit, address(planned), returned=opened)
    assert page.status_code == 422
    assert "It is in the papers that were issued" in words(page)
    assert Rating.objects.count() == before


def test_nothing_is_returned_once_the_meeting_has_begun(unit, planned, cast):
    opened = listed(unit.get(address(planned)))
    by = cast("business-unit").by
    meetings.hold_meeting(meeting=planned, present=[by.post], by=by)
    page = send(unit, address(planned), returned=opened)
    assert page.status_code == 422
    assert "This meeting has begun" in words(page)
    assert not Rating.objects.filter(step=RatingStep.REMOVED, meeting=planned).exists()


def test_a_post_or_measure_that_is_not_there_has_nothing_to_return(unit, planned):
    for which in ({"post": 999999}, {"measure": 999999}, {"post": "x"}):
        page = unit.get(address(planned, **which))
        assert page.status_code == 200
    assert not listed(unit.get(address(planned, post=Post.objects.get(kind="SCRUTINEER").pk)))


@pytest.mark.parametrize("who", ["chair-mash", "dsp-police", "scrutineer"])
def test_nobody_else_returns_an_update(cast, unit, planned, who, measure):
    sent = {"request_id": str(uuid4()), "because": "x", "returned": listed(unit.get(address(planned)))}
    client = cast(who).signed_in()
    assert client.get(address(planned)).status_code == 403
    assert client.post(address(planned), sent).status_code == 403
    assert ratings.standing_proposal(measure)


def test_partner_staff_and_strangers_do_not_find_it(cast, planned):
    assert cast("viewer").signed_in().get(address(planned)).status_code == 404
    assert Client().get(address(planned))["Location"].startswith(reverse("account_login"))


def test_asks_the_database_little(unit, planned, django_assert_max_num_queries):
    unit.get(address(planned))
    with django_assert_max_num_queries(10):
        unit.get(address(planned))
