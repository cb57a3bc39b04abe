"""A meeting ahead: who has updated for it, what came in, who reports; and reminding those who have not."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse

from sscp.pages import Form

from ... import challenges, desk, gather, reminders
from ...agenda import Asked, asked_of_posts
from ...models import Meeting, Plan, Post
from ...operations import Refused
from ...permissions import Person, business_unit
from ...picture import PlanPicture
from ...words import hour
from ..answering import once
from .beginning import address_of, progress
from .highlights import reports_of


@dataclass(frozen=True)
class Line:
    """One row of who has updated: a post or a workstream, and the sentence that reminds a post of what is missing."""

    title: str
    holders: str
    row: Asked
    reminder: str = ""

    @property
    def post_id(self) -> int | None:
        return self.row.officer.post_id if self.row.officer else None


class RemindForm(Form):
    """Remind one post of what it has not updated, or all of them."""

    post = forms.IntegerField(required=False, widget=forms.HiddenInput)


def desk_of(request: HttpRequest, person: Person, meeting: Meeting, picture: PlanPicture) -> dict[str, Any]:
    """What the page of a meeting ahead shows of the plan, to the one who asks."""
    by_workstream = request.GET.get("by") == "workstream"
    came = desk.came(picture)
    returnable = [c for c in came if c.can_be_returned]
    reports = reports_of(person, meeting, picture)
    return {
        "by_workstream": by_workstream,
        "lines": _by_workstream(picture) if by_workstream else _by_post(request, meeting, picture),
        "some_missing": any(m.not_updated for m in picture.measures),
        "came": came,
        "returnable": returnable,
        "senders": desk.senders(returnable),
        "exceptions": desk.exceptions(picture),
        "impact": desk.impact_not_accepted(picture),
        "dates": desk.dates_asked(picture),
        "unanswered": [t for t in challenges.still_open(picture) if t.challenge.waits],
        "reports": reports,
        "written": sum(bool(report.post) for report in reports),
        "remind": RemindForm(prefix="remind"),
        **progress(request, picture),
    }


def _by_post(request: HttpRequest, meeting: Meeting, picture: PlanPicture) -> list[Line]:
    address = request.build_absolute_uri(reverse("workstreams:my-updates"))
    return [
        Line(
            row.officer.title if row.officer else "No officer named",
            (", ".join(row.officer.holders) or "Nobody holds this post") if row.officer else "",
            row,
            _reminder(row, meeting, picture.decider, address),
        )
        for row in asked_of_posts(picture)
    ]


def _by_workstream(picture: PlanPicture) -> list[Line]:
    return [
        Line(f"{picture.workstream_word} {workstream.number}", workstream.title, row)
        for workstream, row in desk.asked_of_workstreams(picture)
    ]


def _reminder(row: Asked, meeting: Meeting, decider: str, address: str) -> str:
    """A sentence to send to a post that has not updated everything yet; "" where nothing is missing."""
    if row.officer is None or not row.missing:
        return ""
    measures = "measure still needs" if len(row.missing) == 1 else "measures still need"
    closes = meeting.papers_close_at.astimezone(gather.LONDON)
    return (
        f"{row.officer.title}: the {decider} meets on {meeting.held_on:%A %-d %B %Y}."
        f" {len(row.missing)} of your {measures} an update by {closes:%A %-d %B} at {hour(closes)}: {address}"
    )


def remind(request: HttpRequest, person: Person, plan: Plan, meeting: Meeting, form: RemindForm) -> str:
    """Remind by e-mail; what came of it is said on the page. Raises Refused for a post that is not there.

    E-mails go out after the request is answered for: each has a transaction of its own, which nothing may undo.
    """
    chosen = form.cleaned_data["post"]
    posts = None if chosen is None else list(Post.objects.filter(pk=chosen))
    if posts == []:
        raise Refused("That post is no longer there. Look at the list again.")
    address = once(request, form, lambda: address_of(request, "meeting-page", meeting))
    for sentence in reminders.remind_now(meeting=meeting, plan=plan, posts=posts, by=business_unit(person)):
        say = messages.success if sentence.startswith(reminders.REMINDED) else messages.warning
        say(request, sentence)
    return address
