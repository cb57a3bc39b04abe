"""The deciding group's meetings around a picture: which one it speaks of, which came before, whose papers are out."""

from datetime import date, datetime

from .. import life
from .. import picture as p
from ..editions import issues
from ..vocabulary import MeetingKind, MeetingState
from .rows import Row, Rows, rows_by, signed

OPEN_MEETINGS = (MeetingState.PLANNED, MeetingState.PAPERS_ISSUED)


class Calendar:
    """`next` is the meeting that the picture speaks of, `last` the regular one held before it; either may be None."""

    def __init__(self, rows: Rows, speaks_of: int | None) -> None:
        self.rows = rows
        self.meetings = {row["id"]: row for row in rows["meeting"]}
        self.posts = {row["id"]: row for row in rows["post"]}
        self.present = rows_by(rows["attendance"], "meeting_id")
        self.regular = [m for m in rows["meeting"] if m["kind"] == MeetingKind.REGULAR]
        ahead = [m for m in self.regular if m["state"] in OPEN_MEETINGS]
        behind = [m for m in self.regular if m["state"] in (MeetingState.HELD, MeetingState.CLOSED)]
        self.next = self.meetings[speaks_of] if speaks_of else ahead[0] if ahead else None
        behind = [m for m in behind if self.next is None or m["held_on"] < self.next["held_on"]]
        self.last = behind[-1] if behind else None

    @property
    def is_regular(self) -> bool:
        """The picture's meeting asks for updates; the others decide what can't wait."""
        return self.next is not None and self.next["kind"] == MeetingKind.REGULAR

    def day_of(self, step: Row) -> date:
        """The day of the meeting that a step belongs to; where that was cancelled, of the regular one after it."""
        meeting = self.meetings.get(step["meeting_id"])
        if meeting is None:
            day: date = step["effective_on"]
            return day
        later = (m["held_on"] for m in self.regular if m["state"] != MeetingState.CANCELLED)
        if meeting["state"] == MeetingState.CANCELLED:
            return next((day for day in later if day >= meeting["held_on"]), meeting["held_on"])
        held_on: date = meeting["held_on"]
        return held_on

    def waits_for(self, step: Row) -> date:
        """The day of the meeting that has a step before it: the picture's, where its own was cancelled."""
        day = self.day_of(step)
        if self.next is None or not self.is_regular or self.is_later(step["meeting_id"]):
            return day
        held_on: date = self.next["held_on"]
        return min(day, held_on)

    def is_later(self, meeting_id: int) -> bool:
        """Whether that meeting comes after the picture's. What was sent for a cancelled one goes on to the next."""
        meeting = self.meetings[meeting_id]
        cancelled = meeting["state"] == MeetingState.CANCELLED
        return self.next is not None and not cancelled and meeting["held_on"] > self.next["held_on"]

    def papers_out(self) -> life.PapersOut | None:
        """The papers of the meeting in session, else of the next: what `VersionQuerySet.papers_out` finds."""
        states = (MeetingState.HELD, MeetingState.PAPERS_ISSUED)
        out = [m for m in self.meetings.values() if m["state"] in states and m["kind"] == MeetingKind.REGULAR]
        for meeting in sorted(out, key=lambda m: (m["state"] != MeetingState.HELD, m["held_on"])):
            if issued := self.issued(meeting["id"]):
                return life.PapersOut(meeting["id"], issued[0], issued[-1])
        return None

    def issued(self, meeting_id: int) -> list[datetime]:
        """When the papers that stand for this meeting were issued, and each of their addenda."""
        rows = (row for row in self.rows["version"] if row["meeting_id"] == meeting_id)
        found = issues(rows, lambda row: str(row["step"]))
        return [row["at"] for row in found[-1].editions] if found and not found[-1].withdrawn else []

    def picture_of(self, row: Row | None) -> p.Meeting | None:
        if row is None:
            return None
        return p.Meeting(
            row["id"],
            row["held_on"],
            row["papers_close_at"],
            row["state"],
            row["kind"],
            tuple(sorted(self.posts[a["post_id"]]["title"] for a in self.present[row["id"]])),
            next(iter(self.issued(row["id"])), None),
        )

    def highlights(self) -> tuple[p.Highlights, ...]:
        """What the groups report to the picture's meeting."""
        return tuple(
            p.Highlights(
                row["group_id"],
                row["group__name"],
                tuple(post["id"] for post in self.posts.values() if post["group_id"] == row["group_id"]),
                row["key_updates"],
                row["risks"],
                row["mitigating_actions"],
                row["achievements"],
                signed(row, self.posts),
            )
            for row in sorted(self.rows["highlights"], key=lambda row: row["group__name"])
            if self.next is not None and row["meeting_id"] == self.next["id"]
        )
