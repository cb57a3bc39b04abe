"""The one-button forms that move a row up or down, on whatever page it stands."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest

from ...forms.keeping import MoveForm
from ...models import Plan
from ...operations import Overtaken, newest_rows
from ...operations import plan as planning
from .. import whole
from ..answering import attempt, once
from .nouns import NOUNS, by_of, name_of, rows_of


@dataclass
class Row:
    """One row with what its buttons send. `rows` stand beneath it."""

    item: Any
    key: str  # "measures-42"
    name: str
    address: str
    seen: int | None
    is_first: bool
    is_last: bool
    request_id: UUID = field(default_factory=uuid4)
    rows: list["Row"] = field(default_factory=list)
    straight: list["Row"] = field(default_factory=list)  # a workstream's actions without an outcome


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
            seen=seen.get(item),
            is_first=item == line[0],
            is_last=item == line[-1],
        )
        for item in line
    ]


def lined_up(items: Iterable[Model], address: Callable[[Model], str]) -> list[Row]:
    """The same, with what each has been: one query more."""
    line = list(items)
    return rows_in_line(line, newest_rows(line), address)


def answer_move(
    request: HttpRequest, plan: Plan, leads: Callable[[Model], str]
) -> tuple[str, int, MoveForm | None]:
    """Move what the form names: (where to go, 303), or ("", the status with which the page comes back, the form)."""
    form = MoveForm(request.POST)

    def do() -> str:
        way = form.cleaned_data["move"].rpartition("-")[2]
        item = item_meant(plan, form)
        if item is None:
            raise Overtaken(None)

        def moved() -> str:
            seen = whole(form.cleaned_data["seen"]) or 0
            planning.move(item=item, up=way == "up", by=by_of(request), seen=seen)
            return _with_focus(leads(item), form.cleaned_data["move"])

        address = once(request, form, moved)
        messages.success(request, f"Moved {way}: {name_of(item)}.")
        return address

    address, status = attempt(form, do)
    return address, status, form


def item_meant(plan: Plan, form: MoveForm) -> Any:
    """The row that a form moves; None where the plan has it no more, or the form names none."""
    if "move" not in getattr(form, "cleaned_data", {}):
        return None
    noun, pk, _ = form.cleaned_data["move"].split("-")
    return rows_of(plan, noun).filter(pk=int(pk)).first()


def _with_focus(address: str, move: str) -> str:
    """The address, saying which button was pressed: at the end of its line the row has another one for the focus."""
    page, _, anchor = address.partition("#")
    query = f"{'&' if '?' in page else '?'}{urlencode({'moved': move})}"
    return f"{page}{query}{'#' if anchor else ''}{anchor}"
