"""Writing the plan itself: its key, texts, workstreams, outcomes, actions, officers, measures, sources."""

from .before import record_agreed, register_version
from .change import change
from .deleting import delete, why_not_deleted
from .measures import add_measure, set_recurrence
from .moving import move, move_to
from .places import add_action, add_outcome, add_workstream, name_officer, take_off_officer
from .plans import add_plan, change_plan, make_current, start_plan
from .rules import above, measures_beneath
from .sources import cite, register_recommendation, take_out_source
from .texts import add_level, add_passage, take_out_passage
from .withdrawing import restore, standing_proposals, withdraw

__all__ = [
    "above",
    "add_action",
    "add_level",
    "add_measure",
    "add_outcome",
    "add_passage",
    "add_plan",
    "add_workstream",
    "change",
    "change_plan",
    "cite",
    "delete",
    "make_current",
    "measures_beneath",
    "move",
    "move_to",
    "name_officer",
    "record_agreed",
    "register_recommendation",
    "register_version",
    "restore",
    "set_recurrence",
    "standing_proposals",
    "start_plan",
    "take_off_officer",
    "take_out_passage",
    "take_out_source",
    "why_not_deleted",
    "withdraw",
]
