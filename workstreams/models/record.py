"""The record: meetings, and the append-only steps of rating, target and impact. What was said stays said."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Func, Q

from ..vocabulary import (
    ImpactStep,
    MeetingKind,
    MeetingState,
    Precision,
    RatingStep,
    TargetStep,
)
from .people import Group, Post, User
from .plan import Level, Measure


class PlanNow(Func):
    """The database's own clock, `ledger.plan_now()`: real time, except where a demonstration is being played."""

    function = "ledger.plan_now"
    output_field = models.DateTimeField()


class AppendOnly(models.Model):
    """A row that is written once. The database refuses UPDATE, DELETE and TRUNCATE (sscp/database)."""

    at = models.DateTimeField(db_default=PlanNow(), editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} is append-only: write a newer row instead.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(f"{type(self).__name__} is append-only and is never deleted.")


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def open_for_updates(self) -> Self:
        return self.filter(state__in=[MeetingState.PLANNED, MeetingState.PAPERS_ISSUED])

    def regular(self) -> Self:
        """Those that ask for updates. The others decide what can't wait for them."""
        return self.filter(kind=MeetingKind.REGULAR)

    def next_of(self, group: Group) -> "Meeting | None":
        """The meeting that an update sent now is for, or None where nothing is planned."""
        return self.filter(group=group).regular().open_for_updates().order_by("held_on", "pk").first()


class Meeting(models.Model):
    group = models.ForeignKey(Group, models.PROTECT, related_name="meetings")
    held_on = models.DateField()
    papers_close_at = models.DateTimeField(help_text="Updates sent later are marked as sent after papers.")
    kind = models.CharField(max_length=20, choices=MeetingKind, default=MeetingKind.REGULAR)
    state = models.CharField(max_length=15, choices=MeetingState, default=MeetingState.PLANNED)
    present = models.ManyToManyField(Post, through="Attendance", related_name="attended")

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["held_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "held_on"],
                condition=~Q(state=MeetingState.CANCELLED) & ~Q(kind=MeetingKind.BETWEEN_MEETINGS),
                name="a_group_meets_once_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} meeting, {self.held_on:%-d %B %Y}"

    @property
    def is_open_for_updates(self) -> bool:
        return self.state in (MeetingState.PLANNED, MeetingState.PAPERS_ISSUED)

    @property
    def is_regular(self) -> bool:
        """Asks for updates, and carries on what it does not reach."""
        return self.kind == MeetingKind.REGULAR

    @property
    def has_papers_out(self) -> bool:
        return self.state == MeetingState.PAPERS_ISSUED

    @property
    def is_held(self) -> bool:
        return self.state == MeetingState.HELD

    @property
    def is_closed(self) -> bool:
        return self.state == MeetingState.CLOSED

    @property
    def is_cancelled(self) -> bool:
        return self.state == MeetingState.CANCELLED

    @property
    def how_it_stands(self) -> str:
        """The rest of a sentence that begins with "This meeting"."""
        return {
            MeetingState.PLANNED: "is planned and has not begun",
            MeetingState.PAPERS_ISSUED: "has not begun, and its papers are out",
            MeetingState.HELD: "has begun",
            MeetingState.CLOSED: "is closed",
            MeetingState.CANCELLED: "was cancelled",
        }[MeetingState(self.state)]

    def has_before_it(self, sent_for: "Meeting | None") -> bool:
        """Whether what was sent for that meeting comes before this one: it was no later, or it was cancelled."""
        return sent_for is not None and (sent_for.is_cancelled or sent_for.held_on <= self.held_on)

    @property
    def is_between(self) -> bool:
        """Decides by e-mail or call what can't wait: nobody meets."""
        return self.kind == MeetingKind.BETWEEN_MEETINGS


class Attendance(models.Model):
    """A post that was represented at a meeting: who was there is part of an agreement."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances")
    post = models.ForeignKey(Post, models.PROTECT, related_name="attendances")

    class Meta:
        ordering = ["post__title"]
        constraints = [
            models.UniqueConstraint("meeting", "post", name="a_post_is_present_once_at_a_meeting"),
        ]


class Rating(AppendOnly):
    """One step in the life of a measure's rating. Current values are the latest steps; nothing is edited."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="ratings")
    step = models.CharField(max_length=12, choices=RatingStep)
    level = models.ForeignKey(Level, models.PROTECT, null=True, blank=True, related_name="ratings")
    words = models.TextField(blank=True)
    recovery_plan = models.TextField(blank=True)
    risk_note = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    evidence_held = models.CharField(max_length=500, blank=True)
    figures = models.JSONField(
        null=True, blank=True, help_text="A list of {name, numerator, denominator | value, unit}."
    )
    period_ends_on = models.DateField(null=True, blank=True)
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="ratings")
    version = models.ForeignKey(
        "workstreams.Version", models.PROTECT, null=True, blank=True, related_name="ratings"
    )
    because = models.TextField(blank=True)
    effective_on = models.DateField()
    by = models.ForeignKey(User, models.PROTECT, related_name="ratings")
    for_post = models.ForeignKey(Post, models.PROTECT, related_name="ratings")
    as_deputy = models.BooleanField(default=False)
    received = models.CharField(max_length=200, blank=True)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")
    follows = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followed_by")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["measure", "id"], name="ratings_of_a_measure")]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "follows"],
                nulls_distinct=False,
                name="a_rating_is_answered_once",
            ),
            models.CheckConstraint(
                name="agreed_rating_names_a_meeting_or_an_imported_version",
                condition=~Q(step=RatingStep.AGREED) | Q(meeting__isnull=False) | Q(version__isnull=False),
            ),
            models.CheckConstraint(
                name="only_a_proposal_and_an_agreement_have_a_level",
                condition=Q(step__in=[RatingStep.PROVISIONAL, RatingStep.AGREED], level__isnull=False)
                | (~Q(step__in=[RatingStep.PROVISIONAL, RatingStep.AGREED]) & Q(level=None)),
            ),
            models.CheckConstraint(
                name="a_proposal_has_words_and_a_meeting",
                condition=~Q(step=RatingStep.PROVISIONAL) | (~Q(words="") & Q(meeting__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_deferred_rating_says_why_and_where",
                condition=~Q(step=RatingStep.DEFERRED) | (~Q(because="") & Q(meeting__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_rating_not_reached_names_its_meeting",
                condition=~Q(step=RatingStep.NOT_REACHED) | Q(meeting__isnull=False),
            ),
            models.CheckConstraint(name="a_correction_says_why", condition=Q(corrects=None) | ~Q(because="")),
            models.CheckConstraint(
                name="a_rating_does_not_follow_itself", condition=Q(follows=None) | ~Q(follows=F("id"))
            ),
        ]

    @property
    def is_proposal(self) -> bool:
        return self.step == RatingStep.PROVISIONAL

    @property
    def is_agreed(self) -> bool:
        return self.step == RatingStep.AGREED


class Target(AppendOnly):
    """One step of a measure's target date. The first is never lost; current is the latest SET or AGREED."""

    CURRENT_STEPS: ClassVar = (TargetStep.SET, TargetStep.AGREED)

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="targets")
    step = models.CharField(max_length=10, choices=TargetStep)
    text = models.CharField(max_length=200, help_text="As printed.")
    note = models.CharField(max_length=200, blank=True)
    due_on = models.DateField(null=True, blank=True)
    precision = models.CharField(max_length=6, choices=Precision)
    because = models.TextField(blank=True)
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="targets")
    by = models.ForeignKey(User, models.PROTECT, related_name="targets")
    for_post = models.ForeignKey(Post, models.PROTECT, related_name="targets")
    as_deputy = models.BooleanField(default=False)
    follows = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followed_by")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "follows"], nulls_distinct=False, name="a_target_is_answered_once"
            ),
            models.CheckConstraint(
                name="a_moved_target_says_why",
                condition=Q(step=TargetStep.SET, follows=None) | ~Q(because=""),
            ),
            models.CheckConstraint(
                name="a_target_without_a_date_has_no_precision",
                condition=Q(due_on=None, precision=Precision.NONE)
                | (Q(due_on__isnull=False) & ~Q(precision=Precision.NONE)),
            ),
            models.CheckConstraint(
                name="a_decided_target_names_its_meeting",
                condition=~Q(step__in=[TargetStep.AGREED, TargetStep.REFUSED]) | Q(meeting__isnull=False),
            ),
        ]


