"""Proposing a rating, saying that nothing changed, taking a proposal back."""

from collections.abc import Collection, Sequence
from datetime import date

from .. import due, gather, life
from ..models import Challenge, Draft, Impact, Level, Measure, Meeting, Plan, Post, Rating, Version
from ..models.plan import MeasureQuerySet
from ..picture import Figure
from ..vocabulary import NO_CHANGE, MeetingState, PostKind, RatingStep, Token
from . import By, Overtaken, Refused, recorded

# What makes one update another than the one before it.
_SAID = (
    "for_post_id",
    "meeting_id",
    "period_ends_on",
    "level_id",
    "words",
    "recovery_plan",
    "risk_note",
    "evidence",
    "evidence_held",
    "because",
    "received",
    "figures",
)


def no_meeting(plan: Plan) -> str:
    return f"No {plan.decider} meeting is planned to send this update to. Ask the business unit to plan one."


def plan_of(measure: Measure) -> Plan:
    """The plan a measure stands in."""
    action = measure.action
    place = action.outcome or action.workstream
    assert place is not None  # the constraint of Action holds this
    return place.plan


def refuse_foreign_level(measure: Measure, level: Level) -> None:
    """A level belongs to its plan's own key. Raises Refused for another plan's."""
    if level.plan_id != plan_of(measure).pk:
        raise Refused(level=f"{level.word} belongs to another plan's key. Choose a level of this plan.")


def locked(measure: Measure, seen: int | None) -> Rating | None:
    """Lock the measure and answer its latest rating row. Raises Overtaken when that isn't the one `seen`."""
    Measure.objects.select_for_update(no_key=True).get(pk=measure.pk)
    latest = measure.ratings.order_by("-pk").select_related("level", "by", "for_post").first()
    if (latest.pk if latest else None) != seen:
        raise Overtaken(latest)
    return latest


def lock_measures(measures: MeasureQuerySet) -> list[Measure]:
    """Lock many measures, in key order, so that two of these at once cannot deadlock."""
    return list(measures.order_by("pk").select_for_update(no_key=True, of=("self",)))


def standing_proposal(measure: Measure) -> Rating | None:
    """The proposal that no decision has ended yet."""
    steps: list[gather.Row] = [
        dict(s) for s in measure.ratings.order_by("pk").values("id", "step", "corrects_id")
    ]
    proposal, _ = gather.standing(steps)
    return Rating.objects.select_related("level").get(pk=proposal["id"]) if proposal else None


def decided_proposal(agreed: Rating) -> Rating | None:
    """The proposal that this agreement decided; None where the level was set by itself."""
    rows = Rating.objects.filter(measure=agreed.measure_id).order_by("pk")
    steps: list[gather.Row] = [dict(s) for s in rows.values("id", "step", "corrects_id")]
    decided = gather.decided_on(steps, next(s for s in steps if s["id"] == agreed.pk))
    return Rating.objects.get(pk=decided["id"]) if decided else None


def where_it_stands(measure: Measure) -> life.Standing:
    """Where the measure's update stands in the life of a rating."""
    return where_they_stand(plan_of(measure), [measure.pk])[measure.pk]


def where_they_stand(plan: Plan, measures: Collection[int]) -> dict[int, life.Standing]:
    """Where the update of each of these measures stands, a constant number of queries."""
    steps: dict[int, list[gather.Row]] = {pk: [] for pk in measures}
    for step in Rating.objects.filter(measure__in=measures).order_by("pk").values():
        steps[step["measure_id"]].append(dict(step))
    papers = Version.objects.papers_out(plan)
    unit = set(Post.objects.filter(kind=PostKind.BUSINESS_UNIT).values_list("pk", flat=True))
    return {pk: life.where(rows, papers, unit) for pk, rows in steps.items()}


def is_before(sent: Rating | Impact, meeting: Meeting) -> bool:
    """Sent for this meeting, or held over to it; not for one that comes later.

    A meeting that is not regular decides what can't wait for the one it was sent for.
    """
    return not meeting.is_regular or meeting.has_before_it(sent.meeting)


def agreed_rating(measure: Measure) -> Rating | None:
    """The agreement that stands: the latest one that has not been corrected."""
    agreed = measure.ratings.filter(step=RatingStep.AGREED, corrected_by=None)
    return agreed.select_related("level", "meeting").order_by("-pk").first()


