"""What a challenge brings beside its pages: e-mails, its rows in the history, a change between two moments."""

from datetime import time, timedelta

import pytest
from django.test import Client

from sscp.demonstration import at, set_clock
from tests.conftest import TODAY
from tests.screens import words
from workstreams import gather, history, permissions, reminders
from workstreams.compare import Kind, compare
from workstreams.models import Digest, Ledger, Workstream
from workstreams.operations import settle
from workstreams.operations.challenges import answer_challenge, close_challenge, raise_challenge
from workstreams.picture import Reader

WHOLE = Reader(everything=True)
CANARY = "Zwitschervogel"


@pytest.fixture
def told(db, settings):
    """Everybody has had their e-mails until today; it is the day after."""
    settings.SITE_URL = "http://127.0.0.1:8000"
    for letter in reminders.waiting_letters(gather.head()):
        Digest.objects.create(
            user=letter.user, on=gather.today(), weekly=letter.weekly, told=list(letter.told)
        )
    set_clock(at(TODAY + timedelta(days=1), time(9)))


@pytest.fixture
def raised(told, cast, measure_at):
    return raise_challenge(measure=measure_at("4.2#2"), text=f"{CANARY}?", by=cast("scrutineer").by)


def letters():
    found = {}
    for letter in reminders.waiting_letters(gather.head()):
        if not letter.weekly:
            found[letter.user.email.partition("@")[0]] = letter
    return found


def tell():
    for letter in letters().values():
        Digest.objects.create(user=letter.user, on=gather.today(), weekly=False, told=list(letter.told))
    set_clock(gather.head().at + timedelta(days=1))


# ---- e-mail


def test_a_question_is_told_to_whom_it_asks_and_to_the_business_unit_without_its_words(raised):
    found = letters()
    assert set(found) == {"chair-ldg", "dsp-police", "business-unit"}
    for letter in found.values():
        assert "1 question of the independent scrutineer is not answered yet." in letter.text
        assert "- 4.2, second measure: raised on 25 November 2023" in letter.text
        assert f"http://127.0.0.1:8000/challenges/{raised.pk}/" in letter.text
        assert CANARY not in letter.text + letter.subject
    assert found["business-unit"].subject == "The scrutineer’s questions: 1 challenge"


def test_it_is_told_once_and_not_when_somebody_has_answered(raised, cast):
    tell()
    assert set(letters()) == set()
    second = raise_challenge(plan=raised.plan, text="And the rest?", by=cast("scrutineer").by)
    answer_challenge(challenge=second, text="All of it.", by=cast("dsp-council").by)
    assert set(letters()) == {"scrutineer"}


def test_an_answer_is_told_to_the_scrutineer_alone(raised, cast):
    tell()
    answer_challenge(challenge=raised, text=f"{CANARY}.", by=cast("chair-ldg").by)
    [(who, letter)] = letters().items()
    assert who == "scrutineer"
    assert "1 answer to what you asked. You alone close a challenge." in letter.text
    assert "answered by Chair of Learning and Development Group (LDG) on 26 November 2023" in letter.text
    assert CANARY not in letter.text


def test_a_workstream_and_the_plan_are_named_without_a_title(told, cast, plan):
    by = cast("scrutineer").by
    raise_challenge(workstream=Workstream.objects.get(number="2"), text="Who?", by=by)
    raise_challenge(plan=plan, text="What?", by=by)
    text = letters()["chair-mash"].text
    assert "- Workstream 2: raised on 25 November 2023" in text
    assert "- The whole plan: raised on 25 November 2023" in text
    assert "- Workstream 2" not in letters()["chair-arg"].text


def test_who_does_not_want_it_is_not_told(raised, cast):
    person = permissions.person(cast("chair-ldg").user, gather.today())
    reminders.choose(person=person, kinds=["DUE"])
    assert "chair-ldg" not in letters()


# ---- history


def rows_of(challenge):
    settle()
    return Ledger.objects.filter(table="workstreams_challenge", row=str(challenge.pk))


