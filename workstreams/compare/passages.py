"""Which text of a plan is which, in two pictures: a passage has no id there."""

from collections.abc import Callable, Iterator

from ..likeness import folded, nearness
from ..picture import Passage, PlanPicture
from ..vocabulary import PassageKind

Pair = tuple[Passage | None, Passage | None]
SIMILAR = 0.5


def paired(before: PlanPicture, after: PlanPicture) -> Iterator[Pair]:
    """Each passage of both with its other, or None: those of the later picture in their order, then what is gone."""
    was, now = _places(before), _places(after)
    found: dict[int, int] = {}
    for is_other in (_equal, _in_the_same_place, _only_one, _near):
        for new, passage in enumerate(after.passages):
            if (
                new not in found
                and (old := _first(before, was, found, passage, now[new], is_other)) is not None
            ):
                found[new] = old
    for new, passage in enumerate(after.passages):
        yield (before.passages[found[new]] if new in found else None), passage
    taken = set(found.values())
    yield from ((passage, None) for old, passage in enumerate(before.passages) if old not in taken)


Place = tuple[str, int | None]


def _places(picture: PlanPicture) -> list[Place]:
    """The kind of each passage and the id of its workstream, whatever that is numbered."""
    ids = {w.number: w.id for w in picture.workstreams}
    return [(passage.kind, ids.get(passage.workstream)) for passage in picture.passages]


def _first(
    before: PlanPicture,
    was: list[Place],
    found: dict[int, int],
    passage: Passage,
    place: Place,
    is_other: Callable[[Passage, Passage], bool],
) -> int | None:
    taken = set(found.values())
    candidates = (
        old
        for old, other in enumerate(before.passages)
        if old not in taken and was[old] == place and is_other(passage, other)
    )
    return next(candidates, None)


def _equal(one: Passage, other: Passage) -> bool:
    return _in_the_same_place(one, other) and folded(one.body) == folded(other.body)


def _in_the_same_place(one: Passage, other: Passage) -> bool:
    """Numbered, of a year or under a heading alike; texts with none of these are only recognised by their words."""
    places = [(p.number, p.year, folded(p.heading)) for p in (one, other)]
    return places[0] == places[1] and (
        places[0] != (None, None, "") or folded(one.body) == folded(other.body)
    )


def _only_one(one: Passage, _: Passage) -> bool:
    """A plan has one vision, and one text of its values."""
    return one.kind in (PassageKind.VISION, PassageKind.VALUES)


def _near(one: Passage, other: Passage) -> bool:
    return nearness(f"{one.heading} {one.body}", f"{other.heading} {other.body}") >= SIMILAR
