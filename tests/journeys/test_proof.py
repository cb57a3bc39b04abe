"""The scrutineer checks an old paper: the anchor printed in a pack's PDF, against the proof of today."""

import pytest

from reporting import operations, pdf
from tests.journeys.test_accessibility import found_on
from tests.reporting.exported import files_of, ledger_of, text_of, verify, written
from tests.reporting.test_anchors import ANCHOR
from tests.reporting.test_packs import freeze_agreed
from workstreams.models import Plan
from workstreams.operations import people
from workstreams.vocabulary import PackKind


@pytest.fixture
def pack(stage, cast):
    """A pack that was issued before the plan went on."""
    if why := pdf.cannot_draw_because():
        pytest.skip(why)
    unit = cast("business-unit").by
    pack = operations.issue_pack(freeze_agreed(Plan.objects.get(), unit), PackKind.EXECUTIVE, ["WHERE"], unit)
    people.add_group(name="A group that came later", kind="SUBGROUP", by=unit)
    return pack


def test_the_scrutineer_verifies_the_anchor_of_an_old_pack(pack, visitor, tmp_path):
    scrutineer = visitor("scrutineer")
    scrutineer.go(f"/reports/packs/{pack.version_id}/executive/")
    with scrutineer.page.expect_download() as download:
        scrutineer.page.click(f"a[href='/reports/packs/{pack.pk}/pack.pdf']")
    download.value.save_as(tmp_path / "old.pdf")
    ((seq, fingerprint),) = set(ANCHOR.findall(text_of((tmp_path / "old.pdf").read_bytes())))

    scrutineer.page.get_by_role("navigation").get_by_role("link", name="History").click()
    scrutineer.page.get_by_role("link", name="Export", exact=True).click()
    scrutineer.page.wait_for_selector("h1:text-is('Export')")
    for width in (1366, 820, 320):
        scrutineer.page.set_viewport_size({"width": width, "height": 900})
        assert found_on(scrutineer) == []
        assert scrutineer.page.evaluate("document.documentElement.scrollWidth") <= width
    with scrutineer.page.expect_download() as download:
        scrutineer.page.get_by_role("button", name="Download with the proof").click()
    proof = tmp_path / "proof.zip"
    download.value.save_as(proof)
    assert scrutineer.complaints == []

    said = verify(proof, f"{seq}:{fingerprint}")
    assert said.code == 0, said.text
    assert f"The anchor of row {seq} is where it was, and stands for rows 1 to {seq}." in said.text

    # And had somebody rewritten what stood before it, the old paper would say so.
    folder = tmp_path / "unpacked"
    folder.mkdir()
    for name, content in files_of(proof.read_bytes()).items():
        (folder / name).write_bytes(content)
    rows = ledger_of({"ledger.jsonl": (folder / "ledger.jsonl").read_bytes()})
    rows[int(seq) - 1]["hash"] = "0" * 64
    (folder / "ledger.jsonl").write_bytes(written(rows))
    said = verify("", f"{seq}:{fingerprint}", program=folder / "verify.py")
    assert said.code == 1
    assert f"Row {seq} is not the row that the anchor names" in said.text
