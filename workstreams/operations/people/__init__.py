"""Groups, posts, the people appointed to them, and their accounts.

Whoever locks rows here does so in one order: groups, posts, people, appointments, each in key order; the ledger last.
"""

from .accounts import change_account, close_account, invite, reopen_account
from .appointments import appoint, change_last_day, end_appointment, take_back
from .groups import add_group, change_group, end_group, kind_of_decider
from .handover import NOT_HANDED_OVER, hand_over, holder_of
from .posts import add_post, add_spelling, change_post, end_post, holder_of_spelling, remove_spelling

__all__ = [
    "NOT_HANDED_OVER",
    "add_group",
    "add_post",
    "add_spelling",
    "appoint",
    "change_account",
    "change_group",
    "change_last_day",
    "change_post",
    "close_account",
    "end_appointment",
    "end_group",
    "end_post",
    "hand_over",
    "holder_of",
    "holder_of_spelling",
    "invite",
    "kind_of_decider",
    "remove_spelling",
    "reopen_account",
    "take_back",
]
