"""Charts as SVG text, and the same numbers as tables, drawn from pictures. Pure."""

from .directions import both_ways
from .fluid import NEWEST, Span, level_bars, level_columns, spans, updated_bars
from .lives import Life, life_of
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
    "Life",
    "Numbers",
    "Span",
    "Svg",
    "Trend",
    "both_ways",
    "colours",
    "columns",
    "figure_numbers",
    "group_numbers",
    "group_ratings",
    "letter",
    "level_bars",
    "level_columns",
    "life_of",
    "marker",
    "spans",
    "stacked_bars",
    "trend_line",
    "trends",
    "updated_bars",
]
