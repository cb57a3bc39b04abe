"""The report: our layout against the usual one, a browser, no tags, a kept drawing, and a plan ten times as large."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from page import validate_pdf_bytes

from reporting import html as pages
from reporting import operations, pdf
from reporting.pack import Pack, pack_of, packed, standing_now
from tests.conftest import CHROMIUM
from workstreams import gather
from workstreams.models import Plan, Version
from workstreams.picture import PlanPicture, Reader

from .figures import Figure, in_turn, ratio_of
from .larger import larger
from .stages import stage

ROUNDS = 3
LARGER = 10
EVERYTHING = Reader(everything=True)


def pictures() -> tuple[PlanPicture, PlanPicture]:
    """The plan as it stands, and as it was last agreed, for a reader who sees everything."""
    with stage("bench_papers") as made:
        made.point_to("bench_papers")
        plan = Plan.objects.get()
        agreed = Version.objects.filter(plan=plan).agreed().frozen().latest("seq")
        return gather.picture_for(EVERYTHING, plan), operations.reports.frozen(agreed, EVERYTHING)


def pack_at(times: int, now: PlanPicture, agreed: PlanPicture) -> Pack:
    """The report of a plan so many times as large, compared with an agreed version that was as large."""
    whole = larger(now, times)
    return pack_of(
        whole,
        larger(agreed, times),
        partnership=settings.PARTNERSHIP_NAME,
        standing=standing_now(whole),
    )


def drawn(what: str, *packs: Path) -> dict[str, float]:
    """The median seconds of each drawing in a process that has drawn before."""
    child = subprocess.run(
        [sys.executable, "-m", "tests.bench.drawing", what, str(ROUNDS), *map(str, packs)],
        stdout=subprocess.PIPE,
        cwd=settings.BASE,
        check=True,
    )
    found: dict[str, float] = json.loads(child.stdout)
    return found


def printed(folder: Path, pack: Pack) -> list[Figure]:
    """Our child process against a browser that prints the same page, each begun anew."""
    if CHROMIUM is None:
        return [Figure("The report against Chromium printing the same page", "no Chromium here")]
    page, data = folder / "page.html", packed(pack)
    page.write_text(pdf.html(pack, sheets=[pages.SHEET.name]))
    shutil.copy(pages.SHEET, folder)
    shutil.copy(pages.FONT, folder)
    shutil.copytree(pages.STATIC / "marks", folder / "marks")

    def print_it() -> None:
        with tempfile.TemporaryDirectory() as profile:
            subprocess.run(
                [
                    CHROMIUM,
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-background-networking",
                    "--no-first-run",
                    "--no-pdf-header-footer",
                    f"--user-data-dir={profile}",
                    f"--print-to-pdf={folder / 'printed.pdf'}",
                    page.as_uri(),
                ],
                stderr=subprocess.DEVNULL,
                check=True,
            )

    acts = {"ours": lambda: pdf.in_child(data), "theirs": print_it}
    in_turn(acts, 1)  # both from the disk's cache
    seconds = in_turn(acts, ROUNDS)
    faults = failed_rules((folder / "printed.pdf").read_bytes())
    return [
        ratio_of(
            "The report in its child, against Chromium printing the same page, aim < 1.8",
            seconds["ours"],
            seconds["theirs"],
            unit="s",
        ),
        Figure("Rules of PDF/UA that Chromium's file fails", str(faults)),
    ]


def failed_rules(content: bytes) -> int:
    """How many checks of PDF/UA-1 it fails."""
    return len(validate_pdf_bytes(content, profile="ua1").failures)


def measure() -> list[Figure]:
    if why := pdf.cannot_draw_because():
        return [Figure("The report", why, limit="drawn", kept=False)]
    found = pictures()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        once, often = folder / "once.json", folder / "often.json"
        pack = pack_at(1, *found)
        once.write_bytes(packed(pack))
        often.write_bytes(packed(pack_at(LARGER, *found)))
        layouts = drawn("layouts", once)
        sizes = drawn("sizes", once, often)
        against_browser = printed(folder, pack)
    first = in_turn({"drawn": lambda: pdf.draw(pack)}, 1)["drawn"]
    again = in_turn({"kept": lambda: pdf.draw(pack)}, 5)["kept"]
    faults = failed_rules(pdf.draw(pack))
    return [
        ratio_of(
            "The report, warm, against nested boxes", layouts["ours"], layouts["naive"], unit="s", limit=0.35
        ),
        *against_browser,
        ratio_of("The same report again, against drawing it", again, first, unit="s", limit=0.02),
        ratio_of(
            "The report with tags, against without",
            layouts["ours"],
            layouts["untagged"],
            unit="s",
            limit=1.15,
        ),
        Figure("Rules of PDF/UA that it fails", str(faults), limit="none", kept=not faults),
        ratio_of(
            f"The report of {LARGER} times the plan, against the plan's",
            sizes["often"],
            sizes["once"],
            unit="s",
            limit=11,
        ),
    ]
