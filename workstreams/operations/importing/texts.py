"""Writing what a plan is called, its key and its texts."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ... import picture as p
from ...compare.passages import paired
from ...models import Level, Passage, Plan, Workstream
from .order import orders
from .rows import change


def write_head(plan: Plan, live: p.PlanPicture | None, picture: p.PlanPicture) -> None:
    """A new plan has been given its name already."""
    if live is not None:
        change(plan, {"title": picture.title, "year_label": picture.year_label})


def write_key(plan: Plan, key: tuple[p.Level, ...]) -> dict[str, Level]:
    """The levels by their codes in the picture; one that was withdrawn and is used again is offered again."""
    rows = list(Level.objects.filter(plan=plan).order_by("order"))
    found = {row.code: row for row in rows if not row.withdrawn}
    used = {row.code for row in rows}
    places = orders([found[level.code].order if level.code in found else None for level in key])
    for level, order in zip(key, places, strict=True):
        facts = {
            "word": level.word,
            "meaning": level.meaning,
            "token": level.token,
            "is_complete": level.is_complete,
            "is_exception": level.is_exception,
            "order": order,
            "withdrawn": False,
        }
        row = found.get(level.code) or next((r for r in rows if r.withdrawn and r.word == level.word), None)
        if row is None:
            code = next(
                c for c in (level.code, *(f"{level.code[:1]}{n}" for n in range(2, 100))) if c not in used
            )
            row = Level.objects.create(plan=plan, code=code, **facts)
            used.add(code)
        else:
            change(row, facts)
        found[level.code] = row
    return found


def write_passages(
    plan: Plan, live: p.PlanPicture | None, picture: p.PlanPicture, streams: Mapping[str, Workstream]
) -> None:
    """A text has no id in a picture: what it stood as is found by all that it says."""
    stood = _by_words(plan, live) if live else {}
    pairs = [
        (stood[was].pop() if was and stood.get(was) else None, now)
        for was, now in paired(live or replace(picture, passages=()), picture)
    ]
    for row, gone in pairs:
        if row is not None and gone is None:
            row.delete()
    new = []
    kept = [(row, now) for row, now in pairs if now is not None]
    places = orders([row.order if row else None for row, _ in kept])
    for (row, passage), order in zip(kept, places, strict=True):
        facts: dict[str, Any] = {
            "kind": passage.kind,
            "number": passage.number,
            "year": passage.year,
            "heading": passage.heading,
            "body": passage.body,
            "order": order,
        }
        if passage.workstream:  # else it speaks of the whole plan, or of a workstream that was withdrawn
            facts["workstream"] = streams[passage.workstream]
        if row is None:
            new.append(Passage(plan=plan, **facts))
        else:
            change(row, facts)
    Passage.objects.bulk_create(new)


def _by_words(plan: Plan, live: p.PlanPicture) -> dict[p.Passage, list[Passage]]:
    numbers = {w.id: w.number for w in live.workstreams}
    found: dict[p.Passage, list[Passage]] = defaultdict(list)
    for row in Passage.objects.filter(plan=plan).order_by("-order"):
        number = numbers.get(row.workstream_id or 0, "")
        found[p.Passage(row.kind, row.number, row.year, row.heading, row.body, number)].append(row)
    return found
