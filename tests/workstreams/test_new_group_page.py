"""Adding a group."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.screens import OTHERS, answer, newest, nothing_written, words
from workstreams.models import Group

PAGE = reverse("workstreams:new-group-page")
PEOPLE = reverse("workstreams:people-page")


@pytest.fixture
def unit(db, cast):
    return cast("business-unit").signed_in()


def test_adds_a_group_and_leaves_its_trace(unit):
    executive = Group.objects.get(kind="EXECUTIVE")
    said = {
        "name": "Heatwave Group",
        "short_name": "Heat",
        "kind": "TASK_AND_FINISH",
        "reports_to": executive.pk,
    }
    went = answer(unit, PAGE, **said, starts_on="1 December 2023", because="A hot summer.")
    assert (went.status_code, went["Location"]) == (303, PEOPLE)
    group = Group.objects.get(name="Heatwave Group")
    assert (group.reports_to, group.starts_on.isoformat()) == (executive, "2023-12-01")
    assert newest("group").because == "A hot summer."
    said = words(unit.get(PEOPLE))
    assert (
        "Heatwave Group Task and finish group, reports to Executive, from 1 December 2023 No post yet."
        in said
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"name": " "}, "Fill in “Name”"),
        ({"name": "MASH steering group"}, "Another group is called this: MASH Steering Group."),
        ({"short_name": "mash"}, "Another group is called this: MASH Steering Group."),
        ({"kind": "CLUB"}, "not one of the available choices"),
        ({"starts_on": "spring"}, "Write the day as a date"),
        ({"because": ""}, "Say why, in a sentence"),
    ],
)
def test_bad_input_adds_nothing_and_says_why(unit, changes, why):
    with nothing_written():
        page = answer(unit, PAGE, **({"name": "Heatwave Group", "kind": "SUBGROUP"} | changes))
    assert page.status_code == 422
    assert why in page.content.decode()
    assert "Error: Add a group" in page.content.decode()


@pytest.mark.parametrize("who", OTHERS)
def test_is_not_there_for_others(db, cast, who):
    client = cast(who).signed_in()
    assert client.get(PAGE).status_code == 404
    with nothing_written():
        assert client.post(PAGE, {"name": "x", "kind": "SUBGROUP", "because": "x"}).status_code == 404


def test_leads_a_stranger_to_sign_in(db):
    assert Client().get(PAGE)["Location"].startswith(reverse("account_login"))
