"""What a drill found, and the table that shows it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One thing that was tried: what came of it, and whether that is as it should be."""

    what: str
    found: str
    kept: bool


def table(lines: Iterable[Line]) -> str:
    rows = [
        ("What was tried", "What came of it", ""),
        *((x.what, x.found, "" if x.kept else "FAILED") for x in lines),
    ]
    width = max(len(what) for what, _, _ in rows)
    return "\n".join(
        f"{what.ljust(width)}  {mark or '      '}  {found}".rstrip() for what, found, mark in rows
    )
