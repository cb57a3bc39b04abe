"""What reading a document gives: a picture, the questions about it, and where each value stands in the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ...picture import Level, PlanPicture


class NotAPlan(Exception):
    """Nothing in this file can be read as a plan. Its sentence says why, and what to do."""


class Field(StrEnum):
    """What a column of a plan's table holds. The value is how the mapping step names it."""

    REFERENCE = "Reference"
    WORKSTREAM = "Workstream, theme, priority or recommendation"
    OUTCOME = "Required outcome or objective"
    ACTION = "Action"
    OFFICER = "Who is responsible"
    TARGET = "Target date, or by when"
    RATING = "Rating or status"
    MEASURE = "Measure of impact, or how success is known"
    PROGRESS = "Progress or update"
    IMPACT = "Impact reported and accepted"
    SOURCE = "Source"
    IGNORED = "Nothing that the plan keeps"


@dataclass(frozen=True, slots=True)
class KnownPost:
    """A post that the partnership has, with every spelling it is known by (its title among them)."""

    id: int
    title: str
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What the partnership has already: its posts; and, where a plan is read anew, that plan's key.

    `seals` are the secrets by which a workbook of ours may be sealed.
    """

    posts: tuple[KnownPost, ...] = ()
    key: tuple[Level, ...] = ()
    seals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """One doubt. `key` names it, the same whenever the same file is read; `assumed` holds until it is answered.

    What is assumed is always what invents nothing: not rated, no date, no post, left out. No choices: any words.
    """

    key: str
    at: tuple[str, ...]  # the cells that it is about
    printed: str
    sentence: str
    choices: tuple[Choice, ...]
    assumed: str


@dataclass(frozen=True, slots=True)
class Note:
    """What was put together from more than one place, or left out, said for whoever checks. Asks nothing."""

    at: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file with what it seems to hold: for the mapping step."""

    key: str  # the table's heading words, folded: the same column in a newer edition has the same key
    heading: str
    examples: tuple[str, ...]
    holds: Field | None  # None: nobody knows


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as it was understood. Rows kept + rows questioned = rows of the plan's tables in the file.

    `cells` says where each value stands: {"-7 target": "Table 3, row 5, column 4"}, by the id in the picture
    and the name of its field there. `new_posts` are titles that officers' cells name and no post is known for; the
    picture's officers of these have a post_id below 0, the same for the same title.
    """

    picture: PlanPicture
    questions: tuple[Question, ...]
    notes: tuple[Note, ...]
    cells: Mapping[str, str]
    columns: tuple[Column, ...]
    new_posts: Mapping[int, str] = field(default_factory=dict)
    rows: int = 0
    rows_kept: int = 0
    rows_questioned: int = 0
    needs_mapping: bool = (
        False  # its columns could not be told apart by their headings: ask before anything else
    )
    agreed_on: str = ""  # the day (ISO) that the document itself gives to the agreement of its ratings, or ""
    label: str = ""  # the version that the document says it is
