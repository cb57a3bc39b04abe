"""What changed of a measure: its place, words, target, level, proposal and impact."""

from collections.abc import Iterator
from dataclasses import replace

from ..picture import Measure, Placed, PlanPicture, Rating
from ..picture.printed import NEVER
from ..vocabulary import ImpactStep, Recurrence, Tag, short_name
from .change import Change, Kind, alike, because_of, day, distance, named, said, sources_in, sources_said

_IMPACT = {
    ImpactStep.REPORTED: (Kind.IMPACT_REPORTED, "impact reported for the meeting of"),
    ImpactStep.ACCEPTED: (Kind.IMPACT_ACCEPTED, "impact accepted by the {decider} on"),
    ImpactStep.NOT_ACCEPTED: (Kind.IMPACT_NOT_ACCEPTED, "impact not accepted by the {decider} on"),
}


def measures_changed(before: PlanPicture, after: PlanPicture) -> Iterator[Change]:
    """Each measure that both hold, and each that came, in plan order; then those that went."""
    was = {placed.measure.id: placed for placed in before.placed()}
    now = {placed.measure.id: placed for placed in after.placed()}
    for measure_id, placed in now.items():
        row = ("measure", measure_id)
        if measure_id in was:
            for change in _measure(was[measure_id], placed, after.decider):
                yield replace(change, row=row, name=named(placed))
        else:
            level = placed.measure.level
            sentence = f"{named(placed)}: added, {said(level)}."
            yield Change(
                Kind.ADDED,
                measure_id,
                placed.ref,
                sentence,
                None,
                level,
                row=row,
                name=named(placed),
                now=placed.text,
            )
    for measure_id, placed in was.items():
        if measure_id not in now:
            level = placed.measure.level
            sentence = f"{named(placed)}: no longer in the plan, {said(level)} when it left."
            yield Change(
                Kind.WITHDRAWN,
                measure_id,
                placed.ref,
                sentence,
                level,
                row=("measure", measure_id),
                name=named(placed),
                was=placed.text,
            )


def _measure(was: Placed, now: Placed, decider: str) -> Iterator[Change]:
    old, new = was.measure, now.measure
    ref, name = now.ref, named(now)
    if was.action.id != now.action.id:  # an action that moves says it for all that it holds
        elsewhere = _place(was) != _place(now)
        moved = f"moved here from {was.ref}" if elsewhere else f"moved to another action of {ref}"
        yield Change(Kind.MOVED, new.id, ref, f"{name}: {moved}.", columns=("action_id",))
    if old.text != new.text:
        sentence = f"{name}: worded anew, before “{short_name(old.text)}”."
        yield Change(
            Kind.REWORDED, new.id, ref, sentence, was=old.text, now=new.text, columns=("text", "kind")
        )
    if how_measured(old) != how_measured(new) and (old.text == new.text or old.recurrence != new.recurrence):
        yield measured_otherwise(ref, name, old, new)
    if old.sources != new.sources:
        yield Change(
            Kind.SOURCE,
            new.id,
            ref,
            f"{name}: {sources_said(old.sources, new.sources)}",
            was=sources_in(old.sources, new.sources),
            now=sources_in(new.sources, old.sources),
        )
    yield from _target(ref, name, old, new)
    yield from _level(ref, name, old, new, decider)
    yield from _proposal(ref, name, old, new)
    yield from _impact(ref, name, old, new, decider)


def _place(placed: Placed) -> tuple[int, int]:
    """The outcome that holds it; the workstream, where its action stands straight under that."""
    return (0, placed.workstream.id) if placed.outcome.is_unnamed else (placed.outcome.id, 0)


def how_measured(measure: Measure) -> tuple[object, ...]:
    return measure.tags, measure.milestone, measure.recurrence


def measured_otherwise(ref: str, name: str, old: Measure, new: Measure) -> Change:
    """That its tags or its rhythm are others now."""
    sentence = f"{name}: its tags or how often it is answered changed."
    columns = ("milestone", "recurring", "growth", "future", "recurrence")
    return Change(
        Kind.REWORDED, new.id, ref, sentence, was=_measured(old), now=_measured(new), columns=columns
    )


