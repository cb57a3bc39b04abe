"""`manage.py verify_history`: is every change still there, unchanged, and is nothing changed that no record says?"""

import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from workstreams import ledger
from workstreams.operations import checks


def anchor_of(text: str) -> ledger.Anchor:
    """ "1432:9f2c…" as every paper prints it."""
    found = re.fullmatch(r"\s*(\d+):([0-9a-fA-F]{64})\s*", text)
    if not found:
        raise CommandError(
            "An anchor is the number of a record, a colon and 64 letters and digits, as papers print it."
        )
    return ledger.Anchor(int(found[1]), found[2].lower())


class Command(BaseCommand):
    help = "Recompute the whole history and compare it with the plan. Exit 1 where anything is not as it was recorded."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anchor",
            metavar="SEQ:HASH",
            help="A record and its fingerprint from outside this database: from a printed pack or an e-mail.",
        )

    def handle(self, *args: Any, anchor: str | None = None, **options: Any) -> None:
        report = checks.check_history(anchor_of(anchor) if anchor else None)
        self.stdout.write(
            f"{report.rows:,} rows of the ledger read and {report.live:,} rows of the plan compared with them,"
            f" in {report.seconds:.1f} seconds."
        )
        if report.redacted:
            words = "1 row holds" if report.redacted == 1 else f"{report.redacted:,} rows hold"
            self.stdout.write(
                f"{words} other words than at first: those were taken out, as a later row says."
            )
        if report.unlinked:
            rows = ", ".join(map(str, report.unlinked))
            self.stdout.write(f"Of these the reason is gone too, so only their place was checked: {rows}.")
        if report.newest:
            self.stdout.write(f"Newest record: {report.newest.seq}:{report.newest.hash}")
        if report.demonstration:
            clock = "is set" if report.clock_is_set else "runs with real time now"
            self.stdout.write(f"This database is a demonstration: its clock can be set, and {clock}.")
        for fault in report.faults:
            self.stderr.write(str(fault))
        if report.faults:
            count = "1 fault" if len(report.faults) == 1 else f"{len(report.faults):,} faults"
            raise CommandError(f"The history is not as it was recorded: {count}.")
        if anchor:
            self.stdout.write("Everything is as it was recorded, and the anchor is where it was.")
        else:
            self.stdout.write(
                "Everything is as it was recorded. Without --anchor, a ledger that was cut off at its end or"
                " written anew would look the same."
            )
