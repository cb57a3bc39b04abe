"""The Executive's meetings: planned, held with those present, decided measure by measure, closed as a version."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils import timezone

from .. import gather
from ..models import Attendance, Group, Level, Measure, Meeting, Plan, Post, Rating, Version
from ..vocabulary import MeetingKind, MeetingState, RatingStep, VersionStep
from . import By, Overtaken, Refused, recorded
from .papers import freeze, refuse_used_label
from .ratings import locked, plan_of, refuse_foreign_level, standing_proposal

# Between papers closing and the meeting (2023/24 plan: version 1.6 on 7 July, the meeting on 18 July).
PAPERS_BEFORE = timedelta(days=11)


def plan_meeting(
    *,
    group: Group,
    held_on: date,
    papers_close_at: datetime,
    by: By | str,
    kind: str = MeetingKind.REGULAR,
) -> Meeting:
    """Put a meeting into the deciding group's calendar. Raises Refused for a day that is taken or past."""
    with recorded(by):
        Group.objects.select_for_update(no_key=True).get(pk=group.pk)
        if held_on < gather.today():
            raise Refused(held_on="That day has passed. Give the day on which the Executive will meet.")
        if papers_close_at.astimezone(gather.LONDON).date() > held_on:
            raise Refused(papers_close_on="Updates must close on or before the day of the meeting.")
        taken = Meeting.objects.filter(group=group, held_on=held_on).exclude(state=MeetingState.CANCELLED)
        if taken.exists():
            raise Refused(held_on=f"{group} already meets on {held_on:%-d %B %Y}.")
        return Meeting.objects.create(
            group=group, held_on=held_on, papers_close_at=papers_close_at, kind=kind
        )


def hold_meeting(*, meeting: Meeting, present: Iterable[Post], by: By) -> Meeting:
    """The meeting has begun, with these posts present: decisions can be recorded, new updates go to the next.

    One that begins before its planned day was moved forward: it is held today.
    """
    posts = sorted(present, key=lambda post: post.pk)
    with recorded(by):
        Group.objects.select_for_update(no_key=True).get(pk=meeting.group_id)
        meeting = Meeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)
        if not meeting.is_open_for_updates:
            raise Refused("This meeting has already begun or is closed.")
        others = Meeting.objects.filter(group=meeting.group_id).exclude(pk=meeting.pk)
        if in_session := others.filter(state=MeetingState.HELD).first():
            raise Refused(f"The {in_session} is still in session. Close it before another begins.")
        if not posts:
            raise Refused(present="Say who was there: it is part of every agreement.")
        meeting.held_on = min(meeting.held_on, gather.today())
        if others.filter(held_on=meeting.held_on).exclude(state=MeetingState.CANCELLED).exists():
            raise Refused("Another meeting has that day already. This one can begin tomorrow.")
        meeting.state = MeetingState.HELD
        meeting.save(update_fields=["state", "held_on"])
        Attendance.objects.bulk_create(Attendance(meeting=meeting, post=post) for post in posts)
        return meeting


def decide_between_meetings(*, group: Group, present: Iterable[Post], by: By) -> Meeting:
    """Open a decision between meetings, for what can't wait: today, with the posts that take part in it.

    It is closed as a meeting is. Raises Refused while a meeting is in session.
    """
    posts = sorted(present, key=lambda post: post.pk)
    with recorded(by):
        Group.objects.select_for_update(no_key=True).get(pk=group.pk)
        if in_session := Meeting.objects.filter(group=group, state=MeetingState.HELD).first():
            raise Refused(f"The {in_session} is still in session. Close it before another begins.")
        if not posts:
            raise Refused(present="Say who takes part: it is part of every agreement.")
        meeting = Meeting.objects.create(
            group=group,
            held_on=gather.today(),
            papers_close_at=timezone.now(),
            kind=MeetingKind.BETWEEN_MEETINGS,
            state=MeetingState.HELD,
        )
        Attendance.objects.bulk_create(Attendance(meeting=meeting, post=post) for post in posts)
        return meeting


