"""A measure's target from its steps: the date now, the first, one that is asked for, and the latest answer to that."""

from collections.abc import Mapping

from .. import due
from .. import picture as p
from ..models import Target
from ..vocabulary import Precision, TargetStep
from .rows import Row, signed

Seqs = Mapping[tuple[str, str], int]


def target_of(steps: list[Row], posts: Mapping[int, Row], seqs: Seqs) -> p.Target | None:
    """The target now and as it was first; without a date where one has only been asked for."""
    if not steps:
        return None
    asked = steps[-1] if steps[-1]["step"] == TargetStep.ASKED else None
    current = [s for s in steps if s["step"] in Target.CURRENT_STEPS]
    first, now = (current[0], current[-1]) if current else (_NO_DATE, _NO_DATE)
    return p.Target(
        now["text"],
        now["note"],
        now["due_on"],
        now["precision"],
        first["text"],
        first["due_on"],
        max(len(current) - 1, 0),
        due.months_between(first["due_on"], now["due_on"]),
        asked["text"] if asked else "",
        asked["because"] if asked else "",
        asked["id"] if asked else None,
        _decision(steps, posts, seqs),
        seqs.get((Target._meta.db_table, str(now["id"])), 0),
    )


_NO_DATE: Row = {"id": 0, "text": "", "note": "", "due_on": None, "precision": Precision.NONE.value}


def _decision(steps: list[Row], posts: Mapping[int, Row], seqs: Seqs) -> p.DateDecision | None:
    answers = [n for n, s in enumerate(steps) if s["step"] in (TargetStep.AGREED, TargetStep.REFUSED)]
    if not answers or steps[answers[-1] - 1]["step"] != TargetStep.ASKED:
        return None
    answer, asked = steps[answers[-1]], steps[answers[-1] - 1]
    stood = [s for s in steps[: answers[-1]] if s["step"] in Target.CURRENT_STEPS]
    return p.DateDecision(
        seqs.get((Target._meta.db_table, str(answer["id"])), 0),
        answer["step"] == TargetStep.AGREED,
        answer["text"],
        answer["because"],
        answer["meeting_id"],
        stood[-1]["text"] if stood else "",
        asked["because"],
        signed(asked, posts),
    )
