"""The ratings of a document as its deciding group agreed them: recorded at a closed meeting of that day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Q

from ... import due, gather
from ...models import Group, Meeting, Plan, Rating, Version
from ...picture import Placed, PlanPicture
from ...picture.printed import NEVER
from ...vocabulary import MeetingKind, MeetingState, RatingStep, short_name
from ...words import dated
from .. import By, Refused
from .writing import Writer


@dataclass(frozen=True, slots=True)
class Agreed:
    """The day on which the deciding group agreed a document's ratings, at a meeting or between two."""

    on: date
    at_a_meeting: bool = True


def printed_levels(picture: PlanPicture) -> list[Placed]:
    """The measures whose level the document gives otherwise than it stands."""
    return [p for p in picture.placed() if p.measure.agreed and p.measure.agreed.effective_on == NEVER]


def lock_meeting(group: Group, agreed: Agreed) -> Meeting | None:
    """The closed meeting of that day, where there is one. Raises Refused where one of that day is not closed."""
    on_day = Meeting.objects.filter(group=group, held_on=agreed.on).exclude(state=MeetingState.CANCELLED)
    meetings = list(on_day.order_by("pk").select_for_update(no_key=True, of=("self",)))
    if waiting := next((m for m in meetings if not m.is_closed), None):
        raise Refused(
            agreed_on=f"The meeting of {dated(agreed.on)} {waiting.how_it_stands}. Record its decisions there, and"
            " leave the ratings of this file out."
        )
    wanted = [m for m in meetings if m.is_regular == agreed.at_a_meeting]
    return next(iter(wanted or meetings), None)


def refuse_unfit_agreement(
    plan: Plan, live: PlanPicture | None, picture: PlanPicture, agreed: Agreed
) -> None:
    """Nothing that was agreed or proposed since is undone by what a document says."""
    if agreed.on > gather.today():
        raise Refused(
            agreed_on=f"{dated(agreed.on)} is still to come. Give the day on which they were agreed."
        )
    newest = Version.objects.filter(plan=plan).agreed().order_by("-dated").first()
    if newest is not None and newest.dated > agreed.on:
        raise Refused(
            agreed_on=f"Ratings of this plan were agreed on {dated(newest.dated)}, after {dated(agreed.on)}. Leave the"
            " ratings of this file out."
        )
    printed = {placed.measure.id: placed for placed in printed_levels(picture)}
    _refuse_decided_since(printed, agreed)
    proposed = {m.id for m in live.measures if m.proposal} if live else set()
    waiting = [placed for measure, placed in printed.items() if measure in proposed]
    if waiting:
        first = waiting[0]
        more = f", and {len(waiting) - 1} more" if len(waiting) > 1 else ""
        raise Refused(
            f"An update of {first.ref} “{short_name(first.text)}” waits for a decision{more}. Decide it, or leave the"
            " ratings of this file out."
        )


def _refuse_decided_since(printed: Mapping[int, Placed], agreed: Agreed) -> None:
    """What was decided after that day has no version yet while its meeting is in session; what was corrected of that
    day's decisions has none either."""
    stands = Rating.objects.filter(measure__in=printed, step=RatingStep.AGREED, corrected_by=None)
    since = Q(effective_on__gt=agreed.on) | Q(effective_on=agreed.on, corrects__isnull=False)
    newer = stands.filter(since).order_by("pk").first()
    if newer is None:
        return
    placed = printed[newer.measure_id]
    how = (
        f"decided on {dated(newer.effective_on)}, after {dated(agreed.on)}"
        if newer.effective_on > agreed.on
        else f"corrected since it was recorded for {dated(agreed.on)}"
    )
    raise Refused(
        agreed_on=f"The rating of {placed.ref} “{short_name(placed.text)}” was {how}. Leave the ratings of this file"
        " out."
    )


def agree_levels(
    plan: Plan,
    picture: PlanPicture,
    agreed: Agreed,
    meeting: Meeting | None,
    writer: Writer,
    by: By,
    reason: str,
) -> Meeting:
    """Record each level that the document gives otherwise; the meeting is made where the group has none of that day."""
    if meeting is None:
        meeting = Meeting.objects.create(
            group=plan.deciding_group,
            held_on=agreed.on,
            papers_close_at=datetime.combine(agreed.on, time.min, gather.LONDON),
            kind=MeetingKind.REGULAR if agreed.at_a_meeting else MeetingKind.BETWEEN_MEETINGS,
            state=MeetingState.CLOSED,
        )
    measures = [
        (writer.rows.measures[placed.measure.id], placed.measure) for placed in printed_levels(picture)
    ]
    steps = Rating.objects.filter(measure__in=[row for row, _ in measures]).order_by("pk")
    newest = {step.measure_id: step for step in steps}
    ratings = []
    for row, measure in measures:
        assert measure.level is not None  # it is printed
        follows = newest.get(row.pk)
        ratings.append(
            Rating(
                measure=row,
                step=RatingStep.AGREED,
                level=writer.levels[measure.level.code],
                meeting=meeting,
                # A rolling rating speaks of the period that had last ended when it was agreed.
                period_ends_on=due.last_period_end(row.recurrence, agreed.on),
                because=reason if follows else "",
                effective_on=agreed.on,
                by=by.user,
                for_post=by.post,
                as_deputy=by.as_deputy,
                follows=follows,
            )
        )
    Rating.objects.bulk_create(ratings)
    return meeting
