"""The proof: every link and image of the ledger recomputed here, independently of the database's own functions.

The canonical form is docs/ledger.md. `prefixed`, `digest` and `link` need nothing but the standard library.
"""

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

from .models import AppendOnly, Measure
from .vocabulary import short_name

BATCH = 2_000
SHOWN = 60  # characters of a value that a fault prints


class Row(NamedTuple):
    """One row of the ledger, with its images as the database's own text."""

    seq: int
    at: datetime
    table: str
    row: str
    operation: str
    before: str | None
    after: str | None
    by: str
    for_post: str
    because: str
    salt: bytes
    digest: bytes
    previous: bytes
    hash: bytes


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
    faults: list[Fault] = field(default_factory=list)


# ---- the canonical form


def prefixed(*values: str | None) -> bytes:
    """Length-prefixed, so that no two lists of fields read the same: "5:hello,"."""
    return b"".join([b"%d:%b," % (len(value), value) for value in [(v or "").encode() for v in values]])


def digest(row: Row) -> bytes:
    """The images, salted, so that a short one can't be guessed from its digest."""
    return hashlib.sha256(row.salt + prefixed(row.before, row.after)).digest()


def link(row: Row) -> bytes:
    """The row's hash: everything it says, its digest, and the hash of the row before it."""
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return hashlib.sha256(
        prefixed(
            "SSCP1",
            str(row.seq),
            at,
            row.table,
            row.row,
            row.operation,
            row.by,
            row.for_post,
            row.because,
            row.digest.hex(),
            row.previous.hex(),
        )
    ).digest()


# ---- verifying


def fenced_models() -> list[type[Model]]:
    """The tables whose every change is in the ledger: all of the plan's that don't say otherwise."""
    return [
        model
        for app in ("workstreams", "reporting")
        for model in apps.get_app_config(app).get_models()
        if getattr(model, "fenced", True)
    ]


def verify(anchor: Anchor | None = None) -> Report:
    """Read the whole ledger and every live row, in one unchanging view of the database, and report all faults."""
    started = time.monotonic()
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            if outermost:
                cursor.execute("set transaction isolation level repeatable read, read only")
            cursor.execute("select demonstration, now is not null from ledger.clock")
            report = Report(**dict(zip(("demonstration", "clock_is_set"), cursor.fetchone(), strict=True)))
        verification = _Verification(report)
        verification.follow(_rows(), anchor)
        for model in fenced_models():
            verification.compare(model)
        verification.finish()
    report.seconds = time.monotonic() - started
    return report


