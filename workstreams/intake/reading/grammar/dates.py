"""A target as printed: the day it is due, how exactly, how often, and the words around it."""

import re
from dataclasses import dataclass
from datetime import date

from ....vocabulary import Precision, Recurrence
from ...document import Cell
from .by_when import rhythm_in
from .days import found_in, last_day

TEXT_LENGTH = 200

_EDGES = " \t\n:;,.-\u2010\u2011\u2012\u2013\u2014()"
_SMALL = {
    "",
    "by",
    "the",
    "end of",
    "by end of",
    "by the end of",
    "end",
    "by end",
    "due",
    "in",
    "from",
    "on",
    "date",
    "target",
}
_TELLS = re.compile(r"\d|\b(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*\b", re.IGNORECASE)
_ROLLING = re.compile(r"\brolling\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class When:
    """`doubt`: "several" dates, or "unclear" words that hold a number or a month; else ""."""

    text: str = ""
    due_on: date | None = None
    precision: str = Precision.NONE.value
    note: str = ""
    recurrence: str = Recurrence.NONE.value
    doubt: str = ""
    choices: tuple[tuple[str, date], ...] = ()


def read_when(text: str, day: date | None = None, shows: str = "") -> When:
    """What is printed, and the real date behind it where a workbook has one."""
    flat = " ".join(text.split())
    if day is not None and shows == "MONTH":
        return When(flat, last_day(day.year, day.month), Precision.MONTH.value)
    if day is not None:
        return When(flat, day, Precision.DAY.value)
    rhythm = rhythm_in(flat)
    dates = found_in(flat)
    if len(dates) == 1:
        (only,) = dates
        rest = " ".join((flat[: only.start].strip(_EDGES), flat[only.end :].strip(_EDGES))).strip()
        note = "" if rest.casefold() in _SMALL or rhythm is not Recurrence.NONE else rest
        return When(flat, only.due_on, only.precision, note, rhythm.value)
    if len(dates) > 1:
        last = max(dates, key=lambda found: found.due_on)
        choices = tuple((flat[each.start : each.end], each.due_on) for each in dates)
        return When(flat, last.due_on, last.precision, "", rhythm.value, "several", choices)
    unclear = _TELLS.search(flat) and rhythm is Recurrence.NONE and not _ROLLING.search(flat)
    return When(flat, recurrence=rhythm.value, doubt="unclear" if unclear else "")


def of_cell(cell: Cell) -> When:
    return read_when(cell.text, cell.day, cell.shows)
