"""One measure before a meeting: its rating, its impact and its date."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from ..picture import DateDecision, Impact, Level, Measure, Meeting, Placed, Rating, Target
from ..vocabulary import ImpactStep, MeetingKind, RatingStep


class Result(Enum):
    """Where a measure stands at a meeting; the value is how a page says it."""

    AGREED = "Agreed"
    AMENDED = "Amended"
    DEFERRED = "Deferred"
    NOT_REACHED = "Not reached"
    TO_DECIDE = "To decide"
    NOT_UPDATED = "Not updated"
    NO_RATING = "No rating to decide"


@dataclass(frozen=True, slots=True)
class Item:
    """A measure on the agenda: its rating, its impact and its date, each proposed and decided by itself."""

    placed: Placed
    meeting: Meeting | None = None

    @property
    def measure(self) -> Measure:
        return self.placed.measure

    @property
    def name(self) -> str:
        """The opening line of its text, without tags; of its action's, where it has no text of its own."""
        return (self.measure.plain or self.placed.action.text).partition("\n")[0]

    @property
    def proposed(self) -> Rating | None:
        return self.measure.tabled

    @property
    def before(self) -> Rating | None:
        """The agreement that the meeting found."""
        return self.measure.found

    @property
    def decision(self) -> Rating | None:
        return self.measure.decision

    @property
    def result(self) -> Result:
        decision = self.decision
        if decision is None and self.proposed is None:
            return Result.NOT_UPDATED if self.measure.not_updated or self.is_unknown else Result.NO_RATING
        if decision is None:
            return Result.TO_DECIDE
        if decision.step != RatingStep.AGREED:
            return Result[decision.step]
        as_proposed = self.proposed.level == decision.level if self.proposed else not decision.because
        return Result.AGREED if as_proposed else Result.AMENDED

    @property
    def is_unknown(self) -> bool:
        """Asked for an update, which its reader may not know of."""
        return self.measure.asked and self.measure.updated is None

    # its impact and its date

    @property
    def impact(self) -> Impact | None:
        """The impact that this meeting accepts or not, whichever meeting it was reported for; or did."""
        impact, meeting = self.measure.impact, self.meeting
        if impact is None or meeting is None:
            return None
        if impact.waits:
            later = meeting.kind == MeetingKind.REGULAR and impact.meeting_on > meeting.held_on
            return None if later else impact
        return impact if impact.meeting_id == meeting.id else None

    @property
    def impact_waits(self) -> bool:
        return self.impact is not None and self.impact.waits

    @property
    def target(self) -> Target | None:
        """The target, where another date is asked for."""
        target = self.measure.target
        return target if target and target.asked_text else None

    @property
    def date_decision(self) -> DateDecision | None:
        """What this meeting answered to a date that was asked for."""
        decision = self.measure.target.decision if self.measure.target else None
        return decision if decision and self.meeting and decision.meeting_id == self.meeting.id else None

    @property
    def is_open(self) -> bool:
        """Something of it waits for this meeting."""
        return self.is_to_decide or self.impact_waits or self.target is not None

    @property
    def is_business(self) -> bool:
        """The meeting has something to decide about it, or had."""
        return bool(self.is_open or self.decision or self.impact or self.date_decision)

    @property
    def states(self) -> tuple[str, ...]:
        """What is decided of it and what waits, in few words, for the agenda."""
        said = []
        # It stands under a heading that doesn't say so.
        not_updated = self.is_business and self.result is Result.NOT_UPDATED
        if self.is_decided or self.answered_late or not_updated:
            said.append(self.words)
        if self.impact:
            said.append(f"impact {ImpactStep(self.impact.step).label.lower()}")
        if self.target:
            said.append("date asked for")
        elif self.date_decision:
            said.append("date agreed" if self.date_decision.agreed else "date kept")
        return tuple(said)

    @property
    def is_decided(self) -> bool:
        return self.decision is not None

    @property
    def is_to_decide(self) -> bool:
        return self.result is Result.TO_DECIDE

    @property
    def is_amended(self) -> bool:
        """Another level was agreed than the one proposed."""
        return self.result is Result.AMENDED and self.proposed is not None

    @property
    def is_set_by_itself(self) -> bool:
        """The meeting agreed a level that nobody had proposed (as far as the reader may know)."""
        return self.result is Result.AMENDED and self.proposed is None

    @property
    def answered_late(self) -> bool:
        """An update was sent while the meeting was in session: the next one decides it."""
        return self.measure.proposal is not None and self.measure.proposal != self.proposed

    @property
    def level(self) -> Level | None:
        """What the agenda shows beside it: the level decided, else proposed, else agreed before."""
        shown = self.decision if self.decision and self.decision.level else self.proposed or self.before
        return shown.level if shown else None

    @property
    def level_is_proposed(self) -> bool:
        """The level shown beside it is not agreed: still to decide, deferred or not reached."""
        return self.proposed is not None and not (self.decision and self.decision.level)

    @property
    def level_before(self) -> Level | None:
        return self.before.level if self.before else None

    @property
    def level_stays(self) -> bool:
        return self.proposed is not None and self.proposed.level == self.level_before

    @property
    def words(self) -> str:
        """ "Agreed Green", "To decide", "Not updated"."""
        if self.decision and self.decision.level:
            return f"{'Amended to' if self.is_amended else 'Agreed'} {self.decision.level.word}"
        return (
            "Updated for the next meeting" if self.answered_late and not self.proposed else self.result.value
        )

    def judges_itself(self, deciding: Iterable[int]) -> bool:
        """Whether the post that proposed this is among the `deciding` posts that were present."""
        return self.proposed is not None and self.proposed.post_id in set(deciding)
