"""A person's account: name and address, closed and opened again, and every post they hold or held."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from sscp.pages import render_page
from sscp.sure import sure_who

from ...forms.people import AccountForm, ReasonForm
from ...models import User
from ...operations import people
from .. import whole
from ..panels import Panel, answer, data_of, form_asked, seen_of
from .keeping import by_of, ended, today_of, unit_of


@sure_who("changing somebody’s account")
def person_page(request: HttpRequest, user_id: int) -> HttpResponse:
    asks = unit_of(request)
    user = get_object_or_404(User, pk=user_id)
    address = reverse("workstreams:person-page", args=[user.pk])
    today = today_of(request)
    panel = _panel(request, user)
    went, status = answer(request, panel, address)
    if went:
        return went
    user.refresh_from_db()
    appointments = list(user.appointments.select_related("post").order_by("-starts_on", "-pk"))
    return render_page(
        request,
        "workstreams/person_page.html",
        {
            "known": user,
            "panel": panel,
            "address": address,
            "terms": [(a, ended(a, today)) for a in appointments],
            "is_former": bool(appointments) and all(ended(a, today) for a in appointments),
            "has_signed_in": has_signed_in(user),
            "may_have_link": user.is_active and any(not ended(a, today) for a in appointments),
            "by_email": settings.EMAIL_IS_SET_UP,
            "is_oneself": user == asks.user,
            "today": today,
        },
        status=status,
    )


def has_signed_in(user: User) -> bool:
    """False for somebody who was invited and has not chosen a password yet."""
    return user.last_login is not None or user.has_usable_password()


def _panel(request: HttpRequest, user: User) -> Panel | None:
    match form_asked(request, ("change", "closing") if user.is_active else ("change", "opening")):
        case "change":
            return _change(request, user)
        case "closing":
            return _closing(request, user)
        case "opening":
            return _opening(request, user)
    return None


def _change(request: HttpRequest, user: User) -> Panel:
    form = AccountForm(data_of(request), initial={"name": user.name, "email": user.email} | seen_of(user))
    return Panel(
        key="change",
        heading="Change name or address",
        button="Keep the change",
        form=form,
        of=user,
        do=lambda: people.change_account(
            user=user,
            name=form.cleaned_data["name"],
            email=form.cleaned_data["email"],
            because=form.cleaned_data["because"],
            by=by_of(request),
            seen=whole(form.cleaned_data["seen"]),
        ),
        said=lambda: (
            f"Kept: {form.cleaned_data['name']}, who signs in as {form.cleaned_data['email'].lower()}."
        ),
    )


def _closing(request: HttpRequest, user: User) -> Panel:
    form = ReasonForm(data_of(request), initial=seen_of(user))
    return Panel(
        key="closing",
        heading="Close this account?",
        button="Close the account",
        form=form,
        of=user,
        explains="They are signed out at once and cannot sign in. Their appointments go on until you end them, and what"
        " they did stays theirs.",
        do=lambda: people.close_account(
            user=user,
            because=form.cleaned_data["because"],
            by=by_of(request),
            seen=whole(form.cleaned_data["seen"]),
        ),
        said=lambda: f"The account of {user} is closed.",
    )


def _opening(request: HttpRequest, user: User) -> Panel:
    form = ReasonForm(data_of(request), initial=seen_of(user))
    return Panel(
        key="opening",
        heading="Open this account again?",
        button="Open the account",
        form=form,
        of=user,
        explains="They sign in as before, and see what the posts allow that they hold on the day.",
        do=lambda: people.reopen_account(
            user=user,
            because=form.cleaned_data["because"],
            by=by_of(request),
            seen=whole(form.cleaned_data["seen"]),
        ),
        said=lambda: f"The account of {user} is open again.",
    )
