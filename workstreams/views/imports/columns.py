"""What each column of a file holds, where its headings do not tell."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from sscp.pages import render_page

from ...forms.imports import ColumnsForm
from ...intake.reading import NotAPlan
from ...operations import uploads
from ...vocabulary import UploadState
from .. import picture_for, see_other
from ..answering import attempt, once
from .handing_in import keeper, upload_of


def import_columns_page(request: HttpRequest, upload_id: int) -> HttpResponse:
    keeper(request)
    upload = upload_of(upload_id)
    address = reverse("workstreams:import-page", args=[upload.pk])
    if upload.state == UploadState.APPLIED:
        return see_other(address)
    key = picture_for(request, upload.plan).key if upload.plan else ()
    _, reading = uploads.reading_of(upload, key, {})
    form = ColumnsForm(
        request.POST if request.method == "POST" else None, columns=reading.columns, kept=upload.mapping
    )
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                _, said = uploads.reading_of(upload, key, form.mapping)
                if said.needs_mapping:
                    form.add_error(None, "No column is said to hold the actions. Say which one does.")
            except NotAPlan as problem:
                form.add_error(None, str(problem))

        def do() -> str:
            uploads.say_columns(upload=upload, mapping=form.mapping)
            return address

        went, status = attempt(form, lambda: once(request, form, do))
        if went:
            messages.success(request, "The columns are read as you said.")
            return see_other(went)
    return render_page(
        request,
        "workstreams/import_columns_page.html",
        {"form": form, "upload": upload, "needed": reading.needs_mapping},
        status=status,
    )
