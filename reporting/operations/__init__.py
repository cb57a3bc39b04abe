"""Which report is meant, and issuing packs: drawn once from a frozen version and kept as they were handed out."""

from .drawings import Progress, ask_for, carry_out, one_at_a_time, progress_of
from .extracts import as_csv, as_workbook, as_zip
from .minutes import corrected_since, minutes_of_meeting
from .packs import (
    compared_version,
    contents_of,
    draw_again,
    edition_of,
    issue_pack,
    kinds_of,
    pack_to_issue,
    withdrawn,
)
from .reports import frozen, history_of, pack_now, pack_of_version, pack_then

__all__ = [
    "Progress",
    "as_csv",
    "as_workbook",
    "as_zip",
    "ask_for",
    "carry_out",
    "compared_version",
    "contents_of",
    "corrected_since",
    "draw_again",
    "edition_of",
    "frozen",
    "history_of",
    "issue_pack",
    "kinds_of",
    "minutes_of_meeting",
    "one_at_a_time",
    "pack_now",
    "pack_of_version",
    "pack_then",
    "pack_to_issue",
    "progress_of",
    "withdrawn",
]
