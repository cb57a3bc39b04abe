"""What the ledger costs a write: rows into a fenced table and into one of the same shape without fences.

On a server that survives a crash, as a real one must, with eight writers at once.
"""

import itertools
import threading
import time
from statistics import median

import psycopg
from django.db import connection, connections

from workstreams import ledger
from workstreams.models import Measure, Rating

from .figures import Figure, ratio_of
from .stages import stage

WRITERS = 8
ROUNDS = 5
SECONDS = 2.0  # of each turn
DATABASE = "bench_writing"
FENCED = Rating._meta.db_table
PLAIN = "bench_plain_rating"

WRITE = """
    with signed as (select set_config('plan.by', 'bench', true))
    insert into {table} (measure_id, step, words, recovery_plan, risk_note, evidence, evidence_held, because,
                         effective_on, by_id, for_post_id, as_deputy, received, follows_id)
    select %s, 'REMOVED', 'As much as somebody types in two sentences of an update, to be like the real thing.', '',
           '', '', '', '', current_date, by_id, for_post_id, false, '', %s
    from signed, (select by_id, for_post_id from workstreams_rating limit 1) like_another
    returning id
"""


def make_plain_table() -> None:
    """The ratings' table again with its columns, indexes, checks and foreign keys, and none of its triggers."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"create table {PLAIN} (like {FENCED} including all)")
        cursor.execute(
            "select pg_get_constraintdef(oid) from pg_constraint where conrelid = %s::regclass and contype = 'f'",
            [FENCED],
        )
        for (key,) in cursor.fetchall():
            cursor.execute(
                f"alter table {PLAIN} add {key.replace(f'REFERENCES {FENCED}(', f'REFERENCES {PLAIN}(')}"
            )
        cursor.execute(f"grant select, insert on {PLAIN} to plan_app")


class Writer:
    """One connection that answers its own measure again and again, each row a transaction."""

    def __init__(self, url: str, measure: int) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        self.measure = measure
        self.last = {FENCED: self.newest(measure), PLAIN: None}

    def newest(self, measure: int) -> int | None:
        found = self.connection.execute(
            f"select max(id) from {FENCED} where measure_id = %s", [measure]
        ).fetchone()
        return found[0] if found else None

    def write(self, table: str) -> None:
        row = self.connection.execute(WRITE.format(table=table), [self.measure, self.last[table]]).fetchone()
        self.last[table] = row[0] if row else None


def turn(writers: list[Writer], table: str) -> float:
    """Rows a second that all writers together put into this table."""
    start, end = threading.Barrier(len(writers) + 1), threading.Event()
    written = itertools.count()

    def run(writer: Writer) -> None:
        start.wait()
        while not end.is_set():
            writer.write(table)
            next(written)

    threads = [threading.Thread(target=run, args=[writer]) for writer in writers]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    time.sleep(SECONDS)
    end.set()
    for thread in threads:
        thread.join()
    return next(written) / (time.perf_counter() - began)


def measure() -> list[Figure]:
    with stage(DATABASE, durable=True) as durable:
        durable.point_to(DATABASE)
        make_plain_table()
        measures = Measure.objects.order_by("pk").values_list("pk", flat=True)[:WRITERS]
        url = durable.server.url("plan_app", DATABASE)
        writers = [Writer(url, pk) for pk in measures]
        rates: dict[str, list[float]] = {FENCED: [], PLAIN: []}
        for _ in range(ROUNDS):
            for table in rates:
                rates[table].append(turn(writers, table))
        for writer in writers:
            writer.connection.close()
        with connection.cursor() as cursor:
            cursor.execute("show synchronous_commit")
            (durably,) = cursor.fetchone()
        assert durably == "on", "the server gives up what it has said is written"
        report = ledger.verify()
        return [
            ratio_of(
                f"Rows with the ledger, without it, {WRITERS} writers",
                median(rates[FENCED]),
                median(rates[PLAIN]),
                unit="a second",
            ),
            Figure(
                "The chain afterwards: faults, rows checked",
                str(len(report.faults)),
                str(report.rows),
                limit="no fault",
                kept=not report.faults,
            ),
        ]