def send_update(
    *,
    measure: Measure,
    level: Level,
    words: str,
    by: By,
    seen: int | None,
    recovery_plan: str = "",
    risk_note: str = "",
    evidence: str = "",
    evidence_held: str = "",
    because: str = "",
    received: str = "",
    figures: Sequence[Figure] = (),
    effective_on: date | None = None,
) -> Rating:
    """Propose a level with its words for the next meeting of the plan's deciding group.

    `seen` is the rating row that this answers. Raises Refused where a level asks for more than was said or the
    measure is not open, Overtaken where another row was written since.
    """
    with recorded(by, because=because):
        latest = locked(measure, seen)
        refuse_foreign_level(measure, level)
        _refuse_closed(measure)
        _refuse_in_session(measure)
        _refuse_typed_no_change(measure, level, words)
        said = {
            "words": words,
            "recovery_plan": recovery_plan,
            "risk_note": risk_note,
            "evidence": evidence,
            "because": because,
        }
        if missing := life.what_is_missing(
            level,
            said,
            is_milestone=measure.milestone is not None,
            is_future=measure.future,
            waits=lambda: _lower_milestones_open(measure),
        ):
            raise Refused(**missing)
        refuse_faulty_figures(figures)
        meeting, period = _where_it_goes(measure)
        rating = Rating(
            measure=measure,
            step=RatingStep.PROVISIONAL,
            level=level,
            words=words,
            recovery_plan=recovery_plan if level.token == Token.AMBER else "",
            risk_note=risk_note if level.token == Token.RED else "",
            evidence=evidence,
            evidence_held=evidence_held,
            because=because,
            received=received,
            figures=[figure.kept for figure in figures] or None,
            period_ends_on=period,
            meeting=meeting,
            effective_on=effective_on or gather.today(),
            by=by.user,
            for_post=by.post,
            as_deputy=by.as_deputy,
            follows=latest,
        )
        _refuse_repeated(rating, standing_proposal(measure))
        rating.save()
        Draft.objects.filter(user=by.user, measure=measure).delete()
        return rating


def say_no_change(*, measure: Measure, by: By, seen: int | None, received: str = "") -> Rating:
    """Propose the agreed level again. Raises Refused where words are needed, Overtaken as `send_update` does."""
    with recorded(by):
        latest = locked(measure, seen)
        _refuse_closed(measure)
        _refuse_in_session(measure)
        agreed = agreed_rating(measure)
        refusal = no_change_refusal(measure, agreed, gather.today())
        if refusal or agreed is None:
            raise Refused(refusal)
        if standing_proposal(measure) is not None:
            raise Refused("An update already stands for this measure. Change that one instead.")
        meeting, period = _where_it_goes(measure)
        return Rating.objects.create(
            measure=measure,
            step=RatingStep.PROVISIONAL,
            level=agreed.level,
            words=NO_CHANGE,
            period_ends_on=period,
            meeting=meeting,
            effective_on=gather.today(),
            by=by.user,
            for_post=by.post,
            as_deputy=by.as_deputy,
            received=received,
            follows=latest,
        )


def withdraw(*, measure: Measure, by: By, seen: int | None, because: str = "") -> Rating:
    """Take one's own proposal back; it stays in the history. Raises Refused where none stands, or papers hold it."""
    return _take_out(life.Act.WITHDRAW, measure, by, seen, because)


def return_update(*, measure: Measure, because: str, by: By, seen: int | None) -> Rating:
    """The business unit gives an update back to whoever sent it, saying why. Raises Refused as `withdraw` does."""
    if not because.strip():
        raise Refused(because="Say why the update is returned: whoever sent it acts on these words.")
    return _take_out(life.Act.RETURN, measure, by, seen, because)


def return_updates(*, measures: dict[int, int], because: str, by: By) -> list[Rating]:
    """Return many updates for one reason, all or none. `measures` maps each measure's id to the row seen."""
    with recorded(by, because=because):
        # All before the first is returned: that holds the ledger, and no measure is waited for behind it.
        found = lock_measures(Measure.objects.filter(pk__in=measures))
        return [return_update(measure=m, because=because, by=by, seen=measures[m.pk]) for m in found]


def _take_out(act: life.Act, measure: Measure, by: By, seen: int | None, because: str) -> Rating:
    with recorded(by, because=because):
        latest = locked(measure, seen)
        _refuse_in_session(measure)
        proposal = standing_proposal(measure)
        if (refusal := life.refusal(act, where_it_stands(measure))) or proposal is None:
            raise Refused(refusal)
        if act is life.Act.WITHDRAW and proposal.for_post_id != by.post.pk:
            raise Refused(f"There is no update of yours to take back: {proposal.for_post} sent it.")
        if act is life.Act.RETURN and proposal.for_post_id == by.post.pk:
            raise Refused("The business unit sent this update itself: take it back instead.")
        return Rating.objects.create(
            measure=measure,
            step=RatingStep.REMOVED,
            meeting=proposal.meeting,
            because=because,
            effective_on=gather.today(),
            by=by.user,
            for_post=by.post,
            as_deputy=by.as_deputy,
            follows=latest,
        )


def no_change_refusal(measure: Measure, agreed: Rating | None, on: date) -> str:
    """Why "No change" would not be accepted today, in a sentence; "" where it would."""
    target = measure.targets.filter(step__in=measure.targets.model.CURRENT_STEPS).order_by("-pk").first()
    spoken = (
        measure.ratings.filter(step=RatingStep.PROVISIONAL)
        .exclude(words=NO_CHANGE)
        .order_by("-pk")
        .values_list("effective_on", flat=True)
        .first()
    )
    questioned = Challenge.objects.open().filter(measure=measure).order_by("pk").first()
    level = agreed.level if agreed else None
    period = _period_asked(measure)
    is_new = period is not None and not (agreed and agreed.period_ends_on == period)
    return due.why_not_no_change(
        word=level.word if level else None,
        token=level.token if level else None,
        words_on=spoken,
        due_on=target.due_on if target else None,
        on=on,
        new_period=due.period_name(measure.recurrence, period) if period and is_new else "",
        returned=where_it_stands(measure) is life.Standing.RETURNED,
        questioned_on=questioned.at.astimezone(gather.LONDON).date() if questioned else None,
    )


