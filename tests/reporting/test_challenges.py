"""Challenges on paper: the part of a pack, the sheet of its workbook, and the log as a PDF of its own."""

import io
from datetime import timedelta

import openpyxl
import page as validator
import pytest
from django.test import Client
from django.urls import reverse

from reporting import excel, operations, pdf
from reporting.html import html
from reporting.pack import Content, by_default, log_of, pack_of, packed, to_report, unpacked
from sscp.demonstration import set_clock
from workstreams import challenges, gather, permissions
from workstreams.models import Meeting, Workstream
from workstreams.operations import papers, settle
from workstreams.operations.challenges import answer_challenge, close_challenge, raise_challenge
from workstreams.picture import Reader
from workstreams.vocabulary import WORDS_LIMIT, PackKind

WHOLE, PUBLIC = Reader(everything=True), Reader(everything=False, public=True)
ADDRESS = reverse("reporting:challenges-pdf")


@pytest.fixture
def asked(db, cast, measure_at):
    """One that waits, of a rating; one answered by two; one closed since the last meeting."""
    by = cast("scrutineer").by
    waits = raise_challenge(
        rating=measure_at("4.2#2").ratings.order_by("pk").first(), text="Who counts?", by=by
    )
    answered = raise_challenge(measure=measure_at("2.1#3"), text="Who audits?", by=by)
    for who in ("chair-mash", "dsp-police"):
        answer_challenge(challenge=answered, text=f"So says {who}.", by=cast(who).by)
    closed = raise_challenge(workstream=Workstream.objects.get(number="1"), text="Who plans?", by=by)
    close_challenge(challenge=closed, text="Settled.", by=by, seen=closed.pk)
    return waits, answered, closed


def pack_now(plan, reader=WHOLE, **options):
    picture = gather.picture_for(reader, plan)
    return pack_of(picture, None, **{"partnership": "P", "standing": "S"} | options)


def log(plan, reader=WHOLE, **chosen):
    picture = gather.picture_for(reader, plan)
    choice = challenges.chosen(picture, chosen)
    shown = choice.shown(challenges.in_order(picture))
    return log_of(picture, shown, partnership="P", chosen=choice.words, partial=not reader.everything)


# ---- the part of the pack


def test_is_part_of_an_executive_pack_where_nobody_chose_and_of_no_other():
    assert Content.CHALLENGES in by_default(PackKind.EXECUTIVE)
    assert Content.CHALLENGES not in by_default(PackKind.PUBLISHED)


def test_prints_the_open_ones_and_those_closed_since_the_last_meeting(plan, asked):
    found = {c.text: c for c in pack_now(plan).challenges}
    assert {"Who counts?", "Who audits?", "Who plans?"} <= found.keys()
    assert [a.post for a in found["Who audits?"].answers] == [
        "Chair of MASH Steering Group",
        "Borough Commander (WMP)",
    ]
    assert found["Who counts?"].rating == "Green, agreed on 18 July 2023"
    assert found["Who counts?"].rating_seq > 0
    assert found["Who plans?"].state == "Closed"
    states = [c.state for c in pack_now(plan).challenges]
    assert states == sorted(states, key=["Not answered", "Answered", "Closed"].index)


def test_leaves_out_what_was_closed_before_the_last_meeting(plan, asked):
    picture = gather.picture_for(WHOLE, plan)
    old = [t for t in challenges.told(picture) if t.challenge.closing]
    shown = {c.seq for c in to_report(picture)}
    before = [t for t in old if t.challenge.closing.on < picture.last_meeting.held_on]
    assert before  # the one of the demonstration
    assert not {t.challenge.seq for t in before} & shown


def test_the_page_says_them_and_the_public_has_none(plan, asked):
    page = html(pack_now(plan))
    assert "Challenges of the independent scrutineer" in page
    assert "Who audits?" in page
    assert "Raised today, not answered yet" in page
    public = pack_now(plan, PUBLIC, kind=PackKind.PUBLISHED, contents=by_default(PackKind.PUBLISHED))
    assert public.challenges == ()
    assert "Challenges of the independent scrutineer" not in html(public)
    assert "Who counts?" not in html(pack_now(plan, contents=("WHERE", "PLAN")))


def test_a_chair_s_report_has_those_that_ask_the_chair(plan, asked, cast):
    own = pack_now(plan, permissions.reader(cast("chair-mash").person))
    texts = {c.text for c in own.challenges}
    assert "Who audits?" in texts
    assert "Who counts?" not in texts


