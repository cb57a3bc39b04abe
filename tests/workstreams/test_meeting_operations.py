"""What a meeting may do to the record: planned, held, decided, closed. Every rule of the operations themselves."""

from datetime import date, datetime, time, timedelta

import pytest

from tests.conftest import TODAY, together
from workstreams import gather
from workstreams import picture as p
from workstreams.models import Group, Ledger, Level, Measure, Meeting, Rating, Target, Version
from workstreams.operations import Overtaken, Refused, meetings, papers, ratings, targets
from workstreams.vocabulary import GroupKind, MeetingKind, MeetingState, RatingStep, TargetStep

AMBER_ONCE_MORE = "1.2#1"  # proposed Amber, agreed Amber
ANOTHER_LEVEL = "2.1#3"  # proposed Green, agreed Amber
COMPLETE = "5.1#1"  # proposed Blue
UNCHANGED = "2.2#4"  # proposed Green, agreed Green
NOT_UPDATED = "3.1#3"


@pytest.fixture
def unit(db, cast):
    return cast("business-unit").by


@pytest.fixture
def begin(cast):
    """The planned meeting, begun."""

    def act():
        present = [cast(key).post for key in ("dsp-council", "dsp-police", "business-unit", "scrutineer")]
        return meetings.hold_meeting(
            meeting=Meeting.objects.open_for_updates().get(), present=present, by=cast("business-unit").by
        )

    return act


@pytest.fixture
def held(db, begin):
    return begin()


@pytest.fixture
def level(plan):
    return lambda code: Level.objects.get(plan=plan, code=code)


def seen(measure):
    return measure.ratings.order_by("-pk").values_list("pk", flat=True).first()


def proposed_level(measure):
    return ratings.standing_proposal(measure).level


def speaking_of(meeting, plan):
    return gather.take(plan, gather.head(), speaks_of=meeting.pk)


def close(meeting, plan, by, label="as agreed", **more):
    return meetings.close_meeting(
        meeting=meeting, plan=plan, label=label, changes="Ratings as agreed", by=by, **more
    )


# ---- planning and beginning


def test_a_regular_meeting_is_not_planned_before_one_whose_papers_are_out(plan, unit):
    meeting = Meeting.objects.open_for_updates().get()
    papers.issue_papers(meeting=meeting, plan=plan, label="9.0", changes="For the meeting", by=unit)
    when = {"group": plan.deciding_group, "held_on": TODAY + timedelta(days=7)}
    when["papers_close_at"] = datetime.combine(when["held_on"], time(9), gather.LONDON)
    with pytest.raises(Refused, match="are out, so a regular meeting comes after that day"):
        meetings.plan_meeting(**when, by=unit)
    planned = meetings.plan_meeting(**when, by=unit, kind=MeetingKind.EXTRAORDINARY)
    assert planned.state == MeetingState.PLANNED


@pytest.mark.parametrize(
    ("held_on", "closes_on", "field"),
    [
        (TODAY - timedelta(days=1), TODAY - timedelta(days=2), "held_on"),
        (date(2024, 2, 13), date(2024, 2, 14), "papers_close_on"),
        (date(2024, 1, 2), date(2023, 12, 22), "held_on"),  # planned already
    ],
)
def test_a_meeting_is_planned_for_a_free_day_to_come(plan, unit, held_on, closes_on, field):
    before = Meeting.objects.count()
    with pytest.raises(Refused) as refused:
        meetings.plan_meeting(
            group=plan.deciding_group,
            held_on=held_on,
            papers_close_at=datetime.combine(closes_on, time(17), gather.LONDON),
            by=unit,
        )
    assert list(refused.value.errors) == [field]
    assert Meeting.objects.count() == before


def test_a_meeting_begins_with_those_who_are_there_and_on_the_day_it_begins(held, cast):
    assert (held.state, held.held_on) == (MeetingState.HELD, TODAY)
    assert cast("scrutineer").post in held.present.all()
    trace = Ledger.objects.filter(table="workstreams_attendance").order_by("-seq").first()
    assert trace.by == str(cast("business-unit").user.pk)


