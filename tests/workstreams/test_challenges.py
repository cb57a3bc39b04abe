"""Challenges: who raises, answers and closes them, what is refused, what a race leaves, and how each is told."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tests.conftest import TODAY, behind_the_ledger, together
from tests.screens import newest
from workstreams import challenges, due, gather, permissions
from workstreams.models import Challenge, Level, Plan, Workstream
from workstreams.operations import By, Overtaken, Refused, meetings, newest_row, people, ratings, recorded
from workstreams.operations import challenges as operations
from workstreams.operations import plan as planning
from workstreams.picture import Challenge as Pictured
from workstreams.picture import Reader, Reply, from_json, to_json

WHOLE, PUBLIC = Reader(everything=True), Reader(everything=False, public=True)
WHY = "What shows that this is so?"


@pytest.fixture
def ask(cast):
    """Raise a challenge as the scrutineer."""

    def ask(text=WHY, **about):
        return operations.raise_challenge(text=text, by=cast("scrutineer").by, **about)

    return ask


@pytest.fixture
def answer(cast):
    def answer(challenge, who="chair-ldg", text="The sheet of the group shows it."):
        return operations.answer_challenge(challenge=challenge, text=text, by=cast(who).by)

    return answer


@pytest.fixture
def close(cast):
    def close(challenge, text="That answers it.", seen=None):
        latest = Challenge.objects.filter(in_reply_to=challenge).order_by("pk").last() or challenge
        by = cast("scrutineer").by
        return operations.close_challenge(challenge=challenge, text=text, by=by, seen=seen or latest.pk)

    return close


def pictured(plan, challenge, reader=WHOLE):
    found = gather.picture_for(reader, plan).challenges
    return next((c for c in found if c.id == challenge.pk), None)


# ---- raised, answered, closed


def test_a_challenge_goes_from_its_question_through_its_answers_to_its_end(
    plan, measure_at, ask, answer, close
):
    raised = ask(measure=measure_at("4.2#2"))
    assert pictured(plan, raised).waits
    answer(raised)
    answer(raised, "dsp-police", "So does our own count.")
    answer(raised, "business-unit", "Both sheets are with us.")
    told = pictured(plan, raised)
    assert (told.is_open, told.waits, len(told.answers)) == (True, False, 3)
    close(raised)
    told = pictured(plan, raised)
    assert (told.is_open, told.closing.text) == (False, "That answers it.")
    steps = Challenge.objects.filter(measure=measure_at("4.2#2")).order_by("pk")
    assert [s.step for s in steps] == ["RAISED", "ANSWERED", "ANSWERED", "ANSWERED", "CLOSED"]
    assert {s.plan_id for s in steps} == {plan.pk}
    row = newest("challenge")
    assert (row.operation, row.image["text"]) == ("INSERT", "That answers it.")


def test_it_is_about_a_rating_a_measure_a_workstream_or_the_plan(plan, measure_at, ask):
    measure, workstream = measure_at("4.2#2"), Workstream.objects.get(number="4")
    rating = measure.ratings.order_by("pk").first()
    about = [ask(rating=rating), ask(measure=measure), ask(workstream=workstream), ask(plan=plan)]
    assert [(c.rating, c.measure, c.workstream, c.plan) for c in about] == [
        (rating, measure, None, plan),
        (None, measure, None, plan),
        (None, None, workstream, plan),
        (None, None, None, plan),
    ]
    of_rating = pictured(plan, about[0])
    assert of_rating.rating == "Green, agreed on 18 July 2023"
    assert of_rating.rating_seq > 0


def test_a_rating_that_was_corrected_says_so_from_then_on(plan, measure_at, ask, cast):
    rating = plan.versions.agreed().latest("seq").meeting.ratings.filter(step="AGREED").latest("pk")
    raised = ask(rating=rating)
    before = pictured(plan, raised).rating
    assert "corrected" not in before
    moment = gather.moment_at(plan, gather.head().seq)
    meetings.correct_decision(
        measure=rating.measure,
        level=plan.levels.exclude(pk=rating.level_id).first(),
        because="Misheard.",
        by=cast("business-unit").by,
        seen=rating.measure.ratings.latest("pk").pk,
    )
    assert pictured(plan, raised).rating == f"{before}, corrected since"
    (then,) = (c for c in gather.picture_for(WHOLE, plan, moment).challenges if c.id == raised.pk)
    assert then.rating == before
    page = cast("scrutineer").signed_in().get(f"/challenges/new/?rating={rating.pk}").content.decode()
    assert "this rating no longer stands" in page


def test_a_rating_names_its_record_however_old_it_is(plan, measure_at, ask):
    measure = measure_at("4.2#2")
    asked = {step: pictured(plan, ask(rating=step)) for step in measure.ratings.order_by("pk")}
    for step, told in asked.items():
        assert told.rating_seq == newest_row(step)
        assert ("agreed" in told.rating) is (step.step == "AGREED")


def test_it_asks_the_posts_on_the_actions_that_it_is_about(plan, cast, measure_at, ask):
    ldg, mash = cast("chair-ldg").post.pk, cast("chair-mash").post.pk
    of_measure = pictured(plan, ask(measure=measure_at("4.2#2")))
    of_workstream = pictured(plan, ask(workstream=Workstream.objects.get(number="1")))
    of_plan = pictured(plan, ask(plan=plan))
    asks = [(ldg in c.post_ids, mash in c.post_ids) for c in (of_measure, of_workstream, of_plan)]
    assert asks == [(True, False), (True, False), (True, True)]


# ---- what is refused


@pytest.mark.parametrize("who", ["business-unit", "chair-ldg", "dsp-police", "viewer"])
def test_nobody_but_the_scrutineer_raises_or_closes(db, cast, measure_at, ask, who):
    by, raised = cast(who).by, ask(measure=measure_at("4.2#2"))
    before = Challenge.objects.count()
    with pytest.raises(Refused, match="Only the independent scrutineer raises"):
        operations.raise_challenge(measure=measure_at("4.2#2"), text=WHY, by=by)
    with pytest.raises(Refused, match="Only the independent scrutineer closes"):
        operations.close_challenge(challenge=raised, text="Done.", by=by, seen=raised.pk)
    assert Challenge.objects.count() == before


def test_the_scrutineer_answers_nothing(db, cast, measure_at, ask):
    with pytest.raises(Refused, match="Others answer"):
        operations.answer_challenge(
            challenge=ask(measure=measure_at("4.2#2")), text="Yes.", by=cast("scrutineer").by
        )


@pytest.mark.parametrize("blank", ["", "   ", "\n\t"])
def test_every_step_needs_words(db, measure_at, ask, answer, close, blank):
    raised = ask(measure=measure_at("4.2#2"))
    for step in (lambda: ask(blank, measure=measure_at("4.2#2")), lambda: answer(raised, text=blank)):
        with pytest.raises(Refused) as refused:
            step()
        assert "text" in refused.value.errors
    with pytest.raises(Refused, match="Say what you make of the answer"):
        close(raised, text=blank)


def test_a_draft_and_what_was_withdrawn_are_not_questioned(plan, cast, measure_at, ask):
    unit, measure = cast("business-unit").by, measure_at("4.2#2")
    before = Challenge.objects.count()
    rating = measure.ratings.order_by("pk").first()
    planning.withdraw(item=measure, because="Merged.", by=unit)
    for about in ({"measure": measure}, {"rating": rating}):
        with pytest.raises(Refused, match="has been withdrawn from the plan"):
            ask(**about)
    workstream = Workstream.objects.get(number="2")
    planning.withdraw(item=workstream, because="Merged.", by=unit)
    with pytest.raises(Refused, match=r"2 .* has been withdrawn"):
        ask(workstream=workstream)
    with recorded("test"):
        draft = Plan.objects.create(
            ref="draft", title="Next plan", shape="BUSINESS_PLAN", deciding_group=plan.deciding_group
        )
    with pytest.raises(Refused, match="still a draft"):
        ask(plan=draft)
    assert Challenge.objects.count() == before


def test_a_closed_one_takes_no_answer_and_no_second_end(db, measure_at, ask, answer, close):
    raised = ask(measure=measure_at("4.2#2"))
    close(raised, text="Withdrawn: asked elsewhere.")
    with pytest.raises(Overtaken):
        answer(raised)
    with pytest.raises(Refused, match="is not opened again"):
        close(raised)
    with connection.cursor() as cursor, pytest.raises(DatabaseError), transaction.atomic():
        cursor.execute("delete from workstreams_challenge where id = %s", [raised.pk])


def test_an_answer_that_came_meanwhile_is_read_before_it_is_closed(db, measure_at, ask, answer, close):
    raised = ask(measure=measure_at("4.2#2"))
    answer(raised)
    with pytest.raises(Overtaken):
        close(raised, seen=raised.pk)
    close(raised)


# ---- two at once


def test_two_who_answer_at_once_both_count(stage, cast, measure_at, ask, answer):
    raised = ask(measure=measure_at("4.2#2"))
    who = ["chair-ldg", "dsp-police", "business-unit", "dsp-council"]
    together(4, lambda i: answer(raised, who[i], f"Answer {i}."))
    texts = Challenge.objects.filter(in_reply_to=raised).values_list("text", flat=True)
    assert sorted(texts) == [f"Answer {i}." for i in range(4)]


def test_an_answer_and_an_end_at_once_leave_one_of_the_two_orders(stage, measure_at, ask, answer, close):
    raised = ask(measure=measure_at("4.2#2"))
    answered, closed = together(2, lambda i: answer(raised) if i == 0 else close(raised, seen=raised.pk))
    steps = list(Challenge.objects.filter(in_reply_to=raised).order_by("pk").values_list("step", flat=True))
    assert isinstance(answered, Overtaken) != isinstance(closed, Overtaken)
    assert steps == (["CLOSED"] if isinstance(answered, Overtaken) else ["ANSWERED"])


def test_no_change_and_a_question_at_once_leave_one_of_the_two_orders(stage, cast, measure_at, ask):
    measure, by = measure_at("4.1#3"), cast("chair-ldg").by
    seen = measure.ratings.order_by("-pk").first().pk
    said, asked = behind_the_ledger(
        lambda: ratings.say_no_change(measure=measure, by=by, seen=seen), lambda: ask(measure=measure)
    )
    assert not isinstance(said, Exception)
    assert isinstance(asked, Challenge)
    other = measure_at("4.2#2")
    seen = other.ratings.order_by("-pk").first().pk
    asked, said = behind_the_ledger(
        lambda: ask(measure=other), lambda: ratings.say_no_change(measure=other, by=by, seen=seen)
    )
    assert isinstance(asked, Challenge)
    assert isinstance(said, Refused)


# ---- "No change"


def test_no_change_is_refused_while_one_is_open_with_the_reason(plan, cast, measure_at, ask, close):
    measure, by = measure_at("4.1#3"), cast("chair-ldg").by
    seen = measure.ratings.order_by("-pk").first().pk
    shown = gather.picture_for(WHOLE, plan)
    assert due.no_change_refusal(shown, shown.find(measure.pk).measure, TODAY) == ""
    raised = ask(rating=measure.ratings.order_by("pk").first())
    shown = gather.picture_for(WHOLE, plan)
    sentence = due.no_change_refusal(shown, shown.find(measure.pk).measure, TODAY)
    assert sentence == "The scrutineer’s question of 24 November 2023 is open. Say what is happening."
    with pytest.raises(Refused, match="The scrutineer’s question of 24 November 2023 is open"):
        ratings.say_no_change(measure=measure, by=by, seen=seen)
    with pytest.raises(Refused, match="is open"):
        ratings.send_update(
            measure=measure, level=Level.objects.get(code="G"), words="No change.", by=by, seen=seen
        )
    close(raised)
    ratings.say_no_change(measure=measure, by=by, seen=seen)


def test_a_question_about_a_workstream_leaves_no_change_to_its_measures(plan, cast, measure_at, ask):
    ask(workstream=Workstream.objects.get(number="4"))
    measure = measure_at("4.1#3")
    seen = measure.ratings.order_by("-pk").first().pk
    assert ratings.say_no_change(measure=measure, by=cast("chair-ldg").by, seen=seen)


# ---- who reads, who answers


def test_readers_have_those_that_ask_them_and_the_public_none(plan, cast, measure_at, ask):
    raised = ask(measure=measure_at("4.2#2"))
    for who, sees in (
        ("chair-ldg", True),
        ("chair-mash", False),
        ("dsp-council", True),
        ("business-unit", True),
        ("scrutineer", True),
        ("viewer", False),
    ):
        reader = permissions.reader(cast(who).person)
        assert (pictured(plan, raised, reader) is not None) is sees, who
    assert gather.picture_for(PUBLIC, plan).challenges == ()


def test_a_deputy_answers_as_such(plan, cast, measure_at, ask):
    chair = cast("chair-ldg")
    user = people.invite(
        email="deputy@council.example",
        name="Deputy",
        post=chair.post,
        starts_on=TODAY,
        by=cast("business-unit").by,
        kind="DEPUTY",
        password="long enough for anybody",
    )
    raised = ask(measure=measure_at("4.2#2"))
    person = permissions.person(user, TODAY)
    [held] = permissions.answering(person, pictured(plan, raised).post_ids)
    operations.answer_challenge(
        challenge=raised, text="In the sheet.", by=By(user, held.post, held.is_deputy)
    )
    assert pictured(plan, raised).answers[0].post == f"deputy for {chair.post}"


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("chair-ldg", True),
        ("chair-mash", False),
        ("dsp-council", True),
        ("business-unit", True),
        ("scrutineer", False),
    ],
)
def test_the_posts_that_it_asks_the_partners_and_the_business_unit_may_answer(
    plan, cast, measure_at, ask, who, may
):
    told = pictured(plan, ask(measure=measure_at("4.2#2")))
    assert bool(permissions.answering(cast(who).person, told.post_ids)) is may


# ---- as at, and as JSON


def test_as_at_an_earlier_row_shows_what_stood_then(plan, measure_at, ask, answer):
    raised = ask(rating=measure_at("4.2#2").ratings.order_by("pk").first())
    newest("challenge")
    then = gather.head()
    live = gather.take(plan, then)
    answer(raised)
    newest("challenge")
    moment = gather.moment_at(plan, then.seq)
    assert gather.take(plan, moment).challenges == live.challenges
    assert from_json(to_json(live)) == live


def test_a_version_to_hand_on_as_agreed_questions_no_proposal(plan, cast, measure_at, ask):
    measure = measure_at("4.2#2")
    of_agreed = ask(rating=measure.ratings.filter(step="AGREED").order_by("-pk").first())
    sent = ratings.send_update(
        measure=measure,
        level=Level.objects.get(code="G"),
        words="All is well.",
        by=cast("chair-ldg").by,
        seen=measure.ratings.order_by("-pk").first().pk,
    )
    of_proposal = ask(rating=sent)
    left = {c.id for c in gather.picture_for(WHOLE, plan).as_agreed().challenges}
    assert of_agreed.pk in left
    assert of_proposal.pk not in left


# ---- how they are told


def made(days, *replies, **about):
    """A challenge of so many days ago, with the days and steps of its replies."""
    at = gather.head().at
    steps = tuple(
        Reply(n, n, step, "Words.", at - timedelta(days=ago), "Chair")
        for n, (ago, step) in enumerate(replies, 2)
    )
    return Pictured(1, 1, "Why?", at - timedelta(days=days), "Scrutineer", (), replies=steps, **about)


@pytest.mark.parametrize(
    ("days", "replies", "stands", "ago"),
    [
        (0, (), "Raised today, not answered yet", "today"),
        (1, (), "Not answered for 1 day", "1 day ago"),
        (13, (), "Not answered for 13 days", "13 days ago"),
        (14, (), "Not answered for 2 weeks", "2 weeks ago"),
        (20, ((3, "ANSWERED"),), "Answered, open for 2 weeks", "2 weeks ago"),
        (0, ((0, "ANSWERED"),), "Answered, raised today", "today"),
        (30, ((3, "ANSWERED"), (2, "CLOSED")), "Closed on 22 November 2023, after 4 weeks", "4 weeks ago"),
        (2, ((2, "CLOSED"),), "Closed on 22 November 2023, the same day", "2 days ago"),
    ],
)
def test_each_says_in_words_where_it_stands_and_how_old_it_is(plan, days, replies, stands, ago):
    [told] = challenges.told(gather.picture_for(WHOLE, plan), [made(days, *replies)])
    assert (told.stands, told.ago) == (stands, ago)


def test_what_it_is_about_is_named_though_it_was_withdrawn(plan, measure_at):
    picture = gather.picture_for(WHOLE, plan)
    measure, workstream = measure_at("4.2#2"), Workstream.objects.get(number="4")
    every = [made(1, measure_id=measure.pk), made(1, workstream_id=workstream.pk), made(1)]
    every += [made(1, measure_id=0), made(1, workstream_id=0)]
    told = challenges.told(picture, every)
    assert [t.ref for t in told] == ["4.2", "Workstream 4", "", "", ""]
    assert told[2].name == plan.title
    assert [t.name for t in told[3:]] == [
        "A measure that has been withdrawn",
        "Workstream that has been withdrawn",
    ]
    assert [t.number for t in told] == ["4", "4", "", "", ""]


def test_what_waits_comes_before_what_is_answered_and_the_end_last(plan, ask, answer, close):
    first, second, third = ask(plan=plan), ask(plan=plan), ask(plan=plan)
    answer(first, "business-unit")
    close(second)
    order = [t.challenge.id for t in challenges.in_order(gather.picture_for(WHOLE, plan))]
    own = [pk for pk in order if pk in {first.pk, second.pk, third.pk}]
    assert own == [third.pk, first.pk, second.pk]
