"""The minutes' table of a closed meeting: what its papers proposed, what it agreed. From frozen pictures alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from workstreams.agenda import Item, Result, agenda_of
from workstreams.compare import Change, Kind, compare, name_of
from workstreams.picture import Level, Placed, PlanPicture
from workstreams.vocabulary import MeetingKind, Tag

from .paper import Paper

NAME_LENGTH = 120  # of a measure in a table: two lines
NAMES = {
    MeetingKind.REGULAR: "Executive meeting",
    MeetingKind.EXTRAORDINARY: "Extraordinary Executive meeting",
    MeetingKind.BETWEEN_MEETINGS: "Decision between meetings",
}
BY_ITSELF = "Set by the meeting itself"
HEADINGS = {
    Result.AMENDED: "Agreed otherwise than proposed",
    Result.DEFERRED: "Deferred",
    Result.NOT_REACHED: "Not reached",
    Result.AGREED: "Agreed as proposed",
}
# What was decided otherwise than proposed comes first.
ORDER = (HEADINGS[Result.AMENDED], BY_ITSELF, *(HEADINGS[r] for r in HEADINGS if r is not Result.AMENDED))


@dataclass(frozen=True, slots=True)
class Named:
    """A measure as the minutes name it."""

    measure_id: int
    ref: str
    name: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What was decided on one rating. `stood` was agreed before, and goes on where nothing was agreed."""

    of: Named
    result: str
    proposed: Level | None
    by: str  # the post that proposed it
    proposed_seq: int
    beside_papers: str  # where the papers held something else
    stood: Level | None
    agreed: Level | None
    because: str
    seq: int


