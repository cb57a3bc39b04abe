"""Moving rows up or down, on whatever page they stand: one reason above them, and the buttons of each row."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest

from ...forms.keeping import MoveForm
from ...models import Plan
from ...operations import Overtaken, newest_rows
from ...operations import plan as planning
from ..answering import attempt, once
from .nouns import NOUNS, by_of, name_of, rows_of

LAST = "moved"  # in the session: the last move and its reason


@dataclass
class Row:
    """One row with what its buttons send. `rows` stand beneath it."""

    item: Any
    key: str  # "measures-42"
    name: str
    address: str
    seen: int
    is_first: bool
    is_last: bool
    rows: list["Row"] = field(default_factory=list)
    straight: list["Row"] = field(default_factory=list)  # a workstream's actions without an outcome

    @property
    def is_alone(self) -> bool:
        return self.is_first and self.is_last


def rows_in_line(
    items: Iterable[Model], seen: dict[Model, int], address: Callable[[Model], str]
) -> list[Row]:
    """What stands beside each other in one place, in its order."""
    line = list(items)
    return [
        Row(
            item=item,
            key=f"{NOUNS[type(item)]}-{item.pk}",
            name=name_of(item),
            address=address(item),
            seen=seen.get(item, 0),
            is_first=item == line[0],
            is_last=item == line[-1],
        )
        for item in line
    ]


def lined_up(items: Iterable[Model], address: Callable[[Model], str]) -> list[Row]:
    """The same, with what each has been: one query more."""
    line = list(items)
    return rows_in_line(line, newest_rows(line), address)


def some_move(rows: Iterable[Row]) -> bool:
    """Whether one of them, or of what stands beneath them, has a button."""
    return any(not row.is_alone or some_move(row.straight + row.rows) for row in rows)


def answer_move(request: HttpRequest, plan: Plan, leads: Callable[[Model], str]) -> tuple[str, int, MoveForm]:
    """Move what was asked for: (where to go, 303, the form). Or ("", the status of the page, its form).

    The session keeps the reason of the last move, for the page that comes back from it.
    """
    if request.method != "POST":
        because = request.session.get(LAST, {}).get(request.GET.get("moved"), "")
        return "", 200, MoveForm(is_draft=plan.is_draft, initial={"because": because})
    form = MoveForm(request.POST, is_draft=plan.is_draft)

    def do() -> str:
        noun, pk, way, seen = form.cleaned_data["move"]
        because = form.cleaned_data["because"]
        item = item_meant(plan, form)
        if item is None:
            raise Overtaken(None)

        def moved() -> str:
            planning.move(item=item, up=way == "up", because=because, by=by_of(request), seen=seen)
            return _with_focus(leads(item), f"{noun}-{pk}-{way}")

        address = once(request, form, moved)
        request.session[LAST] = {f"{noun}-{pk}-{way}": because}
        messages.success(request, f"Moved {way}: {name_of(item)}.")
        return address

    address, status = attempt(form, do)
    form.renew()
    return address, status, form


def item_meant(plan: Plan, form: MoveForm) -> Any:
    """The row that a form moves; None where the plan has it no more, or the form names none."""
    move = getattr(form, "cleaned_data", {}).get("move")
    return rows_of(plan, move.noun).filter(pk=move.pk).first() if move else None


def _with_focus(address: str, move: str) -> str:
    """The address, saying which button was pressed: it has the focus again, and its reason stands in the field."""
    page, _, anchor = address.partition("#")
    query = f"{'&' if '?' in page else '?'}{urlencode({'moved': move})}"
    return f"{page}{query}{'#' if anchor else ''}{anchor}"
