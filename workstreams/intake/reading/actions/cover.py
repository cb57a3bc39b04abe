"""The cover of an action plan: its title among the lines around it, when it was made and when it was updated."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ..front import LABEL_LENGTH, VERSION
from ..grammar.days import found_in
from ..layout.tables import Line

_LONGEST = 120  # a longer line is a text, and ends the cover
_MOST = 12
_WORDS = 2
_PLAN = re.compile(r"\b(?:plan|tracker)\b", re.IGNORECASE)
_MADE = re.compile(
    r"(?:(?P<later>(?:last )?updated?|revised|reviewed|refreshed|as at|as of)|dated?|published|issued|created)?"
    r"\s*(?:on|in)?\s*[:,\u2013-]?\s*\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Cover:
    title: str = ""
    label: str = ""
    made_on: date | None = None  # the first day that it may be of
    as_of: date | None = None  # the last day that it knows of
    lines: frozenset[str] = frozenset()  # where its lines stand, the title apart
    rest: str = ""


def cover_of(lines: Iterable[Line]) -> Cover:
    """The short lines before the first sentence, where one of them is the title of a plan."""
    kept: list[Line] = []
    for line in lines:
        if not line.is_front or len(kept) >= _MOST or not _is_short(line):
            break
        kept.append(line)
    title = next((line for line in kept if _PLAN.search(line.text)), None)
    if title is None:
        return Cover()
    start = kept.index(title)
    kept = kept[: next((n for n, x in enumerate(kept) if n > start and _is_topic(x)), len(kept))]
    rest = [line for line in kept if line is not title and not VERSION.match(line.text)]
    label = ""
    made: list[date] = []
    later: list[date] = []
    for line in rest:
        if (dated := _dated(line.text)) is not None:
            (later if dated[1] else made).append(dated[0])
            label = line.text[:LABEL_LENGTH] if dated[1] else label
    return Cover(
        title=" ".join(title.text.split()),
        label=label,
        made_on=min(made).replace(day=1) if made else None,
        as_of=max((*made, *later), default=None),
        lines=frozenset(line.at for line in rest),
        rest="\n".join(line.text.strip() for line in rest),
    )


def sums_in(lines: Iterable[Line]) -> frozenset[str]:
    """Where tables of numbers and lists of single words stand: sums and drop-downs, no text of the plan."""
    tables: dict[str, list[Line]] = {}
    for line in lines:
        if line.table and line.is_front:
            tables.setdefault(line.table, []).append(line)
    return frozenset(
        line.at
        for rows in tables.values()
        if all(len(cell.text.split()) <= _WORDS for line in rows for cell in line.cells)
        for line in rows
    )


def _is_short(line: Line) -> bool:
    text = line.text.strip()
    return (
        len(text) <= _LONGEST
        and not text.endswith((".", ";"))
        and len([c for c in line.cells if c.text]) == 1
    )


def _is_topic(line: Line) -> bool:
    return bool(
        re.match(
            r"(?:introduction|background|context|foreword|purpose|contents|summary)\b",
            line.text,
            re.IGNORECASE,
        )
    )


def _dated(text: str) -> tuple[date, bool] | None:
    """The day of a line that is nothing but a date, and whether it says that the plan was updated then."""
    dates = found_in(text)
    if len(dates) != 1 or text[dates[0].end :].strip(" .)"):
        return None
    words = _MADE.match(text[: dates[0].start].strip(" ("))
    return (dates[0].due_on, bool(words["later"])) if words else None
