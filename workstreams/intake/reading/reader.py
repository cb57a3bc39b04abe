"""Reads a whole document: its front, its key, and its rows by the shape that they have."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from ...picture import Level, PlanPicture, printed_plan
from ...vocabulary import PlanShape
from ..document import Cell, Document
from .actions.plan import Actions
from .business.plan import Business, rates_measures
from .doubts import Doubts
from .exported.plan import plan_of
from .front import Front, read_front
from .grammar import statuses
from .grammar.officers import Posts
from .key import PrintedKey, plain_key, read_key
from .layout.headings import key_of
from .layout.mapping import NO_PLAN, check_mapping, check_plan, columns_to_ask, unmapped
from .layout.sections import aim_of
from .layout.sorting import lay_out
from .layout.tables import Layout, Row
from .ratings import Ratings, colours_in
from .understood import Choice, Field, Known, NotAPlan, Reading

_MANY = 6  # more unknown words than this are remarks, and no statuses
ROWS = 5_000
TOO_LONG = (
    "This file has more than 5,000 rows, and no plan has so many. "
    "Copy the plan alone into a new file and send that."
)
TOO_STRANGE = (
    "This file could not be understood, and that is the service's fault. Copy the plan's table alone into a new file "
    "and send that, or ask for help with this one."
)
logger = logging.getLogger(__name__)
NOTHING: Mapping[str, str] = MappingProxyType({})


def read(
    document: Document,
    known: Known,
    mapping: Mapping[str, Field] | None = None,
    answers: Mapping[str, str] = NOTHING,
) -> Reading:
    """The plan in a document. `mapping` says what columns hold, by their keys; `answers` what was asked before.

    Raises NotAPlan, also where a document is stranger than anybody foresaw: then the log says what it was.
    """
    try:
        return _read(document, known, mapping, answers)
    except NotAPlan:
        raise
    except Exception as fault:
        logger.exception("A document could not be read as a plan.")
        raise NotAPlan(TOO_STRANGE) from fault


def _read(
    document: Document, known: Known, mapping: Mapping[str, Field] | None, answers: Mapping[str, str]
) -> Reading:
    if (ours := plan_of(document, known, answers, known.seals)) is not None:
        return ours
    check_plan(document)
    if sum(len(table.rows) for table in document.tables if not table.is_hidden) > ROWS:
        raise NotAPlan(TOO_LONG)
    layout = lay_out(document, mapping)
    if mapping:
        check_mapping(mapping, layout.columns)
    elif layout.rivals:
        rivals = {key_of(heading) for heading in layout.rivals}
        return unmapped(
            document.name, tuple(replace(c, holds=None) if c.key in rivals else c for c in layout.columns)
        )
    doubts = Doubts(answers)
    if not rates_measures(layout):
        if not mapping and (columns := columns_to_ask(document, layout)):
            return unmapped(document.name, columns)
        if not layout.body:
            raise NotAPlan(NO_PLAN)
        actions = Actions(layout, document.name, known, doubts)
        return reading_of(actions.read(), layout, actions.front, doubts, actions.cells, actions.new_posts)
    key = read_key(layout.lines)
    front = read_front(layout.lines, key.lines, document.name, doubts)
    return _business(layout, front, key, known, doubts)


def _business(layout: Layout, front: Front, printed: PrintedKey, known: Known, doubts: Doubts) -> Reading:
    cells = [row.cells[Field.RATING] for row in layout.body if Field.RATING in row.cells]
    levels = _key(cells, printed, known, doubts)
    business = Business(Ratings(levels, printed), Posts(known.posts), doubts)
    workstreams = business.read(layout)
    _say_what_is_left(layout, printed, doubts)
    picture = printed_plan(
        title=front.title,
        shape=PlanShape.BUSINESS_PLAN.value,
        workstream_word=workstream_word(layout),
        key=levels,
        workstreams=workstreams,
        year_label=front.year_label,
        passages=tuple(front.passages),
        versions=tuple(front.versions),
    )
    return reading_of(picture, layout, front, doubts, business.cells, business.posts.titles)


def reading_of(
    picture: PlanPicture,
    layout: Layout,
    front: Front,
    doubts: Doubts,
    cells: Mapping[str, str],
    new_posts: Mapping[int, str],
) -> Reading:
    """The picture with all that is said about it; a row that a question is about is questioned, every other kept."""
    asked = {at for question in doubts.questions for at in question.at}
    questioned = sum(row.at in asked or bool(asked & _ats(row)) for row in layout.rows)
    return Reading(
        picture=picture,
        questions=tuple(doubts.questions),
        notes=doubts.notes,
        cells=dict(cells),
        columns=layout.columns,
        new_posts=dict(new_posts),
        rows=len(layout.rows),
        rows_kept=len(layout.rows) - questioned,
        rows_questioned=questioned,
        agreed_on=front.agreed_on.isoformat() if front.agreed_on else "",
        label=front.label,
    )


def _ats(row: Row) -> set[str]:
    return {cell.at for cell in (*row.cells.values(), *((row.across,) if row.across else ())) if cell.at}


def _say_what_is_left(layout: Layout, printed: PrintedKey, doubts: Doubts) -> None:
    """Words behind the plan's first table that are no part of it: one note for a table or a line."""
    heads = {section.at for section in layout.sections}
    titles = {section.title for section in layout.sections}
    tables = {row.table for row in layout.rows}
    for line in layout.lines:
        is_used = line.is_front or line.at in printed.lines or line.at in heads or line.text in titles
        if is_used or not line.text or aim_of(line.text):
            continue
        what = f"The table {line.table}" if line.table and line.table not in tables else f"“{line.text}”"
        doubts.say((line.at,), f"{what} stands outside the plan and is left out.")


