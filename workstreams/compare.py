"""What changed between two pictures of a plan, in plain sentences. Pure; matched by id, never by printed reference."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from textwrap import shorten

from .picture import Action, Level, Measure, Placed, PlanPicture, Rating
from .vocabulary import NAME_LENGTH, ImpactStep
from .vocabulary import short_name as short_name

BECAUSE_LENGTH = 300


class Kind(StrEnum):
    """What sort of change it is."""

    ADDED = "added"
    WITHDRAWN = "withdrawn"
    MOVED = "moved"
    RENUMBERED = "renumbered"
    REWORDED = "reworded"
    OFFICER = "officer changed"
    TARGET = "target changed"
    LEVEL = "level changed"
    AMENDED = "amended"
    PROPOSED = "proposed"
    TAKEN_OUT = "taken out"
    IMPACT_REPORTED = "impact reported"
    IMPACT_ACCEPTED = "impact accepted"
    IMPACT_NOT_ACCEPTED = "impact not accepted"
    KEY = "key changed"


_IMPACT = {
    ImpactStep.REPORTED: (Kind.IMPACT_REPORTED, "impact reported for the meeting of"),
    ImpactStep.ACCEPTED: (Kind.IMPACT_ACCEPTED, "impact accepted by the Executive on"),
    ImpactStep.NOT_ACCEPTED: (Kind.IMPACT_NOT_ACCEPTED, "impact not accepted by the Executive on"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change as a sentence.

    `measure_id` is None where an outcome, an action or the plan itself changed. The levels are the agreed ones,
    except that of a proposal, whose `level_after` is what is proposed. `seq` is the ledger row that says it, or 0.
    """

    kind: str
    measure_id: int | None
    ref: str
    sentence: str
    level_before: Level | None = None
    level_after: Level | None = None
    because: str = ""
    seq: int = 0

    @property
    def is_level(self) -> bool:
        """An agreed level is what changed."""
        return self.kind in (Kind.LEVEL, Kind.AMENDED) and self.level_after is not None

    @property
    def is_proposal(self) -> bool:
        return self.kind == Kind.PROPOSED

    @property
    def is_exception(self) -> bool:
        """What a reader must not miss: a level that needs attention, or impact that was not accepted."""
        if self.is_level and self.level_after:
            return self.level_after.is_exception
        return self.kind == Kind.IMPACT_NOT_ACCEPTED


def compare(before: PlanPicture, after: PlanPicture) -> tuple[Change, ...]:
    """Every change from one picture to the other: exceptions first, each part in plan order.

    Both pictures must have been `seen_by` the same reader, or what one of them hides looks like a change.
    """
    was = {placed.measure.id: placed for placed in before.placed()}
    now = {placed.measure.id: placed for placed in after.placed()}
    changes = [*_plan(before, after), *_places(before, after)]
    for measure_id, placed in now.items():
        if measure_id in was:
            changes += _measure(was[measure_id], placed)
        else:
            sentence = f"{_named(placed)}: added, {_said(placed.measure.level)}."
            changes.append(
                Change(Kind.ADDED, measure_id, placed.outcome.ref, sentence, None, placed.measure.level)
            )
    for measure_id, placed in was.items():
        if measure_id not in now:
            sentence = f"{_named(placed)}: no longer in the plan, {_said(placed.measure.level)} when it left."
            changes.append(
                Change(Kind.WITHDRAWN, measure_id, placed.outcome.ref, sentence, placed.measure.level)
            )
    return tuple(sorted(changes, key=lambda change: not change.is_exception))


def name_of(placed: Placed, length: int = NAME_LENGTH) -> str:
    """The short name of a measure; of its action, where it has no text of its own (kind PROGRESS)."""
    return short_name(placed.measure.text or placed.action.text, length)


def _named(placed: Placed) -> str:
    return f"{placed.outcome.ref} {name_of(placed)}".strip()


def _said(level: Level | None) -> str:
    return level.word if level else "not rated"


def _day(day: date) -> str:
    return f"{day:%-d %B %Y}"


def _because(why: str) -> str:
    """The reason as the end of a sentence, in its own words; many are cut, as the change itself has them all."""
    why = shorten(why, BECAUSE_LENGTH, placeholder=" …")
    if not why:
        return "."
    return f", because: {why}" + ("" if why.endswith((".", "!", "?", "…")) else ".")


