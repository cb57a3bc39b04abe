"""What each person is told by e-mail: their own choice, and nobody else's."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from sscp.pages import render_page

from .. import reminders
from ..forms.reminders import MailChoicesForm
from ..permissions import Person
from . import person_of, see_other
from .answering import attempt, once


def mail_choices_page(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    offered = reminders.kinds_for(person)
    if request.method == "POST" and not offered:
        raise Http404("Nothing is sent to this person.")
    form = MailChoicesForm(
        request.POST or None, offered=offered, initial={"kinds": list(reminders.wanted(person))}
    )
    status = 200
    if request.method == "POST":
        address, status = attempt(form, lambda: _choose(request, person, form))
        if address:
            messages.success(request, _receipt(len(form.cleaned_data["kinds"]), len(offered)))
            return see_other(address)
        if status == 409:
            form.renew()
    return render_page(
        request,
        "workstreams/mail_choices_page.html",
        {
            "form": form,
            "offered": offered,
            "weekly": person.is_scrutineer,
            "goes_out": settings.EMAIL_IS_SET_UP,
            "is_shown": settings.EMAIL_IS_SHOWN,
        },
        status=status,
    )


def _choose(request: HttpRequest, person: Person, form: MailChoicesForm) -> str:
    def do() -> str:
        reminders.choose(person=person, kinds=form.cleaned_data["kinds"])
        return reverse("workstreams:mail-choices-page")

    return once(request, form, do)


def _receipt(chosen: int, offered: int) -> str:
    if chosen == 0:
        return "Saved: you are sent no reminders."
    if chosen == offered:
        return "Saved: you are told all of this."
    return f"Saved: you are told {chosen} of these {offered} kinds of news."
