"""Find, may?, draw, answer: one module an area. Here: what every view of the reading room begins and ends with."""

from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from sscp.pages import Day
from workstreams import choosing, gather, permissions
from workstreams.models import Plan
from workstreams.permissions import Person

AS_AT = "as-at"
PDF = "application/pdf"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE = "text/html; charset=utf-8"


def reader_of(request: HttpRequest) -> Person:
    """Who asks. Raises Http404 for somebody without any appointment."""
    person = permissions.person(request.user, gather.today())  # type: ignore[arg-type]
    if not permissions.may_draw_reports(person):
        raise Http404("No report is open to this person.")
    return person


def plan_and_choices(request: HttpRequest, person: Person) -> tuple[Plan, list[choosing.Choice]]:
    """The plan that `?plan=` names, else the newest current one; and the plans to choose from, where there are more.

    Raises Http404 where this person may see no such plan.
    """
    plans = permissions.plans_open_to(person)
    plan = choosing.meant(plans, request.GET.get("plan"))
    if plan is None:
        permissions.refuse_no_plan(person, plans)
        raise Http404("There is no such plan.")
    request._plan = plan  # type: ignore[attr-defined]  # the page's frame names it
    return plan, choosing.choices(plans, plan, lambda each: f"{request.path}{query_of(each)}")


def query_of(plan: Plan, moment: gather.Moment | None = None) -> str:
    return f"?{urlencode({'plan': plan.ref} | ({AS_AT: moment.address} if moment else {}))}"


def as_at(request: HttpRequest, plan: Plan) -> gather.Moment | None:
    """The moment that `?as-at=` names, as `gather.moment_named` reads it or as people write a day; None for now.

    Raises gather.NoMoment.
    """
    text = request.GET.get(AS_AT, "").strip()
    if not text:
        return None
    try:
        day = Day().clean(text)
    except ValidationError:
        return gather.moment_named(plan, text)
    return gather.moment_named(plan, day.isoformat())


def download(content: bytes, name: str, content_type: str) -> HttpResponse:
    """A file to keep, which no browser opens as a page of ours or remembers."""
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": content_disposition_header(True, name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )
