"""The private database, on a real server: it starts, survives being killed, stops, and finds a place to live."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from sscp import embedded_postgres
from sscp.embedded_postgres import Server, ServerUnavailable, using


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short folder that the server's account can reach; pytest's own is closed and long."""
    with tempfile.TemporaryDirectory(prefix="sscp-test-", dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    server = Server(folder / "data", fast=True)
    yield server
    server.remove()


def ask(server: Server, query: str) -> str:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        return str(connection.execute(query).fetchone()[0])


def postmaster(server: Server) -> int:
    return int((server.folder / "postmaster.pid").read_text().split()[0])


def program(server: Server, seconds: float) -> subprocess.Popen[str]:
    """Another process that uses the server, and says when it does."""
    code = f"""
import time
from sscp.embedded_postgres import Server, using
with using(Server({str(server.folder)!r}, fast=True)):
    print("up", flush=True)
    time.sleep({seconds})
"""
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def test_starts_answers_and_stops(server):
    assert not server.running()
    server.start()
    server.start()
    assert server.running()
    assert ask(server, "SELECT current_user") == "plan_admin"
    server.stop()
    server.stop()
    assert not server.running()


def test_keeps_what_was_written_over_a_restart(server):
    server.start()
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    server.stop()
    server.start()
    assert ask(server, "SELECT number FROM kept") == "7"


def test_is_durable_checked_and_the_same_everywhere(folder):
    server = Server(folder / "data")
    try:
        server.start()
        found = {
            name: ask(server, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")
        }
        assert found == {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
        assert ask(server, "SHOW data_checksums") == "on"
        assert ask(server, "SHOW server_encoding") == "UTF8"
        assert ask(server, "SELECT lower('ÉÀ') || ('a' < 'B')") == "éàfalse"
    finally:
        server.remove()


def test_listens_on_no_network_and_is_closed_to_others(server):
    server.start()
    assert ask(server, "SHOW listen_addresses") == ""
    assert server.folder.stat().st_mode & 0o777 == 0o700
    assert ask(server, "SHOW max_connections") == "60"


def test_starts_again_after_it_was_killed_with_all_that_it_acknowledged(folder):
    server = Server(folder / "data")
    try:
        server.start()
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        for _ in range(3):
            os.kill(postmaster(server), signal.SIGKILL)
            server.start()
            assert ask(server, "SELECT number FROM kept") == "7"
    finally:
        server.remove()


def test_starts_where_a_dead_servers_number_is_now_somebody_elses(server):
    server.start()
    number = postmaster(server)
    os.kill(number, signal.SIGKILL)
    while Path(f"/proc/{number}").exists():
        time.sleep(0.02)
    bystander = subprocess.Popen(["sleep", "60"], **embedded_postgres.account())
    try:
        for name in ("postmaster.pid", f".s.PGSQL.{server.port}.lock"):
            lock = server.folder / name
            lines = lock.read_text().splitlines()
            lock.write_text("\n".join([str(bystander.pid), *lines[1:]]) + "\n")
        server.start()
        assert ask(server, "SELECT 1") == "1"
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_begins_again_after_a_half_made_folder(server):
    half = server.folder.with_name("data.unfinished")
    half.mkdir()
    (half / "PG_VERSION").write_text("half")
    server.start()
    assert ask(server, "SELECT 1") == "1"
    assert not half.exists()


def test_root_runs_it_as_an_account_that_was_there_before(server):
    if os.geteuid() != 0:
        server.start()
        assert server.folder.owner() == pwd.getpwuid(os.geteuid()).pw_name
        return
    server.start()
    owner = Path(f"/proc/{postmaster(server)}").stat().st_uid
    assert pwd.getpwuid(owner).pw_name in ("postgres", "nobody")
    assert owner == server.folder.stat().st_uid


def test_a_path_too_long_for_a_socket_gets_a_short_one(folder):
    server = Server(folder / ("long-" * 20) / "data", fast=True)
    try:
        server.start()
        assert len(server.host) < 60
        assert ask(server, "SELECT 1") == "1"
    finally:
        server.remove()
    assert not Path(server.host).exists()


def test_a_path_with_spaces_quotes_and_accents_is_like_any_other(folder):
    server = Server(folder / 'l\'été, "2 %"' / "data", fast=True)
    try:
        server.start()
        assert ask(server, "SELECT 1") == "1"
    finally:
        server.remove()


@pytest.mark.parametrize("closed", ["data", "data and binaries"])
def test_root_in_a_closed_home_keeps_it_where_its_account_can_go(folder, closed):
    """An ordinary user reaches its own home, and the same call then stays there."""
    home = folder / "home"
    home.mkdir(mode=0o700)
    # A copy of this test's own: `remove` takes the binaries away, which the server of these tests may run from.
    site = (home if closed == "data and binaries" else folder) / "site"
    found = embedded_postgres.find_binaries()
    shutil.copytree(found.parent, site / "embedded_postgres/pginstall")
    libraries = found.parent.parent.parent / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, site / "embedded_postgres.libs")
    binaries = site / "embedded_postgres/pginstall/bin"
    server = Server(home / "var" / "data", fast=True, binaries=binaries)
    try:
        server.start()
        assert ask(server, "SELECT 1") == "1"
        assert home.stat().st_mode & 0o777 == 0o700
        assert (home in server.folder.parents) == (os.geteuid() != 0)
    finally:
        server.remove()
    assert not server.folder.exists()


def test_refuses_a_socket_folder_that_somebody_else_made(folder):
    server = Server(folder / ("long-" * 20) / "data", fast=True)
    taken = Path(server.host)
    taken.mkdir()
    taken.chmod(0o777)
    try:
        with pytest.raises(ServerUnavailable, match="remove it"):
            server.start()
    finally:
        server.remove()


def test_using_stops_it_at_the_end(server):
    with using(server):
        assert ask(server, "SELECT 1") == "1"
    assert not server.running()


def test_using_leaves_it_to_another_program_that_uses_it(server):
    with program(server, 60) as other:
        assert other.stdout.readline() == "up\n"
        with using(server):
            pass
        assert server.running()
        other.kill()
    with using(server):
        pass
    assert not server.running()


def test_using_leaves_it_to_a_connection_that_holds_no_lock(server):
    with using(server):
        connection = psycopg.connect(server.url())
    assert server.running()
    connection.close()
    server.stop()


def test_many_programs_at_once_never_lose_it(server):
    """Each starts it or finds it, works, and stops it when last; none may stop it under another."""
    code = f"""
import psycopg
from sscp.embedded_postgres import Server, using
for _ in range(4):
    with using(Server({str(server.folder)!r}, fast=True)) as server:
        with psycopg.connect(server.url()) as connection:
            connection.execute("SELECT pg_sleep(0.02)")
"""
    programs = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(4)]
    assert [each.wait(timeout=120) for each in programs] == [0, 0, 0, 0]
    assert not server.running()


def test_a_program_run_with_it_hands_back_its_own_answer(folder):
    environment = os.environ | {"DATA_DIR": str(folder / "var"), "DATABASE_URL": ""}
    run = [sys.executable, "-m", "sscp.embedded_postgres"]
    done = subprocess.run([*run, "run", "sh", "-c", "exit 3"], env=environment)
    assert done.returncode == 3
    assert list((folder / "var").glob("postgres-*/PG_VERSION"))
    assert not list((folder / "var").glob("postgres-*/postmaster.pid"))
    assert subprocess.run([*run, "remove"], env=environment).returncode == 0
    assert list((folder / "var").iterdir()) == []


def test_says_what_to_do_where_the_named_binaries_are_not(monkeypatch, folder):
    monkeypatch.setenv("SSCP_PG_BIN", str(folder))
    with pytest.raises(ServerUnavailable, match="correct or unset it"):
        embedded_postgres.find_binaries()
