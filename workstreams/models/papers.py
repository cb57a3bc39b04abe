"""The papers: versions of the plan, frozen."""

from django.db import models
from django.db.models import Q

from ..vocabulary import VersionStep
from .plan import Plan
from .record import AppendOnly, Meeting


class VersionQuerySet(models.QuerySet["Version"]):
    def frozen(self) -> "VersionQuerySet":
        return self.filter(picture__isnull=False)

    def agreed(self) -> "VersionQuerySet":
        return self.filter(step=VersionStep.AGREED)


class Version(AppendOnly):
    """A version of the plan. Ordered by `seq`, never by label: 0.12 follows 0.11, and 1.10 follows 1.9."""

    # A frozen picture is bulk: the ledger holds its hash.
    hashed_in_the_ledger = ("picture",)

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions")
    label = models.CharField(max_length=40)
    seq = models.PositiveIntegerField()
    step = models.CharField(max_length=12, choices=VersionStep)
    changes = models.TextField()
    editors = models.CharField(max_length=200, blank=True)
    dated = models.DateField()
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="versions")
    picture = models.JSONField(null=True, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "seq"]
        constraints = [
            models.UniqueConstraint("plan", "seq", name="a_version_has_its_place_in_the_plan"),
            models.UniqueConstraint("plan", "label", "step", name="a_version_label_is_used_once_a_step"),
            models.CheckConstraint(
                name="an_agreed_version_names_its_meeting",
                condition=~Q(step=VersionStep.AGREED) | Q(meeting__isnull=False),
            ),
            models.CheckConstraint(
                name="a_register_entry_has_no_picture",
                condition=~Q(step=VersionStep.REGISTER) | Q(picture__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.label}"
