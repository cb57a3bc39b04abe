"""Servers and databases of the measurements' and the drills' own, beside those of the tests."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connections

from sscp import embedded_postgres
from tests.conftest import Stage


@contextmanager
def stage(*names: str, durable: bool = False, purpose: str = "bench") -> Iterator[Stage]:
    """A server with databases of these names, each as the demonstration left it; they are dropped afterwards.

    `durable` survives a crash, as a real server must; the other gives that up to be quick.
    """
    kind = f"{purpose}-durable" if durable else purpose
    folder = (
        embedded_postgres.data_folder()
        / f"postgres-{embedded_postgres.major(embedded_postgres.find_binaries())}-{kind}"
    )
    with embedded_postgres.using(embedded_postgres.Server(folder, fast=not durable)) as server:
        made = Stage(server)
        made.make_template()
        try:
            for name in names:
                made.clone(name)
            yield made
        finally:
            for alias in ("default", "owner"):
                connections[alias].close()
            for name in names:
                made.drop(name)


def analyze(made: Stage, name: str) -> None:
    """Let the server count what it holds, as one whose database grew slowly has long done."""
    with psycopg.connect(made.server.url(database=name), autocommit=True) as admin:
        admin.execute("vacuum analyze")
