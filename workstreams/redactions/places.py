"""Everything that a redaction changes, with the words as they stand there: what both people look at first."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import connection

from .. import history
from ..models import Ledger, Pack, Redaction, Version
from ..picture import Reader
from .beside import Beside, found_beside

MARK = "[taken out]"
AROUND = 60  # characters of an excerpt on either side of the words
SHOWN = 100  # records that a page lists


@dataclass(frozen=True)
class Excerpt:
    """The words where they stand, with what is around them."""

    before: str
    words: str
    after: str


@dataclass(frozen=True)
class Place:
    """One record of the history, with every place in it where the words stand."""

    entry: history.Entry
    excerpts: tuple[tuple[str, Excerpt], ...]


@dataclass(frozen=True)
class Places:
    """Where words stand, by kind. `stays`: where they are a name, a reference or a label, which is not taken out, as
    the column and the records."""

    seqs: tuple[int, ...]
    reasons: int
    live: int
    shown: tuple[Place, ...]
    versions: tuple[Version, ...]
    packs: tuple[Pack, ...]
    beside: Beside
    stays: tuple[tuple[str, frozenset[int]], ...]

    @property
    def total(self) -> int:
        return len(self.seqs) + len(self.versions) + len(self.packs) + self.beside.total

    @property
    def seen(self) -> str:
        """What somebody has looked at: another wherever the words came to stand, or went, since."""
        stood = (self.seqs, [v.pk for v in self.versions], [p.pk for p in self.packs])
        return sha256(repr(stood).encode()).hexdigest()


def places_of(redaction: Redaction, *, drafts: bool = True) -> Places:
    """Where the words of this request stand now. They are never part of a statement that a server might log.

    Without `drafts`, what a plan was while it was drafted is counted and not shown.
    """
    found = list(_records(redaction.pk))
    texts = _free_text(table for _, table, *_ in found)
    places: dict[int, list[tuple[str, str]]] = {}
    stays: dict[str, set[int]] = defaultdict(set)
    live = reasons = 0
    for seq, table, newest, before, after, because in found:
        columns = texts.get(table, ())
        inside = [
            (column, text)
            for image in (before, after)
            for column in columns
            for text in _texts(image.get(column))
            if redaction.words in text
        ]
        if redaction.words in because:
            inside.append(("because", because))
            reasons += 1
        if inside:
            places[seq] = list(dict.fromkeys(inside))
            live += bool(newest and any(column in columns for column, _ in inside))
        for column in {
            column
            for image in (before, after)
            for column, value in image.items()
            if column not in columns and any(redaction.words in text for text in _texts(value))
        }:
            named = f"{table.removeprefix('workstreams_')} {column}"
            stays[named].add(seq)
    versions = _versions(redaction.pk)
    images = _images_of_bulk(versions, packs := _packs(versions))
    return Places(
        seqs=tuple(sorted(places.keys() | images)),
        reasons=reasons,
        live=live,
        shown=_shown(places, redaction.words, drafts),
        versions=versions,
        packs=packs,
        beside=found_beside(redaction),
        stays=tuple((named, frozenset(stays[named])) for named in sorted(stays)),
    )


def redacted_by(row: Ledger) -> int | None:
    """The newest row that says that words were taken out of this one."""
    if bytes(row.salt):
        return None
    done = Ledger.objects.filter(table="entry", operation="REDACT", after__rows__contains=[[row.seq]])
    return done.order_by("-seq").values_list("seq", flat=True).first()


def taken_out_of(upto: int, *, since: int = 0) -> int:
    """Of how many records up to `upto` words were taken out, after the record `since`."""
    done = Ledger.objects.filter(table="entry", operation="REDACT", seq__gt=since)
    return len({seq for row in done for seq, _ in row.image["rows"] if seq <= upto})


def _records(redaction_id: int) -> Iterator[tuple[int, str, bool, Any, Any, str]]:
    """The rows of the ledger in whose text the words stand anywhere, and whether each is the newest of its row."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select x.seq, x."table", not exists (
                select from ledger.entry y where y."table" = x."table" and y."row" = x."row" and y.seq > x.seq
              ) and x.after is not null, x.before, x.after, x.because
            from ledger.entry x, (
              select words, ledger.quoted(words) quoted from workstreams_redaction where id = %s and words <> ''
            ) asked
            where strpos(x.because, asked.words) > 0
              or strpos(x.before::text, asked.quoted) > 0 or strpos(x.after::text, asked.quoted) > 0
            order by x.seq
            """,
            [redaction_id],
        )
        for seq, table, newest, before, after, because in cursor.fetchall():
            yield seq, table, newest, _loaded(before), _loaded(after), because


def _free_text(tables: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The columns of each table in which people write what they like, as the database has them."""
    with connection.cursor() as cursor:
        cursor.execute("select t, ledger.free_text(t) from unnest(%s::text[]) t", [sorted(set(tables))])
        return {table: tuple(columns) for table, columns in cursor.fetchall()}


def _versions(redaction_id: int) -> tuple[Version, ...]:
    """The versions whose frozen pictures hold the words."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select v.id from workstreams_version v join workstreams_redaction r on r.id = %s and r.words <> ''"
            " where ledger.without(v.picture, r.words, ledger.free_text('picture')) <> v.picture",
            [redaction_id],
        )
        held = [pk for (pk,) in cursor.fetchall()]
    versions = Version.objects.filter(pk__in=held).defer("picture").select_related("plan")
    return tuple(versions.order_by("plan", "seq"))


def _packs(versions: Iterable[Version]) -> tuple[Pack, ...]:
    """What was issued of these versions, or compared with them."""
    held = [version.pk for version in versions]
    packs = Pack.objects.without_files().select_related("version", "compared_with")
    return tuple(
        (packs.filter(version__in=held) | packs.filter(compared_with__in=held)).distinct().order_by("pk")
    )


def _images_of_bulk(versions: Iterable[Version], packs: Iterable[Pack]) -> set[int]:
    """The records that hold the hash of a picture or a file that becomes another."""
    found: set[int] = set()
    for model, things in ((Version, versions), (Pack, packs)):
        keys = [str(thing.pk) for thing in things]
        rows = Ledger.objects.filter(table=model._meta.db_table, row__in=keys)
        found |= set(rows.values_list("seq", flat=True))
    return found


def _shown(places: dict[int, list[tuple[str, str]]], words: str, drafts: bool) -> tuple[Place, ...]:
    reader = Reader(everything=True, drafts=drafts)
    rows = history.visible(Ledger.objects.filter(seq__in=sorted(places)), reader).order_by("seq")[:SHOWN]
    return tuple(
        Place(entry, tuple((_label(column), _excerpt(text, words)) for column, text in places[entry.seq]))
        for entry in history.entries(rows, reader)
    )


def _excerpt(text: str, words: str) -> Excerpt:
    before, _, after = text.partition(words)
    return Excerpt(
        f"…{before[-AROUND:]}" if len(before) > AROUND else before,
        words,
        f"{after[:AROUND]}…" if len(after) > AROUND else after,
    )


def _label(column: str) -> str:
    return history.LABELS.get(column) or column.replace("_", " ").capitalize()


def _texts(value: Any) -> Iterator[str]:
    """Every text inside a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)


def _loaded(image: str | None) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(image) if image else {}
    return read
