"""Where are we: agreed levels by workstream, and what is complete without its impact accepted."""

from dataclasses import dataclass

from .. import charts
from ..picture import Counts, Placed, PlanPicture
from ..words import counted, listed


@dataclass(frozen=True, slots=True)
class Row:
    """One workstream, with how many of its measures stand at each level."""

    number: str
    title: str
    counts: Counts

    @property
    def name(self) -> str:
        return f"{self.number} {self.title}"


@dataclass(frozen=True, slots=True)
class Where:
    """Agreed levels by workstream, and the complete measures whose impact is not accepted."""

    plan: PlanPicture
    counts: Counts
    rows: tuple[Row, ...]
    complete: tuple[Placed, ...]
    not_accepted: tuple[Placed, ...]

    @property
    def reporting(self) -> tuple[Placed, ...]:
        """The complete measures that report an impact of their own."""
        return tuple(p for p in self.complete if p.measure.reports_impact)

    @property
    def sentence(self) -> str:
        c, group, heads = self.counts, self.plan.deciding_group, self.plan.heads
        rated, every = c.total - c.not_rated, counted(c.total, heads.rated)
        what = heads.word
        if not rated:
            return f"The {group} has agreed no {what} yet for the {every}."
        levels = listed([f"{n} {level.word}" for level, n in c.present])
        if not c.not_rated:
            return f"The {group} has agreed a {what} for all {every}: {levels}."
        return f"The {group} has agreed a {what} for {rated} of {every}: {levels}; {c.not_rated} not rated."

    @property
    def drawing(self) -> charts.Svg:
        rows = [(row.name, row.counts) for row in self.rows]
        return charts.level_bars(f"Agreed ratings by {self.plan.workstream_word.lower()}", rows)


def where_we_are(plan: PlanPicture) -> Where:
    placed = tuple(plan.placed())
    return Where(
        plan,
        plan.counts(),
        tuple(Row(w.number, w.title, plan.counts(w.measures)) for w in plan.workstreams),
        tuple(p for p in placed if p.measure.is_complete),
        tuple(p for p in placed if p.measure.owes_impact),
    )
