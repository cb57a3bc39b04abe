"""What was recorded wrongly is corrected by a newer row in its place: what came since, and what was frozen, stay."""

from datetime import date, datetime, timedelta

import pytest

from sscp.demonstration import set_clock
from tests.conftest import together
from workstreams import gather
from workstreams import picture as p
from workstreams.agenda import free_label
from workstreams.life import Standing
from workstreams.models import Ledger, Level, Meeting, Rating, Version
from workstreams.operations import Overtaken, Refused, meetings, papers, ratings, settle
from workstreams.operations import plan as planning
from workstreams.picture import Reader
from workstreams.vocabulary import RatingStep

WHY = "The clerk's own note says Green."
PLACE = "2.1#3"  # proposed Green, agreed Amber; LDG does not answer for it


@pytest.fixture
def unit(db, cast):
    return cast("business-unit").by


@pytest.fixture
def held(unit, cast):
    return meetings.hold_meeting(
        meeting=Meeting.objects.open_for_updates().get(), present=[cast("dsp-police").post], by=unit
    )


@pytest.fixture
def level(plan):
    return lambda code: Level.objects.get(plan=plan, code=code)


@pytest.fixture
def measure(db, measure_at):
    return measure_at(PLACE)


def free(plan):
    return free_label(plan.versions.order_by("seq").values_list("label", flat=True))


def seen(measure):
    return measure.ratings.order_by("-pk").values_list("pk", flat=True).first()


def whole(plan, **speaks):
    return gather.take(plan, gather.head(), **speaks)


def now(plan, measure, **speaks):
    return whole(plan, **speaks).find(measure.pk).measure


@pytest.fixture
def agreed(held, measure, level, unit):
    """Agreed Amber at a meeting in session, though Green was proposed."""
    return meetings.agree(
        measure=measure, meeting=held, level=level("A"), because="Too early.", by=unit, seen=seen(measure)
    )


@pytest.fixture
def closed(agreed, held, plan, unit):
    meetings.close_meeting(meeting=held, plan=plan, label=free(plan), changes="As agreed", by=unit)
    held.refresh_from_db()
    return held


@pytest.fixture
def correct(measure, level, unit):
    def act(code="G", because=WHY, **changes):
        where = {"measure": measure, "level": level(code), "by": unit, "seen": seen(measure)} | changes
        return meetings.correct_decision(because=because, **where)

    return act


# ---- of a closed meeting


def test_a_closed_meetings_level_is_corrected_by_a_newer_row(closed, agreed, correct, plan, measure, unit):
    row = correct()
    assert (row.step, row.corrects, row.follows, row.meeting) == (RatingStep.AGREED, agreed, agreed, closed)
    settle()
    trace = Ledger.objects.get(table="workstreams_rating", row=str(row.pk))
    assert (trace.by, trace.because) == (str(unit.user.pk), WHY)
    shown = now(plan, measure)
    assert (shown.level.code, shown.agreed.id, shown.latest_id) == ("G", row.pk, row.pk)
    assert shown.proposed.id == agreed.follows_id
    assert not shown.was_amended  # Green had been proposed
    assert shown.stands is Standing.AGREED


def test_what_was_frozen_stays_and_the_next_version_shows_it(closed, correct, plan, measure, unit):
    before = Version.objects.get(meeting=closed).picture
    correct()
    assert Version.objects.get(meeting=closed).picture == before
    assert p.from_json(before).find(measure.pk).measure.level.code == "A"
    between = meetings.decide_between_meetings(group=plan.deciding_group, present=[unit.post], by=unit)
    later = meetings.close_meeting(meeting=between, plan=plan, label=free(plan), changes="Nothing", by=unit)
    assert p.from_json(later.picture).find(measure.pk).measure.level.code == "G"


@pytest.fixture
def later(closed, plan, unit):
    return meetings.plan_meeting(
        group=plan.deciding_group,
        held_on=date(2024, 1, 9),
        papers_close_at=datetime(2023, 12, 22, 17, tzinfo=gather.LONDON),
        by=unit,
    )


def wait(**time):
    set_clock(gather.head().at + timedelta(**time))


@pytest.fixture
def sent_since(later, measure, level, unit):
    return ratings.send_update(
        measure=measure, level=level("R"), words="New.", risk_note="Risk.", by=unit, seen=seen(measure)
    )


def test_an_update_sent_since_stands_as_it_did(sent_since, later, correct, plan, measure, level, unit):
    row = correct()
    assert (row.follows, ratings.standing_proposal(measure)) == (sent_since, sent_since)
    shown = now(plan, measure, speaks_of=later.pk)
    assert (shown.level.code, shown.proposal.id, shown.tabled.id, shown.found.id) == (
        "G",
        sent_since.pk,
        sent_since.pk,
        row.pk,
    )
    assert (shown.stands, ratings.where_it_stands(measure)) == (Standing.SENT, Standing.SENT)
    assert shown.updated
    wait(days=1)
    meeting = meetings.hold_meeting(meeting=later, present=[unit.post], by=unit)
    decided = meetings.agree(measure=measure, meeting=meeting, level=level("R"), by=unit, seen=seen(measure))
    shown = now(plan, measure, speaks_of=later.pk)
    assert (shown.agreed.id, shown.proposed.id, shown.previous.id) == (decided.pk, sent_since.pk, row.pk)


def test_an_update_returned_since_stays_returned(later, correct, plan, measure, level, unit, cast):
    chair = cast("chair-mash").by
    ratings.send_update(
        measure=measure, level=level("R"), words="New.", risk_note="Risk.", by=chair, seen=seen(measure)
    )
    ratings.return_update(measure=measure, because="Say more.", by=unit, seen=seen(measure))
    correct()
    shown = now(plan, measure)
    assert shown.returned.because == "Say more."
    assert not shown.updated


