"""What a picture holds, in numbers: for the command that reads a file and for who checks it."""

from typing import Any

from ...picture import PlanPicture
from ...vocabulary import Tag


def counts(picture: PlanPicture) -> dict[str, Any]:
    """Every level of the key has its number, also where no measure has it."""
    measures = picture.measures
    outcomes = [outcome for workstream in picture.workstreams for outcome in workstream.outcomes]
    return {
        "workstreams": len(picture.workstreams),
        "outcomes": sum(not outcome.is_unnamed for outcome in outcomes),
        "actions": sum(len(outcome.actions) for outcome in outcomes),
        "measures": len(measures),
        "ratings": {level.word: n for level, n in picture.counts().by_level},
        "tags": {tag.value: sum(tag.value in measure.tags for measure in measures) for tag in Tag},
    }
