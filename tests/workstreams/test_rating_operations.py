"""Proposing a rating, saying that nothing changed, taking it back: what is refused, and what is written."""

from datetime import date

import pytest

from tests.conftest import behind_the_ledger, together
from workstreams import gather
from workstreams.models import Draft, Ledger, Level, Measure, Meeting, Rating, Receipt
from workstreams.operations import (
    By,
    Overtaken,
    Refused,
    meetings,
    ratings,
    recorded,
    settle,
)
from workstreams.operations import plan as planning
from workstreams.picture import Figure, Reader
from workstreams.vocabulary import NO_CHANGE, MeetingState, RatingStep

TODAY = date(2023, 11, 24)
NEXT_MEETING = date(2024, 1, 2)
WHOLE = Reader(everything=True)
SAID = {
    "words": "Two of the seven teams still keep their own lists.",
    "recovery_plan": "All seven use the one list by the end of March.",
    "risk_note": "Nobody counts the cases of two teams.",
    "evidence": "The minutes of 14 November.",
    "because": "The lower one waits for a signature alone.",
}


def newest(measure):
    return measure.ratings.order_by("-pk").first()


def seen(measure):
    latest = newest(measure)
    return latest.pk if latest else None


@pytest.fixture
def ldg(cast, db):
    return cast("chair-ldg").by


@pytest.fixture
def unit(cast, db):
    return cast("business-unit").by


@pytest.fixture
def send(plan, ldg):
    """Send for a measure with what is said, each of SAID unless named; `without` leaves some out."""

    def act(measure, code="G", *, without=(), by=ldg, **changes):
        said = {name: "" if name in without else words for name, words in SAID.items()} | changes
        if "seen" not in said:
            said["seen"] = seen(measure)
        return ratings.send_update(measure=measure, level=plan.levels.get(code=code), by=by, **said)

    return act


@pytest.fixture
def nothing_written(db):
    """Assert that nothing changed while the block ran: no row, no ledger row, no receipt, no draft gone."""

    def count():
        settle()
        return [model.objects.count() for model in (Rating, Ledger, Receipt, Draft)]

    before = count()
    yield
    assert count() == before


# ---- sending: what each level asks for


# Measures: 4.2#2 a first milestone · 1.2#2 a second whose first is open · 2.2#3 (G) · 6.1#6 [F]
@pytest.mark.parametrize(
    ("place", "code", "without", "missing"),
    [
        ("2.2#3", "G", {"recovery_plan", "risk_note", "evidence", "because"}, set()),
        ("2.2#3", "G", {"words"}, {"words"}),
        ("2.2#3", "A", {"risk_note", "evidence", "because"}, set()),
        ("2.2#3", "A", {"recovery_plan"}, {"recovery_plan"}),
        ("2.2#3", "A", set(SAID), {"words", "recovery_plan"}),
        ("2.2#3", "R", {"recovery_plan", "evidence", "because"}, set()),
        ("2.2#3", "R", {"risk_note"}, {"risk_note"}),
        ("2.2#3", "R", set(SAID), {"words", "risk_note"}),
        ("2.2#3", "B", {"recovery_plan", "risk_note", "evidence", "because"}, set()),
        ("4.2#2", "B", {"because"}, set()),
        ("4.2#2", "B", {"evidence"}, {"evidence"}),
        ("4.2#2", "G", {"evidence", "because"}, set()),
        ("1.2#2", "B", set(), set()),
        ("1.2#2", "B", {"because"}, {"because"}),
        ("1.2#2", "B", {"because", "evidence"}, {"because", "evidence"}),
        ("1.2#2", "G", {"because", "evidence"}, set()),
        ("6.1#6", "B", {"evidence"}, set()),
        ("6.1#6", "B", {"because"}, {"because"}),
        ("6.1#6", "G", {"because"}, set()),
        ("6.1#6", "B", set(SAID), {"words", "because"}),
    ],
)
@pytest.mark.parametrize("blank", ["", " \n\t"])
def test_a_level_asks_for_what_it_needs(place, code, without, missing, blank, send, measure_at):
    measure = measure_at(place)
    empty = dict.fromkeys(without, blank)
    before = Rating.objects.count()
    if missing:
        with pytest.raises(Refused) as refused:
            send(measure, code, **empty)
        assert set(refused.value.errors) == missing
        assert all(sentence.endswith(".") for sentence in refused.value.errors.values())
        assert Rating.objects.count() == before
    else:
        rating = send(measure, code, **empty)
        assert (rating.step, rating.level.code) == (RatingStep.PROVISIONAL, code)


