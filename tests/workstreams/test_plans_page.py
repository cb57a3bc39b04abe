"""Plans side by side: the list, starting one, what each is called, making a draft current, deleting one."""

from uuid import uuid4

import pytest
from django.urls import reverse

from tests.shapes import another
from workstreams.models import Group, Ledger, Plan
from workstreams.operations import newest_row, recorded, settle
from workstreams.operations import plan as planning

WHY = "Approved by the Executive on 14 November."
PLANS, NEW = reverse("workstreams:plans-page"), reverse("workstreams:new-plan-page")
READERS = ("business-unit", "chair-ldg", "dsp-police", "scrutineer")


@pytest.fixture
def unit(cast):
    return cast("business-unit").signed_in()


@pytest.fixture
def other(plan, cast):
    """A draft with its key and one action that nobody answers for."""
    by = cast("business-unit").by
    other = another(plan, by, title="The other plan", workstream_word="Theme")
    place = planning.add_workstream(plan=other, number="1", title="One", by=by)
    planning.add_action(place=place, text="Act", by=by)
    return other


def facts_of(plan, form=""):
    page = reverse("workstreams:facts-page", args=[plan.ref])
    return f"{page}?form={form}" if form else page


def told(seen=None, **fields):
    return {
        "request_id": str(uuid4()),
        "seen": str(newest_row(seen)) if seen else "",
        "because": WHY,
    } | fields


def started(**fields):
    return told(
        **{
            "title": "Inspection plan",
            "ref": "",
            "shape": "INSPECTION",
            "workstream_word": "Recommendation",
            "year_label": "",
            "starts_on": "",
            "ends_on": "",
            "deciding_group": "",
            "new_group": "Leadership Team",
            "key": "OWN",
        }
        | fields
    )


# ---- the list


@pytest.mark.parametrize("key", READERS)
def test_lists_what_a_reader_may_see(plan, cast, key):
    html = cast(key).signed_in().get(PLANS).content.decode()
    assert plan.title in html
    assert "6 workstreams, 42 measures" in html
    assert ("Start a plan" in html) is (key == "business-unit")


def test_shows_a_draft_to_the_business_unit_alone(other, cast):
    for key in READERS:
        assert (other.title in cast(key).signed_in().get(PLANS).content.decode()) is (key == "business-unit")


def test_is_not_there_for_a_viewer_or_a_stranger(plan, cast, client):
    assert cast("viewer").signed_in().get(PLANS).status_code == 404
    assert client.get(PLANS).status_code == 302


# ---- starting


def test_starts_a_draft_with_a_group_of_its_own_and_its_own_key(unit, plan):
    answer = unit.post(NEW, started(), follow=True)
    new = Plan.objects.get(ref="inspection-plan")
    assert answer.redirect_chain == [(reverse("workstreams:key-page", args=[new.ref]), 303)]
    assert (new.state, new.shape, new.workstream_word) == ("DRAFT", "INSPECTION", "Recommendation")
    assert new.deciding_group == Group.objects.get(name="Leadership Team")
    assert new.deciding_group.kind == "OVERSIGHT_BOARD"
    assert not new.levels.exists()
    settle()
    assert Ledger.objects.filter(table="workstreams_plan", row=str(new.pk), operation="INSERT").exists()


def test_the_first_group_that_decides_is_the_executive(unit, plan):
    with recorded("test"):
        Group.objects.filter(kind="EXECUTIVE").update(kind="SUBGROUP")
    assert unit.post(NEW, started()).status_code == 303
    assert Group.objects.get(name="Leadership Team").kind == "EXECUTIVE"


def test_starts_one_with_the_brag_key_and_a_group_there_is(unit, plan):
    group = plan.deciding_group
    form = started(key="BRAG", new_group="", deciding_group=str(group.pk), ref="Next-Year")
    assert unit.post(NEW, form).status_code == 303
    new = Plan.objects.get(ref="next-year")
    assert [level.word for level in new.levels.order_by("order")] == ["Red", "Amber", "Green", "Blue"]
    assert [level.word for level in new.levels.filter(is_complete=True)] == ["Blue"]
    assert new.deciding_group == group


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": ""}, "Fill in “Title”"),
        ({"ref": "business-plan"}, "Another plan has the short name"),
        ({"ref": "new"}, "has a page of its own"),
        ({"ref": "a b"}, "Use only letters, numbers and dashes"),
        ({"new_group": ""}, "Choose the group that decides"),
        ({"starts_on": "2024-04-01", "ends_on": "2024-03-31"}, "The plan ends before it starts"),
    ],
)
def test_starts_nothing_from_what_cannot_be(unit, plan, fields, sentence):
    groups, rows = Group.objects.count(), Ledger.objects.count()
    answer = unit.post(NEW, started(**fields))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in html
    settle()
    assert (Plan.objects.count(), Group.objects.count(), Ledger.objects.count()) == (1, groups, rows)


def test_sent_twice_starts_one(unit, plan):
    form = started()
    assert [unit.post(NEW, form).status_code for _ in range(2)] == [303, 303]
    assert Plan.objects.count() == 2


@pytest.mark.parametrize(("key", "status"), [("chair-ldg", 403), ("scrutineer", 403), ("viewer", 404)])
def test_is_started_by_the_business_unit_alone(plan, cast, key, status):
    client = cast(key).signed_in()
    assert client.get(NEW).status_code == client.post(NEW, started()).status_code == status
    assert Plan.objects.count() == 1


