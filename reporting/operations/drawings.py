"""A pack on its way: asked for on a page, drawn by a process of its own, watched until it is there."""

import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Thread

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from workstreams.models import Drawing, Pack, Version
from workstreams.recording import By, Refused
from workstreams.vocabulary import DrawingState

from ..pack import CouldNotDraw, said
from .packs import contents_of, issue_pack, kinds_of, withdrawn

# No step of a drawing may take longer than this, so one that has not moved since has died.
DEAD_AFTER = timedelta(minutes=2)

TURN = 7104  # the advisory lock of whoever draws

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Progress:
    """How far a pack is: there, on its way, or failed, with the reason. Neither: nobody asked for it."""

    pack: Pack | None
    drawing: Drawing | None
    why: str = ""

    @property
    def is_moving(self) -> bool:
        return self.pack is None and self.drawing is not None and not self.why


def ask_for(*, version: Version, kind: str, contents: list[str], by: By) -> None:
    """Have a pack drawn by a process of its own, once this transaction is through.

    Asks nobody where the pack is there or on its way; one that failed or died is begun anew. Raises Refused where
    this version has no such pack.
    """
    if progress_of(version, kind).pack:
        return
    if withdrawn(version) or kind not in kinds_of(version):
        raise Refused(f"Version {version.label} is not issued as {said(kind)} now.")
    parts = list(contents_of(kind, contents))
    with transaction.atomic():
        Drawing.objects.filter(version=version, kind=kind, state=DrawingState.FAILED).delete()
        Drawing.objects.filter(version=version, kind=kind, moved_at__lt=timezone.now() - DEAD_AFTER).delete()
        drawing, fresh = Drawing.objects.get_or_create(
            version=version,
            kind=kind,
            defaults={
                "contents": parts,
                "by": by.user,
                "for_post": by.post,
                "as_deputy": by.as_deputy,
                "doing": "Waiting to begin",
            },
        )
        if fresh:
            transaction.on_commit(lambda: _start(drawing.pk))


def _start(drawing_id: int) -> None:
    """A process of its own, so that no request waits for it. One that ends with the web server is noticed and said."""
    try:
        child = subprocess.Popen(
            [sys.executable, "manage.py", "draw_pack", str(drawing_id)],
            cwd=settings.BASE,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as why:
        _fail(
            Drawing.objects.get(pk=drawing_id),
            f"This server could not begin another process: {why.strerror}. Try again in a minute.",
        )
        return
    Thread(target=child.wait, daemon=True).start()  # who ends must be waited for


def carry_out(drawing: Drawing) -> Pack | None:
    """Draw what was asked for; the drawing says how far it is, and is gone when the pack is there.

    None where it could not be drawn: the drawing says why.
    """

    def tell(done: int, of: int, doing: str) -> None:
        Drawing.objects.filter(pk=drawing.pk).update(
            state=DrawingState.DRAWING, done=done, of=of, doing=doing, moved_at=timezone.now()
        )

    by = By(drawing.by, drawing.for_post, drawing.as_deputy)
    try:
        pack = issue_pack(drawing.version, drawing.kind, drawing.contents, by, tell=tell)
    except (CouldNotDraw, Refused) as why:
        _fail(drawing, str(why))
        return None
    except BaseException:
        _fail(drawing, "Drawing it failed. What went wrong is in the log of this server.")
        raise
    Drawing.objects.filter(pk=drawing.pk).delete()
    logger.info("pack issued", extra={"user": by.user.pk, "pack": pack.pk, "record": pack.seq})
    return pack


@contextmanager
def one_at_a_time(drawing: Drawing) -> Iterator[None]:
    """Waits, and says so, while another pack is drawn: each takes a core and its memory."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute("select pg_try_advisory_lock(%s)", [TURN])
            if cursor.fetchone()[0]:
                break
            Drawing.objects.filter(pk=drawing.pk).update(
                doing="Waiting for another pack to be drawn", moved_at=timezone.now()
            )
            time.sleep(1)
        try:
            yield
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [TURN])


def _fail(drawing: Drawing, why: str) -> None:
    Drawing.objects.filter(pk=drawing.pk).update(state=DrawingState.FAILED, why=why, moved_at=timezone.now())
    logger.error("pack not drawn: %s", why, extra={"version": drawing.version_id, "kind": drawing.kind})


def progress_of(version: Version, kind: str, now: datetime | None = None) -> Progress:
    """How far the pack of this version and kind is."""
    # The drawing first: it goes when the pack has come.
    drawing = Drawing.objects.filter(version=version, kind=kind).first()
    pack = (
        Pack.objects.without_files()
        .select_related("version", "compared_with", "by", "for_post")
        .filter(version=version, kind=kind)
        .first()
    )
    if pack or drawing is None:
        return Progress(pack, None)
    if drawing.state == DrawingState.FAILED:
        return Progress(None, drawing, drawing.why)
    if drawing.moved_at < (now or timezone.now()) - DEAD_AFTER:
        return Progress(
            None, drawing, "It stopped before it was finished, perhaps because the server restarted."
        )
    return Progress(None, drawing)
