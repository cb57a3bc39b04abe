"""How many measures stand at each level, as bars and columns and as the same numbers in a table.

Each part of a bar carries its number and its letter, so that grey paper can be read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ..picture import Counts, Level, Measure
from ..vocabulary import Token
from .marks import colours, letter
from .svg import INK, Svg, fitted, image, number, text

# A strip holds the newest six cells of a measure: what was agreed before them isn't in the picture.
FULL_STRIP = 6
NARROWEST = 34.0  # in which "12 G" can still be read


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


# ---- drawings


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
        drawn.append(text(0, y + 18, fitted(name, names - 8), INK))
        for level, n in parts:
            width = start + n * unit
            drawn.append(_part(x, y, width, height - 8, level, n))
            x += width
    said = " ".join(f"{name}: {_words(parts)}." for name, parts in parted)
    return image(names + bars + 2, max(1, len(rows)) * height + 4, title, said, drawn)


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
        drawn.append(text(x + wide / 2, foot + 18, column.label, INK, middle=True))
    # As wide as four columns at least: the page stretches the drawing, and one column would fill it.
    right = max(len(found), 4) * step - step + wide + 8
    drawn.append(
        f'<line x1="0" y1="{number(foot)}" x2="{right}" y2="{number(foot)}" stroke="{INK}" stroke-width="1.5"/>'
    )
    said = ". ".join(column.words for column in found)
    return image(right, foot + 26, "Ratings at each meeting of the Executive", f"{said}.", drawn)


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
        f'<rect x="{number(x + inset)}" y="{number(y + inset)}" width="{number(width - 2 - 2 * inset + 1)}"'
        f' height="{number(max(1, height - 2 * inset - 1))}" {paint}/>'
    )
    colour = tone.text if provisional else tone.on
    middle = x + (width - 1) / 2
    return box + text(
        middle, y + height / 2 + 4.5, f"{n} {letter(level)}", colour, middle=True, bold=True, extra=ink
    )
