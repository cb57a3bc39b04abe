"""Our own workbooks: columns, hidden keys and seal, for writer and reader both. Pure."""

from .answers import (
    COLUMNS,
    FIGURES,
    FIGURES_SHEET,
    FORM,
    HEAD_SHEET,
    MARK,
    NO_CHANGE_CHOICE,
    SHEET,
    Column,
    Head,
    RowKey,
)
from .hidden import PLAN_SHEET, ROW_HEADING, hide, reveal
from .seal import fold, is_sealed, seal

__all__ = [
    "COLUMNS",
    "FIGURES",
    "FIGURES_SHEET",
    "FORM",
    "HEAD_SHEET",
    "MARK",
    "NO_CHANGE_CHOICE",
    "PLAN_SHEET",
    "ROW_HEADING",
    "SHEET",
    "Column",
    "Head",
    "RowKey",
    "fold",
    "hide",
    "is_sealed",
    "reveal",
    "seal",
]
