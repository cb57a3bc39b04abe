"""The moment at which a page shows its plan: now, or as at what stands in its address."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from sscp.pages import render_page

from .. import comparing, gather, history, permissions
from ..forms.moments import AS_AT, AsAtForm
from ..models import Plan
from ..picture import PlanPicture
from . import head_of, person_of, picture_for

# What an address holds of the moment itself, and which of many pages it shows.
OWN = (AS_AT, f"{AS_AT}_day", "page")


@dataclass(frozen=True)
class AsAt:
    """What a page says of its moment: the choice, the banner, and what its links carry on. `since` leads to what
    changed since then; nothing for who reads no history."""

    form: AsAtForm
    moment: gather.Moment | None
    path: str
    kept: tuple[tuple[str, str], ...]
    since: str = ""

    @property
    def parameters(self) -> dict[str, str]:
        """The moment as an address holds it; nothing for now."""
        return {AS_AT: self.moment.address} if self.moment else {}

    @property
    def query(self) -> str:
        """For a link to another page that shows a moment: "?as-at=304", or nothing."""
        return f"?{urlencode(self.parameters)}" if self.moment else ""

    @property
    def beside(self) -> str:
        """The same after other parameters: "&as-at=304"."""
        return self.query.replace("?", "&", 1)

    @property
    def now(self) -> str:
        """The same page as things stand now."""
        return f"{self.path}?{urlencode(self.kept)}" if self.kept else self.path


class NoSuchMoment(Http404):
    """What the address names is no moment of the plan. `form` says why, or `sentence` does, and `history` leads to what
    the record has of that time where it has more."""

    def __init__(self, sentence: str, as_at: AsAt, history: str = "") -> None:
        self.sentence, self.as_at, self.history = sentence, as_at, history
        super().__init__(sentence)


def is_named(request: HttpRequest) -> bool:
    """Whether the address names a moment at all."""
    return any(request.GET.get(name) for name in (AS_AT, f"{AS_AT}_day"))


def as_at_of(request: HttpRequest, plan: Plan) -> AsAt:
    """The moment that this page shows, and its choice. Raises NoSuchMoment: `refused` answers it."""
    person = person_of(request)
    form = AsAtForm(request.GET, plan=plan, agreed_only=not permissions.may_read_plan(person))
    kept = tuple(
        (name, value) for name in request.GET if name not in OWN for value in request.GET.getlist(name)
    )
    if not form.is_valid():
        raise NoSuchMoment("", AsAt(form, None, request.path, kept))
    since = reverse("workstreams:comparison-page") + comparing.address_of(plan, form.moment)
    return AsAt(form, form.moment, request.path, kept, since if permissions.may_read_history(person) else "")


def picture_as_at(request: HttpRequest, plan: Plan, as_at: AsAt) -> PlanPicture:
    """The plan as the one who asks may see it, at the moment of this page: an agreed version as it was printed.

    Raises NoSuchMoment where the plan did not stand then."""
    if as_at.moment is None:
        return picture_for(request, plan)
    reader = permissions.reader(person_of(request))
    try:
        picture = gather.picture_for(reader, plan, head_of(request), as_at=as_at.moment)
    except gather.NotYet as not_yet:
        told = {"plan": plan.ref, "until": as_at.moment.today.isoformat()}
        to_history = f"{reverse('workstreams:history-page')}?{urlencode(told)}"
        raise NoSuchMoment(str(not_yet), as_at, to_history if not_yet.drafted else "") from not_yet
    return picture.as_agreed() if as_at.moment.is_agreed else picture


def recorded_later(request: HttpRequest, picture: PlanPicture, as_at: AsAt) -> list[history.Later] | None:
    """What became known after the moment of this page about the time up to it, as far as the one who asks may see;
    None where they read no history."""
    if as_at.moment is None or not permissions.may_read_history(person_of(request)):
        return None
    return history.recorded_later(picture, as_at.moment.upto, permissions.reader(person_of(request)))


def refused(request: HttpRequest, none: NoSuchMoment) -> HttpResponse:
    """422 where what was given is no moment; 404 where the plan did not stand then."""
    context = {
        "as_at": none.as_at,
        "form": none.as_at.form,
        "sentence": none.sentence,
        "history": none.history,
    }
    return render_page(
        request, "workstreams/as_at_refused.html", context, status=404 if none.sentence else 422
    )
