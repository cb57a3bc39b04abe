"""The preview of a file: its questions, what it would change, and applying it as one version."""

import io
from dataclasses import replace

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.documents.short_plan import ROWS, TITLE, short_plan
from tests.screens import OTHERS, nothing_written, words
from workstreams.models import Group, Level, Measure, Meeting, Plan, Post, Rating, Upload, Version
from workstreams.operations import meetings
from workstreams.operations import plan as planning
from workstreams.vocabulary import MeetingState, PlanState, UploadState, VersionStep

HTMX = {"HX-Request": "true"}
DOUBTFUL = (*ROWS[:2], replace(ROWS[2], rating="Almost there", target="30 February 2024"))


def hand_in(client, content, plan="new", name="short.docx"):
    """Through the page, as a person does it; the address of the preview."""
    address = reverse("workstreams:imports-page")
    form = client.get(address).context["form"]
    answer = client.post(
        address,
        {
            "request_id": str(form["request_id"].value()),
            "seen": "",
            "plan": plan,
            "file": SimpleUploadedFile(name, content),
        },
    )
    assert answer.status_code == 303, words(answer)
    return answer["Location"]


def filled(page, action, **changes):
    """The page's form as a browser sends it: every field's present value, and the button that was pressed."""
    sent = {"action": action}
    for form in (page.context["form"], page.context["questions"]):
        for name in form.fields:
            value = form[name].value()
            if value not in (None, False):
                sent[form.add_prefix(name)] = value
    return sent | changes


def press(client, address, action, **changes):
    return client.post(address, filled(client.get(address), action, **changes))


def field_of(page, sentence):
    """The name of the field that asks this."""
    questions = page.context["questions"]
    return next(name for name, question in questions.asked.items() if sentence in question.sentence)


@pytest.fixture
def unit(db, cast):
    return cast("business-unit").signed_in()


@pytest.fixture
def preview(unit):
    return hand_in(unit, short_plan())


def test_shows_what_was_understood_and_writes_nothing(unit):
    with nothing_written():
        page = unit.get(hand_in(unit, short_plan()))
    said = words(page)
    assert "2 workstreams, 2 outcomes, 2 actions and 3 measures" in said
    assert "Nothing is written before you apply it" in said
    assert "Fewer things are broken than the quarter before." in said
    assert "Rolling (every quarter)" in said
    assert "Table 3, row 2, column 7" in said
    assert "(R) Fewer things are broken than the quarter before." in said
    assert "Chair of the Mending Group" in said
    assert "1.1 7 July 2023 Agreed by the Executive" in said
    assert "Chair of the Mending Group Chair Mending Group, made with it" in said
    assert "Business Manager Officer –" in said
    assert page.context["form"]["agreed_on"].value().isoformat() == "2023-07-07"
    assert page.context["form"]["label"].value() == "1.1"
    assert page.context["form"]["ref"].value() == "short-partnership-business-plan-2023-24"


def test_announces_each_post_as_it_is_made(unit, preview):
    promised = {post.title: post for post in unit.get(preview).context["preview"].new_posts}
    assert {"Chair of the Mending Group", "Business Manager"} <= promised.keys()
    press(unit, preview, "apply")
    made = {post.title: post for post in Post.objects.filter(title__in=promised).select_related("group")}
    assert {title: (p.kind, p.group) for title, p in promised.items()} == {
        title: (p.kind, p.group.name if p.group else "") for title, p in made.items()
    }


def test_applies_it_as_one_version_of_a_new_plan(unit, preview):
    answer = press(unit, preview, "apply")
    assert (answer.status_code, answer["Location"]) == (303, preview)
    plan = Plan.objects.get(title=TITLE)
    assert (plan.state, plan.year_label, plan.deciding_group.kind) == (
        PlanState.CURRENT,
        "2023/24",
        "EXECUTIVE",
    )
    assert Measure.objects.filter(action__outcome__plan=plan).count() == 3
    version = Version.objects.get(plan=plan, label="1.1")
    assert version.step == VersionStep.AGREED
    agreed = Rating.objects.filter(measure__action__outcome__plan=plan)
    assert sorted(r.level.word for r in agreed) == ["Amber", "Blue", "Green"]
    assert {r.meeting.held_on.isoformat() for r in agreed} == {"2023-07-07"}
    page = unit.get(preview)
    said = words(page)
    assert "Applied as version 1.1" in said
    assert "Table 3, row 2, column 7" in said
    mending = Post.objects.get(title="Chair of the Mending Group")
    assert f"{reverse('workstreams:invitation-page')}?post={mending.pk}" in page.content.decode()
    upload = Upload.objects.get()
    assert (upload.state, upload.version, upload.plan) == (UploadState.APPLIED, version, plan)


