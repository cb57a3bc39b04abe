"""Choosing a moment and being told of it: the box and its errors, the banner's links, and what nobody learns by it."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from sscp.demonstration import set_clock
from sscp.demonstration.cast import COMMAND as LOADS
from tests.screens import words
from tests.shapes import inspection
from workstreams import gather
from workstreams.forms.moments import AsAtForm
from workstreams.history import names
from workstreams.management.commands import first_account, import_plan
from workstreams.models import Ledger
from workstreams.operations import recorded, settle
from workstreams.operations.ratings import send_update
from workstreams.vocabulary import PlanState, VersionStep

PLAN, DASHBOARD, SIGNALS = "/plans/business-plan/", "/dashboard/", reverse("workstreams:signals-page")
REFERENCE = f"{PLAN}references/4.1/"


@pytest.fixture
def unit(cast, db):
    return cast("business-unit").signed_in()


@pytest.fixture
def viewer(cast, db):
    return cast("viewer").signed_in()


@pytest.fixture
def papers(plan):
    """What was frozen for a meeting, and the row that it ends with."""
    return [e for e in gather.editions(plan) if e.version.step != VersionStep.AGREED]


@pytest.fixture
def drafted(plan):
    """The last row at which the plan was a draft."""
    states = Ledger.objects.filter(table="workstreams_plan", row=str(plan.pk)).order_by("seq")
    return [row.seq for row in states if row.after["state"] == PlanState.DRAFT][-1]


def tags(page, name):
    """The attributes of each such tag of a page."""
    found = re.findall(rf"<{name}\b([^>]*)>", page.content.decode())
    return [dict(re.findall(r'([\w-]+)="([^"]*)"', one)) for one in found]


def box(page):
    return next(one for one in tags(page, "input") if one.get("name") == "as-at_day")


# ---- the box


@pytest.mark.parametrize("given", [{"as-at": "yesterday"}, {"as-at": "304", "as-at_day": "yesterday"}])
@pytest.mark.parametrize("address", [PLAN, REFERENCE, DASHBOARD, SIGNALS, "/find/", "measure"])
def test_what_is_no_moment_comes_back_in_the_box_tied_to_what_is_wrong(unit, measure_at, address, given):
    address = f"/measures/{measure_at('4.1#1').pk}/" if address == "measure" else address
    page = unit.get(address, given)
    assert page.status_code == 422
    assert "<title>Error: " in page.content.decode()
    typed = box(page)
    assert (typed["value"], typed["aria-invalid"]) == ("yesterday", "true")
    wrong = next(one for one in tags(page, "p") if one.get("id") == typed["aria-describedby"])
    assert "govuk-error-message" in wrong["class"]
    assert f'<a href="#{typed["id"]}">Give a day' in page.content.decode()
    assert ("as-at_day" in given) == ('value="304" selected' in page.content.decode())


def test_the_box_says_what_it_takes(unit):
    label = "or any day, as in 18/7/2023, or a record’s number, as in 304"
    assert label in words(unit.get(PLAN))
    assert unit.get(PLAN, {"as-at_day": "304"}).context["as_at"].moment.seq == 304


@pytest.mark.parametrize("written", ["31/2/2023", "1/1/1850", "304 and more"])
def test_says_the_same_of_whatever_is_neither_a_day_nor_a_record(plan, written):
    form = AsAtForm({"as-at_day": written}, plan=plan)
    assert form.errors == {
        "as-at": ["Give a day, for example 18/7/2023, or the number of a record as papers print it."]
    }
    assert form["as-at"].value() == ["", written]


def test_stands_over_the_facts_of_a_measure(unit, measure_at):
    page = unit.get(f"/measures/{measure_at('4.1#1').pk}/").content.decode()
    assert page.count('class="govuk-details as-at"') == 1
    assert page.index("</h1>") < page.index('class="govuk-details as-at"') < page.index('class="facts"')


def test_says_once_when_many_things_were_recorded_later_about_one_day(cast, plan, measure_at, unit):
    before, today = gather.head(), gather.today()
    set_clock(before.at + timedelta(days=9))
    for place in ("4.1#2", "4.2#2"):
        measure = measure_at(place)
        send_update(
            measure=measure, level=plan.levels.get(code="A"), words="Not yet whole.", recovery_plan="By May.",
            effective_on=today, by=cast("chair-ldg").by, seen=measure.ratings.latest("pk").pk,
        )  # fmt: skip
    page = unit.get(PLAN, {"as-at": f"{before.seq}-{today.isoformat()}"})
    assert len(page.context["later"]) == 2
    assert page.content.decode().count("About 24 November 2023, recorded 9 days later</h3>") == 1
    assert "(Amber to Amber)" not in words(page)
    since = f"{reverse('workstreams:history-page')}?plan=business-plan&amp;since=2023-11-24"
    assert since in page.content.decode()


# ---- the banner


@pytest.mark.parametrize("address", [PLAN, REFERENCE, DASHBOARD, SIGNALS, "/find/", "measure"])
@pytest.mark.parametrize("moment", ["304", "2023-09-15"])
def test_offers_what_changed_since_wherever_another_moment_is_shown(unit, measure_at, address, moment):
    address = f"/measures/{measure_at('4.1#1').pk}/" if address == "measure" else address
    page = unit.get(address, {"as-at": moment}).content.decode()
    (since,) = re.findall(r'href="([^"]*)">What changed since</a>', page)
    assert unescape(since) == f"{reverse('workstreams:comparison-page')}?plan=business-plan&from={moment}"
    compared = unit.get(unescape(since))
    assert compared.status_code == 200
    assert compared.context["ends"].before.address == moment
    assert "What changed since" not in unit.get(address).content.decode()


def test_offers_no_comparison_to_who_reads_no_history(viewer):
    page = viewer.get(PLAN, {"as-at": "304"})
    assert "Back to now" in words(page)
    assert "What changed since" not in words(page)
    assert reverse("workstreams:comparison-page") not in page.content.decode()


# ---- those who know agreed versions only


@pytest.mark.parametrize("address", [PLAN, REFERENCE, f"{PLAN}references/4/"])
def test_partner_staff_do_not_learn_of_papers_from_any_record(viewer, unit, papers, address):
    assert papers
    canaries = ["papers for", *(f"version {each.version.label}" for each in papers)]
    near = {seq for each in papers for seq in (each.seq - 1, each.seq, each.seq + 1)}
    for seq in near:
        for given in ({"as-at": seq}, {"as-at_day": seq}, {"as-at": f"{seq}-2023-09-15"}):
            page = viewer.get(address, given)
            text = unescape(page.content.decode())
            assert page.status_code == 422
            assert not [canary for canary in canaries if canary in text.casefold()]
    text = words(unit.get(PLAN, {"as-at": papers[0].seq})).casefold()
    assert [canary in text for canary in canaries[:2]] == [True, True]


def test_partner_staff_do_not_learn_which_records_there_are(viewer, plan, papers):
    newest = gather.head().seq
    for seq in (1, papers[0].seq, newest, newest + 1, newest + 10_000):
        page = viewer.get(PLAN, {"as-at": seq})
        assert page.status_code == 422
        sentence = f"No version was agreed with record {seq}. Choose a version from the list, or give a day."
        assert sentence in words(page)
    for seq in (newest, newest + 10_000):
        assert viewer.get("/reports/", {"as-at": seq}).status_code == 200
        for file in ("pdf", "xlsx"):
            answer = viewer.get(f"/reports/now/report.{file}", {"as-at": seq})
            assert answer.status_code == 404
            assert "Records are numbered" not in words(answer)


@pytest.mark.parametrize("day", ["2019-01-01", "2023-07-07", "2023-07-17"])
def test_partner_staff_are_told_the_same_of_every_day_before_a_version_was_agreed(viewer, day):
    page = viewer.get(PLAN, {"as-at": day})
    assert page.status_code == 422
    assert re.search(r"No version of this plan had been agreed by \d+ \w+ 20\d\d\. ", words(page))
    assert box(page)["value"] == day


def test_partner_staff_read_agreed_versions_by_their_record_and_any_day_since(viewer, plan):
    agreed = [e for e in gather.editions(plan) if e.version.step == VersionStep.AGREED]
    assert len(agreed) > 1
    for edition in agreed:
        page = viewer.get(PLAN, {"as-at": edition.seq})
        assert page.context["picture"].agreed_version.id == edition.version.id
        assert f"As at {edition.words[0].lower()}{edition.words[1:]}" in words(page)
    page = viewer.get(PLAN, {"as-at_day": "15/9/2023"})
    assert "As at 15 September 2023" in words(page)


# ---- while it was being drafted


@pytest.mark.parametrize("who", ["scrutineer", "dsp-police", "chair-ldg"])
def test_a_draft_is_not_shown_but_its_history_is_a_link_away(cast, plan, drafted, who):
    client = cast(who).signed_in()
    page = client.get(PLAN, {"as-at": drafted})
    assert page.status_code == 404
    stood = gather.first_row(plan.pk, drafts=False)
    assert f"It has stood since 7 July 2023, record {stood[0]}, and can be shown from then on." in words(page)
    (link,) = re.findall(r'href="([^"]*)">its history up to then</a>', page.content.decode())
    told = client.get(unescape(link))
    assert told.status_code == 200
    assert any(entry.seq <= drafted for entry in pages_of(client, told))
    assert client.get(PLAN, {"as-at": stood[0]}).status_code == 200


def pages_of(client, page):
    """The entries of a history from this page of it to the oldest."""
    while True:
        yield from page.context["entries"]
        older = page.context["shown"].older
        if not older:
            return
        page = client.get(page.request["PATH_INFO"], {"before": older})


def test_names_one_day_however_early_somebody_asks(cast, plan, drafted):
    """What a draft's keepers see from is no business of others."""
    begun, stood = (gather.first_row(plan.pk, drafts=drafts)[0] for drafts in (True, False))
    assert begun < stood
    for who, since in (("business-unit", begun), ("scrutineer", stood)):
        page = cast(who).signed_in().get(PLAN, {"as-at": begun - 1})
        assert f"record {since}, and can be shown from then on." in words(page)
        assert "its history up to then" not in words(page)


