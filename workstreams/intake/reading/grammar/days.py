"""Every date inside a text, whatever stands around it: days, months, financial quarters."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from ....vocabulary import Precision

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"(?P<year>(?:19|20)\d\d|['’‘]\d\d|\d\d)"
_ENDS = r"(?![\w/])(?!\.\d)"
_PATTERNS = tuple(
    re.compile(rf"(?<![\w.]){words}{_ENDS}", re.IGNORECASE)
    for words in (
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]*(?:of\s+)?{_MONTH}[.,]?[\s-]*{_YEAR}",
        rf"{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d)",
        r"(?P<day>\d{1,2})(?P<sign>[/.-])(?P<number>\d{1,2})(?P=sign)(?P<year>(?:19|20)\d\d|\d\d)",
        r"(?P<year>(?:19|20)\d\d)-(?P<number>\d{1,2})-(?P<day>\d{1,2})",
        rf"{_MONTH}[.,]?[\s/-]*{_YEAR}",
        r"(?P<number>\d{1,2})/(?P<year>(?:19|20)\d\d)",
        r"(?:q|qtr|qrt|quarter)[\s.]*(?P<quarter>[1-4])[,:]?[\s-]*(?:of\s+)?\(?(?P<year>(?:19|20)\d\d|\d\d)"
        r"\s*[/\u2010-\u2015-]\s*(?P<next>\d\d(?:\d\d)?)\)?",
    )
)
_QUARTERS = {1: (0, 6), 2: (0, 9), 3: (0, 12), 4: (1, 3)}  # the last month, in this year or the next


@dataclass(frozen=True, slots=True)
class Found:
    """A date at a place of the text; a month, or a quarter, is due on its last day."""

    start: int
    end: int
    due_on: date
    precision: str


def found_in(text: str) -> tuple[Found, ...]:
    """In the order in which they stand. What cannot be a date, such as 31 February, is none."""
    found: list[Found] = []
    taken: list[tuple[int, int]] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            if day := _day_of(match):
                found.append(Found(*match.span(), *day))
    return tuple(sorted(found, key=lambda each: each.start))


def _day_of(match: re.Match[str]) -> tuple[date, str] | None:
    parts = match.groupdict()
    year = int(parts["year"].lstrip("'’‘"))
    year += 2000 if year < 100 else 0
    if quarter := parts.get("quarter"):
        if int(parts["next"]) % 100 != (year + 1) % 100:
            return None
        later, month = _QUARTERS[int(quarter)]
        return last_day(year + later, month), Precision.MONTH.value
    month = _MONTHS.index(parts["month"][:3].lower()) + 1 if parts.get("month") else int(parts["number"])
    if not 1 <= month <= 12:
        return None
    day = parts.get("day")
    if day is None:
        return last_day(year, month), Precision.MONTH.value
    try:
        return date(year, month, int(day)), Precision.DAY.value
    except ValueError:
        return None


def last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
