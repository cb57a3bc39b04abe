"""The life of a rating: where an update can stand, and what can be done with it there. Pure.

The operations obey this table, and the drawing in docs/life-of-a-rating.md is made from it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

from .vocabulary import RatingStep, Token

Row = dict[str, Any]


class Standing(Enum):
    """Where the update of one measure stands; the value is how a page says it."""

    NOTHING = "Nothing sent"
    SENT = "Sent"
    TABLED = "In the papers"
    LATE = "Sent after papers"
    REPLACED = "Sent after papers, in place of what they show"
    ADDED = "Sent after papers, in an addendum"
    RETURNED = "Returned"
    WITHDRAWN = "Taken back"
    DEFERRED = "Deferred"
    NOT_REACHED = "Not reached"
    AGREED = "Agreed"
    AMENDED = "Amended"


class Act(Enum):
    """What can be done with it; the value is how the drawing says it."""

    SEND = "send"
    SEND_LATE = "send, papers being out"
    WITHDRAW = "take back"
    RETURN = "return, with a reason"
    ISSUE = "issue papers"
    ADD = "issue an addendum"
    RECALL = "withdraw papers"
    AGREE = "agree as proposed"
    AMEND = "agree another level, with a reason"
    SET = "set a level itself, with a reason"
    DEFER = "defer, with a reason"
    PASS_OVER = "not reach"  # noqa: S105 (no password)
    CORRECT = "correct what was recorded, with a reason"


Ends = dict[Act, tuple[Standing, ...]]

_DECIDE: Ends = {
    Act.AGREE: (Standing.AGREED,),
    Act.AMEND: (Standing.AMENDED,),
    Act.DEFER: (Standing.DEFERRED,),
    Act.PASS_OVER: (Standing.NOT_REACHED,),
}


# A meeting that is called specially leaves what it does not decide where it was: in the papers of the next one.
def _decide_in_papers(here: Standing) -> Ends:
    return _DECIDE | {
        Act.DEFER: (Standing.DEFERRED, here),
        Act.PASS_OVER: (Standing.NOT_REACHED, here),
    }


# What was recorded as agreed and had been put off stands again, where it stood.
_CORRECT: Ends = {
    Act.CORRECT: (
        Standing.AGREED,
        Standing.AMENDED,
        Standing.DEFERRED,
        Standing.NOT_REACHED,
        Standing.TABLED,
        Standing.LATE,
        Standing.REPLACED,
        Standing.ADDED,
    )
}
_BEGIN: Ends = {Act.SEND: (Standing.SENT,), Act.SEND_LATE: (Standing.LATE,), Act.SET: (Standing.AMENDED,)}
_TAKE_OUT: Ends = {Act.WITHDRAW: (Standing.WITHDRAWN,), Act.RETURN: (Standing.RETURNED,)}
_WAITING: Ends = _TAKE_OUT | _DECIDE | {Act.SEND: (Standing.SENT,), Act.ISSUE: (Standing.TABLED,)}
# Papers that are withdrawn leave what was held over where it stood before.
_RECALL: Ends = {Act.RECALL: (Standing.SENT, Standing.DEFERRED, Standing.NOT_REACHED)}
_REPLACE: Ends = {Act.SEND_LATE: (Standing.REPLACED,)}
_ADD: Ends = {Act.ADD: (Standing.ADDED,)}

LIFE: dict[Standing, Ends] = {
    Standing.NOTHING: _BEGIN,
    Standing.SENT: _WAITING,
    Standing.TABLED: _RECALL | _decide_in_papers(Standing.TABLED) | _REPLACE,
    Standing.LATE: _RECALL
    | _TAKE_OUT
    | _decide_in_papers(Standing.LATE)
    | _ADD
    | {Act.SEND_LATE: (Standing.LATE,)},
    Standing.REPLACED: _RECALL | _decide_in_papers(Standing.REPLACED) | _ADD | _REPLACE,
    Standing.ADDED: _RECALL | _decide_in_papers(Standing.ADDED) | _REPLACE,
    Standing.RETURNED: _BEGIN,
    Standing.WITHDRAWN: _BEGIN,
    Standing.DEFERRED: _WAITING,
    Standing.NOT_REACHED: _WAITING,
    Standing.AGREED: _BEGIN | _CORRECT,
    Standing.AMENDED: _BEGIN | _CORRECT,
}

_IN_PAPERS = (
    "It is in the papers that were issued, and those stay as they are. A newer update can be sent: it goes into an"
    " addendum."
)
_IN_ADDENDUM = (
    "It is in the addendum that was issued, and that stays as it is. A newer update can be sent: it goes into another"
    " addendum."
)
_NONE = "none has been sent, or it has been decided or taken out."


class Level(Protocol):
    """What is asked about a level of a plan's key."""

    @property
    def word(self) -> str: ...
    @property
    def token(self) -> str: ...
    @property
    def is_complete(self) -> bool: ...


