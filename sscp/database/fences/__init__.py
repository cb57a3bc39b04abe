"""Whether the fences around the history stand as the SQL here puts them up. It only looks, as whoever asks.

A fence that is lowered proves nothing by itself: it says that something could now be changed in silence.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from . import functions, laws, ledger, roles, server, tables
from .looking import Looking, Lowered, Report
from .source import source

__all__ = ["Lowered", "Report", "laws_said", "look", "source", "unreadable"]


def look(*, may_be_demonstration: bool) -> Report:
    """Every fence, each that is lowered in a sentence of its own: what it means, and how it is put up again.

    `may_be_demonstration`: whether a clock that can be set is expected here.
    """
    looking, started = Looking(source()), time.monotonic()
    with transaction.atomic(), _nothing_in_the_way():
        looking.take_stock()
        roles.look(looking)
        tables.look(looking)
        functions.look(looking)
        ledger.look(looking, may_be_demonstration=may_be_demonstration)
        laws.look(looking)
        server.look(looking)
    looking.report.seconds = time.monotonic() - started
    return looking.report


def unreadable() -> str:
    """Why the history can't be read at all, as after a restore that left something out; "" where it can."""
    with transaction.atomic(), _nothing_in_the_way():
        return ledger.unreadable(Looking(source()))


def laws_said() -> list[str]:
    """What this database says of the laws of its tables: of a new one, what laws.txt keeps."""
    with transaction.atomic(), _nothing_in_the_way():
        return laws.lines(Looking(source()))


@contextmanager
def _nothing_in_the_way() -> Iterator[None]:
    """Every name means PostgreSQL's own here, whatever somebody has put before it."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_catalog.current_setting('search_path')")
        (path,) = cursor.fetchone()
        cursor.execute("select pg_catalog.set_config('search_path', 'pg_catalog', true)")
        yield
        cursor.execute("select pg_catalog.set_config('search_path', %s, true)", [path])
