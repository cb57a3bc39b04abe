"""Reads a file in a process of its own that can take no more than it is given.

`parse` is for everybody; the rest runs in the child: `python -m workstreams.intake.parse`, a name and the file
in, the document or a refusal out, as JSON. The child knows no settings, no database and no network.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import warnings
from pathlib import Path
from threading import Lock
from typing import Any

from . import gate, kinds
from .document import Document, packed, unpacked
from .kinds import NotSafe

BASE = Path(__file__).resolve().parents[2]

# A plan takes a tenth of a second and 100 MB; the largest that the gate lets through some seconds and 500 MB.
MEMORY = 768 << 20  # bytes
SECONDS = 20  # of processor time
WAIT = 45  # for it, on a busy machine
FILES = 64

PASSED_ON = ("PATH", "LANG", "LD_LIBRARY_PATH")
_BEYOND = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.system",
    "os.remove",
    "os.rename",
)

logger = logging.getLogger(__name__)
_one_at_a_time = Lock()

TOO_MUCH = (
    "This {thing} takes more time or memory to read than any plan. Copy the plan alone into a new {thing} and "
    "send that."
)
NOT_READ = (
    "This file could not be read as {article} {program} {thing}. Open it in {program}, save it again as "
    "{ending} and send that."
)
BUSY = "Other files are being read. Send it again in a minute."


# ---- for everybody


def parse(content: bytes, name: str) -> Document:
    """The document in a file that somebody sent. Raises NotSafe, whatever is wrong with it."""
    kind = kinds.promised(content, name, gate.FILE)
    if not _one_at_a_time.acquire(timeout=WAIT):
        raise NotSafe(BUSY)
    try:
        child = subprocess.run(
            [sys.executable, "-B", "-m", "workstreams.intake.parse"],
            input=json.dumps(kinds.base_name(name)).encode() + b"\n" + content,
            capture_output=True,
            cwd=BASE,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
            timeout=WAIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotSafe(kind.says(TOO_MUCH)) from None
    finally:
        _one_at_a_time.release()
    if child.returncode == 0:
        try:
            answer = json.loads(child.stdout)
            if "refused" not in answer:
                return unpacked(answer)
            raise NotSafe(str(answer["refused"]))
        except (ValueError, KeyError, TypeError, IndexError):
            logger.exception("The child that read a file gave no document.")
            raise NotSafe(kind.says(NOT_READ)) from None
    logger.error("The child that read a file ended with %s: %s", child.returncode, child.stderr[-4000:])
    stopped = (-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGALRM)
    raise NotSafe(kind.says(TOO_MUCH) if child.returncode in stopped else kind.says(NOT_READ))


def parse_here(content: bytes, name: str) -> Document:
    """The same in this process, without its limits of time and memory. Raises NotSafe."""
    kind = kinds.promised(content, name, gate.FILE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if gate.check(content, name) == "docx":
                from . import word as reader
            else:
                from . import excel as reader  # type: ignore[no-redef]
            return reader.read(content, kinds.base_name(name))
    except NotSafe:
        raise
    except MemoryError:
        raise NotSafe(kind.says(TOO_MUCH)) from None
    except RecursionError:
        raise NotSafe(kind.says(gate.TOO_INTRICATE)) from None
    except Exception as problem:  # whatever a parser trips over, the file is what it tripped on
        raise NotSafe(kind.says(NOT_READ)) from problem


# ---- in the child


def _limit() -> None:
    import resource

    for what, limit in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hardest = resource.getrlimit(what)[1]
        limit = limit if hardest == resource.RLIM_INFINITY else min(limit, hardest)
        resource.setrlimit(what, (limit, limit))
    signal.alarm(WAIT)
    sys.addaudithook(_refuse_the_world)


def _refuse_the_world(event: str, arguments: Any) -> None:
    writes = event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if writes or event.startswith(_BEYOND):
        raise PermissionError(f"A file that is read may not cause {event}.")


def main() -> int:
    _limit()
    name, _, content = sys.stdin.buffer.read(gate.FILE + 4096).partition(b"\n")
    try:
        answer = packed(parse_here(content, json.loads(name)))
    except NotSafe as refused:
        answer = {"refused": refused.sentence}
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
