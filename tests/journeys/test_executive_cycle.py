"""The Executive cycle in a real browser: from a chair's update to the minutes and the pack, and to the next list."""

import hashlib
import re
from datetime import datetime, time, timedelta

import pytest
from django.db import connections
from django.urls import reverse

from reporting import operations, pdf
from sscp.demonstration import set_clock
from tests.journeys.test_one_rating import choose
from workstreams import gather
from workstreams.life import Standing
from workstreams.models import Meeting, Pack, Plan, Rating, Version
from workstreams.operations import ratings, recorded
from workstreams.vocabulary import PackKind, RatingStep, VersionStep

SHORT = "Going well."
RETURNED = "Say which agencies are still missing, and by when they answer."
LONG = "Eight of nine agencies are in the table. The ninth answers in the first week of January."
RECOVERY = "The business manager sits with the ninth agency before the meeting."
LATE = "The partners signed the agreement yesterday, and the first records were sent the same day."
AMENDED = "Two services are not yet enough to call this on track."
DEFERRED = "The Executive wants to hear the chair of the partnership board first."
IMPACT = "Families at the most severe level are seen in the week in which they are named to us."


@pytest.fixture
def drawn(stage, monkeypatch):
    """The process that draws a pack finds this test's database."""
    if why := pdf.cannot_draw_because():
        pytest.skip(why)
    name = connections["default"].settings_dict["NAME"]
    monkeypatch.setenv("DATABASE_URL", stage.server.url("plan_app", name))
    monkeypatch.setenv("DEMONSTRATION", "1")


class Clock:
    """The plan's own time, which goes on from where the demonstration stopped."""

    def __init__(self):
        self.now = gather.head().at

    def later(self, **by):
        self.now += timedelta(**by)
        set_clock(self.now)

    def until(self, day, hour):
        self.now = max(self.now, datetime.combine(day, hour, gather.LONDON))
        set_clock(self.now)


def open_measure(visitor, measure):
    visitor.go(reverse("workstreams:measure-page", args=[measure.pk]))


def send(visitor, measure, level, words, recovery=""):
    open_measure(visitor, measure)
    choose(visitor, level)
    visitor.page.fill("textarea[name=words]", words)
    if recovery:
        visitor.page.fill("textarea[name=recovery_plan]", recovery)
    visitor.press("Send update")
    assert visitor.page.url.endswith(reverse("workstreams:my-updates")), visitor.text


def report_impact(visitor, measure):
    open_measure(visitor, measure)
    section = visitor.page.locator("section[aria-labelledby=impact]")
    if not section.locator("textarea").is_visible():
        section.locator("summary").click()
    section.locator("textarea").fill(IMPACT)
    section.get_by_role("button", name="Report impact").click()
    visitor.page.wait_for_load_state()
    assert "It waits for the Executive" in visitor.text


def issue_pack(visitor):
    """From the page that builds a pack, where a version has just been frozen: its four steps."""
    visitor.press("Preview")
    visitor.press("Go on to issue")
    visitor.page.get_by_role("button", name=re.compile("^Issue the")).click()
    visitor.page.wait_for_selector("text=Its files", timeout=90_000)
    return Pack.objects.latest("pk")


def decide(visitor, meeting, measure, *, press, because="", level=""):
    """One measure on the projector: its decision, and the receipt that it left."""
    address = reverse("workstreams:decisions-page", args=[meeting.pk])
    visitor.go(f"{address}?measure={measure.pk}")
    rows = Rating.objects.count()
    if because:
        visitor.page.locator("summary", has_text="Amend or defer").click()
        visitor.page.locator("form.decide textarea[name=because]").fill(because)
    if level:
        choose(visitor, level)
    visitor.page.locator("form.decide").get_by_role("button", name=press, exact=True).click()
    for _ in range(50):
        if Rating.objects.count() > rows:
            break
        visitor.page.wait_for_timeout(100)
    return Rating.objects.get(measure=measure, followed_by=None)


def accept_impact(visitor, meeting, measure):
    address = reverse("workstreams:decisions-page", args=[meeting.pk])
    visitor.go(f"{address}?measure={measure.pk}")
    visitor.press("Accept this impact")
    visitor.page.get_by_text("Impact accepted.").first.wait_for()
    assert measure.impacts.latest("pk").step == "ACCEPTED"


