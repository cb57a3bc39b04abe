"""The plan of the fixtures moved to today, and the meetings of its story played one by one."""

import json
import re
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from workstreams import due
from workstreams.models import Level, Measure, Meeting, Post, Rating, User
from workstreams.operations import By, impacts, meetings, people, ratings, targets
from workstreams.operations import plan as planning
from workstreams.vocabulary import MeetingState, TargetStep

from .calendar import FIRST_YEAR, at, first_of_year, next_meeting, office_hours, papers_close

PASSWORD = "demonstration"  # noqa: S105 (printed for everybody, and good for nothing else)
COMMAND = "load_demo"

# Post in the fixture → the name shown beside what its account did. Nobody real.
ACCOUNTS = {
    "business-unit": "Business unit officer",
    "chair-neglect": "Neglect chair",
    "chair-ldg": "LDG chair",
    "chair-mash": "MASH chair",
    "chair-dapb": "DAPB chair",
    "chair-arg": "ARG chair",
    "dsp-council": "Council partner",
    "dsp-police": "Police partner",
    "dsp-health": "Health partner",
    "scrutineer": "Scrutineer",
    "viewer": "Partner colleague",
}
# Posts without an account of their own are held beside another.
ALSO_HELD = {"business-manager": "business-unit", "executive-chair": "dsp-council"}


def email_of(key: str) -> str:
    return f"{key}@demonstration.example"


