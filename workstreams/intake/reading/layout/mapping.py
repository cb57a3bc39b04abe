"""The mapping of columns: when a person has to say which column holds what, and when there is nothing to say."""

import re
from collections.abc import Callable, Mapping, Sequence

from ....picture import printed_plan
from ....vocabulary import PlanShape
from ...document import Cell, Document, Paragraph, Table
from ..grammar import statuses
from ..grammar.days import found_in
from ..grammar.fills import hue_of
from ..grammar.officers import looks_like_post
from ..understood import Column, Field, NotAPlan, Reading
from .columns import columns_in
from .headings import LONGEST, field_of
from .tables import Layout

NO_PLAN = (
    "No plan was found in this file. A plan has a table with a heading row, such as Action, Who, By when and "
    "Progress. Send the file that holds that table."
)
EMPTY = "This file has no words in it. Send the file that holds the plan."
MINUTES = (
    "This file reads like the minutes of a meeting, not like a plan. Send the plan itself: a table with a heading "
    "row, such as Action, Who, By when and Progress."
)
TURNED = (
    "The headings of this plan stand in its first column, and each action in a column of its own. Turn the table "
    "round, so that each action is a row, and send it again."
)
NO_ACTION = (
    "None of the columns is said to hold the actions, and there is no plan without them. Choose that column."
)
TWICE = "{field} is said of more than one column: “{first}” and “{second}”. Choose one of them."

_SENTENCE = 24  # characters: shorter texts are names, posts and numbers
_MOST_COLUMNS = 30
_SEVERAL = {Field.OFFICER, Field.PROGRESS, Field.IGNORED}  # columns of which a plan may have more than one
_MEETING = re.compile(r"\bminutes\b|\bnotes of (?:the|a) meeting\b", re.IGNORECASE)
_ATTENDED = re.compile(
    r"\s*(?:present|apologies|attendees|attendance|in attendance|those present)\b", re.IGNORECASE
)
_MONEY = re.compile(r"[£$€(-]?\s*[\d,]+(?:\.\d+)?\s*%?\)?\Z")


def check_plan(document: Document) -> None:
    """Raises NotAPlan for what is something else by its own words, whatever columns it has."""
    texts = [cell.text for table in document.tables for row in table.rows for cell in row]
    texts += [paragraph.text for paragraph in document.paragraphs]
    if not any(text.strip() for text in texts):
        raise NotAPlan(EMPTY)
    first = [block.text for block in document.blocks[:12] if isinstance(block, Paragraph)]
    rows = [row for block in document.blocks[:3] if isinstance(block, Table) for row in block.rows[:12]]
    front = first + [cell.text for row in rows for cell in row]
    if any(_MEETING.search(text) and len(text) < LONGEST for text in front) and any(
        map(_ATTENDED.match, texts)
    ):
        raise NotAPlan(MINUTES)


def check_mapping(mapping: Mapping[str, Field], columns: Sequence[Column]) -> None:
    """Raises NotAPlan for a mapping by which no plan can be read."""
    if Field.ACTION not in mapping.values():
        raise NotAPlan(NO_ACTION)
    headings = {column.key: column.heading for column in columns}
    named: dict[Field, str] = {}
    for key, holds in mapping.items():
        if holds in named and holds not in _SEVERAL:
            first, second = (headings.get(each, each) for each in (named[holds], key))
            raise NotAPlan(TWICE.format(field=holds.value, first=first, second=second))
        named[holds] = key


def columns_to_ask(document: Document, layout: Layout) -> tuple[Column, ...]:
    """The columns that a person has to tell apart, with what each seems to hold; none where all is plain."""
    if not layout.body:
        if any(_is_turned(table) for table in document.tables):
            raise NotAPlan(TURNED)
        return _columns_of_unknown(document)
    return () if layout.has(Field.ACTION) else layout.columns


def _is_turned(table: Table) -> bool:
    first = {row[0].text: field_of(row[0].text) for row in table.rows if row and row[0].text.strip()}
    known = [holds for holds in first.values() if holds]
    return len(known) >= 3 and Field.ACTION in known and len(known) * 2 > len(first)


