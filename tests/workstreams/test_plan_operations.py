"""Writing the plan: every change says why, keeps what is recorded, and is refused in a sentence where it cannot be."""

import threading

import pytest
from django.db import connection, connections, transaction

from tests.conftest import TODAY, behind_the_ledger, together
from workstreams import gather, permissions
from workstreams.models import (
    Action,
    ActionOfficer,
    Ledger,
    Level,
    Measure,
    Meeting,
    Outcome,
    Passage,
    Plan,
    SourceRef,
    Target,
    Upload,
    Workstream,
)
from workstreams.operations import (
    Overtaken,
    Refused,
    meetings,
    newest_row,
    newest_rows,
    papers,
    ratings,
    recorded,
    settle,
    targets,
)
from workstreams.operations import plan as planning
from workstreams.vocabulary import MeasureKind, MeasureState, PlanState, Recurrence

WHY = "The partnership asked for it."


@pytest.fixture
def unit(cast):
    return lambda: cast("business-unit").by


def draft(by, **facts):
    """A draft with one outcome of one action, and the BRAG key."""
    group = Plan.objects.current().first().deciding_group
    plan = planning.start_plan(
        deciding_group=group,
        with_brag=True,
        by=by,
        **{"ref": "next", "title": "The next plan", "shape": "BUSINESS_PLAN"} | facts,
    )
    workstream = planning.add_workstream(plan=plan, number="1", title="One", because="", by=by)
    outcome = planning.add_outcome(workstream=workstream, ref="1.1", statement="One", because="", by=by)
    action = planning.add_action(place=outcome, text="Act", because="", by=by)
    return plan, workstream, outcome, action


def picture(plan):
    return gather.take(plan, gather.head())


def one_of_each(plan):
    return [
        plan,
        plan.levels.first(),
        plan.workstreams.first(),
        plan.outcomes.first(),
        Action.objects.filter(outcome__plan=plan).first(),
        Measure.objects.of_plan(plan).first(),
        ActionOfficer.objects.filter(action__outcome__plan=plan).first(),
        SourceRef.objects.filter(outcome__plan=plan).first(),
        plan.passages.first(),
    ]


WORDS = {
    Plan: {"title": "Other"},
    Level: {"meaning": "Other"},
    Workstream: {"aim": "Other"},
    Outcome: {"statement": "Other"},
    Action: {"text": "Other"},
    Measure: {"text": "(R) Other", "recurring": True, "milestone": None, "growth": False, "future": False},
    ActionOfficer: {"printed": "Other"},
    SourceRef: {"printed": "Other"},
    Passage: {"body": "Other"},
}


# ---- a change


def test_every_noun_is_changed_with_a_reason_that_the_ledger_keeps(plan, unit):
    for item in one_of_each(plan):
        before = newest_row(item)
        planning.change(item=item, because=WHY, by=unit(), seen=before, **WORDS[type(item)])
        settle()
        row = Ledger.objects.get(seq=newest_row(item))
        assert (row.seq > before, row.because, row.operation) == (True, WHY, "UPDATE"), type(item)


def test_no_noun_of_a_plan_in_force_is_changed_without_a_reason(plan, unit):
    for item in one_of_each(plan):
        with pytest.raises(Refused) as refused:
            planning.change(item=item, because="  ", by=unit(), **WORDS[type(item)])
        assert "because" in refused.value.errors


def test_no_noun_is_changed_behind_a_back(plan, unit):
    for item in one_of_each(plan):
        with pytest.raises(Overtaken):
            planning.change(item=item, because=WHY, by=unit(), seen=newest_row(item) - 1, **WORDS[type(item)])


def test_a_change_that_changes_nothing_is_refused(plan, unit):
    with pytest.raises(Refused, match="Nothing is different"):
        planning.change(item=plan, because=WHY, by=unit(), title=plan.title)


def test_a_draft_is_written_without_reasons(plan, unit):
    _, workstream, _, action = draft(unit())
    assert planning.change(item=workstream, because="", by=unit(), title="Other").title == "Other"
    assert planning.change(item=action, because="", by=unit(), text="Other").text == "Other"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"text": " "}, "text"),
        ({"growth": True, "future": True}, "tags"),
        ({"recurring": False, "growth": True, "recurrence": Recurrence.QUARTERLY}, "recurrence"),
    ],
)
def test_a_measure_that_cannot_be_is_refused_under_the_fact_at_fault(plan, unit, measure_at, facts, field):
    with pytest.raises(Refused) as refused:
        planning.change(item=measure_at("3.2#1"), because=WHY, by=unit(), **facts)
    assert list(refused.value.errors) == [field]


