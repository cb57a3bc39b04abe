"""Asking people again who they are, before what nobody should do at a browser that somebody else left open."""

import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.fields import PasswordField
from allauth.account.forms import ReauthenticateForm
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from sscp.pages import render_page
from sscp.typed import Typed

log = logging.getLogger(__name__)

PREFIX = "again"
PASSWORD = f"{PREFIX}-password"  # the field beside the form's own, named so that `Typed` never keeps it

View = Callable[..., HttpResponseBase]


class SureForm(ReauthenticateForm):
    """allauth's: it counts failures together with those of signing in, and here every try of a person as well."""

    password = PasswordField(
        label="Your password",
        autocomplete="current-password",
        error_messages={"required": "Fill in your password"},
    )

    def __init__(self, request: HttpRequest, data: Any) -> None:
        super().__init__(data, prefix=PREFIX, user=request.user)
        self.request = request

    def clean_password(self) -> str:
        if not ratelimit.consume(self.request, action="reauthenticate"):
            raise get_adapter().validation_error("too_many_login_attempts")
        password: str = super().clean_password()
        return password


def sure_who(act: str) -> Callable[[View], View]:
    """Let nobody send anything to this view who gave no password for ACCOUNT_REAUTHENTICATION_TIMEOUT seconds.

    They are asked before they go on with `act` ("issuing a pack"), by a page that holds the form as it was sent and
    sends it with the password, to the same address. So nothing of it waits in the session, its number used once is
    still unused, and the view gets it as if nobody had asked. Signing in with a password counts as having shown it.

    Whoever may not do it at all is asked like everybody else and hears so afterwards. Stands above `@limited`,
    which then counts only what gets through.
    """

    def ask(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST":
                sent = request.POST
                _take_out(request)
                if not _has_shown(request):
                    form = SureForm(request, sent if PASSWORD in sent else None)
                    if not form.is_valid():
                        return _asked(request, act, form)
                    reauthenticate_by_password(request)
                    log.info("password given again", extra={"user": request.user.pk, "page": request.path})
            return view(request, *args, **kwargs)

        answer.asks_before = act  # type: ignore[attr-defined]  # for whoever walks the addresses
        return answer

    return ask


def _take_out(request: HttpRequest) -> None:
    """The password is no part of the form: the view, its receipt and its errors never see it."""
    if PASSWORD in request.POST:
        data = request.POST.copy()
        del data[PASSWORD]
        request.POST = data  # type: ignore[assignment]  # one that could still be changed does no harm here


def _has_shown(request: HttpRequest) -> bool:
    """By a password: another way of signing in, were one added, would not count."""
    records = get_authentication_records(request, request.user)
    given = [record["at"] for record in records if record["method"] == "password"]
    return bool(given) and time.time() - given[-1] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def _asked(request: HttpRequest, act: str, form: SureForm) -> HttpResponse:
    said = "password refused" if form.is_bound else "asked for the password again"
    log.info(said, extra={"user": request.user.pk, "page": request.path})
    context = {
        "act": act,
        "form": form,
        "typed": Typed.of(request),
        "minutes": settings.ACCOUNT_REAUTHENTICATION_TIMEOUT // 60,
    }
    return render_page(request, "account/sure_who.html", context, region="asked", status=422)
