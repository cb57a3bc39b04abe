"""One Executive meeting of the story: what is sent and returned, its papers, what is decided, the agreed version."""

from datetime import date, datetime, time, timedelta
from typing import Any

from workstreams import due
from workstreams.models import Measure, Meeting, Rating, Version
from workstreams.operations import By, impacts, meetings, papers, ratings, targets
from workstreams.operations import plan as planning
from workstreams.picture import Figure
from workstreams.vocabulary import MeetingState, PackKind, TargetStep

from .calendar import FIRST_YEAR, at, first_of_year, next_meeting, office_hours, papers_close
from .packs import Packs
from .stage import Stage

FIRST_LABEL = 7  # version 1.7 is the first that the meetings of this story agree
SAID = ("words", "recovery_plan", "risk_note", "evidence", "evidence_held", "because", "received")


class Executive:
    """The meetings of the plan's deciding group, one after the other."""

    def __init__(self, stage: Stage, packs: Packs) -> None:
        self.stage, self.packs = stage, packs
        self.unit = stage.by("business-unit")
        self.number = FIRST_LABEL

    def label(self) -> str:
        """Every frozen edition takes the next one."""
        self.number += 1
        return f"1.{self.number}"

    # ---- planned, held, closed

    def agree_first(self, version: dict[str, Any], levels: list[str]) -> tuple[Meeting, Version]:
        """The meeting that agreed the plan as it was printed, with these levels in its order."""
        day = first_of_year(FIRST_YEAR + self.stage.years)
        meeting = self.plan(day)
        self.stage.clock(at(day, time(9, 30)))
        present = [self.stage.posts[k] for k in ("dsp-council", "dsp-police", "dsp-health", "business-unit")]
        meetings.hold_meeting(meeting=meeting, present=present, by=self.unit)
        for measure, level in zip(self.stage.measures.values(), levels, strict=True):
            planning.record_agreed(
                measure=measure,
                level=self.stage.levels[level],
                agreed_on=day,
                meeting=meeting,
                period_ends_on=due.last_period_end(measure.recurrence, day),
                by=self.unit,
            )
        self.stage.clock(at(day, time(12)))
        return meeting, meetings.close_meeting(meeting=meeting, plan=self.stage.plan, by=self.unit, **version)

    def plan(self, day: date, papers_close_at: datetime | None = None) -> Meeting:
        return meetings.plan_meeting(
            group=self.stage.plan.deciding_group,
            held_on=day,
            papers_close_at=papers_close_at or papers_close(day),
            by=self.unit,
        )

    def plan_next(self, previous: date) -> Meeting:
        return self.plan(next_meeting(previous))

    def hold(self, meeting: Meeting, chapter: dict[str, Any]) -> Version:
        """The whole of one meeting, from the first update to the version that it agreed."""
        clock, held_on = self.stage.clock, meeting.held_on
        updates = [u for u in chapter["updates"] if self.is_asked(u, meeting)]
        self.before_papers(meeting, chapter, [u for u in updates if not u.get("late")])
        self.issue_papers(meeting)
        self.after_papers(meeting, [u for u in updates if u.get("late")])
        clock(at(held_on, time(9, 30)))
        present = [self.stage.posts[key] for key in chapter["present"]]
        meeting = meetings.hold_meeting(meeting=meeting, present=present, by=self.unit)
        for order, update in enumerate(updates):
            clock(at(held_on, time(9, 40)) + timedelta(minutes=3 * order))
            self.decide(update, meeting)
        self.decide_dates(meeting, chapter["targets"])
        self.decide_impact(meeting, chapter["impacts"])
        clock(at(held_on, time(12, 30)))
        return meetings.close_meeting(
            meeting=meeting,
            plan=self.stage.plan,
            label=self.label(),
            changes=f"Ratings as agreed by the Executive on {held_on:%-d %B %Y}",
            by=self.unit,
        )

    # ---- before the meeting

    def before_papers(self, meeting: Meeting, chapter: dict[str, Any], updates: list[dict[str, Any]]) -> None:
        close = meeting.papers_close_at
        self.ask_for_dates(meeting, chapter["targets"])
        for left, update in zip(range(len(updates), 0, -1), updates, strict=True):
            self.stage.clock(office_hours(close - timedelta(hours=5 * left + 8, minutes=7 * left % 60)))
            if returned := update.get("returned"):
                self.send(update | {"words": returned["words"]})
                self.give_back(self.stage.measures[update["measure"]], returned["because"])
                self.stage.clock(self.stage.now + timedelta(hours=1, minutes=20))
            self.send(update)
        for update in chapter["taken_back"]:
            if self.is_asked(update, meeting):
                sent = self.send(update)
                self.stage.clock(self.stage.now + timedelta(minutes=12))
                by = self.stage.by(update["by"])
                ratings.withdraw(measure=sent.measure, because=update["withdrawn"], by=by, seen=sent.pk)
        self.report(meeting, chapter, office_hours(close - timedelta(hours=5)))

    def report(self, meeting: Meeting, chapter: dict[str, Any], moment: datetime) -> None:
        """What the groups report beside their ratings, and the impact that their chairs report."""
        for order, said in enumerate(chapter["highlights"]):
            self.stage.clock(moment + timedelta(minutes=11 * order))
            by = self.stage.by(said["by"])
            assert by.post.group is not None  # a chair has one
            words = {name: text for name, text in said.items() if name != "by"}
            papers.report_highlights(group=by.post.group, meeting=meeting, by=by, seen=None, **words)
        for impact in chapter["impacts"]:
            self.stage.clock(self.stage.now + timedelta(minutes=4))
            measure = self.stage.measures[impact["measure"]]
            by = self.stage.by(impact["by"])
            impacts.report_impact(measure=measure, meeting=meeting, text=impact["text"], by=by)

    def issue_papers(self, meeting: Meeting) -> Version:
        self.stage.clock(meeting.papers_close_at + timedelta(minutes=40))
        return papers.issue_papers(
            meeting=meeting,
            plan=self.stage.plan,
            label=self.label(),
            changes=f"Papers for the Executive on {meeting.held_on:%-d %B %Y}",
            by=self.unit,
        )

    def after_papers(self, meeting: Meeting, updates: list[dict[str, Any]]) -> None:
        for order, update in enumerate(updates):
            self.stage.clock(office_hours(at(meeting.held_on - timedelta(days=4), time(10 + order))))
            self.send(update)
        if updates:
            self.stage.clock(at(meeting.held_on - timedelta(days=1), time(15, 30)))
            addendum = papers.issue_addendum(
                meeting=meeting,
                plan=self.stage.plan,
                label=self.label(),
                changes="What was sent after the papers",
                by=self.unit,
            )
            self.packs.issue(addendum, PackKind.ADDENDUM)

    def is_asked(self, update: dict[str, Any], meeting: Meeting) -> bool:
        """A rolling measure's quarter goes to one meeting, which moves with the calendar."""
        measure = self.stage.measures[update["measure"]]
        last = (
            Meeting.objects.filter(group=meeting.group, state=MeetingState.CLOSED)
            .order_by("-held_on")
            .first()
        )
        return not due.rolls(measure.recurrence) or due.is_asked(
            measure.recurrence, False, meeting.held_on, last.held_on if last else None
        )

    def is_open(self, measure: Measure) -> bool:
        agreed = ratings.agreed_rating(measure)
        return not (agreed and agreed.level and agreed.level.is_complete)

    def ask_for_dates(self, meeting: Meeting, asked: list[dict[str, Any]]) -> None:
        for target in asked:
            measure = self.stage.measures[target["measure"]]
            if self.is_open(measure):
                self.stage.clock(office_hours(meeting.papers_close_at - timedelta(days=9)))
                by = self.stage.by(target["asked_by"])
                moved = self.stage.moved_target(target)
                targets.ask_for_target(measure=measure, because=target["because"], by=by, **moved)

    def send(self, update: dict[str, Any]) -> Rating:
        measure = self.stage.measures[update["measure"]]
        latest = self.stage.newest(measure)
        by = self.stage.by(update["by"])
        if update.get("for"):
            by = By(by.user, self.stage.posts[update["for"]])
        where: dict[str, Any] = {"measure": measure, "by": by, "seen": latest.pk if latest else None}
        if update["kind"] == "NO_CHANGE":
            return ratings.say_no_change(**where)
        return ratings.send_update(
            level=self.stage.levels[update["level"]],
            figures=tuple(Figure(**figure) for figure in update.get("figures", ())),
            **{name: update[name] for name in SAID},
            **where,
        )

    def give_back(self, measure: Measure, because: str) -> None:
        """The business unit returns what was sent, an hour and a half later."""
        self.stage.clock(self.stage.now + timedelta(minutes=95))
        latest = self.stage.newest(measure)
        seen = latest.pk if latest else None
        ratings.return_update(measure=measure, because=because, by=self.unit, seen=seen)

    # ---- at the meeting

    def decide(self, update: dict[str, Any], meeting: Meeting) -> None:
        measure, decision = self.stage.measures[update["measure"]], update["decision"]
        latest = self.stage.newest(measure)
        assert latest is not None  # it has been sent
        where: dict[str, Any] = {"measure": measure, "meeting": meeting, "by": self.unit, "seen": latest.pk}
        match decision["kind"]:
            case "DEFER":
                meetings.defer(because=decision["because"], **where)
            case "NOT_REACHED":
                meetings.mark_not_reached(**where)
            case _:
                level = self.stage.levels[decision["level"]] if decision["level"] else latest.level
                assert level is not None
                meetings.agree(level=level, because=decision["because"], **where)

    def decide_dates(self, meeting: Meeting, asked: list[dict[str, Any]]) -> None:
        for target in asked:
            measure = self.stage.measures[target["measure"]]
            latest = measure.targets.order_by("-pk").first()
            if latest is not None and latest.step == TargetStep.ASKED:
                targets.decide_target(
                    measure=measure,
                    meeting=meeting,
                    agreed=target["decision"] == "AGREED",
                    because=target["decided_because"],
                    by=self.unit,
                )

    def decide_impact(self, meeting: Meeting, reported: list[dict[str, Any]]) -> None:
        for impact in reported:
            impacts.decide_impact(
                measure=self.stage.measures[impact["measure"]],
                meeting=meeting,
                accepted=impact["step"] == "ACCEPTED",
                text=impact["because"],
                by=self.unit,
            )
