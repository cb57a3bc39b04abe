"""An appointment's last day, and taking back what should never have been made."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import TODAY
from tests.screens import OTHERS, answer, newest, nothing_written, typed, words
from workstreams import gather
from workstreams.models import Appointment
from workstreams.operations import people

PEOPLE = reverse("workstreams:people-page")


def held(cast, who):
    return cast(who).user.appointments.order_by("pk").first()


def address(appointment, form="last-day"):
    return reverse("workstreams:appointment-page", args=[appointment.pk]) + f"?form={form}"


@pytest.fixture
def unit(db, cast):
    return cast("business-unit").signed_in()


@pytest.fixture
def end(cast):
    def act(client, who, ends_on, **changes):
        return answer(client, address(held(cast, who)), ends_on=ends_on, **changes)

    return act


@pytest.fixture
def coming(cast, db):
    """Somebody who will be deputy in a week."""
    post = cast("chair-ldg").post
    user = people.invite(
        email="d@council.example",
        name="Deputy",
        post=post,
        starts_on=TODAY + timedelta(days=7),
        by=cast("business-unit").by,
        kind="DEPUTY",
    )
    return user.appointments.get()


def test_asks_before_an_appointment_ends(unit, cast):
    said = words(unit.get(address(held(cast, "chair-ldg"))))
    assert "When does this appointment end?" in said
    assert "LDG chair , Chair of Learning and Development Group (LDG), since 1 April 2023" in said


def test_ends_an_appointment_and_leaves_its_trace(unit, cast, end):
    went = end(unit, "chair-ldg", "30 November 2023", because="Her term is over.")
    assert (went.status_code, went["Location"]) == (303, PEOPLE)
    assert held(cast, "chair-ldg").ends_on == date(2023, 11, 30)
    trace = newest("appointment")
    assert (trace.after["ends_on"], trace.by) == ("2023-11-30", str(cast("business-unit").user.pk))
    assert trace.because == "Her term is over."
    said = words(unit.get(PEOPLE))
    assert (
        "LDG chair is appointed to Chair of Learning and Development Group (LDG) until 30 November 2023"
        in said
    )


def test_a_last_day_is_changed_and_taken_away_before_it_passed(unit, cast, end):
    end(unit, "chair-ldg", "2023-11-30")
    assert end(unit, "chair-ldg", "2023-12-31").status_code == 303
    assert held(cast, "chair-ldg").ends_on == date(2023, 12, 31)
    assert end(unit, "chair-ldg", "").status_code == 303
    assert held(cast, "chair-ldg").ends_on is None
    assert "until somebody gives it a last day" in words(unit.get(PEOPLE))


def test_what_is_over_is_shown_without_a_form_or_a_name(unit, cast, end):
    over = held(cast, "chair-ldg")
    sent = typed(unit.get(address(over)))
    end(unit, "chair-ldg", "2023-11-23")
    page = unit.get(address(over))
    assert "This appointment is over" in words(page)
    assert "LDG chair" not in page.content.decode().partition("<h1")[2]
    with nothing_written():
        unit.post(address(over), sent | {"ends_on": "2023-12-01", "because": "x"})


def test_access_ends_on_the_next_request(unit, cast, end, measure_at):
    chair = cast("chair-ldg").signed_in()
    measure = reverse("workstreams:measure-page", args=[measure_at("4.1#1").pk])
    assert chair.get(measure).status_code == 200
    end(unit, "chair-ldg", (gather.today() - timedelta(days=1)).isoformat())
    assert chair.get(measure).status_code == 404
    assert chair.get(reverse("workstreams:my-updates")).status_code == 404
    assert "You hold no post today" in chair.get("/").content.decode()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"ends_on": ""}, "Fill in “Last day”"),
        ({"ends_on": "soon"}, "Write the day as a date"),
        ({"ends_on": "1 March 2023"}, "An appointment ends on or after the day it starts."),
        ({"ends_on": "1 November 2023"}, "acted in this post on"),
        ({"because": " "}, "Say why, in a sentence"),
    ],
)
def test_bad_input_ends_nothing_and_says_why(unit, cast, end, said, why):
    sent = {"ends_on": "2023-11-30"} | said
    with nothing_written():
        page = end(unit, "chair-ldg", sent.pop("ends_on"), **sent)
    assert page.status_code == 422
    assert why in page.content.decode()
    assert "Error: Appointment of LDG chair" in page.content.decode()
    assert held(cast, "chair-ldg").ends_on is None


def test_the_same_answer_twice_ends_it_once(unit, cast):
    where = address(held(cast, "chair-ldg"))
    sent = typed(unit.get(where)) | {"ends_on": "2023-11-30", "because": "x"}
    assert [unit.post(where, sent).status_code for _ in range(2)] == [303, 303]
    assert unit.post(where, sent | {"ends_on": "2023-12-01"}).status_code == 409
    assert held(cast, "chair-ldg").ends_on == date(2023, 11, 30)


def test_somebody_who_was_first_is_not_overwritten(unit, cast, end):
    where = address(held(cast, "chair-ldg"))
    sent = typed(unit.get(where)) | {"ends_on": "2023-12-31", "because": "Mine."}
    end(unit, "chair-ldg", "2023-11-30")
    page = unit.post(where, sent)
    assert page.status_code == 409
    assert "This was changed after you opened the page" in page.content.decode()
    assert "Mine." in page.content.decode()
    assert held(cast, "chair-ldg").ends_on == date(2023, 11, 30)
    assert unit.post(where, typed(page)).status_code == 303


def test_the_last_of_the_business_unit_stays(unit, cast, end):
    with nothing_written():
        page = end(unit, "business-unit", "30 November 2023")
    assert page.status_code == 422
    assert "Appoint somebody else to the business unit first" in page.content.decode()


def test_takes_back_what_has_not_begun(unit, coming):
    where = address(coming, "taking-back")
    assert "Take it back" in words(unit.get(address(coming)))
    sent = typed(unit.get(where)) | {"because": "Somebody else was meant."}
    assert [unit.post(where, sent).status_code for _ in range(2)] == [303, 303]
    assert not Appointment.objects.filter(pk=coming.pk).exists()
    trace = newest("appointment")
    assert (trace.operation, trace.because) == ("DELETE", "Somebody else was meant.")
    assert "Taken back: the appointment of Deputy as deputy for Chair of" in words(unit.get(PEOPLE))
    assert unit.get(where).status_code == 404


def test_what_has_begun_is_not_taken_back(unit, cast):
    appointment = held(cast, "chair-ldg")
    assert "Take it back" not in words(unit.get(address(appointment)))
    with nothing_written():
        page = answer(unit, address(appointment, "taking-back"))
    assert page.status_code == 422
    assert "It began on 1 April 2023. Give it a last day instead." in page.content.decode()


@pytest.mark.parametrize("who", OTHERS)
def test_is_not_there_for_others(db, cast, who):
    client, where = cast(who).signed_in(), address(held(cast, "viewer"))
    assert client.get(where).status_code == 404
    with nothing_written():
        assert client.post(where, {"ends_on": "2023-11-23", "because": "x"}).status_code == 404


def test_leads_a_stranger_to_sign_in(db, cast):
    assert Client().get(address(held(cast, "viewer")))["Location"].startswith(reverse("account_login"))


def test_has_no_other_form(unit, cast):
    where = reverse("workstreams:appointment-page", args=[held(cast, "viewer").pk])
    assert unit.get(where + "?form=x").status_code == 404
    assert unit.post(where, {}).status_code == 404
    assert unit.get(reverse("workstreams:appointment-page", args=[99_999])).status_code == 404
