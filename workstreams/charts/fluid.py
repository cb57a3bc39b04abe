"""Drawings as wide as the page they stand on.

Lengths across are percentages and there is no view box, so that letters keep their size from a phone to a wall.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from ..picture import Counts, Level
from ..vocabulary import Token
from .marks import colours, letter
from .ratings import Column
from .svg import INK, Svg, cut, number, text

PAPER = "#ffffff"
BRAND = "#4b2a63"
LEAST = 10.0  # percent of a phone's width in which "12 G" can be read
SHORTEST = 20.0  # height in which it can
TALL = 220.0
NEWEST = 8  # meetings that fit beside one another on a phone
EDGE = 4.0  # percent left free at both ends of the months
TICKS = 6
BOLD = 'font-weight="700"'
PHONE = 36  # letters of a name that fit on a phone


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar: how many, what is written in it, its class and its colours."""

    n: int
    label: str
    name: str
    fill: str
    on: str
    edge: str


@dataclass(frozen=True, slots=True)
class Span:
    """A target that moved: from its first day to its present one. `more` is left out on a phone."""

    name: str
    note: str
    more: str
    first: date
    now: date


def level_bars(title: str, rows: Sequence[tuple[str, Counts]]) -> Svg:
    """Agreed ratings as stacked bars, one a row under its name, with number and letter in each part."""
    said = " ".join(f"{name}: {counts.words or 'no measures'}." for name, counts in rows)
    drawn = [
        (name, f": {counts.total}", _levels((*counts.by_level, (None, counts.not_rated))))
        for name, counts in rows
    ]
    return _bars(title, said, drawn)


def updated_bars(title: str, rows: Sequence[tuple[str, int, int]]) -> Svg:
    """How many are done of how many, one bar a row: filled is done, white is not."""
    said = " ".join(f"{name}: {done} of {total} updated." for name, done, total in rows)
    drawn = []
    for name, done, total in rows:
        parts = (
            Part(done, str(done), "done", BRAND, PAPER, BRAND),
            Part(total - done, str(total - done), "open", PAPER, INK, INK),
        )
        drawn.append((name, f": {done} of {total}", [part for part in parts if part.n]))
    return _bars(title, said, drawn)


def level_columns(title: str, columns: Sequence[Column]) -> Svg:
    """The ratings at each of the newest meetings as columns of one height: every one holds the same measures."""
    shown = columns[-NEWEST:]
    step = 100 / max(len(shown), 3)
    wide = step * 0.86
    drawn = []
    for i, column in enumerate(shown):
        x, y = i * step, 0.0
        parts = list(reversed(_levels(column.counts)))
        for part, height in zip(parts, shares([p.n for p in parts], TALL, SHORTEST), strict=True):
            drawn.append(_part(part, x, y, wide, height - 2))
            y += height
        middle = percent(x + wide / 2)
        drawn.append(text(middle, TALL + 17, f"{column.on:%-d %b}", INK, middle=True))
        drawn.append(text(middle, TALL + 34, f"{column.on:%Y}", INK, middle=True))
    said = " ".join(f"{column.words}." for column in shown)
    return _image(TALL + 42, title, said, drawn)


