"""`manage.py import_plan`: a plan from its own file, from the gate to the version, with nobody there to ask."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from psycopg import sql

from tests.documents import business, inspection, no_plans, other_plans, sheets
from workstreams import gather
from workstreams.models import Group, Ledger, Meeting, Plan, Post, Rating, Upload, User, Version

WORD, BOOK = sheets.as_word, sheets.as_workbook
KEYS = {"picture", "counts", "questions", "refused"}


@pytest.fixture
def handed(tmp_path):
    """`handed("plan.docx", bytes)`: the path of a file that somebody has."""

    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content)
        return str(path)

    return write


@pytest.fixture
def plan_file(handed):
    return handed("plan.docx", WORD(business.pages()))


@pytest.fixture(scope="module")
def furnished(theatre, worker_id, django_db_setup, django_db_blocker):
    """The name of a database with tables and nothing in them."""
    name, before = f"stage_empty_{worker_id}", connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock():
        theatre.furnish(name)
        for alias in ("default", "owner"):
            connections[alias].close()
        theatre.point_to(before)
    yield name
    theatre.drop(name)


@pytest.fixture
def empty(stage, furnished):
    """A database in which nothing is yet, in place of the stage's own."""
    name = connections["default"].settings_dict["NAME"]
    connections["default"].close()
    stage.drop(name)
    with stage.admin() as admin:
        admin.execute(
            sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(furnished))
        )


