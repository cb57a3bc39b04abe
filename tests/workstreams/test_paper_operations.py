"""Papers issued, added to and withdrawn; meetings cancelled; decisions between meetings; each step where it may be."""

from datetime import date, datetime, timedelta

import pytest

from sscp.demonstration import set_clock
from tests.conftest import TODAY, behind_the_ledger, together
from workstreams import gather
from workstreams.life import Standing
from workstreams.models import Attendance, HighlightReport, Ledger, Level, Meeting, Rating, Version
from workstreams.operations import Overtaken, Refused, meetings, newest_row, papers, ratings
from workstreams.vocabulary import MeetingKind, MeetingState, RatingStep, VersionStep

CLOSES = datetime(2023, 12, 1, 17, tzinfo=gather.LONDON)


@pytest.fixture
def unit(db, cast):
    return cast("business-unit").by


@pytest.fixture
def planned(db):
    return Meeting.objects.open_for_updates().get()


def issue(meeting, plan, by, label="2.1"):
    return papers.issue_papers(meeting=meeting, plan=plan, label=label, changes="Provisional ratings", by=by)


def later():
    """An hour on: the clock of the demonstration stands still otherwise."""
    set_clock(gather.head().at + timedelta(hours=1))


def send_later(measure, by, level="G"):
    later()
    return send(measure, by, level)


def send(measure, by, level="G"):
    latest = measure.ratings.order_by("-pk").first()
    return ratings.send_update(
        measure=measure,
        level=Level.objects.get(code=level),
        words="Sent while the papers were out.",
        evidence="The minutes.",
        because="It is done.",
        by=by,
        seen=latest.pk if latest else None,
    )


def report(group, meeting, by, seen=None, words="Two courses were run."):
    return papers.report_highlights(
        group=group,
        meeting=meeting,
        key_updates=words,
        risks="",
        mitigating_actions="",
        achievements="",
        by=by,
        seen=seen,
    )


# ---- each step where it may be


def put(meeting, state, plan, cast):
    """Bring a planned meeting into a state, by the way that leads there."""
    unit = cast("business-unit").by
    if state == MeetingState.CANCELLED:
        meetings.cancel_meeting(meeting=meeting, because="The chair is ill.", by=unit)
    if state == MeetingState.PAPERS_ISSUED:
        issue(meeting, plan, unit)
    if state in (MeetingState.HELD, MeetingState.CLOSED):
        meetings.hold_meeting(meeting=meeting, present=[unit.post], by=unit)
    if state == MeetingState.CLOSED:
        meetings.close_meeting(meeting=meeting, plan=plan, label="2.2", changes="Agreed", by=unit)
    meeting.refresh_from_db()
    assert meeting.state == state


def verbs(meeting, plan, cast):
    unit, chair = cast("business-unit").by, cast("chair-ldg")
    return {
        "issue": lambda: issue(meeting, plan, unit, "2.20"),
        "addendum": lambda: papers.issue_addendum(
            meeting=meeting, plan=plan, label="2.21", changes="Late ones", by=unit
        ),
        "withdraw": lambda: papers.withdraw_papers(meeting=meeting, plan=plan, because="A mistake.", by=unit),
        "report": lambda: report(chair.post.group, meeting, chair.by),
        "cancel": lambda: meetings.cancel_meeting(meeting=meeting, because="Snow.", by=unit),
        "hold": lambda: meetings.hold_meeting(meeting=meeting, present=[unit.post], by=unit),
        "close": lambda: meetings.close_meeting(
            meeting=meeting, plan=plan, label="2.22", changes="Agreed", by=unit
        ),
    }


ALLOWED = {
    MeetingState.PLANNED: {"issue", "report", "cancel", "hold"},
    MeetingState.PAPERS_ISSUED: {"withdraw", "hold"},  # an addendum too, once something was sent
    MeetingState.HELD: {"close"},
    MeetingState.CLOSED: set(),
    MeetingState.CANCELLED: set(),
}
ALL = ("issue", "addendum", "withdraw", "report", "cancel", "hold", "close")


def written():
    return Ledger.objects.count(), Version.objects.count(), Attendance.objects.count()


