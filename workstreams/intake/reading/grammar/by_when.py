"""A "By when" cell apart: a status, a date or two, how often; every word of it is kept as printed."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ....vocabulary import Precision, Recurrence
from . import statuses
from .days import Found, found_in

_LONG = 5  # more words than this that tell neither status nor date are a sentence

_RHYTHMS = (
    (Recurrence.SIX_WEEKLY, r"(?:every )?(?:six|6)[ -]?week(?:ly|s)"),
    (Recurrence.QUARTERLY, r"(?<!bi-)(?<!bi )quarterly|(?:every|each|per) quarter"),
    (Recurrence.EVERY_MEETING, r"(?:every|each) (?:\w+ )?meeting"),
    (Recurrence.MONTHLY, r"(?<![\w-])(?<!six )(?<!6 )(?<!two )(?<!three )monthly|(?:every|each|per) month\b"),
    (Recurrence.YEARLY, r"(?<![\w-])(?:annual(?:ly)?|yearly)|(?:every|each|per) year\b|once a year"),
)
_OTHER_RHYTHM = re.compile(
    r"weekly|daily|fortnight|(?:six|6|two|2|three|3|bi)[ -]?monthly|termly|each term|half[ -]yearly|bi-?annual",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s,;:()/.&\u2010-\u2015\u2212-]+")
_SMALL = {
    "by",
    "the",
    "end",
    "of",
    "in",
    "on",
    "from",
    "until",
    "till",
    "to",
    "and",
    "due",
    "date",
    "target",
    "then",
    "at",
}
_RANGE = re.compile(r"\s*(?:-|[\u2010-\u2015\u2212]|/|to|until|and|&)\s*\Z")
# Short words beside dates that are no status.
_SOON = re.compile(
    r"immediate|asap|as soon|urgent|term\b|year\b|rolling|when |once |after |before |following|within|dependent|"
    r"see |as above|throughout|regular|review|subject to",
    re.IGNORECASE,
)
_MONTHS = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[\s/&\u2010-\u2015-]*(?:and|to)?\Z",
    re.IGNORECASE,
)
_TELLS = re.compile(r"\d|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)


class Doubt(StrEnum):
    """Why a cell is not plain. The value is what who checks is asked."""

    PROSE = "This is a sentence, neither a date nor a status. How is the action rated?"
    GOES_ON = "This begins with a status and says more. How is the action rated?"
    AHEAD = "This says that it is complete, and has a date that may lie ahead. How is the action rated?"
    SEVERAL = "This has more than one date. Which is the action due on?"
    UNCLEAR = "No date could be made of this. When is the action due?"
    RHYTHM = "The program knows no such rhythm. The words are kept; when is the action due?"


@dataclass(frozen=True, slots=True)
class ByWhen:
    """What the cell says. `unknown` is a word that may be a status; `said` what was put together, to be told."""

    status: str = ""
    due_on: date | None = None
    precision: str = Precision.NONE.value
    recurrence: str = Recurrence.NONE.value
    note: str = ""
    doubt: Doubt | None = None
    said: str = ""
    unknown: str = ""
    dates: tuple[Found, ...] = ()


def read_by_when(text: str, as_of: date | None = None) -> ByWhen:
    """`as_of`: the last day that the document knows of, where it says one."""
    flat = " ".join(text.split())
    if statuses.is_blank(flat):
        return ByWhen()
    opening = statuses.opening(flat)
    dates = found_in(flat)
    rhythm = rhythm_in(flat)
    status = opening.status or _closing(flat, dates)
    if dates:
        return _dated(flat, dates, status, rhythm, as_of)
    if opening.status:
        return _stated(opening, rhythm)
    if rhythm is not Recurrence.NONE:
        return ByWhen(recurrence=rhythm.value)
    words = len(flat.split())
    if words > _LONG:
        return ByWhen(doubt=Doubt.PROSE)
    if _OTHER_RHYTHM.search(flat):
        return ByWhen(doubt=Doubt.RHYTHM)
    if _TELLS.search(flat):
        return ByWhen(doubt=Doubt.UNCLEAR)
    if statuses.is_status(flat) and not _SOON.search(flat):
        return ByWhen(unknown=flat.strip(" ."))
    return ByWhen()


def rhythm_in(text: str) -> Recurrence:
    """How often, by its words; NONE where it says nothing of it, or two things."""
    said = {rhythm for rhythm, words in _RHYTHMS if re.search(words, text, re.IGNORECASE)}
    return said.pop() if len(said) == 1 else Recurrence.NONE


def _stated(opening: statuses.Opening, rhythm: Recurrence) -> ByWhen:
    """A status without a date."""
    if not opening.rest:
        return ByWhen(status=opening.status)
    if len(opening.rest.split()) > _LONG or statuses.is_complete(opening.status):
        return ByWhen(doubt=Doubt.GOES_ON, recurrence=rhythm.value)
    return ByWhen(status=opening.status, recurrence=rhythm.value, note=opening.rest)


def _dated(
    text: str, dates: tuple[Found, ...], status: str, rhythm: Recurrence, as_of: date | None
) -> ByWhen:
    last = max(dates, key=lambda found: found.due_on)
    loose = _loose(text, dates, status)
    note = said = ""
    doubt = None
    says_complete = bool(status) and statuses.is_complete(status)
    lies_behind = as_of is not None and last.due_on <= as_of
    if _MONTHS.match(loose) or not loose.strip("/"):
        loose = ""  # "Nov/Dec 2020"
    if len(dates) == 1:
        note = loose
    elif _is_range(text, dates):
        said = f"“{text}” is due at its end."
    elif loose or (says_complete and lies_behind):  # of what is complete, no date is asked
        note = _stages(text, dates)
        said = f"“{text}” has {len(dates)} dates: it is due on the last of them."
    else:
        doubt = Doubt.SEVERAL
    if says_complete and not lies_behind:
        doubt = Doubt.AHEAD
        status = ""
    return ByWhen(
        status=status,
        due_on=last.due_on,
        precision=last.precision,
        recurrence=rhythm.value,
        note=note,
        doubt=doubt,
        said=said,
        dates=dates,
    )


def _closing(text: str, dates: tuple[Found, ...]) -> str:
    """A status after the last date: "January 2021 – completed"."""
    if not dates:
        return ""
    last = text[dates[-1].end :].strip(" ,;:.()\u2013\u2014-")
    return last if statuses.is_known(last) else ""


def _loose(text: str, dates: tuple[Found, ...], status: str) -> str:
    """The words that are neither date nor status nor small change."""
    out, at = [], 0
    for found in dates:
        out.append(text[at : found.start])
        at = found.end
    out.append(text[at:])
    left = " ".join(out)
    if status:
        left = left.replace(status, " ", 1)
    words = [word for word in _BETWEEN.split(left) if word]
    if all(word.casefold() in _SMALL for word in words):
        return ""
    return " ".join(left.split()).strip(" ,;:.-\u2013\u2014")


def _is_range(text: str, dates: tuple[Found, ...]) -> bool:
    return len(dates) == 2 and bool(_RANGE.match(text[dates[0].end : dates[1].start]))


def _stages(text: str, dates: tuple[Found, ...]) -> str:
    """ "December 2020: testing; Jan 2021: service wide implementation"."""
    ends = [found.start for found in dates[1:]] + [len(text)]
    parts = [text[: dates[0].start].strip(" ,;:-")] if text[: dates[0].start].strip() else []
    for found, end in zip(dates, ends, strict=True):
        words = text[found.end : end].strip(" ,;:.()-\u2013\u2014")
        parts.append(f"{text[found.start : found.end]}: {words}" if words else text[found.start : found.end])
    return "; ".join(parts)
