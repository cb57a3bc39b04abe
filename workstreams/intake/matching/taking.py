"""The matched picture: what the document says, what stands where it says nothing, and the rows that it leaves out."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from ...compare.passages import paired
from ...likeness import folded, is_same, newer, says_same
from ...picture import (
    Action,
    Measure,
    Officer,
    Outcome,
    Passage,
    PlanPicture,
    Source,
    Target,
    VersionRow,
    Workstream,
    printed_rating,
)
from ...titles import fold
from ...vocabulary import MeasureKind, Recurrence, VersionStep
from .absent import LeftOut
from .keys import levels_taken_over
from .pairing import Pairs

OLD = " old"  # beside the reference of what is left out of a file and gave its reference to something new


_VERSION_LEFT = re.compile(r"[\s,(_–-]*(?:v|ver|version)?[\s._]*\d[\d._ ]*\)?", re.IGNORECASE)


def is_file_name(title: str, name: str) -> bool:
    """A document without a title is called by its file: the file's name without its ending, or without its version."""
    stem = folded(name.rpartition(".")[0] or name)
    said = folded(title)
    return (
        bool(said)
        and stem.startswith(said)
        and (stem == said or bool(_VERSION_LEFT.fullmatch(stem, len(said))))
    )


class _WithId(Protocol):
    @property
    def id(self) -> int: ...


T = TypeVar("T", bound=_WithId)


def taken_over(
    live: PlanPicture, read: PlanPicture, pairs: Pairs, gone: LeftOut, *, withdraw: bool
) -> PlanPicture:
    return _Taking(live, read, pairs, gone, withdraw).picture()


@dataclass(slots=True)
class _Live:
    """The live rows by id."""

    workstreams: dict[int, Workstream]
    outcomes: dict[int, Outcome]
    actions: dict[int, Action]
    measures: dict[int, Measure]


