"""Checking the proof, and keeping what was found. A check changes nothing of the plan."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction

from sscp.database import fences

from .. import ledger
from ..models import Check
from ..vocabulary import CheckKind

KEPT = 200  # faults of one check that are kept word by word; the commands print all of them
SENTENCE = 1_000  # characters


def check_history(anchor: ledger.Anchor | None = None) -> ledger.Report:
    """The whole history recomputed and held against the plan, and what was found kept."""
    report = read_history(anchor)
    keep_history(report, anchor)
    return report


def check_fences() -> fences.Report:
    """Every fence looked at, and what was found kept."""
    report = look_at_fences()
    keep_fences(report)
    return report


def read_history(anchor: ledger.Anchor | None = None) -> ledger.Report:
    """As `check_history`, and nothing is kept: for whoever may write nothing."""
    if why := fences.unreadable():
        return ledger.Report(faults=[ledger.Fault(f"The history can’t be read: {why}")])
    return ledger.verify(anchor)


def look_at_fences() -> fences.Report:
    """As `check_fences`, and nothing is kept. A clock that can be set is expected where only this machine looks in."""
    return fences.look(may_be_demonstration=settings.AT_HOME)


def keep_history(report: ledger.Report, anchor: ledger.Anchor | None = None) -> bool:
    return _keep(
        report.faults,
        kind=CheckKind.HISTORY,
        seconds=report.seconds,
        counted=report.rows,
        seq=report.newest.seq if report.newest else 0,
        hash=report.newest.hash if report.newest else "",
        anchor=f"{anchor.seq}:{anchor.hash}" if anchor else "",
    )


def keep_fences(report: fences.Report) -> bool:
    return _keep(report.lowered, kind=CheckKind.FENCES, seconds=report.seconds, counted=report.looked_at)


def _keep(faults: Iterable[object], **found: Any) -> bool:
    """False where it can't be kept, as after a restore without rights: what was found is said all the same."""
    said = [str(fault) for fault in faults]
    kept = [sentence[:SENTENCE] for sentence in said[:KEPT]]
    if len(said) > KEPT:
        kept.append(f"And {len(said) - KEPT:,} more, which the command prints.")
    try:
        with transaction.atomic():
            Check.objects.create(passed=not said, said=kept, **found)
    except DatabaseError:
        return False
    return True
