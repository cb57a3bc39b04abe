"""What waits for a second person, who comes to know of it, and what was decided: never the words."""

from datetime import timedelta

import pytest

from tests.conftest import TODAY
from tests.workstreams.test_redactions import NAME, ask, said, take_out
from tests.workstreams.test_verify_history import anchor_at
from workstreams import gather
from workstreams.models import Digest, Meeting
from workstreams.operations import checks, recorded, redactions
from workstreams.reminders import choose, kinds_for, waiting_letters
from workstreams.vocabulary import MeetingState, News, PlanState


@pytest.fixture
def row(db, cast, measure_at):
    return said(f"We met {NAME} in May.", measure_at("4.1#2"), cast("chair-ldg").by)


def page_for(cast, who):
    return cast(who).signed_in().get("/proof/redactions/").content.decode()


def test_says_that_nothing_was_ever_taken_out(db, cast):
    assert "Nothing was ever taken out" in page_for(cast, "business-unit")


def test_tells_who_is_next(row, cast):
    ask(row, cast("business-unit").by)
    assert "You can look at it" in page_for(cast, "dsp-council")
    own = page_for(cast, "business-unit")
    assert "Another person of the business unit, or a safeguarding partner" in own
    for who in ("business-unit", "dsp-council", "scrutineer"):
        page = page_for(cast, who)
        assert "A child was named." in page
        assert NAME not in page


def test_keeps_what_was_decided_without_the_words(row, cast):
    unit, partner = cast("business-unit").by, cast("dsp-council").by
    redactions.refuse(
        redaction=ask(row, unit, words="in May", because="A date."), because="Dates stay.", by=partner
    )
    done = take_out(ask(row, unit), partner)
    page = page_for(cast, "scrutineer")
    assert f'href="/record/{done.done_as}/"' in page
    assert "Dates stay." in page
    assert NAME not in page
    assert "in May" not in page


def test_the_proof_tells_apart_what_was_taken_out_since_a_paper_was_printed(row, cast):
    older, paper = anchor_at(row.seq - 1), anchor_at(row.seq)
    done = take_out(ask(row, cast("business-unit").by), cast("dsp-council").by)
    later = anchor_at(done.done_as)
    checks.keep_history(checks.read_history())
    scrutineer = cast("scrutineer").signed_in()

    def says(anchor):
        return " ".join(scrutineer.get("/proof/", {"anchor": anchor}).content.decode().split())

    assert "but for 1 record out of which two people" in says(paper)
    for whole in (older, later):
        assert "is what it was when your paper was printed" in says(whole)
        assert "out of which two people" not in says(whole)
    assert "of 1 of them after it was written" in says(paper)


def test_the_history_names_both_people(row, cast):
    unit, partner = cast("business-unit"), cast("dsp-council")
    done = take_out(ask(row, unit.by), partner.by)
    for person in (unit, partner):
        address = f"/history/?kind=REDACTION&person={person.user.pk}"
        (entry,) = unit.signed_in().get(address).context["entries"]
        assert entry.seq == done.done_as
        assert entry.heading == f"Words taken out of 1 record, confirmed by {partner.user}"
        assert entry.who == str(unit.user)


@pytest.mark.parametrize("who", ["chair-ldg", "viewer"])
def test_is_not_there_for_others(db, cast, who):
    assert cast(who).signed_in().get("/proof/redactions/").status_code == 404


def test_a_stranger_signs_in_first(db, client):
    assert client.get("/proof/redactions/")["Location"].startswith("/account/login/")


# ---- how the second person comes to know


def test_stands_on_the_first_page_of_whoever_may_decide_it(row, cast):
    address = 'href="/proof/redactions/"'
    ask(row, cast("business-unit").by)
    partner = cast("dsp-council").signed_in()
    updates = partner.get("/", follow=True).content.decode()
    assert "1 request to take words out of the record</a> waits for a second person" in updates
    assert address in updates
    assert address in partner.get("/history/").content.decode()
    assert partner.get("/proof/").status_code == 404
    for who in ("business-unit", "chair-ldg"):
        assert "to take words out" not in cast(who).signed_in().get("/", follow=True).content.decode()
    ask(row, cast("dsp-police").by, words="in May")
    desk = cast("business-unit").signed_in().get("/", follow=True).content.decode()
    assert "1 request to take words out of the record</a> waits" in desk
    with recorded("test"):
        for meeting in Meeting.objects.all():
            meeting.state = MeetingState.CANCELLED
            meeting.save()
    meetings = cast("business-unit").signed_in().get("/", follow=True)
    assert meetings.request["PATH_INFO"] == "/meetings/"
    assert "1 request to take words out of the record</a> waits" in meetings.content.decode()
    for page in (updates, desk):
        assert NAME not in page
        assert "A child was named." not in page


def letters_of(*who):
    found = {letter.user.email.partition("@")[0]: letter for letter in waiting_letters(gather.head())}
    return [found[key] for key in who if key in found]


def told_of_it(who):
    return [letter for letter in letters_of(who) if "take words out" in letter.text]


def test_is_told_to_whoever_may_decide_it_without_the_words_or_why(row, cast, settings):
    settings.SITE_URL = "https://plan.example.org"
    asked = ask(row, cast("business-unit").by)
    for who in ("dsp-council", "dsp-police", "dsp-health"):
        [letter] = told_of_it(who)
        assert "1 request to take words out of the record waits for a second person" in letter.text
        assert f"- Record {row.seq}: asked for on " in letter.text
        assert f"https://plan.example.org/proof/redactions/{asked.pk}/" in letter.text
        assert "1 request to take words out" in letter.subject
        assert NAME not in letter.text + letter.subject
        assert "A child was named." not in letter.text + letter.subject
    for who in ("business-unit", "chair-ldg", "scrutineer", "viewer"):
        assert not told_of_it(who)


def test_what_a_partner_asks_is_told_to_the_business_unit_alone(row, cast):
    ask(row, cast("dsp-council").by)
    assert told_of_it("business-unit")
    assert not told_of_it("dsp-council")
    assert not told_of_it("dsp-police")


def test_is_told_once_and_not_to_whom_it_is_unwanted_nor_when_it_was_decided(row, cast):
    asked = ask(row, cast("business-unit").by)
    [letter] = told_of_it("dsp-council")
    Digest.objects.create(user=letter.user, on=TODAY - timedelta(days=1), told=list(letter.told))
    assert not told_of_it("dsp-council")
    choose(person=cast("dsp-police").person, kinds=["DUE"])
    assert not told_of_it("dsp-police")
    assert told_of_it("dsp-health")
    redactions.refuse(redaction=asked, because="A street.", by=cast("dsp-health").by)
    assert not told_of_it("dsp-health")


def test_is_told_though_no_plan_is_current(row, cast, plan):
    ask(row, cast("business-unit").by)
    with recorded("test"):
        plan.state = PlanState.CLOSED
        plan.save()
    [letter] = told_of_it("dsp-council")
    assert letter.subject == "The record: 1 request to take words out"


def test_the_kind_is_offered_to_those_who_may_decide(cast, db):
    for who, offered in (
        ("business-unit", True),
        ("dsp-council", True),
        ("chair-ldg", False),
        ("scrutineer", False),
    ):
        assert (News.REDACTION in kinds_for(cast(who).person)) is offered
