"""Which row of a document is which row of the plan: recognised, asked about, or new."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from ...likeness import folded, nearness
from ...picture import PlanPicture
from ...vocabulary import short_name
from ..reading.understood import Choice, Question
from .rows import NOUNS, TOP, Place, Row, rows, shared_words

# From 0 to 1, the share of words that two texts have in common, and what speaks for a pair besides.
SURE = 0.75
ASK = 0.5
SAME_PLACE = 0.15
SAME_REF = 0.15
SAME_NUMBER = 0.3  # of what stands in no place that could be the same
PRINTED_REF = ("workstream", "outcome")
SAME_CONTENT = 0.6
CLOSE = 0.02  # two candidates that are no further apart cannot be told apart
CANDIDATES = 3
NEW = "new"


@dataclass(slots=True)
class Pairs:
    """Ids of rows that were read, by noun, with those of the live rows that they are."""

    found: dict[Place, int] = field(default_factory=dict)
    taken: set[Place] = field(default_factory=set)  # the live rows that were recognised
    questions: list[Question] = field(default_factory=list)

    def take(self, new: Place, live_id: int) -> None:
        self.found[new] = live_id
        self.taken.add((new[0], live_id))

    def live(self, noun: str, read_id: int) -> int | None:
        return self.found.get((noun, read_id))

    def with_live_streams(self, read: PlanPicture) -> PlanPicture:
        """With the ids of the live workstreams, so that a text is recognised whatever its workstream is numbered."""
        return replace(
            read,
            workstreams=tuple(replace(w, id=self.live("workstream", w.id) or w.id) for w in read.workstreams),
        )

    @property
    def recognised(self) -> dict[int, Place]:
        return {read_id: (noun, live_id) for (noun, read_id), live_id in self.found.items()}


def pair(live: PlanPicture, read: PlanPicture, answers: Mapping[str, str], cells: Mapping[str, str]) -> Pairs:
    """Workstreams first, then what stands in them, so that a place that was recognised speaks for its rows."""
    return _Pairing(list(rows(live)), list(rows(read)), answers, cells).run()


class _Pairing:
    def __init__(
        self, live: list[Row], read: list[Row], answers: Mapping[str, str], cells: Mapping[str, str]
    ) -> None:
        self.live, self.read, self.answers, self.cells = live, read, answers, cells
        self.pairs = Pairs()
        self.asked: Counter[str] = Counter()
        self.old_words, self.new_words = shared_words(live, read), shared_words(read, live)
        self.by_key = {row.key: row for row in live}

    def run(self) -> Pairs:
        for noun in NOUNS:
            self._same_words_and_place(noun)
            self._same_words_once(noun)
            self._nearest(noun)
        return self.pairs

    def _open(self, noun: str) -> tuple[list[Row], list[Row]]:
        """The rows of a noun that are not recognised yet: of the live plan, and of the document."""
        taken = self.pairs.taken
        return (
            [row for row in self.live if row.noun == noun and row.key not in taken],
            [row for row in self.read if row.noun == noun and row.key not in self.pairs.found],
        )

    def _is_near(self, new: Row, old: Row) -> bool:
        """They stand in the same place, as far as anybody knows yet."""
        noun, read_id = new.section
        return new.section != TOP and (noun, self.pairs.live(noun, read_id)) == old.section

    # ---- the same words

    def _same_words_and_place(self, noun: str) -> None:
        """In order where words stand there more than once; a measure without words is its action's progress."""
        old_rows, new_rows = self._open(noun)
        waiting: dict[tuple[str, Place], list[Row]] = defaultdict(list)
        for old in old_rows:
            waiting[folded(old.text), old.section if old.text else old.place].append(old)
        twins: dict[tuple[str, Place], list[Row]] = defaultdict(list)
        for new in new_rows:
            above, read_id = new.section if new.text else new.place
            place: Place = TOP if new.section == TOP else (above, self.pairs.live(above, read_id) or 0)
            twins[folded(new.text), place].append(new)
        for where, news in twins.items():
            self._in_order(news, waiting.get(where, []))

    def _in_order(self, news: list[Row], olds: list[Row]) -> None:
        """Rows with the same words: those that are alike in all else first, then one after the other."""
        left = list(olds)
        for new in news:
            alike = [old for old in left if old.signs == new.signs and old.ref == new.ref]
            if alike:
                self.pairs.take(new.key, alike[0].id)
                left.remove(alike[0])
        rest = [new for new in news if new.key not in self.pairs.found]
        for new, old in zip(rest, left, strict=False):
            self.pairs.take(new.key, old.id)

    def _same_words_once(self, noun: str) -> None:
        """Wherever they stand, where both print them once."""
        olds, news = map(_by_words, self._open(noun))
        for words, found in news.items():
            if words and len(found) == len(olds.get(words, ())) == 1:
                self.pairs.take(found[0].key, olds[words][0].id)

    # ---- other words

    def _nearest(self, noun: str) -> None:
        """The best pairs first. Where another is as good, or the best is not good enough, somebody is asked."""
        old_rows, new_rows = self._open(noun)
        scores = {
            (new.key, old.key): score
            for new in new_rows
            for old in old_rows
            if (score := self._score(new, old)) >= ASK
        }
        of_row: dict[tuple[str, Place], list[tuple[float, Place, Place]]] = defaultdict(list)
        for (new_key, old_key), score in scores.items():
            of_row["new", new_key].append((score, new_key, old_key))
            of_row["old", old_key].append((score, new_key, old_key))
        unsure: set[Place] = set()
        for (new_key, old_key), score in sorted(scores.items(), key=lambda item: -item[1]):
            if new_key in self.pairs.found or old_key in self.pairs.taken or new_key in unsure:
                continue
            rivals = of_row["new", new_key] + of_row["old", old_key]
            if score >= SURE and not self._has_rival(rivals, score):
                self.pairs.take(new_key, old_key[1])
            else:
                unsure.add(new_key)
        for new in new_rows:
            if new.key in unsure:
                self._ask(new, scores)

    def _score(self, new: Row, old: Row) -> float:
        has_ref = new.noun in PRINTED_REF and new.ref != "" and new.ref == old.ref
        if not (new.text and old.text):
            return 1.0 if has_ref else 0.0
        score = nearness(new.text, old.text)
        mine, theirs = self.new_words.get(new.key, set()), self.old_words.get(old.key, set())
        if mine or theirs:
            score += SAME_CONTENT * 2 * len(mine & theirs) / (len(mine) + len(theirs))
        near = self._is_near(new, old)
        if near:
            score += SAME_PLACE
        if has_ref:
            return max(score + (SAME_REF if near else SAME_NUMBER), ASK)
        if new.noun == "measure" and near:
            score += 0.05 * (new.position == old.position) + 0.02 * (new.signs == old.signs)
        return score

    def _has_rival(self, rivals: list[tuple[float, Place, Place]], best: float) -> bool:
        """Another pair of one of the two rows is as good, as far as both its rows are free."""
        taken, found = self.pairs.taken, self.pairs.found
        close = [(new, old) for score, new, old in rivals if score >= best - CLOSE]
        return len({pair for pair in close if pair[0] not in found and pair[1] not in taken}) > 1

    # ---- questions

    def _ask(self, new: Row, scores: dict[tuple[Place, Place], float]) -> None:
        taken = self.pairs.taken
        ranked = sorted(
            (-score, old) for (key, old), score in scores.items() if key == new.key and old not in taken
        )
        candidates = [self.by_key[old] for _, old in ranked[:CANDIDATES]]
        if not candidates:
            return
        key = self._question_key(new)
        # A place with the same reference cannot stand beside the other, so it is the same until somebody says not.
        same = [old for old in candidates if old.ref == new.ref and new.noun in PRINTED_REF]
        assumed = str(same[0].id) if same else NEW
        answer = self.answers.get(key)
        if answer is None:
            self.pairs.questions.append(_question(key, new, candidates, assumed, self.cells))
        chosen = assumed if answer is None else answer
        for old in candidates:
            if str(old.id) == chosen:
                self.pairs.take(new.key, old.id)

    def _question_key(self, new: Row) -> str:
        """The same whenever the same file is read against the same plan."""
        said = sha256(folded(new.text).encode()).hexdigest()[:10]
        name = f"which {new.noun} {new.ref} {said}"
        self.asked[name] += 1
        return name if self.asked[name] == 1 else f"{name} {self.asked[name]}"


def _by_words(some: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in some:
        found[folded(row.text)].append(row)
    return found


def _question(key: str, new: Row, candidates: list[Row], assumed: str, cells: Mapping[str, str]) -> Question:
    return Question(
        key=key,
        at=tuple(dict.fromkeys(at for of, at in cells.items() if of.split(" ")[0] == str(new.id)))[:1],
        printed=new.text,
        sentence=f"Is {_named(new)} the {new.noun} that stood at {_stood(candidates)}?",
        choices=(*_choices(new, candidates), Choice(NEW, f"No, it is a new {new.noun}")),
        assumed=assumed,
    )


def _named(row: Row) -> str:
    words = f"“{short_name(row.text)}”"
    return f"{row.ref}’s {words}" if row.ref else words


def _stood(candidates: list[Row]) -> str:
    refs = list(dict.fromkeys(old.ref for old in candidates if old.ref))
    return " or ".join(refs) or "another place"


def _choices(new: Row, candidates: list[Row]) -> Iterator[Choice]:
    for old in candidates:
        yield Choice(str(old.id), f"It is {_named(old)}")
