"""Each to their own first page, the demonstration's stand-ins, and the small print."""

import re

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.defaults import page_not_found

from sscp.pages import render_page
from sscp.typed import KEPT, Typed

from .. import permissions
from ..models import Meeting, Plan, User
from ..vocabulary import MeetingState
from . import current_plans, moments, person_of, plans_of, see_other
from .accounts import DEMONSTRATION, send_again
from .navigation import is_demonstration


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """Each to the page where their work is."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    person = person_of(request)
    plans = plans_of(request)
    if person.is_nobody or (not plans and not permissions.may_keep_people(person)):
        contact = settings.BUSINESS_UNIT_CONTACT
        return render_page(request, "workstreams/home.html", {"person": person, "contact": contact})
    if person.is_business_unit:
        return redirect(desk(plans))
    if person.is_officer and current_plans(request):
        return redirect("workstreams:my-updates")
    return redirect("workstreams:history-page" if person.is_scrutineer else "workstreams:current-plan")


def desk(plans: list[Plan]) -> str:
    """Where the business unit works: the meeting in session or the next one, else the list of meetings; a plan that is
    still drafted."""
    if not plans:
        return reverse("workstreams:imports-page")
    groups = {plan.deciding_group_id for plan in plans if plan.is_current}
    if not groups:
        return reverse("workstreams:plan-page", args=[plans[0].ref])
    at_work = (MeetingState.PLANNED, MeetingState.PAPERS_ISSUED, MeetingState.HELD)
    meeting = Meeting.objects.filter(group__in=groups, state__in=at_work).order_by("held_on", "pk").first()
    if meeting is None:
        return reverse("workstreams:meetings-page")
    return reverse("workstreams:meeting-page", args=[meeting.pk])


@login_not_required
@require_POST
def stand_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demonstration's made-up people, in a demonstration and nowhere else."""
    if not is_demonstration():
        raise Http404("This is not a demonstration.")
    who = request.POST.get("who", "")
    if not re.fullmatch(r"[a-z-]{1,40}", who):
        raise Http404("Nobody here has that name.")
    user = get_object_or_404(User, email=f"{who}@{DEMONSTRATION}", is_active=True)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    if typed := Typed.unsealed(request.POST.get(KEPT)):
        return send_again(request, typed)
    return see_other(reverse("workstreams:home"))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Where there is no plan yet, the page that says so; where no moment, which there are; else that there
    is nothing here for the one who asks."""
    if isinstance(exception, permissions.NoPlanYet):
        return redirect("workstreams:plans-page")
    if isinstance(exception, moments.NoSuchMoment):
        return moments.refused(request, exception)
    return page_not_found(request, exception)


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """For the machine that watches: can the plan be reached?"""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except Error:
        return HttpResponse("the database cannot be reached", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
def help_page(request: HttpRequest) -> HttpResponse:
    return render_page(request, "workstreams/help.html", {"contact": settings.BUSINESS_UNIT_CONTACT})


@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    return render_page(
        request,
        "workstreams/accessibility.html",
        {
            "partnership": settings.PARTNERSHIP_NAME,
            "hosting_body": settings.HOSTING_BODY,
            "contact": settings.ACCESSIBILITY_CONTACT,
        },
    )


@login_not_required
def privacy(request: HttpRequest) -> HttpResponse:
    return render_page(
        request,
        "workstreams/privacy.html",
        {
            "partnership": settings.PARTNERSHIP_NAME,
            "hosting_body": settings.HOSTING_BODY,
            "contact": settings.BUSINESS_UNIT_CONTACT,
            "idle_minutes": settings.SESSION_IDLE_AGE // 60,
        },
    )