def test_numbers_references_and_letters_are_used_once(plan, unit):
    first, second = plan.workstreams.all()[:2]
    with pytest.raises(Refused) as refused:
        planning.change(item=second, because=WHY, by=unit(), number=first.number)
    assert first.title in refused.value.errors["number"]
    with pytest.raises(Refused) as refused:
        planning.add_outcome(workstream=second, ref="1.1", statement="x", because=WHY, by=unit())
    assert "reference of another outcome" in refused.value.errors["ref"]
    level = plan.levels.first()
    with pytest.raises(Refused) as refused:
        planning.add_level(
            plan=plan,
            code=level.code.lower(),
            word="Other",
            meaning="x",
            token="GREY",
            because=WHY,
            by=unit(),
        )
    assert level.word in refused.value.errors["code"]


def test_what_is_added_stands_last_and_asks_why(plan, unit):
    last = plan.workstreams.order_by("order").last()
    with pytest.raises(Refused):
        planning.add_workstream(plan=plan, number="7", title="Seven", because="", by=unit())
    added = planning.add_workstream(plan=plan, number="7", title="Seven", because=WHY, by=unit())
    assert added.order == last.order + 1


def test_an_officer_is_named_once_and_may_update_from_then_on(plan, unit, cast, measure_at):
    measure = measure_at("1.1#1")
    chair = cast("chair-ldg")
    assert not permissions.acting_for(chair.person, measure)
    facts = {"action": measure.action, "post": chair.post, "role": "LEAD", "printed": "Chair"}
    officer = planning.name_officer(because=WHY, by=unit(), **facts)
    assert permissions.acting_for(chair.person, measure)
    with pytest.raises(Refused, match="named on this action already"):
        planning.name_officer(because=WHY, by=unit(), **facts)
    planning.take_off_officer(officer=officer, because=WHY, by=unit())
    assert not permissions.acting_for(chair.person, measure)


def test_an_action_has_one_progress(plan, unit):
    *_, action = draft(unit(), shape="INSPECTION")
    planning.add_measure(action=action, kind=MeasureKind.PROGRESS, because="", by=unit())
    with pytest.raises(Refused) as refused:
        planning.add_measure(action=action, kind=MeasureKind.PROGRESS, because="", by=unit())
    assert "progress already" in refused.value.errors["kind"]


# ---- order and place


def orders(rows):
    return [row.pk for row in rows.order_by("order", "pk")]


def test_a_row_changes_places_with_its_neighbour(plan, unit):
    before = orders(plan.workstreams)
    planning.move(item=plan.workstreams.get(pk=before[2]), up=True, because=WHY, by=unit())
    assert orders(plan.workstreams) == [before[0], before[2], before[1], *before[3:]]
    planning.move(item=plan.workstreams.get(pk=before[2]), up=False, because=WHY, by=unit())
    assert orders(plan.workstreams) == before


def test_rows_with_one_number_between_them_are_counted_anew(plan, unit, measure_at):
    action = measure_at("3.2#1").action
    planned = orders(action.measures)
    with recorded("test"):
        action.measures.update(order=1)
    planning.move(item=action.measures.get(pk=planned[1]), up=True, because=WHY, by=unit())
    assert orders(action.measures)[:2] == [planned[1], planned[0]]


def test_a_move_says_why_in_a_plan_in_force_and_need_not_in_a_draft(plan, unit):
    before = orders(plan.workstreams)
    with pytest.raises(Refused) as refused:
        planning.move(item=plan.workstreams.get(pk=before[2]), up=True, because=" ", by=unit())
    assert "Say why" in refused.value.errors["because"]
    assert orders(plan.workstreams) == before
    planning.move(item=plan.workstreams.get(pk=before[2]), up=True, because=WHY, by=unit())
    settle()
    assert {row.because for row in Ledger.objects.order_by("-seq")[:2]} == {WHY}
    other, *_ = draft(unit())
    first = planning.add_workstream(plan=other, number="7", title="Seven", because="", by=unit())
    assert planning.move(item=first, up=True, because="", by=unit()) == other.workstreams.order_by("order")[0]


