"""A partnership begins in a real browser: from an empty database and its own Word document to an Executive pack."""

import io
import re
from copy import deepcopy
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections
from django.urls import reverse

from reporting import pdf
from sscp.demonstration import at, set_clock
from tests.documents.business import CONTENT, PRINTED, pages
from tests.documents.sheets import Grid, as_word
from tests.documents.short_plan import ROWS, short_plan
from tests.journeys.test_accessibility import WIDTHS, found_on
from tests.journeys.test_executive_cycle import Clock, decide, issue_pack, send
from tests.workbooks import Filled
from workstreams.models import Measure, Meeting, Plan, Post, Rating, Upload, User, Version
from workstreams.vocabulary import PlanState, RatingStep

ARRIVES = date(2023, 8, 14)
MEETS = date(2023, 9, 12)
UNIT, CHAIR = "unit@council.example", "chair@council.example"
PASSWORD = "a long walk by the canal"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# Two doubts that no reader can settle: two months for one date, and a status that the key does not have.
TWO_DATES, ASKED_LEVEL = "September 2023 or December 2023", "Nearly there"

BROWSER = "Said in the browser, on the way to the group."
WORKBOOK = "Said in the workbook, after the group had met."
AUDITS = "The audits of this quarter are with the group."
LEARNT = "What was learnt stands in one table, and two agencies are missing."
RECOVERY = "Both agencies bring their part to the meeting of November."


@pytest.fixture
def empty(stage, monkeypatch) -> str:
    """A database with nothing in it, on a day of the plan's own year; the path of the first single-use link."""
    if why := pdf.cannot_draw_because():
        pytest.skip(why)
    name = connections["default"].settings_dict["NAME"]
    stage.furnish(name)
    monkeypatch.setenv("DATABASE_URL", stage.server.url("plan_app", name))
    monkeypatch.setenv("DEMONSTRATION", "1")
    set_clock(at(ARRIVES, time(9)))
    said = io.StringIO()
    call_command("first_account", UNIT, "--name", "Business manager", stdout=said)
    return re.search(r"/account/\S+", said.getvalue())[0]


def doubtful_plan():
    content = deepcopy(CONTENT)
    outcome = next(o for w in content["workstreams"] for o in w["outcomes"] if o["ref"] == "4.2")
    outcome["actions"][0]["measures"][1]["target"] |= {"text": TWO_DATES, "precision": "NONE"}
    made = pages(PRINTED, content)
    for grid in (block for each in made for block in each.blocks if isinstance(block, Grid)):
        for row in grid.rows:
            if any("Audits guided by data" in box.text for box in row):
                place = next(n for n, box in enumerate(row) if box.text == "Green")
                row[place] = replace(row[place], text=ASKED_LEVEL, fill="")
    return as_word(made)


def let_in(visitor, path):
    """Somebody new chooses a password with a single-use link, and signs in."""
    visitor.go(path)
    visitor.page.fill("input[name=password1]", PASSWORD)
    visitor.page.fill("input[name=password2]", PASSWORD)
    visitor.press("Save this password")
    return visitor


def sign_in(visitor, email):
    visitor.go("/account/login/")
    visitor.page.fill("input[name=login]", email)
    visitor.page.fill("input[name=password]", PASSWORD)
    visitor.page.click("main button:has-text('Sign in')")
    visitor.page.wait_for_load_state()
    return visitor


def take(visitor, name, content, kind):
    visitor.page.set_input_files("input[type=file]", {"name": name, "mimeType": kind, "buffer": content})


