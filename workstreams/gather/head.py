"""Where the ledger stands, and what day it is there."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Head:
    """Where the ledger stands: its newest row, and the plan's moment (the clock of the database)."""

    seq: int
    hash: str
    at: datetime

    @property
    def today(self) -> date:
        return self.at.astimezone(LONDON).date()


def head() -> Head:
    """One query. `seq` is 0 and `hash` empty before the first change."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(seq, 0), coalesce(encode(hash, 'hex'), ''), ledger.plan_now() from"
            " (select 1) one left join (select seq, hash from ledger.entry order by seq desc limit 1) e on true"
        )
        return Head(*cursor.fetchone())


def today() -> date:
    """The plan's day in Europe/London."""
    return head().today
