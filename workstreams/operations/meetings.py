"""The Executive's meetings: planned, held with those present, decided measure by measure, closed as a version."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from .. import gather, life
from ..models import Attendance, Group, Level, Measure, Meeting, Plan, Post, Rating, Version
from ..vocabulary import (
    DECISIONS,
    HELD_OVER,
    ImpactStep,
    MeetingKind,
    MeetingState,
    RatingStep,
    VersionStep,
)
from . import By, Overtaken, Refused, recorded
from .papers import EDITORS, freeze_each, lock_plans, refuse_used_label
from .ratings import (
    agreed_rating,
    decided_proposal,
    is_before,
    locked,
    period_at,
    plan_of,
    refuse_foreign_level,
    standing_proposal,
)

SAY_WHY_CORRECTED = "This measure has been decided at this meeting. Say why that is corrected."

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
        out = (
            Meeting.objects.filter(group=group, state=MeetingState.PAPERS_ISSUED).order_by("held_on").first()
        )
        if out and kind == MeetingKind.REGULAR and held_on < out.held_on:
            raise Refused(
                held_on=f"The papers for {out.held_on:%-d %B %Y} are out, so a regular meeting comes after that day."
                " Plan an extraordinary one, or withdraw the papers first."
            )
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
            raise Refused(f"This meeting {meeting.how_it_stands}, so it does not begin.")
        others = Meeting.objects.filter(group=meeting.group_id).exclude(pk=meeting.pk)
        if in_session := others.filter(state=MeetingState.HELD).first():
            raise Refused(f"The {in_session} is still in session. Close it before another begins.")
        if not posts:
            raise Refused(present="Say who was there: it is part of every agreement.")
        meeting.held_on = min(meeting.held_on, gather.today())
        same_day = others.filter(held_on=meeting.held_on).exclude(state=MeetingState.CANCELLED)
        if same_day.exclude(kind=MeetingKind.BETWEEN_MEETINGS).exists():
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
        now = gather.head()
        meeting = Meeting.objects.create(
            group=group,
            held_on=now.today,
            papers_close_at=now.at,
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
            raise Refused(f"This meeting {meeting.how_it_stands}, so it cannot be cancelled.")
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
                raise Refused(because=SAY_WHY_CORRECTED)
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
            period_ends_on=answered.period_ends_on
            if (answered := proposal or corrected)
            else period_at(measure, meeting),
        )


def defer(*, measure: Measure, meeting: Meeting, because: str, by: By, seen: int | None) -> Rating:
    """The Executive put the decision off: the proposal stands for the next meeting."""
    if not because.strip():
        raise Refused(because="Say why the Executive deferred this.")
    return _hold_over(measure, meeting, by, seen, RatingStep.DEFERRED, because)


def mark_not_reached(
    *, measure: Measure, meeting: Meeting, by: By, seen: int | None, because: str = ""
) -> Rating:
    """The meeting did not get to this measure: the proposal stands for the next meeting. It needs a because only
    where it corrects an agreement."""
    return _hold_over(measure, meeting, by, seen, RatingStep.NOT_REACHED, because)


def _hold_over(
    measure: Measure, meeting: Meeting, by: By, seen: int | None, step: RatingStep, because: str
) -> Rating:
    with recorded(by, because=because):
        lock_held(meeting)
        latest = locked(measure, seen)
        corrected = _decided_at(meeting, latest)
        if corrected and not because.strip():
            raise Refused(because=SAY_WHY_CORRECTED)
        proposal = decided_proposal(corrected) if corrected else _proposal_before(measure, meeting)
        if proposal is None:
            raise Refused(life.refusal(life.Act.DEFER, life.Standing.NOTHING))
        return _decide(measure, meeting, by, latest, step=step, because=because, corrects=corrected)


def correct_decision(*, measure: Measure, level: Level, because: str, by: By, seen: int | None) -> Rating:
    """Correct the level that was recorded of a closed meeting. What was frozen stays; the next version shows it, and
    an update sent since stands as it did. Raises Refused where no closed meeting agreed the level that stands."""
    if not because.strip():
        raise Refused(because="Say what was recorded wrongly, and how that is known.")
    with recorded(by, because=because):
        refuse_foreign_level(measure, level)
        latest = locked(measure, seen)
        agreed = agreed_rating(measure)
        if agreed is None or agreed.meeting is None:
            raise Refused("No meeting has agreed a level for this measure, so there is nothing to correct.")
        if not agreed.meeting.is_closed:
            raise Refused("The meeting that agreed this is in session. Correct it among its decisions.")
        if agreed.level_id == level.pk:
            raise Refused(level=f"{level.word} is what is recorded. Choose the level that was agreed.")
        return _decide(
            measure,
            agreed.meeting,
            by,
            latest,
            step=RatingStep.AGREED,
            level=level,
            because=because,
            corrects=agreed,
            period_ends_on=agreed.period_ends_on,
        )


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
    editors: str = EDITORS,
    seen: str | None = None,
) -> Version:
    """Close the meeting: what it did not reach carries on, and each plan that it decides is frozen as agreed.

    Answers the version of `plan`, under this label; the other current plans of the group get their own next one, so
    that no plan is left with a table that nobody can decide any more. `seen` is what `decisions_seen` said of the
    summary that somebody read. Raises Overtaken where more has been decided since, Refused where the label was used
    before.
    """
    with recorded(by):
        meeting = lock_held(meeting)
        if seen is not None and seen != (now := decisions_seen(meeting)):
            is_rating = seen.partition(".")[0] != now.partition(".")[0]
            raise Overtaken(newest_decision(meeting) if is_rating else None)
        plans = lock_plans(meeting, plan)
        refuse_used_label(plan, label)
        for measure in Measure.objects.live().of_plans(plans).order_by("pk"):
            latest = measure.ratings.order_by("-pk").first()
            proposal = standing_proposal(measure)
            if not (meeting.is_regular and proposal and is_before(proposal, meeting)):
                continue
            if not measure.ratings.filter(meeting=meeting, pk__gt=proposal.pk, step__in=HELD_OVER).exists():
                _decide(measure, meeting, by, latest, step=RatingStep.NOT_REACHED)
        meeting.state = MeetingState.CLOSED
        meeting.save(update_fields=["state"])
        return freeze_each(
            plans, step=VersionStep.AGREED, label=label, changes=changes, editors=editors, meeting=meeting
        )


def newest_decision(meeting: Meeting) -> Rating | None:
    """The rating that was decided last at this meeting."""
    return meeting.ratings.filter(step__in=DECISIONS).order_by("-pk").first()


def decisions_seen(meeting: Meeting) -> str:
    """The newest rating, impact and date decided at this meeting: what a summary of it has seen."""
    impact = meeting.impacts.exclude(step=ImpactStep.REPORTED).order_by("-pk").first()
    date_ = meeting.targets.order_by("-pk").first()
    return ".".join(str(row.pk if row else 0) for row in (newest_decision(meeting), impact, date_))


def _proposal_before(measure: Measure, meeting: Meeting) -> Rating | None:
    """The proposal this meeting can decide. Raises Refused where one was sent for a later meeting."""
    proposal = standing_proposal(measure)
    if proposal and not is_before(proposal, meeting):
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
            else f"This meeting {meeting.how_it_stands}. What it decided stays as it is."
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
