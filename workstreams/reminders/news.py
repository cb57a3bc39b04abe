"""What there is to tell one person about their own measures: by reference, dates and counts, never in anybody's words.

A kind of news is a function from a `Desk` to its stories. Another kind is one more function in `TELLS`; what waits
to be taken out of the record is of no plan, and stands beside them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from django.urls import reverse

from .. import agenda, challenges, due, gather, handover, permissions
from ..agenda import Result
from ..models import Impact, Meeting, Plan, Rating, Redaction, Target
from ..permissions import Person, reader
from ..picture import Placed, PlanPicture, Reader
from ..vocabulary import ImpactStep, MeetingKind, MeetingState, News, RatingStep, TargetStep
from ..words import are, counted, dated

FIRST_DAY = due.SOON  # days before updates close: the first reminder of a meeting, and the last
LAST_DAY = 2
OVERDUE_EVERY = 7  # days between two lists of targets that have passed
ANSWERED_SINCE = 14  # days: an older answer to a challenge is no news either
DECIDED_SINCE = due.CYCLE  # an older meeting is no news, to somebody who never had an e-mail either

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")

DECIDED = {
    Result.AGREED: "agreed as proposed",
    Result.AMENDED: "agreed at another level than proposed",
    Result.DEFERRED: "deferred to the next meeting",
    Result.NOT_REACHED: "not reached, so it goes on to the next meeting",
}
SET_BY_ITSELF = "a level was set without a proposal"
DATE_DECIDED = {TargetStep.AGREED: "the new date was agreed", TargetStep.REFUSED: "the new date was refused"}
IMPACT_DECIDED = {
    ImpactStep.ACCEPTED: "the impact was accepted",
    ImpactStep.NOT_ACCEPTED: "the impact was not accepted",
}


@dataclass(frozen=True)
class Item:
    """One measure in a story: its reference, what is said of it, and the address of its page."""

    reference: str
    said: str
    path: str


@dataclass(frozen=True)
class Story:
    """Some news of one kind: a sentence, its measures, and the page that shows them together.

    `keys` is what a digest remembers of it, so that it is told once.
    """

    kind: News
    sentence: str
    items: tuple[Item, ...]
    keys: tuple[str, ...]
    together: str = ""

    def of(self, plan: str) -> "Story":
        """The same, saying of which plan it is."""
        return replace(self, sentence=f"{plan}: {self.sentence}")


def reference(placed: Placed, word: str) -> str:
    """ "4.1, second measure", "Recommendation 4, third action": where it stands, without a word of it."""
    outcome, rated = placed.outcome, "measure" if placed.measure.text else "action"
    place = f"{word} {placed.ref}" if outcome.is_unnamed or not outcome.ref else placed.ref
    measures = placed.outcome.measures
    if len(measures) == 1:
        return place
    number = [m.id for m in measures].index(placed.measure.id)
    return (
        f"{place}, {ORDINALS[number]} {rated}" if number < len(ORDINALS) else f"{place}, {rated} {number + 1}"
    )


class Facts:
    """What everybody's news is read from, gathered once: the plan now, and at each meeting closed lately."""

    def __init__(self, plan: Plan, at: gather.Head, *, speaks_of: Meeting | None = None) -> None:
        self.plan, self.at, self.today = plan, at, at.today
        self.picture = self._whole(speaks_of)

    def _whole(self, meeting: Meeting | None) -> PlanPicture:
        return gather.picture_for(
            Reader(everything=True), self.plan, self.at, speaks_of=meeting.pk if meeting else None
        )

    @cached_property
    def first_days(self) -> dict[int, dict[int, date]]:
        """Since when everybody has held their posts: what was before is not news to them."""
        return permissions.first_days(permissions.appointed(self.today))

    @cached_property
    def closed(self) -> list[tuple[Meeting, PlanPicture, "Beside"]]:
        """Each meeting closed lately, the plan as it decided it, and what it decided beside ratings."""
        meetings = Meeting.objects.filter(
            group=self.plan.deciding_group_id,
            state=MeetingState.CLOSED,
            held_on__gte=self.today - DECIDED_SINCE,
        )
        return [(meeting, self._whole(meeting), _beside_ratings(meeting)) for meeting in meetings]

    @cached_property
    def returned_to(self) -> dict[int, int]:
        """The post whose update was returned, by measure."""
        measures = [m.id for m in self.picture.measures if m.returned]
        sent = Rating.objects.filter(measure__in=measures, step=RatingStep.PROVISIONAL)
        newest = sent.order_by("measure_id", "-pk").distinct("measure_id")
        return dict(newest.values_list("measure_id", "for_post_id"))


# By measure, the newest decision on its date and on its impact: the row it stands in, and its words.
Beside = dict[int, list[tuple[str, str]]]


