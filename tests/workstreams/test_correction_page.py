"""Correcting what was recorded of a closed meeting, on a page of its own: by the business unit, with its reason."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from workstreams.models import Ledger, Rating, Receipt
from workstreams.operations import meetings, ratings

WHY = "The clerk's own note says Red."


@pytest.fixture
def measure(db, measure_at):
    return measure_at("1.2#2")  # agreed, and nothing proposed since


@pytest.fixture
def unit(cast, db):
    return cast("business-unit").signed_in()


def address(measure):
    return reverse("workstreams:correction-page", args=[measure.pk])


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode())).replace("&#x27;", "'")


def test_shows_what_is_recorded_and_what_a_correction_leaves(unit, measure):
    agreed = ratings.agreed_rating(measure)
    said = words(unit.get(address(measure)))
    assert f"Recorded of {agreed.meeting.held_on:%-d %B %Y}" in said
    assert agreed.level.word in said
    assert "frozen stay as they are" in said


def test_the_measure_leads_there_for_the_business_unit_alone(cast, unit, measure):
    page = reverse("workstreams:measure-page", args=[measure.pk])
    assert f'href="{address(measure)}"' in unit.get(page).content.decode()
    for who in ("chair-ldg", "scrutineer"):
        assert address(measure) not in cast(who).signed_in().get(page).content.decode()


def test_a_correction_leaves_its_row_its_ledger_row_and_its_words(unit, cast, measure, fill):
    agreed, newest = ratings.agreed_rating(measure), Ledger.objects.latest("seq").seq
    answer = unit.post(address(measure), fill(unit.get(address(measure)), level="R", because=WHY))
    there = reverse("workstreams:measure-page", args=[measure.pk])
    assert (answer.status_code, answer["Location"]) == (303, there)
    row = ratings.agreed_rating(measure)
    assert (row.corrects, row.level.code, row.because) == (agreed, "R", WHY)
    trace = Ledger.objects.get(seq__gt=newest)
    assert (trace.by, trace.because) == (str(cast("business-unit").user.pk), WHY)
    said = words(unit.get(there))
    for text in ("Corrected. What was recorded before stays in the history", WHY, "corrected since"):
        assert text in said
    meeting = reverse("workstreams:meeting-page", args=[agreed.meeting_id])
    for who in ("business-unit", "chair-arg"):
        assert "Corrected since" in words(cast(who).signed_in().get(meeting))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"level": "", "because": WHY}, "Choose the level that the Executive agreed."),
        ({"level": "X", "because": WHY}, "Select a valid choice"),
        ({"level": "R", "because": ""}, "Say what was recorded wrongly, and how that is known."),
        ({"level": "R", "because": "x" * 3001}, "Shorten this by 1 character."),
        ({"level": "same", "because": WHY}, "is what is recorded. Choose the level that was agreed."),
    ],
)
def test_what_will_not_do_writes_nothing_and_says_why(unit, measure, fill, typed, sentence):
    rows = Rating.objects.count()
    if typed["level"] == "same":
        typed = typed | {"level": ratings.agreed_rating(measure).level.code}
    page = unit.post(address(measure), fill(unit.get(address(measure)), **typed))
    assert page.status_code == 422
    assert sentence in words(page)
    assert page.context["form"]["because"].value() == typed["because"]
    assert "<title>Error: Correct" in page.content.decode()
    assert Rating.objects.count() == rows
    assert not Receipt.objects.exists()


def test_the_second_of_two_keeps_its_words_and_sees_what_stands(unit, measure, fill):
    late = fill(unit.get(address(measure)), level="R", because=WHY)
    unit.post(address(measure), fill(unit.get(address(measure)), level="B", because="Blue it was."))
    rows = Rating.objects.count()
    page = unit.post(address(measure), late)
    assert page.status_code == 409
    assert "recorded Blue" in words(page)
    assert page.context["form"]["because"].value() == WHY
    assert Rating.objects.count() == rows
    assert unit.post(address(measure), fill(page)).status_code == 303


def test_the_same_press_again_writes_nothing_and_answers_the_same(unit, measure, fill):
    sent = fill(unit.get(address(measure)), level="R", because=WHY)
    first, rows = unit.post(address(measure), sent), Rating.objects.count()
    assert unit.post(address(measure), sent)["Location"] == first["Location"]
    assert Rating.objects.count() == rows


def test_says_where_to_correct_what_a_sitting_meeting_agreed(unit, cast, plan, measure_at):
    measure, by = measure_at("1.2#1"), cast("business-unit").by
    meeting = meetings.decide_between_meetings(group=plan.deciding_group, present=[by.post], by=by)
    proposal = ratings.standing_proposal(measure)
    meetings.agree(measure=measure, meeting=meeting, level=proposal.level, by=by, seen=proposal.pk)
    page = unit.get(address(measure))
    assert page.context["form"] is None
    assert "Correct it among its decisions." in words(page)
    assert reverse("workstreams:decisions-page", args=[meeting.pk]) in page.content.decode()


@pytest.mark.parametrize("who", ["chair-ldg", "dsp-police", "scrutineer"])
def test_nobody_else_corrects_it(cast, unit, measure, fill, who):
    client, sent = cast(who).signed_in(), fill(unit.get(address(measure)), level="R", because=WHY)
    rows = Rating.objects.count()
    assert client.get(address(measure)).status_code == 403
    assert client.post(address(measure), sent).status_code == 403
    assert Rating.objects.count() == rows


def test_partner_staff_and_strangers_do_not_find_it(cast, measure):
    assert cast("viewer").signed_in().get(address(measure)).status_code == 404
    assert Client().get(address(measure))["Location"].startswith(reverse("account_login"))