def import_the_plan(unit):
    """From the first page of an empty database: hand in, answer two questions, apply as a draft, make it current."""
    assert unit.page.url.endswith(reverse("workstreams:imports-page"))
    take(unit, "Business Plan v1.7.docx", doubtful_plan(), DOCX)
    unit.press("Read the file")
    assert "6 workstreams, 13 outcomes, 16 actions and 42 measures" in unit.text
    assert "2 questions" in unit.text
    unit.press("Apply as a new plan")
    assert unit.text.count("Answer this first:") == 2
    assert not Plan.objects.exists()
    unit.page.locator("article.doubt", has_text=TWO_DATES).get_by_label("December 2023", exact=True).check()
    unit.page.locator("article.doubt", has_text=ASKED_LEVEL).get_by_label("Not complete", exact=True).check()
    unit.press("Keep these answers")
    unit.page.get_by_text("2 answered").first.wait_for()
    assert unit.page.locator("h1").count() == 1
    unit.page.get_by_label(re.compile("^As a draft")).check()
    assert unit.page.input_value("input[name=agreed_on]") == "2023-07-18"
    assert unit.page.input_value("input[name=label]") == "1.7"
    unit.page.fill("textarea[name=because]", "The plan that the Executive agreed in July.")
    unit.press("Apply as a new plan")
    assert "There is a problem" not in unit.text, unit.page.inner_text(".govuk-error-summary")
    unit.page.get_by_role("heading", name="Applied as version 1.7").wait_for()
    plan = Plan.objects.get()
    assert plan.state == PlanState.DRAFT
    unit.press("Make it current")
    unit.press("Make this plan current")
    unit.page.fill("textarea[name=because]", "The Executive works to it.")
    unit.press("Make it current")
    plan.refresh_from_db()
    assert plan.state == PlanState.CURRENT
    return plan


def test_a_plan_is_imported_without_javascript(empty, visitor):
    unit = sign_in(let_in(visitor(javascript=False), empty), UNIT)
    for address in ("/plan/", "/plans/", "/dashboard/", "/meetings/", "/reports/", "/find/?q=neglect"):
        unit.go(address)
        assert "There is no plan yet" in unit.text
    for address in ("/people/", "/history/", "/workbooks/", "/recommendations/"):
        assert unit.go(address) == 200
    unit.go("/")
    plan = import_the_plan(unit)
    assert Measure.objects.filter(action__outcome__plan=plan).count() == 42
    agreed = Rating.objects.filter(step=RatingStep.AGREED)
    assert agreed.count() == 42
    unit.go(reverse("workstreams:plan-page", args=[plan.ref]))
    for said in ("12 Blue", "20 Green", "9 Amber", f"1 {ASKED_LEVEL}"):
        assert said in re.sub(r"\s+", " ", unit.text)


