"""Status words of plans that are not rated by colour: kept as printed, and complete only where the word says so."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ....picture import Level
from ....vocabulary import Token

WORD_LENGTH = 40  # of a level's word
_SHARE = re.compile(r"\d{1,2} ?%(?: complete| done)?")  # less than all of it is not complete
_WORDS = 5  # a status is a word or a few; more is a sentence

# Each is one of three: not begun, begun, complete. A word of none of these is kept, and asked about.
_NOT_BEGUN = """
    not started|not yet started|not begun|not commenced|to start|to be started|to do|to be done|planned|scheduled|
    pending|not due|not yet due|awaiting start|future|no progress|not progressed|not in place|new
"""
_BEGUN = """
    in progress|progressing|ongoing|on going|underway|under way|started|begun|commenced|continuing|in hand|in train|
    in development|being developed|in draft|drafted|active|live|open|work in progress|wip|on track|on target|
    on schedule|off track|off target|behind|behind schedule|at risk|delayed|late|overdue|slipped|slipping|deferred|
    postponed|on hold|held|paused|stalled|suspended|outstanding|incomplete|not complete|not completed|
    not yet complete|not yet completed|not achieved|not met|not done|not finished|not implemented|partial|
    partially complete|partially completed|partly complete|partly completed|partially achieved|partly achieved|
    partially met|partly met|partially implemented|partly done|part complete|part completed|nearly complete|
    nearly completed|almost complete|almost completed|mostly complete|near completion|nearing completion|
    some progress|good progress|limited progress|substantial progress|continuous|continual|yes in progress
"""
_COMPLETE = """
    complete|completed|action complete|action completed|fully complete|fully completed|all complete|all completed|
    now complete|now completed|complete and closed|completed and closed|done|achieved|fully achieved|finished|
    delivered|fully delivered|implemented|fully implemented|100%|100% complete|yes complete
"""


def _listed(words: str) -> frozenset[str]:
    return frozenset(word.strip() for word in words.replace("\n", " ").split("|"))


_RANKS = {
    **dict.fromkeys(_listed(_NOT_BEGUN), 0),
    **dict.fromkeys(_listed(_BEGUN), _BEGAN := 1),
    **dict.fromkeys(_listed(_COMPLETE), _COMPLETED := 2),
}
# Nothing is said by these.
BLANKS = _listed(
    "|-|n/a|na|not applicable|tbc|tba|tbd|to be confirmed|to be agreed|none|nil|not stated|not known|?"
)


def folded(text: str) -> str:
    """ "In-Progress." as "in progress"."""
    spaced = re.sub(r"[\s\u2010-\u2015\u2212_-]+", " ", text.casefold().replace("’", "'"))
    return spaced.strip(" .,;:!*()[]")


def likened(text: str) -> str:
    """The same for what means the same: "Complete" and "Completed", "On-going" and "Ongoing"."""
    said = folded(text)
    for one, other in (
        ("completed", "complete"),
        ("on going", "ongoing"),
        ("under way", "underway"),
        (" yet ", " "),
    ):
        said = said.replace(one, other)
    return said


def is_blank(text: str) -> bool:
    """Nothing, or what stands for nothing: "–", "N/A", "TBC"."""
    return folded(text) in BLANKS


def is_known(text: str) -> bool:
    return folded(text) in _RANKS or bool(_SHARE.fullmatch(folded(text)))


def is_complete(text: str) -> bool:
    return _RANKS.get(folded(text)) == _COMPLETED


def is_status(text: str) -> bool:
    """It is short enough to be a status, whatever it says."""
    text = text.strip()
    return (
        bool(text) and len(text) <= WORD_LENGTH and len(folded(text).split()) <= _WORDS and "\n" not in text
    )


@dataclass(frozen=True, slots=True)
class Opening:
    """A status at the beginning of a phrase, as printed, and what follows it."""

    status: str
    rest: str


_SIGNS = " ,;:.\u2013\u2014-\n"
_WORD_ENDS = re.compile(r"(?<=\S)(?=[\s,;:.(\u2013\u2014/-]|$)")


def opening(text: str) -> Opening:
    """The longest known status that the phrase begins with: "Completed January 2021" begins with "Completed"."""
    text = text.strip()
    ends = [end.start() for end in _WORD_ENDS.finditer(text[: WORD_LENGTH + 1])]
    for end in reversed(ends):
        if is_known(text[:end]):
            return Opening(text[:end].rstrip(_SIGNS), text[end:].strip(_SIGNS))
    return Opening("", text)


def key_of(words: Mapping[str, bool], known: tuple[Level, ...] = ()) -> tuple[Level, ...]:
    """A level for each of the words (and whether it is complete), without colour: not begun first, complete last.

    The words of a key that the plan has already are its levels, and those that no row names now stay in it.
    """
    levels = {likened(level.word): level for level in known}
    codes = {level.code for level in known}
    for word, complete in words.items():
        if likened(word) not in levels:
            code = _code(word, codes)
            codes.add(code)
            levels[likened(word)] = Level(code, word.strip(" ."), "", Token.GREY.value, complete, False)
    new = sorted((level for level in levels.values() if level not in known), key=_rank)
    return (*known, *new)


def level_of(word: str, key: tuple[Level, ...]) -> Level | None:
    return next((level for level in key if likened(level.word) == likened(word)), None)


def _rank(level: Level) -> int:
    return _COMPLETED if level.is_complete else min(_RANKS.get(folded(level.word), _BEGAN), _BEGAN)


def _code(word: str, taken: set[str]) -> str:
    """The first letters of its words, then more of the first word, then a number: never longer than three."""
    parts = re.findall(r"[A-Za-z0-9]+", word) or ["S"]
    initials = "".join(part[0] for part in parts).upper()[:3]
    letters = "".join(parts).upper()
    tries = [initials, letters[:2], letters[:3], *(letters[0] + c for c in letters[1:])]
    tries += [f"{letters[0]}{n}" for n in range(1, 100)]
    tries += [f"{n:03d}" for n in range(1, 1_000)]
    return next(code for code in tries if code not in taken)
