"""Which rows of the ledger: those somebody may see, and those they ask for. Queries all, so counts are right."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Model, Q, QuerySet, TextChoices, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from ..models import (
    Action,
    Appointment,
    Attendance,
    Group,
    HighlightReport,
    Impact,
    Ledger,
    Measure,
    Meeting,
    Outcome,
    Pack,
    Plan,
    Post,
    Rating,
    Target,
    User,
    Version,
    Workstream,
)
from ..picture import Reader
from ..vocabulary import ImpactStep, PlanState, RatingStep, TargetStep


class Kind(TextChoices):
    """What a row of the ledger speaks of."""

    RATING = "RATING", "Ratings"
    TARGET = "TARGET", "Target dates"
    IMPACT = "IMPACT", "Impact"
    MEETING = "MEETING", "Meetings"
    VERSION = "VERSION", "Versions and packs"
    PLAN = "PLAN", "Wording and shape of the plan"
    PEOPLE = "PEOPLE", "People and posts"


# Every other table is the plan's own: its words, key and places.
OF_MODEL: dict[type[Model], Kind] = {
    Rating: Kind.RATING,
    Target: Kind.TARGET,
    Impact: Kind.IMPACT,
    Meeting: Kind.MEETING,
    Attendance: Kind.MEETING,
    HighlightReport: Kind.MEETING,
    Version: Kind.VERSION,
    Pack: Kind.VERSION,
    User: Kind.PEOPLE,
    Group: Kind.PEOPLE,
    Post: Kind.PEOPLE,
    Appointment: Kind.PEOPLE,
}
OF_TABLE = {model._meta.db_table: kind for model, kind in OF_MODEL.items()}
RATING, TARGET, IMPACT = (model._meta.db_table for model in (Rating, Target, Impact))
HIGHLIGHTS = HighlightReport._meta.db_table


def kind_of(table: str) -> Kind:
    return OF_TABLE.get(table, Kind.PLAN)


@dataclass(frozen=True)
class Chosen:
    """What a reader asks to see of the history. Empty fields leave everything in."""

    workstream: int | None = None
    kind: str = ""
    post: int | None = None
    meeting: int | None = None
    measure: int | None = None
    since: date | None = None
    until: date | None = None


def visible(rows: QuerySet[Ledger], reader: Reader) -> QuerySet[Ledger]:
    """Without what other groups have proposed, taken back, had put off, asked for in vain or report:
    `PlanPicture.seen_by`, as a query."""
    if reader.everything:
        return rows
    if reader.public:
        return rows.none()
    groups = Group.objects.filter(posts__in=reader.posts)
    return _with_keys(rows, "step", "measure_id", "group_id").filter(
        ~Q(table__in=[RATING, TARGET, IMPACT, HIGHLIGHTS])
        | Q(table=HIGHLIGHTS, its_group_id__in=_as_text(groups))
        | Q(table=RATING, its_step=RatingStep.AGREED)
        | Q(table=TARGET) & ~Q(its_step__in=[TargetStep.ASKED, TargetStep.REFUSED])
        | Q(table=IMPACT) & ~Q(its_step=ImpactStep.REPORTED)
        | Q(its_measure_id__in=[str(pk) for pk in sorted(own_measures(reader))])
    )


def own_measures(reader: Reader) -> frozenset[int]:
    """The measures whose proposals this reader sees, where it doesn't see them all."""
    if reader.everything or reader.public:
        return frozenset()
    return frozenset(Measure.objects.of_posts(reader.posts).values_list("pk", flat=True))


