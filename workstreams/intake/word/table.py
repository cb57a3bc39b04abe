"""A Word table as a rectangle: spans and merges laid out, so that each place holds the cell that is seen there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..document import Cell
from ..room import COLUMNS, Room
from .numbering import W
from .text import CELL, ROW, Teller, is_struck_out


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """A cell before it has its address: what it says, its colour, its weight."""

    text: str = ""
    fill: str = ""
    bold: bool = False


Rows = list[list[Laid]]


def laid_out(table: Any, teller: Teller, room: Room, name: str) -> Rows:
    """The table's rows, all of one width; the last rows and columns without words or colour are left out."""
    rows: Rows = []
    for row in _children(table, ROW):
        if not is_struck_out(row):
            rows.append(_row(row, rows[-1] if rows else [], teller))
            room.take_table(name, 1, len(rows[-1]))
    width = max((len(row) for row in rows), default=0)
    room.take_table(name, 0, width)
    for row in rows:
        row += [Laid() for _ in range(width - len(row))]
    while rows and not any(cell.text or cell.fill for cell in rows[-1]):
        rows.pop()
    while rows and not any(row[-1].text or row[-1].fill for row in rows):
        for row in rows:
            row.pop()
    return _without_twins(rows)


def _children(container: Any, tag: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, out of content controls and the like; none of a table inside."""
    for element in container:
        if element.tag == tag:
            yield element
        elif isinstance(element.tag, str) and element.tag.rpartition("}")[2] in (
            "sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo",
        ):  # fmt: skip
            yield from _children(element, tag)


def _row(row: Any, above: list[Laid], teller: Teller) -> list[Laid]:
    properties = row.find(f"{W}trPr")
    laid = [Laid() for _ in range(_count(properties, "gridBefore", 0))]
    for element in _children(row, CELL):
        own = element.find(f"{W}tcPr")
        span = _count(own, "gridSpan", 1)
        is_wordless = not any((t.text or "").strip() for t in element.iter(f"{W}t"))
        if is_wordless and _merge(own, "vMerge") == "continue" and len(laid) < len(above):
            laid += [above[len(laid)]] * span
        elif is_wordless and _merge(own, "hMerge") == "continue" and laid:
            laid += [laid[-1]] * span
        else:
            text, bold = teller.told(element)
            laid += [Laid(text, teller.styles.fill(own), bold)] * span
    return laid + [Laid() for _ in range(_count(properties, "gridAfter", 0))]


def _merge(properties: Any, name: str) -> str:
    found = properties.find(f"{W}{name}") if properties is not None else None
    return found.get(f"{W}val", "continue") if found is not None else ""


def _count(properties: Any, name: str, otherwise: int) -> int:
    """A number of columns; one that is wider than any table is as wide as the limit, which then refuses it."""
    found = properties.find(f"{W}{name}") if properties is not None else None
    value = found.get(f"{W}val", "") if found is not None else ""
    if not (value.isascii() and value.isdigit()):
        return otherwise
    return min(max(int(value[:9]), otherwise), COLUMNS + 1)


def _without_twins(rows: Rows) -> Rows:
    """Columns that no row tells apart are one: Word makes them where edges don't quite meet."""
    width = len(rows[0]) if rows else 0
    kept = [n for n in range(width) if n == 0 or any(row[n] is not row[n - 1] for row in rows)]
    return [[row[n] for n in kept] for row in rows]


def cells_of(rows: Rows, name: str, teller: Teller, room: Room) -> tuple[tuple[Cell, ...], ...]:
    """The rows with each cell's address, which is its first place's, as a person counts."""
    known: dict[int, Cell] = {}
    for r, row in enumerate(rows, 1):
        for c, laid in enumerate(row, 1):
            if id(laid) not in known:
                at = f"{name}, row {r}, column {c}"
                known[id(laid)] = Cell(at, room.take_text(at, laid.text), laid.fill, bold=laid.bold)
    return tuple(tuple(known[id(laid)] for laid in row) for row in rows)