def test_a_meeting_does_not_begin_without_anybody_there(unit):
    with pytest.raises(Refused) as refused:
        meetings.hold_meeting(meeting=Meeting.objects.open_for_updates().get(), present=[], by=unit)
    assert "present" in refused.value.errors


def test_a_meeting_begins_once(held, unit):
    with pytest.raises(Refused, match="has begun"):
        meetings.hold_meeting(meeting=held, present=[unit.post], by=unit)


# ---- deciding


def test_what_was_proposed_is_agreed_without_a_because(held, unit, measure_at):
    measure = measure_at(COMPLETE)
    row = meetings.agree(
        measure=measure, meeting=held, level=proposed_level(measure), by=unit, seen=seen(measure)
    )
    assert (row.step, row.meeting, row.effective_on) == (RatingStep.AGREED, held, TODAY)
    assert ratings.standing_proposal(measure) is None


def test_another_level_than_proposed_needs_a_because(held, unit, measure_at, level):
    measure, rows = measure_at(AMBER_ONCE_MORE), Rating.objects.count()
    with pytest.raises(Refused) as refused:
        meetings.agree(measure=measure, meeting=held, level=level("G"), by=unit, seen=seen(measure))
    assert "because" in refused.value.errors
    assert Rating.objects.count() == rows
    row = meetings.agree(
        measure=measure, meeting=held, level=level("G"), by=unit, seen=seen(measure), because="Posts filled."
    )
    assert (row.level.code, row.because) == ("G", "Posts filled.")
    assert Ledger.objects.order_by("-seq").first().because == "Posts filled."


def test_an_amended_proposal_stays_beside_the_agreement(held, unit, plan, measure_at, level):
    measure = measure_at(AMBER_ONCE_MORE)
    meetings.agree(
        measure=measure, meeting=held, level=level("G"), by=unit, seen=seen(measure), because="Posts filled."
    )
    shown = speaking_of(held, plan).find(measure.pk).measure
    assert shown.was_amended
    assert (shown.tabled.level.code, shown.decision.level.code, shown.found.level.code) == ("A", "G", "A")


def test_a_level_of_its_own_needs_a_because(held, unit, measure_at, level):
    measure = measure_at(NOT_UPDATED)
    where = {"measure": measure, "meeting": held, "level": level("R"), "by": unit}
    with pytest.raises(Refused, match="Nothing was proposed"):
        meetings.agree(seen=seen(measure), **where)
    row = meetings.agree(seen=seen(measure), because="Nobody reported for two meetings.", **where)
    assert row.level.code == "R"


def test_a_deferred_proposal_stays_provisional(held, unit, plan, measure_at):
    measure = measure_at(ANOTHER_LEVEL)
    agreed, proposal = ratings.agreed_rating(measure), ratings.standing_proposal(measure)
    with pytest.raises(Refused) as refused:
        meetings.defer(measure=measure, meeting=held, because=" ", by=unit, seen=seen(measure))
    assert "because" in refused.value.errors
    row = meetings.defer(
        measure=measure, meeting=held, because="Bring the minute.", by=unit, seen=seen(measure)
    )
    assert (row.step, row.level) == (RatingStep.DEFERRED, None)
    assert ratings.agreed_rating(measure) == agreed
    assert ratings.standing_proposal(measure) == proposal


def test_what_is_deferred_can_still_be_agreed_at_the_same_meeting(held, unit, measure_at):
    measure = measure_at(ANOTHER_LEVEL)
    meetings.defer(measure=measure, meeting=held, because="The minute.", by=unit, seen=seen(measure))
    row = meetings.agree(
        measure=measure, meeting=held, level=proposed_level(measure), by=unit, seen=seen(measure)
    )
    assert row.corrects is None