@dataclass(frozen=True, slots=True)
class Group:
    """The decisions of one kind; `key` names it in an address."""

    key: str
    heading: str
    rulings: tuple[Ruling, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What was decided on the impact of one measure."""

    of: Named
    reported: str
    accepted: bool
    said: str
    seq: int


@dataclass(frozen=True, slots=True)
class Dated:
    """What was answered to a target date that was asked for."""

    of: Named
    asked: str
    kept: str
    why: str
    by: str
    agreed: bool
    because: str
    seq: int


@dataclass(frozen=True, slots=True)
class Source:
    """A frozen version that the minutes are drawn from, with the newest ledger row in it."""

    label: str
    what: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Minutes(Paper):
    """The minutes' table before it is drawn. Two drawings of equal minutes are equal."""

    template = "reporting/minutes.html"
    kind: ClassVar[str] = "MINUTES"
    agreed: ClassVar[bool] = True  # of a closed meeting, so never provisional

    partnership: str
    ref: str
    title: str
    deciding_group: str
    meeting: str
    held_on: date
    on: date
    seq: int
    hash: str
    label: str
    partial: bool  # its reader does not see what other groups proposed
    with_papers: bool
    present: tuple[str, ...]
    groups: tuple[Group, ...]
    impacts: tuple[Judged, ...]
    dates: tuple[Dated, ...]
    impacts_waiting: tuple[Named, ...]
    dates_waiting: tuple[Named, ...]
    not_updated: tuple[Named, ...]
    changes: tuple[Change, ...]
    sources: tuple[Source, ...]

    @property
    def standing(self) -> str:
        return f"{self.meeting}, {self.held_on:%-d %B %Y}: minutes’ table"

    @property
    def kind_words(self) -> str:
        return f"What the {self.deciding_group} decided, version {self.label}"

    @property
    def rulings(self) -> tuple[Ruling, ...]:
        return tuple(ruling for group in self.groups for ruling in group.rulings)

    @property
    def summary(self) -> tuple[tuple[str, int], ...]:
        """(what, how many) of everything that was decided."""
        accepted = sum(judged.accepted for judged in self.impacts)
        agreed = sum(dated.agreed for dated in self.dates)
        counts = (
            *((group.heading, len(group.rulings)) for group in self.groups),
            ("Impact accepted", accepted),
            ("Impact not accepted", len(self.impacts) - accepted),
            ("New dates agreed", agreed),
            ("Dates kept", len(self.dates) - agreed),
        )
        return tuple((what, n) for what, n in counts if n)


def minutes_of(
    agreed: PlanPicture,
    before: PlanPicture | None,
    *,
    partnership: str,
    papers: tuple[str, ...] = (),
) -> Minutes:
    """The minutes' table of the meeting that the agreed version speaks of.

    `before` is the picture of its papers, or of the version agreed before where none were issued; both must have
    been `seen_by` the same reader. `papers` are the labels of the papers and their addenda. Raises ValueError for a
    picture that speaks of no meeting.
    """
    meeting = agreed.next_meeting
    if meeting is None:
        raise ValueError("This version speaks of no meeting.")
    agenda = agenda_of(agreed)
    version = agreed.versions[-1]
    shown = {p.measure.id: p for p in before.placed()} if before and papers else {}
    rulings = [_ruling(item, shown, meeting.present) for item in agenda.decided]
    changes = compare(before, agreed) if before else ()
    sources = [Source(version.label, "as agreed", f"{agreed.seq}:{agreed.hash}")]
    if before:
        what = "the papers" if papers else "as agreed before"
        sources.insert(0, Source(before.versions[-1].label, what, f"{before.seq}:{before.hash}"))
    sources[1:1] = [Source(label, "addendum to the papers", "") for label in papers[1:]]
    return Minutes(
        partnership=partnership,
        ref=agreed.ref,
        title=agreed.title,
        deciding_group=agreed.deciding_group,
        meeting=NAMES[MeetingKind(meeting.kind)],
        held_on=meeting.held_on,
        on=agreed.on,
        seq=agreed.seq,
        hash=agreed.hash,
        label=version.label,
        partial=any(m.updated is None for m in agreed.measures),
        with_papers=bool(papers),
        present=meeting.present,
        groups=tuple(
            Group(heading.lower().replace(" ", "-"), heading, found)
            for heading in ORDER
            if (found := tuple(r for r in rulings if r.result == heading))
        ),
        impacts=tuple(
            Judged(
                _named(item.placed),
                item.impact.reported,
                item.impact.accepted,
                item.impact.text,
                item.impact.seq,
            )
            for item in agenda.impacts
            if item.impact
        ),
        dates=tuple(
            Dated(
                _named(item.placed),
                answer.text,
                answer.kept,
                answer.asked_because,
                answer.post,
                answer.agreed,
                answer.because,
                answer.seq,
            )
            for item in agenda.dates
            if (answer := item.date_decision)
        ),
        impacts_waiting=_all_named(agenda.impacts_waiting),
        dates_waiting=_all_named(agenda.dates_waiting),
        not_updated=_all_named(agenda.known_not_updated),
        changes=tuple(c for c in changes if c.kind != Kind.PROPOSED),
        sources=tuple(sources),
    )


def _ruling(item: Item, papers: dict[int, Placed], present: tuple[str, ...]) -> Ruling:
    decision, proposed = item.decision, item.proposed
    assert decision is not None  # of what was decided
    held = papers[item.measure.id].measure.proposal if item.measure.id in papers else None
    beside = ""
    if papers and (held.id if held else None) != (proposed.id if proposed else None):
        beside = f"The papers showed {held.level.word}" if held and held.level else "Not in the papers"
    by = proposed.signed if proposed else ""
    return Ruling(
        of=_named(item.placed),
        result=BY_ITSELF if item.is_set_by_itself else HEADINGS[item.result],
        proposed=proposed.level if proposed else None,
        by=f"{by}, who was present" if proposed and proposed.post in present else by,
        proposed_seq=proposed.seq if proposed else 0,
        beside_papers=beside,
        stood=item.level_before,
        agreed=decision.level,
        because=decision.because,
        seq=decision.seq,
    )


def _named(placed: Placed) -> Named:
    measure = placed.measure
    tags = tuple(f"M{measure.milestone}" if tag == Tag.MILESTONE else tag for tag in measure.tags)
    return Named(measure.id, placed.outcome.ref, name_of(placed, NAME_LENGTH), tags)


def _all_named(items: Iterable[Item]) -> tuple[Named, ...]:
    return tuple(_named(item.placed) for item in items)
