"""An appointment: its last day, changed or taken away before it passed, or all of it taken back before it began."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from sscp.pages import render_page
from sscp.sure import sure_who

from ...forms.people import LastDayForm, ReasonForm
from ...models import Appointment
from ...operations import people
from ...words import dated
from .. import whole
from ..panels import Panel, again, answer, data_of, form_asked, seen_of
from .keeping import by_of, ended, how, today_of, unit_of


@sure_who("changing an appointment")
def appointment_page(request: HttpRequest, appointment_id: int) -> HttpResponse:
    unit_of(request)
    appointment = Appointment.objects.select_related("user", "post").filter(pk=appointment_id).first()
    if appointment is None:
        return again(request)
    today = today_of(request)
    address = reverse("workstreams:appointment-page", args=[appointment.pk])
    is_over = ended(appointment, today)
    panel = None if is_over else _panel(request, appointment)
    went, status = answer(request, panel, address)
    if went:
        return went
    return render_page(
        request,
        "workstreams/appointment_page.html",
        {
            "appointment": appointment,
            "panel": panel,
            "address": address,
            "how": how(appointment),
            "is_over": is_over,
            "may_be_taken_back": appointment.starts_on >= today,
            "today": today,
        },
        status=status,
    )


def _panel(request: HttpRequest, appointment: Appointment) -> Panel | None:
    if form_asked(request, ("last-day", "taking-back")) == "taking-back":
        return _taking_back(request, appointment)
    return _last_day(request, appointment)


def _last_day(request: HttpRequest, appointment: Appointment) -> Panel:
    form = LastDayForm(
        data_of(request),
        initial={"ends_on": appointment.ends_on} | seen_of(appointment),
        hint="They can use the post until the end of that day. Yesterday ends it at once."
        + (" Empty it, and they hold the post until somebody says otherwise." if appointment.ends_on else ""),
        may_be_open=appointment.ends_on is not None,
    )

    def said() -> str:
        day, post = form.cleaned_data["ends_on"], f"{how(appointment)}{appointment.post}"
        until = f"until {dated(day)}, and no longer" if day else "until somebody gives it a last day"
        return f"{appointment.user} is appointed to {post} {until}."

    return Panel(
        key="last-day",
        heading="Change its last day" if appointment.ends_on else "When does this appointment end?",
        button="Change the last day" if appointment.ends_on else "End the appointment",
        form=form,
        of=appointment,
        leads=reverse("workstreams:people-page"),
        do=lambda: people.change_last_day(
            appointment=appointment,
            ends_on=form.cleaned_data["ends_on"],
            because=form.cleaned_data["because"],
            by=by_of(request),
            seen=whole(form.cleaned_data["seen"]),
        ),
        said=said,
    )


def _taking_back(request: HttpRequest, appointment: Appointment) -> Panel:
    form = ReasonForm(data_of(request), initial=seen_of(appointment))
    who = f"{appointment.user} as {how(appointment)}{appointment.post}"
    return Panel(
        key="taking-back",
        heading="Take this appointment back?",
        button="Take it back",
        form=form,
        of=appointment,
        explains="It was never made then. The history keeps that it was, and why it was taken back.",
        leads=reverse("workstreams:people-page"),
        do=lambda: people.take_back(
            appointment=appointment,
            because=form.cleaned_data["because"],
            by=by_of(request),
            seen=whole(form.cleaned_data["seen"]),
        ),
        said=lambda: f"Taken back: the appointment of {who}.",
    )
