"""What rows of the ledger speak of, by name: everything a page of them needs, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.apps import apps
from django.db.models import Count, Exists, Model, OuterRef, Q, Subquery
from django.utils import timezone

from .. import life
from .. import picture as p
from ..models import (
    Action,
    Appointment,
    Attendance,
    Group,
    Ledger,
    Level,
    Measure,
    Meeting,
    Outcome,
    Plan,
    Post,
    Rating,
    Recommendation,
    Target,
    User,
    Version,
    Workstream,
)
from ..vocabulary import RatingStep, short_name

# What made a change where nobody did, by the name that the ledger has of it.
COMMANDS = {
    "load_demo": "The demonstration",
    "import_plan": "The import of a plan",
    "first_account": "The set-up of the service",
}
# The newest of these before a step says whether a proposal stood then.
ENDS_A_PROPOSAL = (RatingStep.PROVISIONAL, RatingStep.AGREED, RatingStep.REMOVED)

Row = dict[str, Any]
Name = TypeVar("Name")
Ids = dict[type[Model], set[int]]


def models_by_table() -> dict[str, type[Model]]:
    return {model._meta.db_table: model for model in apps.get_models()}


def day(value: date | str | None) -> str:
    """ "18 July 2023", from a day or its ISO text."""
    if not value:
        return ""
    return f"{date.fromisoformat(value) if isinstance(value, str) else value:%-d %B %Y}"


@dataclass(frozen=True)
class Before:
    """What stood before one step of a rating: the level agreed, and the proposal not yet decided."""

    agreed: int | None
    proposal: Row | None

    @property
    def proposed(self) -> int | None:
        return self.proposal["level_id"] if self.proposal else None


class Called(Generic[Name]):
    """What things were called at each row of the ledger: an old entry keeps the name of its day."""

    def __init__(self, rows: Iterable[Ledger], say: Callable[[Row], Name]) -> None:
        self.names: dict[int, list[tuple[int, Name]]] = defaultdict(list)
        for row in rows:
            self.names[int(row.row)].append((row.seq, say(row.image)))

    def at(self, pk: int | None, seq: int) -> Name | None:
        """The name when that row was written; the first one for what was written before it had any."""
        names = self.names.get(pk or 0, [])
        return next((name for since, name in reversed(names) if since <= seq), names[0][1] if names else None)


class Names:
    """The names that some rows speak of. Each kind of thing is looked up once; what is gone has a plain name."""

    def __init__(self, rows: Iterable[Ledger], *, people: bool = True) -> None:
        rows = list(rows)
        ids = _ids(rows)
        self.names_people = people
        self.users: dict[int, str] = (
            self._of(User, ids, ("name", "email"), lambda r: r["name"] or r["email"]) if people else {}
        )
        self.versions: dict[int, str] = self._of(Version, ids, ("label",), lambda r: r["label"])
        self.recommendations: dict[int, str] = self._of(
            Recommendation, ids, ("source", "reference"), lambda r: f"{r['source']} {r['reference']}".strip()
        )
        self.workstreams: dict[int, str] = self._of(
            Workstream,
            ids,
            ("number", "title", "plan__workstream_word"),
            lambda r: f"{r['plan__workstream_word']} {r['number']} {r['title']}",
        )
        self.outcomes: dict[int, Row] = self._of(
            Outcome, ids, ("ref", "workstream__number", "statement"), dict
        )
        self.actions: dict[int, Row] = self._of(Action, ids, ("text", *_places("")), dict)
        self.measures: dict[int, Row] = self._of(
            Measure, ids, ("text", "action__text", *_places("action__")), dict
        )
        self.meetings: dict[int, Row] = self._of(Meeting, ids, ("held_on", "group_id"), dict)
        ids[Group] |= {row["group_id"] for row in self.meetings.values()}
        own_meetings = {int(row.row) for row in rows if row.table == Meeting._meta.db_table}
        self.present: dict[int, int] = dict(
            Attendance.objects.filter(meeting_id__in=own_meetings)
            .values_list("meeting_id")
            .annotate(Count("pk"))
            .order_by()
        )
        self.before, self.corrected = _ratings(ids[Rating])
        for before in self.before.values():
            ids[Level] |= {pk for pk in (before.agreed, before.proposed) if pk}
        lived = _lived(ids, Post, Plan, Group, Level)
        self.posts = Called(lived[Post], lambda image: image["title"])
        self.plans: Called[Row] = Called(lived[Plan], dict)
        self.groups = Called(lived[Group], lambda image: image["short_name"] or image["name"])
        self.levels = Called(
            lived[Level],
            lambda r: p.Level(
                r["code"], r["word"], r["meaning"], r["token"], r["is_complete"], r["is_exception"]
            ),
        )
        self.targets_before = _targets(ids[Target])
        self.appointments: dict[tuple[int, int], list[Row]] = defaultdict(list)
        for row in Appointment.objects.filter(user_id__in=ids[User]).values(
            "user_id", "post_id", "kind", "starts_on", "ends_on"
        ):
            self.appointments[row["user_id"], row["post_id"]].append({**row})

    def _of(
        self, model: type[Model], ids: Ids, columns: tuple[str, ...], read: Callable[[Row], Any]
    ) -> dict[int, Any]:
        found = model._default_manager.filter(pk__in=ids[model]).values("pk", *columns)
        return {row["pk"]: read(row) for row in found}

    # ---- who

    def who(self, by: str) -> str:
        """The name of a user, or what made the change where nobody did."""
        if by.isdecimal():
            return self.users.get(int(by), f"Account {by}")
        return COMMANDS.get(by, f"The command {by}")

    def post(self, row: Ledger) -> str:
        """The post in which somebody acted: its title, "deputy for …", or "on behalf of …"."""
        if not row.for_post.isdecimal():
            return ""
        title = self.posts.at(int(row.for_post), row.seq) or f"post {row.for_post}"
        if row.image.get("as_deputy"):
            return f"deputy for {title}"
        on = timezone.localdate(row.at)
        held = [
            a
            for a in self.appointments[int(row.by) if row.by.isdecimal() else 0, int(row.for_post)]
            if a["starts_on"] <= on and (a["ends_on"] is None or a["ends_on"] >= on)
        ]
        if not held:
            return f"on behalf of {title}"
        return title if any(a["kind"] != "DEPUTY" for a in held) else f"deputy for {title}"

    # ---- what

    def level(self, level_id: int | None, seq: int) -> p.Level | None:
        return self.levels.at(level_id, seq)

    def measure(self, measure_id: int | None) -> tuple[str, str]:
        """(the reference under which it is found, its short name)."""
        row = self.measures.get(measure_id or 0)
        if row is None:
            return "", f"measure {measure_id}"
        return _ref(row, "action__"), short_name(row["text"] or row["action__text"])

    def action(self, action_id: int | None) -> tuple[str, str]:
        row = self.actions.get(action_id or 0)
        if row is None:
            return "", f"action {action_id}"
        return _ref(row, ""), short_name(row["text"].split("\n")[0])

    def outcome(self, outcome_id: int | None) -> tuple[str, str]:
        row = self.outcomes.get(outcome_id or 0)
        if row is None:
            return "", f"outcome {outcome_id}"
        return row["ref"] or row["workstream__number"], short_name(row["statement"])

    def meeting_on(self, meeting_id: int | None) -> date | None:
        row = self.meetings.get(meeting_id or 0)
        return row["held_on"] if row else None

    def thing(self, model: type[Model], pk: int, seq: int) -> str:
        """Whatever a foreign key leads to, by the name that it had at this row of the ledger where names are kept."""
        named: dict[type[Model], Callable[[int], Any]] = {
            User: self.users.get,
            Post: lambda pk: self.posts.at(pk, seq),
            Group: lambda pk: self.groups.at(pk, seq),
            Plan: lambda pk: plan["title"] if (plan := self.plans.at(pk, seq)) else None,
            Version: self.versions.get,
            Recommendation: self.recommendations.get,
            Workstream: self.workstreams.get,
            Level: lambda pk: level.word if (level := self.level(pk, seq)) else None,
            Meeting: lambda pk: day(self.meeting_on(pk)),
            Outcome: lambda pk: " ".join(self.outcome(pk)).strip(),
            Action: lambda pk: " ".join(self.action(pk)).strip(),
            Measure: lambda pk: " ".join(self.measure(pk)).strip(),
        }
        return (named[model](pk) if model in named else None) or f"{model._meta.verbose_name} {pk}"

    def decider(self, meeting_id: int | None, seq: int) -> str:
        """Who decided at this meeting, as it was called then: "Executive"."""
        row = self.meetings.get(meeting_id or 0)
        return (self.groups.at(row["group_id"], seq) or "") if row else ""


def _lived(ids: Ids, *models: type[Model]) -> dict[type[Model], list[Ledger]]:
    """Every row of the ledger of these things, by what they are, oldest first: one query."""
    wanted = Q(pk__in=())
    for model in models:
        wanted |= Q(table=model._meta.db_table, row__in=[str(pk) for pk in ids[model]])
    found: dict[type[Model], list[Ledger]] = defaultdict(list)
    of_table = {model._meta.db_table: model for model in models}
    for row in Ledger.objects.filter(wanted).order_by("seq"):
        found[of_table[row.table]].append(row)
    return found


def _places(action: str) -> tuple[str, ...]:
    """What says where an action stands: in an outcome with a reference, or in a workstream with a number."""
    columns = ("outcome__ref", "outcome__workstream__number", "workstream__number")
    return tuple(f"{action}{column}" for column in columns)


def _ref(row: Row, action: str) -> str:
    return next((row[column] for column in _places(action) if row[column]), "")


def _ids(rows: Iterable[Ledger]) -> Ids:
    """The ids that these rows name, by the table they lead to."""
    models = models_by_table()
    ids: Ids = defaultdict(set)
    for row in rows:
        if row.by.isdecimal():
            ids[User].add(int(row.by))
        if row.for_post.isdecimal():
            ids[Post].add(int(row.for_post))
        if row.operation == "REDACT":
            ids[User].add(row.image["confirmed_by"])
        model = models.get(row.table)
        if model is None:
            continue
        if row.row.isdecimal():
            ids[model].add(int(row.row))
        for field in model._meta.concrete_fields:
            if field.is_relation:
                for image in (row.before, row.after):
                    if image and image.get(field.attname):
                        ids[field.related_model].add(image[field.attname])  # type: ignore[index]
    return ids


def _ratings(ids: set[int]) -> tuple[dict[int, Before], set[int]]:
    """(what stood before each of these steps of a rating, which of them were corrected since).

    Each step looks back along its measure's index, so a long history costs no more than a short one; only where
    something was corrected is the whole of it read, since a correction stands in the place of what it corrects.
    """
    earlier = Rating.objects.filter(measure=OuterRef("measure"), pk__lt=OuterRef("pk")).order_by("-pk")
    steps = list(
        Rating.objects.filter(pk__in=ids)
        .annotate(
            agreed=Subquery(earlier.filter(step=RatingStep.AGREED).values("level")[:1]),
            latest=Subquery(earlier.filter(step__in=ENDS_A_PROPOSAL).values("pk")[:1]),
            corrected=Exists(Rating.objects.filter(corrects=OuterRef("pk"))),
        )
        .values("pk", "agreed", "latest", "corrected")
    )
    proposals = Rating.objects.filter(
        pk__in={s["latest"] for s in steps if s["latest"]}, step=RatingStep.PROVISIONAL
    )
    standing = {r["pk"]: {**r} for r in proposals.values("pk", "level_id", "for_post_id")}
    return (
        {s["pk"]: Before(s["agreed"], standing.get(s["latest"])) for s in steps} | _among_corrections(ids),
        {s["pk"] for s in steps if s["corrected"]},
    )


def _among_corrections(ids: set[int]) -> dict[int, Before]:
    """What stood before each of these steps of a rating whose measures have corrections."""
    corrected = Rating.objects.filter(corrects__isnull=False, measure__ratings__in=ids).values("measure_id")
    columns = ("id", "measure_id", "step", "level_id", "for_post_id", "corrects_id")
    of_measure: dict[int, list[Row]] = defaultdict(list)
    found: dict[int, Before] = {}
    for row in Rating.objects.filter(measure__in=corrected).order_by("pk").values(*columns):
        steps = of_measure[row["measure_id"]]
        if row["id"] in ids:
            lived = life.lived(steps)
            agreed = next((s["level_id"] for s in reversed(lived) if s["step"] == RatingStep.AGREED), None)
            found[row["id"]] = Before(agreed, life.standing(lived)[0])
        steps.append({**row})
    return found


def _targets(ids: set[int]) -> dict[int, str]:
    """The target, as printed, that stood before each of these steps of a target."""
    earlier = Target.objects.filter(
        measure=OuterRef("measure"), pk__lt=OuterRef("pk"), step__in=Target.CURRENT_STEPS
    ).order_by("-pk")
    steps = Target.objects.filter(pk__in=ids).annotate(stood=Subquery(earlier.values("text")[:1]))
    return {pk: stood or "" for pk, stood in steps.values_list("pk", "stood")}
