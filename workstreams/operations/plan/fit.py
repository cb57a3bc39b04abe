"""What a row of the plan has to say, and what no two of them may share: refused in a sentence before the tables do."""

from django.db.models import Model

from ...models import (
    Action,
    ActionOfficer,
    Level,
    Measure,
    Outcome,
    Passage,
    Plan,
    Recommendation,
    SourceRef,
    Workstream,
)
from ...vocabulary import MeasureKind, PassageKind, Recurrence
from .. import Refused
from .rules import called

RESERVED = ("new",)  # an address of its own among the plans


def refuse_unfit(item: Model) -> None:
    """Raises Refused, each sentence under the name of the fact that is at fault."""
    match item:
        case Plan():
            _plan(item)
        case Level():
            _level(item)
        case Workstream():
            _workstream(item)
        case Outcome():
            _outcome(item)
        case Action():
            _said(text=(item.text, "Say what is done."))
        case ActionOfficer():
            _officer(item)
        case Measure():
            _measure(item)
        case Passage():
            _passage(item)
        case SourceRef():
            _said(printed=(item.printed, "Give the source as the plan prints it."))
        case Recommendation():
            _recommendation(item)


def _said(**facts: tuple[str, str]) -> None:
    """Each fact with what is answered where it is empty."""
    if errors := {name: sentence for name, (value, sentence) in facts.items() if not value.strip()}:
        raise Refused(**errors)


def _plan(plan: Plan) -> None:
    _said(
        title=(plan.title, "Give the plan its title."),
        ref=(plan.ref, "Give the plan a short name for its addresses."),
        workstream_word=(plan.workstream_word, "Say what the plan calls its parts."),
    )
    if plan.ref in RESERVED:
        raise Refused(ref=f"“{plan.ref}” has a page of its own. Choose another short name.")
    if Plan.objects.filter(ref=plan.ref).exclude(pk=plan.pk).exists():
        raise Refused(ref=f"Another plan has the short name “{plan.ref}”. Choose another.")
    if plan.starts_on and plan.ends_on and plan.ends_on < plan.starts_on:
        raise Refused(ends_on="The plan ends before it starts. Look at both days.")


def _level(level: Level) -> None:
    _said(
        code=(level.code, "Give the level its letter."),
        word=(level.word, "Give the level its word."),
        meaning=(level.meaning, "Say what the level means, as the plan's key prints it."),
    )
    for other in Level.objects.filter(plan=level.plan_id).exclude(pk=level.pk):
        if other.code.casefold() == level.code.casefold():
            withdrawn = ", which was withdrawn" if other.withdrawn else ""
            raise Refused(code=f"“{other.code}” is the letter of {other.word}{withdrawn}. Choose another.")
        if not other.withdrawn and other.word.casefold() == level.word.casefold():
            raise Refused(word=f"The key has a level {other.word} already. Choose another word.")


def _workstream(workstream: Workstream) -> None:
    _said(number=(workstream.number, "Give its number."), title=(workstream.title, "Give its title."))
    if workstream.withdrawn:
        return
    taken = Workstream.objects.filter(
        plan=workstream.plan_id, number=workstream.number, withdrawn=False
    ).exclude(pk=workstream.pk)
    if other := taken.first():
        raise Refused(number=f"{workstream.number} is the number of “{other.title}” now. Choose another.")


def _outcome(outcome: Outcome) -> None:
    _said(statement=(outcome.statement, "Say what the outcome is."))
    if outcome.withdrawn or not outcome.ref:
        return
    taken = Outcome.objects.filter(plan=outcome.plan_id, ref=outcome.ref, withdrawn=False)
    if other := taken.exclude(pk=outcome.pk).select_related("workstream__plan").first():
        where = f" of {called(other.workstream)}, which was withdrawn" if other.workstream.withdrawn else ""
        raise Refused(ref=f"{outcome.ref} is the reference of another outcome{where}. Choose another.")


def _officer(officer: ActionOfficer) -> None:
    _said(printed=(officer.printed, "Give the officer as the plan prints it."))
    named = ActionOfficer.objects.filter(action=officer.action_id, post=officer.post_id)
    if named.exclude(pk=officer.pk).exists():
        raise Refused(post=f"{officer.post} is named on this action already. Change that entry instead.")


def _measure(measure: Measure) -> None:
    repeats = measure.recurrence != Recurrence.NONE
    if measure.kind == MeasureKind.PROGRESS:
        if measure.text or measure.milestone or measure.recurring or measure.growth or measure.future:
            raise Refused(text="The progress of an action has no words and no tags of its own.")
        others = Measure.objects.filter(action=measure.action_id, kind=MeasureKind.PROGRESS)
        if others.exclude(pk=measure.pk).exists():
            raise Refused(
                kind="This action has its progress already, or had it and it was withdrawn: restore that."
            )
        return
    _said(text=(measure.text, "Give the measure as the plan prints it."))
    if measure.growth and measure.future:
        raise Refused(tags="A measure is Growth or Future, not both: untick one of them.")
    if repeats and not measure.recurring:
        raise Refused(recurrence="Only a recurring measure, tagged (R), is answered again and again.")


def _passage(passage: Passage) -> None:
    _said(body=(passage.body, "Give the text."))
    if passage.kind != PassageKind.ACHIEVEMENT:
        return
    if passage.workstream_id is None or passage.year is None:
        raise Refused(year="Say which part of the plan this is expected of, and in which of its years.")
    same = Passage.objects.filter(
        plan=passage.plan_id, kind=passage.kind, workstream=passage.workstream_id, year=passage.year
    )
    if same.exclude(pk=passage.pk).exists():
        raise Refused(
            year="What is expected there in that year stands in the plan already. Change that text."
        )


def _recommendation(recommendation: Recommendation) -> None:
    _said(source=(recommendation.source, "Say whose recommendation it is."))
    same = Recommendation.objects.filter(source=recommendation.source, reference=recommendation.reference)
    if same.exclude(pk=recommendation.pk).exists():
        raise Refused(reference=f"{recommendation} is in the register already.")
