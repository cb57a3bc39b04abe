"""Every way the plan can change. Here: the law that all operations share; the verbs stand in their modules."""

from ..recording import (
    By,
    Overtaken,
    Refused,
    RequestReused,
    answer_once,
    newest_row,
    newest_rows,
    recorded,
    settle,
)

__all__ = [
    "By",
    "Overtaken",
    "Refused",
    "RequestReused",
    "answer_once",
    "newest_row",
    "newest_rows",
    "recorded",
    "settle",
]
