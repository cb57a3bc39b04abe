"""The history taken out: as CSV, as a workbook, and as a zip that holds both with the ledger and its proof.

Each takes as little memory for many rows as for few, and is of one unchanging view of the ledger, whose newest row it
names. CSV and zip are sent as they are made, so the view lasts as long as somebody reads: whoever stops is cut off. A
zip that was cut has no list of its files and can't be opened; a CSV has no last line, which says that it ends there.
"""

import io
import json
import tempfile
import time
import zipfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection

from workstreams import gather, history, ledger
from workstreams.history import Extract
from workstreams.picture import Reader

from ..excel.history import LINES, HistoryBook, cells, csv_of
from ..pack import CouldNotDraw
from ..pack.extract import Head

VERIFY = Path(__file__).resolve().parent.parent / "verify.py"
FLUSH = 64 << 10  # bytes that are sent together
STALLED = 5 * 60  # seconds in which nobody takes anything, after which the database ends the view
WORKBOOK = 250_000  # records that one holds: for more it would be minutes before its first byte
# Seconds that a file is read in at most, however steadily: rows wait to be cleared away meanwhile.
LONGEST = 60 * 60
BOM = "\ufeff"  # by which a spreadsheet knows that the CSV is UTF-8

Parts = Generator[bytes, None, None]


def as_csv(extract: Extract, reader: Reader, drawn_for: str) -> Iterator[bytes]:
    """The lines, then one of the newest row of the ledger then: the anchor."""
    with _view():
        head = _head(extract, reader, drawn_for)
        rows = (cells(line) for line in history.lines(extract, reader, head.seq))
        yield from _while_read(_together(_csv(head, rows)))


def as_workbook(extract: Extract, reader: Reader, drawn_for: str) -> IO[bytes]:
    """A file on disk, which is gone when it is closed. Raises CouldNotDraw for more records than a workbook holds."""
    with ledger.one_view():
        head = _head(extract, reader, drawn_for)
        if not head.has_workbook:
            raise CouldNotDraw(
                f"A workbook holds {WORKBOOK:,} records at most, and these are more. Choose fewer days, or the CSV."
            )
        with HistoryBook(head) as book:
            for line in history.lines(extract, reader, head.seq):
                book.add(cells(line))
            out = tempfile.TemporaryFile()  # noqa: SIM115 (whoever sends it closes it)
            book.write_to(out)
    out.seek(0)
    return out


def as_zip(extract: Extract, reader: Reader, drawn_for: str) -> Iterator[bytes]:
    """history.csv, history.xlsx, ledger.jsonl, anchor.txt, verify.py and READ-ME.txt, in one zip: no workbook where it
    would be too long for one."""
    with _view():
        yield from _while_read(_zip(extract, reader, drawn_for))


@contextmanager
def _view() -> Iterator[None]:
    """One unchanging view of the ledger that ends where nothing is asked of it for long."""
    with ledger.one_view():
        with connection.cursor() as cursor:
            cursor.execute(
                "select pg_catalog.set_config('idle_in_transaction_session_timeout', %s, true)",
                [f"{STALLED}s"],
            )
        yield


def _while_read(parts: Parts) -> Parts:
    """Each part as somebody takes it. The database hears of each, so that it doesn't take the slow for the gone."""
    end = time.monotonic() + LONGEST
    with closing(parts):
        for part in parts:
            yield part
            if time.monotonic() > end:
                raise TimeoutError(f"This history was not read in {LONGEST} seconds: it is cut off here.")
            with connection.cursor() as cursor:
                cursor.execute("select")


