"""Highlight reports: what each group tells a meeting beside its ratings, written by its chair or on their behalf."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from sscp.pages import render_page

from ... import compare, permissions
from ...forms.papers import HighlightsForm
from ...models import Appointment, Group, HighlightReport, Meeting, Plan
from ...operations import By, newest_row, papers
from ...permissions import Person, business_unit
from ...picture import PlanPicture
from ...vocabulary import MeetingState, PostKind
from .. import see_other, whole
from ..answering import attempt, once
from .beginning import find, frame, name_of

WORDS = HighlightReport.WORDS


@dataclass(frozen=True)
class Reported:
    """A group that may report to a meeting, and whether it has."""

    group: Group
    post: str  # who signed it; "" where there is none yet


def highlights_page(request: HttpRequest, meeting_id: int, group_id: int) -> HttpResponse:
    person, plan, meeting = find(request, meeting_id)
    group = get_object_or_404(
        permissions.groups_heard_by(person).filter(reports_to=meeting.group_id), pk=group_id
    )
    by = _by(person, group)
    report = _report(group, meeting)
    form: HighlightsForm | None = None
    status = 200
    if request.method == "POST":
        if by is None:
            raise PermissionDenied(
                "The group's chair writes its report, or the business unit on their behalf."
            )
        form = sent = HighlightsForm(request.POST)
        address, status = attempt(sent, lambda: _write(request, group, meeting, by, sent))
        if address:
            return see_other(address)
        meeting.refresh_from_db()
        report = _report(group, meeting)
    if form is None and by and meeting.state == MeetingState.PLANNED:
        form = HighlightsForm(initial=_as_written(report))
    stands = None
    if form and status == 409:
        form.renew(seen=newest_row(report) if report else "")
        stands = _differences(form, report)
    return render_page(
        request,
        "workstreams/highlights_page.html",
        {
            "meeting": meeting,
            "name": name_of(meeting),
            "group": group,
            **frame(request, meeting, plan),
            "report": report,
            "signed": signed(report) if report else "",
            "words": _words(report) if report else (),
            "form": form,
            "by": by,
            "on_behalf": by is not None and person.is_business_unit and not _own(person, group),
            "stands": stands,
            "sees_everything": permissions.reader(person).everything,
        },
        status=status,
    )


def _write(request: HttpRequest, group: Group, meeting: Meeting, by: By, form: HighlightsForm) -> str:
    data = form.cleaned_data

    def do() -> str:
        papers.report_highlights(
            group=group,
            meeting=meeting,
            by=by,
            seen=whole(data["seen"]),
            **{name: data[name] for name in WORDS},
        )
        return request.get_full_path()

    answer = once(request, form, do)
    messages.success(
        request,
        f"Kept: the highlight report of {group} for {meeting.held_on:%-d %B %Y}."
        " You can change it until the papers are issued.",
    )
    return answer


def _report(group: Group, meeting: Meeting) -> HighlightReport | None:
    found = HighlightReport.objects.filter(group=group, meeting=meeting)
    return found.select_related("by", "for_post").first()


def _as_written(report: HighlightReport | None) -> dict[str, Any]:
    if report is None:
        return {}
    return {name: getattr(report, name) for name in WORDS} | {"seen": newest_row(report)}


def _words(report: HighlightReport) -> list[tuple[str, str]]:
    """Its parts that say something, each under its heading."""
    labels = {name: str(field.label) for name, field in HighlightsForm.base_fields.items()}
    return [(labels[name], text) for name in WORDS if (text := getattr(report, name))]


def _differences(form: HighlightsForm, report: HighlightReport | None) -> list[tuple[str, str, str, Any]]:
    """(heading, what stands, what was typed, the difference in words) of each part where the two are not the same."""
    found = []
    for name in WORDS:
        theirs, mine = getattr(report, name) if report else "", form[name].value() or ""
        if theirs != mine:
            found.append((str(form[name].label), theirs, mine, compare.wording(theirs, mine)))
    return found


# ---- who writes


def _own(person: Person, group: Group) -> Appointment | None:
    """The appointment in which this person speaks for the group."""
    return next((a for a in person.speaking if a.post.group_id == group.pk), None)


def _by(person: Person, group: Group) -> By | None:
    """In which post this person writes the group's report; None where they may not."""
    if own := _own(person, group):
        return By(person.user, own.post, own.is_deputy)
    if not permissions.may_run_meetings(person):
        return None
    unit = business_unit(person)
    chair = group.posts.filter(kind=PostKind.CHAIR).order_by("pk").first()
    return By(unit.user, chair, unit.as_deputy) if chair else unit


def signed(report: HighlightReport) -> str:
    """In which post it was written: "deputy for Chair of …", "Chair of …, written by the business unit"."""
    held = (
        Appointment.objects.filter(user=report.by_id, post=report.for_post_id).order_by("-starts_on").first()
    )
    if held is None:
        return f"{report.for_post}, written on their behalf by the business unit"
    return f"deputy for {report.for_post}" if held.is_deputy else str(report.for_post)


# ---- what other pages say of them


def reports_of(person: Person, meeting: Meeting, picture: PlanPicture) -> list[Reported]:
    """The groups that report to this meeting, and who signed; only those that this person may hear.

    A meeting that asks nobody lists what was written and no group that did not.
    """
    written = {report.group_id: report.post for report in picture.highlights}
    groups = permissions.groups_heard_by(person).filter(reports_to=meeting.group_id)
    return [
        Reported(group, written.get(group.pk, ""))
        for group in groups.order_by("name")
        if group.pk in written
        or (meeting.is_regular and (group.ends_on is None or group.ends_on >= picture.on))
    ]


def link_to_own(person: Person, plan: Plan, picture: PlanPicture) -> list[dict[str, Any]]:
    """For My updates: the report of each group for which this person speaks, while the next meeting takes it."""
    meeting = picture.next_meeting
    if meeting is None or meeting.state != MeetingState.PLANNED:
        return []
    written = {report.group_id for report in picture.highlights}
    groups = {a.post.group for a in person.speaking if a.post.group}  # came with the appointments
    return [
        {
            "group": group,
            "written": group.pk in written,
            "address": reverse("workstreams:highlights-page", args=[meeting.id, group.pk]),
            "meeting_on": meeting.held_on,
        }
        for group in sorted(groups, key=str)
        if group.reports_to_id == plan.deciding_group_id
    ]