def test_a_lower_milestone_that_is_complete_asks_for_no_reason(send, measure_at):
    send(measure_at("5.3#2"), "B", without={"because"})  # its first milestone was agreed Blue


@pytest.mark.parametrize(
    ("code", "kept"), [("A", ("recovery_plan",)), ("R", ("risk_note",)), ("G", ()), ("B", ())]
)
def test_keeps_a_plan_with_amber_and_a_risk_with_red_alone(code, kept, send, measure_at):
    rating = send(measure_at("2.2#3"), code)
    for name in ("recovery_plan", "risk_note"):
        assert getattr(rating, name) == (SAID[name] if name in kept else "")


def test_goes_to_the_next_meeting_and_follows_what_was_seen(send, measure_at, ldg):
    measure = measure_at("4.2#2")
    before = newest(measure)
    rating = send(measure)
    rating.refresh_from_db()
    assert rating.meeting.held_on == NEXT_MEETING
    assert (rating.follows, rating.by, rating.for_post, rating.as_deputy) == (
        before,
        ldg.user,
        ldg.post,
        False,
    )
    assert (rating.effective_on, rating.period_ends_on, rating.corrects) == (TODAY, None, None)
    assert send(measure, words="Earlier.", effective_on=date(2023, 11, 1)).effective_on == date(2023, 11, 1)


def test_the_first_rating_of_a_measure_follows_nothing(send, measure_at, unit):
    action = measure_at("4.2#2").action
    fresh = planning.add_measure(action=action, order=9, text="(G) New", growth=True, by=unit)
    assert send(fresh).follows is None


def test_a_quarterly_measure_answers_for_the_quarter_that_goes_to_this_meeting(send, measure_at):
    assert send(measure_at("3.3#1")).period_ends_on == date(2023, 12, 31)


def test_proposing_changes_no_agreed_level(send, measure_at, plan):
    measure = measure_at("4.2#2")
    before = gather.picture_for(WHOLE, plan).find(measure.pk).measure
    send(measure, "R")
    after = gather.picture_for(WHOLE, plan).find(measure.pk).measure
    assert (after.agreed, after.previous) == (before.agreed, before.previous)
    assert after.proposal.level.word == "Red"


def test_a_draft_goes_with_what_was_sent_and_nobody_elses(send, measure_at, ldg, unit):
    measure = measure_at("4.2#2")
    for user in (ldg.user, unit.user):
        Draft.objects.create(user=user, measure=measure, fields={"words": "Half a sentence"})
    send(measure)
    assert list(Draft.objects.values_list("user_id", flat=True)) == [unit.user.pk]


# ---- sending: where nothing can be sent


def test_refuses_a_measure_that_is_complete(send, measure_at, nothing_written):
    for place in ("4.1#1", "4.2#1"):  # once, and recurring without a rhythm
        with pytest.raises(Refused, match="Blue, complete"):
            send(measure_at(place))


def test_a_complete_quarter_does_not_close_the_measure(send, measure_at):
    measure = measure_at("3.2#1")
    assert ratings.agreed_rating(measure).level.is_complete
    assert send(measure).is_proposal


def test_refuses_a_measure_that_was_withdrawn(send, measure_at, unit):
    measure = measure_at("4.2#2")
    with recorded(unit):
        Measure.objects.filter(pk=measure.pk).update(state="WITHDRAWN")
    measure.refresh_from_db()
    with pytest.raises(Refused, match="withdrawn"):
        send(measure)


def test_refuses_where_no_meeting_is_planned(send, measure_at, unit):
    green = measure_at("4.1#3")
    with recorded(unit):
        Meeting.objects.filter(state=MeetingState.PLANNED).update(state=MeetingState.CANCELLED)
    with pytest.raises(Refused, match="No Executive meeting is planned"):
        send(measure_at("4.2#2"))
    with pytest.raises(Refused, match="No Executive meeting is planned"):
        ratings.say_no_change(measure=green, by=unit, seen=newest(green).pk)


