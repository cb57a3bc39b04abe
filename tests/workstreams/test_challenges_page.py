"""The log of challenges, and each other page on which they stand."""

import re

import pytest
from django.urls import reverse

from tests.screens import words
from workstreams import gather
from workstreams.models import Challenge, Meeting, Workstream
from workstreams.operations.challenges import answer_challenge, close_challenge, raise_challenge
from workstreams.operations.meetings import hold_meeting
from workstreams.operations.ratings import send_update
from workstreams.picture import Reader

ADDRESS = reverse("workstreams:challenges-page")


@pytest.fixture
def three(db, cast, measure_at):
    """One that waits, one that is answered, one that is closed; of workstreams 4, 4 and 1."""
    by = cast("scrutineer").by
    waits = raise_challenge(measure=measure_at("4.2#2"), text="Who counts?", by=by)
    rating = measure_at("4.2#1").ratings.order_by("pk").first()
    answered = raise_challenge(rating=rating, text="Who learns?", by=by)
    closed = raise_challenge(workstream=Workstream.objects.get(number="1"), text="Who plans?", by=by)
    answer_challenge(challenge=answered, text="Everybody.", by=cast("chair-ldg").by)
    close_challenge(challenge=closed, text="Settled.", by=by, seen=closed.pk)
    return waits, answered, closed


def listed(page):
    return [told.challenge.id for told in page.context["shown"]]


def test_lists_what_waits_first_with_its_age(cast, three):
    page = cast("scrutineer").signed_in().get(ADDRESS)
    order = listed(page)
    waits, answered, closed = (order.index(c.pk) for c in three)
    assert waits < answered < closed
    text = words(page)
    assert "Raised today, not answered yet" in text
    assert "the rating Blue, agreed on 18 July 2023" in text
    assert "Not answered for 2 weeks" in text  # of the demonstration


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", (0, 1, 2)),
        ("stands=open", (0, 1)),
        ("stands=waiting", (0,)),
        ("stands=answered", (1,)),
        ("stands=closed", (2,)),
        ("workstream=4", (0, 1)),
        ("workstream=1&stands=closed", (2,)),
        ("workstream=2", ()),
        ("stands=nonsense&workstream=99", (0, 1, 2)),
    ],
)
def test_filters_by_what_stands_in_the_address(cast, three, asked, found):
    page = cast("scrutineer").signed_in().get(f"{ADDRESS}?{asked}")
    own = {c.pk: n for n, c in enumerate(three)}
    assert sorted(own[pk] for pk in listed(page) if pk in own) == list(found)
    kept = "&amp;".join(p for p in asked.split("&") if "nonsense" not in p and "99" not in p)
    link = f"{reverse('reporting:challenges-pdf')}?plan={three[0].plan.ref}{'&amp;' if kept else ''}{kept}"
    assert (sorted(link.split("&amp;")) == sorted(pdf_link(page).split("&amp;"))) is bool(found)


def pdf_link(page):
    found = re.search(r'href="([^"]+challenges\.pdf[^"]*)"', page.content.decode())
    return found[1] if found else ""


def test_says_so_where_nothing_fits_and_where_nothing_is_asked(cast, three):
    assert "Nothing matches these filters" in words(
        cast("scrutineer").signed_in().get(f"{ADDRESS}?workstream=5")
    )
    assert "Nothing is asked of you" in words(cast("chair-mash").signed_in().get(ADDRESS))


def test_shows_each_reader_what_asks_them(cast, three):
    chair = listed(cast("chair-ldg").signed_in().get(ADDRESS))
    assert {c.pk for c in three} <= set(chair)
    assert three[0].pk not in listed(cast("chair-neglect").signed_in().get(ADDRESS))
    assert cast("viewer").signed_in().get(ADDRESS).status_code == 404


def test_offers_raising_one_to_the_scrutineer_alone(cast, three):
    assert "Raise a challenge" in words(cast("scrutineer").signed_in().get(ADDRESS))
    for who in ("business-unit", "chair-ldg"):
        assert "Raise a challenge" not in words(cast(who).signed_in().get(ADDRESS))


def test_asks_the_database_a_constant_number_of_times(cast, plan, three, django_assert_max_num_queries):
    client = cast("scrutineer").signed_in()
    client.get(ADDRESS)
    for number in range(10):
        raise_challenge(plan=plan, text=f"{number}?", by=cast("scrutineer").by)
    with django_assert_max_num_queries(40):  # a new picture is taken
        client.get(ADDRESS)
    with django_assert_max_num_queries(8):
        client.get(ADDRESS)


# ---- where else they stand


def test_the_measure_shows_an_open_one_and_its_timeline_all(cast, three, measure_at):
    address = reverse("workstreams:measure-page", args=[measure_at("4.2#2").pk])
    for who, verb in (
        ("chair-ldg", "Answer"),
        ("scrutineer", "See this challenge"),
        ("business-unit", "Answer"),
    ):
        text = words(cast(who).signed_in().get(address))
        assert "The scrutineer asks Who counts?" in text
        assert f"{verb} : Who counts?" in text
        assert "Challenge raised about a measure" in text
    other = words(cast("chair-neglect").signed_in().get(address))
    assert "Who counts?" not in other
    assert "Challenge raised" not in other


