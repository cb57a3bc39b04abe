"""The rows of an update that take its figures: what is counted, the number, what it is out of, its unit."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from sscp.pages import Form

from ..picture import Figure

BLANK, MOST = 3, 24  # rows offered beside those that are used; rows that are read
CELLS = ("name", "number", "out_of", "unit")
Row = dict[str, str]


class FigureNumber(forms.DecimalField):
    """A number as people type it: "1,204", "82.5", "82 %"."""

    def __init__(self, label: str, initial: str | None) -> None:
        whole = "Give this number with 12 digits at most, 3 of them after the point."
        super().__init__(
            label=label,
            initial=initial,
            required=False,
            max_digits=12,
            decimal_places=3,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages={
                "invalid": "Write a number, for example 41 or 82.5.",
                "max_digits": whole,
                "max_decimal_places": whole,
                "max_whole_digits": whole,
            },
        )

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if isinstance(value, str):
            value = value.strip().removesuffix("%").replace(",", "").replace(" ", "")
        return super().to_python(value)


@dataclass(frozen=True)
class FigureRow:
    """One row with its fields, for a template."""

    number: int
    cells: tuple[BoundField, ...]

    @property
    def errors(self) -> list[str]:
        return [str(error) for cell in self.cells for error in cell.errors]


def _cells(place: int, row: Row) -> dict[str, forms.Field]:
    return {
        "name": forms.CharField(
            label=f"What is counted, row {place}", max_length=120, required=False, initial=row.get("name")
        ),
        "number": FigureNumber(f"Number, row {place}", row.get("number")),
        "out_of": FigureNumber(f"Out of, row {place}", row.get("out_of")),
        "unit": forms.CharField(
            label=f"Unit, row {place}", max_length=40, required=False, initial=row.get("unit")
        ),
    }


def initial_rows(figures: Iterable[Figure]) -> list[Row]:
    """A row for each thing that was counted last time, its number left open."""
    return [{"name": f.name, "number": "", "out_of": "", "unit": f.unit} for f in figures]


def filled_rows(figures: Iterable[Figure]) -> list[Row]:
    """These figures as rows, to be changed."""
    return [
        {
            "name": f.name,
            "number": f"{Decimal(str(f.number)):f}",
            "out_of": "" if f.out_of is None else f"{Decimal(str(f.out_of)):f}",
            "unit": f.unit,
        }
        for f in figures
    ]


class FiguresForm(Form):
    """A form that takes figures, too, in rows. More rows need no script: the form is sent for them."""

    row_count = 0

    def add_rows(self, rows: Iterable[Row], more: int = 0, blank: int = BLANK) -> None:
        """Give the form as many rows as were sent with it; else these and `blank` ones. And `more`."""
        given = list(rows)
        sent = max(
            (i + 1 for i in range(MOST) if self.add_prefix(f"figure_{i}_name") in self.data), default=0
        )
        self.row_count = min(MOST, (sent or len(given) + blank) + more)
        for i in range(self.row_count):
            row = given[i] if i < len(given) else {}
            self.fields |= {f"figure_{i}_{cell}": field for cell, field in _cells(i + 1, row).items()}

    def clean_rows(self) -> None:
        """A name for each number, a number for each whole, and no part more than its whole."""
        for i in range(self.row_count):
            name, number, out_of = (self.cleaned_data.get(f"figure_{i}_{cell}") for cell in CELLS[:3])
            if f"figure_{i}_number" in self.errors or f"figure_{i}_out_of" in self.errors:
                continue
            if number is not None and not name and f"figure_{i}_name" not in self.errors:
                self.add_error(f"figure_{i}_name", f"Say what is counted in row {i + 1} of the figures.")
            elif number is None and out_of is not None:
                self.add_error(
                    f"figure_{i}_number",
                    f"Row {i + 1} of the figures says out of how many, but not how many.",
                )
            elif number is not None and out_of is not None and not 0 <= number <= out_of:
                self.add_error(
                    f"figure_{i}_number",
                    f"{name}: {number:f} cannot be out of {out_of:f}. The first number is the smaller one.",
                )

    @property
    def figure_rows(self) -> list[FigureRow]:
        return [
            FigureRow(i, tuple(self[f"figure_{i}_{cell}"] for cell in CELLS)) for i in range(self.row_count)
        ]

    @property
    def has_figures(self) -> bool:
        """Something stands in a row already."""
        return any(row[cell] for row in self.typed_rows for cell in CELLS)

    @property
    def typed_rows(self) -> list[Row]:
        """The rows as they were typed, valid or not, without those that are blank."""
        rows = [
            {cell: str(self[f"figure_{i}_{cell}"].value() or "") for cell in CELLS}
            for i in range(self.row_count)
        ]
        return [row for row in rows if any(row.values())]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figures that were given. A name without a number is none."""
        rows = (
            [self.cleaned_data.get(f"figure_{i}_{cell}") for cell in CELLS] for i in range(self.row_count)
        )
        return tuple(
            Figure(str(name), _plain(number), None if out_of is None else _plain(out_of), unit or "")
            for name, number, out_of, unit in rows
            if number is not None
        )


def _plain(number: Decimal) -> float:
    """As JSON holds it: a whole number where it is one."""
    return int(number) if number == int(number) else float(number)
