"""What was understood of a file, beside the file and beside the plan; and applying it as one version."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from sscp.pages import Form, render_page

from ... import permissions
from ...agenda import free_label
from ...forms.imports import AT_A_MEETING, CURRENT, LEFT_OUT, ApplyForm, QuestionsForm, typed
from ...intake.reading import NotAPlan
from ...models import Group, Post, Upload, Version
from ...operations import Refused, importing, uploads
from ...operations.importing import Agreed, NewPlan
from ...permissions import Person
from ...picture import PlanPicture
from ...vocabulary import UploadState
from .. import picture_for, see_other, whole
from ..answering import attempt, once
from .handing_in import keeper, upload_of
from .preview import Preview, preview_of
from .traces import by_row, texts_of, traces

LOOK_AGAIN = "Your answers are kept, and they change what is understood. Look at it again, then apply it."


def import_page(request: HttpRequest, upload_id: int) -> HttpResponse:
    """The preview of a file; once it is applied, what became of it."""
    person = keeper(request)
    upload = upload_of(upload_id)
    if upload.state == UploadState.APPLIED:
        return _applied(request, upload)
    facts = typed(request.POST) if request.method == "POST" else uploads.facts_of(upload)
    action = request.POST.get("action", "") if request.method == "POST" else ""
    if action == "take-away":
        return _take_away(request, upload)
    try:
        preview = preview_of(request, upload, with_ratings=facts.get("ratings") != LEFT_OUT)
    except NotAPlan as problem:
        context = {"upload": upload, "form": Form(), "problem": str(problem)}
        return render_page(request, "workstreams/import_page.html", context, region="preview")
    if preview.reading.needs_mapping:
        return see_other(reverse("workstreams:import-columns-page", args=[upload.pk]))
    if request.method != "POST":
        return _page(request, preview, _facts_form(preview, initial=facts), _questions(upload, preview))
    questions = _questions(upload, preview, request.POST)
    if action == "apply":
        return _apply(request, person, preview, questions)
    return _answer(request, preview, questions, facts)


def _questions(upload: Upload, preview: Preview, data: Any = None) -> QuestionsForm:
    return QuestionsForm(data, waiting=preview.questions, answered=uploads.answered(upload))


# ---- answering


def _answer(
    request: HttpRequest, preview: Preview, questions: QuestionsForm, facts: Mapping[str, str]
) -> HttpResponse:
    """Keep what was answered, and what was typed besides; the page is then worked out anew."""
    form = Form(request.POST)
    upload = preview.upload
    if questions.is_valid() and not questions.answers:
        form.add_error(None, "Nothing is answered yet. Answer one of the questions first.")

    def do() -> str:
        uploads.answer(upload=upload, answers=questions.answers, facts=facts)
        return _address(upload, request)

    went, status = attempt(form, lambda: once(request, form, do)) if questions.is_valid() else ("", 422)
    if went:
        messages.success(request, "Your answers are kept.")
        return see_other(went)
    facts_form = _facts_form(preview, initial=facts)
    return _page(request, preview, facts_form, questions, status=status, said=form.non_field_errors())


def _take_away(request: HttpRequest, upload: Upload) -> HttpResponse:
    form = Form(request.POST)

    def do() -> str:
        uploads.take_away(upload=upload)
        return reverse("workstreams:imports-page")

    went, _ = attempt(form, lambda: once(request, form, do))
    if went:
        messages.success(request, f"Taken away: {upload.name}. Nothing was written.")
    return see_other(went or request.get_full_path())


# ---- applying


def _apply(request: HttpRequest, person: Person, preview: Preview, questions: QuestionsForm) -> HttpResponse:
    upload = preview.upload
    form = _facts_form(preview, request.POST)
    if not questions.is_valid():
        return _page(request, preview, form, questions, status=422)
    new = {q: said for q, said in questions.answers.items() if uploads.answers_to(upload).get(q.key) != said}
    if new:
        uploads.answer(upload=upload, answers=new, facts=typed(request.POST))
        preview = preview_of(request, upload_of(upload.pk), with_ratings=preview.with_ratings)
        questions = _questions(preview.upload, preview)
        said = [] if preview.questions else [LOOK_AGAIN]
        return _page(request, preview, form, questions, status=422, said=said, must_answer=True)
    if preview.questions:
        return _page(request, preview, form, questions, status=422, must_answer=True)

    def do() -> str:
        _write(person, preview, form)
        return reverse("workstreams:import-page", args=[upload.pk])

    went, status = attempt(form, lambda: once(request, form, do))
    if went:
        return see_other(went)
    if status == 409:
        preview = preview_of(request, upload, with_ratings=preview.with_ratings, afresh=True)
        questions = _questions(upload, preview)
        form.renew(seen=preview.live.seq if preview.live else "")
    return _page(request, preview, form, questions, status=status)


def _write(person: Person, preview: Preview, form: ApplyForm) -> Version:
    facts, upload, matched, new = form.cleaned_data, preview.upload, preview.matched, None
    if upload.plan is None:
        matched = replace(matched, picture=replace(matched.picture, year_label=facts["year_label"]))
        new = NewPlan(
            ref=facts["ref"],
            deciding_group=form.decider,
            title=facts["title"],
            is_current=facts["state"] == CURRENT,
        )
    agreed = Agreed(facts["agreed_on"], facts["ratings"] == AT_A_MEETING) if form.keeps_ratings else None
    return importing.apply_picture(
        plan=upload.plan,
        matched=matched,
        upload=upload,
        by=permissions.business_unit(person),
        because=facts["because"],
        seen=whole(facts["seen"]),
        agreed=agreed,
        new=new,
        label=facts["label"],
        cells=preview.reading.cells,
    )


def _facts_form(preview: Preview, data: Any = None, initial: Mapping[str, str] | None = None) -> ApplyForm:
    plan = preview.upload.plan
    return ApplyForm(
        data,
        plan=plan,
        groups=Group.objects.filter(ends_on=None).order_by("name"),
        has_ratings=preview.has_ratings,
        decider=preview.live.decider if preview.live else "group that decides",
        initial=_suggested(preview)
        | dict(initial or {})
        | {"seen": preview.live.seq if preview.live else ""},
    )


def _suggested(preview: Preview) -> dict[str, Any]:
    """What the file itself says of the version that it is to be."""
    reading, picture, plan = preview.reading, preview.picture, preview.upload.plan
    agreed = importing.suggested_agreed(preview.live, reading)
    used = (
        list(Version.objects.filter(plan=plan).order_by("seq").values_list("label", flat=True))
        if plan
        else []
    )
    printed = [row.label for row in picture.versions if row.id <= 0]
    facts: dict[str, Any] = {
        "label": importing.suggested_label(plan, reading) or free_label([*used, *printed]),
        "agreed_on": agreed.on if agreed else "",
        "ratings": AT_A_MEETING if agreed else "",
        "state": CURRENT,
    }
    if plan is not None:
        return facts
    facts |= {
        "title": picture.title,
        "ref": importing.suggested_ref(picture.title),
        "year_label": picture.year_label,
    }
    try:
        group = importing.suggested_group(picture.deciding_group)
    except Refused:
        return facts  # several groups could decide it: none is chosen for them
    return facts | ({"new_group": group} if isinstance(group, str) else {"deciding_group": group.pk})


# ---- the page


def _address(upload: Upload, request: HttpRequest) -> str:
    asked = request.GET.get("workstream", "")
    return reverse("workstreams:import-page", args=[upload.pk]) + (f"?workstream={asked}" if asked else "")


def _page(
    request: HttpRequest,
    preview: Preview,
    form: ApplyForm,
    questions: QuestionsForm,
    *,
    status: int = 200,
    said: Any = (),
    must_answer: bool = False,
) -> HttpResponse:
    shown = preview.shown(request.GET.get("workstream", ""))
    return render_page(
        request,
        "workstreams/import_page.html",
        {
            "upload": preview.upload,
            "preview": preview,
            "form": form,
            "questions": questions,
            "said": said,
            "must_answer": must_answer,
            "shown": [(workstream, preview.traces(workstream)) for workstream in shown],
            "heads": preview.picture.heads,
            "word": preview.picture.workstream_word,
            "address": request.get_full_path(),
        },
        region="preview",
        status=status,
    )


def _applied(request: HttpRequest, upload: Upload) -> HttpResponse:
    """What became of a file: the version that it made, and where in it each value stands."""
    form, status = Form(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":

        def do() -> str:
            raise Refused("This file was applied already. Nothing was written again.")

        went, status = attempt(form, lambda: once(request, form, do))
        if went:
            return see_other(went)
    assert upload.plan is not None  # an applied file has become one
    picture = picture_for(request, upload.plan)
    places, texts = by_row(upload.cells), texts_of(uploads.document_of(upload))
    asked = request.GET.get("workstream", "")
    shown = [w for w in picture.workstreams if w.number == asked] or list(picture.workstreams[:1])
    return render_page(
        request,
        "workstreams/import_applied.html",
        {
            "upload": upload,
            "form": form,
            "picture": picture,
            "word": picture.workstream_word,
            "unheld": _unheld(picture),
            "shown": [(w, list(traces(w, picture, lambda row: places.get(row, {}), texts))) for w in shown],
        },
        status=status,
    )


def _unheld(picture: PlanPicture) -> list[Post]:
    """The posts that the plan names and nobody holds."""
    named = {
        o.post_id: o.holders
        for w in picture.workstreams
        for out in w.outcomes
        for a in out.actions
        for o in a.officers
    }
    return list(
        Post.objects.filter(pk__in=[pk for pk, holders in named.items() if not holders]).order_by("title")
    )