def fingerprints():
    """What was issued: every file of every pack, and every frozen picture."""
    packs = {
        (pack.pk, name): hashlib.sha256(bytes(getattr(pack, name) or b"")).hexdigest()
        for pack in Pack.objects.all()
        for name in ("pdf", "xlsx", "html")
    }
    return packs | {v.label: str(v.picture) for v in Version.objects.frozen()}


def test_an_executive_cycle(drawn, visitor, measure_at, cast):
    clock, plan = Clock(), Plan.objects.get()
    meeting = Meeting.objects.next_of(plan.deciding_group)
    milestones, joined, audits, voice = (measure_at(at) for at in ("4.2#2", "1.1#4", "2.1#3", "2.2#4"))
    severity, offer = measure_at("1.1#1"), measure_at("4.1#1")

    # The chair sends, the business unit returns it with a reason, the chair sends again.
    ldg, unit = visitor("chair-ldg"), visitor("business-unit")
    clock.later(minutes=10)
    send(ldg, milestones, "Green", SHORT)
    clock.later(hours=1)
    unit.go(reverse("workstreams:meeting-page", args=[meeting.pk]))
    unit.page.locator(f"a[href$='returning/?measure={milestones.pk}']").click()
    unit.page.fill("textarea[name=because]", RETURNED)
    unit.press("Return it")
    assert "Returned: one update, with your reason." in unit.text
    clock.later(hours=1)
    ldg.go(reverse("workstreams:my-updates"))
    row = ldg.page.locator(f"#measure-{milestones.pk}")
    assert RETURNED in row.inner_text()
    send(ldg, milestones, "Amber", LONG, RECOVERY)

    # Two chairs report impact, and one of them what the group has done.
    neglect = visitor("chair-neglect")
    report_impact(neglect, severity)
    report_impact(ldg, offer)
    ldg.go(reverse("workstreams:highlights-page", args=[meeting.pk, cast("chair-ldg").post.group_id]))
    ldg.page.fill("textarea[name=key_updates]", "The table of milestones is all but complete.")
    ldg.press("Send this report")

    # The papers: frozen, and their pack drawn.
    clock.later(days=20)
    unit.go(reverse("workstreams:papers-page", args=[meeting.pk]))
    unit.press("Issue the papers")
    papers = Version.objects.papers_of(meeting)
    assert papers.label == "1.15"
    issued = issue_pack(unit)
    assert (issued.version, issued.kind) == (papers, PackKind.EXECUTIVE)

    # Another is sent late: marked, and in an addendum.
    clock.later(days=3)
    send(neglect, joined, "Amber", LATE, "Half of the records are joined by the end of the month.")
    assert "Sent after papers" in neglect.page.locator(f"#measure-{joined.pk}").inner_text()
    clock.later(hours=2)
    unit.go(reverse("workstreams:papers-page", args=[meeting.pk]))
    unit.press("Issue an addendum")
    addendum = issue_pack(unit)
    assert (addendum.version.label, addendum.kind) == ("1.16", PackKind.ADDENDUM)
    assert ratings.where_it_stands(joined) is Standing.ADDED
    assert ratings.where_it_stands(milestones) is Standing.TABLED

    # The meeting, with those present: one amended, one deferred, one not reached, the rest as proposed.
    clock.until(meeting.held_on, time(9, 30))
    unit.go(reverse("workstreams:meetings-page"))
    unit.press("Plan this meeting")
    coming = Meeting.objects.regular().latest("held_on")
    assert coming.held_on > meeting.held_on
    unit.go(reverse("workstreams:meeting-page", args=[meeting.pk]))
    unit.page.locator("summary", has_text="Who is present").click()
    there = ("Chair of Exec", "Borough Commander (WMP)", "Business Unit")
    for post in there:
        unit.page.get_by_label(post, exact=True).check()
    unit.press("Begin the meeting")

    amended = decide(unit, meeting, voice, press="Amend", because=AMENDED, level="Amber")
    assert (amended.step, amended.level.code, amended.because) == (RatingStep.AGREED, "A", AMENDED)
    assert decide(unit, meeting, audits, press="Defer", because=DEFERRED).step == RatingStep.DEFERRED
    clock.later(minutes=5)
    passed_over = measure_at("2.1#4")
    assert decide(unit, meeting, passed_over, press="Not reached").step == RatingStep.NOT_REACHED
    address = reverse("workstreams:decisions-page", args=[meeting.pk])
    unit.go(address)
    unit.page.get_by_role("button", name=re.compile("^Agree (all|it)")).click()
    unit.page.get_by_role("button", name=re.compile("^Agree (all|it)")).wait_for(state="detached")
    left = [m for m in map(_standing, meeting.ratings.values_list("measure", flat=True)) if m]
    for rating in {r.measure_id: r for r in left}.values():
        word = rating.level.word
        assert decide(unit, meeting, rating.measure, press=f"Agree {word}").level == rating.level
    accept_impact(unit, meeting, severity)
    accept_impact(unit, meeting, offer)

    # Closed: the version, the minutes, the pack.
    clock.later(hours=2)
    unit.go(reverse("workstreams:closing-page", args=[meeting.pk]))
    assert AMENDED in unit.text
    assert DEFERRED in unit.text
    unit.press("Close the meeting and freeze version 1.17")
    agreed = Version.objects.get(label="1.17")
    assert (agreed.step, agreed.meeting) == (VersionStep.AGREED, meeting)
    unit.go(reverse("reporting:minutes-page", args=[meeting.pk]))
    for said in (*there, AMENDED, DEFERRED, "Not reached", IMPACT):
        assert said in unit.text
    unit.go(reverse("reporting:pack-page", args=[agreed.pk]))
    pack = issue_pack(unit)
    assert (pack.version, pack.compared_with.label) == (agreed, "1.14")

    # The chair's next list: what was agreed is asked again, what is complete is not.
    clock.later(days=1)
    ldg.go(reverse("workstreams:my-updates"))
    assert f"{coming.held_on:%-d %B %Y}" in ldg.text
    to_do = ldg.page.locator("ul[aria-labelledby=to-do]").inner_text()
    assert milestones.text.split(" [")[0][:40] in to_do
    mash = visitor("chair-mash")
    mash.go(reverse("workstreams:my-updates"))
    row = mash.page.locator(f"#measure-{audits.pk}").inner_text()
    assert "Carried over" in row
    assert DEFERRED in row
    assert "not reached" in mash.page.locator(f"#measure-{passed_over.pk}").inner_text()

    # Everything is edited afterwards, and what was issued is what it was.
    before = fingerprints()
    clock.later(days=1)
    send(ldg, milestones, "Green", LONG)
    with recorded(cast("business-unit").by):
        for measure in (milestones, joined, voice):
            measure.text = "Reworded. " + measure.text
            measure.save(update_fields=["text"])
    unit.go(reverse("workstreams:correction-page", args=[voice.pk]))
    choose(unit, "Red")
    unit.page.fill("textarea[name=because]", "The minutes say Red.")
    unit.press("Correct what was recorded")
    assert ratings.agreed_rating(voice).level.code == "R"
    after = fingerprints()
    assert {key: after[key] for key in before} == before
    again = operations.pack_to_issue(agreed, pack.kind, pack.contents, pack.compared_with)
    assert hashlib.sha256(pdf.draw(again)).hexdigest() == pack.pdf_hash
    reader = visitor("dsp-police")
    reader.go(reverse("reporting:reports-page"))
    with reader.page.expect_download() as download:
        reader.page.locator(f"a[href='{reverse('reporting:pack-pdf', args=[issued.pk])}']").click()
    with open(download.value.path(), "rb") as file:
        assert hashlib.sha256(file.read()).hexdigest() == issued.pdf_hash
    assert [c for v in (ldg, unit, neglect, mash, reader) for c in v.complaints] == []


def _standing(measure_id):
    """The newest step of a measure, where it is a proposal that nobody has decided."""
    return Rating.objects.filter(measure=measure_id, followed_by=None, step=RatingStep.PROVISIONAL).first()
