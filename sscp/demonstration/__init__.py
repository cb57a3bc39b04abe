"""The demonstration: a real plan's shape, made-up meetings, and accounts for everybody's part in them."""

from .calendar import FIRST_YEAR, at, newest_year
from .play import ACCOUNTS, PASSWORD, Demonstration, email_of, set_clock

__all__ = [
    "ACCOUNTS",
    "FIRST_YEAR",
    "PASSWORD",
    "Demonstration",
    "at",
    "email_of",
    "newest_year",
    "set_clock",
]
