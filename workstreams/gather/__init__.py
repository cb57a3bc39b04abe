"""Pictures of the plan, gathered from rows: those of the tables now, or those of the ledger as they stood."""

from collections import OrderedDict
from dataclasses import replace
from datetime import date
from threading import Lock

from django.conf import settings

from .. import picture as p
from ..models import Plan, Version
from ..vocabulary import PlanState
from ..words import dated
from .compose import compose, decided_on, standing
from .head import LONDON, Head, head, today
from .levels import levels_at_meetings
from .lives import record_of
from .moments import (
    Edition,
    Moment,
    NoMoment,
    editions,
    moment_at,
    moment_named,
    moment_of,
    moment_on,
    published,
    row_of,
)
from .rows import Row, Rows, rows_now
from .stood import first_row, rows_at

__all__ = [
    "LONDON",
    "Edition",
    "Head",
    "Moment",
    "NoMoment",
    "NotYet",
    "Row",
    "Rows",
    "compose",
    "decided_on",
    "editions",
    "first_row",
    "frozen",
    "head",
    "levels_at_meetings",
    "moment_at",
    "moment_named",
    "moment_of",
    "moment_on",
    "picture_for",
    "published",
    "record_of",
    "row_of",
    "rows_at",
    "rows_now",
    "standing",
    "take",
    "today",
]

_Key = tuple[int, str, date, int | None, Moment | None]
_Kept = OrderedDict[_Key, p.PlanPicture]
_pictures: _Kept = OrderedDict()
_past: _Kept = OrderedDict()  # apart, so that whoever leafs through the past pushes out nobody's present
_lock = Lock()


class NotYet(Exception):
    """The plan did not stand at that moment for this reader: it was not begun, drafted, or deleted by then. Its text
    is a sentence for them. `drafted`: the record tells of that time, but there is no plan of it to be shown."""

    def __init__(self, sentence: str, *, drafted: bool = False) -> None:
        self.drafted = drafted
        super().__init__(sentence)


def picture_for(
    reader: p.Reader,
    plan: Plan,
    at: Head | None = None,
    *,
    speaks_of: int | None = None,
    as_at: Moment | None = None,
) -> p.PlanPicture:
    """The plan as this reader may see it, now or `as_at` a moment of the past: the only way a page gets one.

    The whole picture is taken with a constant number of queries and kept in the process by ledger row and day.
    It speaks of the next meeting, or of the meeting `speaks_of`. Raises NotYet where the plan did not stand then.
    """
    at = at or head()
    kept = _pictures if as_at is None else _past
    # A past picture is kept by the newest row, too: a redaction changes what stood.
    key = (plan.pk, at.hash, at.today, speaks_of, as_at)
    with _lock:
        whole = kept.get(key)
        if whole is not None:
            kept.move_to_end(key)
    if whole is None:
        try:
            whole = take(plan, as_at or at, speaks_of=speaks_of)
        except NotYet:
            raise _not_yet(plan, as_at or at, drafts=reader.drafts) from None
        # Where somebody wrote meanwhile, once more: a picture is of one moment.
        while as_at is None and (now := head()).hash != at.hash:
            at = now
            key = (plan.pk, at.hash, at.today, speaks_of, as_at)
            whole = take(plan, at, speaks_of=speaks_of)
        with _lock:
            kept[key] = whole
            while len(kept) > settings.PICTURES_KEPT:
                kept.popitem(last=False)
    if as_at is not None and whole.state == PlanState.DRAFT and not reader.drafts:
        raise _not_yet(plan, as_at, drafts=False)
    return whole.seen_by(reader)


def take(plan: Plan, at: Head, *, speaks_of: int | None = None) -> p.PlanPicture:
    """The whole picture: straight from the tables, or, of a moment of the past, from the ledger alone."""
    if not isinstance(at, Moment):
        return compose(rows_now(plan), at.today, at, speaks_of=speaks_of)
    rows = rows_at(plan.pk, at.seq)
    if not rows["plan"]:
        raise _not_yet(plan, at, drafts=True)
    picture = compose(rows, at.today, at, speaks_of=at.speaks_of)
    return replace(picture, versions=(*picture.versions, at.version)) if at.version else picture


def _not_yet(plan: Plan, at: Head, *, drafts: bool) -> NotYet:
    """Why there was no such plan, with the first day on which there was. A draft stands for its keepers alone."""
    begun = first_row(plan.pk, drafts=True)
    first = begun if drafts else first_row(plan.pk, drafts=False)
    if begun is None or first is None or first[0] <= at.seq:
        return NotYet(f"This plan did not stand any more on {dated(at.today)}.")
    then = f"at record {at.seq}" if first[1] == at.today else f"on {dated(at.today)}"
    since = f"It has stood since {dated(first[1])}, record {first[0]}, and can be shown from then on."
    drafted = begun[0] <= at.seq
    return NotYet(
        f"This plan did not stand yet {then}{': it was being drafted' if drafted else ''}. {since}",
        drafted=drafted,
    )


def frozen(reader: p.Reader, version: Version) -> p.PlanPicture:
    """The picture that a version froze, as this reader may see it. Raises ValueError where it froze none."""
    if version.picture is None:
        raise ValueError(f"{version} has no picture.")
    return p.from_json(version.picture).seen_by(reader)
