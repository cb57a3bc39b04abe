"""Every link and image of the ledger recomputed and held against the tables, without the database's own functions."""

import hashlib
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

from ..models import AppendOnly
from .form import Row, digest, link, redactions, replacement
from .images import BATCH, batches, differing, fenced_models, images, loaded, things


class Anchor(NamedTuple):
    """A row of the ledger as somebody else has it on paper: its number, and its hash in hexadecimal."""

    seq: int
    hash: str


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was recorded. `seq` is the ledger row that shows it; `thing` the row it is of."""

    sentence: str
    seq: int | None = None
    table: str = ""
    row: str = ""
    thing: str = ""

    def __str__(self) -> str:
        where = ", ".join(filter(None, (f"Ledger row {self.seq}" if self.seq else "", self.thing)))
        return f"{where}: {self.sentence}" if where else self.sentence


@dataclass
class Report:
    """What a verification found."""

    rows: int = 0
    live: int = 0
    seconds: float = 0.0
    newest: Anchor | None = None
    demonstration: bool = False
    clock_is_set: bool = False
    redacted: int = 0
    unlinked: list[int] = field(
        default_factory=list
    )  # redacted rows of which only the place in the chain is proved
    faults: list[Fault] = field(default_factory=list)


def verify(anchor: Anchor | None = None) -> Report:
    """Read the whole ledger and every live row, in one unchanging view of the database, and report all faults."""
    started = time.monotonic()
    with one_view():
        with connection.cursor() as cursor:
            cursor.execute("select demonstration, now is not null from ledger.clock")
            report = Report(**dict(zip(("demonstration", "clock_is_set"), cursor.fetchone(), strict=True)))
        verification = _Verification(report)
        verification.follow(rows(), anchor)
        for model in fenced_models():
            verification.compare(model)
        verification.finish()
    report.seconds = time.monotonic() - started
    return report


@contextmanager
def one_view() -> Iterator[None]:
    """One unchanging view of the database, in which nothing can be written; inside a transaction, that one's."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read, read only")
        yield


def rows(upto: int | None = None) -> Iterator[Row]:
    """The ledger in its order, however long: all of it, or up to a row."""
    return _each(
        lambda values: Row(*values[:11], *map(bytes, values[11:])),
        'select seq, at, "table", "row", operation, before::text, after::text, by, for_post, because, form,'
        " salt, digest, previous, hash from ledger.entry where %s::bigint is null or seq <= %s order by seq",
        [upto, upto],
    )


