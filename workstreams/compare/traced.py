"""Two moments of a plan beside each other: every change where it stands, with the records that made it. Plain values,
for a page, a PDF and a workbook alike."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from ..picture import Placed, PlanPicture
from ..vocabulary import short_name
from ..words import counted, plural
from .change import Change, Kind, alike, name_of
from .wording import Parts, excerpt, wording

NAME_LENGTH = 140  # of a measure over what changed of it

# How changes of one kind are counted: "1 level changed", "2 levels changed". In the order in which they are said.
COUNTED = {
    Kind.LEVEL: ("{} changed", "{} changed"),
    Kind.AMENDED: ("amended", "amended"),
    Kind.AGREED_AGAIN: ("agreed again", "agreed again"),
    Kind.PROPOSED: ("proposed", "proposed"),
    Kind.TAKEN_OUT: ("taken back or returned", "taken back or returned"),
    Kind.HELD_OVER: ("held over", "held over"),
    Kind.TARGET: ("target moved", "targets moved"),
    Kind.DATE_ASKED: ("date asked for", "dates asked for"),
    Kind.DATE_REFUSED: ("date not agreed", "dates not agreed"),
    Kind.IMPACT_REPORTED: ("impact reported", "impacts reported"),
    Kind.IMPACT_ACCEPTED: ("impact accepted", "impacts accepted"),
    Kind.IMPACT_NOT_ACCEPTED: ("impact not accepted", "impacts not accepted"),
    Kind.CHALLENGED: ("challenge raised", "challenges raised"),
    Kind.ANSWERED: ("challenge answered", "challenges answered"),
    Kind.CLOSED: ("challenge closed", "challenges closed"),
    Kind.REWORDED: ("worded or tagged anew", "worded or tagged anew"),
    Kind.ADDED: ("added", "added"),
    Kind.WITHDRAWN: ("no longer there", "no longer there"),
    Kind.MOVED: ("moved", "moved"),
    Kind.RENUMBERED: ("renumbered", "renumbered"),
    Kind.OFFICER: ("given to other officers", "given to other officers"),
    Kind.HOLDER: ("post changed hands", "posts changed hands"),
    Kind.POST: ("post called otherwise", "posts called otherwise"),
    Kind.SOURCE: ("given other sources", "given other sources"),
    Kind.PROGRESS: ("progress note changed", "progress notes changed"),
    Kind.KEY: ("change of the key", "changes of the key"),
    Kind.STANDING: ("change of how the plan stands", "changes of how the plan stands"),
    Kind.REGISTER: ("version registered", "versions registered"),
    Kind.VERSION: ("version frozen", "versions frozen"),
    Kind.MEETING: ("change of a meeting", "changes of meetings"),
    Kind.HIGHLIGHTS: ("highlight report", "highlight reports"),
}


@dataclass(frozen=True, slots=True)
class End:
    """One of the two moments: how a sentence calls it, and the newest row of the ledger in it."""

    words: str
    address: str
    on: date
    at: datetime
    seq: int
    hash: str
    is_agreed: bool  # the edition that the deciding group agreed there

    @property
    def anchor(self) -> str:
        return f"{self.seq}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the ledger that made a change, said."""

    seq: int
    at: datetime
    who: str
    post: str
    heading: str
    because: str


