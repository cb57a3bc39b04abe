"""Getting in: accounts are given by the business unit, never taken."""

import logging
from typing import Any, ClassVar

from allauth.account import views as allauth
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from sscp.pages import render_page
from sscp.typed import KEPT, Typed

from .. import due, gather, permissions
from ..forms.accounts import SignInForm
from ..models import Plan, User
from ..permissions import Person
from ..picture import PlanPicture
from . import head_of
from .navigation import is_demonstration

log = logging.getLogger(__name__)

DEMONSTRATION = "demonstration.example"

# Who a visitor of the demonstration may be with one button: what they are called there, and do.
STAND_INS = {
    "chair-ldg": ("The chair of a subgroup", "Says how the Learning and Development Group’s measures stand"),
    "business-unit": ("The business unit", "Keeps the plan, and records what the Executive decides"),
    "scrutineer": ("The independent scrutineer", "Reads everything, questions it, decides nothing"),
}


class Adapter(DefaultAccountAdapter):
    """allauth, in this partnership's words."""

    error_messages: ClassVar[dict[str, str]] = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "That e-mail address and password do not go together. Check both and try again.",
        "too_many_login_attempts": "Too many attempts did not succeed. Wait five minutes and try again.",
        "enter_current_password": "That is not your present password.",
        "incorrect_password": "That is not your password. Check it and try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """A closed account fails like any other mistake."""
        user: User | None = super().authenticate(request, **credentials)
        return user if user and user.is_active else None

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Nothing: the page that follows says that somebody is in, out, or has a new password."""


@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    """allauth's page, with what the demonstration adds, and with what somebody had typed when a session ended."""
    typed = Typed.unsealed(request.POST.get(KEPT))
    response = allauth.login(request)
    if request.method == "POST":
        if request.user.is_authenticated:
            log.info("signed in", extra={"user": request.user.pk})
            return send_again(request, typed) if typed else response
        log.info("sign-in refused", extra={"address": request.META.get("REMOTE_ADDR", "")})
    if isinstance(response, TemplateResponse):
        response.context_data = (response.context_data or {}) | entrance(request, typed)
        response.status_code = 422 if request.method == "POST" else 200
    return response


def sign_in_again(request: HttpRequest) -> HttpResponse:
    """The answer to a form that came from somebody whose session had ended: sign in, nothing is lost."""
    context = {"form": SignInForm(request=request)} | entrance(request, Typed.of(request))
    response = render_page(request, "account/login.html", context, status=422)
    if getattr(request, "htmx", False):  # the sign-in page is a whole page, not the region that was asked for
        response["HX-Retarget"], response["HX-Reswap"] = "body", "innerHTML"
        response["HX-Push-Url"] = reverse("account_login")
    return response


def send_again(request: HttpRequest, typed: Typed) -> HttpResponse:
    """Signed in again: what they had typed, with one button that sends it where it was going."""
    return render_page(request, "account/send_again.html", {"typed": typed})


@login_not_required
def forgotten_password(request: HttpRequest) -> HttpResponse:
    """allauth's page; where e-mail isn't set up, who gives a link instead."""
    if settings.EMAIL_IS_SET_UP:
        response: HttpResponse = allauth.password_reset(request)
        return response
    return render_page(
        request, "account/password_reset_by_hand.html", {"contact": settings.BUSINESS_UNIT_CONTACT}
    )


def single_use_link(request: HttpRequest, user: User) -> str:
    """The address at which this person chooses a password. Made anew each time; kept and logged nowhere."""
    return request.build_absolute_uri(single_use_path(user))


def single_use_path(user: User) -> str:
    """The same, without the site's own address before it."""
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return reverse("account_reset_password_from_key", kwargs=key)


# ---- the entrance of the demonstration


def entrance(request: HttpRequest, typed: Typed | None) -> dict[str, Any]:
    context: dict[str, Any] = {"typed": typed}
    if is_demonstration():
        first, others = _who_today(request)
        context |= {
            "demonstration_people": first,
            "demonstration_others": others,
            "demonstration_action": reverse("workstreams:stand-in"),
        }
    return context


def _who_today(request: HttpRequest) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """(those with one button and their live to-do, the other accounts)."""
    head = head_of(request)
    plan = Plan.objects.current().select_related("deciding_group").order_by("-pk").first()
    first, others = [], []
    for user in User.objects.filter(email__endswith=f"@{DEMONSTRATION}", is_active=True).order_by("pk"):
        key = user.email.partition("@")[0]
        person = permissions.person(user, head.today)
        post = person.appointments[0].post.title if person.appointments else "No post"
        if key in STAND_INS and plan:
            todo = to_do_in_words(person, gather.picture_for(permissions.reader(person), plan, head))
            title, does = STAND_INS[key]
            first.append({"key": key, "title": title, "name": does, "todo": todo})
        else:
            others.append({"key": key, "title": post})
    return sorted(first, key=lambda who: list(STAND_INS).index(who["key"])), others


def to_do_in_words(person: Person, picture: PlanPicture) -> str:
    """What waits for this person, in one sentence."""
    meeting = picture.next_meeting
    if person.is_scrutineer:
        last = picture.last_meeting
        decided = [m for m in picture.measures if last and m.agreed and m.agreed.meeting_id == last.id]
        amended = sum(m.was_amended for m in decided)
        if last and amended:
            ratings = "1 rating" if amended == 1 else f"{amended} ratings"
            return f"{ratings} agreed otherwise than proposed on {last.held_on:%-d %B}, with the reasons"
        return f"{len(picture.measures)} measures, and everything that happened to them"
    if meeting is None:
        return "No meeting is planned yet"
    if person.is_business_unit:
        proposed = sum(m.proposal is not None for m in picture.measures)
        waiting = sum(m.not_updated for m in picture.measures)
        return f"{proposed} ratings proposed, {waiting} still to come for the meeting on {meeting.held_on:%-d %B}"
    asked = [p for p in due.own(picture, person.post_ids) if p.measure.asked]
    waiting = len(due.to_do(picture, person.post_ids))
    closes = meeting.papers_close_at.astimezone(gather.LONDON)
    if not waiting:
        return f"All {len(asked)} updates are sent for the meeting on {meeting.held_on:%-d %B}"
    return f"{waiting} of {len(asked)} updates to send before {closes:%-d %B}"