def test_the_first_does_not_move_up_and_the_last_not_down(plan, unit):
    rows = plan.workstreams.order_by("order")
    with pytest.raises(Refused, match="first already"):
        planning.move(item=rows.first(), up=True, because=WHY, by=unit())
    with pytest.raises(Refused, match="last already"):
        planning.move(item=rows.last(), up=False, because=WHY, by=unit())


def test_what_was_withdrawn_is_passed_over_and_keeps_its_place(plan, unit):
    before = orders(plan.workstreams)
    second = planning.withdraw(item=plan.workstreams.get(pk=before[1]), because=WHY, by=unit())
    planning.move(item=plan.workstreams.get(pk=before[2]), up=True, because=WHY, by=unit())
    assert orders(plan.workstreams.filter(withdrawn=False))[:2] == [before[2], before[0]]
    planning.restore(item=second, because=WHY, by=unit())
    assert orders(plan.workstreams)[:3] == [before[2], before[1], before[0]]


def test_a_measure_moves_with_its_ratings_and_its_history(plan, unit, measure_at):
    measure, there = measure_at("4.1#1"), measure_at("1.1#1").action
    steps = list(measure.ratings.values_list("pk", flat=True))
    agreed = picture(plan).find(measure.pk).measure.agreed
    planning.move_to(item=measure, place=there, because=WHY, by=unit())
    placed = picture(plan).find(measure.pk)
    assert placed.outcome.ref == "1.1"
    assert placed.action.measures[-1].id == measure.pk
    assert placed.measure.agreed == agreed
    assert list(measure.ratings.values_list("pk", flat=True)) == steps


def test_an_action_moves_straight_under_a_workstream_and_back(plan, unit, measure_at):
    action = measure_at("4.1#1").action
    outcome, workstream = action.outcome, plan.workstreams.get(number="6")
    action = planning.move_to(item=action, place=workstream, because=WHY, by=unit())
    assert (action.outcome, action.workstream) == (None, workstream)
    action = planning.move_to(item=action, place=outcome, because=WHY, by=unit())
    assert (action.outcome, action.workstream) == (outcome, None)


def test_nothing_moves_to_another_plan_to_its_own_place_or_to_what_was_withdrawn(plan, unit, measure_at):
    _, _, other, _ = draft(unit())
    action = measure_at("4.1#1").action
    with pytest.raises(Refused, match="same plan"):
        planning.move_to(item=action, place=other, because=WHY, by=unit())
    with pytest.raises(Refused, match="there already"):
        planning.move_to(item=action, place=action.outcome, because=WHY, by=unit())
    gone = planning.withdraw(item=plan.outcomes.get(ref="6.1"), because=WHY, by=unit())
    with pytest.raises(Refused, match="which was withdrawn"):
        planning.move_to(item=action, place=gone, because=WHY, by=unit())


# ---- out of the plan, and back


@pytest.mark.parametrize("noun", ["workstream", "outcome", "action", "measure"])
def test_a_place_goes_with_all_beneath_it_and_comes_back_with_it(plan, unit, measure_at, noun):
    measure = measure_at("4.1#1")
    places = {"measure": measure, "action": measure.action, "outcome": measure.action.outcome}
    place = places.get(noun, measure.action.outcome.workstream)
    whole, beneath = picture(plan), planning.measures_beneath(place).live().count()
    gone = planning.withdraw(item=place, because=WHY, by=unit())
    without = picture(plan)
    assert len(without.measures) == len(whole.measures) - beneath
    assert without.find(measure.pk) is None
    planning.restore(item=gone, because=WHY, by=unit())
    assert picture(plan).workstreams == whole.workstreams


def test_what_is_withdrawn_is_not_asked_of_its_officers(plan, unit, cast, measure_at):
    measure = measure_at("4.1#1")
    assert measure in permissions.measures_to_update(cast("chair-ldg").person)
    planning.withdraw(item=measure.action.outcome, because=WHY, by=unit())
    assert measure not in permissions.measures_to_update(cast("chair-ldg").person)
    with pytest.raises(Refused, match="withdrawn"):
        ratings.say_no_change(measure=measure, by=cast("chair-ldg").by, seen=measure.ratings.last().pk)


