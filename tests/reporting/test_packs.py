"""Issuing a pack: once, from a frozen version, kept as it was handed out, and drawn again to the same bytes."""

import hashlib
import io
import os
import subprocess
import sys
from datetime import date, timedelta

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Value
from django.db.models.functions import Concat

from reporting import excel, html, operations, pdf
from reporting.pack import CouldNotDraw, by_default
from sscp.demonstration import set_clock
from tests.conftest import together
from tests.reporting.test_pdf import failed_rules, read
from workstreams.models import (
    Action,
    Group,
    Ledger,
    Level,
    Measure,
    Outcome,
    Pack,
    Plan,
    Post,
    Rating,
    Version,
)
from workstreams.operations import papers, ratings, targets
from workstreams.picture import Figure
from workstreams.recording import By, Refused, recorded
from workstreams.vocabulary import PackKind, VersionStep

WORDS = "Nobody outside has heard these words yet."
LATE = "These words came when the papers were out."


@pytest.fixture
def unit(cast):
    return cast("business-unit").by


@pytest.fixture
def agreed(plan, unit):
    """A version that a meeting agreed, of which no pack was made."""
    return freeze_agreed(plan, unit)


def freeze_agreed(plan, by):
    closed = plan.deciding_group.meetings.filter(state="CLOSED").latest("held_on")
    with recorded(by):
        return papers.freeze(
            plan=plan, step=VersionStep.AGREED, label="9.0", changes="As agreed", editors="BU", meeting=closed
        )


def send(measure, words, by, level="G", **more):
    latest = measure.ratings.order_by("-pk").first()
    return ratings.send_update(
        measure=measure,
        level=Level.objects.get(code=level),
        words=words,
        recovery_plan="We catch up by spring.",
        by=by,
        seen=latest.pk if latest else None,
        **more,
    )


@pytest.fixture
def meeting(plan):
    return plan.deciding_group.meetings.next_of(plan.deciding_group)


@pytest.fixture
def issued(plan, meeting, measure_at, cast, unit):
    """The papers of the next meeting, with a proposal in them."""
    send(measure_at("4.2#2"), WORDS, cast("chair-ldg").by, "A")
    return papers.issue_papers(meeting=meeting, plan=plan, label="9.1", changes="Papers", by=unit)


def an_hour_passes():
    set_clock(Ledger.objects.latest("seq").at + timedelta(hours=1))


def texts(pack):
    book = openpyxl.load_workbook(io.BytesIO(bytes(pack.xlsx)))
    return " ".join(
        str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row if value
    )


# ---- what it is


def test_keeps_what_was_drawn_with_its_hashes(issued, unit, needs_pango):
    pack = operations.issue_pack(issued, PackKind.EXECUTIVE, None, unit)
    pack = Pack.objects.get(pk=pack.pk)
    assert bytes(pack.pdf).startswith(b"%PDF-1.7")
    assert pack.pdf_hash == hashlib.sha256(bytes(pack.pdf)).hexdigest()
    assert pack.xlsx_hash == hashlib.sha256(bytes(pack.xlsx)).hexdigest()
    assert pack.html is None
    assert pack.pages == pdf.pages_of(bytes(pack.pdf)) > 10
    assert pack.seq == issued.picture["seq"]
    assert pack.contents == list(by_default(PackKind.EXECUTIVE))
    assert pack.compared_with == Version.objects.agreed().filter(seq__lt=issued.seq).latest("seq")
    row = Ledger.objects.filter(table="workstreams_pack").latest("seq")
    assert row.after["pdf_hash"] == pack.pdf_hash
    assert row.after["pdf"].startswith("sha256:")
    assert row.by == str(unit.user.pk)
    assert failed_rules(bytes(pack.pdf)) == []
    assert WORDS in texts(pack)


def test_answers_the_same_pack_again(agreed, unit, needs_pango):
    one = operations.issue_pack(agreed, PackKind.EXECUTIVE, ["WHERE"], unit)
    assert operations.issue_pack(agreed, PackKind.EXECUTIVE, ["VERSIONS"], unit) == one
    assert agreed.packs.count() == 1