def unmapped(name: str, columns: tuple[Column, ...]) -> Reading:
    """Nothing is read before somebody has said what the columns hold."""
    picture = printed_plan(
        title=name.rpartition(".")[0] or name,
        shape=PlanShape.IMPROVEMENT,
        workstream_word="Workstream",
        key=(),
        workstreams=(),
    )
    return Reading(picture, (), (), {}, columns, needs_mapping=True)


def _columns_of_unknown(document: Document) -> tuple[Column, ...]:
    """Of the table that looks like a plan under headings that nobody knows; none where none does."""
    best: tuple[Column, ...] = ()
    rows_of_best = 0
    for table in document.tables:
        for n, heading in enumerate(table.rows[:15]):
            rows = [row for row in table.rows[n + 1 :] if any(cell.text.strip() for cell in row)]
            if len(rows) <= rows_of_best or table.is_hidden or not _is_heading(heading):
                continue
            guesses = _guesses(heading, rows)
            if _looks_like_plan(guesses, heading, rows):
                best, rows_of_best = columns_in(heading, rows, guesses), len(rows)
            break
    return best


def _is_heading(row: Sequence[Cell]) -> bool:
    texts = {cell.at: cell.text.strip() for cell in row if cell.text.strip()}
    short = all(len(text) <= LONGEST and not text.endswith((".", "?")) for text in texts.values())
    return short and 3 <= len(texts) <= _MOST_COLUMNS and len(set(texts.values())) == len(texts)


def _guesses(heading: Sequence[Cell], rows: Sequence[Sequence[Cell]]) -> dict[int, Field]:
    """What each column holds by its heading, else by what most of its cells look like; each but once."""
    found: dict[int, Field] = {}
    for n, cell in enumerate(heading):
        holds = field_of(cell.text) or _by_content(_column(rows, n)) if cell.text.strip() else None
        if holds and (holds in _SEVERAL or holds not in found.values()):
            found[n] = holds
    return found


def _column(rows: Sequence[Sequence[Cell]], n: int) -> list[Cell]:
    return [row[n] for row in rows if n < len(row) and (row[n].text.strip() or row[n].fill)]


def _by_content(cells: Sequence[Cell]) -> Field | None:
    if _mostly(
        cells, lambda cell: cell.day is not None or (len(cell.text) < 40 and bool(found_in(cell.text)))
    ):
        return Field.TARGET
    if _mostly(cells, _is_rating):
        return Field.RATING
    if _mostly(cells, lambda cell: len(cell.text) < LONGEST and looks_like_post(cell.text.strip())):
        return Field.OFFICER
    return None


def _is_rating(cell: Cell) -> bool:
    text = cell.text.strip().casefold()
    is_colour = text in ("red", "amber", "green", "blue", "r", "a", "g", "b")
    is_shaded = not text and hue_of(cell.fill) not in ("", "white", "grey")
    return is_colour or is_shaded or statuses.is_known(text)


def _mostly(cells: Sequence[Cell], says: Callable[[Cell], bool]) -> bool:
    return bool(cells) and sum(map(says, cells)) * 2 > len(cells)


def _looks_like_plan(
    guesses: Mapping[int, Field], heading: Sequence[Cell], rows: Sequence[Sequence[Cell]]
) -> bool:
    """Sentences of what is to be done, and two of: who, by when, how far."""
    told = {Field.OFFICER, Field.TARGET, Field.RATING, Field.PROGRESS} & set(guesses.values())
    columns = [_column(rows, n) for n, cell in enumerate(heading) if cell.text.strip()]
    sentences = [
        column
        for n, column in enumerate(columns)
        if sum(len(cell.text.strip()) >= _SENTENCE for cell in column) * 5 >= len(column) * 2
        and not _mostly(column, lambda cell: cell.text.strip().endswith("?"))
    ]
    money = [
        column for column in columns if _mostly(column, lambda cell: bool(_MONEY.match(cell.text.strip())))
    ]
    return len(told) >= 2 and any(sentences) and len(money) <= 2
