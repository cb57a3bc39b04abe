"""The proof: every link and image of the ledger recomputed here, independently of the database's own functions."""

from .form import Redaction, Row, digest, link, prefixed, redactions, replacement, written
from .images import fenced_models
from .verifying import Anchor, Fault, Report, one_view, rows, verify

__all__ = [
    "Anchor",
    "Fault",
    "Redaction",
    "Report",
    "Row",
    "digest",
    "fenced_models",
    "link",
    "one_view",
    "prefixed",
    "redactions",
    "replacement",
    "rows",
    "verify",
    "written",
]
