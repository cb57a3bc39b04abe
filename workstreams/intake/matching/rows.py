"""The rows of a picture by their nouns, each with what it can be recognised by."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ...likeness import folded
from ...picture import PlanPicture
from ...vocabulary import without_tags

NOUNS = ("workstream", "outcome", "action", "measure")
Place = tuple[str, int]
TOP: Place = ("plan", 0)


@dataclass(frozen=True, slots=True)
class Row:
    """One workstream, outcome, action or measure. `section` is the outcome or workstream in which a measure's row
    stands, whatever its action; of anything else it is `place`, what holds it."""

    noun: str
    id: int
    ref: str  # as printed; the number of its section where it has none of its own
    text: str
    place: Place
    section: Place
    position: int
    signs: tuple[str, ...] = ()  # what tells rows with the same words apart

    @property
    def key(self) -> Place:
        return self.noun, self.id


def rows(picture: PlanPicture) -> Iterator[Row]:
    """Every row in plan order. Actions straight under a workstream belong to it: the outcome between is nothing."""
    for n, w in enumerate(picture.workstreams):
        stream: Place = ("workstream", w.id)
        yield Row("workstream", w.id, w.number, w.title, TOP, TOP, n)
        for i, o in enumerate(w.outcomes):
            section, ref = (stream, w.number) if o.is_unnamed else (("outcome", o.id), o.ref)
            if not o.is_unnamed:
                yield Row("outcome", o.id, o.ref, o.statement, stream, stream, i)
            order = 0
            for j, a in enumerate(o.actions):
                place: Place = ("action", a.id)
                yield Row("action", a.id, ref or w.number, a.text, section, section, j)
                for m in a.measures:
                    signs = (m.target.text if m.target else "", m.level.word if m.level else "", *m.tags)
                    words = without_tags(m.text)
                    yield Row("measure", m.id, ref or w.number, words, place, section, order, signs)
                    order += 1


def shared_words(one: list[Row], other: list[Row]) -> dict[Place, set[str]]:
    """What stands in each place, in words that each of two pictures prints once."""
    once = _once(one) & _once(other)
    above = {row.key: row.place for row in one}
    found: dict[Place, set[str]] = {}
    for row in one:
        words = folded(row.text)
        place = row.place
        while words in once and place != TOP:
            found.setdefault(place, set()).add(words)
            place = above[place]
    return found


def _once(some: list[Row]) -> set[str]:
    counted = Counter(folded(row.text) for row in some if row.noun in ("action", "measure") and row.text)
    return {words for words, n in counted.items() if n == 1}
