"""Whom a challenge asks where what it is about was withdrawn, moved, restored, or given into other hands."""

from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from django.urls import reverse

from tests.conftest import TODAY
from tests.screens import words
from workstreams import challenges, gather, history, permissions, reminders
from workstreams.compare import Kind, compare
from workstreams.models import Action, ActionOfficer, Challenge, Ledger, User, Workstream
from workstreams.operations import people, recorded, settle
from workstreams.operations import plan as planning
from workstreams.operations.challenges import answer_challenge, raise_challenge
from workstreams.picture import Reader

WHOLE = Reader(everything=True)
WHY = "Asked for by the Executive."
CHAIRS = ("chair-ldg", "chair-mash", "chair-neglect")


@pytest.fixture
def raised(cast, measure_at, plan):
    """About the second measure of 4.2, which the chair of the LDG answers for."""
    return raise_challenge(measure=measure_at("4.2#2"), text="Who counts?", by=cast("scrutineer").by)


@pytest.fixture
def sees(cast, plan):
    """Which of the chairs see it: the same ones in the picture, in the history and on its own page."""

    def sees(challenge):
        rows = Ledger.objects.filter(table="workstreams_challenge", row=str(challenge.pk))
        found = []
        for who in CHAIRS:
            reader = permissions.reader(cast(who).person)
            pictured = challenge.pk in {c.id for c in gather.picture_for(reader, plan).challenges}
            page = cast(who).signed_in().get(reverse("workstreams:challenge-page", args=[challenge.pk]))
            assert history.visible(rows, reader).exists() is pictured, who
            assert (page.status_code == 200) is pictured, who
            found += [who] if pictured else []
        return found

    return sees


def elsewhere(cast):
    """An action that names the chair of the MASH subgroup and not that of the LDG."""
    named = Action.objects.filter(officers__post=cast("chair-mash").post)
    return named.exclude(officers__post=cast("chair-ldg").post).first()


def test_withdrawing_what_is_questioned_hides_it_from_nobody(raised, cast, plan, sees, measure_at):
    before = sees(raised)
    planning.withdraw(item=measure_at("4.2#2"), because=WHY, by=cast("business-unit").by)
    assert sees(raised) == before == ["chair-ldg"]
    [told] = challenges.told(
        gather.picture_for(WHOLE, plan),
        [c for c in gather.picture_for(WHOLE, plan).challenges if c.id == raised.pk],
    )
    assert told.name.startswith("Withdrawn since: 4.2 ")


@pytest.mark.parametrize("place", ["action", "outcome", "workstream"])
def test_neither_does_withdrawing_a_place_above_it(raised, cast, sees, measure_at, place):
    action = measure_at("4.2#2").action
    above = {"action": action, "outcome": action.outcome, "workstream": action.outcome.workstream}
    planning.withdraw(item=above[place], because=WHY, by=cast("business-unit").by)
    assert sees(raised) == ["chair-ldg"]


def test_is_answered_and_closed_though_the_measure_was_withdrawn(raised, cast, measure_at):
    planning.withdraw(item=measure_at("4.2#2"), because=WHY, by=cast("business-unit").by)
    address = reverse("workstreams:challenge-page", args=[raised.pk])
    chair, scrutineer = cast("chair-ldg").signed_in(), cast("scrutineer").signed_in()
    assert "Who counts?" in words(chair.get(reverse("workstreams:my-updates")))
    page = chair.get(address)
    assert "Withdrawn since: 4.2" in words(page)
    assert cast("chair-ldg").post.title in page.context["asks"]
    answered = chair.post(address, {"answer-text": "We did.", "answer-request_id": str(uuid4())})
    assert answered.status_code == 303
    latest = Challenge.objects.filter(in_reply_to=raised).latest("pk")
    sent = {"close-text": "Seen.", "close-seen": latest.pk, "close-request_id": str(uuid4())}
    assert scrutineer.post(address, sent).status_code == 303
    steps = Challenge.objects.filter(in_reply_to=raised).order_by("pk").values_list("step", flat=True)
    assert list(steps) == ["ANSWERED", "CLOSED"]


def test_what_was_restored_is_asked_of_as_before(raised, cast, plan, sees, measure_at):
    measure, unit = measure_at("4.2#2"), cast("business-unit").by
    planning.withdraw(item=measure, because=WHY, by=unit)
    planning.restore(item=measure, because=WHY, by=unit)
    assert sees(raised) == ["chair-ldg"]
    [told] = challenges.of_measure(gather.picture_for(WHOLE, plan), measure.pk)
    assert (told.ref, told.challenge.title) == ("4.2", "")


def test_what_moved_to_another_group_asks_both(raised, cast, sees, measure_at):
    unit = cast("business-unit").by
    planning.move_to(item=measure_at("4.2#2"), place=elsewhere(cast), because=WHY, by=unit)
    assert sees(raised) == ["chair-ldg", "chair-mash"]
    for who in ("chair-ldg", "chair-mash"):
        answer_challenge(challenge=raised, text=f"{who}.", by=cast(who).by)
        assert "Who counts?" in words(cast(who).signed_in().get(reverse("workstreams:my-updates")))


def test_its_page_offers_the_answer_to_both_groups(raised, cast, measure_at):
    unit, measure = cast("business-unit").by, measure_at("4.2#2")
    planning.move_to(item=measure, place=elsewhere(cast), because=WHY, by=unit)
    address = reverse("workstreams:measure-page", args=[measure.pk])
    for who in ("chair-ldg", "chair-mash"):
        assert "Answer : Who counts?" in words(cast(who).signed_in().get(address))
    assert "See this challenge : Who counts?" in words(cast("scrutineer").signed_in().get(address))