class Impact(AppendOnly):
    """One step of "Impact reported to the Executive and accepted", the plan's eighth column."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="impacts")
    step = models.CharField(max_length=12, choices=ImpactStep)
    text = models.TextField()
    period_ends_on = models.DateField(null=True, blank=True)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="impacts")
    by = models.ForeignKey(User, models.PROTECT, related_name="impacts")
    for_post = models.ForeignKey(Post, models.PROTECT, related_name="impacts")
    as_deputy = models.BooleanField(default=False)
    follows = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followed_by")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "follows"], nulls_distinct=False, name="an_impact_is_answered_once"
            ),
            models.CheckConstraint(
                name="impact_reported_or_refused_has_words",
                condition=Q(step=ImpactStep.ACCEPTED) | ~Q(text=""),
            ),
        ]


class Draft(models.Model):
    """What somebody has typed and not sent. Private, not history, gone when sent."""

    fenced = False

    user = models.ForeignKey(User, models.CASCADE, related_name="drafts")
    measure = models.ForeignKey(Measure, models.CASCADE, related_name="drafts")
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint("user", "measure", name="one_draft_a_person_and_measure")]


class Receipt(models.Model):
    """An answered request. The same request again gets the same answer and writes nothing."""

    fenced = False

    request_id = models.UUIDField(primary_key=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="receipts")
    fingerprint = models.CharField(max_length=64)
    answer = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(auto_now_add=True)


class Ledger(models.Model):
    """The only history: one chained row for every change of every plan table. Written by the database alone."""

    fenced = False

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    table = models.TextField()
    row = models.TextField()
    operation = models.TextField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    by = models.TextField()
    for_post = models.TextField()
    because = models.TextField()
    salt = models.BinaryField()
    digest = models.BinaryField()
    previous = models.BinaryField()
    hash = models.BinaryField()
    form = models.SmallIntegerField(help_text="The canonical form of its fingerprints (docs/ledger.md).")

    class Meta:
        managed = False
        # Lives in a schema of its own, which no role of the application owns (sscp/database/ledger.sql).
        db_table = '"ledger"."entry"'
        ordering = ["seq"]

    @property
    def image(self) -> dict[str, Any]:
        """The row as it was left, or as it was before it went."""
        return self.after if self.after is not None else self.before or {}
