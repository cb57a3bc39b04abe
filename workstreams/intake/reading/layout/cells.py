"""The cells of one row: which say something, how far they reach, two of them as one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ...document import Cell
from ..grammar.tags import bracketed, tagged
from ..key import in_words
from ..understood import Field
from . import sections
from .headings import key_of


def distinct(row: Sequence[Cell]) -> tuple[Cell, ...]:
    """The cells that have words or a colour, each once."""
    seen: dict[str, Cell] = {}
    for cell in row:
        if cell.text or cell.fill:
            seen.setdefault(cell.at, cell)
    return tuple(seen.values())


def is_blank(row: Sequence[Cell]) -> bool:
    return not any(cell.text or cell.fill for cell in row)


def is_wide(row: Sequence[Cell], worded: Sequence[Cell]) -> bool:
    """One of them lies over more than half of the row."""
    spans = (sum(each.at == cell.at for each in row) for cell in worded)
    return any(span >= 3 and span * 2 > len(row) for span in spans)


def stands_first(row: Sequence[Cell], worded: Sequence[Cell]) -> bool:
    """At the left, with nothing under the columns that a row of the plan has words in."""
    first = next(n for n, cell in enumerate(row) if cell.text)
    return first <= 1 and not any(cell.text and cell not in worded[:2] for cell in row)


def stands_out(row: Sequence[Cell], worded: Sequence[Cell], after: Sequence[Cell]) -> bool:
    """One cell at the left, bold and shaded as the cell below it is not."""
    if len(worded) != 1 or worded[0] is not row[0] or not after:
        return False
    return worded[0].bold and bool(worded[0].fill) and not (after[0].bold and after[0].fill)


def goes_on_in_key(row: Sequence[Cell]) -> bool:
    """Below a key's heading in a sheet: a colour, a meaning, and nothing under the plan's other columns."""
    cells = distinct(row)
    in_place = len(cells) <= 3 and all(cell in row[:3] for cell in cells)
    return in_place and not sections.in_row([cell for cell in cells if cell.text])


def in_own_form(cells: Mapping[Field, Cell], tags: Iterable[Cell], spells_tags: bool) -> dict[Field, Cell]:
    """The cells that say in a way of their own what others print plainly: tags, circles for colours, "(continued)"."""
    own = {}
    if measure := cells.get(Field.MEASURE):
        own[Field.MEASURE] = tagged(bracketed(measure) if spells_tags else measure, tags)
    if rating := cells.get(Field.RATING):
        own[Field.RATING] = replace(rating, text=in_words(rating.text))
    if outcome := cells.get(Field.OUTCOME):
        own[Field.OUTCOME] = replace(outcome, text=sections.begun(outcome.text))
    return own


def both(first: Cell, own: str, second: Cell, heading: str, holds: Field) -> Cell:
    """Two columns of officers, or of progress, as one cell of more lines."""
    text = second.text
    if text and holds is Field.PROGRESS:
        text = f"{' '.join(heading.split())}: {text}"
        own = " ".join(own.split())
        if first.text and not first.text.startswith(f"{own}: "):
            first = replace(first, text=f"{own}: {first.text}")
    if (
        text
        and holds is Field.OFFICER
        and key_of(heading) in ("dsl", "dsp")
        and not text.upper().startswith("DS")
    ):
        text = f"DSL: {text}"
    if not text:
        return first
    return replace(first, text=f"{first.text}\n{text}") if first.text else replace(second, text=text)
