"""The frame of every page: the menu, its counter, and who somebody is here."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from workstreams import due, gather, permissions
from workstreams.operations import people

HELP = "/help/"  # a page that everybody may see


def nav(client, path=HELP):
    return client.get(path).context["nav"]


def labels(client):
    return [item["label"] for item in nav(client)["items"]]


@pytest.mark.parametrize(
    ("who", "menu"),
    [
        ("chair-ldg", ["My updates", "The plan", "Meetings", "Reports", "History"]),
        ("dsp-police", ["My updates", "The plan", "Meetings", "Reports", "History"]),
        ("business-unit", ["My updates", "The plan", "Meetings", "Reports", "History", "People"]),
        ("scrutineer", ["The plan", "Meetings", "Reports", "History"]),
        ("viewer", ["The plan", "Reports"]),
    ],
)
def test_offers_what_the_post_allows(db, cast, who, menu):
    assert labels(cast(who).signed_in()) == menu


def test_offers_nothing_without_an_appointment(db, cast):
    member = cast("viewer")
    client = member.signed_in()
    end(member, cast)
    assert labels(client) == []
    page = client.get(HELP).content.decode()
    assert 'aria-label="Menu"' not in page
    assert "Sign out" in page


def test_offers_to_find_only_what_may_be_read(db, cast):
    for who, finds in (("chair-ldg", True), ("viewer", False)):
        assert ('role="search"' in cast(who).signed_in().get(HELP).content.decode()) is finds


def end(member, cast):
    for appointment in member.user.appointments.all():
        people.end_appointment(
            appointment=appointment, ends_on=gather.today() - timedelta(days=1), by=cast("business-unit").by
        )


def test_counts_what_is_still_to_do(plan, cast):
    person = cast("chair-ldg").person
    picture = gather.picture_for(permissions.reader(person), plan)
    waiting = len(due.to_do(picture, person.post_ids))
    assert waiting > 0
    [updates, *others] = nav(cast("chair-ldg").signed_in())["items"]
    assert updates["count"] == waiting
    assert all(item["count"] is None for item in others)


def test_marks_where_somebody_is(db, cast):
    items = nav(cast("business-unit").signed_in(), reverse("workstreams:people-page"))["items"]
    assert [item["label"] for item in items if item["current"]] == ["People"]


def test_names_the_post_somebody_acts_in(db, cast):
    frame = nav(cast("business-unit").signed_in())
    assert (frame["acting_as"], frame["deputy"]) == ("Business Unit", False)


def test_a_stranger_sees_the_frame_and_no_menu(db):
    page = Client().get(HELP)
    assert page.context["nav"]["is_demonstration"]
    assert "Menu" not in page.content.decode()
    assert "Nothing here is about real children" in page.content.decode()


def test_stands_on_error_pages_too(db, cast):
    page = cast("chair-ldg").signed_in().get("/nowhere/")
    assert page.status_code == 404
    assert "My updates" in page.content.decode()
    assert Client().get("/nowhere/").status_code == 404


def test_costs_a_page_few_queries(plan, cast, django_assert_max_num_queries):
    client = cast("dsp-council").signed_in()
    client.get(HELP)
    with django_assert_max_num_queries(8):
        client.get(HELP)
