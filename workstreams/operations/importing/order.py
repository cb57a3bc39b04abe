"""Numbers that put rows in order, with as few of them changed as that takes."""

from collections.abc import Sequence


def orders(stood: Sequence[int | None]) -> list[int]:
    """A number for each row, larger than the one before: its own where that does; None is a row that has none yet."""
    found: list[int] = []
    last = 0
    for order in stood:
        last = order if order is not None and order > last else last + 1
        found.append(last)
    return found
