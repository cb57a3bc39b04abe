"""What every page's frame shows: the menu with its counter, who is signed in, and which plan this is."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.urls import reverse

from .. import permissions
from ..models import Plan
from ..permissions import Person
from . import asked_of, current_plans, person_of, picture_for, plans_of

# Which pages light up which entry of the menu. The reading room's others are all reports.
UNDER = {
    "my-updates": "My updates",
    "workbooks-page": "My updates",
    "workbook-page": "My updates",
    "current-plan": "The plan",
    "dashboard-page": "The plan",
    "plan-page": "The plan",
    "plans-page": "The plan",
    "new-plan-page": "The plan",
    "keeping-page": "The plan",
    "facts-page": "The plan",
    "key-page": "The plan",
    "texts-page": "The plan",
    "part-page": "The plan",
    "new-part-page": "The plan",
    "recommendations-page": "The plan",
    "imports-page": "The plan",
    "import-page": "The plan",
    "import-columns-page": "The plan",
    "reference-page": "The plan",
    "measure-page": "The plan",
    "find": "The plan",
    "meetings-page": "Meetings",
    "meeting-page": "Meetings",
    "decisions-page": "Meetings",
    "closing-page": "Meetings",
    "correction-page": "The plan",
    "returning-page": "Meetings",
    "highlights-page": "Meetings",
    "papers-page": "Meetings",
    "history-page": "History",
    "signals-page": "History",
    "comparison-page": "History",
    "record-page": "History",
    "redactions-page": "History",
    "redaction-page": "History",
    "new-redaction-page": "History",
    "proof-page": "History",
    "history-export-page": "History",
    "challenges-page": "History",
    "challenge-page": "History",
    "new-challenge-page": "History",
    "people-page": "People",
    "invitation-page": "People",
    "new-group-page": "People",
    "new-post-page": "People",
    "person-page": "People",
    "group-page": "People",
    "post-page": "People",
    "handover-page": "People",
    "appointment-page": "People",
}


@cache
def is_demonstration() -> bool:
    """Whether this database was marked a demonstration when it was provisioned. That never changes."""
    with connection.cursor() as cursor:
        cursor.execute("select demonstration from ledger.clock")
        return bool(cursor.fetchone()[0])


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `nav`, worked out once a request, for the page and what it brings out of band."""
    if not hasattr(request, "_nav"):
        request._nav = _nav(request)  # type: ignore[attr-defined]
    return {"nav": request._nav}  # type: ignore[attr-defined]


def _nav(request: HttpRequest) -> dict[str, Any]:
    frame = {"partnership": settings.PARTNERSHIP_NAME, "is_demonstration": is_demonstration(), "items": []}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frame
    person = person_of(request)
    plans = current_plans(request)
    acting = acting_as(person)
    return frame | {
        "signed_in": True,
        "user_name": str(user),
        "acting_as": acting.post.title if acting else "",
        "deputy": bool(acting and acting.is_deputy),
        "plan_title": _title(request, plans),
        "items": _items(request, person, plans),
        "sections": _sections(person),
        "may_find": permissions.may_read_plan(person) and bool(plans_of(request)),
        "find_in": _named(request),
        "redactions_waiting": lambda: len(permissions.waiting_for(person)),  # asked by the pages that say it
    }


def _title(request: HttpRequest, plans: Sequence[Plan]) -> str:
    """The plan that the page speaks of, else the one that partners work to; of several no one."""
    plan: Plan | None = getattr(request, "_plan", None)
    if plan is None and len(plans) > 1:
        return "The partnership’s plans"
    titles = [each.title for each in (plan, *plans) if each]
    return titles[0] if titles else ""


def _named(request: HttpRequest) -> str:
    """The plan of this page as an address names it, where there are others; "" where there are none."""
    plan: Plan | None = getattr(request, "_plan", None)
    return plan.ref if plan and len(plans_of(request)) > 1 else ""


def acting_as(person: Person) -> Any:
    """The appointment that the frame names: the business unit's before another post held beside it."""
    return next(
        (a for a in person.appointments if person.is_business_unit and a.post.kind == "BUSINESS_UNIT"),
        person.appointments[0] if person.appointments else None,
    )


def _items(request: HttpRequest, person: Person, plans: Sequence[Plan]) -> list[dict[str, Any]]:
    match = request.resolver_match
    here = ""
    if match:
        here = UNDER.get(match.url_name or "") or ("Reports" if match.namespace == "reporting" else "")

    def item(label: str, address: str, count: int | None = None) -> dict[str, Any]:
        return {"label": label, "url": reverse(address), "current": label == here, "count": count}

    items = []
    if person.is_officer:
        waiting = sum(len(asked_of(person, picture_for(request, plan))[0]) for plan in plans)
        items.append(item("My updates", "workstreams:my-updates", waiting))
    if permissions.may_read_published(person):
        items.append(item("The plan", "workstreams:current-plan"))
    if permissions.may_read_plan(person) and plans_of(request):
        items.append(item("Meetings", "workstreams:meetings-page"))
    if permissions.may_draw_reports(person) and plans_of(request):
        items.append(item("Reports", "reporting:reports-page"))
    if permissions.may_read_history(person):
        items.append(item("History", "workstreams:history-page"))
    if permissions.may_keep_people(person):
        items.append(item("People", "workstreams:people-page"))
    return items


def _sections(person: Person) -> list[dict[str, str]]:
    """The pages of history and proof, for `templates/workstreams/history_sections.html`."""
    open_to = [
        ("history", "History", "workstreams:history-page", permissions.may_read_history(person)),
        ("comparison", "Compare", "workstreams:comparison-page", permissions.may_read_history(person)),
        ("signals", "Signals", "workstreams:signals-page", permissions.may_read_signals(person)),
        ("challenges", "Challenges", "workstreams:challenges-page", permissions.may_read_plan(person)),
        ("proof", "Proof", "workstreams:proof-page", permissions.may_read_proof(person)),
        (
            "redactions",
            "Words taken out",
            "workstreams:redactions-page",
            permissions.may_follow_redactions(person),
        ),
        ("export", "Export", "reporting:history-export-page", permissions.may_read_history(person)),
    ]
    return [{"key": k, "label": label, "url": reverse(to)} for k, label, to, may in open_to if may]