@pytest.mark.parametrize("verb", ALL)
@pytest.mark.parametrize("state", ALLOWED)
def test_a_step_is_taken_where_it_may_be_and_refused_in_a_sentence_elsewhere(
    plan, planned, cast, state, verb
):
    put(planned, state, plan, cast)
    before = written()
    if verb in ALLOWED[state]:
        verbs(planned, plan, cast)[verb]()
        return
    with pytest.raises(Refused) as refused:
        verbs(planned, plan, cast)[verb]()
    sentence = str(refused.value)
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert written() == before


@pytest.mark.parametrize(
    ("state", "verb", "sentence"),
    [
        (MeetingState.PAPERS_ISSUED, "issue", "The papers for this meeting have been issued."),
        (MeetingState.HELD, "issue", "This meeting has begun, so no papers are issued for it."),
        (MeetingState.CANCELLED, "hold", "This meeting was cancelled, so it does not begin."),
        (MeetingState.CLOSED, "cancel", "This meeting is closed, so it cannot be cancelled."),
        (MeetingState.PAPERS_ISSUED, "cancel", "Withdraw them, saying why, then cancel it."),
        (MeetingState.PAPERS_ISSUED, "addendum", "Nothing has been sent since the papers were issued"),
        (MeetingState.PLANNED, "withdraw", "No papers are out to be withdrawn."),
        (MeetingState.PAPERS_ISSUED, "report", "its papers are out, so its reports stay as they are."),
        (MeetingState.CANCELLED, "close", "This meeting was cancelled."),
    ],
)
def test_says_why_not(plan, planned, cast, state, verb, sentence):
    put(planned, state, plan, cast)
    with pytest.raises(Refused, match=sentence.replace(".", r"\.")):
        verbs(planned, plan, cast)[verb]()


def test_asks_for_words(plan, planned, cast):
    unit, chair = cast("business-unit").by, cast("chair-ldg")
    with pytest.raises(Refused, match="Say why the meeting is cancelled"):
        meetings.cancel_meeting(meeting=planned, because=" ", by=unit)
    with pytest.raises(Refused, match="Say why the papers are withdrawn"):
        papers.withdraw_papers(meeting=planned, plan=plan, because=" ", by=unit)
    with pytest.raises(Refused, match="Say what is new"):
        report(chair.post.group, planned, chair.by, words=" ")


# ---- papers


def test_issued_papers_freeze_what_is_proposed_and_reported(plan, planned, cast, unit):
    chair = cast("chair-ldg")
    report(chair.post.group, planned, chair.by)
    version = issue(planned, plan, unit)
    picture = gather.picture_for(gather.p.Reader(everything=True), plan, speaks_of=planned.pk)
    frozen = gather.frozen(gather.p.Reader(everything=True), version)
    assert (version.step, version.meeting, version.label) == (VersionStep.PROVISIONAL, planned, "2.1")
    assert [h.key_updates for h in frozen.highlights] == ["Two courses were run."]
    proposals = [m.proposal.id for m in frozen.measures if m.proposal]
    assert proposals == [m.proposal.id for m in picture.measures if m.proposal]
    assert proposals


def test_an_earlier_meeting_comes_first(plan, planned, unit):
    later = meetings.plan_meeting(
        group=plan.deciding_group, held_on=date(2024, 2, 13), papers_close_at=CLOSES, by=unit
    )
    with pytest.raises(Refused, match="2 January 2024 comes first"):
        issue(later, plan, unit)


def test_a_label_is_used_once(plan, planned, unit):
    with pytest.raises(Refused) as refused:
        issue(planned, plan, unit, label="1.10")
    assert list(refused.value.errors) == ["label"]


def test_an_addendum_holds_what_was_sent_since_and_is_issued_once(plan, planned, cast, unit, measure_at):
    papers_ = issue(planned, plan, unit)
    sent = send_later(measure_at("4.2#2"), cast("chair-ldg").by)
    assert papers.sent_since_papers(planned, plan) == [sent]
    later()
    addendum = papers.issue_addendum(meeting=planned, plan=plan, label="2.2", changes="One more", by=unit)
    assert list(Version.objects.of_meeting(planned)) == [papers_, addendum]
    assert papers.sent_since_papers(planned, plan) == []
    with pytest.raises(Refused, match="Nothing has been sent since"):
        papers.issue_addendum(meeting=planned, plan=plan, label="2.3", changes="Again", by=unit)