def test_is_taken_after_papers_until_the_meeting_begins(send, measure_at, unit):
    meeting = Meeting.objects.get(held_on=NEXT_MEETING)
    with recorded(unit):
        Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.PAPERS_ISSUED)
    assert send(measure_at("4.2#2")).meeting == meeting
    meetings.hold_meeting(meeting=meeting, present=[unit.post], by=unit)
    with pytest.raises(Refused, match="is on its table"):
        send(measure_at("4.2#2"))
    with pytest.raises(Refused, match="No Executive meeting is planned"):
        send(measure_at("1.2#2"))


@pytest.mark.parametrize("act", [ratings.withdraw, ratings.say_no_change])
def test_what_lies_on_the_table_of_a_meeting_stays_there(act, send, measure_at, unit, ldg):
    measure = measure_at("4.2#2")
    send(measure)
    meetings.hold_meeting(meeting=Meeting.objects.get(held_on=NEXT_MEETING), present=[unit.post], by=unit)
    with pytest.raises(Refused, match="is on its table"):
        act(measure=measure, by=ldg, seen=seen(measure))
    assert ratings.standing_proposal(measure) is not None


@pytest.mark.parametrize(("place", "code"), [("4.2#2", "G"), ("4.1#3", "B")])
def test_no_change_typed_as_words_obeys_the_same_rule(place, code, send, measure_at, nothing_written):
    with pytest.raises(Refused) as refused:
        send(measure_at(place), code, words=" no change. ")
    assert "words" in refused.value.errors


@pytest.mark.parametrize("stale", ["none", "older"])
def test_whoever_answers_an_older_row_is_overtaken(stale, send, measure_at, nothing_written):
    measure = measure_at("4.2#2")
    latest = newest(measure)
    with pytest.raises(Overtaken) as overtaken:
        send(measure, seen=None if stale == "none" else latest.follows_id)
    assert overtaken.value.latest == latest


def test_a_refusal_leaves_nothing_half_done(send, measure_at, ldg):
    measure = measure_at("4.2#2")
    Draft.objects.create(user=ldg.user, measure=measure, fields={})
    settle()
    before = (Rating.objects.count(), Ledger.objects.count())
    with pytest.raises(Refused):
        send(measure, "A", without={"recovery_plan"})
    settle()
    assert (Rating.objects.count(), Ledger.objects.count()) == before
    assert Draft.objects.filter(user=ldg.user, measure=measure).exists()


# ---- no change


def test_no_change_proposes_the_agreed_level_again(measure_at, ldg):
    measure = measure_at("4.1#3")
    before = newest(measure)
    rating = ratings.say_no_change(measure=measure, by=ldg, seen=before.pk)
    assert (rating.step, rating.level, rating.words) == ("PROVISIONAL", before.level, NO_CHANGE)
    assert (rating.follows, rating.meeting.held_on, rating.effective_on) == (before, NEXT_MEETING, TODAY)


@pytest.mark.parametrize(
    ("place", "because"),
    [
        ("1.2#2", "Its target passed on 30 September 2023"),
        ("3.3#4", "Amber has no words yet"),
        ("3.3#1", "The last words on this Amber rating are from 26 September 2023"),
        ("1.2#1", "An update already stands"),
        ("4.1#1", "agreed this measure as Blue, complete"),
    ],
)
def test_no_change_is_refused_where_silence_would_mislead(place, because, measure_at, unit, nothing_written):
    measure = measure_at(place)
    with pytest.raises(Refused, match=because):
        ratings.say_no_change(measure=measure, by=unit, seen=seen(measure))


@pytest.mark.parametrize("place", ["2.2#3", "1.1#4", "3.1#4"])
def test_no_change_is_taken_where_amber_and_red_spoke_lately_or_green_is_in_time(place, measure_at, unit):
    measure = measure_at(place)
    assert ratings.no_change_refusal(measure, ratings.agreed_rating(measure), TODAY) == ""
    assert ratings.say_no_change(measure=measure, by=unit, seen=seen(measure)).words == NO_CHANGE


def test_the_same_update_of_the_same_post_is_refused_and_any_other_is_taken(send, measure_at, unit):
    measure = measure_at("4.2#2")
    send(measure)
    rows = Rating.objects.count()
    with pytest.raises(Refused, match="That is what you sent at"):
        send(measure)
    assert Rating.objects.count() == rows
    send(measure, by=unit)
    send(measure)
    send(measure, evidence="The minutes of 21 November.")
    assert Rating.objects.count() == rows + 3


