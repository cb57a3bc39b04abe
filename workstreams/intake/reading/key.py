"""The plan's own key to its ratings: words, meanings, colours, wherever and however often it is printed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from ...picture import Level
from ...vocabulary import Token
from ..document import Cell
from .grammar.fills import hue_of
from .layout.tables import Line

COLOURS = {
    "red": Token.RED,
    "amber": Token.AMBER,
    "yellow": Token.AMBER,
    "orange": Token.AMBER,
    "green": Token.GREEN,
    "blue": Token.BLUE,
    "purple": Token.GREY,
    "grey": Token.GREY,
    "gray": Token.GREY,
    "black": Token.GREY,
    "white": Token.GREY,
}
LETTERS = {"R": "Red", "A": "Amber", "G": "Green", "B": "Blue"}
_SIGNS = {
    **dict.fromkeys("\U0001f534\U0001f7e5", "Red"),
    **dict.fromkeys("\U0001f7e0\U0001f7e1\U0001f7e7\U0001f7e8", "Amber"),
    **dict.fromkeys("\U0001f7e2\U0001f7e9", "Green"),
    **dict.fromkeys("\U0001f535\U0001f7e6", "Blue"),
}  # circles and squares
_ORDER = ("Red", "Amber", "Green", "Blue")
_CODE = re.compile(r"\d|[C-FH-QS-Z]")  # what is no letter of a colour
WORD_LENGTH, MEANING_LENGTH = 40, 300
_MEANING = 250  # a longer line is no entry of a key

_HEADING = re.compile(
    r"(?:the )?(?:key|legend|guide)\b(?:\s+(?:to|for)\b)?[^.\n]{0,40}?\b(?:b?rag\w*|ratings?|colou?rs?"
    r"|status(?:es)?)\b[^.\n:]{0,30}(?P<rest>:.*)?\Z"
    r"|(?:b?rag(?: rating| status)?|ratings?|status|colou?r)\s+(?:rating )?(?:key|legend|definitions?"
    r"|guide|explained)\b[^\n:]{0,20}(?P<rest2>:.*)?\Z"
    r"|(?:key|legend)\s*(?P<rest3>:.*)?\Z",
    re.IGNORECASE | re.DOTALL,
)
_NAMES = "|".join(COLOURS)
_FIRST = re.compile(
    rf"\(?(?P<word>{_NAMES})\b\)?\s*(?:\([A-Z]\)\s*)?(?:[-\u2010-\u2015:=/.,]+\s*|(?=\()|\s+|\Z)(?P<meaning>.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_LETTER = re.compile(r"\(?(?P<letter>[RAGB])\)?\s*[-\u2010-\u2015:=]\s*(?P<meaning>\S.*)\Z", re.DOTALL)
_LAST = re.compile(
    # From the start of a run of signs, and never back into it: a long run would be tried from each of its signs.
    rf"(?P<meaning>.+?)\s*(?<![-\u2010-\u2015:=(])[-\u2010-\u2015:=(]++\s*(?P<word>{_NAMES})\)?\s*\Z",
    re.IGNORECASE | re.DOTALL,
)
_SEVERAL = re.compile(
    rf"(?:\b(?:{_NAMES})\b|\b[RAGB]\b)\s*(?:\([A-Z]\)\s*)?[-\u2010-\u2015:=]", re.IGNORECASE
)
_DONE = re.compile(r"\b(?:completed?|done|delivered|achieved|closed|finished|embedded)\b", re.IGNORECASE)
_NOT_DONE = re.compile(
    r"\b(?:not|will be|to be|nearly|almost|partly|partially|part|yet to|until|on track|incomplete|un\w+"
    r"|due|towards|outstanding)\b",
    re.IGNORECASE,
)


def in_words(text: str) -> str:
    """A circle or square of a colour as that colour's word, where the word does not stand beside it."""
    for sign in [sign for sign in _SIGNS if sign in text]:
        word = _SIGNS[sign]
        beside = "" if word.casefold() in text.casefold() else f"{word} "
        text = text.replace(f"{sign}\ufe0f", sign).replace(sign, beside).strip()
    return text


@dataclass(frozen=True, slots=True)
class Entry:
    word: str
    meaning: str
    fill: str
    code: str = ""  # the number or letter that stands for it: "3" of "3 Complete"


@dataclass(slots=True)
class PrintedKey:
    """The levels that a document explains, the colours it shows them in, and the lines that say it."""

    levels: tuple[Level, ...] = ()
    fills: dict[str, set[str]] = field(default_factory=dict)  # by the level's code
    lines: frozenset[str] = frozenset()  # where it is printed


def is_key_heading(text: str) -> bool:
    return len(text) < 400 and "tag" not in text.casefold() and bool(_HEADING.match(text.strip()))


