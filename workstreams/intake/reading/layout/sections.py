"""The headings of a plan's sections: "Workstream 3: …", "2 LEADERSHIP", in a row, a line or a sheet's name."""

import re
from collections.abc import Collection, Iterator, Sequence

from ...document import Cell
from ..doubts import Doubts
from .tables import Section

NUMBER_LENGTH = 10

_WORD = (
    r"(?:ofsted |inspection |jtai |strategic |key |business plan )?(?:work ?stream|theme|priority"
    r"|recommendation|objective|goal"
    r"|strand|pillar|outcome|area|aim|finding|standard|domain|section|ws|area for (?:improvement"
    r"|development|priority action))"
)
_IN_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBERED = re.compile(
    rf"(?P<word>{_WORD})\s*(?:no\.?\s*|number\s*)?(?P<number>\d{{1,2}}|{'|'.join(_IN_WORDS)}"
    r"|[A-Z])(?![\w.]*\d)\b\s*[:.,)\-\u2010-\u2015]*\s*"
    r"(?P<title>.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_NAMED = re.compile(rf"(?P<word>{_WORD})\s*[:\-\u2010-\u2015]\s*(?P<title>.+)\Z", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(r"(\d{1,2})[.):]?\Z")
_NUMBER_AND_TITLE = re.compile(
    r"(?P<number>\d{1,2})(?:[.):]\s+|\s*[\u2010-\u2015:-]\s+|\s+)(?P<title>[^\W\d].*)\Z", re.DOTALL
)
_GOALS = re.compile(r"(?:strategic |key |required |expected )?(?:outcome|objective|goal)", re.IGNORECASE)
_GOAL = re.compile(
    rf"{_GOALS.pattern}\s*(?P<number>\d{{1,2}}(?:\.\d{{1,2}})?[a-z]?)?\s*[:.\u2010-\u2015-]\s*(?P<title>\S.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_AIM = re.compile(
    r"(?:the )?(?:overall |main |strategic )?aims?(?: of (?:the |this )?[\w ]{1,40}?)?\s*(?::"
    r"|\bis(?: to)?\b)\s*(?P<aim>.+)\Z",
    re.IGNORECASE | re.DOTALL,
)
_GENERIC = re.compile(
    r"(?:the |our |key )?(?:sheet|plan|action plan|actions?|business plan|improvement plan|main|data|table"
    r"|tracker|appendix|introduction"
    r"|background|context|purpose|governance|contents|foreword|vision|values|structure|monitoring|summary"
    r"|overview|annex|priorities"
    r"|workstreams|themes|outcomes|objectives|delivery plan|work ?plan)\s*[\dA-Z]?\Z",
    re.IGNORECASE,
)  # fmt: skip
_CONTINUED = re.compile(r"\s*[(\[\u2010-\u2015-]\s*cont(?:inued|'?d?)?\.?\s*[)\]]?\Z", re.IGNORECASE)
_DOTTED = re.compile(r"\d{1,2}\.\d{1,2}")
LONGEST_TITLE = 200


def begun(text: str) -> str:
    """The words that a later page goes on with: "Neglect (continued)" is "Neglect"."""
    return _CONTINUED.sub("", text)


def numbered(text: str) -> Section | None:
    """A line that opens a section by its word and number: "Theme 2 - Early help", "WORKSTREAM 3"."""
    text = begun(" ".join(text.split()))
    found = _NUMBERED.match(text)
    if not found:
        return None
    number = found["number"].casefold()
    if number in _IN_WORDS:
        number = str(_IN_WORDS.index(number) + 1)
    elif not number.isdigit() and found["title"] and text[found.end("number")] not in ":.)-–— ":
        return None
    word = "Workstream" if found["word"].casefold() in ("ws", "work stream") else found["word"].strip()
    title, aim = _title_and_aim(found["title"])
    return Section(word=_as_word(word), number=number.upper(), title=title, aim=aim)


def goal_in(text: str) -> str:
    """An outcome or objective that stands above its actions: "Outcome 1.2: …" is "1.2 …"; "" where it is none."""
    found = _GOAL.match(" ".join(text.split()))
    if not found:
        return ""
    number = found["number"] or ""
    return f"{number} {found['title']}" if "." in number else found["title"]


def goal_above(worded: Sequence[Cell], after: Sequence[Cell]) -> Cell | None:
    """A row of "1.2" and what is wanted, over a row that is numbered 1.2.1."""
    number = worded[0].text.strip().rstrip(".") if len(worded) == 2 else ""
    if not _DOTTED.fullmatch(number) or not any(c.text.strip().startswith(f"{number}.") for c in after[:2]):
        return None
    return Cell(worded[1].at, f"{number} {worded[1].text}")


def is_of_goals(section: Section) -> bool:
    return bool(_GOALS.fullmatch(section.word))


def _as_word(word: str) -> str:
    return word[:1].upper() + (word[1:].lower() if word.isupper() or word.istitle() else word[1:])


def _title_and_aim(text: str) -> tuple[str, str]:
    return (text.strip(), "")


def in_words(text: str) -> Section:
    """A section out of a cell that holds one: with or without word and number, its title is what is left."""
    if found := numbered(text):
        return found
    text = begun(" ".join(text.split()))
    if plain := _NUMBER_AND_TITLE.match(text):
        return Section(number=plain["number"], title=plain["title"].strip())
    if number := _NUMBER.match(text):
        return Section(number=number[1])
    if named := _NAMED.match(text):
        return Section(word=_as_word(named["word"]), title=named["title"].strip())
    return Section(title=text)


def in_row(cells: Sequence[Cell]) -> Section | None:
    """A row of a number and a title, or of one heading with its word and number; its words in one cell or two."""
    texts = [begun(" ".join(cell.text.split())) for cell in cells]
    if len(texts) == 2 and len(texts[1]) <= LONGEST_TITLE and not aim_of(texts[1]):
        if (number := _NUMBER.match(texts[0])) and not _NUMBER.match(texts[1]):
            return Section(number=number[1], title=texts[1])
        opened = numbered(texts[0])
        if opened and not opened.title:
            opened.title = texts[1]
            return opened
    if len(texts) == 1 and len(texts[0]) <= LONGEST_TITLE:
        return numbered(texts[0]) or _numbered_title(texts[0])
    return None


def _numbered_title(text: str) -> Section | None:
    found = _NUMBER_AND_TITLE.match(text)
    if found and not text.rstrip().endswith((".", "?", ";")):
        return Section(number=found["number"], title=found["title"].strip())
    return None


def aim_of(text: str) -> str:
    """ "The overall aim of Workstream 2: To …" is "To …"; "" where the line says no aim."""
    found = _AIM.match(" ".join(text.split()))
    return found["aim"].strip() if found else ""


def is_generic(text: str) -> bool:
    """A sheet's name or heading that names no section."""
    return not text.strip() or bool(_GENERIC.match(" ".join(text.split())))


def number_of(
    section: Section, printed: str, word: str, taken: Collection[str], free: Iterator[str], doubts: Doubts
) -> str:
    """The number that is printed, or the next free one. One that another section has already is asked about."""
    number = printed[:NUMBER_LENGTH]
    if not number or number not in taken:
        return number or next(free)
    assumed = next(free)
    answer = doubts.ask(
        f"number {section.at}",
        (section.at,),
        section.title or number,
        f"Another {word.lower()} has the number {number}. What is the number of this one?",
        assumed=assumed,
    ).strip()[:NUMBER_LENGTH]
    return assumed if answer in taken else answer or assumed