def workstream_word(layout: Layout) -> str:
    """What the plan calls its sections: by their headings, else by the column that names them."""
    words = [section.word for section in layout.sections if section.word]
    if words:
        return max(dict.fromkeys(words), key=words.count)
    column = next((c for c in layout.columns if c.holds is Field.WORKSTREAM), None)
    return column.heading[:30].capitalize() if column else "Workstream"


def _key(cells: Sequence[Cell], printed: PrintedKey, known: Known, doubts: Doubts) -> tuple[Level, ...]:
    """The key that is printed, else the plan's own, else the colours in use; and every other word of a status."""
    colours = colours_in(cells)
    levels = printed.levels
    if not levels:
        fits = {colour.casefold() for colour in colours} <= {level.word.casefold() for level in known.key}
        levels = known.key if known.key and fits else plain_key(colours) if colours else ()
    ratings = Ratings(levels, printed)
    unknown: dict[str, list[Cell]] = {}
    for cell in cells:
        if statuses.is_status(cell.text) and ratings.read(cell).doubt == "unknown":
            same = unknown.setdefault(statuses.folded(cell.text), [])
            if cell not in same:
                same.append(cell)
    if sum(not statuses.is_known(folded) for folded in unknown) > _MANY:
        unknown = {folded: same for folded, same in unknown.items() if statuses.is_known(folded)}
    complete: dict[str, bool] = {}
    for folded, same in unknown.items():
        means = _meaning(folded, same, doubts)
        if means != "none":
            complete[same[0].text.strip()] = means == "complete"
    return statuses.key_of(complete, levels) or plain_key(())


def _meaning(folded: str, same: Sequence[Cell], doubts: Doubts) -> str:
    """A word that says how far something is, is a level of its own. One that nobody knows is asked about."""
    if statuses.is_known(folded):
        return "complete" if statuses.is_complete(folded) else "open"
    word = same[0].text.strip()
    return doubts.ask(
        f"status {folded}",
        tuple(cell.at for cell in same),
        word,
        f"“{word}” is not in the key. It is kept as a level of its own: is it complete, or not?",
        (
            Choice("open", "Not complete"),
            Choice("complete", "Complete"),
            Choice("none", "No level: these measures are not rated"),
        ),
        "open",
    )
