"""The columns of a plan's table by its shape: what each is called, and which a plan of this shape does not have."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..vocabulary import MeasureKind, OutcomeKind, PlanShape, Token
from .record import Level

if TYPE_CHECKING:
    from .plan import PlanPicture

STATUS = "Status"
_BRAG = {Token.BLUE, Token.RED, Token.AMBER, Token.GREEN}


@dataclass(frozen=True, slots=True)
class Heads:
    """What the columns are called; "" for one that this plan does not have.

    `rated` is what has a rating, in the middle of a sentence: a measure, or the action itself.
    """

    outcome: str
    officer: str
    target: str
    level: str
    measure: str
    impact: str
    progress: str
    rated: str

    @property
    def by_action(self) -> bool:
        """Each action is rated itself: there are no measures beside it."""
        return not self.measure

    @property
    def is_rated(self) -> bool:
        return self.level != STATUS

    @property
    def word(self) -> str:
        """What a level is, in the middle of a sentence: a rating, or a status."""
        return "rating" if self.is_rated else "status"

    @property
    def one(self) -> str:
        """What is rated, as the head of a column."""
        return self.rated.capitalize()

    @property
    def officers(self) -> str:
        """The officer's column where a list stands by itself."""
        return "Responsible officer" if self.measure else self.officer


def heads_of(picture: "PlanPicture") -> Heads:
    """Measures have columns of their own where the plan has any; so have outcomes that hold actions."""
    placed_outcomes = [o for w in picture.workstreams for o in w.rows if not o.is_unnamed]
    measures = any(m.kind == MeasureKind.IMPACT for m in picture.measures)
    by_measure = measures or (picture.shape == PlanShape.BUSINESS_PLAN and not picture.measures)
    outcome = ""
    if placed_outcomes or by_measure:
        expected = bool(placed_outcomes) and all(o.kind == OutcomeKind.EXPECTED for o in placed_outcomes)
        outcome = "Expected outcome" if expected else "Required outcome"
    return Heads(
        outcome=outcome,
        officer="Responsible officer" if by_measure else "Who",
        target="Target date" if by_measure else "By when",
        level=level_head(picture.key),
        measure="Measure of impact" if by_measure else "",
        impact="Impact reported to Executive and accepted" if by_measure else "",
        progress="" if by_measure else "Progress",
        rated="measure" if by_measure else "action",
    )


def is_rated(key: Iterable[Level]) -> bool:
    """The key is one of ratings; else its levels say how far something is."""
    return level_head(key) != STATUS


def level_head(key: Iterable[Level]) -> str:
    """ "BRAG rating" for a key of those colours, "RAG rating" without the blue, "Status" for any other; while there is
    none, "Rating"."""
    tokens = {level.token for level in key}
    if not tokens:
        return "Rating"
    if tokens >= _BRAG:
        return "BRAG rating"
    return "RAG rating" if tokens >= _BRAG - {Token.BLUE} else STATUS
