"""The Django application of the reports."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = "Reports"

    def ready(self) -> None:
        from workstreams import redactions

        from . import operations

        redactions.drawn_by(operations.draw_again)