def cancel_meeting(*, meeting: Meeting, because: str, by: By) -> Meeting:
    """The meeting will not be held: what was sent for it goes on to the next one. Papers that are out are withdrawn
    first. Raises Refused once it has begun."""
    if not because.strip():
        raise Refused(because="Say why the meeting is cancelled.")
    with recorded(by, because=because):
        meeting = Meeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)
        if meeting.has_papers_out:
            raise Refused("The papers for this meeting are out. Withdraw them, saying why, then cancel it.")
        if not meeting.is_open_for_updates:
            raise Refused("This meeting has begun or is over, so it cannot be cancelled.")
        meeting.state = MeetingState.CANCELLED
        meeting.save(update_fields=["state"])
        return meeting


def agree(
    *, measure: Measure, meeting: Meeting, level: Level, by: By, seen: int | None, because: str = ""
) -> Rating:
    """Record the level that the Executive agreed. Another level than the one proposed, a level without a
    proposal, and a second decision at the same meeting (a correction) each need a because."""
    with recorded(by, because=because):
        lock_held(meeting)
        refuse_foreign_level(measure, level)
        latest = locked(measure, seen)
        corrected = _decided_at(meeting, latest)
        proposal = _proposal_before(measure, meeting)
        if not because.strip():
            if corrected:
                raise Refused(
                    because="This measure has been decided at this meeting. Say why that is corrected."
                )
            if proposal is None:
                raise Refused(because="Nothing was proposed. Say why the Executive set this level itself.")
            if proposal.level_id != level.pk:
                raise Refused(because="The Executive agreed another level than was proposed. Say why.")
        return _decide(
            measure,
            meeting,
            by,
            latest,
            step=RatingStep.AGREED,
            level=level,
            because=because,
            corrects=corrected,
            period_ends_on=answered.period_ends_on if (answered := proposal or corrected) else None,
        )


def defer(*, measure: Measure, meeting: Meeting, because: str, by: By, seen: int | None) -> Rating:
    """The Executive put the decision off: the proposal stands for the next meeting."""
    if not because.strip():
        raise Refused(because="Say why the Executive deferred this.")
    return _hold_over(measure, meeting, by, seen, RatingStep.DEFERRED, because)


def mark_not_reached(*, measure: Measure, meeting: Meeting, by: By, seen: int | None) -> Rating:
    """The meeting did not get to this measure: the proposal stands for the next meeting."""
    return _hold_over(measure, meeting, by, seen, RatingStep.NOT_REACHED, "")


def _hold_over(
    measure: Measure, meeting: Meeting, by: By, seen: int | None, step: RatingStep, because: str
) -> Rating:
    with recorded(by, because=because):
        lock_held(meeting)
        latest = locked(measure, seen)
        if _proposal_before(measure, meeting) is None:
            raise Refused("Nothing is proposed for this measure, so there is nothing to put off.")
        return _decide(measure, meeting, by, latest, step=step, because=because)


def agree_unchanged(*, meeting: Meeting, measures: dict[int, int], by: By) -> list[Rating]:
    """Agree many proposals as they stand, all or none. `measures` maps each measure's id to the row seen.

    Taken in key order, so that two of these at once cannot deadlock. Raises Overtaken or Refused for the first
    that can't be agreed as it stands.
    """
    with recorded(by):
        lock_held(meeting)
        agreed = []
        found = list(Measure.objects.live().filter(pk__in=measures).order_by("pk"))
        if len(found) != len(measures):
            raise Refused("One of these measures is not in the plan any more. Look at the list again.")
        for measure in found:
            latest = locked(measure, measures[measure.pk])
            proposal = _proposal_before(measure, meeting)
            if proposal is None:
                raise Refused("One of these measures has no proposal any more. Look at the list again.")
            agreed.append(
                _decide(
                    measure,
                    meeting,
                    by,
                    latest,
                    step=RatingStep.AGREED,
                    level=proposal.level,
                    period_ends_on=proposal.period_ends_on,
                )
            )
        return agreed


