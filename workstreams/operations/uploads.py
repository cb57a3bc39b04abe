"""Taking in a file that holds a plan, and keeping what its reader says about it until it is applied."""

from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from django.db import transaction

from ..intake.document import Document, packed, unpacked
from ..intake.parse import parse
from ..intake.reading import Choice, Field, Known, KnownPost, Question, Reading, read
from ..models import Plan, Post, Upload, User
from ..picture import Level
from ..vocabulary import UploadKind, UploadState
from . import Refused
from .returned import seals


def hand_in(*, user: User, name: str, content: bytes, plan: Plan | None, key: tuple[Level, ...]) -> Upload:
    """The file as an upload that waits to be applied; the one that waits already, where the same file came before.

    `plan` is None for a new plan; `key` is that plan's. Raises NotSafe where the file isn't read, and NotAPlan where
    no plan is in it.
    """
    digest = sha256(content).hexdigest()
    waiting = Upload.objects.filter(
        kind=UploadKind.PLAN, state=UploadState.READ, sha256=digest, plan=plan, user=user
    ).first()
    if waiting is not None:
        return waiting
    document = parse(content, name)
    read(document, known_here(key))
    return Upload.objects.create(
        user=user,
        plan=plan,
        kind=UploadKind.PLAN,
        name=document.name,
        content=content,
        sha256=digest,
        document=packed(document),
    )


def known_here(key: tuple[Level, ...] = ()) -> Known:
    """What the partnership has already; `key` is that of the plan that is read anew."""
    posts = Post.objects.order_by("pk")
    return Known(
        tuple(
            KnownPost(post.pk, post.title, tuple(dict.fromkeys((post.title, *post.spellings))))
            for post in posts
        ),
        key,
        seals(),
    )


def reading_of(
    upload: Upload, key: tuple[Level, ...], mapping: Mapping[str, str] | None = None
) -> tuple[Document, Reading]:
    """The file as it is understood with the answers that were given; `mapping` instead of the one that was kept.

    Raises NotAPlan where the columns that somebody named hold no plan.
    """
    document = document_of(upload)
    named = mapping if mapping is not None else upload.mapping
    columns = {column: Field[holds] for column, holds in named.items()} if named else None
    return document, read(document, known_here(key), columns, answers_to(upload))


def document_of(upload: Upload) -> Document:
    return unpacked(upload.document)


# ---- what its reader says


def answers_to(upload: Upload) -> dict[str, str]:
    """The answers, by the keys of their questions."""
    return {key: said["answer"] for key, said in upload.answers.get("questions", {}).items()}


def answered(upload: Upload) -> list[tuple[Question, str]]:
    """The questions that were answered, as they were asked, each with its answer."""
    return [(_question(said), said["answer"]) for said in upload.answers.get("questions", {}).values()]


def facts_of(upload: Upload) -> dict[str, Any]:
    """What was typed about the version that it is to be, as far as somebody came."""
    facts: dict[str, Any] = upload.answers.get("facts", {})
    return facts


def answer(*, upload: Upload, answers: Mapping[Question, str], facts: Mapping[str, Any]) -> Upload:
    """Keep answers to its questions, a newer in place of an older one, and the facts as they were typed."""
    given = {q.key: {**asdict(q), "answer": words} for q, words in answers.items()}
    with transaction.atomic():
        upload = _waiting(upload)
        kept = upload.answers.get("questions", {})
        upload.answers = {"questions": kept | given, "facts": dict(facts)}
        upload.save(update_fields=["answers"])
        return upload


def say_columns(*, upload: Upload, mapping: Mapping[str, str]) -> Upload:
    """What each column holds, by its key: the name of a field. What was answered about it before is asked anew."""
    with transaction.atomic():
        upload = _waiting(upload)
        upload.mapping = dict(mapping)
        upload.save(update_fields=["mapping"])
        return upload


def take_away(*, upload: Upload) -> None:
    """Forget a file that was not applied."""
    with transaction.atomic():
        _waiting(upload).delete()


def _waiting(upload: Upload) -> Upload:
    upload = Upload.objects.select_for_update(no_key=True).get(pk=upload.pk)
    if upload.state != UploadState.READ:
        raise Refused("This file has been applied already. Hand it in again to begin anew.")
    return upload


def _question(said: dict[str, Any]) -> Question:
    return Question(
        said["key"],
        tuple(said["at"]),
        said["printed"],
        said["sentence"],
        tuple(Choice(**choice) for choice in said["choices"]),
        said["assumed"],
    )
