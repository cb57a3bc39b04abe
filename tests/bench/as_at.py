"""The plan as at a moment out of the ledger, against the plan now out of its tables, however long the history."""

from tests.long_history import live_again
from workstreams import gather
from workstreams.models import Ledger, Plan

from .figures import Figure, in_turn, ratio_of
from .stages import analyze, stage

LONGER = (1, 10, 100)  # times the demonstration's history
ROUNDS = 7


def name_of(times: int) -> str:
    return f"bench_{times}"


def measure() -> list[Figure]:
    figures = []
    with stage(*map(name_of, LONGER)) as made:
        for times in LONGER:
            made.point_to(name_of(times))
            live_again(times - 1)
            analyze(made, name_of(times))
            figures += _moments(times)
    return figures


def _moments(times: int) -> list[Figure]:
    """The newest moment, whose history is the longest, and the first edition's."""
    plan, head = Plan.objects.get(), gather.head()
    moments = {
        "the newest row": gather.moment_at(plan, head.seq),
        "the first version": gather.moment_at(plan, gather.editions(plan)[-1].seq),
    }
    acts = {"now": lambda: gather.take(plan, head)} | {
        what: lambda moment=moment: gather.take(plan, moment) for what, moment in moments.items()
    }
    in_turn(acts, 1)
    taken = in_turn(acts, ROUNDS)
    rows = Ledger.objects.count()
    return [
        ratio_of(
            f"As at {what} against now, history × {times} ({rows} ledger rows)",
            taken[what] * 1000,
            taken["now"] * 1000,
            unit="ms",
            limit=1.5,
        )
        for what in moments
    ]
