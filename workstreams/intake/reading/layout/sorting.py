"""Sorts a document: which tables hold the plan, which row is a heading, a section, a note or a row of the plan."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...document import Cell, Document, Paragraph, Table
from ..key import is_key_alone, is_key_heading, is_key_row
from ..understood import Column, Field
from . import sections
from .cells import distinct, goes_on_in_key, is_blank, is_wide, stands_first, stands_out
from .columns import columns_in
from .headings import heads_of, key_of, rivals
from .heads import Head, head_over
from .openers import opener_in
from .tables import Layout, Line, Row, Section

_TOTAL = re.compile(r"(?:grand |sub)?-?\s*totals?\b", re.IGNORECASE)
# Sheets behind the plan that belong before it; a table of a Word document has no such name.
_FRONT = re.compile(r"\b(?:front|cover|versions?|control|introduction|about|vision|years?)\b", re.IGNORECASE)
_ENOUGH = 400  # rows tell what a column holds


def _after(table: Table, n: int) -> Sequence[Cell]:
    """The next row that says something; empty where there is none."""
    return next((row for row in table.rows[n + 1 :] if not is_blank(row)), ())


def lay_out(document: Document, mapping: Mapping[str, Field] | None = None) -> Layout:
    """Everything of the document in one of three places: rows, lines outside them, and sections."""
    return _Sorter(document, mapping).sorted()


@dataclass(slots=True)
class _Sorter:
    document: Document
    mapping: Mapping[str, Field] | None
    head: Head | None = None
    section: Section | None = None
    sections: list[Section] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    columns: dict[str, Column] = field(default_factory=dict)
    between: list[Paragraph] = field(default_factory=list)
    goal: Cell | None = None  # the outcome that stands above the rows, not beside them
    rivals: dict[str, None] = field(default_factory=dict)

    def sorted(self) -> Layout:
        plans = {id(table): self._is_plan(table) for table in self.document.tables}
        seen: Table | None = None
        for block in self.document.blocks:
            if isinstance(block, Paragraph):
                self.between.append(block)
            elif plans[id(block)] or (seen is not None and self._goes_on(block, seen)):
                self._open_by_paragraphs(block, is_first=seen is None)
                self._table(block, is_one_of_many=sum(plans.values()) > 1)
                seen = block
            else:
                self._pass_between(is_front=seen is None)
                self._lines_of(
                    block.rows, block.name, is_front=seen is None or bool(_FRONT.search(block.name))
                )
                self._give_rows(block)
        self._pass_between(is_front=seen is None)
        used = {id(row.section) for row in self.rows}
        kept = [section for section in self.sections if id(section) in used]
        columns = tuple(self.columns.values())
        return Layout(tuple(kept), tuple(self.rows), tuple(self.lines), columns, tuple(self.rivals))

    # ---- which tables

    def _is_plan(self, table: Table) -> bool:
        return not table.is_hidden and any(
            self._heads(row) and any(not is_blank(after) for after in table.rows[n + 1 :])
            for n, row in enumerate(table.rows)
        )

    def _heads(self, row: Sequence[Cell]) -> dict[int, Field] | None:
        return heads_of(row, self.mapping)

    def _goes_on(self, table: Table, before: Table) -> bool:
        """A table without headings that is as wide as the plan's table before it holds its next rows."""
        if self.head is None or table.is_hidden or not table.rows:
            return False
        if self.document.kind == "xlsx" and not sections.numbered(table.name):
            return False
        width = len(table.rows[0])
        if not (3 <= width <= self.head.width and width > max(self.head.heads, default=0) - 2):
            return False
        return not all(is_key_row(row) or is_blank(row) for row in table.rows)

    # ---- paragraphs between tables

    def _open_by_paragraphs(self, table: Table, is_first: bool) -> None:
        """A heading before a table opens its section; what stands before that heading ends the last one."""
        goal = next((p for p in reversed(self.between) if self._is_goal(p.text, self.between)), None)
        paragraphs, self.between = [p for p in self.between if p is not goal], []
        opener = None if self._names_itself(table) else opener_in(paragraphs, is_first)
        if opener is None:
            self._give(paragraphs, is_first)
        else:
            self._open_by(paragraphs, opener, is_first)
        if goal is not None:
            self.goal = Cell(goal.at, sections.goal_in(goal.text))

    def _is_goal(self, text: str, before: Sequence[Paragraph] = ()) -> bool:
        """An outcome or objective inside a section, where no column holds the outcomes."""
        if not sections.goal_in(text) or (self.head and Field.OUTCOME in self.head.heads.values()):
            return False
        opened = [self.section, *(sections.numbered(paragraph.text) for paragraph in before)]
        return any(s is not None and bool(s.word or s.number) and not sections.is_of_goals(s) for s in opened)

    def _open_by(self, paragraphs: Sequence[Paragraph], opener: int, is_first: bool) -> None:
        self._give(paragraphs[:opener], is_first)
        head, rest = paragraphs[opener], paragraphs[opener + 1 :]
        self._open(sections.in_words(head.text), head.at)
        assert self.section is not None
        for paragraph in rest:
            self.section.before.append(paragraph)
            self._line(paragraph, is_front=False)
            if aim := sections.aim_of(paragraph.text):
                self.section.aim = self.section.aim or aim
            elif not self.section.title and not is_key_heading(paragraph.text):
                self.section.title = paragraph.text.strip()

    def _names_itself(self, table: Table) -> bool:
        """The rows above its headings, or a column, name its section."""
        for n, row in enumerate(table.rows):
            if self._heads(row):
                return Field.WORKSTREAM in head_over(row, table.rows[n + 1 :], self.mapping).heads.values()
            if sections.in_row([cell for cell in distinct(row) if cell.text]):
                return True
        return False

    def _give(self, paragraphs: Sequence[Paragraph], is_front: bool) -> None:
        for paragraph in paragraphs:
            if self.section is not None and not is_front:
                self.section.after.append(paragraph)
            self._line(paragraph, is_front)

    def _give_rows(self, table: Table) -> None:
        """Another table in a document stands between its sections as paragraphs do."""
        if self.section is not None and self.document.kind == "docx":
            for row in table.rows:
                cells = [cell for cell in distinct(row) if cell.text]
                text = " ".join(cell.text for cell in cells)
                self.section.after += [Paragraph(cells[0].at, text)] if cells else []

    def _pass_between(self, is_front: bool) -> None:
        paragraphs, self.between = self.between, []
        self._give(paragraphs, is_front)

    def _line(self, p: Paragraph, is_front: bool) -> None:
        cell = Cell(p.at, p.text, bold=p.bold)
        self.lines.append(Line(p.at, (cell,), p.style, p.level, p.bold, is_front))

    def _lines_of(self, rows: Sequence[Sequence[Cell]], table: str, is_front: bool) -> None:
        for row in rows:
            if cells := distinct(row):
                bold = all(cell.bold for cell in cells if cell.text)
                places = tuple(next(n for n, c in enumerate(row) if c.at == cell.at) for cell in cells)
                self.lines.append(Line(cells[0].at, cells, "ROW", 0, bold, is_front, table, places))

    # ---- one table

    def _table(self, table: Table, is_one_of_many: bool) -> None:
        rows = table.rows
        title_block: list[Sequence[Cell]] = []
        if self.document.kind == "xlsx":
            self._open_by_sheet(table, is_one_of_many)
        headed = not self._is_plan(table)
        above: Sequence[Cell] | None = None
        in_key = False
        for n, row in enumerate(rows):
            if is_blank(row):
                in_key = False
                continue
            in_key = (in_key and goes_on_in_key(row)) or is_key_alone(row)
            if in_key:
                self._lines_of([row], table.name, is_front=False)
                continue
            if self._heads(row):
                if not headed:
                    self._lines_of(title_block, table.name, is_front=not self.rows)
                headed = True
                self._new_head(rows, n)
                above = None
                continue
            cells = distinct(row)
            if not headed:
                if not self._section_row(cells):
                    title_block.append(row)
                continue
            if self._across(row, cells, table, n):
                continue
            self._body(row, above, table, n)
            above = row

    def _open_by_sheet(self, table: Table, is_one_of_many: bool) -> None:
        named = sections.numbered(table.name)
        if named is not None or (is_one_of_many and not sections.is_generic(table.name)):
            self._open(named or sections.in_words(table.name), table.name)

    def _new_head(self, rows: Sequence[Sequence[Cell]], n: int) -> None:
        row, below = rows[n], rows[n + 1 : n + _ENOUGH]
        self.head = head_over(row, below, self.mapping)
        self.rivals |= dict.fromkeys(() if self.mapping else rivals(row))
        for column in columns_in(row, below, self.head.heads):
            self.columns.setdefault(column.key, column)

    def _section_row(self, cells: tuple[Cell, ...]) -> bool:
        """A row that names the section, or says its aim."""
        worded = [cell for cell in cells if cell.text]
        if not worded:
            return False
        if len(worded) == 1 and self._is_goal(worded[0].text):
            self.goal = Cell(worded[0].at, sections.goal_in(worded[0].text))
            return True
        if opened := sections.in_row(worded):
            self._open(opened, worded[0].at)
            return True
        if self.section is not None and len(worded) <= 2 and (aim := sections.aim_of(worded[-1].text)):
            self.section.aim = self.section.aim or aim
            return True
        if self.section is not None and len(worded) == 1 and self._is_untitled(self.section, cells):
            self.section.title = " ".join(worded[0].text.split())
            return True
        return False

    def _is_untitled(self, section: Section, cells: tuple[Cell, ...]) -> bool:
        """Only its number was printed yet: the line below says what it is."""
        is_key = is_key_row(cells) or is_key_heading(cells[0].text)
        return bool(section.number and not section.title and not is_key) and all(
            r.section is not section for r in self.rows
        )

    def _open(self, opened: Section, at: str) -> None:
        """A section; the same number, or the same title where there is none, goes on with the one there is."""
        for known in self.sections:
            same_title = key_of(known.title) == key_of(opened.title)
            if (
                known.number == opened.number
                and (known.number or same_title)
                and (same_title or not opened.title or not known.title)
            ):
                known.title = known.title or opened.title
                self._enter(known)
                return
        opened.at = at
        self.sections.append(opened)
        self._enter(opened)

    def _enter(self, section: Section) -> None:
        if section is not self.section:
            self.section, self.goal = section, None

    # ---- one row

    def _across(self, row: Sequence[Cell], cells: tuple[Cell, ...], table: Table, n: int) -> bool:
        """A row that is none of the plan's: a section's title, its aim, a key, a total, a note."""
        assert self.head is not None
        worded = [cell for cell in cells if cell.text]
        if not worded:
            return not any(cell.fill for cell in self.head.known_cells(row))
        if (is_key_row(row) and not self.head.is_rated(row)) or is_key_heading(worded[0].text):
            self._lines_of([row], table.name, is_front=False)
            return True
        width = len({cell.at for cell in row})
        lies_over = is_wide(row, worded) or (
            Field.WORKSTREAM not in self.head.heads.values() and stands_out(row, worded, _after(table, n))
        )
        plan_cells = [c for c in self.head.known_cells(row) if c.text]
        if not lies_over and (len(worded) > 2 or width < 3):
            return False
        is_heading = len(worded) <= 2 and (lies_over or stands_first(row, worded))
        if is_heading and (self._numbered_goal(worded, table, n) or self._section_row(cells)):
            return True
        if _TOTAL.match(worded[0].text) and not any(
            c.text
            for position, c in enumerate(row)
            if self.head.heads.get(position) in (Field.ACTION, Field.MEASURE) and c is not worded[0]
        ):
            self._lines_of([row], table.name, is_front=False)
            return True
        is_note = worded[0].text.lstrip().startswith("*") or worded[0].text.casefold().startswith(
            ("note:", "notes:", "source:")
        )
        if lies_over or (is_note and len(worded) == 1):
            if lies_over and not is_note and self._is_title(worded[-1], row, table, n):
                self._open(sections.in_words(worded[-1].text), worded[-1].at)
                return True
            self.rows.append(
                Row(f"{table.name}, row {n + 1}", table.name, self._current(), {}, across=worded[-1])
            )
            return True
        if len(worded) == 1 and stands_first(row, worded) and self._is_above_headings(table, n):
            self._open(sections.in_words(worded[0].text), worded[0].at)
            return True
        return not plan_cells and not any(cell.text for cell in row)

    def _numbered_goal(self, worded: Sequence[Cell], table: Table, n: int) -> bool:
        goal = sections.goal_above(worded, _after(table, n))
        if goal is None or not self._is_goal(f"Outcome: {goal.text}"):
            return False
        self.goal = goal
        return True

    def _is_above_headings(self, table: Table, n: int) -> bool:
        return bool(self._heads(_after(table, n)))

    def _is_title(self, cell: Cell, row: Sequence[Cell], table: Table, n: int) -> bool:
        text = cell.text.strip()
        if len(text) > 120 or text.endswith((".", "?", ";")) or "\n" in text:
            return False
        after = _after(table, n)
        return bool(after) and (cell.bold or bool(cell.fill) or text.isupper() or bool(self._heads(after)))

    def _current(self) -> Section:
        if self.section is None:
            self._open(Section(), "")
        assert self.section is not None
        return self.section

    def _body(self, row: Sequence[Cell], above: Sequence[Cell] | None, table: Table, n: int) -> None:
        assert self.head is not None
        cells, merged, others = self.head.cells_of(row, above or ())
        if (named := cells.pop(Field.WORKSTREAM, None)) and named.text:
            self._open(sections.in_words(named.text), named.at)
        if self.goal is not None:
            self._under_goal(self.goal, cells, merged, others)
        at = f"{table.name}, row {n + 1}"
        self.rows.append(Row(at, table.name, self._current(), cells, frozenset(merged), tuple(others)))

    def _under_goal(
        self, goal: Cell, cells: dict[Field, Cell], merged: set[Field], others: list[tuple[str, Cell]]
    ) -> None:
        """The outcome above the row is the row's, unless a column says the outcomes: then it is what they aim at."""
        if Field.OUTCOME in cells:
            self._current().aim = self._current().aim or goal.text
            return
        number, _, words = goal.text.partition(" ")
        above = self.rows[-1].cells if self.rows else {}
        reference = cells.get(Field.REFERENCE)
        if reference and reference.text.strip().startswith(f"{number}."):  # "1.2.1", an action's under "1.2"
            others.append(("Action number", reference))
            cells[Field.REFERENCE] = Cell(goal.at, number)
            goal = Cell(goal.at, words)
        elif reference and reference.text.strip() and above.get(Field.REFERENCE, reference).at == goal.at:
            self.goal = None  # "1.3", after actions that are numbered under "1.2"
            return
        cells[Field.OUTCOME] = goal
        if Field.OUTCOME in above and above[Field.OUTCOME].at == goal.at:
            merged.add(Field.OUTCOME)
