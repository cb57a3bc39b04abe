"""The forms of one part's page, each opened by its name in the address."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest

from ... import permissions
from ...forms import keeping as forms
from ...models import (
    Action,
    ActionOfficer,
    Level,
    Measure,
    Outcome,
    Passage,
    Plan,
    Post,
    Rating,
    Recommendation,
    SourceRef,
    Workstream,
)
from ...operations import plan as planning
from ...operations import targets
from ...vocabulary import Precision
from ...words import counted
from .. import whole
from ..panels import Panel, data_of, form_asked, seen_of
from .nouns import NOUNS, PLACES, above_of, by_of, list_of, name_of, outline_of, rows_of, word_of
from .writing import form_of, is_gone


def panel_asked(request: HttpRequest, plan: Plan, item: Any) -> Panel | None:
    """The form that the address opens. Raises Http404 for one that this part has not."""
    asked = request.GET.get("form", "")
    name, _, pk = asked.partition("-")
    known = _known(item)
    if not asked or name not in known:
        form_asked(request, ())
        return None
    panel = known[name](request, plan, item, int(pk) if pk.isdecimal() else 0)
    panel.key = asked
    return panel


Maker = Callable[[HttpRequest, Plan, Any, int], Panel]


def _known(item: Any) -> dict[str, Maker]:
    """What can be done with this part now."""
    if isinstance(item, Passage):
        return {"change": _change, "out": _take_out}
    ends: dict[str, Maker] = {"delete": _delete}
    if is_gone(item):
        return ends | {"restore": _restore}
    known: dict[str, Maker] = ends | {"change": _change, "withdraw": _withdraw}
    if isinstance(item, Outcome | Action | Measure):
        known |= {"place": _place, "source": _source, "unsource": _take_out_source}
    if isinstance(item, Action):
        known |= {"officer": _officer, "off": _take_off}
    if isinstance(item, Measure):
        known |= {"target": _target}
    return known


def _seen(form: forms.KeptForm) -> int:
    return whole(form.cleaned_data["seen"]) or 0


def _change(request: HttpRequest, plan: Plan, item: Any, _: int) -> Panel:
    noun = NOUNS[type(item)]
    form = form_of(plan, noun, data_of(request), item=item, **seen_of(item))
    return Panel(
        key="change",
        heading=f"Change this {word_of(plan, noun)}",
        button="Keep the change",
        form=form,
        of=item,
        explains="Measures are rated by this level. Its new word, colour and what it counts as are shown for all their"
        " ratings, earlier ones too; the history, papers and versions issued before keep what they said."
        if isinstance(item, Level) and Rating.objects.filter(level=item).exists()
        else "",
        do=lambda: planning.change(item=item, by=by_of(request), seen=_seen(form), **form.facts()),
        said=lambda: "Kept as you wrote it. What it said before stands in the history.",
    )


# ---- in the plan, out of it, elsewhere in it


def _reason(request: HttpRequest, plan: Plan, item: Any) -> forms.KeptForm:
    return forms.KeptForm(data_of(request), is_draft=plan.is_draft, initial=seen_of(item))


def _withdraw(request: HttpRequest, plan: Plan, item: Any, _: int) -> Panel:
    form, word = _reason(request, plan, item), word_of(plan, NOUNS[type(item)])
    with_it = (
        "It is offered no more, and what was rated by it before keeps it. First no measure may stand at it."
    )
    if isinstance(item, PLACES):
        n = planning.measures_beneath(item).live().count()
        going = (
            ""
            if isinstance(item, Measure)
            else f" With it {'goes' if n == 1 else 'go'} {counted(n, 'measure')}."
        )
        with_it = (
            f"It leaves the plan, the updates asked of officers and the papers to come.{going} Ratings, dates and"
            " history stay, and come back with it if it is restored. Papers and versions issued before keep it."
        )
        if waiting := len(planning.standing_proposals(list(planning.measures_beneath(item).live()))):
            with_it += f" {counted(waiting, 'update that was sent is', 'updates that were sent are')} not decided then."
    return Panel(
        key="withdraw",
        heading=f"Withdraw this {word}",
        button=f"Withdraw the {word}",
        form=form,
        of=item,
        explains=with_it,
        leads=list_of(plan, item).partition("#")[0],
        do=lambda: planning.withdraw(
            item=item, because=form.cleaned_data["because"], by=by_of(request), seen=_seen(form)
        ),
        said=lambda: f"Withdrawn: {name_of(item)}. It can be restored from the list of what was withdrawn.",
    )


def _restore(request: HttpRequest, plan: Plan, item: Any, _: int) -> Panel:
    form, word = _reason(request, plan, item), word_of(plan, NOUNS[type(item)])
    return Panel(
        key="restore",
        heading=f"Restore this {word}",
        button=f"Restore the {word}",
        form=form,
        of=item,
        explains="It stands in the plan again where it stood, with all that went with it.",
        leads=list_of(plan, item),
        do=lambda: planning.restore(
            item=item, because=form.cleaned_data["because"], by=by_of(request), seen=_seen(form)
        ),
        said=lambda: f"Restored: {name_of(item)}.",
    )


def _delete(request: HttpRequest, plan: Plan, item: Any, _: int) -> Panel:
    if not plan.is_draft:
        raise Http404("Only a part of a draft can be deleted.")
    form, word = _reason(request, plan, item), word_of(plan, NOUNS[type(item)])
    return Panel(
        key="delete",
        heading=f"Delete this {word}",
        button=f"Delete the {word}",
        form=form,
        of=item,
        explains=planning.why_not_deleted(item)
        or "It goes with all that stands beneath it, and cannot be restored. That it was there stays in the history.",
        leads=list_of(plan, item).partition("#")[0] if isinstance(item, Level) else outline_of(plan),
        do=lambda: planning.delete(
            item=item, because=form.cleaned_data["because"], by=by_of(request), seen=_seen(form)
        ),
        said=lambda: f"Deleted: {name_of(item)}.",
    )


def _take_out(request: HttpRequest, plan: Plan, item: Passage, _: int) -> Panel:
    form = _reason(request, plan, item)
    return Panel(
        key="out",
        heading="Take this text out",
        button="Take the text out",
        form=form,
        of=item,
        explains="The plan has it no more. What it said stays in the history.",
        leads=list_of(plan, item),
        do=lambda: planning.take_out_passage(
            passage=item, because=form.cleaned_data["because"], by=by_of(request), seen=_seen(form)
        ),
        said=lambda: f"Taken out: {name_of(item)}.",
    )


def _place(request: HttpRequest, plan: Plan, item: Any, _: int) -> Panel:
    form = forms.MoveToForm(
        data_of(request), places=_places(plan, item), is_draft=plan.is_draft, initial=seen_of(item)
    )
    stays = "Its ratings, dates, sources and history go with it."
    if isinstance(item, Measure):
        stays += " Who may update it follows from the officers of the action that it moves to."
    return Panel(
        key="place",
        heading=f"Move this {word_of(plan, NOUNS[type(item)])} elsewhere",
        button="Move it there",
        form=form,
        of=item,
        explains=f"It stays the same and stands last in its new place. {stays}",
        do=lambda: planning.move_to(
            item=item,
            place=form.chosen,
            because=form.cleaned_data["because"],
            by=by_of(request),
            seen=_seen(form),
        ),
        said=lambda: f"Moved: {name_of(item)}.",
    )


def _places(plan: Plan, item: Any) -> list[tuple[str, Any]]:
    """Where it could stand: the live places of the plan, by name, without its own."""
    nouns = {Outcome: ("workstreams",), Action: ("outcomes", "workstreams"), Measure: ("actions",)}[
        type(item)
    ]
    offered = []
    for noun in nouns:
        for place in sorted(rows_of(plan, noun).filter(withdrawn=False), key=_in_plan_order):
            if is_gone(place) or _stands_in(item, place):
                continue
            word = word_of(plan, noun)
            above = ""
            if isinstance(place, Action):
                above = f"{name_of(above_of(place)[0]).split(' ')[0]}: "
            straight = (
                " (straight under it)" if isinstance(item, Action) and isinstance(place, Workstream) else ""
            )
            offered.append((f"{word[:1].upper()}{word[1:]} {above}{name_of(place)}{straight}", place))
    return offered


def _in_plan_order(place: Any) -> list[int]:
    return [each.order for each in (*reversed(above_of(place)), place)]


def _stands_in(item: Any, place: Any) -> bool:
    match place:
        case Workstream():
            return bool(item.workstream_id == place.pk)
        case Outcome():
            return bool(item.outcome_id == place.pk)
    return bool(item.action_id == place.pk)


# ---- who is responsible


def _officer(request: HttpRequest, plan: Plan, action: Action, pk: int) -> Panel:
    """Add an officer, or change the one whose number the address gives."""
    if pk:
        officer = _of_action(action, pk)
        form = forms.OfficerForm(
            data_of(request),
            is_draft=plan.is_draft,
            initial=forms.OfficerForm.told(officer) | seen_of(officer),
        )
        return Panel(
            key="officer",
            heading=f"Change how {officer.post} is named",
            button="Keep the change",
            form=form,
            of=officer,
            do=lambda: planning.change(item=officer, by=by_of(request), seen=_seen(form), **form.facts()),
            said=lambda: f"Kept: {officer.post}.",
        )
    named = action.officers.values("post")
    posts = Post.objects.filter(ends_on=None).exclude(kind__in=permissions.SILENT).exclude(pk__in=named)
    form = forms.OfficerForm(data_of(request), posts=posts.order_by("title"), is_draft=plan.is_draft)
    return Panel(
        key="officer",
        heading="Add a responsible officer",
        button="Add the officer",
        form=form,
        explains="Whoever holds the post may update the measures of this action from now on.",
        do=lambda: planning.name_officer(action=action, by=by_of(request), **form.facts()),
        said=lambda: f"Added: {form.facts()['post']}.",
    )


def _take_off(request: HttpRequest, plan: Plan, action: Action, pk: int) -> Panel:
    officer = _of_action(action, pk)
    form = _reason(request, plan, officer)
    return Panel(
        key="off",
        heading=f"Take {officer.post} off this action",
        button="Take the officer off",
        form=form,
        of=officer,
        explains="The holder of the post can no longer update the measures of this action. What they sent stays.",
        do=lambda: planning.take_off_officer(
            officer=officer, because=form.cleaned_data["because"], by=by_of(request), seen=_seen(form)
        ),
        said=lambda: f"No longer named: {officer.post}.",
    )


def _of_action(action: Action, pk: int) -> ActionOfficer:
    officer = action.officers.select_related("post").filter(pk=pk).first()
    if officer is None:
        raise Http404("This action names no such officer.")
    return officer


# ---- where it came from, and by when


def _source(request: HttpRequest, plan: Plan, item: Any, _: int) -> Panel:
    register = Recommendation.objects.order_by("source", "reference")
    form = forms.SourceForm(data_of(request), register=register, is_draft=plan.is_draft)
    column = NOUNS[type(item)].removesuffix("s")
    return Panel(
        key="source",
        heading="Add a source",
        button="Add the source",
        form=form,
        do=lambda: planning.cite(by=by_of(request), **{column: item}, **form.facts()),
        said=lambda: f"Added: {form.cleaned_data['printed']}.",
    )


def _take_out_source(request: HttpRequest, plan: Plan, item: Any, pk: int) -> Panel:
    source: SourceRef | None = item.sources.filter(pk=pk).first()
    if source is None:
        raise Http404("No such source stands here.")
    form = _reason(request, plan, source)
    return Panel(
        key="unsource",
        heading=f"Take the source {source.printed} out",
        button="Take the source out",
        form=form,
        of=source,
        do=lambda: planning.take_out_source(
            source=source, because=form.cleaned_data["because"], by=by_of(request), seen=_seen(form)
        ),
        said=lambda: f"Taken out: {source.printed}.",
    )


def _target(request: HttpRequest, plan: Plan, measure: Measure, _: int) -> Panel:
    latest = measure.targets.order_by("-pk").first()
    now = measure.targets.filter(step__in=latest.CURRENT_STEPS).order_by("-pk").first() if latest else None
    told: dict[str, Any] = {"seen": latest.pk if latest else 0}
    if now is not None:
        told |= {"text": now.text, "note": now.note}
        if now.due_on:
            day = now.due_on.day if now.precision == Precision.DAY else ""
            told["due_on"] = (day, now.due_on.month, now.due_on.year)
            if now.text == forms.TargetForm.written(now.due_on, now.precision):
                told["text"] = ""  # made from the date again, when that is changed
    form = forms.TargetForm(data_of(request), is_draft=plan.is_draft and now is None, initial=told)
    if now is None:
        form.fields["because"].required = False
    return Panel(
        key="target",
        heading="Change the target date" if now else "Set the target date",
        button="Keep the date",
        form=form,
        explains="It holds at once, without the Executive. An officer who needs more time asks for a date on the"
        " measure’s page. Every date that was set stays in the history."
        if now
        else "It holds at once. Every date that was set stays in the history.",
        do=lambda: targets.set_target(measure=measure, by=by_of(request), seen=_seen(form), **form.facts()),
        said=lambda: f"Target date: {form.facts()['text']}.",
    )


def newest_target(measure: Measure) -> int:
    """What a form about the date has seen: its newest step, 0 where there is none."""
    return measure.targets.order_by("-pk").values_list("pk", flat=True).first() or 0
