"""Challenges: their log, raising one, and one with its answers until the scrutineer closes it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from sscp.pages import Form, render_page

from .. import challenges, gather, permissions
from ..challenges import Told
from ..forms.challenges import AnswerForm, CloseForm, LogFilter, RaiseForm
from ..models import Challenge, Ledger, Measure, Plan, Post, Rating, Workstream
from ..operations import By
from ..operations import challenges as operations
from ..operations.ratings import plan_of as plan_of_measure
from ..permissions import Person
from ..picture import PlanPicture
from . import choices_of, person_of, picture_for, plan_of, plans_of, see_other, speak_of, whole
from .answering import attempt, once


def _reader(request: HttpRequest) -> Person:
    """Who asks. Raises Http404 for whoever reads published versions alone, or nothing."""
    person = person_of(request)
    if not permissions.may_read_plan(person):
        raise Http404("Challenges are not open to this person.")
    return person


# ---- the log


def challenges_page(request: HttpRequest) -> HttpResponse:
    """What the scrutineer questions, as far as the one who asks may read it: what waits for an answer first."""
    person = _reader(request)
    plan = plan_of(request)
    picture = picture_for(request, plan)
    every = challenges.in_order(picture)
    chosen = challenges.chosen(picture, request.GET)
    return render_page(
        request,
        "workstreams/challenges_page.html",
        {
            "picture": picture,
            "plan": plan,
            "choices": choices_of(request, plan),
            "form": LogFilter(chosen.asked, picture=picture),
            "every": every,
            "shown": chosen.shown(every),
            "filtered": chosen.asked,
            "kept": urlencode({"plan": plan.ref} | chosen.asked),
            "raises": permissions.may_raise_challenges(person),
            "sees_everything": permissions.reader(person).everything,
        },
    )


# ---- raising one


@dataclass(frozen=True)
class Question:
    """What is questioned, and the row of the ledger that says it, where it is a rating."""

    plan: Plan
    workstream: Workstream | None = None
    measure: Measure | None = None
    rating: Rating | None = None
    seq: int = 0

    @property
    def thing(self) -> dict[str, Any]:
        """For the operation: the narrowest of what it names."""
        if self.rating:
            return {"rating": self.rating}
        if self.measure:
            return {"measure": self.measure}
        return {"workstream": self.workstream} if self.workstream else {"plan": self.plan}


def new_challenge_page(request: HttpRequest) -> HttpResponse:
    """Question what the address names: a rating, a measure, a workstream, or else the whole plan."""
    person = _reader(request)
    question = _question(request, person)
    if not permissions.may_raise_challenges(person):
        raise PermissionDenied("The independent scrutineer raises challenges.")
    speak_of(request, question.plan)
    form, status = RaiseForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":

        def do() -> str:
            raised = operations.raise_challenge(
                text=form.cleaned_data["text"], by=permissions.scrutineer(person), **question.thing
            )
            return _address(raised.pk)

        address, status = attempt(form, lambda: once(request, form, do))
        if address:
            messages.success(request, "Raised. Those whom it asks are told with their next e-mail.")
            return see_other(address)
        if status == 409:
            form.renew()
    picture = picture_for(request, question.plan)
    return render_page(
        request,
        "workstreams/new_challenge_page.html",
        {
            "form": form,
            "question": question,
            "picture": picture,
            "placed": picture.find(question.measure.pk) if question.measure else None,
            "refusal": operations.why_not(question.plan, question.workstream, question.measure),
            "before": _about_the_same(picture, question),
        },
        status=status,
    )


def _question(request: HttpRequest, person: Person) -> Question:
    """Raises Http404 where the address names nothing that this person may see."""
    asked = request.GET
    visible = permissions.measures_visible_to(person).select_related(
        "action__outcome__workstream",
        "action__outcome__plan__deciding_group",
        "action__workstream__plan__deciding_group",
    )
    if "rating" in asked:
        if not permissions.may_raise_challenges(person):
            raise Http404("Which ratings other groups proposed is not theirs to know.")
        steps = Rating.objects.filter(measure__in=visible).select_related("level", "for_post", "meeting")
        rating = get_object_or_404(steps, pk=whole(asked["rating"]))
        measure = visible.get(pk=rating.measure_id)
        seq = Ledger.objects.get(table=Rating._meta.db_table, row=str(rating.pk)).seq
        return Question(plan_of_measure(measure), measure=measure, rating=rating, seq=seq)
    if "measure" in asked:
        measure = get_object_or_404(visible, pk=whole(asked["measure"]))
        return Question(plan_of_measure(measure), measure=measure)
    if "workstream" in asked:
        workstreams = Workstream.objects.filter(plan__in=plans_of(request)).select_related("plan")
        workstream = get_object_or_404(workstreams, pk=whole(asked["workstream"]))
        return Question(workstream.plan, workstream=workstream)
    return Question(plan_of(request))


def _about_the_same(picture: PlanPicture, question: Question) -> list[Told]:
    """What is open about the same thing already."""
    return [
        told
        for told in challenges.still_open(picture)
        if told.challenge.measure_id == (question.measure and question.measure.pk)
        and told.challenge.workstream_id == (question.workstream and question.workstream.pk)
    ]


# ---- one of them


def challenge_page(request: HttpRequest, challenge_id: int) -> HttpResponse:
    """One challenge with its answers; whoever it asks answers here, and the scrutineer closes it."""
    person = _reader(request)
    plans = permissions.plans_visible_to(person)
    found = Challenge.objects.raised().filter(plan__in=plans).select_related("plan__deciding_group")
    row = get_object_or_404(found, pk=challenge_id)
    speak_of(request, row.plan)
    told = _told(picture := picture_for(request, row.plan), row)
    answer, close = _forms(request, person, told)
    status = 200
    if request.method == "POST":
        form: Form | None = answer if "answer-request_id" in request.POST else close
        if form is None:
            raise PermissionDenied("This person does not answer this challenge, or does not close it.")
        address, status = attempt(form, lambda: once(request, form, _doing(person, row, told, form)))
        if address:
            done = "Closed." if form is close else "Your answer is on the record, and the scrutineer is told."
            messages.success(request, done)
            return see_other(address)
        if status == 409:
            picture = gather.picture_for(permissions.reader(person), row.plan)
            told = _told(picture, row)
            form.renew(seen=told.challenge.latest_id)
    return render_page(
        request,
        "workstreams/challenge_page.html",
        {
            "told": told,
            "challenge": told.challenge,
            "picture": picture,
            "asks": _asked(told),
            "answer": answer,
            "close": close,
            "faulty": close if close and close.errors else answer,
        },
        region="challenge",
        status=status,
    )


def _told(picture: PlanPicture, row: Challenge) -> Told:
    """The challenge as this picture's reader may see it. Raises Http404 where it is not among what they may."""
    told = next((t for t in challenges.told(picture) if t.challenge.id == row.pk), None)
    if told is None:
        raise Http404("There is no such challenge.")
    return told


