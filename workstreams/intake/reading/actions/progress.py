"""The progress of each action of a plan: its target out of "By when", its level, and what is printed of it."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from ....picture import Level, Measure, printed_measure, printed_target
from ....vocabulary import MeasureKind
from ....words import dated
from ..doubts import Doubts
from ..grammar import statuses
from ..grammar.by_when import ByWhen, Doubt, read_by_when
from ..grammar.dates import of_cell
from ..layout.tables import Layout
from ..understood import Choice, Field, Known
from .cover import Cover
from .drafts import Draft
from .scale import NOT_RATED, Scale, level_choices, scale_of

TARGET_LENGTH = 200
_STILL = re.compile(
    r"(?:still |this is )?(?:on-? ?going|in progress|not (?:yet )?(?:started|complete)|on hold|under ?way)\b"
    r"|.*\bto be completed\b",
    re.IGNORECASE | re.DOTALL,
)
_OF_LEVEL = (Doubt.PROSE, Doubt.GOES_ON, Doubt.AHEAD)


class Progress:
    """The targets and levels of all actions. `key` is the plan's key; `rated_by` the column that says the level."""

    def __init__(
        self, layout: Layout, drafts: Sequence[Draft], cover: Cover, known: Known, doubts: Doubts
    ) -> None:
        self.cover, self.doubts = cover, doubts
        self.whens = {draft: self._when(draft) for draft in drafts if draft.text(Field.ACTION)}
        self.scale: Scale = scale_of(layout, tuple(self.whens), self.whens, known, doubts)
        self.key, self.rated_by = self.scale.key, self.scale.rated_by
        self.levels: Mapping[Draft, Level | None] = {draft: self._level(draft) for draft in self.whens}

    def measure_of(self, draft: Draft) -> Measure:
        when = self.whens[draft]
        text = _cut(draft.text(Field.TARGET))
        target = printed_target(text, when.due_on, when.precision, _cut(when.note)) if text else None
        return printed_measure(
            0,
            kind=MeasureKind.PROGRESS,
            recurrence=when.recurrence,
            target=target,
            level=self.levels[draft],
        )

    def note_of(self, draft: Draft) -> str:
        """Progress as printed, with the words of other columns that stand for it."""
        target = draft.text(Field.TARGET)
        parts = [draft.text(Field.PROGRESS), self.scale.remarks.get(draft, ""), draft.text(Field.IMPACT)]
        parts.append(target if len(target) > TARGET_LENGTH else "")
        return "\n".join(part for part in parts if part)

    # ---- by when

    def _when(self, draft: Draft) -> ByWhen:
        cells = draft.cells(Field.TARGET)
        real = [of_cell(cell) for cell in cells if cell.day is not None]
        if real and len(cells) == 1:
            return self._checked(draft, ByWhen(due_on=real[0].due_on, precision=real[0].precision))
        when = read_by_when(draft.text(Field.TARGET), self.cover.as_of)
        if when.said:
            self.doubts.say((draft.at(Field.TARGET),), when.said)
        if when.doubt is Doubt.SEVERAL:
            when = self._ask_which(draft, when)
        elif when.doubt in (Doubt.UNCLEAR, Doubt.RHYTHM):
            when = self._ask_date(draft, when.doubt)
        return self._checked(draft, when)

    def _ask_which(self, draft: Draft, when: ByWhen) -> ByWhen:
        at, text = draft.at(Field.TARGET), " ".join(draft.text(Field.TARGET).split())
        choices = tuple(
            Choice(found.due_on.isoformat(), text[found.start : found.end]) for found in when.dates
        )
        assumed = when.due_on.isoformat() if when.due_on else ""
        answer = self.doubts.ask(f"date {at}", (at,), text, Doubt.SEVERAL.value, choices, assumed)
        chosen = next(found for found in when.dates if found.due_on.isoformat() == answer)
        return ByWhen(
            when.status, chosen.due_on, chosen.precision, when.recurrence, when.note, dates=when.dates
        )

    def _ask_date(self, draft: Draft, doubt: Doubt) -> ByWhen:
        at = draft.at(Field.TARGET)
        answer = self.doubts.ask(f"date {at}", (at,), draft.text(Field.TARGET), doubt.value)
        told = read_by_when(answer)
        return ByWhen(due_on=told.due_on, precision=told.precision, recurrence=told.recurrence)

    def _checked(self, draft: Draft, when: ByWhen) -> ByWhen:
        made = self.cover.made_on
        if when.due_on and made and when.due_on < made:
            printed = " ".join(draft.text(Field.TARGET).split())
            self.doubts.say(
                (draft.at(Field.TARGET),),
                f"“{printed}” lies before the plan, which is of {_month(made)}: kept as printed.",
            )
        return when

    # ---- level

    def _level(self, draft: Draft) -> Level | None:
        level = self.scale.levels.get(draft)
        doubt = self.whens[draft].doubt
        if level is None and doubt in _OF_LEVEL and self.rated_by is Field.TARGET:
            level = self._ask_level(draft, doubt)
        self._compare(draft, level)
        return level

    def _ask_level(self, draft: Draft, doubt: Doubt) -> Level | None:
        at = draft.at(Field.TARGET)
        answer = self.doubts.ask(
            f"rating {at}", (at,), draft.text(Field.TARGET), doubt.value, level_choices(self.key), NOT_RATED
        )
        return next((level for level in self.key if level.word == answer), None)

    def _compare(self, draft: Draft, level: Level | None) -> None:
        """A status and a progress that disagree are both kept, and said."""
        said = draft.text(Field.PROGRESS)
        if level is None or not said:
            return
        opening = statuses.opening(said)
        differs = (
            bool(_STILL.match(said))
            if level.is_complete
            else not opening.rest and statuses.is_complete(opening.status)
        )
        if differs:
            short = said if len(said) < 60 else said[:57].rpartition(" ")[0] + " …"
            self.doubts.say(
                (draft.at(self.rated_by), draft.at(Field.PROGRESS)),
                f"The status says “{level.word}” and the progress “{short}”: both are kept.",
            )


def _month(day: date) -> str:
    return dated(day).partition(" ")[2]


def _cut(text: str) -> str:
    """As much as a target holds; the whole of a longer text stands in the progress."""
    return text if len(text) <= TARGET_LENGTH else text[: TARGET_LENGTH - 1].rpartition(" ")[0] + "…"
