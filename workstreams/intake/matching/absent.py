"""What stands in the plan and not in the file: kept unless somebody says that it is withdrawn."""

from collections.abc import Mapping
from dataclasses import dataclass

from ...compare.passages import paired
from ...picture import Passage, PlanPicture
from ...vocabulary import short_name
from ...words import are, counted, listed
from ..reading.understood import Choice, Question
from .pairing import Pairs
from .rows import Place, Row, rows

KEY = "absent"
KEEP, WITHDRAW = "keep", "withdraw"
_NAMED = 40  # more are counted, and not named one by one


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The live rows and texts that a document does not have."""

    rows: tuple[Row, ...]
    passages: tuple[Passage, ...]

    @property
    def keys(self) -> frozenset[Place]:
        return frozenset(row.key for row in self.rows)


def left_out(live: PlanPicture, read: PlanPicture, pairs: Pairs) -> LeftOut:
    """A document that prints no text of a kind does not say that there is none."""
    kinds = {passage.kind for passage in read.passages}
    texts = (
        was for was, now in paired(live, pairs.with_live_streams(read)) if was is not None and now is None
    )
    return LeftOut(
        tuple(row for row in rows(live) if row.key not in pairs.taken),
        tuple(passage for passage in texts if passage.kind in kinds),
    )


def is_withdrawn(answers: Mapping[str, str]) -> bool:
    return answers.get(KEY) == WITHDRAW


def absent_question(live: PlanPicture, gone: LeftOut, answers: Mapping[str, str]) -> tuple[Question, ...]:
    """One for all that is left out, where nobody has answered it yet."""
    if not (gone.rows or gone.passages) or KEY in answers:
        return ()
    said = [
        counted(n, noun)
        for noun, n in (
            ("workstream", _count(gone, "workstream")),
            ("outcome", _count(gone, "outcome")),
            ("action", _count(gone, "action")),
            ("measure", _count(gone, "measure")),
            ("text", len(gone.passages)),
        )
        if n
    ]
    total = len(gone.rows) + len(gone.passages)
    names = [f"{row.ref} {short_name(row.text)}".strip() for row in gone.rows if row.text]
    names += [short_name(passage.heading or passage.body) for passage in gone.passages]
    more = [f"and {len(names) - _NAMED} more"] if len(names) > _NAMED else []
    return (
        Question(
            key=KEY,
            at=(),
            printed="\n".join([*names[:_NAMED], *more]),
            sentence=f"{listed(said)} of the plan {are(total)} not in this file. What becomes of "
            f"{'it' if total == 1 else 'them'}?",
            choices=(
                Choice(KEEP, "Kept in the plan" if total == 1 else "All are kept in the plan"),
                Choice(WITHDRAW, "Withdrawn" if total == 1 else "All are withdrawn"),
            ),
            assumed=KEEP,
        ),
    )


def _count(gone: LeftOut, noun: str) -> int:
    """Measures with words of their own: an action's progress goes with the action."""
    return sum(row.noun == noun and bool(row.text or noun != "measure") for row in gone.rows)
