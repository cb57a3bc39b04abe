"""A paper as HTML: what the PDF is drawn from, what the preview shows, and the published edition as one file."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from workstreams import charts
from workstreams.picture import Level, VersionRow
from workstreams.vocabulary import VersionStep

from .pack import Paper, is_long, printable

BASE = Path(__file__).resolve().parent.parent
STATIC = BASE / "static"
SHEET, SCREEN = STATIC / "print.css", STATIC / "screen.css"
FONT = BASE / "build" / "static" / "app" / "source-sans-3.woff2"
MEDIA = {".woff2": "font/woff2", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands above a preview: which pack it is, the site's icon, and the addresses of the steps beside it."""

    kind: str
    icon: str
    back: str
    on: str


def html(paper: Paper, *, sheets: Sequence[str] = (), bar: Bar | None = None) -> str:
    """The paper as HTML. Works without Django's settings; everything in it is escaped.

    `sheets` are the addresses of the style sheets that a browser needs; the PDF's is given to it otherwise.
    """
    from django.template import Context, Engine, Library

    library = Library()

    @library.filter
    def day(value: date | None) -> str:
        return f"{value:%-d %B %Y}" if value else ""

    @library.filter
    def tone(level: Level | None) -> str:
        return level.token.lower() if level else "grey"

    @library.filter
    def step(version: VersionRow) -> str:
        return VersionStep(version.step).label

    library.filter("letter", charts.letter)
    library.filter("is_long", is_long)
    engine = Engine(dirs=[str(BASE / "templates")])
    engine.template_builtins.append(library)
    names = {"paper": paper, type(paper).__name__.lower(): paper, "sheets": sheets, "bar": bar}
    return engine.get_template(paper.template).render(Context(names, use_l10n=False, use_tz=False))


def whole(paper: Paper) -> bytes:
    """The paper as one file that needs nothing else: style, font and marks are in it, and no script."""
    sheet = "\n".join(re.sub(r'url\("([^"]+)"\)', _inline, path.read_text()) for path in (SHEET, SCREEN))
    page = printable(html(paper)).replace("</head>", f"<style>\n{sheet}</style>\n</head>", 1)
    return page.encode()


def _inline(address: re.Match[str]) -> str:
    path = FONT if address[1] == FONT.name else STATIC / address[1]
    content = base64.b64encode(path.read_bytes()).decode()
    return f'url("data:{MEDIA[path.suffix]};base64,{content}")'
