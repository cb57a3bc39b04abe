"""The whole plan as one reader sees it: found, counted, narrowed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self

from .. import words
from ..life import Standing
from ..vocabulary import PassageKind, PlanShape, RatingStep, VersionStep
from .challenges import Challenge
from .heads import Heads, heads_of
from .parts import Action, Highlights, Measure, Meeting, Outcome, Passage, VersionRow, Workstream
from .record import Level, Period, Rating, Target

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Counts:
    """A roll-up: how many, at each level and otherwise. No average, no worst colour."""

    by_level: tuple[tuple[Level, int], ...]
    not_rated: int
    overdue: int
    not_updated: int
    total: int

    @property
    def present(self) -> tuple[tuple[Level, int], ...]:
        """Levels that occur."""
        return tuple((level, n) for level, n in self.by_level if n)

    @property
    def words(self) -> str:
        """ "1 Blue, 2 Green, 3 Amber"."""
        said = [f"{n} {level.word}" for level, n in self.present]
        if self.not_rated:
            said.append(f"{self.not_rated} not rated")
        return ", ".join(said)


@dataclass(frozen=True, slots=True)
class Placed:
    """A measure with the places above it."""

    measure: Measure
    action: Action
    outcome: Outcome
    workstream: Workstream

    @property
    def ref(self) -> str:
        """The reference under which it is found: its outcome's, or the number of its workstream."""
        return self.outcome.ref or self.workstream.number

    @property
    def text(self) -> str:
        """What is rated: the measure without its tags; its action, where the measure has no words of its own."""
        return self.measure.plain or self.action.lead or self.action.text


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose eyes a picture is for. Made by permissions.py alone.

    everything: sees every provisional word. posts: sees those of the actions that name one of these posts.
    public: sees agreed ratings without words. drafts: sees what a plan was while it was drafted.
    """

    everything: bool
    posts: frozenset[int] = frozenset()
    public: bool = False
    drafts: bool = False


@dataclass(frozen=True, slots=True)
class PlanPicture:
    schema: int
    plan_id: int
    ref: str
    title: str
    workstream_word: str
    year_label: str
    state: str
    deciding_group: str
    on: date
    seq: int
    hash: str
    at: datetime
    key: tuple[Level, ...]
    passages: tuple[Passage, ...]
    workstreams: tuple[Workstream, ...]
    versions: tuple[VersionRow, ...]
    next_meeting: Meeting | None
    last_meeting: Meeting | None
    highlights: tuple[Highlights, ...] = ()  # what the groups report to the picture's meeting
    shape: str = PlanShape.BUSINESS_PLAN.value
    challenges: tuple[Challenge, ...] = ()  # all that were raised, oldest first

    def placed(self) -> Iterator[Placed]:
        """Every measure with the places above it, in plan order."""
        for workstream in self.workstreams:
            for outcome in workstream.outcomes:
                for action in outcome.actions:
                    for measure in action.measures:
                        yield Placed(measure, action, outcome, workstream)

    @property
    def measures(self) -> tuple[Measure, ...]:
        return tuple(p.measure for p in self.placed())

    def find(self, measure_id: int) -> Placed | None:
        return next((p for p in self.placed() if p.measure.id == measure_id), None)

    @property
    def decider(self) -> str:
        """Who decides its ratings, as a sentence says it after "the"."""
        return words.decider(self.deciding_group)

    @property
    def heads(self) -> Heads:
        """What the columns of its table are called."""
        return heads_of(self)

    @property
    def workstream_words(self) -> str:
        """What it calls its workstreams, all of them."""
        return words.plural(self.workstream_word)

    @property
    def agreed_version(self) -> VersionRow | None:
        """The newest version that the Executive agreed."""
        return next((v for v in reversed(self.versions) if v.step == VersionStep.AGREED), None)

    def questioned(self, measure_id: int) -> tuple[Challenge, ...]:
        """The open challenges about this measure or a rating of it, oldest first."""
        return tuple(c for c in self.challenges if c.measure_id == measure_id and c.is_open)

    @property
    def measures_questioned(self) -> frozenset[int]:
        """The measures about which a challenge is open."""
        return frozenset(c.measure_id for c in self.challenges if c.is_open and c.measure_id is not None)

    def passages_of(self, kind: PassageKind) -> tuple[Passage, ...]:
        return tuple(p for p in self.passages if p.kind == kind)

    def counts(self, measures: tuple[Measure, ...] | None = None) -> Counts:
        """The roll-up of these measures (all of them, where none are named)."""
        chosen = self.measures if measures is None else measures
        return Counts(
            by_level=tuple((level, sum(m.level == level for m in chosen)) for level in self.key),
            not_rated=sum(m.level is None for m in chosen),
            overdue=sum(m.is_overdue for m in chosen),
            not_updated=sum(m.not_updated for m in chosen),
            total=len(chosen),
        )

    def seen_by(self, reader: Reader) -> Self:
        """This picture with nothing in it that the reader may not see."""
        if reader.everything:
            return self

        def eyes(action: Action, measure: Measure) -> Measure:
            if reader.public:
                return _without_words(_without_proposal(measure))
            return measure if action.post_ids & reader.posts else _without_proposal(measure)

        heard = () if reader.public else tuple(h for h in self.highlights if set(h.post_ids) & reader.posts)
        asked = () if reader.public else tuple(c for c in self.challenges if set(c.post_ids) & reader.posts)
        return replace(self.with_measures(eyes), highlights=heard, challenges=asked)

    def as_agreed(self) -> Self:
        """This picture without the proposals that nobody has decided: a version that can be handed on as agreed."""
        undecided = {m.proposal.id for m in self.measures if m.proposal}
        decided = replace(self, challenges=tuple(c for c in self.challenges if c.rating_id not in undecided))
        return decided.with_measures(
            lambda _, m: replace(
                m,
                proposal=None,
                held_over=None,
                standing=(Standing.AGREED if m.agreed else Standing.NOTHING).name,
                removed=None,
                periods=_decided_periods(m.periods),
                tabled=m.tabled if m.decision and m.decision.step == RatingStep.AGREED else None,
                impact=m.impact_decided,
                strip=tuple(
                    mark for mark in m.strip if not mark.provisional or mark.meeting_id in _decided(m)
                ),
            )
        )

    def with_measures(self, change: Callable[[Action, Measure], Measure | None]) -> Self:
        """This picture with each measure replaced by what `change` answers, or dropped where it says None."""
        return replace(
            self,
            workstreams=tuple(
                replace(
                    w,
                    outcomes=tuple(
                        replace(
                            o,
                            actions=tuple(
                                replace(
                                    a,
                                    measures=tuple(
                                        kept for m in a.measures if (kept := change(a, m)) is not None
                                    ),
                                )
                                for a in o.actions
                            ),
                        )
                        for o in w.outcomes
                    ),
                )
                for w in self.workstreams
            ),
        )

    def of_workstream(self, number: str) -> Self:
        """This picture with one workstream alone, and all that stands in it."""
        return replace(self, workstreams=tuple(w for w in self.workstreams if w.number == number))

    def named(self, reference: str) -> Workstream | None:
        """What a reference names, in its workstream: an outcome with its actions, or all of a workstream by its
        number. None where there is no such reference."""
        for workstream in self.workstreams:
            for outcome in workstream.outcomes:
                if outcome.ref == reference and not outcome.is_unnamed:
                    return replace(workstream, outcomes=(outcome,))
        return next((w for w in self.workstreams if w.number == reference), None)

    def holding(self, keep: Callable[[Placed], bool]) -> Self:
        """This picture with only these measures, and only the places that still hold one."""
        kept = {p.measure.id for p in self.placed() if keep(p)}
        slim = self.with_measures(lambda _, m: m if m.id in kept else None)

        def with_rows(outcome: Outcome) -> Outcome:
            return replace(outcome, actions=tuple(a for a in outcome.actions if a.measures))

        workstreams = tuple(
            replace(w, outcomes=tuple(with_rows(o) for o in w.outcomes if o.measures))
            for w in slim.workstreams
        )
        return replace(slim, workstreams=tuple(w for w in workstreams if w.outcomes))


def _decided(measure: Measure) -> frozenset[int]:
    """The meetings of its strip that agreed a rating."""
    return frozenset(mark.meeting_id for mark in measure.strip if not mark.provisional)


def _decided_periods(periods: tuple[Period, ...]) -> tuple[Period, ...]:
    """The periods without what is proposed for them and not decided."""
    return tuple(
        replace(period, proposed=None, figures=period.figures if period.agreed else ())
        for period in periods
        if period.agreed or period.missed or period.asked
    )


def _agreed_periods(periods: tuple[Period, ...]) -> tuple[Period, ...]:
    """The periods as the deciding group agreed them, without figures: those are words of an update."""
    return tuple(
        replace(period, proposed=None, figures=(), missed=False)
        for period in periods
        if period.agreed or period.asked
    )


def _without_proposal(measure: Measure) -> Measure:
    target = measure.target and _without_asking(measure.target)
    return replace(
        measure,
        proposal=None,
        proposed=None,
        held_over=None,
        updated=None,
        asked=measure.asked_of_all,
        words_on=None,
        tabled=None,
        decision=measure.decision if measure.decision and measure.decision.level else None,
        standing=(Standing.AGREED if measure.agreed else Standing.NOTHING).name,
        removed=None,
        periods=_agreed_periods(measure.periods),
        target=target,
        impact=measure.impact_decided,
        strip=tuple(replace(mark, amended=False) for mark in measure.strip if not mark.provisional),
    )


def _without_asking(target: Target) -> Target:
    """Only what was agreed of a date that others asked for."""
    decision = target.decision and replace(target.decision, asked_because="", post="")
    agreed = decision if decision and decision.agreed else None
    return replace(target, asked_text="", asked_because="", asked_id=None, decision=agreed)


def _without_words(measure: Measure) -> Measure:
    def bare(rating: Rating | None) -> Rating | None:
        return rating and replace(
            rating,
            words="",
            recovery_plan="",
            risk_note="",
            evidence="",
            evidence_held="",
            because="",
            by="",
            figures=(),
        )

    return replace(
        measure,
        agreed=bare(measure.agreed),
        previous=bare(measure.previous),
        decision=bare(measure.decision),
        found=bare(measure.found),
        impact=measure.impact and replace(measure.impact, text="", reported=""),
        impact_before=None,
        target=measure.target and replace(measure.target, decision=None),
    )
