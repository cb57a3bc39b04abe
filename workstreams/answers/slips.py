"""What slips: targets that moved, and measures whose target has passed."""

from dataclasses import dataclass

from .. import charts
from ..compare import name_of
from ..picture import Placed, PlanPicture, Target
from ..words import are, counted, have

NAME = 70  # letters of a measure's name above its line
DRAWN = 12  # targets that are drawn; the table holds all


@dataclass(frozen=True, slots=True)
class Slip:
    """A target that moved since it was first set."""

    placed: Placed
    target: Target

    @property
    def by(self) -> str:
        return moved_by(self.target.months)

    @property
    def span(self) -> charts.Span | None:
        """Its line; None where one end has no date, or both have the same."""
        t = self.target
        if t.first_due_on is None or t.due_on is None or t.first_due_on == t.due_on:
            return None
        times = {1: "once", 2: "twice"}.get(t.moves, f"{t.moves} times")
        note = f"{t.first_due_on:%b %Y} to {t.due_on:%b %Y}: {self.by}"
        name = f"{self.placed.ref} {name_of(self.placed, NAME)}"
        return charts.Span(name, note, f", moved {times}", t.first_due_on, t.due_on)


@dataclass(frozen=True, slots=True)
class Slips:
    """Targets that moved, most months first; measures whose target has passed, most days first."""

    plan: PlanPicture
    moved: tuple[Slip, ...]
    overdue: tuple[Placed, ...]
    dated: int

    @property
    def sentence(self) -> str:
        if not self.dated:
            return f"No {self.plan.heads.rated} has a target date yet."
        late = len(self.overdue)
        rated = self.plan.heads.rated
        overdue = f"{counted(late, rated)} {are(late)} overdue" if late else f"no {rated} is overdue"
        return f"{self._moved}; {overdue}."

    @property
    def _moved(self) -> str:
        if not self.moved:
            return f"None of the {counted(self.dated, 'target date')} has moved"
        n = len(self.moved)
        later = [slip.target.months for slip in self.moved if slip.target.months > 0]
        words = f"{n} of {counted(self.dated, 'target date')} {have(n)} moved"
        if later:
            words += f", {counted(sum(later), 'month')} later in all"
        if len(later) > 1:
            words += f" and {counted(max(later), 'month')} at most"
        return words

    @property
    def drawn(self) -> list[charts.Span]:
        return [span for slip in self.moved if (span := slip.span)][:DRAWN]

    @property
    def drawing(self) -> charts.Svg:
        """ "" where nothing can be drawn."""
        title = "Target dates that moved, from the first date to the date now"
        return charts.spans(title, self.drawn, self.plan.on) if self.drawn else charts.Svg()


def moved_by(months: int) -> str:
    """ "6 months later", "2 months earlier", "in the same month"."""
    if not months:
        return "in the same month"
    return f"{counted(abs(months), 'month')} {'later' if months > 0 else 'earlier'}"


def what_slips(plan: PlanPicture) -> Slips:
    placed = tuple(plan.placed())
    moved = [Slip(p, t) for p in placed if (t := p.measure.target) and t.moves]
    overdue = [p for p in placed if p.measure.is_overdue]
    return Slips(
        plan,
        tuple(sorted(moved, key=lambda slip: (slip.target.months, slip.target.moves), reverse=True)),
        tuple(sorted(overdue, key=lambda p: p.measure.overdue_days, reverse=True)),
        sum(p.measure.target is not None and p.measure.target.due_on is not None for p in placed),
    )