# ---- the plan and its places


def _plan(before: PlanPicture, after: PlanPicture) -> Iterator[Change]:
    if before.title != after.title:
        yield Change(
            Kind.REWORDED, None, "", f"The plan is now called “{after.title}”, before “{before.title}”."
        )
    was = {level.code: level for level in before.key}
    now = {level.code: level for level in after.key}
    for code, level in now.items():
        if code not in was:
            yield Change(
                Kind.KEY, None, "", f"The key has a new level: {level.word}, {level.meaning}.", None, level
            )
        elif (was[code].word, was[code].meaning) != (level.word, level.meaning):
            sentence = f"The key now says {level.word}: {level.meaning}. Before: {was[code].word}: {was[code].meaning}."
            yield Change(Kind.KEY, None, "", sentence, was[code], level)
    for code, level in was.items():
        if code not in now:
            yield Change(Kind.KEY, None, "", f"The key no longer has the level {level.word}.", level)


def _places(before: PlanPicture, after: PlanPicture) -> Iterator[Change]:
    """Workstreams, outcomes and actions that both pictures hold."""
    streams = {w.id: w for w in before.workstreams}
    outcomes = {o.id: o for w in before.workstreams for o in w.outcomes}
    actions = {a.id: a for o in outcomes.values() for a in o.actions}
    for workstream in after.workstreams:
        old = streams.get(workstream.id)
        name = f"{after.workstream_word} {workstream.number}"
        if old and old.number != workstream.number:
            yield Change(Kind.RENUMBERED, None, workstream.number, f"{name} was {old.number} before.")
        if old and (old.title, old.aim) != (workstream.title, workstream.aim):
            yield Change(Kind.REWORDED, None, workstream.number, f"{name}: its title or aim is worded anew.")
        for outcome in workstream.outcomes:
            stood = outcomes.get(outcome.id)
            if stood and stood.ref != outcome.ref:
                sentence = f"Outcome {outcome.ref} was {stood.ref} before."
                yield Change(Kind.RENUMBERED, None, outcome.ref, sentence)
            if stood and stood.statement != outcome.statement:
                sentence = f"Outcome {outcome.ref} is worded anew: “{short_name(outcome.statement)}”."
                yield Change(Kind.REWORDED, None, outcome.ref, sentence)
            for action in outcome.actions:
                if action.id in actions:
                    yield from _action(outcome.ref, actions[action.id], action)


def _action(ref: str, was: Action, now: Action) -> Iterator[Change]:
    name = f"{ref} {short_name(now.lead)}".strip()
    if was.text != now.text:
        yield Change(Kind.REWORDED, None, ref, f"{name}: the action is worded anew.")
    if [(o.post_id, o.role) for o in was.officers] != [(o.post_id, o.role) for o in now.officers]:
        yield Change(
            Kind.OFFICER,
            None,
            ref,
            f"{name}: {_officers(now)} now answers for this, before {_officers(was)}.",
        )


def _officers(action: Action) -> str:
    return ", ".join(o.printed or o.title for o in action.officers) or "nobody"


# ---- measures


def _measure(was: Placed, now: Placed) -> Iterator[Change]:
    old, new = was.measure, now.measure
    ref, name = now.outcome.ref, _named(now)
    if was.outcome.id != now.outcome.id:
        yield Change(Kind.MOVED, new.id, ref, f"{name}: moved here from {was.outcome.ref}.")
    elif was.action.id != now.action.id:
        yield Change(Kind.MOVED, new.id, ref, f"{name}: moved to another action of {ref}.")
    if old.text != new.text:
        yield Change(Kind.REWORDED, new.id, ref, f"{name}: worded anew, before “{short_name(old.text)}”.")
    elif _how_measured(old) != _how_measured(new):
        yield Change(Kind.REWORDED, new.id, ref, f"{name}: its tags or how often it is answered changed.")
    yield from _target(ref, name, old, new)
    yield from _level(ref, name, old, new)
    yield from _proposal(ref, name, old, new)
    yield from _impact(ref, name, old, new)


def _how_measured(measure: Measure) -> tuple[object, ...]:
    return measure.tags, measure.milestone, measure.recurrence


