"""A post changes hands: what is outstanding, one confirmation, and what the newcomer is and is not asked for."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.conftest import TODAY
from tests.screens import OTHERS, newest, nothing_written, words
from workstreams import gather, reminders
from workstreams.models import Appointment, Draft, Level, Meeting, Rating, User
from workstreams.operations import people, ratings

DAY = timedelta(days=1)
PEOPLE = reverse("workstreams:people-page")
UPDATES = reverse("workstreams:my-updates")


def address(post):
    return reverse("workstreams:handover-page", args=[post.pk])


@pytest.fixture
def unit(db, cast):
    return cast("business-unit").signed_in()


@pytest.fixture
def chair(db, cast):
    return cast("chair-ldg")


@pytest.fixture
def hand_over(fill):
    """Open the page and confirm it, with changes."""

    def act(client, post, **changes):
        said = {
            "email": "new@council.example",
            "name": "New Chair",
            "last_day": TODAY.isoformat(),
            "first_day": (TODAY + DAY).isoformat(),
            "because": "Her term is over.",
        }
        return client.post(address(post), fill(client.get(address(post)), **(said | changes)))

    return act


@pytest.fixture
def proposal(chair, measure_at):
    measure = measure_at("4.2#2")
    return ratings.send_update(
        measure=measure,
        level=Level.objects.get(code="G"),
        words="On its way.",
        by=chair.by,
        seen=measure.ratings.latest("pk").pk,
    )


def test_says_who_holds_it_and_what_is_outstanding(unit, chair, proposal, measure_at):
    measure = measure_at("4.1#1")
    Draft.objects.create(user=chair.user, measure=measure, fields={"words": "Nobody else reads this."})
    said = words(unit.get(address(chair.post)))
    assert "LDG chair holds it since 1 April 2023." in said
    assert "Updates asked for the meeting on" in said
    assert "Proposals that the Executive has not decided" in said
    assert "Drafts of the present holder theirs alone: they are not handed on 1 A draft" in said
    assert "Targets that have passed" in said
    assert "Highlight report for the meeting on" in said
    assert "Nobody else reads this." not in said


def test_says_that_nothing_waits(unit):
    post = people.add_post(title="Clerk", kind="OFFICER", by="test")
    said = words(unit.get(address(post)))
    assert "Nobody holds it now." in said
    assert "Nothing waits for this post." in said
    assert "Last day of the present holder" not in said


def test_ends_one_and_begins_the_other_and_leaves_its_trace(unit, chair, hand_over):
    went = hand_over(unit, chair.post)
    assert (went.status_code, went["Location"]) == (303, PEOPLE)
    old, new = Appointment.objects.filter(post=chair.post).order_by("starts_on")
    assert (old.ends_on, new.starts_on, new.user.email) == (TODAY, TODAY + DAY, "new@council.example")
    assert newest("appointment").because == "Her term is over."
    page = unit.get(PEOPLE)
    assert "LDG chair holds Chair of Learning and Development Group (LDG) until 24 November 2023" in words(
        page
    )
    assert "New Chair is invited as Chair of Learning" in words(page)
    assert "Single-use link for New Chair" in words(page)
    again = words(unit.get(address(chair.post)))
    assert "Somebody is to follow already" in again


def test_somebody_known_follows(unit, chair, hand_over, cast):
    other = cast("chair-mash").user
    assert hand_over(unit, chair.post, person=other.pk, email="", name="").status_code == 303
    assert other.appointments.filter(post=chair.post).exists()
    assert "signs in as before" in words(unit.get(PEOPLE))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"last_day": ""}, "Fill in “Last day of the present holder”"),
        ({"last_day": "2023-03-01"}, "An appointment ends on or after the day it starts."),
        ({"last_day": "2023-11-01"}, "acted in this post on"),
        ({"first_day": ""}, "Fill in “First day of the next holder”"),
        ({"first_day": "2023-11-24"}, "the first day comes after the last day"),
        ({"first_day": "2063-11-24"}, "more than two years ahead"),
        ({"email": ""}, "Fill in “E-mail address”"),
        ({"name": ""}, "Fill in “Name”"),
        ({"email": "scrutineer@demonstration.example"}, "The independent scrutineer holds no other post."),
        ({"because": ""}, "Say why, in a sentence"),
    ],
)
def test_bad_input_hands_over_nothing_and_says_why(unit, chair, hand_over, changes, why):
    with nothing_written():
        page = hand_over(unit, chair.post, **changes)
    assert page.status_code == 422
    assert why in page.content.decode()
    assert "Error: Hand over" in page.content.decode()
    assert not User.objects.filter(email="new@council.example").exists()


def test_somebody_who_was_first_is_not_overwritten(unit, chair, fill, cast):
    said = {"email": "new@council.example", "name": "N", "last_day": "2023-11-24", "because": "Mine."}
    sent = fill(unit.get(address(chair.post)), **said)
    held = chair.user.appointments.get()
    people.end_appointment(appointment=held, ends_on=TODAY + 9 * DAY, by=cast("business-unit").by)
    with nothing_written():
        page = unit.post(address(chair.post), sent)
    assert page.status_code == 409
    assert "Mine." in page.content.decode()
    assert unit.post(address(chair.post), fill(page)).status_code == 303


def test_the_same_handover_twice_is_one(unit, chair, fill):
    said = {"email": "new@council.example", "name": "N", "last_day": "2023-11-24", "because": "x"}
    sent = fill(unit.get(address(chair.post)), **said)
    assert [unit.post(address(chair.post), sent).status_code for _ in range(2)] == [303, 303]
    assert Appointment.objects.filter(post=chair.post).count() == 2


@pytest.mark.parametrize("who", OTHERS)
def test_is_not_there_for_others(db, cast, who, chair):
    client = cast(who).signed_in()
    assert client.get(address(chair.post)).status_code == 404
    with nothing_written():
        assert client.post(address(chair.post), {"last_day": "2023-11-24"}).status_code == 404


def test_leads_a_stranger_to_sign_in(db, chair):
    assert Client().get(address(chair.post))["Location"].startswith(reverse("account_login"))


def test_a_team_and_a_body_are_not_handed_over(unit, cast):
    assert unit.get(address(cast("business-unit").post)).status_code == 404


def test_costs_few_queries(unit, chair, proposal, django_assert_max_num_queries):
    unit.get(address(chair.post))
    with django_assert_max_num_queries(18):
        unit.get(address(chair.post))


# ---- the newcomer


@pytest.fixture
def newcomer(unit, chair, proposal, hand_over):
    """The next chair, signed in on the first day."""
    hand_over(unit, chair.post, last_day="2023-11-24", first_day="2023-11-25")
    go_to(date(2023, 11, 25))
    client, user = Client(), User.objects.get(email="new@council.example")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def go_to(day):
    moment = datetime.combine(day, time(9), gather.LONDON)
    with connection.cursor() as cursor:
        cursor.execute("select ledger.set_clock(%s)", [moment])


def test_the_newcomer_is_greeted_with_what_was_handed_over(newcomer):
    said = words(newcomer.get(UPDATES))
    assert "You have been Chair of Learning and Development Group (LDG) since 25 November 2023" in said
    assert "that the Executive has not decided" in said
    assert "since before your time" in said
    assert "LDG chair" not in said


def test_past_acts_stay_their_authors(newcomer, proposal, chair):
    assert Rating.objects.get(pk=proposal.pk).by == chair.user
    record = newcomer.get(reverse("workstreams:history-page") + f"?measure={proposal.measure_id}")
    assert "LDG chair" in words(record)


def test_no_draft_is_handed_on(unit, chair, hand_over, measure_at):
    measure = measure_at("4.1#1")
    Draft.objects.create(user=chair.user, measure=measure, fields={"words": "Nobody else reads this."})
    hand_over(unit, chair.post)
    go_to(TODAY + DAY)
    client = Client()
    user = User.objects.get(email="new@council.example")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    for page in (UPDATES, reverse("workstreams:measure-page", args=[measure.pk])):
        assert "Nobody else reads this." not in client.get(page).content.decode()


def test_the_newcomer_is_told_of_nothing_that_passed_before_the_first_day_but_of_an_open_question(newcomer):
    letters = {letter.user.email: letter for letter in reminders.waiting_letters(gather.head())}
    assert {key.partition(":")[0] for key in letters["new@council.example"].told} == {"CHALLENGED"}
    assert "chair-ldg@demonstration.example" not in letters


@pytest.fixture
def too_late(unit, chair, hand_over):
    """The next chair, signed in on the day after updates had closed."""
    meeting = Meeting.objects.next_of(Meeting.objects.first().group)
    closes = meeting.papers_close_at.astimezone(gather.LONDON).date()
    hand_over(unit, chair.post, last_day=closes.isoformat(), first_day=(closes + DAY).isoformat())
    go_to(closes + DAY)
    client, user = Client(), User.objects.get(email="new@council.example")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_what_had_closed_before_the_first_day_is_not_counted_as_theirs(too_late):
    page = too_late.get(UPDATES)
    assert "Nothing more is asked of you for this meeting" in words(page)
    assert "Asked before your time, and not sent" in words(page)
    mine = next(item for item in page.context["nav"]["items"] if item["label"] == "My updates")
    assert mine["count"] == 0


def test_sending_what_had_closed_before_the_first_day_leads_to_none_of_the_rest(too_late, measure_at):
    page = too_late.get(reverse("workstreams:measure-page", args=[measure_at("4.2#2").pk]))
    assert "Send update" in page.content.decode()
    assert "Send and next" not in page.content.decode()


def test_nobody_is_reminded_of_what_had_closed_before_the_first_day(too_late, inbox, cast, plan):
    chair = cast("chair-ldg").post
    said = reminders.remind_now(
        meeting=Meeting.objects.next_of(plan.deciding_group),
        plan=plan,
        posts=[chair],
        by=cast("business-unit").by,
    )
    assert said == [f"Began after updates had closed, so nothing was asked of whoever holds: {chair}."]
    assert inbox.messages == []


def test_somebody_reappointed_without_a_break_is_no_newcomer(cast, chair, unit):
    by = cast("business-unit").by
    people.end_appointment(appointment=chair.user.appointments.get(), ends_on=TODAY - DAY, by=by)
    people.appoint(user=chair.user, post=chair.post, starts_on=TODAY, by=by)
    said = words(chair.signed_in().get(UPDATES))
    assert "You have been Chair" not in said
    assert "before your time" not in said
    assert "Overdue" in said
