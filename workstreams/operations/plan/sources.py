"""Where items of the plan came from, and the register of what reviewers recommended."""

import re
from typing import Any

from ...models import Action, Measure, Outcome, Recommendation, SourceRef
from ...titles import fold
from .. import By, recorded
from .fit import refuse_unfit
from .rules import as_seen, lock, plan_of, refuse_without_reason


def register_recommendation(*, by: By | str, because: str | None = None, **facts: Any) -> Recommendation:
    """A row of the register: source, reference, text. Known by number alone is allowed."""
    refuse_without_reason(None, because)
    with recorded(by, because=because or ""):
        recommendation = Recommendation(**facts)
        refuse_unfit(recommendation)
        recommendation.save()
        return recommendation


def named(printed: str) -> Recommendation | None:
    """The one recommendation of the register that this text names: by source and reference, or by the short name
    before the first comma or in brackets of its source, as "JTAI 1.1" means "JTAI, January 2022" 1.1."""
    meant = [r for r in Recommendation.objects.all() if fold(printed) in _names(r)]
    return meant[0] if len(meant) == 1 else None


def _names(recommendation: Recommendation) -> set[str]:
    source = recommendation.source
    sources = {source, source.split(",")[0], source.split("(")[0], *re.findall(r"\(([^()]+)\)", source)}
    return {fold(f"{name} {recommendation.reference}") for name in sources if name.strip()}


def cite(
    *,
    printed: str,
    by: By | str,
    recommendation: Recommendation | None = None,
    outcome: Outcome | None = None,
    action: Action | None = None,
    measure: Measure | None = None,
    because: str | None = None,
) -> SourceRef:
    """Say where one item came from, as printed; and which recommendation that is, where the register says so."""
    source = SourceRef(
        printed=printed,
        recommendation=recommendation or named(printed),
        outcome=outcome,
        action=action,
        measure=measure,
    )
    plan = plan_of(source)
    refuse_without_reason(plan, because)
    with recorded(by, because=because or ""):
        lock(plan)
        refuse_unfit(source)
        source.save()
        return source


def take_out_source(*, source: SourceRef, because: str, by: By | str, seen: int | None = None) -> None:
    """The item is said to come from there no more; the history keeps it."""
    refuse_without_reason(plan_of(source), because)
    with recorded(by, because=because):
        as_seen(source, seen).delete()
