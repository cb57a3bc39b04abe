"""Every paper that leaves the house names the newest row of the ledger in it, and every rating in it its own."""

import io
import re
from datetime import date, timedelta

import openpyxl
import pytest
from django.urls import reverse

from reporting import operations
from tests.reporting.exported import files_of, text_of
from tests.reporting.test_packs import an_hour_passes, freeze_agreed, send
from tests.test_house import FILES, addresses
from workstreams import compare, gather
from workstreams.models import Ledger, Meeting, Version
from workstreams.operations import papers, targets
from workstreams.picture import Reader
from workstreams.reminders import letters
from workstreams.vocabulary import PackKind

EVERYTHING = Reader(everything=True, drafts=True)
PUBLIC = Reader(everything=False, public=True)
ANCHOR = re.compile(r"(?<![\w.])(\d+):([0-9a-f]{64})(?![0-9a-f])")


@pytest.fixture
def packs(plan, cast, measure_at, needs_pango):
    """One issued pack of each kind."""
    unit = cast("business-unit").by
    meeting = Meeting.objects.next_of(plan.deciding_group)
    agreed = freeze_agreed(plan, unit)
    send(measure_at("4.2#2"), "In the papers.", cast("chair-ldg").by, "A")
    issued = papers.issue_papers(meeting=meeting, plan=plan, label="9.1", changes="Papers", by=unit)
    an_hour_passes()
    send(measure_at("1.1#3"), "Too late.", cast("chair-neglect").by, "A")
    late = papers.issue_addendum(meeting=meeting, plan=plan, label="9.2", changes="One came late", by=unit)
    return {
        kind: operations.issue_pack(version, kind, None, unit)
        for kind, version in (
            (PackKind.EXECUTIVE, issued),
            (PackKind.ADDENDUM, late),
            (PackKind.PUBLISHED, agreed),
        )
    }


def files(packs, cast):
    """(the name of an address, an address) of every file that can be taken out."""
    published = packs[PackKind.PUBLISHED]
    minuted = Version.objects.filter(step="AGREED", picture__isnull=False, label__lt="9").latest("seq")
    newest = gather.head().seq
    compared = f"?from={minuted.picture['seq']}&to={newest}"
    for name, values, query in (
        ("report-pdf", [], ""),
        ("report-pdf", [minuted.pk], ""),
        ("report-pdf", [], f"?as-at={minuted.picture['seq']}"),
        ("report-xlsx", [], ""),
        ("report-xlsx", [minuted.pk], ""),
        ("minutes-pdf", [minuted.meeting_id], ""),
        ("minutes-xlsx", [minuted.meeting_id], ""),
        ("challenges-pdf", [], ""),
        ("comparison-pdf", [], compared),
        ("comparison-xlsx", [], compared),
        ("workbook-xlsx", [cast("chair-ldg").post.pk], ""),
        ("history-csv", [], ""),
        ("history-xlsx", [], ""),
        ("history-zip", [], ""),
        *((f"pack-{ending}", [pack.pk], "") for pack in packs.values() for ending in ("pdf", "xlsx")),
        ("pack-html", [published.pk], ""),
    ):
        yield f"reporting:{name}", reverse(f"reporting:{name}", args=values) + query


def read(content):
    """The whole text of a file of any kind."""
    if content.startswith(b"%PDF"):
        return text_of(content)
    if content.startswith(b"PK"):
        inside = files_of(content)
        if "[Content_Types].xml" not in inside:
            return "\n".join(map(read, inside.values()))
        book = openpyxl.load_workbook(io.BytesIO(content))
        return "\n".join(
            str(value)
            for sheet in book
            for row in sheet.iter_rows(values_only=True)
            for value in row
            if value
        )
    return content.decode("utf-8-sig")


def test_every_file_prints_the_newest_record_in_it_with_its_fingerprint(packs, cast):
    client, walked, faults = cast("business-unit").signed_in(), set(), []
    hashes = {seq: bytes(value).hex() for seq, value in Ledger.objects.values_list("seq", "hash")}
    for name, address in files(packs, cast):
        answer = client.get(address)
        assert answer.status_code == 200, address
        found = ANCHOR.findall(read(answer.getvalue()))
        walked.add(name)
        if not found:
            faults.append(f"{address}: no anchor")
        faults += [f"{address}: {seq} is another" for seq, value in found if hashes.get(int(seq)) != value]
    assert faults == []
    for pack in packs.values():
        (anchor,) = set(ANCHOR.findall(text_of(bytes(pack.pdf))))
        assert anchor == (str(pack.version.picture["seq"]), pack.version.picture["hash"])
        assert ":".join(anchor) in read(bytes(pack.xlsx))
    # A file that comes later says here where its anchor stands.
    assert walked == {name for name, pattern in addresses() if str(pattern.pattern).endswith(FILES)}