def _beside_ratings(meeting: Meeting) -> Beside:
    targets = Target.objects.filter(meeting=meeting, step__in=DATE_DECIDED).order_by("pk")
    reports = Impact.objects.filter(meeting=meeting, step__in=IMPACT_DECIDED).order_by("pk")
    beside: Beside = defaultdict(list)
    for target in {t.measure_id: t for t in targets}.values():  # the newest of each: it may correct another
        beside[target.measure_id].append((f"date {target.pk}", DATE_DECIDED[TargetStep(target.step)]))
    for impact in {i.measure_id: i for i in reports}.values():
        beside[impact.measure_id].append((f"impact {impact.pk}", IMPACT_DECIDED[ImpactStep(impact.step)]))
    return beside


@dataclass(frozen=True)
class Desk:
    """The plan as one person may see it, and what they have been told, with the day of each telling.

    `reminding`: the business unit asks for this digest now, whatever was told before.
    """

    facts: Facts
    person: Person
    told: Mapping[str, date]
    reminding: bool = False

    @cached_property
    def picture(self) -> PlanPicture:
        return self.facts.picture.seen_by(reader(self.person))

    @property
    def own(self) -> list[Placed]:
        return due.own(self.picture, self.person.post_ids) if self.person.is_officer else []

    def is_before_their_time(self, placed: Placed, day: date) -> bool:
        since = self.facts.first_days.get(self.person.user.pk, {})
        began = handover.first_day(placed, since)
        return began is not None and day < began

    def item(self, placed: Placed, said: str = "") -> Item:
        path = reverse("workstreams:measure-page", args=[placed.measure.id])
        return Item(reference(placed, self.facts.plan.workstream_word), said, path)


def returned(desk: Desk) -> Iterator[Story]:
    """Updates that one of their posts sent and the business unit gave back."""
    back = [
        (placed, placed.measure.returned)
        for placed in desk.own
        if placed.measure.returned
        and desk.facts.returned_to.get(placed.measure.id) in desk.person.post_ids
        and f"RETURNED:{placed.measure.returned.id}" not in desk.told
        and not desk.is_before_their_time(placed, placed.measure.returned.effective_on)
    ]
    if back:
        yield Story(
            News.RETURNED,
            "The business unit returned an update of yours. Why stands on the measure’s page."
            if len(back) == 1
            else f"The business unit returned {len(back)} updates of yours. Why stands on each measure’s page.",
            tuple(desk.item(placed, f"returned on {dated(step.effective_on)}") for placed, step in back),
            tuple(f"RETURNED:{step.id}" for _, step in back),
        )


def due_soon(desk: Desk) -> Iterator[Story]:
    """What is asked of them for the next meeting and not updated: told twice before updates close."""
    meeting = desk.picture.next_meeting
    if meeting is None or not desk.person.is_officer:
        return
    closes = meeting.papers_close_at.astimezone(gather.LONDON)
    asked_of_them = due.to_do(desk.picture, desk.person.post_ids)
    waiting = [p for p in asked_of_them if not desk.is_before_their_time(p, closes.date())]
    if not waiting:
        return
    left = (closes.date() - desk.facts.today).days
    is_open = closes > desk.facts.at.at and meeting.papers_at is None
    stage = "last" if left <= LAST_DAY else "first" if left <= FIRST_DAY else "early"
    key = f"DUE:{meeting.id}:{stage}"
    if not desk.reminding and (not is_open or stage == "early" or key in desk.told):
        return
    asked = counted(len(waiting), "update is", "updates are")
    when = (
        f"Updates close on {dated(closes.date())}, {_left(left)}."
        if is_open
        else "Updates have closed: what you send now is marked as sent after papers."
    )
    yield Story(
        News.DUE,
        f"{asked} asked of you for the {desk.picture.decider} meeting on {dated(meeting.held_on)}. {when}",
        tuple(desk.item(placed, _target(placed)) for placed in waiting),
        (key,),
        reverse("workstreams:my-updates"),
    )


def _left(days: int) -> str:
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


def _target(placed: Placed) -> str:
    target = placed.measure.target
    if target is None or target.due_on is None or placed.measure.is_complete:
        return ""
    return f"target {dated(target.due_on)}{', which has passed' if placed.measure.is_overdue else ''}"


def overdue(desk: Desk) -> Iterator[Story]:
    """Targets that have passed since they were last told: each once, and a list at most once a week."""
    lists = [on for key, on in desk.told.items() if key.startswith("OVERDUE:")]
    if lists and (desk.facts.today - max(lists)).days < OVERDUE_EVERY:
        return
    passed = {
        f"OVERDUE:{placed.measure.id}:{placed.measure.target.due_on}": placed
        for placed in desk.own
        if placed.measure.is_overdue
        and placed.measure.target
        and placed.measure.target.due_on
        and not desk.is_before_their_time(placed, placed.measure.target.due_on)
    }
    fresh = {key: placed for key, placed in passed.items() if key not in desk.told}
    if fresh:
        rated = desk.picture.heads.rated
        measures = counted(len(fresh), f"{rated} of yours", f"{rated}s of yours")
        yield Story(
            News.OVERDUE,
            f"The target of {measures} has passed. If it can still be reached later, ask the"
            f" {desk.picture.decider} for another date on the measure’s page.",
            tuple(desk.item(placed, _due(placed)) for placed in fresh.values()),
            tuple(fresh),
        )


