"""`manage.py send_reminders`: tell everybody by e-mail what is new for them. Run it every morning; twice sends once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from workstreams import gather, reminders
from workstreams.operations import drafts
from workstreams.words import counted

NOT_SET_UP = "E-mail is not set up (EMAIL_URL), so nobody was told anything."


class Command(BaseCommand):
    help = "Send today’s digests and the weekly letter, each once, and sweep old drafts. Exit 1 where some failed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Show who would be sent what; send and write nothing."
        )

    def handle(self, *args: Any, dry_run: bool = False, **options: Any) -> None:
        at = gather.head()
        waiting = reminders.waiting_letters(at)
        if dry_run:
            for letter in waiting:
                self.stdout.write(f"To: {letter.user.email}\nSubject: {letter.subject}\n\n{letter.text}")
            self.stdout.write(f"{counted(len(waiting), 'e-mail', 'e-mails')} would be sent.")
            return
        swept = counted(drafts.sweep_drafts(at.today), "old draft", "old drafts")
        if not (settings.EMAIL_IS_SET_UP or settings.EMAIL_IS_SHOWN):
            self.stdout.write(f"{NOT_SET_UP} Swept {swept}.")
            return
        sent = reminders.send_all(waiting, at.today)
        weekly = sum(letter.weekly for letter in sent.gone)
        self.stdout.write(
            f"Sent {counted(len(sent.gone) - weekly, 'digest', 'digests')} and"
            f" {counted(weekly, 'weekly letter', 'weekly letters')}; {len(sent.already)} had theirs today;"
            f" {len(sent.failed)} failed. Swept {swept}."
        )
        for letter, why in sent.failed:
            self.stderr.write(f"{letter.user.email}: {why}")
        if sent.failed:
            raise CommandError(
                f"{counted(len(sent.failed), 'e-mail', 'e-mails')} could not be sent. The next run tries again."
            )