def what_is_missing(
    level: Level,
    said: Mapping[str, str],
    *,
    is_milestone: bool,
    is_future: bool,
    waits: Callable[[], bool],
) -> dict[str, str]:
    """By field, what an update at this level must say and does not: the key of the 2023/24 plan, and evidence where
    it asks for "discrete evidence". `waits`: whether a lower milestone of the same outcome is open.
    """

    def lacks(field: str) -> bool:
        return not said.get(field, "").strip()

    errors = {}
    if lacks("words"):
        errors["words"] = "Say in a sentence or two what is happening."
    if level.token == Token.AMBER and lacks("recovery_plan"):
        errors["recovery_plan"] = (
            f"{level.word} means issues with a realistic plan to recover. Say what the plan is and by when."
        )
    if level.token == Token.RED and lacks("risk_note"):
        errors["risk_note"] = f"Say what the risk is and what help {level.word} asks of the Executive."
    if level.is_complete and is_milestone and lacks("evidence"):
        errors["evidence"] = "A milestone is complete when its evidence is named. Say what shows it is done."
    if level.is_complete and lacks("because"):
        if is_future:
            errors["because"] = (
                "This is a Future measure, whose groundwork is for later years. Say why it is complete already."
            )
        elif waits():
            errors["because"] = (
                "A lower milestone of this outcome is still open. Say why this one is complete."
            )
    return errors


def refusal(act: Act, standing: Standing) -> str:
    """Why this can't be done with an update that stands there, in a sentence; "" where it can."""
    if act in LIFE[standing]:
        return ""
    match act:
        case Act.WITHDRAW | Act.RETURN:
            verb = "take back" if act is Act.WITHDRAW else "return"
            if standing in (Standing.TABLED, Standing.REPLACED, Standing.ADDED):
                issued = _IN_ADDENDUM if standing is Standing.ADDED else _IN_PAPERS
                return (
                    f"The business unit cannot return this update. {issued}" if act is Act.RETURN else issued
                )
            return f"There is no update to {verb}: {_NONE}"
        case Act.DEFER | Act.PASS_OVER:
            return "Nothing is proposed for this measure, so there is nothing to put off."
        case Act.AGREE | Act.AMEND:
            return "Nothing is proposed for this measure, so there is nothing to agree as it stands."
        case Act.SET:
            return "An update stands for this measure. Agree it, or agree another level and say why."
        case Act.SEND:
            return "The papers for the next meeting are out, so this is sent after them."
        case Act.SEND_LATE:
            return "No papers are out, so nothing is sent after them."
        case Act.ISSUE:
            return "There is nothing here to put into the papers."
        case Act.ADD:
            return "There is nothing here that was sent after the papers or the last addendum."
        case Act.RECALL:
            return "No papers are out that hold this update."
        case Act.CORRECT:
            return "This update has not been agreed, so there is nothing in it to correct."


@dataclass(frozen=True, slots=True)
class PapersOut:
    """The papers of the meeting that is to come or in session: when they were issued, and their newest addendum."""

    meeting_id: int
    at: datetime
    newest_at: datetime


def lived(steps: Sequence[Row]) -> list[Row]:
    """The steps with each correction in the place of what it corrects: it changes what was decided there, and
    leaves what came since as it stands."""
    placed: list[Row] = []
    for step in steps:
        place = None
        if step["corrects_id"] is not None:
            place = next((n for n, s in enumerate(placed) if s["id"] == step["corrects_id"]), None)
        if place is None:
            placed.append(step)
        else:
            placed[place] = step
    return placed


