"""What was done at one go, as one entry with the rest of it beneath: a meeting's register, a plan that was read in."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from .entry import Entry
from .rows import Kind

# Each rating, date, impact and challenge is read for itself, however many one meeting decided.
FOLDED = (Kind.PLAN, Kind.MEETING, Kind.PEOPLE)
FEWEST = 3  # below these others beneath it an entry is no shorter than its parts
AT_ONCE = timedelta(seconds=1)


class Act(NamedTuple):
    """An entry, and those that came with it."""

    entry: Entry
    others: tuple[Entry, ...] = ()


def acts(entries: Sequence[Entry]) -> list[Act]:
    """These entries in their order, each once: what one person did in one moment for one reason stands together."""
    found: list[list[Entry]] = []
    for entry in entries:
        if found and _together(found[-1][-1], entry):
            found[-1].append(entry)
        else:
            found.append([entry])
    acts = []
    for first, *others in found:
        if len(others) < FEWEST:
            acts += [Act(first), *(Act(other) for other in others)]
        else:
            acts.append(Act(first, tuple(others)))
    return acts


def _together(one: Entry, other: Entry) -> bool:
    return (
        one.kind in FOLDED
        and (one.kind, one.who, one.post, one.because) == (other.kind, other.who, other.post, other.because)
        and abs(one.at - other.at) <= AT_ONCE
    )