def test_what_is_withdrawn_keeps_its_reference_only_until_another_has_it(plan, unit):
    outcome = plan.outcomes.get(ref="6.1")
    gone = planning.withdraw(item=outcome, because=WHY, by=unit())
    planning.add_outcome(workstream=outcome.workstream, ref="6.1", statement="New", because=WHY, by=unit())
    with pytest.raises(Refused) as refused:
        planning.restore(item=gone, because=WHY, by=unit())
    assert "6.1 is the reference of another outcome" in refused.value.errors["ref"]


def test_a_reference_under_a_withdrawn_workstream_is_taken(plan, unit):
    sixth = plan.workstreams.get(number="6")
    planning.withdraw(item=sixth, because=WHY, by=unit())
    first = plan.workstreams.get(number="1")
    with pytest.raises(Refused) as refused:
        planning.add_outcome(workstream=first, ref="6.1", statement="New", because=WHY, by=unit())
    assert "workstream 6, which was withdrawn" in refused.value.errors["ref"]


def test_a_part_of_what_was_withdrawn_is_not_restored_before_it(plan, unit, measure_at):
    measure = measure_at("4.1#1")
    planning.withdraw(item=measure, because=WHY, by=unit())
    planning.withdraw(item=measure.action.outcome, because=WHY, by=unit())
    with pytest.raises(Refused, match=r"outcome 4\.1, which was withdrawn"):
        planning.restore(item=measure, because=WHY, by=unit())
    with pytest.raises(Refused, match=r"Nothing is added to outcome 4\.1"):
        planning.add_action(place=measure.action.outcome, text="x", because=WHY, by=unit())


def test_withdrawing_twice_and_restoring_what_stands_are_refused(plan, unit):
    workstream = plan.workstreams.first()
    with pytest.raises(Refused, match="stands in the plan already"):
        planning.restore(item=workstream, because=WHY, by=unit())
    planning.withdraw(item=workstream, because=WHY, by=unit())
    with pytest.raises(Refused, match="withdrawn already"):
        planning.withdraw(item=workstream, because=WHY, by=unit())


# ---- before a meeting


def proposed(measure, by):
    return ratings.send_update(
        measure=measure,
        level=Level.objects.get(plan=ratings.plan_of(measure), code="G"),
        words="Going well.",
        by=by,
        seen=measure.ratings.order_by("-pk").first().pk,
    )


def test_an_update_that_no_papers_hold_waits_with_its_measure(plan, unit, cast, measure_at):
    measure = measure_at("4.2#2")
    sent = proposed(measure, cast("chair-ldg").by)
    gone = planning.withdraw(item=measure, because=WHY, by=unit())
    planning.restore(item=gone, because=WHY, by=unit())
    assert picture(plan).find(measure.pk).measure.proposal.id == sent.pk


def test_what_issued_papers_hold_stays_until_they_are_withdrawn(plan, unit, cast, measure_at):
    measure = measure_at("4.2#2")
    proposed(measure, cast("chair-ldg").by)
    meeting = Meeting.objects.next_of(plan.deciding_group)
    papers.issue_papers(meeting=meeting, plan=plan, label="1.80", changes="x", by=unit())
    for place in (measure, measure.action, measure.action.outcome, measure.action.outcome.workstream):
        with pytest.raises(Refused, match=r"papers for the meeting of .* hold an update"):
            planning.withdraw(item=place, because=WHY, by=unit())
    papers.withdraw_papers(meeting=meeting, plan=plan, because="x", by=unit())
    assert planning.withdraw(item=measure, because=WHY, by=unit()).state == MeasureState.WITHDRAWN


