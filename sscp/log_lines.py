"""The form of the log when a machine reads it: one JSON object a line, whatever somebody typed."""

import json
import logging
from datetime import UTC, datetime

# What every record carries; anything else was given with `extra` and belongs in the line.
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        for name, value in vars(record).items():
            if name not in STANDARD and (value is None or isinstance(value, str | int | float | bool)):
                line.setdefault(name, value)
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line)  # escapes line breaks, so that nobody can make up a line