def run(*args):
    """(exit code, what was printed, what was complained of)."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_plan", *args, stdout=out, stderr=err)
    except CommandError as failed:
        return failed.returncode, out.getvalue(), str(failed)
    return 0, out.getvalue(), err.getvalue()


def answered(*args):
    """(exit code, the one object that was printed)."""
    code, out, _ = run(*args, "--json")
    answer = json.loads(out)
    assert answer.keys() == KEYS
    return code, answer


def newest():
    return Ledger.objects.order_by("-seq").values_list("seq", flat=True).first()


COUNTED = {
    "workstreams": 6,
    "outcomes": 13,
    "actions": 16,
    "measures": 42,
    "ratings": {"Red": 0, "Amber": 9, "Green": 21, "Blue": 12},
    "tags": {"M": 20, "R": 19, "G": 7, "F": 5},
}


# ---- into an empty database


def test_says_what_is_in_a_file_without_anybody_or_anything_there(empty, plan_file):
    code, answer = answered(plan_file, "--dry-run")
    assert (code, answer["counts"], answer["questions"], answer["refused"]) == (0, COUNTED, [], None)
    assert answer["picture"]["title"] == "Integrated Partnership Business Plan 2023/24"
    assert len(answer["picture"]["workstreams"]) == 6
    assert (newest(), Plan.objects.count(), User.objects.count()) == (None, 0, 0)


def test_begins_a_plan_with_its_posts_groups_and_version(empty, plan_file):
    code, out, _ = run(plan_file)
    assert code == 0
    assert "6 workstreams, 13 outcomes, 16 actions, 42 measures." in out
    assert "Ratings: 9 Amber, 21 Green, 12 Blue; agreed on 18 July 2023." in out
    assert "(current) as version 1.7." in out
    plan = Plan.objects.get()
    assert plan.ref == "integrated-partnership-business-plan-2023-24"
    assert (plan.deciding_group.name, plan.deciding_group.kind) == ("Executive Group", "EXECUTIVE")
    picture = gather.take(plan, gather.head())
    assert picture.counts().words == "9 Amber, 21 Green, 12 Blue"
    assert [(v.label, v.step) for v in picture.versions][-2:] == [("1.6", "REGISTER"), ("1.7", "AGREED")]
    chairs = dict(Post.objects.filter(kind="CHAIR").values_list("title", "group__name"))
    assert chairs["Chair of MASH Steering Group"] == "MASH Steering Group"
    assert chairs["Chair of Learning and Development Group (LDG)"] == "Learning and Development Group (LDG)"
    assert Post.objects.get(kind="EXECUTIVE_CHAIR").group == plan.deciding_group
    assert Post.objects.get(kind="BODY").group == plan.deciding_group
    assert Post.objects.filter(kind="DSP", group=plan.deciding_group).count() == 3
    assert Group.objects.filter(kind="SUBGROUP", reports_to=plan.deciding_group).count() == 5


def test_writes_under_a_closed_account_where_nobody_is_in_the_business_unit(empty, plan_file):
    run(plan_file)
    author = User.objects.get()
    assert not author.is_active
    assert not author.has_usable_password()
    assert author.email.endswith(".invalid")
    assert Post.objects.get(kind="BUSINESS_UNIT").title == "Business Unit"
    call_command("first_account", "first@example.org", "--name", "The first", stdout=io.StringIO())
    assert User.objects.filter(is_active=True).get().email == "first@example.org"


def test_changes_nothing_with_the_same_file_or_the_other_format(empty, plan_file, handed):
    run(plan_file)
    before, uploads = newest(), Upload.objects.count()
    book = handed("plan.xlsx", BOOK(business.pages()))
    for file in (plan_file, book, book):
        code, out, _ = run(file)
        assert code == 0
        assert out.endswith("The plan holds all of this already.\n")
    code, answer = answered(book)
    assert (code, answer["refused"]) == (0, None)
    assert (newest(), Upload.objects.count()) == (before, uploads)
    err = io.StringIO()
    call_command("verify_history", stdout=io.StringIO(), stderr=err)
    assert err.getvalue() == ""


def test_keeps_the_file_with_the_cell_of_every_value(empty, plan_file):
    run(plan_file)
    upload = Upload.objects.get()
    assert (upload.name, upload.state, upload.version.label) == ("plan.docx", "APPLIED", "1.7")
    measure = gather.take(upload.plan, gather.head()).measures[0]
    assert upload.cells[f"measure {measure.id} target"].startswith("Table ")
    of = {key.split(" ")[0] for key in upload.cells}
    assert {"workstream", "outcome", "action", "measure"} <= of
    assert not any(key.startswith("-") for key in upload.cells)


def test_reads_an_inspection_plan_with_its_own_words_and_no_colour(empty, handed):
    code, answer = answered(handed("inspection.docx", inspection.as_word()))
    assert code == 0
    counts = answer["counts"]
    assert (counts["workstreams"], counts["actions"], counts["outcomes"]) == (10, 53, 34)
    assert set(counts["ratings"]) == {"In progress", "Ongoing", "Completed"}
    assert {level["token"] for level in answer["picture"]["key"]} == {"GREY"}
    assert {"key", "at", "printed", "sentence", "choices", "assumed"} == answer["questions"][0].keys()
    plan = Plan.objects.get()
    assert (plan.shape, plan.state, plan.workstream_word) == ("INSPECTION", "DRAFT", "Recommendation")
    assert not Rating.objects.exists()  # nobody says when they were agreed
    before = newest()
    code, out, _ = run(handed("inspection.xlsx", inspection.as_workbook()))
    assert out.endswith("The plan holds all of this already.\n")
    assert newest() == before


def test_records_ratings_as_agreed_on_the_day_that_is_given(empty, handed):
    file = handed("inspection.docx", inspection.as_word())
    code, out, _ = run(file, "--agreed-on", "2021-01-12", "--group", "Directorate Leadership Team")
    assert code == 0
    assert "agreed on 12 January 2021" in out
    plan = Plan.objects.get()
    assert (plan.state, plan.deciding_group.name) == ("CURRENT", "Directorate Leadership Team")
    assert Meeting.objects.get().state == "CLOSED"
    assert Rating.objects.count() == 36


# ---- into the demonstration


def test_finds_the_plan_with_the_same_title(stage, plan_file, cast):
    """The demonstration stands as it did in November: the file is its July edition."""
    code, out, _ = run(plan_file, "--dry-run")
    assert code == 0
    assert "New (" not in out
    assert "worded anew" not in out
    assert "left out, as nobody says when they were agreed" in out  # others were agreed since
    assert Plan.objects.count() == 1


def test_acts_for_the_first_of_the_business_unit_or_whoever_is_named(stage, handed, cast):
    file = handed("plan.docx", WORD(business.pages()))
    unit = cast("business-unit")
    code, _, _ = run(file, "--plan", "another", "--without-ratings", "--by", unit.user.email.upper())
    assert code == 0
    entry = Ledger.objects.order_by("-seq").first()
    assert (entry.by, entry.for_post) == (str(unit.user.pk), str(unit.post.pk))
    assert Version.objects.get(plan__ref="another", label="1.7").step == "REGISTER"
    code, _, said = run(file, "--plan", "a-third", "--by", "chair-ldg@demonstration.example")
    assert (code, said) == (2, "Nobody in the business unit has the address chair-ldg@demonstration.example.")


def test_says_what_a_newer_edition_changes(stage, handed, cast):
    """Of a plan that stands: one action's officer, and a measure that is left out."""
    file = handed("plan.docx", WORD(business.pages()))
    run(file, "--plan", "another")
    content = json.loads(json.dumps(business.CONTENT))
    gone = content["workstreams"][5]["outcomes"][0]["actions"][0]["measures"].pop()
    code, out, _ = run(handed("newer.docx", WORD(business.pages(content=content))), "--plan", "another")
    assert code == 0
    assert "1 measure of the plan is not in this file. What becomes of it?" in out
    assert "Assumed: Kept in the plan." in out
    picture = gather.take(Plan.objects.get(ref="another"), gather.head())
    assert gone["text"] in {m.text for m in picture.measures}


