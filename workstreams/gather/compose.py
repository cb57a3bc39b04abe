"""One picture put together from plain rows, wherever they came from. Asks the database nothing."""

from datetime import date

from .. import due, life
from .. import picture as p
from ..life import decided_on, standing
from ..models import Impact, Rating
from ..vocabulary import (
    DECISIONS,
    HELD_OVER,
    NO_CHANGE,
    AppointmentKind,
    ImpactStep,
    PostKind,
    RatingStep,
)
from .calendar import Calendar
from .challenges import challenges_of
from .head import LONDON, Head
from .periods import periods_of
from .rows import Row, Rows, rows_by, signed
from .targets import target_of

STRIP = 6  # cells of the rating strip


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
        self.rhythms = {int(row["row"]): row["at"].astimezone(LONDON).date() for row in rows["rhythm"]}
        self.seqs = {(row["table"], row["row"]): row["seq"] for row in rows["ledger"]}
        self.calendar = Calendar(rows, speaks_of)
        self.meetings, self.next, self.last = self.calendar.meetings, self.calendar.next, self.calendar.last
        self.papers = self.calendar.papers_out()
        self.unit_posts = {post["id"] for post in rows["post"] if post["kind"] == PostKind.BUSINESS_UNIT}
        self.officers = rows_by(rows["officer"], "action_id")
        self.measures = rows_by(rows["measure"], "action_id")
        self.ratings = rows_by(rows["rating"], "measure_id")
        for measure_id, steps in self.ratings.items():
            self.ratings[measure_id] = life.lived(steps)
        self.targets = rows_by(rows["target"], "measure_id")
        self.impacts = rows_by(rows["impact"], "measure_id")
        self.appointments = rows_by(
            (
                a
                for a in rows["appointment"]
                if a["starts_on"] <= on and (a["ends_on"] is None or a["ends_on"] >= on)
            ),
            "post_id",
        )
        self.sources = {
            kind: rows_by(rows["source"], f"{kind}_id") for kind in ("outcome", "action", "measure")
        }

    def picture(self, at: Head) -> p.PlanPicture:
        plan = self.rows["plan"][0]
        numbers = {w["id"]: w["number"] for w in self.rows["workstream"]}
        workstreams = tuple(self.workstream(row) for row in self.rows["workstream"])
        return p.PlanPicture(
            schema=p.SCHEMA,
            plan_id=plan["id"],
            ref=plan["ref"],
            title=plan["title"],
            workstream_word=plan["workstream_word"],
            year_label=plan["year_label"],
            state=plan["state"],
            deciding_group=plan["deciding_group__name"],
            shape=plan["shape"],
            on=self.on,
            seq=at.seq,
            hash=at.hash,
            at=at.at,
            key=tuple(self.levels[row["id"]] for row in self.rows["level"] if not row["withdrawn"]),
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
            workstreams=workstreams,
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
            next_meeting=self.calendar.picture_of(self.next),
            last_meeting=self.calendar.picture_of(self.last),
            highlights=self.calendar.highlights(),
            challenges=challenges_of(self.rows),
        )

    def workstream(self, row: Row) -> p.Workstream:
        straight = [a for a in self.rows["action"] if a["workstream_id"] == row["id"]]
        outcomes = [self.outcome(o) for o in self.rows["outcome"] if o["workstream_id"] == row["id"]]
        if straight:
            outcomes.insert(0, p.Outcome.unnamed(row["number"], self.actions(straight)))
        return p.Workstream(row["id"], row["number"], row["title"], row["aim"], tuple(outcomes))

    def outcome(self, row: Row) -> p.Outcome:
        return p.Outcome(
            row["id"],
            row["ref"],
            row["kind"],
            row["statement"],
            row["evidence_note"],
            self.source(row["id"], "outcome"),
            self.actions([a for a in self.rows["action"] if a["outcome_id"] == row["id"]]),
        )

    def actions(self, rows: list[Row]) -> tuple[p.Action, ...]:
        """The actions of one place, with their measures."""
        siblings = [m for a in rows for m in self.measures[a["id"]]]
        return tuple(
            p.Action(
                a["id"],
                a["text"],
                a["reporting_duty"],
                tuple(self.officer(o) for o in self.officers[a["id"]]),
                self.source(a["id"], "action"),
                tuple(self.measure(m, siblings) for m in self.measures[a["id"]]),
                a["progress_note"],
            )
            for a in rows
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
        if post["kind"] == PostKind.BODY and post["group_id"] is not None:
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
            tuple(a["user__name"] for a in held if a["kind"] != AppointmentKind.DEPUTY),
            tuple(a["user__name"] for a in held if a["kind"] == AppointmentKind.DEPUTY),
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
            meeting_on=meeting["held_on"] if meeting else None,
            period_ends_on=row["period_ends_on"],
            effective_on=row["effective_on"],
            at=row["at"],
            by=self.names[row["by_id"]],
            post_id=row["for_post_id"],
            post=self.posts[row["for_post_id"]]["title"],
            as_deputy=row["as_deputy"],
            received=row["received"],
            figures=p.figures_of(row.get("figures")),
        )

    def measure(self, row: Row, siblings: list[Row]) -> p.Measure:
        steps = self.ratings[row["id"]]
        agreements = [s for s in steps if s["step"] == RatingStep.AGREED]
        agreed = agreements[-1] if agreements else None
        proposal, held_over = standing(steps)
        complete = self.is_complete(agreed)
        target = target_of(self.targets[row["id"]], self.posts, self.seqs)
        tabled, decision, found = self.at_meeting(steps)
        impacts = self.impacts[row["id"]]
        decided = [n for n, s in enumerate(impacts, start=1) if s["step"] != ImpactStep.REPORTED]
        periods = periods_of(row, steps, self.calendar, self.levels, self.rhythms.get(row["id"], date.min))
        updated = self.is_answered(proposal, periods) or self.was_updated(steps)
        before = [s for s in agreements if self.next is None or s["meeting_id"] != self.next["id"]]
        asked_of_all = due.is_asked(
            row["recurrence"],
            self.is_complete(before[-1] if before else None),
            self.next["held_on"] if self.next and self.calendar.is_regular else None,
            self.last["held_on"] if self.last else None,
        )
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
            latest_id=max((s["id"] for s in steps), default=None),
            strip=self.strip(steps),
            impact=self.impact(impacts),
            impact_before=self.impact(impacts[: decided[-1]] if decided else []),
            waits_on=self.waits_on(row, siblings),
            overdue_days=due.overdue_days(target.due_on if target else None, complete, self.on),
            asked=updated or asked_of_all,
            asked_of_all=asked_of_all,
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
            standing=life.where(steps, self.papers, self.unit_posts).name,
            periods=periods,
            removed=self.rating(steps[-1]) if steps and steps[-1]["step"] == RatingStep.REMOVED else None,
        )

    def at_meeting(self, steps: list[Row]) -> tuple[Row | None, Row | None, Row | None]:
        """(the proposal before the meeting that the picture speaks of, what it decided, the agreement it found)."""
        if self.next is None:
            return None, None, None
        here = [s for s in steps if s["meeting_id"] == self.next["id"] and s["step"] in DECISIONS]
        earlier = steps[: steps.index(here[0])] if here else steps
        tabled, _ = standing(earlier)
        if tabled and self.calendar.is_regular and self.calendar.is_later(tabled["meeting_id"]):
            tabled = None  # sent for a later meeting, while this one was in session
        found = next((s for s in reversed(earlier) if s["step"] == RatingStep.AGREED), None)
        return tabled, here[-1] if here else None, found

    @staticmethod
    def is_answered(proposal: Row | None, periods: tuple[p.Period, ...]) -> bool:
        """A proposal stands, and speaks of the period that is asked where one is."""
        asked = next((period for period in periods if period.asked), None)
        return proposal is not None and (asked is None or asked.proposed is not None)

    def was_updated(self, steps: list[Row]) -> bool:
        """An update sent for the picture's meeting was decided, there or before it, or a level was agreed there."""
        if self.next is None:
            return False
        here = [s for s in steps if s["meeting_id"] == self.next["id"]]
        if any(s["step"] == RatingStep.AGREED for s in here):
            return True
        sent = [s for s in here if s["step"] == RatingStep.PROVISIONAL]
        after = steps[steps.index(sent[-1]) + 1 :] if sent else []
        return next((s["step"] for s in after if s["step"] not in HELD_OVER), None) == RatingStep.AGREED

    def is_complete(self, agreed: Row | None) -> bool:
        return agreed is not None and self.levels[agreed["level_id"]].is_complete

    def strip(self, steps: list[Row]) -> tuple[p.Mark, ...]:
        """The last meetings, one cell a proposal and one an agreement; a newer proposal replaces an older one.

        What was taken back before its meeting leaves no cell.
        """
        marks: dict[tuple[int, str], p.Mark] = {}
        met: set[int] = set()
        for step in steps:
            meeting, level = self.meetings.get(step["meeting_id"]), self.levels.get(step["level_id"])
            if meeting is None:
                continue
            if step["step"] in DECISIONS:
                met.add(meeting["id"])
            if step["step"] == RatingStep.REMOVED and meeting["id"] not in met:
                marks.pop((meeting["id"], RatingStep.PROVISIONAL), None)
            if level is None:
                continue
            proposed = decided_on(steps, step) if step["step"] == RatingStep.AGREED else None
            marks[meeting["id"], step["step"]] = p.Mark(
                meeting["id"],
                meeting["held_on"],
                step["step"],
                level,
                amended=proposed is not None and proposed["level_id"] != step["level_id"],
            )
        return tuple(sorted(marks.values(), key=lambda m: (m.on, m.step != RatingStep.PROVISIONAL))[-STRIP:])

    def impact(self, steps: list[Row]) -> p.Impact | None:
        """The latest step, with the words that it decides on."""
        if not steps:
            return None
        row = steps[-1]
        reported = next((s["text"] for s in reversed(steps) if s["step"] == ImpactStep.REPORTED), "")
        return p.Impact(
            row["id"],
            self.seqs.get((Impact._meta.db_table, str(row["id"])), 0),
            row["step"],
            row["text"],
            self.calendar.waits_for(row),
            row["at"],
            row["meeting_id"],
            signed(row, self.posts),
            reported,
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