def spans(title: str, rows: Sequence[Span], today: date) -> Svg:
    """Each target's way from its first month (a ring) to its present one (a block), on one axis of months."""
    days = [today, *(day for row in rows for day in (row.first, row.now))]
    start, months = min(days), _months(min(days), max(days)) + 1
    unit = (100 - 2 * EDGE) / months

    def place(month: float) -> str:
        return percent(EDGE + month * unit)

    tall, top = 62.0, 20.0
    foot = top + tall * len(rows)

    def beside(at: str, name: str, colour: str, width: float) -> list[str]:
        """A day as a line in every row, but not through its words."""
        feet = [top + tall * (i + 1) for i in range(len(rows))]
        return [_line(at, y - 24, at, y, name, colour, width) for y in feet]

    drawn = []
    year = 0
    for month in range(0, months, -(-months // TICKS)):
        day = _later(start, month)
        at = place(month + 0.5)
        drawn += beside(at, "axis", "#d5d0da", 1)
        drawn.append(text(at, foot + 16, f"{day:%b}", INK, middle=True))
        if day.year != year:
            year = day.year
            drawn.append(text(at, foot + 33, str(year), INK, middle=True))
    now = place(_months(start, today) + (today.day - 1) / 31)
    drawn += beside(now, "today", BRAND, 2)
    drawn.append(text(now, top - 8, "Today", INK, middle=True))
    for i, row in enumerate(rows):
        y = top + i * tall
        drawn.append(_long_or_short(y + 16, row.name, cut(row.name, PHONE), BOLD))
        drawn.append(_long_or_short(y + 34, row.note + row.more, row.note))
        one, other = (place(_months(start, day) + 0.5) for day in (row.first, row.now))
        drawn.append(_line(one, y + 49, other, y + 49, "way", INK, 3))
        drawn.append(
            f'<circle cx="{one}" cy="{number(y + 49)}" r="5.5" class="first" fill="{PAPER}" stroke="{INK}"'
            ' stroke-width="2.5"/>'
        )
        drawn.append(
            f'<rect x="{other}" y="{number(y + 43)}" width="12" height="12" transform="translate(-6)"'
            f' class="now" fill="{INK}"/>'
        )
    said = " ".join(f"{row.name}: {row.note}{row.more}." for row in rows)
    return _image(foot + 40, title, said, drawn)


def shares(values: Sequence[int], whole: float, least: float) -> list[float]:
    """Lengths in proportion that fill the whole, none below the least: the longer give what the shorter lack."""
    least = min(least, whole / max(len(values), 1))
    short: set[int] = set()
    while True:
        rest = whole - least * len(short)
        total = sum(v for i, v in enumerate(values) if i not in short)
        found = {i for i, v in enumerate(values) if i not in short and rest * v < least * total}
        if not found:
            return [least if i in short else rest * v / total for i, v in enumerate(values)]
        short |= found


def percent(length: float) -> str:
    return f"{number(length)}%"


def _levels(counts: Sequence[tuple[Level | None, int]]) -> list[Part]:
    """What is there: the best level of the key first, and what is not rated last."""
    rated = [_level(level, n) for level, n in reversed(counts) if level and n]
    return [*rated, *(_level(None, n) for level, n in counts if level is None and n)]


def _level(level: Level | None, n: int) -> Part:
    tone = colours(level)
    edge = tone.edge if level and level.token == Token.AMBER else tone.solid
    name = f"brag--{level.token.lower() if level else 'grey'}"
    return Part(n, f"{n} {letter(level)}", name, tone.solid, tone.on, edge)


def _bars(title: str, said: str, rows: Sequence[tuple[str, str, Sequence[Part]]]) -> Svg:
    """The longest bar fills the width; no part is too narrow for what is written in it."""
    most = max((sum(p.n for p in parts) for _, _, parts in rows), default=0) or 1
    drawn = []
    for i, (name, more, parts) in enumerate(rows):
        x, y = 0.0, i * 56.0
        whole = max(sum(p.n for p in parts) * 100 / most, LEAST * len(parts))
        drawn.append(_long_or_short(y + 15, name + more, cut(name, PHONE) + more))
        for part, width in zip(parts, shares([p.n for p in parts], whole, LEAST), strict=True):
            drawn.append(_part(part, x, y + 21, width, 26))
            if x:
                drawn.append(_line(percent(x), y + 20, percent(x), y + 48, "gap", PAPER, 3))
            x += width
    return _image(max(1, len(rows)) * 56.0 - 6, title, said, drawn)


def _part(part: Part, x: float, y: float, width: float, height: float) -> str:
    box = (
        f'<rect x="{percent(x)}" y="{number(y + 0.5)}" width="{percent(width)}" height="{number(height - 1)}"'
        f' class="{part.name}" fill="{part.fill}" stroke="{part.edge}" stroke-width="1"/>'
    )
    middle = percent(x + width / 2)
    ink = f'class="{part.name} on"'
    return box + text(middle, y + height / 2 + 5, part.label, part.on, middle=True, bold=True, extra=ink)


def _line(x1: str, y1: float, x2: str, y2: float, name: str, colour: str, width: float) -> str:
    return (
        f'<line x1="{x1}" y1="{number(y1)}" x2="{x2}" y2="{number(y2)}" class="{name}" stroke="{colour}"'
        f' stroke-width="{number(width)}"/>'
    )


def _long_or_short(y: float, long: str, short: str, extra: str = "") -> str:
    """A line of words, with its shorter form beside it, which the style sheet shows instead on a phone."""
    if long == short:
        return text(0, y, long, INK, extra=extra)
    return text(0, y, long, INK, extra=f'class="long" {extra}'.strip()) + text(
        0, y, short, INK, extra=f'class="short" display="none" {extra}'.strip()
    )


def _months(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month


def _later(start: date, months: int) -> date:
    """The first day of the month that comes so many months later."""
    year, month = divmod(start.month - 1 + months, 12)
    return date(start.year + year, month + 1, 1)


def _image(height: float, title: str, description: str, drawn: list[str]) -> Svg:
    return Svg(
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="100%" height="{number(height)}">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>{''.join(drawn)}</svg>"
    )
