"""Somebody appointed to a post, with an account and a single-use link where they have none."""

import logging
import smtplib
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.mail import send_mail
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from sscp.pages import render_page
from sscp.sure import sure_who

from ... import gather
from ...forms.people import InvitationForm
from ...models import Appointment, Post, User
from ...operations import people
from ...vocabulary import PostKind
from .. import see_other, whole
from ..accounts import single_use_link
from ..answering import attempt, once
from ..panels import data_of
from .keeping import by_of, today_of, unit_of

log = logging.getLogger(__name__)

# Under this key a session names the person whose link the next page shows. The link itself is kept nowhere.
LINK_FOR = "link_for"


@sure_who("giving somebody a post")
def invitation_page(request: HttpRequest) -> HttpResponse:
    unit_of(request)
    today = today_of(request)
    form = InvitationForm(
        data_of(request),
        posts=open_posts(today),
        known=known_people(today),
        today=today,
        initial={"post": request.GET.get("post", ""), "kind": request.GET.get("as", "HOLDER")},
    )
    status = 200
    if request.method == "POST":
        done: list[User] = []
        went, status = attempt(form, lambda: once(request, form, lambda: _invite(request, form, done)))
        if went:
            for user in done:  # nobody, where this was sent before and is only answered again
                welcome(request, user, form.chosen)
            return see_other(went)
        if status == 409:
            form.renew()
    return render_page(request, "workstreams/invitation_page.html", {"form": form}, status=status)


def _invite(request: HttpRequest, form: InvitationForm, done: list[User]) -> str:
    said = form.cleaned_data
    days = {"kind": said["kind"], "starts_on": said["starts_on"], "ends_on": said["ends_on"]}
    user = form.chosen_person
    if user is None:
        user = people.invite(
            email=said["email"], name=said["name"], post=form.chosen, by=by_of(request), **days
        )
    else:
        people.appoint(user=user, post=form.chosen, by=by_of(request), **days)
    done.append(user)
    return reverse("workstreams:people-page")


def open_posts(today: date) -> QuerySet[Post]:
    """The posts to which somebody can be appointed."""
    posts = Post.objects.exclude(kind=PostKind.BODY).exclude(ends_on__lt=today)
    return posts.select_related("group").order_by("group", "pk")


def known_people(today: date) -> QuerySet[User]:
    """Those who hold a post today or will, with an account that is open."""
    return (
        User.objects.filter(is_active=True, appointments__in=standing(today))
        .distinct()
        .order_by("name", "pk")
    )


def standing(today: date) -> QuerySet[Appointment]:
    """Appointments that are valid today or will be."""
    return Appointment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today)).select_related("user", "post")


# ---- links


def make_link(request: HttpRequest) -> HttpResponse:
    """A link by which one of these people chooses a password: shown on the page that follows, once, or sent to them."""
    by_email = "letter" in request.POST
    number = whole(request.POST["letter" if by_email else "link"])
    found = standing(today_of(request)).filter(user__pk=number).first() if number is not None else None
    if found is None or not found.user.is_active or (by_email and not settings.EMAIL_IS_SET_UP):
        raise Http404("No such person.")
    log.info("single-use link", extra={"user": request.user.pk, "link_for": found.user.pk})
    if not by_email:
        request.session[LINK_FOR] = found.user.pk
    elif _send(request, found.user, _as(found)):
        messages.success(request, f"A single-use link is sent to {found.user.email}.")
    else:
        messages.error(request, "E-mail could not be sent. Make a link here and hand it over instead.")
    return see_other(reverse("workstreams:people-page"))


def link_shown(request: HttpRequest) -> dict[str, Any]:
    """The link that was just made, for the page that shows it once."""
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


def welcome(request: HttpRequest, user: User, post: Post) -> None:
    """Say what comes next: somebody new needs a link, and gets it by e-mail where e-mail is set up."""
    called = _as(user.appointments.filter(post=post).latest("pk"))
    if user.has_usable_password():
        messages.success(request, f"{user} is appointed as {called}, and signs in as before.")
        return
    request.session[LINK_FOR] = user.pk
    by_email = ""
    if settings.EMAIL_IS_SET_UP:
        by_email = (
            " The link is sent by e-mail too."
            if _send(request, user, called)
            else " E-mail could not be sent."
        )
    messages.success(request, f"{user} is invited as {called}.{by_email}")


def _as(appointment: Appointment) -> str:
    return f"deputy for {appointment.post}" if appointment.is_deputy else str(appointment.post)


def _send(request: HttpRequest, user: User, called: str) -> bool:
    words = {
        "user": user,
        "called": called,
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
