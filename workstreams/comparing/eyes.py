"""What a reader may see at one of two moments only, because the action was given into other hands: no change."""

from collections.abc import Set
from dataclasses import replace

from ..picture import PlanPicture, Reader


def alike(reader: Reader, before: PlanPicture, after: PlanPicture) -> tuple[PlanPicture, PlanPicture]:
    """Both pictures, without the proposals that only came into this reader's sight between them, or only left it.

    Otherwise what had been proposed long before would be called new by whoever took the measure over, and taken back
    by whoever gave it away. What was proposed since stays.
    """
    if reader.everything:
        return before, after
    held, holds = _answered_for(before, reader), _answered_for(after, reader)
    known = {
        m.id
        for m in after.measures
        if not any(said and said.seq > before.seq for said in (m.proposal, m.impact))
    }
    return _agreed_only(before, reader, held - holds), _agreed_only(after, reader, (holds - held) & known)


def _answered_for(picture: PlanPicture, reader: Reader) -> Set[int]:
    return {placed.measure.id for placed in picture.placed() if placed.action.post_ids & reader.posts}


def _agreed_only(picture: PlanPicture, reader: Reader, measures: Set[int]) -> PlanPicture:
    """These measures as whoever does not answer for them sees them."""
    if not measures:
        return picture
    others = {m.id: m for m in picture.seen_by(replace(reader, posts=frozenset())).measures}
    return picture.with_measures(lambda _, m: others[m.id] if m.id in measures else m)
