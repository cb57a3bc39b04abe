"""A group: renamed, moved under another, and ended with its posts."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests.screens import OTHERS, answer, newest, nothing_written, typed, words
from workstreams.models import Group
from workstreams.operations import people


def address(group, form=""):
    return reverse("workstreams:group-page", args=[group.pk]) + (f"?form={form}" if form else "")


@pytest.fixture
def unit(db, cast):
    return cast("business-unit").signed_in()


@pytest.fixture
def ldg(db):
    return Group.objects.get(short_name="LDG")


def test_shows_what_it_is_and_its_posts(unit, ldg):
    said = words(unit.get(address(ldg)))
    assert "Kind Subgroup" in said
    assert "Reports to Executive Group" in said
    assert "Chair of Learning and Development Group (LDG)" in said
    executive = words(unit.get(address(ldg.reports_to)))
    assert "It decides" in executive
    assert "Groups that report to it" in executive


def test_is_renamed_and_leaves_its_trace(unit, ldg):
    went = answer(unit, address(ldg, "change"), name="Learning Board", short_name="LB", because="Merged.")
    assert (went.status_code, went["Location"]) == (303, address(ldg))
    ldg.refresh_from_db()
    assert (ldg.name, ldg.short_name) == ("Learning Board", "LB")
    trace = newest("group")
    assert (trace.after["name"], trace.because) == ("Learning Board", "Merged.")
    record = words(unit.get(reverse("workstreams:record-page", args=[trace.seq])))
    assert "Group Learning and Development Group (LDG) renamed" in record


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"name": ""}, "Fill in “Name”"),
        ({"name": "MASH Steering Group"}, "Another group is called this"),
        ({"because": ""}, "Say why, in a sentence"),
    ],
)
def test_bad_input_changes_nothing_and_says_why(unit, ldg, changes, why):
    with nothing_written():
        page = answer(unit, address(ldg, "change"), **changes)
    assert page.status_code == 422
    assert why in page.content.decode()


def test_no_group_reports_to_itself_in_the_end(unit, ldg):
    with nothing_written():
        page = answer(unit, address(ldg.reports_to, "change"), reports_to=ldg.pk)
    assert page.status_code == 422
    assert "reports to this group, or is this group" in page.content.decode()


def test_somebody_who_was_first_is_not_overwritten(unit, ldg):
    where = address(ldg, "change")
    mine = typed(unit.get(where)) | {"name": "Mine", "because": "x"}
    answer(unit, where, name="Theirs")
    page = unit.post(where, mine)
    assert page.status_code == 409
    assert 'value="Mine"' in page.content.decode()
    assert Group.objects.get(pk=ldg.pk).name == "Theirs"


def test_ends_with_its_posts_and_goes_on_again(unit, ldg):
    assert "With it end 1 post and 1 appointment." in words(unit.get(address(ldg, "end")))
    assert answer(unit, address(ldg, "end"), ends_on="2023-12-31").status_code == 303
    post = ldg.posts.get()
    assert (post.ends_on, post.appointments.get().ends_on) == (date(2023, 12, 31), date(2023, 12, 31))
    assert "Ends 31 December 2023" in words(unit.get(address(ldg)))
    assert answer(unit, address(ldg, "resume")).status_code == 303
    assert ldg.posts.get().ends_on is None


def test_the_group_that_decides_the_plan_does_not_end(unit, ldg):
    with nothing_written():
        page = answer(unit, address(ldg.reports_to, "end"), ends_on="2023-12-31")
    assert page.status_code == 422
    assert "The group decides the plan" in page.content.decode()


def test_one_that_ended_says_so(unit):
    group = people.add_group(name="Heatwave Group", kind="TASK_AND_FINISH", by="test")
    assert answer(unit, address(group, "end"), ends_on="2023-11-23").status_code == 303
    assert "Ended 23 November 2023" in words(unit.get(address(group)))
    assert unit.get(address(group, "end")).status_code == 404


@pytest.mark.parametrize("who", OTHERS)
def test_is_not_there_for_others(db, cast, who, ldg):
    client = cast(who).signed_in()
    assert client.get(address(ldg)).status_code == 404
    with nothing_written():
        assert client.post(address(ldg, "end"), {"ends_on": "2023-11-23", "because": "x"}).status_code == 404


def test_leads_a_stranger_to_sign_in(db, ldg):
    assert Client().get(address(ldg))["Location"].startswith(reverse("account_login"))


def test_costs_few_queries(unit, ldg, django_assert_max_num_queries):
    unit.get(address(ldg))
    with django_assert_max_num_queries(11):
        unit.get(address(ldg))
