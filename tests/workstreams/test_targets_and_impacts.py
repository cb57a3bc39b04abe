"""Target dates that move by agreement, and impact reported and accepted: each step needs its reason and its turn."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.conftest import together
from workstreams import gather, permissions
from workstreams.agenda import agenda_of
from workstreams.models import Impact, Ledger, Meeting, Target
from workstreams.operations import Overtaken, Refused, impacts, meetings, settle, targets
from workstreams.operations import plan as planning
from workstreams.picture import Reader
from workstreams.vocabulary import ImpactStep, Precision, TargetStep

WHOLE = Reader(everything=True)
MAY = date(2024, 5, 31)
WHY = "The supplier delivers in April."


@pytest.fixture
def unit(cast, db):
    return cast("business-unit").by


@pytest.fixture
def ldg(cast, db):
    return cast("chair-ldg").by


@pytest.fixture
def measure(db, measure_at):
    """Green, due on 30 September 2023, never moved."""
    return measure_at("4.2#2")


@pytest.fixture
def planned(db):
    return Meeting.objects.get(state="PLANNED")


@pytest.fixture
def meeting(planned, unit):
    """The next meeting, in session."""
    return meetings.hold_meeting(meeting=planned, present=[unit.post], by=unit)


@pytest.fixture
def ask(measure, ldg):
    def act(text="May 2024", due_on=MAY, because=WHY):
        return targets.ask_for_target(measure=measure, text=text, due_on=due_on, because=because, by=ldg)

    return act


@pytest.fixture
def decide(measure, unit, planned):
    """Decide the date asked for at a meeting (the planned one, wherever it stands)."""

    def act(agreed=True, because="The new date is realistic.", **changes):
        where = {"measure": measure, "meeting": planned, "by": unit} | changes
        return targets.decide_target(agreed=agreed, because=because, **where)

    return act


def target_of(plan, measure):
    return gather.picture_for(WHOLE, plan).find(measure.pk).measure.target


def close(meeting, plan, by):
    meetings.close_meeting(meeting=meeting, plan=plan, label="as agreed", changes="As agreed", by=by)


def trace(row):
    settle()
    return Ledger.objects.get(table=row._meta.db_table, row=str(row.pk))


# ---- targets


def test_asking_moves_nothing(plan, measure, ask):
    before = target_of(plan, measure)
    asked = ask()
    after = target_of(plan, measure)
    assert (after.text, after.due_on, after.moves) == (before.text, before.due_on, 0)
    assert (after.asked_text, after.asked_because) == ("May 2024", WHY)
    assert (asked.step, asked.precision, asked.meeting) == (TargetStep.ASKED, Precision.MONTH, None)


def test_agreeing_moves_it_and_keeps_the_first(plan, measure, ask, decide, meeting):
    asked = ask()
    agreed = decide(seen=asked.pk)
    assert (agreed.step, agreed.follows, agreed.meeting) == (TargetStep.AGREED, asked, meeting)
    after = target_of(plan, measure)
    assert (after.text, after.due_on, after.moves, after.months) == ("May 2024", MAY, 1, 8)
    assert (after.first_text, after.first_due_on) == ("September 2023", date(2023, 9, 30))
    assert after.asked_text == ""


def test_refusing_leaves_it_where_it_stood(plan, measure, ask, decide, meeting):
    before = target_of(plan, measure)
    ask()
    assert decide(agreed=False, because="It can be done sooner.").step == TargetStep.REFUSED
    after = target_of(plan, measure)
    assert replace(after, decision=None) == before
    refused = after.decision
    assert (refused.agreed, refused.text, refused.kept) == (False, "May 2024", before.text)
    assert (refused.because, refused.asked_because) == ("It can be done sooner.", WHY)


@pytest.mark.parametrize("blank", ["", "  \n"])
def test_every_move_needs_its_reason(measure, ask, decide, meeting, unit, blank):
    before = Target.objects.count()
    with pytest.raises(Refused) as asked:
        ask(because=blank)
    assert set(asked.value.errors) == {"because"}
    with pytest.raises(Refused) as decided:
        decide(because=blank)
    assert set(decided.value.errors) == {"because"}
    with pytest.raises(Refused) as set_again:
        targets.set_target(
            measure=measure, text="May 2024", due_on=MAY, precision=Precision.MONTH, by=unit, because=blank
        )
    assert set(set_again.value.errors) == {"because"}
    assert Target.objects.count() == before


def test_the_first_target_needs_no_reason(measure, unit, plan):
    fresh = planning.add_measure(action=measure.action, order=9, text="(G) New", growth=True, by=unit)
    first = targets.set_target(measure=fresh, text="Later", due_on=None, precision=Precision.NONE, by=unit)
    assert (first.follows, first.because) == (None, "")
    assert not gather.picture_for(WHOLE, plan).find(fresh.pk).measure.is_overdue


def test_a_measure_without_a_date_may_ask_for_its_first(measure, unit, ldg, plan, cast):
    fresh = planning.add_measure(action=measure.action, order=9, text="(G) New", growth=True, by=unit)
    targets.ask_for_target(measure=fresh, text="May 2024", due_on=MAY, because=WHY, by=ldg)
    target = target_of(plan, fresh)
    assert (target.text, target.due_on, target.asked_text) == ("", None, "May 2024")
    for address in (f"/measures/{fresh.pk}/", f"/plans/{plan.ref}/"):
        page = cast("chair-ldg").signed_in().get(address)
        assert page.status_code == 200, address


def test_only_what_was_asked_for_can_be_decided(decide, meeting, ask):
    with pytest.raises(Refused, match="No other date has been asked for"):
        decide()
    ask()
    decide()
    with pytest.raises(Refused, match="has been decided"):
        decide()


def test_only_the_date_that_was_looked_at_can_be_decided(decide, meeting, ask):
    first = ask()
    again = ask("June 2024", date(2024, 6, 30))
    with pytest.raises(Overtaken):
        decide(seen=first.pk)
    assert decide(seen=again.pk).due_on == date(2024, 6, 30)


@pytest.mark.parametrize("state", ["PLANNED", "CLOSED"])
def test_a_date_is_decided_while_a_meeting_is_held(state, ask, decide):
    ask()
    where = Meeting.objects.filter(state=state).order_by("held_on").first()
    with pytest.raises(Refused):
        decide(meeting=where)
    assert Target.objects.filter(step=TargetStep.AGREED, meeting=where, text="May 2024").count() == 0


def test_the_ledger_says_who_moved_a_date_and_why(ask, decide, meeting, ldg, unit):
    asked, agreed = trace(ask()), trace(decide(because="The Executive sees no other way."))
    assert (asked.by, asked.for_post, asked.because) == (str(ldg.user.pk), str(ldg.post.pk), WHY)
    assert (agreed.by, agreed.because) == (str(unit.user.pk), "The Executive sees no other way.")
    assert agreed.seq > asked.seq


# ---- impact


@pytest.fixture
def report(measure, planned, ldg):
    def act(text="Every contact has a named decision maker."):
        return impacts.report_impact(measure=measure, meeting=planned, text=text, by=ldg)

    return act


@pytest.fixture
def judge(measure, planned, unit):
    def act(accepted=True, text="", **changes):
        where = {"measure": measure, "meeting": planned, "by": unit} | changes
        return impacts.decide_impact(accepted=accepted, text=text, **where)

    return act


def test_what_was_reported_is_accepted(report, judge, meeting, plan, measure):
    reported, accepted = report(), judge()
    assert (accepted.step, accepted.follows, accepted.meeting) == (ImpactStep.ACCEPTED, reported, meeting)
    seen = gather.picture_for(WHOLE, plan).find(measure.pk).measure
    assert seen.impact.accepted
    assert seen.level.word == "Green"  # independent of the level


def test_what_was_not_accepted_says_why_and_can_be_reported_again(report, judge, meeting, plan, unit):
    report()
    with pytest.raises(Refused) as silent:
        judge(accepted=False, text=" ")
    assert set(silent.value.errors) == {"text"}
    refused = judge(accepted=False, text="It says what was done, not what changed.")
    assert refused.step == ImpactStep.NOT_ACCEPTED
    with pytest.raises(Refused, match="impact is on its table"):
        report("Waits fell from nine weeks to three.")
    close(meeting, plan, unit)
    assert report("Waits fell from nine weeks to three.").follows == refused


def test_impact_that_another_meeting_left_undecided_still_waits(report, judge, plan, unit):
    reported = report()
    between = meetings.decide_between_meetings(group=plan.deciding_group, present=[unit.post], by=unit)
    assert judge(meeting=between).meeting == between
    assert reported.meeting != between


def test_impact_reported_for_a_later_meeting_is_decided_there(
    judge, meeting, plan, unit, planned, measure, ldg
):
    later = meetings.plan_meeting(
        group=plan.deciding_group,
        held_on=planned.held_on + timedelta(days=42),
        papers_close_at=planned.papers_close_at + timedelta(days=42),
        by=unit,
    )
    impacts.report_impact(measure=measure, meeting=later, text="Waits fell.", by=ldg)
    with pytest.raises(Refused, match="It is decided there"):
        judge()


@pytest.mark.parametrize("weeks", [-1, 4], ids=["an earlier meeting", "a later one"])
def test_impact_reported_for_a_cancelled_meeting_is_decided_at_the_next(
    report, judge, plan, unit, planned, measure, weeks
):
    report()
    meetings.cancel_meeting(meeting=planned, because="Nobody can come.", by=unit)
    instead = meetings.plan_meeting(
        group=plan.deciding_group,
        held_on=planned.held_on + timedelta(weeks=weeks),
        papers_close_at=planned.papers_close_at - timedelta(weeks=2),
        by=unit,
    )
    seen = gather.picture_for(WHOLE, plan).find(measure.pk).measure
    assert seen.impact.meeting_on == instead.held_on
    meetings.hold_meeting(meeting=instead, present=[unit.post], by=unit)
    picture = gather.picture_for(WHOLE, plan, speaks_of=instead.pk)
    assert agenda_of(picture).find(measure.pk).impact_waits
    assert judge(meeting=instead).meeting == instead


def test_a_report_that_waits_leaves_other_readers_what_was_decided_before_it(
    report, judge, meeting, plan, unit, measure, cast
):
    def seen(picture):
        found = picture.find(measure.pk).measure.impact
        return found and (found.step, found.text, found.reported, found.post)

    other, public = permissions.reader(cast("chair-mash").person), Reader(everything=False, public=True)
    first = report("Waits fell.").text
    assert {seen(gather.picture_for(eyes, plan)) for eyes in (other, public)} == {None}
    judge(accepted=False, text="By how much?")
    close(meeting, plan, unit)
    again = report("Waits fell from nine weeks to three.").text
    picture = gather.picture_for(WHOLE, plan)
    by = unit.post.title
    assert seen(picture)[:2] == (ImpactStep.REPORTED, again)
    assert seen(picture.seen_by(permissions.reader(cast("chair-ldg").person))) == seen(picture)
    decided = (ImpactStep.NOT_ACCEPTED, "By how much?", first, by)
    assert seen(picture.seen_by(other)) == seen(picture.as_agreed()) == decided
    assert seen(picture.seen_by(public)) == (ImpactStep.NOT_ACCEPTED, "", "", by)


def test_a_meeting_corrects_its_own_decision_on_impact_with_words(report, judge, meeting):
    report()
    accepted = judge()
    with pytest.raises(Refused) as silent:
        judge(accepted=False, text="", seen=accepted.pk)
    assert set(silent.value.errors) == {"text"}
    corrected = judge(accepted=False, text="Misheard: it was not accepted.", seen=accepted.pk)
    assert (corrected.step, corrected.follows) == (ImpactStep.NOT_ACCEPTED, accepted)
    with pytest.raises(Overtaken):
        judge(text="Again.", seen=accepted.pk)


def test_a_report_has_words(report):
    with pytest.raises(Refused) as refused:
        report(" ")
    assert set(refused.value.errors) == {"text"}
    assert not Impact.objects.filter(measure__action__outcome__ref="4.2", text=" ").exists()


def test_nothing_is_accepted_that_was_not_reported_or_twice(report, judge, meeting):
    with pytest.raises(Refused, match="No impact has been reported"):
        judge()
    report()
    judge()
    with pytest.raises(Refused, match="or it has been decided"):
        judge()


def test_impact_is_judged_while_a_meeting_is_held(report, judge):
    report()
    with pytest.raises(Refused, match="while a meeting is held"):
        judge()


def test_the_ledger_says_who_reported_and_who_accepted(report, judge, meeting, ldg, unit):
    rows = [trace(report()), trace(judge())]
    assert [(r.by, r.for_post) for r in rows] == [(str(by.user.pk), str(by.post.pk)) for by in (ldg, unit)]


def test_two_who_judge_at_once_leave_one_judgement(stage, cast, measure_at):
    unit, measure = cast("business-unit").by, measure_at("4.2#2")
    planned = Meeting.objects.get(state="PLANNED")
    meeting = meetings.hold_meeting(meeting=planned, present=[unit.post], by=unit)
    impacts.report_impact(measure=measure, meeting=meeting, text="Waits fell.", by=unit)

    def judge(n):
        return impacts.decide_impact(
            measure=measure, meeting=meeting, accepted=n % 2 == 0, text="So.", by=unit
        )

    answers = together(6, judge)
    assert Counter(map(type, answers)) == {Impact: 1, Refused: 5}
    assert Impact.objects.filter(measure=measure).exclude(step=ImpactStep.REPORTED).count() == 1
