"""What somebody takes out of the history: its lines in sentences, and the rows of the ledger to prove them by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Model, QuerySet

from ..models import Challenge, HighlightReport, Impact, Ledger, Rating, Target, User, Version
from ..picture import Reader
from .entry import Entry
from .rows import Chosen, Kind, chosen, visible
from .sentences import entries

TOGETHER = 2_000  # rows that are turned into sentences at a time

Columns = dict[str, tuple[str, ...]]


def _of(columns: Mapping[type[Model], tuple[str, ...]]) -> Columns:
    return {model._meta.db_table: names for model, names in columns.items()}


# What people wrote of how things stand, which an extract may leave out. The plan's own wording always stays.
WORDS = _of(
    {
        Rating: (
            "words",
            "recovery_plan",
            "risk_note",
            "evidence",
            "evidence_held",
            "figures",
            "because",
            "received",
        ),
        Target: ("note", "because"),
        Impact: ("text",),
        HighlightReport: ("key_updates", "risks", "mitigating_actions", "achievements"),
        Challenge: ("text",),
    }
)
# What is not agreed, as _eyes leaves it out.
PROVISIONAL = (
    "proposals, dates asked for and impact reported, decided since or not; what was put off, not reached or refused;"
    " highlight reports, challenges and their answers; plans that are still drafted"
)
# Where people stand by name, not by the number of their account.
NAMES = _of({User: ("name", "email"), Version: ("editors",)})
# What these kinds say beside their heading is the plan's, or a fact.
SAYS_FACTS = (Kind.PLAN, Kind.PEOPLE, Kind.VERSION)


@dataclass(frozen=True)
class Extract:
    """What is taken out of the history: everything, unless it says otherwise."""

    since: date | None = None
    until: date | None = None
    words: bool = True
    provisional: bool = True
    names: bool = True

    @property
    def is_complete(self) -> bool:
        return self == Extract()


class Line(NamedTuple):
    """One row of the ledger as an extract prints it. `hash` is the row's own, in hexadecimal."""

    seq: int
    at: datetime
    who: str
    post: str
    what: str
    was: str
    now: str
    said: str
    because: str
    meeting: str
    standing: str
    hash: str


def extracted(extract: Extract, reader: Reader, upto: int) -> QuerySet[Ledger]:
    """The rows that stand in it, up to a row of the ledger. None that this reader may not see."""
    rows = chosen(Ledger.objects.filter(seq__lte=upto), Chosen(since=extract.since, until=extract.until))
    return visible(rows, _eyes(extract, reader))


def lines(extract: Extract, reader: Reader, upto: int) -> Iterator[Line]:
    """Its rows in sentences, oldest first, however many."""
    eyes = _eyes(extract, reader)
    for rows in batches(extracted(extract, reader, upto)):
        hashes = {row.seq: bytes(row.hash).hex() for row in rows}
        for entry in entries(rows, eyes, names=extract.names):
            yield _line(entry if extract.words else _without_words(entry), hashes[entry.seq])


def whole(extract: Extract, reader: Reader, upto: int) -> Iterator[int]:
    """The rows of it of which nothing is left out, in the ledger's order: they may stand in a proof with their images
    and their reason."""
    rows = extracted(extract, reader, upto)
    if extract.words and extract.names:
        return rows.order_by("seq").values_list("seq", flat=True).iterator(chunk_size=TOGETHER)
    return (row.seq for some in batches(rows) for row in some if _says_nothing_left_out(extract, row))


def _says_nothing_left_out(extract: Extract, row: Ledger) -> bool:
    withheld = ({} if extract.words else WORDS, {} if extract.names else NAMES)
    if row.because and not extract.words:
        return False
    columns = [column for kind in withheld for column in kind.get(row.table, ())]
    return not any(image.get(column) for image in (row.before, row.after) if image for column in columns)


def batches(rows: QuerySet[Ledger]) -> Iterator[list[Ledger]]:
    """These rows in the ledger's order, some at a time, however many there are."""
    some: list[Ledger] = []
    for row in rows.order_by("seq").iterator(chunk_size=TOGETHER):
        some.append(row)
        if len(some) == TOGETHER:
            yield some
            some = []
    if some:
        yield some


def _eyes(extract: Extract, reader: Reader) -> Reader:
    """Without provisional entries it is read as by somebody to whom nothing provisional was ever shown."""
    return reader if extract.provisional else Reader(everything=False)


def _without_words(entry: Entry) -> Entry:
    said = entry.said if entry.kind in SAYS_FACTS else ()
    return replace(entry, said=said, because="", quote="")


def _line(entry: Entry, fingerprint: str) -> Line:
    return Line(
        entry.seq,
        entry.at,
        entry.who,
        entry.post,
        entry.what,
        entry.was,
        entry.now,
        entry.words,
        entry.because,
        entry.meeting,
        "Corrected since" if entry.struck else "Provisional" if entry.provisional else "",
        fingerprint,
    )
