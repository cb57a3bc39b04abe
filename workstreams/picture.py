"""The picture of a plan: all that a reader sees of it, frozen. Pure: no ORM, no clock, no request."""

import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, Self, Union, get_args, get_origin, get_type_hints

from .vocabulary import MeasureState, PassageKind, RatingStep, Recurrence, Tag, VersionStep, without_tags

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the plan's own key; `token` names what the stylesheets colour."""

    code: str
    word: str
    meaning: str
    token: str
    is_complete: bool
    is_exception: bool


@dataclass(frozen=True, slots=True)
class Officer:
    """A post on an action, as printed, and the names of those who hold it on the picture's day."""

    post_id: int
    title: str
    role: str
    printed: str
    holders: tuple[str, ...]
    deputies: tuple[str, ...]
    also_posts: tuple[int, ...] = ()  # a body ("DSP Leads (Executive)") stands for these posts

    @property
    def is_dsl(self) -> bool:
        return self.role == "DSL"


@dataclass(frozen=True, slots=True)
class Source:
    printed: str
    recommendation: str  # "JTAI, January 2022 1.1", or "" where it is not in the register


@dataclass(frozen=True, slots=True)
class Meeting:
    id: int
    held_on: date
    papers_close_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Rating:
    """One step of a rating. `seq` is its ledger row: the address at which anybody can check it."""

    id: int
    seq: int
    step: str
    level: Level | None
    words: str
    recovery_plan: str
    risk_note: str
    evidence: str
    evidence_held: str
    because: str
    meeting_id: int | None
    meeting_on: date | None
    period_ends_on: date | None
    effective_on: date
    at: datetime
    by: str
    post_id: int
    post: str
    as_deputy: bool
    received: str

    @property
    def signed(self) -> str:
        """Who spoke, in which post: "deputy for Chair of …"."""
        return f"deputy for {self.post}" if self.as_deputy else self.post


@dataclass(frozen=True, slots=True)
class Mark:
    """One cell of the rating strip: what was proposed for, or agreed at, one meeting."""

    meeting_id: int
    on: date
    step: str
    level: Level
    amended: bool

    @property
    def provisional(self) -> bool:
        return self.step == RatingStep.PROVISIONAL


@dataclass(frozen=True, slots=True)
class Target:
    """The target now, as printed, with what it was first. `months` is the distance from first to now."""

    text: str
    note: str
    due_on: date | None
    precision: str
    first_text: str
    first_due_on: date | None
    moves: int
    months: int
    asked_text: str = ""
    asked_because: str = ""


@dataclass(frozen=True, slots=True)
class Impact:
    id: int
    seq: int
    step: str
    text: str
    meeting_on: date
    at: datetime

    @property
    def accepted(self) -> bool:
        return self.step == "ACCEPTED"