def standing(steps: Sequence[Row]) -> tuple[Row | None, Row | None]:
    """(the proposal that stands undecided, the step that held it over), from the steps of one measure in order.

    A removal or an agreement ends a proposal; deferred and not reached leave it standing.
    """
    proposal = held_over = None
    for step in lived(steps):
        if step["step"] == RatingStep.PROVISIONAL:
            proposal, held_over = step, None
        elif step["step"] in (RatingStep.AGREED, RatingStep.REMOVED):
            proposal = held_over = None
        elif proposal is not None:
            held_over = step
    return proposal, held_over


def decided_on(steps: Sequence[Row], agreed: Row | None) -> Row | None:
    """The proposal that this agreement decided; None: a level set by itself."""
    steps = lived(steps)
    return standing(steps[: steps.index(agreed)])[0] if agreed in steps else None


def where(steps: Sequence[Row], papers: PapersOut | None, unit_posts: Collection[int]) -> Standing:
    """Where the update stands, from the steps of one measure in order (columns of Rating).

    `papers` are those that are out, `unit_posts` the business unit's posts: what they take out is returned.
    """
    if not steps:
        return Standing.NOTHING
    proposal, held_over = standing(steps)
    if proposal is None:
        return _ended(steps, unit_posts)
    if papers and not (held_over and held_over["meeting_id"] == papers.meeting_id):
        if proposal["at"] <= papers.at:
            return Standing.TABLED
        if proposal["meeting_id"] == papers.meeting_id:
            if proposal["at"] <= papers.newest_at:
                return Standing.ADDED
            return Standing.REPLACED if _papers_show_another(steps, papers) else Standing.LATE
    return Standing[held_over["step"]] if held_over else Standing.SENT


def _papers_show_another(steps: Sequence[Row], papers: PapersOut) -> bool:
    """What was issued shows a proposal that nobody has decided since."""
    shown = False
    for step in lived(steps):
        if step["step"] == RatingStep.PROVISIONAL:
            shown = shown or step["at"] <= papers.newest_at
        elif step["step"] in (RatingStep.AGREED, RatingStep.REMOVED):
            shown = False
    return shown


def _ended(steps: Sequence[Row], unit_posts: Collection[int]) -> Standing:
    steps = lived(steps)
    last = steps[-1]
    if last["step"] == RatingStep.REMOVED:
        taken, _ = standing(steps[:-1])
        by_unit = last["for_post_id"] in unit_posts
        own = taken is not None and taken["for_post_id"] == last["for_post_id"]
        return Standing.RETURNED if by_unit and not own else Standing.WITHDRAWN
    proposal = decided_on(steps, last)
    as_proposed = proposal["level_id"] == last["level_id"] if proposal else not last["because"]
    return Standing.AGREED if as_proposed else Standing.AMENDED


def drawing() -> str:
    """The life as a state diagram in Mermaid's words."""
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{standing.value}" as {standing.name}' for standing in Standing]
    lines += ["    [*] --> NOTHING", "    [*] --> AGREED: taken over as agreed before"]
    for begun, acts in LIFE.items():
        by_end: dict[Standing, list[str]] = {}
        for act, ends in acts.items():
            for end in ends:
                by_end.setdefault(end, []).append(act.value)
        lines += [f"    {begun.name} --> {end.name}: {' / '.join(said)}" for end, said in by_end.items()]
    return "\n".join(lines)


def page() -> str:
    """docs/life-of-a-rating.md: the drawing, and what is answered where a step is refused."""
    rows = []
    for act in Act:
        refused: dict[str, list[str]] = {}
        for begun in Standing:
            if sentence := refusal(act, begun):
                refused.setdefault(sentence, []).append(begun.value)
        rows += [f"| {act.value} | {'; '.join(at)} | {sentence} |" for sentence, at in refused.items()]
    return _PAGE.format(drawing=drawing(), rows="\n".join(rows))


_PAGE = """\
# The life of a rating

Where the update of one measure can stand, and what can be done with it there. `workstreams/life.py` says so, the
operations obey it, and a test walks it. This page is made from it:

    python -m workstreams.life > docs/life-of-a-rating.md

```mermaid
{drawing}
```

## What cannot be done, and why

Every step that the drawing does not show is refused in a sentence, and writes nothing.

| step | where the update stands | why not |
|---|---|---|
{rows}
"""


if __name__ == "__main__":
    print(page(), end="")
