"""The papers of a meeting: what will be in them, issuing them, what was sent since, taking them back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from sscp.pages import Form, render_page
from sscp.sure import sure_who

from ... import desk, gather, permissions
from ...agenda import Item, free_label
from ...editions import issues
from ...forms.papers import EditionForm, WithdrawForm
from ...life import Standing
from ...models import Meeting, Pack, Plan, Version
from ...operations import papers
from ...permissions import Person, business_unit
from ...picture import PlanPicture
from ...vocabulary import MeetingState
from .. import see_other
from ..answering import attempt, once
from .beginning import address_of, find, frame, name_of, picture_of, plans_at, progress
from .highlights import reports_of

ISSUE, ADDENDUM, WITHDRAW = "issue", "addendum", "withdraw"


@dataclass(frozen=True)
class Edition:
    """One version that was frozen for a meeting: its papers, an addendum, or what it agreed; with its packs."""

    version: Version
    name: str
    packs: Sequence[Pack]
    withdrawn: Version | None = None


def editions_of(person: Person, plan: Plan, meeting: Meeting) -> list[Edition]:
    """What was issued of a plan for a meeting, in order, with the packs that this person may have of it.

    Papers that were withdrawn stay in it. What the meeting agreed is one of them where a pack was made of it.
    """
    rows = list(Version.objects.filter(plan=plan, meeting=meeting).defer("picture").order_by("seq"))
    packs = _packs(person, rows)
    found = [
        Edition(row, "Papers" if row is issue.papers else "Addendum", packs.get(row.pk, ()), issue.withdrawn)
        for issue in issues(rows, lambda version: version.step)
        for row in issue.editions
    ]
    return found + [
        Edition(row, "As agreed", packs[row.pk]) for row in rows if row.is_agreed and row.pk in packs
    ]


def _packs(person: Person, versions: Sequence[Version]) -> dict[int, list[Pack]]:
    found: dict[int, list[Pack]] = {}
    visible = permissions.packs_visible_to(person).filter(version__in=versions)
    for pack in visible.select_related("version").without_files().order_by("pk") if versions else ():
        found.setdefault(pack.version_id, []).append(pack)
    return found


@sure_who("issuing papers or taking them back")
def papers_page(request: HttpRequest, meeting_id: int) -> HttpResponse:
    person, plan, meeting = find(request, meeting_id)
    if not permissions.may_run_meetings(person):
        raise PermissionDenied("The business unit issues the papers.")
    if meeting.is_cancelled or not meeting.is_regular:
        return see_other(address_of(request, "meeting-page", meeting))
    sent = request.POST if request.method == "POST" else None
    chosen = next((name for name in (ADDENDUM, WITHDRAW) if sent and f"{name}-request_id" in sent), ISSUE)
    form = _form(chosen, sent, {}) if sent is not None else None
    status = 200
    if form is not None:
        address, status = attempt(form, lambda: _do(request, person, plan, meeting, chosen, form))
        if address:
            return see_other(address)
        meeting.refresh_from_db()
    picture = picture_of(request, plan, meeting, at=gather.head() if status != 200 else None)
    if form is not None and status == 409:
        form.renew()
    return render_page(
        request,
        "workstreams/papers_page.html",
        _page(request, person, plan, meeting, picture) | ({"form": form, chosen: form} if form else {}),
        status=status,
    )


def _page(
    request: HttpRequest, person: Person, plan: Plan, meeting: Meeting, picture: PlanPicture
) -> dict[str, Any]:
    reports = reports_of(person, meeting, picture)
    suggested = {"label": free_label(v.label for v in picture.versions), "changes": _changes(plan, meeting)}
    return {
        "meeting": meeting,
        "name": name_of(meeting),
        "picture": picture,
        "editions": editions_of(person, plan, meeting),
        "others": [each for each in plans_at(request, meeting) if each != plan],
        **frame(request, meeting, plan),
        "runs": True,
        "since": _sent_since(meeting, picture) if meeting.has_papers_out else [],
        "missing": [Item(placed) for placed in picture.placed() if placed.measure.not_updated],
        "exceptions": desk.exceptions(picture),
        "reports": reports,
        "written": sum(bool(report.post) for report in reports),
        "impact": [item for item in desk.impact_not_accepted(picture) if _waits(item)],
        "dates": desk.dates_asked(picture),
        ISSUE: _form(ISSUE, None, suggested) if meeting.state == MeetingState.PLANNED else None,
        ADDENDUM: _form(ADDENDUM, None, suggested) if meeting.has_papers_out else None,
        WITHDRAW: _form(WITHDRAW, None, {}) if meeting.has_papers_out else None,
        **progress(request, picture),
    }


def _sent_since(meeting: Meeting, picture: PlanPicture) -> list[Item]:
    """The measures that were updated since the papers or the last addendum, in the order in which they came."""
    late = [p for p in picture.placed() if p.measure.stands in (Standing.LATE, Standing.REPLACED)]
    sent = {m.id: p for p in late if (m := p.measure.proposal) and m.meeting_id == meeting.pk}
    return [Item(placed) for _, placed in sorted(sent.items())]


def _form(chosen: str, sent: QueryDict | None, suggested: dict[str, str]) -> Form:
    if chosen == WITHDRAW:
        return WithdrawForm(sent, prefix=WITHDRAW)
    return EditionForm(sent, prefix=None if chosen == ISSUE else chosen, initial=suggested)


def _changes(plan: Plan, meeting: Meeting) -> str:
    if meeting.has_papers_out:
        return "Updates sent after the papers were issued"
    return f"Provisional ratings for the {plan.decider} on {meeting.held_on:%-d %B %Y}"


def _waits(item: Item) -> bool:
    return item.measure.impact is not None and item.measure.impact.waits


def _do(request: HttpRequest, person: Person, plan: Plan, meeting: Meeting, chosen: str, form: Form) -> str:
    data, by = form.cleaned_data, business_unit(person)

    def do() -> str:
        if chosen == WITHDRAW:
            papers.withdraw_papers(meeting=meeting, plan=plan, because=data["because"], by=by)
            return address_of(request, "papers-page", meeting)
        issue = papers.issue_papers if chosen == ISSUE else papers.issue_addendum
        version = issue(meeting=meeting, plan=plan, label=data["label"], changes=data["changes"], by=by)
        return reverse("reporting:pack-page", args=[version.pk])

    answer = once(request, form, do)
    messages.success(
        request,
        "The papers are withdrawn. They stay as they were issued, and updates can be returned again."
        if chosen == WITHDRAW
        else f"{'Issued' if chosen == ISSUE else 'Added'}: version {data['label']} is frozen. Now make its pack.",
    )
    return answer
