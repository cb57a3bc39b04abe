"""Where words stand that are to be taken out of the record, and what becomes of what is kept beside it."""

from .beside import Beside, clean_beside, found_beside
from .files import Files, Marked, drawn_again, drawn_by, drawn_without, marked_editions
from .places import MARK, Place, Places, places_of, redacted_by, taken_out_of

__all__ = [
    "MARK",
    "Beside",
    "Files",
    "Marked",
    "Place",
    "Places",
    "clean_beside",
    "drawn_again",
    "drawn_by",
    "drawn_without",
    "found_beside",
    "marked_editions",
    "places_of",
    "redacted_by",
    "taken_out_of",
]
