"""Plans beside the plan, for the tests: an empty one, and an inspection's, in our own words."""

from datetime import date

from workstreams.models import Group, Measure, Plan
from workstreams.operations import plan as planning
from workstreams.operations import targets
from workstreams.vocabulary import (
    MeasureKind,
    OfficerRole,
    OutcomeKind,
    PlanShape,
    Precision,
    Recurrence,
    Token,
)

TITLE = "Inspection action plan 2023"
KEY = (
    ("P", "In progress", "Begun and not finished", False),
    ("O", "Ongoing", "Done, and goes on", False),
    ("C", "Completed", "Finished and shown", True),
)
SOON, RECORDS, SHARE, DRAFTED = (
    "Agree how soon a child is seen after a concern",
    "Read ten records each month",
    "Put one list of contacts in every team",
    "Write down who may share what",
)
EXPECTED = (
    "Children are seen on the day that matters.",
    "Families know who will call.",
    "Audits change practice.",
)


def another(plan, by, **facts):
    """A draft of the group that decides this plan, with its key and nothing in it."""
    facts = {"ref": "other", "title": "Other", "shape": "BUSINESS_PLAN", "with_brag": True} | facts
    return planning.start_plan(deciding_group=plan.deciding_group, by=by, **facts)


def inspection(unit, lead, *, group=None, ref="inspection-plan", title=TITLE, current=True):
    """Recommendation 1 has two actions and two expected outcomes; 2 an overdue action without anybody, and one that
    nothing is rated of; 3 an expected outcome alone. `lead` answers for the actions of 1."""
    by = unit.by
    plan = planning.add_plan(
        deciding_group=group or Group.objects.get(name="Executive Group"),
        ref=ref,
        title=title,
        shape=PlanShape.INSPECTION,
        workstream_word="Recommendation",
        by=by,
    )
    for order, (code, word, meaning, complete) in enumerate(KEY, start=1):
        planning.add_level(
            plan=plan,
            code=code,
            word=word,
            meaning=meaning,
            token=Token.GREY,
            order=order,
            is_complete=complete,
            by=by,
        )
    first, second, third = (
        planning.add_workstream(plan=plan, number=str(n), title=heading, order=n, by=by)
        for n, heading in enumerate(
            ("See children sooner", "Share what is known", "Learn from audits"), start=1
        )
    )
    soon = _action(first, f"{SOON}\n- by day\n- at night", by, due_on=date(2023, 12, 30), lead=lead)
    records = _action(
        first,
        RECORDS,
        by,
        recurrence=Recurrence.MONTHLY,
        note="The first ten were read in October.",
        lead=lead,
    )
    share = _action(second, SHARE, by, due_on=date(2023, 10, 31))
    planning.add_action(place=second, text=DRAFTED, order=2, progress_note="Drafted in May.", by=by)
    for order, (place, statement) in enumerate(zip((first, first, third), EXPECTED, strict=True), start=1):
        planning.add_outcome(
            workstream=place, kind=OutcomeKind.EXPECTED, statement=statement, order=order, by=by
        )
    if current:
        planning.make_current(plan=plan, by=by)
    return Plan.objects.get(pk=plan.pk), soon, records, share


def _action(place, text, by, *, due_on=None, recurrence=Recurrence.NONE, note="", lead=None) -> Measure:
    action = planning.add_action(
        place=place, text=text, order=place.actions.count() + 1, progress_note=note, by=by
    )
    if lead:
        planning.name_officer(
            action=action, post=lead.post, role=OfficerRole.LEAD, printed=lead.post.title, order=1, by=by
        )
    measure = planning.add_measure(
        action=action, kind=MeasureKind.PROGRESS, recurrence=recurrence, order=1, by=by
    )
    if due_on:
        targets.set_target(
            measure=measure, text=f"{due_on:%-d %B %Y}", due_on=due_on, precision=Precision.DAY, by=by
        )
    return measure