def _refuse_closed(measure: Measure) -> None:
    agreed, plan = agreed_rating(measure), plan_of(measure)
    if not measure.is_live:
        raise Refused("This measure has been withdrawn from the plan, so it takes no more updates.")
    if not plan.is_current:
        raise Refused(f"{plan} is {'a draft' if plan.is_draft else 'closed'}, so it takes no updates.")
    if agreed and agreed.level and agreed.level.is_complete and not due.rolls(measure.recurrence):
        raise Refused(
            f"The {plan.decider} agreed this measure as {agreed.level.word}, complete. If that is wrong, ask the"
            f" business unit to bring it back to the {plan.decider}."
        )


def _refuse_in_session(measure: Measure) -> None:
    """What lies on the table of a meeting in session stays there until the meeting is closed.

    A decision between meetings has no table: what it has decided stays, and the rest goes on.
    """
    plan = plan_of(measure)
    meeting = Meeting.objects.filter(group=plan.deciding_group, state=MeetingState.HELD).first()
    if meeting is None:
        return
    proposal = standing_proposal(measure)
    tabled = proposal is not None and not meeting.is_between and is_before(proposal, meeting)
    decided = measure.ratings.filter(meeting=meeting).exclude(
        step__in=[RatingStep.PROVISIONAL, RatingStep.REMOVED]
    )
    if tabled or decided.exists():
        raise Refused(
            f"The {plan.decider} is in session and this measure is on its table. Send again when the meeting is"
            " closed."
        )


def _refuse_repeated(rating: Rating, stands: Rating | None) -> None:
    """The same update again, from the same post for the same meeting, says nothing new."""
    if stands is None or any(getattr(rating, name) != getattr(stands, name) for name in _SAID):
        return
    who = "you" if stands.by_id == rating.by_id else str(stands.for_post)
    at = stands.at.astimezone(gather.LONDON)
    day = "" if at.date() == gather.today() else f" on {at:%-d %B %Y}"
    raise Refused(
        f"That is what {who} sent{day} at {at:%H:%M} already. Change something, or leave it as it is."
    )


def _refuse_typed_no_change(measure: Measure, level: Level, words: str) -> None:
    """ "No change" typed as words obeys the same rule as the button."""
    if words.strip().rstrip(".").casefold() != NO_CHANGE.casefold():
        return
    agreed = agreed_rating(measure)
    if agreed is None or agreed.level_id != level.pk:
        raise Refused(words="Another level than the agreed one is a change. Say what is happening.")
    if refusal := no_change_refusal(measure, agreed, gather.today()):
        raise Refused(words=f"“No change” is not enough here. {refusal}")


def _lower_milestones_open(measure: Measure) -> bool:
    if measure.milestone is None or measure.action.outcome_id is None:
        return False
    lower = Measure.objects.live().filter(
        action__outcome=measure.action.outcome_id, milestone__lt=measure.milestone
    )
    return any(
        (agreed := agreed_rating(m)) is None or not (agreed.level and agreed.level.is_complete) for m in lower
    )


def refuse_faulty_figures(figures: Sequence[Figure]) -> None:
    """A part is never more than its whole, and every number says what it counts."""
    for figure in figures:
        if not figure.name.strip():
            raise Refused(figures="Say what each number counts.")
        if figure.out_of is not None and not 0 <= figure.number <= figure.out_of:
            raise Refused(figures=f"{figure.name}: the number cannot be more than what it is out of.")


def _where_it_goes(measure: Measure) -> tuple[Meeting, date | None]:
    """The meeting an update sent now is for, and the period it speaks of (recurring measures)."""
    meeting = Meeting.objects.next_of(plan_of(measure).deciding_group)
    if meeting is None:
        raise Refused(no_meeting(plan_of(measure)))
    return meeting, period_at(measure, meeting)


def period_at(measure: Measure, meeting: Meeting) -> date | None:
    """The last day of the period that an answer given to this meeting speaks of; None: it follows no calendar.

    Where the meeting asks for none, that is the one that last ended.
    """
    return due.period_asked(
        measure.recurrence, meeting.held_on, _held_before(meeting)
    ) or due.last_period_end(measure.recurrence, meeting.held_on)


def _period_asked(measure: Measure) -> date | None:
    meeting = Meeting.objects.next_of(plan_of(measure).deciding_group)
    return due.period_asked(measure.recurrence, meeting.held_on, _held_before(meeting)) if meeting else None


def _held_before(meeting: Meeting) -> date | None:
    held = Meeting.objects.regular().filter(
        group=meeting.group_id,
        held_on__lt=meeting.held_on,
        state__in=[MeetingState.HELD, MeetingState.CLOSED],
    )
    return held.order_by("-held_on").values_list("held_on", flat=True).first()
