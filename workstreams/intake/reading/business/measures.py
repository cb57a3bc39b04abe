"""A business plan's measures: tags, target and level out of their cells, asked about where they are not plain."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from ....picture import Level, Measure, Target, printed_measure, printed_sources, printed_target
from ....titles import fold
from ....vocabulary import MeasureKind, Recurrence
from ..doubts import Doubts
from ..grammar import sources
from ..grammar.dates import TEXT_LENGTH, When, of_cell, read_when
from ..grammar.tags import Tags, tags_of
from ..ratings import Rated, Ratings
from ..understood import Choice
from .gathered import ActionDraft, MeasureDraft


@dataclass(slots=True)
class Measures:
    """Makes measures of drafts, and remembers where each value stands."""

    ratings: Ratings
    doubts: Doubts
    cells: dict[str, str]
    ids: "count[int]"
    whens: dict[tuple[str, str, str], When] = field(default_factory=dict)

    def of(self, draft: ActionDraft) -> tuple[str, tuple[Measure, ...]]:
        """The action's words, with those of further columns; and its measures, or its progress where none is worded."""
        self._inherit(draft)
        text = "\n".join([draft.text, *(self._as_words(cell.at, cell.text) for cell in draft.evidence)])
        measures = [self._measure(m, tags_of(m.text)) for m in draft.measures if m.text]
        bare = [m for m in draft.measures if not m.text]
        return text, (*measures, *([self._progress(bare)] if bare else []))

    def _found(self, item: int, **values: str) -> None:
        self.cells |= {f"{item} {name}": at for name, at in values.items() if at}

    def _inherit(self, draft: ActionDraft) -> None:
        """A blank date is the date above it, inside its action alone."""
        above: MeasureDraft | None = None
        for measure in draft.measures:
            if above is not None and not measure.target.text.strip() and above.target.text.strip():
                measure.target = above.target
                self.doubts.say(
                    (measure.cell.at,),
                    f"Without a date of its own it has the one above it: “{above.target.text.strip()}”.",
                )
            above = measure

    def _as_words(self, at: str, text: str) -> str:
        self.doubts.say(
            (at,),
            "A further column of measures is kept in the words of its action.",
        )
        return f"- Measure: {' '.join(text.split())}"

    def _progress(self, loose: Sequence[MeasureDraft]) -> Measure:
        """One date and one rating for the action; where its rows differ, none until somebody says which."""
        item = next(self.ids)
        targets = {fold(m.target.text): m for m in loose if m.target.text.strip()}
        first = next(iter(targets.values()), loose[0])
        target = (
            self._target(item, first, False)[0]
            if len(targets) < 2
            else self._which_date(list(targets.values()))
        )
        rated = {level.code: level for m in loose if (level := self._level(m))}
        level = next(iter(rated.values()), None)
        if len(rated) > 1:
            answer = self.doubts.ask(
                f"ratings {loose[0].row.at}",
                tuple(m.rating.at for m in loose),
                ", ".join(level.word for level in rated.values()),
                "Rows without a measure give this action more than one rating. Which holds for it?",
                self._levels(),
            )
            level = next((each for each in self.ratings.key if each.code == answer), None)
        self._found(item, target=first.target.at, level=first.rating.at)
        return printed_measure(item, kind=MeasureKind.PROGRESS, target=target, level=level)

    def _which_date(self, drafts: Sequence[MeasureDraft]) -> Target | None:
        texts = [" ".join(m.target.text.split()) for m in drafts]
        answer = self.doubts.ask(
            f"dates {drafts[0].row.at}",
            tuple(m.target.at for m in drafts),
            "; ".join(texts),
            "Rows without a measure give this action more than one date. Which holds for it?",
            [*(Choice(text, text) for text in texts), Choice("", "None: keep the words")],
        )
        when = (
            of_cell(next(m.target for m, text in zip(drafts, texts, strict=True) if text == answer))
            if answer
            else None
        )
        return _printed(when) if when else printed_target("; ".join(texts)[:TEXT_LENGTH])

    # ---- measures

    def _measure(self, draft: MeasureDraft, tags: Tags) -> Measure:
        item = next(self.ids)
        self._found(item, text=draft.cell.at, target=draft.target.at, level=draft.rating.at)
        growth, future, milestone = self._settled(draft, tags)
        target, recurrence = self._target(item, draft, tags.recurring)
        for cell in draft.impacts:
            self.doubts.say(
                (cell.at,),
                f"Impact that the document reports is not imported, because who accepted it is not "
                f"printed: “{cell.text.strip()}”",
            )
        return printed_measure(
            item,
            text=draft.text,
            milestone=milestone,
            recurring=tags.recurring,
            growth=growth,
            future=future,
            recurrence=recurrence,
            sources=printed_sources(sources.named_in(draft.text)),
            target=target,
            level=self._level(draft),
        )

    def _settled(self, draft: MeasureDraft, tags: Tags) -> tuple[bool, bool, int | None]:
        """Growth and future exclude each other; a milestone has one level, from 1."""
        growth, future, milestone = tags.growth, tags.future, tags.milestone
        if growth and future:
            answer = self.doubts.ask(
                f"tags {draft.row.at}",
                (draft.cell.at,),
                draft.text,
                "It is tagged Growth and Future, which exclude each other. Which is it? Until it is "
                "answered it is Future.",
                (Choice("F", "Future"), Choice("G", "Growth")),
                "F",
            )
            growth, future = answer == "G", answer == "F"
        if len(tags.levels) > 1 or tags.levels == (0,):
            levels = [level for level in tags.levels if level] or [1, 2, 3, 4, 5]
            milestone = int(
                self.doubts.ask(
                    f"milestone {draft.row.at}",
                    (draft.cell.at,),
                    draft.text,
                    "Which level of milestone is it?",
                    [Choice(str(level), f"M{level}") for level in levels],
                    str(levels[0]),
                )
            )
        return growth, future, milestone

    def _target(self, item: int, draft: MeasureDraft, recurring: bool) -> tuple[Target | None, str]:
        if not draft.target.text.strip():
            return None, (Recurrence.NOT_SET if recurring else Recurrence.NONE).value
        when = self._when(draft, of_cell(draft.target))
        recurrence = Recurrence(when.recurrence)
        if recurring and recurrence is Recurrence.NONE:
            recurrence = Recurrence.NOT_SET
        elif not recurring and recurrence is not Recurrence.NONE:
            if draft.text:
                self.doubts.say(
                    (draft.target.at,),
                    f"“{when.text}” says that it repeats, and no (R) stands at the measure: its words are "
                    "kept, and it is answered once.",
                )
            recurrence = Recurrence.NONE
        return _printed(when), recurrence.value

    def _when(self, draft: MeasureDraft, when: When) -> When:
        """The measures of one cell have one date: it is asked once."""
        place = (draft.target.at, draft.row.at, when.text)
        if place not in self.whens:
            self.whens[place] = self._asked_when(draft, when)
        return self.whens[place]

    def _asked_when(self, draft: MeasureDraft, when: When) -> When:
        if when.doubt == "several":
            answer = self.doubts.ask(
                f"date {draft.target.at} {draft.row.at}",
                (draft.target.at,),
                when.text,
                "More than one date is printed. Which holds now? Until it is answered the last one does.",
                [
                    *(Choice(day.isoformat(), words) for words, day in when.choices),
                    Choice("", "None of them"),
                ],
                max(day for _, day in when.choices).isoformat(),
            )
            chosen = next(
                (read_when(words) for words, day in when.choices if day.isoformat() == answer), When()
            )
            return When(when.text, chosen.due_on, chosen.precision, "", when.recurrence)
        if when.doubt == "unclear":
            answer = self.doubts.ask(
                f"date {draft.target.at} {draft.row.at}",
                (draft.target.at,),
                when.text,
                "No date could be made of these words. When is it due? Until it is answered they are kept "
                "without a date.",
            )
            given = read_when(answer)
            return When(when.text, given.due_on, given.precision, "", when.recurrence)
        return when

    def _level(self, draft: MeasureDraft) -> Level | None:
        rated = self.ratings.read(draft.rating, draft.around)
        return self._asked(draft, rated) if rated.doubt else rated.level

    def _levels(self) -> list[Choice]:
        return [*(Choice(level.code, level.word) for level in self.ratings.key), Choice("", "Not rated")]

    def _asked(self, draft: MeasureDraft, rated: Rated) -> Level | None:
        printed = draft.rating.text.strip() or (f"A cell in {rated.shade or 'a colour'}, without words")
        levels = {level.code: level for level in self.ratings.key}
        sentence = {
            "unknown": "The key has no such level. Which one is it? Until then the measure is not rated.",
            "several": "More than one level is printed. Which one is it? Until then the measure is not rated.",
            "shade": "This colour is none of the key’s. Which level is it? Until then the measure is not rated.",
            "disagrees": f"The word and the colour of the cell, {rated.shade}, disagree. Until then the word holds.",
        }[rated.doubt]
        answer = self.doubts.ask(
            f"rating {draft.rating.at} {draft.row.at}" if draft.rating.at else f"rating {draft.row.at}",
            (draft.rating.at,),
            printed,
            sentence,
            self._levels(),
            rated.level.code if rated.level else "",
        )
        return levels.get(answer)


def _printed(when: When) -> Target:
    return printed_target(when.text[:TEXT_LENGTH], when.due_on, when.precision, when.note[:TEXT_LENGTH])
