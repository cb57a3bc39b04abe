"""Answering in a workbook: handing it in, its differences row by row, and sending what was chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from sscp.limits import is_sent, limited
from sscp.pages import Form, render_page

from .. import due, gather, permissions
from ..forms.workbooks import AnswerForm, WorkbookForm
from ..intake.differences import Difference, Kind, counted, differences
from ..intake.document import unpacked
from ..intake.kinds import NotSafe
from ..intake.parse import parse
from ..intake.returned import NotAnswers, Returned, read
from ..models import Level, Measure, Post, Upload
from ..operations import RequestReused, answer_once, returned
from ..permissions import Person
from ..picture import PlanPicture
from ..words import counted as so_many
from . import current_plans, head_of, person_of, picture_for, see_other, sent

FOREIGN = "This workbook answers for a post that is not yours. Its holder hands it in, or the business unit."
WHOSE = "This workbook has lost what it says of its post. Choose whose it is."
REUSED = "This page was sent before with other words. What you typed is below: send it again."
NONE_CHOSEN = "Nothing is chosen. Choose “Send” for each row that is to be sent."
ALL_GONE = "Nothing was sent: what you chose can’t be sent any more. Each row says how it stands now."


# ---- handing in


@dataclass(frozen=True)
class Asked:
    """A post, and how many measures its workbook holds."""

    post: Post
    measures: int
    done: int


@limited("uploads", is_sent)
def workbooks_page(request: HttpRequest) -> HttpResponse:
    """The workbooks to take out, the one to hand in, and those handed in before."""
    person = person_of(request)
    if not permissions.may_answer_in_workbooks(person):
        raise Http404("Nobody asks this person for updates.")
    posts = list(permissions.posts_answered_by(person))
    form = WorkbookForm(request.POST or None, request.FILES or None, posts=posts)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and (address := _taken_in(request, person, form)):
            return see_other(address)
    return render_page(
        request,
        "workstreams/workbooks_page.html",
        {
            "form": form,
            "asked": _asked(request, posts),
            "uploads": permissions.workbooks_of(person)
            .defer("content", "document")
            .select_related("for_post"),
            "on_behalf": permissions.may_send_on_behalf(person),
        },
        status=status,
    )


def _taken_in(request: HttpRequest, person: Person, form: WorkbookForm) -> str:
    """Where its differences are shown; "" where it cannot be taken in, which the form then says."""
    file = form.cleaned_data["file"]
    content = file.read()
    try:
        document = parse(content, file.name)
        said = read(document, returned.seals())
    except (NotSafe, NotAnswers) as problem:
        form.add_error("file", str(problem))
        return ""
    post = form.posts.get(str(said.post)) if said.post else form.post
    if post is None:
        form.add_error(*("file", FOREIGN) if said.post else ("post", WHOSE))
        return ""

    def do() -> str:
        upload = returned.take_in(content=content, document=document, post=post, user=person.user)
        return reverse("workstreams:workbook-page", args=[upload.pk])

    try:
        return answer_once(
            request_id=form.cleaned_data["request_id"],
            user=person.user,
            content=sent(request) | {"file": file.name, "size": len(content)},
            do=do,
        )
    except RequestReused:
        form.add_error(None, "This form was sent before with another file. Choose the file again.")
        form.renew()
        return ""


def _asked(request: HttpRequest, posts: Sequence[Post]) -> list[Asked]:
    """The posts of which something is asked now."""
    pictures = _pictures(request)
    found = []
    bodies = permissions.with_bodies(posts)
    for post in posts:
        mine = [p.measure for each in pictures for p in due.own(each, bodies[post.pk]) if p.measure.asked]
        if mine:
            found.append(Asked(post, len(mine), sum(bool(m.updated) for m in mine)))
    return found


def _pictures(request: HttpRequest, *, afresh: bool = False) -> list[PlanPicture]:
    """The plans that are worked to, as this request found them; `afresh`: after somebody else's commit."""
    at = gather.head() if afresh else None
    return [picture_for(request, plan, at) for plan in current_plans(request)]


# ---- row by row


@dataclass
class Differences:
    """A workbook beside what stands now: its rows with a form each, where they can be sent."""

    upload: Upload
    said: Returned
    rows: list[tuple[Difference, AnswerForm | None]]

    @property
    def groups(self) -> list[tuple[Kind, list[tuple[Difference, AnswerForm | None]]]]:
        form_of = {difference.row.number: form for difference, form in self.rows}
        return [
            (kind, [(each, form_of[each.row.number]) for each in group])
            for kind, group in counted(difference for difference, _ in self.rows)
        ]

    @property
    def forms(self) -> list[AnswerForm]:
        return [form for _, form in self.rows if form]


class NotYet(Exception):
    """Nothing that was sent can be sent as it is: what is shown instead, and why."""

    def __init__(self, found: Differences, sentence: str) -> None:
        self.found, self.sentence = found, sentence
        super().__init__(sentence)


