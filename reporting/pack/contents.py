"""Which parts a pack can have, and which it has when nobody chooses."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from workstreams.vocabulary import PackKind


class Content(StrEnum):
    """A part of a pack, in the order in which they are printed. Cover and changes come before, the anchor after."""

    WHERE = "WHERE"
    EXCEPTIONS = "EXCEPTIONS"
    DECISIONS = "DECISIONS"
    CHALLENGES = "CHALLENGES"
    IMPACT = "IMPACT"
    HIGHLIGHTS = "HIGHLIGHTS"
    SLIPS = "SLIPS"
    RECURRING = "RECURRING"
    PLAN = "PLAN"
    VERSIONS = "VERSIONS"


@dataclass(frozen=True, slots=True)
class Choice:
    """One part as the builder offers it."""

    content: Content
    label: str
    says: str
    by_default: bool = True


WHERE = Choice(Content.WHERE, "Where we are", "A chart and a table: how many ratings stand at each level.")
SLIPS = Choice(Content.SLIPS, "Slips", "Targets that moved: first date, number of moves, months in all.")
PLAN = Choice(Content.PLAN, "The whole plan", "Every measure, by workstream, with its key and its tags.")
IMPACT = Choice(
    Content.IMPACT, "Complete, impact not accepted", "Complete measures whose impact was not accepted yet."
)
OFFERED: dict[str, tuple[Choice, ...]] = {
    PackKind.EXECUTIVE: (
        WHERE,
        Choice(
            Content.EXCEPTIONS,
            "Exceptions",
            "Red, Amber with its plan to recover, overdue, not updated.",
        ),
        Choice(
            Content.DECISIONS,
            "Decisions asked for",
            "Ratings proposed, other dates asked for, impact to accept. Once agreed: what was amended.",
        ),
        Choice(
            Content.CHALLENGES,
            "Challenges",
            "What the independent scrutineer questions: open ones with their answers, and those closed since.",
        ),
        IMPACT,
        Choice(Content.HIGHLIGHTS, "Highlight reports", "What each group reports beside its ratings."),
        SLIPS,
        Choice(
            Content.RECURRING, "Recurring measures", "What was asked for this meeting, and what was missed."
        ),
        PLAN,
        Choice(Content.VERSIONS, "Table of versions", "Every version of the plan with what changed in it."),
    ),
    PackKind.ADDENDUM: (),
    PackKind.PUBLISHED: (
        WHERE,
        Choice(IMPACT.content, IMPACT.label, IMPACT.says, by_default=False),
        SLIPS,
        PLAN,
        Choice(Content.VERSIONS, "Table of versions", "The versions that were agreed."),
    ),
}
EVERYTHING = tuple(Content)

# In the middle of a sentence.
NAMED = {
    PackKind.EXECUTIVE: "Executive pack",
    PackKind.ADDENDUM: "addendum",
    PackKind.PUBLISHED: "published edition",
}


def said(kind: str) -> str:
    """The kind of a pack in the middle of a sentence."""
    return NAMED[PackKind(kind)]


def by_default(kind: str) -> tuple[Content, ...]:
    """What a pack of this kind holds where nobody chose."""
    return tuple(choice.content for choice in OFFERED[kind] if choice.by_default)


def chosen(kind: str, codes: Iterable[str]) -> tuple[Content, ...]:
    """These parts in the order in which they are printed. Raises ValueError for one that this kind does not have."""
    offered = [choice.content for choice in OFFERED[kind]]
    asked = set(codes)
    if foreign := asked - set(offered):
        raise ValueError(f"No part of this kind of pack: {', '.join(sorted(foreign))}.")
    return tuple(content for content in offered if content in asked)
