"""Charts as SVG text, and the same numbers as tables, drawn from pictures. Pure."""

from .fluid import NEWEST, Span, level_bars, level_columns, spans, updated_bars
from .marks import COLOURS, SHAPES, Colours, colours, letter, marker
from .ratings import (
    FULL_STRIP,
    NARROWEST,
    Column,
    Numbers,
    columns,
    group_numbers,
    group_ratings,
    stacked_bars,
)
from .svg import FONT, INK, Svg
from .trends import Trend, figure_numbers, trend_line, trends

__all__ = [
    "COLOURS",
    "FONT",
    "FULL_STRIP",
    "INK",
    "NARROWEST",
    "NEWEST",
    "SHAPES",
    "Colours",
    "Column",
    "Numbers",
    "Span",
    "Svg",
    "Trend",
    "colours",
    "columns",
    "figure_numbers",
    "group_numbers",
    "group_ratings",
    "letter",
    "level_bars",
    "level_columns",
    "marker",
    "spans",
    "stacked_bars",
    "trend_line",
    "trends",
    "updated_bars",
]
