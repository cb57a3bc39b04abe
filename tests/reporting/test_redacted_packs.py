"""Issued files that held words which were taken out: drawn again, marked, and both hashes kept."""

import hashlib
import io
import subprocess
import zipfile

import pytest
from django.urls import reverse

from reporting import operations
from tests.workstreams.test_redactions import NAME, ask, said, take_out
from workstreams import ledger
from workstreams.models import Ledger, Pack
from workstreams.operations import papers, settle
from workstreams.recording import Refused
from workstreams.redactions import MARK, places_of
from workstreams.vocabulary import MeetingState, PackKind

pytestmark = pytest.mark.usefixtures("needs_pango")


def read(content):
    """Every word of a file, as somebody reads it."""
    if content[:4] == b"%PDF":
        text = subprocess.run(
            ["pdftotext", "-", "-"], input=content, capture_output=True, check=True
        ).stdout.decode()
        return " ".join(text.split())
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "".join(read(book.read(part)) for part in book.namelist())
    return content.decode()


@pytest.fixture
def unit(cast):
    return cast("business-unit").by


@pytest.fixture
def row(db, cast, measure_at):
    words = f"{NAME} was heard, and the training was changed."
    return said(words, measure_at("4.1#2"), cast("chair-ldg").by)


@pytest.fixture
def packs(plan, row, unit):
    """The papers that hold the name, and the pack of an edition before, which doesn't."""
    meeting = plan.deciding_group.meetings.filter(state=MeetingState.PLANNED).first()
    version = papers.issue_papers(meeting=meeting, plan=plan, label="8.0", changes="Papers", by=unit)
    settle()
    before = plan.versions.agreed().frozen().latest("seq")
    issued = operations.issue_pack(version, PackKind.EXECUTIVE, None, unit)
    other = operations.issue_pack(before, PackKind.PUBLISHED, None, unit)
    settle()
    return issued, other


def test_a_pack_that_held_the_name_is_drawn_again_and_says_so(packs, row, unit, cast):
    issued, other = packs
    assert NAME in read(bytes(issued.pdf))
    assert NAME in read(bytes(issued.xlsx))
    asked = ask(row, unit)
    assert [pack.pk for pack in places_of(asked).packs] == [issued.pk]
    take_out(asked, cast("dsp-council").by)
    now, same = Pack.objects.get(pk=issued.pk), Pack.objects.get(pk=other.pk)
    for name in ("pdf", "xlsx"):
        text = read(bytes(getattr(now, name)))
        assert NAME not in text
        assert MARK in text
        assert f"words were taken out of it (redaction {asked.pk})" in text
        assert bytes(getattr(same, name)) == bytes(getattr(other, name))
    (paper,) = Ledger.objects.latest("seq").after["papers"]
    assert paper == {
        "id": issued.pk,
        "pdf": hashlib.sha256(bytes(now.pdf)).hexdigest(),
        "xlsx": hashlib.sha256(bytes(now.xlsx)).hexdigest(),
    }
    assert (now.pdf_hash, now.xlsx_hash) == (issued.pdf_hash, issued.xlsx_hash)
    assert not ledger.verify().faults


def test_its_page_tells_both_hashes(packs, row, unit, cast):
    issued, _ = packs
    client = cast("business-unit").signed_in()
    asked = take_out(ask(row, unit), cast("dsp-council").by)
    page = client.get(reverse("reporting:issued-pack", args=[issued.version_id, "executive"]))
    text = read(page.content)
    assert page.status_code == 200
    assert "These files are a marked edition" in text
    assert f"/record/{asked.done_as}/" in text
    assert issued.pdf_hash in text
    assert hashlib.sha256(bytes(Pack.objects.get(pk=issued.pk).pdf)).hexdigest() in text
    done = client.get(reverse("workstreams:redaction-page", args=[asked.pk])).content.decode()
    assert "Ask those who have a copy to replace it." in done
    assert page.request["PATH_INFO"] in done


def test_nothing_is_taken_out_where_a_pack_cannot_be_drawn_again(packs, row, unit, cast, monkeypatch):
    from reporting import pdf

    asked = ask(row, unit)
    monkeypatch.setattr(pdf, "_what_is_missing", lambda: "PDFs cannot be drawn on this server.")
    with pytest.raises(Refused, match="could not be drawn again"):
        take_out(asked, cast("dsp-council").by)
    assert Ledger.objects.get(seq=row.seq).after == row.after