def test_prints_the_parts_that_were_chosen_and_no_others(agreed, unit, needs_pango):
    pack = operations.issue_pack(agreed, PackKind.EXECUTIVE, ["VERSIONS", "WHERE"], unit)
    assert pack.contents == ["WHERE", "VERSIONS"]
    _, text = read(operations.pack_to_issue(agreed, pack.kind, pack.contents, pack.compared_with))
    assert "Where we are" in text
    assert "Table" not in text
    assert "Workstream 1:" not in text
    assert "Exceptions" not in text
    book = openpyxl.load_workbook(io.BytesIO(bytes(pack.xlsx)))
    assert book.sheetnames == ["Changes", "About"]


def test_can_be_bare(agreed, unit, needs_pango):
    pack = operations.issue_pack(agreed, PackKind.EXECUTIVE, [], unit)
    assert pack.contents == []
    assert failed_rules(bytes(pack.pdf)) == []


def test_opens_with_what_changed_since_the_last_executive(plan):
    before, version = Version.objects.filter(plan=plan).agreed().frozen().order_by("seq")[:2]
    assert operations.compared_version(version, PackKind.EXECUTIVE) == before
    _, text = read(operations.pack_to_issue(version, PackKind.EXECUTIVE, [], before))
    assert f"What changed since the last Executive, version {before.label}" in text
    assert "agreed ratings changed:" in text


def test_says_provisional_until_it_is_agreed(issued, agreed):
    def page(version):
        return html.html(operations.pack_to_issue(version, PackKind.EXECUTIVE, [], None))

    assert '<body class="provisional">' in page(issued)
    assert "rovisional" not in page(agreed).partition("</head>")[2]


# ---- the addendum


@pytest.fixture
def addendum(issued, plan, meeting, measure_at, cast, unit):
    an_hour_passes()
    send(measure_at("4.2#2"), LATE, cast("chair-ldg").by)
    send(measure_at("1.1#3"), LATE, cast("chair-neglect").by, "A")
    return papers.issue_addendum(meeting=meeting, plan=plan, label="9.2", changes="Two came late", by=unit)


def test_an_addendum_lists_what_was_sent_after_papers_on_one_page(issued, addendum, unit, needs_pango):
    pack = operations.issue_pack(addendum, PackKind.ADDENDUM, None, unit)
    assert pack.compared_with == issued
    assert pack.pages == 1
    assert failed_rules(bytes(pack.pdf)) == []
    paper = operations.pack_to_issue(addendum, pack.kind, pack.contents, issued)
    _, text = read(paper)
    assert "Sent after the papers, version 9.1: 2" in text
    assert text.count(LATE) == 2
    assert WORDS not in text
    replaced, new = sorted(paper.late, key=lambda late: late.in_papers is None)
    assert replaced.in_papers.words == WORDS
    assert replaced.line.proposed.late
    assert new.in_papers is None
    assert openpyxl.load_workbook(io.BytesIO(bytes(pack.xlsx))).sheetnames == [
        "Sent after papers",
        "Changes",
        "About",
    ]


def test_an_addendum_holds_a_date_that_was_asked_for_without_an_update(
    issued, plan, meeting, measure_at, cast, unit
):
    an_hour_passes()
    by = cast("chair-ldg").by
    targets.ask_for_target(
        measure=measure_at("4.2#2"), due_on=date(2024, 7, 31), because="It opens late.", by=by
    )
    send(measure_at("1.1#3"), LATE, cast("chair-neglect").by, "A")
    late = papers.issue_addendum(meeting=meeting, plan=plan, label="9.2", changes="Two", by=unit)
    paper = operations.pack_to_issue(late, PackKind.ADDENDUM, [], issued)
    (line,) = paper.dates_asked
    (sent,) = paper.late
    assert line.asked_target == "July 2024"
    assert sent.line.measure_id != line.measure_id
    assert "asks for July 2024" in read(paper)[1]
    book = openpyxl.load_workbook(io.BytesIO(excel.draw(paper)))
    assert list(book["Dates asked for"].values) == [
        ("Ref", "Measure", "Target date", "Date asked for", "Because"),
        ("4.2", line.text, line.target, "July 2024", "It opens late."),
    ]


