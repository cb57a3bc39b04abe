"""Returning updates before a meeting: one, all that a post sent, or the whole plan's, for one reason."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from sscp.pages import render_page

from ... import desk, gather, permissions
from ...forms.papers import ReturnForm
from ...models import Meeting
from ...operations import Refused, ratings
from ...permissions import Person, business_unit
from ...picture import PlanPicture
from .. import see_other, whole
from ..answering import attempt, once
from .beginning import address_of, find, frame, picture_of


def returning_page(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """`?measure=` and `?post=` choose which; without them it is the whole plan."""
    person, plan, meeting = find(request, meeting_id)
    if not permissions.may_run_meetings(person):
        raise PermissionDenied("The business unit returns updates.")
    form = ReturnForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        address, status = attempt(form, lambda: _return(request, person, meeting, form))
        if address:
            return see_other(address)
    picture = picture_of(request, plan, meeting, at=gather.head() if status == 409 else None)
    returned = _chosen(request, picture) if meeting.is_open_for_updates else []
    if status == 409:
        form.renew()
    return render_page(
        request,
        "workstreams/returning_page.html",
        {
            "meeting": meeting,
            "picture": picture,
            "form": form,
            "returned": returned,
            "one": returned[0] if len(returned) == 1 else None,
            "whole_plan": not {"measure", "post"} & request.GET.keys(),
            **frame(request, meeting, plan),
        },
        status=status,
    )


def _chosen(request: HttpRequest, picture: PlanPicture) -> list[desk.Came]:
    return desk.to_return(
        picture, measure=whole(request.GET.get("measure")), post=whole(request.GET.get("post"))
    )


def _return(request: HttpRequest, person: Person, meeting: Meeting, form: ReturnForm) -> str:
    data = form.cleaned_data

    def do() -> str:
        if not meeting.is_open_for_updates:
            raise Refused(
                f"This meeting {meeting.how_it_stands}, so nothing that was sent for it is returned."
            )
        ratings.return_updates(measures=data["returned"], because=data["because"], by=business_unit(person))
        return address_of(request, "meeting-page", meeting)

    answer = once(request, form, do)
    number = len(data["returned"])
    messages.success(
        request, "Returned: one update, with your reason." if number == 1 else f"Returned: {number} updates."
    )
    return answer