def hold_between(plan, by):
    return meetings.decide_between_meetings(group=plan.deciding_group, present=[by.post], by=by)


def test_an_addendum_holds_what_a_special_meeting_put_off(plan, planned, cast, unit, measure_at):
    measure = measure_at("4.2#2")
    issue(planned, plan, unit)
    sent = send_later(measure, cast("chair-ldg").by)
    special = hold_between(plan, unit)
    meetings.defer(measure=measure, meeting=special, because="It can wait.", by=unit, seen=sent.pk)
    meetings.close_meeting(meeting=special, plan=plan, label="2.2", changes="Nothing", by=unit)
    assert ratings.where_it_stands(measure) is Standing.LATE
    assert papers.sent_since_papers(planned, plan) == [sent]
    later()
    papers.issue_addendum(meeting=planned, plan=plan, label="2.3", changes="One more", by=unit)
    assert ratings.where_it_stands(measure) is Standing.ADDED
    assert papers.sent_since_papers(planned, plan) == []
    with pytest.raises(Refused, match="It is in the addendum that was issued, and that stays as it is"):
        ratings.withdraw(measure=measure, by=cast("chair-ldg").by, seen=measure.ratings.latest("pk").pk)


def test_an_addendum_holds_what_was_sent_before_an_older_agreement_was_corrected_twice(
    plan, planned, cast, unit, measure_at
):
    measure = measure_at("4.2#2")
    issue(planned, plan, unit)
    sent = send_later(measure, cast("chair-ldg").by)
    for code in ("R", "A"):
        meetings.correct_decision(
            measure=measure,
            level=Level.objects.get(code=code),
            because="The minutes say otherwise.",
            by=unit,
            seen=measure.ratings.order_by("-pk").first().pk,
        )
    assert ratings.where_it_stands(measure) is Standing.LATE
    assert papers.sent_since_papers(planned, plan) == [sent]


def test_what_stands_no_more_is_not_waited_for_by_an_addendum(plan, planned, cast, unit, measure_at):
    replaced, returned, decided = (measure_at(place) for place in ("2.1#3", "4.2#2", "4.1#3"))
    issue(planned, plan, unit)
    chair = cast("chair-ldg").by
    first, back, settled = (send_later(measure, chair) for measure in (replaced, returned, decided))
    newer = send_later(replaced, chair, "B")
    ratings.return_update(measure=returned, because="Say more.", by=unit, seen=back.pk)
    assert papers.sent_since_papers(planned, plan) == [settled, newer]
    special = hold_between(plan, unit)
    meetings.agree(measure=decided, meeting=special, level=settled.level, by=unit, seen=settled.pk)
    assert papers.sent_since_papers(planned, plan) == [newer]
    assert first.pk < newer.pk


def test_withdrawn_papers_stay_as_they_are_and_updates_can_be_returned_again(plan, planned, unit, measure_at):
    measure = measure_at("2.1#3")
    version = issue(planned, plan, unit)
    picture = version.picture
    latest = measure.ratings.order_by("-pk").first()
    with pytest.raises(Refused, match="It is in the papers"):
        ratings.return_update(measure=measure, because="Say more.", by=unit, seen=latest.pk)
    row = papers.withdraw_papers(meeting=planned, plan=plan, because="The wrong figures.", by=unit)
    planned.refresh_from_db()
    assert planned.state == MeetingState.PLANNED
    assert (row.step, row.label, row.changes, row.picture) == (
        VersionStep.WITHDRAWN,
        "2.1",
        "The wrong figures.",
        None,
    )
    assert Version.objects.get(pk=version.pk).picture == picture
    assert Version.objects.papers_of(planned) is None
    returned = ratings.return_update(measure=measure, because="Say more.", by=unit, seen=latest.pk)
    assert returned.step == RatingStep.REMOVED
    assert issue(planned, plan, unit, "2.2").seq == row.seq + 1


