"""Which rows of the ledger: those somebody may see, and those they ask for. Queries all, so counts are right."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import CharField, Model, Q, QuerySet, TextChoices
from django.db.models.functions import Cast
from django.utils import timezone

from ..models import (
    Action,
    ActionOfficer,
    Appointment,
    Attendance,
    Challenge,
    Group,
    HighlightReport,
    Impact,
    Ledger,
    Level,
    Measure,
    Meeting,
    Outcome,
    Pack,
    Passage,
    Plan,
    Post,
    Rating,
    Recommendation,
    SourceRef,
    Target,
    User,
    Version,
    Workstream,
)
from ..picture import Reader
from ..vocabulary import DECISIONS, ImpactStep, RatingStep, TargetStep
from .asked import asked
from .places import in_plans, in_workstream, of_measures, under_reference, with_keys, without_drafts


class Kind(TextChoices):
    """What a row of the ledger speaks of."""

    RATING = "RATING", "Ratings"
    TARGET = "TARGET", "Target dates"
    IMPACT = "IMPACT", "Impact"
    CHALLENGE = "CHALLENGE", "Challenges"
    MEETING = "MEETING", "Meetings"
    VERSION = "VERSION", "Versions and packs"
    PLAN = "PLAN", "Wording and shape of the plan"
    PEOPLE = "PEOPLE", "People and posts"
    REDACTION = "REDACTION", "Words taken out of the record"


OF_MODEL: dict[type[Model], Kind] = {
    Rating: Kind.RATING,
    Target: Kind.TARGET,
    Impact: Kind.IMPACT,
    Challenge: Kind.CHALLENGE,
    Meeting: Kind.MEETING,
    Attendance: Kind.MEETING,
    HighlightReport: Kind.MEETING,
    Version: Kind.VERSION,
    Pack: Kind.VERSION,
    User: Kind.PEOPLE,
    Group: Kind.PEOPLE,
    Post: Kind.PEOPLE,
    Appointment: Kind.PEOPLE,
    Plan: Kind.PLAN,
    Level: Kind.PLAN,
    Passage: Kind.PLAN,
    Workstream: Kind.PLAN,
    Outcome: Kind.PLAN,
    Action: Kind.PLAN,
    ActionOfficer: Kind.PLAN,
    Measure: Kind.PLAN,
    SourceRef: Kind.PLAN,
    Recommendation: Kind.PLAN,
}
OF_TABLE = {model._meta.db_table: kind for model, kind in OF_MODEL.items()} | {
    "entry": Kind.REDACTION  # the ledger's own rows
}
RATING, TARGET, IMPACT = (model._meta.db_table for model in (Rating, Target, Impact))
HIGHLIGHTS = HighlightReport._meta.db_table
CHALLENGE = Challenge._meta.db_table
DECIDED: dict[type[Model], tuple[str, ...]] = {  # by a meeting
    Rating: DECISIONS,
    Target: (TargetStep.AGREED, TargetStep.REFUSED),
    Impact: (ImpactStep.ACCEPTED, ImpactStep.NOT_ACCEPTED),
}


def kind_of(table: str) -> Kind:
    return OF_TABLE.get(table, Kind.PLAN)


@dataclass(frozen=True)
class Chosen:
    """What a reader asks to see of the history. Empty fields leave everything in."""

    kind: str = ""
    plan: int | None = None
    workstream: int | None = None
    reference: str = ""
    group: int | None = None
    post: int | None = None
    person: int | None = None
    meeting: int | None = None
    measure: int | None = None
    since: date | None = None
    until: date | None = None


def visible(rows: QuerySet[Ledger], reader: Reader) -> QuerySet[Ledger]:
    """Without what other groups have proposed, taken back, had put off, asked for in vain or report:
    `PlanPicture.seen_by`, as a query. What their own posts have signed stays theirs to read, whoever answers now;
    a draft is for who may see drafts."""
    if not reader.drafts:
        rows = without_drafts(rows)
    if reader.everything:
        return rows
    if reader.public:
        return rows.none()
    groups = [str(pk) for pk in Group.objects.filter(posts__in=reader.posts).values_list("pk", flat=True)]
    return with_keys(rows, "step", "measure_id", "group_id").filter(
        ~Q(table__in=[RATING, TARGET, IMPACT, HIGHLIGHTS, CHALLENGE])
        | Q(table=CHALLENGE, row__in=_asked_of(reader))
        | Q(table=HIGHLIGHTS, its_group_id__in=groups)
        | Q(table__in=[RATING, TARGET, IMPACT], for_post__in=[str(pk) for pk in sorted(reader.posts)])
        | Q(table=RATING, its_step=RatingStep.AGREED)
        | Q(table=TARGET) & ~Q(its_step__in=[TargetStep.ASKED, TargetStep.REFUSED])
        | Q(table=IMPACT) & ~Q(its_step=ImpactStep.REPORTED)
        | Q(its_measure_id__in=[str(pk) for pk in sorted(own_measures(reader))])
    )


def _asked_of(reader: Reader) -> list[str]:
    """The steps of the challenges that ask one of the reader's posts."""
    steps = dict(Challenge.objects.values_list("pk", "in_reply_to_id"))
    raised = asked({pk for pk, replies_to in steps.items() if replies_to is None})
    own = {pk for pk, each in raised.items() if each.posts & reader.posts}
    return [str(pk) for pk, replies_to in steps.items() if (replies_to or pk) in own]


