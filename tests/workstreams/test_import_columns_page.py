"""Saying what the columns of a file hold, where their headings do not tell."""

import pytest
from django.urls import reverse

from tests.documents.short_plan import HEADINGS, ROWS, TITLE, short_plan
from tests.screens import OTHERS, nothing_written, words
from tests.workstreams.test_import_page import hand_in, press
from workstreams.models import Action, Upload

pytestmark = pytest.mark.database  # what columns mean is said through this page alone

STRANGE = ("No", "Colour", "Fruit", "Animal", "Month", "Weather", "Song")


@pytest.fixture
def unit(db, cast):
    return cast("business-unit").signed_in()


@pytest.fixture
def columns(unit):
    address = hand_in(unit, short_plan(headings=STRANGE))
    answer = unit.get(address)
    assert answer.status_code == 303, words(answer)
    return answer["Location"]


def said(page, **holds):
    form = page.context["form"]
    sent = {"request_id": str(form["request_id"].value()), "seen": ""}
    for name, column in form.columns.items():
        sent[name] = holds.get(column.heading, form[name].value() or "IGNORED")
    return sent


RIGHT = {"No": "REFERENCE", "Colour": "OUTCOME", "Fruit": "ACTION", "Animal": "OFFICER", "Month": "TARGET",
         "Weather": "RATING", "Song": "MEASURE"}  # fmt: skip


def test_asks_of_each_column_with_examples(unit, columns):
    page = words(unit.get(columns))
    assert "do not tell which column is which" in page
    assert "What does “Fruit” hold?" in page
    assert "Mend what is broken." in page


def test_reads_the_file_as_was_said(unit, columns):
    with nothing_written():
        answer = unit.post(columns, said(unit.get(columns), **RIGHT))
    upload = Upload.objects.get()
    address = reverse("workstreams:import-page", args=[upload.pk])
    assert (answer.status_code, answer["Location"]) == (303, address)
    page = words(unit.get(address))
    assert "2 workstreams, 2 outcomes, 2 actions and 3 measures" in page
    assert press(unit, address, "apply").status_code == 303
    assert Action.objects.filter(outcome__plan__title=TITLE).count() == 2


def test_refuses_columns_without_an_action(unit, columns):
    answer = unit.post(columns, said(unit.get(columns), Song="MEASURE"))
    assert answer.status_code == 422
    assert "There is a problem" in words(answer)
    assert Upload.objects.get().mapping is None


def test_asks_for_every_column(unit, columns):
    answer = unit.post(columns, said(unit.get(columns), **RIGHT | {"Song": ""}))
    assert answer.status_code == 422
    assert "Say what “Song” holds" in words(answer)


def test_can_be_said_of_columns_that_were_understood(unit):
    address = hand_in(unit, short_plan())
    columns = reverse("workstreams:import-columns-page", args=[Upload.objects.get().pk])
    assert f'href="{columns}"' in unit.get(address).content.decode()
    page = unit.get(columns)
    assert HEADINGS[2] in words(page)
    named = {column.heading: column.holds.name for column in page.context["form"].columns.values()}
    assert named["Action"] == "ACTION"
    unit.post(columns, said(page, Action="ACTION", **{"Impact Measure": "PROGRESS"}))
    assert ROWS[0].measure not in words(unit.get(address)).split("The plan as it would stand")[0]
    assert Upload.objects.get().mapping["impact measure"] == "PROGRESS"


def test_leads_back_once_the_file_is_applied(unit):
    address = hand_in(unit, short_plan())
    press(unit, address, "apply")
    columns = reverse("workstreams:import-columns-page", args=[Upload.objects.get().pk])
    assert unit.get(columns)["Location"] == address


@pytest.mark.parametrize("who", OTHERS)
def test_is_the_business_units_alone(columns, cast, who):
    client = cast(who).signed_in()
    assert client.get(columns).status_code == 404
    assert client.post(columns, RIGHT).status_code == 404


def test_a_stranger_is_asked_to_sign_in(columns, client):
    assert "/account/login/" in client.get(columns)["Location"]
