"""The cast and the stage: a real PostgreSQL, the demonstration plan as it stood on 24 November 2023, real people.

One template database is made for each state of the sources. Most tests run in a transaction that is rolled
back; `stage` gives a test a database of its own, for threads, browsers and the ledger at commit.
"""

import fcntl
import hashlib
import io
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.test import Client
from psycopg import sql

from sscp import database, embedded_postgres
from tests.inbox import Inbox

TODAY = date(2023, 11, 24)
PASSWORD = "demonstration"


# What must pass to land says the same of the same tree twice; everywhere else new cases are looked for each time.
# Neither is held to a time: a busy machine is no fault.
hypothesis.settings.register_profile("looking", deadline=None)
hypothesis.settings.register_profile("landing", deadline=None, derandomize=True)
hypothesis.settings.load_profile("landing" if os.environ.get("SSCP_NO_SKIPS") else "looking")


# Tests sign hundreds of people in, and ask for thousands of pages: neither is to cost what it does for real.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
settings.WHITENOISE_AUTOREFRESH = True  # or every test client first looks at each static file


def pytest_runtest_logreport(report: Any) -> None:
    if report.skipped and os.environ.get("SSCP_NO_SKIPS"):
        report.outcome = "failed"
        report.longrepr = f"A skipped test counts as failed here: {report.longrepr}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that ask for the database run again on the oldest one that is promised (Makefile).

    Not those of single pages, whose operations and questions have tests of their own; where they haven't, the page's
    module marks itself.
    """
    for item in items:
        of_a_page = item.path.stem.endswith(("_page", "_pages"))
        if not of_a_page and {"db", "demonstration", "stage", "theatre"} & set(
            getattr(item, "fixturenames", ())
        ):
            item.add_marker("database")


def state_of_sources() -> str:
    seen = hashlib.sha256()
    for folder in ("sscp", "workstreams", "reporting", "fixtures"):
        for path in sorted((settings.BASE / folder).rglob("*")):
            if path.suffix in {".py", ".sql", ".json"}:
                seen.update(path.read_bytes())
    return seen.hexdigest()[:12]


class Stage:
    """The test server and its databases: one template, any number of clones."""

    def __init__(self, server: embedded_postgres.Server) -> None:
        self.server = server
        self.template = f"template_{state_of_sources()}"

    def admin(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.server.url(database="postgres"), autocommit=True)

    def point_to(self, name: str) -> None:
        for alias, role in (("default", "plan_app"), ("owner", "plan_owner")):
            connections[alias].close()
            connections.settings[alias].update(
                NAME=name, USER=role, HOST=self.server.host, PORT=str(self.server.port)
            )
            connections[alias].settings_dict.update(connections.settings[alias])

    def exists(self, name: str) -> bool:
        with self.admin() as admin:
            return bool(admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone())

    def make_template(self) -> None:
        if self.exists(self.template):
            return
        with self.admin() as admin:
            old = admin.execute(
                "select datname from pg_database where datname ~ '^(template_|test_|stage_)'"
            ).fetchall()
            for (name,) in old:
                admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
        draft = f"draft_{self.template}"
        self.furnish(draft)
        as_it_was = ("--keep-dates", "--today", TODAY.isoformat(), "--without-packs", "--before-papers")
        call_command("load_demo", *as_it_was, stdout=io.StringIO())
        for alias in ("default", "owner"):
            connections[alias].close()
        with self.admin() as admin:
            admin.execute(
                sql.SQL("alter database {} rename to {}").format(
                    sql.Identifier(draft), sql.Identifier(self.template)
                )
            )

    def furnish(self, name: str) -> None:
        """An empty plan, provisioned as a demonstration, and the connections pointing to it."""
        self.drop(name)
        database.furnish(self.server.url(database="postgres"), name, demonstration=True)
        self.point_to(name)
        call_command("migrate", database="owner", verbosity=0)
        database.fence()

    def clone(self, name: str) -> None:
        self.drop(name)
        with self.admin() as admin:
            admin.execute(
                sql.SQL("create database {} template {}").format(
                    sql.Identifier(name), sql.Identifier(self.template)
                )
            )

    def drop(self, name: str) -> None:
        with self.admin() as admin:
            admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def theatre(worker_id: str) -> Iterator[Stage]:
    server = embedded_postgres.tests_server()
    with embedded_postgres.using(server):
        theatre = Stage(server)
        yield theatre
        # Threads that served a browser leave connections open, and a server with clients is not stopped.
        with theatre.admin() as admin:
            admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = any(%s)",
                [[f"test_{worker_id}", f"stage_{worker_id}"]],
            )


@pytest.fixture(scope="session")
def django_db_setup(theatre: Stage, worker_id: str, django_db_blocker: Any) -> Iterator[None]:
    """Overrides pytest-django's: the tables refuse its flush, and tests run as the web's role."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with django_db_blocker.unblock(), (settings.DATA_DIR / "tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the first worker makes the template, the others wait for it
        theatre.make_template()
        theatre.clone(f"test_{worker_id}")
    theatre.point_to(f"test_{worker_id}")
    yield  # with the database shut: a test opens it with one of the fixtures below, or its rows would stay
    for alias in ("default", "owner"):
        connections[alias].close()