def test_papers_issued_by_twelve_at_once_are_issued_once(stage, plan, cast):
    meeting = Meeting.objects.open_for_updates().get()
    unit = cast("business-unit").by
    answers = together(12, lambda i: issue(meeting, plan, unit, label=f"3.{i}"))
    issued = [a for a in answers if isinstance(a, Version)]
    assert len(issued) == 1
    assert all(isinstance(a, Refused) for a in answers if a not in issued)
    assert Version.objects.of_meeting(meeting).get() == issued[0]


# ---- papers and what else is done at that moment: on a clock that runs


def frozen_proposals(version):
    picture = gather.frozen(gather.p.Reader(everything=True), version)
    return {m.proposal.id for m in picture.measures if m.proposal}


def test_what_is_sent_while_papers_are_issued_is_in_them_or_late(stage, plan, cast, measure_at):
    set_clock(None)
    meeting, unit, chair = (
        Meeting.objects.open_for_updates().get(),
        cast("business-unit").by,
        cast("chair-ldg").by,
    )
    early, late = measure_at("4.2#2"), measure_at("4.1#3")
    before, version, after = behind_the_ledger(
        lambda: send(early, chair), lambda: issue(meeting, plan, unit), lambda: send(late, chair)
    )
    assert ratings.where_it_stands(early) is Standing.TABLED
    assert ratings.where_it_stands(late) is Standing.LATE
    assert papers.sent_since_papers(meeting, plan) == [after]
    assert {before.pk, after.pk} & frozen_proposals(version) == {before.pk}
    addendum, newest = behind_the_ledger(
        lambda: papers.issue_addendum(meeting=meeting, plan=plan, label="2.2", changes="One", by=unit),
        lambda: send(early, chair, "B"),
    )
    assert after.pk in frozen_proposals(addendum)
    assert ratings.where_it_stands(late) is Standing.ADDED
    assert papers.sent_since_papers(meeting, plan) == [newest]


def test_a_label_is_used_once_by_two_at_one_moment(stage, plan, cast):
    meeting, unit = Meeting.objects.open_for_updates().get(), cast("business-unit").by
    special = hold_between(plan, unit)
    version, refused = behind_the_ledger(
        lambda: issue(meeting, plan, unit),
        lambda: meetings.close_meeting(meeting=special, plan=plan, label="2.1", changes="One", by=unit),
    )
    assert list(refused.errors) == ["label"]
    assert Version.objects.get(label="2.1") == version


@pytest.mark.parametrize("verb", ["addendum", "withdraw"])
@pytest.mark.parametrize("first", [True, False])
def test_each_edition_has_its_place_where_two_come_at_one_moment(stage, plan, cast, measure_at, verb, first):
    set_clock(None)
    meeting, unit = Meeting.objects.open_for_updates().get(), cast("business-unit").by
    issue(meeting, plan, unit)
    send(measure_at("4.2#2"), cast("chair-ldg").by)
    special = hold_between(plan, unit)
    acts = [
        verbs(meeting, plan, cast)[verb],
        lambda: meetings.close_meeting(meeting=special, plan=plan, label="2.2", changes="One", by=unit),
    ]
    editions = behind_the_ledger(*(acts if first else reversed(acts)))
    newest = Version.objects.latest("seq").seq
    assert [getattr(edition, "seq", edition) for edition in editions] == [newest - 1, newest]


# ---- highlight reports


def test_a_group_reports_once_to_a_meeting_and_changes_its_words(planned, cast):
    chair = cast("chair-ldg")
    first = report(chair.post.group, planned, chair.by)
    seen = newest_row(first)
    report(chair.post.group, planned, chair.by, seen=seen, words="Three courses were run.")
    assert HighlightReport.objects.get(meeting=planned).key_updates == "Three courses were run."
    with pytest.raises(Overtaken):
        report(chair.post.group, planned, chair.by, seen=seen, words="Four.")
    with pytest.raises(Overtaken):
        report(chair.post.group, planned, chair.by, words="Five.")


