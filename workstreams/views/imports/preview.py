"""What a file would make of a plan, beside what stands: worked out anew from the file whenever it is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest

from ... import gather
from ...compare import Change, Kind, compare
from ...intake.document import Document
from ...intake.matching import Matched, match, nothing_of
from ...intake.reading import Question, Reading
from ...intake.reading.counts import counts
from ...models import Group, Upload
from ...operations import Refused, uploads
from ...operations.importing import effect
from ...operations.importing.agreeing import printed_levels
from ...operations.importing.people import Announced, announced, suggested_group
from ...picture import Level, Passage, PlanPicture, Workstream
from ...vocabulary import OfficerRole, PassageKind, Tag
from ...words import counted, listed
from .. import picture_for
from .traces import Cells, Source, Trace, places_read, sources_of, texts_of, traces

AT_ONCE = 120  # measures on one page; of a larger plan one workstream is shown at a time


@dataclass(frozen=True, slots=True)
class Entry:
    """One row that the file changes, with all that changes of it and where the file says so."""

    kind: str  # "new", "changed" or "withdrawn"
    changes: tuple[Change, ...]
    sources: tuple[Source, ...]


@dataclass
class Preview:
    upload: Upload
    document: Document
    reading: Reading
    live: PlanPicture | None
    matched: Matched
    with_ratings: bool

    @property
    def is_new(self) -> bool:
        return self.live is None

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Those that nobody has answered yet."""
        return (*self.reading.questions, *self.matched.questions)

    @cached_property
    def picture(self) -> PlanPicture:
        """The plan as it would stand."""
        return effect(self.live, self.matched.picture, with_ratings=self.with_ratings)

    @cached_property
    def has_ratings(self) -> bool:
        """The file gives a level otherwise than it stands."""
        return bool(printed_levels(self.matched.picture))

    # ---- in numbers

    @cached_property
    def counts(self) -> dict[str, Any]:
        return counts(self.picture)

    @property
    def said(self) -> str:
        """ "6 workstreams, 13 outcomes, 16 actions and 42 measures"."""
        word = self.picture.workstream_word.lower()
        nouns = (
            (word, "workstreams"),
            ("outcome", "outcomes"),
            ("action", "actions"),
            ("measure", "measures"),
        )
        return listed([counted(self.counts[key], noun) for noun, key in nouns])

    @property
    def button(self) -> str:
        if self.is_new:
            return f"Apply as a new plan: {counted(len(self.picture.measures), 'measure')}"
        return f"Apply {counted(len(self.entries), 'change')}"

    @property
    def changes_nothing(self) -> bool:
        """The plan holds all that the file says, the ratings too."""
        return not self.is_new and self.with_ratings and not self.entries

    @property
    def levels(self) -> list[tuple[Level, int]]:
        return list(self.picture.counts().present)

    @property
    def not_rated(self) -> int:
        return self.picture.counts().not_rated

    @property
    def tags(self) -> list[tuple[Tag, int]]:
        return [(tag, n) for tag in Tag if (n := self.counts["tags"][tag.value])]

    # ---- row by row

    @cached_property
    def texts(self) -> dict[str, str]:
        return texts_of(self.document)

    @cached_property
    def cells(self) -> Cells:
        return places_read(self.matched.recognised, self.reading.cells)

    def traces(self, workstream: Workstream) -> list[Trace]:
        return list(traces(workstream, self.picture, self.cells, self.texts))

    @cached_property
    def entries(self) -> list[Entry]:
        """What changes, row by row, in the order of the plan."""
        by_row: dict[tuple[str, object], list[Change]] = {}
        for change in compare(self.live or nothing_of(self.picture), self.picture):
            row = change.row if change.row[1] else (change.row[0], change.sentence)
            by_row.setdefault(row, []).append(change)
        items = _items(self.picture)
        return [
            Entry(_kind(changes), tuple(changes), self._sources(changes[0].row, items))
            for changes in by_row.values()
        ]

    def _sources(self, row: tuple[str, int], items: Mapping[tuple[str, int], Any]) -> tuple[Source, ...]:
        item = items.get(row)
        return sources_of(row[0], item, self.cells(row), self.texts) if item else ()

    @property
    def groups(self) -> list[tuple[str, list[Entry]]]:
        """The entries by what becomes of their rows; a group without any is left out."""
        named = (("new", "New"), ("changed", "Changed"), ("withdrawn", "Withdrawn"))
        found = [(heading, [e for e in self.entries if e.kind == kind]) for kind, heading in named]
        return [(heading, entries) for heading, entries in found if entries]

    @cached_property
    def unchanged(self) -> int:
        """The measures of which the file changes nothing."""
        touched = {e.changes[0].row[1] for e in self.entries if e.changes[0].row[0] == "measure"}
        return sum(m.id not in touched for m in self.picture.measures)

    @cached_property
    def new_posts(self) -> list[Announced]:
        """Posts that are made with the plan."""
        officers = [
            o for w in self.picture.workstreams for out in w.outcomes for a in out.actions for o in a.officers
        ]
        dsl = {o.title for o in officers if o.role == OfficerRole.DSL}
        titles = dict.fromkeys(o.title for o in officers if o.post_id <= 0)
        groups = list(Group.objects.filter(ends_on=None).order_by("pk")) if titles else []
        return [announced(title, groups, self._deciding, is_dsl=title in dsl) for title in titles]

    @property
    def _deciding(self) -> Group | str:
        """The group that decides the plan; of a new one, what the form below suggests, "" where it suggests none."""
        if self.upload.plan:
            return self.upload.plan.deciding_group
        try:
            return suggested_group(self.picture.deciding_group)
        except Refused:
            return ""

    @property
    def passages(self) -> list[tuple[str, Passage]]:
        """The texts, each with what sort of text it is."""
        return [(PassageKind(passage.kind).label, passage) for passage in self.picture.passages]

    @property
    def is_large(self) -> bool:
        return len(self.picture.measures) > AT_ONCE

    def shown(self, number: str) -> list[Workstream]:
        """The workstreams of which the page shows the rows: all, or of a large plan the one that is asked for."""
        if not self.is_large:
            return list(self.picture.workstreams)
        asked = [w for w in self.picture.workstreams if w.number == number]
        return asked or list(self.picture.workstreams[:1])


def preview_of(
    request: HttpRequest, upload: Upload, *, with_ratings: bool = True, afresh: bool = False
) -> Preview:
    """The file beside the plan as this request found it; `afresh`: after somebody else's commit. Raises NotAPlan."""
    live = picture_for(request, upload.plan, gather.head() if afresh else None) if upload.plan else None
    document, reading = uploads.reading_of(upload, live.key if live else ())
    matched = match(live, reading.picture, uploads.answers_to(upload), reading.cells, upload.name)
    return Preview(upload, document, reading, live, matched, with_ratings)


def _kind(changes: list[Change]) -> str:
    kinds = {change.kind for change in changes}
    return "new" if Kind.ADDED in kinds else "withdrawn" if Kind.WITHDRAWN in kinds else "changed"


def _items(picture: PlanPicture) -> dict[tuple[str, int], Any]:
    found: dict[tuple[str, int], Any] = {}
    for w in picture.workstreams:
        found["workstream", w.id] = w
        for o in w.outcomes:
            found["outcome", o.id] = o
            for a in o.actions:
                found["action", a.id] = a
                found |= {("measure", m.id): m for m in a.measures}
    return found
