"""The tags of an impact measure, as its text prints them: leading (G)(R), trailing [M2] or [F]."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ....vocabulary import PRINTED_TAG, TAGS_AFTER, TAGS_BEFORE
from ...document import Cell

_COLUMN = re.compile(r"\s*(?:impact |measure |im )*(?:measure )?tags?\s*\Z", re.IGNORECASE)
_TYPE = re.compile(
    r"\s*(?:impact |measure |im )*(?:type|kind)s?(?: of (?:impact )?measure)?\s*\Z", re.IGNORECASE
)
_BARE = re.compile(r"\bM\d{0,2}\b|\b[RGF]\b")
_ONLY = re.compile(r"[\[(]?(?:M\d{0,2}|[RGF])[\])]?(?:\s*+(?:[,/&+]\s*+)?[\[(]?(?:M\d{0,2}|[RGF])[\])]?)*")
_SPELT = re.compile(rf"(?P<tags>{_ONLY.pattern})\s*(?::|\s[\u2010-\u2015-])\s+(?P<text>\S.*)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Tags:
    """`levels` are the milestone levels that are printed, 0 for one without its number."""

    levels: tuple[int, ...] = ()
    recurring: bool = False
    growth: bool = False
    future: bool = False

    @property
    def milestone(self) -> int | None:
        return self.levels[0] if self.levels else None

    def __bool__(self) -> bool:
        return bool(self.levels) or self.recurring or self.growth or self.future


def tags_of(text: str) -> Tags:
    """Tags stand before the first word and after the last. [M1] between words is a reference, and no tag."""
    before = TAGS_BEFORE.match(text)
    rest = text[before.end() :] if before else text
    after = TAGS_AFTER.search(rest)
    found = [
        tag.group()[1:-1] for part in (before, after) if part for tag in PRINTED_TAG.finditer(part.group())
    ]
    levels = tuple(dict.fromkeys(int(tag[1:] or 0) for tag in found if tag[0] == "M"))
    return Tags(levels, "R" in found, "G" in found, "F" in found)


def as_tags(tags: Tags, text: str) -> str:
    """The text of a new measure with its tags: leading letters, trailing milestones."""
    lead = "".join(
        f"({letter})" for letter, on in (("G", tags.growth), ("F", tags.future), ("R", tags.recurring)) if on
    )
    trail = "".join(f"[M{level or ''}]" for level in tags.levels)
    return " ".join(part for part in (lead, text, trail) if part)


def is_tag_column(heading: str, texts: Sequence[str]) -> bool:
    """Its heading says so; or it tells the types of the measures, and every type is a tag."""
    said = [text for text in texts if text.strip()]
    are_tags = bool(said) and all(_ONLY.fullmatch(text.strip()) for text in said)
    return bool(_COLUMN.match(heading)) or (are_tags and bool(_TYPE.match(heading)))


def are_spelt(texts: Sequence[str]) -> bool:
    """Every measure begins with its tags and a colon or dash: "M1: …", "G, R - …"."""
    said = [text for text in texts if text.strip()]
    return len(said) > 1 and all(_SPELT.match(text.strip()) for text in said)


def bracketed(measure: Cell) -> Cell:
    """ "M1: The tool is live" as another plan would print it."""
    found = _SPELT.match(measure.text.strip())
    return tagged(replace(measure, text=found["text"]), [Cell("", found["tags"])]) if found else measure


def tagged(measure: Cell, beside: Iterable[Cell]) -> Cell:
    """A measure whose tags stand in a column of their own, as it would print them itself."""
    found = [tag for cell in beside for tag in _BARE.findall(cell.text)]
    if not found or not measure.text.strip() or tags_of(measure.text):
        return measure
    levels = tuple(int(tag[1:] or 0) for tag in found if tag[0] == "M")
    return replace(
        measure, text=as_tags(Tags(levels, "R" in found, "G" in found, "F" in found), measure.text.strip())
    )
