"""The heading that holds for the rows below it: what each of its columns holds, and a row read under it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...document import Cell
from ..grammar.tags import are_spelt, is_tag_column
from ..understood import Field
from .cells import both, in_own_form
from .columns import column_of_references, texts_under, without_urgency
from .headings import Heads, heads_of


@dataclass(frozen=True, slots=True)
class Head:
    heads: Heads
    texts: dict[int, str]
    width: int
    tags: frozenset[int]  # columns of nothing but the tags of the measures
    spells_tags: bool  # its measures begin with "M1:" and not with "[M1]"

    def known_cells(self, row: Sequence[Cell]) -> list[Cell]:
        return [row[n] for n, f in self.heads.items() if n < len(row) and f is not Field.IGNORED]

    def is_rated(self, row: Sequence[Cell]) -> bool:
        """Its colour is the word of a rating, with other columns blank beside it."""
        ratings = [n for n, holds in self.heads.items() if holds is Field.RATING and n < len(row)]
        return any(
            row[n].text and any(cell.at != row[n].at for cell in row if not cell.text) for n in ratings
        )

    def cells_of(
        self, row: Sequence[Cell], above: Sequence[Cell]
    ) -> tuple[dict[Field, Cell], set[Field], list[tuple[str, Cell]]]:
        """A row's cells by what they hold, which of them are merged with the row above, and those of other columns."""
        cells: dict[Field, Cell] = {}
        merged: set[Field] = set()
        others: list[tuple[str, Cell]] = []
        tags: list[Cell] = []
        for position in range(self.width):
            cell = row[position] if position < len(row) else Cell("")
            holds = self.heads.get(position)
            heading = self.texts.get(position, "")
            if holds is None:
                is_new = cell.text and heading and cell.at not in {c.at for c in cells.values()}
                if position in self.tags:
                    tags.append(cell)
                elif is_new:
                    others.append((heading, cell))
                continue
            if holds in cells and cell.at != cells[holds].at:
                first = next(h for n, h in self.texts.items() if self.heads.get(n) is holds)
                cells[holds] = both(cells[holds], first, cell, heading, holds)
                continue
            cells[holds] = cell
            if position < len(above) and above[position].at == cell.at and cell.at:
                merged.add(holds)
        return cells | in_own_form(cells, tags, self.spells_tags), merged, others


def head_over(
    row: Sequence[Cell], below: Sequence[Sequence[Cell]], mapping: Mapping[str, Field] | None
) -> Head:
    """What a heading row says, told by its words and by what stands below them."""
    urgent = None if mapping else heads_of(without_urgency(row, below), mapping)
    heads = urgent or heads_of(row, mapping) or {}
    reference = column_of_references(below, row, heads)
    for position, holds in list(heads.items()):
        if holds is Field.REFERENCE and position != reference:
            del heads[position]
    if reference is not None:
        heads[reference] = Field.REFERENCE
    texts = {c: cell.text for c, cell in enumerate(row) if not cell.is_blank}
    tags = {c for c, text in texts.items() if c not in heads and is_tag_column(text, texts_under(below, c))}
    spelt = [are_spelt(texts_under(below, c)) for c, holds in heads.items() if holds is Field.MEASURE]
    return Head(heads, texts, len(row), frozenset(tags), any(spelt))
