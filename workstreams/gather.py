"""Pictures of the plan, gathered from rows. The tables are one source of rows; the ledger can be another."""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from . import due, picture as p
from .models import (
    Action,
    ActionOfficer,
    Appointment,
    Impact,
    Ledger,
    Level,
    Measure,
    Meeting,
    Outcome,
    Passage,
    Plan,
    Post,
    Rating,
    SourceRef,
    Target,
    User,
    Version,
    Workstream,
)
from .vocabulary import NO_CHANGE, MeetingState, PostKind, RatingStep, TargetStep

LONDON = ZoneInfo("Europe/London")
STRIP = 6  # cells of the rating strip
DECISIONS = (RatingStep.AGREED, RatingStep.DEFERRED, RatingStep.NOT_REACHED)
OPEN_MEETINGS = (MeetingState.PLANNED, MeetingState.PAPERS_ISSUED)
NEAR = 24  # steps of a rating read back from its newest: enough for a strip of six meetings

Row = dict[str, Any]
Rows = dict[str, list[Row]]


@dataclass(frozen=True)
class Head:
    """Where the ledger stands: its newest row, and the plan's moment (the clock of the database)."""

    seq: int
    hash: str
    at: datetime

    @property
    def today(self) -> date:
        return self.at.astimezone(LONDON).date()


def head() -> Head:
    """One query. `seq` is 0 and `hash` empty before the first change."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(seq, 0), coalesce(encode(hash, 'hex'), ''), ledger.plan_now() from"
            " (select 1) one left join (select seq, hash from ledger.entry order by seq desc limit 1) e on true"
        )
        return Head(*cursor.fetchone())


def today() -> date:
    """The plan's day in Europe/London."""
    return head().today


_pictures: OrderedDict[tuple[int, str, date, int | None], p.PlanPicture] = OrderedDict()
_lock = Lock()


def picture_for(
    reader: p.Reader, plan: Plan, at: Head | None = None, *, speaks_of: int | None = None
) -> p.PlanPicture:
    """The plan as this reader may see it now: the only way a page gets one.

    The whole picture is taken with a constant number of queries and kept in the process by ledger row and day.
    It speaks of the next meeting, or of the meeting `speaks_of`.
    """
    at = at or head()
    key = (plan.pk, at.hash, at.today, speaks_of)
    with _lock:
        whole = _pictures.get(key)
        if whole is not None:
            _pictures.move_to_end(key)
    if whole is None:
        whole = take(plan, at, speaks_of=speaks_of)
        with _lock:
            _pictures[key] = whole
            while len(_pictures) > settings.PICTURES_KEPT:
                _pictures.popitem(last=False)
    return whole.seen_by(reader)


def take(plan: Plan, at: Head, *, speaks_of: int | None = None) -> p.PlanPicture:
    """The whole picture, straight from the tables."""
    return compose(rows_now(plan), at.today, at, speaks_of=speaks_of)


def frozen(reader: p.Reader, version: Version) -> p.PlanPicture:
    """The picture that a version froze, as this reader may see it."""
    return p.from_json(version.picture).seen_by(reader)


