"""The facts and their laws, as tables. Every table here is fenced by the ledger unless it says otherwise."""

from .challenges import Challenge
from .intake import Upload
from .papers import Drawing, HighlightReport, Pack, Version
from .people import Appointment, Group, Post, User
from .plan import (
    Action,
    ActionOfficer,
    Level,
    Measure,
    Outcome,
    Passage,
    Plan,
    SourceRef,
    Workstream,
)
from .proof import Check, Redaction
from .record import AppendOnly, Attendance, Draft, Impact, Ledger, Meeting, Rating, Receipt, Target
from .reminders import Digest, MailChoice
from .reviews import Recommendation

__all__ = [
    "Action",
    "ActionOfficer",
    "AppendOnly",
    "Appointment",
    "Attendance",
    "Challenge",
    "Check",
    "Digest",
    "Draft",
    "Drawing",
    "Group",
    "HighlightReport",
    "Impact",
    "Ledger",
    "Level",
    "MailChoice",
    "Measure",
    "Meeting",
    "Outcome",
    "Pack",
    "Passage",
    "Plan",
    "Post",
    "Rating",
    "Receipt",
    "Recommendation",
    "Redaction",
    "SourceRef",
    "Target",
    "Upload",
    "User",
    "Version",
    "Workstream",
]
