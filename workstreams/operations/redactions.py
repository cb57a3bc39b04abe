"""Taking words out of the record (a child's name typed by mistake): one person asks, another does it or refuses."""

import logging

from django.db import DatabaseError, DataError, connection, transaction
from django.utils import timezone

from ..models import Ledger, Redaction
from ..redactions import MARK, Places, clean_beside, drawn_again, drawn_without, places_of
from ..vocabulary import RedactionState
from . import By, Overtaken, Refused, recorded, settle

SHORTEST = 2
MANY = 20  # places: from here on it must be said that all of them are meant
PATIENCE = (
    "700ms"  # shorter than PostgreSQL waits before it looks for a deadlock: who writes is never the victim
)
TRIES = 5

# What ledger.take_out says, as SQLSTATE.
BUSY = "55P03"  # it would have had to wait longer than that
DECIDED = "P0002"
NOT_TWO = "P0001"
UNIQUE = "23505"

log = logging.getLogger(__name__)


def ask(*, seq: int, words: str, because: str, everywhere: bool, by: By) -> Redaction:
    """Ask for these words, exactly as they are typed, to be taken out wherever they stand.

    Nothing is taken out before another person has looked. Raises Refused where the row does not hold them as words
    somebody wrote, where the reason repeats them, and where they stand in many places and `everywhere` is not said.
    """
    if len(words) < SHORTEST:
        raise Refused(words="One letter stands everywhere. Type at least two, as they are written there.")
    if words in MARK:
        raise Refused(
            words=f"These letters are part of {MARK} itself, which stands where words were taken out."
        )
    if words in because:
        raise Refused(because="Say why without the words themselves: the reason stays in the history.")
    with transaction.atomic():
        asked = Redaction.objects.create(seq=seq, words=words, because=because, by=by.user, for_post=by.post)
        places = places_of(asked)
        if seq not in places.seqs:
            stays = (
                " They are part of a name, a reference or a label there, which is not taken out."
                if any(seq in seqs for _, seqs in places.stays)
                else " Copy them from the record, capital letters and all."
            )
            raise Refused(words=f"Record {seq} does not hold these words as somebody’s own text.{stays}")
        if places.total > MANY and not everywhere:
            raise Refused(
                everywhere=f"These words stand in {places.total} places. If all of them are meant, say so;"
                " if not, type more of the sentence."
            )
    log.info("redaction asked for", extra={"user": by.user.pk, "redaction": asked.pk, "record": seq})
    return asked


def take_out(*, redaction: Redaction, by: By, seen: str) -> Redaction:
    """Take the words out, as the second person: of the record, its images and reasons, frozen pictures and issued
    files, and of what is kept beside them. `seen` is what they looked at (Places.seen).

    Raises Overtaken where the words stand elsewhere by now or somebody has decided, and Refused where it can't be done.
    """
    words = redaction.words
    places = _looked_at(redaction, by, seen)
    drawn = drawn_again(redaction, places.packs)
    for left in reversed(range(TRIES)):
        try:
            with recorded(by):
                settle()  # whatever this transaction has changed already is in the ledger
                with connection.cursor() as cursor:
                    cursor.execute("select set_config('lock_timeout', %s, true)", [PATIENCE])
                done = drawn_without(redaction.pk, drawn)
                if _replaced(done) != places.seqs:
                    raise Overtaken(None)
                clean_beside(redaction, words, MARK)
            break
        except DatabaseError as failed:
            if _state(failed) != BUSY or not left:
                raise _why(failed) from None  # what the database says may repeat the words
    log.info("words taken out", extra={"user": by.user.pk, "redaction": redaction.pk, "record": done})
    redaction.refresh_from_db()
    return redaction


def refuse(*, redaction: Redaction, because: str, by: By) -> Redaction:
    """Leave the words where they are, and say why. Whoever asked takes it back in the same way."""
    with transaction.atomic():
        asked = _still_waits(Redaction.objects.select_for_update().get(pk=redaction.pk))
        if asked.words in because:
            raise Refused(because="Say why without the words themselves.")
        asked.state, asked.words, asked.refused_because = RedactionState.REFUSED, "", because
        if asked.by_id != by.user.pk:
            asked.decided_by = by.user
        asked.decided_at = timezone.now()
        asked.save(update_fields=["state", "words", "refused_because", "decided_by", "decided_at"])
    log.info("redaction refused", extra={"user": by.user.pk, "redaction": asked.pk})
    return asked


def _looked_at(redaction: Redaction, by: By, seen: str) -> Places:
    asked = _still_waits(Redaction.objects.get(pk=redaction.pk))
    if asked.by_id == by.user.pk:
        raise Refused("You asked for this yourself. Another person looks at it and takes the words out.")
    places = places_of(asked)
    if places.seen != seen:
        raise Overtaken(None)
    return places


def _still_waits(asked: Redaction) -> Redaction:
    if not asked.waits:
        raise Overtaken(None)
    return asked


def _replaced(seq: int) -> tuple[int, ...]:
    return tuple(sorted(each for each, _ in Ledger.objects.get(seq=seq).image["rows"]))


def _state(failed: DatabaseError) -> str:
    return getattr(failed.__cause__, "sqlstate", None) or ""


def _why(failed: DatabaseError) -> Exception:
    """What the database did not allow, as whoever decides can understand it; else what it raised."""
    if _state(failed) == BUSY:
        return Refused("Others are writing just now, and nothing was taken out. Try again in a moment.")
    if _state(failed) == DECIDED:
        return Overtaken(None)
    if _state(failed) == NOT_TWO:
        return Refused(
            "It takes two people who hold such a post today: two of the business unit, or one of it and a safeguarding"
            " partner. Whoever asked for it no longer does, so ask for it anew."
        )
    if isinstance(failed, DataError):
        return Refused(
            f"In one place there is no room for {MARK}: the text would be longer than its field allows. Shorten that"
            " text first, then take the words out."
        )
    if _state(failed) == UNIQUE:
        return Refused("Without these words two things would have the same name. Rename one of them first.")
    return failed
