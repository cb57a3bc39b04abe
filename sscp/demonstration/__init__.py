"""The demonstration: a real plan's shape, made-up meetings, and accounts for everybody's part in them."""

from .calendar import FIRST_YEAR, at, newest_year
from .cast import ACCOUNTS, PASSWORD, email_of
from .play import play
from .stage import set_clock

__all__ = ["ACCOUNTS", "FIRST_YEAR", "PASSWORD", "at", "email_of", "newest_year", "play", "set_clock"]
