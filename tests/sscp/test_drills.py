"""What the drills count and print. The drills themselves take minutes: `make drill`."""

from tests.drills.crash import Tally, tally
from tests.drills.results import Line, table


def test_counts_what_is_missing_and_what_is_there_twice():
    assert tally(["a", "b", "c"], ["a", "b", "c", "broken off"]) == Tally(3, 0, 0)
    assert tally(["a", "b", "c"], ["a", "c", "c"]) == Tally(3, 1, 1)
    assert tally([], []) == Tally(0, 0, 0)


def test_points_at_what_failed():
    first, second, third = table(
        [Line("A", "as it should", True), Line("A longer one", "not", False)]
    ).splitlines()
    assert first.startswith("What was tried")
    assert "FAILED" not in second
    assert third.startswith("A longer one    FAILED")
