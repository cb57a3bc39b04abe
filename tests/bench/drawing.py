"""`python -m tests.bench.drawing layouts|sizes ROUNDS PACK…`: packs as JSON; out, the seconds of drawing them, warm.

`layouts` draws one pack three ways: ours, without tags, and as a site usually does it, in its own style sheets and
with every table as flex boxes inside flex boxes. `sizes` draws each pack our way, named by its file.
"""

import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, register_namespace, tostring

from reporting import pdf
from reporting.pack import Pack, unpacked

from .figures import in_turn

Acts = dict[str, Callable[[], object]]

SHEETS = (pdf.BASE / "build" / "static" / "app" / "govuk.css", pdf.BASE / "static" / "app.css")
BOXES = """
    @page { size: A4 landscape; margin: 13mm 12mm 15mm }
    .boxes-row { display: flex; border-top: 1px solid #b1b4b6 }
    .boxes-cell { padding: 5px; border-left: 1px solid #b1b4b6 }
    .key { display: grid; grid-template-columns: 1fr 1fr }
    body { font-size: 12px } .govuk-body, .govuk-table__cell { font-size: 12px; line-height: 1.35 }
"""
CLASSES = {
    "p": "govuk-body",
    "h1": "govuk-heading-xl",
    "h2": "govuk-heading-l",
    "h3": "govuk-heading-m",
    "ul": "govuk-list govuk-list--bullet",
    "small": "govuk-body-s",
}


def usual(html: str) -> str:
    """The same words and marks as a site has them: flex boxes, and the classes of its style sheets."""
    import tinyhtml5

    tree = tinyhtml5.parse(html, namespace_html_elements=False)
    for table in list(tree.iter("table")):
        as_boxes(table)
    for element in tree.iter():
        if more := CLASSES.get(element.tag):
            element.set("class", f"{element.get('class', '')} {more}".strip())
    register_namespace("", "http://www.w3.org/2000/svg")  # else the chart is only its words
    return tostring(tree, encoding="unicode", method="html")


def draw(html: str) -> bytes:
    """As WeasyPrint draws when it is asked nothing special, with tags."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    ours: dict[str, Any] = {"url_fetcher": pdf._fetcher(), "base_url": "asset:///"}
    fonts = FontConfiguration()
    texts = [*(sheet.read_text() for sheet in SHEETS), BOXES]
    sheets = [CSS(string=text, font_config=fonts, **ours) for text in texts]
    drawn: bytes = HTML(string=html, **ours).write_pdf(
        stylesheets=sheets, font_config=fonts, pdf_variant="pdf/ua-1"
    )
    return drawn


def as_boxes(table: Any) -> None:
    """Turn a table into nested flex boxes: cells that span rows stand beside a column of what they span."""
    widths = [width_of(col) for col in table.iter("col")]
    groups = [list(group) for group in table if group.tag in ("thead", "tbody")]
    for child in list(table):
        table.remove(child)
    table.tag = "div"
    table.set("class", "boxes govuk-table")
    for group in groups:
        rows = [list(row) for row in group]
        table.extend(lines(rows, widths))


def width_of(col: Any) -> float:
    """The share that a column's class names: 9.5 of "w9_5"."""
    name = col.get("class", "").removeprefix("w").replace("_", ".")
    return float(name) if name else 10.0


def lines(rows: list[list[Any]], widths: list[float]) -> list[Any]:
    """Boxes for these rows, of which the first cell stands in the first of these columns."""
    made = []
    while rows:
        first = rows[0]
        span = min(spans(first[0], "rowspan"), len(rows)) if first else 1
        beside = [cell for cell in first if span > 1 and spans(cell, "rowspan") >= span]
        row = box("boxes-row govuk-table__row")
        at = 0
        for cell in beside or first:
            columns = spans(cell, "colspan")
            row.append(as_cell(cell, sum(widths[at : at + columns])))
            at += columns
        if beside:
            rest = box("boxes", sum(widths[at:]))
            rest.extend(lines([first[len(beside) :], *rows[1:span]], widths[at:]))
            row.append(rest)
        made.append(row)
        rows = rows[span:]
    return made


def spans(cell: Any, which: str) -> int:
    return int(cell.get(which, "1"))


def box(name: str, share: float | None = None) -> Any:
    made = Element("div", {"class": name})
    if share is not None:
        made.set("style", f"flex: {share} 1 0")
    return made


def as_cell(cell: Any, share: float) -> Any:
    cell.tag = "div"
    cell.set("class", f"boxes-cell govuk-table__cell {cell.get('class', '')}")
    cell.set("style", f"flex: {share} 1 0")
    return cell


def layouts(pack: Pack) -> Acts:
    html = usual(pdf.html(pack))

    def naive() -> bytes:
        pdf.html(pack)  # which our own drawing does too
        return draw(html)

    return {
        "ours": lambda: pdf.render(pack),
        "untagged": lambda: pdf.render(pack, pdf_variant=None, finisher=None),
        "naive": naive,
    }


def main(what: str, rounds: int, paths: list[Path]) -> None:
    # A site's sheets say much that is not for paper.
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    packs = {path.stem: unpacked(path.read_bytes(), pdf.tidy) for path in paths}
    first = next(iter(packs.values()))
    if what == "layouts":
        acts = layouts(first)
        in_turn(acts, 1)  # imports, fonts
    else:
        acts = {name: lambda pack=pack: pdf.render(pack) for name, pack in packs.items()}
        pdf.render(first)
    print(json.dumps(in_turn(acts, rounds)))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), [Path(path) for path in sys.argv[3:]])