def test_what_papers_lack_still_goes_into_the_addendum(later, correct, plan, measure, level, unit):
    papers.issue_papers(meeting=later, plan=plan, label=free(plan), changes="Papers", by=unit)
    wait(hours=1)
    late = ratings.send_update(
        measure=measure, level=level("R"), words="Late.", risk_note="Risk.", by=unit, seen=seen(measure)
    )
    correct()
    assert papers.sent_since_papers(later, plan) == [late]


def test_can_be_corrected_again(closed, correct, plan, measure, agreed):
    first = correct()
    second = correct("R", "Red after all: the tape says so.")
    assert second.corrects == first
    shown = now(plan, measure)
    assert (shown.level.code, shown.proposed.id) == ("R", agreed.follows_id)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"because": " \n"}, "Say what was recorded wrongly"),
        ({"code": "A"}, "Amber is what is recorded"),
    ],
)
def test_a_correction_that_will_not_do_writes_nothing(closed, correct, changes, sentence):
    rows = Rating.objects.count()
    with pytest.raises(Refused, match=sentence):
        correct(**changes)
    assert Rating.objects.count() == rows


def test_refuses_while_the_meeting_is_in_session(agreed, correct):
    with pytest.raises(Refused, match="Correct it among its decisions"):
        correct()


def test_refuses_what_no_meeting_has_agreed(measure, correct):
    nothing = planning.add_measure(action=measure.action, order=9, text="(G) New", growth=True, by="test")
    with pytest.raises(Refused, match="nothing to correct"):
        correct(measure=nothing, seen=None)


def test_refuses_a_correction_of_a_row_that_was_answered(closed, correct, agreed):
    correct()
    with pytest.raises(Overtaken):
        correct("R", seen=agreed.pk)


def test_twelve_who_correct_one_decision_leave_one_correction(stage, cast, measure_at):
    measure, by = measure_at(PLACE), cast("business-unit").by
    agreed = ratings.agreed_rating(measure)
    other = Level.objects.exclude(pk=agreed.level_id).first()
    looked_at, rows = seen(measure), Rating.objects.count()
    answers = together(
        12,
        lambda i: meetings.correct_decision(
            measure=measure, level=other, because=f"Reason {i}.", by=by, seen=looked_at
        ),
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Overtaken"] * 11 + ["Rating"]
    assert Rating.objects.count() == rows + 1


# ---- of a meeting in session


@pytest.mark.parametrize("step", [RatingStep.DEFERRED, RatingStep.NOT_REACHED])
def test_an_agreement_recorded_by_mistake_becomes_what_it_was(agreed, held, plan, measure, unit, step, level):
    act = meetings.defer if step == RatingStep.DEFERRED else meetings.mark_not_reached
    with pytest.raises(Refused):
        act(measure=measure, meeting=held, by=unit, seen=seen(measure), because="")
    row = act(measure=measure, meeting=held, by=unit, seen=seen(measure), because="Misheard.")
    assert (row.step, row.corrects) == (step, agreed)
    shown = now(plan, measure, speaks_of=held.pk)
    assert (shown.proposal.id, shown.tabled.id, shown.held_over.id) == (
        agreed.follows_id,
        agreed.follows_id,
        row.pk,
    )
    assert (shown.level.code, shown.decision.id, shown.standing) == ("A", row.pk, step)
    assert ratings.agreed_rating(measure).pk == shown.agreed.id != agreed.pk
    meetings.close_meeting(meeting=held, plan=plan, label=free(plan), changes="As agreed", by=unit)
    assert measure.ratings.order_by("-pk").first() == row  # closing holds it over no second time
    between = meetings.decide_between_meetings(group=plan.deciding_group, present=[unit.post], by=unit)
    after = meetings.agree(measure=measure, meeting=between, level=level("G"), by=unit, seen=row.pk)
    assert after.corrects is None
    assert now(plan, measure).proposed.id == agreed.follows_id


def test_a_level_that_nobody_proposed_is_not_put_off(held, plan, unit, measure_at, level):
    measure = measure_at("3.1#3")
    meetings.agree(
        measure=measure, meeting=held, level=level("R"), because="So.", by=unit, seen=seen(measure)
    )
    with pytest.raises(Refused, match="nothing to put off"):
        meetings.defer(measure=measure, meeting=held, because="Misheard.", by=unit, seen=seen(measure))


# ---- read


def test_both_stand_in_the_history_the_first_struck_through(closed, correct, cast, measure):
    from workstreams import history

    correct()
    settle()
    newest, first, *_ = history.timeline(measure.pk, Reader(everything=True))
    assert (newest.heading, newest.struck) == ("Executive decision corrected to Green", False)
    assert (first.heading, first.struck) == ("Executive agreed Amber, amended from Green", True)
    page = cast("scrutineer").signed_in().get(f"/measures/{measure.pk}/").content.decode()
    assert "<s>Executive agreed Amber, amended from Green</s>" in page
    assert WHY.replace("'", "&#x27;") in page


def test_the_next_decision_is_told_from_what_stood_before_it(
    sent_since, later, correct, measure, level, unit
):
    from workstreams import history

    correct()
    wait(days=1)
    meeting = meetings.hold_meeting(meeting=later, present=[unit.post], by=unit)
    meetings.agree(
        measure=measure, meeting=meeting, level=level("A"), because="Less.", by=unit, seen=seen(measure)
    )
    settle()
    newest = history.timeline(measure.pk, Reader(everything=True))[0]
    assert newest.heading == "Executive agreed Amber, amended from Red"
