"""The picture of a plan: all that a reader sees of it, frozen. Pure: no ORM, no clock, no request."""

from .json import from_json, read, to_json
from .parts import (
    Action,
    Highlights,
    Impact,
    Level,
    Mark,
    Measure,
    Meeting,
    Officer,
    Outcome,
    Passage,
    Rating,
    Source,
    Target,
    VersionRow,
    WaitsOn,
    Workstream,
)
from .plan import SCHEMA, Counts, Placed, PlanPicture, Reader

__all__ = [
    "SCHEMA",
    "Action",
    "Counts",
    "Highlights",
    "Impact",
    "Level",
    "Mark",
    "Measure",
    "Meeting",
    "Officer",
    "Outcome",
    "Passage",
    "Placed",
    "PlanPicture",
    "Rating",
    "Reader",
    "Source",
    "Target",
    "VersionRow",
    "WaitsOn",
    "Workstream",
    "from_json",
    "read",
    "to_json",
]
