"""A plan as a document prints it: makers of pictures that were read, and the form in which two of them are equal."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count

from ..life import Standing
from ..vocabulary import MeasureKind, MeasureState, PlanState, Precision, RatingStep, Recurrence
from .parts import Action, Measure, Officer, Outcome, Passage, Source, VersionRow, Workstream
from .plan import SCHEMA, PlanPicture
from .record import Level, Rating, Target

NEVER = date(1970, 1, 1)
_NEVER_AT = datetime(1970, 1, 1, tzinfo=UTC)


def printed_plan(
    *,
    title: str,
    shape: str,
    workstream_word: str,
    key: tuple[Level, ...],
    workstreams: tuple[Workstream, ...],
    year_label: str = "",
    passages: tuple[Passage, ...] = (),
    versions: tuple[VersionRow, ...] = (),
) -> PlanPicture:
    """A plan that was read. Its rows have ids below 0, each its own: nothing of it is in the tables."""
    return PlanPicture(
        schema=SCHEMA,
        plan_id=0,
        ref="",
        title=title,
        workstream_word=workstream_word,
        year_label=year_label,
        state=PlanState.DRAFT,
        deciding_group="",
        on=NEVER,
        seq=0,
        hash="",
        at=_NEVER_AT,
        key=key,
        passages=passages,
        workstreams=workstreams,
        versions=versions,
        next_meeting=None,
        last_meeting=None,
        shape=shape,
    )


def printed_officer(title: str, role: str, printed: str, post_id: int = 0) -> Officer:
    """A post on an action; `post_id` 0 or below is a post that the partnership does not have yet."""
    return Officer(post_id, title, role, printed, (), ())


def printed_sources(printed: Iterable[str]) -> tuple[Source, ...]:
    return tuple(Source(each, "") for each in printed)


def printed_target(
    text: str, due_on: date | None = None, precision: str = Precision.NONE, note: str = ""
) -> Target:
    return Target(text, note, due_on, Precision(precision).value, text, due_on, 0, 0)


def printed_rating(level: Level) -> Rating:
    """A level that a document shows as agreed; when and by whom is said when it is applied."""
    return Rating(
        id=0,
        seq=0,
        step=RatingStep.AGREED.value,
        level=level,
        words="",
        recovery_plan="",
        risk_note="",
        evidence="",
        evidence_held="",
        because="",
        meeting_id=None,
        meeting_on=None,
        period_ends_on=None,
        effective_on=NEVER,
        at=_NEVER_AT,
        by="",
        post_id=0,
        post="",
        as_deputy=False,
        received="",
    )


def printed_measure(
    id: int,
    *,
    kind: str = MeasureKind.IMPACT,
    text: str = "",
    milestone: int | None = None,
    recurring: bool = False,
    growth: bool = False,
    future: bool = False,
    recurrence: str = Recurrence.NONE,
    sources: tuple[Source, ...] = (),
    target: Target | None = None,
    level: Level | None = None,
) -> Measure:
    return Measure(
        id=id,
        kind=MeasureKind(kind).value,
        text=text,
        milestone=milestone,
        recurring=recurring,
        growth=growth,
        future=future,
        recurrence=Recurrence(recurrence).value,
        state=MeasureState.LIVE.value,
        sources=sources,
        target=target,
        agreed=printed_rating(level) if level else None,
        proposed=None,
        previous=None,
        proposal=None,
        held_over=None,
        latest_id=None,
        strip=(),
        impact=None,
        waits_on=(),
        overdue_days=0,
        asked=False,
        updated=None,
        words_on=None,
        asked_of_all=False,
        standing=Standing.NOTHING.name,
    )


def as_printed(picture: PlanPicture) -> PlanPicture:
    """The picture with nothing but what a document prints: whatever it was read from, equal plans are equal here.

    Ids count down in plan order. Holders, proposals, impact, history and the register are left out, and of a
    target its moves.
    """
    ids = count(-1, -1)
    return printed_plan(
        title=picture.title,
        shape=picture.shape,
        workstream_word=picture.workstream_word,
        key=picture.key,
        year_label=picture.year_label,
        passages=picture.passages,
        versions=tuple(replace(v, id=0, step="", frozen=False) for v in picture.versions),
        workstreams=tuple(
            replace(w, id=next(ids), outcomes=tuple(_outcome(o, ids) for o in w.outcomes))
            for w in picture.workstreams
        ),
    )


def _outcome(outcome: Outcome, ids: "count[int]") -> Outcome:
    return replace(
        outcome,
        id=0 if outcome.is_unnamed else next(ids),
        sources=_sources(outcome.sources),
        actions=tuple(_action(a, ids) for a in outcome.actions),
    )


def _action(action: Action, ids: "count[int]") -> Action:
    return replace(
        action,
        id=next(ids),
        officers=tuple(printed_officer(o.title, o.role, o.printed) for o in action.officers),
        sources=_sources(action.sources),
        measures=tuple(_measure(m, ids) for m in action.measures),
    )


def _measure(m: Measure, ids: "count[int]") -> Measure:
    return printed_measure(
        next(ids),
        kind=m.kind,
        text=m.text,
        milestone=m.milestone,
        recurring=m.recurring,
        growth=m.growth,
        future=m.future,
        recurrence=m.recurrence,
        sources=_sources(m.sources),
        target=m.target and printed_target(m.target.text, m.target.due_on, m.target.precision, m.target.note),
        level=m.level,
    )


def _sources(sources: tuple[Source, ...]) -> tuple[Source, ...]:
    return printed_sources(s.printed for s in sources)
