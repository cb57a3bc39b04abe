"""The report as a PDF, drawn in a process of its own that can take no more than it is given.

`draw` is for everybody; the rest runs in the child: `python -m reporting.pdf`, a paper as JSON in, a PDF out.
The child knows no settings, no database and no network, and has nobody's secrets in its environment.
"""

import gc
import hashlib
import importlib.metadata
import logging
import os
import re
import signal
import subprocess
import sys
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from sscp.check_system import missing_libraries
from workstreams import charts
from workstreams.vocabulary import Token

from . import html as pages
from .html import BASE, FONT, SHEET, html
from .pack import CouldNotDraw, Paper, packed, printable, unpacked

# A pack of the real plan's size takes three seconds and 130 MB; ten times that plan half a minute and 400 MB.
MEMORY = 1 << 30  # bytes
SECONDS = 90  # of processor time, and of waiting
KEPT = 8  # drawn reports that are kept in the process
# As long as the ledger's hash, which must be copied whole; longer runs get places at which they may break.
LONGEST_RUN = 64

# What the child needs of our environment: where programs, fonts and temporary files are.
PASSED_ON = (
    "PATH",
    "HOME",
    "LANG",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
    "FONTCONFIG_FILE",
)

logger = logging.getLogger(__name__)


class NotInAnyFont(CouldNotDraw):
    """Some characters have no shape in any font of this machine."""

    def __init__(self, characters: set[str]) -> None:
        super().__init__("No font here has " + ", ".join(sorted(map(_number, characters))))
        self.characters = characters

    def named(self, text: str) -> str:
        """The text with their numbers in their place, as an empty box would hide what was written."""
        return "".join(_number(c) if c in self.characters else c for c in text)


def _number(character: str) -> str:
    return f"[U+{ord(character):04X}]"


# ---- for everybody

_drawn: OrderedDict[str, bytes] = OrderedDict()
_lock = Lock()
_one_at_a_time = Lock()


def cannot_draw_because() -> str:
    """Why no PDF can be drawn on this machine, in a sentence; "" where it can."""
    return _what_is_missing()


def draw(paper: Paper) -> bytes:
    """The paper as a PDF. The same paper isn't drawn twice. Raises CouldNotDraw."""
    data = packed(paper)
    key = hashlib.sha256(data + drawn_with().encode()).hexdigest()
    if pdf := _kept(key):
        return pdf
    # One at a time, as each takes a core and its memory. Whoever waited may find theirs drawn meanwhile.
    if not _one_at_a_time.acquire(timeout=SECONDS):
        raise CouldNotDraw("Other reports are being drawn. Try again in a minute.")
    try:
        pdf = _kept(key) or in_child(data)
    finally:
        _one_at_a_time.release()
    with _lock:
        _drawn[key] = pdf
        while len(_drawn) > KEPT:
            _drawn.popitem(last=False)
    return pdf


def _kept(key: str) -> bytes | None:
    with _lock:
        if key in _drawn:
            _drawn.move_to_end(key)
        return _drawn.get(key)


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF of ours has. Its page tree is in one of the compressed streams."""
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            text = zlib.decompress(stream)
        except zlib.error:
            continue
        if tree := re.search(rb"/Type /Pages\b[^>]*?/Count (\d+)", text):
            return int(tree[1])
    raise ValueError("This PDF has no page tree that can be read.")


def drawn_with() -> str:
    """All that makes a drawing beside its paper: sheet, templates, font, WeasyPrint, our own marks."""
    parts = [importlib.metadata.version("weasyprint")]
    templates = sorted((BASE / "templates" / "reporting" / "pdf").glob("*.html"))
    templates += sorted(BASE / "templates" / kind.template for kind in Paper.kinds.values())
    drawn_by = [Path(__file__), Path(pages.__file__), *sorted(Path(charts.__file__).parent.glob("*.py"))]
    for path in [SHEET, FONT, *templates, *drawn_by]:
        parts.append(_digest(path, path.stat().st_mtime_ns if path.exists() else 0))
    return " ".join(parts)


@cache
def _digest(path: Path, changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if changed else "none"


def in_child(data: bytes) -> bytes:
    """The PDF of a packed paper, from a child process."""
    if why := cannot_draw_because():
        raise CouldNotDraw(why)
    try:
        child = subprocess.run(
            [sys.executable, "-m", "reporting.pdf"],
            input=data,
            capture_output=True,
            cwd=BASE,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise CouldNotDraw(f"It was not finished after {SECONDS} seconds.") from late
    if child.returncode == 0 and child.stdout.startswith(b"%PDF-"):
        return child.stdout
    logger.error(
        "PDF child ended with %s: %s", child.returncode, child.stderr[-4000:].decode(errors="replace")
    )
    if child.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise CouldNotDraw("It took more time or memory than one report may take.")
    raise CouldNotDraw("Drawing it failed. What went wrong is in the log of this server.")


@cache
def _what_is_missing() -> str:
    if packages := missing_libraries():
        return f"PDFs cannot be drawn on this server, because it lacks {', '.join(packages)}."
    if not FONT.exists():
        return "PDFs cannot be drawn on this server, because its font has not been built."
    return ""


# ---- in the child

LONG_RUN = re.compile(rf"(\S{{{LONGEST_RUN}}})(?=\S)")


def tidy(text: str) -> str:
    """Text that can be printed, with places at which overlong runs of letters may break."""
    return LONG_RUN.sub("\\1\u200b", printable(text))


def render(paper: Paper, **options: Any) -> bytes:
    """The PDF, drawn in this process. Raises CouldNotDraw for anything WeasyPrint warns of."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError

    with _warnings_heard() as ear, _collector_at_rest():
        try:
            fetcher, fonts = _fetcher(), FontConfiguration()
            sheet = CSS(
                string=SHEET.read_text(), url_fetcher=fetcher, font_config=fonts, base_url="asset:///"
            )
            page = HTML(string=html(paper), url_fetcher=fetcher, base_url="asset:///")
            pdf: bytes = page.write_pdf(
                stylesheets=[sheet],
                font_config=fonts,
                **{"pdf_variant": "pdf/ua-1", "finisher": _give_headers_their_scope} | options,
            )
        except FatalURLFetchingError as refused:
            raise CouldNotDraw(str(refused)) from refused
    if ear.heard:
        raise CouldNotDraw("; ".join(ear.heard))
    if ear.without_shape:
        raise NotInAnyFont(ear.without_shape)
    return pdf