def test_no_change_needs_a_rating_to_leave_unchanged(measure_at, unit):
    fresh = planning.add_measure(
        action=measure_at("4.2#2").action, order=9, text="(G) New", growth=True, by=unit
    )
    with pytest.raises(Refused, match="no agreed rating yet"):
        ratings.say_no_change(measure=fresh, by=unit, seen=None)


def test_no_change_answers_the_row_that_was_seen(measure_at, ldg, nothing_written):
    with pytest.raises(Overtaken):
        ratings.say_no_change(measure=measure_at("4.1#3"), by=ldg, seen=None)


# ---- taking back


def test_what_is_taken_back_stays_in_the_history_and_stands_no_more(measure_at, ldg):
    measure = measure_at("1.2#1")
    proposal = ratings.standing_proposal(measure)
    removed = ratings.withdraw(measure=measure, by=ldg, seen=proposal.pk, because="Sent too early.")
    assert (removed.step, removed.level, removed.follows) == (RatingStep.REMOVED, None, proposal)
    assert (removed.meeting, removed.because) == (proposal.meeting, "Sent too early.")
    assert ratings.standing_proposal(measure) is None
    assert Rating.objects.filter(pk=proposal.pk).exists()


def test_takes_back_what_a_meeting_put_off(db, measure_at):
    measure = measure_at("5.1#1")
    assert newest(measure).step == RatingStep.DEFERRED
    proposal = ratings.standing_proposal(measure)
    sender = By(proposal.by, proposal.for_post)
    ratings.withdraw(measure=measure, by=sender, seen=seen(measure))
    assert ratings.standing_proposal(measure) is None


def test_refuses_to_take_back_what_another_post_sent(measure_at, unit, cast, nothing_written):
    measure = measure_at("1.2#1")
    for who in (unit, cast("dsp-health").by):
        with pytest.raises(Refused, match=r"no update of yours to take back: Chair of Learning"):
            ratings.withdraw(measure=measure, by=who, seen=seen(measure))


def test_refuses_to_return_what_the_business_unit_sent_itself(measure_at, unit):
    measure = measure_at("1.2#2")
    said = {"words": "Sent by us.", "recovery_plan": "By May."}
    amber = Level.objects.get(code="A")
    sent = ratings.send_update(measure=measure, level=amber, by=unit, seen=seen(measure), **said)
    with pytest.raises(Refused, match="take it back instead"):
        ratings.return_update(measure=measure, because="Wrong.", by=unit, seen=sent.pk)


@pytest.mark.parametrize("place", ["4.2#2", "4.1#1"])
def test_refuses_to_take_back_what_was_decided(place, measure_at, ldg, nothing_written):
    measure = measure_at(place)
    with pytest.raises(Refused, match="no update to take back"):
        ratings.withdraw(measure=measure, by=ldg, seen=seen(measure))


def test_refuses_to_take_back_twice(measure_at, ldg):
    measure = measure_at("1.2#1")
    proposal = seen(measure)
    removed = ratings.withdraw(measure=measure, by=ldg, seen=proposal)
    with pytest.raises(Overtaken):
        ratings.withdraw(measure=measure, by=ldg, seen=proposal)
    with pytest.raises(Refused):
        ratings.withdraw(measure=measure, by=ldg, seen=removed.pk)


# ---- returning many


def test_returning_all_and_sending_one_wait_for_each_other(stage, plan, cast):
    """The one that came first goes through, and the other is overtaken: neither waits for the other in a ring."""
    unit, chair = cast("business-unit").by, cast("chair-ldg").by
    green = plan.levels.get(code="G")

    def send(measure):
        words = {"words": "New.", "evidence": "The minutes.", "because": "It is done."}
        return ratings.send_update(measure=measure, level=green, by=chair, seen=seen(measure), **words)

    def return_all(rows):
        return ratings.return_updates(measures=rows, because="Say more.", by=unit)

    standing = [m for m in Measure.objects.live().order_by("pk") if ratings.standing_proposal(m)]
    first, *_, last = standing
    rows = {m.pk: seen(m) for m in standing}
    sent, overtaken = behind_the_ledger(lambda: send(last), lambda: return_all(rows))
    assert sent.is_proposal
    assert isinstance(overtaken, Overtaken)
    assert ratings.standing_proposal(first).pk == rows[first.pk]
    rows[last.pk] = sent.pk
    returned, overtaken = behind_the_ledger(lambda: return_all(rows), lambda: send(last))
    assert [row.measure for row in returned] == standing
    assert isinstance(overtaken, Overtaken)