def _each(read: Any, query: str, parameters: Iterable[Any] = ()) -> Iterator[Any]:
    """The rows of a query, however many, through a cursor of the server."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, list(parameters))
        while batch := cursor.fetchmany(BATCH):
            yield from map(read, batch)


class _Image(NamedTuple):
    """The newest image of a row: where it stands, and a fingerprint of its text (None: the row was taken out)."""

    seq: int
    text: bytes | None


def _fingerprint(image: str | None) -> bytes | None:
    return None if image is None else hashlib.blake2b(image.encode(), digest_size=16).digest()


class _Verification:
    """Goes along the chain, then through the tables. Only fingerprints are kept, so a long history fits."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.images: dict[tuple[str, str], _Image] = {}
        self.jumps: list[tuple[int, int, str, str]] = []
        self.replaced: dict[int, str] = {}  # what stands in redacted rows, by the digest
        self.named: dict[
            int, tuple[int, str]
        ] = {}  # the newest row that redacts each, and the digest it names
        self.append_only = {m._meta.db_table for m in apps.get_models() if issubclass(m, AppendOnly)}

    def fault(self, sentence: str, *, seq: int | None = None, table: str = "", row: str = "") -> None:
        self.report.faults.append(Fault(sentence, seq, table, row))

    # ---- along the chain

    def follow(self, rows: Iterable[Row], anchor: Anchor | None) -> None:
        """Every link, and that each image begins where the one before it ended."""
        expected, previous, form = 1, b"", 1
        anchored = anchor is None
        for row in rows:
            if row.seq != expected:
                missing = (
                    f"row {expected} is"
                    if row.seq == expected + 1
                    else f"rows {expected} to {row.seq - 1} are"
                )
                self.fault(f"The ledger has a gap: {missing} missing.")
            if row.form not in (form, 2):
                sentence = f"is of form {row.form}, after one of form {form}."
                self.fault(sentence, seq=row.seq, table=row.table, row=row.row)
            for sentence in _unsound(row, previous if row.seq == expected else None):
                self.fault(sentence, seq=row.seq, table=row.table, row=row.row)
            if row.is_redacted:
                self.replaced[row.seq] = replacement(row)
                if row.form == 1 and row.hash != link(row):
                    self.report.unlinked.append(row.seq)
            if anchor and row.seq == anchor.seq:
                anchored = True
                if row.hash.hex() != anchor.hash.lower():
                    self.fault(
                        "is not the row that the anchor names: its hash is another one.",
                        seq=row.seq,
                        table=row.table,
                        row=row.row,
                    )
            if row.is_redaction:
                self.remember_redaction(row)
            else:
                self.remember(row)
            expected, previous, form = row.seq + 1, row.hash, max(form, row.form)
            self.report.rows += 1
            self.report.newest = Anchor(row.seq, row.hash.hex())
        if anchor and not anchored:
            self.fault(f"The ledger has no row {anchor.seq}, which the anchor names: its end was cut off.")

    def remember(self, row: Row) -> None:
        if row.operation != "INSERT" and row.table in self.append_only:
            sentence = f"is an {row.operation} of a table whose rows are never changed."
            self.fault(sentence, seq=row.seq, table=row.table, row=row.row)
        key = (row.table, row.row)
        stood = self.images.get(key, _Image(0, None))
        if _fingerprint(row.before) != stood.text:
            if stood.text is None:
                sentence = "changes or takes out a row that the ledger doesn't hold before."
                self.fault(sentence, seq=row.seq, table=row.table, row=row.row)
            elif row.before is None:
                self.fault("adds a row that was there already.", seq=row.seq, table=row.table, row=row.row)
            else:
                self.jumps.append((stood.seq, row.seq, row.table, row.row))
        self.images[key] = _Image(row.seq, _fingerprint(row.after))

    def remember_redaction(self, row: Row) -> None:
        try:
            named = redactions(row)
        except ValueError:
            self.fault("says that rows were redacted, and not which.", seq=row.seq)
            return
        for redaction in named:
            if redaction.seq >= row.seq:
                self.fault(f"redacts row {redaction.seq}, which came later.", seq=row.seq)
            self.named[redaction.seq] = (row.seq, redaction.replacement)

    def hold_redactions(self) -> None:
        """Words are gone only from rows that a later row names, and what stands instead is what it says."""
        self.report.redacted = len(self.replaced)
        for seq in sorted(self.replaced.keys() | self.named.keys()):
            by, named = self.named.get(seq, (None, ""))
            if by is None:
                self.fault("its words were taken out, and no record says so.", seq=seq)
            elif seq not in self.replaced:
                self.fault(f"says that row {seq} was redacted, which it was not.", seq=by)
            elif self.replaced[seq] != named:
                self.fault(f"holds other words than those that row {by} put in place of the old.", seq=seq)

    # ---- through the tables

    def compare(self, model: type[Model]) -> None:
        """Every live row of a table with its newest image."""
        table = model._meta.db_table
        secret = list(getattr(model, "outside_the_ledger", ()))
        bulk = list(getattr(model, "hashed_in_the_ledger", ()))
        name = connection.ops.quote_name(table)
        suspects: list[tuple[int, str, dict[str, Any]]] = []
        rows = _each(
            tuple,
            f"select t.id::text, (pg_catalog.to_jsonb(t) - %s::text[])::text, "  # noqa: S608 (names of our own tables)
            f"array(select (pg_catalog.to_jsonb(t) -> c)::text"
            f" from unnest(%s::text[]) with ordinality u(c, n) order by n) "
            f"from public.{name} t order by t.id",
            [secret + bulk, bulk],
        )
        for pk, text, bulky in rows:
            self.report.live += 1
            image = self.images.pop((table, pk), None)
            if image is None:
                self.fault("stands in its table, and the ledger holds no image of it.", table=table, row=pk)
            elif image.text is None:
                self.fault(
                    "was taken out here, and still stands in its table.", seq=image.seq, table=table, row=pk
                )
            elif bulk or image.text != _fingerprint(text):
                hashed = {
                    c: None if value == "null" else f"sha256:{hashlib.sha256(value.encode()).hexdigest()}"
                    for c, value in zip(bulk, bulky, strict=True)
                }
                suspects.append((image.seq, pk, loaded(text) | hashed))
        for some in batches(suspects):
            stored = images(seq for seq, _, _ in some)
            for seq, pk, live in some:
                for said in differing(stored[seq][1], live):
                    sentence = f"{said}, which no record says."
                    self.fault(sentence, seq=seq, table=table, row=pk)

    def finish(self) -> None:
        """What the ledger holds and no table does, the jumps between images, and the names of all that is at fault."""
        for (table, row), image in self.images.items():
            if image.text is not None:
                self.fault(
                    "is gone from its table, and no record says so.", seq=image.seq, table=table, row=row
                )
        self.hold_redactions()
        for some in batches(self.jumps):
            stored = images(seq for then, now, _, _ in some for seq in (then, now))
            for then, now, table, row in some:
                for said in differing(stored[then][1], stored[now][0]):
                    sentence = f"begins with a row that was changed since ledger row {then} without a record: {said}."
                    self.fault(sentence, seq=now, table=table, row=row)
        called = things((fault.table, fault.row) for fault in self.report.faults if fault.table)
        self.report.faults = [
            replace(fault, thing=called[fault.table, fault.row]) if fault.table else fault
            for fault in self.report.faults
        ]


def _unsound(row: Row, previous: bytes | None) -> Iterator[str]:
    """What is wrong with one row in itself, or with its link to the row before (None: that one is missing)."""
    if previous is not None and row.previous != previous:
        yield "does not follow the row before it."
    if not row.is_redacted and row.digest != digest(row):
        reason = "" if row.form == 1 else " or its reason"
        yield f"its image{reason} was changed after it was written."
    if row.hash != link(row) and not (row.is_redacted and row.form == 1):
        yield "says something else than when it was written."
    holds = (row.before is None, row.after is None)
    if holds != (row.operation in ("INSERT", "REDACT"), row.operation == "DELETE"):
        yield f"is called {row.operation} and holds other images than that."
