"""The report as a workbook: for sorting and filtering, and for whoever reads a table better in a spreadsheet."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from workstreams.picture import PlanPicture

from ..pack import Addendum, Content, Pack
from . import rows
from .answers import draw_answers
from .comparison import draw_comparison
from .minutes import draw_minutes
from .plan import carry_plan
from .rows import Column
from .sheets import LONGEST, Book, Rated, Value

if TYPE_CHECKING:
    from workstreams.history import HistoryRow

__all__ = ["LONGEST", "Book", "Rated", "Value", "draw", "draw_answers", "draw_comparison", "draw_minutes"]


def draw(
    pack: Pack,
    history: "Iterable[HistoryRow] | None" = None,
    picture: PlanPicture | None = None,
    key: str = "",
) -> bytes:
    """The workbook, with a sheet for each part of the pack that is a table, and one of history where its reader may
    see one.

    With the `picture` of the pack it can be changed and read again: it carries the plan along as it was written,
    sealed by `key`.

    Raises CouldNotDraw for a text that no cell can hold.
    """
    book = Book(
        title=f"{pack.title}: {pack.standing}",
        by=pack.partnership,
        on=pack.on,
        seq=pack.seq,
        provisional=not pack.agreed,
    )

    def add(name: str, columns: tuple[Column, ...], found: Iterable[Any], freeze: str = "A2") -> None:
        head = [(c.title, c.width) for c in rows.seen_by(rows.titled(columns, pack), public=pack.is_public)]
        book.add(name, head, rows.of(columns, found, public=pack.is_public), freeze=freeze)

    if isinstance(pack, Addendum):
        add("Sent after papers", rows.LATE, pack.late)
        if pack.dates_asked:
            add("Dates asked for", rows.DATES_ASKED, pack.dates_asked)
    if Content.PLAN in pack.contents:
        add("Plan", rows.plan_columns(pack), rows.plan(pack), freeze="C2")
    if Content.EXCEPTIONS in pack.contents:
        add("Exceptions", rows.EXCEPTIONS, rows.exceptions(pack))
    if Content.DECISIONS in pack.contents and not pack.agreed:
        add("Decisions", rows.DECISIONS, rows.decisions(pack))
    if Content.CHALLENGES in pack.contents and pack.challenges:
        add("Challenges", rows.CHALLENGES, rows.challenges(pack))
    if Content.HIGHLIGHTS in pack.contents and pack.highlights:
        add("Highlights", rows.HIGHLIGHTS, rows.highlights(pack))
    if Content.SLIPS in pack.contents:
        add("Slips", rows.SLIPS, pack.slipped)
    if Content.RECURRING in pack.contents:
        add("Recurring", rows.RECURRING, pack.recurring)
    add("Changes", rows.CHANGES, pack.changes)
    if history is not None:
        add("History", rows.HISTORY, history)
    add("About", rows.ABOUT, rows.about(pack))
    if picture is not None and Content.PLAN in pack.contents:
        carry_plan(book, pack, picture, key)
    return book.written()
