"""A long history stays quick to read: each kind of page of it at 2,000 and at 200,000 ledger rows."""

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import Stage
from tests.long_history import live_again
from workstreams.models import Group, Ledger, Measure, Meeting, Rating, User, Workstream

from .figures import Figure, in_turn
from .pages import client
from .stages import analyze, stage

SHORT, LONG = 2_000, 200_000
LIMIT = 3.0
MOST = 60  # queries of any page: fewer where its rows speak of fewer kinds of things
ROUNDS = 5
READERS = ("business-unit", "scrutineer", "chair-ldg")


def measure() -> list[Figure]:
    names = {rows: f"history_{rows}" for rows in (SHORT, LONG)}
    with stage(*names.values()) as made:
        asked: dict[int, dict[str, tuple[Client, str]]] = {}
        sizes = {}
        for rows, name in names.items():
            made.point_to(name)
            live_again(round((rows - Ledger.objects.count()) / Rating.objects.count()))
            analyze(made, name)
            sizes[rows] = Ledger.objects.count()
            asked[rows] = {
                f"{what}, {reader}": (client(reader), address)
                for reader in READERS
                for what, address in addresses().items()
            }
        figures = [Figure("History: ledger rows", f"{sizes[LONG]:,}", f"{sizes[SHORT]:,}")]
        for what in asked[LONG]:
            figures += _page(made, names, what, {rows: asked[rows][what] for rows in names})
        return figures


def addresses() -> dict[str, str]:
    page = reverse("workstreams:history-page")
    chair = User.objects.get(email="chair-ldg@demonstration.example")
    post = chair.appointments.get().post_id
    filters = {
        "whole": "",
        "oldest": "after=0",
        "in the middle": f"before={Ledger.objects.count() // 2}",
        "kind, often": "kind=RATING",
        "kind, seldom": "kind=PEOPLE",
        "workstream": f"workstream={Workstream.objects.order_by('pk').values_list('pk', flat=True)[0]}",
        "reference": "reference=4.1",
        "group": f"group={Group.objects.get(posts=post).pk}",
        "group that decides": f"group={Meeting.objects.values_list('group', flat=True)[0]}",
        "post": f"post={post}",
        "person": f"person={chair.pk}",
        "meeting": f"meeting={Meeting.objects.order_by('held_on').values_list('pk', flat=True)[1]}",
        "days": "since=18/7/2023&until=18/7/2023",
        "measure": f"measure={Measure.objects.order_by('pk').values_list('pk', flat=True)[0]}",
    }
    agreed = Ledger.objects.filter(table=Rating._meta.db_table, after__step="AGREED")
    newest = agreed.order_by("-seq").values_list("seq", flat=True)[0]
    return {f"History, {name}": f"{page}?{query}" for name, query in filters.items()} | {
        "Record": reverse("workstreams:record-page", args=[newest])
    }


def _page(
    made: Stage, names: dict[int, str], what: str, asked: dict[int, tuple[Client, str]]
) -> list[Figure]:
    queries: dict[int, int] = {}
    seconds: dict[int, list[float]] = {rows: [] for rows in names}

    def get(rows: int) -> Callable[[], None]:
        browser, address = asked[rows]

        def ask() -> None:
            answer = browser.get(address)
            assert answer.status_code == 200, f"{what} answers {answer.status_code}"

        return ask

    for turn in range(ROUNDS + 1):
        for rows, name in names.items():
            made.point_to(name)
            get(rows)()  # connects
            if turn:
                seconds[rows].append(in_turn({what: get(rows)}, 1)[what])
            else:
                with CaptureQueriesContext(connection) as found:
                    get(rows)()
                queries[rows] = len(found)
    long, short = (sorted(seconds[rows])[ROUNDS // 2] * 1000 for rows in (LONG, SHORT))
    return [
        Figure(
            what,
            f"{long:.0f} ms, {queries[LONG]} queries",
            f"{short:.0f} ms, {queries[SHORT]}",
            f"{long / short:.2f}",
            f"≤ {LIMIT:.0f}, {MOST} queries",
            long / short <= LIMIT and max(queries.values()) <= MOST,
        )
    ]
