"""Are we improving: the agreed levels as each meeting left them, and what moved between two of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from .. import charts
from ..compare import name_of
from ..picture import Level, Placed, PlanPicture
from ..vocabulary import MeetingKind
from ..words import counted, dated, listed


@dataclass(frozen=True, slots=True)
class AtMeeting:
    """The agreed levels as a closed meeting left them: measure id → the code of its level in the plan's key.

    What is corrected later counts at the meeting after it, and changes nothing here.
    """

    meeting_id: int
    on: date
    kind: str
    levels: Mapping[int, str]

    @property
    def name(self) -> str:
        more = "" if self.kind == MeetingKind.REGULAR else f" ({MeetingKind(self.kind).label.lower()})"
        return f"{dated(self.on)}{more}"


@dataclass(frozen=True, slots=True)
class Move:
    """One measure whose agreed level is another than it was. `rise` counts the steps of the plan's key."""

    placed: Placed
    was: Level | None
    now: Level
    rise: int

    @property
    def name(self) -> str:
        return name_of(self.placed)

    @property
    def completed(self) -> bool:
        return self.now.is_complete

    @property
    def words(self) -> str:
        return f"{self.was.word} to {self.now.word}" if self.was else f"rated {self.now.word}"


@dataclass(frozen=True, slots=True)
class Since:
    """What moved between one closed meeting and the newest."""

    meeting: AtMeeting
    moves: tuple[Move, ...]
    rated: str = "measure"

    @property
    def sentence(self) -> str:
        """ "Since 10 October 2023: 3 measures moved up, 1 moved down, 2 became complete." """
        moved = [m for m in self.moves if m.was and not m.completed]
        words = [
            (sum(m.rise > 0 for m in moved), "moved up"),
            (sum(m.rise < 0 for m in moved), "moved down"),
            (sum(m.completed for m in self.moves), "became complete"),
            (sum(m.was is None and not m.completed for m in self.moves), "got a first rating"),
        ]
        some = [(n, what) for n, what in words if n]
        if not some:
            return f"Since {dated(self.meeting.on)} no agreed rating has moved."
        parts = [f"{n if i else counted(n, self.rated)} {what}" for i, (n, what) in enumerate(some)]
        return f"Since {dated(self.meeting.on)}: {listed(parts)}."

    @property
    def pairs(self) -> tuple[tuple[str, tuple[Move, ...]], ...]:
        """The moves by what they lead from and to, in the order they are met."""
        found: dict[str, list[Move]] = {}
        for move in self.moves:
            found.setdefault(move.words, []).append(move)
        return tuple((words, tuple(moves)) for words, moves in found.items())


@dataclass(frozen=True, slots=True)
class Story:
    """One measure, with the word of its agreed level at each meeting that is drawn."""

    placed: Placed
    words: tuple[tuple[date, str], ...]

    @property
    def name(self) -> str:
        return name_of(self.placed)


@dataclass(frozen=True, slots=True)
class Improving:
    """The agreed levels of the measures in the plan now, as each closed meeting left them."""

    plan: PlanPicture
    meetings: tuple[AtMeeting, ...]
    columns: tuple[charts.Column, ...]
    latest: Since | None
    whole: Since | None

    @property
    def sentence(self) -> str:
        if self.latest:
            return self.latest.sentence
        if self.meetings:
            return (
                f"One meeting has closed, on {dated(self.meetings[0].on)}. What moved shows after the next."
            )
        return f"After the first meeting of the {self.plan.deciding_group} this shows what moved since."

    @property
    def drawing(self) -> charts.Svg:
        return charts.level_columns(
            f"Agreed ratings as each meeting of the {self.plan.deciding_group} left them", self.columns
        )

    @property
    def shown(self) -> tuple[AtMeeting, ...]:
        """The meetings that are drawn."""
        return self.meetings[-charts.NEWEST :]

    @property
    def since(self) -> tuple[Placed, ...]:
        return rated_since(self.plan, self.meetings)

    @property
    def rows(self) -> list[tuple[AtMeeting, tuple[tuple[Level | None, int], ...]]]:
        """Every meeting with what its column counts."""
        return [(m, column.counts) for m, column in zip(self.meetings, self.columns, strict=True)]

    @property
    def measures(self) -> list[Story]:
        word = {level.code: level.word for level in self.plan.key}
        return [
            Story(
                placed,
                tuple((m.on, word.get(m.levels.get(placed.measure.id, ""), "Not rated")) for m in self.shown),
            )
            for placed in self.plan.placed()
        ]


def are_we_improving(plan: PlanPicture, meetings: Sequence[AtMeeting]) -> Improving:
    """`meetings`: the closed ones, in the order they closed."""
    return Improving(
        plan,
        tuple(meetings),
        tuple(_column(plan, meeting) for meeting in meetings),
        _since(plan, meetings[-2], meetings[-1]) if len(meetings) > 1 else None,
        _since(plan, meetings[0], meetings[-1]) if len(meetings) > 2 else None,
    )


def rated_since(plan: PlanPicture, meetings: Sequence[AtMeeting]) -> tuple[Placed, ...]:
    """The measures whose agreed level is another now than the newest closed meeting left it."""
    if not meetings:
        return ()
    left = meetings[-1].levels
    return tuple(
        p for p in plan.placed() if p.measure.level and p.measure.level.code != left.get(p.measure.id)
    )


def _column(plan: PlanPicture, meeting: AtMeeting) -> charts.Column:
    codes = [meeting.levels.get(m.id) for m in plan.measures]
    counts = [(level, codes.count(level.code)) for level in plan.key]
    rated = sum(n for _, n in counts)
    return charts.Column(meeting.on, False, (*counts, (None, len(codes) - rated)))


def _since(plan: PlanPicture, before: AtMeeting, after: AtMeeting) -> Since:
    place = {level.code: (i, level) for i, level in enumerate(plan.key)}
    moves = []
    for placed in plan.placed():
        was = place.get(before.levels.get(placed.measure.id, ""))
        now = place.get(after.levels.get(placed.measure.id, ""))
        if now and now != was:
            moves.append(Move(placed, was[1] if was else None, now[1], now[0] - was[0] if was else 0))
    return Since(before, tuple(sorted(moves, key=lambda m: (m.rise >= 0, -abs(m.rise)))), plan.heads.rated)
