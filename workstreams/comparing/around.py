"""What happened around a plan between two moments, which neither picture shows: meetings, and what groups report."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from ..compare import Change, Kind
from ..models import Attendance, Group, HighlightReport, Ledger, Meeting
from ..vocabulary import MEETING_NAMES, MeetingKind, MeetingState
from ..words import counted, dated
from .rows import Between

Image = dict[str, Any]


def around(rows: Between) -> list[tuple[Change, list[int]]]:
    """Each with the records that made it."""
    return [*_meetings(rows), *_highlights(rows)]


def _by_row(found: list[Ledger]) -> dict[int, list[Ledger]]:
    by: dict[int, list[Ledger]] = {}
    for row in found:
        by.setdefault(int(row.row), []).append(row)
    return by


def _meetings(rows: Between) -> Iterator[tuple[Change, list[int]]]:
    met = _by_row(rows.of(Meeting, lambda _: True))
    present: dict[int, list[int]] = {}
    for row in rows.of(Attendance, lambda _: True):
        present.setdefault(row.image["meeting_id"], []).append(row.seq)
    for meeting, written in met.items():
        was, now = written[0].before, written[-1].after or {}
        if was is not None and _facts(was) == _facts(now):
            continue
        seqs = [row.seq for row in written] + present.get(meeting, [])
        name = f"{MEETING_NAMES[MeetingKind(now['kind'])].format(rows.plan.decider)} of {_day(now)}"
        said = _came(now) if was is None else _became(was, now)
        if meeting in present and now["state"] in (MeetingState.HELD, MeetingState.CLOSED):
            said += f" {counted(len(present[meeting]), 'post')} present."
        yield (
            Change(
                Kind.MEETING,
                None,
                "",
                f"{name}: {said}",
                row=("meeting", meeting),
                name=name,
                was="" if was is None else _stands(was),
                now="" if was is None else _stands(now),
            ),
            seqs,
        )


def _facts(image: Image) -> tuple[Any, ...]:
    return tuple(image[column] for column in ("held_on", "papers_close_at", "kind", "state"))


def _came(now: Image) -> str:
    return "planned." if now["state"] == MeetingState.PLANNED else f"planned, and {_state(now)} since."


def _became(was: Image, now: Image) -> str:
    said = []
    if was["held_on"] != now["held_on"]:
        said.append(f"moved here from {_day(was)}")
    if was["state"] != now["state"]:
        said.append(f"{_state(now)}, before {_state(was)}")
    return f"{'; '.join(said) or 'its papers close at another time'}."


def _state(image: Image) -> str:
    return str(MeetingState(image["state"]).label).lower()


def _stands(image: Image) -> str:
    return f"{_day(image)}, {_state(image)}"


def _day(image: Image) -> str:
    return dated(date.fromisoformat(image["held_on"]))


def _highlights(rows: Between) -> Iterator[tuple[Change, list[int]]]:
    reports = _by_row(rows.of(HighlightReport, lambda _: True))
    groups = Group.objects.in_bulk({written[0].image["group_id"] for written in reports.values()})
    meetings = Meeting.objects.in_bulk({written[0].image["meeting_id"] for written in reports.values()})
    for report, written in reports.items():
        was, now = written[0].before or {}, written[-1].after or {}
        if _words(was) == _words(now):
            continue
        image = written[-1].image
        on = dated(meetings[image["meeting_id"]].held_on)
        name = f"Highlight report of {groups[image['group_id']]} for {on}"
        verb = "worded anew" if was and now else "written" if now else "taken back"
        yield (
            Change(
                Kind.HIGHLIGHTS,
                None,
                "",
                f"{name}: {verb}.",
                row=("highlights", report),
                name=name,
                was=_words(was),
                now=_words(now),
            ),
            [row.seq for row in written],
        )


def _words(image: Image) -> str:
    """The report whole, each of its parts under what it is called."""
    said = [f"{_label(column)}: {image[column]}" for column in HighlightReport.WORDS if image.get(column)]
    return "\n".join(said)


def _label(column: str) -> str:
    return column.replace("_", " ").capitalize()