# ---- refused


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("plan.docx", b"", "empty"),
        ("plan.pdf", b"%PDF-1.7", "This is a PDF"),
        ("plan.docx", b"PK\x03\x04 and then nothing", "."),
        ("letter.docx", WORD(no_plans.letter()), "."),
        ("budget.xlsx", BOOK(no_plans.budget()), "."),
        ("columns.xlsx", BOOK(other_plans.unknown_headings()), "."),
    ],
)
def test_refuses_in_a_sentence_and_writes_nothing(stage, handed, name, content, words):
    file, before = handed(name, content), newest()
    code, out, said = run(file, "--plan", "another")
    assert (code, out) == (2, "")
    assert words in said
    assert said[:1].isupper()
    code, answer = answered(file, "--plan", "another")
    assert (code, answer) == (2, {"picture": None, "counts": None, "questions": [], "refused": said})
    assert newest() == before


def test_refuses_a_path_where_no_file_is(db, tmp_path):
    assert run(str(tmp_path / "nothing.docx"))[0] == 2
    code, answer = answered(str(tmp_path))
    assert code == 2
    assert "cannot be read" in answer["refused"]


def test_answers_in_json_where_the_path_is_no_text(db, tmp_path):
    code, answer = answered(f"{tmp_path}/missing\udcff.docx")
    assert (code, answer["picture"]) == (2, None)
    assert "cannot be read" in answer["refused"]


def test_refuses_a_short_name_that_no_address_can_have(db, plan_file):
    code, _, said = run(plan_file, "--plan", "../../etc")
    assert code == 2
    assert said == "“../../etc” cannot be the short name of a plan: letters, digits and hyphens can."


def test_answers_unknown_options_as_every_command_does(db, plan_file):
    with pytest.raises(CommandError, match="unrecognized arguments"):
        call_command("import_plan", plan_file, "--colour")


PLANS = (
    other_plans.theme_column,
    other_plans.own_statuses,
    other_plans.objectives,
    other_plans.sheets_of_themes,
    other_plans.inspection_findings,
    other_plans.no_sections,
    other_plans.theme_rows,
    other_plans.blank_owners,
    other_plans.progress_is_status,
)


def test_holds_the_plans_of_other_partnerships_and_knows_them_again(empty, handed):
    for pages in PLANS:
        name = pages.__name__
        book = handed(f"{name}.xlsx", BOOK(pages()))
        code, out, said = run(book, "--plan", name, "--agreed-on", "2023-07-18")
        assert (code, said) == (0, ""), name
        before = newest()
        word = handed(f"{name}.docx", WORD(pages()))
        for file in (word,) if PLANS.index(pages) else (book, word):
            code, out, said = run(file, "--plan", name, "--agreed-on", "2023-07-18")
            assert (code, out.splitlines()[-1:]) == (0, ["The plan holds all of this already."]), out + said
        assert newest() == before, name
    assert Plan.objects.count() == len(PLANS)
    err = io.StringIO()
    call_command("verify_history", stdout=io.StringIO(), stderr=err)
    assert err.getvalue() == ""
