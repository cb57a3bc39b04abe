"""Charts as SVG text, and the same numbers as tables, drawn from pictures. Pure.

Colours are attributes, never styles: the content security policy allows no others, and PDFs and workbooks are
drawn from the same hexes. Each part of a bar carries its number and its letter, so that grey paper can be read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from .picture import Counts, Level, Measure, PlanPicture
from .vocabulary import Token


@dataclass(frozen=True, slots=True)
class Colours:
    """A rating's solid and the text on it, its tint and the text on it, and the border of both."""

    solid: str
    on: str
    tint: str
    text: str
    edge: str


class Svg(str):
    """A drawing. Every text in it is escaped, so templates print it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


COLOURS = {
    Token.BLUE: Colours("#1a4792", "#ffffff", "#e6edf8", "#15397a", "#1a4792"),
    Token.GREEN: Colours("#23844f", "#ffffff", "#e4f3ea", "#14592f", "#23844f"),
    Token.AMBER: Colours("#ffb52e", "#0b0c0c", "#fff3dc", "#6b4300", "#9a6400"),
    Token.RED: Colours("#980e1c", "#ffffff", "#fbe7e8", "#7d0b17", "#980e1c"),
    Token.GREY: Colours("#5f6368", "#ffffff", "#eef0f1", "#33373b", "#5f6368"),
}
INK = "#0b0c0c"
FONT = "Source Sans 3 Variable, sans-serif"

# Fourth signal beside word, letter and colour; in a box of 32 by 32, as the site's markers.
SHAPES = {
    Token.BLUE: '<rect x="1.5" y="1.5" width="29" height="29" rx="4"/>',
    Token.GREEN: '<circle cx="16" cy="16" r="14.5"/>',
    Token.AMBER: '<path d="M16 1.8 30.6 28.6a1.4 1.4 0 0 1-1.2 2H2.6a1.4 1.4 0 0 1-1.2-2z"/>',
    Token.RED: '<path d="M10 1.5h12L30.5 10v12L22 30.5H10L1.5 22V10z"/>',
    Token.GREY: '<path d="M16 1 31 16 16 31 1 16z"/>',
}

# A strip holds the newest six cells of a measure: what was agreed before them isn't in the picture.
FULL_STRIP = 6
NARROWEST = 34.0  # in which "12 G" can still be read


def colours(level: Level | None) -> Colours:
    """Grey for what is not rated."""
    return COLOURS[Token(level.token)] if level else COLOURS[Token.GREY]


def letter(level: Level | None) -> str:
    return level.code if level else "\u2013"


def marker(token: Token) -> str:
    """The shape of a level as an image of its own, without its letter."""
    tone = COLOURS[token]
    edge = tone.text if token == Token.AMBER else "#ffffff"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32" viewBox="0 0 32 32">'
        f'<g fill="{tone.solid}" stroke="{edge}" stroke-width="1.5">{SHAPES[token]}</g></svg>'
    )


# ---- numbers


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a chart shows, as a table: the words of its head, and its rows."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """The ratings of some measures at one meeting: agreed there or before, or (provisional) sent for it."""

    on: date
    provisional: bool
    counts: tuple[tuple[Level | None, int], ...]

    @property
    def label(self) -> str:
        return "Sent" if self.provisional else f"{self.on:%-d %b}"

    @property
    def words(self) -> str:
        said = ", ".join(f"{n} {level.word if level else 'not rated'}" for level, n in self.counts if n)
        return f"{self.on:%-d %B %Y}{', sent so far' if self.provisional else ''}: {said or 'none'}"


def columns(measures: Iterable[Measure], key: tuple[Level, ...]) -> tuple[Column, ...]:
    """The ratings of these measures at each meeting that every one of their strips still remembers.

    The last column holds what is proposed and not yet decided, where anything is.
    """
    chosen = tuple(measures)
    agreed = [sorted((m for m in each.strip if not m.provisional), key=lambda m: m.on) for each in chosen]
    horizon = max(
        (marks[0].on for each, marks in zip(chosen, agreed, strict=True) if marks and _is_cut(each)),
        default=date.min,
    )
    found = []
    for on in sorted({mark.on for marks in agreed for mark in marks if mark.on >= horizon}):
        levels = [next((m.level for m in reversed(marks) if m.on <= on), None) for marks in agreed]
        found.append(Column(on, False, _count(levels, (*key, None))))
    sent = [m.proposal for m in chosen if m.proposal and m.proposal.level]
    if sent:
        on = max(rating.meeting_on or rating.effective_on for rating in sent)
        found.append(Column(on, True, _count([rating.level for rating in sent], key)))
    return tuple(found)


def _is_cut(measure: Measure) -> bool:
    return len(measure.strip) >= FULL_STRIP


def _count(
    levels: Iterable[Level | None], kinds: tuple[Level | None, ...]
) -> tuple[tuple[Level | None, int], ...]:
    present = list(levels)
    return tuple((kind, present.count(kind)) for kind in kinds)


def group_numbers(measures: Iterable[Measure], key: tuple[Level, ...]) -> Numbers:
    """`group_ratings` as a table."""
    found = columns(measures, key)
    return Numbers(
        ("Executive", *(level.word for level in key), "Not rated"),
        tuple(
            (
                f"{column.on:%-d %B %Y}{' (sent so far)' if column.provisional else ''}",
                *(str(n) for _, n in column.counts[: len(key)]),
                str(sum(n for level, n in column.counts if level is None)),
            )
            for column in found
        ),
    )


def workstream_numbers(picture: PlanPicture) -> Numbers:
    """`ratings_by_workstream` as a table, with a last row for the whole plan."""

    def row(name: str, counts: Counts) -> tuple[str, ...]:
        return (name, *(str(n) for _, n in counts.by_level), str(counts.not_rated), str(counts.total))

    return Numbers(
        (picture.workstream_word, *(level.word for level in picture.key), "Not rated", "All"),
        (
            *(row(f"{w.number} {w.title}", picture.counts(w.measures)) for w in picture.workstreams),
            row("The plan", picture.counts()),
        ),
    )


# ---- drawings


def ratings_by_workstream(picture: PlanPicture) -> Svg:
    """Agreed ratings as stacked bars, one a workstream, with numbers and letters inside."""
    return stacked_bars(
        f"Agreed ratings by {picture.workstream_word.lower()}",
        [(f"{w.number} {w.title}", picture.counts(w.measures)) for w in picture.workstreams],
    )


def stacked_bars(title: str, rows: Sequence[tuple[str, Counts]]) -> Svg:
    """One bar a row; the longest fills the width."""
    names, bars, height = 250, 470, 34
    parted = [(name, _parts(counts)) for name, counts in rows]
    most = max((sum(n for _, n in parts) for _, parts in parted), default=1) or 1
    # Where one measure is too narrow for its letter, every part starts from the narrowest that isn't.
    start = 0.0 if bars / most >= NARROWEST else NARROWEST
    unit = (bars - start * max((len(parts) for _, parts in parted), default=0)) / most
    drawn = []
    for i, (name, parts) in enumerate(parted):
        x, y = float(names), 4 + i * height
        drawn.append(_text(0, y + 18, _cut(name, 36), INK))
        for level, n in parts:
            width = start + n * unit
            drawn.append(_part(x, y, width, height - 8, level, n))
            x += width
    said = " ".join(f"{name}: {_words(parts)}." for name, parts in parted)
    return _svg(names + bars + 2, max(1, len(rows)) * height + 4, title, said, drawn)


def group_ratings(measures: Iterable[Measure], key: tuple[Level, ...]) -> Svg:
    """The ratings of some measures at each meeting as stacked columns; what is only proposed is dashed.

    "" where nothing was ever rated.
    """
    found = columns(measures, key)
    if not found:
        return Svg()
    step, wide, tall = 70, 48, 110
    most = max(sum(n for _, n in column.counts) for column in found)
    unit = max(16.0, tall / most)
    foot = 6 + unit * most
    drawn = []
    for i, column in enumerate(found):
        x, y = 4 + i * step, foot - unit * sum(n for _, n in column.counts)
        for level, n in column.counts:
            if n:
                drawn.append(_part(x, y, wide, n * unit, level, n, column.provisional))
                y += n * unit
        drawn.append(_text(x + wide / 2, foot + 18, column.label, INK, middle=True))
    right = len(found) * step - step + wide + 8
    drawn.append(
        f'<line x1="0" y1="{_n(foot)}" x2="{right}" y2="{_n(foot)}" stroke="{INK}" stroke-width="1.5"/>'
    )
    said = ". ".join(column.words for column in found)
    return _svg(right, foot + 26, "Ratings at each meeting of the Executive", f"{said}.", drawn)


def _parts(counts: Counts) -> list[tuple[Level | None, int]]:
    rated: list[tuple[Level | None, int]] = [*counts.present]
    return [*rated, (None, counts.not_rated)] if counts.not_rated else rated


def _words(parts: list[tuple[Level | None, int]]) -> str:
    return ", ".join(f"{n} {level.word if level else 'not rated'}" for level, n in parts) or "no measures"


def _part(
    x: float, y: float, width: float, height: float, level: Level | None, n: int, provisional: bool = False
) -> str:
    """One part of a bar. A gap of 2 tells neighbours apart; the border of Amber and of dashes lies inside."""
    tone = colours(level)
    name = f"brag--{level.token.lower() if level else 'grey'}"
    if provisional:
        paint = (
            f'class="{name} provisional" fill="#ffffff" stroke="{tone.edge}" stroke-width="2"'
            ' stroke-dasharray="5 3"'
        )
        ink = f'class="{name} provisional"'
    else:
        border = tone.edge if level and level.token == Token.AMBER else tone.solid
        paint = f'class="{name}" fill="{tone.solid}" stroke="{border}" stroke-width="1"'
        ink = f'class="{name} on"'
    inset = 1 if provisional else 0.5
    box = (
        f'<rect x="{_n(x + inset)}" y="{_n(y + inset)}" width="{_n(width - 2 - 2 * inset + 1)}"'
        f' height="{_n(max(1, height - 2 * inset - 1))}" {paint}/>'
    )
    colour = tone.text if provisional else tone.on
    middle = x + (width - 1) / 2
    return box + _text(
        middle, y + height / 2 + 4.5, f"{n} {letter(level)}", colour, middle=True, bold=True, extra=ink
    )


def _text(
    x: float, y: float, text: str, fill: str, *, middle: bool = False, bold: bool = False, extra: str = ""
) -> str:
    attributes = f'x="{_n(x)}" y="{_n(y)}" fill="{fill}" font-family="{FONT}" font-size="14"'
    if middle:
        attributes += ' text-anchor="middle"'
    if bold:
        attributes += ' font-weight="700"'
    return f"<text {attributes}{' ' + extra if extra else ''}>{escape(text)}</text>"


def _svg(width: float, height: float, title: str, description: str, drawn: list[str]) -> Svg:
    """The title comes first: it is what a PDF's reader hears for the whole drawing.

    Every word in a drawing was escaped where it was put in, so a template may print it as it is.
    """
    return Svg(
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{_n(width)}" height="{_n(height)}"'
        f' viewBox="0 0 {_n(width)} {_n(height)}"><title>{escape(title)}</title>'
        f"<desc>{escape(description)}</desc>{''.join(drawn)}</svg>"
    )


def _n(number: float) -> str:
    """A length with two decimals at most, always written the same way."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
