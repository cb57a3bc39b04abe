"""What else is said of a measure: its impact, another date, that it is renewed or ended, that an update comes back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages

from sscp.pages import Form

from ... import due, life, permissions
from ...forms.beside import AskDateForm, ImpactForm, RhythmForm
from ...models import Meeting
from ...operations import Refused, impacts, newest_row, plan, ratings, targets
from ...vocabulary import MeetingState, Recurrence
from .. import whole
from ..answering import attempt, once
from .subject import Subject

NAMES = ("impact", "date", "rhythm", "back")


def which(subject: Subject) -> str:
    """Which of these forms was sent; "" where it was another."""
    sent = subject.request.POST
    return next((name for name in NAMES if f"{name}-request_id" in sent), "")


def forms_of(subject: Subject) -> dict[str, Form | None]:
    """These forms by name, the one that was sent with what it said; None where it isn't offered.

    One that was sent is made wherever this person may send it: whether it still can be is the operation's answer.
    """
    sent = which(subject)
    made: dict[str, Callable[..., Form | None]] = {
        "impact": _impact_form,
        "date": _date_form,
        "rhythm": _rhythm_form,
        "back": _back_form,
    }
    return {
        name: make(subject, data=subject.request.POST if name == sent else None, prefix=name)
        for name, make in made.items()
    }


def answer(subject: Subject, name: str, form: Form) -> tuple[str, int]:
    """Do what the form asks for: (where to go, 303), or ("", the status with which it goes back)."""
    do: Callable[[], str] = {
        "impact": lambda: _report_impact(subject, form),
        "date": lambda: _ask_for_date(subject, form),
        "rhythm": lambda: _set_rhythm(subject, form),
        "back": lambda: _take_back(subject, form),
    }[name]
    address, status = attempt(form, lambda: once(subject.request, form, do))
    if address:
        messages.success(subject.request, _done(subject, name, form))
    if status == 409:
        form.renew(seen=_seen(subject.as_it_stands(), name))
    return address, status


def _done(subject: Subject, name: str, form: Form) -> str:
    meeting = subject.picture.next_meeting
    match name:
        case "impact":
            return (
                f"Impact reported for the meeting of {meeting.held_on:%-d %B %Y}." if meeting else "Reported."
            )
        case "date":
            return (
                f"Asked for. The date stays as it is until the {subject.picture.decider} agrees to another."
            )
        case "rhythm":
            label = Recurrence(form.cleaned_data["recurrence"]).label.lower()
            ended = form.cleaned_data["recurrence"] == Recurrence.NONE
            return "Ended: this measure is complete." if ended else f"From now on it is answered {label}."
        case _:
            return "Taken back. It stays in the history, and you can send another."


def _seen(subject: Subject, name: str) -> Any:
    """What the form answers: the newest row of its kind."""
    m = subject.shown
    match name:
        case "impact":
            return m.impact.id if m.impact else 0
        case "date":
            latest = subject.measure.targets.order_by("-pk").first()
            return latest.pk if latest else 0
        case "rhythm":
            return newest_row(subject.measure)
        case _:
            return m.latest_id or ""


def _spoken(subject: Subject, data: Any, prefix: str, **initial: Any) -> dict[str, Any]:
    """What a form needs in which somebody speaks in a post."""
    return {
        "data": data,
        "prefix": prefix,
        "posts": subject.posts,
        "on_behalf": subject.on_behalf,
        "initial": initial | {"seen": _seen(subject, prefix)},
    }


# ---- impact


def _impact_form(subject: Subject, data: Any, prefix: str) -> ImpactForm | None:
    m = subject.shown
    accepted = m.impact is not None and m.impact.accepted and not m.is_rolling
    closed = accepted or not m.reports_impact or subject.picture.next_meeting is None
    if not subject.posts or (data is None and closed):
        return None
    text = m.impact.text if m.impact and m.impact.waits else ""
    return ImpactForm(**_spoken(subject, data, prefix, text=text))


def _report_impact(subject: Subject, form: Form) -> str:
    assert isinstance(form, ImpactForm)
    plan = ratings.plan_of(subject.measure)
    meeting = Meeting.objects.next_of(plan.deciding_group)
    if meeting is None:
        raise Refused(ratings.no_meeting(plan))
    impacts.report_impact(
        measure=subject.measure,
        meeting=meeting,
        text=form.cleaned_data["text"],
        by=subject.by(form.speaking_post),
        seen=whole(form.cleaned_data["seen"]),
    )
    return subject.address


# ---- another date


def _date_form(subject: Subject, data: Any, prefix: str) -> AskDateForm | None:
    m = subject.shown
    if not subject.posts or (data is None and (m.is_complete or due.rolls(m.recurrence))):
        return None
    return AskDateForm(**_spoken(subject, data, prefix))


def _ask_for_date(subject: Subject, form: Form) -> str:
    assert isinstance(form, AskDateForm)
    asked = form.cleaned_data["due_on"]
    targets.ask_for_target(
        measure=subject.measure,
        due_on=asked.due_on,
        precision=asked.precision,
        because=form.cleaned_data["because"],
        by=subject.by(form.speaking_post),
        seen=whole(form.cleaned_data["seen"]),
    )
    return subject.address


# ---- renewed, kept or ended


def _rhythm_form(subject: Subject, data: Any, prefix: str) -> RhythmForm | None:
    if not permissions.may_edit_plan(subject.person) or (data is None and not subject.shown.asks_rhythm):
        return None
    return RhythmForm(data, prefix=prefix, initial={"seen": _seen(subject, prefix)})


def _set_rhythm(subject: Subject, form: Form) -> str:
    plan.set_recurrence(
        measure=subject.measure,
        recurrence=form.cleaned_data["recurrence"],
        because=form.cleaned_data["because"],
        by=permissions.business_unit(subject.person),
        seen=whole(form.cleaned_data["seen"]),
    )
    return subject.address


# ---- an update taken back


def _back_form(subject: Subject, data: Any, prefix: str) -> Form | None:
    proposal = subject.shown.proposal
    own = proposal is not None and proposal.post_id in subject.person.post_ids
    if not subject.posts or (data is None and (not own or why_not_back(subject) or in_session(subject))):
        return None
    return Form(data, prefix=prefix, initial={"seen": _seen(subject, prefix)})


def why_not_back(subject: Subject) -> str:
    """Why the update that stands can't be taken back; "" where it can."""
    return life.refusal(life.Act.WITHDRAW, subject.shown.stands)


def in_session(subject: Subject) -> bool:
    last = subject.picture.last_meeting
    return last is not None and last.state == MeetingState.HELD


def _take_back(subject: Subject, form: Form) -> str:
    proposal = subject.shown.proposal
    post = next((post for post in subject.posts if proposal and post.pk == proposal.post_id), None)
    if post is None or subject.on_behalf:
        raise Refused("There is no update of yours to take back.")
    ratings.withdraw(measure=subject.measure, by=subject.by(post), seen=whole(form.cleaned_data["seen"]))
    return subject.address