def _fetcher() -> Any:
    """Serves our font and marks by name, and nothing else in the world."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OurAssets(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            name = url.removeprefix("asset:///")
            if name == "source-sans-3.woff2":
                return URLFetcherResponse(url, FONT.read_bytes(), {"Content-Type": "font/woff2"})
            token = name.removeprefix("marks/").removesuffix(".svg").upper()
            if name == f"marks/{token.lower()}.svg" and token in Token.values:
                mark = charts.marker(Token(token)).encode()
                return URLFetcherResponse(url, mark, {"Content-Type": "image/svg+xml"})
            raise FatalURLFetchingError(f"A report may not fetch {url[:200]!r}.")

    return OurAssets()


def _give_headers_their_scope(document: Any, pdf: Any) -> None:
    """WeasyPrint tags header cells without saying of what: of their row where they have data beside them."""
    by_number = {obj.number: obj for obj in pdf.objects}

    def kids(element: Any) -> list[Any]:
        found = (by_number.get(int(str(k).split()[0].removeprefix("b'"))) for k in element.get("K", ()))
        return [kid for kid in found if kid is not None]

    for row in (o for o in pdf.objects if isinstance(o, dict) and o.get("S") == "/TR"):
        cells = [c for c in kids(row) if isinstance(c, dict) and c.get("S") in ("/TH", "/TD")]
        scope = "/Row" if any(c["S"] == "/TD" for c in cells) else "/Column"
        for cell in cells:
            if cell["S"] == "/TH":
                cell["A"]["Scope"] = scope


class _Ear(logging.Handler):
    """Hears what WeasyPrint warns of: it swallows errors inside images, so a warning is a report with a hole."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []
        self.without_shape: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg.startswith(".notdef") and isinstance(record.args, tuple):
            self.without_shape.add(str(record.args[0]))
        else:
            self.heard.append(record.getMessage())


@contextmanager
def _warnings_heard() -> Iterator[_Ear]:
    ear, log = _Ear(), logging.getLogger("weasyprint")
    log.addHandler(ear)
    try:
        yield ear
    finally:
        log.removeHandler(ear)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Boxes live until the end, so looking for garbage among them is a tenth of the time."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _limit() -> None:
    import resource

    for what, limit in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        hardest = resource.getrlimit(what)[1]
        limit = limit if hardest == resource.RLIM_INFINITY else min(limit, hardest)
        resource.setrlimit(what, (limit, hardest))
    signal.alarm(SECONDS)


def main() -> int:
    _limit()
    os.environ["SOURCE_DATE_EPOCH"] = (
        "0"  # else each weight cut from the variable font is stamped with the present time
    )
    data = sys.stdin.buffer.read()
    try:
        try:
            pdf = render(unpacked(data, tidy))
        except NotInAnyFont as missing:
            named = missing.named
            pdf = render(unpacked(data, lambda text: tidy(named(text))))
    except (CouldNotDraw, MemoryError) as why:
        print(f"{type(why).__name__}: {why}", file=sys.stderr)
        return 1
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