def _rows() -> Iterator[Row]:
    return _each(
        lambda values: Row(*values[:10], *map(bytes, values[10:])),
        'select seq, at, "table", "row", operation, before::text, after::text, by, for_post, because,'
        " salt, digest, previous, hash from ledger.entry order by seq",
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
        self.append_only = {m._meta.db_table for m in apps.get_models() if issubclass(m, AppendOnly)}

    def fault(self, sentence: str, *, seq: int | None = None, table: str = "", row: str = "") -> None:
        self.report.faults.append(Fault(sentence, seq, table, row))

    # ---- along the chain

    def follow(self, rows: Iterable[Row], anchor: Anchor | None) -> None:
        """Every link, and that each image begins where the one before it ended."""
        expected, previous = 1, b""
        anchored = anchor is None
        for row in rows:
            if row.seq != expected:
                missing = (
                    f"row {expected} is"
                    if row.seq == expected + 1
                    else f"rows {expected} to {row.seq - 1} are"
                )
                self.fault(f"The ledger has a gap: {missing} missing.")
            for sentence in _unsound(row, previous if row.seq == expected else None):
                self.fault(sentence, seq=row.seq, table=row.table, row=row.row)
            if anchor and row.seq == anchor.seq:
                anchored = True
                if row.hash.hex() != anchor.hash.lower():
                    self.fault(
                        "is not the row that the anchor names: its hash is another one.",
                        seq=row.seq,
                        table=row.table,
                        row=row.row,
                    )
            self.remember(row)
            expected, previous = row.seq + 1, row.hash
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
                suspects.append((image.seq, pk, _loaded(text) | hashed))
        for some in _batches(suspects):
            images = _images(seq for seq, _, _ in some)
            for seq, pk, live in some:
                for said in _differing(images[seq][1], live):
                    sentence = f"{said}, which no record says."
                    self.fault(sentence, seq=seq, table=table, row=pk)

    def finish(self) -> None:
        """What the ledger holds and no table does, the jumps between images, and the names of all that is at fault."""
        for (table, row), image in self.images.items():
            if image.text is not None:
                self.fault(
                    "is gone from its table, and no record says so.", seq=image.seq, table=table, row=row
                )
        for some in _batches(self.jumps):
            images = _images(seq for then, now, _, _ in some for seq in (then, now))
            for then, now, table, row in some:
                for said in _differing(images[then][1], images[now][0]):
                    sentence = f"begins with a row that was changed since ledger row {then} without a record: {said}."
                    self.fault(sentence, seq=now, table=table, row=row)
        things = _things(self.report.faults)
        self.report.faults = [
            replace(fault, thing=things[fault.table, fault.row]) if fault.table else fault
            for fault in self.report.faults
        ]


def _unsound(row: Row, previous: bytes | None) -> Iterator[str]:
    """What is wrong with one row in itself, or with its link to the row before (None: that one is missing)."""
    if previous is not None and row.previous != previous:
        yield "does not follow the row before it."
    if row.digest != digest(row):
        yield "its image was changed after it was written."
    if row.hash != link(row):
        yield "says something else than when it was written."
    if (row.before is None, row.after is None) != (row.operation == "INSERT", row.operation == "DELETE"):
        yield f"is called {row.operation} and holds other images than that."


# ---- images


def _loaded(image: str | None) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(image, parse_float=str) if image else {}
    return read


def _images(seqs: Iterable[int]) -> dict[int, tuple[dict[str, Any], dict[str, Any]]]:
    """(before, after) of these ledger rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select seq, before::text, after::text from ledger.entry where seq = any(%s)", [sorted(set(seqs))]
        )
        return {seq: (_loaded(before), _loaded(after)) for seq, before, after in cursor.fetchall()}


def _differing(was: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """The columns that both images have and that differ. One that came or went with a new edition is no change."""
    return [
        f"{column} is {_shown(now[column])} and was recorded as {_shown(was[column])}"
        for column in was
        if column in now and not _same(was[column], now[column])
    ]


def _same(one: Any, other: Any) -> bool:
    if one == other:
        return True
    try:  # the same moment, written in another time zone
        return bool(datetime.fromisoformat(one) == datetime.fromisoformat(other))
    except (TypeError, ValueError):
        return False


def _shown(value: Any) -> str:
    said = json.dumps(value, ensure_ascii=False)
    return said if len(said) <= SHOWN else f"{said[:SHOWN]}…"


def _things(faults: Iterable[Fault]) -> dict[tuple[str, str], str]:
    """What each row at fault is, in words: "rating 812 of 4.1 Attendance at training"."""
    keys = sorted({(fault.table, fault.row) for fault in faults if fault.table})
    kinds = {model._meta.db_table: str(model._meta.verbose_name) for model in fenced_models()}
    of_measure: dict[tuple[str, str], str] = {}
    for some in _batches(keys):
        by_table: dict[str, list[str]] = defaultdict(list)
        for table, row in some:
            by_table[table].append(row)
        with connection.cursor() as cursor:
            for table, rows in by_table.items():
                cursor.execute(
                    "select \"row\", coalesce(after, before) ->> 'measure_id' from ledger.entry"
                    ' where "table" = %s and "row" = any(%s)',
                    [table, rows],
                )
                of_measure |= {(table, row): measure for row, measure in cursor.fetchall() if measure}
    names = {
        str(pk): f"{ref or number or above} {short_name(text or action)}"
        for pk, ref, number, above, text, action in Measure.objects.filter(
            pk__in={int(pk) for pk in of_measure.values()}
        ).values_list(
            "pk",
            "action__outcome__ref",
            "action__workstream__number",
            "action__outcome__workstream__number",
            "text",
            "action__text",
        )
    }
    return {
        key: f"{kinds.get(key[0], key[0])} {key[1]}"
        + (f" of {names.get(of_measure[key], of_measure[key])}" if key in of_measure else "")
        for key in keys
    }


def _batches(things: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(things), BATCH):
        yield things[start : start + BATCH]
