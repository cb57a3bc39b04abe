"""Files that people hand in, a plan or a workbook that comes back. What they change is history; they are not."""

from django.db import models

from ..vocabulary import UploadKind, UploadState
from .papers import Version
from .people import Post, User
from .plan import Plan


class Upload(models.Model):
    """A file with what was read in it and what its reader answered, until it is applied; then, what it was."""

    fenced = False

    user = models.ForeignKey(User, models.PROTECT, related_name="uploads")
    plan = models.ForeignKey(
        Plan, models.CASCADE, null=True, blank=True, related_name="uploads", help_text="Empty: a new plan."
    )
    for_post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="uploads")
    kind = models.CharField(max_length=10, choices=UploadKind)
    state = models.CharField(max_length=10, choices=UploadState, default=UploadState.READ)
    name = models.CharField(max_length=200, help_text="The file's own name, without its folder.")
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    document = models.JSONField(help_text="The file as its parser gave it (intake.document.Document).")
    mapping = models.JSONField(
        null=True, blank=True, help_text="What each column holds, where a person said so."
    )
    answers = models.JSONField(default=dict, help_text="Answers by the key of their question.")
    cells = models.JSONField(
        default=dict, help_text="Once applied: where each value stood, by the row and field it became."
    )
    version = models.ForeignKey(Version, models.PROTECT, null=True, blank=True, related_name="uploads")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="an_applied_plan_names_its_version",
                condition=~models.Q(kind=UploadKind.PLAN, state=UploadState.APPLIED)
                | models.Q(version__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name
