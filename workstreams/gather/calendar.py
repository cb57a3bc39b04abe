"""The deciding group's meetings around a picture: which one it speaks of, which came before, whose papers are out."""

from datetime import datetime

from .. import life
from .. import picture as p
from ..vocabulary import MeetingKind, MeetingState, VersionStep
from .rows import Row, Rows, rows_by

OPEN_MEETINGS = (MeetingState.PLANNED, MeetingState.PAPERS_ISSUED)


class Calendar:
    """`next` is the meeting that the picture speaks of, `last` the regular one held before it; either may be None."""

    def __init__(self, rows: Rows, speaks_of: int | None) -> None:
        self.rows = rows
        self.meetings = {row["id"]: row for row in rows["meeting"]}
        self.posts = {row["id"]: row for row in rows["post"]}
        self.present = rows_by(rows["attendance"], "meeting_id")
        regular = [m for m in rows["meeting"] if m["kind"] == MeetingKind.REGULAR]
        ahead = [m for m in regular if m["state"] in OPEN_MEETINGS]
        behind = [m for m in regular if m["state"] in (MeetingState.HELD, MeetingState.CLOSED)]
        self.next = self.meetings[speaks_of] if speaks_of else ahead[0] if ahead else None
        behind = [m for m in behind if self.next is None or m["held_on"] < self.next["held_on"]]
        self.last = behind[-1] if behind else None

    @property
    def is_regular(self) -> bool:
        """The picture's meeting asks for updates; the others decide what can't wait."""
        return self.next is not None and self.next["kind"] == MeetingKind.REGULAR

    def papers_out(self) -> life.PapersOut | None:
        """The papers of the meeting in session, else of the next: what `VersionQuerySet.papers_out` finds."""
        states = (MeetingState.HELD, MeetingState.PAPERS_ISSUED)
        out = [m for m in self.meetings.values() if m["state"] in states and m["kind"] == MeetingKind.REGULAR]
        for meeting in sorted(out, key=lambda m: (m["state"] != MeetingState.HELD, m["held_on"])):
            if at := self.papers_at(meeting["id"]):
                return life.PapersOut(meeting["id"], at)
        return None

    def papers_at(self, meeting_id: int) -> datetime | None:
        """When the papers that stand for this meeting were issued."""
        issued = None
        for row in self.rows["version"]:
            if row["meeting_id"] == meeting_id:
                if row["step"] == VersionStep.PROVISIONAL:
                    issued = issued or row["at"]
                elif row["step"] == VersionStep.WITHDRAWN:
                    issued = None
        return issued

    def picture_of(self, row: Row | None) -> p.Meeting | None:
        if row is None:
            return None
        return p.Meeting(
            row["id"],
            row["held_on"],
            row["papers_close_at"],
            row["state"],
            row["kind"],
            tuple(self.posts[a["post_id"]]["title"] for a in self.present[row["id"]]),
            self.papers_at(row["id"]),
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
                self.posts[row["for_post_id"]]["title"],
            )
            for row in self.rows["highlights"]
            if self.next is not None and row["meeting_id"] == self.next["id"]
        )
