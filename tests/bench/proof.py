"""What proving costs: verifying against reading the same rows, and taking the history out, short and long."""

import hashlib
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import connection

from reporting import operations
from tests.long_history import live_again
from workstreams import ledger
from workstreams.history import Extract
from workstreams.models import Ledger, Rating
from workstreams.picture import Reader

from .figures import Figure, in_turn, ratio_of
from .stages import analyze, stage

SHORT, LONG = 2_000, 20_000
ROUNDS = 3
EVERYTHING = Reader(everything=True, drafts=True)


def measure() -> list[Figure]:
    names = {rows: f"bench_proof_{rows}" for rows in (SHORT, LONG)}
    with stage(*names.values()) as made:
        sizes, figures, seconds, memory = {}, [], {}, {}
        for rows, name in names.items():
            made.point_to(name)
            live_again(round((rows - Ledger.objects.count()) / Rating.objects.count()))
            analyze(made, name)
            sizes[rows] = Ledger.objects.count()
            if rows == LONG:
                figures += _verifying(sizes[rows])
            seconds[rows] = in_turn(_exports(), ROUNDS)
            memory[rows] = _memory()
        figures.append(Figure("Proof: ledger rows", f"{sizes[LONG]:,}", f"{sizes[SHORT]:,}"))
        times = sizes[LONG] / sizes[SHORT]
        for what in seconds[LONG]:
            figures.append(
                ratio_of(
                    f"{what}, {times:.0f} times the rows",
                    seconds[LONG][what],
                    seconds[SHORT][what],
                    unit="s",
                    limit=round(1.5 * times),
                )
            )
        for what in memory[LONG]:
            figures.append(
                ratio_of(
                    f"Memory of the {what}, {times:.0f} times the rows",
                    memory[LONG][what] / 2**20,
                    memory[SHORT][what] / 2**20,
                    unit="MB",
                    limit=4,
                )
            )
        return figures


def _verifying(rows: int) -> list[Figure]:
    """verify_history and verify.py against no more than reading each row and hashing it once."""
    newest = f"{rows}:{bytes(Ledger.objects.get(seq=rows).hash).hex()}"
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        for part in _zip():
            file.write(part)
        file.flush()
        program = [sys.executable, "-I", "-S", operations.extracts.VERIFY, "--anchor", newest, file.name]

        def stranger() -> None:
            subprocess.run(program, check=True, stdout=subprocess.DEVNULL)

        report = ledger.verify()
        assert report.faults == []
        seconds = in_turn({"read": _read, "verify": ledger.verify, "stranger": stranger}, ROUNDS)
        size = Path(file.name).stat().st_size
    return [
        ratio_of(
            "Rows that verify_history checks, against rows read and hashed",
            rows / seconds["verify"],
            rows / seconds["read"],
            unit="a second",
        ),
        ratio_of(
            "Time of verify_history, against reading and hashing",
            seconds["verify"],
            seconds["read"],
            unit="s",
            limit=8,
        ),
        ratio_of(
            "Rows that verify.py checks, against rows read and hashed",
            rows / seconds["stranger"],
            rows / seconds["read"],
            unit="a second",
        ),
        Figure(f"The zip of {rows:,} rows", f"{size / 2**20:.1f} MB"),
    ]


def _read() -> None:
    """The same rows through the same kind of cursor, and one hash of each."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            'select seq, at, "table", "row", operation, before::text, after::text, by, for_post, because, form,'
            " salt, digest, previous, hash from ledger.entry order by seq"
        )
        while some := cursor.fetchmany(2_000):
            for row in some:
                hashlib.sha256((row[6] or row[5] or "").encode()).digest()


def _zip() -> Iterator[bytes]:
    return operations.as_zip(Extract(), EVERYTHING, "bench")


def _exports() -> dict[str, Callable[[], object]]:
    return {
        "The history as CSV": lambda: sum(map(len, operations.as_csv(Extract(), EVERYTHING, "bench"))),
        "The history as workbook": lambda: operations.as_workbook(Extract(), EVERYTHING, "bench").close(),
        "The proof as zip": lambda: sum(map(len, _zip())),
    }


def _memory() -> dict[str, float]:
    """The most that is held at once while it is taken out."""
    found = {}
    for what, act in _exports().items():
        if "CSV" in what:
            continue
        tracemalloc.start()
        act()
        found[what.replace("The ", "", 1)] = float(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    return found
