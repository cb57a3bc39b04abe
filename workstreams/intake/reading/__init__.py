"""A document as a plan: which tables hold it, what their columns mean, what each row says. Pure."""

from .reader import read
from .understood import (
    Choice,
    Column,
    Field,
    Known,
    KnownPost,
    NotAPlan,
    Note,
    Question,
    Reading,
)

__all__ = [
    "Choice",
    "Column",
    "Field",
    "Known",
    "KnownPost",
    "NotAPlan",
    "Note",
    "Question",
    "Reading",
    "read",
]