def test_is_no_news_to_who_took_over_what_was_questioned_before(raised, cast, plan, measure_at):
    settle()
    then = gather.moment_at(plan, gather.head().seq)
    reader = permissions.reader(cast("chair-mash").person)
    planning.move_to(
        item=measure_at("4.2#2"), place=elsewhere(cast), because=WHY, by=cast("business-unit").by
    )
    settle()
    before, after = gather.picture_for(reader, plan, as_at=then), gather.picture_for(reader, plan)
    assert [raised.pk in {c.id for c in picture.challenges} for picture in (before, after)] == [False, True]
    assert not [change for change in compare(before, after) if change.row == ("challenge", raised.pk)]
    answer_challenge(challenge=raised, text="We do.", by=cast("chair-mash").by)
    settle()
    changes = compare(before, gather.picture_for(reader, plan))
    assert [c.kind for c in changes if c.row == ("challenge", raised.pk)] == [Kind.ANSWERED]


def test_another_post_on_the_action_is_asked_beside_the_one_that_was(raised, cast, sees, measure_at):
    action, unit = measure_at("4.2#2").action, cast("business-unit").by
    officer = ActionOfficer.objects.get(action=action, post=cast("chair-ldg").post)
    planning.take_off_officer(officer=officer, because=WHY, by=unit)
    planning.name_officer(
        action=action,
        post=cast("chair-mash").post,
        role="LEAD",
        printed="Chair of MASH",
        because=WHY,
        by=unit,
    )
    assert sees(raised) == ["chair-ldg", "chair-mash"]


def test_who_was_never_asked_by_then_or_since_sees_nothing(cast, sees, measure_at, plan):
    """Their post left the action before the question, though it was on it once."""
    measure, unit = measure_at("4.2#2"), cast("business-unit").by
    home = measure.action
    planning.move_to(item=measure, place=elsewhere(cast), because=WHY, by=unit)
    planning.move_to(item=measure, place=home, because=WHY, by=unit)
    raised = raise_challenge(measure=measure, text="Who counts?", by=cast("scrutineer").by)
    assert sees(raised) == ["chair-ldg"]


def test_a_question_about_a_workstream_goes_on_asking_whom_it_asked(cast, sees, plan):
    workstream, unit = Workstream.objects.get(number="4"), cast("business-unit").by
    raised = raise_challenge(workstream=workstream, text="Who plans?", by=cast("scrutineer").by)
    before = sees(raised)
    planning.withdraw(item=workstream, because=WHY, by=unit)
    assert sees(raised) == before
    assert "chair-ldg" in before
    every = challenges.told(gather.picture_for(WHOLE, plan))
    assert f"Withdrawn since: 4 {workstream.title}" in [told.name for told in every]


def test_whoever_takes_the_post_over_takes_its_questions_over(raised, cast, plan, measure_at):
    planning.withdraw(item=measure_at("4.2#2"), because=WHY, by=cast("business-unit").by)
    with recorded("test"):
        heir = User.objects.create_user(email="heir@council.example", name="Heir")
    post, unit = cast("chair-ldg").post, cast("business-unit").by
    held = cast("chair-ldg").user.appointments.get(post=post)
    with recorded("test"):
        held.ends_on = TODAY.replace(day=23)
        held.save()
    people.appoint(user=heir, post=post, starts_on=TODAY, by=unit)
    seen = [
        {c.id for c in gather.picture_for(permissions.reader(person), plan).challenges}
        for person in (permissions.person(heir, TODAY), cast("chair-ldg").person)
    ]
    assert [raised.pk in each for each in seen] == [True, False]


def test_an_earlier_moment_asks_whom_it_asked_then(raised, cast, plan, measure_at):
    settle()
    then = gather.head()
    live = gather.take(plan, then).challenges
    planning.move_to(
        item=measure_at("4.2#2"), place=elsewhere(cast), because=WHY, by=cast("business-unit").by
    )
    settle()
    assert gather.take(plan, gather.moment_at(plan, then.seq)).challenges == live
    now = gather.head()
    assert gather.take(plan, gather.moment_at(plan, now.seq)).challenges == gather.take(plan, now).challenges


def test_an_e_mail_says_that_it_was_withdrawn_without_its_words(raised, cast, settings, measure_at):
    settings.SITE_URL = "http://127.0.0.1:8000"
    words_of = measure_at("4.2#2").text
    planning.withdraw(item=measure_at("4.2#2"), because=WHY, by=cast("business-unit").by)
    letters = {letter.user.email: letter for letter in reminders.waiting_letters(gather.head())}
    for who in ("chair-ldg", "business-unit"):
        letter = letters[f"{who}@demonstration.example"]
        assert f"A part that has been withdrawn: raised on {TODAY:%-d %B %Y}" in letter.text
        assert words_of[:30] not in letter.text


def test_a_ledger_that_lost_its_beginning_leaves_the_page_that_says_so(stage, cast, measure_at):
    raise_challenge(rating=measure_at("4.2#2").ratings.first(), text="Who counts?", by=cast("scrutineer").by)
    with psycopg.connect(stage.server.url(database=connection.settings_dict["NAME"])) as admin:
        admin.execute("alter table ledger.entry disable trigger all")
        admin.execute("delete from ledger.entry where seq < (select max(seq) from ledger.entry)")
    for who, page in (
        ("scrutineer", "challenges-page"),
        ("dsp-police", "my-updates"),
        ("business-unit", "proof-page"),
    ):
        assert cast(who).signed_in().get(reverse(f"workstreams:{page}")).status_code == 200
