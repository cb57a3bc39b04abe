"""How an action plan rates its actions: by colours, by status words of a column, or by those among its dates."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ....picture import Level
from ...document import Cell
from ..doubts import Doubts
from ..grammar import statuses
from ..grammar.by_when import ByWhen
from ..grammar.days import found_in
from ..key import plain_key, read_key
from ..layout.tables import Layout
from ..ratings import Ratings, colours_in
from ..understood import Choice, Field, Known
from .drafts import Draft

NOT_RATED = "none"
_MOSTLY = 0.6
_MANY = 6  # more unknown words than this are remarks, and no statuses


@dataclass(frozen=True, slots=True)
class Scale:
    """The plan's key, and the level of each action (by its draft); None where it is not rated."""

    key: tuple[Level, ...]
    levels: Mapping[Draft, Level | None]
    rated_by: Field = Field.RATING  # the column that says the level
    remarks: Mapping[Draft, str] = field(
        default_factory=dict
    )  # what stands there besides: it is kept as progress


def scale_of(
    layout: Layout, drafts: Sequence[Draft], whens: Mapping[Draft, ByWhen], known: Known, doubts: Doubts
) -> Scale:
    cells = {draft: draft.cells(Field.RATING) for draft in drafts}
    every = [cell for mine in cells.values() for cell in mine]
    printed = read_key(layout.lines)
    colours = colours_in(every)
    if colours or (every and printed.levels) or (layout.has(Field.RATING) and not every):
        return _by_colour(layout, cells, known, doubts)
    if every:
        return _by_words(
            {draft: _one_text(mine) for draft, mine in cells.items()}, Field.RATING, known, doubts
        )
    if any(when.status for when in whens.values()):
        return _by_when(whens, known, doubts)
    progress = {draft: draft.text(Field.PROGRESS) for draft in drafts}
    told = [text for text in progress.values() if text]
    if told and sum(statuses.is_known(text) for text in told) >= _MOSTLY * len(told):
        stated = {draft: text if statuses.is_status(text) else "" for draft, text in progress.items()}
        return _by_words(stated, Field.PROGRESS, known, doubts)
    if not known.key:
        doubts.say(
            (), "The file rates nothing and explains no key: give the plan its key before it is rated."
        )
    return Scale(known.key, dict.fromkeys(drafts))


def _one_text(cells: Iterable[Cell]) -> str:
    return "\n".join(dict.fromkeys(cell.text.strip() for cell in cells if cell.text.strip()))


# ---- colours


def _by_colour(layout: Layout, cells: Mapping[Draft, list[Cell]], known: Known, doubts: Doubts) -> Scale:
    printed = read_key(layout.lines)
    every = [cell for mine in cells.values() for cell in mine]
    colours = colours_in(every)
    has_known = known.key and {c.casefold() for c in colours} <= {x.word.casefold() for x in known.key}
    is_brag = any(c.holds is Field.RATING and "brag" in c.heading.casefold() for c in layout.columns)
    key = printed.levels or (
        known.key if has_known else plain_key([*colours, *(["Blue"] if is_brag else [])])
    )
    ratings = Ratings(key, printed)
    words = [c.text for c in every if ratings.read(c).doubt == "unknown" and statuses.is_status(c.text)]
    key, levels = _with_words(_places(words, cells), key, doubts)
    ratings = Ratings(key, printed)
    found = {draft: _coloured(draft, mine, ratings, levels, doubts) for draft, mine in cells.items()}
    return Scale(key, found)


def _coloured(
    draft: Draft, cells: list[Cell], ratings: Ratings, words: Mapping[str, Level | None], doubts: Doubts
) -> Level | None:
    said: dict[str, Level] = {}
    for cell in cells:
        if statuses.likened(cell.text) in words:
            level = words[statuses.likened(cell.text)]
        else:
            around = {c.fill for row in draft.rows for c in row.cells.values() if c.fill and c.at != cell.at}
            read = ratings.read(cell, around)
            level = read.level
            if read.doubt:
                level = _ask_level(cell, read.doubt, read.shade, level, ratings.key, doubts)
        if level is not None:
            said[level.word] = level
    if len(said) < 2:
        return next(iter(said.values()), None)
    answer = doubts.ask(
        f"rating {cells[0].at}",
        tuple(cell.at for cell in cells),
        _one_text(cells),
        "This action has more than one rating. Which counts?",
        level_choices(ratings.key),
        NOT_RATED,
    )
    return next((level for level in ratings.key if level.word == answer), None)


_SAYS: Mapping[str, Callable[[str], str]] = {
    "unknown": lambda shade: "This is no level of the plan’s key. How is it rated?",
    "several": lambda shade: "This names more than one level. Which counts?",
    "shade": lambda shade: "This shade is near no colour of the key. How is it rated?",
    "disagrees": lambda shade: f"The word and the colour of the cell, {shade}, disagree. Which counts?",
}


def _ask_level(
    cell: Cell, doubt: str, shade: str, level: Level | None, key: tuple[Level, ...], doubts: Doubts
) -> Level | None:
    answer = doubts.ask(
        f"rating {cell.at}",
        (cell.at,),
        cell.text or f"shaded {shade or cell.fill}",
        _SAYS[doubt](shade),
        level_choices(key),
        level.word if level else NOT_RATED,
    )
    return next((each for each in key if each.word == answer), None)