def records_in(text):
    return {int(seq) for seq in re.findall(r"record (\d+)", text)}


def test_every_rating_in_a_paper_prints_its_record(packs, plan, cast):
    every_rating_in_a_pdf(packs, plan, cast)
    every_rating_in_a_workbook(plan, cast)
    every_decision_in_the_minutes(packs, plan, cast)


def every_rating_in_a_pdf(packs, plan, cast):
    client = cast("business-unit").signed_in()
    for kind, reader in ((PackKind.EXECUTIVE, EVERYTHING), (PackKind.PUBLISHED, PUBLIC)):
        picture = operations.frozen(packs[kind].version, reader)
        rated = {m.agreed.seq for m in picture.measures if m.agreed}
        proposed = {m.proposal.seq for m in picture.measures if m.proposal}
        assert rated
        assert rated | proposed <= records_in(text_of(bytes(packs[kind].pdf)))
    live = text_of(client.get(reverse("reporting:report-pdf")).getvalue())
    picture = gather.picture_for(EVERYTHING, plan)
    steps = {m.seq for p in picture.measures for m in (p.agreed, p.proposal) if m}
    assert 0 not in steps
    assert steps <= records_in(live)
    late = text_of(bytes(packs[PackKind.ADDENDUM].pdf))
    assert "Too late." in late
    assert max(steps) in records_in(late)


def every_rating_in_a_workbook(plan, cast):
    client = cast("business-unit").signed_in()
    picture = gather.picture_for(EVERYTHING, plan)
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("reporting:report-xlsx")).getvalue()))
    (head, *rows) = book["Plan"].iter_rows(values_only=True)
    column = head.index("Record of the rating")
    assert {row[column] for row in rows if row[column]} == {
        m.agreed.seq for m in picture.measures if m.agreed
    }
    answers = read(
        client.get(reverse("reporting:workbook-xlsx", args=[cast("chair-ldg").post.pk])).getvalue()
    )
    asked = [m for m in picture.measures if f"(record {m.agreed.seq})" in answers] if answers else []
    assert len(asked) == answers.count("Agreed on ")
    proposal = next(
        m.proposal for m in picture.measures if m.proposal and m.proposal.words == "In the papers."
    )
    assert f"(record {proposal.seq})" in answers


def every_decision_in_the_minutes(packs, plan, cast):
    meeting = packs[PackKind.PUBLISHED].version.meeting
    minutes = operations.minutes_of_meeting(meeting, plan, EVERYTHING)
    assert minutes is not None
    decided = {ruling.seq for ruling in minutes.rulings} - {0}
    assert decided
    address = reverse("reporting:minutes-pdf", args=[meeting.pk])
    text = text_of(cast("business-unit").signed_in().get(address).getvalue())
    assert decided <= records_in(text)


@pytest.mark.parametrize("reader", [EVERYTHING, PUBLIC], ids=["everybody inside", "the public"])
def test_a_moved_target_names_its_record_to(plan, cast, measure_at, reader):
    """A published edition tells that a date moved: anybody can look up where that is recorded."""
    before = gather.picture_for(EVERYTHING, plan).seen_by(reader)
    moved = targets.set_target(
        measure=measure_at("4.1#2"),
        text="June 2024",
        due_on=date(2024, 6, 30),
        precision="MONTH",
        because="The hall is let until then.",
        by=cast("business-unit").by,
    )
    after = gather.picture_for(EVERYTHING, plan).seen_by(reader)
    (change,) = [c for c in compare.compare(before, after) if c.kind == compare.Kind.TARGET]
    row = Ledger.objects.get(table="workstreams_target", row=str(moved.pk))
    assert change.seq == row.seq
    assert next(m for m in after.measures if m.id == moved.measure_id).target.seq == row.seq


def test_the_weekly_letter_to_the_scrutineer_prints_the_anchor(plan, cast):
    head = gather.head()
    letter = letters.weekly(cast("scrutineer").user, head, head.today - timedelta(days=7))
    assert f"{head.seq}:{head.hash}" in letter.text
