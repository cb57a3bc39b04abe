"""kill -9 of the database, of the web server and of both, while eight people write.

What somebody was told is recorded must be there, once; what broke off may be there or not, and is there once when it
is sent again. The control does the same with `synchronous_commit` off, and must lose something: a drill that could
not tell would prove nothing.
"""

import contextlib
import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import psycopg
from django.conf import settings
from django.test import Client

from sscp import embedded_postgres
from tests.conftest import Member, Stage
from workstreams import ledger
from workstreams.models import Group

from .results import Line

WRITERS = 8
SECONDS = 4.0  # of writing before the blow
# How long the server's background writer rests, in the control and in what it is the control of: whatever is not
# written safely at once then has time to be lost, on a slow machine too.
RESTS = "2s"
DURABLE, LOSSY = "drill_durable", "drill_lossy"
ADDRESS = "/people/new-group/"
PATIENCE = 30.0  # seconds until the site must answer again


@dataclass
class Writes:
    """What one round sent: each by the name of the group that it adds, with the number of its request."""

    recorded: dict[str, str] = field(default_factory=dict)
    broken_off: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Tally:
    """What of it stands in the database."""

    recorded: int
    missing: int
    twice: int


def tally(recorded: Iterable[str], stands: Iterable[str]) -> Tally:
    counted, recorded = Counter(stands), list(recorded)
    return Tally(
        len(recorded),
        sum(not counted[name] for name in recorded),
        sum(times > 1 for times in counted.values()),
    )


class Web:
    """The site as gunicorn serves it, on one database of the drill's server."""

    def __init__(self, server: embedded_postgres.Server, name: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.environment = os.environ | {
            "DATABASE_URL": server.url("plan_app", name),
            "DEMONSTRATION": "1",
            "PORT": str(self.port),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        bind = ["--bind", f"127.0.0.1:{self.port}", "--no-control-socket", "--log-level", "critical"]
        workers = ["--worker-class", "gthread", "--workers", "2", "--threads", "4"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "sscp.wsgi", *bind, *workers],
            env=self.environment,
            cwd=settings.BASE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self) -> None:
        """The master and its workers at one blow: they are a group of their own."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def ask(self, method: str, address: str, body: str = "", headers: dict[str, str] | None = None) -> int:
        """The status of the answer. Raises OSError or HTTPException where there is none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            connection.request(method, address, body, headers or {})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.ask("GET", "/healthz") == 200:
                    return
            if time.monotonic() > until:
                raise TimeoutError(f"The site does not answer again after {PATIENCE:.0f} s.")
            time.sleep(0.1)


class Writer:
    """Somebody of the business unit who adds groups by the form, as a browser sends it."""

    def __init__(self, web: Web) -> None:
        self.web = web
        client: Client = Member("business-unit").signed_in()
        self.token = secrets.token_hex(16)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={self.token}",
        }

    def send(self, name: str, request_id: str) -> bool:
        """Whether the site said that it is recorded."""
        said = {"name": name, "kind": "SUBGROUP", "because": "A drill.", "request_id": request_id, "seen": ""}
        body = urlencode(
            said | {"csrfmiddlewaretoken": self.token, "short_name": "", "reports_to": "", "starts_on": ""}
        )
        try:
            return self.web.ask("POST", ADDRESS, body, self.headers) == 303
        except (OSError, http.client.HTTPException):
            return False


