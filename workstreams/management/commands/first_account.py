"""`manage.py first_account EMAIL --name NAME`: let the first person of the business unit in; they invite the others."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from workstreams import gather
from workstreams.models import Appointment, Post, User
from workstreams.operations import Refused, people
from workstreams.views.accounts import single_use_path
from workstreams.vocabulary import PostKind

COMMAND = "first_account"
POST = "Business Unit"


class Command(BaseCommand):
    help = (
        "Appoint the first person to the business unit and print the single-use link with which they get in."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="The address with which they will sign in.")
        parser.add_argument("--name", required=True, help="As it should stand beside what they do.")

    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError("Give an e-mail address like name@example.org.") from None
        if not name.strip():
            raise CommandError("Give a name: it stands beside what they do.")
        try:
            with transaction.atomic():
                user = self._in_the_unit(email) or self._appointed(email, name.strip())
        except Refused as refused:
            raise CommandError(str(refused)) from None
        days = settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60)
        self.stdout.write(
            f"{user} is in the business unit. With this address they choose a password, once, within {days} days:\n\n"
            f"{settings.SITE_URL}{single_use_path(user)}"
        )

    def _in_the_unit(self, email: str) -> User | None:
        """Whoever has this address, where they are in it already. Raises CommandError where others are."""
        unit = Appointment.objects.filter(post__kind=PostKind.BUSINESS_UNIT, user__is_active=True)
        standing = unit.exclude(ends_on__lt=gather.today()).select_related("user")
        found = next((a.user for a in standing if a.user.email.lower() == email.lower()), None)
        if found is None and standing:
            raise CommandError(
                "Somebody is in the business unit already. They invite everybody else, on the page People."
            )
        return found

    def _appointed(self, email: str, name: str) -> User:
        post = Post.objects.filter(kind=PostKind.BUSINESS_UNIT, ends_on=None).order_by("pk").first()
        post = post or people.add_post(title=POST, kind=PostKind.BUSINESS_UNIT, by=COMMAND)
        return people.invite(email=email, name=name, post=post, starts_on=gather.today(), by=COMMAND)
