"""The frame of every request: who is signed in and for how long, and an answer even when something has failed."""

import logging
import secrets
import sys
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from sscp.typed import KEPT, Typed
from workstreams.views.accounts import sign_in_again

log = logging.getLogger(__name__)

Answer = Callable[[HttpRequest], HttpResponseBase]

# What a browser need not offer to these pages.
NOT_USED = ("camera", "microphone", "geolocation", "payment", "usb", "display-capture", "browsing-topics")
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in NOT_USED)
SEEN_EVERY = 60  # seconds between two notes that a session is in use


def headers(get_response: Answer) -> Answer:
    """What every answer tells the browser beyond Django's own; at sign-out, to forget what it holds of us."""
    sign_out = reverse("account_logout")

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"  # the next person at this browser sees nothing of it
        if request.method == "POST" and request.path == sign_out and response.status_code < 400:
            response["Clear-Site-Data"] = (
                '"cache", "storage"'  # not cookies: another tab may hold typed words
            )
        return response

    return answer


def idle_timeout(get_response: Answer) -> Answer:
    """Ends a session that nobody used for SESSION_IDLE_AGE, or that is SESSION_COOKIE_AGE old, however busy."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            now = int(time.time())
            since, seen = request.session.get("since", now), request.session.get("seen", now)
            if now - seen > settings.SESSION_IDLE_AGE or now - since > settings.SESSION_COOKIE_AGE:
                log.info("session ended", extra={"user": request.user.pk})
                logout(request)
            elif "since" not in request.session or now - seen > SEEN_EVERY:
                request.session["since"], request.session["seen"] = since, now
        return get_response(request)

    return answer


class SignedIn(LoginRequiredMiddleware):
    """Closed by default. A page asked for leads to signing in; a form sent is kept through it."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponse:  # type: ignore[override]
        if request.method == "POST":
            return sign_in_again(request)
        response: HttpResponse = super().handle_no_permission(request, view_func)
        if getattr(request, "htmx", False):  # never the sign-in page inside another
            address = response["Location"]
            response = HttpResponse(status=204)
            response["HX-Redirect"] = address
        return response


# ---- when something has failed. These answers never ask the database anything.


def failed(request: HttpRequest) -> HttpResponse:
    """The handler of every fault: 503 with the typed words where the database is gone, else 500 with a number."""
    fault = sys.exception()
    error_id = secrets.token_hex(4)
    log.error("failed: %s %s", request.method, request.path, exc_info=fault, extra={"error_id": error_id})
    gone = isinstance(fault, OperationalError | InterfaceError)
    typed = Typed.of(request) if request.method == "POST" else None
    context = {
        "error_id": error_id,
        "nav": {"partnership": settings.PARTNERSHIP_NAME},
        "typed": typed,
        "csrf_token": get_token(request),
    }
    status = 503 if gone else 500
    response = HttpResponse(render_to_string(f"{status}.html", context), status=status)
    response["Cache-Control"] = "no-store"
    if gone:
        response["Retry-After"] = "30"
    return response


def not_our_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the forgery token of this browser: refused, its words shown, never sent on."""
    typed = Typed.unsealed(request.POST.get(KEPT)) or Typed.of(request)
    return render(request, "403_csrf.html", {"kept": typed.words}, status=403)
