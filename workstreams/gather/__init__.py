"""Pictures of the plan, gathered from rows. The tables are one source of rows; the ledger can be another."""

from collections import OrderedDict
from datetime import date
from threading import Lock

from django.conf import settings

from .. import picture as p
from ..models import Plan, Version
from .compose import compose, decided_on, standing
from .head import LONDON, Head, head, today
from .levels import levels_at_meetings
from .rows import Row, Rows, rows_now

__all__ = [
    "LONDON",
    "Head",
    "Row",
    "Rows",
    "compose",
    "decided_on",
    "frozen",
    "head",
    "levels_at_meetings",
    "picture_for",
    "rows_now",
    "standing",
    "take",
    "today",
]

_pictures: OrderedDict[tuple[int, str, date, int | None], p.PlanPicture] = OrderedDict()
_lock = Lock()


def picture_for(
    reader: p.Reader, plan: Plan, at: Head | None = None, *, speaks_of: int | None = None
) -> p.PlanPicture:
    """The plan as this reader may see it now: the only way a page gets one.

    The whole picture is taken with a constant number of queries and kept in the process by ledger row and day.
    It speaks of the next meeting, or of the meeting `speaks_of`.
    """
    at = at or head()
    key = (plan.pk, at.hash, at.today, speaks_of)
    with _lock:
        whole = _pictures.get(key)
        if whole is not None:
            _pictures.move_to_end(key)
    if whole is None:
        whole = take(plan, at, speaks_of=speaks_of)
        while (now := head()).hash != at.hash:  # somebody wrote meanwhile: a picture is of one moment
            at = now
            key = (plan.pk, at.hash, at.today, speaks_of)
            whole = take(plan, at, speaks_of=speaks_of)
        with _lock:
            _pictures[key] = whole
            while len(_pictures) > settings.PICTURES_KEPT:
                _pictures.popitem(last=False)
    return whole.seen_by(reader)


def take(plan: Plan, at: Head, *, speaks_of: int | None = None) -> p.PlanPicture:
    """The whole picture, straight from the tables."""
    return compose(rows_now(plan), at.today, at, speaks_of=speaks_of)


def frozen(reader: p.Reader, version: Version) -> p.PlanPicture:
    """The picture that a version froze, as this reader may see it. Raises ValueError where it froze none."""
    if version.picture is None:
        raise ValueError(f"{version} has no picture.")
    return p.from_json(version.picture).seen_by(reader)