@dataclass(frozen=True, slots=True)
class Traced:
    """A change with the records that made it, the newest first; `earlier` are more of them, by number alone."""

    change: Change
    records: tuple[Record, ...] = ()
    earlier: tuple[int, ...] = ()

    @property
    def wording(self) -> Parts:
        """Both its texts word by word; nothing for what is no text."""
        both = self.change.is_wording and self.change.was and self.change.now
        return excerpt(wording(self.change.was, self.change.now)) if both else ()

    @property
    def alone(self) -> str:
        """The only text that there is, as all of it came or all of it went; where its name does not say it whole."""
        was, now = self.change.was, self.change.now
        whole = self.change.row[0] in ("measure", "action") and len(was or now) <= NAME_LENGTH
        return "" if (was and now) or whole else was or now

    @property
    def said(self) -> str:
        """What its sentence says beside what stands below it."""
        rest = self.change.rest
        return re.sub(r"(, before|:) “[^”]*”\.?$", ".", rest) if self.wording else rest

    @property
    def is_said(self) -> bool:
        """Its sentence names both its values."""
        return self.change.was in self.change.rest and self.change.now in self.change.rest

    @property
    def moves(self) -> bool:
        """From a level to another, which may be only proposed."""
        change = self.change
        rated = change.is_level or change.is_proposal
        return rated and not alike(change.level_before, change.level_after)

    @property
    def why(self) -> str:
        """The reasons that its records give, where the change itself does not say one."""
        said = {record.because: None for record in self.records if record.because}
        return self.change.because or "; ".join(said)

    @property
    def was(self) -> str:
        return self.change.was or _word(self.change, before=True)

    @property
    def now(self) -> str:
        return self.change.now or _word(self.change, before=False)


def _word(change: Change, *, before: bool) -> str:
    if change.kind not in (Kind.LEVEL, Kind.AMENDED, Kind.PROPOSED, Kind.AGREED_AGAIN):
        return ""  # what else is said of a measure moves no level
    level = change.level_before if before else change.level_after
    if level:
        return level.word
    return "Not rated"


