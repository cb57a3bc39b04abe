"""What changed, in a few sentences: the opening of a report, before the list that it sums up."""

from collections.abc import Iterator, Sequence

from workstreams.compare import Change, Kind
from workstreams.picture import Level
from workstreams.vocabulary import Token
from workstreams.words import counted

PLAN_ITSELF = {
    Kind.ADDED: "added",
    Kind.WITHDRAWN: "taken out",
    Kind.MOVED: "moved",
    Kind.RENUMBERED: "renumbered",
    Kind.REWORDED: "worded anew",
    Kind.OFFICER: "given to another officer",
    Kind.SOURCE: "given other sources",
    Kind.PROGRESS: "given another progress note",
    Kind.KEY: "changed in the key",
}


def news(changes: Sequence[Change], key: Sequence[Level], deciding_group: str) -> tuple[str, ...]:
    """The changes counted, a sentence for each sort that there is. `key` runs from the worst level to the best."""
    place = {level.code: i for i, level in enumerate(key)}

    def sentences() -> Iterator[str]:
        yield _agreed([c for c in changes if c.is_level], place, deciding_group)
        yield _proposed([c for c in changes if c.is_proposal])
        yield _impact(changes)
        yield _challenges(changes)
        if moved := sum(c.kind == Kind.TARGET for c in changes):
            yield f"{counted(moved, 'target date')} moved."
        plan_itself = [f"{n} {words}" for kind, words in PLAN_ITSELF.items() if (n := _count(changes, kind))]
        if plan_itself:
            yield f"In the plan itself: {', '.join(plan_itself)}."

    return tuple(sentence for sentence in sentences() if sentence)


def _agreed(changes: list[Change], place: dict[str, int], deciding_group: str) -> str:
    moved = [c for c in changes if c.level_before != c.level_after]
    ways = [_way(c, place) for c in moved]
    words = [f"{ways.count(way)} {words}" for way, words in WAYS.items() if ways.count(way)]
    amended = sum(c.kind == Kind.AMENDED for c in changes)
    also = f" {counted(amended, 'proposal')} amended by the {deciding_group}." if amended else ""
    if not moved:
        return f"No agreed rating changed.{also}"
    return f"{counted(len(moved), 'agreed rating')} changed: {', '.join(words)}.{also}"


WAYS = {-1: "to a worse level", 1: "to a better level", 0: "rated for the first time or no longer"}


def _way(change: Change, place: dict[str, int]) -> int:
    before, after = change.level_before, change.level_after
    if before is None or after is None or not {before.code, after.code} <= place.keys():
        return 0
    return 1 if place[after.code] > place[before.code] else -1


def _proposed(changes: list[Change]) -> str:
    others = [c for c in changes if c.level_before != c.level_after]
    same = len(changes) - len(others)
    red = sum(c.level_after is not None and c.level_after.token == Token.RED for c in others)
    said = []
    if others:
        said.append(
            f"{counted(len(others), 'update')} {'propose' if len(others) > 1 else 'proposes'} another level"
            + (f", {red} of them Red" if red else "")
        )
    if same:
        said.append(f"{same} {'propose' if same > 1 else 'proposes'} the level that is agreed")
    return f"{'; '.join(said)}." if said else ""


def _impact(changes: Sequence[Change]) -> str:
    said = [
        f"{words} on {n}"
        for kind, words in (
            (Kind.IMPACT_REPORTED, "reported"),
            (Kind.IMPACT_ACCEPTED, "accepted"),
            (Kind.IMPACT_NOT_ACCEPTED, "not accepted"),
        )
        if (n := _count(changes, kind))
    ]
    return f"Impact {', '.join(said)}." if said else ""


def _challenges(changes: Sequence[Change]) -> str:
    counts = [_count(changes, kind) for kind in (Kind.CHALLENGED, Kind.ANSWERED, Kind.CLOSED)]
    raised, answered, closed = counts
    said = [counted(raised, "challenge") + " raised"] if raised else []
    said += [f"{n} {did}" for n, did in ((answered, "answered"), (closed, "closed")) if n]
    return f"{', '.join(said) if raised else 'Challenges: ' + ', '.join(said)}." if said else ""


def _count(changes: Sequence[Change], kind: Kind) -> int:
    return sum(c.kind == kind for c in changes)