def kill_database(server: embedded_postgres.Server) -> None:
    """The server and every process of its, as a power cut of the machine's processes would. What the operating
    system was given to write is written all the same."""
    postmaster = int((server.folder / "postmaster.pid").read_text().split()[0])
    children = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(status.read_text().rpartition(")")[2].split()[1]) == postmaster:
                children.append(int(status.parent.name))
    for pid in (postmaster, *children):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def write_until(blow: threading.Event, writers: list[Writer], round_name: str) -> Writes:
    """Everybody writes until the blow fell and the answer they wait for broke off."""
    writes, lock = Writes(), threading.Lock()

    def run(number: int, writer: Writer) -> None:
        count = 0
        while True:
            count += 1
            name, request_id = f"{round_name} {number}.{count}", str(uuid4())
            fell = blow.is_set()
            sent = writer.send(name, request_id)
            with lock:
                (writes.recorded if sent else writes.broken_off)[name] = request_id
            if not sent or fell:
                return

    threads = [threading.Thread(target=run, args=each) for each in enumerate(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return writes


@contextlib.contextmanager
def served(made: Stage, name: str) -> Iterator[Web]:
    made.clone(name)
    made.point_to(name)
    web = Web(made.server, name)
    try:
        web.start()
        web.wait()
        yield web
    finally:
        web.kill()
        made.server.start()
        made.point_to("postgres")
        made.drop(name)


def round_of(made: Stage, web: Web, name: str, victims: tuple[str, ...]) -> tuple[Writes, Tally, int]:
    """(what was sent, what of it stands, how many of those that broke off stand once when they are sent again)."""
    round_name = f"{' and '.join(victims)} {secrets.token_hex(3)}"
    with psycopg.connect(made.server.url(database=name), autocommit=True) as admin:
        writers = [Writer(web) for _ in range(WRITERS)]
        admin.execute("checkpoint")  # the sessions are safe, in the control too
    blow = threading.Event()

    def strike() -> None:
        time.sleep(SECONDS)
        blow.set()
        if "database" in victims:
            kill_database(made.server)
        if "web" in victims:
            web.kill()

    striking = threading.Thread(target=strike)
    striking.start()
    writes = write_until(blow, writers, round_name)
    striking.join()
    made.server.start()
    if "web" in victims:
        web.start()
    web.wait()
    made.point_to(name)
    stands = Group.objects.filter(name__startswith=round_name)
    found = tally(writes.recorded, stands.values_list("name", flat=True))
    again = sum(writers[0].send(*each) for each in writes.broken_off.items())
    counted = Counter(stands.values_list("name", flat=True))
    once = sum(counted[each] == 1 for each in writes.broken_off)
    return writes, found, min(again, once)


def drill(made: Stage) -> list[Line]:
    lines: list[Line] = []
    with psycopg.connect(made.server.url(), autocommit=True) as admin:
        admin.execute(f"alter system set wal_writer_delay = '{RESTS}'")
        admin.execute("select pg_reload_conf()")
    with served(made, DURABLE) as web:
        for victims in (("database",), ("web",), ("database", "web")):
            writes, found, again = round_of(made, web, DURABLE, victims)
            broken = len(writes.broken_off)
            lines.append(
                Line(
                    f"kill -9 of the {' and the '.join(victims)}, {WRITERS} people writing",
                    f"{found.recorded} recorded, {found.missing} missing, {found.twice} twice;"
                    f" {broken} broke off, {again} of them there once when sent again",
                    found.recorded > 0 and found.missing == found.twice == 0 and again == broken,
                )
            )
        lines.append(chain("The chain after three crashes"))
    with served(made, LOSSY) as web:
        with psycopg.connect(made.server.url(), autocommit=True) as admin:
            admin.execute(f"alter database {LOSSY} set synchronous_commit = off")
        web.kill()  # its connections began before
        web.start()
        web.wait()
        rounds = [round_of(made, web, LOSSY, ("database",)) for _ in range(2)]
        recorded = sum(found.recorded for _, found, _ in rounds)
        missing = sum(found.missing for _, found, _ in rounds)
        lines.append(
            Line(
                "The control: the same with synchronous_commit off must lose some",
                f"{recorded} recorded, {missing} missing"
                + ("" if missing else ": nothing was lost, so this machine’s drill can’t tell"),
                missing > 0,
            )
        )
        lines.append(chain("The chain after the control’s crashes: shorter, and whole"))
    return lines


def chain(what: str) -> Line:
    report = ledger.verify()
    return Line(what, f"{report.rows} records, {len(report.faults)} faults", not report.faults)
