"""The minutes' table of a closed meeting: what its papers proposed, what it agreed. From frozen pictures alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from workstreams.agenda import Item, Result, agenda_of
from workstreams.compare import Change, Kind, compare, name_of
from workstreams.picture import Heads, Level, Placed, PlanPicture, Rating
from workstreams.vocabulary import MEETING_NAMES, MeetingKind, Tag

from .paper import Paper, reopening

NAME_LENGTH = 120  # of a measure in a table: two lines
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
    heads: Heads

    @property
    def reopens(self) -> str:
        """The address that opens the plan as the meeting left it, from the service's own on."""
        return reopening(self.ref, str(self.seq))

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
    papers: Sequence[PlanPicture] = (),
) -> Minutes:
    """The minutes' table of the meeting that the agreed version speaks of.

    `papers` are its papers and their addenda; `before` is the version agreed before, where none were issued. All
    must have been `seen_by` the same reader. Raises ValueError for a picture that speaks of no meeting.
    """
    meeting = agreed.next_meeting
    if meeting is None:
        raise ValueError("This version speaks of no meeting.")
    agenda = agenda_of(agreed)
    version = agreed.versions[-1]
    rulings = [_ruling(item, papers, meeting.present) for item in agenda.decided]
    start = papers[0] if papers else before
    changes = compare(start, agreed) if start else ()
    sources = [
        *([_source(start, "the papers" if papers else "as agreed before")] if start else ()),
        *(_source(addendum, "addendum to the papers") for addendum in papers[1:]),
        _source(agreed, "as agreed"),
    ]
    return Minutes(
        partnership=partnership,
        heads=agreed.heads,
        ref=agreed.ref,
        title=agreed.title,
        deciding_group=agreed.deciding_group,
        meeting=MEETING_NAMES[MeetingKind(meeting.kind)].format(agreed.decider),
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


def _source(picture: PlanPicture, what: str) -> Source:
    return Source(picture.versions[-1].label, what, f"{picture.seq}:{picture.hash}")


def _ruling(item: Item, papers: Sequence[PlanPicture], present: tuple[str, ...]) -> Ruling:
    decision, proposed = item.decision, item.proposed
    assert decision is not None  # of what was decided
    by = proposed.sent_by if proposed else ""
    return Ruling(
        of=_named(item.placed),
        result=BY_ITSELF if item.is_set_by_itself else HEADINGS[item.result],
        proposed=proposed.level if proposed else None,
        by=f"{by}, who was present" if proposed and proposed.post in present else by,
        proposed_seq=proposed.seq if proposed else 0,
        beside_papers=_beside(item.measure.id, proposed, papers),
        stood=item.level_before,
        agreed=decision.level,
        because=decision.because,
        seq=decision.seq,
    )


def _beside(measure_id: int, proposed: Rating | None, papers: Sequence[PlanPicture]) -> str:
    """Where the papers held something else than what was decided on: what they held, and which addendum had it."""
    held = [placed.measure.proposal if (placed := p.find(measure_id)) else None for p in papers]
    ids = [proposal.id if proposal else None for proposal in held]
    decided_on = proposed.id if proposed else None
    if not ids or ids[0] == decided_on:
        return ""
    said = [f"The papers showed {held[0].level.word}"] if held[0] and held[0].level else []
    if proposed and decided_on in ids:
        label = papers[ids.index(decided_on)].versions[-1].label
        said.append(f"{'in' if said else 'In'} the addendum, version {label}")
    return "; ".join(said) or "Not in the papers"


def _named(placed: Placed) -> Named:
    measure = placed.measure
    tags = tuple(f"M{measure.milestone}" if tag == Tag.MILESTONE else tag for tag in measure.tags)
    return Named(measure.id, placed.ref, name_of(placed, NAME_LENGTH), tags)


def _all_named(items: Iterable[Item]) -> tuple[Named, ...]:
    return tuple(_named(item.placed) for item in items)
