"""The plan as people know it: seven columns, every measure, filters in the address, nothing leaked."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from workstreams.models import Measure

ADDRESS = "/plans/business-plan/"


def shown(page):
    return re.findall(r'<tr role="row" id="measure-(\d+)"', page.content.decode())


def test_shows_every_measure_in_the_plans_own_table(cast, db):
    page = cast("business-unit").signed_in().get(ADDRESS)
    text = page.content.decode()
    assert len(shown(page)) == 42
    assert text.count('<table class="plan" role="table"') == 6
    for column in (
        "Required outcome",
        "Action",
        "Responsible officer",
        "Target date",
        "BRAG rating",
        "Measure of impact",
        "Impact reported to Executive and accepted",
    ):
        assert text.count(f">{column}</th>") == 6
    assert text.count('scope="rowgroup"') == 13


def test_every_rating_has_its_word(cast, db):
    text = cast("business-unit").signed_in().get(ADDRESS).content.decode()
    cells = re.findall(r'<div class="fill[^>]*>.*?<span>(\w+)', text, re.DOTALL)
    assert len(cells) == 42
    assert set(cells) <= {"Blue", "Green", "Amber", "Red"}


@pytest.mark.parametrize(
    ("query", "test"),
    [
        ("workstream=3", lambda p: p.workstream.number == "3"),
        ("level=A", lambda p: p.measure.level.code == "A"),
        ("tag=F", lambda p: p.measure.future),
        ("overdue=on", lambda p: p.measure.is_overdue),
        ("not_updated=on", lambda p: p.measure.not_updated),
        (
            "owes_impact=on",
            lambda p: p.measure.is_complete and not (p.measure.impact and p.measure.impact.accepted),
        ),
        ("level=B&tag=M", lambda p: p.measure.level.code == "B" and p.measure.milestone),
    ],
)
def test_filters_stay_in_the_address_and_show_exactly_what_fits(cast, plan, query, test):
    page = cast("scrutineer").signed_in().get(f"{ADDRESS}?{query}")
    expected = [str(p.measure.id) for p in page.context["picture"].placed() if test(p)]
    assert shown(page) == expected
    assert expected
    assert f"{len(expected)} of 42 measures shown" in page.content.decode()


def test_by_officer(cast, db):
    post = cast("chair-ldg").post
    page = cast("scrutineer").signed_in().get(f"{ADDRESS}?officer={post.pk}")
    assert len(shown(page)) == 7


def test_an_unknown_filter_hides_nothing(cast, db):
    page = cast("scrutineer").signed_in().get(f"{ADDRESS}?level=Z&workstream=99&tag=%3Cscript%3E")
    assert len(shown(page)) == 42
    assert "<script>" not in page.content.decode().replace("<script ", "")


def test_says_when_nothing_fits(cast, db):
    page = cast("scrutineer").signed_in().get(f"{ADDRESS}?workstream=4&level=R")
    assert "No measure fits" in page.content.decode()
    assert "Show the whole plan" in page.content.decode()


def test_partner_staff_see_the_agreed_version_without_what_was_proposed(cast, db):
    page = cast("viewer").signed_in().get(ADDRESS)
    assert page.status_code == 200
    assert len(shown(page)) == 42
    assert 'class="proposed"' not in page.content.decode()
    assert "/measures/" not in page.content.decode()


def test_a_chair_sees_what_was_proposed_for_their_own_measures_alone(cast, db):
    page = cast("chair-ldg").signed_in().get(ADDRESS)
    seen = {p.measure.id for p in page.context["picture"].placed() if p.measure.proposal}
    own = set(Measure.objects.of_posts(frozenset({cast("chair-ldg").post.pk})).values_list("pk", flat=True))
    assert seen
    assert seen <= own


def test_an_unknown_plan_is_not_found(cast, db):
    assert cast("business-unit").signed_in().get("/plans/another/").status_code == 404


def test_a_stranger_is_asked_to_sign_in(db):
    assert Client().get(ADDRESS)["Location"].startswith(reverse("account_login"))


def test_the_short_address_leads_to_the_current_plan(cast, db):
    answer = cast("viewer").signed_in().get("/plan/")
    assert (answer.status_code, answer["Location"]) == (303, ADDRESS)
    kept = cast("viewer").signed_in().get("/plan/?as-at=304&overdue=on")
    assert kept["Location"] == f"{ADDRESS}?as-at=304&overdue=on"


def test_one_reference_on_one_page(cast, db):
    page = cast("chair-ldg").signed_in().get(f"{ADDRESS}references/4.1/")
    assert page.status_code == 200
    assert len(shown(page)) == 3
    assert cast("chair-ldg").signed_in().get(f"{ADDRESS}references/9.9/").status_code == 404


def test_costs_the_same_number_of_queries_whatever_the_history(cast, db, django_assert_max_num_queries):
    client = cast("scrutineer").signed_in()
    with django_assert_max_num_queries(32):
        client.get(ADDRESS)
