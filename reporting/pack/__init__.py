"""What a report prints: every sentence, list and row of it, frozen. Pure: no ORM, no clock, no request."""

from .build import TOGETHER, pack_of, standing_now, standing_of
from .paper import CouldNotDraw, Paper, packed, printable, unpacked
from .parts import Block, Line, Pack, Part, Said, Section, file_name, is_long

__all__ = [
    "TOGETHER",
    "Block",
    "CouldNotDraw",
    "Line",
    "Pack",
    "Paper",
    "Part",
    "Said",
    "Section",
    "file_name",
    "is_long",
    "pack_of",
    "packed",
    "printable",
    "standing_now",
    "standing_of",
    "unpacked",
]
