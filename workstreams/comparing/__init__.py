"""Two moments of a plan compared for one reader, each change with the records of the ledger that made it."""

from ..compare import Comparison, Traced, between, in_parts
from ..gather import Head, Moment, picture_for
from ..models import Plan
from ..picture import PlanPicture, Reader
from .around import around
from .ends import Ends, address_of, end_of, ends_named, ends_of, since
from .eyes import alike
from .records import Makers
from .rows import Between

__all__ = ["Ends", "address_of", "compared", "ends_named", "ends_of", "since"]


def compared(reader: Reader, plan: Plan, ends: Ends) -> Comparison:
    """What changed of the plan from one moment to a later one, in a constant number of queries.

    Raises gather.NotYet where the plan did not stand at one of them.
    """
    before, after = alike(reader, *(_picture(reader, plan, moment) for moment in (ends.before, ends.after)))
    rows = Between(plan, reader, ends.before, ends.after)
    makers = Makers(rows, before, after)
    changes = [(change, makers.of(change)) for change in between(before, after)]
    changes += around(rows)
    said = rows.said({seq for change, seqs in changes for seq in rows.shown(change, seqs)}, reader)
    traced = [
        Traced(
            change,
            tuple(said[seq] for seq in rows.shown(change, seqs) if seq in said),
            tuple(seq for seq in seqs if seq not in rows.shown(change, seqs)),
        )
        for change, seqs in changes
    ]
    return Comparison(
        before=end_of(ends.before),
        after=end_of(ends.after),
        parts=in_parts(traced, before, after),
        rest=rows.left({seq for _, seqs in changes for seq in seqs}),
        rated=after.heads.rated,
        level=after.heads.word,
        decider=after.decider,
    )


def _picture(reader: Reader, plan: Plan, moment: Head) -> PlanPicture:
    if isinstance(moment, Moment):
        return picture_for(reader, plan, as_at=moment)
    return picture_for(reader, plan, moment)
