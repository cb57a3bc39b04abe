"""Numbers, lists and days as a sentence says them."""

import re
from collections.abc import Sequence
from datetime import date, datetime


def plural(one: str) -> str:
    """ "measures", "priorities": what plans call their parts."""
    return re.sub("(?<=[^aeiou])y$", "ie", one) + "s"


def counted(n: int, one: str, many: str = "") -> str:
    """ "1 measure", "2 measures"; with `many`, "1 update is", "2 updates are"."""
    return f"{n} {one}" if n == 1 else f"{n} {many or plural(one)}"


def listed(words: Sequence[str]) -> str:
    """ "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def dated(day: date) -> str:
    return f"{day:%-d %B %Y}"


def hour(at: datetime) -> str:
    """ "3pm", "3:30pm"."""
    return f"{at:%-I:%M%p}".replace(":00", "").lower()


def lasted(days: int) -> str:
    """ "1 day", "13 days", "2 weeks": how long something has gone on."""
    return counted(days, "day") if days < 14 else counted(days // 7, "week")


def decider(group: str) -> str:
    """The group that decides, as a sentence calls it after "the": the Executive Group is the Executive."""
    return "Executive" if group.startswith("Executive") else group


def are(n: int) -> str:
    return "is" if n == 1 else "are"


def have(n: int) -> str:
    return "has" if n == 1 else "have"
