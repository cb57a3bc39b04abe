"""Which rows of the ledger are of which place, deleted things too; and who still reads drafts and what they signed."""

import pytest
from django.db import connection

from tests.shapes import inspection
from workstreams import history, permissions
from workstreams.models import ActionOfficer, Ledger, Measure, Outcome, Plan, Rating, Workstream
from workstreams.operations import plan as planning
from workstreams.operations import ratings, settle
from workstreams.vocabulary import OfficerRole, PlanShape, RatingStep


@pytest.fixture
def unit(cast, db):
    return cast("business-unit").by


@pytest.fixture
def seen(db, cast):
    """The rows that somebody may see, by number."""

    def by(key):
        settle()
        rows = history.visible(Ledger.objects.all(), permissions.reader(cast(key).person))
        return set(rows.values_list("seq", flat=True))

    return by


@pytest.fixture
def drafted(db, cast):
    inspection(cast("business-unit"), cast("chair-mash"), current=False)
    settle()
    return Plan.objects.get(shape=PlanShape.INSPECTION)


@pytest.fixture
def begun(unit, plan):
    """A draft of one workstream, down to a measure, in which nothing was recorded."""
    made = planning.add_plan(
        deciding_group=plan.deciding_group, ref="next-year", title="Next year", shape=plan.shape, by=unit
    )
    planning.add_level(
        plan=made, code="D", word="Done", meaning="Done", token="BLUE", order=1, is_complete=True, by=unit
    )
    workstream = planning.add_workstream(plan=made, number="1", title="Homes", order=1, by=unit)
    outcome = planning.add_outcome(workstream=workstream, ref="1.1", statement="Safe.", order=1, by=unit)
    action = planning.add_action(place=outcome, text="Visit.", order=1, by=unit)
    planning.name_officer(action=action, post=unit.post, role=OfficerRole.LEAD, printed="Unit", by=unit)
    planning.add_measure(action=action, text="(G) All are visited.", growth=True, order=1, by=unit)
    settle()
    return made


def found(**what):
    settle()
    return history.chosen(Ledger.objects.all(), history.Chosen(**what))


def since(seq):
    settle()
    return set(Ledger.objects.filter(seq__gt=seq).values_list("seq", flat=True))


def newest():
    settle()
    return Ledger.objects.latest("seq").seq


READERS = ("scrutineer", "dsp-police", "chair-mash")


# ---- drafts


def test_a_draft_is_the_business_units_alone(seen, drafted):
    its = set(found(plan=drafted.pk).values_list("seq", flat=True))
    assert {"workstreams_plan", "workstreams_level", "workstreams_measure", "workstreams_target"} <= {
        row.table for row in found(plan=drafted.pk)
    }
    assert its <= seen("business-unit")
    for key in READERS:
        assert not its & seen(key)


@pytest.mark.parametrize("what", ["workstreams", "outcomes"])
def test_what_was_deleted_from_a_draft_stays_hidden_with_it(seen, begun, unit, what):
    before = newest()
    planning.delete(item=getattr(begun, what).get(), because="Begun twice.", by=unit)
    deleted = since(before)
    assert Ledger.objects.filter(seq__in=deleted, operation="DELETE", table="workstreams_action").exists()
    assert deleted <= seen("business-unit")
    for key in READERS:
        assert not deleted & seen(key)


def test_a_deleted_draft_leaves_no_trace_for_others(seen, begun, unit):
    before = min(found(plan=begun.pk).values_list("seq", flat=True)) - 1
    planning.delete(item=begun, because="Not this year.", by=unit)
    assert not Plan.objects.filter(pk=begun.pk).exists()
    everything = since(before)
    assert everything <= seen("business-unit")
    for key in READERS:
        assert not everything & seen(key)


def test_all_of_it_is_there_once_partners_work_to_it(seen, begun, unit):
    spare = planning.add_outcome(
        workstream=begun.workstreams.get(), ref="1.2", statement="Twice.", order=2, by=unit
    )
    planning.delete(item=spare, because="Begun twice.", by=unit)
    its = set(found(plan=begun.pk).values_list("seq", flat=True))
    planning.make_current(plan=begun, by=unit, because="The board agreed.")
    assert its <= seen("scrutineer")
    assert Ledger.objects.filter(seq__in=its, operation="DELETE").exists()


