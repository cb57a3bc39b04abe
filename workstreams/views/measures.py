"""One measure: its facts, its ratings meeting by meeting, the update, the timeline."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from sscp.pages import render_page

from .. import compare, due, gather, history, permissions
from ..forms.measures import SAID, UpdateForm
from ..models import Draft, Level, Measure, Post, Rating
from ..operations import By, Overtaken, Refused, RequestReused, answer_once, ratings
from ..permissions import Person
from ..picture import Mark, Placed, PlanPicture
from ..vocabulary import NO_CHANGE
from . import business_unit, head_of, person_of, picture_for, see_other, sent, whole
from .updates import closes_in_words, row_of


@dataclass(frozen=True)
class Cell:
    """One cell of the rating strip."""

    on: date
    label: str
    level: Any
    provisional: bool
    now: bool


def measure_page(request: HttpRequest, measure_id: int) -> HttpResponse:
    person = person_of(request)
    measure = get_object_or_404(
        permissions.measures_visible_to(person).select_related(
            "action__outcome__plan__deciding_group", "action__workstream__plan__deciding_group"
        ),
        pk=measure_id,
    )
    picture = picture_for(request, ratings.plan_of(measure))
    placed = picture.find(measure.pk)
    if placed is None:
        raise Http404("This measure has been withdrawn.")
    posts = _may_speak_for(person, measure)
    form = _form(request, placed, picture, person, posts) if posts else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied("This measure is updated by the posts named on its action.")
        if request.POST.get("action") == "draft":
            return _save_draft(request, person, measure, form)
        if form.is_valid():
            try:
                return see_other(_send(request, person, placed, picture, measure, form))
            except Refused as refused:
                for field, sentence in refused.errors.items():
                    form.add_error(field if field in form.fields else None, sentence)
            except Overtaken:
                return _overtaken(request, measure, placed, form, person)
            except RequestReused:
                form.add_error(
                    None,
                    "This page was sent before with other words. What you wrote is below: send it again.",
                )
                form.renew()
    status = 422 if form is not None and form.errors else 200
    return render_page(
        request,
        "workstreams/measure_page.html",
        _page(request, person, placed, picture, form),
        status=status,
    )


def _may_speak_for(person: Person, measure: Measure) -> list[Post]:
    """The posts for which this person may send an update of this measure: their own, or any named one."""
    if own := [a.post for a in permissions.acting_for(person, measure)]:
        return own
    if permissions.may_send_on_behalf(person):
        return [o.post for o in measure.action.officers.select_related("post").order_by("order")]
    return []


def _by(person: Person, measure: Measure, post: Post) -> By:
    for appointment in permissions.acting_for(person, measure):
        if appointment.post_id == post.pk:
            return By(person.user, post, appointment.is_deputy)
    return By(business_unit(person).user, post)


def _on_behalf(person: Person, posts: list[Post]) -> bool:
    held = {a.post_id for a in person.appointments}
    return not any(post.pk in held for post in posts) and person.is_business_unit


def _form(
    request: HttpRequest, placed: Placed, picture: PlanPicture, person: Person, posts: list[Post]
) -> UpdateForm | None:
    """The update form, filled from a draft where there is one; None where the measure takes no update."""
    if placed.measure.is_complete and not due.rolls(placed.measure.recurrence):
        return None
    if picture.next_meeting is None:
        return None
    if request.method == "POST":
        initial: dict[str, Any] = {}
    else:
        draft = Draft.objects.filter(user=person.user, measure=placed.measure.id).first()
        initial = dict(draft.fields) if draft else _being_changed(placed, picture, person)
        initial["seen"] = placed.measure.latest_id or ""
    return UpdateForm(
        request.POST if request.method == "POST" else None,
        key=picture.key,
        measure=placed.measure,
        posts=posts,
        on_behalf=_on_behalf(person, posts),
        initial=initial,
    )


def _being_changed(placed: Placed, picture: PlanPicture, person: Person) -> dict[str, Any]:
    """Their own update for this very meeting, to be changed. Older words are shown, never filled in."""
    sent_before = placed.measure.proposal
    if (
        sent_before is None
        or sent_before.level is None
        or sent_before.words == NO_CHANGE
        or sent_before.post_id not in person.post_ids
        or picture.next_meeting is None
        or sent_before.meeting_id != picture.next_meeting.id
    ):
        return {}
    return {name: getattr(sent_before, name) for name in SAID if name != "level"} | {
        "level": sent_before.level.code
    }


def _send(
    request: HttpRequest,
    person: Person,
    placed: Placed,
    picture: PlanPicture,
    measure: Measure,
    form: UpdateForm,
) -> str:
    """Send the update once; the answer is where to go next."""
    data = form.cleaned_data
    post = form.posts[data["post"]] if "post" in data else next(iter(form.posts.values()))
    level = get_object_or_404(Level, plan=picture.plan_id, code=data["level"])
    said = form.said | {"level": level}

    def do() -> str:
        ratings.send_update(
            measure=measure,
            by=_by(person, measure, post),
            seen=whole(data["seen"]),
            **said,  # type: ignore[arg-type]
        )
        return _next_address(request, person, placed, picture, form.on_behalf)

    answer = answer_once(request_id=data["request_id"], user=person.user, content=sent(request), do=do)
    messages.success(
        request,
        f"Sent: {compare.short_name(measure.text)}, {level.word}. It is provisional until the Executive decides.",
    )
    return answer


def _next_address(
    request: HttpRequest, person: Person, placed: Placed, picture: PlanPicture, on_behalf: bool
) -> str:
    if on_behalf and picture.next_meeting:
        return reverse("workstreams:meeting-page", args=[picture.next_meeting.id])
    left = _left(person, placed, picture)
    if request.POST.get("action") == "send-next" and left:
        return reverse("workstreams:measure-page", args=[left[0].measure.id])
    return reverse("workstreams:my-updates")


def _left(person: Person, placed: Placed, picture: PlanPicture) -> list[Placed]:
    """What else this person has to update for the meeting, after this one."""
    return [p for p in due.to_do(picture, person.post_ids) if p.measure.id != placed.measure.id]


def _save_draft(request: HttpRequest, person: Person, measure: Measure, form: UpdateForm) -> HttpResponse:
    """Keep what was typed, finished or not. Private to the one who typed it."""
    form.full_clean()
    unkeepable = {
        name: errors
        for name, errors in form.errors.as_data().items()
        if name in SAID and any(e.code in ("unkeepable", "max_length") for e in errors)
    }
    if unkeepable:
        picture = picture_for(request, ratings.plan_of(measure))
        placed = picture.find(measure.pk)
        assert placed is not None  # found by the caller
        return render_page(
            request,
            "workstreams/measure_page.html",
            _page(request, person, placed, picture, form),
            status=422,
        )
    Draft.objects.update_or_create(user=person.user, measure=measure, defaults={"fields": form.typed})
    now = timezone.localtime().strftime("%-H:%M")
    messages.success(request, f"Draft saved at {now}. Only you can see it until you send it.")
    return see_other(reverse("workstreams:measure-page", args=[measure.pk]))


def _overtaken(
    request: HttpRequest, measure: Measure, placed: Placed, form: UpdateForm, person: Person
) -> HttpResponse:
    """Somebody answered first: both texts side by side, and nothing of what was typed is lost."""
    picture = picture_for_now(request, measure)
    stands = picture.find(measure.pk)
    assert stands is not None  # found by the caller, and measures are never deleted
    latest = measure.ratings.order_by("-pk").select_related("level", "for_post", "by").first()
    form.renew(seen=latest.pk if latest else "")
    may_read = permissions.reader(person).everything or stands.action.post_ids & person.post_ids
    mine = form.cleaned_data.get("words", "")
    theirs = latest.words or latest.because if latest and may_read else ""
    return render_page(
        request,
        "workstreams/measure_overtaken.html",
        {
            "placed": stands,
            "picture": picture,
            "form": form,
            "latest": latest if may_read else None,
            "decided": latest is not None and latest.step == "AGREED",
            "mine": {
                "level": next((x for x in picture.key if x.code == form.cleaned_data.get("level")), None)
            },
            "difference": compare.wording(theirs, mine) if theirs and mine else (),
        },
        status=409,
    )


def picture_for_now(request: HttpRequest, measure: Measure) -> PlanPicture:
    """The picture as it stands after somebody else's commit, not as this request first saw it."""
    return gather.picture_for(permissions.reader(person_of(request)), ratings.plan_of(measure))


