"""Keeping the plan: its outline, each of its parts on a page, its key, its texts, and the plans themselves."""

from .lists import key_page, texts_page
from .outline import keeping_page
from .parts import new_part_page, part_page
from .plans import facts_page, new_plan_page, plans_page
from .register import recommendations_page

__all__ = [
    "facts_page",
    "keeping_page",
    "key_page",
    "new_part_page",
    "new_plan_page",
    "part_page",
    "plans_page",
    "recommendations_page",
    "texts_page",
]
