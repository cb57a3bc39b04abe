"""The meetings that have been, the next one, and planning it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from sscp.pages import render_page

from ... import due, gather, permissions
from ...agenda import Result, Step, tallies
from ...forms.meetings import PlanMeetingForm
from ...models import Measure, Meeting, Plan, Rating, Version
from ...operations import meetings
from ...permissions import Person
from ...vocabulary import MeetingState, VersionStep
from .. import business_unit, head_of, picture_for, see_other
from .answering import attempt, meetings_of, once, progress, reader_and_plan

CLOSE_AT = time(17)


@dataclass(frozen=True)
class Past:
    """One row of the meetings that have been."""

    meeting: Meeting
    present: int
    tally: Counter[Result]
    version: Version | None

    @property
    def decided(self) -> str:
        """ "12 agreed, 1 amended, 1 deferred"."""
        order = (Result.AGREED, Result.AMENDED, Result.DEFERRED, Result.NOT_REACHED)
        return ", ".join(f"{self.tally[r]} {r.value.lower()}" for r in order if self.tally[r])


def meetings_page(request: HttpRequest) -> HttpResponse:
    person, plan = reader_and_plan(request)
    picture = picture_for(request, plan)
    form = None
    status = 200
    if permissions.may_run_meetings(person):
        form = PlanMeetingForm(
            request.POST if request.method == "POST" else None, initial=_suggested(request, plan)
        )
    if request.method == "POST":
        if form is None:
            raise PermissionDenied("The business unit plans the meetings.")
        address, status = attempt(form, lambda: _plan(request, person, plan, form))
        if address:
            return see_other(address)
    return render_page(
        request,
        "workstreams/meetings_page.html",
        {
            "form": form,
            "picture": picture,
            "sitting": meetings_of(plan).filter(state=MeetingState.HELD).first(),
            "ahead": meetings_of(plan).open_for_updates(),
            "past": _past(plan),
            **progress(request, picture),
        },
        status=status,
    )


def _plan(request: HttpRequest, person: Person, plan: Plan, form: PlanMeetingForm) -> str:
    data = form.cleaned_data
    closes = datetime.combine(data["papers_close_on"], CLOSE_AT, gather.LONDON)

    def do() -> str:
        meetings.plan_meeting(
            group=plan.deciding_group,
            held_on=data["held_on"],
            papers_close_at=closes,
            by=business_unit(person),
        )
        return reverse("workstreams:meetings-page")

    answer = once(request, form, do)
    messages.success(request, f"Planned: the Executive meets on {data['held_on']:%A %-d %B %Y}.")
    return answer


def _suggested(request: HttpRequest, plan: Plan) -> dict[str, date]:
    today = head_of(request).today
    latest = meetings_of(plan).order_by("-held_on").first()
    day = due.suggested_meeting(latest.held_on if latest else today, today)
    return {"held_on": day, "papers_close_on": max(due.before_christmas(day - meetings.PAPERS_BEFORE), today)}


def _past(plan: Plan) -> list[Past]:
    held = meetings_of(plan).filter(state__in=[MeetingState.HELD, MeetingState.CLOSED])
    rows = held.annotate(seats=Count("attendances")).order_by("-held_on")
    steps = (
        Rating.objects.filter(measure__in=Measure.objects.of_plan(plan))
        .order_by("pk")
        .values_list("id", "measure_id", "step", "level_id", "meeting_id", "because")
    )
    decided = tallies(Step(*step) for step in steps)
    versions = {
        v.meeting_id: v
        for v in Version.objects.filter(plan=plan, step=VersionStep.AGREED).frozen().defer("picture")
    }
    return [Past(m, m.seats, decided.get(m.pk, Counter()), versions.get(m.pk)) for m in rows]