def level_choices(key: tuple[Level, ...]) -> tuple[Choice, ...]:
    return (*(Choice(level.word, level.word) for level in key), Choice(NOT_RATED, "Not rated"))


# ---- words


def _by_words(texts: Mapping[Draft, str], holds: Field, known: Known, doubts: Doubts) -> Scale:
    """Each word that is used becomes a level without colour; what is no status is kept as progress, and asked."""
    stated: dict[Draft, str] = {}
    remarks: dict[Draft, str] = {}
    for draft, text in texts.items():
        if statuses.is_blank(text):
            continue
        word = _status_in(text, known)
        if word:
            stated[draft] = word
            if holds is Field.RATING and word != text:
                remarks[draft] = text
                doubts.say(
                    (draft.at(holds),),
                    f"“{text}” is kept as “{word}”; all of its words stand in the progress.",
                )
        elif holds is Field.RATING:
            remarks[draft] = text
    unknown = {statuses.likened(w) for w in stated.values() if not statuses.is_known(w)} - _words_of(
        known.key
    )
    if len(unknown) > max(_MANY, len(stated) // 2):
        remarks |= {draft: text for draft, text in stated.items() if statuses.likened(text) in unknown}
        stated = {draft: word for draft, word in stated.items() if draft not in remarks}
    places = {draft: [Cell(draft.at(holds), word)] for draft, word in stated.items()}
    key, levels = _with_words(_places(stated.values(), places), known.key, doubts)
    sentences = {draft: text for draft, text in remarks.items() if draft not in stated}
    found = {draft: levels.get(statuses.likened(word)) for draft, word in stated.items()}
    for draft, text in sentences.items():
        found[draft] = _ask_sentence(draft, holds, text, key, doubts)
    return Scale(key, dict.fromkeys(texts) | found, holds, remarks)


def _status_in(text: str, known: Known) -> str:
    """The status that a cell says; "" where it is a sentence. “Complete” with more words is not plainly complete."""
    flat = " ".join(text.split())
    if statuses.is_known(flat) or statuses.likened(flat) in _words_of(known.key):
        return flat.strip(" .")
    opening = statuses.opening(flat)
    if opening.status and _is_date(opening.rest):
        return opening.status
    if opening.status and not statuses.is_complete(opening.status):
        return opening.status
    return flat.strip(" .") if statuses.is_status(flat) else ""


def _is_date(text: str) -> bool:
    dates = found_in(text)
    return len(dates) == 1 and len(text) - (dates[0].end - dates[0].start) <= 5


def _words_of(key: Iterable[Level]) -> set[str]:
    return {statuses.likened(level.word) for level in key}


def _ask_sentence(
    draft: Draft, holds: Field, text: str, key: tuple[Level, ...], doubts: Doubts
) -> Level | None:
    answer = doubts.ask(
        f"rating {draft.at(holds)}",
        (draft.at(holds),),
        text,
        "This is a sentence and no status. Its words are kept as progress; how is the action rated?",
        level_choices(key),
        NOT_RATED,
    )
    return next((level for level in key if level.word == answer), None)


# ---- statuses among the dates


def _by_when(whens: Mapping[Draft, ByWhen], known: Known, doubts: Doubts) -> Scale:
    words = {draft: when.status or when.unknown for draft, when in whens.items()}
    places = {draft: [Cell(draft.at(Field.TARGET), word)] for draft, word in words.items() if word}
    key, levels = _with_words(_places((w for w in words.values() if w), places), known.key, doubts)
    found = {draft: levels.get(statuses.likened(word)) for draft, word in words.items()}
    return Scale(key, found, Field.TARGET)


# ---- what a word means


def _places(words: Iterable[str], cells: Mapping[Draft, list[Cell]]) -> dict[str, list[str]]:
    """Each word as it is printed first, with the cells that say it."""
    named: dict[str, str] = {}
    for word in words:
        named.setdefault(statuses.likened(word), word.strip(" ."))
    return {
        word: [c.at for mine in cells.values() for c in mine if statuses.likened(c.text) == folded]
        for folded, word in named.items()
    }


_IS_COMPLETE, _IS_OPEN = "complete", "open"
_MEANINGS = (
    Choice(_IS_COMPLETE, "Complete"),
    Choice(_IS_OPEN, "Not complete"),
    Choice(NOT_RATED, "No status: leave these actions without a rating"),
)


def _with_words(
    places: Mapping[str, Sequence[str]], key: tuple[Level, ...], doubts: Doubts
) -> tuple[tuple[Level, ...], dict[str, Level | None]]:
    """The key with a level for each word, by the folded word. A word that nobody knows is asked about, once."""
    complete: dict[str, bool] = {}
    for word, at in places.items():
        folded = statuses.likened(word)
        if folded in _words_of(key) or statuses.is_known(word):
            complete[word] = statuses.is_complete(word)
            continue
        answer = doubts.ask(
            f"status {folded}",
            tuple(at),
            word,
            f"Is “{word}” complete, or not?",
            _MEANINGS,
            _IS_OPEN,
        )
        if answer != NOT_RATED:
            complete[word] = answer == _IS_COMPLETE
    key = statuses.key_of(complete, key)
    return key, {statuses.likened(word): statuses.level_of(word, key) for word in places}