def _target(ref: str, name: str, old: Measure, new: Measure) -> Iterator[Change]:
    was, now = old.target, new.target
    if (was and (was.text, was.due_on)) == (now and (now.text, now.due_on)):
        return
    if now is None:
        sentence = f"{name}: no target date any more."
    elif was is None:
        sentence = f"{name}: target {now.text}, none before."
    else:
        sentence = f"{name}: target {now.text}, before {was.text}."
    answer = now and now.decision
    decided = answer and answer.agreed and answer != (was and was.decision)
    yield Change(Kind.TARGET, new.id, ref, sentence, seq=answer.seq if answer and decided else 0)


def _level(ref: str, name: str, old: Measure, new: Measure) -> Iterator[Change]:
    agreed, proposed = new.agreed, new.proposed
    if old.level == new.level and (agreed is None or (old.agreed and old.agreed.id == agreed.id)):
        return
    if agreed is None:
        yield Change(
            Kind.LEVEL, new.id, ref, f"{name}: not rated any more, before {_said(old.level)}.", old.level
        )
        return
    when = _day(agreed.meeting_on or agreed.effective_on)
    if new.was_amended and proposed:
        verb = "kept" if old.level == new.level else "agreed"
        before = "" if old.level in (proposed.level, new.level) else f" It was {_said(old.level)} before."
        why = _because(agreed.because)
        decided = f"the Executive {verb} {_said(agreed.level)} on {when}"
        sentence = f"{name}: proposed {_said(proposed.level)}, {decided}{why}"
        yield Change(
            Kind.AMENDED, new.id, ref, sentence + before, old.level, new.level, agreed.because, agreed.seq
        )
    elif old.level != new.level:
        sentence = f"{name}: {_said(agreed.level)}, before {_said(old.level)}, agreed on {when}"
        yield Change(
            Kind.LEVEL,
            new.id,
            ref,
            sentence + _because(agreed.because),
            old.level,
            new.level,
            agreed.because,
            agreed.seq,
        )


def _proposal(ref: str, name: str, old: Measure, new: Measure) -> Iterator[Change]:
    was, now = old.proposal, new.proposal
    if now and not (was and was.id == now.id):
        stands = f"{_said(new.level)} is agreed" if new.level != now.level else "the same as agreed"
        sentence = (
            f"{name}: {_said(now.level)} proposed on {_day(now.effective_on)} by {now.signed}; {stands}."
        )
        yield Change(Kind.PROPOSED, new.id, ref, sentence, new.level, now.level, now.because, now.seq)
    elif was and not now and not _decided(old.agreed, new.agreed):
        sentence = f"{name}: the proposed {_said(was.level)} was taken out again."
        yield Change(Kind.TAKEN_OUT, new.id, ref, sentence, new.level, new.level)


def _decided(was: Rating | None, now: Rating | None) -> bool:
    """A newer agreement stands, so the proposal was decided and not taken out."""
    return now is not None and (was is None or was.id != now.id)


def _impact(ref: str, name: str, old: Measure, new: Measure) -> Iterator[Change]:
    was, now = old.impact, new.impact
    if now is None or (was and was.id == now.id):
        return
    kind, words = _IMPACT[ImpactStep(now.step)]
    said = now.text if kind is Kind.IMPACT_NOT_ACCEPTED else ""
    sentence = f"{name}: {words} {_day(now.meeting_on)}"
    yield Change(
        kind, new.id, ref, sentence + _because(said), new.level, new.level, because=said, seq=now.seq
    )


def wording(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Two texts word by word: ("same" | "removed" | "added", the words), in reading order.

    Texts that share less than half of their words are given whole: scattered words say nothing.
    """
    if SequenceMatcher(None, before.split(), after.split(), autojunk=False).ratio() < 0.5:
        whole = (("removed", before), ("added", after))
        return tuple((kind, text) for kind, text in whole if text)
    was, now = re.findall(r"\s+|\S+", before), re.findall(r"\s+|\S+", after)
    parts: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(("same", "".join(was[a:b])))
            continue
        if a < b:
            parts.append(("removed", "".join(was[a:b])))
        if c < d:
            parts.append(("added", "".join(now[c:d])))
    return tuple(parts)
