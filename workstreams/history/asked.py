"""Whom each challenge asks: the posts that answered for what it is about when it was raised, and those that do now."""

from collections import defaultdict
from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from ..models import Action, ActionOfficer, Challenge, Ledger, Measure, Outcome, Workstream
from ..vocabulary import MeasureState, without_tags

PLACES = (Workstream, Outcome, Action, ActionOfficer, Measure)
WORKSTREAM, OUTCOME, ACTION, OFFICER, MEASURE = (model._meta.db_table for model in PLACES)

Image = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """The posts that a challenge asks; `title` names what it is about where the plan holds it no more."""

    posts: frozenset[int]
    title: str


def asked(challenges: Set[int], upto: int | None = None) -> dict[int, Asked]:
    """By each of these challenges (the step that raised it), up to a row of the ledger: one query at most.

    What was withdrawn, or moved to another group, was questioned all the same: whoever answered for it then still
    does, and whoever took it over does too.
    """
    if not challenges:
        return {}
    tables = [model._meta.db_table for model in (*PLACES, Challenge)]
    rows = Ledger.objects.filter(table__in=tables).order_by("seq")
    if upto is not None:
        rows = rows.filter(seq__lte=upto)
    stands, when_raised = _Stands(), {}
    about: dict[int, Image] = {}
    for table, row, image in rows.values_list("table", "row", "after"):
        if table != Challenge._meta.db_table:
            stands.put(table, int(row), image)
        elif image and int(row) in challenges:
            about[int(row)] = image
            when_raised[int(row)] = stands.posts(image)
    return {
        pk: Asked(when_raised[pk] | stands.posts(image), stands.title(image)) for pk, image in about.items()
    }


class _Stands:
    """What stood where, as far as the ledger was read. What it lacks, as after a tampering, is not there."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[int, Image]] = {model._meta.db_table: {} for model in PLACES}

    def put(self, table: str, pk: int, image: Image | None) -> None:
        if image is None:
            self.rows[table].pop(pk, None)
        else:
            self.rows[table][pk] = image

    def above(self, action: Image) -> tuple[Image, Image]:
        """The outcome that an action stands under, empty where there is none, and its workstream."""
        outcome = self.rows[OUTCOME].get(action["outcome_id"], {})
        number = action["workstream_id"] or outcome.get("workstream_id")
        return outcome, self.rows[WORKSTREAM].get(number, {}) if number else {}

    def posts(self, about: Image) -> frozenset[int]:
        """The posts named on the actions that a challenge is about."""
        named: dict[int, set[int]] = defaultdict(set)
        for officer in self.rows[OFFICER].values():
            named[officer["action_id"]].add(officer["post_id"])
        if about["measure_id"] is not None:
            measure = self.rows[MEASURE].get(about["measure_id"])
            return frozenset(named[measure["action_id"]] if measure else ())
        return frozenset(
            post
            for pk, action in self.rows[ACTION].items()
            if self._is_in(about, action)
            for post in named[pk]
        )

    def _is_in(self, about: Image, action: Image) -> bool:
        """It stands in the workstream, or anywhere in the plan, that is questioned."""
        outcome, workstream = self.above(action)
        if _is_withdrawn(action) or _is_withdrawn(outcome):
            return False
        if about["workstream_id"] is not None:
            return bool(workstream.get("id") == about["workstream_id"])
        return workstream.get("plan_id") == about["plan_id"] and not _is_withdrawn(workstream)

    def title(self, about: Image) -> str:
        """ "4.1 Attendance at training": what is questioned, where it or a place above it was withdrawn; else ""."""
        if about["measure_id"] is not None:
            measure = self.rows[MEASURE].get(about["measure_id"])
            action = self.rows[ACTION].get(measure["action_id"]) if measure else None
            if not measure or not action:
                return ""
            outcome, workstream = self.above(action)
            gone = measure["state"] != MeasureState.LIVE or any(
                map(_is_withdrawn, (action, outcome, workstream))
            )
            ref = outcome.get("ref") or workstream.get("number", "")
            return f"{ref} {without_tags(measure['text'] or action['text'])}" if gone else ""
        workstream = self.rows[WORKSTREAM].get(about["workstream_id"], {})
        return f"{workstream['number']} {workstream['title']}" if _is_withdrawn(workstream) else ""


def _is_withdrawn(place: Image) -> bool:
    return bool(place.get("withdrawn"))
