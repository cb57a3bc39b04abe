"""Finding: a reference, a source, a post or words, in the plan as the one who asks may see it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from sscp.limits import asks, limited
from sscp.pages import UNKEEPABLE, render_page

from .. import permissions
from ..models import Post
from ..picture import Action, Outcome, Placed, PlanPicture, Rating, Source, Workstream
from . import choices_of, moments, person_of, plan_of

Titles = list[tuple[int, str, list[str]]]

LONGEST = 200  # characters that are looked for
EXAMPLES = 2


@dataclass(frozen=True)
class PostFound:
    """A post that was found, with the measures of the actions that name it."""

    title: str
    measures: tuple[Placed, ...]


@dataclass(frozen=True)
class ActionFound:
    """An action that was found by its own words. One that is rated itself is found as what is rated."""

    action: Action
    outcome: Outcome
    workstream: Workstream


@limited("searches", asks)
def find(request: HttpRequest) -> HttpResponse:
    """An exact reference leads straight to its page; anything else answers with what was found, by kind."""
    person = person_of(request)
    if not permissions.may_read_plan(person):
        raise Http404
    q = " ".join(UNKEEPABLE.sub(" ", request.GET.get("q", "")).split())[:LONGEST].strip()
    plan = plan_of(request)
    as_at = moments.as_at_of(request, plan)
    picture = moments.picture_as_at(request, plan, as_at)
    outcomes = [o for w in picture.workstreams for o in w.outcomes]
    references = [o.ref for o in outcomes if o.ref]
    for reference in [*references, *(w.number for w in picture.workstreams)]:
        if q.casefold() == reference.casefold():
            page = reverse("workstreams:reference-page", args=[plan.ref, reference])
            return redirect(f"{page}{as_at.query}")
    titles = _titles_of(picture) if as_at.moment else _titles()
    found = _found(picture, q, titles) if q else {}
    return render_page(
        request,
        "workstreams/find.html",
        {
            "q": q,
            "choices": choices_of(request, plan, None, q=q, **as_at.parameters),
            "picture": picture,
            "as_at": as_at,
            "found": found,
            "total": sum(map(len, found.values())),
            "examples": references[:EXAMPLES],
            "example_source": next((s.printed for s in _sources(picture)), ""),
        },
    )


def _found(picture: PlanPicture, q: str, titles: Titles) -> dict[str, tuple[Any, ...]]:
    """What a query finds, by kind. A measure found by its own words is not listed again for what was said of it."""
    says = _matcher(q)
    placed = tuple(picture.placed())
    cited = tuple(p for p in placed if any(_cites(s, q) for s in _sources_of(p)))
    measures = tuple(p for p in placed if says(p.measure.text or f"{p.action.text} {p.action.progress_note}"))
    said = tuple(p for p in placed if p not in measures and says(_said(p)))
    return {
        "cited": cited,
        "posts": _posts(picture, q, titles),
        "measures": measures,
        "outcomes": tuple(
            o
            for w in picture.workstreams
            for o in w.outcomes
            if not o.is_unnamed and says(f"{o.statement} {o.evidence_note}")
        ),
        "actions": tuple(
            ActionFound(a, o, w)
            for w in picture.workstreams
            for o in w.outcomes
            for a in o.actions
            if says(f"{a.text} {a.reporting_duty} {a.progress_note}")
            and not any(p.action == a for p in measures)
        ),
        "said": said,
    }


def _matcher(q: str) -> Callable[[str], bool]:
    """Whether a text holds every word of the query, in any order and case."""
    words = _folded(q).split()

    def says(text: str) -> bool:
        folded = _folded(text)
        return all(word in folded for word in words)

    return says


def _folded(text: str) -> str:
    """As the eye compares: without case, and with one kind of apostrophe and of "and"."""
    return text.casefold().replace("’", "'").replace("&", " and ")


def _said(placed: Placed) -> str:
    """The latest words on a measure, as far as the picture's reader sees them."""
    m = placed.measure
    ratings: Iterable[Rating | None] = (m.agreed, m.proposed, m.proposal, m.held_over)
    said = [
        " ".join((r.words, r.recovery_plan, r.risk_note, r.evidence, r.evidence_held, r.because))
        for r in ratings
        if r
    ]
    return " ".join([*said, m.impact.text if m.impact else ""])


def _sources_of(placed: Placed) -> tuple[Source, ...]:
    return (*placed.outcome.sources, *placed.action.sources, *placed.measure.sources)


def _sources(picture: PlanPicture) -> Iterable[Source]:
    return (s for p in picture.placed() for s in _sources_of(p) if any(c.isdigit() for c in s.printed))


def _cites(source: Source, q: str) -> bool:
    """Every word of the query is a whole word of the source: "JTAI 1.1" is not JTAI 1.10."""
    words = set(_words(f"{source.printed} {source.recommendation}"))
    asked = _words(q)
    return bool(asked) and words.issuperset(asked)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\s,;:()/\[\]]+", _folded(text))


def _posts(picture: PlanPicture, q: str, titles: Titles) -> tuple[PostFound, ...]:
    """Posts whose title or other spelling holds every word, in the order of their titles."""
    says = _matcher(q)
    return tuple(
        PostFound(title, tuple(p for p in picture.placed() if pk in p.action.post_ids))
        for pk, title, spellings in sorted(titles, key=lambda post: post[1])
        if any(says(spelling) for spelling in (title, *spellings))
    )


def _titles() -> Titles:
    """Every post, with its title and its other spellings."""
    return list(Post.objects.values_list("pk", "title", "spellings"))


def _titles_of(picture: PlanPicture) -> Titles:
    """The posts that a plan named, with the titles that they had and as it printed them."""
    officers = [o for p in picture.placed() for o in p.action.officers]
    printed = {o.post_id: [each.printed for each in officers if each.post_id == o.post_id] for o in officers}
    return [(pk, title, printed[pk]) for pk, title in {o.post_id: o.title for o in officers}.items()]
