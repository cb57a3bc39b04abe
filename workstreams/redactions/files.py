"""Issued files that held the words: each is drawn again from its pictures without them, and says so."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from ..models import Ledger, Pack, Redaction


@dataclass(frozen=True)
class Files:
    """A pack's files, drawn again."""

    pdf: bytes
    xlsx: bytes
    html: bytes | None


@dataclass(frozen=True)
class Marked:
    """A pack whose files are not those that were first issued: since which record, and the hash of each now."""

    seq: int
    hashes: dict[str, str]


# The reading room draws papers and stands above this one: it says here how it does (reporting/apps.py).
_draws: list[Callable[[Pack, str], Files]] = []


def drawn_by(draw: Callable[[Pack, str], Files]) -> None:
    _draws[:] = [draw]


def drawn_again(redaction: Redaction, packs: Iterable[Pack]) -> dict[int, Files]:
    """Each pack as its marked edition, drawn from its pictures without the words; nothing is written."""
    note = f"Marked edition of {timezone.localdate():%-d %B %Y}: words were taken out of it (redaction {redaction.pk})"
    pictures = _without(redaction.pk)
    drawn = {}
    for pack in Pack.objects.filter(pk__in=[pack.pk for pack in packs]).select_related(
        "version__plan", "compared_with"
    ):
        for version in filter(None, (pack.version, pack.compared_with)):
            version.picture = pictures.get(version.pk, version.picture)
        drawn[pack.pk] = _draws[0](pack, note)
    return drawn


def _without(redaction_id: int) -> dict[int, Any]:
    """The frozen pictures that hold the words, without them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select v.id, ledger.without(v.picture, r.words, ledger.free_text('picture'))"
            " from workstreams_version v join workstreams_redaction r on r.id = %s"
            " where ledger.without(v.picture, r.words, ledger.free_text('picture')) <> v.picture",
            [redaction_id],
        )
        return {pk: json.loads(picture) for pk, picture in cursor.fetchall()}


def drawn_without(redaction_id: int, drawn: dict[int, Files]) -> int:
    """Take out what this request asks for, with these files in place of the issued ones: the row that says so."""
    packs = sorted(drawn)
    with connection.cursor() as cursor:
        cursor.execute(
            "select ledger.take_out(%s, %s::bigint[], %s::bytea[], %s::bytea[], %s::bytea[])",
            [
                redaction_id,
                packs,
                [drawn[pk].pdf for pk in packs],
                [drawn[pk].xlsx for pk in packs],
                [drawn[pk].html for pk in packs],
            ],
        )
        seq: int = cursor.fetchone()[0]
    return seq


def marked_editions(packs: Iterable[Pack]) -> dict[int, Marked]:
    """Those of these packs whose files were replaced, newest redaction first told: one query."""
    wanted = {pack.pk for pack in packs}
    found: dict[int, Marked] = {}
    for row in Ledger.objects.filter(operation="REDACT", table="entry").order_by("seq"):
        for paper in row.image["papers"]:
            if paper["id"] in wanted:
                found[paper["id"]] = Marked(row.seq, {k: v for k, v in paper.items() if k != "id"})
    return found
