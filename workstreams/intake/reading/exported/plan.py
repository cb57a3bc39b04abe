"""A plan's workbook that was made here, changed in a spreadsheet and sent back: read exactly, cell beside cell.

Its hidden sheet holds the plan and every cell as written. A cell that still says so means what it meant; a cell
that was changed wins. A row without its key is new; an emptied cell takes nothing out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from types import MappingProxyType
from typing import Any

from ....picture import Action, Measure, Outcome, Placed, PlanPicture, Workstream, from_json, printed_measure
from ....sheet import ROW_HEADING, fold, reveal
from ....vocabulary import MeasureKind, short_name
from ...document import Cell, Document, Table
from ...text import plain
from ..doubts import Doubts
from ..grammar.officers import Posts
from ..understood import Choice, Known, Reading
from .changed import Changed

NOTHING: Mapping[str, str] = MappingProxyType({})
OTHER_SEAL = (
    "The seal of this workbook does not hold: its hidden sheet was changed, or it was made elsewhere. What is shown"
    " here is what it says."
)
EMPTIED = "A cell was emptied. That takes nothing out of the plan."
OUT = "out"
_KEY = re.compile(rf"{ROW_HEADING} (-\d{{1,9}})")


def plan_of(
    document: Document, known: Known, answers: Mapping[str, str] = NOTHING, keys: Sequence[str] = ()
) -> Reading | None:
    """The plan in a workbook of ours, None for any other file. `keys` are the secrets that may have sealed it."""
    for table in document.tables:
        found = reveal([row[0].text for row in table.rows if row], keys)
        if found is None:
            continue
        data, is_sealed = found
        try:
            return _read(document, data, known, answers, is_sealed or not keys)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            return None  # a hidden sheet that somebody else wrote: what can be seen is read as of any file
    return None


def _read(
    document: Document, data: Any, known: Known, answers: Mapping[str, str], is_sealed: bool
) -> Reading | None:
    fields = dict(data["columns"])
    found = next((each for table in document.tables if (each := _Sheet.of(table, fields))), None)
    if found is None:
        return None
    doubts = Doubts(answers)
    if not is_sealed:
        doubts.say((), OTHER_SEAL)
    rows = [(row_id, dict(zip(fields.values(), texts, strict=True))) for row_id, texts in data["rows"]]
    written = {row_id: texts for row_id, texts in rows if row_id}
    keyless = [texts for row_id, texts in rows if not row_id]
    base = from_json(data["picture"])
    levels = {fold(name): level for level in base.key for name in (level.code, level.word)}
    words = ", ".join(level.word for level in base.key)
    changed = Changed(levels, words, Posts(known.posts), known, doubts)
    return _Exported(base, written, keyless, found, changed, doubts).reading()


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The plan's sheet: where its columns stand, and its rows below the headings."""

    key: int
    at: dict[str, int]
    rows: tuple[tuple[Cell, ...], ...]

    @classmethod
    def of(cls, table: Table, fields: Mapping[str, str]) -> "_Sheet | None":
        if table.is_hidden:
            return None
        for number, row in enumerate(table.rows):
            headings = {cell.text.strip(): place for place, cell in enumerate(row)}
            if ROW_HEADING in headings:
                at = {name: headings[title] for title, name in fields.items() if title in headings}
                return cls(headings[ROW_HEADING], at, table.rows[number + 1 :])
        return None

    def key_of(self, row: Sequence[Cell]) -> int:
        found = _KEY.fullmatch(row[self.key].text.strip())
        return int(found[1]) if found else 0

    def cells(self, row: Sequence[Cell]) -> dict[str, Cell]:
        return {name: row[place] for name, place in self.at.items()}


@dataclass(slots=True)
class _Place:
    """An action with what was changed of it, and its measures as they are now."""

    action: Action
    measures: list[Measure]
    had: int  # how many it had as written


@dataclass(slots=True)
class _Block:
    outcome: Outcome
    places: list[_Place]