def set_clock(moment: datetime | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select ledger.set_clock(%s)", [moment])


class Demonstration:
    """The plan of the fixtures, moved by whole years, and the meetings of its story up to a day."""

    def __init__(self, years: int, today: date) -> None:
        self.years, self.today = years, today
        self.now = at(first_of_year(FIRST_YEAR + years), time(9)) - timedelta(days=11)
        self.posts: dict[str, Post] = {}
        self.users: dict[str, User] = {}
        self.levels: dict[str, Level] = {}
        self.measures: dict[str, Measure] = {}

    def play(self) -> None:
        folder = settings.BASE / "fixtures"
        self.clock(self.now)
        self.load(json.loads((folder / "plan_2023_24.json").read_text()))
        story = json.loads((folder / "story.json").read_text())
        agreed = meeting = self.agree_first_version()
        for number, chapter in enumerate(story["meetings"], start=1):
            meeting = self.plan_next(agreed.held_on)
            if meeting.held_on >= self.today:
                break
            self.play_meeting(number, meeting, chapter)
            agreed = meeting
        else:
            meeting = self.plan_next(agreed.held_on)
        self.leave_waiting(meeting, agreed, story["waiting"])

    # ---- dates

    def clock(self, moment: datetime) -> None:
        self.now = max(self.now, moment)
        set_clock(self.now)

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

    # ---- the plan

    def load(self, content: dict[str, Any]) -> None:
        groups: dict[str, Any] = {}
        for g in content["groups"]:
            groups[g["key"]] = people.add_group(
                name=g["name"],
                short_name=g["short_name"],
                kind=g["kind"],
                reports_to=groups.get(g["reports_to"]),
                by=COMMAND,
            )
        for post in content["posts"]:
            self.posts[post["key"]] = people.add_post(
                title=post["title"],
                kind=post["kind"],
                group=groups.get(post["group"]),
                organisation=post["organisation"],
                spellings=post["spellings"],
                by=COMMAND,
            )
        since = date(FIRST_YEAR + self.years, 4, 1)
        for key, name in ACCOUNTS.items():
            self.users[key] = people.invite(
                email=email_of(key),
                name=name,
                post=self.posts[key],
                starts_on=since,
                by=COMMAND,
                password=PASSWORD,
            )
        for key, holder in ALSO_HELD.items():
            self.users[key] = self.users[holder]
            people.appoint(user=self.users[holder], post=self.posts[key], starts_on=since, by=COMMAND)

        facts = content["plan"] | {"title": self.moved(content["plan"]["title"])}
        group = groups[facts.pop("deciding_group")]
        facts |= {name: self.moved_day(facts[name]) for name in ("starts_on", "ends_on")}
        facts["year_label"] = self.moved(facts["year_label"])
        self.plan = planning.add_plan(deciding_group=group, by=COMMAND, **facts)
        for order, level in enumerate(content["levels"], start=1):
            self.levels[level["code"]] = planning.add_level(plan=self.plan, order=order, by=COMMAND, **level)
        recommendations = {}
        for r in content["recommendations"]:
            facts = r | {"source": self.moved(r["source"])}
            key = facts.pop("key")
            recommendations[key] = planning.register_recommendation(by=COMMAND, **facts)

        def cite(sources: list[dict[str, Any]], **item: Any) -> None:
            for source in sources:
                planning.cite(
                    printed=source["printed"],
                    recommendation=recommendations.get(source["recommendation"]),
                    by=COMMAND,
                    **item,
                )

        workstreams = {}
        for order, w in enumerate(content["workstreams"], start=1):
            workstream = workstreams[w["number"]] = planning.add_workstream(
                plan=self.plan, number=w["number"], title=w["title"], aim=w["aim"], order=order, by=COMMAND
            )
            for o_order, o in enumerate(w["outcomes"], start=1):
                outcome = planning.add_outcome(
                    workstream=workstream,
                    ref=o["ref"],
                    statement=o["statement"],
                    evidence_note=o["evidence_note"],
                    order=o_order,
                    by=COMMAND,
                )
                cite(o["sources"], outcome=outcome)
                position = 0
                for a_order, a in enumerate(o["actions"], start=1):
                    action = planning.add_action(
                        outcome=outcome,
                        text=a["text"],
                        reporting_duty=a["reporting_duty"],
                        order=a_order,
                        by=COMMAND,
                    )
                    cite(a["sources"], action=action)
                    for f_order, officer in enumerate(a["officers"], start=1):
                        planning.name_officer(
                            action=action,
                            post=self.posts[officer["post"]],
                            role=officer["role"],
                            printed=officer["printed"],
                            order=f_order,
                            by=COMMAND,
                        )
                    for m in a["measures"]:
                        position += 1
                        self.measures[f"{o['ref']}#{position}"] = self.load_measure(action, position, m, cite)
        for order, passage in enumerate(content["passages"], start=1):
            facts = passage | {
                "workstream": workstreams.get(passage["workstream"]),
                "heading": self.moved(passage["heading"]),
                "body": self.moved(passage["body"]),
            }
            planning.add_passage(plan=self.plan, order=order, by=COMMAND, **facts)
        for seq, v in enumerate(content["versions"][:-1], start=1):
            planning.register_version(
                plan=self.plan,
                label=v["label"],
                seq=seq,
                changes=v["changes"],
                editors=v["editors"],
                dated=self.moved_day(v["dated"]) or self.today,
                by=COMMAND,
            )
        self.agreed_version = content["versions"][-1]
        self.first_levels = [
            m["level"]
            for w in content["workstreams"]
            for o in w["outcomes"]
            for a in o["actions"]
            for m in a["measures"]
        ]
        planning.make_current(plan=self.plan, by=COMMAND)

    def load_measure(self, action: Any, order: int, m: dict[str, Any], cite: Any) -> Measure:
        tags = ("text", "milestone", "recurring", "growth", "future", "recurrence")
        measure = planning.add_measure(
            action=action, order=order, by=COMMAND, **{name: m[name] for name in tags}
        )
        cite(m["sources"], measure=measure)
        targets.set_target(
            measure=measure,
            text=self.moved(m["target"]["text"]),
            due_on=self.moved_day(m["target"]["due_on"]),
            precision=m["target"]["precision"],
            note=m["target"]["note"],
            by=self.by("business-unit"),
        )
        return measure

    # ---- the meetings

    def by(self, key: str) -> By:
        return By(self.users[key], self.posts[key])

    def agree_first_version(self) -> Meeting:
        day = first_of_year(FIRST_YEAR + self.years)
        unit = self.by("business-unit")
        meeting = meetings.plan_meeting(
            group=self.plan.deciding_group,
            held_on=day,
            papers_close_at=papers_close(day),
            by=unit,
        )
        self.clock(at(day, time(9, 30)))
        present = [self.posts[key] for key in ("dsp-council", "dsp-police", "dsp-health", "business-unit")]
        meetings.hold_meeting(meeting=meeting, present=present, by=unit)
        for measure, level in zip(self.measures.values(), self.first_levels, strict=True):
            planning.record_agreed(
                measure=measure,
                level=self.levels[level],
                agreed_on=day,
                meeting=meeting,
                period_ends_on=due.last_period_end(measure.recurrence, day),
                by=unit,
            )
        self.clock(at(day, time(12)))
        meetings.close_meeting(
            meeting=meeting,
            plan=self.plan,
            label=self.agreed_version["label"],
            changes=self.agreed_version["changes"],
            editors=self.agreed_version["editors"],
            by=unit,
        )
        return meeting

    def plan_next(self, previous: date) -> Meeting:
        day = next_meeting(previous)
        return meetings.plan_meeting(
            group=self.plan.deciding_group,
            held_on=day,
            papers_close_at=papers_close(day),
            by=self.by("business-unit"),
        )

    def play_meeting(self, number: int, meeting: Meeting, chapter: dict[str, Any]) -> None:
        unit = self.by("business-unit")
        updates = [u for u in chapter["updates"] if self.is_asked(self.measures[u["measure"]], meeting)]
        for target in chapter["targets"]:
            if self.is_open(self.measures[target["measure"]]):
                self.ask_for(target, meeting)
        for left, update in zip(range(len(updates), 0, -1), updates, strict=True):
            self.clock(
                office_hours(meeting.papers_close_at - timedelta(hours=5 * left + 8, minutes=7 * left % 60))
            )
            self.send(update)
        self.clock(at(meeting.held_on, time(9, 30)))
        present = [self.posts[key] for key in chapter["present"]]
        meeting = meetings.hold_meeting(meeting=meeting, present=present, by=unit)
        for order, update in enumerate(updates):
            self.clock(at(meeting.held_on, time(9, 40)) + timedelta(minutes=3 * order))
            self.decide(update, meeting)
        for target in chapter["targets"]:
            if self.asked(target):
                targets.decide_target(
                    measure=self.measures[target["measure"]],
                    meeting=meeting,
                    agreed=target["decision"] == "AGREED",
                    because=target["decided_because"],
                    by=unit,
                )
        for impact in chapter["impacts"]:
            measure = self.measures[impact["measure"]]
            impacts.report_impact(measure=measure, meeting=meeting, text=impact["text"], by=unit)
            impacts.decide_impact(
                measure=measure,
                meeting=meeting,
                accepted=impact["step"] == "ACCEPTED",
                text=impact["because"],
                by=unit,
            )
        self.clock(at(meeting.held_on, time(12, 30)))
        meetings.close_meeting(
            meeting=meeting,
            plan=self.plan,
            label=f"1.{7 + number}",
            changes=f"Ratings as agreed by the Executive on {meeting.held_on:%-d %B %Y}",
            by=unit,
        )

    def is_asked(self, measure: Measure, meeting: Meeting) -> bool:
        """A rolling measure's quarter goes to one meeting, which moves with the calendar."""
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

    def ask_for(self, target: dict[str, Any], meeting: Meeting) -> None:
        self.clock(office_hours(meeting.papers_close_at - timedelta(days=9)))
        targets.ask_for_target(
            measure=self.measures[target["measure"]],
            text=self.moved(target["text"]),
            due_on=self.moved_day(target["due_on"]) or meeting.held_on,
            because=target["because"],
            by=self.by(target["asked_by"]),
        )

    def asked(self, target: dict[str, Any]) -> bool:
        latest = self.measures[target["measure"]].targets.order_by("-pk").first()
        return latest is not None and latest.step == TargetStep.ASKED

    def send(self, update: dict[str, Any]) -> Rating:
        measure = self.measures[update["measure"]]
        latest = measure.ratings.order_by("-pk").first()
        seen = latest.pk if latest else None
        by = self.by(update["by"])
        if update.get("for"):
            by = By(by.user, self.posts[update["for"]])
        if update["kind"] == "NO_CHANGE":
            return ratings.say_no_change(measure=measure, by=by, seen=seen)
        said = ("words", "recovery_plan", "risk_note", "evidence", "evidence_held", "because", "received")
        return ratings.send_update(
            measure=measure,
            level=self.levels[update["level"]],
            by=by,
            seen=seen,
            **{name: update[name] for name in said},
        )

    def decide(self, update: dict[str, Any], meeting: Meeting) -> None:
        measure, decision = self.measures[update["measure"]], update["decision"]
        unit = self.by("business-unit")
        latest = measure.ratings.order_by("-pk").get(followed_by=None)
        where: dict[str, Any] = {"measure": measure, "meeting": meeting, "by": unit, "seen": latest.pk}
        match decision["kind"]:
            case "DEFER":
                meetings.defer(because=decision["because"], **where)
            case "NOT_REACHED":
                meetings.mark_not_reached(**where)
            case _:
                level = self.levels[decision["level"]] if decision["level"] else latest.level
                assert level is not None
                meetings.agree(level=level, because=decision["because"], **where)

    def leave_waiting(self, meeting: Meeting, last: Meeting, waiting: list[dict[str, Any]]) -> None:
        """Proposals for the meeting that is planned, sent between the last one and now."""
        since = max(self.now, at(last.held_on + timedelta(days=1), time(8)))
        until = min(at(self.today, time(0)), meeting.papers_close_at)
        step = (until - since) / (len(waiting) + 1)
        for number, update in enumerate(waiting, start=1):
            if step > timedelta(0):
                self.clock(office_hours(since + step * number))
            if self.is_open(self.measures[update["measure"]]):
                self.send(update)