def test_a_report_written_by_twelve_at_once_is_written_once(stage, cast):
    meeting = Meeting.objects.open_for_updates().get()
    chair = cast("chair-ldg")
    group, by = chair.post.group, chair.by
    answers = together(12, lambda i: report(group, meeting, by, words=f"Report {i}."))
    assert sum(isinstance(a, HighlightReport) for a in answers) == 1
    assert sum(isinstance(a, Overtaken) for a in answers) == 11


# ---- cancelled meetings, and those that are not regular


@pytest.mark.parametrize("new_day", [date(2023, 12, 12), date(2024, 2, 13)])
def test_what_was_sent_for_a_cancelled_meeting_goes_on_to_the_next(plan, planned, unit, measure_at, new_day):
    measure = measure_at("2.1#3")
    proposal = ratings.standing_proposal(measure)
    assert proposal.meeting == planned
    meetings.cancel_meeting(meeting=planned, because="Snow.", by=unit)
    following = meetings.plan_meeting(
        group=plan.deciding_group, held_on=new_day, papers_close_at=CLOSES, by=unit
    )
    picture = gather.picture_for(gather.p.Reader(everything=True), plan)
    assert picture.next_meeting.id == following.pk
    placed = picture.find(measure.pk)
    assert placed.measure.updated
    assert placed.measure.tabled.id == proposal.pk
    meetings.hold_meeting(meeting=following, present=[unit.post], by=unit)
    agreed = meetings.agree(
        measure=measure, meeting=following, level=proposal.level, by=unit, seen=proposal.pk
    )
    assert agreed.meeting == following


def test_the_reason_of_a_cancelled_meeting_stands_in_the_ledger(planned, unit):
    meetings.cancel_meeting(meeting=planned, because="The chair is ill.", by=unit)
    newest = Ledger.objects.filter(table="workstreams_meeting", row=str(planned.pk)).order_by("-seq").first()
    assert (newest.because, newest.after["state"]) == ("The chair is ill.", "CANCELLED")


def test_a_decision_between_meetings_asks_nobody_and_leaves_the_rest(plan, planned, unit, cast, measure_at):
    between = meetings.decide_between_meetings(
        group=plan.deciding_group, present=[cast("dsp-police").post], by=unit
    )
    assert (between.state, between.kind, between.held_on) == (
        MeetingState.HELD,
        MeetingKind.BETWEEN_MEETINGS,
        TODAY,
    )
    measure = measure_at("2.1#3")
    proposal = ratings.standing_proposal(measure)
    standing = Rating.objects.count()
    meetings.agree(measure=measure, meeting=between, level=proposal.level, by=unit, seen=proposal.pk)
    meetings.close_meeting(meeting=between, plan=plan, label="2.1", changes="One decision", by=unit)
    assert Rating.objects.count() == standing + 1
    assert Meeting.objects.next_of(plan.deciding_group) == planned


def test_decides_between_meetings_only_while_none_is_in_session(plan, planned, unit):
    meetings.hold_meeting(meeting=planned, present=[unit.post], by=unit)
    with pytest.raises(Refused, match="is still in session"):
        meetings.decide_between_meetings(group=plan.deciding_group, present=[unit.post], by=unit)


def test_an_extraordinary_meeting_neither_asks_nor_comes_first(plan, planned, unit):
    extra = meetings.plan_meeting(
        group=plan.deciding_group,
        held_on=TODAY + timedelta(days=11),
        papers_close_at=CLOSES,
        by=unit,
        kind=MeetingKind.EXTRAORDINARY,
    )
    assert Meeting.objects.next_of(plan.deciding_group) == planned
    picture = gather.picture_for(gather.p.Reader(everything=True), plan, speaks_of=extra.pk)
    assert not any(m.not_updated for m in picture.measures)
    issue(planned, plan, unit)


def test_an_extraordinary_meeting_has_no_papers(plan, planned, unit):
    extra = meetings.plan_meeting(
        group=plan.deciding_group,
        held_on=TODAY + timedelta(days=11),
        papers_close_at=CLOSES,
        by=unit,
        kind=MeetingKind.EXTRAORDINARY,
    )
    before = written()
    with pytest.raises(Refused, match="An extraordinary meeting decides what stands when it meets"):
        issue(extra, plan, unit)
    assert written() == before