# ---- what it is called


def as_it_is(plan, **fields):
    return {
        "title": plan.title,
        "ref": plan.ref,
        "shape": plan.shape,
        "workstream_word": plan.workstream_word,
        "year_label": plan.year_label,
        "starts_on": plan.starts_on.isoformat() if plan.starts_on else "",
        "ends_on": plan.ends_on.isoformat() if plan.ends_on else "",
        "deciding_group": str(plan.deciding_group_id),
    } | fields


def test_changes_what_a_plan_is_called(unit, plan):
    answer = unit.post(facts_of(plan, "change"), told(plan, **as_it_is(plan, title="Renamed")), follow=True)
    assert answer.redirect_chain == [(facts_of(plan), 303)]
    assert "Renamed" in answer.content.decode()


def test_a_draft_may_get_another_address(unit, other):
    answer = unit.post(facts_of(other, "change"), told(other, **as_it_is(other, ref="another")))
    assert answer["Location"] == reverse("workstreams:facts-page", args=["another"])


def test_a_plan_in_force_keeps_its_address(unit, plan):
    answer = unit.post(facts_of(plan, "change"), told(plan, **as_it_is(plan, ref="another")))
    assert answer.status_code == 422
    assert "links in letters and papers" in answer.content.decode()


def test_of_two_who_rename_it_the_second_sees_both(unit, plan, cast):
    form = told(plan, **as_it_is(plan, title="Mine"))
    planning.change_plan(plan=plan, because=WHY, by=cast("business-unit").by, title="Theirs")
    answer = unit.post(facts_of(plan, "change"), form)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Theirs" in html
    assert 'value="Mine"' in html


# ---- a draft comes into force, or goes


def test_says_what_is_missing_before_a_draft_becomes_current(unit, other, cast):
    html = unit.get(facts_of(other, "current")).content.decode()
    assert "Actions without a measure" in html
    assert "Actions without a responsible officer" in html
    answer = unit.post(facts_of(other, "current"), told(other))
    assert answer.status_code == 422
    assert "The plan has no measure yet" in answer.content.decode()
    by = cast("business-unit").by
    action = other.workstreams.first().actions.first()
    planning.add_measure(action=action, text="(G) Grows", growth=True, by=by)
    planning.name_officer(action=action, post=cast("chair-ldg").post, role="LEAD", printed="Chair", by=by)
    html = unit.get(facts_of(other, "current")).content.decode()
    assert "Measures without a target date" in html
    assert "Actions without a measure" not in html
    answer = unit.post(facts_of(other, "current"), told(other))
    assert answer["Location"] == reverse("workstreams:plan-page", args=[other.ref])
    other.refresh_from_db()
    assert other.is_current
    settle()
    assert Ledger.objects.get(seq=newest_row(other)).because == WHY


def test_a_plan_in_force_is_neither_made_current_nor_deleted(unit, plan):
    for form in ("current", "delete"):
        assert unit.get(facts_of(plan, form)).status_code == 404
        assert unit.post(facts_of(plan, form), told(plan)).status_code == 404


def test_a_draft_is_deleted_whole(unit, other, plan):
    assert "everything in it" in unit.get(facts_of(other, "delete")).content.decode()
    answer = unit.post(facts_of(other, "delete"), told(other, because=""), follow=True)
    assert answer.redirect_chain == [(PLANS, 303)]
    assert "Deleted: The other plan." in answer.content.decode()
    assert list(Plan.objects.all()) == [plan]
    settle()
    gone = Ledger.objects.filter(table="workstreams_level", operation="DELETE").latest("seq")
    record = unit.get(reverse("workstreams:record-page", args=[gone.seq])).content.decode()
    assert "The other plan" in record.partition("<main")[2]


def test_every_page_of_keeping_works_for_a_plan_of_another_shape(unit, plan, cast):
    assert unit.post(NEW, started()).status_code == 303
    new, by = Plan.objects.get(ref="inspection-plan"), cast("business-unit").by
    planning.add_level(plan=new, code="IP", word="In progress", meaning="x", token="GREY", by=by)
    place = planning.add_workstream(plan=new, number="1", title="One", by=by)
    outcome = planning.add_outcome(workstream=place, kind="EXPECTED", statement="Expected", by=by)
    action = planning.add_action(place=place, text="Act", by=by)
    measure = planning.add_measure(action=action, kind="PROGRESS", by=by)
    for page in ("keeping", "key", "texts", "facts"):
        assert unit.get(reverse(f"workstreams:{page}-page", args=[new.ref])).status_code == 200
    for noun, item in {"outcomes": outcome, "actions": action, "measures": measure}.items():
        for form in ("", "change", "withdraw", "place", "delete"):
            page = reverse("workstreams:part-page", args=[new.ref, noun, item.pk])
            assert unit.get(f"{page}?form={form}" if form else page).status_code == 200


def test_many_plans_take_as_many_queries_as_one(unit, plan, cast, django_assert_max_num_queries):
    def listing():
        with django_assert_max_num_queries(40) as taken:
            unit.get(PLANS)
        return len(taken)

    listing()
    one = listing()
    for n in range(3):
        another(plan, cast("business-unit").by, ref=f"plan-{n}", title=f"Plan {n}", shape="INSPECTION")
    listing()
    assert listing() == one