def _forms(request: HttpRequest, person: Person, told: Told) -> tuple[AnswerForm | None, CloseForm | None]:
    """(the form of who may answer, that of who may close). One that was sent is made though it is closed by now:
    what was typed must come back."""
    challenge, sent = told.challenge, request.POST
    answers, closes = "answer-request_id" in sent, "close-request_id" in sent
    initial = {"seen": challenge.latest_id}
    answer = close = None
    posts = [a.post for a in permissions.answering(person, challenge.post_ids)]
    if posts and (challenge.is_open or answers):
        data = sent if answers else None
        answer = AnswerForm(data, prefix="answer", posts=posts, initial=initial)
    if permissions.may_raise_challenges(person) and (challenge.is_open or closes):
        close = CloseForm(sent if closes else None, prefix="close", initial=initial)
    return answer, close


def _doing(person: Person, row: Challenge, told: Told, form: Form) -> Callable[[], str]:
    def do() -> str:
        text = form.cleaned_data["text"]
        if isinstance(form, AnswerForm):
            by = _by(person, told, form)
            operations.answer_challenge(challenge=row, text=text, by=by)
        else:
            seen, by = whole(form.cleaned_data["seen"]), permissions.scrutineer(person)
            operations.close_challenge(challenge=row, text=text, by=by, seen=seen)
        return _address(row.pk)

    return do


def _by(person: Person, told: Told, form: AnswerForm) -> By:
    post = form.speaking_post
    held = next(a for a in permissions.answering(person, told.challenge.post_ids) if a.post_id == post.pk)
    return By(person.user, post, held.is_deputy)


def _asked(told: Told) -> list[str]:
    """The posts that it asks, by title; none are named where it is about the whole plan."""
    about = told.challenge
    if about.measure_id is None and about.workstream_id is None:
        return []
    asked = Post.objects.filter(pk__in=about.post_ids).order_by("pk")
    return list(asked.values_list("title", flat=True))


def _address(challenge_id: int) -> str:
    return reverse("workstreams:challenge-page", args=[challenge_id])
