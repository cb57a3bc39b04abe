"""What the tables cannot hold, refused with the cell it stands in before anything is written."""

from collections import Counter
from collections.abc import Iterator, Mapping

from ...models import (
    Action,
    ActionOfficer,
    Group,
    Level,
    Outcome,
    Passage,
    Plan,
    Post,
    SourceRef,
    Target,
    Version,
    Workstream,
)
from ...picture import Measure, PlanPicture, Source
from ...vocabulary import MeasureKind, Precision, Recurrence, short_name
from .. import Refused
from .people import title_of

Fault = tuple[int, str, str]  # the row it stands in, the field, what is wrong
_LARGEST = 32_767  # of a small number
_SAID = 3  # faults that are told at once


def refuse_unfit(picture: PlanPicture, cells: Mapping[str, str]) -> None:
    """Raises Refused with the first few faults, each under the cell that it stands in."""
    faults = [*_head(picture), *_places(picture), *_texts(picture)]
    if not faults:
        return
    said = [_with_cell(fault, cells) for fault in faults[:_SAID]]
    if len(faults) > _SAID:
        said.append(f"There are {len(faults) - _SAID} more like these.")
    raise Refused(" ".join(said))


def _with_cell(fault: Fault, cells: Mapping[str, str]) -> str:
    row, field, sentence = fault
    exact = cells.get(f"{row} {field}")
    at = exact or next((at for of, at in cells.items() if of.split(" ")[0] == str(row) and row), "")
    return f"{at}: {sentence}" if at else sentence


def longest(model: type, name: str) -> int:
    """How many letters this column holds."""
    return int(model._meta.get_field(name).max_length)  # type: ignore[attr-defined]


def _long(row: int, field: str, text: str, what: str, model: type, name: str) -> Iterator[Fault]:
    if len(text) > (most := longest(model, name)):
        yield row, field, f"{what} “{short_name(text, 30)}” has {len(text)} letters, and {most} are the most."


def _repeated(named: list[tuple[int, str]], field: str, what: str) -> Iterator[Fault]:
    counted = Counter(name for _, name in named)
    for row, name in named:
        if counted[name] > 1:
            yield row, field, f"{what} {name} stands here {counted[name]} times. Each needs its own."
            counted[name] = 0  # said once


def _head(picture: PlanPicture) -> Iterator[Fault]:
    yield from _long(0, "title", picture.title, "The title", Plan, "title")
    yield from _long(0, "year_label", picture.year_label, "The year", Plan, "year_label")
    yield from _long(0, "workstream_word", picture.workstream_word, "The word", Plan, "workstream_word")
    yield from _repeated([(0, level.word.casefold()) for level in picture.key], "key", "The level")
    yield from _repeated([(0, level.code.casefold()) for level in picture.key], "key", "The letter")
    for level in picture.key:
        if not (level.word.strip() and level.code.strip()):
            yield 0, "key", "A level of the key has no word."
        yield from _long(0, "key", level.code, "The letter", Level, "code")
        yield from _long(0, "key", level.word, "The level", Level, "word")
        yield from _long(0, "key", level.meaning, "The meaning", Level, "meaning")
    codes = {level.code for level in picture.key}
    for placed in picture.placed():
        if placed.measure.level and placed.measure.level.code not in codes:
            sentence = f"{placed.measure.level.word} is not a level of the plan's key."
            yield placed.measure.id, "level", sentence