def _page(
    request: HttpRequest,
    person: Person,
    placed: Placed,
    picture: PlanPicture,
    form: UpdateForm | None,
) -> dict[str, Any]:
    posts = [*form.posts.values()] if form else []
    on_behalf = bool(form and form.on_behalf)
    m = placed.measure
    draft = Draft.objects.filter(user=person.user, measure=m.id).first() if form else None
    return {
        "placed": placed,
        "measure": m,
        "picture": picture,
        "meeting": picture.next_meeting,
        "closes": closes_in_words(picture, request),
        "row": row_of(placed, draft, head_of(request).today),
        "cells": [_cell(mark, picture, m.agreed) for mark in m.strip],
        "form": form,
        "on_behalf": on_behalf,
        "draft": draft,
        "left": _left(person, placed, picture) if form and not on_behalf else [],
        "can_say_no_change": bool(form) and not on_behalf and m.proposal is None and m.asked,
        "speaks": bool(posts),
        "entries": history.timeline(m.id, permissions.reader(person)),
        "leads": [o for o in placed.action.officers if not o.is_dsl],
        "dsls": [o for o in placed.action.officers if o.is_dsl],
        "sources": [*placed.outcome.sources, *placed.action.sources, *m.sources],
    }


def _cell(mark: Mark, picture: PlanPicture, agreed: Rating | Any) -> Cell:
    now = picture.next_meeting is not None and mark.meeting_id == picture.next_meeting.id
    label = "Proposed" if mark.provisional else "Amended, agreed" if mark.amended else "Agreed"
    return Cell(mark.on, label, mark.level, mark.provisional, now)
