"""Pages that show the present must not pay for the past: their queries grow no more numerous with the history."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import Stage
from tests.long_history import live_again
from workstreams import gather
from workstreams.models import Ledger, Plan, Rating, User

from .figures import Figure, in_turn
from .stages import analyze, stage

LONGER = (1, 10, 100)  # times the demonstration's history
ROUNDS = 7


def name_of(times: int) -> str:
    return f"bench_{times}"


def pages() -> dict[str, tuple[str, str]]:
    """What is measured: whose page, and where."""
    plan = Plan.objects.get()
    return {
        "Plan page": ("business-unit", reverse("workstreams:plan-page", args=[plan.ref])),
        "Dashboard": ("business-unit", reverse("workstreams:dashboard-page")),
        "My updates": ("chair-ldg", reverse("workstreams:my-updates")),
        "History page": ("business-unit", reverse("workstreams:history-page")),
    }


def client(account: str) -> Client:
    signed_in = Client(SERVER_NAME="localhost")
    user = User.objects.get(email=f"{account}@demonstration.example")
    signed_in.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return signed_in


def measure() -> list[Figure]:
    figures = []
    with stage(*map(name_of, LONGER)) as made:
        clients, sizes = {}, {}
        for times in LONGER:
            made.point_to(name_of(times))
            live_again(times - 1)
            analyze(made, name_of(times))
            sizes[times] = (Rating.objects.count(), Ledger.objects.count())
            for what, (account, address) in pages().items():
                clients[times, what] = (client(account), address)
        for what in pages():
            figures += _page(made, what, clients)
        for times in LONGER[1:]:
            ratings, ledger = sizes[times]
            figures.append(
                Figure(
                    f"History {times} times as long: steps of ratings, ledger rows",
                    f"{ratings}, {ledger}",
                    "{}, {}".format(*sizes[1]),
                )
            )
    return figures


def _page(made: Stage, what: str, clients: dict[tuple[int, str], tuple[Client, str]]) -> list[Figure]:
    queries = {}

    def get(times: int) -> None:
        """The page with no picture in the process, which is the dearest it can be."""
        gather._pictures.clear()
        gather._past.clear()
        browser, address = clients[times, what]
        answer = browser.get(address)
        assert answer.status_code == 200, f"{what} answers {answer.status_code}"

    def pointed_at(times: int) -> None:
        made.point_to(name_of(times))
        get(times)  # connects, and fills what a process fills once

    for times in LONGER:
        pointed_at(times)
        with CaptureQueriesContext(connection) as asked:
            get(times)
        queries[times] = len(asked)
    seconds = {times: [] for times in LONGER}
    for _ in range(ROUNDS):
        for times in LONGER:
            pointed_at(times)
            seconds[times].append(in_turn({what: lambda times=times: get(times)}, 1)[what])
    figures = []
    for times in LONGER[1:]:
        figures.append(
            Figure(
                f"{what}, queries, history × {times}",
                str(queries[times]),
                str(queries[1]),
                f"{queries[times] / queries[1]:.2f}",
                "no more",
                queries[times] <= queries[1],
            )
        )
        long, short = (sorted(seconds[t])[ROUNDS // 2] * 1000 for t in (times, 1))
        figures.append(
            Figure(
                f"{what}, time, history × {times}", f"{long:.0f} ms", f"{short:.0f} ms", f"{long / short:.2f}"
            )
        )
    return figures
