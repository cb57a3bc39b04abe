"""Inspection plans, and every other plan whose actions are rated themselves, as a picture."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, groupby

from ....picture import (
    Action,
    Measure,
    Outcome,
    Passage,
    PlanPicture,
    Workstream,
    printed_plan,
    printed_sources,
)
from ....titles import fold
from ....vocabulary import OutcomeKind, PassageKind, PlanShape
from ...document import Cell
from ..doubts import Doubts
from ..front import TITLE_LENGTH, Front, read_front
from ..grammar import sources
from ..key import read_key
from ..layout.headings import field_of
from ..layout.sections import NUMBER_LENGTH, number_of
from ..layout.tables import Layout, Line, Section
from ..understood import Field, Known
from .cover import cover_of, sums_in
from .drafts import Draft, Drafted, drafted, expected_after, expected_in
from .owners import Owners
from .progress import Progress

_INSPECTED = re.compile(
    r"\b(?:ofsted|ilacs|jtai|inspection|inspectorate|cqc|hmicfrs|hmip|focused visit|peer review)\b",
    re.IGNORECASE,
)
_REF_LENGTH, _SOURCE_LENGTH = 20, 100
_SECTION_WORDS = (
    "workstream", "theme", "priority", "recommendation", "objective", "finding", "area for improvement",
    "area for development", "area", "standard",
)  # fmt: skip


@dataclass(slots=True)
class Actions:
    """Makes the picture of a plan whose actions have no measures of their own: each has one, its progress."""

    layout: Layout
    name: str
    known: Known
    doubts: Doubts
    cells: dict[str, str] = field(default_factory=dict)
    front: Front = field(default_factory=Front)
    new_posts: Mapping[int, str] = field(default_factory=dict)
    _ids: "count[int]" = field(default_factory=lambda: count(-1, -1))
    _passages: list[Passage] = field(default_factory=list)
    _key_lines: frozenset[str] = frozenset()
    _shared: frozenset[str] = frozenset()  # cells of measures that stand beside several actions
    _refs: set[str] = field(default_factory=set)
    _numbered: set[Draft] = field(default_factory=set)  # whose number is that of their workstream

    def read(self) -> PlanPicture:
        layout = self.layout
        self._key_lines = key = read_key(layout.lines).lines
        cover = cover_of(line for line in layout.lines if line.at not in key)
        self.front = read_front(
            layout.lines, key | cover.lines | sums_in(layout.lines), self.name, self.doubts
        )
        self.front.label = self.front.label or cover.label
        held = drafted(layout.rows, self.doubts)
        beside = Counter(cell.at for draft in held.drafts for cell in draft.cells(Field.MEASURE))
        self._shared = frozenset(at for at, actions in beside.items() if actions > 1)
        progress = Progress(layout, held.drafts, cover, self.known, self.doubts)
        owners = Owners(held.drafts, self.known, self.doubts)
        if cover.rest:
            self._passages.append(Passage(PassageKind.NOTE.value, None, None, "", cover.rest, ""))
        self._passages += self.front.passages
        title = cover.title[:TITLE_LENGTH] or self.front.title
        workstreams = self._workstreams(title, held, progress, owners)
        for row in layout.body:
            for heading, cell in row.others:
                if field_of(heading) is not Field.MEASURE:
                    self._leave_column(heading, cell.at)
        for table in dict.fromkeys(line.table for line in layout.lines if self._is_left(line)):
            self.doubts.say(
                (table,), f"The sheet “{table}” is left out: it is hidden, or holds no table of actions."
            )
        for column in layout.columns:
            if column.holds is Field.IGNORED and column.examples:
                self._leave_column(column.heading)
        self.new_posts = owners.new_posts
        return printed_plan(
            title=title,
            shape=self._shape(title),
            workstream_word=self._word(),
            key=progress.key,
            workstreams=workstreams,
            year_label=self.front.year_label,
            passages=tuple(self._passages),
            versions=tuple(self.front.versions),
        )

    def _is_left(self, line: Line) -> bool:
        """It stands on a sheet behind the plan's, and is no key."""
        tables = {row.table for row in self.layout.rows}
        return bool(line.table and "!" in line.at) and not (
            line.is_front or line.table in tables or line.at in self._key_lines
        )

    def _leave_column(self, heading: str, *at: str) -> None:
        self.doubts.say(at, f"The column “{' '.join(heading.split())}” is not kept in the plan.")

    # ---- what kind of plan

    def _word(self) -> str:
        """ "Recommendation", for sections that are headed "Ofsted recommendation 4"."""
        printed = next((section.word for section in self.layout.sections if section.word), "")
        heading = next((c.heading for c in self.layout.columns if c.holds is Field.WORKSTREAM), "")
        said = (printed or heading).casefold().replace("priorities", "priority").replace("areas", "area")
        return next((word for word in _SECTION_WORDS if word in said), printed or "workstream").capitalize()

    def _shape(self, title: str) -> str:
        headings = " ".join(column.heading for column in self.layout.columns)
        if self._word() in ("Recommendation", "Finding", "Area for improvement") or _INSPECTED.search(
            f"{title} {headings}"
        ):
            return PlanShape.INSPECTION.value
        return (
            PlanShape.BUSINESS_PLAN if "business plan" in title.casefold() else PlanShape.IMPROVEMENT
        ).value

    # ---- places

    def _workstreams(
        self, title: str, held: Drafted, progress: Progress, owners: Owners
    ) -> tuple[Workstream, ...]:
        drafts = {
            section: [draft for draft in held.drafts if draft.section is section]
            for section in self.layout.sections
        }
        numbers = self._numbers(drafts)
        hosts = self._hosts(drafts, numbers)
        held.expected = [(hosts.get(where, where), cell) for where, cell in held.expected]
        held.remarks = [(hosts.get(where, where), cell) for where, cell in held.remarks]
        return tuple(
            self._workstream(section, numbers[section], title, drafts[section], held, progress, owners)
            for section in self.layout.sections
            if section not in hosts
        )

    def _numbers(self, drafts: Mapping[Section, Sequence[Draft]]) -> dict[Section, str]:
        """As printed; where a section has none, beside its rows; else by its place. No two with actions alike."""
        beside = self._numbers_beside(drafts)
        printed = {section: section.number or beside.get(section, "") for section in drafts}
        free = (str(n) for n in count(1) if str(n) not in printed.values())
        numbers: dict[Section, str] = {}
        for section, number in printed.items():
            taken = {numbers[other] for other in numbers if drafts[other]} if drafts[section] else set()
            numbers[section] = number_of(section, number, self._word(), taken, free, self.doubts)
        return numbers

    def _numbers_beside(self, drafts: Mapping[Section, Sequence[Draft]]) -> dict[Section, str]:
        """A column that numbers the sections and not the rows: all rows of a section have the same, no two sections."""
        found: dict[Section, str] = {}
        for section, mine in drafts.items():
            numbers = {draft.text(Field.REFERENCE).rstrip(".") for draft in mine}
            if len(numbers) == 1 and (number := numbers.pop()).isdigit():
                found[section] = number[:NUMBER_LENGTH]
        held = [section for section, mine in drafts.items() if mine]
        distinct = len(set(found.values())) == len(found) == len(held)
        if not distinct or all(section.number or len(drafts[section]) < 2 for section in held):
            return {}
        self._numbered.update(draft for mine in drafts.values() for draft in mine)
        return found

    def _hosts(
        self, drafts: Mapping[Section, Sequence[Draft]], numbers: Mapping[Section, str]
    ) -> dict[Section, Section]:
        """Sections that only say what is expected, by the section whose actions they are about."""
        hosts = {}
        for section in [section for section, mine in drafts.items() if not mine]:
            for other in [other for other, mine in drafts.items() if mine]:
                same_title = section.title and fold(section.title) == fold(other.title)
                if same_title or (section.number and section.number == numbers[other]):
                    hosts[section] = other
                    break
        return hosts

    def _workstream(
        self,
        section: Section,
        number: str,
        title: str,
        drafts: Sequence[Draft],
        held: Drafted,
        progress: Progress,
        owners: Owners,
    ) -> Workstream:
        own_id = next(self._ids)
        text = (
            section.title
            or section.aim
            or (title if len(self.layout.sections) == 1 else f"{self._word()} {number}")
        )
        is_long = len(text) > TITLE_LENGTH
        if section.at:
            self.cells[f"{own_id} title"] = section.at
        outcomes = self._outcomes(number, drafts, progress, owners)
        shared = {c.at: c for draft in drafts for c in draft.cells(Field.MEASURE) if c.at in self._shared}
        expected = [line for cell in shared.values() for line in expected_in(cell)]
        expected += [cell for where, cell in held.expected if where is section]
        expected += self._paragraphs_after(section, number)
        outcomes += tuple(self._expected(cell) for cell in expected)
        for where, cell in held.remarks:
            if where is section:
                self._note(cell.text, number)
        aim = text if is_long else (section.aim if section.aim != text else "")
        return Workstream(own_id, number, _cut(text, TITLE_LENGTH), aim, outcomes)

    def _paragraphs_after(self, section: Section, number: str) -> list[Cell]:
        """What is expected of a section, from the lines after its table; other lines are notes of it."""
        said = [
            paragraph.text
            for paragraph in section.before
            if paragraph.text not in (section.title, section.aim)
        ]
        if said:
            self._note("\n".join(said), number)
        found, others = expected_after(section, self._key_lines)
        if others:
            self._note("\n".join(others), number)
        return found

    def _note(self, body: str, number: str) -> None:
        self._passages.append(Passage(PassageKind.NOTE.value, None, None, "", body, number))

    def _expected(self, cell: Cell) -> Outcome:
        own_id = next(self._ids)
        self.cells[f"{own_id} statement"] = cell.at
        return Outcome(own_id, "", OutcomeKind.EXPECTED.value, cell.text, "", (), ())

    def _outcomes(
        self, number: str, drafts: Sequence[Draft], progress: Progress, owners: Owners
    ) -> tuple[Outcome, ...]:
        """The actions under the outcomes that their rows name; straight under the workstream where they name none."""
        made: list[Outcome] = []
        current: list[tuple[Draft, str]] = []
        words = ""
        for draft in drafts:
            is_asked = any(Field.OUTCOME in row.cells for row in draft.rows)
            words = draft.text(Field.OUTCOME) or (words if is_asked else "")
            current.append((draft, words))
        for statement, group in groupby(current, key=lambda each: fold(each[1])):
            mine = [draft for draft, _ in group]
            if statement:
                made.append(self._required(mine, progress, owners))
            else:
                self._leave_references(mine)
                made.append(Outcome.unnamed(number, self._actions(mine, progress, owners)))
        return tuple(made)

    def _required(self, drafts: list[Draft], progress: Progress, owners: Owners) -> Outcome:
        own_id = next(self._ids)
        first = drafts[0]
        text = first.text(Field.OUTCOME)
        printed = (draft.text(Field.REFERENCE) for draft in drafts if draft not in self._numbered)
        named = [reference for reference in dict.fromkeys(printed) if reference]
        is_own = len(named) == 1 and not self._numbers_actions()
        begins, more, rest = sources.reference_of(text)
        if begins and rest and "." in begins:
            ref, cited, text = begins, more, rest
            is_own = is_own and named == [ref]
        else:
            ref, cited, _ = sources.reference_of(named[0]) if is_own else ("", (), "")
        if not is_own:
            self._leave_references(drafts)
        if ref in self._refs:
            self.doubts.say(
                (first.at(Field.REFERENCE),), f"{ref} stands at two outcomes: the second is kept without it."
            )
            ref = ""
        self._refs |= {ref} - {""}
        self.cells[f"{own_id} statement"] = first.at(Field.OUTCOME)
        return Outcome(
            own_id,
            ref[:_REF_LENGTH],
            OutcomeKind.REQUIRED.value,
            text,
            "",
            printed_sources(each[:_SOURCE_LENGTH] for each in (*cited, *sources.named_in(text))),
            self._actions(drafts, progress, owners),
        )

    def _numbers_actions(self) -> bool:
        """The column of numbers says that they are the actions', and no outcome's."""
        held = [column.heading for column in self.layout.columns if column.holds is Field.REFERENCE]
        return any("action" in heading.casefold() for heading in held)

    def _leave_references(self, drafts: Sequence[Draft]) -> None:
        lost = [draft for draft in drafts if draft not in self._numbered]
        at = tuple(draft.at(Field.REFERENCE) for draft in lost if draft.text(Field.REFERENCE))
        if at:
            self.doubts.say(
                at,
                "The numbers of the actions are not kept: actions stand in the order in which they are printed.",
            )

    # ---- actions

    def _actions(self, drafts: Sequence[Draft], progress: Progress, owners: Owners) -> tuple[Action, ...]:
        return tuple(self._action(draft, progress, owners) for draft in drafts if draft.text(Field.ACTION))

    def _action(self, draft: Draft, progress: Progress, owners: Owners) -> Action:
        own_id = next(self._ids)
        text = "\n".join([draft.text(Field.ACTION), *self._measured(draft)])
        cited = (*sources.named_in(draft.text(Field.ACTION)), *sources.in_cell(draft.text(Field.SOURCE)))
        for name, holds in (
            ("text", Field.ACTION),
            ("officers", Field.OFFICER),
            ("progress_note", Field.PROGRESS),
        ):
            if draft.cells(holds):
                self.cells[f"{own_id} {name}"] = draft.at(holds)
        return Action(
            own_id,
            text,
            "",
            owners.of(draft),
            printed_sources(each[:_SOURCE_LENGTH] for each in cited),
            (self._measure(draft, progress),),
            progress.note_of(draft),
        )

    def _measured(self, draft: Draft) -> list[str]:
        """Measures that print no tag have no date and rating of their own: they are words of the action."""
        others = [
            cell for row in draft.rows for heading, cell in row.others if field_of(heading) is Field.MEASURE
        ]
        cells = [
            c for c in (*draft.cells(Field.MEASURE), *others) if c.text.strip() and c.at not in self._shared
        ]
        for cell in cells:
            self.doubts.say(
                (cell.at,),
                "A measure that prints no tag is kept in the words of its action, which has its date and rating.",
            )
        return [f"- Measure: {' '.join(cell.text.split())}" for cell in cells]

    def _measure(self, draft: Draft, progress: Progress) -> Measure:
        measure = replace(progress.measure_of(draft), id=next(self._ids))
        if draft.cells(Field.TARGET):
            self.cells[f"{measure.id} target"] = draft.at(Field.TARGET)
        if measure.agreed:
            self.cells[f"{measure.id} level"] = draft.at(progress.rated_by)
        return measure


def _cut(text: str, length: int) -> str:
    """At most so many characters, ending with a word."""
    if len(text) <= length:
        return text
    return (text[: length - 1].rpartition(" ")[0] or text[: length - 1]) + "…"