@pytest.fixture
def stage(django_db_setup: None, theatre: Stage, worker_id: str, django_db_blocker: Any) -> Iterator[Stage]:
    """A database of the test's own, whose commits are real. Threads and servers may use it."""
    assert not connections["default"].in_atomic_block, (
        "A test has `stage` or `db`, not both: nothing would commit."
    )
    name = f"stage_{worker_id}"
    theatre.clone(name)
    with django_db_blocker.unblock():
        theatre.point_to(name)
        yield theatre
        theatre.point_to(f"test_{worker_id}")
    theatre.drop(name)


@pytest.fixture
def demonstration(request: pytest.FixtureRequest) -> None:
    """The demonstration's rows: in a transaction that is rolled back, or on the test's own stage."""
    request.getfixturevalue("stage" if "stage" in request.fixturenames else "db")


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """Limits count in the cache: what one test asked for is not held against the next."""
    cache.clear()


# ---- the cast


@dataclass
class Member:
    """One account of the demonstration, with the post it is named for."""

    key: str

    @property
    def user(self) -> Any:
        from workstreams.models import User

        return User.objects.get(email=f"{self.key}@demonstration.example")

    @property
    def post(self) -> Any:
        return self.user.appointments.order_by("pk").select_related("post").first().post

    @property
    def by(self) -> Any:
        from workstreams.operations import By

        return By(self.user, self.post)

    @property
    def person(self) -> Any:
        from workstreams import permissions

        return permissions.person(self.user, TODAY)

    def signed_in(self) -> Client:
        client = Client()
        client.force_login(self.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return show_who(client)


def show_who(client: Client, ago: float = 0) -> Client:
    """As if whoever is signed in had given their password, so many seconds ago."""
    from allauth.account.internal.flows import login

    session = client.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time() - ago}]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = session["_auth_user_id"]
    session.save()
    return client


@pytest.fixture
def cast(demonstration: None) -> Callable[[str], Member]:
    """`cast("chair-ldg")`, `cast("business-unit")` … any account of the demonstration."""
    return Member


@pytest.fixture
def plan(demonstration: None) -> Any:
    """The demonstration plan."""
    from workstreams.models import Plan

    return Plan.objects.get()


@pytest.fixture
def measure_at(demonstration: None) -> Callable[[str], Any]:
    """`measure_at("4.1#2")`: the second measure of outcome 4.1, counting across its actions."""
    return measure_of


def measure_of(place: str) -> Any:
    from workstreams.models import Measure

    ref, _, position = place.partition("#")
    return Measure.objects.filter(action__outcome__ref=ref).in_plan_order()[int(position) - 1]


@pytest.fixture
def fill() -> Callable[[Any], dict[str, Any]]:
    """A page's form as a browser would send it back: every field's present value, by name."""

    def values(response: Any, **changes: Any) -> dict[str, Any]:
        form = response.context["form"]
        sent = {
            form.add_prefix(name): value
            for name in form.fields
            if (value := form[name].value()) is not None and value is not False
        }
        return sent | changes

    return values


@pytest.fixture
def inbox(settings: Any) -> Iterator[Inbox]:
    """Where the service's e-mail arrives: a real SMTP server, for which the settings are made."""
    inbox = Inbox()
    inbox.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = inbox.hostname, inbox.port
    settings.EMAIL_IS_SET_UP, settings.EMAIL_IS_SHOWN = True, False
    settings.SITE_URL = "https://plan.example.org"
    settings.DEFAULT_FROM_EMAIL = "plan@example.org"
    yield inbox
    inbox.stop()


def together(number: int, act: Callable[[int], Any]) -> list[Any]:
    """Run `act(i)` in so many threads at one moment; what each answered or raised."""
    barrier = threading.Barrier(number)
    answers: list[Any] = [None] * number

    def run(i: int) -> None:
        try:
            barrier.wait()
            answers[i] = act(i)
        except Exception as raised:
            answers[i] = raised
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def behind_the_ledger(*acts: Callable[[], Any]) -> list[Any]:
    """Hold the ledger's lock while each act goes as far as it can, one after the other, then let them all go on.

    What each answered or raised. For tests that have `stage`.
    """
    answers: list[Any] = [None] * len(acts)

    def run(i: int) -> None:
        try:
            answers[i] = acts[i]()
        except Exception as raised:
            answers[i] = raised
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(acts))]
    with connections["default"].cursor() as cursor:
        cursor.execute("select pg_advisory_lock(7102)")
        for number, thread in enumerate(threads, start=1):
            thread.start()
            waiting = 0
            while waiting < number and thread.is_alive():
                cursor.execute(
                    "select count(*) from pg_stat_activity"
                    " where datname = current_database() and wait_event_type = 'Lock'"
                )
                (waiting,) = cursor.fetchone()
                thread.join(0.01)
        cursor.execute("select pg_advisory_unlock(7102)")
    for thread in threads:
        thread.join()
    return answers


CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
