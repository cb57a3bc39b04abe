"""What is kept beside the record and may hold the same words: drafts, files handed in, sessions, findings of checks."""

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from html import unescape
from io import BytesIO
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import Model, Q

from ..models import Check, Digest, Draft, Drawing, Receipt, Redaction, Upload
from ..vocabulary import RedactionState

TAG = re.compile(r"<[^>]*>")
LARGEST_PART = 50 << 20  # bytes of one part of a file that is searched


@dataclass(frozen=True)
class Beside:
    """How many of each kind hold the words. What somebody typed and did not send is theirs: it is counted alone."""

    drafts: int = 0
    uploads: int = 0
    sessions: int = 0
    findings: int = 0
    letters: int = 0
    drawings: int = 0
    requests: int = 0

    @property
    def total(self) -> int:
        return sum(getattr(self, field.name) for field in fields(self))

    @property
    def others(self) -> int:
        """What a page tells as one."""
        return self.total - self.drafts - self.uploads


# What is kept, and in which of its columns anybody's words may stand.
KEPT: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "drafts": (Draft, ("fields",)),
    "findings": (Check, ("said",)),
    "letters": (Digest, ("told",)),
    "drawings": (Drawing, ("contents", "doing", "why")),
    "requests": (Redaction, ("because", "refused_because")),
}


def found_beside(redaction: Redaction) -> Beside:
    """How much of what is kept beside the record holds the words."""
    words = redaction.words
    counts = {
        kind: sum(1 for _ in _holding(model, columns, words, redaction))
        for kind, (model, columns) in KEPT.items()
    }
    counts["uploads"] = sum(1 for _ in _uploads(words))
    counts["sessions"] = sum(1 for _ in _sessions(words))
    return Beside(**counts)


def clean_beside(redaction: Redaction, words: str, mark: str) -> None:
    """Without the words, in the transaction that takes them out of the record.

    A file that was handed in is forgotten, and what was read in it stays without the words. Of the answered requests
    the fingerprints go: they were made of what was typed, and without salt.
    """

    def without(value: Any) -> Any:
        return _replaced(value, words, mark)

    for model, columns in KEPT.values():
        for thing in _holding(model, columns, words, redaction):
            model._default_manager.filter(pk=thing.pk).update(
                **{column: without(getattr(thing, column)) for column in columns}
            )
    for upload in _uploads(words):
        Upload.objects.filter(pk=upload.pk).update(
            content=b"",
            name=without(upload.name),
            document=without(upload.document),
            mapping=without(upload.mapping),
            answers=without(upload.answers),
            cells=without(upload.cells),
        )
    for key, data in _sessions(words):
        Session.objects.filter(pk=key).update(session_data=SessionStore().encode(without(data)))
    Receipt.objects.exclude(answer="").exclude(fingerprint="").update(
        fingerprint=""
    )  # all but this request's
    others = Redaction.objects.waiting().exclude(pk=redaction.pk)
    for other in others:
        if words in other.words:  # what it asks for stands nowhere any more
            other.words, other.state = "", RedactionState.REFUSED
            other.refused_because = "Its words were taken out with another request."
            other.save(update_fields=["words", "state", "refused_because"])


def _holding(model: type[Model], columns: tuple[str, ...], words: str, redaction: Redaction) -> Iterator[Any]:
    rows = model._default_manager.exclude(Q(pk=redaction.pk) if model is Redaction else Q(pk=None))
    return (row for row in rows.only(*columns) if any(_holds(getattr(row, c), words) for c in columns))


def _uploads(words: str) -> Iterator[Upload]:
    kept = ("name", "document", "mapping", "answers", "cells")
    for upload in Upload.objects.iterator(chunk_size=1):
        if any(_holds(getattr(upload, c), words) for c in kept) or _file_holds(bytes(upload.content), words):
            yield upload


def _file_holds(content: bytes, words: str) -> bool:
    """Whether a Word document or a workbook says this anywhere, however its parts divide it."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as file:
            parts = [
                file.read(part)
                for part in file.infolist()
                if part.filename.endswith((".xml", ".rels")) and part.file_size <= LARGEST_PART
            ]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return words.encode() in content
    return any(words in unescape(TAG.sub("", part.decode("utf-8", "replace"))) for part in parts)


def _sessions(words: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for session in Session.objects.iterator():
        data = session.get_decoded()
        if _holds(data, words):
            yield session.pk, data


def _holds(value: Any, words: str) -> bool:
    found = False

    def look(text: str) -> str:
        nonlocal found
        found = found or words in text
        return text

    _each_text(value, look)
    return found


def _replaced(value: Any, words: str, mark: str) -> Any:
    return _each_text(value, lambda text: text.replace(words, mark))


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """The value with every text in it changed, keys too."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_each_text(each, change) for each in value]
    if isinstance(value, dict):
        return {_each_text(key, change): _each_text(each, change) for key, each in value.items()}
    return value