def _due(placed: Placed) -> str:
    target = placed.measure.target
    return f"was due on {dated(target.due_on)}" if target and target.due_on else ""


def decided(desk: Desk) -> Iterator[Story]:
    """What a meeting decided of their measures, once it is closed; and again what of it was corrected since."""
    for meeting, whole, beside in desk.facts.closed if desk.person.is_officer else []:
        items, keys = [], []
        for placed in due.own(whole.seen_by(reader(desk.person)), desk.person.post_ids):
            said = dict(_decision(agenda.Item(placed)) + beside.get(placed.measure.id, []))
            about = f"DECIDED:{meeting.pk}:{placed.measure.id}:"
            key = about + ", ".join(said)
            if said and key not in desk.told and not desk.is_before_their_time(placed, meeting.held_on):
                again = any(told.startswith(about) for told in desk.told)
                items.append(desk.item(placed, ("corrected: " if again else "") + "; ".join(said.values())))
                keys.append(key)
        if items:
            yield Story(
                News.DECIDED,
                _before_the_group(meeting, whole, len(items)),
                tuple(items),
                tuple(keys),
                reverse("workstreams:meeting-page", args=[meeting.pk]),
            )


def _before_the_group(meeting: Meeting, picture: PlanPicture, number: int) -> str:
    rated = picture.heads.rated
    measures = counted(number, f"{rated} of yours was", f"{rated}s of yours were")
    between = " between its meetings," if meeting.kind == MeetingKind.BETWEEN_MEETINGS else ""
    return f"{measures} before the {picture.decider}{between} on {dated(meeting.held_on)}."


def _decision(item: agenda.Item) -> list[tuple[str, str]]:
    if item.decision is None:
        return []
    said = SET_BY_ITSELF if item.is_set_by_itself else DECIDED[item.result]
    return [(f"rating {item.decision.id}", said)]


def challenged(desk: Desk) -> Iterator[Story]:
    """What nobody has answered yet, to those whom it asks and to the business unit; the answers, to the scrutineer."""
    asks = desk.person.is_scrutineer
    found = _answers(desk) if asks else _unanswered(desk)
    fresh = {key: item for key, item in found.items() if key not in desk.told}
    if not fresh:
        return
    n = len(fresh)
    yield Story(
        News.CHALLENGED,
        f"{counted(n, 'answer')} to what you asked. You alone close a challenge."
        if asks
        else f"{counted(n, 'question')} of the independent scrutineer {are(n)} not answered yet.",
        tuple(fresh.values()),
        tuple(fresh),
        reverse("workstreams:challenges-page"),
    )


def _answers(desk: Desk) -> dict[str, Item]:
    since = desk.facts.today - timedelta(days=ANSWERED_SINCE)
    return {
        f"ANSWERED:{reply.id}": _question(desk, told, f"answered by {reply.post} on {dated(reply.on)}")
        for told in challenges.still_open(desk.picture)
        for reply in told.challenge.answers
        if reply.on > since
    }


def _unanswered(desk: Desk) -> dict[str, Item]:
    every = challenges.still_open(desk.picture)
    asked = every if desk.person.is_business_unit else challenges.asked_of(desk.picture, desk.person.post_ids)
    return {
        f"CHALLENGED:{told.challenge.id}": _question(desk, told, f"raised on {dated(told.challenge.on)}")
        for told in asked
        if told.challenge.waits
    }


def _question(desk: Desk, told: challenges.Told, said: str) -> Item:
    placed = desk.picture.find(told.challenge.measure_id) if told.challenge.measure_id else None
    word = desk.facts.plan.workstream_word
    of_a_part = told.challenge.measure_id or told.challenge.workstream_id
    whole = "A part that has been withdrawn" if of_a_part else "The whole plan"
    about = reference(placed, word) if placed else told.ref or whole
    return Item(about, said, reverse("workstreams:challenge-page", args=[told.challenge.id]))


TELLS: dict[News, Callable[[Desk], Iterator[Story]]] = {
    News.RETURNED: returned,
    News.DUE: due_soon,
    News.OVERDUE: overdue,
    News.DECIDED: decided,
    News.CHALLENGED: challenged,
}


def to_take_out(person: Person, told: Mapping[str, date], waiting: Iterable[Redaction]) -> Iterator[Story]:
    """What this person may decide of the words that `waiting` asks to have taken out: never the words, nor why."""
    fresh = {
        f"REDACTION:{asked.pk}": asked
        for asked in waiting
        if permissions.may_decide(person, asked) and f"REDACTION:{asked.pk}" not in told
    }
    if fresh:
        n = len(fresh)
        yield Story(
            News.REDACTION,
            f"{counted(n, 'request')} to take words out of the record {'waits' if n == 1 else 'wait'} for a second"
            " person, who can be you. Until then the words stand where they are.",
            tuple(
                Item(
                    f"Record {asked.seq}",
                    f"asked for on {dated(asked.at.astimezone(gather.LONDON).date())} by {asked.for_post}",
                    reverse("workstreams:redaction-page", args=[asked.pk]),
                )
                for asked in fresh.values()
            ),
            tuple(fresh),
            reverse("workstreams:redactions-page"),
        )
