"""`manage.py provision`: make or upgrade the database, whoever runs it and however often."""

from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from sscp import database


class Command(BaseCommand):
    help = "Make or upgrade the database: roles, ledger, tables, fences. Safe to repeat; run it at every deployment."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--demonstration",
            action="store_true",
            help="Mark a new database as a demonstration, whose clock load_demo may move.",
        )

    def handle(self, *args: Any, demonstration: bool = False, **options: Any) -> None:
        passwords = {}
        for url in (settings.DATABASE_URL, settings.DATABASE_OWNER_URL):
            parts = urlsplit(url)
            if parts.username and parts.password:
                passwords[unquote(parts.username)] = unquote(parts.password)
        if not settings.DATABASE_ADMIN_URL or "owner" not in settings.DATABASES:
            raise CommandError(
                "provision needs DATABASE_ADMIN_URL (an administrator of the server) and DATABASE_OWNER_URL"
                " (the role plan_owner): see docs/running-it.md."
            )
        database.furnish(
            settings.DATABASE_ADMIN_URL,
            settings.DATABASES["default"]["NAME"],
            demonstration=demonstration,
            passwords=passwords,
        )
        call_command("migrate", database="owner", verbosity=options["verbosity"], interactive=False)
        call_command("createcachetable", database="owner", verbosity=0)
        database.fence()
        self.stdout.write("The database is ready.")
