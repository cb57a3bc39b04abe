"""Taking in a workbook with answers, and sending what was chosen of it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from .. import compare, gather
from ..intake.document import Document, packed
from ..models import Level, Measure, Post, Rating, Upload, User
from ..picture import Figure
from ..vocabulary import UploadKind, UploadState
from . import By, Overtaken, Refused, ratings, recorded

ANSWERED_FIRST = "Somebody answered {name} first. What stands now is beside it: compare the two and choose."


@dataclass(frozen=True)
class Answer:
    """A row of the workbook as it is to be sent. `level` None: no change. `seen` is the rating that it answers."""

    row: str  # its number in the file
    at: str
    measure: Measure
    level: Level | None
    said: dict[str, Any]
    figures: Sequence[Figure]
    seen: int | None


class NothingSent(Exception):
    """Not one of the answers could be sent. `refused` maps a row to its sentences by field."""

    def __init__(self, refused: dict[str, dict[str, str]], *, overtaken: bool) -> None:
        self.refused, self.overtaken = refused, overtaken
        super().__init__("Nothing was sent.")


def seals() -> tuple[str, ...]:
    """The secrets by which a workbook of ours may be sealed: the present one, and those before it."""
    return settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS


def take_in(*, content: bytes, document: Document, post: Post, user: User) -> Upload:
    """Keep a workbook that was handed in, until its answers are sent. The same file again is the one kept before."""
    digest = hashlib.sha256(content).hexdigest()
    same = Upload.objects.filter(kind=UploadKind.ANSWERS, user=user, for_post=post, sha256=digest)
    return same.order_by("-pk").first() or Upload.objects.create(
        user=user,
        for_post=post,
        kind=UploadKind.ANSWERS,
        name=document.name,
        content=content,
        sha256=digest,
        document=packed(document),
    )


def send_answers(
    *, upload: Upload, answers: Sequence[Answer], typed: Mapping[str, Any], by: By
) -> dict[str, Rating]:
    """Send each of these answers that can be sent, in one transaction; the ratings by their row.

    One that is refused holds up none of the others: it stays with its sentence and with what was `typed` on the
    page, which is kept for all rows. Raises NothingSent where every one was refused; then nothing is written.
    """
    received = f"by workbook, {gather.today():%-d %B %Y}"
    sent: dict[str, Rating] = {}
    refused: dict[str, dict[str, str]] = {}
    overtaken = False
    with recorded(by):
        upload = Upload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        # All before the first is sent: that holds the ledger, and no measure is waited for behind it.
        ratings.lock_measures(Measure.objects.filter(pk__in=[answer.measure.pk for answer in answers]))
        for answer in answers:
            try:
                with transaction.atomic():
                    sent[answer.row] = _send(answer, by, received)
            except Refused as refusal:
                refused[answer.row] = refusal.errors
            except Overtaken:
                overtaken = True
                name = compare.short_name(answer.measure.text or answer.measure.action.text)
                refused[answer.row] = {"": ANSWERED_FIRST.format(name=f"“{name}”")}
        if not sent:
            raise NothingSent(refused, overtaken=overtaken)
        upload.answers = {
            row: {"typed": typed[row]} | ({"refused": refused[row]} if row in refused else {})
            for row in typed
            if row not in sent
        }
        upload.cells |= {str(sent[a.row].pk): a.at for a in answers if a.row in sent}
        upload.state = UploadState.APPLIED
        upload.save(update_fields=["answers", "cells", "state"])
    return sent


def _send(answer: Answer, by: By, received: str) -> Rating:
    if answer.level is None:
        return ratings.say_no_change(measure=answer.measure, by=by, seen=answer.seen, received=received)
    return ratings.send_update(
        measure=answer.measure,
        level=answer.level,
        by=by,
        seen=answer.seen,
        received=received,
        figures=answer.figures,
        **answer.said,
    )
