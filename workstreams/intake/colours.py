"""Colours of a theme or a palette as "RRGGBB"; "" where it is white or none."""

import colorsys
import re
from typing import Any

from defusedxml.ElementTree import fromstring
from openpyxl.styles.colors import COLOR_INDEX

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_NAMES = ("lt1", "dk1", "lt2", "dk2", *(f"accent{n}" for n in range(1, 7)), "hlink", "folHlink")
_NOT_SET = "00000000"  # no colour at all; others with no strength are meant as they stand
_HEX = re.compile(r"[0-9A-F]{6}")


def tidy(colour: str | None) -> str:
    """Nothing for white, automatic and what is no colour."""
    last = (colour or "").strip().lstrip("#").upper()[-6:]
    return last if _HEX.fullmatch(last) and last != "FFFFFF" else ""


def theme_colours(xml: bytes | None) -> dict[str, str]:
    """The twelve colours of a theme by their short names."""
    if not xml:
        return {}
    scheme = fromstring(xml).find(f".//{_DRAWING}clrScheme")
    found = {}
    for slot in scheme if scheme is not None else ():
        for colour in slot:
            value = colour.get("lastClr") or colour.get("val") or ""
            if _HEX.fullmatch(value.upper()):
                found[slot.tag.rpartition("}")[2]] = value.upper()
    return found


def tinted(colour: str, tint: float) -> str:
    """The colour made lighter (tint above 0) or darker, as Excel does it."""
    if not tint:
        return colour
    hue, light, depth = colorsys.rgb_to_hls(*(int(colour[n : n + 2], 16) / 255 for n in (0, 2, 4)))
    tint = max(-1.0, min(1.0, tint))
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    return "".join(f"{round(part * 255):02X}" for part in colorsys.hls_to_rgb(hue, light, depth))


class Palette:
    """The colours of one workbook."""

    def __init__(self, theme: bytes | None, indexed: Any) -> None:
        self.theme = theme_colours(theme)
        self.indexed = tuple(indexed or COLOR_INDEX)

    def colour(self, colour: Any) -> str:
        if colour.type == "rgb":
            return tidy(str(colour.rgb)) if colour.rgb != _NOT_SET else ""
        if colour.type == "indexed":
            return tidy(self.indexed[colour.indexed]) if 0 <= colour.indexed < len(self.indexed) else ""
        if colour.type == "theme" and 0 <= colour.theme < len(_NAMES):
            base = self.theme.get(_NAMES[colour.theme], "")
            return tidy(tinted(base, colour.tint or 0.0)) if base else ""
        return ""