def own_measures(reader: Reader) -> frozenset[int]:
    """The measures whose proposals this reader sees, where it doesn't see them all."""
    if reader.everything or reader.public:
        return frozenset()
    return frozenset(Measure.objects.of_posts(reader.posts).values_list("pk", flat=True))


def chosen(rows: QuerySet[Ledger], what: Chosen) -> QuerySet[Ledger]:
    """Those of these rows that are asked for."""
    if what.kind:
        rows = rows.filter(table__in=[table for table, kind in OF_TABLE.items() if kind == what.kind])
    if what.plan is not None:
        rows = in_plans(rows, [str(what.plan)])
    if what.workstream is not None:
        rows = in_workstream(rows, str(what.workstream))
    if what.reference:
        rows = under_reference(rows, what.reference)
    if what.measure is not None:
        rows = of_measure(rows, what.measure)
    if what.post is not None:
        rows = rows.filter(for_post=str(what.post))
    if what.person is not None:
        rows = rows.filter(Q(by=str(what.person)) | Q(seq__in=_confirmed_by(what.person)))
    if what.group is not None:
        rows = with_keys(rows, "post_id", "group_id", "meeting_id").filter(_of_group(what.group))
    if what.meeting is not None:
        rows = with_keys(rows, "meeting_id", "version_id").filter(_of_meeting(what.meeting))
    if what.since is not None:
        rows = rows.filter(at__gte=_midnight(what.since))
    if what.until is not None:
        rows = rows.filter(at__lt=_midnight(what.until + timedelta(days=1)))
    return rows


def of_measure(rows: QuerySet[Ledger], measure_id: int) -> QuerySet[Ledger]:
    """The measure itself and all that hangs on it."""
    return with_keys(rows, "measure_id").filter(of_measures([str(measure_id)]) | _is(Measure, measure_id))


def _confirmed_by(person: int) -> list[int]:
    """The redactions that were theirs as the second person: they stand under whoever asked."""
    redactions = Ledger.objects.filter(table="entry", operation="REDACT", after__confirmed_by=person)
    return list(redactions.values_list("seq", flat=True))


def _of_group(group: int) -> Q:
    """What the posts of a group did, what its meetings decided, whoever wrote it down, and what is recorded of it:
    itself, its posts, its meetings and its reports."""
    posts = [str(pk) for pk in Post.objects.filter(group=group).values_list("pk", flat=True)]
    return (
        Q(for_post__in=posts)
        | _is(Group, group)
        | Q(table=Appointment._meta.db_table, its_post_id__in=posts)
        | Q(
            table__in=[model._meta.db_table for model in (Post, Meeting, HighlightReport)],
            its_group_id=str(group),
        )
        | _decided_by(group)
    )


def _decided_by(group: int) -> Q:
    """Who was there when the group met, what was frozen for it and what it decided. The decisions are asked of their
    tables, which hold every step: PostgreSQL can't tell from the images how many there are, and would sort them all
    for each page."""
    meetings = [str(pk) for pk in Meeting.objects.filter(group=group).values_list("pk", flat=True)]
    if not meetings:
        return Q(pk__in=())
    around = [model._meta.db_table for model in (Attendance, Version)]
    found = Q(table__in=around, its_meeting_id__in=meetings)
    for model, steps in DECIDED.items():
        decisions: QuerySet[Any] = model._default_manager.filter(meeting__group=group, step__in=steps)
        ids = decisions.annotate(id_in_images=Cast("pk", CharField())).values("id_in_images")
        found |= Q(table=model._meta.db_table, row__in=ids)
    return found


def _of_meeting(meeting: int) -> Q:
    """The meeting, all that names it, and the packs of its versions. Worded as the ledger's index on meetings is."""
    versions = [str(pk) for pk in Version.objects.filter(meeting=meeting).values_list("pk", flat=True)]
    imported = Rating.objects.filter(version__meeting=meeting).values_list("pk", flat=True)
    return (
        Q(whole__has_key="meeting_id", its_meeting_id=str(meeting))
        | _is(Meeting, meeting)
        | Q(table=Pack._meta.db_table, its_version_id__in=versions)
        | Q(table=RATING, row__in=[str(pk) for pk in imported])
    )


def _is(model: type[Model], pk: int) -> Q:
    return Q(table=model._meta.db_table, row=str(pk))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
