"""What a rating cell says: by its word, else by its shading. Nothing that is unsure becomes a level."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from ...picture import Level
from ...titles import fold
from ..document import Cell
from .grammar.fills import hue_of, is_near
from .key import COLOURS, LETTERS, PrintedKey

_NOTHING = {"", "-", "n/a", "na", "none", "not rated", "tbc", "tba", "not yet rated", "?", "nil", "."}
_ARROWS = re.compile("[\u2190-\u21ff\u25a0-\u25ff\u2b00-\u2bff\u2713-\u2718]")
_BEFORE = re.compile(r"\A(?:b?rag|status|rating)\s*[:\-]\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rated:
    """`level` where the cell says one. `doubt`: "unknown", "several", "shade" or "disagrees", or ""."""

    level: Level | None = None
    doubt: str = ""
    shade: str = ""  # the colour's name where a shade is in doubt


class Ratings:
    """A key at work."""

    def __init__(self, key: tuple[Level, ...], printed: PrintedKey) -> None:
        self.key, self.fills = key, printed.fills

    def read(self, cell: Cell, around: Collection[str] = ()) -> Rated:
        """`around`: the fills beside it. A shade that the whole row has is no rating."""
        fill = "" if cell.fill in around else cell.fill
        hue = hue_of(fill)
        shaded = self._by_fill(fill)
        if fold(cell.text) in _NOTHING:
            if shaded or not fill or hue in ("white", "grey"):
                return Rated(shaded)
            return Rated(None, "shade", hue)
        found = self._by_words(cell.text)
        if len(found) != 1:
            return Rated(None, "several" if found else "unknown")
        (worded,) = found
        if shaded is not None and shaded != worded:
            return Rated(worded, "disagrees", shaded.word)
        return Rated(worded)

    def _by_words(self, text: str) -> list[Level]:
        said = fold(_ARROWS.sub(" ", _BEFORE.sub("", text.strip()))).strip("* ")
        for level in self.key:
            if said in (fold(level.word), fold(level.code), fold(level.meaning) or "-"):
                return [level]
        if len(said) == 1 and said.upper() in LETTERS:
            return [level for level in self.key if level.word == LETTERS[said.upper()]]
        words = re.findall(r"\w+", said)
        if len(words) > 1 and all(word.upper() in LETTERS for word in words):
            return [level for level in self.key if level.word in {LETTERS[word.upper()] for word in words}]
        named = [x for x in self.key if _stands_in(re.findall(r"\w+", fold(x.word)), words)]
        if named:
            return [
                x for x in named if not any(x.word != y.word and fold(x.word) in fold(y.word) for y in named)
            ]
        first = re.match(r"\(?([a-z])\)?\s*(?:\(|:|=)|\(?([a-z])\)?\s+[\u2010-\u2015-]?\s*", said)
        letter = (first[1] or first[2]).upper() if first else ""
        return [x for x in self.key if letter and letter in LETTERS and x.word == LETTERS[letter]]

    def _by_fill(self, fill: str) -> Level | None:
        if not fill:
            return None
        for level in self.key:
            if fill in self.fills.get(level.code, ()):
                return level
        near = [x for x in self.key if any(is_near(fill, each) for each in self.fills.get(x.code, ()))]
        if near:
            return near[0] if len(near) == 1 else None
        hue = hue_of(fill)
        named = [level for level in self.key if level.word.casefold() == hue]
        alike = named or [
            x for x in self.key if x.token == COLOURS.get(hue) and hue in ("red", "amber", "green", "blue")
        ]
        return alike[0] if len(alike) == 1 else None


def _stands_in(words: list[str], said: list[str]) -> bool:
    size = len(words)
    return any(said[n : n + size] == words for n in range(len(said) - size + 1)) if words else False


def colours_in(cells: Collection[Cell]) -> list[str]:
    """The colours that rating cells use, where no key says what there is: as "Red", "Green"."""
    found: dict[str, None] = {}
    for cell in cells:
        words = re.findall(r"[A-Za-z]+", cell.text)
        if all(word.upper() in LETTERS for word in words):
            found |= {LETTERS[word.upper()]: None for word in words}
        found |= {word.capitalize(): None for word in words if word.casefold() in COLOURS}
        hue = hue_of(cell.fill) if not words else ""
        if hue and hue not in ("white", "grey", "black"):
            found[hue.capitalize()] = None
    return list(found)
