"""What the dashboard asks of a plan: where are we, are we improving, what slips, who is late. Pure.

Counts and moves between levels; never an average of colours, never a score.
"""

from .improving import AtMeeting, Improving, Move, Since, are_we_improving, rated_since
from .late import Late, WhoIsLate, who_is_late
from .slips import Slip, Slips, moved_by, what_slips
from .where import Row, Where, where_we_are

__all__ = [
    "AtMeeting",
    "Improving",
    "Late",
    "Move",
    "Row",
    "Since",
    "Slip",
    "Slips",
    "Where",
    "WhoIsLate",
    "are_we_improving",
    "moved_by",
    "rated_since",
    "what_slips",
    "where_we_are",
    "who_is_late",
]
