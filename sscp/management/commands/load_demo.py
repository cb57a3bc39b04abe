"""`manage.py load_demo`: the demonstration plan, and a believable year of Executive meetings up to today."""

from datetime import date, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from sscp.demonstration import (
    ACCOUNTS,
    FIRST_YEAR,
    PASSWORD,
    at,
    email_of,
    newest_year,
    play,
    set_clock,
)
from workstreams import gather
from workstreams.models import Plan


class Command(BaseCommand):
    help = "Load the demonstration plan, once, into a database provisioned as a demonstration."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--keep-dates",
            action="store_true",
            help="Leave the plan in 2023/24 instead of moving it to today.",
        )
        parser.add_argument(
            "--today",
            type=date.fromisoformat,
            help="Play up to this day (YYYY-MM-DD) and stop the plan's clock there.",
        )

        parser.add_argument(
            "--without-packs", action="store_true", help="Draw no packs, which takes a few seconds each."
        )
        parser.add_argument(
            "--before-papers",
            action="store_true",
            help="Leave the next meeting where the calendar has it, before its papers are issued.",
        )

    def handle(
        self,
        *args: Any,
        keep_dates: bool = False,
        today: date | None = None,
        without_packs: bool = False,
        before_papers: bool = False,
        **options: Any,
    ) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select demonstration from ledger.clock")
            (demonstration,) = cursor.fetchone()
        if not demonstration:
            raise CommandError(
                "This database was not provisioned as a demonstration, so its clock cannot be set."
                " Run `manage.py provision --demonstration` on an empty one."
            )
        if Plan.objects.exists():
            self.stdout.write("The demonstration plan is loaded.")
        else:
            day = today or gather.today()
            year = FIRST_YEAR if keep_dates else newest_year(day)
            with transaction.atomic():
                play(
                    years=year - FIRST_YEAR,
                    today=day,
                    with_packs=not without_packs,
                    with_papers=not before_papers,
                    tell=self.stdout.write,
                )
                set_clock(at(day, time(9)) if today else None)
            self.stdout.write(
                f"Loaded the {year}/{(year + 1) % 100:02} plan and its meetings up to {day:%-d %B %Y}."
            )
        self.stdout.write(f"\nSign in as one of these, with the password {PASSWORD}:")
        for key in ACCOUNTS:
            self.stdout.write(f"  {email_of(key)}")
