"""What a Word document's styles, numbering and theme make of its paragraphs, runs and cells."""

from dataclasses import dataclass
from typing import Any

from ..colours import theme_colours, tidy
from .numbering import Numbering, W

_THEME = {
    "text1": "dk1", "dark1": "dk1", "background1": "lt1", "light1": "lt1",
    "text2": "dk2", "dark2": "dk2", "background2": "lt2", "light2": "lt2",
    "hyperlink": "hlink", "followedhyperlink": "folHlink",
}  # fmt: skip
_CHAIN = 20  # a style based on more others than this is damaged


def is_on(properties: Any, name: str) -> bool | None:
    """A switch such as bold or hidden: on, off, or None where it isn't set."""
    found = properties.find(f"{W}{name}") if properties is not None else None
    if found is None:
        return None
    return found.get(f"{W}val", "1").lower() not in ("0", "false", "off", "none")


@dataclass(frozen=True, slots=True)
class Look:
    """What a style says of a paragraph or a run, with all that it is based on."""

    name: str = ""
    style: str = ""  # TITLE, HEADING or ""
    level: int = 0
    bold: bool | None = None
    hidden: bool | None = None
    list: tuple[str, str] | None = None  # numbering and level
    is_contents: bool = False


class Styles:
    def __init__(self, package: Any) -> None:
        self._elements = {
            s.get(f"{W}styleId"): s for s in package.styles.element.iter(f"{W}style") if s.get(f"{W}styleId")
        }
        self._looks: dict[str, Look] = {}
        self._default = next(
            (
                key
                for key, s in self._elements.items()
                if s.get(f"{W}type") == "paragraph" and s.get(f"{W}default") in ("1", "true", "on")
            ),
            "",
        )
        self.theme = theme_colours(_related(package.part, "/theme"))
        self.numbering = Numbering(_related(package.part, "/numbering"))

    def look(self, key: str | None) -> Look:
        key = key if key is not None else self._default
        if key not in self._looks:
            self._looks[key] = self._look(key)
        return self._looks[key]

    def _look(self, key: str) -> Look:
        name, style, level = "", "", 0
        bold = hidden = None
        numbered: tuple[str, str] | None = None
        contents = False
        for element in self._chain(key):
            called = element.find(f"{W}name")
            this = (called.get(f"{W}val", "") if called is not None else "").casefold()
            name = name or this
            paragraph, run = element.find(f"{W}pPr"), element.find(f"{W}rPr")
            if not style:
                style, level = _kind(this, paragraph)
            contents = contents or this.startswith(("toc ", "table of figures"))
            bold = is_on(run, "b") if bold is None else bold
            hidden = is_on(run, "vanish") if hidden is None else hidden
            numbered = numbered or numbering_of(paragraph)
        return Look(name, style, level, bold, hidden, numbered, contents)

    def _chain(self, key: str) -> list[Any]:
        chain: list[Any] = []
        while key in self._elements and len(chain) < _CHAIN:
            chain.append(self._elements[key])
            based = chain[-1].find(f"{W}basedOn")
            key = based.get(f"{W}val", "") if based is not None else ""
        return chain

    def fill(self, properties: Any) -> str:
        """The colour of a cell, by its own shading alone: a table style's stripes say nothing."""
        shading = properties.find(f"{W}shd") if properties is not None else None
        if shading is None:
            return ""
        colour, theme = (
            ("color", "themeColor") if shading.get(f"{W}val") == "solid" else ("fill", "themeFill")
        )
        if found := tidy(shading.get(f"{W}{colour}")):
            return found
        slot = shading.get(f"{W}{theme}", "")
        base = self.theme.get(_THEME.get(slot.casefold(), slot), "")
        return (
            tidy(_shaded(base, shading.get(f"{W}{theme}Tint"), shading.get(f"{W}{theme}Shade")))
            if base
            else ""
        )


def _shaded(colour: str, tint: str | None, shade: str | None) -> str:
    """Word's own arithmetic: a tint mixes with white, a shade with black."""
    parts = [int(colour[n : n + 2], 16) for n in (0, 2, 4)]
    if tint and (share := _share(tint)) is not None:
        parts = [round(part * share + 255 * (1 - share)) for part in parts]
    if shade and (share := _share(shade)) is not None:
        parts = [round(part * share) for part in parts]
    return "".join(f"{part:02X}" for part in parts)


def _share(value: str) -> float | None:
    try:
        return max(0, min(255, int(value, 16))) / 255
    except ValueError:
        return None


def _kind(name: str, properties: Any) -> tuple[str, int]:
    if name == "title":
        return "TITLE", 0
    if name == "subtitle":
        return "HEADING", 1
    if name.startswith("heading ") and name[8:].isdigit():
        return "HEADING", max(1, int(name[8:10]))
    return outline(properties)


def outline(properties: Any) -> tuple[str, int]:
    """A paragraph with an outline level is a heading, whatever it is called."""
    found = properties.find(f"{W}outlineLvl") if properties is not None else None
    value = found.get(f"{W}val", "") if found is not None else ""
    return ("HEADING", int(value) + 1) if value.isascii() and value.isdigit() and int(value) < 9 else ("", 0)


def numbering_of(properties: Any) -> tuple[str, str] | None:
    """The list and level that a paragraph is in, by its own properties."""
    found = properties.find(f"{W}numPr") if properties is not None else None
    if found is None:
        return None
    number, level = found.find(f"{W}numId"), found.find(f"{W}ilvl")
    return (
        number.get(f"{W}val", "") if number is not None else "",
        level.get(f"{W}val", "0") if level is not None else "0",
    )


def _related(part: Any, kind: str) -> bytes | None:
    for link in part.rels.values():
        if link.reltype.endswith(kind) and not link.is_external:
            return bytes(link.target_part.blob)
    return None
