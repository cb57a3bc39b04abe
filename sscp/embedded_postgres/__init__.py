"""A private PostgreSQL server for the demonstration and the tests, where no DATABASE_URL names another.

It takes PostgreSQL's binaries where it finds them, keeps its data in one folder that only its account may
enter, and listens on a Unix socket there and nowhere else, so that trusting whoever reaches the socket is safe.
Nothing here needs Django or a database driver.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator

from .places import ServerUnavailable, account, data_folder, find_binaries, major, state_folder
from .server import ADMINISTRATOR, Server

__all__ = [
    "ADMINISTRATOR",
    "Server",
    "ServerUnavailable",
    "account",
    "data_folder",
    "demonstration_server",
    "find_binaries",
    "if_wanted",
    "major",
    "servers_made_here",
    "tests_server",
    "using",
    "wanted",
]


def wanted() -> bool:
    """Whether the application uses the private server at all."""
    return not os.environ.get("DATABASE_URL")


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
