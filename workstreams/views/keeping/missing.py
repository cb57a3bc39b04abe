"""What a draft still lacks before partners work to it: nothing of it stops the plan, all of it is said."""

from collections.abc import Iterator
from dataclasses import dataclass

from ...picture import Action, PlanPicture, Workstream
from ...vocabulary import short_name


@dataclass(frozen=True)
class Missing:
    """One kind of gap, and where: each as (the reference, what it is)."""

    what: str
    where: tuple[tuple[str, str], ...]


def missing_of(picture: PlanPicture) -> tuple[Missing, ...]:
    """Actions without a measure (an agreed version needs one for each), measures without a date, and officers."""
    actions = list(_actions(picture))
    found = (
        Missing(
            "Actions without a measure: nothing of them is rated",
            tuple((ref, _name(a)) for ref, a in actions if not a.measures),
        ),
        Missing(
            "Measures without a target date",
            tuple(
                (ref, short_name(m.text) if m.text else _name(a))
                for ref, a in actions
                for m in a.measures
                if m.target is None
            ),
        ),
        Missing(
            "Actions without a responsible officer: nobody is asked for their updates",
            tuple((ref, _name(a)) for ref, a in actions if not a.officers),
        ),
        Missing(
            "Officers’ posts that nobody holds",
            tuple(
                dict.fromkeys(
                    ("", officer.title) for _, a in actions for officer in a.officers if not officer.holders
                )
            ),
        ),
    )
    return tuple(missing for missing in found if missing.where)


def _actions(picture: PlanPicture) -> Iterator[tuple[str, Action]]:
    for workstream in picture.workstreams:
        for outcome in workstream.outcomes:
            for action in outcome.actions:
                yield _ref(workstream, outcome.ref), action


def _ref(workstream: Workstream, ref: str) -> str:
    return ref or workstream.number


def _name(action: Action) -> str:
    return short_name(action.lead or action.text)
