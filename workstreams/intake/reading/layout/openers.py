"""Which of the lines before a table opens its section."""

import re
from collections.abc import Sequence

from ...document import Paragraph
from ..key import is_key_heading
from . import sections

_EXPECTED = re.compile(
    r"(?:expected|intended|desired|anticipated) (?:outcome|impact|result)s?\b|what (?:difference )?will\b",
    re.IGNORECASE,
)


def opener_in(paragraphs: Sequence[Paragraph], is_first: bool) -> int | None:
    """The last line with a section's word and number; else the last heading of the highest level near the table."""
    near = range(max(0, len(paragraphs) - (3 if is_first else 6)), len(paragraphs))
    plain = [n for n in range(len(paragraphs)) if not _is_aside(paragraphs[n])]
    for n in reversed(plain):
        opened = sections.numbered(paragraphs[n].text)
        stands_out = paragraphs[n].style or paragraphs[n].bold or paragraphs[n].text.isupper()
        if opened and (stands_out or not opened.title or n in near):
            return n
    headings = [
        n
        for n in plain
        if n in near and paragraphs[n].style == "HEADING" and not sections.is_generic(paragraphs[n].text)
    ]
    return max(headings, key=lambda n: (-paragraphs[n].level, n), default=None)


def _is_aside(paragraph: Paragraph) -> bool:
    return (
        paragraph.style == "BULLET" or is_key_heading(paragraph.text) or bool(_EXPECTED.match(paragraph.text))
    )
