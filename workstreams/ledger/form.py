"""The canonical form of the ledger's fingerprints (docs/ledger.md), from nothing but the standard library."""

import hashlib
import json
from datetime import UTC, datetime
from typing import NamedTuple


class Row(NamedTuple):
    """One row of the ledger, with its images as the database's own text."""

    seq: int
    at: datetime
    table: str
    row: str
    operation: str
    before: str | None
    after: str | None
    by: str
    for_post: str
    because: str
    form: int
    salt: bytes
    digest: bytes
    previous: bytes
    hash: bytes

    @property
    def is_redacted(self) -> bool:
        """Its words were replaced: the digest of what they were stays, and nobody can make it again."""
        return not self.salt

    @property
    def is_redaction(self) -> bool:
        return self.operation == "REDACT"


class Redaction(NamedTuple):
    """What a row that redacts others says of one of them: the digest of what stands in it since."""

    seq: int
    replacement: str


def prefixed(*values: str | None) -> bytes:
    """Length-prefixed, so that no two lists of fields read the same: "5:hello,"."""
    return b"".join([b"%d:%b," % (len(value), value) for value in [(v or "").encode() for v in values]])


def written(at: datetime) -> str:
    """A moment in the form that is hashed: "2023-07-18T08:30:00.000000Z"."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def digest(row: Row) -> bytes:
    """What the row says in words, salted, so that something short can't be guessed from its digest."""
    words = (row.before, row.after) if row.form == 1 else (row.before, row.after, row.because)
    return hashlib.sha256(row.salt + prefixed(*words)).digest()


def link(row: Row) -> bytes:
    """The row's hash: everything else it says, its digest, and the hash of the row before it."""
    reason = (row.because,) if row.form == 1 else ()  # of form 2 it stands in the digest
    return hashlib.sha256(
        prefixed(
            f"SSCP{row.form}",
            str(row.seq),
            written(row.at),
            row.table,
            row.row,
            row.operation,
            row.by,
            row.for_post,
            *reason,
            row.digest.hex(),
            row.previous.hex(),
        )
    ).digest()


def replacement(row: Row) -> str:
    """The digest of what stands in a redacted row, as the row that redacted it names it."""
    return hashlib.sha256(prefixed(row.before, row.after, row.because)).hexdigest()


def redactions(row: Row) -> list[Redaction]:
    """What a row that redacts says of the rows it redacted. Raises ValueError where it can't be read."""
    try:
        return [Redaction(int(seq), str(named)) for seq, named in json.loads(row.after or "")["rows"]]
    except (KeyError, TypeError, OverflowError) as unread:
        raise ValueError("This is not what a redaction says.") from unread