def chosen(rows: QuerySet[Ledger], what: Chosen) -> QuerySet[Ledger]:
    """Those of these rows that are asked for."""
    if what.kind == Kind.PLAN:
        rows = rows.exclude(table__in=OF_TABLE)
    elif what.kind:
        rows = rows.filter(table__in=[table for table, kind in OF_TABLE.items() if kind == what.kind])
    if what.post is not None:
        rows = rows.filter(for_post=str(what.post))
    if what.meeting is not None:
        rows = _with_keys(rows, "meeting_id", "version_id").filter(
            Q(its_meeting_id=str(what.meeting))
            | _is(Meeting, what.meeting)
            | Q(its_version_id__in=_as_text(Version.objects.filter(meeting=what.meeting)))
        )
    if what.measure is not None:
        rows = of_measure(rows, what.measure)
    if what.workstream is not None:
        rows = _of_outcomes(
            rows,
            Outcome.objects.filter(workstream=what.workstream),
            Action.objects.filter(Q(outcome__workstream=what.workstream) | Q(workstream=what.workstream)),
            Q(its_workstream_id=str(what.workstream)) | _is(Workstream, what.workstream),
        )
    if what.since is not None:
        rows = rows.filter(at__gte=_midnight(what.since))
    if what.until is not None:
        rows = rows.filter(at__lt=_midnight(what.until + timedelta(days=1)))
    return rows


def of_measure(rows: QuerySet[Ledger], measure_id: int) -> QuerySet[Ledger]:
    """The measure itself and all that hangs on it. Worded as the ledger's index on measures is."""
    rows = _with_keys(rows, "measure_id")
    return rows.filter(
        Q(whole__has_key="measure_id", its_measure_id=str(measure_id)) | _is(Measure, measure_id)
    )


def of_plan(rows: QuerySet[Ledger], plan: Plan) -> QuerySet[Ledger]:
    """One plan: its words and key, its measures and their record, its versions, and the meetings that decide it."""
    meetings = Meeting.objects.filter(group=plan.deciding_group_id)
    return _of_plans(
        rows,
        Plan.objects.filter(pk=plan.pk),
        Q(table=Meeting._meta.db_table, row__in=_as_text(meetings))
        | Q(table__in=[Attendance._meta.db_table, HIGHLIGHTS], its_meeting_id__in=_as_text(meetings)),
    )


def without_drafts(rows: QuerySet[Ledger]) -> QuerySet[Ledger]:
    """Without what is written into plans that are still drafted: those are the business unit's alone."""
    drafts = Plan.objects.filter(state=PlanState.DRAFT)
    if not drafts.exists():
        return rows
    return rows.exclude(pk__in=_of_plans(Ledger.objects.order_by(), drafts, Q()).values("pk"))


def _of_plans(rows: QuerySet[Ledger], plans: QuerySet[Plan], beside: Q) -> QuerySet[Ledger]:
    """The rows of these plans: words, key, measures with their record, versions; and what stands `beside` them."""
    ids = _as_text(plans)
    return _of_outcomes(
        _with_keys(rows, "plan_id", "meeting_id", "version_id"),
        Outcome.objects.filter(plan__in=plans),
        Action.objects.filter(Q(outcome__plan__in=plans) | Q(workstream__plan__in=plans)),
        Q(its_plan_id__in=ids)
        | Q(its_workstream_id__in=_as_text(Workstream.objects.filter(plan__in=plans)))
        | Q(table=Plan._meta.db_table, row__in=ids)
        | beside
        | Q(its_version_id__in=_as_text(Version.objects.filter(plan__in=plans))),
    )


def _of_outcomes(
    rows: QuerySet[Ledger], outcomes: QuerySet[Outcome], actions: QuerySet[Action], places: Q
) -> QuerySet[Ledger]:
    """The rows of these outcomes, actions and their measures, and of the `places` above them."""
    return _with_keys(rows, "measure_id", "action_id", "outcome_id", "workstream_id").filter(
        places
        | Q(its_measure_id__in=_as_text(Measure.objects.filter(action__in=actions)))
        | Q(its_action_id__in=_as_text(actions))
        | Q(its_outcome_id__in=_as_text(outcomes))
    )


def _as_text(things: QuerySet[Model]) -> QuerySet[Model, str]:
    """Their ids as the ledger writes them."""
    return things.order_by().values_list(Cast("pk", TextField()), flat=True)


def _with_keys(rows: QuerySet[Ledger], *names: str) -> QuerySet[Ledger]:
    """Makes fields of the image askable: `its_measure_id` …, and `whole`, the image."""
    whole = Coalesce("after", "before")
    return rows.alias(whole=whole, **{f"its_{name}": KeyTextTransform(name, whole) for name in names})


def _is(model: type[Model], pk: int) -> Q:
    return Q(table=model._meta.db_table, row=str(pk))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
