"""What is recorded of a measure: levels, ratings with their figures, periods, targets, impact."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ..vocabulary import ImpactStep, RatingStep


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the plan's own key; `token` names what the stylesheets colour."""

    code: str
    word: str
    meaning: str
    token: str
    is_complete: bool
    is_exception: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of an update: out of another ("41 of 50 audits"), or by itself ("31 days")."""

    name: str
    number: float
    out_of: float | None = None
    unit: str = ""

    @property
    def words(self) -> str:
        """ "41 of 50 audits (82%)", "31 days", "82%"."""
        unit = self.unit if self.unit in ("", "%") else f" {self.unit}"
        if self.out_of is None:
            return f"{number_in_words(self.number)}{unit}"
        share = f" ({number_in_words(round(self.plotted))}%)" if self.out_of else ""
        return (
            f"{number_in_words(self.number)} of {number_in_words(self.out_of)}{unit.replace('%', '')}{share}"
        )

    @property
    def plotted(self) -> float:
        """What a trend draws: the share in per cent where it is out of something, else the number."""
        return 100 * self.number / self.out_of if self.out_of else self.number

    @property
    def kept(self) -> dict[str, str | float]:
        """As a rating keeps it."""
        if self.out_of is None:
            return {"name": self.name, "value": self.number, "unit": self.unit}
        return {
            "name": self.name,
            "numerator": self.number,
            "denominator": self.out_of,
            "unit": self.unit,
        }


def figures_of(kept: list[dict[str, Any]] | None) -> tuple[Figure, ...]:
    """The figures that a rating keeps."""
    return tuple(
        Figure(
            each["name"],
            each["value"] if "value" in each else each["numerator"],
            each.get("denominator"),
            each.get("unit") or "",
        )
        for each in kept or ()
    )


def number_in_words(number: float) -> str:
    """ "1,204", "82.5": no decimals that say nothing."""
    text = f"{number:,.3f}"
    return text.rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class Rating:
    """One step of a rating. `seq` is its ledger row: the address at which anybody can check it."""

    id: int
    seq: int
    step: str
    level: Level | None
    words: str
    recovery_plan: str
    risk_note: str
    evidence: str
    evidence_held: str
    because: str
    meeting_id: int | None
    meeting_on: date | None
    period_ends_on: date | None
    effective_on: date
    at: datetime
    by: str
    post_id: int
    post: str
    as_deputy: bool
    received: str
    figures: tuple[Figure, ...] = ()

    @property
    def signed(self) -> str:
        """Who spoke, in which post: "deputy for Chair of …"."""
        return f"deputy for {self.post}" if self.as_deputy else self.post

    @property
    def sent_by(self) -> str:
        """Who spoke, and how it came where somebody else typed it: "Chair of …, received by phone"."""
        return f"{self.signed}, received {self.received}" if self.received else self.signed


@dataclass(frozen=True, slots=True)
class Period:
    """One period of a measure that is answered again and again, and where its answer stands.

    A measure that is answered once has one for each meeting that was told figures. `ends_on` is the day of the
    meeting where the measure follows the meetings. `asked`: the picture's meeting asks for it.
    """

    ends_on: date
    name: str  # "Q2 2023/24", "October 2023", "21 November 2023"
    span: str = ""  # "July to September"
    agreed: Level | None = None
    proposed: Level | None = None  # sent, and not decided yet
    figures: tuple[Figure, ...] = ()
    missed: bool = False  # its meeting has been held without it
    asked: bool = False

    @property
    def full_name(self) -> str:
        return f"{self.name}, {self.span}" if self.span else self.name

    @property
    def answered(self) -> bool:
        return self.agreed is not None or self.proposed is not None


@dataclass(frozen=True, slots=True)
class Mark:
    """One cell of the rating strip: what was proposed for, or agreed at, one meeting."""

    meeting_id: int
    on: date
    step: str
    level: Level
    amended: bool

    @property
    def provisional(self) -> bool:
        return self.step == RatingStep.PROVISIONAL


@dataclass(frozen=True, slots=True)
class DateDecision:
    """The latest answer to a date that was asked for; `kept` is the target that stood then."""

    seq: int
    agreed: bool
    text: str
    because: str
    meeting_id: int | None
    kept: str
    asked_because: str
    post: str  # that asked


@dataclass(frozen=True, slots=True)
class Target:
    """The target now, as printed, with what it was first. `months` is the distance from first to now, and `seq` the
    ledger row that set it."""

    text: str
    note: str
    due_on: date | None
    precision: str
    first_text: str
    first_due_on: date | None
    moves: int
    months: int
    asked_text: str = ""
    asked_because: str = ""
    asked_id: int | None = None
    decision: DateDecision | None = None
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Impact:
    id: int
    seq: int
    step: str
    text: str
    meeting_on: date
    at: datetime
    meeting_id: int | None = None
    post: str = ""
    reported: str = ""  # the words that this step accepted or did not accept; its own where it reports

    @property
    def accepted(self) -> bool:
        return self.step == ImpactStep.ACCEPTED

    @property
    def waits(self) -> bool:
        """Reported, and not decided yet."""
        return self.step == ImpactStep.REPORTED


@dataclass(frozen=True, slots=True)
class WaitsOn:
    """A milestone of the same outcome that stands lower and isn't complete. It warns; it never blocks."""

    measure_id: int
    milestone: int
    text: str
