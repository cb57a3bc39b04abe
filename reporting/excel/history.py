"""The history as a table: its columns, as lines of CSV, and as a workbook however long."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO, Self

from ..pack import printable
from ..pack.extract import Head
from .rows import LONDON, Column
from .sheets import LONGEST, STARTS_A_FORMULA, Book, Value

if TYPE_CHECKING:
    from workstreams.history import Line

TOO_LONG = "\n… (longer than a cell holds: in full in history.csv)"
LINES = (
    Column("Record", 10, lambda line: line.seq),
    Column("When", 18, lambda line: line.at.astimezone(LONDON).replace(tzinfo=None, microsecond=0)),
    Column("Who", 24, lambda line: line.who),
    Column("In which post", 32, lambda line: line.post),
    Column("What", 60, lambda line: line.what),
    Column("Was", 24, lambda line: line.was),
    Column("Now", 24, lambda line: line.now),
    Column("What was said", 60, lambda line: line.said),
    Column("Because", 50, lambda line: line.because),
    Column("Meeting", 18, lambda line: line.meeting),
    Column("Standing", 18, lambda line: line.standing),
    Column("Fingerprint", 70, lambda line: line.hash),
)
ABOUT = (("About this history", 34), ("What it says", 100))


def cells(line: "Line") -> list[Value]:
    return [column.value(line) for column in LINES]


def csv_of(rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    """Lines of CSV for any spreadsheet: nothing that somebody typed is a formula in one, and nothing is cut."""
    out = io.StringIO()
    write = csv.writer(out)
    for row in rows:
        write.writerow([_as_text(value) if isinstance(value, str) else value for value in row])
        yield out.getvalue()
        out.seek(0)
        out.truncate()


def _as_text(text: str) -> str:
    text = printable(text)
    return f"'{text}" if text.lstrip().startswith(STARTS_A_FORMULA) else text


class HistoryBook:
    """The workbook, a row at a time; only the file on disk grows with it, and is gone where the workbook is left."""

    def __init__(self, head: Head) -> None:
        self.book = Book(
            title=head.title,
            by=head.partnership,
            on=head.on,
            seq=head.seq,
            provisional=head.provisional,
            long=True,
        )
        about = self.book.begin("About", ABOUT)
        self.book.append(about, [title for title, _ in ABOUT], self.book.head)
        for row in head.facts:
            self.book.append(about, row)
        self.sheet = self.book.begin("History", [(column.title, column.width) for column in LINES])
        self.book.append(self.sheet, [column.title for column in LINES], self.book.head)
        self.count = 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.book.dropped()

    def add(self, row: Sequence[Value]) -> None:
        self.book.append(self.sheet, [_fitting(v) if isinstance(v, str) else v for v in row])
        self.count += 1

    def write_to(self, out: BinaryIO) -> None:
        self.sheet.auto_filter.ref = f"A1:{chr(ord('A') + len(LINES) - 1)}{self.count}"
        self.book.write_to(out)


def _fitting(text: str) -> str:
    """As much of a text as a cell holds. The house's other workbooks refuse; a history is given whole as CSV beside."""
    if len(text.encode("utf-16-le")) // 2 <= LONGEST:
        return text
    return text.encode("utf-16-le")[: 2 * (LONGEST - 1_000)].decode("utf-16-le", "ignore") + TOO_LONG
