"""Looks at the machine before anything is installed, and names the remedy for whatever is missing.

It runs with whichever Python is there, before there is an environment: the standard library only, and nothing
that an old Python couldn't read.
"""

import ctypes.util
import os
import socket
import sys

BASE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# WeasyPrint draws with these, which no Python package brings.
LIBRARIES = {
    "gobject-2.0": "libglib2.0-0",
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz": "libharfbuzz0b",
    "harfbuzz-subset": "libharfbuzz-subset0",
    "fontconfig": "libfontconfig1",
}


def missing_libraries():
    return sorted(package for name, package in LIBRARIES.items() if not ctypes.util.find_library(name))


def check_python():
    if sys.version_info < (3, 11):
        return (
            "Python %d.%d is too old: install 3.11 or newer and say `make PYTHON=python3.11 …`."
            % sys.version_info[:2]
        )
    return None


def check_environment():
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return "Python can't make environments: install Debian's package python3-venv."
    return None


def check_data_folder():
    folder = os.environ.get("DATA_DIR") or os.path.join(BASE, "var")
    while not os.path.exists(folder):
        folder = os.path.dirname(os.path.abspath(folder))
    if not os.access(folder, os.W_OK | os.X_OK):
        return "%s can't be written: make it yours, or set DATA_DIR to a folder of your own." % folder
    free = os.statvfs(folder)
    if free.f_bavail * free.f_frsize < 500 * 1024 * 1024:
        return "%s has less than 500 MB free: make room, or set DATA_DIR to a folder elsewhere." % folder
    return None


def check_port():
    port = os.environ.get("PORT") or "8000"
    if not port.isdigit() or not 0 < int(port) < 65536:
        return "PORT is %s: give a number below 65536." % port
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", int(port)))
        except OSError as error:
            return "Port %s can't be used (%s): say `make run PORT=8001`." % (port, error.strerror)
    return None


def main(purpose):
    checks = [check_python, check_environment, check_data_folder] + ([check_port] if purpose == "run" else [])
    problems = [problem for problem in (check() for check in checks) if problem]
    for problem in problems:
        print(problem, file=sys.stderr)
    missing = missing_libraries()
    if missing:
        print(
            "PDFs will be refused until these are installed, on Debian: apt-get install " + " ".join(missing)
        )
    return 1 if problems else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["libraries"]:
        print(" ".join(missing_libraries()))
    else:
        sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "run"))
