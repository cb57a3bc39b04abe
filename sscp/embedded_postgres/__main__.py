"""`python -m sscp.embedded_postgres`: the private server by hand, or around another program."""

import signal
import subprocess
import sys
from types import FrameType

from . import ServerUnavailable, demonstration_server, if_wanted, servers_made_here


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
