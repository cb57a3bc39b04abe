"""The workbook in which somebody answers for a post: only what they say can be typed, the rest says what is asked."""

from collections.abc import Sequence
from typing import Any

from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from workstreams.picture import Figure, number_in_words
from workstreams.sheet import COLUMNS, FIGURES, FIGURES_SHEET, HEAD_SHEET, SHEET, Column
from workstreams.vocabulary import NO_CHANGE, WORDS_LIMIT

from ..pack import Answers, Asked
from .sheets import Book, Rated, Value

HOW = (
    "Fill in the pale yellow cells of a row: choose your rating from the list, then say what is happening in two or "
    "three sentences.",
    f"“{NO_CHANGE}” stands in the list where it is enough by itself. A row that you leave empty stays as it is.",
    "Rows may be sorted or left out. Save the workbook as .xlsx, and send it back or upload it; every update is shown"
    " to you before it counts.",
)
_INK, _SOFT = "FF0B0C0C", "FF857C8E"


def draw_answers(answers: Answers) -> bytes:
    """The workbook, the same for the same answers.

    Raises CouldNotDraw for a text that no cell can hold.
    """
    book = Book(
        title=answers.standing, by=answers.partnership, on=answers.on, seq=answers.seq, provisional=False
    )
    sheet = _Sheet(book, SHEET, [c for c in COLUMNS if c.name not in answers.left_out])
    sheet.lede(answers.standing, (*answers.lede, *HOW, _anchor(answers)))
    sheet.heads()
    choices = _Choices(book, answers)
    for row in answers.rows:
        number = sheet.add(_values(row), row)
        choices.offer(sheet.sheet.cell(number, sheet.place("level")), row.choices)
    choices.attach(sheet.sheet)
    sheet.say(dict(answers.hints))
    sheet.close()
    _figures(book, answers)
    choices.write()
    return book.written()


def _anchor(answers: Answers) -> str:
    return (
        f"This workbook contains the ledger up to record {answers.seq}. To check it against the ledger:"
        f" {answers.seq}:{answers.hash}"
    )


def _values(row: Asked) -> dict[str, Value]:
    return {
        "row": row.key,
        "ref": row.ref,
        "measure": row.measure,
        "target": row.target,
        "agreed": Rated(row.agreed),
        "said": row.said,
        "outcome": row.outcome,
        "action": row.action,
        "plan": row.plan,
    }


def _figures(book: Book, answers: Answers) -> None:
    """A row for each thing that was counted last time."""
    counted = [(row, figure) for row in answers.rows for figure in row.figures]
    if not counted:
        return
    sheet = _Sheet(book, FIGURES_SHEET, FIGURES)
    sheet.lede(
        f"Figures: {answers.post}",
        ("Give the new number of what was counted before. They go with the update of the same measure.",),
    )
    sheet.heads()
    for row, figure in counted:
        shut = () if figure.out_of is not None else ("out_of",)
        sheet.add(_figure(row, figure), row, shut=shut)
    sheet.close()


def _figure(row: Asked, figure: Figure) -> dict[str, Value]:
    before = number_in_words(figure.number)
    if figure.out_of is not None:
        before += f" of {number_in_words(figure.out_of)}"
    return {
        "row": row.key,
        "ref": row.ref,
        "measure": row.measure,
        "name": figure.name,
        "unit": figure.unit,
        "before": before,
    }