class _Taking:
    def __init__(
        self, live: PlanPicture, read: PlanPicture, pairs: Pairs, gone: LeftOut, withdraw: bool
    ) -> None:
        self.live, self.read, self.pairs = live, read, pairs
        self.gone, self.withdraw = gone, withdraw
        self.kept = frozenset() if withdraw else gone.keys
        outcomes = [o for w in live.workstreams for o in w.outcomes]
        actions = [a for o in outcomes for a in o.actions]
        self.by_id = _Live(
            {w.id: w for w in live.workstreams},
            {o.id: o for o in outcomes if not o.is_unnamed},
            {a.id: a for a in actions},
            {m.id: m for a in actions for m in a.measures},
        )
        codes = {level.code for level in read.key}
        others = {m.level.code: m.level for m in read.measures if m.level and m.level.code not in codes}
        self.key, self.levels = levels_taken_over(live.key, (*read.key, *others.values()))
        self.posts = {fold(o.title): o.post_id for a in actions for o in a.officers}

    def picture(self) -> PlanPicture:
        live, read = self.live, self.read
        workstreams = self.with_free_references(
            self._with_kept(
                "workstream",
                [self.workstream(w) for w in read.workstreams],
                live.workstreams,
                self.kept_workstream,
            )
        )
        return replace(
            live,
            title=newer(read.title, live.title),
            year_label=newer(read.year_label, live.year_label),
            key=self.key,
            passages=self.passages(workstreams),
            workstreams=workstreams,
            versions=(*live.versions, *_new_versions(live, read)),
        )

    # ---- places

    def workstream(self, new: Workstream) -> Workstream:
        old = self.by_id.workstreams.get(self.pairs.live("workstream", new.id) or 0)
        stood = old.outcomes if old else ()
        straight = self._with_kept(
            "action", [self.action(a) for a in _straight(new.outcomes)], _straight(stood), self.kept_action
        )
        outcomes = self._with_kept(
            "outcome", [self.outcome(o) for o in _named(new.outcomes)], _named(stood), self.kept_outcome
        )
        number = new.number or (old.number if old else "")
        return Workstream(
            old.id if old else new.id,
            number,
            newer(self.title(new), old.title) if old else new.title,
            newer(new.aim, old.aim) if old else new.aim,
            (*([Outcome.unnamed(number, straight)] if straight else ()), *outcomes),
        )

    def title(self, new: Workstream) -> str:
        """A workstream without a title is called by its number: that says nothing."""
        number = (new.number, f"{self.read.workstream_word} {new.number}")
        return "" if any(is_same(new.title, each) for each in number) else new.title

    def outcome(self, new: Outcome) -> Outcome:
        old = self.by_id.outcomes.get(self.pairs.live("outcome", new.id) or 0)
        actions = self._with_kept(
            "action", [self.action(a) for a in new.actions], old.actions if old else (), self.kept_action
        )
        if old is None:
            return replace(new, actions=actions)
        return replace(
            old,
            ref=new.ref or old.ref,
            kind=new.kind,
            statement=newer(new.statement, old.statement),
            evidence_note=newer(new.evidence_note, old.evidence_note),
            sources=_sources(new.sources, old.sources),
            actions=actions,
        )

    def action(self, new: Action) -> Action:
        old = self.by_id.actions.get(self.pairs.live("action", new.id) or 0)
        measures = self._with_kept(
            "measure", [self.measure(m) for m in new.measures], old.measures if old else (), lambda m: m
        )
        if old is None:
            return replace(new, officers=self.officers(new.officers, ()), measures=measures)
        return replace(
            old,
            text=newer(new.text, old.text),
            reporting_duty=newer(new.reporting_duty, old.reporting_duty),
            progress_note=newer(new.progress_note, old.progress_note),
            officers=self.officers(new.officers, old.officers),
            sources=_sources(new.sources, old.sources),
            measures=measures,
        )

    def officers(self, new: Sequence[Officer], old: tuple[Officer, ...]) -> tuple[Officer, ...]:
        """By their posts, however these are printed; where none is printed, those who answer for it stay."""
        known = {officer.post_id: officer for officer in old}
        found: dict[object, Officer] = {}
        for officer in new:
            post_id = officer.post_id if officer.post_id > 0 else self.posts.get(fold(officer.title))
            stands = known.get(post_id) if post_id else None
            named = replace(stands, role=officer.role) if stands else officer
            if post_id and not stands:
                named = replace(officer, post_id=post_id)
            found.setdefault(post_id or fold(officer.title), named)
        return tuple(found.values()) or old

    # ---- measures

    def measure(self, new: Measure) -> Measure:
        level = self.levels[new.level.code] if new.level else None
        old = self.by_id.measures.get(self.pairs.live("measure", new.id) or 0)
        if old is None:
            return replace(new, agreed=printed_rating(level) if level else None)
        measure = replace(
            old,
            kind=new.kind,
            text=newer(new.text, old.text) if new.kind == MeasureKind.IMPACT else "",
            milestone=new.milestone,
            recurring=new.recurring,
            growth=new.growth,
            future=new.future,
            recurrence=_recurrence(new, old),
            sources=_sources(new.sources, old.sources),
            target=_target(new.target, old.target),
        )
        if level is None or (old.level and old.level.code == level.code):
            return measure
        return replace(measure, agreed=printed_rating(level), proposed=None, previous=old.agreed)

    # ---- what the file leaves out

    def _with_kept(
        self, noun: str, rows: Iterable[T], stood: Sequence[T], as_kept: Callable[[T], T]
    ) -> tuple[T, ...]:
        """These rows, and those of the place that stood here and are kept: each after what it came after."""
        placed = list(rows)
        at = 0
        for old in stood:
            if (noun, old.id) in self.kept:
                placed.insert(at, as_kept(old))
                at += 1
            else:
                at = next((n + 1 for n, row in enumerate(placed) if row.id == old.id), at)
        return tuple(placed)

    def kept_workstream(self, old: Workstream) -> Workstream:
        straight = tuple(
            self.kept_action(a) for a in _straight(old.outcomes) if ("action", a.id) in self.kept
        )
        outcomes = tuple(self.kept_outcome(o) for o in _named(old.outcomes) if ("outcome", o.id) in self.kept)
        return replace(
            old, outcomes=(*([Outcome.unnamed(old.number, straight)] if straight else ()), *outcomes)
        )

    def kept_outcome(self, old: Outcome) -> Outcome:
        return replace(
            old, actions=tuple(self.kept_action(a) for a in old.actions if ("action", a.id) in self.kept)
        )

    def kept_action(self, old: Action) -> Action:
        return replace(old, measures=tuple(m for m in old.measures if ("measure", m.id) in self.kept))

    def with_free_references(self, workstreams: tuple[Workstream, ...]) -> tuple[Workstream, ...]:
        """What the file leaves out gives way where its number or reference stands at something else now."""
        numbers = {w.number for w in workstreams if ("workstream", w.id) not in self.kept}
        refs = {o.ref for w in workstreams for o in _named(w.outcomes) if ("outcome", o.id) not in self.kept}

        def outcome(o: Outcome, number: str) -> Outcome:
            if o.is_unnamed:
                return replace(o, ref=number)
            return replace(o, ref=_free(o.ref, refs)) if ("outcome", o.id) in self.kept else o

        def workstream(w: Workstream) -> Workstream:
            number = _free(w.number, numbers) if ("workstream", w.id) in self.kept else w.number
            return replace(w, number=number, outcomes=tuple(outcome(o, number) for o in w.outcomes))

        return tuple(workstream(w) for w in workstreams)

    # ---- texts

    def passages(self, workstreams: tuple[Workstream, ...]) -> tuple[Passage, ...]:
        """In the document's order; those that it does not have, after what they came after."""
        numbers = {w.id: w.number for w in workstreams}
        streams = {w.number: numbers.get(w.id, "") for w in self.live.workstreams}
        found: list[Passage] = []
        at: dict[Passage, int] = {}
        for was, now in paired(self.live, self.pairs.with_live_streams(self.read)):
            if now is None and was is not None and not (self.withdraw and was in self.gone.passages):
                earlier = self.live.passages[: self.live.passages.index(was)]
                place = next((at[p] + 1 for p in reversed(earlier) if p in at), len(found))
                found.insert(place, replace(was, workstream=streams.get(was.workstream, "")))
                at = {p: n + (n >= place) for p, n in at.items()} | {was: place}
            elif now is not None and was is None:
                found.append(now)
            elif now is not None and was is not None:
                at[was] = len(found)
                found.append(
                    replace(now, heading=newer(now.heading, was.heading), body=newer(now.body, was.body))
                )
        return tuple(found)


