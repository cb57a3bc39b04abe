"""What the demonstration is played on: its clock, its dates, its people, and its plan's parts by their keys."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection

from workstreams import due
from workstreams.models import Group, Level, Measure, Plan, Post, Rating, User
from workstreams.operations import By

from .calendar import FIRST_YEAR, at, first_of_year


def set_clock(moment: datetime | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select ledger.set_clock(%s)", [moment])


class Stage:
    """The fixtures moved by whole years. Whatever is done here is done at `now`, which never runs back."""

    plan: Plan

    def __init__(self, years: int, today: date) -> None:
        self.years, self.today = years, today
        self.now = at(first_of_year(FIRST_YEAR + years), time(9)) - timedelta(days=11)
        self.groups: dict[str, Group] = {}
        self.posts: dict[str, Post] = {}
        self.users: dict[str, User] = {}
        self.levels: dict[str, Level] = {}
        self.measures: dict[str, Measure] = {}
        self.diary: list[tuple[datetime, Callable[[], object]]] = []
        set_clock(self.now)

    def clock(self, moment: datetime) -> None:
        """Move on to a moment, through all that the diary has until then."""
        while self.diary and self.diary[0][0] <= moment:
            due, do = self.diary.pop(0)
            self._set(due)
            do()
        self._set(moment)

    def _set(self, moment: datetime) -> None:
        self.now = max(self.now, moment)
        set_clock(self.now)

    def enter(self, moment: datetime, do: Callable[[], object]) -> None:
        """Something that happens at a moment, whatever else the story tells around it."""
        self.diary.append((moment, do))
        self.diary.sort(key=lambda each: each[0])

    def end(self) -> None:
        """What the diary still has for the days before today."""
        while self.diary and self.diary[0][0] < at(self.today, time()):
            self.clock(self.diary[0][0])

    def by(self, key: str) -> By:
        return By(self.users[key], self.posts[key])

    def newest(self, measure: Measure) -> Rating | None:
        """The row that an answer to this measure answers."""
        return measure.ratings.order_by("-pk").first()

    # ---- dates

    def moved_day(self, day: str | None) -> date | None:
        if day is None:
            return None
        moved = date.fromisoformat(day)
        year = moved.year + self.years
        return due.month_end(year, 2) if (moved.month, moved.day) == (2, 29) else moved.replace(year=year)

    def moved(self, text: str) -> str:
        """Years inside printed text: "September 2023", "2023/24", "2023-2024"."""
        text = re.sub(
            r"\b(20\d\d)/(\d\d)\b",
            lambda m: f"{int(m[1]) + self.years}/{(int(m[2]) + self.years) % 100:02}",
            text,
        )
        return re.sub(r"\b20\d\d\b(?!/)", lambda m: str(int(m[0]) + self.years), text)

    def moved_target(self, target: dict[str, Any]) -> dict[str, Any]:
        """Text, day and precision of a target."""
        return {
            "text": self.moved(target["text"]),
            "due_on": self.moved_day(target["due_on"]),
            "precision": target["precision"],
        }
