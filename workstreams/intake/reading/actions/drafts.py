"""Rows of an action plan as actions: what a page broke is joined, what is expected stands apart."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from ...document import Cell
from ..doubts import Doubts
from ..layout.tables import Row, Section
from ..understood import Choice, Field

EXPECTED = re.compile(
    r"(?:(?:what are the )?(?:expected|intended|desired|anticipated|planned) (?:outcome|impact|result)s?"
    r"|what (?:difference )?will (?:this|it|success|good) (?:make|mean|look like)"
    r"(?: (?:for|to) [\w ]{1,40})?)\s*[:?]?\Z",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"(?:,|\b(?:and|or|the|of|to|for|with|by|in|a|an|as|on|from|that|which))\Z", re.IGNORECASE
)
_WORDS = re.compile(r"\w")
_ENDED = (".", "!", "?", ":", ";")
_SPOKEN = (Field.ACTION, Field.OFFICER, Field.TARGET, Field.RATING, Field.PROGRESS, Field.MEASURE)
_OWN, _ABOVE, _OUT = "own", "above", "out"
_CHOICES = (
    Choice(_OWN, "An action of its own"),
    Choice(_ABOVE, "It goes on with the action above"),
    Choice(_OUT, "Neither: leave it out"),
)


def goes_on(text: str, more: str) -> bool:
    """The second is the same sentence as the first."""
    is_new = more.startswith("- ") or text.endswith(_ENDED)
    return not is_new and (more[0].islower() or bool(_GOES_ON.search(text)))


@dataclass(slots=True, eq=False)
class Draft:
    """One action with the rows that say it; without words of its own, an outcome that has no action yet."""

    rows: list[Row]

    @property
    def section(self) -> Section:
        return self.rows[0].section

    def cells(self, holds: Field) -> list[Cell]:
        """Its cells of a column that say something by word or colour, a merged one once."""
        found: dict[str, Cell] = {}
        for row in self.rows:
            cell = row.cells.get(holds)
            if cell is not None and (cell.text.strip() or cell.fill):
                found.setdefault(cell.at, cell)
        return list(found.values())

    def text(self, holds: Field, goes_on: Callable[[str, str], bool] = goes_on) -> str:
        """Its words in a column as one text: what goes on in the next row is on one line."""
        text = ""
        for cell in self.cells(holds):
            if more := cell.text.strip():
                text = f"{text}{' ' if goes_on(text, more) else chr(10)}{more}" if text else more
        return text

    def at(self, holds: Field) -> str:
        return next((cell.at for cell in self.cells(holds)), self.rows[0].at)


@dataclass(slots=True)
class Drafted:
    """All that the rows hold; `expected` and `remarks` with the section that they stand in."""

    drafts: list[Draft] = field(default_factory=list)
    expected: list[tuple[Section, Cell]] = field(default_factory=list)
    remarks: list[tuple[Section, Cell]] = field(default_factory=list)


def drafted(rows: Iterable[Row], doubts: Doubts) -> Drafted:
    """The actions in reading order. Nothing that a row says is lost: it is in an action, expected, or a remark."""
    out = Drafted()
    expecting: Section | None = None
    for row in rows:
        lone = _lone(row)
        if lone is not None and (expecting is row.section or is_expected(lone.text)):
            expecting = row.section
            out.expected += [(row.section, cell) for cell in expected_in(lone)]
        elif row.across is not None:
            out.remarks.append((row.section, row.across))
        elif Field.ACTION not in row.cells:
            out.expected += [
                (row.section, c) for c in expected_in(row.cells.get(Field.OUTCOME) or Cell(row.at))
            ]
        elif not _speaks(row):
            if row.text(Field.OUTCOME) and Field.OUTCOME not in row.merged:
                out.drafts.append(Draft([row]))
            else:
                doubts.say((row.at,), "A row without words, or with nothing but a number, is left out.")
        else:
            expecting = None
            _place(row, out, doubts)
    return out


def _speaks(row: Row) -> bool:
    """It has words of its own; a row of dashes or dots parts two others."""
    return any(_WORDS.search(row.text(each)) and each not in row.merged for each in _SPOKEN)


def _lone(row: Row) -> Cell | None:
    """The one cell of a row that says something, whether it lies across or at its left."""
    if row.across is not None:
        return row.across
    worded = {cell.at: cell for cell in row.cells.values() if cell.text.strip()}
    return next(iter(worded.values())) if len(worded) == 1 and not row.others else None


def is_expected(text: str) -> bool:
    """It begins with a heading such as "Expected outcomes"."""
    return bool(EXPECTED.match(text.strip().partition("\n")[0]))


def expected_in(cell: Cell) -> list[Cell]:
    """Each line of a cell that is no heading."""
    lines = [line.strip().removeprefix("- ").strip() for line in cell.text.split("\n")]
    return [Cell(cell.at, line) for line in lines if line and not EXPECTED.match(line)]


def expected_after(section: Section, key_lines: Collection[str]) -> tuple[list[Cell], list[str]]:
    """What the lines after a section's table expect of it, and all that they say besides the plan's key."""
    found: list[Cell] = []
    others: list[str] = []
    expects = bulleted = False
    for paragraph in [each for each in section.after if each.at not in key_lines]:
        text, is_bullet = (
            paragraph.text.strip(),
            paragraph.style == "BULLET" or paragraph.text.startswith("- "),
        )
        if is_expected(text):
            expects, bulleted = True, False
            found += expected_in(Cell(paragraph.at, text))
            continue
        if paragraph.style in ("HEADING", "TITLE") or (bulleted and not is_bullet):
            expects = False
        bulleted = bulleted or is_bullet
        if expects:
            found += expected_in(Cell(paragraph.at, text))
        else:
            others.append(text)
    return found, others


def _place(row: Row, out: Drafted, doubts: Doubts) -> None:
    above = out.drafts[-1] if out.drafts and out.drafts[-1].section is row.section else None
    own_words = row.text(Field.ACTION) and Field.ACTION not in row.merged
    if not own_words:
        if above is not None and above.text(Field.ACTION):
            above.rows.append(row)
            doubts.say((row.at,), "A row without an action of its own goes on with the action above it.")
        else:
            _ask_without_action(row, out, doubts)
    elif above is not None and _is_broken(row, above):
        above.rows.append(row)
        doubts.say((row.at,), "A row that was broken by the end of a page is joined with the row above it.")
    elif _is_bare(row):
        _ask_bare(row, above, out, doubts)
    else:
        out.drafts.append(Draft([row]))


def _is_dated(row: Row) -> bool:
    return bool(row.text(Field.TARGET) or row.text(Field.RATING))


def _is_broken(row: Row, above: Draft) -> bool:
    """Without "By when", and its first words go on with a sentence."""
    if _is_dated(row) or Field.TARGET not in row.cells:
        return False
    words = row.text(Field.ACTION)
    return words[0].islower() or goes_on(above.text(Field.ACTION), words)


def _is_bare(row: Row) -> bool:
    """An action's words and nothing that says who or by when, in a table that says it of others."""
    asked = {Field.OFFICER, Field.TARGET, Field.RATING, Field.PROGRESS} & set(row.cells)
    fill = row.cells[Field.RATING].fill if Field.RATING in row.cells else ""
    return len(asked) > 1 and not fill and not any(row.text(each) for each in asked)


