"""After a meeting: counts of what it decided, from the steps themselves, and the label of its version."""

from collections import Counter
from collections.abc import Iterable

from .. import life
from ..vocabulary import DECISIONS, RatingStep
from .item import Result


def tallies(steps: Iterable[life.Row]) -> dict[int, Counter[Result]]:
    """What each meeting decided, each measure once: its last decision there, as it was corrected since.

    `steps` are rows of Rating in the order written.
    """
    of_measure: dict[int, list[life.Row]] = {}
    for step in steps:
        of_measure.setdefault(step["measure_id"], []).append(step)
    found: dict[int, Counter[Result]] = {}
    for written in of_measure.values():
        last: dict[int, Result] = {}
        lived = life.lived(written)
        for number, step in enumerate(lived):
            if step["step"] in DECISIONS and step["meeting_id"] is not None:
                proposal, _ = life.standing(lived[:number])
                last[step["meeting_id"]] = _result(step, proposal)
        for meeting_id, result in last.items():
            found.setdefault(meeting_id, Counter())[result] += 1
    return found


def _result(step: life.Row, proposal: life.Row | None) -> Result:
    if step["step"] != RatingStep.AGREED:
        return Result[step["step"]]
    as_proposed = proposal["level_id"] == step["level_id"] if proposal else not step["because"]
    return Result.AGREED if as_proposed else Result.AMENDED


def next_label(label: str) -> str:
    """The version label after this one, counted and not calculated: 1.10 after 1.9. "" where it has no number."""
    numbers, _, _ = label.strip().partition(" ")
    head, dot, last = numbers.rpartition(".")
    return f"{head}{dot}{int(last) + 1}" if last.isdecimal() else ""


def free_label(used: Iterable[str]) -> str:
    """The label of the next version: the one after the newest, and after any that bears it already."""
    used = list(used)
    label = next_label(used[-1]) if used else "1.0"
    while label in used:
        label = next_label(label)
    return label
