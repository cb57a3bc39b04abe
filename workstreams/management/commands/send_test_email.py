"""`manage.py send_test_email ADDRESS`: one e-mail the way the site sends it, or why it can't."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import get_connection
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from workstreams import reminders

SUBJECT = "A test of the plan’s e-mail"
TEXT = """This was sent to see whether e-mail from the plan arrives. It did.

Links in other e-mails begin with {site}
"""


class Command(BaseCommand):
    help = (
        "Send one e-mail the way the site does. Exit 1, and a sentence that says why, where it can't be sent."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="Whom to send it to.")

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        if not settings.EMAIL_IS_SET_UP:
            raise CommandError("E-mail is not set up: give EMAIL_URL and EMAIL_FROM (docs/running-it.md).")
        try:
            validate_email(address)
        except ValidationError as invalid:
            raise CommandError(f"{address!r} is not an e-mail address.") from invalid
        try:
            with get_connection() as connection:
                reminders.message(SUBJECT, TEXT.format(site=settings.SITE_URL), address, connection).send()
        except reminders.FAILURES as failure:
            raise CommandError(reminders.why(failure)) from failure
        self.stdout.write(
            f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} took an e-mail from {settings.DEFAULT_FROM_EMAIL} to"
            f" {address}. Whether it arrives, its inbox shows."
        )