def test_what_is_asked_after_papers_leaves_their_pack_as_it_is(plan, cast, asked, measure_at):
    meeting = Meeting.objects.next_of(plan.deciding_group)
    version = papers.issue_papers(
        meeting=meeting, plan=plan, label="1.15", changes="Papers", by=cast("business-unit").by
    )
    parts = by_default(PackKind.EXECUTIVE)
    before = packed(operations.packs.pack_to_issue(version, PackKind.EXECUTIVE, parts, None))
    assert b"Who counts?" in before
    raise_challenge(measure=measure_at("4.2#2"), text="And since?", by=cast("scrutineer").by)
    assert packed(operations.packs.pack_to_issue(version, PackKind.EXECUTIVE, parts, None)) == before


def test_the_changes_say_what_was_asked_answered_and_closed(plan, cast, asked):
    settle()
    before = gather.picture_for(WHOLE, plan)
    answer_challenge(challenge=asked[0], text="We do.", by=cast("chair-ldg").by)
    close_challenge(challenge=asked[1], text="Seen.", by=cast("scrutineer").by, seen=before_seen(asked[1]))
    raise_challenge(plan=plan, text="Who reads?", by=cast("scrutineer").by)
    settle()
    pack = pack_of(gather.picture_for(WHOLE, plan), before, partnership="P", standing="S")
    said = [c.sentence for c in pack.changes]
    assert said[0].endswith("answered the scrutineer on 24 November 2023.")
    assert said[1].endswith("closed the challenge of 24 November 2023 on 24 November 2023.")
    assert said[2].endswith(": the scrutineer raised a challenge on 24 November 2023.")
    assert "1 challenge raised, 1 answered, 1 closed." in pack.news
    assert all(c.seq for c in pack.changes)


def before_seen(challenge):
    return challenge.replies.order_by("-pk").first().pk


def test_comes_back_exactly(plan, asked):
    for paper in (pack_now(plan), log(plan)):
        assert unpacked(packed(paper)) == paper


# ---- the workbook


def test_the_workbook_has_a_row_for_each_reply_and_one_for_what_waits(plan, asked):
    book = openpyxl.load_workbook(io.BytesIO(excel.draw(pack_now(plan))))
    rows = [[str(cell or "") for cell in row] for row in book["Challenges"].iter_rows(values_only=True)]
    of = {text: [row for row in rows if text in row] for text in ("Who counts?", "Who audits?", "Who plans?")}
    assert [len(of[text]) for text in of] == [1, 2, 1]
    assert "So says chair-mash." in of["Who audits?"][0]
    assert "Closed" in of["Who plans?"][0]
    assert all(cell for cell in rows[0])


# ---- the log


def test_the_log_prints_what_was_chosen_with_the_anchor(plan, asked):
    whole, waiting = log(plan), log(plan, stands="waiting", workstream="4")
    assert {c.text for c in waiting.challenges} < {c.text for c in whole.challenges}
    assert waiting.standing == "Challenges: open, not answered, workstream 4"
    page = html(waiting)
    assert f"{waiting.seq}:{waiting.hash}" in page
    assert "Who counts?" in page
    assert "Who audits?" not in page
    assert "No challenge stands there" in html(log(plan, workstream="5"))


def test_the_log_fails_no_rule_of_accessible_pdfs(needs_pango, plan, asked, cast):
    answer_challenge(challenge=asked[0], text="Long. " * (WORDS_LIMIT // 6), by=cast("chair-ldg").by)
    for paper in (log(plan), log(plan, workstream="5")):
        report = validator.validate_pdf_bytes(pdf.draw(paper), profile="ua1")
        assert [f"{f.rule_id}: {f.message}" for f in report.failures] == []


def test_the_pack_with_them_fails_no_rule_of_accessible_pdfs(needs_pango, plan, asked):
    pack = pack_now(plan, contents=("CHALLENGES",))
    report = validator.validate_pdf_bytes(pdf.draw(pack), profile="ua1")
    assert [f"{f.rule_id}: {f.message}" for f in report.failures] == []


def test_the_log_is_a_download_of_what_its_reader_may_see(needs_pango, plan, asked, cast):
    answer = cast("chair-mash").signed_in().get(f"{ADDRESS}?plan={plan.ref}&stands=open")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "challenges-2023-11-24.pdf" in answer["Content-Disposition"]
    own = cast("scrutineer").signed_in().get(ADDRESS)
    assert own.status_code == 200
    assert own.content != answer.content


def test_partner_staff_and_strangers_do_not_find_it(cast, db):
    assert cast("viewer").signed_in().get(ADDRESS).status_code == 404
    assert Client().get(ADDRESS)["Location"].startswith(reverse("account_login"))


def test_the_age_is_told_for_the_day_of_the_paper(plan, asked):
    set_clock(gather.head().at + timedelta(days=15))
    stands = {c.text: c.stands for c in log(plan).challenges}
    assert stands["Who counts?"] == "Not answered for 2 weeks"
    assert stands["Who audits?"] == "Answered, open for 2 weeks"
