"""What the scrutineer questions, and what is answered."""

from typing import Self

from django.db import models
from django.db.models import Q

from ..vocabulary import ChallengeStep
from .people import Post, User
from .plan import Measure, Plan, Workstream
from .record import AppendOnly, Rating


class ChallengeQuerySet(models.QuerySet["Challenge"]):
    def raised(self) -> Self:
        """The step that begins each of them."""
        return self.filter(step=ChallengeStep.RAISED)

    def open(self) -> Self:
        """Those that the scrutineer has not closed."""
        return self.raised().exclude(replies__step=ChallengeStep.CLOSED)


class Challenge(AppendOnly):
    """One step of a challenge: about a rating of a measure, a measure, a workstream, or the whole plan.

    Every step names what the challenge is about, so that each is found with it. `in_reply_to` is the step that
    raised it.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="challenges")
    workstream = models.ForeignKey(
        Workstream, models.PROTECT, null=True, blank=True, related_name="challenges"
    )
    measure = models.ForeignKey(Measure, models.PROTECT, null=True, blank=True, related_name="challenges")
    rating = models.ForeignKey(Rating, models.PROTECT, null=True, blank=True, related_name="challenges")
    step = models.CharField(max_length=10, choices=ChallengeStep)
    in_reply_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replies")
    text = models.TextField()
    by = models.ForeignKey(User, models.PROTECT, related_name="challenges")
    for_post = models.ForeignKey(Post, models.PROTECT, related_name="challenges")
    as_deputy = models.BooleanField(default=False)

    objects = ChallengeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="a_challenge_has_words", condition=~Q(text="")),
            models.CheckConstraint(
                name="a_challenge_is_about_one_thing",
                condition=Q(workstream=None) | Q(measure=None),
            ),
            models.CheckConstraint(
                name="a_challenged_rating_names_its_measure",
                condition=Q(rating=None) | Q(measure__isnull=False),
            ),
            models.CheckConstraint(
                name="only_a_reply_replies_to_a_challenge",
                condition=Q(step=ChallengeStep.RAISED, in_reply_to=None)
                | (~Q(step=ChallengeStep.RAISED) & Q(in_reply_to__isnull=False)),
            ),
            models.UniqueConstraint(
                fields=["in_reply_to"],
                condition=Q(step=ChallengeStep.CLOSED),
                name="a_challenge_is_closed_once",
            ),
        ]
