"""The plan: Plan → Workstream → Outcome → Action → Measure, its key, its texts and its sources."""

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce

from ..vocabulary import (
    MeasureKind,
    MeasureState,
    OfficerRole,
    OutcomeKind,
    PassageKind,
    PlanShape,
    PlanState,
    Recurrence,
    Token,
    short_name,
)
from ..words import decider
from .people import Group, Post
from .reviews import Recommendation


class PlanQuerySet(models.QuerySet["Plan"]):
    def current(self) -> Self:
        return self.filter(state=PlanState.CURRENT)

    def in_order(self) -> Self:
        """Current ones first, then drafts, then closed ones; of each the newest first."""
        places = {PlanState.CURRENT: 0, PlanState.DRAFT: 1, PlanState.CLOSED: 2}
        place = Case(*(When(state=state, then=Value(n)) for state, n in places.items()))
        return self.order_by(place, "-pk")


class Plan(models.Model):
    ref = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    shape = models.CharField(max_length=20, choices=PlanShape)
    workstream_word = models.CharField(max_length=40, default="Workstream")
    year_label = models.CharField(max_length=20, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    deciding_group = models.ForeignKey(Group, models.PROTECT, related_name="plans")
    state = models.CharField(max_length=10, choices=PlanState, default=PlanState.DRAFT)

    objects = PlanQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title

    @property
    def decider(self) -> str:
        """Who decides its ratings, as a sentence says it after "the"."""
        return decider(self.deciding_group.name)

    @property
    def is_current(self) -> bool:
        return self.state == PlanState.CURRENT

    @property
    def is_draft(self) -> bool:
        return self.state == PlanState.DRAFT


class Level(models.Model):
    """One level of the plan's own key. "Not rated" is the absence of a level, never a level.

    A withdrawn level is offered no more; what was rated by it keeps it.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="levels")
    code = models.CharField(max_length=3)
    word = models.CharField(max_length=40)
    meaning = models.CharField(max_length=300)
    token = models.CharField(max_length=10, choices=Token)
    order = models.PositiveSmallIntegerField()
    is_complete = models.BooleanField(default=False)
    is_exception = models.BooleanField(default=False)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["plan", "order"]
        constraints = [
            models.UniqueConstraint("plan", "code", name="a_level_is_named_once_in_its_plan"),
        ]

    def __str__(self) -> str:
        return self.word


class Workstream(models.Model):
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="workstreams")
    number = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    aim = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField()
    withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["plan", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"],
                condition=Q(withdrawn=False),
                name="a_workstream_number_is_used_once_in_its_plan",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Passage(models.Model):
    """A text of the plan that is not a row of its tables: vision, priorities, expected achievements …"""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="passages")
    workstream = models.ForeignKey(Workstream, models.PROTECT, null=True, blank=True, related_name="passages")
    kind = models.CharField(max_length=12, choices=PassageKind)
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    heading = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["plan", "order"]


class Outcome(models.Model):
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="outcomes")
    workstream = models.ForeignKey(Workstream, models.PROTECT, related_name="outcomes")
    ref = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=10, choices=OutcomeKind, default=OutcomeKind.REQUIRED)
    statement = models.TextField()
    evidence_note = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField()
    withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["workstream__order", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "ref"],
                condition=~Q(ref="") & Q(withdrawn=False),
                name="an_outcome_reference_is_used_once_in_its_plan",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.statement}".strip()


class Action(models.Model):
    """What is done. Belongs to an outcome, or (inspection plans) straight to a workstream."""

    outcome = models.ForeignKey(Outcome, models.PROTECT, null=True, blank=True, related_name="actions")
    workstream = models.ForeignKey(Workstream, models.PROTECT, null=True, blank=True, related_name="actions")
    text = models.TextField(help_text='Bullets are lines that start with "- ".')
    reporting_duty = models.CharField(max_length=200, blank=True)
    progress_note = models.TextField(
        blank=True,
        help_text="Progress as the plan's document printed it. What is said later is a rating's words.",
    )
    order = models.PositiveSmallIntegerField()
    withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.CheckConstraint(
                name="an_action_belongs_to_an_outcome_or_a_workstream",
                condition=Q(outcome=None) ^ Q(workstream=None),
            ),
        ]


class ActionOfficer(models.Model):
    """A post responsible for an action, as printed beside it. Rights follow these, not the workstream."""

    action = models.ForeignKey(Action, models.PROTECT, related_name="officers")
    post = models.ForeignKey(Post, models.PROTECT, related_name="responsibilities")
    role = models.CharField(max_length=10, choices=OfficerRole)
    printed = models.CharField(max_length=300)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["action", "order"]
        constraints = [
            models.UniqueConstraint("action", "post", name="a_post_is_named_once_on_an_action"),
        ]


class MeasureQuerySet(models.QuerySet["Measure"]):
    def live(self) -> Self:
        """What is in the plan: it was not withdrawn itself, nor was any place above it."""
        return self.filter(state=MeasureState.LIVE, action__withdrawn=False).exclude(
            Q(action__outcome__withdrawn=True)
            | Q(action__outcome__workstream__withdrawn=True)
            | Q(action__workstream__withdrawn=True)
        )

    def of_plan(self, plan: Plan) -> Self:
        return self.filter(Q(action__outcome__plan=plan) | Q(action__workstream__plan=plan))

    def of_plans(self, plans: "Iterable[Plan]") -> Self:
        return self.filter(Q(action__outcome__plan__in=plans) | Q(action__workstream__plan__in=plans))

    def of_posts(self, post_ids: frozenset[int]) -> Self:
        """Measures of the actions that name one of these posts."""
        named = ActionOfficer.objects.filter(post_id__in=post_ids).values("action_id")
        return self.filter(action_id__in=named)

    def in_plan_order(self) -> Self:
        """Actions straight under their workstream come before its outcomes."""
        return self.order_by(
            Coalesce("action__outcome__workstream__order", "action__workstream__order"),
            F("action__outcome__order").asc(nulls_first=True),
            "action__order",
            "order",
            "pk",
        )


class Measure(models.Model):
    """The one thing that has a target and a rating.

    Tags follow the grammar of the 2023/24 plan, and many plans print none; `text` stays as printed, tags included.
    """

    action = models.ForeignKey(Action, models.PROTECT, related_name="measures")
    kind = models.CharField(max_length=10, choices=MeasureKind, default=MeasureKind.IMPACT)
    text = models.TextField(blank=True)
    milestone = models.PositiveSmallIntegerField(null=True, blank=True)
    recurring = models.BooleanField(default=False)
    growth = models.BooleanField(default=False)
    future = models.BooleanField(default=False)
    recurrence = models.CharField(max_length=15, choices=Recurrence, default=Recurrence.NONE)
    state = models.CharField(max_length=10, choices=MeasureState, default=MeasureState.LIVE)
    order = models.PositiveSmallIntegerField()

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ["action", "order"]
        constraints = [
            models.CheckConstraint(
                name="a_measure_is_not_both_growth_and_future",
                condition=Q(growth=False) | Q(future=False),
            ),
            models.CheckConstraint(
                name="an_impact_measure_has_words",
                condition=~Q(kind=MeasureKind.IMPACT) | ~Q(text=""),
            ),
            models.CheckConstraint(
                name="progress_has_no_words_and_no_tag_of_its_own",
                condition=~Q(kind=MeasureKind.PROGRESS)
                | Q(text="", milestone=None, recurring=False, growth=False, future=False),
            ),
            models.CheckConstraint(
                name="only_a_recurring_measure_or_progress_repeats",
                condition=Q(recurrence=Recurrence.NONE) | Q(recurring=True) | Q(kind=MeasureKind.PROGRESS),
            ),
            models.CheckConstraint(name="a_milestone_level_starts_at_one", condition=~Q(milestone=0)),
            models.UniqueConstraint(
                fields=["action"],
                condition=Q(kind=MeasureKind.PROGRESS),
                name="an_action_has_one_progress",
            ),
        ]

    def __str__(self) -> str:
        return self.text or self.action.text

    @property
    def name(self) -> str:
        """How a sentence calls it: the first words of its text; of its action's, where it has none of its own."""
        return short_name(str(self))

    @property
    def ref(self) -> str:
        """The reference under which it is found: its outcome's, or the number of its workstream."""
        place = self.action.outcome or self.action.workstream
        if isinstance(place, Outcome):
            return place.ref or place.workstream.number
        return place.number if place else ""

    @property
    def is_live(self) -> bool:
        """It stands in the plan now: one query."""
        return Measure.objects.live().filter(pk=self.pk).exists()


class SourceRef(models.Model):
    """Where an item came from, as printed ("LGA rec. 6a", "NRAP/JTAI")."""

    outcome = models.ForeignKey(Outcome, models.PROTECT, null=True, blank=True, related_name="sources")
    action = models.ForeignKey(Action, models.PROTECT, null=True, blank=True, related_name="sources")
    measure = models.ForeignKey(Measure, models.PROTECT, null=True, blank=True, related_name="sources")
    printed = models.CharField(max_length=100)
    recommendation = models.ForeignKey(
        Recommendation, models.PROTECT, null=True, blank=True, related_name="cited"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="a_source_reference_stands_at_one_item",
                condition=Q(outcome__isnull=False, action=None, measure=None)
                | Q(outcome=None, action__isnull=False, measure=None)
                | Q(outcome=None, action=None, measure__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.printed
