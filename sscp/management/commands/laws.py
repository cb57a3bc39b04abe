"""`manage.py laws`: what the database itself says of the laws of its tables, a line each."""

from typing import Any

from django.core.management.base import BaseCommand

from sscp.database import fences


class Command(BaseCommand):
    help = (
        "Print every column, law, reference and index of the plan’s tables and the ledger’s, as PostgreSQL says them."
        " From a new database this is sscp/database/laws.txt, which check_fences holds all others against."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for line in fences.laws_said():
            self.stdout.write(line)
