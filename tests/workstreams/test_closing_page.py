"""Closing a meeting: what it decided in one look, and the version that freezes it."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from workstreams import gather
from workstreams.agenda import free_label
from workstreams.models import Ledger, Level, Meeting, Version
from workstreams.operations import impacts, meetings, ratings, targets
from workstreams.picture import Reader
from workstreams.vocabulary import VersionStep

REASON = "Two posts have been filled since."


@pytest.fixture
def held(db, cast):
    return meetings.hold_meeting(
        meeting=Meeting.objects.open_for_updates().get(),
        present=[cast("dsp-police").post],
        by=cast("business-unit").by,
    )


@pytest.fixture
def amended(held, cast, plan, measure_at):
    measure = measure_at("1.2#1")
    meetings.agree(
        measure=measure,
        meeting=held,
        level=Level.objects.get(plan=plan, code="G"),
        because=REASON,
        by=cast("business-unit").by,
        seen=ratings.standing_proposal(measure).pk,
    )
    return measure


@pytest.fixture
def unit(cast, held):
    return cast("business-unit").signed_in()


@pytest.fixture
def label(plan):
    """The next that is free."""
    return free_label(plan.versions.order_by("seq").values_list("label", flat=True))


def address(meeting):
    return reverse("workstreams:closing-page", args=[meeting.pk])


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_shows_what_was_decided_and_what_closing_will_do(unit, held, amended):
    page = unit.get(address(held))
    agenda, said = page.context["agenda"], words(page)
    assert "Decided otherwise than proposed" in said
    assert REASON in said
    assert "Ratings: closing marks these as not reached, and they carry on to the next meeting" in said
    for item in agenda.to_decide:
        assert item.name[:50].replace("'", "&#x27;") in said
    assert f"{len(agenda.not_updated)} not updated" in said


def test_lists_impact_and_dates_that_were_decided_or_wait(unit, held, cast, measure_at):
    by, chair = cast("business-unit").by, cast("chair-neglect").by
    accepted, waiting = measure_at("1.1#1"), measure_at("1.1#2")
    for measure in (accepted, waiting):
        impacts.report_impact(measure=measure, meeting=held, text="Waits fell.", by=chair)
    impacts.decide_impact(measure=accepted, meeting=held, accepted=True, text="", by=by)
    for place, chair in (("4.2#2", "chair-ldg"), ("2.2#4", "chair-dapb")):
        targets.ask_for_target(
            measure=measure_at(place), due_on=date(2024, 5, 31), because="Late.", by=cast(chair).by
        )
    targets.decide_target(measure=measure_at("4.2#2"), meeting=held, agreed=False, because="No.", by=by)
    page = unit.get(address(held))
    agenda, said = page.context["agenda"], words(page)
    assert [i.measure.id for i in agenda.impacts_accepted] == [accepted.pk]
    assert [i.measure.id for i in agenda.impacts_waiting] == [waiting.pk]
    assert [i.measure.id for i in agenda.dates_refused] == [measure_at("4.2#2").pk]
    assert [i.measure.id for i in agenda.dates_waiting] == [measure_at("2.2#4").pk]
    for text in (
        "Impact: these wait for the next meeting",
        "Dates asked for: these wait for the next meeting",
        "Impact accepted 1",
        "Dates kept 1",
        "Not agreed",
    ):
        assert text in said


def test_impact_decided_since_the_summary_was_opened_is_looked_at_first(unit, held, fill, cast, measure_at):
    measure = measure_at("1.1#1")
    impacts.report_impact(measure=measure, meeting=held, text="Waits fell.", by=cast("chair-neglect").by)
    sent = fill(unit.get(address(held)))
    impacts.decide_impact(measure=measure, meeting=held, accepted=True, text="", by=cast("business-unit").by)
    page = unit.post(address(held), sent)
    assert page.status_code == 409
    assert "This was changed after you opened the page" in words(page)
    assert unit.post(address(held), fill(page)).status_code == 303


def test_a_meeting_that_is_not_regular_leaves_what_it_does_not_decide(held, plan, cast, label):
    by = cast("business-unit").by
    meetings.close_meeting(meeting=held, plan=plan, label=label, changes="As agreed", by=by)
    between = meetings.decide_between_meetings(group=plan.deciding_group, present=[by.post], by=by)
    page = cast("business-unit").signed_in().get(address(between))
    assert "Ratings: these stay where they are" in words(page)


def test_suggests_the_next_label(unit, held, label):
    page = unit.get(address(held))
    assert page.context["form"]["label"].value() == label
    assert page.context["form"]["changes"].value() == "Ratings as agreed by the Executive on 24 November 2023"
    assert f"Close the meeting and freeze version {label}" in words(page)


def test_closes_and_freezes_the_version(unit, held, amended, fill, cast, label):
    newest = Ledger.objects.order_by("-seq").first().seq
    undecided = unit.get(address(held)).context["agenda"].to_decide
    answer = unit.post(address(held), fill(unit.get(address(held))))
    there = reverse("workstreams:meeting-page", args=[held.pk])
    assert (answer.status_code, answer["Location"]) == (303, there)
    version = Version.objects.get(meeting=held)
    assert (version.label, version.step) == (label, VersionStep.AGREED)
    frozen = gather.frozen(Reader(everything=True), version)
    assert frozen.find(amended.pk).measure.level.code == "G"
    traces = Ledger.objects.filter(seq__gt=newest)
    assert {t.table for t in traces} == {"workstreams_meeting", "workstreams_rating", "workstreams_version"}
    assert {t.by for t in traces} == {str(cast("business-unit").user.pk)}
    said = words(unit.get(there))
    assert f"The meeting is closed and version {label} is frozen." in said
    assert f"Not reached {len(undecided)}" in said


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"label": "1.10"}, "Version 1.10 exists already."),
        ({"label": ""}, "Give the version a label"),
        ({"label": "x" * 41}, "at most 40"),
        ({"changes": ""}, "Say in a sentence what changed"),
        ({"changes": "x" * 501}, "Shorten this by 1 character."),
    ],
)
def test_a_version_that_will_not_do_closes_nothing_and_says_why(unit, held, fill, changes, sentence):
    versions = Version.objects.count()
    page = unit.post(address(held), fill(unit.get(address(held)), **changes))
    assert page.status_code == 422
    assert sentence in words(page)
    for name, value in changes.items():
        assert page.context["form"][name].value() == value
    held.refresh_from_db()
    assert held.is_held
    assert Version.objects.count() == versions


def test_a_decision_since_the_summary_was_opened_is_looked_at_first(unit, held, fill, request):
    sent = fill(unit.get(address(held)), changes="Words of my own.")
    request.getfixturevalue("amended")
    page = unit.post(address(held), sent)
    assert page.status_code == 409
    assert "recorded Green" in words(page)
    assert REASON in words(page)
    assert page.context["form"]["changes"].value() == "Words of my own."
    held.refresh_from_db()
    assert held.is_held
    assert unit.post(address(held), fill(page)).status_code == 303


def test_closes_once(unit, held, fill):
    sent = fill(unit.get(address(held)))
    assert [unit.post(address(held), sent).status_code for _ in range(2)] == [303, 303]
    assert Version.objects.filter(meeting=held).count() == 1
    again = unit.post(address(held), sent | {"request_id": "7f1b1e64-0a0c-4f2b-8f5e-3b7d0d6a9e11"})
    assert again.status_code == 422
    assert "This meeting is closed." in words(again)


def test_leads_to_the_meeting_where_it_is_not_in_session(cast, db):
    client = cast("business-unit").signed_in()
    for meeting in Meeting.objects.all():
        answer = client.get(address(meeting))
        assert answer["Location"] == reverse("workstreams:meeting-page", args=[meeting.pk])


@pytest.mark.parametrize("who", ["chair-ldg", "dsp-police", "scrutineer"])
def test_nobody_else_closes_it(cast, held, unit, fill, who):
    sent = fill(unit.get(address(held)))
    client = cast(who).signed_in()
    assert client.get(address(held)).status_code == 403
    assert client.post(address(held), sent).status_code == 403
    held.refresh_from_db()
    assert held.is_held


def test_partner_staff_and_strangers_do_not_find_it(cast, held):
    assert cast("viewer").signed_in().get(address(held)).status_code == 404
    assert Client().get(address(held))["Location"].startswith(reverse("account_login"))
