"""Two texts word by word."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

Parts = tuple[tuple[str, str], ...]
ISLAND = 1  # words that stayed between two changes are read with them
AROUND = 12  # words that an excerpt leaves on each side of a change
LONGEST = 40  # words that stayed and that an excerpt gives whole


def wording(before: str, after: str) -> Parts:
    """Two texts word by word: ("same" | "removed" | "added", the words), in reading order.

    Texts that share less than half of their words are given whole: scattered words say nothing.
    """
    if SequenceMatcher(None, before.split(), after.split(), autojunk=False).ratio() < 0.5:
        whole = (("removed", before), ("added", after))
        return tuple((kind, text) for kind, text in whole if text)
    return tuple(
        (kind, text)
        for was, now in _joined(before, after)
        for kind, text in ((("same", was),) if was == now else (("removed", was), ("added", now)))
        if text
    )


def excerpt(parts: Parts) -> Parts:
    """The same for where only what changed is shown: of long runs of words that stayed, those around the changes."""
    last = len(parts) - 1
    return tuple(
        (kind, _ends(text, begins=number > 0, ends=number < last) if kind == "same" else text)
        for number, (kind, text) in enumerate(parts)
    )


def _ends(text: str, *, begins: bool, ends: bool) -> str:
    """The first and the last words of what stayed, as far as a change stands beside them."""
    pieces = re.findall(r"\s+|\S+", text)
    if len(pieces) <= 2 * LONGEST:
        return text
    left = "".join(pieces[: 2 * AROUND]).rstrip() if begins else ""
    right = "".join(pieces[-2 * AROUND :]).lstrip() if ends else ""
    return f"{left} … {right}"


def _joined(before: str, after: str) -> Iterator[tuple[str, str]]:
    """(what was, what is there now) in order, alike or not: never a single word that stayed between two that went."""
    was, now = re.findall(r"\s+|\S+", before), re.findall(r"\s+|\S+", after)
    codes = SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
    held: tuple[str, str] | None = None  # the change that the next one may join
    for number, (kind, a, b, c, d) in enumerate(codes):
        old, new = "".join(was[a:b]), "".join(now[c:d])
        between = 0 < number < len(codes) - 1
        if kind != "equal" or (between and len(old.split()) <= ISLAND and "\n" not in old):
            held = (held[0] + old, held[1] + new) if held else (old, new)
            continue
        if held:
            yield held
            held = None
        yield old, new
    if held:
        yield held
