"""Which records made which change."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from ..compare import Change, Kind, passage_text
from ..models import (
    Action,
    ActionOfficer,
    Group,
    Impact,
    Ledger,
    Level,
    Measure,
    Outcome,
    Passage,
    Plan,
    Post,
    Rating,
    Recommendation,
    SourceRef,
    Target,
    User,
    Version,
    Workstream,
)
from ..picture import Passage as PassagePicture
from ..picture import PlanPicture
from ..vocabulary import RatingStep, TargetStep
from .rows import Between, Step

NOUNS: dict[str, type[Model]] = {
    "plan": Plan,
    "workstream": Workstream,
    "outcome": Outcome,
    "action": Action,
    "measure": Measure,
    "version": Version,
}
# What stands in a place, and by which column it says so.
INSIDE: dict[str, tuple[tuple[type[Model], str], ...]] = {
    "plan": ((Workstream, "plan_id"),),
    "workstream": ((Outcome, "workstream_id"), (Action, "workstream_id")),
    "outcome": ((Action, "outcome_id"),),
    "action": ((Measure, "action_id"),),
}
STANDS = ("withdrawn", "state")
RATED = (Kind.LEVEL, Kind.AMENDED, Kind.AGREED_AGAIN)
PROPOSED = (Kind.PROPOSED, Kind.TAKEN_OUT, Kind.HELD_OVER)
IMPACT = (Kind.IMPACT_REPORTED, Kind.IMPACT_ACCEPTED, Kind.IMPACT_NOT_ACCEPTED)
DATES = {
    Kind.TARGET: frozenset(TargetStep.values),
    Kind.DATE_ASKED: frozenset([TargetStep.ASKED]),
    Kind.DATE_REFUSED: frozenset([TargetStep.ASKED, TargetStep.REFUSED]),
}


class Makers:
    """Finds the records of a change among the rows between two moments."""

    def __init__(self, rows: Between, before: PlanPicture, after: PlanPicture) -> None:
        self.rows, self.pictures = rows, (before, after)
        self.above = _above(before) | _above(after)

    def of(self, change: Change) -> list[int]:
        """The numbers of the records that made it, what tells most of it first."""
        noun, pk = change.row
        kind = Kind(change.kind)
        if kind in RATED or kind in PROPOSED:
            steps = self._rated(change, pk)
            agreed = {step.seq for step in steps if step.step == RatingStep.AGREED}
            return sorted(_seqs(steps), key=lambda seq: (seq not in agreed, -seq))
        if kind in DATES:
            return _seqs(s for s in self._steps(Target, pk) if s.step in DATES[kind])
        if kind in IMPACT:
            return _seqs(self._steps(Impact, pk))
        if noun == "challenge":
            return [change.seq] if change.seq in self.rows.seqs else []
        if kind == Kind.SOURCE:
            return _seqs(self._sources(change, noun, pk))
        if kind == Kind.OFFICER:
            return _seqs(self._hung_on(ActionOfficer, "action_id", pk))
        if noun == "post":
            return _seqs(self._post(change, pk))
        if noun == "level":
            return _seqs(self._level(change))
        if noun == "passage":
            return _seqs(self._passage(change))
        if change.columns == ("order",):
            return _seqs(self._order(noun, pk))
        if kind in (Kind.ADDED, Kind.WITHDRAWN):
            return _seqs([*self._came_or_went(noun, pk), *self._with_it(noun, pk)])
        if noun == "plan":
            return _seqs(self._plan(change))
        if noun == "version":
            return _seqs(self.rows.own(Version, pk))
        return _seqs(r for r in self.rows.own(NOUNS[noun], pk) if _differs(r, change.columns))

    # ---- the record

    def _steps(self, model: type[Model], measure: int) -> list[Step]:
        return self.rows.steps.get((model._meta.db_table, measure), [])

    def _rated(self, change: Change, measure: int) -> list[Step]:
        """An agreement with the proposals that led to it; a proposal with what happened since the agreement."""
        steps = self._steps(Rating, measure)
        agreed = max((s.seq for s in steps if s.step == RatingStep.AGREED), default=0)
        led = change.kind in RATED
        return [s for s in steps if (s.seq <= agreed) == led or s.seq == change.seq]

    def _hung_on(self, model: type[Model], column: str, pk: int) -> list[Ledger]:
        return self.rows.of(model, lambda row: pk in _both(row, column))

    def _sources(self, change: Change, noun: str, pk: int) -> list[Ledger]:
        """What was cited, and what the register called it."""
        said = f"{change.was} {change.now}"

        def is_cited(row: Ledger) -> bool:
            names = zip(_both(row, "source"), _both(row, "reference"), strict=True)
            return any(" ".join(filter(None, name)) in said for name in names)

        return self._hung_on(SourceRef, f"{noun}_id", pk) + self.rows.of(Recommendation, is_cited)

    # ---- who answers for it

    def _post(self, change: Change, pk: int) -> list[Ledger]:
        posts = {pk} | {
            other
            for picture in self.pictures
            for placed in picture.placed()
            for officer in placed.action.officers
            if officer.post_id == pk
            for other in officer.also_posts
        }
        if change.columns:
            return [row for row in self.rows.own(Post, pk) if _differs(row, change.columns)]
        stands_for = self.rows.of(Post, lambda r: int(r.row) in posts and _differs(r, ("group_id", "kind")))
        if change.kind == Kind.POST:
            return stands_for
        return self.rows.held(posts) + stands_for + self._called(change, posts)

    def _called(self, change: Change, posts: set[int]) -> list[Ledger]:
        """Where a holder of these posts got another name."""
        people = {
            user
            for row in self.rows.appointments
            if posts & set(_both(row, "post_id"))
            for user in _both(row, "user_id")
        }
        names = change.was + change.now
        return self.rows.of(
            User,
            lambda r: (
                r.before is not None
                and int(r.row) in people
                and _differs(r, ("name",))
                and any(name in names for name in _both(r, "name"))
            ),
        )

    # ---- the plan

    def _plan(self, change: Change) -> list[Ledger]:
        own = [r for r in self.rows.own(Plan, self.rows.plan.pk) if _differs(r, change.columns)]
        if change.columns != ("deciding_group_id",):
            return own
        groups = {self.rows.plan.deciding_group_id} | {
            pk for row in own for pk in _both(row, "deciding_group_id")
        }
        return own + self.rows.of(Group, lambda r: int(r.row) in groups and _differs(r, ("name",)))

    def _level(self, change: Change) -> list[Ledger]:
        codes = {level.code for level in (change.level_before, change.level_after) if level}
        columns = change.columns or (*STANDS, "order")
        return self.rows.of(
            Level,
            lambda row: (not codes or bool(codes & set(_both(row, "code")))) and _differs(row, columns),
        )

    def _passage(self, change: Change) -> list[Ledger]:
        """A text has no id in a picture: it is known by its words."""
        if change.columns:
            return self.rows.of(Passage, lambda row: _differs(row, change.columns))
        written: dict[str, list[Ledger]] = {}
        for row in self.rows.of(Passage, lambda _: True):
            written.setdefault(row.row, []).append(row)
        found = []
        for rows in written.values():
            was, now = (_text_of(image) for image in (rows[0].before, rows[-1].after))
            if (was and was == change.was) or (now and now == change.now):
                found += rows
        return found

    def _order(self, noun: str, pk: int) -> list[Ledger]:
        place = pk or self.rows.plan.pk
        return [
            row
            for model, column in INSIDE[noun]
            for row in self._hung_on(model, column, place)
            if _differs(row, ("order", column, *STANDS))
        ]

    def _came_or_went(self, noun: str, pk: int) -> list[Ledger]:
        """What put it into the plan or took it out: its own rows, or those of the place that holds it."""
        own = self.rows.own(NOUNS[noun], pk)
        columns = (*STANDS, "outcome_id", "workstream_id", "action_id")
        found = [row for row in own if _differs(row, columns)]
        above = self.above.get((noun, pk))
        return found or (self._came_or_went(*above) if above else [])

    def _with_it(self, noun: str, pk: int) -> Iterable[Ledger | Step]:
        """What was recorded of it meanwhile: it came with that, or that went with it."""
        yield from self.rows.own(NOUNS[noun], pk)
        if noun == "measure":
            for model in (Rating, Target, Impact):
                yield from self._steps(model, pk)
        if noun == "action":
            yield from self._hung_on(ActionOfficer, "action_id", pk)
        if noun in ("measure", "action", "outcome"):
            yield from self._hung_on(SourceRef, f"{noun}_id", pk)


def _above(picture: PlanPicture) -> dict[tuple[str, int], tuple[str, int]]:
    """What holds each place."""
    found: dict[tuple[str, int], tuple[str, int]] = {}
    for w in picture.workstreams:
        for o in w.outcomes:
            holder = ("workstream", w.id)
            if not o.is_unnamed:
                found["outcome", o.id] = holder
                holder = ("outcome", o.id)
            for a in o.actions:
                found["action", a.id] = holder
                found |= {("measure", m.id): ("action", a.id) for m in a.measures}
    return found


def _both(row: Ledger, column: str) -> list[Any]:
    """What a column held before and after this row."""
    return [image.get(column) for image in (row.before, row.after) if image]


def _differs(row: Ledger, columns: Iterable[str]) -> bool:
    """This row came, went, or says another thing in one of these columns."""
    if row.before is None or row.after is None:
        return True
    return any(row.before.get(column) != row.after.get(column) for column in columns)


def _seqs(rows: Iterable[Ledger | Step]) -> list[int]:
    return sorted({row.seq for row in rows}, reverse=True)


def _text_of(image: dict[str, Any] | None) -> str:
    if image is None:
        return ""
    columns = ("kind", "number", "year", "heading", "body")
    return passage_text(PassagePicture(**{column: image[column] for column in columns}, workstream=""))
