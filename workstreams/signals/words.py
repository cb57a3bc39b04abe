"""What is said again and again: no new words for some meetings, and the same recovery plan as last time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import ClassVar

from .. import due
from ..likeness import nearness, says_same
from ..vocabulary import Token
from ..words import counted, have
from .lives import Life, Record, Update
from .signal import Signal, share

SILENT = 3  # meetings: the Executive meets at least every six weeks, so about four months
NEARLY = 0.9  # of the words of two recovery plans that both have


@dataclass(frozen=True, slots=True)
class Silence:
    """A measure, the last update that said something new, and what each meeting since has had of it."""

    life: Life
    spoke: Update | None
    meetings: tuple[tuple[date, str], ...]

    @property
    def since(self) -> date:
        """The last meeting that had new words; without any, when the counting begins."""
        return began(self.life, self.spoke)


def new_words(life: Life) -> tuple[Update, ...]:
    """The updates that said something: not “No change”, and not what was said the time before."""
    found: list[Update] = []
    for update in life.updates:
        says = bool(update.words.strip()) and not update.says_no_change
        if says and not (found and says_same(update.words, found[-1].words)):
            found.append(update)
    return tuple(found)


def began(life: Life, spoke: Update | None) -> date:
    """The day after which a meeting without new words counts: that of the last meeting that had some. Without any, of
    its first agreement; without that, of its coming into the plan."""
    if spoke is not None:
        return spoke.heard_on or date.max
    return life.agreements[0].on if life.agreements else life.begun_on


def silence(life: Life, record: Record) -> Silence:
    said = new_words(life)
    spoke = said[-1] if said else None
    since = began(life, spoke)
    heard = {update.heard_on: update for update in life.updates}

    def had(day: date) -> str:
        update = heard.get(day)
        if update is None:
            return "nothing sent"
        return "No change" if update.says_no_change else "the same words"

    asked = (day for day in asked_at(life, record) if day > since)
    return Silence(life, spoke, tuple((day, had(day)) for day in asked))


def asked_at(life: Life, record: Record) -> Iterator[date]:
    """The meetings that ask for an update: of what is answered per period, those to which a period goes."""
    previous = None
    for day in record.meetings:
        if not life.rolls or due.period_for(life.measure.recurrence, day, previous):
            yield day
        previous = day


@dataclass(frozen=True)
class NothingNew(Signal):
    """No new words for three meetings."""

    key: ClassVar[str] = "silence"

    @property
    def open(self) -> tuple[Life, ...]:
        return tuple(life for life in self.record.lives if life.rolls or not life.measure.is_complete)

    @cached_property
    def found(self) -> tuple[Silence, ...]:
        every = (silence(life, self.record) for life in self.open)
        return tuple(
            sorted((s for s in every if len(s.meetings) >= SILENT), key=lambda s: (-len(s.meetings), s.since))
        )

    @property
    def asks(self) -> str:
        return "Nothing new said for three meetings?"

    @property
    def looked(self) -> str:
        decider = self.record.plan.decider
        return (
            f"Every {self.record.rated} that is still asked for, and the regular meetings of the {decider} since one"
            f" had new words of it: {SILENT} or more. “No change” and the words of the time before are not new; words"
            f" that wait for the next meeting are. What was never said a word of counts from its first"
            f" {self.record.plan.heads.word}. The"
            f" {decider} meets at least every six weeks, so three meetings are about four months."
        )

    @property
    def said(self) -> str:
        n, every = len(self.found), len(self.open)
        if not every:
            return f"No {self.record.rated} is asked for any more."
        whose = f"{share(n, every, self.record.rated)} still asked for"
        if not n:
            return f"{whose} has {'not ' * (every == 1)}been without new words for {SILENT} meetings."
        return f"{whose} {have(n)} had no new words for {SILENT} meetings or more."

    @property
    def short(self) -> str:
        return f"{len(self.found)} of {len(self.open)} still asked for"

    @property
    def worth(self) -> str:
        return "Has nothing happened, or has nobody said what happened?"


@dataclass(frozen=True, slots=True)
class Repeated:
    """A recovery plan that came again: the updates that gave it, newest first. `share` of the words is the same."""

    life: Life
    updates: tuple[Update, ...]
    share: float

    @property
    def now(self) -> Update:
        return self.updates[0]

    @property
    def first(self) -> Update:
        return self.updates[-1]

    @property
    def before(self) -> Update:
        return self.updates[1]

    @property
    def is_same(self) -> bool:
        return self.share >= 1

    @property
    def likeness(self) -> str:
        """ "word for word"; "92% of the words"."""
        return "word for word" if self.is_same else f"{int(self.share * 100)}% of the words"


def repeated(life: Life) -> Repeated | None:
    """The newest recovery plan with those before it that say the same or nearly; None where the last says otherwise."""
    said = [update for update in life.updates if not update.says_no_change]
    if not said or not said[-1].recovery_plan.strip() or life.measure.is_complete:
        return None
    plans = [update for update in reversed(said) if update.recovery_plan.strip()]
    run, share = [plans[0]], 1.0
    for older in plans[1:]:
        alike = likeness(run[-1].recovery_plan, older.recovery_plan)
        if alike < NEARLY:
            break
        run.append(older)
        share = min(share, alike)
    return Repeated(life, tuple(run), share) if len(run) > 1 else None


def likeness(one: str, other: str) -> float:
    """1 for the same words in the same order, whatever their case and spaces; less than 1 for any other."""
    return 1.0 if says_same(one, other) else min(nearness(one, other), 0.99)


@dataclass(frozen=True)
class SamePlan(Signal):
    """The same recovery plan as last time."""

    key: ClassVar[str] = "recovery"

    @cached_property
    def recovering(self) -> tuple[Life, ...]:
        """Those whose newest update gives a recovery plan, after another that gave one."""
        return tuple(
            life
            for life in self.record.lives
            if not life.measure.is_complete
            and sum(bool(u.recovery_plan.strip()) for u in life.updates) > 1
            and [u for u in life.updates if not u.says_no_change][-1].recovery_plan.strip()
        )

    @cached_property
    def found(self) -> tuple[Repeated, ...]:
        every = [found for life in self.record.lives if (found := repeated(life))]
        return tuple(sorted(every, key=lambda r: (-len(r.updates), -r.share)))

    @property
    def asks(self) -> str:
        return "The same recovery plan as last time?"

    @property
    def looked(self) -> str:
        return (
            "The recovery plan in the newest update, beside the one in the update before that gave any. The same is the"
            f" same words in the same order, whatever their spaces and capitals; nearly the same is {NEARLY:.0%} of the"
            " words or more. “No change” between them is passed over."
            f"{self.record.meaning_of(level for level in self.record.plan.key if level.token == Token.AMBER)}"
        )

    @property
    def said(self) -> str:
        n, every = len(self.found), len(self.recovering)
        rated = self.record.rated
        if not every:
            return f"No {rated} has given a recovery plan twice and is still recovering."
        whose = f"{share(n, every, rated)} that gave a recovery plan again"
        if not n:
            return f"{whose} gave {'another than' if every == 1 else 'the same as'} last time."
        return f"{whose} gave the same as last time, or nearly."

    @property
    def short(self) -> str:
        return f"{len(self.found)} of {counted(len(self.recovering), 'plan')} given again"

    @property
    def worth(self) -> str:
        return "What will be done otherwise, if the same plan has not brought it back by now?"
