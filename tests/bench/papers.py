"""The report: its own sheet and real tables, against the same content as nested boxes in the site's own styles."""

import json
import subprocess
import sys

from django.conf import settings

from reporting import pdf
from reporting.operations import pack_now
from reporting.pack import Pack, packed
from workstreams.models import Plan
from workstreams.picture import Reader

from .figures import Figure, in_turn, ratio_of
from .stages import stage

ROUNDS = 3


def live_pack() -> Pack:
    """The plan as it stands, for a reader who sees everything."""
    with stage("bench_papers") as made:
        made.point_to("bench_papers")
        return pack_now(Plan.objects.get(), Reader(everything=True))


def measure() -> list[Figure]:
    if why := pdf.cannot_draw_because():
        return [Figure("The report", why, limit="drawn", kept=False)]
    pack = live_pack()
    child = subprocess.run(
        [sys.executable, "-m", "tests.bench.drawing", str(ROUNDS)],
        input=packed(pack),
        stdout=subprocess.PIPE,
        cwd=settings.BASE,
        check=True,
    )
    seconds = json.loads(child.stdout)
    first = in_turn({"drawn": lambda: pdf.draw(pack)}, 1)["drawn"]
    again = in_turn({"kept": lambda: pdf.draw(pack)}, 5)["kept"]
    return [
        ratio_of(
            "The report, warm, against nested boxes", seconds["ours"], seconds["naive"], unit="s", limit=0.35
        ),
        ratio_of("The same report again, against drawing it", again, first, unit="s", limit=0.02),
    ]
