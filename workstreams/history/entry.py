"""One row of the ledger, said: what a page, a timeline and an export print of it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from .. import picture as p
from .names import day
from .rows import Kind

OF_A_MEASURE = (Kind.RATING, Kind.TARGET, Kind.IMPACT)


@dataclass(frozen=True)
class Entry:
    """One row of the ledger, said.

    `heading` says what was done and `about` to what. `was` and `now` are words; where they are levels the levels
    stand beside them. `provisional`: not every group may see this yet. `struck`: corrected later.
    """

    seq: int
    at: datetime
    who: str
    post: str
    kind: Kind
    heading: str
    ref: str = ""
    name: str = ""
    was: str = ""
    now: str = ""
    was_level: p.Level | None = None
    now_level: p.Level | None = None
    said: tuple[tuple[str, str], ...] = ()
    because: str = ""
    as_of: date | None = None  # the day it speaks of
    meeting_on: date | None = None
    meeting_id: int | None = None
    measure_id: int | None = None
    provisional: bool = False
    struck: bool = False
    amended: bool = False  # another level was agreed than the one proposed
    step: str = ""
    due_on: date | None = None  # of a target
    thread: int | None = None  # of a challenge: the step that raised it
    quote: str = ""

    @property
    def about(self) -> str:
        """ "4.1 Attendance at training"."""
        return f"{self.ref} {self.name}".strip()

    @property
    def what(self) -> str:
        """The whole sentence, for where nothing stands beside it."""
        if not self.about:
            return self.heading
        return f"{self.heading}{' for ' if self.kind in OF_A_MEASURE else ': '}{self.about}"

    @property
    def words(self) -> str:
        """What was said with it, in full."""
        return "\n".join(f"{label}: {text}" if label else text for label, text in self.said)

    @property
    def meeting(self) -> str:
        return day(self.meeting_on)

    @property
    def url(self) -> str:
        return reverse("workstreams:record-page", args=[self.seq])

    @property
    def on(self) -> date:
        """The day it speaks of; of most entries the day on which they were recorded."""
        return self.as_of or timezone.localdate(self.at)

    @property
    def days_later(self) -> int:
        """How many days after the day it speaks of it was recorded."""
        return (timezone.localdate(self.at) - self.as_of).days if self.as_of else 0

    # What components/timeline.html asks for.

    @property
    def level(self) -> p.Level | None:
        return self.now_level if self.kind == Kind.RATING else None

    @property
    def meta(self) -> str:
        at = timezone.localtime(self.at)
        return f"{at:%-d %B %Y, %H:%M}. {self.post or self.who}.".replace(
            ". on behalf", ". On behalf"
        ).replace(". deputy", ". Deputy")

    @property
    def paragraphs(self) -> tuple[str, ...]:
        said = tuple(f"{label}: {text}" if label else text for label, text in self.said)
        return (*said, f"Because: {self.because}") if self.because else said
