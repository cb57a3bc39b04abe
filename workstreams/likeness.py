"""When two texts say the same, and how near they are to each other. Pure."""

import re
import unicodedata
from collections import Counter
from functools import lru_cache

_SIGNS = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u00b4`\u2032", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | {"\u2026": "..."}
)
_WORD = re.compile(r"\w+")


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """The text without what programs change by themselves: kinds of quotes, dashes and spaces, and what nobody sees."""
    seen = "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) != "Cf")
    return " ".join(seen.translate(_SIGNS).split())


def is_same(one: str, other: str) -> bool:
    """They print the same, whichever program wrote them."""
    return one == other or folded(one) == folded(other)


@lru_cache(maxsize=8192)
def _words(text: str) -> frozenset[tuple[str, int]]:
    """Each word with how often it came before: the second "the" is another than the first."""
    before: Counter[str] = Counter()
    found = set()
    for word in _WORD.findall(folded(text).casefold().replace("'", "")):
        found.add((word, before[word]))
        before[word] += 1
    return frozenset(found)


def says_same(one: str, other: str) -> bool:
    """The same words in the same order, whatever stands between them."""
    return _WORD.findall(folded(one).casefold()) == _WORD.findall(folded(other).casefold())


def nearness(one: str, other: str) -> float:
    """From 0, no word in common, to 1, the same words: the share of words that both have."""
    mine, theirs = _words(one), _words(other)
    total = len(mine) + len(theirs)
    return 2 * len(mine & theirs) / total if total else 0.0


def newer(new: str, old: str) -> str:
    """The newer words; the older ones where those print the same, or nothing at all."""
    return old if not new.strip() or is_same(new, old) else new
