"""Taking workbooks out and handing them in: whose they are, and what is refused with a sentence."""

import io

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from tests.workbooks import Filled, hand_in, taken_out
from workstreams import sheet
from workstreams.models import Rating, Upload

ADDRESS = "/workbooks/"


@pytest.fixture
def chair(cast):
    return cast("chair-ldg")


@pytest.fixture
def green(measure_at):
    return measure_at("4.1#3")


@pytest.fixture
def filled(db, chair, green):
    return Filled(taken_out(chair.signed_in(), chair.post)).say(green, level="No change")


def test_offers_a_chair_the_workbook_of_the_own_post(chair, db):
    page = chair.signed_in().get(ADDRESS)
    assert [row.post for row in page.context["asked"]] == [chair.post]
    assert reverse("reporting:workbook-xlsx", args=[chair.post.pk]) in page.content.decode()
    assert "2 of 5" in page.content.decode()


def test_offers_the_business_unit_the_workbooks_of_every_post_that_is_asked(cast, chair, db):
    page = cast("business-unit").signed_in().get(ADDRESS)
    posts = {row.post.title for row in page.context["asked"]}
    assert {chair.post.title, cast("chair-mash").post.title, cast("dsp-police").post.title} <= posts


def test_my_updates_leads_here(chair, db):
    assert f'href="{ADDRESS}"' in chair.signed_in().get("/updates/").content.decode()


@pytest.mark.parametrize("key", ["viewer", "scrutineer"])
def test_is_not_there_for_whom_nobody_asks(cast, db, key):
    client = cast(key).signed_in()
    assert client.get(ADDRESS).status_code == 404
    assert client.get(reverse("reporting:workbook-xlsx", args=[cast("chair-ldg").post.pk])).status_code == 404
    assert hand_in(client, b"PK").status_code == 404


def test_gives_no_chair_the_workbook_of_another(cast, db):
    client = cast("chair-mash").signed_in()
    assert client.get(reverse("reporting:workbook-xlsx", args=[cast("chair-ldg").post.pk])).status_code == 404


def test_asks_a_stranger_to_sign_in(db):
    assert Client().get(ADDRESS)["Location"].startswith("/account/login/")


def test_takes_a_workbook_in_and_shows_what_it_says(chair, filled):
    client, rows = chair.signed_in(), Rating.objects.count()
    answer = hand_in(client, filled.saved())
    upload = Upload.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"{ADDRESS}{upload.pk}/")
    assert (upload.user, upload.for_post, upload.kind, upload.state) == (
        chair.user,
        chair.post,
        "ANSWERS",
        "READ",
    )
    assert Rating.objects.count() == rows
    assert "updates.xlsx" in client.get(ADDRESS).content.decode()


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "updates.xlsx", "This file is empty."),
        (b"%PDF-1.7", "updates.pdf", "This is a PDF"),
        (b"PK\x03\x04 and nothing more", "updates.xlsx", "This file is damaged"),
        (b"Ref,Rating", "updates.csv", "This is a list of values"),
    ],
)
def test_refuses_what_is_no_workbook_with_a_sentence(chair, db, content, name, sentence):
    answer = hand_in(chair.signed_in(), content, name)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Upload.objects.exists()


def test_refuses_a_workbook_that_holds_no_answers(chair, db):
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["Ref", "Action", "By when"])
    book.save(out)
    answer = hand_in(chair.signed_in(), out.getvalue())
    assert answer.status_code == 422
    assert "not a workbook with answers that was made here" in answer.content.decode()
    assert not Upload.objects.exists()


def test_asks_for_a_file(chair, db):
    answer = chair.signed_in().post(ADDRESS, {"request_id": "6b1f6a3e-4f5e-4f1c-9e3a-2f8f9a3b7c11"})
    assert answer.status_code == 422
    assert "Choose the workbook that was filled in." in answer.content.decode()


def without_hidden_things(filled):
    """As a program leaves it that knows no hidden sheets and columns."""
    del filled.book[sheet.HEAD_SHEET]
    for cell in filled.sheet["A"]:
        cell.value = None
    return filled.saved()


def test_asks_the_business_unit_whose_a_workbook_is_that_lost_what_it_says(cast, chair, filled):
    client, content = cast("business-unit").signed_in(), without_hidden_things(filled)
    answer = hand_in(client, content)
    assert answer.status_code == 422
    assert "Choose whose it is." in answer.content.decode()
    assert hand_in(client, content, post=chair.post.pk).status_code == 303
    assert Upload.objects.get().for_post == chair.post


def test_knows_a_workbook_whose_hidden_sheet_alone_is_gone(cast, chair, filled):
    del filled.book[sheet.HEAD_SHEET]
    assert hand_in(cast("business-unit").signed_in(), filled.saved()).status_code == 303
    assert Upload.objects.get().for_post == chair.post


def test_holds_a_constant_number_of_queries(cast, filled, django_assert_max_num_queries):
    client = cast("business-unit").signed_in()
    client.get(ADDRESS)
    with django_assert_max_num_queries(14):
        client.get(ADDRESS)