def test_what_lies_on_the_table_stays_until_the_meeting_is_closed(plan, unit, cast, measure_at):
    measure = measure_at("4.2#2")
    proposed(measure, cast("chair-ldg").by)
    meeting = Meeting.objects.next_of(plan.deciding_group)
    meetings.hold_meeting(meeting=meeting, present=[cast("dsp-council").post], by=unit())
    with pytest.raises(Refused, match="in session"):
        planning.withdraw(item=measure.action, because=WHY, by=unit())
    meetings.agree(
        measure=measure,
        meeting=meeting,
        level=Level.objects.get(plan=plan, code="G"),
        by=unit(),
        seen=measure.ratings.order_by("-pk").first().pk,
        because="",
    )
    with pytest.raises(Refused, match="in session"):
        planning.withdraw(item=measure.action, because=WHY, by=unit())
    meetings.close_meeting(meeting=meeting, plan=plan, label="1.90", changes="x", by=unit())
    assert planning.withdraw(item=measure.action, because=WHY, by=unit()).withdrawn


def test_what_papers_show_without_an_update_may_go_and_the_meeting_goes_on(plan, unit, cast):
    """Frozen papers keep it; the agenda and the decisions are of the plan as it stands."""
    meeting = Meeting.objects.next_of(plan.deciding_group)
    version = papers.issue_papers(meeting=meeting, plan=plan, label="1.80", changes="x", by=unit())
    silent = next(m for m in picture(plan).measures if m.proposal is None)
    planning.withdraw(item=Measure.objects.get(pk=silent.id), because=WHY, by=unit())
    meetings.hold_meeting(meeting=meeting, present=[cast("dsp-council").post], by=unit())
    assert any(
        m.id == silent.id
        for m in gather.frozen(permissions.reader(cast("scrutineer").person), version).measures
    )
    client = cast("business-unit").signed_in()
    assert client.get(f"/meetings/{meeting.pk}/decisions/").status_code == 200
    assert client.get(f"/meetings/{meeting.pk}/decisions/?measure={silent.id}").status_code == 404
    assert client.get(f"/meetings/{meeting.pk}/").status_code == 200
    assert client.get(f"/measures/{silent.id}/")["Location"].endswith(f"?measure={silent.id}")
    meetings.close_meeting(meeting=meeting, plan=plan, label="1.90", changes="x", by=unit())


# ---- the key


def test_a_level_in_use_is_reworded_and_not_withdrawn(plan, unit):
    amber = plan.levels.get(code="A")
    planning.change(item=amber, because=WHY, by=unit(), word="At risk")
    assert any(level.word == "At risk" for level in picture(plan).key)
    with pytest.raises(Refused, match="stands at At risk"):
        planning.withdraw(item=amber, because=WHY, by=unit())


def test_a_level_that_is_proposed_is_not_withdrawn(plan, unit, cast, measure_at):
    fifth = planning.add_level(
        plan=plan, code="P", word="Paused", meaning="Paused", token="GREY", because=WHY, by=unit()
    )
    measure = measure_at("4.2#2")
    ratings.send_update(
        measure=measure,
        level=fifth,
        words="Paused.",
        by=cast("chair-ldg").by,
        seen=measure.ratings.order_by("-pk").first().pk,
    )
    with pytest.raises(Refused, match="proposed for the measure"):
        planning.withdraw(item=fifth, because=WHY, by=unit())


def test_a_level_that_nothing_stands_at_goes_and_comes_back(plan, unit):
    fifth = planning.add_level(
        plan=plan, code="P", word="Paused", meaning="Paused", token="GREY", because=WHY, by=unit()
    )
    gone = planning.withdraw(item=fifth, because=WHY, by=unit())
    assert "Paused" not in [level.word for level in picture(plan).key]
    planning.restore(item=gone, because=WHY, by=unit())
    assert picture(plan).key[-1].word == "Paused"


# ---- a date


def test_a_date_is_set_with_a_reason_and_the_first_is_kept(plan, unit, measure_at):
    measure = measure_at("4.1#1")
    first = measure.targets.first()
    facts = {"text": "May 2024", "due_on": TODAY.replace(year=2024, month=5, day=31), "precision": "MONTH"}
    with pytest.raises(Refused):
        targets.set_target(measure=measure, by=unit(), **facts)
    targets.set_target(measure=measure, because=WHY, by=unit(), seen=measure.targets.last().pk, **facts)
    target = picture(plan).find(measure.pk).measure.target
    assert (target.text, target.first_text) == ("May 2024", first.text)
    with pytest.raises(Refused, match="date it has already"):
        targets.set_target(measure=measure, because=WHY, by=unit(), **facts)
    with pytest.raises(Overtaken):
        targets.set_target(measure=measure, because=WHY, by=unit(), seen=first.pk, **facts)