def test_begins_as_a_draft_without_ratings_where_that_is_chosen(unit, preview):
    press(
        unit,
        preview,
        "apply",
        state="draft",
        ratings="out",
        deciding_group="",
        new_group="Mending Board",
        agreed_on="",
    )
    plan = Plan.objects.get(title=TITLE)
    assert (plan.state, plan.deciding_group.name) == (PlanState.DRAFT, "Mending Board")
    assert not Rating.objects.filter(measure__action__outcome__plan=plan).exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "Fill in “Title”"),
        ({"ref": "Not a name!"}, "Use only letters, numbers and dashes"),
        ({"deciding_group": ""}, "Choose the group that decides, or give a new one’s name"),
        ({"agreed_on": ""}, "Give the day on which the ratings were agreed"),
        ({"agreed_on": "2033-01-01"}, "is still to come"),
        ({"ratings": ""}, "Say who agreed the ratings"),
        ({"label": ""}, "Fill in “Version”"),
    ],
)
def test_says_what_is_wrong_and_keeps_what_was_typed(unit, preview, changes, sentence):
    with nothing_written():
        answer = press(unit, preview, "apply", **({"because": "Read from the printed plan."} | changes))
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "Read from the printed plan." in words(answer)


def test_refuses_the_short_name_of_another_plan(unit, preview, plan):
    answer = press(unit, preview, "apply", ref=plan.ref)
    assert answer.status_code == 422
    assert "Another plan has the short name" in words(answer)
    assert Plan.objects.count() == 1


# ---- questions


def test_asks_before_it_is_applied(unit):
    address = hand_in(unit, short_plan(DOUBTFUL))
    page = unit.get(address)
    assert "2 questions" in words(page)
    assert "30 February 2024" in words(page)
    with nothing_written():
        answer = press(unit, address, "apply")
    assert answer.status_code == 422
    assert words(answer).count("Answer this first:") == 2


def test_keeps_answers_that_can_be_changed_and_applies_them(unit):
    address = hand_in(unit, short_plan(DOUBTFUL))
    page = unit.get(address)
    date, status = field_of(page, "No date could be made"), field_of(page, "Almost there")
    answer = press(unit, address, "answer", **{date: "May 2024", "because": "Typed before."})
    assert answer.status_code == 303
    page = unit.get(address)
    assert "1 question" in words(page)
    assert "1 answered" in words(page)
    assert page.context["form"]["because"].value() == "Typed before."
    press(unit, address, "answer", **{status: "0", date: "April 2024"})
    page = unit.get(address)
    assert "2 answered" in words(page)
    assert press(unit, address, "apply").status_code == 303
    measure = Measure.objects.get(action__outcome__plan__title=TITLE, text__startswith="Those who wait")
    assert measure.targets.get().due_on.isoformat() == "2024-04-30"
    assert Level.objects.filter(plan__title=TITLE, word="Almost there", is_complete=False).exists()


def test_a_question_can_be_left_as_it_is(unit):
    address = hand_in(unit, short_plan(DOUBTFUL))
    page = unit.get(address)
    date = field_of(page, "No date could be made")
    press(unit, address, "answer", **{f"{date}-as-it-is": "on"})
    assert "1 answered" in words(unit.get(address))


def test_an_answer_given_with_the_last_button_is_looked_at_first(unit):
    address = hand_in(unit, short_plan(DOUBTFUL))
    page = unit.get(address)
    date, status = field_of(page, "No date could be made"), field_of(page, "Almost there")
    with nothing_written():
        answer = press(unit, address, "apply", **{date: "May 2024", status: "0"})
    assert answer.status_code == 422
    assert "Your answers are kept" in words(answer)
    assert unit.post(address, filled(answer, "apply")).status_code == 303


def test_keeps_what_was_typed_without_what_no_table_holds(unit):
    preview = hand_in(unit, short_plan(DOUBTFUL))
    page = unit.get(preview)
    answers = dict.fromkeys(page.context["questions"].asked, "0")
    sent = filled(page, "answer", **answers, title="Half\x00 a title")
    assert unit.post(preview, sent).status_code == 303
    assert unit.get(preview).context["form"]["title"].value() == "Half a title"


def test_says_where_nothing_is_answered(unit):
    address = hand_in(unit, short_plan(DOUBTFUL))
    answer = press(unit, address, "answer")
    assert answer.status_code == 422
    assert "Nothing is answered yet" in words(answer)
    assert Upload.objects.get().answers == {}


def test_htmx_gets_the_preview_alone(unit):
    address = hand_in(unit, short_plan(DOUBTFUL))
    region = unit.get(address, headers=HTMX)
    assert region.content.decode().lstrip().startswith('<div id="preview"')
    assert "<html" not in region.content.decode()
    answer = unit.post(address, filled(unit.get(address), "apply"), headers=HTMX)
    assert answer.status_code == 422
    assert "<html" not in answer.content.decode()


# ---- a newer edition


@pytest.fixture
def applied(unit, preview):
    press(unit, preview, "apply")
    return Plan.objects.get(title=TITLE)


def test_asks_for_a_meeting_only_where_none_is_planned(unit, preview, applied, cast):
    asked = "Plan the next meeting"
    assert asked not in words(unit.get(preview))
    for meeting in applied.deciding_group.meetings.filter(state=MeetingState.PLANNED):
        meetings.cancel_meeting(meeting=meeting, because="It snows.", by=cast("business-unit").by)
    assert asked in words(unit.get(preview))