def _places(picture: PlanPicture) -> Iterator[Fault]:
    word = picture.workstream_word
    yield from _repeated([(w.id, w.number) for w in picture.workstreams], "number", word)
    outcomes = [o for w in picture.workstreams for o in w.outcomes if not o.is_unnamed]
    yield from _repeated([(o.id, o.ref) for o in outcomes if o.ref], "ref", "The reference")
    for w in picture.workstreams:
        if not w.number.strip():
            yield w.id, "number", f"{word} “{short_name(w.title)}” has no number."
        yield from _long(w.id, "number", w.number, f"The number of a {word.lower()}", Workstream, "number")
        yield from _long(w.id, "title", w.title, "The title", Workstream, "title")
        for o in w.outcomes:
            if not o.is_unnamed:
                yield from _long(o.id, "ref", o.ref, "The reference", Outcome, "ref")
                if not o.statement.strip():
                    yield o.id, "statement", f"The outcome {o.ref} has no words.".replace("  ", " ")
                yield from _sources(o.id, o.sources)
            for a in o.actions:
                if not a.text.strip():
                    yield a.id, "text", f"An action of {o.ref or w.number} has no words."
                duty = a.reporting_duty
                yield from _long(a.id, "reporting_duty", duty, "The duty", Action, "reporting_duty")
                yield from _sources(a.id, a.sources)
                for officer in a.officers:
                    title = title_of(officer)
                    if not title:
                        yield a.id, "officers", "An officer has no title."
                    yield from _long(a.id, "officers", title, "The post", Post, "title")
                    yield from _long(a.id, "officers", title, "The group of the post", Group, "name")
                    printed = officer.printed
                    yield from _long(a.id, "officers", printed, "The officer", ActionOfficer, "printed")
                if sum(m.kind == MeasureKind.PROGRESS for m in a.measures) > 1:
                    yield a.id, "measures", f"The action “{short_name(a.text)}” has its progress twice."
                for m in a.measures:
                    yield from _measure(m, o.ref or w.number)


def _measure(m: Measure, ref: str) -> Iterator[Fault]:
    tagged = m.milestone is not None or m.recurring or m.growth or m.future
    if m.kind == MeasureKind.PROGRESS:
        if m.text or tagged:
            yield m.id, "text", f"The progress of an action of {ref} has no words and no tag of its own."
    elif not m.text.strip():
        yield m.id, "text", f"A measure of {ref} has words, and this one has none."
    if m.growth and m.future:
        yield m.id, "text", f"A measure of {ref} is Growth or Future, not both."
    if m.milestone is not None and not 1 <= m.milestone <= _LARGEST:
        yield m.id, "text", f"A measure of {ref} has the milestone {m.milestone}; they count from 1."
    if m.recurrence != Recurrence.NONE and not (m.recurring or m.kind == MeasureKind.PROGRESS):
        yield m.id, "recurrence", f"A measure of {ref} repeats, and has no tag (R) that says so."
    yield from _sources(m.id, m.sources)
    if m.target is not None:
        yield from _long(m.id, "target", m.target.text, "The target", Target, "text")
        yield from _long(m.id, "target", m.target.note, "The note on the target", Target, "note")
        if (m.target.due_on is None) != (m.target.precision == Precision.NONE):
            yield m.id, "target", f"The target of a measure of {ref} is a day or month, or neither."


def _sources(row: int, sources: tuple[Source, ...]) -> Iterator[Fault]:
    for source in sources:
        if not source.printed.strip():
            yield row, "sources", "A source has no words."
        yield from _long(row, "sources", source.printed, "The source", SourceRef, "printed")


def _texts(picture: PlanPicture) -> Iterator[Fault]:
    numbers = {w.number for w in picture.workstreams}
    for passage in picture.passages:
        if not passage.body.strip():
            yield 0, "passages", f"The text “{short_name(passage.heading)}” has no words."
        yield from _long(0, "passages", passage.heading, "The heading", Passage, "heading")
        if any(n is not None and not 0 <= n <= _LARGEST for n in (passage.number, passage.year)):
            yield (
                0,
                "passages",
                f"The number of “{short_name(passage.heading or passage.body)}” is too large.",
            )
        if passage.workstream and passage.workstream not in numbers:
            yield (
                0,
                "passages",
                f"A text speaks of {picture.workstream_word} {passage.workstream}, which is not here.",
            )
    yield from _repeated([(0, v.label) for v in picture.versions if v.id <= 0], "versions", "Version")
    for version in picture.versions:
        if not version.label.strip():
            yield 0, "versions", "A version of the register has no label."
        yield from _long(0, "versions", version.label, "The version", Version, "label")
        yield from _long(0, "versions", version.editors, "The editor", Version, "editors")
