"""What two images of a row differ in, and what a row is called: the words of a fault."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

from ..models import Measure
from ..vocabulary import short_name

BATCH = 2_000
SHOWN = 60  # characters of a value that a fault prints

Image = dict[str, Any]


def fenced_models() -> list[type[Model]]:
    """The tables whose every change is in the ledger: all of the plan's that don't say otherwise."""
    return [
        model
        for app in ("workstreams", "reporting")
        for model in apps.get_app_config(app).get_models()
        if getattr(model, "fenced", True)
    ]


def batches(things: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(things), BATCH):
        yield things[start : start + BATCH]


def loaded(image: str | None) -> Image:
    read: Image = json.loads(image, parse_float=str) if image else {}
    return read


def images(seqs: Iterable[int]) -> dict[int, tuple[Image, Image]]:
    """(before, after) of these ledger rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select seq, before::text, after::text from ledger.entry where seq = any(%s)", [sorted(set(seqs))]
        )
        return {seq: (loaded(before), loaded(after)) for seq, before, after in cursor.fetchall()}


def differing(was: Image, now: Image) -> list[str]:
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


def things(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """What each of these rows of tables is, in words: "rating 812 of 4.1 Attendance at training"."""
    keys = sorted(set(keys))
    kinds = {model._meta.db_table: str(model._meta.verbose_name) for model in fenced_models()}
    of_measure: dict[tuple[str, str], str] = {}
    for some in batches(keys):
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
