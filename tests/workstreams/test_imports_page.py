"""Handing in a file that holds a plan, and the list of those handed in."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.documents.short_plan import short_plan
from tests.office import blank_word
from tests.screens import OTHERS, nothing_written, words
from tests.workstreams.test_import_page import hand_in, press
from workstreams.intake.gate import FILE
from workstreams.models import Plan, Upload
from workstreams.operations import recorded
from workstreams.vocabulary import PlanState, UploadState

pytestmark = pytest.mark.database  # files are handed in, found again and taken away through this page alone

IMPORTS = reverse("workstreams:imports-page")


@pytest.fixture
def unit(db, cast):
    return cast("business-unit").signed_in()


def send(client, content, name="plan.docx", plan="new"):
    form = client.get(IMPORTS).context["form"]
    sent = {"request_id": str(form["request_id"].value()), "seen": "", "plan": plan}
    return client.post(
        IMPORTS, sent | ({"file": SimpleUploadedFile(name, content)} if content is not None else {})
    )


def test_keeps_the_file_and_leads_to_what_was_understood(unit, cast):
    with nothing_written():
        address = hand_in(unit, short_plan())
    upload = Upload.objects.get()
    assert address == reverse("workstreams:import-page", args=[upload.pk])
    assert (upload.name, upload.plan, upload.state) == ("short.docx", None, UploadState.READ)
    assert upload.user == cast("business-unit").user
    assert "short.docx A new plan" in words(unit.get(IMPORTS))
    assert "Read, and not applied" in words(unit.get(IMPORTS))


def test_says_what_a_file_was_applied_as(unit):
    press(unit, hand_in(unit, short_plan()), "apply")
    assert "Applied as version 1.1" in words(unit.get(IMPORTS))


def test_the_same_file_again_leads_to_the_one_that_waits(unit):
    content = short_plan()
    assert hand_in(unit, content) == hand_in(unit, content)
    assert Upload.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "name", "plan", "sentence"),
    [
        (None, "", "new", "Choose the file that holds the plan."),
        (b"", "plan.docx", "new", "This file is empty."),
        (b"%PDF-1.7", "plan.pdf", "new", "This is a PDF"),
        (blank_word(), "letter.docx", "new", "This file has no words in it"),
        (b"PK" + bytes(FILE), "plan.docx", "new", "This file has more than 10 MB."),
        (short_plan(), "plan.docx", "", "Say whether it is a new plan"),
        (short_plan(), "plan.docx", "no-such-plan", "This plan can no longer be chosen"),
    ],
)
def test_says_why_a_file_is_not_taken_in(unit, content, name, plan, sentence):
    answer = send(unit, content, name, plan)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "There is a problem" in words(answer)
    if plan == "new":
        assert answer.context["form"]["plan"].value() == "new"
    assert not Upload.objects.exists()


def test_takes_in_no_more_than_says_that_a_file_is_too_large(unit, settings):
    assert settings.LARGEST_UPLOAD == FILE
    answer = send(unit, b"PK" + bytes(FILE * 2))
    assert "This file has more than 10 MB." in words(answer)
    assert answer.context["form"].files["file"].size == FILE + 1


def test_a_closed_plan_has_no_newer_edition(unit, plan):
    assert f"A newer edition of {plan.title}" in words(unit.get(IMPORTS))
    with recorded("test"):
        Plan.objects.filter(pk=plan.pk).update(state=PlanState.CLOSED)
    assert "A newer edition of" not in words(unit.get(IMPORTS))


def test_is_found_from_the_desk_and_from_the_plan_that_is_kept(unit, plan):
    desk = unit.get("/", follow=True)
    assert f'href="{IMPORTS}"' in desk.content.decode()
    newer = f"{IMPORTS}?plan={plan.ref}"
    assert (
        f'href="{newer}"' in unit.get(reverse("workstreams:keeping-page", args=[plan.ref])).content.decode()
    )
    assert unit.get(newer).context["form"]["plan"].value() == plan.ref


def test_another_file_in_the_same_form_is_refused(unit):
    form = unit.get(IMPORTS).context["form"]
    sent = {"request_id": str(form["request_id"].value()), "seen": "", "plan": "new"}
    first = unit.post(IMPORTS, sent | {"file": SimpleUploadedFile("a.docx", short_plan())})
    other = unit.post(
        IMPORTS, sent | {"file": SimpleUploadedFile("b.docx", short_plan(title="Another Plan"))}
    )
    assert (first.status_code, other.status_code) == (303, 422)
    assert "This form was sent before with another file" in words(other)
    assert Upload.objects.count() == 1


def test_lists_many_files_with_as_many_questions_to_the_tables(unit, django_assert_max_num_queries):
    for n in range(4):
        hand_in(unit, short_plan(title=f"Plan {n}"))
    with django_assert_max_num_queries(10):
        unit.get(IMPORTS)


@pytest.mark.parametrize("who", OTHERS)
def test_is_the_business_units_alone(cast, db, who):
    client = cast(who).signed_in()
    assert client.get(IMPORTS).status_code == 404
    assert client.post(IMPORTS, {"plan": "new"}).status_code == 404


def test_a_stranger_is_asked_to_sign_in(db, client):
    assert "/account/login/" in client.get(IMPORTS)["Location"]
