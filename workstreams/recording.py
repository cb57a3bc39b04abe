"""The law that every change obeys: an actor, one transaction, one answer. The verbs stand in operations.

Whoever locks rows does so in one order: group, meeting, plan, measures in key order. The ledger's own lock comes last,
at the commit or in `settle`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from json import dumps
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, Model, Q

from .models import Ledger, Post, Rating, Receipt, User


@dataclass(frozen=True)
class By:
    """Who acts, in which post, and whether as its deputy."""

    user: User
    post: Post
    as_deputy: bool = False


class Refused(Exception):
    """The plan's rules do not allow this. `errors` maps a form field ("" for the whole) to one sentence."""

    def __init__(self, sentence: str = "", **errors: str) -> None:
        self.errors = ({"": sentence} if sentence else {}) | errors
        super().__init__(" ".join(self.errors.values()))


class Overtaken(Exception):
    """Somebody answered the same row first. `latest` is what stands now."""

    def __init__(self, latest: Rating | None) -> None:
        self.latest = latest
        super().__init__("Somebody else answered first.")


class RequestReused(Exception):
    """A request id came again with other content, or from somebody else."""


@contextmanager
def recorded(by: By | str, *, because: str = "") -> Iterator[None]:
    """One atomic change with its actor, post and reason, which the ledger writes beside every row.

    `by` is a person in a post, or the name of a command. Inside a larger transaction the ledger rows are
    written when this block ends, so that each carries the actor of its own block.
    """
    nested = connection.in_atomic_block
    who, post = (by, "") if isinstance(by, str) else (str(by.user.pk), str(by.post.pk))
    with transaction.atomic():
        _sign(who, post, because)
        yield
        if nested:
            settle()
            _sign("", "", "")


def _sign(who: str, post: str, because: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('plan.by', %s, true), set_config('plan.for_post', %s, true),"
            " set_config('plan.because', %s, true)",
            [who, post, because],
        )


def settle() -> None:
    """Write the ledger rows of this transaction now instead of at its commit."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")


def newest_row(of: Model) -> int | None:
    """The newest ledger row of an object: what a form that changes it has `seen`. None: not written yet."""
    rows = Ledger.objects.filter(table=of._meta.db_table, row=str(of.pk))
    return rows.order_by("-seq").values_list("seq", flat=True).first()


def newest_rows(of: Iterable[Model]) -> dict[Model, int]:
    """The newest ledger row of each of these objects: one query."""
    things = {(thing._meta.db_table, str(thing.pk)): thing for thing in of}
    if not things:
        return {}
    rows: dict[str, list[str]] = {}
    for table, row in things:
        rows.setdefault(table, []).append(row)
    wanted = Q()
    for table, keys in rows.items():
        wanted |= Q(table=table, row__in=keys)
    newest = Ledger.objects.filter(wanted).order_by().values_list("table", "row").annotate(Max("seq"))
    return {things[table, row]: seq for table, row, seq in newest}


def answer_once(*, request_id: UUID, user: User, content: Mapping[str, Any], do: Callable[[], str]) -> str:
    """The answer address of `do`, which runs at most once for a request id, in one transaction with its receipt.

    A repeated request gets the same answer. Raises RequestReused when the id comes with other content or
    another user; whatever `do` raises undoes the receipt too.
    """
    fingerprint = sha256(dumps(content, sort_keys=True, default=str).encode()).hexdigest()
    with transaction.atomic():
        receipt, fresh = Receipt.objects.get_or_create(
            request_id=request_id, defaults={"user": user, "fingerprint": fingerprint}
        )
        if not fresh:
            if (receipt.user_id, receipt.fingerprint) != (user.pk, fingerprint):
                raise RequestReused
            return receipt.answer
        receipt.answer = do()
        receipt.save(update_fields=["answer"])
        return receipt.answer