def _measured(measure: Measure) -> str:
    """ "Milestone 2, recurring; every quarter"."""
    tags = [
        Tag(tag).label + (f" {measure.milestone}" if tag == Tag.MILESTONE else "") for tag in measure.tags
    ]
    said = ", ".join(tags) or "No tag"
    return f"{said}; {Recurrence(measure.recurrence).label[:1].lower()}{Recurrence(measure.recurrence).label[1:]}"


def _target(ref: str, name: str, old: Measure, new: Measure) -> Iterator[Change]:
    was, now = old.target, new.target
    if was and now and (was.text, was.due_on) == (now.text, now.due_on):
        if was.note != now.note:
            sentence = f"{name}: the note on its target is now “{now.note}”."
            yield Change(Kind.TARGET, new.id, ref, sentence, seq=now.seq, was=was.note, now=now.note)
        return
    if was is now:
        return
    if now is None:
        sentence = f"{name}: no target date any more."
    elif was is None:
        sentence = f"{name}: target {now.text}, none before."
    else:
        sentence = f"{name}: target {now.text}, before {was.text}."
    answer = now and now.decision
    decided = answer and answer.agreed and answer != (was and was.decision)
    yield Change(
        Kind.TARGET,
        new.id,
        ref,
        sentence,
        seq=answer.seq if answer and decided else now.seq if now else 0,
        because=answer.because if answer and decided else "",
        was=was.text if was else "",
        now=now.text if now else "",
        distance=distance(was.due_on if was else None, now.due_on if now else None),
    )


def _level(ref: str, name: str, old: Measure, new: Measure, decider: str) -> Iterator[Change]:
    agreed, proposed = new.agreed, new.proposed
    same = alike(old.level, new.level)
    if same and (agreed is None or (old.agreed and old.agreed.id == agreed.id)):
        return
    if agreed is None:
        yield Change(
            Kind.LEVEL, new.id, ref, f"{name}: not rated any more, before {said(old.level)}.", old.level
        )
        return
    when = day(agreed.meeting_on or agreed.effective_on)
    if new.was_amended and proposed:
        verb = "kept" if same else "agreed"
        told = same or alike(old.level, proposed.level)
        before = "" if told else f" It was {said(old.level)} before."
        why = because_of(agreed.because)
        decided = f"the {decider} {verb} {said(agreed.level)} on {when}"
        sentence = f"{name}: proposed {said(proposed.level)}, {decided}{why}"
        yield Change(
            Kind.AMENDED, new.id, ref, sentence + before, old.level, new.level, agreed.because, agreed.seq
        )
    elif not same:
        # A document that was only read says a level, and not yet when it was agreed.
        decided = f", agreed on {when}" if agreed.effective_on != NEVER else ""
        sentence = f"{name}: {said(agreed.level)}, before {said(old.level)}{decided}"
        yield Change(
            Kind.LEVEL,
            new.id,
            ref,
            sentence + because_of(agreed.because),
            old.level,
            new.level,
            agreed.because,
            agreed.seq,
        )


def _proposal(ref: str, name: str, old: Measure, new: Measure) -> Iterator[Change]:
    was, now = old.proposal, new.proposal
    if now and not (was and was.id == now.id):
        stands = f"{said(new.level)} is agreed" if new.level != now.level else "the same as agreed"
        sentence = (
            f"{name}: {said(now.level)} proposed on {day(now.effective_on)} by {now.sent_by}; {stands}."
        )
        yield Change(Kind.PROPOSED, new.id, ref, sentence, new.level, now.level, now.because, now.seq)
    elif was and not now and not _decided(old.agreed, new.agreed):
        sentence = f"{name}: the proposed {said(was.level)} was taken back or returned."
        yield Change(Kind.TAKEN_OUT, new.id, ref, sentence, new.level, new.level)


def _decided(was: Rating | None, now: Rating | None) -> bool:
    """A newer agreement stands, so the proposal was decided and not taken out."""
    return now is not None and (was is None or was.id != now.id)


def _impact(ref: str, name: str, old: Measure, new: Measure, decider: str) -> Iterator[Change]:
    was, now = old.impact, new.impact
    if now is None or (was and was.id == now.id):
        return
    kind, words = _IMPACT[ImpactStep(now.step)]
    why = now.text if kind is Kind.IMPACT_NOT_ACCEPTED else ""
    sentence = f"{name}: {words.format(decider=decider)} {day(now.meeting_on)}"
    yield Change(
        kind, new.id, ref, sentence + because_of(why), new.level, new.level, because=why, seq=now.seq
    )
