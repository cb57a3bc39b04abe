"""What is kept about the proof: words on their way out of the record, and what the daily checks found."""

from django.db import models

from ..vocabulary import CheckKind, RedactionState
from .people import Post, User


class RedactionQuerySet(models.QuerySet["Redaction"]):
    def waiting(self) -> "RedactionQuerySet":
        """Those that wait for a second person."""
        return self.filter(state=RedactionState.ASKED)


class Redaction(models.Model):
    """Words that one person asks to have taken out of the record, and another takes out.

    Not history: what was taken out stands here until it is done, and nowhere after. That it was done, by whom and
    why, is a row of the ledger.
    """

    fenced = False

    seq = models.BigIntegerField(help_text="The ledger row in which the words were found.")
    words = models.TextField(blank=True, help_text="What is to go; empty once it was decided.")
    because = models.TextField()
    state = models.CharField(max_length=10, choices=RedactionState, default=RedactionState.ASKED)
    by = models.ForeignKey(User, models.PROTECT, related_name="redactions")
    for_post = models.ForeignKey(Post, models.PROTECT, related_name="redactions")
    at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="redactions_decided"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    refused_because = models.TextField(blank=True)
    done_as = models.BigIntegerField(null=True, blank=True, help_text="The ledger row that says it was done.")

    objects = RedactionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_redaction_is_decided_by_another_person",
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("by")),
            ),
            models.CheckConstraint(
                name="decided_words_are_gone",
                condition=models.Q(state=RedactionState.ASKED) | models.Q(words=""),
            ),
        ]

    @property
    def waits(self) -> bool:
        return self.state == RedactionState.ASKED


class Check(models.Model):
    """One run of a check of the proof, with all that it found."""

    fenced = False

    kind = models.CharField(max_length=10, choices=CheckKind)
    at = models.DateTimeField(auto_now_add=True)
    seconds = models.FloatField()
    passed = models.BooleanField()
    said = models.JSONField(default=list, help_text="Each fault as a sentence.")
    counted = models.PositiveIntegerField(help_text="The ledger rows read, or the fences looked at.")
    seq = models.BigIntegerField(default=0, help_text="The newest ledger row then.")
    hash = models.CharField(max_length=64, blank=True)
    anchor = models.CharField(max_length=90, blank=True, help_text="The outside anchor it was held against.")

    class Meta:
        ordering = ["-pk"]
