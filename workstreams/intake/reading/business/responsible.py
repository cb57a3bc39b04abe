"""Who is responsible for the actions of an outcome: a cell speaks for all the actions that it lies beside."""

from collections.abc import Iterable, Sequence

from ....picture import Officer, printed_officer
from ....titles import fold
from ....vocabulary import OfficerRole
from ..doubts import Doubts
from ..grammar.officers import PRINTED_LENGTH, Named, Posts
from ..layout.tables import Row
from ..understood import Choice, Field
from .gathered import ActionDraft, OutcomeDraft


class Responsible:
    """The officers of every action. What names no post is asked once, with all the places that print it."""

    def __init__(self, rows: Iterable[Row], posts: Posts, doubts: Doubts) -> None:
        self.posts, self.doubts = posts, doubts
        self._places: dict[str, dict[str, None]] = {}
        self._answers: dict[str, str] = {}
        cells = dict.fromkeys(row.cells[Field.OFFICER] for row in rows if Field.OFFICER in row.cells)
        for cell in cells:
            posts.learn(cell.text)
        for cell in cells:
            for name in posts.names_in(cell.text):
                if name.post_id is None:
                    self._places.setdefault(fold(name.title), {})[cell.at] = None

    def of(self, draft: OutcomeDraft) -> list[tuple[Officer, ...]]:
        """Of each of the outcome's actions."""
        named = [self._names(action) for action in draft.actions]
        for n, action in enumerate(draft.actions):
            if n and not named[n] and not action.officers:
                named[n] = named[n - 1]
                if named[n]:
                    self.doubts.say(
                        (action.row.at,), "An action without officers has those of the action above it."
                    )
        for n in range(1, len(named)):
            above, below = named[n - 1], named[n]
            if above is not below and above and below and _complete_each_other(above, below):
                named[n - 1] = named[n] = [*above, *below]
                self.doubts.say(
                    tuple(cell.at for action in draft.actions[n - 1 : n + 1] for cell in action.officers),
                    "A lead beside one action and a DSL beside the next are read as officers of both.",
                )
        return [
            tuple(
                printed_officer(name.title, name.role, name.printed[:PRINTED_LENGTH], name.post_id)
                for name in _each_once(names)
                if name.post_id is not None
            )
            for names in named
        ]

    def _names(self, action: ActionDraft) -> list[Named]:
        names: list[Named] = []
        for cell in action.officers:
            for name in self.posts.names_in(cell.text):
                names.append(name if name.post_id is not None else self._ask_who(name))
        if len(action.officers) > 1:
            self.doubts.say(
                tuple(cell.at for cell in action.officers),
                "Officers on several rows of one action are read together.",
            )
        return [name for name in names if name.post_id is not None]

    def _ask_who(self, name: Named) -> Named:
        """Asked once for all the places that print it."""
        words = fold(name.title)
        known = {post.id: post.title for post in self.posts.known.values()}
        if words not in self._answers:
            choices = [Choice("new", "A post that the partnership does not have here yet")]
            choices += [Choice(str(post_id), title) for post_id, title in known.items()]
            self._answers[words] = self.doubts.ask(
                f"officer {words}",
                tuple(self._places.get(words, ())),
                name.printed,
                "No post is known by these words. Which post is it? Until it is answered nobody is named.",
                [*choices, Choice("", "No post: leave it out")],
            )
        answer = self._answers[words]
        if not answer:
            return name
        post_id, title = self.posts.post(name.title) if answer == "new" else (int(answer), known[int(answer)])
        return Named(name.role, title, name.printed, post_id)


def _complete_each_other(above: Sequence[Named], below: Sequence[Named]) -> bool:
    """Only leads beside one action, only DSLs beside the next: one cell, broken over two rows."""
    return all(n.role == OfficerRole.LEAD for n in above) and all(n.role == OfficerRole.DSL for n in below)


def _each_once(names: Sequence[Named]) -> list[Named]:
    return list({name.post_id: name for name in reversed(names)}.values())[::-1]
