"""Making a pack in four steps, each an address that carries what was chosen: version, contents, preview, issue."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from sscp.limits import is_sent, limited
from sscp.pages import Form, render_page
from sscp.sure import sure_who
from workstreams import permissions
from workstreams.models import Pack, Version
from workstreams.permissions import Person
from workstreams.recording import Refused, RequestReused, answer_once
from workstreams.vocabulary import PackKind

from .. import html, operations, pdf
from ..pack import OFFERED, Choice, said
from . import plan_and_choices, reader_of


@dataclass(frozen=True)
class Choices:
    """What the address of a step says: which version, as what, with which parts."""

    version: Version
    kind: PackKind
    contents: tuple[str, ...]

    @property
    def said(self) -> str:
        return said(self.kind)

    @property
    def query(self) -> str:
        # The empty part says that the parts were chosen, even where none was.
        return urlencode({"kind": self.kind.value, "part": ["", *self.contents]}, doseq=True)

    @property
    def offered(self) -> list[tuple[Choice, bool]]:
        """Every part that this kind can have, and whether it was chosen."""
        return [(choice, choice.content in self.contents) for choice in OFFERED[self.kind]]

    @property
    def parts(self) -> list[str]:
        return [choice.label for choice, taken in self.offered if taken]

    def address(self, name: str) -> str:
        return f"{reverse(f'reporting:{name}', args=[self.version.pk])}?{self.query}"

    @property
    def contents_url(self) -> str:
        return self.address("pack-page")

    @property
    def preview_url(self) -> str:
        return self.address("pack-preview")

    @property
    def issue_url(self) -> str:
        return self.address("pack-issue")

    @property
    def issued_url(self) -> str:
        return reverse("reporting:issued-pack", args=[self.version.pk, self.kind.value.lower()])


@dataclass(frozen=True)
class Row:
    """A version in the first step, with what can be made of it."""

    version: Version
    kinds: list[tuple[PackKind, str, bool]]
    withdrawn: Version | None


@require_safe
def packs_page(request: HttpRequest) -> HttpResponse:
    """The first step: which version, and as what."""
    plan, choices = plan_and_choices(request, _maker(request))
    versions = list(plan.versions.defer("picture").select_related("meeting").order_by("seq"))
    issued = set(Pack.objects.filter(version__plan=plan).values_list("version", "kind"))
    held = set(plan.versions.frozen().values_list("pk", flat=True))

    def row(version: Version) -> Row:
        others = [v for v in versions if v.meeting_id == version.meeting_id]
        kinds = operations.kinds_of(version, others)
        return Row(
            version,
            [(kind, said(kind), (version.pk, kind.value) in issued) for kind in kinds],
            operations.withdrawn(version, others),
        )

    rows = [row(version) for version in reversed(versions) if version.pk in held]
    return render_page(request, "reporting/packs_page.html", {"plan": plan, "choices": choices, "rows": rows})


@require_safe
def pack_page(request: HttpRequest, version_id: int) -> HttpResponse:
    """The second step: what is in it. Who makes no packs is led to the one that was made of this version."""
    person = reader_of(request)
    if not permissions.may_make_packs(person):
        made = permissions.packs_visible_to(person).filter(version=version_id).order_by("kind")
        if kind := made.values_list("kind", flat=True).first():
            return HttpResponseRedirect(reverse("reporting:issued-pack", args=[version_id, kind.lower()]))
    _maker(request)
    choices = _choices(request, version_id)
    if _has_begun(choices):
        return HttpResponseRedirect(choices.issued_url)
    others = [kind for kind in operations.kinds_of(choices.version) if kind != choices.kind]
    return render_page(
        request,
        "reporting/pack_page.html",
        {"choices": choices, "others": others, "withdrawn": operations.withdrawn(choices.version)},
    )


@require_safe
def pack_preview(request: HttpRequest, version_id: int) -> HttpResponse:
    """The third step: the pack's own page, as it would be drawn, with the way on above it."""
    _maker(request)
    choices = _choices(request, version_id)
    other = operations.compared_version(choices.version, choices.kind)
    pack = operations.pack_to_issue(choices.version, choices.kind, choices.contents, other)
    bar = html.Bar(choices.said, static("app/favicon.svg"), choices.contents_url, choices.issue_url)
    page = html.html(pack, sheets=[static("app/print.css"), static("app/screen.css")], bar=bar)
    return HttpResponse(page, headers={"Cache-Control": "no-store"})


@require_http_methods(["GET", "HEAD", "POST"])
@sure_who("issuing a pack")
@limited("exports", is_sent)
def pack_issue(request: HttpRequest, version_id: int) -> HttpResponse:
    """The fourth step: have it drawn, for good."""
    person = _maker(request)
    choices = _choices(request, version_id)
    form = Form(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                answer = answer_once(
                    request_id=form.cleaned_data["request_id"],
                    user=person.user,
                    content={"address": request.get_full_path()},
                    do=lambda: _ask(choices, person),
                )
            except Refused as refused:
                form.add_error(None, str(refused))
            except RequestReused:
                form.add_error(None, "This form was sent before with other contents. Look at it again.")
                status = 409
            else:
                messages.success(request, f"The {choices.said} is being drawn.")
                return HttpResponseRedirect(answer, status=303)
            form.renew()
    elif _has_begun(choices):
        return HttpResponseRedirect(choices.issued_url)
    return render_page(
        request,
        "reporting/pack_issue.html",
        {
            "choices": choices,
            "form": form,
            "withdrawn": operations.withdrawn(choices.version),
            "no_pdf_because": pdf.cannot_draw_because(),
        },
        status=status,
    )


def _ask(choices: Choices, person: Person) -> str:
    operations.ask_for(
        version=choices.version,
        kind=choices.kind,
        contents=list(choices.contents),
        by=permissions.business_unit(person),
    )
    return choices.issued_url


def _maker(request: HttpRequest) -> Person:
    """Who makes packs. Raises Http404 for who reads no plan, PermissionDenied for who makes none."""
    person = reader_of(request)
    if not permissions.may_read_plan(person):
        raise Http404("This person reads the published edition only.")
    if not permissions.may_make_packs(person):
        raise PermissionDenied("The business unit makes the packs.")
    return person


def _choices(request: HttpRequest, version_id: int) -> Choices:
    """What the address says. Raises Http404 for a version, kind or part that there is not."""
    frozen = Version.objects.frozen().select_related("meeting", "plan__deciding_group")
    version = get_object_or_404(frozen, pk=version_id)
    kinds = operations.kinds_of(version)
    if not kinds or request.GET.get("kind", kinds[0]) not in kinds:
        raise Http404("This version is not issued as that.")
    kind = PackKind(request.GET.get("kind", kinds[0]))
    chosen = [code for code in request.GET.getlist("part") if code] if "part" in request.GET else None
    try:
        return Choices(version, kind, operations.contents_of(kind, chosen))
    except Refused as foreign:
        raise Http404(str(foreign)) from foreign


def _has_begun(choices: Choices) -> bool:
    """The pack is there, or on its way: nothing is left to choose."""
    progress = operations.progress_of(choices.version, choices.kind)
    return progress.pack is not None or progress.is_moving
