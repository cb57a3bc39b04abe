"""A business plan's picture: outcomes with actions, and measures that have tags, a date and a rating each."""

import re
from dataclasses import dataclass, field
from itertools import count

from ...picture import Action, Officer, Outcome, Workstream, printed_sources
from ...vocabulary import OutcomeKind
from . import sources
from .doubts import Doubts
from .front import TITLE_LENGTH
from .gathered import BLANK, ActionDraft, OutcomeDraft, SectionDraft, gather
from .measures import Measures
from .officers import Posts
from .ratings import Ratings
from .responsible import Responsible
from .tables import Layout
from .tags import tags_of
from .understood import Field

NUMBER_LENGTH, REF_LENGTH, SOURCE_LENGTH = 10, 20, 100

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


def has_tags(layout: Layout) -> bool:
    """Its measures print tags: without one a measure is the words of its action."""
    return any(
        tags_of(line.removeprefix("- "))
        for row in layout.body
        for line in row.text(Field.MEASURE).split("\n")
    )


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
        return tuple(places.workstream(draft, n) for n, draft in enumerate(drafts, 1))


@dataclass(slots=True)
class _Places:
    responsible: Responsible
    measures: Measures
    cells: dict[str, str]
    ids: "count[int]"

    def _found(self, item: int, **values: str) -> None:
        self.cells |= {f"{item} {name}": at for name, at in values.items() if at}

    def workstream(self, draft: SectionDraft, order: int) -> Workstream:
        section = draft.section
        item = next(self.ids)
        number = section.number[:NUMBER_LENGTH] or str(order)
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
