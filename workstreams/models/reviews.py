"""What reviewers outside the partnership asked for."""

from django.db import models

from ..vocabulary import RecommendationStatus


class Recommendation(models.Model):
    """One recommendation of an outside review. Known by number alone is allowed: the text is then not held."""

    source = models.CharField(max_length=200)
    reference = models.CharField(max_length=40, blank=True)
    text = models.TextField(blank=True)
    addressee = models.CharField(max_length=200, blank=True)
    status = models.CharField(
        max_length=12, choices=RecommendationStatus, default=RecommendationStatus.NOT_STATED
    )
    status_words = models.TextField(blank=True)

    class Meta:
        ordering = ["source", "reference"]
        constraints = [
            models.UniqueConstraint("source", "reference", name="a_recommendation_is_registered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.reference}".strip()
