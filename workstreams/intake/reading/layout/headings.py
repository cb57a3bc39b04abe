"""What a column holds, by the words of its heading: the words of many partnerships, in any case and number."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from ....titles import fold
from ...document import Cell
from ..understood import Field

LONGEST = 90  # a heading is never a sentence of the plan

_AIM = r"(?:outcome|objective|aim|goal|result|ambition|recommendation outcome)s?"
_WORDS: tuple[tuple[Field, str], ...] = (
    (
        Field.REFERENCE,
        r"(?:action|task|step|outcome|objective|priority|theme|recommendation|rec|measure|item|row|line|serial) ?"
        r"(?:ref(?:erence)?|nos?|numbers?|id|#)",
    ),
    (Field.IGNORED, r"date (?:completed|closed|added|started|updated)|start(?: date)?"
                    r"|completion status date|budget|costs?"),
    (Field.IMPACT, r"impact (?:accepted|reported\b.*|to date)|.*\baccepted\b.*|impact achieved"),
    (
        Field.MEASURE,
        r"(?:key )?(?:impact|success|performance|outcome|progress) (?:measure|indicator|criteria|criterion|factor)s?"
        r"|(?:impact|success)|measures?|measures? of (?:the )?(?:impact|success|outcomes?|progress)|k ?p ?is?"
        r"|how (?:will|do|would|can) (?:we|you) (?:know|measure|evidence|show|tell)\b.*"
        r"|how (?:we|you) (?:will |can |would )?(?:know|measure|evidence|show|tell)\b.*|how (?:success"
        r"|impact) is known"
        r"|what (?:will|does|would) (?:success|good|it) look like.*|(?:what )?difference (?:it "
        r"|this )?will (?:it )?make.*"
        r"|what difference .*|evidence of (?:success|impact|completion|outcomes?)"
        r"|indicators?(?: of success)?|milestones?"
        r"|(?:intended|expected|planned|desired) impact|measures? and evidence|success looks like|measured by"
        r"|evidence(?: ?(?:/|and) ?(?:impact|outcomes?))?",
    ),
    (
        Field.OFFICER,
        r"(?:responsible|lead|accountable|action|named|owning|strategic|operational) "
        r"(?:officer|person|persons|people|lead|owner|agency|agencies|organisation|partner|post|individual"
        r"|group|professional)s?"
        r"(?: and .*)?|responsibility(?: of)?|responsible|leads?|owners?|ownership|(?:by )?whom?|who(?: is"
        r"|s| will)?\b.*"
        r"|accountab(?:le|ility)|dsl|dsp|assigned to|officers?|delivered by|lead ?/ ?owner|lead officer.*"
        r"|person responsible|people responsible|officers? responsible|support(?:ing|ed)? (?:officer|lead"
        r"|agency|by)s?|post",
    ),
    (
        Field.TARGET,
        r"(?:target|due|completion|end|planned|deadline|milestone|delivery|proposed|expected) (?:completion )?dates?"
        r"|targets?|by when|when(?: by)?|when (?:will|is)\b.*|time ?(?:scale|frame|line"
        r"|table)s?(?: for .*)?|deadlines?"
        r"|due(?: by)?|dates?(?: for completion| due| by)?|to be (?:completed|done|delivered) by"
        r"|completion|date to be .*"
        r"|complete by|completed by|target date for .*|end|finish",
    ),
    (
        Field.RATING,
        r"(?:(?:current|latest) )?b?rag(?:p|b|y)?(?: ?/ ?status)?(?: rate[ds]?| rating| status| score| colour)?s?"
        r"|(?:current |action |overall |progress )?"
        r"(?:status|rating|rated)(?: b?rag)?|(?:current |overall )?b?rag (?:rating|status)|colour"
        r"|how (?:are we|is it|is this) (?:doing|going)|(?:progress|status) b?rag|traffic light.*"
        r"|(?:done|complete|achieved)(?: ?y ?/ ?n| yes ?/ ?no)?",
    ),
    (
        Field.PROGRESS,
        r"(?:latest |current |action )?(?:progress|update|position|commentary|narrative|comment)s?"
        r"(?: (?:update|note|made|to date|so far|report|against|since|and|position|comment)s?\b.*)?"
        r"|what (?:has been|have we) (?:done|achieved).*"
        r"|evidence of progress|where are we now|achieve(?:d|ments?) to date|impact and progress|progress .*",
    ),
    (Field.SOURCE, r"sources?(?: of .*)?|origin|(?:linked|link|links) to.*|arising from|source document|review"),
    (
        Field.ACTION,
        r"(?:key |agreed |planned |required |smart |specific |priority |proposed |main |improvement )*"
        r"(?:action|task|step|activity|activities|deliverable)s?(?: \S+)?(?: (?:to be taken|required"
        r"|needed|to take|to achieve .*|point|plan))?"
        r"|what (?:will|are|do) we (?!want|hope|aim|expect|achieve|see|know).*|what we (?:will|are|plan"
        r"|intend|need)\b(?! (?:to )?achieve).*"
        r"|what (?:needs|do we need) to .*|what(?: will be done)?|how(?: will we (?:do|achieve|get).*)?"
        r"|what is (?:going to be|to be) done|(?:what )?we will|actions? we .*|next steps|(?:things )?to do",
    ),
    (
        Field.OUTCOME,
        rf"(?:required |desired |intended |expected |strategic |key |planned |agreed |our |smart "
        rf"|priority |overall |high level )*{_AIM}"
        r"|what (?:do |will )?we (?:want|hope|aim|expect|achieve)\b.*|what we (?:will|need to) achieve.*"
        r"|(?:outcomes?|objectives?) (?:required|sought|we want.*|and .*)|why|aims? and objectives?",
    ),
    (
        Field.WORKSTREAM,
        r"(?:strategic |key |business plan |plan |our )?(?:workstream|work stream|theme|strand|pillar"
        r"|priority|priorities|priority area)s?"
        r"|(?:ofsted |inspection |jtai |review )?(?:recommendation|finding)s?|areas? (?:for"
        r"|of) (?:improvement|development|focus|priority action)|areas?"
        r"|standards?|domains?",
    ),
    (Field.REFERENCE, r"ref(?:erence)?(?: (?:no|number))?|no|nos|numbers?|#|id|item(?: no| number)?"
                      r"|(?:action|outcome|objective|action ref|s) ?(?:no|ref|id|number|reference)"),
)  # fmt: skip
# One telling word, for a heading of a plan's row that says it in its own way: "Lead agency/person", "Completion by".
_TELLING: tuple[tuple[Field, str], ...] = (
    (Field.OFFICER, r"leads?|owners?|responsible|responsibility|accountable|accountability"),
    (Field.TARGET, r"deadline|timescales?|timeframes?|due|completion|by when|target dates?"),
    (Field.RATING, r"b?rag|status"),
    (Field.PROGRESS, r"progress|updates?|position|commentary|notes?"),
    (Field.MEASURE, r"impact|success|measures?|indicators?|evidence"),
    (Field.ACTION, r"actions?|tasks?|activity|activities"),
    (Field.OUTCOME, r"outcomes?|objectives?|goals?|required improvements?"),
    (Field.WORKSTREAM, r"themes?|workstreams?|priorities|recommendations?|findings?|areas?"),
)
_LOOSE = tuple((field, re.compile(rf"\b(?:{words})\b")) for field, words in _TELLING)
_OF_OTHERS = re.compile(
    r"\b(?:risks?|costs?|budget|funding|resources?|likelihood|added|raised|created|closed|start"
    r"|review(?:ed)?|completed|not|previous|prior|former|initial|original|baseline)\b"
)
_PATTERNS = tuple((field, re.compile(rf"(?:{words})\Z")) for field, words in _WORDS)
_ASIDE = re.compile(r"\([^()]*\)")
# A column of one quarter or month: "RAG Q2", "Update July 2023".
_TIME = (
    r"(?:q[1-4]|quarter [1-4]|(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)(?: \d\d)?|20\d\d(?:[/ ]\d\d)?|\d\d? ?/ ?\d\d?(?: ?/ ?\d\d(?:\d\d)?)?)"
)
_TIMED = re.compile(rf"^(?:{_TIME}\b\s*)+(?=\S)|(?<=\S)(?:\s+(?:at |as at |in |for )?{_TIME}\b)+$")
_NOT_WORDS = re.compile(r"[^\w#/ ]+")
# Bare words that mean what is hoped for to the left of the actions, and how it is measured to the right.
_HOPED_FOR = re.compile(r"(?:(?:expected|intended|desired|planned) )?(?:outcome|result)s?\Z")
_COLOURED = re.compile(r"\b(?:b?rag\w*|colour|traffic light)\b")
_PLAN = {Field.ACTION, Field.OUTCOME, Field.MEASURE}
_ASKED = {Field.ACTION, Field.TARGET, Field.RATING}
_SHARED = {Field.OFFICER, Field.PROGRESS}  # columns of which a plan may have several


@lru_cache(4096)
def key_of(heading: str) -> str:
    """A heading as the mapping of columns names it: the same however it is printed."""
    return fold(heading.replace("\n", " "))


@lru_cache(4096)
def field_of(heading: str) -> Field | None:
    """What a column with this heading holds; None where its words do not tell."""
    whole = key_of(heading)
    bare = " ".join(_NOT_WORDS.sub(" ", _ASIDE.sub(" ", whole)).split())
    for words in (whole, bare, _TIMED.sub("", bare)):
        plain = " ".join(_NOT_WORDS.sub(" ", words).split())
        if not plain or len(plain) > LONGEST:
            continue
        for field, pattern in _PATTERNS:
            if pattern.match(plain):
                return field
    return None


Heads = Mapping[int, Field]


def heads_of(row: Sequence[Cell], mapping: Mapping[str, Field] | None = None) -> dict[int, Field] | None:
    """The known columns of a heading row by position; None where the row is no heading of a plan."""
    texts = _distinct(row)
    if len(texts) < 2 or sum(len(text) > LONGEST for text in texts.values()) > 0:
        return None
    known: dict[int, Field | None] = {n: field_of(text) for n, text in texts.items()}
    if mapping:
        known |= {n: mapping[key] for n, text in texts.items() if (key := key_of(text)) in mapping}
        mapped = sum(key_of(text) in mapping for text in texts.values())
        if mapped < 2 and mapped < len(texts):
            return None
        chosen = {known[n] for n, text in texts.items() if key_of(text) in mapping} - _SHARED
        return {
            n: field
            for n, field in known.items()
            if field and (key_of(texts[n]) in mapping or field not in chosen)
        }
    found = _settled(known, texts)
    fields = set(found.values()) - {Field.IGNORED}
    if not fields & _PLAN or len(fields) < 2:
        return None
    # Three known headings, or two that are all there is: two words of a sentence are no heading.
    return _loosely(found, texts) if len(fields) >= 3 or len(texts) <= 3 else None


def _loosely(found: dict[int, Field], texts: Mapping[int, str]) -> dict[int, Field]:
    """With the columns of which one word tells what they hold, where no other column does."""
    for n, text in texts.items():
        plain = key_of(text)
        if n in found or field_of(text) or _OF_OTHERS.search(plain):
            continue
        told = [field for field, word in _LOOSE if word.search(plain)]
        if told and told[0] is Field.OUTCOME and any(n > m and f is Field.ACTION for m, f in found.items()):
            told = [Field.MEASURE]  # "Outcome for children", to the right of the actions
        if told and (told[0] in _SHARED or told[0] not in found.values()):
            found[n] = told[0]
    return found


def _distinct(row: Sequence[Cell]) -> dict[int, str]:
    """The worded cells of a row, a merged one at its first place."""
    seen: set[str] = set()
    texts = {}
    for n, cell in enumerate(row):
        if not cell.is_blank and cell.at not in seen:
            seen.add(cell.at)
            texts[n] = cell.text
    return texts


def _settled(known: Mapping[int, Field | None], texts: Mapping[int, str]) -> dict[int, Field]:
    """One column a field: where two claim it, the words beside them tell which is which."""
    found = {n: field for n, field in known.items() if field}
    action = next((n for n, field in found.items() if field is Field.ACTION), None)
    fields = list(found.values())
    for n, field in list(found.items()):
        bare = _HOPED_FOR.match(_NOT_WORDS.sub(" ", key_of(texts[n])).strip())
        right = action is not None and n > action
        if field is Field.OUTCOME and bare and right and Field.MEASURE not in fields:
            found[n] = Field.MEASURE
        if field is Field.WORKSTREAM and fields.count(Field.WORKSTREAM) > 1 and n != _first(found, field):
            if Field.OUTCOME in fields:
                del found[n]
            else:
                found[n] = Field.OUTCOME
    aims = [n for n, field in found.items() if field is Field.OUTCOME and (action is None or n < action)]
    if len(aims) > 1 and Field.WORKSTREAM not in fields:
        found[aims[0]] = Field.WORKSTREAM  # "Strategic aim" before "Objective"
    ratings = [n for n, field in found.items() if field is Field.RATING]
    coloured = [n for n in ratings if _COLOURED.search(key_of(texts[n]))]
    for n in ratings if len(coloured) == 1 else ():
        if n not in coloured:
            found[n] = Field.PROGRESS  # a status in words beside the colour
    for field in set(found.values()) - _SHARED - {Field.REFERENCE, Field.IGNORED}:
        claims = [n for n, each in found.items() if each is field]
        for n in claims[1:]:
            del found[n]
    return found


def _first(found: Mapping[int, Field], field: Field) -> int:
    return min(n for n, each in found.items() if each is field)


def rivals(row: Sequence[Cell]) -> tuple[str, ...]:
    """Headings that claim one column of actions, dates or ratings together: somebody has to say which it is."""
    texts = _distinct(row)
    known = {n: field_of(text) for n, text in texts.items()}
    kept = _settled(known, texts)
    lost = {field for n, field in known.items() if field in _ASKED and kept.get(n) is None}
    return tuple(texts[n] for n, field in known.items() if field in lost)