def workbook_page(request: HttpRequest, upload_id: int) -> HttpResponse:
    """What a workbook would change. Sending it answers here, with what is left."""
    person = person_of(request)
    upload = get_object_or_404(
        permissions.workbooks_of(person).defer("content").select_related("for_post"), pk=upload_id
    )
    form = Form(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, _beside(request, upload), form)
    if not form.is_valid():
        return _page(request, _beside(request, upload, request.POST), form, status=422)
    try:
        return see_other(_send(request, person, upload, form))
    except NotYet as problem:
        form.add_error(None, problem.sentence)
        return _page(request, problem.found, form, status=422)
    except returned.NothingSent as nothing:
        form.add_error(None, "Nothing was sent. Each row says why.")
        found = _refused(_beside(request, upload, request.POST, afresh=True), nothing.refused)
        status = 409 if nothing.overtaken else 422
    except RequestReused:
        form.add_error(None, REUSED)
        found, status = _beside(request, upload, request.POST), 409
    form.renew()
    return _page(request, found, form, status=status)


def _refused(found: Differences, refused: dict[str, dict[str, str]]) -> Differences:
    """The rows with the sentences that refused them, each ready to be sent again."""
    for row in found.forms:
        row.full_clean()
        for field, sentence in refused.get(row.prefix or "", {}).items():
            row.add_error(field if field in row.fields else None, sentence)
        row.as_it_stands()
    return found


def _send(request: HttpRequest, person: Person, upload: Upload, form: Form) -> str:
    """Send what was chosen, once; the answer is this page with what is left. Raises NotYet and NothingSent."""
    assert upload.for_post is not None
    by = permissions.speaking_for(person, upload.for_post)
    count = 0

    def do() -> str:
        nonlocal count
        found = _beside(request, upload, request.POST)
        faulty = [row for row in found.forms if not row.is_valid()]
        chosen = [row for row in found.forms if row.is_valid() and row.chosen is not None]
        if not chosen:
            raise NotYet(found, "Nothing was sent yet." if faulty else _why_none(request, found))
        typed = {row.prefix or "": row.typed for row in found.forms}
        count = len(returned.send_answers(upload=upload, answers=_answers(chosen), typed=typed, by=by))
        return reverse("workstreams:workbook-page", args=[upload.pk])

    answer = answer_once(
        request_id=form.cleaned_data["request_id"], user=person.user, content=sent(request), do=do
    )
    if count:
        until = "It is provisional until it is" if count == 1 else "They are provisional until they are"
        messages.success(request, f"{so_many(count, 'update')} sent. {until} decided.")
    return answer


def _why_none(request: HttpRequest, found: Differences) -> str:
    """Nobody chose a row; or somebody did, and it stands in the plan by now, or was sent from elsewhere."""
    sendable = {f"{row.prefix}-choice" for row in found.forms}
    chosen = {name for name, value in request.POST.items() if str(value).startswith("send-")}
    return ALL_GONE if chosen - sendable else NONE_CHOSEN


def _answers(rows: Sequence[AnswerForm]) -> list[returned.Answer]:
    chosen = {row.chosen: row for row in rows}
    measures = Measure.objects.select_related("action__outcome__plan", "action__workstream__plan").in_bulk(
        [pk for pk in chosen if pk]
    )
    plans = {where.picture.plan_id for row in rows for where in row.difference.meant}
    levels = {(level.plan_id, level.code): level for level in Level.objects.filter(plan__in=plans)}
    return [
        returned.Answer(
            row=row.prefix or "",
            at=row.difference.row.at,
            measure=measures[row.chosen],
            level=None if row.is_no_change else levels[row.plan_id, row.cleaned_data["level"]],
            said=row.said,
            figures=row.figures,
            seen=row.answered,
        )
        for row in rows
        if row.chosen
    ]


def _beside(request: HttpRequest, upload: Upload, data: Any = None, *, afresh: bool = False) -> Differences:
    assert upload.for_post is not None  # whoever takes in a workbook knows whose it is
    said = read(unpacked(upload.document), returned.seals())
    compared = differences(
        said,
        _pictures(request, afresh=afresh),
        post=upload.for_post_id or 0,
        posts=permissions.posts_of(upload.for_post),
        on=head_of(request).today,
    )
    found = [difference.after(upload.cells) for difference in compared]

    def form(difference: Difference) -> AnswerForm | None:
        if not difference.kind.can_be_sent:
            return None
        kept = upload.answers.get(f"row-{difference.row.number}", {})
        return AnswerForm(data, difference=difference, kept=kept)

    return Differences(upload, said, [(each, form(each)) for each in found])


def _page(request: HttpRequest, found: Differences, form: Form, status: int = 200) -> HttpResponse:
    return render_page(
        request,
        "workstreams/workbook_page.html",
        {
            "found": found,
            "upload": found.upload,
            "form": form,
            "faulty": [row for row in found.forms if row.is_bound and row.errors],
            "sendable": len(found.forms),
            "chosen": sum(kind is Kind.SEND for kind in (d.kind for d, _ in found.rows)),
            "on_behalf": permissions.may_send_on_behalf(person_of(request)),
        },
        region="differences",
        status=status,
    )
