"""Groups, posts, and the people appointed to them: seen and kept by the business unit."""

from .appointments import appointment_page
from .groups import group_page, new_group_page
from .handover import handover_page
from .invitation import invitation_page
from .listing import people_page
from .persons import person_page
from .posts import new_post_page, post_page

__all__ = [
    "appointment_page",
    "group_page",
    "handover_page",
    "invitation_page",
    "new_group_page",
    "new_post_page",
    "people_page",
    "person_page",
    "post_page",
]
