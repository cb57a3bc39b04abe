"""What a meeting has before it, measure by measure, and what it decided: read from a picture. Pure."""

from .asked import Asked, asked_of_posts, leading
from .item import Item, Result
from .parts import Agenda, Part, agenda_of
from .tally import free_label, next_label, tallies

__all__ = [
    "Agenda",
    "Asked",
    "Item",
    "Part",
    "Result",
    "agenda_of",
    "asked_of_posts",
    "free_label",
    "leading",
    "next_label",
    "tallies",
]
