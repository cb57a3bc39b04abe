"""What stands in the workbook in which somebody answers for a post: a row for each measure that is asked for."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from workstreams import due
from workstreams.intake.text import plain
from workstreams.picture import Figure, Level, Measure, Placed, PlanPicture, Rating
from workstreams.sheet import FORM, Head, RowKey
from workstreams.vocabulary import NO_CHANGE, Token
from workstreams.words import dated, decider, hour, listed

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Asked:
    """One measure as its row prints it. `choices` are the words of the drop-down, `key` the hidden cell."""

    key: str
    plan: str
    ref: str
    outcome: str
    action: str
    measure: str
    target: str
    agreed: Level | None
    said: str
    choices: tuple[str, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """A workbook for one post. Two drawings of equal ones are equal."""

    partnership: str
    post: str
    on: date
    seq: int
    hash: str
    head: tuple[tuple[str, str], ...]
    lede: tuple[str, ...]
    rows: tuple[Asked, ...]
    plans: tuple[str, ...]  # titles
    hints: tuple[tuple[str, str], ...]  # by column, what it is needed for
    left_out: frozenset[str]  # columns that none of the rows needs

    @property
    def standing(self) -> str:
        return f"Updates of {self.post}, {dated(self.on)}"


def answers_of(
    pictures: Sequence[PlanPicture],
    *,
    post: int,
    title: str,
    posts: frozenset[int],
    person: int,
    partnership: str,
    key: str,
    at: datetime,
) -> Answers | None:
    """What is asked of a post in these plans; None where nothing is. `posts` are it and the bodies it makes up.

    `at` is now. `key` seals the rows, so that what comes back is told from what was pasted over.
    """
    asked = [(picture, placed) for picture in pictures for placed in asked_of_post(picture, posts)]
    if not asked:
        return None
    rows = tuple(
        _row(picture, placed, RowKey(post, placed.measure.id, placed.measure.latest_id), key)
        for picture, placed in asked
    )
    newest = max(pictures, key=lambda picture: picture.seq)
    head = Head(
        post=post,
        person=person,
        made_on=pictures[0].on.isoformat(),
        seq=newest.seq,
        plans=tuple(sorted({picture.ref for picture, _ in asked})),
        measures=tuple(placed.measure.id for _, placed in asked),
        form=FORM,
    )
    return Answers(
        partnership=partnership,
        post=title,
        on=pictures[0].on,
        seq=head.seq,
        hash=newest.hash,
        head=tuple(head.written(key)),
        lede=tuple(_meetings(pictures, at)),
        rows=rows,
        plans=tuple(dict.fromkeys(picture.title for picture, _ in asked)),
        hints=tuple(_hints(asked)),
        left_out=frozenset(_not_needed(asked)),
    )


def _hints(asked: Sequence[tuple[PlanPicture, Placed]]) -> Iterator[tuple[str, str]]:
    words: dict[str, dict[str, None]] = {}
    complete: dict[str, None] = {}
    for level in (level for picture, _ in asked for level in picture.key):
        words.setdefault(level.token, {})[level.word] = None
        if level.is_complete:
            complete[level.word] = None
    yield "words", "Two or three sentences. They are what is read first."
    for token, name, says in (
        (Token.AMBER, "recovery_plan", "what will be done, by whom and by when."),
        (Token.RED, "risk_note", "what is at risk, and what you ask for."),
    ):
        if token in words:
            yield name, f"Needed for {listed(list(words[token]))}: {says}"
    if complete:
        done = listed(list(complete))
        yield "evidence", f"Needed for {done} on a milestone: what shows that it is done."
        yield (
            "because",
            f"Needed for {done} where a lower milestone is open, or the measure is one of the future.",
        )


def _not_needed(asked: Sequence[tuple[PlanPicture, Placed]]) -> Iterator[str]:
    tokens = {level.token for picture, _ in asked for level in picture.key}
    if Token.AMBER not in tokens:
        yield "recovery_plan"
    if Token.RED not in tokens:
        yield "risk_note"
    if not any(placed.measure.future or placed.measure.waits_on for _, placed in asked):
        yield "because"
    if not any(placed.outcome.statement for _, placed in asked):
        yield "outcome"
    if len({picture.plan_id for picture, _ in asked}) < 2:
        yield "plan"


def asked_of_post(picture: PlanPicture, posts: frozenset[int]) -> list[Placed]:
    """What the next meeting asks of these posts: what is to do, most urgent first, then what is updated already."""
    to_do = due.to_do(picture, posts)
    updated = [p for p in due.own(picture, posts) if p.measure.asked and p.measure.updated]
    return [*to_do, *updated]


def _row(picture: PlanPicture, placed: Placed, row: RowKey, key: str) -> Asked:
    m = placed.measure
    words = [level.word for level in picture.key]
    if not due.no_change_refusal(picture, m, picture.on) and m.proposal is None:
        words.append(NO_CHANGE)
    return Asked(
        key=row.written(key, plain(placed.text)),
        plan=picture.title,
        ref=placed.ref,
        outcome=placed.outcome.statement,
        action=placed.action.text,
        measure=placed.text,
        target=m.target.text if m.target else "",
        agreed=m.level,
        said="\n\n".join(_said(m)),
        choices=tuple(words),
        figures=m.figures,
    )


def _said(m: Measure) -> Iterator[str]:
    """The newest first: what waits for the meeting or why it came back, then what was agreed."""
    if m.period:
        yield f"Asked for: {m.period.full_name}."
    if m.returned:
        yield f"Returned by the business unit on {dated(m.returned.effective_on)}: {m.returned.because}"
    if m.proposal:
        yield from _spoken(
            m.proposal,
            f"Sent on {dated(m.proposal.effective_on)} by {m.proposal.sent_by}",
            m.proposal.level,
            m.proposal.seq,
        )
    if m.agreed:
        on = dated(m.agreed.meeting_on or m.agreed.effective_on)
        told = m.proposed if m.proposed and m.proposed.words else m.agreed
        yield from _spoken(told, f"Agreed on {on}", m.level, m.agreed.seq)
        if m.agreed.because:
            yield f"Because: {m.agreed.because}"


def _spoken(rating: Rating, begin: str, level: Level | None, seq: int) -> Iterator[str]:
    record = f" (record {seq})" if seq else ""
    rated = f"{begin}: {level.word if level else 'not rated'}{record}."
    yield f"{rated} {rating.words}" if rating.words else rated
    if rating.recovery_plan:
        yield f"Plan to recover: {rating.recovery_plan}"
    if rating.risk_note:
        yield f"Risk: {rating.risk_note}"


def _meetings(pictures: Iterable[PlanPicture], at: datetime) -> Iterator[str]:
    """ "The Executive Group meets on …; updates close on …": once for each group."""
    told = set()
    for picture in pictures:
        meeting = picture.next_meeting
        if meeting is None or meeting.id in told:
            continue
        told.add(meeting.id)
        closes = meeting.papers_close_at.astimezone(LONDON)
        when = f"on {dated(closes)} at {hour(closes)}"
        updates = (
            f"Updates closed {when}: what you send now is marked as sent after papers."
            if closes < at
            else f"Updates close {when}."
        )
        yield f"The {decider(picture.deciding_group)} meets on {dated(meeting.held_on)}. {updates}"
