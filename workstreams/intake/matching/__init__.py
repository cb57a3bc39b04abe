"""A plan that was read against the plan that stands: which row is which, and what the file changes of it. Pure.

Rows are recognised by their words and references, never by their order alone. What a document leaves blank it does
not say, so a blank takes nothing out; a row that is not in it stays until somebody says that it is withdrawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ...picture import PlanPicture
from ..reading.understood import Question
from .absent import absent_question, is_withdrawn, left_out
from .pairing import pair
from .taking import is_file_name, taken_over

__all__ = ["Matched", "match", "nothing_of", "without_levels"]


@dataclass(frozen=True, slots=True)
class Matched:
    """The plan as it would stand, with live ids where a row was recognised and ids below 0 where it is new.

    `recognised` maps the ids of the picture that was read, which count for all nouns, to live rows: ("action", 17).
    """

    picture: PlanPicture
    questions: tuple[Question, ...] = ()
    recognised: Mapping[int, tuple[str, int]] = field(default_factory=dict)


def match(
    live: PlanPicture | None,
    read: PlanPicture,
    answers: Mapping[str, str] | None = None,
    cells: Mapping[str, str] | None = None,
    name: str = "",
) -> Matched:
    """The picture `read` as the next state of the live plan; None: the plan is new, and so is everything in it.

    `compare(live, matched.picture)` then says what the file changes, and nothing else. `cells` are those of the
    reading: a question names the one that it is about. `name` is the file's: a plan is not called anew by it.
    """
    if live is None:
        return Matched(read)
    answers = answers or {}
    if is_file_name(read.title, name):
        read = replace(read, title="")
    pairs = pair(live, read, answers, cells or {})
    gone = left_out(live, read, pairs)
    picture = taken_over(live, read, pairs, gone, withdraw=is_withdrawn(answers))
    return Matched(picture, (*pairs.questions, *absent_question(live, gone, answers)), pairs.recognised)


def nothing_of(picture: PlanPicture) -> PlanPicture:
    """What stands before a new plan does: to compare it with."""
    return replace(picture, key=(), passages=(), workstreams=(), versions=())


def without_levels(live: PlanPicture | None, picture: PlanPicture) -> PlanPicture:
    """A matched picture with the agreed levels that stand: its document's ratings are left out."""
    standing = {m.id: m for m in live.measures} if live else {}
    return picture.with_measures(
        lambda _, m: replace(
            m,
            agreed=standing[m.id].agreed if m.id in standing else None,
            proposed=standing[m.id].proposed if m.id in standing else None,
            previous=standing[m.id].previous if m.id in standing else None,
        )
    )