def is_key_alone(row: Sequence[Cell]) -> bool:
    """A row that is the heading of a key."""
    worded = {cell.at: cell for cell in row if cell.text}
    return len(worded) == 1 and is_key_heading(next(iter(worded.values())).text)


def is_key_row(row: Sequence[Cell]) -> bool:
    """Colours with what they mean, and nothing else."""
    seen: dict[str, Cell] = {}
    for cell in row:
        if cell.text or cell.fill:
            seen.setdefault(cell.at, cell)
    cells = tuple(seen.values())
    worded = [cell for cell in cells if cell.text]
    if not worded or len(worded) > 10:
        return False
    entries = entries_in(cells)
    return all(e.word and e.meaning for e in entries) and bool(
        len(entries) > 1 or (entries and len(worded) <= 2)
    )


def means_complete(word: str, meaning: str) -> bool:
    """The printed words say that nothing is left to do. Any doubt is no."""
    said = meaning or word
    if _DONE.search(said):
        return not _NOT_DONE.search(said)
    return not meaning and word.casefold() == "blue"


def entries_in(cells: Sequence[Cell]) -> list[Entry]:
    """What a line says of levels: one in a line, or several side by side."""
    worded = [cell for cell in cells if cell.text]
    if len(worded) == 2 and _CODE.fullmatch(worded[0].text.strip()):
        fill = worded[0].fill or worded[1].fill
        return [Entry(" ".join(worded[1].text.split()), "", fill, worded[0].text.strip())]
    entries: list[Entry] = []
    colour = ""  # of a cell without words, for the words after it
    for cell in cells:
        text = in_words(" ".join(cell.text.split()).removeprefix("- "))
        if not text:
            if entries and not entries[-1].fill and not entries[-1].word:
                entries[-1] = replace(entries[-1], fill=cell.fill)
            else:
                colour = cell.fill
            continue
        last = entries[-1] if entries else None
        for found in _entries_of(text):
            if last is not None and last.word and not last.meaning and not found.word:
                entries[-1] = last = replace(last, meaning=found.meaning, fill=last.fill or cell.fill)
            elif last is not None and not last.word and found.word and not found.meaning and not last.fill:
                entries[-1] = last = replace(found, meaning=last.meaning, fill=cell.fill or colour)
            else:
                entries.append(replace(found, fill=cell.fill or colour))
                last = entries[-1]
        colour = ""
    return entries


def _entries_of(text: str) -> list[Entry]:
    starts = [found.start() for found in _SEVERAL.finditer(text)]
    if len(starts) > 1 and starts[0] == 0:
        parts = [text[a:b].strip(" ,;|") for a, b in zip(starts, [*starts[1:], None], strict=True)]
        return [entry for part in parts for entry in (_entry(part),)]
    return [_entry(text)]


def _entry(text: str) -> Entry:
    if found := _FIRST.match(text):
        meaning = found["meaning"].strip()
        if meaning.startswith("(") and meaning.endswith(")"):
            meaning = meaning[1:-1]
        return Entry(found["word"].capitalize(), meaning, "")
    if text.strip("() ") in LETTERS:
        return Entry(LETTERS[text.strip("() ")], "", "")
    if found := _LETTER.match(text):
        return Entry(LETTERS[found["letter"]], found["meaning"].strip(), "")
    if found := _LAST.match(text):
        return Entry(found["word"].capitalize(), found["meaning"].strip(), "")
    return Entry("", text, "")


def read_key(lines: Iterable[Line]) -> PrintedKey:
    """The fullest of the keys that the lines print, with the colours of all of them."""
    keys: list[tuple[list[Entry], list[str]]] = []
    collecting: list[Entry] | None = None
    shape: tuple[str, str] | None = None
    used: list[str] = []
    for line in lines:
        if heading := _HEADING.match(line.text.strip()) if is_key_heading(line.text) else None:
            collecting, shape, used = [], None, [line.at]
            keys.append((collecting, used))
            rest = next((heading[g] for g in ("rest", "rest2", "rest3") if heading[g]), "")
            if rest.strip(": "):
                found = entries_in((Cell(line.at, rest.strip(": ")),))
                collecting += [entry for entry in found if entry.word]
            continue
        found = entries_in(line.cells)
        explicit = bool(found) and all(entry.word and entry.meaning for entry in found)
        if line.style == "ROW" and len(line.cells) == 1 and line.cells[0].text in ("Key", "Legend"):
            continue
        if collecting is None:
            if not explicit:
                continue
            collecting, shape, used = [], None, []
            keys.append((collecting, used))
        own = (line.style, line.table)
        if not _belongs(line, found, collecting, shape, own):
            collecting = None
            if explicit:
                collecting, shape, used = list(found), own, [line.at]
                keys.append((collecting, used))
            continue
        collecting += found
        shape = own
        used.append(line.at)
    return _fullest([(entries, used) for entries, used in keys if len(entries) > 1])


