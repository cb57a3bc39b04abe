"""What a report prints: every sentence, list and row of it, frozen. Pure: no ORM, no clock, no request."""

from .answers import Answers, Asked, answers_of, asked_of_post
from .build import TOGETHER, addendum_of, pack_of, standing_now, standing_of, standing_then
from .challenges import Answer, Challenged, ChallengeLog, log_of, to_report
from .comparison import Compared
from .contents import OFFERED, Choice, Content, by_default, chosen, said
from .minutes import Minutes, minutes_of
from .paper import CouldNotDraw, Paper, packed, printable, unpacked
from .parts import (
    Addendum,
    Block,
    Highlight,
    Late,
    Line,
    Pack,
    Part,
    Said,
    Section,
    file_name,
    is_long,
    named,
)

__all__ = [
    "OFFERED",
    "TOGETHER",
    "Addendum",
    "Answer",
    "Answers",
    "Asked",
    "Block",
    "ChallengeLog",
    "Challenged",
    "Choice",
    "Compared",
    "Content",
    "CouldNotDraw",
    "Highlight",
    "Late",
    "Line",
    "Minutes",
    "Pack",
    "Paper",
    "Part",
    "Said",
    "Section",
    "addendum_of",
    "answers_of",
    "asked_of_post",
    "by_default",
    "chosen",
    "file_name",
    "is_long",
    "log_of",
    "minutes_of",
    "named",
    "pack_of",
    "packed",
    "printable",
    "said",
    "standing_now",
    "standing_of",
    "standing_then",
    "to_report",
    "unpacked",
]