@pytest.mark.parametrize("marked", [True, False])
def test_what_is_not_reached_carries_on_to_the_next_meeting(held, unit, plan, measure_at, marked):
    """Whether somebody marked it or closing did."""
    measure = measure_at(UNCHANGED)
    proposal = ratings.standing_proposal(measure)
    if marked:
        meetings.mark_not_reached(measure=measure, meeting=held, by=unit, seen=seen(measure))
    close(held, plan, unit)
    latest = measure.ratings.get(followed_by=None)
    assert (latest.step, latest.meeting) == (RatingStep.NOT_REACHED, held)
    later = meetings.plan_meeting(
        group=plan.deciding_group,
        held_on=date(2024, 1, 9),
        papers_close_at=datetime(2023, 12, 22, 17, tzinfo=gather.LONDON),
        by=unit,
    )
    assert speaking_of(later, plan).find(measure.pk).measure.tabled.id == proposal.pk


def test_nothing_is_put_off_that_nobody_proposed(held, unit, measure_at):
    measure = measure_at(NOT_UPDATED)
    with pytest.raises(Refused, match="Nothing is proposed"):
        meetings.mark_not_reached(measure=measure, meeting=held, by=unit, seen=seen(measure))


def test_a_correction_says_why_and_points_at_the_row_it_corrects(held, unit, plan, measure_at, level):
    measure = measure_at("2.1#4")  # rolls: its answer belongs to a quarter
    first = meetings.agree(
        measure=measure, meeting=held, level=proposed_level(measure), by=unit, seen=seen(measure)
    )
    where = {"measure": measure, "meeting": held, "level": level("G"), "by": unit}
    with pytest.raises(Refused, match="corrected"):
        meetings.agree(seen=seen(measure), **where)
    second = meetings.agree(seen=seen(measure), because="Amber was misheard.", **where)
    assert (second.corrects, second.follows) == (first, first)
    assert second.period_ends_on == first.period_ends_on
    shown = speaking_of(held, plan).find(measure.pk).measure
    assert shown.decision.id == second.pk
    assert shown.tabled.id == shown.proposed.id == first.follows_id
    assert shown.found.meeting_id != held.pk


def test_an_update_sent_while_the_meeting_sits_is_decided_at_the_next(
    held, unit, plan, cast, measure_at, level
):
    meetings.plan_meeting(
        group=plan.deciding_group,
        held_on=date(2024, 1, 9),
        papers_close_at=datetime(2023, 12, 22, 17, tzinfo=gather.LONDON),
        by=unit,
    )
    measure = measure_at("4.2#2")
    ratings.send_update(
        measure=measure, level=level("G"), words="Sent late.", by=cast("chair-ldg").by, seen=seen(measure)
    )
    with pytest.raises(Refused, match="It is decided there"):
        meetings.agree(measure=measure, meeting=held, level=level("G"), by=unit, seen=seen(measure))
    shown = speaking_of(held, plan).find(measure.pk).measure
    assert (shown.tabled, shown.decision) == (None, None)
    close(held, plan, unit)
    assert measure.ratings.get(followed_by=None).step == RatingStep.PROVISIONAL


def test_nothing_is_decided_before_the_meeting_or_after_it(db, unit, plan, measure_at, begin):
    measure = measure_at(COMPLETE)
    for meeting, sentence in (
        (Meeting.objects.open_for_updates().get(), "first say who was there"),
        (Meeting.objects.filter(state=MeetingState.CLOSED).last(), "This meeting is closed"),
    ):
        where = {"measure": measure, "meeting": meeting, "by": unit, "seen": seen(measure)}
        for decide in (
            lambda where=where: meetings.agree(level=proposed_level(measure), **where),
            lambda where=where: meetings.defer(because="Later.", **where),
            lambda where=where: meetings.mark_not_reached(**where),
            lambda meeting=meeting: meetings.agree_unchanged(
                meeting=meeting, measures={measure.pk: seen(measure)}, by=unit
            ),
            lambda meeting=meeting: close(meeting, plan, unit),
        ):
            with pytest.raises(Refused, match=sentence):
                decide()