def rows_now(plan: Plan) -> Rows:
    """What the tables hold of this plan, a constant number of queries, as plain rows keyed by column."""
    measures = list(Measure.objects.live().of_plan(plan).order_by("order", "pk").values())
    measure_ids = [m["id"] for m in measures]
    near = {
        "from_newest": Window(RowNumber(), partition_by=F("measure_id"), order_by=F("id").desc()),
        "of_its_step": Window(RowNumber(), partition_by=[F("measure_id"), F("step")], order_by=F("id").desc()),
    }
    ratings = list(
        Rating.objects.filter(measure_id__in=measure_ids)
        .annotate(**near)
        .filter(Q(from_newest__lte=NEAR) | Q(step=RatingStep.AGREED, of_its_step__lte=2))
        .order_by("id")
        .values()
    )
    impacts = list(Impact.objects.filter(measure_id__in=measure_ids).order_by("id").values())
    officers = list(
        ActionOfficer.objects.filter(Q(action__outcome__plan=plan) | Q(action__workstream__plan=plan))
        .order_by("order", "pk")
        .values()
    )
    return {
        "plan": list(Plan.objects.filter(pk=plan.pk).values("pk", *_columns(Plan), "deciding_group__name")),
        "level": list(Level.objects.filter(plan=plan).order_by("order").values()),
        "passage": list(Passage.objects.filter(plan=plan).order_by("order").values()),
        "workstream": list(Workstream.objects.filter(plan=plan).order_by("order").values()),
        "outcome": list(Outcome.objects.filter(plan=plan).order_by("order").values()),
        "action": list(
            Action.objects.filter(Q(outcome__plan=plan) | Q(workstream__plan=plan)).order_by("order").values()
        ),
        "officer": officers,
        "measure": measures,
        "source": list(
            SourceRef.objects.filter(
                Q(outcome__plan=plan) | Q(action__outcome__plan=plan) | Q(measure__in=measure_ids)
            )
            .order_by("pk")
            .values(*_columns(SourceRef), "recommendation__source", "recommendation__reference")
        ),
        "post": list(Post.objects.order_by("pk").values()),
        "appointment": list(Appointment.objects.order_by("pk").values(*_columns(Appointment), "user__name")),
        "rating": ratings,
        "target": list(Target.objects.filter(measure_id__in=measure_ids).order_by("id").values()),
        "impact": impacts,
        "meeting": list(Meeting.objects.filter(group=plan.deciding_group_id).order_by("held_on").values()),
        "version": list(
            Version.objects.filter(plan=plan)
            .order_by("seq")
            .annotate(frozen=Q(picture__isnull=False))
            .values(*(c for c in _columns(Version) if c != "picture"), "frozen")
        ),
        "user": list(User.objects.filter(pk__in={r["by_id"] for r in ratings}).values("id", "name", "email")),
        "ledger": list(
            Ledger.objects.filter(
                Q(table=Rating._meta.db_table, row__in=[str(r["id"]) for r in ratings])
                | Q(table=Impact._meta.db_table, row__in=[str(i["id"]) for i in impacts])
            ).values("table", "row", "seq")
        ),
    }


def _columns(model: Any) -> list[str]:
    return [f.attname for f in model._meta.concrete_fields]


def _by(rows: Iterable[Row], column: str) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


def compose(rows: Rows, on: date, at: Head, *, speaks_of: int | None = None) -> p.PlanPicture:
    """One picture from plain rows. Asks the database nothing.

    "Asked" and "updated" speak of the next meeting, or of the meeting `speaks_of`, as its papers must.
    """
    return _Composer(rows, on, speaks_of).picture(at)