def _ask_bare(row: Row, above: Draft | None, out: Drafted, doubts: Doubts) -> None:
    cell = row.cells[Field.ACTION]
    choices = _CHOICES if above is not None else (_CHOICES[0], _CHOICES[2])
    answer = doubts.ask(
        f"row {row.at}",
        (cell.at,),
        cell.text,
        "Nobody is named beside these words, and no date. What are they?",
        choices,
        _OWN,
    )
    if answer == _ABOVE and above is not None:
        above.rows.append(row)
    elif answer == _OWN:
        out.drafts.append(Draft([row]))


def _ask_without_action(row: Row, out: Drafted, doubts: Doubts) -> None:
    cells = {cell.at: cell for cell in row.cells.values() if cell.text.strip()}
    answer = doubts.ask(
        f"row {row.at}",
        tuple(cells),
        "\n".join(cell.text for cell in cells.values()),
        "This row names no action, and there is none above it. What is to be done?",
        assumed="",
    )
    if answer:
        cell = row.cells[Field.ACTION]
        named = Cell(cell.at or row.at, answer, cell.fill)
        out.drafts.append(Draft([_with_action(row, named)]))


def _with_action(row: Row, cell: Cell) -> Row:
    return Row(row.at, row.table, row.section, {**row.cells, Field.ACTION: cell}, row.merged, row.others)
