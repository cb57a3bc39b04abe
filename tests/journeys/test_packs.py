"""Making a pack in a real browser: in four steps, watched while it is drawn, with and without JavaScript."""

import pytest
from django.db import connections

from reporting import html, operations, pdf
from reporting.pack import by_default
from tests.journeys.test_accessibility import found_on
from tests.reporting.test_packs import freeze_agreed
from workstreams.models import Pack, Plan


@pytest.fixture
def version(stage, cast, monkeypatch):
    """A version without a pack. The process that draws one finds this test's database."""
    if why := pdf.cannot_draw_because():
        pytest.skip(why)
    name = connections["default"].settings_dict["NAME"]
    monkeypatch.setenv("DATABASE_URL", stage.server.url("plan_app", name))
    monkeypatch.setenv("DEMONSTRATION", "1")
    return freeze_agreed(Plan.objects.get(), cast("business-unit").by)


def faults(someone, *, at=(1366, 820, 320)):
    """What axe finds, and how far the page scrolls sideways, at each width."""
    found = []
    for width in at:
        someone.page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width}: {fault}" for fault in found_on(someone)]
        if (wide := someone.page.evaluate("document.documentElement.scrollWidth")) > width:
            found.append(f"{width}: scrolls sideways to {wide}")
    return found


def test_the_business_unit_issues_the_published_edition(version, visitor, cast, tmp_path):
    unit = visitor("business-unit")
    unit.go("/reports/packs/")
    assert faults(unit) == []
    unit.page.click(f"a[href$='/{version.pk}/?kind=PUBLISHED']")
    unit.page.get_by_label("Slips").uncheck()
    assert faults(unit) == []
    unit.press("Preview")
    assert "Where we are" in unit.text
    assert "Slips" not in unit.text
    assert faults(unit) == []
    unit.press("Go on to issue")
    assert faults(unit) == []
    unit.press("Issue the published edition")
    unit.page.wait_for_selector("text=Its files", timeout=60_000)
    assert unit.page.inner_text("#announce") == "The published edition is issued."
    assert faults(unit) == []
    pack = version.packs.get()
    assert pack.contents == ["WHERE", "PLAN", "VERSIONS"]

    reader = visitor("viewer")
    reader.go("/reports/")
    with reader.page.expect_download() as download:
        reader.page.click(f"a[href='/reports/packs/{pack.pk}/pack.html']")
    page = tmp_path / "published.html"
    download.value.save_as(page)
    assert page.read_bytes() == bytes(pack.html)
    assert [c for v in (unit, reader) for c in v.complaints] == []


def test_without_javascript_a_link_asks_how_far_it_is(version, visitor):
    unit = visitor("business-unit", javascript=False)
    unit.go(f"/reports/packs/new/{version.pk}/")
    unit.press("Preview")
    unit.press("Go on to issue")
    unit.press("Issue the Executive pack")
    for _ in range(60):
        if "Its files" in unit.text:
            break
        unit.page.wait_for_timeout(1_000)
        unit.press("Refresh")
    assert "Executive pack, version 9.0" in unit.text
    assert Pack.objects.filter(version=version, kind="EXECUTIVE").count() == 1


def test_the_published_page_asks_nobody_for_anything(version, visitor, tmp_path):
    paper = operations.pack_to_issue(version, "PUBLISHED", by_default("PUBLISHED"), None)
    file = tmp_path / "published.html"
    file.write_bytes(html.whole(paper))
    reader = visitor()
    asked = []
    reader.page.on("request", lambda request: asked.append(request.url))
    reader.page.goto(file.as_uri())
    assert faults(reader) == []
    assert {url.partition(":")[0] for url in asked} <= {"file", "data"}
    assert reader.complaints == []
