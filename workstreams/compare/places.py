"""What changed of the places that hold measures: workstreams, outcomes, actions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..picture import Action, Outcome, PlanPicture, Source, Workstream
from ..vocabulary import MeasureKind, OutcomeKind, short_name
from .change import Change, Kind, sources_in, sources_said


@dataclass(frozen=True, slots=True)
class _Place:
    """A workstream, outcome or action with what holds it, and the ids of what stands in it, in order.

    Actions that stand straight under a workstream belong to it: the unnamed outcome between them is nothing.
    """

    noun: str
    item: Workstream | Outcome | Action
    ref: str
    name: str
    above: tuple[str, int]
    above_name: str
    holds: tuple[tuple[str, int], ...]

    @property
    def row(self) -> tuple[str, int]:
        return self.noun, self.item.id

    @property
    def words(self) -> str:
        match self.item:
            case Workstream() as stream:
                return _title_and_aim(stream)
            case Outcome() as outcome:
                return outcome.statement
            case action:
                return action.text


def places_changed(before: PlanPicture, after: PlanPicture) -> Iterator[Change]:
    """Those that came or that both pictures hold, in plan order; then those that went."""
    was = {place.row: place for place in _places(before)}
    now = {place.row: place for place in _places(after)}
    yield from _order("The plan", ("plan", 0), _streams(before), _streams(after))
    for row, place in now.items():
        if row in was:
            for change in _place(was[row], place):
                yield replace(change, row=row, name=place.name)
        elif not _is_progress(place):
            sentence = f"{place.name}: added."
            yield Change(Kind.ADDED, None, place.ref, sentence, row=row, name=place.name, now=place.words)
    for row, place in was.items():
        if row not in now and not _is_progress(place):
            sentence = f"{place.name}: no longer in the plan."
            yield Change(Kind.WITHDRAWN, None, place.ref, sentence, row=row, name=place.name, was=place.words)


def _streams(picture: PlanPicture) -> tuple[tuple[str, int], ...]:
    return tuple(("workstream", w.id) for w in picture.workstreams)


def _places(picture: PlanPicture) -> Iterator[_Place]:
    for w in picture.workstreams:
        stream, stream_name = ("workstream", w.id), f"{picture.workstream_word} {w.number}"
        holds: list[tuple[str, int]] = []
        for o in w.outcomes:
            holds += [("action", a.id) for a in o.actions] if o.is_unnamed else [("outcome", o.id)]
        yield _Place("workstream", w, w.number, stream_name, ("plan", 0), "the plan", tuple(holds))
        for o in w.outcomes:
            above, name = stream, stream_name
            if not o.is_unnamed:
                above, name = ("outcome", o.id), _outcome_name(o, stream_name)
                actions = tuple(("action", a.id) for a in o.actions)
                yield _Place("outcome", o, o.ref or w.number, name, stream, stream_name, actions)
            for a in o.actions:
                ref = o.ref or w.number
                called = f"{ref} {short_name(a.lead or a.text)}".strip()
                measures = tuple(("measure", m.id) for m in a.measures)
                yield _Place("action", a, ref, called, above, name, measures)


def _outcome_name(outcome: Outcome, stream: str) -> str:
    if outcome.ref:
        return f"Outcome {outcome.ref}"
    return f"The outcome “{short_name(outcome.statement)}” of {stream}"


def _is_progress(place: _Place) -> bool:
    """An action whose own progress is its measure: what is said of that names it."""
    return isinstance(place.item, Action) and any(m.kind == MeasureKind.PROGRESS for m in place.item.measures)


def _place(was: _Place, now: _Place) -> Iterator[Change]:
    if was.above != now.above:
        sentence = f"{now.name}: moved here from {was.above_name}."
        yield Change(Kind.MOVED, None, now.ref, sentence, columns=("outcome_id", "workstream_id"))
    match was.item, now.item:
        case Workstream() as old, Workstream() as new:
            yield from _workstream(now, old, new)
        case Outcome() as old, Outcome() as new:
            yield from _outcome(now, old, new)
        case Action() as old, Action() as new:
            yield from _action(now, old, new)
    yield from _order(now.name, now.row, was.holds, now.holds)


def _order(
    name: str, row: tuple[str, int], was: Sequence[tuple[str, int]], now: Sequence[tuple[str, int]]
) -> Iterator[Change]:
    """What both hold stands in another order; what came, went or moved elsewhere is said by itself."""
    both = set(was) & set(now)
    if [each for each in was if each in both] != [each for each in now if each in both]:
        sentence = f"{name}: what stands in it has another order."
        yield Change(Kind.MOVED, None, "", sentence, row=row, name=name, columns=("order",))


def _workstream(place: _Place, old: Workstream, new: Workstream) -> Iterator[Change]:
    if old.number != new.number:
        yield Change(
            Kind.RENUMBERED,
            None,
            place.ref,
            f"{place.name} was {old.number} before.",
            was=old.number,
            now=new.number,
            columns=("number",),
        )
    if (old.title, old.aim) != (new.title, new.aim):
        yield _reworded(
            place,
            f"{place.name}: its title or aim is worded anew.",
            _title_and_aim(old),
            _title_and_aim(new),
            "title",
            "aim",
        )


def _title_and_aim(stream: Workstream) -> str:
    return "\n".join(filter(None, (stream.title, stream.aim)))


def _reworded(place: _Place, sentence: str, was: str, now: str, *columns: str) -> Change:
    return Change(Kind.REWORDED, None, place.ref, sentence, was=was, now=now, columns=columns)


def _outcome(place: _Place, old: Outcome, new: Outcome) -> Iterator[Change]:
    if old.ref != new.ref:
        said = f"was {old.ref} before" if old.ref else "had no reference before"
        yield Change(
            Kind.RENUMBERED,
            None,
            place.ref,
            f"{place.name} {said}.",
            was=old.ref,
            now=new.ref,
            columns=("ref",),
        )
    if old.statement != new.statement:
        sentence = f"{place.name} is worded anew: “{short_name(new.statement)}”."
        yield _reworded(place, sentence, old.statement, new.statement, "statement")
    if old.kind != new.kind:
        kinds = OutcomeKind(new.kind).label.lower(), OutcomeKind(old.kind).label.lower()
        sentence = f"{place.name}: its kind is now {kinds[0]}, before {kinds[1]}."
        yield _reworded(place, sentence, kinds[1], kinds[0], "kind")
    if old.evidence_note != new.evidence_note:
        said = f"is now “{short_name(new.evidence_note)}”" if new.evidence_note else "is taken out"
        sentence = f"{place.name}: the note on its evidence {said}."
        yield _reworded(place, sentence, old.evidence_note, new.evidence_note, "evidence_note")
    yield from _sources(place, old.sources, new.sources)


def _action(place: _Place, old: Action, new: Action) -> Iterator[Change]:
    if old.text != new.text:
        yield _reworded(place, f"{place.name}: the action is worded anew.", old.text, new.text, "text")
    if [(o.post_id, o.role) for o in old.officers] != [(o.post_id, o.role) for o in new.officers]:
        sentence = f"{place.name}: {_officers(new)} now answers for this, before {_officers(old)}."
        yield Change(Kind.OFFICER, None, place.ref, sentence, was=_officers(old), now=_officers(new))
    if old.reporting_duty != new.reporting_duty:
        duties = new.reporting_duty or "none", old.reporting_duty or "none"
        sentence = f"{place.name}: its reporting duty is now {duties[0]}, before {duties[1]}."
        yield _reworded(place, sentence, old.reporting_duty, new.reporting_duty, "reporting_duty")
    if old.progress_note != new.progress_note:
        said = f"is now “{short_name(new.progress_note)}”" if new.progress_note else "is taken out"
        yield Change(
            Kind.PROGRESS,
            None,
            place.ref,
            f"{place.name}: its progress note {said}.",
            was=old.progress_note,
            now=new.progress_note,
            columns=("progress_note",),
        )
    yield from _sources(place, old.sources, new.sources)


def _sources(place: _Place, was: tuple[Source, ...], now: tuple[Source, ...]) -> Iterator[Change]:
    if was != now:
        yield Change(
            Kind.SOURCE,
            None,
            place.ref,
            f"{place.name}: {sources_said(was, now)}",
            was=sources_in(was, now),
            now=sources_in(now, was),
        )


def _officers(action: Action) -> str:
    return ", ".join(o.printed or o.title for o in action.officers) or "nobody"
