"""My updates: what an officer must say before the next meeting, and what they have said."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from sscp.pages import render_page

from .. import challenges, charts, due, handover, life, permissions
from ..forms.measures import NoChangeForm
from ..models import Draft, Plan
from ..operations import By, Overtaken, Refused, RequestReused, answer_once, ratings
from ..permissions import Person
from ..picture import Measure, Placed, PlanPicture
from ..vocabulary import NO_CHANGE, TEAMS, MeetingState
from . import asked_of, current_plans, head_of, person_of, picture_for, see_other, sent, whole
from .meetings.highlights import link_to_own


@dataclass(frozen=True)
class Row:
    """One measure in the list, with what its line needs."""

    placed: Placed
    due: tuple[str, str]
    draft: Draft | None
    refusal: str
    asked_later: str
    request_id: UUID

    @property
    def measure(self) -> Measure:
        return self.placed.measure

    @property
    def said_no_change(self) -> bool:
        proposal = self.placed.measure.proposal
        return proposal is not None and proposal.words == NO_CHANGE

    @property
    def may_undo(self) -> bool:
        return self.said_no_change and not life.refusal(life.Act.WITHDRAW, self.measure.stands)


def my_updates(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if not person.is_officer:
        raise Http404("Nobody asks this person for updates.")
    problem, status = "", 200
    if request.method == "POST":
        try:
            return see_other(_answer(request, person))
        except Refused as refused:
            problem, status = str(refused), 422
        except Overtaken as overtaken:
            problem, status = _overtaken(overtaken, person), 409
        except RequestReused:
            problem, status = "That button belonged to an older page. Here is the list as it stands now.", 409
    return render_page(
        request,
        "workstreams/my_updates.html",
        _page(request, person) | {"problem": problem},
        region="updates",
        status=status,
    )


def _answer(request: HttpRequest, person: Person) -> str:
    """Say "No change" for one measure, or take it back."""
    form = NoChangeForm(request.POST)
    if not form.is_valid():
        raise Refused("That could not be sent as it was. Try again from the list below.")
    measure = get_object_or_404(permissions.measures_to_update(person), pk=form.cleaned_data["measure"])
    acting = permissions.acting_for(person, measure)
    seen = whole(form.cleaned_data["seen"])
    undo = request.POST.get("action") == "undo"
    sent_by = ratings.standing_proposal(measure) if undo else None
    mine = next((a for a in acting if sent_by and a.post_id == sent_by.for_post_id), acting[0])
    by = By(person.user, mine.post, mine.is_deputy)
    name = measure.name

    def do() -> str:
        if undo:
            ratings.withdraw(measure=measure, by=by, seen=seen)
        else:
            ratings.say_no_change(measure=measure, by=by, seen=seen)
        return reverse("workstreams:my-updates")

    answer = answer_once(
        request_id=form.cleaned_data["request_id"], user=person.user, content=sent(request), do=do
    )
    messages.success(request, f"Taken back: {name}." if undo else f"Sent as no change: {name}.")
    return answer


def _overtaken(overtaken: Overtaken, person: Person) -> str:
    latest = overtaken.latest
    if latest is None:
        return "That measure changed while you were reading. Here it is as it stands now."
    if latest.by_id == person.user.pk:
        return "You answered that measure in another window. Here it is as it stands now."
    return (
        f"{latest.for_post} answered that measure first, on {latest.effective_on:%-d %B %Y}."
        " Here it is as it stands now."
    )


def _page(request: HttpRequest, person: Person) -> dict[str, Any]:
    """A part for each plan that names a post of theirs or asks it something; one where none does."""
    plans = current_plans(request)
    if not plans:
        raise Http404("No plan is current.")
    own = [plan for plan in plans if _asks(picture_for(request, plan), person.post_ids)] or plans[:1]
    parts = [_part(request, person, plan) for plan in own]
    return {"parts": [part | {"suffix": f"-{n}" if n else ""} for n, part in enumerate(parts)]}


def _asks(picture: PlanPicture, posts: frozenset[int]) -> bool:
    return bool(due.own(picture, posts) or challenges.asked_of(picture, posts))


def _part(request: HttpRequest, person: Person, plan: Plan) -> dict[str, Any]:
    picture = picture_for(request, plan)
    mine = due.own(picture, person.post_ids)
    drafts = {
        d.measure_id: d
        for d in Draft.objects.filter(user=person.user, measure__in=[p.measure.id for p in mine])
    }
    today = head_of(request).today

    def row(placed: Placed) -> Row:
        shown = row_of(placed, drafts.get(placed.measure.id), picture, today)
        if handover.fell_due_before(placed, person.first_days):
            return replace(shown, due=("ok", f"{shown.due[1]}, since before your time"))
        return shown

    questions = challenges.asked_of(picture, person.post_ids)
    asked, before = asked_of(person, picture)
    to_do = [row(p) for p in asked]
    updated = [row(p) for p in mine if p.measure.asked and p.measure.updated]
    complete = [p for p in mine if p.measure.is_complete and not p.measure.asked]
    owing = sorted(
        (p for p in complete if p.measure.owes_impact),
        key=lambda p: p.measure.impact is not None and p.measure.impact.waits,
    )
    later = [row(p) for p in mine if not p.measure.is_complete and not p.measure.asked]
    return {
        "picture": picture,
        "meeting": picture.next_meeting,
        "closes": closes_in_words(picture, request),
        "in_session": picture.last_meeting is not None and picture.last_meeting.state == MeetingState.HELD,
        "highlights": link_to_own(person, plan, picture),
        "questions": questions,
        "unanswered": sum(told.challenge.waits for told in questions),
        "to_do": to_do,
        "before": [row(p) for p in before],
        "taken_up": _taken_up(person, picture),
        "updated": updated,
        "unsent": sum(row.draft is not None for row in updated),
        "impact": [row(p) for p in owing],
        "impact_left": sum(not (p.measure.impact and p.measure.impact.waits) for p in owing),
        "complete": [row(p) for p in complete if not p.measure.owes_impact],
        "later": later,
        "total": len(to_do) + len(updated),
        "mine": mine,
        "chart": charts.group_ratings([p.measure for p in mine], picture.key) if mine else "",
        "numbers": charts.group_numbers([p.measure for p in mine], picture.key) if mine else None,
    }


def _taken_up(person: Person, picture: PlanPicture) -> list[tuple[str, date, handover.Outstanding]]:
    """The posts that they took up after the last meeting: since when, and what waits for each."""
    new = handover.newly_held(picture, person.first_days)
    posts = {a.post_id: a.post for a in person.speaking if a.post_id in new and a.post.kind not in TEAMS}
    return [
        (post.title, new[pk], handover.outstanding(picture, permissions.posts_of(post)))
        for pk, post in posts.items()
    ]


def row_of(placed: Placed, draft: Draft | None, picture: PlanPicture, today: date) -> Row:
    """A line of the list: how urgent it is, and whether "No change" would be accepted."""
    m = placed.measure
    target_on = m.target.due_on if m.target else None
    last = picture.last_meeting
    later = due.next_period_end(m.recurrence, last.held_on if last else None, today)
    return Row(
        placed,
        due.due_in_words(target_on, m.is_complete, today),
        draft,
        due.no_change_refusal(picture, m, today),
        due.asked_later_in_words(m.recurrence, later) if later else "",
        uuid4(),
    )


def closes_in_words(picture: PlanPicture, request: HttpRequest) -> str:
    """ "in 8 days", "today", or that the day has passed."""
    if picture.next_meeting is None:
        return ""
    moment, now = picture.next_meeting.papers_close_at, head_of(request).at
    if moment < now:
        return "which has passed: what you send now is marked as sent after papers"
    days = (moment.date() - now.date()).days
    return "today" if days == 0 else f"in {due.days_in_words(days)}"
