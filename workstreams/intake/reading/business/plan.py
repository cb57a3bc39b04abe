"""A business plan's picture: outcomes with actions, and measures that have a date and a rating each."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count

from ....picture import Action, Officer, Outcome, Workstream, printed_sources
from ....titles import fold
from ....vocabulary import OutcomeKind
from ..doubts import Doubts
from ..front import TITLE_LENGTH
from ..grammar import sources
from ..grammar.officers import Posts
from ..grammar.tags import tags_of
from ..layout.sections import number_of
from ..layout.tables import Layout, Row
from ..ratings import Ratings
from ..understood import Field
from .gathered import BLANK, ActionDraft, OutcomeDraft, SectionDraft, gather, is_dated
from .measures import Measures
from .responsible import Responsible

REF_LENGTH, SOURCE_LENGTH = 20, 100

_REPORTS = re.compile(r"\breport", re.IGNORECASE)
_DUTIES = (
    (
        re.compile(r"\bevery 6 weeks|\b(?:every )?six[- ]week(?:s|ly)|\b6[- ]weekly", re.IGNORECASE),
        "Every 6 weeks",
    ),
    (re.compile(r"\b(?:every|each) executive(?: group)? meeting", re.IGNORECASE), "Every Executive meeting"),
    (re.compile(r"\b(?:every|each|per) quarter\b|\bquarterly\b", re.IGNORECASE), "Every quarter"),
    (re.compile(r"\b(?:every|each) month\b|\bmonthly\b", re.IGNORECASE), "Every month"),
    (re.compile(r"\b(?:every|each) meeting\b", re.IGNORECASE), "Every meeting"),
)


def rates_measures(layout: Layout) -> bool:
    """Its measures print tags, or those of one action are dated or rated each for itself.

    Where each action has one date and one rating, those are the action's, and its measures are words of it.
    """
    return _has_tags(layout) or any(
        len({fold(row.text(Field.MEASURE)) for row in rows if row.text(Field.MEASURE) and is_dated(row)}) > 1
        for rows in _by_action(layout.body)
    )


def _has_tags(layout: Layout) -> bool:
    return any(
        tags_of(line.removeprefix("- "))
        for row in layout.body
        for line in row.text(Field.MEASURE).split("\n")
    )


def _by_action(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows of each action: a blank or merged cell, or the same words, go on with the action above."""
    together: list[Row] = []
    words = ""
    for row in rows:
        text = fold(row.text(Field.ACTION))
        goes_on = Field.ACTION in row.merged or text in ("", words)
        if together and not (goes_on and row.section is together[-1].section):
            yield together
            together = []
        together.append(row)
        words = text or words
    if together:
        yield together


@dataclass(slots=True)
class Business:
    """Makes the places of a picture out of rows, and remembers where each value stands."""

    ratings: Ratings
    posts: Posts
    doubts: Doubts
    cells: dict[str, str] = field(default_factory=dict)

    def read(self, layout: Layout) -> tuple[Workstream, ...]:
        ids = count(-1, -1)
        responsible = Responsible(layout.body, self.posts, self.doubts)
        places = _Places(responsible, Measures(self.ratings, self.doubts, self.cells, ids), self.cells, ids)
        drafts = gather(layout.rows, self.doubts)
        printed = {draft.section.number for draft in drafts}
        free = (str(n) for n in count(1) if str(n) not in printed)
        numbers: list[str] = []
        for draft in drafts:
            word = draft.section.word or "workstream"
            numbers.append(number_of(draft.section, draft.section.number, word, numbers, free, self.doubts))
        return tuple(map(places.workstream, drafts, numbers))


@dataclass(slots=True)
class _Places:
    responsible: Responsible
    measures: Measures
    cells: dict[str, str]
    ids: "count[int]"

    def _found(self, item: int, **values: str) -> None:
        self.cells |= {f"{item} {name}": at for name, at in values.items() if at}

    def workstream(self, draft: SectionDraft, number: str) -> Workstream:
        section = draft.section
        item = next(self.ids)
        title = section.title[:TITLE_LENGTH] or f"{section.word or 'Workstream'} {number}"
        self._found(item, number=section.at, title=section.at, aim=section.at if section.aim else "")
        return Workstream(
            item, number, title, section.aim, tuple(self._outcome(each, number) for each in draft.outcomes)
        )

    def _outcome(self, draft: OutcomeDraft, number: str) -> Outcome:
        item = next(self.ids) if draft.is_named else 0
        actions = tuple(map(self._action, draft.actions, self.responsible.of(draft)))
        if not draft.is_named:
            return Outcome.unnamed(number, actions)
        reference = draft.row.cells.get(Field.REFERENCE, BLANK).at
        self._found(item, ref=reference or draft.cell.at, statement=draft.cell.at)
        self._found(item, evidence_note=draft.notes[0].at if draft.notes else "")
        return Outcome(
            id=item,
            ref=draft.ref[:REF_LENGTH],
            kind=OutcomeKind.REQUIRED.value,
            statement=draft.statement,
            evidence_note="\n".join(cell.text.strip() for cell in draft.notes),
            sources=printed_sources(cited[:SOURCE_LENGTH] for cited in draft.sources),
            actions=actions,
        )

    def _action(self, draft: ActionDraft, officers: tuple[Officer, ...]) -> Action:
        item = next(self.ids)
        self._found(item, text=draft.cell.at, officers=draft.officers[0].at if draft.officers else "")
        self._found(item, progress_note=draft.progress[0].at if draft.progress else "")
        beside = (cited for cell in draft.sources for cited in sources.in_cell(cell.text))
        text, measures = self.measures.of(draft)
        return Action(
            id=item,
            text=text,
            reporting_duty=duty_in(draft.text),
            officers=officers,
            sources=printed_sources(
                cited[:SOURCE_LENGTH] for cited in (*beside, *sources.named_in(draft.text))
            ),
            measures=measures,
            progress_note="\n".join(cell.text.strip() for cell in draft.progress),
        )


def duty_in(text: str) -> str:
    """How often an action's words have somebody report, in the plan's own few ways of saying it."""
    if not _REPORTS.search(text):
        return ""
    return next((duty for pattern, duty in _DUTIES if pattern.search(text)), "")