def test_an_addendum_says_how_an_update_on_behalf_came_and_its_figures(
    issued, plan, meeting, measure_at, cast, unit
):
    an_hour_passes()
    chair, measure = cast("chair-ldg").post, measure_at("4.2#2")
    targets.ask_for_target(measure=measure, due_on=date(2024, 7, 31), because="It opens late.", by=unit)
    on_behalf = By(unit.user, chair)
    send(measure, LATE, on_behalf, "A", received="by phone", figures=(Figure("Cases audited", 20),))
    late = papers.issue_addendum(meeting=meeting, plan=plan, label="9.2", changes="One", by=unit)
    paper = operations.pack_to_issue(late, PackKind.ADDENDUM, [], issued)
    sent_by = f"{chair}, received by phone"
    assert sent_by in read(paper)[1]
    head, row = openpyxl.load_workbook(io.BytesIO(excel.draw(paper)))["Sent after papers"].values
    said = dict(zip(head, row, strict=True))
    assert (said["By"], said["Figures"]) == (sent_by, "Cases audited 20")
    assert (said["Date asked for"], said["Because"]) == ("July 2024", "It opens late.")


def test_an_addendum_is_issued_as_nothing_else(issued, addendum, agreed, unit):
    assert operations.kinds_of(issued) == (PackKind.EXECUTIVE,)
    assert operations.kinds_of(addendum) == (PackKind.ADDENDUM,)
    assert operations.kinds_of(agreed) == (PackKind.EXECUTIVE, PackKind.PUBLISHED)
    for version, kind in ((addendum, "EXECUTIVE"), (issued, "PUBLISHED"), (agreed, "ADDENDUM")):
        with pytest.raises(Refused, match="is not issued as"):
            operations.issue_pack(version, kind, None, unit)
        assert not version.packs.exists()


def test_papers_that_were_withdrawn_get_no_pack_and_those_issued_again_do(plan, meeting, issued, unit):
    papers.withdraw_papers(meeting=meeting, plan=plan, because="A report was missing.", by=unit)
    assert operations.withdrawn(issued).changes == "A report was missing."
    with pytest.raises(Refused, match="withdrawn"):
        operations.issue_pack(issued, PackKind.EXECUTIVE, None, unit)
    again = papers.issue_papers(meeting=meeting, plan=plan, label="9.3", changes="Papers again", by=unit)
    assert operations.withdrawn(again) is None
    assert operations.kinds_of(again) == (PackKind.EXECUTIVE,)


def test_refuses_a_part_that_it_does_not_have(agreed, unit):
    with pytest.raises(Refused, match="EXCEPTIONS"):
        operations.issue_pack(agreed, PackKind.PUBLISHED, ["EXCEPTIONS"], unit)


# ---- the published edition


def test_the_published_edition_holds_no_words_no_proposal_and_no_name(
    plan, meeting, issued, agreed, unit, needs_pango
):
    pack = operations.issue_pack(agreed, PackKind.PUBLISHED, None, unit)
    page, book = bytes(pack.html).decode(), texts(pack)
    said = list(Rating.objects.exclude(words="").exclude(words="No change"))
    assert said
    for text in (page, book):
        assert "rovisional" not in text.partition("</style>")[2]
        assert "(proposed)" not in text
        for rating in said:
            assert rating.words not in text
            assert not rating.because or rating.because not in text
        for group in Group.objects.all():
            for post in group.posts.all():
                for appointment in post.appointments.all():
                    assert appointment.user.name not in text
    assert "Plan" in openpyxl.load_workbook(io.BytesIO(bytes(pack.xlsx))).sheetnames
    assert failed_rules(bytes(pack.pdf)) == []
    assert pack.html_hash == hashlib.sha256(bytes(pack.html)).hexdigest()


def test_the_page_of_the_published_edition_needs_nothing_else(agreed):
    paper = operations.pack_to_issue(agreed, PackKind.PUBLISHED, by_default("PUBLISHED"), None)
    page = html.whole(paper).decode()
    assert "<script" not in page
    assert "http:" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "https:" not in page
    assert "asset:" not in page
    assert page.count("<style>") == 1
    assert 'url("data:font/woff2;base64,' in page
    assert 'url("data:image/svg+xml;base64,' in page


# ---- once, and for good


def test_twelve_at_once_leave_one(stage, cast, needs_pango):
    unit = cast("business-unit").by
    version = freeze_agreed(Plan.objects.get(), unit)
    answers = together(12, lambda i: operations.issue_pack(version, PackKind.EXECUTIVE, ["WHERE"], unit).pk)
    assert len(set(answers)) == 1
    assert version.packs.count() == 1
    assert Ledger.objects.filter(table="workstreams_pack", row=str(answers[0])).count() == 1


