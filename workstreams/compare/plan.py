"""What changed of the plan itself: its name, its key, its texts, the register of its versions."""

from collections.abc import Iterator

from ..picture import Level, Passage, PlanPicture
from ..vocabulary import PassageKind, Token, VersionStep, short_name
from .change import Change, Kind, day
from .passages import paired


def plan_changed(before: PlanPicture, after: PlanPicture) -> Iterator[Change]:
    yield from _head(before, after)
    yield from _key(before, after)
    yield from _passages(before, after)
    yield from _register(before, after)


def _head(before: PlanPicture, after: PlanPicture) -> Iterator[Change]:
    for column, said in (
        ("title", "is now called"),
        ("year_label", "is now for"),
        ("workstream_word", "now calls each of its parts"),
    ):
        was, now = getattr(before, column), getattr(after, column)
        if was != now:
            sentence = f"The plan {said} “{now}”, before “{was}”." if was else f"The plan {said} “{now}”."
            yield Change(
                Kind.REWORDED, None, "", sentence, name="The plan", was=was, now=now, columns=(column,)
            )


def _key(before: PlanPicture, after: PlanPicture) -> Iterator[Change]:
    was = {level.code: level for level in before.key}
    now = {level.code: level for level in after.key}
    row = ("level", 0)
    for code, level in now.items():
        if code not in was:
            sentence = f"The key has a new level: {_level(level)}."
            yield Change(
                Kind.KEY, None, "", sentence, None, level, row=row, name="The key", now=_level(level)
            )
            continue
        old = was[code]
        if (old.word, old.meaning) != (level.word, level.meaning):
            sentence = f"The key now says {level.word}: {level.meaning}. Before: {old.word}: {old.meaning}."
            yield Change(
                Kind.KEY,
                None,
                "",
                sentence,
                old,
                level,
                row=row,
                name="The key",
                was=f"{old.word}: {old.meaning}",
                now=f"{level.word}: {level.meaning}",
                columns=("word", "meaning"),
            )
        if (old.token, old.is_complete, old.is_exception) != (
            level.token,
            level.is_complete,
            level.is_exception,
        ):
            sentence = f"The key’s level {level.word} {_meant(level)}; before it {_meant(old)}."
            yield Change(
                Kind.KEY,
                None,
                "",
                sentence,
                old,
                level,
                row=row,
                name="The key",
                was=_meant(old),
                now=_meant(level),
                columns=("token", "is_complete", "is_exception"),
            )
    for code, level in was.items():
        if code not in now:
            sentence = f"The key no longer has the level {level.word}."
            yield Change(Kind.KEY, None, "", sentence, level, row=row, name="The key", was=_level(level))


def _level(level: Level) -> str:
    return f"{level.word}, {level.meaning}" if level.meaning else level.word


def _meant(level: Level) -> str:
    said = [f"is shown in {Token(level.token).label.lower()}"]
    said += ["means complete"] if level.is_complete else []
    said += ["is an exception"] if level.is_exception else []
    return ", ".join(said)


def _passages(before: PlanPicture, after: PlanPicture) -> Iterator[Change]:
    row = ("passage", 0)
    for was, now in paired(before, after):
        if was is None and now is not None:
            name = _named(after, now)
            yield Change(
                Kind.ADDED, None, now.workstream, f"{name}: added.", row=row, name=name, now=passage_text(now)
            )
        elif was is not None and now is None:
            name = _named(before, was)
            sentence = f"{name}: no longer in the plan."
            yield Change(
                Kind.WITHDRAWN, None, was.workstream, sentence, row=row, name=name, was=passage_text(was)
            )
        elif was is not None and now is not None and _words(was) != _words(now):
            name = _named(after, now)
            sentence = f"{name}: worded anew, before “{short_name(was.body)}”."
            yield Change(
                Kind.REWORDED,
                None,
                now.workstream,
                sentence,
                row=row,
                name=name,
                was=passage_text(was),
                now=passage_text(now),
            )


def passage_text(passage: Passage) -> str:
    """A text of the plan whole, as it is read: its number and year, its heading, its body."""
    placed = [f"Number {passage.number}"] if passage.number is not None else []
    placed += [f"Year {passage.year}"] if passage.year is not None else []
    return "\n".join(filter(None, [", ".join(placed), passage.heading, passage.body]))


def _words(passage: Passage) -> tuple[object, ...]:
    return passage.number, passage.year, passage.heading, passage.body


def _named(picture: PlanPicture, passage: Passage) -> str:
    """ "Priority 2 “…”", "Expected achievement of Workstream 3, year 2 “…”"."""
    name = PassageKind(passage.kind).label
    if passage.number is not None:
        name += f" {passage.number}"
    if passage.workstream:
        name += f" of {picture.workstream_word} {passage.workstream}"
    if passage.year is not None:
        name += f", year {passage.year}"
    return f"{name} “{short_name(passage.heading or passage.body)}”"


def _register(before: PlanPicture, after: PlanPicture) -> Iterator[Change]:
    known = {version.label for version in before.versions}
    for version in after.versions:
        if version.step == VersionStep.REGISTER and version.label not in known:
            said = f": {version.changes}" if version.changes else ""
            sentence = f"Version {version.label} of {day(version.dated)} is new in the register{said}"
            yield Change(
                Kind.REGISTER,
                None,
                "",
                sentence.rstrip(".") + ".",
                row=("version", version.id),
                name=f"Version {version.label}",
            )
