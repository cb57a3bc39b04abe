"""Cells of an exported plan that were changed: what they say now of an action's officers, or of a measure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ....picture import Level, Measure, Officer, printed_officer, printed_rating, printed_target
from ....sheet import fold
from ....vocabulary import MeasureKind
from ...document import Cell
from ...text import plain
from ..doubts import Doubts
from ..grammar.dates import of_cell
from ..grammar.officers import Posts
from ..understood import Choice, Known

NEW, OUT = "new", "out"
_TAG = re.compile(r"M(\d{1,3})|[RGF]")


@dataclass(frozen=True, slots=True)
class Changed:
    """The plan's key and posts, by which a cell is understood. What cannot be is said, and stays as it was."""

    levels: Mapping[str, Level]  # by words, folded
    words: str  # of the key, for a sentence
    posts: Posts
    known: Known
    doubts: Doubts

    def as_known(self, officer: Officer) -> Officer:
        post_id, _ = self.posts.post(officer.title)
        return replace(officer, post_id=post_id)

    def officers(self, cell: Cell, before: Sequence[Officer]) -> tuple[Officer, ...]:
        """Each line that stood there is whom it was; the others name posts."""
        as_before = {plain(o.printed or o.title): o for o in before}
        found: dict[int, Officer] = {}
        for line in cell.text.split("\n"):
            if line in as_before:
                officer = self.as_known(as_before[line])
                found.setdefault(officer.post_id, officer)
                continue
            for named in self.posts.names_in(line):
                post_id, title = named.post_id, named.title
                if post_id is None:
                    post_id, title = self._asked_post(title, cell.at)
                if post_id is not None:
                    found.setdefault(post_id, printed_officer(title, named.role, named.printed, post_id))
        return tuple(found.values())

    def _asked_post(self, title: str, at: str) -> tuple[int | None, str]:
        posts = {str(post.id): post for post in self.known.posts}
        answer = self.doubts.ask(
            f"officer {fold(title)}",
            (at,),
            title,
            f"Is “{title}” a post?",
            (
                Choice(NEW, "Yes: a new post with this title"),
                Choice(OUT, "No: leave it out"),
                *(Choice(pk, post.title) for pk, post in posts.items()),
            ),
            OUT,
        )
        if answer == NEW:
            return self.posts.post(title)
        return (posts[answer].id, posts[answer].title) if answer in posts else (None, title)

    def measure(self, m: Measure, changed: Mapping[str, Cell]) -> Measure:
        if "measure" in changed and m.kind == MeasureKind.IMPACT:
            m = replace(m, text=changed["measure"].text)
        if "tags" in changed and m.kind == MeasureKind.IMPACT:
            m = self._tagged(m, changed["tags"])
        if "target" in changed:
            when = of_cell(changed["target"])
            if when.doubt:
                self._ask_nothing(
                    changed["target"], "This is not one date. Write one day or month, and send it again."
                )
            else:
                note = when.note or (m.target.note if m.target else "")
                m = replace(m, target=printed_target(when.text, when.due_on, when.precision, note))
        if "agreed" in changed:
            m = self._rated(m, changed["agreed"])
        return m

    def _tagged(self, m: Measure, cell: Cell) -> Measure:
        tags = [_TAG.fullmatch(tag) for tag in cell.text.upper().replace(",", " ").split()]
        letters = {tag[0][0] for tag in tags if tag}
        if not all(tags) or not letters or {"G", "F"} <= letters:
            self._ask_nothing(cell, "These are not the tags of a measure: M with its number, R, and G or F.")
            return m
        milestone = next((int(tag[1]) for tag in tags if tag and tag[1]), None)
        return replace(
            m,
            milestone=milestone or None,
            recurring="R" in letters,
            growth="G" in letters,
            future="F" in letters,
            recurrence=m.recurrence if "R" in letters else "NONE",
        )

    def _rated(self, m: Measure, cell: Cell) -> Measure:
        level: Level | None = self.levels.get(fold(cell.text))
        if level is None:
            self._ask_nothing(
                cell, f"This is no level of the plan, which has {self.words}. The rating stays as it was."
            )
            return m
        return replace(m, agreed=printed_rating(level))

    def _ask_nothing(self, cell: Cell, sentence: str) -> None:
        """What was typed cannot be taken: said with its place, and what stood there stays."""
        self.doubts.say((cell.at,), f"“{cell.text}”: {sentence}")