@dataclass(frozen=True, slots=True)
class Subject:
    """What changed, with all that changed of it; `under` is the outcome that it stands under."""

    ref: str
    name: str
    measure_id: int | None
    under: str
    changes: tuple[Traced, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A workstream, or what stands beside them all; `key` names it in an address."""

    key: str
    heading: str
    subjects: tuple[Subject, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed of one plan from a moment to a later one, as one reader may see both.

    `rest` records between them made none of the changes; `rated` and `level` are the plan's words for what is rated,
    and for where it stands, `decider` is who decides.
    """

    before: End
    after: End
    parts: tuple[Part, ...]
    rest: int
    rated: str
    level: str
    decider: str

    @property
    def is_agreed(self) -> bool:
        """From one agreed edition to another: whatever else stands in it says so itself."""
        return self.before.is_agreed and self.after.is_agreed

    @property
    def undecided(self) -> str:
        """How many of the changes speak of what waits for a decision, in a sentence; "" where none does. One proposal
        may be spoken of twice: sent, and then put off."""
        n, of = sum(traced.change.is_undecided for traced in self.changes), len(self.changes)
        if not n:
            return ""
        had = f"that the {self.decider} had not decided at the later moment"
        if n == 1:
            return f"1 of the {counted(of, 'change')} speaks of a proposal {had}. It says “Not decided”."
        return f"{n} of the {of} changes speak of proposals {had}. Each says “Not decided”."

    @property
    def changes(self) -> tuple[Traced, ...]:
        return tuple(t for part in self.parts for subject in part.subjects for t in subject.changes)

    @property
    def counts(self) -> tuple[tuple[Kind, int, str], ...]:
        """(kind, how many, the words after the number) of each kind that there is."""
        kinds = [Kind(traced.change.kind) for traced in self.changes]
        return tuple(
            (kind, n, counted_as(kind, n, self.level)) for kind in COUNTED if (n := kinds.count(kind))
        )

    @property
    def summary(self) -> str:
        """ "3 ratings changed, 1 amended, 2 targets moved."."""
        said = ", ".join(f"{n} {words}" for _, n, words in self.counts)
        return f"{said}." if said else "Nothing that you may see differs."

    @property
    def exceptions(self) -> int:
        return sum(traced.change.is_exception for traced in self.changes)

    def only(self, keep: Callable[[Change], bool]) -> "Comparison":
        """The same with some of its changes alone."""

        def kept(part: Part) -> tuple[Subject, ...]:
            subjects = (
                replace(s, changes=tuple(t for t in s.changes if keep(t.change))) for s in part.subjects
            )
            return tuple(s for s in subjects if s.changes)

        parts = (replace(part, subjects=kept(part)) for part in self.parts)
        return replace(self, parts=tuple(part for part in parts if part.subjects))


def counted_as(kind: Kind, n: int, level: str) -> str:
    one, many = COUNTED[kind]
    return (one if n == 1 else many).format(level if n == 1 else plural(level))


# ---- where they stand

AGAIN = "Agreed again as before"
PLAN, POSTS, MEETINGS = "The plan itself", "Who answers for it", "Meetings and versions"
IN_A_STREAM, AFTER_ALL = 100_000, 1_000_000_000  # places in the order of the parts
OF_MEETINGS = (Kind.MEETING, Kind.HIGHLIGHTS, Kind.VERSION, Kind.REGISTER)


@dataclass(frozen=True, slots=True)
class _Where:
    number: int
    part: str
    heading: str
    under: str = ""
    name: str = ""


def in_parts(traced: Iterable[Traced], before: PlanPicture, after: PlanPicture) -> tuple[Part, ...]:
    """The changes by workstream and by what changed, in plan order; then those of the plan and of what stands beside
    it."""
    now = _headings(after)
    headings = now | {pk: heading for pk, heading in _headings(before).items() if pk not in now}
    places = dict(_places(before, headings, IN_A_STREAM // 2)) | dict(_places(after, headings, 0))
    found: dict[tuple[_Where, str], list[Traced]] = {}
    for each in traced:
        change = each.change
        where = places.get(change.row) or places.get(("measure", change.measure_id or 0)) or _beside(change)
        if change.kind == Kind.AGREED_AGAIN:  # it changes no level: apart from what did
            where = replace(where, number=where.number + AFTER_ALL, part="again", heading=AGAIN, under="")
        found.setdefault((where, where.name or change.name), []).append(each)
    parts: dict[tuple[str, str], list[Subject]] = {}
    for (where, name), changes in sorted(found.items(), key=lambda item: item[0][0].number):
        first = changes[0].change
        subject = Subject(
            first.ref,
            where.name or name.removeprefix(f"{first.ref} "),
            first.measure_id,
            where.under,
            tuple(changes),
        )
        parts.setdefault((where.part, where.heading), []).append(subject)
    return tuple(Part(key, heading, tuple(subjects)) for (key, heading), subjects in parts.items())


def _beside(change: Change) -> _Where:
    if change.kind in OF_MEETINGS:
        return _Where(4 * AFTER_ALL, "meetings", MEETINGS)
    if change.row[0] == "post":
        return _Where(3 * AFTER_ALL, "posts", POSTS)
    return _Where(2 * AFTER_ALL, "plan", PLAN)


def _headings(picture: PlanPicture) -> dict[int, str]:
    return {w.id: f"{picture.workstream_word} {w.number} {w.title}" for w in picture.workstreams}


def _places(
    picture: PlanPicture, headings: dict[int, str], first: int
) -> Iterator[tuple[tuple[str, int], _Where]]:
    """Each row of the plan with where it stands, in plan order; `first` is counted from in each workstream."""
    streams = list(headings)
    for w in picture.workstreams:
        rows: list[tuple[tuple[str, int], str, str]] = [(("workstream", w.id), "", "")]
        for o in w.outcomes:
            under = "" if o.is_unnamed else f"{o.ref} {short_name(o.statement, NAME_LENGTH)}".strip()
            if under:
                rows.append((("outcome", o.id), under, ""))
            for a in o.actions:
                rows.append((("action", a.id), under, short_name(a.lead or a.text, NAME_LENGTH)))
                rows += (
                    (("measure", m.id), under, name_of(Placed(m, a, o, w), NAME_LENGTH)) for m in a.measures
                )
        for number, (row, under, name) in enumerate(rows, first + IN_A_STREAM * streams.index(w.id)):
            yield row, _Where(number, f"workstream-{w.id}", headings[w.id], under, name)