@dataclass(slots=True)
class _Exported:
    base: PlanPicture
    written: Mapping[int, Mapping[str, str]]
    keyless: Sequence[Mapping[str, str]]  # rows of places that had no measure
    sheet: _Sheet
    changed: Changed
    doubts: Doubts
    cells_at: dict[str, str] = field(default_factory=dict)
    questioned: int = 0
    placed: dict[int, Placed] = field(default_factory=dict)
    said: dict[tuple[str, int, str], dict[str, str]] = field(
        default_factory=dict
    )  # what was changed: {words: where}
    ids: Iterator[int] = field(default_factory=lambda: count(-1, -1))

    def reading(self) -> Reading:
        self.placed |= {p.measure.id: p for p in self.base.placed()}
        self.ids = count(min([0, *self.placed, *self._place_ids()]) - 1, -1)
        here, new = self._sorted()
        measures = {
            key: self.changed.measure(self.placed[key].measure, changed) for key, changed in here.items()
        }
        streams = [(w, [self._block(o, measures) for o in w.outcomes]) for w in self.base.workstreams]
        for key, cells in new:
            self._add(streams, key, cells)
        picture = replace(self.base, workstreams=tuple(self._stream(w, blocks) for w, blocks in streams))
        rows = len(here) + len(new)
        return Reading(
            picture=picture,
            questions=tuple(self.doubts.questions),
            notes=tuple(self.doubts.notes),
            cells=self.cells_at,
            columns=(),
            new_posts=dict(self.changed.posts.titles),
            rows=rows,
            rows_kept=rows - self.questioned,
            rows_questioned=self.questioned,
        )

    def _place_ids(self) -> list[int]:
        outcomes = [o for w in self.base.workstreams for o in w.outcomes]
        actions = [a.id for o in outcomes for a in o.actions]
        return [*(w.id for w in self.base.workstreams), *(o.id for o in outcomes), *actions]

    def _sorted(self) -> tuple[dict[int, dict[str, Cell]], list[tuple[int, dict[str, Cell]]]]:
        """By its key, the cells of each row that were changed; and the rows that are to be placed: those without a
        key of their own (0), and those that were moved."""
        here: dict[int, dict[str, Cell]] = {}
        new: list[tuple[int, dict[str, Cell]]] = []
        taken: set[int] = set()
        refs = {o.ref for w in self.base.workstreams for o in w.outcomes if o.ref}
        for row in self.sheet.rows:
            key, cells = self.sheet.key_of(row), self.sheet.cells(row)
            if not any(cell.text for cell in cells.values()):
                continue
            if key not in self.placed or key in taken:
                is_copy = key in taken and not self._changed(key, cells)
                if not is_copy and not any(_says(cells, was) for was in self.keyless):
                    new.append((0, cells))
                continue
            taken.add(key)
            changed = self._changed(key, cells)
            for name, cell in cells.items():
                self.cells_at[f"{key} {_FIELDS.get(name, name)}"] = cell.at
            if "ref" in changed and changed["ref"].text in refs:
                new.append((key, cells))
                self.doubts.say((cells["ref"].at,), "A row was moved to another outcome by its reference.")
            else:
                here[key] = changed
                self._note_places(self.placed[key], changed)
        return here, new

    def _changed(self, key: int, cells: Mapping[str, Cell]) -> dict[str, Cell]:
        """The cells that do not say what was written, but for those that were emptied."""
        was = self.written.get(key, {})
        changed = {
            name: cell for name, cell in cells.items() if not _same(name, cell.text, was.get(name, ""))
        }
        for name in [name for name, cell in changed.items() if not cell.text]:
            self.doubts.say((changed.pop(name).at,), EMPTIED)
        return changed

    def _note_places(self, placed: Placed, changed: Mapping[str, Cell]) -> None:
        for noun, of, names in (
            ("workstream", placed.workstream.id, ("workstream",)),
            ("outcome", placed.outcome.id, ("ref", "outcome")),
            ("action", placed.action.id, ("action", "officers")),
        ):
            for name in names:
                if name in changed:
                    said = self.said.setdefault((noun, of, name), {})
                    said.setdefault(changed[name].text, changed[name].at)

    def _one(self, noun: str, of: int, name: str) -> Cell | None:
        """The new words of a place, which stand on each of its rows. Different ones are asked about."""
        said = self.said.get((noun, of, name), {})
        if not said:
            return None
        if len(said) == 1:
            ((text, at),) = said.items()
            return Cell(at, text)
        choices = [Choice(text, text) for text in said]
        answer = self.doubts.ask(
            f"{noun} {of} {name}",
            tuple(said.values()),
            "\n".join(said),
            "The rows of one place say different things. Which is meant?",
            choices,
            "",
        )
        return Cell(said[answer], answer) if answer else None

    # ---- the places, changed

    def _stream(self, w: Workstream, blocks: list[_Block]) -> Workstream:
        cell = self._one("workstream", w.id, "workstream")
        if cell and cell.text:
            number, _, title = cell.text.partition(" ")
            w = (
                replace(w, number=number, title=title.strip())
                if title.strip()
                else replace(w, title=cell.text)
            )
        outcomes = tuple(self._outcome(each) for each in blocks if not self._is_gone(each))
        return replace(w, outcomes=outcomes)

    def _is_gone(self, block: _Block) -> bool:
        """Every one of its rows was deleted. One that had none stays."""
        return bool(block.outcome.measures) and not any(place.measures for place in block.places)

    def _block(self, outcome: Outcome, measures: Mapping[int, Measure]) -> _Block:
        places = [
            _Place(a, [measures[m.id] for m in a.measures if m.id in measures], len(a.measures))
            for a in outcome.actions
        ]
        return _Block(outcome, places)

    def _outcome(self, block: _Block) -> Outcome:
        outcome = block.outcome
        if not outcome.is_unnamed:
            ref, statement = (self._one("outcome", outcome.id, name) for name in ("ref", "outcome"))
            outcome = replace(
                outcome,
                ref=ref.text if ref else outcome.ref,
                statement=statement.text if statement else outcome.statement,
            )
        kept = [place for place in block.places if place.measures or not place.had]
        return replace(outcome, actions=tuple(self._action(place) for place in kept))

    def _action(self, place: _Place) -> Action:
        text, officers = (self._one("action", place.action.id, name) for name in ("action", "officers"))
        return replace(
            place.action,
            text=text.text if text else place.action.text,
            officers=self.changed.officers(officers, place.action.officers)
            if officers
            else tuple(self.changed.as_known(o) for o in place.action.officers),
            measures=tuple(place.measures),
        )

    # ---- rows without a key

    def _add(
        self, streams: list[tuple[Workstream, list[_Block]]], key: int, cells: Mapping[str, Cell]
    ) -> None:
        """A row into the outcome that its reference names, under the action that it says; with the measure of its
        key where it was moved."""

        def text(name: str) -> str:
            return cells[name].text if name in cells else ""

        block = self._block_for(streams, cells)
        if block is None:
            return
        place = next((p for p in block.places if plain(p.action.text) == text("action")), None)
        if place is None:
            if not text("action"):
                self._ask_row(
                    cells, "This row names no action, so it is left out. Give it one and send it again."
                )
                return
            officers = self.changed.officers(cells["officers"], ()) if text("officers") else ()
            action = Action(next(self.ids), text("action"), "", officers, (), ())
            place = _Place(action, [], 0)
            block.places.append(place)
        if key:
            place.measures.append(self.changed.measure(self.placed[key].measure, self._changed(key, cells)))
            return
        is_progress = "measure" not in cells
        if not text("measure") and not (is_progress and not place.measures):
            return
        kind = MeasureKind.PROGRESS if is_progress else MeasureKind.IMPACT
        new = printed_measure(next(self.ids), kind=kind)
        said = {
            name: cell for name, cell in cells.items() if cell.text and name in ("measure", "tags", "target")
        }
        if "agreed" in cells and fold(cells["agreed"].text) in self.changed.levels:
            said["agreed"] = cells["agreed"]
        new = self.changed.measure(new, said)
        place.measures.append(new)
        self.cells_at |= {f"{new.id} {_FIELDS.get(name, name)}": cell.at for name, cell in said.items()}

    def _block_for(
        self, streams: list[tuple[Workstream, list[_Block]]], cells: Mapping[str, Cell]
    ) -> _Block | None:
        ref = cells["ref"].text if "ref" in cells else ""
        for w, blocks in streams:
            for block in blocks:
                same = block.outcome.ref or w.number
                if ref and same == ref:
                    return block
        blocks_by_ref = {b.outcome.ref or w.number: b for w, blocks in streams for b in blocks}
        choices = [
            Choice(each, f"{each} {short_name(block.outcome.statement)}".strip())
            for each, block in blocks_by_ref.items()
        ]
        said = [cell for cell in cells.values() if cell.text]
        answer = self.doubts.ask(
            f"row {said[0].at}",
            tuple(cell.at for cell in said),
            "\n".join(cell.text for cell in said),
            f"This row is new, and “{ref}” is no outcome of the plan. Where does it belong?",
            (*choices, Choice(OUT, "Nowhere: leave it out")),
            OUT,
        )
        if answer not in blocks_by_ref:
            self.questioned += 1
        return blocks_by_ref.get(answer)

    def _ask_row(self, cells: Mapping[str, Cell], sentence: str) -> None:
        """A question with one answer: the row is not taken, and that has to be seen."""
        said = [cell for cell in cells.values() if cell.text]
        self.questioned += 1
        self.doubts.ask(
            f"row {said[0].at}",
            tuple(cell.at for cell in said),
            "\n".join(cell.text for cell in said),
            sentence,
            (Choice(OUT, "Leave it out"),),
            OUT,
        )


def _same(name: str, text: str, was: str) -> bool:
    """Whether a cell says what was written; "1.1" does for the reference "1.10", which a spreadsheet takes for a
    number."""
    return text == plain(was) or (name == "ref" and "." in was and text == was.rstrip("0"))


def _says(cells: Mapping[str, Cell], was: Mapping[str, str]) -> bool:
    return all(_same(name, cell.text, was.get(name, "")) for name, cell in cells.items())


# The names under which a reading says where a value stands.
_FIELDS = {"measure": "text"}
