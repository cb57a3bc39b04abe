"""The figures of a measure over its periods: one small line each, and all of them as a table."""

from dataclasses import dataclass
from itertools import pairwise

from ..picture import Figure, Measure, Period, number_in_words
from .ratings import Numbers
from .svg import INK, Svg, image, number, text

STEP, MARGIN, TOP, FOOT = 88, 46, 30, 100
PAPER, LINE = "#ffffff", "#4b2a63"


@dataclass(frozen=True, slots=True)
class Trend:
    """One figure in the periods that were told it, oldest first."""

    name: str
    points: tuple[tuple[Period, Figure | None], ...]  # None: a period that was not told it

    @property
    def is_share(self) -> bool:
        return all(figure.out_of is not None or figure.unit == "%" for _, figure in self.points if figure)

    def value(self, figure: Figure) -> float:
        return figure.plotted if self.is_share else figure.number

    def label(self, figure: Figure) -> str:
        if self.is_share:
            return f"{number_in_words(round(figure.plotted))}%"
        return number_in_words(figure.number)

    @property
    def words(self) -> str:
        return " ".join(f"{period.name}: {_said(period, figure)}." for period, figure in self.points)


def _said(period: Period, figure: Figure | None) -> str:
    if figure is None:
        return "not told"
    return figure.words if period.agreed else f"{figure.words}, not agreed yet"


def trends(measure: Measure) -> tuple[Trend, ...]:
    """The figures that were told in two periods or more, in the order in which they were told last."""
    found = []
    for key, name in _names(measure).items():
        points = [(p, next((f for f in p.figures if _key(f.name) == key), None)) for p in measure.periods]
        known = [i for i, (_, figure) in enumerate(points) if figure]
        if len(known) > 1:
            found.append(Trend(name, tuple(points[known[0] : known[-1] + 1])))
    return tuple(found)


def figure_numbers(measure: Measure) -> Numbers | None:
    """Every figure in every period that was told any; None where none was."""
    told = [period for period in measure.periods if period.figures]
    names = _names(measure)
    if not told:
        return None
    rows = []
    for period in reversed(told):
        words = {_key(f.name): f.words for f in period.figures}
        rows.append((period.name, *(words.get(key, "") for key in names)))
    return Numbers(("Period", *names.values()), tuple(rows))


def trend_line(trend: Trend) -> Svg:
    """A line with its number at each point. What is not agreed yet is an open point; a gap stays a gap."""
    top = max((trend.value(figure) for _, figure in trend.points if figure), default=0)
    top = max(top, 100) if trend.is_share else top or 1
    width = 2 * MARGIN + STEP * (len(trend.points) - 1)
    places: list[tuple[float, float] | None] = [
        (MARGIN + i * STEP, FOOT - (FOOT - TOP) * max(trend.value(figure), 0) / top) if figure else None
        for i, (_, figure) in enumerate(trend.points)
    ]
    drawn = [_line(0, FOOT, width, FOOT, INK, 1)]
    for a, b in pairwise(places):
        if a and b:
            drawn.append(_line(*a, *b, LINE, 2.5))
    for place, (period, figure) in zip(places, trend.points, strict=True):
        if place and figure:
            x, y = place
            fill = LINE if period.agreed else PAPER
            drawn.append(
                f'<circle cx="{number(x)}" cy="{number(y)}" r="5" fill="{fill}" stroke="{LINE}"'
                f' stroke-width="2.5"{"" if period.agreed else _DASHED}/>'
            )
            drawn.append(text(x, y - 12, trend.label(figure), INK, middle=True, bold=True))
    for i, (period, _) in enumerate(trend.points):
        drawn.append(text(MARGIN + i * STEP, FOOT + 20, _short(period), INK, middle=True))
    return image(width, FOOT + 28, trend.name, trend.words, drawn)


_DASHED = ' stroke-dasharray="3 2" class="provisional"'


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str, wide: float) -> str:
    ends = f'x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"'
    return f'<line {ends} stroke="{stroke}" stroke-width="{number(wide)}"/>'


def _short(period: Period) -> str:
    """ "Q2 2023/24", "Oct 2023", "21 Nov 2023"."""
    day = period.ends_on
    if period.name == f"{day:%B %Y}":
        return f"{day:%b %Y}"
    return f"{day:%-d %b %Y}" if period.name == f"{day:%-d %B %Y}" else period.name


def _names(measure: Measure) -> dict[str, str]:
    """What was counted, as it was called last."""
    names: dict[str, str] = {}
    for period in reversed(measure.periods):
        for figure in period.figures:
            names.setdefault(_key(figure.name), figure.name)
    return names


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()
