"""The deciding group's calendar: what has been, what comes, what is reported when, and putting a day into it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
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
from ... import picture as pictures
from ...agenda import Result, tallies
from ...forms.calendar import BetweenMeetingsForm, PlanMeetingForm
from ...models import Ledger, Measure, Meeting, Plan, Rating, Version
from ...operations import meetings
from ...permissions import Person, business_unit
from ...vocabulary import MeetingKind, MeetingState
from ...words import decider
from .. import head_of, picture_for, see_other
from ..answering import attempt, once
from .beginning import meetings_of, progress, reader_and_plans, seats

CLOSE_AT = time(17)
BETWEEN = "between"


@dataclass(frozen=True)
class Row:
    """One meeting of the calendar. `apart`: days since the regular meeting before, where this is one too."""

    meeting: Meeting
    apart: int | None
    reports: tuple[tuple[rhythm.Duty, str], ...]  # what is reported to it, and the period that each speaks of
    tally: Counter[Result]
    versions: tuple[Version, ...]  # that it agreed, one of each plan that it decides
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
    person, open_to = reader_and_plans(request)
    decided = [plan for plan in open_to if plan.is_current] or open_to[:1]
    meets = meetings_of(open_to).select_related("group").annotate(seats=Count("attendances"))
    every = list(meets.order_by("held_on", "pk"))
    groups = list(dict.fromkeys(plan.deciding_group for plan in decided))
    first = [m for m in every if m.group_id == groups[0].pk]
    runs = permissions.may_run_meetings(person)
    begins = f"{BETWEEN}-request_id" in request.POST
    plans: PlanMeetingForm | None = None
    between: BetweenMeetingsForm | None = None
    status = 200
    if runs:
        plans = PlanMeetingForm(
            request.POST if request.method == "POST" and not begins else None,
            initial=_suggested(request, first),
            groups=groups,
        )
        between = BetweenMeetingsForm(
            request.POST if begins else None, prefix=BETWEEN, posts=seats(), groups=groups
        )
    if request.method == "POST":
        if plans is None or between is None:
            raise PermissionDenied("The business unit plans the meetings.")
        if begins:
            address, status = attempt(between, lambda: _begin_between(request, person, between))
        else:
            address, status = attempt(plans, lambda: _plan(request, person, plans))
        if address:
            return see_other(address)
    return render_page(
        request,
        "workstreams/meetings_page.html",
        _calendar(request, decided, every)
        | {
            "suggestion": due.suggestion_in_words(*_previous_and_suggested(first, head_of(request).today)),
            "form": between if begins else plans,
            "plans": plans,
            "between": between,
        },
        status=status,
    )


def _plan(request: HttpRequest, person: Person, form: PlanMeetingForm) -> str:
    data = form.cleaned_data
    closes = datetime.combine(data["papers_close_on"], CLOSE_AT, gather.LONDON)

    def do() -> str:
        meetings.plan_meeting(
            group=form.group,
            held_on=data["held_on"],
            papers_close_at=closes,
            by=business_unit(person),
            kind=data["kind"],
        )
        return reverse("workstreams:meetings-page")

    answer = once(request, form, do)
    kind = "" if data["kind"] == MeetingKind.REGULAR else ", an extraordinary meeting"
    messages.success(
        request, f"Planned: the {decider(form.group.name)} meets on {data['held_on']:%A %-d %B %Y}{kind}."
    )
    return answer


def _begin_between(request: HttpRequest, person: Person, form: BetweenMeetingsForm) -> str:
    def do() -> str:
        meeting = meetings.decide_between_meetings(
            group=form.group, present=form.posts_present, by=business_unit(person)
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


@dataclass
class Group:
    """The meetings of one group, and what each plan that it decides has before the next of them."""

    name: str
    decider: str
    next: pictures.Meeting | None
    closes: dict[str, Any]
    progress: list[tuple[Plan, dict[str, Any]]]
    gaps: list[rhythm.Gap]


def _group(request: HttpRequest, plans: Sequence[Plan], every: Sequence[Meeting], today: date) -> Group:
    group, days = plans[0].deciding_group, rhythm_days(every)
    told = [(plan, progress(request, picture_for(request, plan))) for plan in plans]
    return Group(
        group.name,
        decider(group.name),
        picture_for(request, plans[0]).next_meeting,
        told[0][1],
        told,
        [gap for gap in rhythm.gaps(days, _behind(every, today)) if gap.before is None or gap.before > today],
    )


def _calendar(request: HttpRequest, plans: Sequence[Plan], every: Sequence[Meeting]) -> dict[str, Any]:
    today = head_of(request).today
    of_group: dict[int, list[Meeting]] = {plan.deciding_group_id: [] for plan in plans}
    for meeting in every:
        of_group.setdefault(meeting.group_id, []).append(meeting)
    duties = {
        plan: rhythm.duties(
            picture_for(request, plan),
            rhythm_days(of_group[plan.deciding_group_id]),
            _behind(of_group[plan.deciding_group_id], today),
        )
        for plan in plans
    }
    rows = _rows(of_group, duties)
    groups = [
        _group(request, own, of_group[pk], today)
        for pk in of_group
        if (own := [plan for plan in plans if plan.deciding_group_id == pk])
    ]
    return {
        "groups": groups,
        "many_groups": len(of_group) > 1,
        "many_plans": len(plans) > 1,
        "sitting": [row.meeting for row in rows if row.meeting.is_held],
        "can_sit": any(not any(m.is_held for m in of_group[plan.deciding_group_id]) for plan in plans),
        "ahead": [row for row in rows if row.meeting.is_open_for_updates],
        "past": [row for row in reversed(rows) if row.meeting.is_held or row.meeting.is_closed],
        "cancelled": [row for row in reversed(rows) if row.meeting.is_cancelled],
        "duties": [(plan, duty) for plan, found in duties.items() for duty in found],
        "cycle": due.CYCLE.days,
    }


def _rows(
    of_group: Mapping[int, Sequence[Meeting]], duties: Mapping[Plan, Sequence[rhythm.Duty]]
) -> list[Row]:
    """The meetings of every group, by day."""
    every = sorted((m for own in of_group.values() for m in own), key=lambda m: (m.held_on, m.pk))
    apart = {(pk, b): (b - a).days for pk, own in of_group.items() for a, b in pairwise(rhythm_days(own))}
    decided, versions = _decided(every), _versions(every)
    reasons = cancelled_because([m for m in every if m.is_cancelled])
    return [
        Row(
            meeting=m,
            apart=apart.get((m.group_id, m.held_on)) if m.is_regular and not m.is_cancelled else None,
            reports=tuple(
                (duty, report.period)
                for plan, found in duties.items()
                for duty in found
                for report in duty.falls_to
                if m.is_regular
                and m.is_open_for_updates
                and report.on == m.held_on
                and plan.deciding_group_id == m.group_id
            ),
            tally=decided.get(m.pk, Counter()),
            versions=tuple(versions[m.pk]),
            because=reasons.get(m.pk, ""),
        )
        for m in every
    ]


def _decided(every: Sequence[Meeting]) -> dict[int, Counter[Result]]:
    plans = Plan.objects.filter(deciding_group__in={m.group_id for m in every})
    steps = (
        Rating.objects.filter(measure__in=Measure.objects.of_plans(plans))
        .order_by("pk")
        .values("id", "measure_id", "step", "level_id", "meeting_id", "because", "corrects_id")
    )
    return tallies(dict(step) for step in steps)


def _versions(every: Sequence[Meeting]) -> dict[int | None, list[Version]]:
    agreed = (
        Version.objects.filter(meeting__in=every).agreed().frozen().defer("picture").select_related("plan")
    )
    found: dict[int | None, list[Version]] = defaultdict(list)
    for version in agreed.order_by("plan", "seq"):
        found[version.meeting_id].append(version)
    return found


def cancelled_because(cancelled: Sequence[Meeting]) -> dict[int, str]:
    """Why each of these was cancelled: the reason of the last change of its row."""
    if not cancelled:
        return {}
    rows = Ledger.objects.filter(table=Meeting._meta.db_table, row__in=[str(m.pk) for m in cancelled])
    newest = rows.order_by("row", "-seq").distinct("row").values_list("row", "because")
    return {int(row): because for row, because in newest}
