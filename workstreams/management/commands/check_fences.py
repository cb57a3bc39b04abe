"""`manage.py check_fences`: does everything that keeps the history from being changed still stand?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workstreams.operations import checks
from workstreams.words import counted


class Command(BaseCommand):
    help = (
        "Look at every fence around the history: triggers, owners, rights, roles, functions, the server’s settings."
        " Exit 1 where one is lowered, with a sentence on what that means and how to mend it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        report = checks.check_fences()
        self.stdout.write(f"{counted(report.looked_at, 'fence', 'fences')} looked at.")
        for lowered in report.lowered:
            self.stderr.write(str(lowered))
        if report.lowered:
            raise CommandError(f"{counted(len(report.lowered), 'fence is', 'fences are')} lowered.")
        self.stdout.write("All of them stand.")