def _named(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    return tuple(o for o in outcomes if not o.is_unnamed)


def _straight(outcomes: Iterable[Outcome]) -> tuple[Action, ...]:
    return tuple(a for o in outcomes if o.is_unnamed for a in o.actions)


def _free(ref: str, used: set[str]) -> str:
    """The reference, marked as old where something else has it now."""
    marked = (f"{ref}{OLD}{n}" for n in ("", *range(2, 100)))
    return ref if not ref or ref not in used else next(each for each in marked if each not in used)


def _sources(new: tuple[Source, ...], old: tuple[Source, ...]) -> tuple[Source, ...]:
    """Those that stand where the document prints the same or none; each keeps what the register says of it."""
    if not new or sorted(map(_printed, new)) == sorted(map(_printed, old)):
        return old
    known = {_printed(source): source for source in old}
    return tuple(known.get(_printed(source), source) for source in new)


def _printed(source: Source) -> str:
    return folded(source.printed).casefold()


def _target(new: Target | None, old: Target | None) -> Target | None:
    if new is None or old is None:
        return old or new
    if not new.text.strip() and new.due_on is None:
        return old
    same_day = new.due_on is not None and (new.due_on, new.precision) == (old.due_on, old.precision)
    if (new.due_on == old.due_on and says_same(new.text, old.text)) or (
        same_day and is_same(new.note, old.note)
    ):
        return old
    return replace(old, text=new.text, note=new.note, due_on=new.due_on, precision=new.precision)


def _recurrence(new: Measure, old: Measure) -> str:
    """How often it is answered, as it stands: somebody may have said so since, while its date is printed the same."""
    if new.kind == MeasureKind.IMPACT and not new.recurring:
        return Recurrence.NONE
    if old.recurrence == Recurrence.NOT_SET or new.recurring != old.recurring:
        return new.recurrence
    if new.recurrence == Recurrence.NOT_SET or _target(new.target, old.target) is old.target:
        return old.recurrence
    return new.recurrence


def _new_versions(live: PlanPicture, read: PlanPicture) -> tuple[VersionRow, ...]:
    known = {folded(version.label) for version in live.versions}
    return tuple(
        replace(version, step=VersionStep.REGISTER.value, frozen=False)
        for version in read.versions
        if folded(version.label) not in known
    )