def _belongs(
    line: Line,
    found: Sequence[Entry],
    collected: Sequence[Entry],
    shape: tuple[str, str] | None,
    own: tuple[str, str],
) -> bool:
    if not found or len(line.text) > _MEANING or line.style in ("HEADING", "TITLE"):
        return False
    if shape is not None and shape != own:
        return False
    if collected and any(e.code.isdigit() for e in found) != any(e.code.isdigit() for e in collected):
        return False
    if any(entry.word or entry.fill for entry in collected) and not any(e.word or e.fill for e in found):
        return False
    if any(entry.word for entry in found):
        return True
    # Without words the colours are told by their order, of four or of three.
    return len(collected) + len(found) <= 4 if not any(e.fill for e in found) else len(collected) < 9


def _fullest(keys: list[tuple[list[Entry], list[str]]]) -> PrintedKey:
    printed = frozenset(at for _, used in keys for at in used)
    best: tuple[Level, ...] = ()
    fills: dict[str, set[str]] = {}
    for entries, _ in keys:
        named = _named(entries)
        levels = levels_of(named)
        if len(levels) > len(best):
            best = levels
        for entry in named:
            if entry.fill:
                fills.setdefault(entry.word, set()).add(entry.fill)
    codes = {level.word: level.code for level in best}
    return PrintedKey(best, {codes[w]: f for w, f in fills.items() if w in codes}, printed)


def _named(entries: Sequence[Entry]) -> list[Entry]:
    """Each entry with its colour's word: as printed, else by its fill, else by the order of the four."""
    named = [
        replace(entry, word=entry.word or (hue_of(entry.fill).capitalize() if entry.fill else ""))
        for entry in entries
    ]
    order = _in_order(named)
    if not any(entry.word for entry in named):
        return [replace(entry, word=word) for entry, word in zip(named, order, strict=False)]
    # Two shades of one name, such as the light oranges of a red and an amber, are told by the order of the four,
    # else by what the key says of them.
    alike = [
        not given.word and any(x.word == entry.word and x.meaning != entry.meaning for x in named)
        for entry, given in zip(named, entries, strict=True)
    ]
    if order and all(
        same or entry.word == word for entry, same, word in zip(named, alike, order, strict=True)
    ):
        return [replace(entry, word=word) for entry, word in zip(named, order, strict=True)]
    told = [
        replace(entry, word=entry.meaning, meaning="") if same and entry.word and entry.meaning else entry
        for entry, same in zip(named, alike, strict=True)
    ]
    return [entry for entry in told if entry.word]


def _in_order(entries: Sequence[Entry]) -> tuple[str, ...]:
    """The colours of three or four meanings by their order, from red on, or from blue where the first is done."""
    if len(entries) not in (3, 4):
        return ()
    done = [means_complete("", entry.meaning) for entry in entries]
    if len(entries) == 3 and any(done):
        return ()
    order = _ORDER[: len(entries)]
    return order[::-1] if done[0] and not done[-1] else order


def levels_of(entries: Iterable[Entry]) -> tuple[Level, ...]:
    levels: dict[str, Level] = {}
    for entry in entries:
        if entry.word not in levels:
            made = level(entry.word, entry.meaning, {x.code for x in levels.values()})
            is_free = entry.code and entry.code not in {x.code for x in levels.values()}
            levels[entry.word] = replace(made, code=entry.code) if is_free else made
    return tuple(levels.values())


def level(word: str, meaning: str = "", taken: Iterable[str] = ()) -> Level:
    """A level by its word; its code is the first letters that no other level has."""
    word, meaning = word[:WORD_LENGTH], meaning[:MEANING_LENGTH]
    letters = [c for c in word.upper() if c.isalnum()] or ["X"]
    codes = chain(("".join(letters[:n]) for n in (1, 2, 3)), (f"{n:03d}" for n in range(2, 1_000)))
    used = set(taken)
    token = COLOURS.get(word.casefold(), Token.GREY)
    return Level(
        code=next(code for code in codes if code not in used),
        word=word,
        meaning=meaning,
        token=token.value,
        is_complete=means_complete(word, meaning),
        is_exception=token in (Token.RED, Token.AMBER),
    )


def plain_key(words: Iterable[str]) -> tuple[Level, ...]:
    """The colours that a document without a key uses: Red, Amber and Green, and Blue where it has it."""
    used = list(dict.fromkeys(words))
    order = [*(_ORDER if "Blue" in used else _ORDER[:3]), *(word for word in used if word not in _ORDER)]
    return levels_of(Entry(word, "", "") for word in order)
