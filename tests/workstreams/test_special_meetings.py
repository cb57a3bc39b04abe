"""Extraordinary meetings and decisions between meetings: they settle what can't wait, and leave the rest alone."""

from datetime import datetime, timedelta

import pytest

from sscp.demonstration import set_clock
from tests.conftest import TODAY
from workstreams import due, gather
from workstreams.agenda import Result, agenda_of, free_label
from workstreams.life import Standing
from workstreams.models import Meeting, Rating
from workstreams.operations import By, Refused, impacts, meetings, ratings, targets
from workstreams.vocabulary import MeetingKind

DECIDED, LEFT = "2.2#4", "1.2#1"  # both proposed for the next regular meeting
NOW = datetime(2023, 11, 24, 9, tzinfo=gather.LONDON)


@pytest.fixture
def unit(db, cast):
    return cast("business-unit").by


@pytest.fixture(params=[MeetingKind.EXTRAORDINARY, MeetingKind.BETWEEN_MEETINGS])
def special(request, plan, unit):
    if request.param == MeetingKind.BETWEEN_MEETINGS:
        return meetings.decide_between_meetings(group=plan.deciding_group, present=[unit.post], by=unit)
    meeting = meetings.plan_meeting(
        group=plan.deciding_group, held_on=TODAY, papers_close_at=NOW, by=unit, kind=request.param
    )
    return meetings.hold_meeting(meeting=meeting, present=[unit.post], by=unit)


@pytest.fixture
def regular(plan):
    return Meeting.objects.next_of(plan.deciding_group)


def free(plan):
    return free_label(plan.versions.order_by("seq").values_list("label", flat=True))


def seen(measure):
    return measure.ratings.order_by("-pk").values_list("pk", flat=True).first()


def picture(plan, meeting):
    return gather.take(plan, gather.head(), speaks_of=meeting.pk)


def agree(measure, meeting, by):
    level = ratings.standing_proposal(measure).level
    return meetings.agree(measure=measure, meeting=meeting, level=level, by=by, seen=seen(measure))


def close(meeting, plan, by):
    return meetings.close_meeting(meeting=meeting, plan=plan, label=free(plan), changes="Decided", by=by)


def test_decides_an_update_that_was_sent_for_the_regular_meeting(special, regular, plan, unit, measure_at):
    measure = measure_at(DECIDED)
    assert ratings.standing_proposal(measure).meeting == regular
    row = agree(measure, special, unit)
    assert row.meeting == special
    item = agenda_of(picture(plan, special)).find(measure.pk)
    assert (item.result, item.is_open) == (Result.AGREED, False)


def test_what_it_does_not_decide_stays_where_it_was(special, regular, plan, unit, measure_at):
    left, rows = measure_at(LEFT), Rating.objects.count()
    proposal = ratings.standing_proposal(left)
    close(special, plan, unit)
    assert Rating.objects.count() == rows  # nothing was marked as not reached
    assert ratings.standing_proposal(left) == proposal
    assert ratings.where_it_stands(left) is Standing.SENT
    item = agenda_of(picture(plan, regular)).find(left.pk)
    assert item.proposed.id == proposal.pk
    assert item.is_open


def test_asks_nobody_for_an_update(special, plan):
    shown = picture(plan, special)
    assert not any(m.asked_of_all for m in shown.measures)
    assert agenda_of(shown).not_updated == []


def test_what_it_decided_is_not_asked_again_for_the_regular_meeting(
    special, regular, plan, unit, cast, measure_at
):
    measure = measure_at(DECIDED)
    agree(measure, special, unit)
    close(special, plan, unit)
    shown = picture(plan, regular)
    m = shown.find(measure.pk).measure
    assert (m.updated, m.not_updated, m.tabled) == (True, False, None)
    chair = cast("chair-dapb").person
    assert measure.pk not in {p.measure.id for p in due.to_do(shown, chair.post_ids)}
    assert agenda_of(shown).find(measure.pk) is None
    set_clock(gather.head().at + timedelta(days=1))
    meetings.hold_meeting(meeting=regular, present=[unit.post], by=unit)
    assert measure.pk not in {i.measure.id for i in agenda_of(picture(plan, regular)).not_updated}


def test_decides_impact_and_dates_that_wait(special, regular, plan, unit, cast, measure_at):
    measure = measure_at(DECIDED)
    impacts_item = agenda_of(picture(plan, special)).find(measure.pk)
    assert impacts_item.impact is None
    close(special, plan, unit)
    impacts.report_impact(measure=measure, meeting=regular, text="Waits fell.", by=cast("chair-dapb").by)
    targets.ask_for_target(
        measure=measure, due_on=TODAY.replace(year=2024), because="Late.", by=cast("chair-dapb").by
    )
    other = meetings.decide_between_meetings(group=plan.deciding_group, present=[unit.post], by=unit)
    item = agenda_of(picture(plan, other)).find(measure.pk)
    assert item.impact_waits
    assert item.target.asked_id
    impacts.decide_impact(
        measure=measure, meeting=other, accepted=True, text="", by=unit, seen=item.impact.id
    )
    targets.decide_target(
        measure=measure, meeting=other, agreed=True, because="Yes.", by=unit, seen=item.target.asked_id
    )
    item = agenda_of(picture(plan, other)).find(measure.pk)
    assert item.states == ("impact accepted", "date agreed")


@pytest.mark.parametrize("act", ["replace", "take back", "return"])
def test_what_stands_lies_on_the_table_of_those_who_meet(special, plan, unit, cast, measure_at, act):
    measure, chair = measure_at(DECIDED), cast("chair-dapb").by
    proposal = ratings.standing_proposal(measure)
    answer = {"measure": measure, "seen": seen(measure)}
    by_sender = answer | {"by": By(chair.user, proposal.for_post)}
    acts = {
        "replace": lambda: ratings.send_update(level=proposal.level, words="New.", **by_sender),
        "take back": lambda: ratings.withdraw(**by_sender),
        "return": lambda: ratings.return_update(because="Say more.", by=unit, **answer),
    }
    if special.is_between:
        acts[act]()
        assert ratings.standing_proposal(measure) != proposal
    else:
        with pytest.raises(Refused, match="is on its table"):
            acts[act]()
        assert ratings.standing_proposal(measure) == proposal


def test_what_it_decided_takes_no_update_until_it_is_closed(special, plan, unit, cast, measure_at):
    measure, chair = measure_at(DECIDED), cast("chair-dapb").by
    agree(measure, special, unit)

    def send():
        level = plan.levels.get(code="G")
        return ratings.send_update(measure=measure, level=level, words="New.", by=chair, seen=seen(measure))

    with pytest.raises(Refused, match="is on its table"):
        send()
    close(special, plan, unit)
    assert send().is_proposal


def test_one_at_a_time_is_in_session(special, regular, unit):
    with pytest.raises(Refused, match="still in session"):
        meetings.hold_meeting(meeting=regular, present=[unit.post], by=unit)