def test_a_date_that_is_asked_for_is_decided_first(plan, unit, cast, measure_at):
    measure = measure_at("4.2#2")
    due_on = TODAY.replace(year=2024, month=5, day=31)
    targets.ask_for_target(measure=measure, due_on=due_on, because="x", by=cast("chair-ldg").by)
    with pytest.raises(Refused, match="waits for the"):
        targets.set_target(
            measure=measure, text="June 2024", due_on=due_on, precision="MONTH", because=WHY, by=unit()
        )
    assert Target.objects.filter(measure=measure).latest("pk").step == "ASKED"


# ---- drafts


def test_a_draft_becomes_current_once_something_in_it_can_be_rated(plan, unit):
    new, _, _, action = draft(unit())
    with pytest.raises(Refused, match="no measure yet"):
        planning.make_current(plan=new, because=WHY, by=unit())
    planning.add_measure(action=action, text="(G) Grows", growth=True, because="", by=unit())
    with pytest.raises(Refused, match="Say why now"):
        planning.make_current(plan=new, because="", by=unit())
    assert planning.make_current(plan=new, because=WHY, by=unit()).state == PlanState.CURRENT
    with pytest.raises(Refused, match="Only a draft"):
        planning.make_current(plan=new, because=WHY, by=unit())


def test_a_plan_without_a_key_does_not_become_current(plan, unit):
    group = plan.deciding_group
    new = planning.start_plan(
        deciding_group=group, with_brag=False, by=unit(), ref="own", title="Own", shape="INSPECTION"
    )
    with pytest.raises(Refused, match="no key yet"):
        planning.make_current(plan=new, because=WHY, by=unit())


def test_two_plans_do_not_share_an_address_and_none_is_called_new(plan, unit):
    for ref in (plan.ref, "new"):
        with pytest.raises(Refused) as refused:
            draft(unit(), ref=ref)
        assert "ref" in refused.value.errors


def test_a_plan_in_force_keeps_its_address_and_its_deciding_group(plan, unit, cast):
    with pytest.raises(Refused) as refused:
        planning.change_plan(plan=plan, because=WHY, by=unit(), ref="other")
    assert "ref" in refused.value.errors
    with pytest.raises(Refused) as refused:
        planning.change_plan(plan=plan, because=WHY, by=unit(), deciding_group=cast("chair-ldg").post.group)
    assert "deciding_group" in refused.value.errors


@pytest.mark.parametrize("noun", ["workstream", "outcome", "action", "measure", "plan"])
def test_a_part_of_a_draft_is_deleted_with_all_beneath_it_and_leaves_its_ledger_rows(plan, unit, noun):
    new, workstream, outcome, action = draft(unit())
    measure = planning.add_measure(action=action, text="(G) Grows", growth=True, because="", by=unit())
    planning.cite(printed="JTAI", measure=measure, because="", by=unit())
    planning.add_passage(
        plan=new, kind="ACHIEVEMENT", workstream=workstream, year=1, body="x", because="", by=unit()
    )
    item = {"plan": new, "workstream": workstream, "outcome": outcome, "action": action, "measure": measure}[
        noun
    ]
    kept, pk = Measure.objects.of_plan(plan).count(), item.pk
    planning.delete(item=item, because="", by=unit())
    settle()
    assert not Measure.objects.filter(pk=measure.pk).exists()
    assert not type(item).objects.filter(pk=pk).exists()
    assert Measure.objects.of_plan(plan).count() == kept
    assert Ledger.objects.filter(
        table="workstreams_measure", row=str(measure.pk), operation="DELETE"
    ).exists()


def test_what_has_a_date_is_not_deleted_and_says_so(plan, unit):
    new, *_, action = draft(unit())
    measure = planning.add_measure(action=action, text="(G) Grows", growth=True, because="", by=unit())
    targets.set_target(measure=measure, text="July 2024", due_on=None, precision="NONE", by=unit())
    for item in (measure, action, new):
        with pytest.raises(Refused, match="has a target date"):
            planning.delete(item=item, because="", by=unit())
    assert planning.withdraw(item=measure, because="", by=unit()).state == MeasureState.WITHDRAWN


