"""Reminders: what each person wants to be told by e-mail, and what they were told. Private, and not history."""

from django.db import models

from .people import User


class MailChoice(models.Model):
    """The kinds of news (`vocabulary.News`) that a person has switched off."""

    fenced = False

    user = models.OneToOneField(User, models.CASCADE, related_name="mail_choice")
    unwanted = models.JSONField(default=list)


class Digest(models.Model):
    """One e-mail of news to one person. The row is written in the transaction that sends it: never twice a day."""

    fenced = False

    user = models.ForeignKey(User, models.CASCADE, related_name="digests")
    on = models.DateField()
    weekly = models.BooleanField(default=False, help_text="The scrutineer's letter with the anchor.")
    told = models.JSONField(
        default=list, help_text="What it said, as keys: news that is told once is not told again."
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint("user", "on", "weekly", name="one_digest_a_person_and_day")]
