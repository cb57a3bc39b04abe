"""The columns of a plan's table: which holds the references, and what the mapping of columns can show of each."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ...document import Cell
from ..understood import Column, Field
from .headings import Heads, key_of

_DOTTED = re.compile(r"\s*[A-Z]{0,3}\d{1,2}(?:\.\d{1,2})+[a-z]?\b")
_LABEL = re.compile(r"\s*(?:[A-Z]{1,4}[ -]?)?\d{1,3}[a-z]?[.)]?\s*(?:\(.*\))?\s*\Z", re.DOTALL)
_URGENCY = re.compile(
    r"(?:very )?(?:high|med(?:ium)?|low|[hml]|urgent|critical|normal)(?: priority)?\.?", re.IGNORECASE
)
EXAMPLES = 3


def without_urgency(heading: Sequence[Cell], rows: Sequence[Sequence[Cell]]) -> Sequence[Cell]:
    """The headings but for a "Priority" of high, medium or low: that says how urgent a row is, not where it stands."""
    said = [[text for text in texts_under(rows, n) if text.strip()] for n in range(len(heading))]
    return [
        replace(cell, text="")
        if texts and "priority" in key_of(cell.text) and all(_URGENCY.fullmatch(t.strip()) for t in texts)
        else cell
        for cell, texts in zip(heading, said, strict=True)
    ]


def texts_under(rows: Sequence[Sequence[Cell]], n: int) -> list[str]:
    return [row[n].text for row in rows if n < len(row)]


def column_of_references(rows: Sequence[Sequence[Cell]], heading: Sequence[Cell], heads: Heads) -> int | None:
    """The column with the most labels such as "1.1", of those that claim to be it or have no heading."""
    free = [
        n
        for n, cell in enumerate(heading)
        if heads.get(n) is Field.REFERENCE or (n not in heads and cell.is_blank)
    ]
    dotted = {n: _count(rows, n, _DOTTED) for n in free}
    best = max(free, key=lambda n: (dotted[n], -n), default=None)
    if best is not None and dotted[best]:
        return best
    named = [n for n in free if heads.get(n) is Field.REFERENCE]
    if named:
        return named[0]
    return next((n for n in free if _count(rows, n, _LABEL) and n == min(free)), None)


def _count(rows: Sequence[Sequence[Cell]], n: int, pattern: re.Pattern[str]) -> int:
    return len({row[n].at for row in rows if n < len(row) and pattern.match(row[n].text)})


def columns_in(heading: Sequence[Cell], rows: Sequence[Sequence[Cell]], heads: Heads) -> tuple[Column, ...]:
    """Each column under words of its own, as the mapping of columns shows it."""
    columns = {}
    for n, cell in enumerate(heading):
        if cell.is_blank or key_of(cell.text) in columns:
            continue
        texts = dict.fromkeys(row[n].text.strip() for row in rows if n < len(row) and row[n].text.strip())
        examples = tuple(text for text in texts if text != cell.text.strip())[:EXAMPLES]
        columns[key_of(cell.text)] = Column(
            key_of(cell.text), " ".join(cell.text.split()), examples, heads.get(n)
        )
    return tuple(columns.values())