def test_another_group_decides_nothing_here(unit, measure_at, cast):
    group = Group.objects.filter(kind=GroupKind.SUBGROUP).first()
    meeting = meetings.plan_meeting(
        group=group,
        held_on=TODAY,
        papers_close_at=datetime.combine(TODAY, time(8), gather.LONDON),
        by=unit,
    )
    meeting = meetings.hold_meeting(meeting=meeting, present=[unit.post], by=unit)
    measure = measure_at(COMPLETE)
    with pytest.raises(Refused):
        meetings.agree(
            measure=measure, meeting=meeting, level=proposed_level(measure), by=unit, seen=seen(measure)
        )


def test_a_decision_on_a_row_that_was_answered_is_overtaken(held, unit, measure_at):
    measure = measure_at(COMPLETE)
    looked_at = seen(measure)
    meetings.mark_not_reached(measure=measure, meeting=held, by=unit, seen=looked_at)
    with pytest.raises(Overtaken) as overtaken:
        meetings.defer(measure=measure, meeting=held, because="Later.", by=unit, seen=looked_at)
    assert overtaken.value.latest.step == RatingStep.NOT_REACHED


def test_many_are_agreed_all_or_none(held, unit, measure_at):
    measures = [measure_at(UNCHANGED), measure_at(COMPLETE)]
    rows = {m.pk: seen(m) for m in measures}
    meetings.mark_not_reached(measure=measures[1], meeting=held, by=unit, seen=rows[measures[1].pk])
    before = Rating.objects.count()
    with pytest.raises(Overtaken):
        meetings.agree_unchanged(meeting=held, measures=rows, by=unit)
    assert Rating.objects.count() == before
    rows = {m.pk: seen(m) for m in measures}
    assert len(meetings.agree_unchanged(meeting=held, measures=rows, by=unit)) == 2


# ---- another target date


@pytest.fixture
def asked(db, cast, measure_at):
    measure = measure_at(UNCHANGED)
    targets.ask_for_target(
        measure=measure,
        text="May 2024",
        due_on=date(2024, 5, 31),
        because="Two services joined late.",
        by=cast("chair-dapb").by,
    )
    return measure


def decide_date(measure, meeting, by, **changes):
    facts = {"agreed": True, "because": "Accepted."} | changes
    return targets.decide_target(measure=measure, meeting=meeting, by=by, **facts)


def test_a_date_is_agreed_at_a_meeting_with_a_because(asked, held, unit):
    with pytest.raises(Refused) as refused:
        decide_date(asked, held, unit, because="")
    assert "because" in refused.value.errors
    row = asked.targets.order_by("-pk").first()
    with pytest.raises(Overtaken):
        decide_date(asked, held, unit, seen=row.follows_id)
    assert decide_date(asked, held, unit, seen=row.pk).step == TargetStep.AGREED
    with pytest.raises(Refused, match="it has been decided"):
        decide_date(asked, held, unit, agreed=False)


def test_a_date_is_decided_only_while_a_meeting_is_held(asked, unit):
    before = Target.objects.count()
    with pytest.raises(Refused, match="first say who was there"):
        decide_date(asked, Meeting.objects.open_for_updates().get(), unit)
    assert Target.objects.count() == before


# ---- closing


def test_closing_freezes_the_plan_as_agreed(held, unit, plan, measure_at, level):
    measure = measure_at(AMBER_ONCE_MORE)
    meetings.agree(
        measure=measure, meeting=held, level=level("B"), by=unit, seen=seen(measure), because="All in post."
    )
    live = gather.take(plan, gather.head())
    version = close(held, plan, unit)
    held.refresh_from_db()
    assert held.is_closed
    frozen = p.from_json(version.picture)
    assert frozen.counts().by_level == live.counts().by_level
    assert frozen.find(measure.pk).measure.level.code == "B"
    assert frozen.agreed_version.label == "as agreed"
    assert frozen.seq <= Ledger.objects.order_by("-seq").first().seq
    assert Version.objects.filter(meeting=held).get() == version