def close_meeting(
    *,
    meeting: Meeting,
    plan: Plan,
    label: str,
    changes: str,
    by: By,
    editors: str = "Business Unit",
    seen: int | None = None,
) -> Version:
    """Close the meeting: what it did not reach carries on, and the plan as agreed is frozen as a version.

    `seen` is the meeting's newest decision in the summary that somebody read; 0 where it showed none. Raises
    Overtaken where there is a newer one, Refused where the label was used before.
    """
    with recorded(by):
        meeting = lock_held(meeting)
        latest = newest_decision(meeting)
        if seen is not None and (latest.pk if latest else 0) != seen:
            raise Overtaken(latest)
        refuse_used_label(plan, label)
        for measure in (
            Measure.objects.live().of_plan(plan).order_by("pk").select_for_update(no_key=True, of=("self",))
        ):
            latest = measure.ratings.order_by("-pk").first()
            proposal = standing_proposal(measure)
            held_over_here = latest is not None and latest.meeting_id == meeting.pk and not latest.is_proposal
            if meeting.is_regular and proposal and _is_before(proposal, meeting) and not held_over_here:
                _decide(measure, meeting, by, latest, step=RatingStep.NOT_REACHED)
        meeting.state = MeetingState.CLOSED
        meeting.save(update_fields=["state"])
        return freeze(
            plan=plan, step=VersionStep.AGREED, label=label, changes=changes, editors=editors, meeting=meeting
        )


def newest_decision(meeting: Meeting) -> Rating | None:
    """What was decided last at this meeting."""
    return meeting.ratings.filter(step__in=gather.DECISIONS).order_by("-pk").first()


def _is_before(proposal: Rating, meeting: Meeting) -> bool:
    """Sent for this meeting, or held over to it; not for one that comes later.

    A meeting that is not regular decides what can't wait for the one it was sent for.
    """
    return not meeting.is_regular or (
        proposal.meeting is not None and proposal.meeting.held_on <= meeting.held_on
    )


def _proposal_before(measure: Measure, meeting: Meeting) -> Rating | None:
    """The proposal this meeting can decide. Raises Refused where one was sent for a later meeting."""
    proposal = standing_proposal(measure)
    if proposal and not _is_before(proposal, meeting):
        raise Refused(
            f"The update that stands was sent for {proposal.meeting}, after this meeting began. It is decided there."
        )
    return proposal


def lock_held(meeting: Meeting) -> Meeting:
    """Lock the meeting. Raises Refused unless it is in session."""
    meeting = Meeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)
    if not meeting.is_held:
        raise Refused(
            "Decisions are recorded while a meeting is held: first say who was there."
            if meeting.is_open_for_updates
            else "This meeting is closed. What it decided stays as it is."
        )
    return meeting


def _decided_at(meeting: Meeting, latest: Rating | None) -> Rating | None:
    if latest is not None and latest.step == RatingStep.AGREED and latest.meeting_id == meeting.pk:
        return latest
    return None


def _decide(
    measure: Measure,
    meeting: Meeting,
    by: By,
    follows: Rating | None,
    *,
    step: RatingStep,
    level: Level | None = None,
    because: str = "",
    corrects: Rating | None = None,
    period_ends_on: date | None = None,
) -> Rating:
    if plan_of(measure).deciding_group_id != meeting.group_id:
        raise Refused("Another group decides this measure's plan.")
    return Rating.objects.create(
        measure=measure,
        step=step,
        level=level,
        because=because,
        corrects=corrects,
        period_ends_on=period_ends_on,
        meeting=meeting,
        effective_on=meeting.held_on,
        by=by.user,
        for_post=by.post,
        as_deputy=by.as_deputy,
        follows=follows,
    )