NEWER = (
    ROWS[0],
    replace(ROWS[1], target="October 2023"),
    ROWS[2],
    replace(ROWS[2], measure="A new way of telling is tried. (F)", rating=""),
)


def test_groups_what_a_newer_edition_changes(unit, applied):
    said = words(unit.get(hand_in(unit, short_plan(NEWER), applied.ref)))
    assert "A new way of telling is tried" in said
    assert "October 2023" in said
    assert "New 1" in said
    assert "Changed 1" in said
    assert "Apply 2 changes" in said
    assert "2 measures stand as they do now" in said


def test_applies_a_newer_edition(unit, applied):
    address = hand_in(unit, short_plan(NEWER), applied.ref)
    assert press(unit, address, "apply", because="The edition of October.").status_code == 303
    assert Measure.objects.filter(action__outcome__plan=applied).count() == 4
    assert Version.objects.get(plan=applied, label="1.2").changes.startswith("Imported from “short.docx”")


def test_a_current_plan_is_not_changed_without_a_reason(unit, applied):
    address = hand_in(unit, short_plan(NEWER), applied.ref)
    with nothing_written():
        answer = press(unit, address, "apply")
    assert answer.status_code == 422
    assert "Fill in “Why is the plan changed?”" in words(answer)


def test_the_same_file_again_changes_nothing(unit, applied):
    address = hand_in(unit, short_plan(), applied.ref)
    page = unit.get(address)
    assert "The plan holds all of this already" in words(page)
    assert [button for button in ("apply", "take-away") if f'value="{button}"' in page.content.decode()] == [
        "take-away"
    ]
    with nothing_written():
        answer = unit.post(address, filled(page, "apply", label="9.9", because="Again."))
    assert answer.status_code == 422


def test_shows_afresh_a_plan_that_was_changed_meanwhile(unit, applied, cast):
    address = hand_in(unit, short_plan(NEWER), applied.ref)
    sent = filled(unit.get(address), "apply", because="The edition of October.")
    workstream = applied.workstreams.first()
    planning.change(item=workstream, by=cast("business-unit").by, because="Meanwhile.", title="MENDING ALL")
    with nothing_written():
        answer = unit.post(address, sent)
    assert answer.status_code == 409
    assert "The edition of October." in words(answer)
    assert unit.post(address, filled(answer, "apply")).status_code == 303


# ---- once


def test_a_double_click_applies_it_once(unit, preview):
    sent = filled(unit.get(preview), "apply")
    first = unit.post(preview, sent)
    with nothing_written():
        second = unit.post(preview, sent)
    assert (first.status_code, second.status_code) == (303, 303)
    assert Plan.objects.filter(title=TITLE).count() == 1


def test_says_that_somebody_else_applied_it(unit, preview):
    sent = filled(unit.get(preview), "apply")
    press(unit, preview, "apply")
    with nothing_written():
        answer = unit.post(preview, sent)
    assert answer.status_code == 422
    assert "This file was applied already. Nothing was written again." in words(answer)


def test_takes_a_file_away(unit, preview):
    answer = press(unit, preview, "take-away")
    assert answer["Location"] == reverse("workstreams:imports-page")
    assert not Upload.objects.exists()
    assert unit.get(preview).status_code == 404


@pytest.mark.parametrize("who", OTHERS)
def test_is_the_business_units_alone(preview, cast, who):
    client = cast(who).signed_in()
    assert client.get(preview).status_code == 404
    with nothing_written():
        assert client.post(preview, {"action": "apply"}).status_code == 404
    assert Meeting.objects.filter(held_on="2023-07-07").count() == 0
    assert not Group.objects.filter(name="Mending Group").exists()


def test_a_stranger_is_asked_to_sign_in(preview, client):
    assert "/account/login/" in client.get(preview)["Location"]


def test_a_large_plan_is_shown_by_workstream_with_as_many_questions_to_the_tables(
    unit, django_assert_max_num_queries
):
    many = [
        replace(
            ROWS[1],
            measure=f"Thing {n} of {w} is listed. [M1]",
            section=f"Workstream {w}: PART",
            ref=f"{w}.1",
        )
        for w in range(1, 6)
        for n in range(50)
    ]
    address = hand_in(unit, short_plan(many))
    with django_assert_max_num_queries(20):
        page = unit.get(f"{address}?workstream=3")
    said = words(page)
    assert "Thing 7 of 3 is listed" in said
    assert "Thing 7 of 2 is listed" not in said


def test_shows_the_plans_own_workbook_that_comes_back(unit, plan):
    content = unit.get(reverse("reporting:report-xlsx")).content
    same = unit.get(hand_in(unit, content, plan.ref, "plan.xlsx"))
    assert "The plan holds all of this already" in words(same)
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["Plan"]
    column = next(cell.column for cell in sheet[1] if cell.value == "Measure of impact")
    sheet.cell(2, column).value = "Every agency says who its trainers are."
    changed = io.BytesIO()
    book.save(changed)
    page = unit.get(hand_in(unit, changed.getvalue(), plan.ref, "plan.xlsx"))
    assert page.status_code == 200
    assert "Every agency says who its trainers are." in words(page)
