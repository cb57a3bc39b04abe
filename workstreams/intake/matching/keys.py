"""The key of a document in the plan's own: the same word is the same level, whatever its letter."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ...likeness import folded, newer
from ...picture import Level

CODE = 3  # letters, as the tables hold it


def levels_taken_over(
    live: tuple[Level, ...], read: tuple[Level, ...]
) -> tuple[tuple[Level, ...], Mapping[str, Level]]:
    """The key as it would stand, and its levels by the codes of the document.

    Its colours and what it counts as complete stay as they are: a document shows them at most.
    """
    key = list(live)
    found: dict[str, Level] = {}
    for new in read:
        old = _other(new, [level for level in key if level not in found.values()])
        if old is None:
            added = replace(new, code=_free_code(new, {level.code for level in key}))
            key.append(added)
            found[new.code] = added
        else:
            changed = replace(old, word=_word(new, old), meaning=newer(new.meaning, old.meaning))
            key[key.index(old)] = changed
            found[new.code] = changed
    return tuple(key), found


def _other(new: Level, levels: Iterable[Level]) -> Level | None:
    """The level with the same word; else the one with the same meaning, which was given another word."""
    candidates = list(levels)
    same = [old for old in candidates if _fold(old.word) == _fold(new.word)]
    same += [old for old in candidates if new.meaning and _fold(old.meaning) == _fold(new.meaning)]
    return next(iter(same), None)


def _word(new: Level, old: Level) -> str:
    return old.word if _fold(new.word) == _fold(old.word) else new.word


def _fold(text: str) -> str:
    return folded(text).casefold()


def _free_code(level: Level, used: set[str]) -> str:
    letters = "".join(c for c in level.word.upper() if c.isalnum())
    wanted = [
        level.code,
        *(letters[:n] for n in range(1, CODE + 1)),
        *(f"{letters[:1]}{n}" for n in range(2, 100)),
    ]
    return next(code for code in wanted if code and len(code) <= CODE and code not in used)