def test_from_a_word_document_to_the_pack_of_the_first_meeting(empty, visitor, tmp_path):
    unit = sign_in(let_in(visitor(), empty), UNIT)
    plan, clock = import_the_plan(unit), Clock()
    upload = Upload.objects.get()

    # Its values lead back to their cells.
    unit.go(reverse("workstreams:import-page", args=[upload.pk]) + "?workstream=4")
    assert TWO_DATES in unit.text
    assert re.search(r"Table \d+, row \d+, column \d+", unit.text)

    # A chair is invited to a post that the document named, and chooses a password.
    ldg = Post.objects.get(title__contains="(LDG)", kind="CHAIR")
    clock.later(minutes=10)
    unit.page.locator(f"aside a[href$='?post={ldg.pk}']").click()
    unit.page.fill("input[name=email]", CHAIR)
    unit.page.fill("input[name=name]", "Chair of learning")
    unit.press("Invite")
    link = re.search(r"/account/password/choose/\S+", unit.page.inner_text("section.receipt--link"))[0]
    clock.later(minutes=10)
    chair = sign_in(let_in(visitor(), link), CHAIR)
    assert User.objects.get(email=CHAIR).has_usable_password()

    # The next meeting is planned, so her updates are asked for.
    unit.go(reverse("workstreams:meetings-page"))
    unit.page.fill("input[name=held_on]", MEETS.isoformat())
    unit.page.fill("input[name=papers_close_on]", (MEETS - timedelta(days=7)).isoformat())
    unit.press("Plan this meeting")
    meeting = Meeting.objects.get(held_on=MEETS)
    chair.go(reverse("workstreams:workbooks-page"))
    with chair.page.expect_download() as download:
        chair.page.get_by_role("link", name="Download").first.click()
    workbook = Filled(Path(download.value.path()).read_bytes())

    # Three answers in it, and one of its rows answered in the browser meanwhile.
    audits, learnt, figures = (
        Measure.objects.get(text__contains=words)
        for words in ("Audits guided by data", "learning milestones are gathered", "Figures on who attends")
    )
    workbook.say(audits, level="Green", words=AUDITS)
    workbook.say(learnt, level="Amber", words=LEARNT, recovery_plan=RECOVERY)
    workbook.say(figures, level="Green", words=WORKBOOK)
    clock.later(hours=1)
    send(chair, figures, "Green", BROWSER)
    clock.later(hours=1)
    chair.go(reverse("workstreams:workbooks-page"))
    take(chair, "updates.xlsx", workbook.saved(), XLSX)
    chair.press("Show what it says")
    assert BROWSER in chair.text
    assert WORKBOOK in chair.text
    conflict = chair.page.locator("article.difference", has_text=WORKBOOK)
    conflict.get_by_label("Send mine as a newer update").check()
    chair.page.get_by_role("button", name=re.compile("^Send")).click()
    chair.page.get_by_text("3 updates sent.").first.wait_for()
    assert _newest(figures).words == WORKBOOK
    assert _newest(learnt).recovery_plan == RECOVERY

    # The meeting: those present, the decisions, the close.
    clock.until(MEETS, time(9, 30))
    unit.go(reverse("workstreams:meeting-page", args=[meeting.pk]))
    unit.page.locator("summary", has_text="Who is present").click()
    unit.page.get_by_label("Business Unit", exact=True).check()
    unit.page.get_by_label("Borough Commander (WMP)", exact=True).check()
    unit.press("Begin the meeting")
    for measure, level in ((audits, "Green"), (learnt, "Amber"), (figures, "Green")):
        assert decide(unit, meeting, measure, press=f"Agree {level}").step == RatingStep.AGREED
    clock.later(hours=2)
    unit.go(reverse("workstreams:closing-page", args=[meeting.pk]))
    unit.page.get_by_role("button", name=re.compile("^Close the meeting")).click()
    unit.page.wait_for_load_state()
    version = Version.objects.get(meeting=meeting)
    assert version.label != "1.7"
    unit.go(reverse("reporting:minutes-page", args=[meeting.pk]))
    for said in ("Borough Commander (WMP)", "Business Unit", "Amber", "Green"):
        assert said in unit.text

    # The pack of the meeting says what the workbook said.
    unit.go(reverse("reporting:pack-preview", args=[version.pk]))
    assert LEARNT in unit.text
    assert RECOVERY in unit.text
    unit.go(reverse("reporting:pack-page", args=[version.pk]))
    pack = issue_pack(unit)
    assert pack.version == version
    assert bytes(pack.pdf).startswith(b"%PDF-")
    refused = "status of 422"  # as it should be: two questions were still open
    assert [c for v in (unit, chair) for c in v.complaints if refused not in c] == []
    assert plan.versions.filter(step="AGREED").count() == 2


def _newest(measure):
    return measure.ratings.order_by("-pk").first()


def test_axe_finds_nothing_on_the_pages_of_an_import(visitor):
    unit = visitor("business-unit")
    faults = []

    def look():
        unit.page.evaluate("document.querySelectorAll('main details').forEach(fold => { fold.open = true; })")
        for width in WIDTHS:
            unit.page.set_viewport_size({"width": width, "height": 900})
            faults.extend(f"{unit.page.url} at {width}: {fault}" for fault in found_on(unit))
            if unit.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                faults.append(f"{unit.page.url} at {width}: scrolls sideways")

    def read(content, plan="new"):
        unit.go(reverse("workstreams:imports-page"))
        take(unit, "short.docx", content, DOCX)
        unit.page.locator(f"input[name=plan][value={plan}]").check()
        unit.press("Read the file")

    unit.go(reverse("workstreams:imports-page"))
    unit.press("Read the file")
    look()  # refused
    read(short_plan(headings=("No", "Colour", "Fruit", "Animal", "Month", "Weather", "Song")))
    look()  # its columns
    read(short_plan((*ROWS[:2], replace(ROWS[2], target="30 February 2024"))))
    unit.press("Apply as a new plan")
    look()  # its question is still open
    unit.page.get_by_label("Leave it as it is").check()
    unit.press("Keep this answer")
    unit.page.get_by_text("1 answered").first.wait_for()
    unit.press("Apply as a new plan")
    look()  # applied
    read(
        short_plan((*ROWS, replace(ROWS[2], measure="Another way is tried. (F)"))),
        Plan.objects.latest("pk").ref,
    )
    assert "Apply 2 changes" in unit.text
    look()
    assert not faults, "\n".join(faults[:25])