def test_returning_all_while_others_send_never_deadlocks(stage, plan, cast):
    unit, chair = cast("business-unit").by, cast("chair-ldg").by
    level = plan.levels.get(code="G")
    measures = [m for m in Measure.objects.live().order_by("pk") if ratings.standing_proposal(m)][:5]

    def send(measure, words, row):
        said = {"words": words, "evidence": "The minutes.", "because": "It is done."}
        return ratings.send_update(measure=measure, level=level, by=chair, seen=row, **said)

    for turn in range(5):
        rows = {m.pk: seen(m) for m in measures}

        def act(i, turn=turn, rows=rows):
            if i == 0:
                return ratings.return_updates(measures=rows, because="Say more.", by=unit)
            return send(measures[-i], f"Sent in turn {turn}.", rows[measures[-i].pk])

        answers = together(5, act)
        assert all(isinstance(a, list | Rating | Overtaken) for a in answers), answers
        for measure in measures:
            if ratings.standing_proposal(measure) is None:
                send(measure, f"Sent after turn {turn}.", seen(measure))


# ---- who, in which post, why


def test_the_ledger_says_who_in_which_post_and_why(send, measure_at, plan, unit, cast):
    measure = measure_at("4.2#2")
    deputy = By(cast("chair-mash").user, cast("chair-ldg").post, as_deputy=True)
    sent = send(measure, "B", by=deputy, received="by phone, 14 November")
    why = "The minutes say otherwise."
    removed = ratings.return_update(measure=measure, by=unit, seen=sent.pk, because=why)
    again = send(measure, "G", by=deputy, without={"because"})
    settle()
    rows = {row.row: row for row in Ledger.objects.filter(table="workstreams_rating")}
    for rating, by, because in (
        (sent, deputy, SAID["because"]),
        (removed, unit, why),
        (again, deputy, ""),
    ):
        row = rows[str(rating.pk)]
        assert (row.by, row.for_post, row.because) == (str(by.user.pk), str(by.post.pk), because)
        assert (row.operation, row.before, row.after["measure_id"]) == ("INSERT", None, measure.pk)
        assert row.after["as_deputy"] == by.as_deputy
    assert rows[str(sent.pk)].after["received"] == "by phone, 14 November"
    assert rows[str(sent.pk)].seq < rows[str(removed.pk)].seq < rows[str(again.pk)].seq


def test_a_level_of_another_plans_key_is_refused(plan, ldg, measure_at, nothing_written):
    foreign = Level(pk=10**6, plan_id=plan.pk + 1, code="G", word="Green", token="GREEN", order=1)
    measure = measure_at("4.2#2")
    with pytest.raises(Refused) as refused:
        ratings.send_update(measure=measure, level=foreign, words="Words.", by=ldg, seen=seen(measure))
    assert "another plan's key" in refused.value.errors["level"]


@pytest.mark.parametrize(
    ("figure", "sentence"),
    [
        (Figure("", 4), "Say what each number counts."),
        (Figure("Seen", 51, 50), "Seen: the number cannot be more than what it is out of."),
        (Figure("Seen", -1, 50), "Seen: the number cannot be more than what it is out of."),
    ],
)
def test_a_figure_that_cannot_be_is_refused(send, measure_at, nothing_written, figure, sentence):
    with pytest.raises(Refused, match=sentence):
        send(measure_at("4.2#2"), figures=[figure])


def test_figures_are_kept_with_the_rating(send, measure_at):
    measure = measure_at("4.2#2")
    rating = send(measure, figures=[Figure("Seen", 41, 50), Figure("Days", 28.5, None, "days")])
    rating.refresh_from_db()
    assert rating.figures == [
        {"name": "Seen", "numerator": 41, "denominator": 50, "unit": ""},
        {"name": "Days", "value": 28.5, "unit": "days"},
    ]
    assert send(measure).figures is None
