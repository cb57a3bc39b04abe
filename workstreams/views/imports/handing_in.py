"""The files that were handed in, and the form for another."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from sscp.limits import is_sent, limited
from sscp.pages import render_page

from ... import permissions
from ...forms.imports import NEW_PLAN, UploadForm
from ...intake.kinds import NotSafe
from ...intake.reading import NotAPlan
from ...models import Plan, Upload
from ...operations import RequestReused, answer_once, uploads
from ...permissions import Person
from ...vocabulary import PlanState, UploadKind
from .. import person_of, picture_for, see_other, sent

LARGE = ("content", "document", "cells", "answers", "version__picture")  # what a list has no use for


@limited("uploads", is_sent)
def imports_page(request: HttpRequest) -> HttpResponse:
    person = keeper(request)
    plans = list(Plan.objects.exclude(state=PlanState.CLOSED).order_by("-pk"))
    posted = request.method == "POST"
    form = UploadForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        plans=plans,
        initial={"plan": request.GET.get("plan") or ("" if plans else NEW_PLAN)},
    )
    if posted and form.is_valid() and (address := _taken_in(request, person, form)):
        return see_other(address)
    return render_page(
        request,
        "workstreams/imports_page.html",
        {"form": form, "uploads": _files().defer(*LARGE)},
        status=422 if posted else 200,
    )


def _taken_in(request: HttpRequest, person: Person, form: UploadForm) -> str:
    """Where it is shown what was understood; "" where it is not taken in, which the form then says."""
    file, plan = form.cleaned_data["file"], form.chosen
    content = file.read()

    def do() -> str:
        key = picture_for(request, plan).key if plan else ()
        upload = uploads.hand_in(user=person.user, name=file.name, content=content, plan=plan, key=key)
        return reverse("workstreams:import-page", args=[upload.pk])

    try:
        return answer_once(
            request_id=form.cleaned_data["request_id"],
            user=person.user,
            content=sent(request) | {"file": file.name, "size": len(content)},
            do=do,
        )
    except (NotSafe, NotAPlan) as problem:
        form.add_error("file", str(problem))
    except RequestReused:
        form.add_error(None, "This form was sent before with another file. Choose the file again.")
        form.renew()
    return ""


def keeper(request: HttpRequest) -> Person:
    """The one who asks, of the business unit. Raises Http404 for everybody else."""
    person = person_of(request)
    if not permissions.may_edit_plan(person):
        raise Http404("The business unit reads plans from files.")
    return person


def upload_of(upload_id: int) -> Upload:
    """A file that was handed in as a plan. Raises Http404."""
    upload: Upload = get_object_or_404(_files().defer("content", "version__picture"), pk=upload_id)
    return upload


def _files() -> Any:
    return Upload.objects.filter(kind=UploadKind.PLAN).select_related(
        "plan__deciding_group", "version", "for_post"
    )