def test_a_record_leads_to_the_plan_only_where_it_can_be_shown(cast, drafted):
    link = "The plan as it stood with this record"
    address = reverse("workstreams:record-page", args=[drafted])
    assert link in words(cast("business-unit").signed_in().get(address))
    assert link not in words(cast("scrutineer").signed_in().get(address))
    later = reverse("workstreams:record-page", args=[304])
    assert link in words(cast("scrutineer").signed_in().get(later))


def test_the_history_links_to_a_plan_of_several_too(cast, plan, drafted):
    inspection(cast("business-unit"), cast("chair-mash"))
    client = cast("scrutineer").signed_in()
    page = client.get(PLAN, {"as-at": drafted})
    (link,) = re.findall(r'href="([^"]*)">its history up to then</a>', page.content.decode())
    told = client.get(unescape(link))
    assert told.status_code == 200
    assert told.context["entries"]


# ---- who made a change where nobody did


@pytest.mark.parametrize("command", [LOADS, import_plan.COMMAND, first_account.COMMAND])
def test_says_in_plain_words_what_made_a_change_where_nobody_did(cast, db, command):
    with recorded(command):
        group = cast("chair-ldg").post.group
        group.short_name = "Renamed"
        group.save()
        settle()
    row = Ledger.objects.latest("seq")
    assert row.by == command
    text = words(cast("business-unit").signed_in().get(reverse("workstreams:record-page", args=[row.seq])))
    assert names.COMMANDS[command] in text
    assert "The command" not in text
    assert command not in text
