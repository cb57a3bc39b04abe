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
    for was, now, said in (
        (before.title, after.title, "is now called"),
        (before.year_label, after.year_label, "is now for"),
        (before.workstream_word, after.workstream_word, "now calls each of its parts"),
    ):
        if was != now:
            sentence = f"The plan {said} “{now}”, before “{was}”." if was else f"The plan {said} “{now}”."
            yield Change(Kind.REWORDED, None, "", sentence)


def _key(before: PlanPicture, after: PlanPicture) -> Iterator[Change]:
    was = {level.code: level for level in before.key}
    now = {level.code: level for level in after.key}
    row = ("level", 0)
    for code, level in now.items():
        if code not in was:
            sentence = f"The key has a new level: {_level(level)}."
            yield Change(Kind.KEY, None, "", sentence, None, level, row=row)
            continue
        old = was[code]
        if (old.word, old.meaning) != (level.word, level.meaning):
            sentence = f"The key now says {level.word}: {level.meaning}. Before: {old.word}: {old.meaning}."
            yield Change(Kind.KEY, None, "", sentence, old, level, row=row)
        if (old.token, old.is_complete, old.is_exception) != (
            level.token,
            level.is_complete,
            level.is_exception,
        ):
            sentence = f"The key’s level {level.word} {_meant(level)}; before it {_meant(old)}."
            yield Change(Kind.KEY, None, "", sentence, old, level, row=row)
    for code, level in was.items():
        if code not in now:
            sentence = f"The key no longer has the level {level.word}."
            yield Change(Kind.KEY, None, "", sentence, level, row=row)


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
            yield Change(Kind.ADDED, None, now.workstream, f"{_named(after, now)}: added.", row=row)
        elif was is not None and now is None:
            sentence = f"{_named(before, was)}: no longer in the plan."
            yield Change(Kind.WITHDRAWN, None, was.workstream, sentence, row=row)
        elif was is not None and now is not None and _words(was) != _words(now):
            sentence = f"{_named(after, now)}: worded anew, before “{short_name(was.body)}”."
            yield Change(Kind.REWORDED, None, now.workstream, sentence, row=row)


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
            yield Change(Kind.REGISTER, None, "", sentence.rstrip(".") + ".", row=("version", version.id))
