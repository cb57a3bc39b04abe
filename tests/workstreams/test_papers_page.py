"""The papers of a meeting: what will be in them, issued, added to, withdrawn."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from sscp.demonstration import set_clock
from workstreams import gather
from workstreams.agenda import next_label
from workstreams.models import Ledger, Level, Meeting, Version
from workstreams.operations import meetings, papers, ratings
from workstreams.vocabulary import MeetingState, VersionStep


@pytest.fixture
def planned(db):
    return Meeting.objects.open_for_updates().get()


@pytest.fixture
def unit(db, cast):
    return cast("business-unit").signed_in()


def address(meeting):
    return reverse("workstreams:papers-page", args=[meeting.pk])


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def issue(client, meeting, fill, **changes):
    return client.post(address(meeting), fill(client.get(address(meeting)), **changes))


def labels():
    """The three labels after the newest version's."""
    found = [Version.objects.order_by("-seq").first().label]
    for _ in range(3):
        found.append(next_label(found[-1]))
    return found[1:]


def later():
    """An hour on: the clock of the demonstration stands still otherwise."""
    set_clock(gather.head().at + timedelta(hours=1))


def send_late(measure, by):
    later()
    return ratings.send_update(
        measure=measure,
        level=Level.objects.get(code="G"),
        words="Sent while the papers were out.",
        by=by,
        seen=measure.ratings.order_by("-pk").first().pk,
    )


def version_of(meeting):
    return Version.objects.papers_of(meeting)


def test_shows_what_will_be_in_them_and_suggests_the_label(unit, planned):
    page = unit.get(address(planned))
    said = words(page)
    known, updated = page.context["known"], page.context["updated"]
    assert f"Updated {updated} of {known}" in said
    assert f"Not updated {known - updated}" in said
    assert "Highlight reports 0 of 6" in said
    assert len(page.context["missing"]) == known - updated
    form = page.context["issue"]
    assert form["label"].value() == labels()[0]
    assert form["changes"].value() == "Provisional ratings for the Executive on 2 January 2024"


def test_issues_them_and_leads_to_the_pack(cast, unit, planned, fill):
    newest, (label, *_) = Ledger.objects.order_by("-seq").first().seq, labels()
    answer = issue(unit, planned, fill)
    version = version_of(planned)
    assert (answer.status_code, answer["Location"]) == (
        303,
        reverse("reporting:pack-page", args=[version.pk]),
    )
    planned.refresh_from_db()
    assert planned.state == MeetingState.PAPERS_ISSUED
    assert (version.label, version.step) == (label, VersionStep.PROVISIONAL)
    traces = Ledger.objects.filter(seq__gt=newest)
    assert {t.table for t in traces} == {"workstreams_meeting", "workstreams_version"}
    assert {t.by for t in traces} == {str(cast("business-unit").user.pk)}
    page = words(unit.get(address(planned)))
    assert f"Issued: version {label} is frozen." in page
    assert "The papers are out." in page
    assert re.search(rf"Papers 24 November 2023, \d+:\d\d {re.escape(label)} Provisional ratings", page)


def test_the_meeting_says_that_they_are_out(cast, unit, planned, fill):
    issue(unit, planned, fill)
    for who in ("business-unit", "dsp-police", "chair-ldg"):
        said = words(cast(who).signed_in().get(reverse("workstreams:meeting-page", args=[planned.pk])))
        assert "The papers are out." in said, who
        assert "Papers of this meeting" in said, who
    assert "Its papers were issued on 24 November" in words(unit.get(reverse("workstreams:meetings-page")))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"label": ""}, "Give the version a label"),
        ({"label": "1.10"}, "Version 1.10 exists already"),
        ({"changes": ""}, "Say in a sentence what changed"),
    ],
)
def test_bad_input_issues_nothing_and_says_why(unit, planned, fill, changes, sentence):
    page = issue(unit, planned, fill, **changes)
    assert page.status_code == 422
    assert sentence in words(page)
    assert "<title>Error: Papers" in page.content.decode()
    for name, value in changes.items():
        assert page.context["form"][name].value() == value
    planned.refresh_from_db()
    assert planned.state == MeetingState.PLANNED
    assert version_of(planned) is None


def test_issued_from_two_pages_they_are_issued_once(unit, planned, fill):
    first, second = (fill(unit.get(address(planned))) for _ in range(2))
    assert unit.post(address(planned), first).status_code == 303
    page = unit.post(address(planned), second | {"label": "2.2"})
    assert page.status_code == 422
    assert "The papers for this meeting have been issued." in words(page)
    assert Version.objects.of_meeting(planned).count() == 1


