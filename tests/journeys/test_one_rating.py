"""One rating's life in a real browser: from a chair's click to the Executive's decision, the report and the history."""

import io
import re

import openpyxl
import pytest
from django.core.management import call_command
from django.urls import reverse

from workstreams import gather
from workstreams.models import Ledger, Meeting, Plan, Rating, Version
from workstreams.picture import Reader
from workstreams.vocabulary import RatingStep

WORDS = "Seven of the nine agencies answered. Two say they cannot before the spring."
RECOVERY = (
    "The business manager visits both agencies in January and brings their answers to the February meeting."
)
REASON = "Two agencies missing is a third of the children concerned."


def level_now(measure):
    return gather.take(Plan.objects.get(), gather.head()).find(measure.pk).measure.level.word


def choose(visitor, word):
    visitor.page.locator("label.rate__label", has_text=word).locator("visible=true").first.click()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_rating_lives_its_whole_life(visitor, measure_at, tmp_path, javascript):
    measure = measure_at("4.2#2")
    agreed_before = level_now(measure)

    # A chair: what must I do, by when; one update with all that Amber asks for.
    chair = visitor("chair-ldg", javascript=javascript)
    assert "My updates" in chair.text
    assert "Updates close on" in chair.text
    left = int(re.search(r"(\d+) left", chair.text)[1])
    chair.page.locator(f"#measure-{measure.pk}").get_by_role("link", name="Update").click()
    choose(chair, "Amber")
    chair.page.fill("textarea[name=words]", WORDS)
    chair.press("Send update")
    assert "There is a problem" in chair.text
    assert "Say what the plan is and by when" in chair.text
    assert chair.page.input_value("textarea[name=words]") == WORDS
    chair.page.fill("textarea[name=recovery_plan]", RECOVERY)
    chair.press("Send update")
    assert chair.page.url.endswith(reverse("workstreams:my-updates"))
    assert f"{left - 1} left" in chair.text
    assert level_now(measure) == agreed_before

    # It shows at once as provisional, to those who may see it.
    page = reverse("workstreams:measure-page", args=[measure.pk])
    for who, sees in (
        ("business-unit", True),
        ("scrutineer", True),
        ("dsp-police", True),
        ("chair-arg", False),
    ):
        reader = visitor(who, javascript=javascript)
        reader.go(page)
        assert (WORDS in reader.text) is sees, who
        reader.go("/plans/business-plan/?workstream=4")
        row = reader.page.locator(f"#measure-{measure.pk}").inner_text()
        assert agreed_before in row
        assert ("proposed" in row) is sees

    # The business unit: who is there, one decision amended with its reason, the rest as they come.
    unit = visitor("business-unit", javascript=javascript)
    meeting = Meeting.objects.open_for_updates().first()
    unit.go(reverse("workstreams:meeting-page", args=[meeting.pk]))
    unit.page.locator("summary", has_text="Who is present").click()
    for post in ("Chair of Exec", "Borough Commander (WMP)", "Business Unit"):
        unit.page.get_by_label(post, exact=True).check()
    unit.press("Begin the meeting")
    unit.go(reverse("workstreams:decisions-page", args=[meeting.pk]) + f"?measure={measure.pk}")
    assert WORDS in unit.text
    unit.page.locator("summary", has_text="Amend or defer").click()
    choose(unit, "Red")
    unit.press("Amend")
    unit.page.wait_for_selector("text=There is a problem")
    assert Rating.objects.get(measure=measure, followed_by=None).is_proposal
    if not unit.page.locator("textarea[name=because]").first.is_visible():
        unit.page.locator("summary", has_text="Amend or defer").click()
    choose(unit, "Red")
    unit.page.locator("textarea[name=because]").first.fill(REASON)
    unit.page.get_by_role("button", name="Amend", exact=True).click()
    unit.page.get_by_text("There is a problem").wait_for(state="detached")
    assert level_now(measure) == "Red"

    unit.go(reverse("workstreams:closing-page", args=[meeting.pk]))
    assert REASON in unit.text
    unit.press("Close the meeting and freeze version")
    assert Meeting.objects.get(pk=meeting.pk).is_closed

    # Both facts stand side by side for ever.
    scrutineer = visitor("scrutineer", javascript=javascript)
    scrutineer.go(reverse("workstreams:history-page") + f"?measure={measure.pk}")
    assert "amended from Amber" in scrutineer.text
    assert REASON in scrutineer.text
    decided = Rating.objects.get(measure=measure, followed_by=None)
    record = Ledger.objects.get(table="workstreams_rating", row=str(decided.pk))
    scrutineer.go(reverse("workstreams:record-page", args=[record.seq]))
    assert "Borough Commander (WMP)" in scrutineer.text
    assert scrutineer.page.locator("main form").count() == 0

    # The next report says so in a sentence, and the first version is what it always was.
    version = Version.objects.order_by("-seq").first()
    assert version.step == "AGREED"
    workbook = tmp_path / "report.xlsx"
    call_command("export_pack", "--xlsx", str(workbook), "--version", version.label, stdout=io.StringIO())
    changes = [
        " ".join(str(cell) for cell in row if cell)
        for row in openpyxl.load_workbook(workbook)["Changes"].iter_rows(values_only=True)
    ]
    assert any("proposed Amber" in said and "agreed Red" in said and REASON in said for said in changes), (
        changes
    )
    first = gather.frozen(Reader(everything=True), Version.objects.get(label="1.7"))
    assert first.counts().words == "9 Amber, 21 Green, 12 Blue"
    call_command("verify_history", stdout=io.StringIO())


def test_no_change_and_undo_by_keyboard_alone(visitor, measure_at):
    measure = measure_at("4.1#3")
    chair = visitor("chair-ldg")
    chair.go(reverse("workstreams:my-updates"))
    page = chair.page
    page.locator(f"#measure-{measure.pk}").get_by_role("button", name="No change").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#measure-{measure.pk}.receipt")
    page.locator("#announce", has_text="Sent as no change").wait_for(state="attached")
    assert page.evaluate("location.pathname") == reverse("workstreams:my-updates")
    page.locator(f"#measure-{measure.pk}").get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#measure-{measure.pk}:not(.receipt)")
    steps = list(measure.ratings.order_by("-pk").values_list("step", flat=True)[:2])
    assert steps == [RatingStep.REMOVED, RatingStep.PROVISIONAL]
    assert not chair.complaints


def test_three_fast_clicks_send_one_update(visitor, measure_at):
    measure = measure_at("4.2#2")
    chair = visitor("chair-ldg")
    chair.go(reverse("workstreams:measure-page", args=[measure.pk]))
    choose(chair, "Green")
    chair.page.fill("textarea[name=words]", WORDS)
    rows = Rating.objects.count()
    chair.page.evaluate(
        "() => { const send = document.querySelector('button[value=send]'); send.click(); send.click(); send.click(); }"
    )
    chair.page.wait_for_url("**/updates/")
    assert Rating.objects.count() == rows + 1
