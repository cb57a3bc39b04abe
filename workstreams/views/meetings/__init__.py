"""The Executive's meetings: planned, prepared, decided measure by measure, closed as a version."""

from .calendar import meetings_page
from .closing import closing_page
from .corrections import correction_page
from .decisions import decisions_page
from .highlights import highlights_page
from .meeting import meeting_page
from .papers import papers_page
from .returning import returning_page

__all__ = [
    "closing_page",
    "correction_page",
    "decisions_page",
    "highlights_page",
    "meeting_page",
    "meetings_page",
    "papers_page",
    "returning_page",
]
