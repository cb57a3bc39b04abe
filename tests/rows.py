"""Plain rows of a plan as the tables would hold them, put together without a database, and the picture they compose."""

from datetime import UTC, date, datetime, timedelta

from workstreams import gather
from workstreams.vocabulary import MeetingKind, MeetingState, PostKind

ON = date(2024, 6, 1)
AT = gather.Head(7, "f00d", datetime(2024, 6, 1, 9, tzinfo=UTC))
AMBER, GREEN, BLUE = 1, 2, 3
LEVELS = [(AMBER, "A", "Amber", "AMBER"), (GREEN, "G", "Green", "GREEN"), (BLUE, "B", "Blue", "BLUE")]
STEPS = dict(zip("PRDNA", ("PROVISIONAL", "REMOVED", "DEFERRED", "NOT_REACHED", "AGREED"), strict=True))
FIRST_MEETING, MEETINGS = date(2023, 1, 10), 8


def day_of(meeting):
    return FIRST_MEETING + (meeting - 1) * timedelta(days=42)


def step(number, letter, meeting, level=None, *, measure=1, corrects=None, words="Words."):
    """A row of Rating; its id says its place in time."""
    return {
        "id": number,
        "measure_id": measure,
        "step": STEPS[letter],
        "level_id": level,
        "meeting_id": meeting,
        "corrects_id": corrects,
        "words": words if letter == "P" else "",
        "effective_on": day_of(meeting) - timedelta(days=12),
        "by_id": 1,
        "for_post_id": 1,
        "at": AT.at,
        "as_deputy": False,
        "period_ends_on": None,
    } | dict.fromkeys(("recovery_plan", "risk_note", "evidence", "evidence_held", "because", "received"), "")


def measure(number, action=1, **facts):
    return {
        "id": number,
        "action_id": action,
        "kind": "IMPACT",
        "text": f"Measure {number}",
        "milestone": None,
        "recurring": False,
        "growth": True,
        "future": False,
        "recurrence": "NONE",
        "state": "LIVE",
    } | facts


def composed(measures, ratings=(), *, targets=(), held=MEETINGS, speaks_of=None, **rows):
    """A picture of one plan with two outcomes: actions 1 and 2 under the first, 3 under the second.

    Meetings 1 to `held` are closed, the next is planned.
    """
    whole = {
        "plan": [
            {
                "id": 1,
                "ref": "plan",
                "title": "Plan",
                "workstream_word": "Workstream",
                "year_label": "2023/24",
                "state": "CURRENT",
                "shape": "BUSINESS_PLAN",
                "deciding_group__name": "Executive Group",
            }
        ],
        "level": [
            {
                "id": pk,
                "code": code,
                "word": word,
                "meaning": word,
                "token": token,
                "is_complete": pk == BLUE,
                "is_exception": pk == AMBER,
                "withdrawn": False,
            }
            for pk, code, word, token in LEVELS
        ],
        "workstream": [{"id": 1, "number": "1", "title": "One", "aim": ""}],
        "outcome": [
            {
                "id": n,
                "ref": f"1.{n}",
                "workstream_id": 1,
                "kind": "REQUIRED",
                "statement": "",
                "evidence_note": "",
            }
            for n in (1, 2)
        ],
        "action": [
            {
                "id": n,
                "outcome_id": 1 if n < 3 else 2,
                "workstream_id": None,
                "text": f"Action {n}",
                "reporting_duty": "",
                "progress_note": "",
            }
            for n in (1, 2, 3)
        ],
        "post": [{"id": 1, "title": "Chair", "kind": PostKind.CHAIR, "group_id": 1}],
        "meeting": [
            {
                "id": n,
                "held_on": day_of(n),
                "kind": MeetingKind.REGULAR,
                "papers_close_at": AT.at,
                "state": MeetingState.CLOSED if n <= held else MeetingState.PLANNED,
            }
            for n in range(1, MEETINGS + 2)
        ],
        "user": [{"id": 1, "name": "Somebody", "email": "somebody@example.org"}],
        "measure": list(measures),
        "rating": list(ratings),
        "target": list(targets),
    }
    empty = (
        "attendance",
        "highlights",
        "challenge",
        "challenged",
        "asked",
        "rhythm",
        "passage",
        "officer",
        "source",
        "appointment",
        "impact",
        "version",
        "ledger",
    )
    return gather.compose({key: [] for key in empty} | whole | rows, ON, AT, speaks_of=speaks_of)