def test_a_closed_one_is_on_the_measure_in_its_timeline_alone(db, cast, measure_at):
    by, measure = cast("scrutineer").by, measure_at("4.2#2")
    raised = raise_challenge(measure=measure, text="Who counts?", by=by)
    close_challenge(challenge=raised, text="Settled.", by=by, seen=raised.pk)
    page = cast("chair-ldg").signed_in().get(reverse("workstreams:measure-page", args=[measure.pk]))
    assert page.context["questions"] == ()
    assert "Challenge closed" in words(page)


def test_the_scrutineer_finds_the_way_on_the_measure_and_on_a_record(db, cast, measure_at):
    client, measure = cast("scrutineer").signed_in(), measure_at("4.2#2")
    page = client.get(reverse("workstreams:measure-page", args=[measure.pk])).content.decode()
    agreed = measure.ratings.filter(step="AGREED").order_by("-pk").first()
    new = reverse("workstreams:new-challenge-page")
    assert f"{new}?measure={measure.pk}" in page
    assert f"{new}?rating={agreed.pk}" in page
    picture = gather.picture_for(Reader(everything=True), measure.action.outcome.plan)
    seq = picture.find(measure.pk).measure.agreed.seq
    record = reverse("workstreams:record-page", args=[seq])
    assert f"{new}?rating={agreed.pk}" in client.get(record).content.decode()
    assert new not in cast("business-unit").signed_in().get(record).content.decode()


def test_my_updates_asks_what_is_not_answered_first(cast, three):
    page = cast("chair-ldg").signed_in().get(reverse("workstreams:my-updates"))
    [part] = page.context["parts"]
    waits = [told.challenge.waits for told in part["questions"]]
    assert waits == sorted(waits, reverse=True)
    assert three[2].pk not in {told.challenge.id for told in part["questions"]}
    assert "Asked of you by the scrutineer" in words(page)
    assert f"{part['unanswered']} questions not answered yet" in words(page)


def test_my_updates_says_why_no_change_is_not_enough(cast, three):
    text = words(cast("chair-ldg").signed_in().get(reverse("workstreams:my-updates")))
    assert "The scrutineer’s question of 24 November 2023 is open. Say what is happening." in text


def test_the_plan_marks_its_measure_with_a_word(cast, plan, three):
    address = reverse("workstreams:plan-page", args=[plan.ref])
    before = Challenge.objects.open().exclude(measure=None).values("measure").distinct().count()
    assert words(cast("scrutineer").signed_in().get(address)).count("Challenged") == before
    assert "Challenged" not in words(cast("viewer").signed_in().get(address))
    reference = reverse("workstreams:reference-page", args=[plan.ref, "4.2"])
    assert "The scrutineer asks 4.2" in words(cast("chair-ldg").signed_in().get(reference))


def test_the_workstream_s_page_shows_what_is_asked_of_it(cast, plan):
    raise_challenge(
        workstream=Workstream.objects.get(number="2"), text="Who leads?", by=cast("scrutineer").by
    )
    address = reverse("workstreams:reference-page", args=[plan.ref, "2"])
    page = words(cast("chair-mash").signed_in().get(address))
    assert "Workstream 2" in page
    assert "Who leads?" in page
    assert "Who leads?" not in words(cast("chair-ldg").signed_in().get(address))
    workstream = Workstream.objects.get(number="2")
    raise_link = f"{reverse('workstreams:new-challenge-page')}?workstream={workstream.pk}"
    assert raise_link in cast("scrutineer").signed_in().get(address).content.decode()


def test_the_dashboard_counts_the_open_ones(cast, three):
    page = cast("scrutineer").signed_in().get(reverse("workstreams:dashboard-page"))
    assert f"Challenges open: {Challenge.objects.open().count()}" in words(page)


def test_the_desk_of_the_business_unit_lists_what_nobody_answered(cast, plan, three):
    meeting = Meeting.objects.next_of(plan.deciding_group)
    page = cast("business-unit").signed_in().get(reverse("workstreams:meeting-page", args=[meeting.pk]))
    text = words(page)
    assert "Challenges that nobody has answered" in text
    assert "Who counts?" in text
    assert "Who learns?" not in text


def test_the_agenda_shows_them_beside_the_decision(cast, plan, three, measure_at):
    measure = measure_at("4.2#2")
    level = plan.levels.get(code="G")
    seen = measure.ratings.order_by("-pk").first().pk
    send_update(measure=measure, level=level, words="All is well.", by=cast("chair-ldg").by, seen=seen)
    meeting = hold_meeting(
        meeting=Meeting.objects.next_of(plan.deciding_group),
        present=[cast("dsp-council").post],
        by=cast("business-unit").by,
    )
    address = reverse("workstreams:decisions-page", args=[meeting.pk])
    page = cast("business-unit").signed_in().get(f"{address}?measure={measure.pk}")
    assert "The scrutineer asks Who counts?" in words(page)
