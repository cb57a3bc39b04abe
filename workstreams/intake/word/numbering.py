"""The lists of a Word document: which have bullets, and what number Word prints before a paragraph."""

import re
from dataclasses import dataclass
from typing import Any

from docx.oxml import parse_xml

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_MOST = 10_000  # counted in letters or Roman figures


@dataclass(frozen=True, slots=True)
class Level:
    form: str  # "decimal", "bullet" …
    text: str  # "%1.%2"
    start: int


def value_of(element: Any, name: str, otherwise: str = "") -> str:
    """The value of one property, such as <w:numFmt w:val="decimal"/>."""
    found = element.find(f"{W}{name}") if element is not None else None
    return str(found.get(f"{W}val", otherwise)) if found is not None else otherwise


def _whole(value: str, otherwise: int) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else otherwise


class Numbering:
    """Counts as the paragraphs are read, which must be once each and in order."""

    def __init__(self, xml: bytes | None) -> None:
        self._levels: dict[str, dict[int, Level]] = {}  # of each shape of list
        self._shape: dict[str, str] = {}  # of each list
        self._restarts: dict[str, dict[int, int]] = {}  # where a list starts otherwise than its shape
        self._counts: dict[str, list[int | None]] = {}  # lists of one shape go on with one another
        if xml:
            self._read(parse_xml(xml))

    def _read(self, root: Any) -> None:
        styled: dict[str, str] = {}
        borrowed: dict[str, str] = {}
        for shape in root.iter(f"{W}abstractNum"):
            key = shape.get(f"{W}abstractNumId", "")
            self._levels[key] = {_whole(v.get(f"{W}ilvl", "0"), 0): _level(v) for v in shape.iter(f"{W}lvl")}
            if name := value_of(shape, "styleLink"):
                styled[name] = key
            if name := value_of(shape, "numStyleLink"):
                borrowed[key] = name
        for number in root.iter(f"{W}num"):
            key, shape_key = number.get(f"{W}numId", ""), value_of(number, "abstractNumId")
            self._shape[key] = styled.get(borrowed.get(shape_key, ""), shape_key)
            for change in number.iter(f"{W}lvlOverride"):
                if start := value_of(change, "startOverride"):
                    level = _whole(change.get(f"{W}ilvl", "0"), 0)
                    self._restarts.setdefault(key, {})[level] = _whole(start, 1)

    def is_bulleted(self, place: tuple[str, str] | None) -> bool:
        if place is None:
            return False
        level = self._levels.get(self._shape.get(place[0], ""), {}).get(_whole(place[1], 0))
        return level is not None and level.form == "bullet"

    def next(self, place: tuple[str, str]) -> str:
        """The number printed before the next paragraph of this list and level; "" where there is none."""
        shape, depth = self._shape.get(place[0], ""), min(_whole(place[1], 0), LEVELS - 1)
        levels = self._levels.get(shape, {})
        if depth not in levels:
            return ""
        counts = self._counts.setdefault(shape, [None] * LEVELS)
        for level, start in self._restarts.pop(place[0], {}).items():
            if level < LEVELS:
                counts[level] = start - 1
        before = counts[depth]
        counts[depth] = levels[depth].start if before is None else before + 1
        counts[depth + 1 :] = [None] * (LEVELS - depth - 1)
        if levels[depth].form in ("bullet", "none"):
            return ""

        def number(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            level = levels.get(at)
            count = counts[at]
            if level is None:
                return ""
            return _printed(level.start if count is None else count, level.form)

        return _PLACE.sub(number, levels[depth].text).strip()


def _level(element: Any) -> Level:
    return Level(
        value_of(element, "numFmt", "decimal"),
        value_of(element, "lvlText")[:50],
        _whole(value_of(element, "start"), 1),
    )


def _printed(number: int, form: str) -> str:
    if form == "decimalZero":
        return f"{number:02}"
    if form not in ("lowerLetter", "upperLetter", "lowerRoman", "upperRoman") or not 0 < number < _MOST:
        return str(number)
    if form.endswith("Letter"):  # z is followed by aa, bb
        shown = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
    else:
        shown = ""
        for worth, sign in _ROMAN:
            shown += sign * (number // worth)
            number %= worth
    return shown.upper() if form.startswith("upper") else shown