@pytest.mark.parametrize(
    "statement",
    ["update workstreams_pack set pages = 1", "delete from workstreams_pack", "truncate workstreams_pack"],
)
def test_the_database_refuses_to_change_what_was_issued(agreed, unit, statement, needs_pango):
    pack = operations.issue_pack(agreed, PackKind.EXECUTIVE, ["WHERE"], unit)
    with pytest.raises(Exception, match=r"permission denied|refused"), transaction.atomic():
        connection.cursor().execute(statement)
    assert Pack.objects.get(pk=pack.pk).pages == pack.pages > 1
    with pytest.raises(TypeError):
        pack.save()
    with pytest.raises(TypeError):
        pack.delete()


def test_a_kind_is_issued_once_whoever_tries(agreed, unit, needs_pango):
    pack = operations.issue_pack(agreed, PackKind.EXECUTIVE, [], unit)
    copy = {
        f.attname: getattr(pack, f.attname) for f in Pack._meta.concrete_fields if f.name not in ("id", "at")
    }
    with pytest.raises(IntegrityError, match="issued_once"), recorded(unit):
        Pack.objects.create(**copy)


def test_its_bytes_stay_and_come_again_when_everything_is_edited(
    plan, meeting, issued, agreed, unit, cast, measure_at, needs_pango
):
    versions = {PackKind.EXECUTIVE: issued, PackKind.PUBLISHED: agreed}
    before = {}
    for kind, version in versions.items():
        pack = operations.issue_pack(version, kind, None, unit)
        before[pack.pk] = (bytes(pack.pdf), bytes(pack.xlsx), pack.html and bytes(pack.html))
    send(measure_at("4.2#2"), LATE, cast("chair-ldg").by)
    with recorded(unit, because="Everything is edited"):
        Plan.objects.update(title="Another title", workstream_word="Theme")
        Measure.objects.update(text="Another text")
        Level.objects.update(word="Violet", meaning="Another meaning")
        Group.objects.update(name="Another group")
        Post.objects.update(title=Concat(Value("Another "), "title"))
        Action.objects.update(text="Another action")
        Outcome.objects.update(statement="Another outcome")
    pdf._drawn.clear()
    for pack in Pack.objects.filter(pk__in=before).select_related("version__plan", "compared_with"):
        assert (bytes(pack.pdf), bytes(pack.xlsx), pack.html and bytes(pack.html)) == before[pack.pk]
        again = operations.pack_to_issue(pack.version, pack.kind, pack.contents, pack.compared_with)
        assert pdf.draw(again) == before[pack.pk][0]
        assert excel.draw(again) == before[pack.pk][1]
        assert "Another" not in html.html(again)


def test_says_why_where_no_pdf_can_be_drawn(agreed, unit, monkeypatch):
    monkeypatch.setattr(pdf, "_what_is_missing", lambda: "PDFs cannot be drawn on this server.")
    with pytest.raises(CouldNotDraw, match="cannot be drawn on this server"):
        operations.issue_pack(agreed, PackKind.EXECUTIVE, None, unit)
    assert not agreed.packs.exists()


def test_tells_how_far_it_is(agreed, unit, needs_pango):
    heard = []
    operations.issue_pack(agreed, PackKind.PUBLISHED, [], unit, tell=lambda *step: heard.append(step))
    assert [done for done, _, _ in heard] == [0, 1, 2, 3]
    assert {of for _, of, _ in heard} == {4}


DRAW = """
import os, sys, hashlib
os.environ["DJANGO_SETTINGS_MODULE"] = "sscp.settings"
import django
django.setup()
from reporting import excel, pdf
from reporting.pack import pack_of, by_default
from tests import pictures
pack = pack_of(pictures.draft(), pictures.july(), partnership="P", standing="S", kind="EXECUTIVE",
               contents=by_default("EXECUTIVE"))
print(hashlib.sha256(pdf.draw(pack)).hexdigest(), hashlib.sha256(excel.draw(pack)).hexdigest())
"""


def test_three_processes_draw_the_same_bytes(needs_pango):
    drawn = {
        subprocess.run(
            [sys.executable, "-c", DRAW],
            check=True,
            capture_output=True,
            cwd=html.BASE,
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone},
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"), ("3", "America/Los_Angeles"))
    }
    assert len(drawn) == 1
    assert len(drawn.pop().split()) == 2
