"""The seal of a workbook: whether what comes back is what went out. And texts as a seal compares them."""

import hmac
import html
import json
import re
import unicodedata
from collections.abc import Sequence

_LENGTH = 24  # hexadecimal digits: short enough for a hidden cell, too long to guess
_TAG = re.compile(r"<[^<>]*>")


def seal(key: str, *parts: object) -> str:
    """A seal over these values, which must be plain JSON. `key` is a secret of the service."""
    said = json.dumps(parts, separators=(",", ":")).encode()
    return hmac.new(f"workbook {key}".encode(), said, "sha256").hexdigest()[:_LENGTH]


def is_sealed(keys: Sequence[str], found: str, *parts: object) -> bool:
    """Whether one of these keys made this seal over these values: the present secret, or one before it."""
    return any(hmac.compare_digest(seal(key, *parts).encode(), found.encode()) for key in keys)


def fold(text: str) -> str:
    """The letters and digits of a text: the same whatever a spreadsheet did to its spaces, bullets and quotes."""
    plain = _TAG.sub(" ", html.unescape(text))
    return "".join(c for c in unicodedata.normalize("NFKC", plain).casefold() if c.isalnum())