@dataclass(frozen=True, slots=True)
class WaitsOn:
    """A milestone of the same outcome that stands lower and isn't complete. It warns; it never blocks."""

    measure_id: int
    milestone: int
    text: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure with its columns that move: target, rating, impact.

    `agreed` is the latest agreement and `proposed` what it decided on; `proposal` stands now, undecided, and
    `held_over` says that a meeting deferred it or did not reach it. `previous` is the agreement before.
    `asked` and `updated` speak of the picture's next meeting; `updated` is None for a reader who may not know.
    So do `tabled` (the proposal put before it), `decision` (what it decided) and `found` (the agreement before).
    """

    id: int
    kind: str
    text: str
    milestone: int | None
    recurring: bool
    growth: bool
    future: bool
    recurrence: str
    state: str
    sources: tuple[Source, ...]
    target: Target | None
    agreed: Rating | None
    proposed: Rating | None
    previous: Rating | None
    proposal: Rating | None
    held_over: Rating | None
    latest_id: int | None
    strip: tuple[Mark, ...]
    impact: Impact | None
    waits_on: tuple[WaitsOn, ...]
    overdue_days: int
    asked: bool
    updated: bool | None
    words_on: date | None  # when an update last said something
    tabled: Rating | None = None
    decision: Rating | None = None
    found: Rating | None = None

    @property
    def level(self) -> Level | None:
        """The agreed level. Never the proposed one."""
        return self.agreed.level if self.agreed else None

    @property
    def plain(self) -> str:
        """The text without its printed tags, for where they are shown beside it."""
        return without_tags(self.text)

    @property
    def is_complete(self) -> bool:
        return self.level is not None and self.level.is_complete

    @property
    def is_live(self) -> bool:
        return self.state == MeasureState.LIVE

    @property
    def is_overdue(self) -> bool:
        return self.overdue_days > 0

    @property
    def not_updated(self) -> bool:
        return self.asked and self.updated is False

    @property
    def is_rolling(self) -> bool:
        return self.recurrence not in (Recurrence.NONE, Recurrence.NOT_SET)

    @property
    def was_amended(self) -> bool:
        """The Executive agreed another level than the one proposed."""
        return bool(self.agreed and self.proposed and self.agreed.level != self.proposed.level)

    @property
    def tags(self) -> tuple[str, ...]:
        """The letters, in the order the key prints them: M, R, G, F."""
        return tuple(
            letter
            for letter, present in (
                (Tag.MILESTONE.value, self.milestone is not None),
                (Tag.RECURRING.value, self.recurring),
                (Tag.GROWTH.value, self.growth),
                (Tag.FUTURE.value, self.future),
            )
            if present
        )


@dataclass(frozen=True, slots=True)
class Action:
    id: int
    text: str
    reporting_duty: str
    officers: tuple[Officer, ...]
    sources: tuple[Source, ...]
    measures: tuple[Measure, ...]

    @property
    def lead(self) -> str:
        """The opening line, without its bullets."""
        return "\n".join(line for line in self.text.split("\n") if not line.startswith("- "))

    @property
    def bullets(self) -> tuple[str, ...]:
        return tuple(line[2:] for line in self.text.split("\n") if line.startswith("- "))

    @property
    def post_ids(self) -> frozenset[int]:
        return frozenset(p for o in self.officers for p in (o.post_id, *o.also_posts))


@dataclass(frozen=True, slots=True)
class Outcome:
    id: int
    ref: str
    kind: str
    statement: str
    evidence_note: str
    sources: tuple[Source, ...]
    actions: tuple[Action, ...]

    @property
    def measures(self) -> tuple[Measure, ...]:
        return tuple(m for a in self.actions for m in a.measures)


@dataclass(frozen=True, slots=True)
class Passage:
    kind: str
    number: int | None
    year: int | None
    heading: str
    body: str
    workstream: str  # its number, or ""


@dataclass(frozen=True, slots=True)
class Workstream:
    id: int
    number: str
    title: str
    aim: str
    outcomes: tuple[Outcome, ...]

    @property
    def measures(self) -> tuple[Measure, ...]:
        return tuple(m for o in self.outcomes for m in o.measures)


@dataclass(frozen=True, slots=True)
class VersionRow:
    id: int
    label: str
    step: str
    changes: str
    editors: str
    dated: date
    frozen: bool


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


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose eyes a picture is for. Made by permissions.py alone.

    everything: sees every provisional word. posts: sees those of the actions that name one of these posts.
    public: sees agreed ratings without words.
    """

    everything: bool
    posts: frozenset[int] = frozenset()
    public: bool = False


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
    def agreed_version(self) -> VersionRow | None:
        """The newest version that the Executive agreed."""
        return next((v for v in reversed(self.versions) if v.step == VersionStep.AGREED), None)

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

        return self.with_measures(eyes)

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


def _without_proposal(measure: Measure) -> Measure:
    target = measure.target and replace(measure.target, asked_text="", asked_because="")
    return replace(
        measure,
        proposal=None,
        proposed=None,
        held_over=None,
        updated=None,
        words_on=None,
        tabled=None,
        decision=measure.decision if measure.decision and measure.decision.level else None,
        target=target,
        strip=tuple(replace(mark, amended=False) for mark in measure.strip if not mark.provisional),
    )


def _without_words(measure: Measure) -> Measure:
    def bare(rating: Rating | None) -> Rating | None:
        return rating and replace(
            rating, words="", recovery_plan="", risk_note="", evidence="", evidence_held="", because="", by=""
        )

    return replace(
        measure,
        agreed=bare(measure.agreed),
        previous=bare(measure.previous),
        decision=bare(measure.decision),
        found=bare(measure.found),
        impact=measure.impact and replace(measure.impact, text=""),
    )


# ---- JSON: exact in both directions


def to_json(value: Any) -> Any:
    """A picture (or any frozen dataclass of it) as plain JSON values; days and moments as ISO text."""
    if is_dataclass(value):
        return {f.name: to_json(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple | list):
        return [to_json(v) for v in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    return value


def from_json(data: dict[str, Any]) -> PlanPicture:
    """The picture that `to_json` wrote.

    Raises ValueError for a schema this program does not know; older ones get a reader here.
    """
    if data.get("schema") != SCHEMA:
        raise ValueError(f"This picture has schema {data.get('schema')!r}; this program reads {SCHEMA}.")
    picture: PlanPicture = read(PlanPicture, data)
    return picture


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def read(kind: Any, value: Any) -> Any:
    """Plain JSON values as `kind`: a frozen dataclass, tuple, day, moment, or what JSON already knows."""
    if value is None:
        return None
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return read(next(k for k in get_args(kind) if k is not type(None)), value)
    if origin is tuple:
        kinds = get_args(kind)
        if kinds[-1] is Ellipsis:
            return tuple(read(kinds[0], v) for v in value)
        return tuple(read(k, v) for k, v in zip(kinds, value, strict=True))
    if is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]
        return kind(**{name: read(hints[name], v) for name, v in value.items() if name in hints})  # type: ignore[operator]
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    return value