def test_closing_marks_what_was_left_undecided(held, unit, plan):
    picture = speaking_of(held, plan)
    waiting = [m for m in picture.measures if m.tabled and m.decision is None]
    assert waiting
    version = close(held, plan, unit)
    frozen = p.from_json(version.picture)
    assert {frozen.find(m.id).measure.decision.step for m in waiting} == {RatingStep.NOT_REACHED}
    for measure in waiting:
        assert frozen.find(measure.id).measure.level == measure.level


@pytest.mark.parametrize(
    ("label", "sentence"), [("1.10", "exists already"), ("1.1", "exists already"), (" ", "Give the version")]
)
def test_a_version_gets_a_label_of_its_own(held, unit, plan, label, sentence):
    with pytest.raises(Refused, match=sentence) as refused:
        close(held, plan, unit, label=label)
    assert "label" in refused.value.errors
    held.refresh_from_db()
    assert held.is_held


def test_closing_answers_the_decisions_that_were_looked_through(held, unit, plan, measure_at):
    measure = measure_at(UNCHANGED)
    row = meetings.mark_not_reached(measure=measure, meeting=held, by=unit, seen=seen(measure))
    with pytest.raises(Overtaken) as overtaken:
        close(held, plan, unit, seen="0.0.0")
    assert overtaken.value.latest == row
    close(held, plan, unit, seen=meetings.decisions_seen(held))


# ---- at the same moment


def test_two_who_agree_all_in_opposite_orders_do_not_deadlock(stage, cast, begin):
    meeting, by = begin(), cast("business-unit").by
    measures = [m for m in Measure.objects.live().order_by("pk") if ratings.standing_proposal(m) is not None]
    rows = [(m.pk, seen(m)) for m in measures]
    orders = [dict(rows), dict(reversed(rows))]
    before = Rating.objects.count()
    answers = together(2, lambda i: meetings.agree_unchanged(meeting=meeting, measures=orders[i], by=by))
    assert sorted(type(answer).__name__ for answer in answers) == ["Overtaken", "list"]
    assert Rating.objects.count() == before + len(rows)


def test_twelve_who_decide_one_measure_leave_one_decision(stage, cast, begin, measure_at):
    meeting, by, measure = begin(), cast("business-unit").by, measure_at(COMPLETE)
    looked_at, before = seen(measure), Rating.objects.count()
    answers = together(
        12,
        lambda i: meetings.defer(
            measure=measure, meeting=meeting, because=f"Reason {i}.", by=by, seen=looked_at
        ),
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Overtaken"] * 11 + ["Rating"]
    assert Rating.objects.count() == before + 1


def test_a_decision_and_the_closing_come_one_after_the_other(stage, cast, begin, measure_at, plan):
    """Either the decision is in the version, or it is refused: never recorded at a closed meeting."""
    meeting, by, measure = begin(), cast("business-unit").by, measure_at(COMPLETE)
    looked_at, level = seen(measure), proposed_level(measure)

    def act(i):
        if i:
            return close(meeting, plan, by)
        return meetings.agree(measure=measure, meeting=meeting, level=level, by=by, seen=looked_at)

    decided, version = together(2, act)
    frozen = p.from_json(version.picture).find(measure.pk).measure
    if isinstance(decided, Rating):
        assert frozen.decision.id == decided.pk
    else:
        assert isinstance(decided, Refused | Overtaken)
        assert frozen.decision.step == RatingStep.NOT_REACHED


def test_one_meeting_at_a_time_is_in_session(cast, db, begin):
    first, unit = begin(), cast("business-unit").by
    other = meetings.plan_meeting(
        group=first.group, held_on=date(2024, 2, 13), papers_close_at=first.papers_close_at, by=unit
    )
    with pytest.raises(Refused, match="still in session"):
        meetings.hold_meeting(meeting=other, present=[unit.post], by=unit)
