"""The Executive's meetings: planned, prepared, decided measure by measure, closed as a version."""

from .calendar import meetings_page
from .closing import closing_page
from .decisions import decisions_page
from .meeting import meeting_page

__all__ = ["closing_page", "decisions_page", "meeting_page", "meetings_page"]
