"""Reports: what there is, who sees which, and each of them as a download."""

import io
from collections import OrderedDict
from datetime import date, timedelta

import openpyxl
import pytest
from django.urls import reverse

from reporting import pdf
from reporting.pack import CouldNotDraw
from workstreams.models import Version
from workstreams.operations.people import end_appointment

TODAY = date(2023, 11, 24)

REPORTS = "/reports/"
NOW = reverse("reporting:report-xlsx")


@pytest.fixture
def versions(plan):
    return {v.label: v for v in Version.objects.filter(plan=plan)}


def address(version, ending):
    return reverse(f"reporting:report-{ending}", args=[version.pk])


def sheets(response):
    assert response.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(response.content))


@pytest.mark.parametrize("who", ["business-unit", "chair-ldg", "dsp-police", "scrutineer"])
def test_lists_the_plan_as_it_stands_and_its_versions(cast, who, versions):
    text = cast(who).signed_in().get(REPORTS).content.decode()
    assert "The plan as it stands now" in text
    assert address(versions["1.7"], "pdf") in text
    assert text.count("Not held here") == 6


def test_offers_partner_staff_only_what_was_agreed(cast, versions):
    client = cast("viewer").signed_in()
    text = client.get(REPORTS).content.decode()
    assert "The plan as it stands now" not in text
    assert address(versions["1.7"], "xlsx") in text
    assert client.get(NOW).status_code == 404
    assert client.get(reverse("reporting:report-pdf")).status_code == 404
    book = sheets(client.get(address(versions["1.7"], "xlsx")))
    assert "History" not in book.sheetnames


@pytest.mark.parametrize(("who", "compares"), [("scrutineer", True), ("viewer", False)])
def test_leads_to_a_version_as_a_page_and_to_what_changed_since(cast, plan, versions, who, compares):
    client, seq = cast(who).signed_in(), versions["1.7"].picture["seq"]
    text = client.get(REPORTS).content.decode()
    read = f"{reverse('workstreams:plan-page', args=[plan.ref])}?as-at={seq}"
    assert f'href="{read}"' in text
    assert client.get(read).status_code == 200
    assert (f"?plan={plan.ref}&amp;from={seq}" in text) is compares


def test_offers_the_plan_as_at_a_day_and_says_why_another_is_none(cast, plan):
    client = cast("scrutineer").signed_in()
    text = client.get(f"{REPORTS}?as-at=18/7/2023").content.decode()
    assert "The plan as at 18 July 2023" in text
    assert f"{NOW}?plan={plan.ref}&amp;as-at=2023-07-18" in text
    refused = client.get(f"{REPORTS}?as-at=soon")
    assert refused.status_code == 422
    assert "There is a problem" in refused.content.decode()
    assert "<title>Error: Reports" in refused.content.decode()


def test_hides_papers_with_provisional_ratings_from_partner_staff(cast, versions):
    papers = [v for v in versions.values() if v.picture and v.step != "AGREED"]
    for version in papers:
        assert cast("viewer").signed_in().get(address(version, "pdf")).status_code == 404


def test_is_not_there_for_somebody_without_appointment(cast, versions):
    member = cast("chair-ldg")
    client = member.signed_in()
    for appointment in member.user.appointments.all():
        end_appointment(
            appointment=appointment, ends_on=TODAY - timedelta(days=1), by=cast("business-unit").by
        )
    for url in (REPORTS, NOW, address(versions["1.7"], "pdf")):
        assert client.get(url).status_code == 404


def test_asks_a_stranger_to_sign_in(client, versions):
    assert client.get(REPORTS).status_code == 302
    assert client.get(NOW).status_code == 302


def test_refuses_a_register_entry_and_a_version_that_is_not_there(cast, versions):
    client = cast("business-unit").signed_in()
    assert client.get(address(versions["1.3"], "xlsx")).status_code == 404
    assert client.get(reverse("reporting:report-pdf", args=[10**6])).status_code == 404


def test_gives_a_workbook_as_a_download_with_a_clear_name(cast):
    response = cast("business-unit").signed_in().get(NOW)
    assert (
        response["Content-Disposition"]
        == 'attachment; filename="business-plan-working-draft-2023-11-24.xlsx"'
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-store"
    book = sheets(response)
    assert book.sheetnames[0] == "Plan"
    assert {"Exceptions", "Decisions", "Changes", "History", "About"} <= set(book.sheetnames)
    assert book["Plan"].max_row == 43
    assert book["History"].max_row > 100


def test_gives_a_pdf_as_a_download(cast, versions, needs_pango):
    response = cast("viewer").signed_in().get(address(versions["1.7"], "pdf"))
    assert response.content.startswith(b"%PDF-1.7")
    assert response["Content-Type"] == "application/pdf"
    assert "version-1.7" in response["Content-Disposition"]


def test_shows_a_chair_only_their_own_groups_proposals(cast):
    """What each reader's workbook says is proposed is what their picture of the plan says."""

    def proposed(who):
        head, *rows = sheets(cast(who).signed_in().get(NOW))["Plan"].iter_rows(values_only=True)
        measure, level = head.index("Measure of impact"), head.index("Proposed rating")
        return {row[measure] for row in rows if row[level]}

    everything = proposed("business-unit")
    assert everything == proposed("scrutineer")
    for who in ("chair-ldg", "chair-neglect"):
        assert proposed(who) < everything


def test_says_why_a_pdf_could_not_be_drawn(cast, monkeypatch):
    def fail(pack):
        raise CouldNotDraw("It took more time or memory than one report may take.")

    monkeypatch.setattr(pdf, "draw", fail)
    response = cast("business-unit").signed_in().get(reverse("reporting:report-pdf"))
    assert response.status_code == 500
    text = response.content.decode()
    assert "The PDF could not be drawn" in text
    assert "more time or memory" in text
    assert NOW in text


def test_says_that_this_server_cannot_draw_pdfs(cast, monkeypatch):
    monkeypatch.setattr(pdf, "_drawn", OrderedDict())  # nothing that another test had drawn
    monkeypatch.setattr(
        pdf, "_what_is_missing", lambda: "PDFs cannot be drawn on this server, because it lacks libpango."
    )
    client = cast("business-unit").signed_in()
    text = client.get(REPORTS).content.decode()
    assert "because it lacks libpango" in text
    assert "report.pdf" not in text
    assert client.get(reverse("reporting:report-pdf")).status_code == 500
    assert client.get(NOW).status_code == 200


def test_takes_no_post(cast):
    assert cast("business-unit").signed_in().post(NOW).status_code == 405


@pytest.mark.parametrize("who", ["business-unit", "viewer"])
def test_asks_the_database_little(cast, who, django_assert_max_num_queries, plan):
    client = cast(who).signed_in()
    with django_assert_max_num_queries(40):
        client.get(REPORTS)
