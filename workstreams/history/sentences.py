"""A row of the ledger as a sentence: one function a table, and a plain one for any other."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from ..models import Ledger
from ..picture import Reader, figures_of
from ..vocabulary import (
    NO_CHANGE,
    ChallengeStep,
    ImpactStep,
    MeetingKind,
    MeetingState,
    PackKind,
    RatingStep,
    TargetStep,
    VersionStep,
)
from . import keeping, people
from .entry import Entry
from .names import Names, day, models_by_table
from .rows import kind_of, own_measures
from .then import NamesThen


def entries(
    rows: Iterable[Ledger], reader: Reader, *, names: bool = True, upto: int | None = None
) -> list[Entry]:
    """These rows as sentences, in their order, for a reader who may see them; a constant number of queries.

    Without `names`, people are the numbers of their accounts. `upto` a row of the ledger, things have the names that
    they had there.
    """
    rows = list(rows)
    called = Names(rows, people=names) if upto is None else NamesThen(rows, people=names, upto=upto)
    own = own_measures(reader)
    return [
        Said(row, called, reader.everything or row.image.get("measure_id") in own).entry() for row in rows
    ]


class Image(dict[str, Any]):
    """A row as the ledger holds it. A column that came later was empty then."""

    def __missing__(self, column: str) -> None:
        return None


class Said:
    """One row, with what is needed to say it."""

    def __init__(self, row: Ledger, names: Names, sees_proposals: bool) -> None:
        self.row, self.names, self.sees_proposals = row, names, sees_proposals
        self.image = Image(row.image)
        self.before, self.after = Image(row.before or {}), Image(row.after or {})
        self.added, self.gone = row.before is None, row.after is None

    def entry(self) -> Entry:
        say = SENTENCES.get(self.row.table.removeprefix("workstreams_"), Said.anything)
        meeting_id = self.image.get("meeting_id")
        if self.row.table == "workstreams_meeting":
            meeting_id = int(self.row.row)
        plain = Entry(
            seq=self.row.seq,
            at=self.row.at,
            who=self.names.who(self.row.by),
            post=self.names.post(self.row),
            kind=kind_of(self.row.table),
            heading="",
            because=self.image.get("because") or self.row.because,
            as_of=date.fromisoformat(on) if (on := self.image["effective_on"]) else None,
            meeting_id=meeting_id,
            meeting_on=self.names.meeting_on(meeting_id),
            measure_id=self.image.get("measure_id"),
            step=self.image["step"] or "",
        )
        return replace(plain, **say(self))

    def changed(self, *columns: str) -> bool:
        return not self.added and any(self.before.get(c) != self.after.get(c) for c in columns)

    def did(self, thing: str, changed: str = "changed") -> str:
        """ "Outcome added", "Outcome changed", "Outcome taken out"."""
        return f"{thing} added" if self.added else f"{thing} taken out" if self.gone else f"{thing} {changed}"

    def of_measure(self, measure_id: int | None) -> dict[str, Any]:
        ref, name = self.names.measure(measure_id)
        return {"measure_id": measure_id, "ref": ref, "name": name}

    @property
    def decider(self) -> str:
        return self.names.decider(self.image["meeting_id"], self.row.seq)

    # ---- the record

    def rating(self) -> dict[str, Any]:
        image, names, seq = self.image, self.names, self.row.seq
        step, level = image["step"], names.level(image["level_id"], seq)
        before = names.before.get(image["id"])
        agreed = names.level(before.agreed, seq) if before else None
        proposal = before.proposal if before else None
        proposed = names.level(before.proposed, seq) if before else None
        facts = self.of_measure(image["measure_id"]) | {
            "said": _words(image),
            "provisional": step != RatingStep.AGREED,
            "struck": image["id"] in names.corrected,
        }
        if step in (RatingStep.PROVISIONAL, RatingStep.AGREED):
            facts |= {
                "was": agreed.word if agreed else "",
                "was_level": agreed,
                "now": level.word if level else "",
                "now_level": level,
            }
        word = level.word if level else "a level"
        executive = self.decider
        match step:
            case RatingStep.PROVISIONAL if image["words"] == NO_CHANGE:
                heading = f"Said no change, still {word}"
            case RatingStep.PROVISIONAL:
                heading = f"Proposed {word}"
            case RatingStep.AGREED:
                heading = f"{executive} agreed {word}".strip()
                if image["corrects_id"]:
                    heading = f"{executive} decision corrected to {word}".strip()
                elif self.sees_proposals and proposed and proposed != level:
                    heading += f", amended from {proposed.word}"
                    facts["amended"] = True
            case RatingStep.DEFERRED | RatingStep.NOT_REACHED:
                word = RatingStep(step).label
                heading = f"{word} by the {executive}" if executive else word
                if image["corrects_id"]:
                    heading = f"{executive} decision corrected to {word.lower()}".strip()
            case _:
                own = proposal is not None and proposal["for_post_id"] == image["for_post_id"]
                heading = "Took back the update" if own else "Returned the update"
        return facts | {"heading": heading[0].upper() + heading[1:]}

    def target(self) -> dict[str, Any]:
        image = self.image
        was, now = self.names.targets_before.get(image["id"], ""), image["text"]
        match image["step"]:
            case TargetStep.SET if not was:
                heading = f"Target set to {now}"
            case TargetStep.ASKED:
                heading = f"Asked to move the target to {now}"
            case TargetStep.REFUSED:
                heading = f"{self.decider} did not agree to move the target to {now}"
                now = was
            case _:
                heading = f"Target moved to {now}"
        return self.of_measure(image["measure_id"]) | {
            "heading": heading.strip(),
            "was": was,
            "now": now,
            "said": (("Note", image["note"]),) if image["note"] else (),
            "provisional": image["step"] == TargetStep.ASKED,
            "due_on": date.fromisoformat(on) if (on := image["due_on"]) else None,
        }

    def impact(self) -> dict[str, Any]:
        image = self.image
        heading = {
            ImpactStep.REPORTED: f"Impact reported to the {self.decider}".strip(),
            ImpactStep.ACCEPTED: "Impact accepted",
            ImpactStep.NOT_ACCEPTED: "Impact not accepted",
        }[image["step"]]
        return self.of_measure(image["measure_id"]) | {
            "heading": heading,
            "said": (("", image["text"]),) if image["text"] else (),
        }

    def challenge(self) -> dict[str, Any]:
        image = self.image
        of = "about a rating" if image["rating_id"] else "about a measure" if image["measure_id"] else ""
        heading = {
            ChallengeStep.RAISED: f"Challenge raised {of}".strip(),
            ChallengeStep.ANSWERED: "Challenge answered",
            ChallengeStep.CLOSED: "Challenge closed",
        }[image["step"]]
        facts = {
            "heading": heading,
            "said": (("", image["text"]),),
            "thread": image["in_reply_to_id"] or image["id"],
        }
        if image["measure_id"]:
            return self.of_measure(image["measure_id"]) | facts
        if image["workstream_id"]:
            return facts | {"name": self.names.workstreams.get(image["workstream_id"], "")}
        plan = self.names.plans.at(image["plan_id"], self.row.seq)
        return facts | {"name": plan["title"] if plan else ""}

    def meeting(self) -> dict[str, Any]:
        on = day(self.image["held_on"])
        meeting = {
            MeetingKind.EXTRAORDINARY: f"Extraordinary meeting of {on}",
            MeetingKind.BETWEEN_MEETINGS: f"Decision between meetings of {on}",
        }.get(self.image["kind"], f"Meeting of {on}")
        present = self.names.present.get(self.image["id"], 0)
        began = f"{meeting} began, {present} {'post' if present == 1 else 'posts'} present"
        if self.gone:
            return {"heading": f"{meeting} taken out"}
        if self.added:
            return {"heading": began if self.image["state"] == MeetingState.HELD else f"{meeting} planned"}
        if self.changed("state"):
            heading = {
                MeetingState.HELD: began,
                MeetingState.CLOSED: f"{meeting} closed",
                MeetingState.CANCELLED: f"{meeting} cancelled",
                MeetingState.PAPERS_ISSUED: f"Papers issued for the {_inside(meeting)}",
                MeetingState.PLANNED: f"Papers withdrawn for the {_inside(meeting)}",
            }[self.image["state"]]
            return {"heading": heading}
        was, now = day(self.before["held_on"]), day(self.after["held_on"])
        if was != now:
            return {"heading": f"Meeting moved to {now}", "was": was, "now": now}
        return {"heading": f"{meeting} changed"}

    def attendance(self) -> dict[str, Any]:
        post = self.names.posts.at(self.image["post_id"], self.row.seq) or "A post"
        return {"heading": f"No longer marked as present: {post}" if self.gone else f"Present: {post}"}

    def version(self) -> dict[str, Any]:
        image = self.image
        heading = {
            VersionStep.REGISTER: f"Version {image['label']} entered from the printed version table",
            VersionStep.PROVISIONAL: f"Version {image['label']} frozen for the papers",
            VersionStep.WITHDRAWN: f"Version {image['label']} withdrawn: its papers no longer stand",
            VersionStep.AGREED: f"Version {image['label']} frozen as agreed",
        }[image["step"]]
        said = image["changes"] if image["changes"] != self.row.because else ""
        return {"heading": heading, "said": (("", said),) if said else ()}

    def highlightreport(self) -> dict[str, Any]:
        group = self.names.groups.at(self.image["group_id"], self.row.seq) or "A group"
        parts = (
            ("Key updates", self.image["key_updates"]),
            ("Risks", self.image["risks"]),
            ("Mitigating actions", self.image["mitigating_actions"]),
            ("Achievements", self.image["achievements"]),
        )
        verb = "sent" if self.added else "taken out" if self.gone else "written anew"
        return {
            "heading": f"Highlight report of {group} {verb}",
            "said": tuple((label, text) for label, text in parts if text),
            "provisional": True,
        }

    def pack(self) -> dict[str, Any]:
        kind = PackKind(self.image["kind"]).label
        label = self.names.versions.get(self.image["version_id"], f"{self.image['version_id']}")
        return {"heading": self.did(kind, "changed").replace(" added", " issued"), "name": f"version {label}"}

    def entry_(self) -> dict[str, Any]:
        """Words were taken out of rows of the ledger itself."""
        rows = [seq for seq, _ in self.image["rows"]]
        records = f"{len(rows):,} record{'s' if len(rows) != 1 else ''}"
        confirmed = self.names.who(str(self.image["confirmed_by"]))
        papers = len(self.image["papers"])
        issued = f" and {papers} issued pack{'s' if papers != 1 else ''}" if papers else ""
        return {
            "heading": f"Words taken out of {records}{issued}, confirmed by {confirmed}",
            "said": (("Records", ", ".join(map(str, rows))),),
        }

    # ---- anything else

    def anything(self) -> dict[str, Any]:
        """A table without words of its own says what it is and which."""
        model = models_by_table().get(self.row.table)
        thing = str(model._meta.verbose_name).capitalize() if model else self.row.table
        name = self.image.get("label") or self.image.get("name") or self.image.get("title") or self.row.row
        return {"heading": self.did(thing), "name": str(name)}

    def moved(self, column: str) -> dict[str, str]:
        if not self.changed(column):
            return {}
        return {"was": str(self.before.get(column) or ""), "now": str(self.after.get(column) or "")}


def _inside(phrase: str) -> str:
    """As it reads inside a sentence."""
    return phrase[:1].lower() + phrase[1:]


def _words(image: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """What an update said, part by part, each with its label."""
    held = image["evidence_held"]
    parts = (
        ("", "" if image["words"] == NO_CHANGE else image["words"]),
        ("Plan to recover", image["recovery_plan"]),
        ("Risk", image["risk_note"]),
        ("Evidence", image["evidence"]),
        ("Evidence is held", held),
        ("Figures", "; ".join(f"{f.name}: {f.words}" for f in figures_of(image["figures"]))),
        ("Received", image["received"]),
    )
    return tuple((label, text) for label, text in parts if text)


WITH_WORDS = "rating target impact challenge meeting attendance version highlightreport pack"
SENTENCES: dict[str, Callable[[Said], dict[str, Any]]] = (
    {name: getattr(Said, name) for name in WITH_WORDS.split()}
    | {"entry": Said.entry_}
    | keeping.SENTENCES
    | people.SENTENCES
)
