"""Two texts word by word."""

import re
from difflib import SequenceMatcher


def wording(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Two texts word by word: ("same" | "removed" | "added", the words), in reading order.

    Texts that share less than half of their words are given whole: scattered words say nothing.
    """
    if SequenceMatcher(None, before.split(), after.split(), autojunk=False).ratio() < 0.5:
        whole = (("removed", before), ("added", after))
        return tuple((kind, text) for kind, text in whole if text)
    was, now = re.findall(r"\s+|\S+", before), re.findall(r"\s+|\S+", after)
    parts: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(("same", "".join(was[a:b])))
            continue
        if a < b:
            parts.append(("removed", "".join(was[a:b])))
        if c < d:
            parts.append(("added", "".join(now[c:d])))
    return tuple(parts)
