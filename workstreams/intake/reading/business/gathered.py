"""Rows of a business plan gathered into outcomes, actions and measures; cells still as printed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ....titles import fold
from ...document import Cell
from ..doubts import Doubts
from ..grammar import sources
from ..grammar.tags import tags_of
from ..layout.headings import field_of
from ..layout.tables import Row, Section
from ..understood import Choice, Field

_OUTCOME_WITH_REF = re.compile(r"(?P<ref>\d{1,2}\.\d{1,2}[a-z]?)[.:)]?\s+(?P<rest>(?!\d).+)\Z", re.DOTALL)
BLANK = Cell("")


@dataclass(slots=True, eq=False)
class MeasureDraft:
    cell: Cell
    text: str
    row: Row
    target: Cell = BLANK
    rating: Cell = BLANK
    around: frozenset[str] = frozenset()
    impacts: list[Cell] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class ActionDraft:
    cell: Cell
    text: str
    row: Row
    officers: list[Cell] = field(default_factory=list)
    progress: list[Cell] = field(default_factory=list)
    sources: list[Cell] = field(default_factory=list)
    measures: list[MeasureDraft] = field(default_factory=list)
    evidence: list[Cell] = field(default_factory=list)  # of further columns that say how success is known


@dataclass(slots=True, eq=False)
class OutcomeDraft:
    ref: str
    sources: tuple[str, ...]
    cell: Cell
    statement: str
    row: Row
    notes: list[Cell] = field(default_factory=list)
    actions: list[ActionDraft] = field(default_factory=list)
    is_named: bool = True

    @property
    def measures(self) -> list[MeasureDraft]:
        return [measure for action in self.actions for measure in action.measures]


@dataclass(slots=True, eq=False)
class SectionDraft:
    section: Section
    outcomes: list[OutcomeDraft] = field(default_factory=list)


def gather(rows: Iterable[Row], doubts: Doubts) -> list[SectionDraft]:
    gatherer = _Gatherer(doubts)
    for row in rows:
        gatherer.take(row)
    return gatherer.sections


@dataclass(slots=True)
class _Gatherer:
    doubts: Doubts
    sections: list[SectionDraft] = field(default_factory=list)
    refs: dict[str, OutcomeDraft] = field(default_factory=dict)
    place: SectionDraft | None = None
    outcome: OutcomeDraft | None = None
    action: ActionDraft | None = None
    table: str = ""

    def take(self, row: Row) -> None:
        if self.place is None or self.place.section is not row.section:
            self._enter(row.section)
        if row.across is not None:
            self._note(row.across)
            return
        self._outcome(row)
        self._action(row)
        self._measure(row)
        assert self.action is not None
        for held, kind in (
            (self.action.officers, Field.OFFICER),
            (self.action.progress, Field.PROGRESS),
            (self.action.sources, Field.SOURCE),
        ):
            cell = row.cells.get(kind, BLANK)
            if cell.text.strip() and all(fold(cell.text) != fold(each.text) for each in held):
                held.append(cell)
        self._left_out(row)
        self.table = row.table

    def _enter(self, section: Section) -> None:
        self.place = next((each for each in self.sections if each.section is section), None)
        if self.place is None:
            self.place = SectionDraft(section)
            self.sections.append(self.place)
        self.outcome = self.place.outcomes[-1] if self.place.outcomes else None
        self.action = self.outcome.actions[-1] if self.outcome and self.outcome.actions else None

    def _note(self, cell: Cell) -> None:
        if self.outcome is not None:
            self.outcome.notes.append(cell)
            self.doubts.say(
                (cell.at,),
                "A row across the table is kept as a note on the evidence of the outcome above it.",
            )
        else:
            self.doubts.say((cell.at,), f"Left out, as it belongs to no outcome: “{cell.text}”")

    # ---- outcomes

    def _outcome(self, row: Row) -> None:
        assert self.place is not None
        cell = row.cells.get(Field.OUTCOME, BLANK)
        ref, cited, beside = self._reference(row)
        text = cell.text.strip()
        if "." not in ref and (found := _OUTCOME_WITH_REF.match(text)):
            ref, text = found["ref"], found["rest"].strip()
        if Field.OUTCOME not in row.cells:
            self._unnamed(row)
            return
        now = self.outcome
        if beside:
            self.doubts.say((row.cells[Field.REFERENCE].at,), f"Left out of the reference: “{beside}”")
        if now is not None and now.is_named and self._is_same(row, now, ref, text):
            if ref and not now.ref and not now.actions[1:]:
                now.ref = ref
            return
        if not (ref or text) and now is not None:
            return
        if now is not None and self._goes_on(row, now, ref, text):
            now.statement = f"{now.statement} {text}".strip()
            self.doubts.say((cell.at,), "An outcome that goes on in the next row is put together.")
            return
        known = self.refs.get(ref) if ref else None
        if known is not None and fold(known.statement) == fold(text) and known in self.place.outcomes:
            self.outcome, self.action = known, known.actions[-1] if known.actions else None
            self.doubts.say(
                (cell.at,), f"Outcome {ref} stands at two places of its table: its rows are put together."
            )
            return
        if known is not None:
            ref = self._ask_repeated(row, ref, known)
        self.outcome = OutcomeDraft(ref, cited, cell, text or ref, row, is_named=bool(text or ref))
        self.action = None
        self.place.outcomes.append(self.outcome)
        if ref:
            self.refs[ref] = self.outcome

    def _reference(self, row: Row) -> tuple[str, tuple[str, ...], str]:
        if Field.REFERENCE not in row.cells or Field.REFERENCE in row.merged:
            return "", (), ""
        text = row.text(Field.REFERENCE)
        ref, cited, beside = sources.reference_of(text)
        if ref.isdigit() and Field.OUTCOME in row.cells and not row.text(Field.OUTCOME):
            return "", cited, ""  # a number of the row
        return ref, cited, beside

    def _is_same(self, row: Row, now: OutcomeDraft, ref: str, text: str) -> bool:
        if Field.OUTCOME in row.merged and row.cells[Field.OUTCOME].text:
            return True
        if text:
            return fold(text) == fold(now.statement) and (
                not ref or ref == now.ref or not _dotted(ref) or not now.ref
            )
        return not ref or ref == now.ref or ref.startswith(f"{now.ref}.") or not _dotted(ref)

    def _goes_on(self, row: Row, now: OutcomeDraft, ref: str, text: str) -> bool:
        """Words that a page broke off: no reference, no action, no measure of their own."""
        own = any(row.text(each) for each in (Field.ACTION, Field.MEASURE, Field.TARGET, Field.RATING))
        return bool(text) and not ref and not own and (text[0].islower() or row.table != self.table)

    def _ask_repeated(self, row: Row, ref: str, known: OutcomeDraft) -> str:
        cell = row.cells.get(Field.REFERENCE, row.cells.get(Field.OUTCOME, BLANK))
        return self.doubts.ask(
            f"reference {ref} {row.at}",
            (known.row.cells.get(Field.REFERENCE, known.cell).at, cell.at),
            f"{ref} {row.text(Field.OUTCOME)}".strip(),
            f"Two outcomes have the reference {ref}. What is the reference of this one? Until it is "
            "answered it has none.",
        )

    def _unnamed(self, row: Row) -> None:
        assert self.place is not None
        if self.outcome is None:
            self.outcome = OutcomeDraft("", (), BLANK, "", row, is_named=False)
            self.place.outcomes.append(self.outcome)

    # ---- actions

    def _action(self, row: Row) -> None:
        if self.outcome is None:
            self.outcome = OutcomeDraft("", (), BLANK, "", row)
            assert self.place is not None
            self.place.outcomes.append(self.outcome)
            self.doubts.ask(
                f"outcome {row.at}",
                (row.at,),
                " | ".join(cell.text for cell in row.cells.values() if cell.text),
                "These rows stand below no outcome. What is it? Until it is answered they stand straight "
                "under the workstream.",
            )
            self.outcome.is_named = False
        cell = row.cells.get(Field.ACTION, BLANK)
        text = cell.text.strip()
        now = self.action
        if now is not None:
            is_merged = Field.ACTION in row.merged and bool(text)
            if not text or is_merged or fold(text) == fold(now.text):
                return
            measure = row.text(Field.MEASURE)
            if (
                (not measure or self._is_broken(row, measure))
                and not is_dated(row)
                and (text.startswith("- ") or text[0].islower())
            ):
                now.text = f"{now.text}\n{text}" if text.startswith("- ") else f"{now.text} {text}"
                self.doubts.say((cell.at,), "An action that goes on in the next row is put together.")
                return
        if not text:
            text = self._without_words(row)
        self.action = ActionDraft(cell, text, row)
        self.outcome.actions.append(self.action)

    def _without_words(self, row: Row) -> str:
        """An outcome whose measures stand beside no action."""
        assert self.outcome is not None
        worded = (cell.text.strip() for cell in row.cells.values() if cell.text.strip())
        words = self.outcome.statement or next(worded, row.at)
        if Field.ACTION not in row.cells:
            self.doubts.say(
                (row.at,),
                "No column names actions: each outcome's measures stand under an action in its words.",
            )
            return words
        answer = self.doubts.ask(
            f"action {row.at}",
            (row.cells[Field.ACTION].at or row.at,),
            words,
            "No action is printed for this outcome. What is it? Until it is answered its measures stand under an "
            "action in the outcome’s words.",
            assumed=words,
        )
        return answer.strip() or words

    # ---- measures

    def _measure(self, row: Row) -> None:
        assert self.action is not None
        cell = row.cells.get(Field.MEASURE, BLANK)
        target, rating = row.cells.get(Field.TARGET, BLANK), row.cells.get(Field.RATING, BLANK)
        around = frozenset(
            other.fill
            for holds, other in row.cells.items()
            if holds in (Field.MEASURE, Field.TARGET, Field.ACTION) and other.fill and other.at != rating.at
        )
        last = self.action.measures[-1] if self.action.measures else None
        text = cell.text.strip()
        is_new = bool(text) and not (
            Field.MEASURE in row.merged and last is not None and last.cell.at == cell.at
        )
        if is_new and last is not None and self._is_broken(row, text):
            last.text = f"{last.text}\n{text}" if text.startswith("- ") else f"{last.text} {text}"
            self.doubts.say((cell.at,), "A measure that goes on in the next row is put together.")
        elif is_new:
            self._add(row, cell, text, target, rating, around)
        elif is_dated(row):
            self._date_and_rating(row, target, rating, around, last)
        if row.text(Field.IMPACT) and Field.IMPACT not in row.merged and self.action.measures:
            self.action.measures[-1].impacts.append(row.cells[Field.IMPACT])

    def _is_broken(self, row: Row, text: str) -> bool:
        if is_dated(row) or tags_of(text):
            return False
        return text.startswith("- ") or text[0].islower()

    def _add(
        self, row: Row, cell: Cell, text: str, target: Cell, rating: Cell, around: frozenset[str]
    ) -> None:
        assert self.action is not None
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) < 2 or not all(tags_of(line.removeprefix("- ")) for line in lines):
            self.action.measures.append(MeasureDraft(cell, text, row, target, rating, around))
            return
        targets, ratings = _shared(target, len(lines)), _shared(rating, len(lines))
        for line, own_target, own_rating in zip(lines, targets, ratings, strict=True):
            words = line.removeprefix("- ").strip()
            self.action.measures.append(MeasureDraft(cell, words, row, own_target, own_rating, around))
        self.doubts.say(
            (cell.at,),
            f"A cell that holds {len(lines)} measures with tags of their own is read as {len(lines)} measures.",
        )

    def _date_and_rating(
        self, row: Row, target: Cell, rating: Cell, around: frozenset[str], last: MeasureDraft | None
    ) -> None:
        """A row with a date or a rating and no words: it belongs to the measure above, which lacks them."""
        assert self.action is not None
        if last is not None and _fits(last.target, target) and _fits(last.rating, rating):
            if target.text.strip():
                last.target = target
            if rating.text.strip() or rating.fill:
                last.rating, last.around = rating, around
            self.doubts.say(
                (last.cell.at, target.at, rating.at),
                "A measure’s words stand in one row, its date and rating in the next: they are put together.",
            )
            return
        if Field.MEASURE not in row.cells or (not self.action.measures and self.action.row is row):
            self.action.measures.append(MeasureDraft(BLANK, "", row, target, rating, around))
            return
        self.doubts.ask(
            f"row {row.at}",
            tuple(cell.at for cell in (target, rating) if cell.text or cell.fill),
            " ".join(cell.text for cell in (target, rating) if cell.text),
            "This date or rating stands beside no measure, and the one above has its own. It is left out.",
            (Choice("", "Leave it out"),),
        )

    def _left_out(self, row: Row) -> None:
        assert self.action is not None
        for heading, cell in row.others:
            if field_of(heading) is Field.MEASURE:
                if all(cell.at != each.at for each in self.action.evidence):
                    self.action.evidence.append(cell)
                continue
            self.doubts.say((cell.at,), f"The column “{' '.join(heading.split())}” is not kept in the plan.")


def _dotted(ref: str) -> bool:
    return "." in ref


def _says(row: Row, holds: Field) -> bool:
    cell = row.cells.get(holds, BLANK)
    return holds not in row.merged and bool(cell.text.strip() or (holds is Field.RATING and cell.fill))


def is_dated(row: Row) -> bool:
    return _says(row, Field.TARGET) or _says(row, Field.RATING)


def _fits(had: Cell, comes: Cell) -> bool:
    """Nothing comes, or nothing was there, or it is the same cell."""
    return not (comes.text.strip() or comes.fill) or not (had.text.strip() or had.fill) or had.at == comes.at


def _shared(cell: Cell, parts: int) -> list[Cell]:
    lines = [line for line in cell.text.split("\n") if line.strip()]
    if len(lines) == parts:
        return [Cell(cell.at, line, cell.fill) for line in lines]
    return [cell] * parts