def test_a_draft_hides_nothing_of_the_other_plan(seen, plan, cast):
    before = {key: seen(key) for key in READERS}
    inspection(cast("business-unit"), cast("chair-mash"), current=False)
    for key in READERS:
        assert before[key] <= seen(key)


# ---- one's own


def test_what_a_post_signed_stays_its_own_when_it_is_taken_off(seen, cast, unit, measure_at):
    measure = measure_at("4.1#2")
    last = measure.ratings.order_by("-pk").first()
    sent = ratings.send_update(
        measure=measure,
        level=last.level or measure.ratings.filter(level__isnull=False).last().level,
        words="Everyone was trained.",
        recovery_plan="By spring.",
        by=cast("chair-ldg").by,
        seen=last.pk,
    )
    settle()
    row = Ledger.objects.get(table="workstreams_rating", row=str(sent.pk))
    for officer in ActionOfficer.objects.filter(action=measure.action, post=cast("chair-ldg").post):
        planning.take_off_officer(officer=officer, because="It went to another group.", by=unit)
    assert measure not in Measure.objects.of_posts(cast("chair-ldg").person.post_ids)
    assert row.seq in seen("chair-ldg")
    assert row.seq not in seen("chair-neglect")
    others = Rating.objects.filter(measure=measure, step=RatingStep.PROVISIONAL).exclude(
        for_post=cast("chair-ldg").post
    )
    hidden = Ledger.objects.filter(
        table="workstreams_rating", row__in=[str(pk) for pk in others.values_list("pk", flat=True)]
    )
    assert not set(hidden.values_list("seq", flat=True)) & seen("chair-ldg")


# ---- places


def test_every_row_of_a_plan_is_in_one_of_its_workstreams_or_the_plans_own(plan):
    whole = set(found(plan=plan.pk).values_list("seq", flat=True))
    parts = set()
    for workstream in plan.workstreams.all():
        its = set(found(workstream=workstream.pk).values_list("seq", flat=True))
        assert not its & parts
        parts |= its
    assert parts < whole
    assert {row.table for row in Ledger.objects.filter(seq__in=whole - parts)} == {
        "workstreams_plan",
        "workstreams_level",
        "workstreams_passage",
        "workstreams_version",
    }


def test_what_moved_is_found_where_it_left_and_where_it_went(plan, unit):
    outcome = Outcome.objects.get(ref="4.2")
    was, now = outcome.workstream, Workstream.objects.get(plan=plan, number="1")
    planning.move_to(item=outcome, place=now, because="It belongs there.", by=unit)
    settle()
    row = Ledger.objects.filter(table="workstreams_outcome", row=str(outcome.pk)).latest("seq")
    assert found(workstream=was.pk).filter(seq=row.seq).exists()
    assert found(workstream=now.pk).filter(seq=row.seq).exists()
    measure = Measure.objects.filter(action__outcome=outcome).first()
    assert found(workstream=now.pk).filter(table="workstreams_rating", after__measure_id=measure.pk).exists()
    assert found(reference="4.2").filter(seq=row.seq).exists()


def test_a_group_has_what_its_posts_did_and_what_is_recorded_of_it(db, cast):
    group = cast("chair-mash").post.group
    rows = found(group=group.pk)
    assert {str(post) for post in group.posts.values_list("pk", flat=True)} >= {
        row.for_post for row in rows if row.table == "workstreams_rating"
    }
    assert {
        "workstreams_group",
        "workstreams_post",
        "workstreams_appointment",
        "workstreams_rating",
    } <= {row.table for row in rows}


def test_a_person_has_what_they_did_in_any_post(db, cast):
    user = cast("chair-mash").user
    rows = found(person=user.pk)
    assert rows
    assert {row.by for row in rows} == {str(user.pk)}


# ---- quickly


@pytest.mark.parametrize(
    ("what", "index"),
    [
        ({"post": 7}, "entry_for_post"),
        ({"person": 7}, "entry_by"),
        ({"meeting": 7}, "entry_meeting"),
        ({"measure": 7}, "entry_measure"),
        ({"kind": history.Kind.PEOPLE}, "entry_row"),
    ],
)
def test_finds_what_is_seldom_by_an_index(db, what, index):
    rows = history.chosen(Ledger.objects.order_by(), history.Chosen(**what))
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        assert index in rows.explain()
