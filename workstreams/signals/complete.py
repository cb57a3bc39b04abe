"""What is complete without evidence in the record, or without its impact accepted."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import ClassVar

from ..picture import Impact
from ..words import are, counted, dated, have, listed
from .lives import Agreement, Life
from .signal import Signal, share


@dataclass(frozen=True, slots=True)
class Complete:
    """A measure that is complete: the agreement that made it so, and what was named as evidence since."""

    life: Life
    since: Agreement
    evidence: str
    on: date

    @property
    def days(self) -> int:
        return (self.on - self.since.on).days

    @property
    def was_proposed(self) -> bool:
        """Nobody proposed what a plan's own document printed as complete, or what the deciding group set itself."""
        return self.since.update is not None

    @property
    def impact(self) -> Impact | None:
        return self.life.measure.impact

    @property
    def lacks_evidence(self) -> bool:
        return not self.evidence

    @property
    def lacks_impact(self) -> bool:
        return self.life.measure.owes_impact

    @property
    def impact_words(self) -> str:
        """Where its impact stands."""
        if not self.life.measure.reports_impact:
            return "Not asked: an action’s progress"
        if self.impact is None:
            return "Nothing reported"
        if self.impact.accepted:
            return f"Accepted on {dated(self.impact.meeting_on)}"
        if self.impact.waits:
            return f"Reported for {dated(self.impact.meeting_on)}, not decided"
        return f"Not accepted on {dated(self.impact.meeting_on)}"


def complete(life: Life, on: date) -> Complete | None:
    """A measure whose agreed level is complete: since the first of the agreements that have said so without a break."""
    run: list[Agreement] = []
    for agreement in reversed(life.agreements):
        if not agreement.level.is_complete:
            break
        run.append(agreement)
    if not run:
        return None
    evidence = next((a.update.evidence for a in run if a.update and a.update.evidence.strip()), "")
    return Complete(life, run[-1], evidence, on)


@dataclass(frozen=True)
class WithoutProof(Signal):
    """Blue without evidence or acceptance."""

    key: ClassVar[str] = "complete"

    @cached_property
    def every(self) -> tuple[Complete, ...]:
        return tuple(found for life in self.record.lives if (found := complete(life, self.record.on)))

    @cached_property
    def found(self) -> tuple[Complete, ...]:
        lacking = (c for c in self.every if c.lacks_evidence or c.lacks_impact)
        return tuple(sorted(lacking, key=lambda c: (not (c.lacks_evidence and c.lacks_impact), -c.days)))

    @property
    def asks(self) -> str:
        word = self.record.complete_words or "Complete"
        if not any(life.measure.reports_impact for life in self.record.lives):
            return f"{word}, and no evidence of it?"
        return f"{word}, but without evidence or accepted impact?"

    @property
    def looked(self) -> str:
        decider, column = self.record.plan.decider, self.record.plan.heads.impact
        asked = f" The plan asks for the impact in a column of its own, “{column}”." if column else ""
        return (
            f"Every {self.record.rated} that the {decider} agreed as complete: whether an update that it agreed so"
            f" named evidence, and whether the {decider} has accepted the impact that was reported of it. Days are"
            " counted from the meeting that first agreed it as complete. An update has to name evidence for a"
            f" milestone alone; here it is looked for everywhere.{asked}"
        )

    @property
    def said(self) -> str:
        every, rated = len(self.every), self.record.rated
        evidence = sum(c.lacks_evidence for c in self.every)
        impact = sum(c.lacks_impact for c in self.every)
        if not every:
            return f"No {rated} is complete yet."
        one = f"complete {rated}"
        if not self.found:
            whose = share(every, every, one)
            return f"{whose} {have(every)} evidence named{' and impact accepted' * self._reports}."
        lacks = [(evidence, "without evidence in the record"), (impact, "without accepted impact")]
        if every == 1:
            return f"The one {one} is {listed([what for n, what in lacks if n])}."
        said = listed([f"{n} {are(n)} {what}" for n, what in lacks if n])
        return f"Of {counted(every, one)}, {said}."

    @property
    def _reports(self) -> bool:
        return any(c.life.measure.reports_impact for c in self.every)

    @property
    def short(self) -> str:
        return f"{len(self.found)} of {len(self.every)} complete"

    @property
    def worth(self) -> str:
        return "What would somebody see who came to look, and what is different for children?"
