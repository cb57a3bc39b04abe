"""The workbook: one style array shared by the cells that look alike, against naming a style for each cell."""

from collections.abc import Iterator
from datetime import date

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, NamedStyle, PatternFill

from reporting.excel import Book, Rated, Value
from workstreams.charts import colours
from workstreams.picture import Level

from .figures import Figure, in_turn, ratio_of

ROWS = 5_000
ROUNDS = 3
KEY = [
    Level(code, word, "", token, token == "BLUE", False)
    for code, word, token in (("B", "Blue", "BLUE"), ("G", "Green", "GREEN"), ("A", "Amber", "AMBER"))
]
HEAD = [(f"Column {number}", 16) for number in range(1, 13)]
ABOUT = {"title": "Plan", "by": "Partnership", "on": date(2023, 7, 18), "seq": 1, "provisional": True}


class Named(Book):
    """The same book as it is usually written: each cell is given the name of its style."""

    def style_name(self, value: Value) -> str:
        name = (
            f"rated {value.word}"
            if isinstance(value, Rated)
            else "day"
            if isinstance(value, date)
            else "text"
        )
        if name not in self.book.named_styles:
            style = NamedStyle(name)
            style.font, style.alignment = (
                Font(name="Calibri", size=11),
                Alignment(wrap_text=True, vertical="top"),
            )
            if isinstance(value, Rated):
                tone = colours(value.level)
                style.font = Font(name="Calibri", size=11, bold=True, color=f"FF{tone.on[1:].upper()}")
                style.fill = PatternFill("solid", f"FF{tone.solid[1:].upper()}")
            if isinstance(value, date):
                style.number_format = "d mmm yyyy"
            self.book.add_named_style(style)
        return name

    def put(self, cell: Cell, value: Value, style: object) -> None:
        super().put(cell, value, style)
        cell.style = self.style_name(value)


def rows() -> Iterator[list[Value]]:
    """As the sheet of the plan has them: short words, long words, days and ratings."""
    for number in range(ROWS):
        words = f"What was said on measure {number}, as long as a sentence of an update often is."
        told: list[Value] = [
            f"{number}.1",
            "Workstream",
            "Outcome",
            "Action",
            "Chair",
            words,
            words,
            "Record",
        ]
        yield [*told, number, date(2023, 7, 18), Rated(KEY[number % 3]), Rated(KEY[(number + 1) % 3])]


def written(kind: type[Book]) -> bytes:
    book = kind(**ABOUT)
    book.add("Plan", HEAD, rows())
    return book.written()


def measure() -> list[Figure]:
    seconds = in_turn({"shared": lambda: written(Book), "named": lambda: written(Named)}, ROUNDS)
    return [
        ratio_of(
            f"A workbook of {ROWS:,} rows, shared styles against named ones",
            seconds["shared"],
            seconds["named"],
            unit="s",
            limit=0.8,
        )
    ]
