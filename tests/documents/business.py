"""The business plan of the fixtures as a business unit would keep it: Word documents and workbooks of many habits."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from .sheets import Box, Grid, Line, Page

CONTENT = json.loads(
    (Path(__file__).resolve().parents[2] / "fixtures" / "plan_2023_24.json").read_text(encoding="utf-8")
)
NAMES = {"reference": "", "outcome": "Required Outcomes", "action": "Actions", "officer": "Responsible Officer",
         "target": "Target Date", "rating": "Rag Rating", "measure": "Measures of Impact",
         "impact": "Impact reported to Executive Group and accepted"}  # fmt: skip
FILLS = {
    "strong": {"R": "FF0000", "A": "FFC000", "G": "00B050", "B": "0070C0"},
    "light": {"R": "FFC7CE", "A": "FFEB9C", "G": "C6EFCE", "B": "BDD7EE"},
    "office": {"R": "E6B8B7", "A": "F8CBAD", "G": "A9D08E", "B": "9DC3E6"},
}
SHOWN_BELOW = "2.1"  # its third measure has its date and rating on the row below its words
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Habit:
    """How one business unit keeps its plan."""

    cells: str = "merged"  # or "repeated", "blank"
    rating: str = "word"  # "letter", "sentence", "lower", or a palette of FILLS for shaded empty cells
    key: str = "between"  # "words", "table", "row", "end", "absent"
    split: bool = True  # workstreams 2 and 3 broken over two tables, the second without and with its headings
    titles: str = "two cells"  # "one cell", "with word", "paragraph", "sheets"
    capitals: bool = False
    order: tuple[str, ...] = tuple(NAMES)
    names: dict[str, str] = field(default_factory=dict)
    extra: tuple[str, ...] = ()
    dates: str = "text"  # "real", "sept", "short"
    officers: str = "\n"  # what stands between two officers
    officers_apart: bool = True  # 4.1 and 5.3 have theirs on two rows
    quotes: bool = False
    blank_rows: bool = False
    legend: bool = False
    headings_again: bool = False
    one_sheet: bool = True
    reported: str = ""


PRINTED = Habit()


def pages(habit: Habit = PRINTED, content: dict[str, Any] = CONTENT) -> list[Page]:
    """The whole plan as pages; a Word document prints them one after another, a workbook as sheets."""
    front = Page("Front", [*_front(content), *_key_of_tags(content)])
    if habit.key in ("words", "table", "row", "between"):
        front.blocks += _key(habit, content)
    front.blocks += _three_years(content)
    plan = Page("Plan", [])
    out = [front, plan]
    for workstream in content["workstreams"]:
        page = plan
        if not habit.one_sheet:
            page = Page(f"Workstream {workstream['number']}", [])
            out.append(page)
        for grid in _tables(workstream, habit, content):
            if habit.titles == "paragraph" and not page.blocks_of(workstream["number"]):
                page.blocks.append(
                    Line(f"Workstream {workstream['number']}: {_title(workstream, habit)}", "HEADING", 2)
                )
                page.blocks.append(Line(_aim(workstream)))
            page.blocks.append(grid)
            if habit.key == "between":
                page.blocks += _key(habit, content)
    if habit.key == "end":
        out.append(Page("Key", _key(habit, content)))
    out = [page for page in out if page.blocks]
    return [_curly(page) for page in out] if habit.quotes else out


def _curly(page: Page) -> Page:
    def said(text: str) -> str:
        return text.replace("'", "’").replace(" (", "\u00a0(")

    def curly(block: Line | Grid) -> Line | Grid:
        if isinstance(block, Line):
            return replace(block, text=said(block.text))
        return Grid([[replace(box, text=said(box.text)) for box in row] for row in block.rows], block.number)

    return Page(page.name, [curly(block) for block in page.blocks])


# ---- the front


def _front(content: dict[str, Any]) -> Iterator[Line | Grid]:
    texts = {
        kind: [p for p in content["passages"] if p["kind"] == kind]
        for kind in {p["kind"] for p in content["passages"]}
    }
    notes = {note["heading"]: note["body"] for note in texts["NOTE"]}
    yield Line(content["plan"]["title"], "TITLE")
    yield Line("Version 1.7")
    register = [[Box(t, bold=True) for t in ("Version", "Significant changes", "Editor", "Date")]]
    for v in content["versions"]:
        dated = date.fromisoformat(v["dated"])
        register.append([Box(v["label"]), Box(v["changes"]), Box(v["editors"]), Box(f"{dated:%d/%m/%y}")])
    yield Grid(register)
    yield Line("Vision and Values", "HEADING", 1)
    yield Line(f"Our vision: {texts['VISION'][0]['body']}", "BULLET")
    yield Line(f"Our values: {texts['VALUES'][0]['body']}", "BULLET")
    yield Line("Our Strategic Priorities for 2023/4:", "HEADING", 1)
    for priority in texts["PRIORITY"]:
        yield Line(f"Priority {priority['number']}: {priority['body']}", "BULLET")
    yield Line("Structure", "HEADING", 1)
    yield Line(notes["Structure"])
    yield Line("This plan also has actions held over from:")
    for held in texts["HELD_OVER"]:
        yield Line(f"{held['heading']}: {held['body']}", "BULLET")
    yield Line("Progress and ratings", "HEADING", 1)
    yield Line(notes["Progress and ratings"])


def _key_of_tags(content: dict[str, Any]) -> Iterator[Line | Grid]:
    yield Line("Key to Impact Measure tags:", bold=True)
    rows = []
    for passage in (p for p in content["passages"] if p["kind"] == "TAG_KEY"):
        name, _, meaning = passage["body"].partition(": ")
        left, right = "[]" if passage["heading"] == "M" else "()"
        rows.append([Box(f"{left}{passage['heading']}{right} {name}"), Box(meaning)])
    yield Grid(rows)


def _three_years(content: dict[str, Any]) -> Iterator[Line | Grid]:
    note = next(p for p in content["passages"] if p["heading"] == "Three years")
    yield Line("Three years", "HEADING", 1)
    yield Line(note["body"])
    said = {
        (p["workstream"], p["year"]): p["body"] for p in content["passages"] if p["kind"] == "ACHIEVEMENT"
    }
    years = ("2023-2024 (Year 1)", "2024-2025 (Year 2)", "2025-2026 (Year 3)")
    rows = [[Box(""), *(Box(year, bold=True) for year in years)]]
    for w in content["workstreams"]:
        rows.append(
            [Box(f"Workstream {w['number']}"), *(Box(said.get((w["number"], y), "")) for y in (1, 2, 3))]
        )
    yield Grid(rows)


def _key(habit: Habit, content: dict[str, Any]) -> list[Line | Grid]:
    palette = FILLS.get(habit.rating, FILLS["strong"])
    levels = content["levels"]
    heading = Line("Key to RAG rating:", bold=True)
    if habit.key == "table":
        return [heading, Grid([[Box("", fill=palette[x["code"]]), Box(x["meaning"])] for x in levels])]
    if habit.key == "row":
        return [Grid([[Box(f"{x['word']} – {x['meaning']}", fill=palette[x["code"]]) for x in levels]])]
    if habit.key == "words":
        return [heading, *(Line(f"{x['word']}: {x['meaning']}", "BULLET") for x in levels)]
    return [heading, *(Line(x["meaning"]) for x in levels)]


# ---- the tables


def _title(workstream: dict[str, Any], habit: Habit) -> str:
    title = workstream["title"]
    return title.upper() if habit.capitals else title


def _aim(workstream: dict[str, Any]) -> str:
    return f"The overall aim of Workstream {workstream['number']}: {workstream['aim']}"


def _tables(workstream: dict[str, Any], habit: Habit, content: dict[str, Any]) -> Iterator[Grid]:
    columns = [*habit.order, *habit.extra]
    outcomes = workstream["outcomes"]
    broken = {"2": 1, "3": 2}.get(workstream["number"]) if habit.split else None
    parts = [outcomes[:broken], outcomes[broken:]] if broken else [outcomes]
    for n, part in enumerate(parts):
        rows: list[list[Box]] = []
        if n == 0 or workstream["number"] != "2":
            rows += _head(workstream, habit, len(columns))
            rows.append([Box((NAMES | habit.names).get(c, c), bold=True) for c in columns])
        for outcome in part:
            if habit.headings_again and rows and outcome is not part[0]:
                rows.append([Box((NAMES | habit.names).get(c, c), bold=True) for c in columns])
            if habit.blank_rows and outcome is not part[0]:
                rows.append([Box("") for _ in columns])
            rows += _rows(outcome, habit, columns)
        if habit.legend:
            rows.append([Box("Total", bold=True), *(Box("") for _ in columns[1:])])
        yield Grid(rows, workstream["number"])


def _head(workstream: dict[str, Any], habit: Habit, width: int) -> list[list[Box]]:
    number, title = workstream["number"], _title(workstream, habit)
    if habit.titles in ("paragraph", "sheets"):
        return []
    if habit.titles == "two cells":
        first = [Box(number, bold=True), Box(title, wide=width - 1, bold=True)]
        return [first, [Box(""), Box(_aim(workstream), wide=width - 1)]]
    if habit.titles == "with word":
        first = [Box(f"WORKSTREAM {number} – {title}", wide=width, bold=True)]
        return [first, [Box(_aim(workstream), wide=width)]]
    return [[Box(f"{number} {title}", wide=width, bold=True)], [Box(_aim(workstream), wide=width)]]


def _rows(outcome: dict[str, Any], habit: Habit, columns: list[str]) -> list[list[Box]]:
    printed = _printed_rows(outcome, habit)
    rows = []
    for n, row in enumerate(printed):
        boxes = []
        for column in columns:
            box = row.get(column, Box(""))
            above = printed[n - 1].get(column) if n else None
            if above is not None and box is above:
                box = {"merged": Box("", goes_on=True), "repeated": box, "blank": Box("")}[habit.cells]
            boxes.append(box)
        rows.append(boxes)
    if outcome["evidence_note"]:
        rows.append([Box(""), Box(outcome["evidence_note"], wide=len(columns) - 1)])
    return rows


def _printed_rows(outcome: dict[str, Any], habit: Habit) -> list[dict[str, Box]]:
    """Each row by column; a box that goes on over several rows is the same one in each."""
    cited = "; ".join(s["printed"] for s in outcome["sources"])
    reference = Box(f"{outcome['ref']} ({cited})" if cited else outcome["ref"])
    statement = Box(outcome["statement"])
    rows: list[dict[str, Box]] = []
    number = 0
    for a, action in enumerate(outcome["actions"]):
        text = Box(action["text"])
        officers = _officers(outcome, a, habit)
        rolling: Box | None = None
        for m, measure in enumerate(action["measures"]):
            number += 1
            target = _target(measure["target"], habit)
            if measure["target"]["text"].startswith("Rolling"):
                target = rolling = rolling or target
            own = {
                "reference": reference,
                "outcome": statement,
                "action": text,
                "officer": officers[min(m, len(officers) - 1)],
                "target": target,
                "rating": _rating(measure["level"], habit),
                "measure": Box(measure["text"]),
                "impact": Box(habit.reported),
                "No.": Box(str(len(rows) + 1)),
                "Notes": Box(""),
            }
            if outcome["ref"] == SHOWN_BELOW and number == 3:
                rows.append({**own, "target": Box(""), "rating": Box("")})
                own |= {"measure": Box("")}
            rows.append(own)
    return rows


def _officers(outcome: dict[str, Any], a: int, habit: Habit) -> list[Box]:
    printed = [officer["printed"] for officer in outcome["actions"][a]["officers"]]
    if habit.officers_apart and outcome["ref"] == "4.1" and a == 0:
        return [Box(printed[0]), Box(printed[1])]
    if habit.officers_apart and outcome["ref"] == "5.3":
        return [Box(printed[a])]
    return [Box(habit.officers.join(printed))]


def _target(target: dict[str, Any], habit: Habit) -> Box:
    text, due = target["text"], target["due_on"]
    if due is None or target["note"]:
        return Box(text)
    day = date.fromisoformat(due)
    if habit.dates == "real":
        return Box(text, day=day.replace(day=1), shows="mmmm yyyy")
    if habit.dates == "short":
        return Box(f"{day:%b-%y}")
    if habit.dates == "sept":
        return Box(f"{MONTHS[day.month - 1]} {day.year}")
    return Box(text)


def _rating(code: str, habit: Habit) -> Box:
    words = {"R": "Red", "A": "Amber", "G": "Green", "B": "Blue"}
    if habit.rating in FILLS:
        return Box("", fill=FILLS[habit.rating][code])
    said = {
        "word": words[code],
        "lower": words[code].lower(),
        "letter": code,
        "sentence": "Blue - complete" if code == "B" else f"{words[code]} (see key)",
    }
    return Box(said[habit.rating])