def test_nothing_of_a_plan_in_force_is_deleted(plan, unit, measure_at):
    for item in (plan, plan.workstreams.first(), measure_at("4.1#1"), plan.levels.first()):
        with pytest.raises(Refused, match="Only a draft"):
            planning.delete(item=item, because=WHY, by=unit())


# ---- two at once


def test_of_two_who_move_the_same_row_one_wins(stage, cast):
    plan, by = Plan.objects.get(), cast("business-unit").by
    row = plan.workstreams.order_by("order")[2]
    before, seen = orders(plan.workstreams), newest_row(row)

    def act(_):
        return planning.move(item=Workstream.objects.get(pk=row.pk), up=True, because=WHY, by=by, seen=seen)

    answers = together(2, act)
    assert sorted(type(a).__name__ for a in answers) == ["Overtaken", "Workstream"]
    assert orders(plan.workstreams) == [before[0], before[2], before[1], *before[3:]]


def test_of_an_edit_and_a_withdrawal_one_wins(stage, cast, measure_at):
    by, measure = cast("business-unit").by, measure_at("4.1#1")
    seen = newest_row(measure)
    answers = behind_the_ledger(
        lambda: planning.change(
            item=Measure.objects.get(pk=measure.pk),
            because=WHY,
            by=by,
            seen=seen,
            text=f"{measure.text} More",
        ),
        lambda: planning.withdraw(item=Measure.objects.get(pk=measure.pk), because=WHY, by=by, seen=seen),
    )
    assert isinstance(answers[0], Measure)
    assert isinstance(answers[1], Overtaken)
    measure.refresh_from_db()
    assert measure.state == MeasureState.LIVE


def test_of_two_who_take_one_number_one_wins(stage, cast):
    plan, by = Plan.objects.get(), cast("business-unit").by

    def act(i):
        return planning.add_workstream(plan=plan, number="7", title=f"Seven {i}", because=WHY, by=by)

    answers = together(2, act)
    assert sorted(type(a).__name__ for a in answers) == ["Refused", "Workstream"]
    assert plan.workstreams.filter(number="7").count() == 1


def crosswise(first, act, second):
    """Lock the row `first`; while `act` goes as far as it can, lock the row `second`. What the act answered."""
    answers = []

    def run():
        try:
            answers.append(act())
        except Exception as raised:
            answers.append(raised)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    with transaction.atomic(), connection.cursor() as cursor:
        type(first).objects.select_for_update(no_key=True).get(pk=first.pk)
        thread.start()
        waiting = 0
        while not waiting and thread.is_alive():
            cursor.execute("select pg_stat_clear_snapshot()")  # else one transaction sees one moment
            cursor.execute(
                "select count(*) from pg_stat_activity"
                " where datname = current_database() and wait_event_type = 'Lock'"
            )
            (waiting,) = cursor.fetchone()
            thread.join(0.01)
        type(second).objects.select_for_update(no_key=True).get(pk=second.pk)
    thread.join()
    return answers[0]


def test_a_measure_that_moves_waits_for_whoever_answers_both(stage, cast, measure_at):
    """As whoever agrees or returns many does: the measure with the lower key first."""
    one, other = measure_at("4.1#1"), measure_at("4.1#2")
    assert (one.action_id, one.pk) < (other.action_id, other.pk) == (one.action_id, other.pk)
    by = cast("business-unit").by
    moved = crosswise(
        one, lambda: planning.move(item=measure_at("4.1#2"), up=True, because=WHY, by=by), other
    )
    assert moved == other
    assert measure_at("4.1#1") == other


def test_a_draft_that_is_deleted_waits_for_whoever_applies_a_file_to_it(stage, cast):
    by = cast("business-unit").by
    plan, *_ = draft(by)
    upload = Upload.objects.create(
        user=by.user, plan=plan, kind="PLAN", name="plan.docx", content=b"...", sha256="0" * 64, document={}
    )
    assert crosswise(upload, lambda: planning.delete(item=plan, because="", by=by), plan) is None
    assert not Plan.objects.filter(ref=plan.ref).exists()


def test_the_newest_rows_of_many_are_those_of_each(plan):
    items = [*plan.workstreams.all(), *plan.levels.all(), plan]
    assert newest_rows(items) == {item: newest_row(item) for item in items}
    assert newest_rows([]) == {}
