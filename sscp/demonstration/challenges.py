"""What the scrutineer of the story questions, and what becomes of it: entered in the stage's diary."""

from datetime import date, time, timedelta
from functools import partial
from typing import Any

from workstreams.models import Challenge, Workstream
from workstreams.operations import challenges
from workstreams.operations.ratings import agreed_rating

from .calendar import at
from .stage import Stage


def enter(stage: Stage, said: list[dict[str, Any]]) -> None:
    """Each on a day of the plan's year, or so many days before the last one that is played."""
    for one in said:
        story = _Story(stage, one)
        day = stage.moved_day(one["raised"].get("on")) or stage.today - timedelta(days=one["raised"]["ago"])
        stage.enter(at(_working_day(day), time(14, 20)), story.ask)
        for answer in one["answers"]:
            later = _working_day(day + timedelta(days=answer["later"]))
            stage.enter(at(later, time(11, 5)), partial(story.answer, answer))
        if closed := one["closed"]:
            later = _working_day(day + timedelta(days=closed["later"]))
            stage.enter(at(later, time(16, 40)), partial(story.close, closed["text"]))


def _working_day(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


class _Story:
    """One challenge from its question to its end."""

    raised: Challenge

    def __init__(self, stage: Stage, said: dict[str, Any]) -> None:
        self.stage, self.said = stage, said

    def ask(self) -> None:
        about, measures = self.said["about"], self.stage.measures
        thing: dict[str, Any] = {}
        if "rating" in about:
            thing["rating"] = agreed_rating(measures[about["rating"]])
        elif "measure" in about:
            thing["measure"] = measures[about["measure"]]
        else:
            thing["workstream"] = Workstream.objects.get(plan=self.stage.plan, number=about["workstream"])
        by = self.stage.by("scrutineer")
        self.raised = challenges.raise_challenge(text=self.said["text"], by=by, **thing)

    def answer(self, said: dict[str, Any]) -> None:
        by = self.stage.by(said["by"])
        challenges.answer_challenge(challenge=self.raised, text=said["text"], by=by)

    def close(self, text: str) -> None:
        newest = self.raised.replies.order_by("-pk").first() or self.raised
        by = self.stage.by("scrutineer")
        challenges.close_challenge(challenge=self.raised, text=text, by=by, seen=newest.pk)
