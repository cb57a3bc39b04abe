"""Measures, and how often a recurring one is answered."""

from typing import Any

from ...models import Action, Measure
from ...vocabulary import MeasureKind, Recurrence
from .. import By, Overtaken, Refused, newest_row, recorded
from .fit import refuse_unfit
from .moving import at_the_end
from .places import refuse_withdrawn_place
from .rules import lock, plan_of, refuse_without_reason


def add_measure(*, action: Action, by: By | str, because: str | None = None, **facts: Any) -> Measure:
    """A measure of an action, last where no `order` is given.

    `because` says why; None where nobody was asked, as when a document is applied.
    """
    plan = plan_of(action)
    refuse_without_reason(plan, because)
    with recorded(by, because=because or ""):
        lock(plan)
        refuse_withdrawn_place(action)
        measure = Measure(action=action, **facts)
        refuse_unfit(measure)
        return at_the_end(measure)


def set_recurrence(*, measure: Measure, recurrence: str, because: str, by: By, seen: int | None) -> Measure:
    """Say how often a recurring measure is answered: a rhythm renews it, EVERY_MEETING keeps it as it is, NONE ends it.

    Once it is ended, complete closes it as any other. `seen` is the newest ledger row of the measure that was
    looked at. Raises Refused where that changes nothing or cannot be, Overtaken where it was changed since.
    """
    if recurrence not in Recurrence.values or recurrence == Recurrence.NOT_SET:
        raise Refused(recurrence="Choose whether it is renewed, kept or ended.")
    if not because.strip():
        raise Refused(because="Say why, for whoever reads the plan in a year.")
    with recorded(by, because=because):
        measure = Measure.objects.select_for_update(no_key=True).get(pk=measure.pk)
        if newest_row(measure) != seen:
            raise Overtaken(None)
        if not measure.is_live:
            raise Refused("This measure has been withdrawn from the plan, so it is not answered any more.")
        if not measure.recurring and measure.kind == MeasureKind.IMPACT:
            raise Refused("Only a recurring measure, tagged (R), is answered again and again.")
        if measure.recurrence == recurrence:
            raise Refused(recurrence="That is how it is answered already. Choose another, or leave it.")
        measure.recurrence = recurrence
        measure.save(update_fields=["recurrence"])
        return measure
