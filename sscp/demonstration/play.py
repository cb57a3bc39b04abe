"""The demonstration from its first day to now: the plan, its meetings one by one, and what waits for the next."""

import json
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

from django.conf import settings

from workstreams.models import Meeting
from workstreams.vocabulary import PackKind

from . import challenges
from .calendar import at, brought_forward, next_meeting, office_hours
from .meetings import Executive
from .packs import Packs
from .plan import load
from .stage import Stage

Tell = Callable[[str], None]


def play(
    *, years: int, today: date, with_packs: bool = True, with_papers: bool = True, tell: Tell = lambda _: None
) -> None:
    """Play the story, moved by whole years, up to a day.

    The papers for the next meeting are out, which is brought forward for it, unless `with_papers` is False: then it
    is planned where the calendar has it, and updates wait for it. `tell` hears how far it is.
    """
    folder = settings.BASE / "fixtures"
    content = json.loads((folder / "plan_2023_24.json").read_text())
    story = json.loads((folder / "story.json").read_text())
    stage = Stage(years, today)
    load(stage, content)
    packs = Packs(stage, with_packs, tell)
    executive = Executive(stage, packs)
    challenges.enter(stage, story["challenges"])
    meeting, version = executive.agree_first(*as_printed(content))
    for chapter in story["meetings"]:
        if next_meeting(meeting.held_on) >= today:
            break
        packs.issue(version, PackKind.EXECUTIVE)
        meeting = executive.plan_next(meeting.held_on)
        version = executive.hold(meeting, chapter)
    packs.issue(version, PackKind.EXECUTIVE)
    packs.issue(version, PackKind.PUBLISHED)
    if with_papers:
        _issue_next_papers(stage, executive, packs, meeting, story)
    else:
        _leave_waiting(stage, executive, executive.plan_next(meeting.held_on), meeting, story["waiting"])
    stage.end()


def as_printed(content: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The version that the first meeting agreed, and its levels in the order of the plan."""
    version = content["versions"][-1]
    levels = [
        measure["level"]
        for workstream in content["workstreams"]
        for outcome in workstream["outcomes"]
        for action in outcome["actions"]
        for measure in action["measures"]
    ]
    return {name: version[name] for name in ("label", "changes", "editors")}, levels


def _issue_next_papers(
    stage: Stage, executive: Executive, packs: Packs, last: Meeting, story: dict[str, Any]
) -> None:
    """The next meeting comes within ten days, and its papers went out yesterday."""
    day = brought_forward(next_meeting(last.held_on), stage.today)
    meeting = executive.plan(day, at(stage.today - timedelta(days=1), time(15)))
    coming = story["papers"]
    executive.ask_for_dates(meeting, coming["targets"])
    _leave_waiting(stage, executive, meeting, last, story["waiting"])
    returned = stage.measures[coming["returned"]["measure"]]
    executive.give_back(returned, coming["returned"]["because"])
    executive.report(meeting, coming, office_hours(meeting.papers_close_at - timedelta(hours=3)))
    packs.issue(executive.issue_papers(meeting), PackKind.EXECUTIVE)
    stage.clock(stage.now + timedelta(minutes=50))
    executive.send(coming["late"])


def _leave_waiting(
    stage: Stage, executive: Executive, meeting: Meeting, last: Meeting, waiting: list[dict[str, Any]]
) -> None:
    """Proposals for the meeting that is planned, sent between the last one and now."""
    since = max(stage.now, at(last.held_on + timedelta(days=1), time(8)))
    until = min(at(stage.today, time(0)), meeting.papers_close_at)
    step = (until - since) / (len(waiting) + 1)
    for number, update in enumerate(waiting, start=1):
        if step > timedelta(0):
            stage.clock(office_hours(since + step * number))
        if executive.is_open(stage.measures[update["measure"]]):
            executive.send(update)
