"""What is asked and what is said while a document is read; an answer that was given is taken instead of asking."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .understood import Choice, Note, Question


@dataclass(slots=True)
class Doubts:
    answers: Mapping[str, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    _said: dict[str, dict[str, None]] = field(default_factory=dict)
    _named: set[str] = field(default_factory=set)

    def ask(
        self,
        key: str,
        at: Sequence[str],
        printed: str,
        sentence: str,
        choices: Iterable[Choice] = (),
        assumed: str = "",
    ) -> str:
        """The answer, or what is assumed until there is one. A key that is taken already gets a number."""
        offered = tuple(choices)
        name, n = key, 1
        while name in self._named:
            n += 1
            name = f"{key} {n}"
        self._named.add(name)
        given = self.answers.get(name)
        if given is not None and (not offered or given in {choice.value for choice in offered}):
            return given
        self.questions.append(Question(name, tuple(at), printed, sentence, offered, assumed))
        return assumed

    def say(self, at: Sequence[str], sentence: str) -> None:
        """A note; the same one is said once, with every place it is about."""
        self._said.setdefault(sentence, {}).update(dict.fromkeys(at))

    @property
    def notes(self) -> tuple[Note, ...]:
        return tuple(Note(tuple(at), sentence) for sentence, at in self._said.items())
