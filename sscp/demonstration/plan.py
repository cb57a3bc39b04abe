"""The plan of the fixtures with its people, written onto the stage as the business unit would write it."""

from datetime import date
from typing import Any

from workstreams.models import Action, Measure, Outcome, Recommendation, Workstream
from workstreams.operations import people, targets
from workstreams.operations import plan as planning

from .calendar import FIRST_YEAR
from .cast import ACCOUNTS, ALSO_HELD, COMMAND, PASSWORD, email_of
from .stage import Stage

TAGS = ("text", "milestone", "recurring", "growth", "future", "recurrence")


def load(stage: Stage, content: dict[str, Any]) -> None:
    """Groups and people, the plan with its key, its workstreams, its texts and the versions that were printed."""
    _people(stage, content)
    _Writer(stage, content).write()


def _people(stage: Stage, content: dict[str, Any]) -> None:
    for g in content["groups"]:
        stage.groups[g["key"]] = people.add_group(
            name=g["name"],
            short_name=g["short_name"],
            kind=g["kind"],
            reports_to=stage.groups.get(g["reports_to"]),
            by=COMMAND,
        )
    for post in content["posts"]:
        stage.posts[post["key"]] = people.add_post(
            title=post["title"],
            kind=post["kind"],
            group=stage.groups.get(post["group"]),
            organisation=post["organisation"],
            spellings=post["spellings"],
            by=COMMAND,
        )
    since = date(FIRST_YEAR + stage.years, 4, 1)
    for key, name in ACCOUNTS.items():
        stage.users[key] = people.invite(
            email=email_of(key),
            name=name,
            post=stage.posts[key],
            starts_on=since,
            by=COMMAND,
            password=PASSWORD,
        )
    for key, holder in ALSO_HELD.items():
        stage.users[key] = stage.users[holder]
        people.appoint(user=stage.users[holder], post=stage.posts[key], starts_on=since, by=COMMAND)


class _Writer:
    """Writes one plan; holds what its parts refer to by key or number."""

    def __init__(self, stage: Stage, content: dict[str, Any]) -> None:
        self.stage, self.content = stage, content
        self.recommendations: dict[str, Recommendation] = {}
        self.workstreams: dict[str, Workstream] = {}

    def write(self) -> None:
        stage, content = self.stage, self.content
        facts = content["plan"] | {"title": stage.moved(content["plan"]["title"])}
        group = stage.groups[facts.pop("deciding_group")]
        facts |= {name: stage.moved_day(facts[name]) for name in ("starts_on", "ends_on")}
        facts["year_label"] = stage.moved(facts["year_label"])
        stage.plan = planning.add_plan(deciding_group=group, by=COMMAND, **facts)
        for order, level in enumerate(content["levels"], start=1):
            stage.levels[level["code"]] = planning.add_level(
                plan=stage.plan, order=order, by=COMMAND, **level
            )
        for r in content["recommendations"]:
            facts = r | {"source": stage.moved(r["source"])}
            key = facts.pop("key")
            self.recommendations[key] = planning.register_recommendation(by=COMMAND, **facts)
        for order, w in enumerate(content["workstreams"], start=1):
            self.workstream(w, order)
        self.passages()
        self.printed_versions()
        planning.make_current(plan=stage.plan, by=COMMAND)

    def cite(self, sources: list[dict[str, Any]], **item: Any) -> None:
        for source in sources:
            planning.cite(
                printed=source["printed"],
                recommendation=self.recommendations.get(source["recommendation"]),
                by=COMMAND,
                **item,
            )

    def workstream(self, w: dict[str, Any], order: int) -> None:
        workstream = self.workstreams[w["number"]] = planning.add_workstream(
            plan=self.stage.plan, number=w["number"], title=w["title"], aim=w["aim"], order=order, by=COMMAND
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
            self.cite(o["sources"], outcome=outcome)
            position = 0
            for a_order, a in enumerate(o["actions"], start=1):
                action = self.action(outcome, a, a_order)
                for m in a["measures"]:
                    position += 1
                    self.stage.measures[f"{o['ref']}#{position}"] = self.measure(action, m, position)

    def action(self, outcome: Outcome, a: dict[str, Any], order: int) -> Action:
        action = planning.add_action(
            place=outcome, text=a["text"], reporting_duty=a["reporting_duty"], order=order, by=COMMAND
        )
        self.cite(a["sources"], action=action)
        for f_order, officer in enumerate(a["officers"], start=1):
            planning.name_officer(
                action=action,
                post=self.stage.posts[officer["post"]],
                role=officer["role"],
                printed=officer["printed"],
                order=f_order,
                by=COMMAND,
            )
        return action

    def measure(self, action: Action, m: dict[str, Any], order: int) -> Measure:
        measure = planning.add_measure(
            action=action, order=order, by=COMMAND, **{name: m[name] for name in TAGS}
        )
        self.cite(m["sources"], measure=measure)
        targets.set_target(
            measure=measure,
            note=m["target"]["note"],
            by=self.stage.by("business-unit"),
            **self.stage.moved_target(m["target"]),
        )
        return measure

    def passages(self) -> None:
        for order, passage in enumerate(self.content["passages"], start=1):
            facts = passage | {
                "workstream": self.workstreams.get(passage["workstream"]),
                "heading": self.stage.moved(passage["heading"]),
                "body": self.stage.moved(passage["body"]),
            }
            planning.add_passage(plan=self.stage.plan, order=order, by=COMMAND, **facts)

    def printed_versions(self) -> None:
        """All but the last, which the first meeting agrees."""
        for seq, v in enumerate(self.content["versions"][:-1], start=1):
            planning.register_version(
                plan=self.stage.plan,
                label=v["label"],
                seq=seq,
                changes=v["changes"],
                editors=v["editors"],
                dated=self.stage.moved_day(v["dated"]) or self.stage.today,
                by=COMMAND,
            )