def test_each_step_is_a_sentence_with_its_words(raised, cast, measure_at):
    answered = answer_challenge(challenge=raised, text="We count.", by=cast("chair-ldg").by)
    closed = close_challenge(challenge=raised, text="Seen.", by=cast("scrutineer").by, seen=answered.pk)
    rating = measure_at("4.2#2").ratings.order_by("pk").first()
    of_rating = raise_challenge(rating=rating, text="Why?", by=cast("scrutineer").by)
    of_stream = raise_challenge(
        workstream=Workstream.objects.get(number="2"), text="Who?", by=cast("scrutineer").by
    )
    of_plan = raise_challenge(plan=raised.plan, text="What?", by=cast("scrutineer").by)
    said = []
    for step in (raised, answered, closed, of_rating, of_stream, of_plan):
        [entry] = history.entries(rows_of(step), WHOLE)
        assert entry.kind == history.Kind.CHALLENGE
        assert entry.words == step.text
        said.append((entry.heading, entry.about))
    name = said[0][1]
    assert name.startswith("4.2 ")
    assert said == [
        ("Challenge raised about a measure", name),
        ("Challenge answered", name),
        ("Challenge closed", name),
        ("Challenge raised about a rating", name),
        ("Challenge raised", "Workstream 2 Leadership and governance"),
        ("Challenge raised", raised.plan.title),
    ]


@pytest.mark.parametrize("about", ["measure", "workstream", "plan"])
def test_its_rows_are_visible_to_whom_the_picture_shows_it(cast, plan, measure_at, about):
    thing = {"measure": measure_at("1.2#1"), "workstream": Workstream.objects.get(number="1"), "plan": plan}
    challenge = raise_challenge(text="Who?", by=cast("scrutineer").by, **{about: thing[about]})
    answer = answer_challenge(challenge=challenge, text="We.", by=cast("business-unit").by)
    people = (
        "chair-ldg",
        "chair-neglect",
        "chair-mash",
        "dsp-health",
        "business-unit",
        "scrutineer",
        "viewer",
    )
    for who in people:
        reader = permissions.reader(cast(who).person)
        pictured = any(c.id == challenge.pk for c in gather.picture_for(reader, plan).challenges)
        for step in (challenge, answer):
            assert history.visible(rows_of(step), reader).exists() is pictured, who


def test_the_record_leads_to_the_other_steps_and_to_the_rating(cast, measure_at, db):
    rating = measure_at("4.2#2").ratings.order_by("pk").first()
    challenge = raise_challenge(rating=rating, text="Why?", by=cast("scrutineer").by)
    answers = [answer_challenge(challenge=challenge, text=f"{n}", by=cast("chair-ldg").by) for n in "ab"]
    rows = {step: rows_of(step).get() for step in (challenge, *answers)}
    beside = history.neighbours(rows[answers[0]], WHOLE)
    assert list(beside) == ["Questions", "Raised in", "Answered in"]
    assert beside["Questions"].row == str(rating.pk)
    both = history.neighbours(rows[challenge], WHOLE)
    assert list(both) == ["Questions", "Answered in", "Answered in (2)"]
    page = cast("chair-ldg").signed_in().get(f"/record/{rows[challenge].seq}/")
    assert "Challenge raised about a rating" in words(page)
    assert cast("chair-mash").signed_in().get(f"/record/{rows[challenge].seq}/").status_code == 404
    assert Client().get(f"/record/{rows[challenge].seq}/").status_code == 302


def test_the_history_is_filtered_by_its_kind(cast, raised):
    page = cast("scrutineer").signed_in().get("/history/?kind=CHALLENGE")
    assert page.status_code == 200
    assert "Challenge raised about a measure" in words(page)


# ---- between two moments


def test_compare_tells_what_was_raised_answered_and_closed(plan, cast, measure_at):
    settle()
    by = cast("scrutineer").by
    first = gather.picture_for(WHOLE, plan)
    rating = measure_at("4.2#2").ratings.order_by("pk").first()
    raised = raise_challenge(rating=rating, text="Why?", by=by)
    settle()
    second = gather.picture_for(WHOLE, plan)
    answered = answer_challenge(challenge=raised, text="So.", by=cast("chair-ldg").by)
    close_challenge(challenge=raised, text="Seen.", by=by, seen=answered.pk)
    settle()
    third = gather.picture_for(WHOLE, plan)
    assert [c.kind for c in compare(first, second)] == [Kind.CHALLENGED]
    [asked] = compare(first, second)
    assert asked.sentence.endswith(
        ": the scrutineer questioned the rating “Green, agreed on 18 July 2023” on 24 November 2023."
    )
    assert (asked.ref, asked.measure_id, asked.row) == ("4.2", rating.measure_id, ("challenge", raised.pk))
    assert [c.kind for c in compare(second, third)] == [Kind.ANSWERED, Kind.CLOSED]
    assert [c.kind for c in compare(first, third)] == [Kind.CHALLENGED, Kind.ANSWERED, Kind.CLOSED]
    assert compare(third, third) == ()
    assert {c.seq for c in compare(first, third)} == {
        r.seq for r in Ledger.objects.filter(seq__gt=first.seq, table="workstreams_challenge")
    }