class _Sheet:
    """A protected sheet: some lines on top, a hidden row of keys, headings, rows with a hidden key each."""

    def __init__(self, book: Book, name: str, columns: Sequence[Column]) -> None:
        self.book, self.columns = book, columns
        self.sheet: Any = book.book.create_sheet(name)
        self.row = 0
        side = Side("thin", _SOFT)
        edge = Border(left=side, right=side, top=side, bottom=side)
        self.shut = book.style(border=edge)
        self.open = book.style(border=edge, fill=PatternFill("solid", "FFFFF9DB"), is_open=True)
        self.open_head = book.style(
            font=Font(name="Calibri", size=11, bold=True, color="FFFFFFFF"),
            fill=PatternFill("solid", "FF4B2A63"),
        )
        self.line = book.style(wraps=False)
        self.title = book.style(font=Font(name="Calibri", size=16, bold=True, color=_INK), wraps=False)
        self.hidden = book.style(font=Font(name="Calibri", size=8, color=_SOFT), wraps=False)
        for place, column in enumerate(columns, 1):
            self.sheet.column_dimensions[get_column_letter(place)].width = column.width
        self.sheet.column_dimensions["A"].hidden = True

    def place(self, name: str) -> int:
        return next(place for place, column in enumerate(self.columns, 1) if column.name == name)

    def lede(self, title: str, lines: Sequence[str]) -> None:
        for text, style in ((title, self.title), *((line, self.line) for line in lines)):
            self.row += 1
            self.book.put(self.sheet.cell(self.row, 2), text, style)
        self.row += 1

    def heads(self) -> None:
        self.row += 1
        for place, column in enumerate(self.columns, 1):
            self.book.put(self.sheet.cell(self.row, place), column.key, self.hidden)
        self.sheet.row_dimensions[self.row].hidden = True
        self.row += 1
        self.first = self.row + 1
        for place, column in enumerate(self.columns, 1):
            style = self.open_head if column.is_answer else self.book.head
            self.book.put(self.sheet.cell(self.row, place), column.heading, style)

    def add(self, values: dict[str, Value], row: Asked, shut: Sequence[str] = ()) -> int:
        self.row += 1
        for place, column in enumerate(self.columns, 1):
            cell = self.sheet.cell(self.row, place)
            if column.is_answer and column.name not in shut:
                cell._style = self.open
            elif column.name == "row":
                self.book.put(cell, row.key, self.hidden)
            else:
                self.book.put(cell, values.get(column.name, ""), self.shut)
        return self.row

    def say(self, hints: dict[str, str]) -> None:
        """What a cell is for, beside it while it is filled in; and at once, when its text is too long."""
        for place, column in enumerate(self.columns, 1):
            if not column.is_answer or column.name == "level":
                continue
            limit = DataValidation(
                type="textLength", operator="lessThanOrEqual", formula1=str(WORDS_LIMIT), allow_blank=True
            )
            limit.errorTitle = "Too long"
            limit.error = f"Shorten this: it can have {WORDS_LIMIT:,} characters at most."
            if hint := hints.get(column.name):
                limit.promptTitle, limit.prompt = column.heading[:32], hint[:255]
                limit.showInputMessage = True
            letter = get_column_letter(place)
            limit.add(f"{letter}{self.first}:{letter}{self.row}")
            self.sheet.add_data_validation(limit)

    def close(self) -> None:
        """Protected without a password: it guards against slips, the seal against the rest."""
        head = self.first - 1
        self.sheet.freeze_panes = f"{get_column_letter(self.place('measure') + 1)}{self.first}"
        self.sheet.print_title_rows = f"{head}:{head}"
        self.book.on_paper(self.sheet)
        self.sheet.sheet_view.zoomScale = 100
        protection = self.sheet.protection
        protection.sheet = True
        protection.formatColumns = protection.formatRows = False  # a cell may be made wide enough to read
        protection.sort = protection.autoFilter = False
        protection.selectLockedCells = False
        self.sheet.auto_filter.ref = f"A{head}:{get_column_letter(len(self.columns))}{self.row}"


class _Choices:
    """The drop-downs: each row offers its plan's own levels, and No change where that is accepted.

    The words stand in the very hidden sheet, below what it says of the workbook: a list typed into a drop-down
    cannot hold a comma.
    """

    def __init__(self, book: Book, answers: Answers) -> None:
        self.book, self.answers = book, answers
        self.lists: dict[tuple[str, ...], DataValidation] = {}

    def offer(self, cell: Any, words: tuple[str, ...]) -> None:
        if words not in self.lists:
            letter = get_column_letter(3 + len(self.lists))
            listed = DataValidation(
                type="list", formula1=f"'{HEAD_SHEET}'!${letter}$1:${letter}${len(words)}", allow_blank=True
            )
            listed.errorTitle, listed.error = "Your rating", "Choose one of the list."
            listed.promptTitle, listed.prompt = "Your rating", "Choose the rating that fits now."
            listed.showInputMessage = True
            self.lists[words] = listed
        self.lists[words].add(cell)

    def attach(self, sheet: Any) -> None:
        for listed in self.lists.values():
            sheet.add_data_validation(listed)

    def write(self) -> None:
        sheet = self.book.book.create_sheet(HEAD_SHEET)
        for row, (name, value) in enumerate(self.answers.head, 1):
            self.book.put(sheet.cell(row, 1), name, self.book.plain)
            self.book.put(sheet.cell(row, 2), value, self.book.plain)
        for column, words in enumerate(self.lists, 3):
            for row, word in enumerate(words, 1):
                self.book.put(sheet.cell(row, column), word, self.book.plain)
        sheet.sheet_state = "veryHidden"
        sheet.protection.sheet = True
