"""A plan with many times the measures: each workstream with its outcomes over and over, under numbers of their own."""

from dataclasses import replace

from workstreams.picture import Outcome, PlanPicture

APART = 1_000_000  # between the ids of one copy and those of the next


def larger(picture: PlanPicture, times: int) -> PlanPicture:
    """The same picture with every outcome so many times."""
    return replace(
        picture,
        workstreams=tuple(
            replace(w, outcomes=tuple(_again(o, copy) for copy in range(times) for o in w.outcomes))
            for w in picture.workstreams
        ),
    )


def _again(outcome: Outcome, copy: int) -> Outcome:
    if not copy:
        return outcome
    far = copy * APART
    return replace(
        outcome,
        id=outcome.id + far,
        ref=f"{outcome.ref}.{copy}",
        actions=tuple(
            replace(
                action,
                id=action.id + far,
                measures=tuple(replace(m, id=m.id + far) for m in action.measures),
            )
            for action in outcome.actions
        ),
    )
