"""What a measurement found, and the table that shows it. Only ratios carry a limit: machines differ."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Figure:
    """One line: what was measured, what it is held against, and whether that is within the limit (if it has one)."""

    what: str
    measured: str
    against: str = ""
    ratio: str = ""
    limit: str = ""
    kept: bool = True


def ratio_of(what: str, measured: float, against: float, *, unit: str, limit: float | None = None) -> Figure:
    """Two numbers of one run and what they are to each other."""
    ratio = measured / against
    return Figure(
        what,
        _with(unit, measured),
        _with(unit, against),
        f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.4f}",
        "" if limit is None else f"≤ {limit}",
        limit is None or ratio <= limit,
    )


def _with(unit: str, number: float) -> str:
    return f"{number:.0f} {unit}" if number >= 100 else f"{number:.3g} {unit}"


def in_turn(acts: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median seconds of each act. They take turns, so that a busy machine is busy for all of them."""
    seconds: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(rounds):
        for name, act in acts.items():
            started = time.perf_counter()
            act()
            seconds[name].append(time.perf_counter() - started)
    return {name: median(taken) for name, taken in seconds.items()}


def table(figures: Iterable[Figure]) -> str:
    """Columns as wide as they must be; a limit that was missed is pointed at."""
    heads = ("What", "Measured", "Against", "Ratio", "Limit", "")
    rows = [
        heads,
        *((f.what, f.measured, f.against, f.ratio, f.limit, "" if f.kept else "MISSED") for f in figures),
    ]
    widths = [max(len(row[n]) for row in rows) for n in range(len(heads))]
    return "\n".join(
        "  ".join(
            text.ljust(w) if n == 0 else text.rjust(w)
            for n, (text, w) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
