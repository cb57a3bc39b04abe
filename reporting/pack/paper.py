"""A paper: whatever is drawn as a PDF. Frozen, and as bytes, for the child that draws it."""

import hashlib
import json
import re
from collections.abc import Callable
from typing import ClassVar

from workstreams.picture import read, to_json

# Neither seen nor kept on paper: control characters but tab and newline, lone surrogates, two non-characters.
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class CouldNotDraw(Exception):
    """A paper could not be drawn. Its text is a sentence for the reader."""


class Paper:
    """What every paper has: a template, in which it stands under its own name in lower case ("pack").

    Each is a frozen dataclass of plain values, so that the child can have it as JSON.
    """

    __slots__ = ()
    template: ClassVar[str]
    kinds: ClassVar[dict[str, type["Paper"]]] = {}

    def __init_subclass__(cls) -> None:
        Paper.kinds[cls.__name__] = cls

    @property
    def fingerprint(self) -> str:
        """The same for the same content, whoever asks and whenever."""
        return hashlib.sha256(packed(self)).hexdigest()


def packed(paper: Paper) -> bytes:
    """The paper as JSON, with its kind."""
    whole = {"paper": type(paper).__name__, "holds": to_json(paper)}
    return json.dumps(whole, separators=(",", ":"), sort_keys=True).encode()


def unpacked(data: bytes, tidy: Callable[[str], str] = str) -> Paper:
    """The paper that `packed` wrote, with each of its texts tidied."""

    def walk(value: object) -> object:
        if isinstance(value, str):
            return tidy(value)
        if isinstance(value, list):
            return [walk(v) for v in value]
        if isinstance(value, dict):
            return {k: walk(v) for k, v in value.items()}
        return value

    whole = json.loads(data)
    paper: Paper = read(Paper.kinds[whole["paper"]], walk(whole["holds"]))
    return paper


def reopening(ref: str, moment: str) -> str:
    """The address of a plan as at a moment, from the service's own on."""
    return f"/plans/{ref}/?as-at={moment}"


def printable(text: str) -> str:
    """The text without what no paper can show."""
    return UNPRINTABLE.sub("", text)