def _zip(extract: Extract, reader: Reader, drawn_for: str) -> Parts:
    head, sink = _head(extract, reader, drawn_for), _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive, HistoryBook(head) as book:

        def rows() -> Iterator[Any]:
            for line in history.lines(extract, reader, head.seq):
                row = cells(line)
                if head.has_workbook:
                    book.add(row)
                yield row

        files: dict[str, Iterable[bytes]] = {
            "READ-ME.txt": [head.read_me().replace("\n", "\r\n").encode()],
            "anchor.txt": [f"{head.anchor}\n".encode()],
            "verify.py": [VERIFY.read_bytes()],
            "history.csv": _csv(head, rows()),
            "history.xlsx": _chunks(book),
            "ledger.jsonl": _ledger(extract, reader, head.seq),
        }
        if not head.has_workbook:
            del files["history.xlsx"]
        for name, parts in files.items():
            entry = zipfile.ZipInfo(name, date_time=(head.on.year, head.on.month, head.on.day, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            with archive.open(entry, "w") as file:
                for part in _together(parts):
                    file.write(part)
                    if sink.waiting > FLUSH:
                        yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """Takes what is written and gives it on. It can't be wound back, so a zip in it is written as it is sent."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.waiting = 0

    def writable(self) -> bool:
        return True

    def write(self, part: Any) -> int:
        self.parts.append(bytes(part))
        self.waiting += len(part)
        return len(part)

    def taken(self) -> bytes:
        whole, self.parts, self.waiting = b"".join(self.parts), [], 0
        return whole


def _together(parts: Iterable[bytes]) -> Parts:
    sink = _Sink()
    for part in parts:
        sink.write(part)
        if sink.waiting > FLUSH:
            yield sink.taken()
    yield sink.taken()


def _csv(head: Head, rows: Iterable[Any]) -> Iterator[bytes]:
    yield BOM.encode()
    for line in csv_of([[column.title for column in LINES]]):
        yield line.encode()
    for line in csv_of(rows):
        yield line.encode()
    for line in csv_of([_last_line(head)]):
        yield line.encode()


def _last_line(head: Head) -> list[Any]:
    """What says where the CSV ends, as papers say it: by the newest row of the ledger."""
    says = {
        "Record": head.seq,
        "What": f"This history ends here. {head.period}. To check it against the ledger: {head.anchor}",
        "Said": "",
        "Fingerprint": head.hash,
    }
    return [says.get(column.title, "") for column in LINES]


def _chunks(book: HistoryBook) -> Iterator[bytes]:
    """The workbook, which is whole only when the rows have all been added."""
    with tempfile.TemporaryFile() as file:
        book.write_to(file)
        file.seek(0)
        while part := file.read(FLUSH):
            yield part


def _ledger(extract: Extract, reader: Reader, upto: int) -> Iterator[bytes]:
    """Every row of the ledger as a line of JSON, with the database's own text of its images (docs/ledger.md).

    What stands in the extract stands whole. The others, and those with something in them that is left out, stand
    without images, reason and salt: their links can be made again, and nothing of them be read. A row that redacts
    others is whole always, because the proof needs it.
    """
    whole = history.whole(extract, reader, upto)
    next_whole = next(whole, 0)
    for row in ledger.rows(upto):
        said: dict[str, Any] = {
            "seq": row.seq,
            "at": ledger.written(row.at),
            "table": row.table,
            "row": row.row,
            "operation": row.operation,
            "by": row.by,
            "for_post": row.for_post,
        }
        is_whole = row.seq == next_whole
        next_whole = next(whole, 0) if is_whole else next_whole
        if is_whole or row.is_redaction:
            said |= {"because": row.because, "before": row.before, "after": row.after, "salt": row.salt.hex()}
        elif row.form == 1 and not row.because:
            said["because"] = ""
        said |= {
            "form": row.form,
            "digest": row.digest.hex(),
            "previous": row.previous.hex(),
            "hash": row.hash.hex(),
        }
        yield f"{json.dumps(said, ensure_ascii=False)}\n".encode()


def _head(extract: Extract, reader: Reader, drawn_for: str) -> Head:
    at = gather.head()
    return Head(
        partnership=settings.PARTNERSHIP_NAME,
        on=at.today,
        seq=at.seq,
        hash=at.hash,
        period=_period(extract),
        left_out=tuple(_left_out(extract, reader)),
        provisional=extract.provisional,
        drawn_for=drawn_for,
        has_workbook=history.extracted(extract, reader, at.seq).count() <= WORKBOOK,
    )


def _period(extract: Extract) -> str:
    since = f"{extract.since:%-d %B %Y}" if extract.since else ""
    until = f"{extract.until:%-d %B %Y}" if extract.until else ""
    if since and until:
        return f"From {since} to {until}"
    return f"Since {since}" if since else f"Up to {until}" if until else "From the first record to the newest"


def _left_out(extract: Extract, reader: Reader) -> Iterator[str]:
    if not extract.words:
        yield "What people wrote: updates, plans to recover, reasons, impact, highlight reports and challenges"
    if not extract.provisional:
        yield history.PROVISIONAL.capitalize()
    elif not reader.everything:
        yield f"Of other groups, and not open to whom this was drawn for: {history.PROVISIONAL}"
    elif not reader.drafts and history.has_drafts():
        yield "Plans that are still drafted, which are open to the business unit alone"
    if not extract.names:
        yield "The names and e-mail addresses of people: each is the number of an account, in the post they acted in"
