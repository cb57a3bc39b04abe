"""Writing a matched picture into the tables: what is new is added, what differs is changed, what left is withdrawn.

Everything is written in one block of one actor and reason; the picture has been found fit for the tables before.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db.models import Model

from ... import picture as p
from ...likeness import folded
from ...models import (
    Action,
    ActionOfficer,
    Level,
    Measure,
    Outcome,
    Plan,
    Post,
    SourceRef,
    Target,
    Workstream,
)
from ...vocabulary import MeasureKind, MeasureState, Precision, TargetStep
from .. import By, Refused
from .leaving import free_references, leave
from .order import orders
from .people import title_of
from .rows import Rows, change
from .texts import write_head, write_key, write_passages

R = TypeVar("R", bound=Model)


class Writer:
    """Holds the rows of one plan by the ids of the picture, live ones and those below 0, while it is written."""

    def __init__(self, plan: Plan, live: p.PlanPicture | None, by: By, reason: str) -> None:
        self.plan, self.live, self.by, self.reason = plan, live, by, reason
        self.written: dict[int, tuple[str, int]] = {}  # what each id below 0 became
        self.levels: dict[str, Level] = {}
        self.rows = Rows.of(plan)
        newest = Target.objects.filter(measure__in=list(self.rows.measures)).order_by("pk")
        self.targets = {row.measure_id: row for row in newest}

    def write(self, picture: p.PlanPicture, posts: Mapping[str, Post]) -> None:
        write_head(self.plan, self.live, picture)
        self.levels = write_key(self.plan, picture.key)
        if self.live is not None:
            leave(self.plan, self.rows, self.live, picture)
            free_references(self.rows, picture)
        self._workstreams(picture)
        self._outcomes(picture)
        self._actions(picture)
        self._measures(picture)
        self._officers(picture, posts)
        self._sources(picture)
        self._targets(picture)
        streams = {w.number: self.rows.workstreams[w.id] for w in picture.workstreams}
        write_passages(self.plan, self.live, picture, streams)

    def save(
        self, noun: str, rows: dict[int, R], wanted: Iterable[tuple[int, dict[str, Any]]], model: type[R]
    ) -> None:
        """Add those with ids below 0, in order; change of the others what differs."""
        new: list[tuple[int, R]] = []
        for row_id, facts in wanted:
            row = rows.get(row_id)
            if row is None:
                new.append((row_id, model(**facts)))
            else:
                change(row, facts)
        model._default_manager.bulk_create([row for _, row in new])
        for row_id, row in new:
            rows[row_id] = row
            self.written[row_id] = (noun, row.pk)

    # ---- places

    def _workstreams(self, picture: p.PlanPicture) -> None:
        places = orders([_order(self.rows.workstreams, w.id) for w in picture.workstreams])
        wanted = [
            (w.id, {"plan": self.plan, "number": w.number, "title": w.title, "aim": w.aim, "order": order})
            for w, order in zip(picture.workstreams, places, strict=True)
        ]
        self.save("workstream", self.rows.workstreams, wanted, Workstream)

    def _outcomes(self, picture: p.PlanPicture) -> None:
        wanted = []
        for w in picture.workstreams:
            named = [o for o in w.outcomes if not o.is_unnamed]
            stood = [
                _order_in(self.rows.outcomes, o.id, "workstream_id", self.rows.workstreams[w.id])
                for o in named
            ]
            for o, order in zip(named, orders(stood), strict=True):
                facts = {
                    "plan": self.plan,
                    "workstream": self.rows.workstreams[w.id],
                    "ref": o.ref,
                    "kind": o.kind,
                    "statement": o.statement,
                    "evidence_note": o.evidence_note,
                    "order": order,
                }
                wanted.append((o.id, facts))
        self.save("outcome", self.rows.outcomes, wanted, Outcome)

    def _actions(self, picture: p.PlanPicture) -> None:
        wanted = []
        for w in picture.workstreams:
            for o in w.outcomes:
                column = "workstream" if o.is_unnamed else "outcome"
                place = self.rows.workstreams[w.id] if o.is_unnamed else self.rows.outcomes[o.id]
                stood = [_order_in(self.rows.actions, a.id, f"{column}_id", place) for a in o.actions]
                for a, order in zip(o.actions, orders(stood), strict=True):
                    facts = {
                        "workstream": None,
                        "outcome": None,
                        column: place,
                        "text": a.text,
                        "reporting_duty": a.reporting_duty,
                        "progress_note": a.progress_note,
                        "order": order,
                    }
                    wanted.append((a.id, facts))
        self.save("action", self.rows.actions, wanted, Action)

    def _measures(self, picture: p.PlanPicture) -> None:
        wanted = []
        withdrawn = {
            row.action_id: row
            for row in self.rows.measures.values()
            if row.kind == MeasureKind.PROGRESS and row.state != MeasureState.LIVE
        }
        for a in _all_actions(picture):
            action = self.rows.actions[a.id]
            stood = [_order_in(self.rows.measures, m.id, "action_id", action) for m in a.measures]
            for m, order in zip(a.measures, orders(stood), strict=True):
                facts = {
                    "action": action,
                    "kind": m.kind,
                    "text": m.text,
                    "milestone": m.milestone,
                    "recurring": m.recurring,
                    "growth": m.growth,
                    "future": m.future,
                    "recurrence": m.recurrence,
                    "state": MeasureState.LIVE,
                    "order": order,
                }
                if (
                    m.id not in self.rows.measures
                    and m.kind == MeasureKind.PROGRESS
                    and action.pk in withdrawn
                ):
                    # An action has one progress: what was withdrawn stands again.
                    self.rows.measures[m.id] = withdrawn[action.pk]
                    self.written[m.id] = ("measure", withdrawn[action.pk].pk)
                wanted.append((m.id, facts))
        self.save("measure", self.rows.measures, wanted, Measure)

    # ---- what stands at them

    def _officers(self, picture: p.PlanPicture, posts: Mapping[str, Post]) -> None:
        there: dict[int, dict[int, ActionOfficer]] = defaultdict(dict)
        for row in ActionOfficer.objects.filter(
            action__in=[a.pk for a in self.rows.actions.values()]
        ).order_by("pk"):
            there[row.action_id][row.post_id] = row
        new = []
        for a in _all_actions(picture):
            action = self.rows.actions[a.id]
            stood = there[action.pk]
            named: dict[Post, p.Officer] = {}
            for officer in a.officers:
                named.setdefault(posts[title_of(officer)], officer)
            for post_id, row in stood.items():
                if post_id not in {post.pk for post in named}:
                    row.delete()
            order_there = [stood[post.pk].order if post.pk in stood else None for post in named]
            for (post, officer), order in zip(named.items(), orders(order_there), strict=True):
                facts = {"role": officer.role, "printed": officer.printed or officer.title, "order": order}
                if post.pk in stood:
                    change(stood[post.pk], facts)
                else:
                    new.append(ActionOfficer(action=action, post=post, **facts))
        ActionOfficer.objects.bulk_create(new)

    def _sources(self, picture: p.PlanPicture) -> None:
        items: list[tuple[str, Model, tuple[p.Source, ...]]] = []
        for w in picture.workstreams:
            items += [
                ("outcome", self.rows.outcomes[o.id], o.sources) for o in w.outcomes if not o.is_unnamed
            ]
        for a in _all_actions(picture):
            items.append(("action", self.rows.actions[a.id], a.sources))
            items += [("measure", self.rows.measures[m.id], m.sources) for m in a.measures]
        there: dict[tuple[str, int], list[SourceRef]] = defaultdict(list)
        for noun, rows in (
            ("outcome", self.rows.outcomes),
            ("action", self.rows.actions),
            ("measure", self.rows.measures),
        ):
            pks = [row.pk for row in rows.values()]
            for row in SourceRef.objects.filter(**{f"{noun}__in": pks}).order_by("pk"):
                there[noun, getattr(row, f"{noun}_id")].append(row)
        new = []
        for noun, item, sources in items:
            left = there[noun, item.pk]
            for source in sources:  # the bullets of one item may each print the same
                stood = next((row for row in left if _printed(row.printed) == _printed(source.printed)), None)
                if stood is None:
                    new.append(SourceRef(**{noun: item}, printed=source.printed))
                else:
                    left.remove(stood)
            for row in left:
                row.delete()
        SourceRef.objects.bulk_create(new)

    def _targets(self, picture: p.PlanPicture) -> None:
        """A first target is set; one that moves says why, and nobody else's request for a date is passed over."""
        new = []
        for placed in picture.placed():
            wanted, row = placed.measure.target, self.rows.measures[placed.measure.id]
            stood = self.live.find(placed.measure.id) if self.live else None
            if wanted is None or (stood and _is_same(stood.measure.target, wanted)):
                continue
            if not wanted.text.strip() and wanted.due_on is None:
                continue
            newest = self.targets.get(row.pk)
            if newest is not None and newest.step == TargetStep.ASKED:
                raise Refused(
                    f"Another date is asked for {placed.ref} “{placed.measure.plain or placed.action.lead}”, and this"
                    " file gives one too. Decide what is asked first."
                )
            new.append(
                Target(
                    measure=row,
                    step=TargetStep.SET,
                    text=wanted.text,
                    note=wanted.note,
                    due_on=wanted.due_on,
                    precision=Precision(wanted.precision),
                    because=self.reason if newest else "",
                    by=self.by.user,
                    for_post=self.by.post,
                    as_deputy=self.by.as_deputy,
                    follows=newest,
                )
            )
        Target.objects.bulk_create(new)


def _all_actions(picture: p.PlanPicture) -> list[p.Action]:
    return [a for w in picture.workstreams for o in w.outcomes for a in o.actions]


def _order(rows: Mapping[int, Any], row_id: int) -> int | None:
    return rows[row_id].order if row_id in rows else None


def _order_in(rows: Mapping[int, Any], row_id: int, column: str, place: Model) -> int | None:
    """The number of a row that stands in this place already."""
    row = rows.get(row_id)
    return row.order if row is not None and getattr(row, column) == place.pk else None


def _is_same(one: p.Target | None, other: p.Target) -> bool:
    """The same date, whatever was asked for or decided about it."""
    facts = (other.text, other.note, other.due_on, other.precision)
    return one is not None and (one.text, one.note, one.due_on, one.precision) == facts


def _printed(text: str) -> str:
    return folded(text).casefold()
