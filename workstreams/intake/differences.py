"""What a workbook that came back would change, row by row, beside what stands now. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from .. import due, life, sheet
from ..life import Standing
from ..picture import Level, Measure, Placed, PlanPicture, Rating
from ..vocabulary import NO_CHANGE, MeetingState, Token, short_name
from .returned import Returned, Row
from .text import plain

SENT_ALREADY = "Sent already."


class Kind(Enum):
    """What becomes of a row; the value is the heading of its group."""

    SEND = "To send"
    FAULTY = "Not complete yet"
    CONFLICT = "Answered meanwhile"
    ASK = "Which measure is meant?"
    CLOSED = "Takes no update now"
    UNKNOWN = "Not recognised"
    UNCHANGED = "Unchanged"

    @property
    def can_be_sent(self) -> bool:
        return self in (Kind.SEND, Kind.FAULTY, Kind.CONFLICT, Kind.ASK)


@dataclass(frozen=True, slots=True)
class Where:
    """A measure with the plan that it stands in, as it is now."""

    placed: Placed
    picture: PlanPicture

    @property
    def measure(self) -> Measure:
        return self.placed.measure

    @property
    def stands(self) -> Rating | None:
        """What was said last: the proposal that waits, else why it was taken out, else the agreement."""
        m = self.measure
        return m.proposal or m.removed or m.agreed


@dataclass(frozen=True, slots=True)
class Difference:
    """One row, what becomes of it and why. `level` is the level that was chosen, where the plan has it.

    `others` are the measures that it may speak of instead of `where`.
    """

    row: Row
    kind: Kind
    sentence: str = ""
    where: Where | None = None
    level: Level | None = None
    is_no_change: bool = False
    missing: dict[str, str] = field(
        default_factory=dict
    )  # by field, what its level asks for and it does not say
    others: tuple[Where, ...] = ()

    @property
    def meant(self) -> list[Where]:
        """The measures that the row may speak of."""
        return [where for where in (self.where, *self.others) if where]

    def after(self, sent: Mapping[str, str]) -> "Difference":
        """The same once the file was sent: `sent` names the place of the row that each rating came from.

        Its words may have been changed on the page, so that what stands is not what the cells say.
        """
        for where in self.meant:
            if sent.get(str(where.measure.latest_id)) == self.row.at:
                return Difference(self.row, Kind.UNCHANGED, SENT_ALREADY, where, self.level)
        return self


def differences(
    returned: Returned, pictures: Iterable[PlanPicture], *, post: int, posts: frozenset[int], on: date
) -> list[Difference]:
    """Every row of the workbook, in its order. `posts` are the post that it answers for and the bodies it makes up."""
    plan = _Plan(pictures, post, posts, on)
    once: dict[tuple[object, ...], Row] = {}
    for row in returned.rows:
        once.setdefault((row.key or row.measure, row.level, *row.said.values(), row.figures), row)
    times = Counter(row.key.measure for row in once.values() if row.key and not row.is_blank)
    kept = {row.number for row in once.values()}
    return [
        plan.beside(row, row.key is not None and times[row.key.measure] > 1)
        if row.number in kept or row.is_blank
        else Difference(row, Kind.UNCHANGED, "It stands twice in the workbook, word for word.")
        for row in returned.rows
    ]


class _Plan:
    """What stands now, found by id and by words."""

    def __init__(self, pictures: Iterable[PlanPicture], post: int, posts: frozenset[int], on: date) -> None:
        self.post, self.posts, self.on = post, posts, on
        self.by_id: dict[int, Where] = {}
        self.own: set[int] = set()
        self.by_words: dict[str, list[Where]] = {}
        for picture in pictures:
            mine = {placed.measure.id for placed in due.own(picture, posts)}
            self.own |= mine
            for placed in picture.placed():
                where = Where(placed, picture)
                self.by_id[placed.measure.id] = where
                if placed.measure.id in mine:
                    self.by_words.setdefault(_words(where), []).append(where)

    def beside(self, row: Row, is_twice: bool) -> Difference:
        if row.is_blank:
            return Difference(
                row, Kind.UNCHANGED, "Left empty.", self.by_id.get(row.key.measure) if row.key else None
            )
        if row.key and row.is_sealed and row.key.post != self.post:
            return Difference(row, Kind.UNKNOWN, "This row comes from the workbook of another post.")
        keyed = self.by_id.get(row.key.measure) if row.key else None
        alike = self._alike(row)
        says_so = keyed is not None and sheet.fold(row.measure) == _words(keyed)
        if says_so or (row.key and row.is_sealed):
            if keyed is None:
                return Difference(row, Kind.CLOSED, "This measure is no longer in a plan that is worked to.")
            if row.is_sealed:
                return self._judged(
                    row, keyed, "Its measure stands on more than one row." if is_twice else ""
                )
            return self._judged(row, keyed, "Its hidden number was not made here, or was changed since.")
        if keyed and alike:
            sentence = f"Its hidden number says {_named(keyed)}; its words say {_named(alike[0])}."
            return self._judged(row, alike[0], sentence, (keyed, *alike[1:]))
        if keyed and keyed.measure.id in self.own:
            sentence = (
                f"Its hidden number says {_named(keyed)}, but its words are “{short_name(row.measure)}”."
            )
            return self._judged(row, keyed, sentence)
        if alike:
            return self._judged(
                row, alike[0], "Recognised by its words: its hidden number is gone.", alike[1:]
            )
        return Difference(
            row, Kind.UNKNOWN, "Neither its hidden number nor its words are those of a measure of this post."
        )

    def _alike(self, row: Row) -> tuple[Where, ...]:
        """The measures of this post with the words of the row; where several have them, those of its reference."""
        found = self.by_words.get(sheet.fold(row.measure), []) if row.measure else []
        same = [where for where in found if _ref(where.placed.ref) == _ref(row.ref)]
        return tuple(same or found)

    def _judged(self, row: Row, where: Where, doubt: str, others: Sequence[Where] = ()) -> Difference:
        """The row beside this measure. `doubt` says why that has to be asked."""
        m, picture = where.measure, where.picture
        if closed := self._closed(where):
            return Difference(row, Kind.CLOSED, closed, where)
        level = _level(row.level, picture)
        no_change = _is_no_change(row.level)
        if _stands_already(row, level, no_change, where):
            return Difference(row, Kind.UNCHANGED, SENT_ALREADY, where, level)
        fault = self._fault(row, level, no_change, where)
        if no_change and row.says_more:
            no_change, level = False, m.level  # words beside it: an update at the level that is agreed
        missing = {} if no_change or level is None else _missing(m, level, row.said)
        kind, why = Kind.FAULTY if fault or missing else Kind.SEND, ""
        if doubt:
            kind, why = Kind.ASK, doubt
        elif row.key and row.key.latest != m.latest_id:
            kind, why = Kind.CONFLICT, _meanwhile(where)
        sentence = " ".join(filter(None, (why, fault)))
        return Difference(row, kind, sentence, where, level, no_change, missing, tuple(others))

    def _closed(self, where: Where) -> str:
        m, picture = where.measure, where.picture
        if m.id not in self.own:
            return "No action names this post for this measure any more."
        if m.is_complete and not due.rolls(m.recurrence):
            return f"It was agreed as {m.level.word if m.level else ''}, complete."
        last = picture.last_meeting
        if last and last.state == MeetingState.HELD and (m.proposal or m.decision):
            return "The meeting is in session and this measure is on its table. Send it when the meeting is closed."
        if picture.next_meeting is None:
            return "No meeting is planned to which an update could be sent."
        return ""

    def _fault(self, row: Row, level: Level | None, no_change: bool, where: Where) -> str:
        if no_change:
            if row.says_more:
                return "It says “No change”, and words or figures beside it. Say which rating they are for."
            if where.measure.proposal:
                return "An update stands already, so “No change” says nothing. Leave it, or say what changed."
            if refusal := due.no_change_refusal(where.picture, where.measure, self.on):
                return f"“No change” is not enough here. {refusal}"
        elif row.level and level is None:
            words = ", ".join(each.word for each in where.picture.key)
            return f"“{row.level}” is no level of this plan. Choose one of {words}."
        elif not row.level:
            return "No rating was chosen."
        return ""


def _words(where: Where) -> str:
    return sheet.fold(plain(where.placed.text))


def _named(where: Where) -> str:
    return f"{where.placed.ref} {short_name(where.placed.text)}".strip()


def _ref(text: str) -> str:
    """ "1.1" for "1.10": Excel takes a reference for a number."""
    head, dot, tail = text.strip().partition(".")
    return f"{head}.{tail.rstrip('0')}" if dot else head


def _is_no_change(text: str) -> bool:
    return sheet.fold(text) == sheet.fold(NO_CHANGE)


def _level(text: str, picture: PlanPicture) -> Level | None:
    said = sheet.fold(text)
    by_word = {sheet.fold(level.word): level for level in picture.key}
    by_code = {sheet.fold(level.code): level for level in picture.key}
    return by_word.get(said) or by_code.get(said)


def _stands_already(row: Row, level: Level | None, no_change: bool, where: Where) -> bool:
    """The proposal that stands says just this."""
    stands = where.measure.proposal
    if stands is None:
        return False
    if no_change:
        return stands.words == NO_CHANGE and not row.says_more
    return (
        stands.level == level
        and all(_same(said, getattr(stands, name)) for name, said in row.said.items() if _counts(name, level))
        and [_number(f.number) for f in row.figures] == [f.number for f in stands.figures]
    )


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "").removesuffix("%"))
    except ValueError:
        return None


def _counts(name: str, level: Level | None) -> bool:
    """Whether this field is kept at this level: a plan to recover with Amber, a risk with Red."""
    token = level.token if level else ""
    return {"recovery_plan": token == Token.AMBER, "risk_note": token == Token.RED}.get(name, True)


def _missing(m: Measure, level: Level, said: dict[str, str]) -> dict[str, str]:
    return life.what_is_missing(
        level,
        said,
        is_milestone=m.milestone is not None,
        is_future=m.future,
        waits=lambda: bool(m.waits_on),
    )


def _same(one: str, other: str) -> bool:
    return plain(one).split() == plain(other).split()


def _meanwhile(where: Where) -> str:
    m = where.measure
    match m.stands:
        case Standing.RETURNED:
            return "The business unit has returned an update since the workbook was made."
        case Standing.WITHDRAWN:
            return "An update was taken back since the workbook was made."
        case Standing.AGREED | Standing.AMENDED:
            on = m.agreed.meeting_on if m.agreed else None
            at = f" at the meeting of {on:%-d %B %Y}" if on else ""
            return f"A rating was agreed{at} since the workbook was made."
        case Standing.DEFERRED | Standing.NOT_REACHED:
            return "A meeting has put this measure off since the workbook was made."
    return "Somebody has answered this measure since the workbook was made."


def counted(found: Iterable[Difference]) -> Iterator[tuple[Kind, list[Difference]]]:
    """The rows by what becomes of them, in the order in which a page shows them."""
    rows = list(found)
    for kind in Kind:
        if group := [each for each in rows if each.kind is kind]:
            yield kind, group
