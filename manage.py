#!/usr/bin/env python
"""The application's commands, with the private database up while one runs, where there is no other."""

import contextlib
import os
import sys

from sscp import embedded_postgres

WITHOUT_DATABASE = {"", "--help", "--version", "collectstatic", "findstatic", "help", "version"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sscp.settings")
    from django.core.management import execute_from_command_line

    command = sys.argv[1] if len(sys.argv) > 1 else ""
    database = contextlib.nullcontext() if command in WITHOUT_DATABASE else embedded_postgres.if_wanted()
    try:
        with database:
            execute_from_command_line(sys.argv)
    except embedded_postgres.ServerUnavailable as unavailable:
        sys.exit(str(unavailable))


if __name__ == "__main__":
    main()