class _Composer:
    """Holds the rows by what they belong to while one picture is put together."""

    def __init__(self, rows: Rows, on: date, speaks_of: int | None) -> None:
        self.rows, self.on = rows, on
        self.levels = {
            row["id"]: p.Level(
                row["code"],
                row["word"],
                row["meaning"],
                row["token"],
                row["is_complete"],
                row["is_exception"],
            )
            for row in rows["level"]
        }
        self.posts = {row["id"]: row for row in rows["post"]}
        self.names = {row["id"]: row["name"] or row["email"] for row in rows["user"]}
        self.seqs = {(row["table"], row["row"]): row["seq"] for row in rows["ledger"]}
        self.meetings = {row["id"]: row for row in rows["meeting"]}
        ahead = [m for m in rows["meeting"] if m["state"] in OPEN_MEETINGS]
        behind = [m for m in rows["meeting"] if m["state"] in (MeetingState.HELD, MeetingState.CLOSED)]
        self.next = self.meetings[speaks_of] if speaks_of else ahead[0] if ahead else None
        behind = [m for m in behind if self.next is None or m["held_on"] < self.next["held_on"]]
        self.last = behind[-1] if behind else None
        self.officers = _by(rows["officer"], "action_id")
        self.measures = _by(rows["measure"], "action_id")
        self.ratings = _by(rows["rating"], "measure_id")
        self.targets = _by(rows["target"], "measure_id")
        self.impacts = _by(rows["impact"], "measure_id")
        self.appointments = _by(
            (
                a
                for a in rows["appointment"]
                if a["starts_on"] <= on and (a["ends_on"] is None or a["ends_on"] >= on)
            ),
            "post_id",
        )
        self.sources = {
            kind: _by(rows["source"], f"{kind}_id") for kind in ("outcome", "action", "measure")
        }

    def picture(self, at: Head) -> p.PlanPicture:
        plan = self.rows["plan"][0]
        numbers = {w["id"]: w["number"] for w in self.rows["workstream"]}
        return p.PlanPicture(
            schema=p.SCHEMA,
            plan_id=plan["id"],
            ref=plan["ref"],
            title=plan["title"],
            workstream_word=plan["workstream_word"],
            year_label=plan["year_label"],
            state=plan["state"],
            deciding_group=plan["deciding_group__name"],
            on=self.on,
            seq=at.seq,
            hash=at.hash,
            at=at.at,
            key=tuple(self.levels.values()),
            passages=tuple(
                p.Passage(
                    row["kind"],
                    row["number"],
                    row["year"],
                    row["heading"],
                    row["body"],
                    numbers.get(row["workstream_id"], ""),
                )
                for row in self.rows["passage"]
            ),
            workstreams=tuple(self.workstream(row) for row in self.rows["workstream"]),
            versions=tuple(
                p.VersionRow(
                    row["id"],
                    row["label"],
                    row["step"],
                    row["changes"],
                    row["editors"],
                    row["dated"],
                    row["frozen"],
                )
                for row in self.rows["version"]
            ),
            next_meeting=self.meeting(self.next),
            last_meeting=self.meeting(self.last),
        )

    def meeting(self, row: Row | None) -> p.Meeting | None:
        return row and p.Meeting(row["id"], row["held_on"], row["papers_close_at"], row["state"])  # type: ignore[return-value]

    def workstream(self, row: Row) -> p.Workstream:
        return p.Workstream(
            row["id"],
            row["number"],
            row["title"],
            row["aim"],
            tuple(self.outcome(o) for o in self.rows["outcome"] if o["workstream_id"] == row["id"]),
        )

    def outcome(self, row: Row) -> p.Outcome:
        actions = [a for a in self.rows["action"] if a["outcome_id"] == row["id"]]
        siblings = [m for a in actions for m in self.measures[a["id"]]]
        return p.Outcome(
            row["id"],
            row["ref"],
            row["kind"],
            row["statement"],
            row["evidence_note"],
            self.source(row["id"], "outcome"),
            tuple(
                p.Action(
                    a["id"],
                    a["text"],
                    a["reporting_duty"],
                    tuple(self.officer(o) for o in self.officers[a["id"]]),
                    self.source(a["id"], "action"),
                    tuple(self.measure(m, siblings) for m in self.measures[a["id"]]),
                )
                for a in actions
            ),
        )

    def source(self, item: int, kind: str) -> tuple[p.Source, ...]:
        return tuple(
            p.Source(
                s["printed"],
                " ".join(filter(None, (s["recommendation__source"], s["recommendation__reference"]))),
            )
            for s in self.sources[kind][item]
        )

    def officer(self, row: Row) -> p.Officer:
        post = self.posts[row["post_id"]]
        stands_for = [post["id"]]
        if post["kind"] == PostKind.BODY:
            stands_for += [
                other["id"]
                for other in self.posts.values()
                if other["kind"] == PostKind.DSP and other["group_id"] == post["group_id"]
            ]
        held = [a for post_id in stands_for for a in self.appointments[post_id]]
        return p.Officer(
            post["id"],
            post["title"],
            row["role"],
            row["printed"],
            tuple(a["user__name"] for a in held if a["kind"] == "HOLDER"),
            tuple(a["user__name"] for a in held if a["kind"] == "DEPUTY"),
            tuple(stands_for[1:]),
        )

    def rating(self, row: Row | None) -> p.Rating | None:
        if row is None:
            return None
        meeting = self.meetings.get(row["meeting_id"])
        return p.Rating(
            id=row["id"],
            seq=self.seqs.get((Rating._meta.db_table, str(row["id"])), 0),
            step=row["step"],
            level=self.levels.get(row["level_id"]),
            words=row["words"],
            recovery_plan=row["recovery_plan"],
            risk_note=row["risk_note"],
            evidence=row["evidence"],
            evidence_held=row["evidence_held"],
            because=row["because"],
            meeting_id=row["meeting_id"],
            meeting_on=meeting and meeting["held_on"],
            period_ends_on=row["period_ends_on"],
            effective_on=row["effective_on"],
            at=row["at"],
            by=self.names[row["by_id"]],
            post_id=row["for_post_id"],
            post=self.posts[row["for_post_id"]]["title"],
            as_deputy=row["as_deputy"],
            received=row["received"],
        )

    def measure(self, row: Row, siblings: list[Row]) -> p.Measure:
        steps = self.ratings[row["id"]]
        agreements = [s for s in steps if s["step"] == RatingStep.AGREED]
        agreed = agreements[-1] if agreements else None
        proposal, held_over = standing(steps)
        complete = self.is_complete(agreed)
        target = self.target(row)
        tabled, decision, found = self.at_meeting(steps)
        updated = proposal is not None or self.was_updated(steps)
        before = [s for s in agreements if self.next is None or s["meeting_id"] != self.next["id"]]
        asked = updated or due.is_asked(
            row["recurrence"],
            self.is_complete(before[-1] if before else None),
            self.next and self.next["held_on"],
            self.last and self.last["held_on"],
        )
        impacts = self.impacts[row["id"]]
        return p.Measure(
            id=row["id"],
            kind=row["kind"],
            text=row["text"],
            milestone=row["milestone"],
            recurring=row["recurring"],
            growth=row["growth"],
            future=row["future"],
            recurrence=row["recurrence"],
            state=row["state"],
            sources=self.source(row["id"], "measure"),
            target=target,
            agreed=self.rating(agreed),
            proposed=self.rating(decided_on(steps, agreed)),
            previous=self.rating(agreements[-2] if len(agreements) > 1 else None),
            proposal=self.rating(proposal),
            held_over=self.rating(held_over),
            latest_id=steps[-1]["id"] if steps else None,
            strip=self.strip(steps),
            impact=self.impact(impacts[-1] if impacts else None),
            waits_on=self.waits_on(row, siblings),
            overdue_days=due.overdue_days(target and target.due_on, complete, self.on),
            asked=asked,
            updated=updated,
            words_on=next(
                (
                    s["effective_on"]
                    for s in reversed(steps)
                    if s["step"] == RatingStep.PROVISIONAL and s["words"] != NO_CHANGE
                ),
                None,
            ),
            tabled=self.rating(tabled),
            decision=self.rating(decision),
            found=self.rating(found),
        )

    def at_meeting(self, steps: list[Row]) -> tuple[Row | None, Row | None, Row | None]:
        """(the proposal before the meeting that the picture speaks of, what it decided, the agreement it found)."""
        if self.next is None:
            return None, None, None
        here = [s for s in steps if s["meeting_id"] == self.next["id"] and s["step"] in DECISIONS]
        earlier = [s for s in steps if not here or s["id"] < here[0]["id"]]
        tabled, _ = standing(earlier)
        if tabled and self.meetings[tabled["meeting_id"]]["held_on"] > self.next["held_on"]:
            tabled = None  # sent for a later meeting, while this one was in session
        found = next((s for s in reversed(earlier) if s["step"] == RatingStep.AGREED), None)
        return tabled, here[-1] if here else None, found

    def was_updated(self, steps: list[Row]) -> bool:
        """The meeting that the picture speaks of has agreed a rating already."""
        return self.next is not None and any(
            s["step"] == RatingStep.AGREED and s["meeting_id"] == self.next["id"] for s in steps
        )

    def is_complete(self, agreed: Row | None) -> bool:
        return agreed is not None and self.levels[agreed["level_id"]].is_complete

    def strip(self, steps: list[Row]) -> tuple[p.Mark, ...]:
        """The last meetings, one cell a proposal and one an agreement; a newer proposal replaces an older one."""
        marks: dict[tuple[int, str], p.Mark] = {}
        for step in steps:
            meeting, level = self.meetings.get(step["meeting_id"]), self.levels.get(step["level_id"])
            if meeting is None or level is None:
                continue
            before = marks.get((meeting["id"], RatingStep.PROVISIONAL))
            amended = step["step"] == RatingStep.AGREED and before is not None and before.level != level
            marks[meeting["id"], step["step"]] = p.Mark(
                meeting["id"], meeting["held_on"], step["step"], level, amended
            )
        return tuple(sorted(marks.values(), key=lambda m: (m.on, m.step != RatingStep.PROVISIONAL))[-STRIP:])

    def target(self, row: Row) -> p.Target | None:
        steps = self.targets[row["id"]]
        if not steps:
            return None
        current = [s for s in steps if s["step"] in Target.CURRENT_STEPS]
        first, now, latest = current[0], current[-1], steps[-1]
        asked = latest if latest["step"] == TargetStep.ASKED else None
        return p.Target(
            now["text"],
            now["note"],
            now["due_on"],
            now["precision"],
            first["text"],
            first["due_on"],
            len(current) - 1,
            due.months_between(first["due_on"], now["due_on"]),
            asked["text"] if asked else "",
            asked["because"] if asked else "",
        )

    def impact(self, row: Row | None) -> p.Impact | None:
        return row and p.Impact(  # type: ignore[return-value]
            row["id"],
            self.seqs.get((Impact._meta.db_table, str(row["id"])), 0),
            row["step"],
            row["text"],
            self.meetings[row["meeting_id"]]["held_on"],
            row["at"],
        )

    def waits_on(self, row: Row, siblings: list[Row]) -> tuple[p.WaitsOn, ...]:
        """Lower milestones of the same outcome that aren't complete. Levels, not identities: repeats are legal."""
        if row["milestone"] is None:
            return ()

        def open_(sibling: Row) -> bool:
            agreements = [s for s in self.ratings[sibling["id"]] if s["step"] == RatingStep.AGREED]
            return not self.is_complete(agreements[-1] if agreements else None)

        return tuple(
            p.WaitsOn(s["id"], s["milestone"], s["text"])
            for s in siblings
            if s["milestone"] is not None and s["milestone"] < row["milestone"] and open_(s)
        )


def standing(steps: list[Row]) -> tuple[Row | None, Row | None]:
    """(the proposal that stands undecided, the step that held it over), from the steps of one measure in order.

    A removal or an agreement ends a proposal; deferred and not reached leave it standing.
    """
    proposal = held_over = None
    for step in steps:
        if step["step"] == RatingStep.PROVISIONAL:
            proposal, held_over = step, None
        elif step["step"] in (RatingStep.AGREED, RatingStep.REMOVED):
            proposal = held_over = None
        elif proposal is not None:
            held_over = step
    return proposal, held_over


def decided_on(steps: list[Row], agreed: Row | None) -> Row | None:
    """The proposal that this agreement decided, or the one that it corrects; None: a level set by itself."""
    while agreed is not None and agreed["corrects_id"] is not None:
        agreed = next((s for s in steps if s["id"] == agreed["corrects_id"]), None)  # type: ignore[index]
    if agreed is None:
        return None
    return standing([s for s in steps if s["id"] < agreed["id"]])[0]
