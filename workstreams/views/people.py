"""Who holds which post, and how they get in."""

import logging
import smtplib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.mail import send_mail
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from sscp.pages import Form, render_page

from .. import gather, permissions
from ..forms.people import EndForm, InvitationForm
from ..models import Appointment, Post, User
from ..operations import Refused, RequestReused, answer_once, people
from ..vocabulary import PostKind
from . import head_of, person_of, see_other, sent, whole
from .accounts import single_use_link

log = logging.getLogger(__name__)

# Under this key a session names the person whose link the next page shows. The link itself is kept nowhere.
LINK_FOR = "link_for"


@dataclass(frozen=True)
class Row:
    """One post with those appointed to it, today or later."""

    post: Post
    holders: list[Appointment]
    deputies: list[Appointment]


def people_page(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if not permissions.may_keep_people(person):
        raise Http404("Only the business unit keeps the list of people.")
    today, status = head_of(request).today, 200
    ending = _to_end(request.GET.get("end", ""), today)
    form = EndForm(request.POST or None, initial={"ends_on": today})
    if "link" in request.POST:
        return _hand_over(request, today)
    if request.method == "POST":
        if ending is None:
            raise Http404("No such appointment.")
        if form.is_valid():

            def do() -> str:
                people.end_appointment(
                    appointment=ending,
                    ends_on=form.cleaned_data["ends_on"],
                    by=permissions.business_unit(person),
                )
                return reverse("workstreams:people-page")

            try:
                answer = _answer(request, form, do)
            except Refused as refused:
                _explain(form, refused)
            except RequestReused:
                status = _stale(form)
            else:
                last = form.cleaned_data["ends_on"]
                messages.success(
                    request,
                    f"{ending.user} is appointed to {ending.post} until {last:%-d %B %Y}, and no longer.",
                )
                return see_other(answer)
        status = max(status, 422) if status == 200 else status
    context = {"groups": _groups(today), "ending": ending, "form": form, "today": today}
    return render_page(request, "workstreams/people_page.html", context | _link(request), status=status)


def invitation_page(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if not permissions.may_keep_people(person):
        raise Http404("Only the business unit invites people.")
    status = 200
    form = InvitationForm(
        request.POST or None,
        posts=Post.objects.exclude(kind=PostKind.BODY).select_related("group").order_by("group", "pk"),
        today=head_of(request).today,
        initial={"post": request.GET.get("post", "")},
    )
    if request.method == "POST":
        if form.is_valid():
            said = {name: form.cleaned_data[name] for name in ("email", "name", "kind", "starts_on")}
            done: list[User] = []

            def do() -> str:
                done.append(people.invite(**said, post=form.chosen, by=permissions.business_unit(person)))
                return reverse("workstreams:people-page")

            try:
                answer = _answer(request, form, do)
            except Refused as refused:
                _explain(form, refused)
            except RequestReused:
                status = _stale(form)
            else:
                for user in done:  # nobody, where this was sent before and is only answered again
                    _welcome(request, user, form.chosen)
                return see_other(answer)
        status = 422 if status == 200 else status
    return render_page(request, "workstreams/invitation_page.html", {"form": form}, status=status)


# ---- changes


def _answer(request: HttpRequest, form: Form, do: Any) -> str:
    return answer_once(
        request_id=form.cleaned_data["request_id"],
        user=person_of(request).user,
        content=sent(request),
        do=do,
    )


def _explain(form: Form, refused: Refused) -> None:
    for field, sentence in refused.errors.items():
        form.add_error(field if field in form.fields else None, sentence)


def _stale(form: Form) -> int:
    form.add_error(
        None, "This page was sent before with something else on it. Look at the list of people first."
    )
    return 409


def _to_end(pk: str, today: date) -> Appointment | None:
    """The appointment that somebody asks to end."""
    if not pk:
        return None
    number = whole(pk)
    if number is None:
        raise Http404("No such appointment.")
    return get_object_or_404(_standing(today), pk=number)


# ---- links


def _hand_over(request: HttpRequest, today: date) -> HttpResponse:
    """A link by which one of these people chooses a password: shown on the page that follows, and once."""
    number = whole(request.POST["link"])
    user = _standing(today).filter(user__pk=number).first() if number is not None else None
    if user is None or not user.user.is_active:
        raise Http404("No such person.")
    request.session[LINK_FOR] = user.user.pk
    log.info("single-use link", extra={"user": request.user.pk, "link_for": user.user.pk})
    return see_other(reverse("workstreams:people-page"))


def _link(request: HttpRequest) -> dict[str, Any]:
    pk = request.session.pop(LINK_FOR, None) if request.method == "GET" else None
    if pk is None:
        return {}
    user = User.objects.get(pk=pk)
    good_until = timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    return {
        "link": single_use_link(request, user),
        "link_for": user,
        "link_until": good_until.astimezone(gather.LONDON),
    }


def _welcome(request: HttpRequest, user: User, post: Post) -> None:
    """Say what comes next: somebody new needs a link, and gets it by e-mail where e-mail is set up."""
    if user.has_usable_password():
        messages.success(request, f"{user} is appointed to {post}, and signs in as before.")
        return
    request.session[LINK_FOR] = user.pk
    by_email = ""
    if settings.EMAIL_IS_SET_UP:
        by_email = (
            " The link is sent by e-mail too." if _send(request, user, post) else " E-mail could not be sent."
        )
    messages.success(request, f"{user} is invited as {post}.{by_email}")


def _send(request: HttpRequest, user: User, post: Post) -> bool:
    words = {
        "user": user,
        "post": post,
        "link": single_use_link(request, user),
        "partnership": settings.PARTNERSHIP_NAME,
        "days": settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60),
    }
    try:
        send_mail(
            f"Your account for the plan of {settings.PARTNERSHIP_NAME}",
            render_to_string("account/email/invitation.txt", words),
            None,
            [user.email],
        )
    except (smtplib.SMTPException, OSError):
        log.exception("an invitation could not be sent")
        return False
    return True


# ---- the list


def _standing(today: date) -> Any:
    """Appointments that are valid today or will be."""
    return Appointment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today)).select_related("user", "post")


def _groups(today: date) -> list[tuple[str, list[Row]]]:
    appointed: dict[int, list[Appointment]] = {}
    for appointment in _standing(today).order_by("starts_on", "pk"):
        appointed.setdefault(appointment.post_id, []).append(appointment)
    groups: dict[str, list[Row]] = {}
    # Posts of the whole partnership come last: they have no group.
    for post in Post.objects.exclude(kind=PostKind.BODY).select_related("group").order_by("group", "pk"):
        held = appointed.get(post.pk, [])
        row = Row(post, [a for a in held if not a.is_deputy], [a for a in held if a.is_deputy])
        groups.setdefault(post.group.name if post.group else "The whole partnership", []).append(row)
    return list(groups.items())