def test_the_same_press_again_gets_the_same_answer(unit, planned, fill):
    sent = fill(unit.get(address(planned)))
    assert [unit.post(address(planned), sent).status_code for _ in range(2)] == [303, 303]
    assert Version.objects.of_meeting(planned).count() == 1


def test_an_addendum_holds_what_was_sent_since(cast, unit, planned, fill, measure_at):
    first, second, _ = labels()
    issue(unit, planned, fill)
    assert "Nothing was sent since" in words(unit.get(address(planned)))
    send_late(measure_at("4.2#2"), cast("chair-ldg").by)
    page = unit.get(address(planned))
    assert "Sent since" in words(page)
    later()
    form = page.context["addendum"]
    sent = {form.add_prefix(name): form[name].value() or "" for name in form.fields}
    answer = unit.post(address(planned), sent)
    _, addendum = Version.objects.of_meeting(planned)
    assert answer["Location"] == reverse("reporting:pack-page", args=[addendum.pk])
    assert addendum.label == second
    said = words(unit.get(address(planned)))
    assert re.search(f"Papers 24 November.* {first} .*Addendum 24 November.* {second} ", said)
    assert "Nothing was sent since" in said


def test_withdraws_them_with_a_reason_that_stays(unit, planned, fill):
    _, following, _ = labels()
    issue(unit, planned, fill)
    sent = {"withdraw-request_id": str(uuid4()), "withdraw-because": "The wrong figures."}
    page = unit.post(address(planned), sent | {"withdraw-because": " "})
    assert page.status_code == 422
    assert "Say why the papers are withdrawn." in words(page)
    assert " open>" in page.content.decode()
    answer = unit.post(address(planned), sent)
    assert (answer.status_code, answer["Location"]) == (303, address(planned))
    planned.refresh_from_db()
    assert planned.state == MeetingState.PLANNED
    page = unit.get(address(planned))
    said = words(page)
    assert "The papers are withdrawn." in said
    assert re.search(r"Withdrawn on 24 November 2023, \d+:\d\d: The wrong figures\.", said)
    assert page.context["issue"]["label"].value() == following
    assert re.search(
        r"Withdrawn on .* The wrong figures\.",
        words(unit.get(reverse("workstreams:meeting-page", args=[planned.pk]))),
    )


def test_a_label_that_withdrawn_papers_bear_is_not_suggested_again(
    plan, cast, unit, planned, fill, measure_at
):
    by, (_, second, third) = cast("business-unit").by, labels()
    issue(unit, planned, fill)
    send_late(measure_at("4.2#2"), cast("chair-ldg").by)
    papers.issue_addendum(meeting=planned, plan=plan, label=second, changes="One more", by=by)
    papers.withdraw_papers(meeting=planned, plan=plan, because="A mistake.", by=by)
    assert unit.get(address(planned)).context["issue"]["label"].value() == third


def test_nothing_is_issued_once_the_meeting_has_begun(unit, cast, planned, fill):
    sent = fill(unit.get(address(planned)))
    by = cast("business-unit").by
    meetings.hold_meeting(meeting=planned, present=[by.post], by=by)
    page = unit.post(address(planned), sent)
    assert page.status_code == 422
    assert "This meeting has begun, so no papers are issued for it." in words(page)
    page = unit.get(address(planned))
    assert "No papers were issued" in words(page)
    assert "Issue the papers" not in words(page)


def test_a_cancelled_meeting_has_no_papers_to_prepare(unit, cast, planned):
    meetings.cancel_meeting(meeting=planned, because="Snow.", by=cast("business-unit").by)
    assert unit.get(address(planned))["Location"] == reverse("workstreams:meeting-page", args=[planned.pk])


@pytest.mark.parametrize("who", ["chair-ldg", "dsp-police", "scrutineer"])
def test_nobody_else_issues_them(cast, unit, planned, fill, who):
    sent = fill(unit.get(address(planned)))
    client = cast(who).signed_in()
    assert client.get(address(planned)).status_code == 403
    assert client.post(address(planned), sent).status_code == 403
    assert version_of(planned) is None


def test_partner_staff_and_strangers_do_not_find_it(cast, planned):
    assert cast("viewer").signed_in().get(address(planned)).status_code == 404
    assert Client().get(address(planned))["Location"].startswith(reverse("account_login"))


def test_asks_the_database_little(unit, planned, fill, django_assert_max_num_queries):
    for _ in range(2):
        unit.get(address(planned))
        with django_assert_max_num_queries(14):
            unit.get(address(planned))
        if planned.state == MeetingState.PLANNED:
            issue(unit, planned, fill)
            planned.refresh_from_db()
