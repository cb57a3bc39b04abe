"""The deciding group's calendar: what has been, what comes, what is reported when, and putting a day into it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from sscp.pages import render_page

from ... import due, gather, permissions, rhythm
from ...agenda import Result, tallies
from ...forms.calendar import BetweenMeetingsForm, PlanMeetingForm
from ...models import Ledger, Measure, Meeting, Plan, Rating, Version
from ...operations import meetings
from ...permissions import Person, business_unit
from ...vocabulary import MeetingKind, MeetingState, VersionStep
from .. import head_of, picture_for, see_other
from ..answering import attempt, once
from .beginning import meetings_of, progress, reader_and_plan, seats

CLOSE_AT = time(17)
BETWEEN = "between"


@dataclass(frozen=True)
class Row:
    """One meeting of the calendar. `apart`: days since the regular meeting before, where this is one too."""

    meeting: Meeting
    apart: int | None
    reports: tuple[tuple[rhythm.Duty, str], ...]  # what is reported to it, and the period that each speaks of
    tally: Counter[Result]
    version: Version | None
    because: str

    @property
    def is_far(self) -> bool:
        return self.apart is not None and self.apart > due.CYCLE.days

    @property
    def decided(self) -> str:
        """ "12 agreed, 1 amended, 1 deferred"."""
        order = (Result.AGREED, Result.AMENDED, Result.DEFERRED, Result.NOT_REACHED)
        return ", ".join(f"{self.tally[r]} {r.value.lower()}" for r in order if self.tally[r])


def meetings_page(request: HttpRequest) -> HttpResponse:
    person, plan = reader_and_plan(request)
    every = list(meetings_of(plan).annotate(seats=Count("attendances")).order_by("held_on", "pk"))
    runs = permissions.may_run_meetings(person)
    begins = f"{BETWEEN}-request_id" in request.POST
    plans: PlanMeetingForm | None = None
    between: BetweenMeetingsForm | None = None
    status = 200
    if runs:
        plans = PlanMeetingForm(
            request.POST if request.method == "POST" and not begins else None,
            initial=_suggested(request, every),
        )
        between = BetweenMeetingsForm(request.POST if begins else None, prefix=BETWEEN, posts=seats())
    if request.method == "POST":
        if plans is None or between is None:
            raise PermissionDenied("The business unit plans the meetings.")
        if begins:
            address, status = attempt(between, lambda: _begin_between(request, person, plan, between))
        else:
            address, status = attempt(plans, lambda: _plan(request, person, plan, plans))
        if address:
            return see_other(address)
    return render_page(
        request,
        "workstreams/meetings_page.html",
        _calendar(request, plan, every)
        | {"form": between if begins else plans, "plans": plans, "between": between},
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
            kind=data["kind"],
        )
        return reverse("workstreams:meetings-page")

    answer = once(request, form, do)
    kind = "" if data["kind"] == MeetingKind.REGULAR else ", an extraordinary meeting"
    messages.success(request, f"Planned: the Executive meets on {data['held_on']:%A %-d %B %Y}{kind}.")
    return answer


def _begin_between(request: HttpRequest, person: Person, plan: Plan, form: BetweenMeetingsForm) -> str:
    def do() -> str:
        meeting = meetings.decide_between_meetings(
            group=plan.deciding_group, present=form.posts_present, by=business_unit(person)
        )
        return reverse("workstreams:decisions-page", args=[meeting.pk])

    return once(request, form, do)


def _suggested(request: HttpRequest, every: Sequence[Meeting]) -> dict[str, Any]:
    """A regular meeting, six weeks after the last that is planned or held."""
    today = head_of(request).today
    _, day = _previous_and_suggested(every, today)
    return {
        "kind": MeetingKind.REGULAR.value,
        "held_on": day,
        "papers_close_on": max(due.before_christmas(day - meetings.PAPERS_BEFORE), today),
    }


def _previous_and_suggested(every: Sequence[Meeting], today: date) -> tuple[date, date]:
    days = rhythm_days(every)
    previous = days[-1] if days else today
    return previous, due.suggested_meeting(previous, today)


def rhythm_days(every: Sequence[Meeting]) -> list[date]:
    """The days of the regular meetings that are held or planned, in order."""
    return [m.held_on for m in every if m.is_regular and m.state != MeetingState.CANCELLED]


def _behind(every: Sequence[Meeting], today: date) -> date:
    """The last day whose regular meeting is behind: today only where it has begun."""
    begun = any(m.is_regular and m.held_on == today and (m.is_held or m.is_closed) for m in every)
    return today if begun else today - timedelta(days=1)


def _calendar(request: HttpRequest, plan: Plan, every: Sequence[Meeting]) -> dict[str, Any]:
    picture = picture_for(request, plan)
    today, days = head_of(request).today, rhythm_days(every)
    behind = _behind(every, today)
    duties = rhythm.duties(picture, days, behind)
    rows = _rows(plan, every, duties)
    gaps = rhythm.gaps(days, behind)
    return {
        "picture": picture,
        "sitting": next((row.meeting for row in rows if row.meeting.is_held), None),
        "ahead": [row for row in rows if row.meeting.is_open_for_updates],
        "past": [row for row in reversed(rows) if row.meeting.is_held or row.meeting.is_closed],
        "cancelled": [row for row in reversed(rows) if row.meeting.is_cancelled],
        "gaps": [gap for gap in gaps if gap.before is None or gap.before > today],
        "duties": duties,
        "cycle": due.CYCLE.days,
        "suggestion": due.suggestion_in_words(*_previous_and_suggested(every, today)),
        **progress(request, picture),
    }


def _rows(plan: Plan, every: Sequence[Meeting], duties: Sequence[rhythm.Duty]) -> list[Row]:
    days = rhythm_days(every)
    apart = {b: (b - a).days for a, b in pairwise(days)}
    decided, versions = _decided(plan), _versions(plan)
    reasons = cancelled_because([m for m in every if m.is_cancelled])
    return [
        Row(
            meeting=m,
            apart=apart.get(m.held_on) if m.is_regular and not m.is_cancelled else None,
            reports=tuple(
                (duty, report.period)
                for duty in duties
                for report in duty.falls_to
                if m.is_regular and m.is_open_for_updates and report.on == m.held_on
            ),
            tally=decided.get(m.pk, Counter()),
            version=versions.get(m.pk),
            because=reasons.get(m.pk, ""),
        )
        for m in every
    ]


def _decided(plan: Plan) -> dict[int, Counter[Result]]:
    steps = (
        Rating.objects.filter(measure__in=Measure.objects.of_plan(plan))
        .order_by("pk")
        .values("id", "measure_id", "step", "level_id", "meeting_id", "because", "corrects_id")
    )
    return tallies(dict(step) for step in steps)


def _versions(plan: Plan) -> dict[int | None, Version]:
    agreed = Version.objects.filter(plan=plan, step=VersionStep.AGREED).frozen().defer("picture")
    return {version.meeting_id: version for version in agreed}


def cancelled_because(cancelled: Sequence[Meeting]) -> dict[int, str]:
    """Why each of these was cancelled: the reason of the last change of its row."""
    if not cancelled:
        return {}
    rows = Ledger.objects.filter(table=Meeting._meta.db_table, row__in=[str(m.pk) for m in cancelled])
    newest = rows.order_by("row", "-seq").distinct("row").values_list("row", "because")
    return {int(row): because for row, because in newest}
