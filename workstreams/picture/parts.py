"""What a plan is made of: officers, measures, and the places that hold them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from ..life import Standing
from ..vocabulary import NO_CHANGE, MeasureKind, MeasureState, OutcomeKind, Recurrence, Tag, without_tags
from .record import Figure, Impact, Level, Mark, Period, Rating, Target, WaitsOn


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
    kind: str = "REGULAR"
    present: tuple[str, ...] = ()  # the posts that were there
    papers_at: datetime | None = None  # when its papers were issued, where they are out


@dataclass(frozen=True, slots=True)
class Highlights:
    """What a group reports to the picture's meeting beside its ratings. `post_ids` are the group's posts."""

    group_id: int
    group: str
    post_ids: tuple[int, ...]
    key_updates: str
    risks: str
    mitigating_actions: str
    achievements: str
    post: str


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
    asked_of_all: bool  # what the rule alone asks for, whatever was sent
    tabled: Rating | None = None
    decision: Rating | None = None
    found: Rating | None = None
    standing: str = Standing.NOTHING.name  # where its update stands (life.Standing)
    removed: Rating | None = None  # the step that took its newest update out, where nothing came after
    periods: tuple[Period, ...] = ()  # oldest first
    impact_before: Impact | None = None  # what was decided of its impact last, whatever was reported since

    @property
    def stands(self) -> Standing:
        return Standing[self.standing]

    @property
    def said(self) -> str:
        """The newest words on it that say something, of its proposal before those that were agreed on."""
        told = (self.proposal, self.proposed, self.agreed)
        return next((r.words for r in told if r and r.words and r.words != NO_CHANGE), "")

    @property
    def returned(self) -> Rating | None:
        """Why the business unit gave the update back, where it has not been answered yet."""
        return self.removed if self.stands is Standing.RETURNED else None

    @property
    def sent_late(self) -> bool:
        """The update that stands was sent after the papers were issued."""
        return self.stands in (Standing.LATE, Standing.REPLACED, Standing.ADDED)

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
    def period(self) -> Period | None:
        """The period that the picture's meeting asks for."""
        return next((p for p in self.periods if p.asked), None)

    @property
    def rated_period(self) -> Period | None:
        """The newest period that has an agreed level."""
        return next((p for p in reversed(self.periods) if p.agreed), None) if self.is_rolling else None

    @property
    def by_period(self) -> str:
        """ "Agreed Green for Q1 2023/24; Q2 2023/24 not yet answered"; "" for a measure that is answered once."""
        rated = self.rated_period
        said = [f"Agreed {rated.agreed.word} for {rated.name}"] if rated and rated.agreed else []
        if self.is_rolling and self.period and not self.period.answered and self.updated is not None:
            said.append(f"{self.period.name} not yet answered")
        return "; ".join(said)

    @property
    def missed(self) -> tuple[Period, ...]:
        """The periods whose meetings have been held without an answer, since the last that was answered."""
        since = next((i for i, p in reversed(list(enumerate(self.periods))) if p.answered), -1)
        return tuple(p for p in self.periods[since + 1 :] if p.missed)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The newest figures that were given, those of a proposal before older ones."""
        if self.proposal and self.proposal.figures:
            return self.proposal.figures
        return next((p.figures for p in reversed(self.periods) if p.figures), ())

    @property
    def asks_rhythm(self) -> bool:
        """Complete and recurring, but nobody has said how often: it is renewed, kept or ended."""
        return self.recurrence == Recurrence.NOT_SET and self.is_complete

    @property
    def owes_impact(self) -> bool:
        """Complete, as the Executive agreed, and the difference that it made is not accepted yet."""
        return self.reports_impact and self.is_complete and not (self.impact and self.impact.accepted)

    @property
    def reports_impact(self) -> bool:
        """An action's progress does not: what it is to change stands in the plan's expected outcomes."""
        return self.kind == MeasureKind.IMPACT

    @property
    def impact_decided(self) -> Impact | None:
        """Its impact without a report that nobody has decided."""
        return self.impact_before if self.impact and self.impact.waits else self.impact

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
    progress_note: str = ""  # progress as the plan's document printed it

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

    @property
    def span(self) -> int:
        """Rows of a table: one for each measure, and one where there is none yet."""
        return max(1, len(self.measures))


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome, or the unnamed one that holds the actions standing straight under a workstream."""

    id: int
    ref: str
    kind: str
    statement: str
    evidence_note: str
    sources: tuple[Source, ...]
    actions: tuple[Action, ...]

    @classmethod
    def unnamed(cls, number: str, actions: tuple[Action, ...]) -> Self:
        """Its reference is the number of its workstream."""
        return cls(0, number, "", "", "", (), actions)

    @property
    def is_unnamed(self) -> bool:
        return not self.kind

    @property
    def is_only_expected(self) -> bool:
        """Looked for from the whole workstream, with no action of its own."""
        return self.kind == OutcomeKind.EXPECTED and not self.actions

    @property
    def span(self) -> int:
        """Rows of a table."""
        return max(1, sum(a.span for a in self.actions))

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
    def rows(self) -> tuple[Outcome, ...]:
        """The outcomes that stand in its table."""
        return tuple(o for o in self.outcomes if not o.is_only_expected)

    @property
    def expected(self) -> tuple[Outcome, ...]:
        """The outcomes that stand under its table, as a list."""
        return tuple(o for o in self.outcomes if o.is_only_expected)

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
