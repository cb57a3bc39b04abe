"""The update: its form filled from a draft or from what is being changed, sent once, and what answers it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from sscp.pages import render_page

from ... import compare, due
from ...forms.figures import Row, filled_rows, initial_rows
from ...forms.measures import SAID, UpdateForm
from ...life import Standing
from ...models import Draft, Level
from ...operations import answer_once, ratings
from ...operations.drafts import WINDOW
from ...picture import Placed, figures_of
from ...vocabulary import NO_CHANGE, RatingStep
from .. import asked_of, sent, whole
from .subject import Subject


def update_form(subject: Subject, draft: Draft | None, *, is_sent: bool) -> UpdateForm | None:
    """The form, as it was sent or filled from a draft; None where the measure takes no update."""
    m = subject.shown
    if not subject.posts or subject.picture.next_meeting is None:
        return None
    if m.is_complete and not due.rolls(m.recurrence):
        return None
    if is_sent:
        return _form(subject, subject.request.POST)
    if draft:
        initial, rows = dict(draft.fields), draft.fields.get("rows")
        initial["draft"] = draft.fields.get(WINDOW, "")
    else:
        initial, rows = _being_changed(subject) or _taken_out(subject)
    return _form(
        subject,
        initial=initial | {"seen": m.latest_id or ""},
        rows=rows or initial_rows(m.figures),
    )


def with_more_rows(subject: Subject, form: UpdateForm) -> UpdateForm:
    """The same form as it was typed, not sent, with some more rows for figures."""
    kept = {
        name: form[name].value() for name in ("seen", "request_id", "draft", "post") if name in form.fields
    }
    typed = form.typed
    rows = typed.pop("rows", [])
    return _form(subject, initial=typed | kept, rows=rows, more_rows=max(0, form.row_count - len(rows)))


def _form(subject: Subject, data: Any = None, **facts: Any) -> UpdateForm:
    return UpdateForm(
        data,
        key=subject.picture.key,
        measure=subject.shown,
        posts=subject.posts,
        on_behalf=subject.on_behalf,
        **facts,
    )


def _being_changed(subject: Subject) -> tuple[dict[str, Any], list[Row]] | None:
    """Their own update for this very meeting, to be changed. Older words are shown, never filled in."""
    proposal, meeting = subject.shown.proposal, subject.picture.next_meeting
    if (
        proposal is None
        or proposal.level is None
        or proposal.words == NO_CHANGE
        or proposal.post_id not in subject.person.post_ids
        or meeting is None
        or proposal.meeting_id != meeting.id
    ):
        return None
    return _said(proposal), filled_rows(proposal.figures)


def _taken_out(subject: Subject) -> tuple[dict[str, Any], list[Row]]:
    """What they had sent and the business unit returned, or they took back: theirs to change and send again."""
    m, meeting = subject.shown, subject.picture.next_meeting
    taken_back = m.stands is Standing.WITHDRAWN
    if m.removed is None or (taken_back and (meeting is None or m.removed.meeting_id != meeting.id)):
        return {}, []  # taken back for an older meeting: shown, never filled in
    before = subject.measure.ratings.filter(pk__lt=m.removed.id, step=RatingStep.PROVISIONAL)
    proposal = before.select_related("level").order_by("-pk").first()
    if proposal is None or proposal.words == NO_CHANGE:
        return {}, []
    may_send_again = subject.on_behalf and not taken_back
    if proposal.for_post_id not in subject.person.post_ids and not may_send_again:
        return {}, []
    return _said(proposal), filled_rows(figures_of(proposal.figures))


def _said(rating: Any) -> dict[str, Any]:
    return {name: getattr(rating, name) for name in SAID if name != "level"} | {"level": rating.level.code}


def send(subject: Subject, form: UpdateForm) -> str:
    """Send the update once; the answer is where to go next."""
    data = form.cleaned_data
    post = form.posts[data["post"]] if "post" in data else next(iter(form.posts.values()))
    level = get_object_or_404(Level, plan=subject.picture.plan_id, code=data["level"])
    said: dict[str, Any] = form.said | {"level": level, "figures": form.figures}

    def do() -> str:
        ratings.send_update(measure=subject.measure, by=subject.by(post), seen=whole(data["seen"]), **said)
        return _next_address(subject)

    answer = answer_once(
        request_id=data["request_id"], user=subject.person.user, content=sent(subject.request), do=do
    )
    name = subject.measure.name
    messages.success(
        subject.request,
        f"Sent: {name}, {level.word}. It is provisional until the {subject.picture.decider} decides.",
    )
    return answer


def _next_address(subject: Subject) -> str:
    if subject.on_behalf and subject.picture.next_meeting:
        return reverse("workstreams:meeting-page", args=[subject.picture.next_meeting.id])
    left = left_after(subject)
    if subject.request.POST.get("action") == "send-next" and left:
        return reverse("workstreams:measure-page", args=[left[0].measure.id])
    return reverse("workstreams:my-updates")


def left_after(subject: Subject) -> list[Placed]:
    """What else this person has to update for the meeting, after this one."""
    asked, _ = asked_of(subject.person, subject.picture)
    return [p for p in asked if p.measure.id != subject.shown.id]


def overtaken(subject: Subject, form: UpdateForm) -> HttpResponse:
    """Another answer came first, perhaps their own: both texts side by side, and nothing typed is lost."""
    stands = subject.as_it_stands()
    latest = subject.measure.ratings.order_by("-pk").select_related("level", "for_post", "by").first()
    form.renew(seen=latest.pk if latest else "")
    may_read = stands.may_read_words()
    mine = form.cleaned_data.get("words", "")
    theirs = latest.words or latest.because if latest and may_read else ""
    difference = compare.wording(theirs, mine)
    code = form.cleaned_data.get("level")
    return render_page(
        subject.request,
        "workstreams/measure_overtaken.html",
        {
            "placed": stands.placed,
            "picture": stands.picture,
            "form": form,
            "latest": latest if may_read else None,
            "by_themselves": latest is not None and latest.by_id == subject.person.user.pk,
            "mine": {"level": next((x for x in stands.picture.key if x.code == code), None)},
            "difference": difference if any(kind == "same" for kind, _ in difference) else (),
        },
        status=409,
    )
