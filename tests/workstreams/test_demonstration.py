"""The demonstration: the printed plan, what its people do before and at each meeting, and what is issued."""

import hashlib
import io
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.core.management import call_command

from reporting import pdf
from sscp.demonstration.calendar import brought_forward, first_of_year, next_meeting
from workstreams import challenges, gather, picture
from workstreams.life import Standing
from workstreams.models import (
    Action,
    HighlightReport,
    Impact,
    Ledger,
    Measure,
    Meeting,
    Outcome,
    Pack,
    Plan,
    Rating,
    Version,
    Workstream,
)
from workstreams.picture import Reader
from workstreams.vocabulary import ImpactStep, MeetingState, PackKind, RatingStep, VersionStep

EVERYTHING = Reader(everything=True)


def test_holds_the_printed_plan(plan):
    assert (
        Workstream.objects.count(),
        Outcome.objects.count(),
        Action.objects.count(),
        Measure.objects.count(),
    ) == (6, 13, 16, 42)


def test_version_1_7_keeps_its_42_ratings_whatever_happened_since(plan):
    frozen = picture.from_json(Version.objects.get(label="1.7").picture)
    assert frozen.counts().words == "9 Amber, 21 Green, 12 Blue"
    assert frozen.counts().total == 42
    assert gather.take(plan, gather.head()).counts().words != frozen.counts().words


# ---- the story


def test_every_meeting_has_its_papers_and_what_it_agreed_under_labels_of_their_own(plan):
    editions = Version.objects.filter(plan=plan).frozen().order_by("seq")
    assert [(v.label, v.step, v.meeting.held_on) for v in editions] == [
        ("1.7", VersionStep.AGREED, date(2023, 7, 18)),
        ("1.8", VersionStep.PROVISIONAL, date(2023, 8, 29)),
        ("1.9", VersionStep.AGREED, date(2023, 8, 29)),
        ("1.10", VersionStep.PROVISIONAL, date(2023, 10, 10)),
        ("1.11", VersionStep.AGREED, date(2023, 10, 10)),
        ("1.12", VersionStep.PROVISIONAL, date(2023, 11, 21)),
        ("1.13", VersionStep.PROVISIONAL, date(2023, 11, 21)),
        ("1.14", VersionStep.AGREED, date(2023, 11, 21)),
    ]


def test_one_update_is_returned_and_sent_again_one_taken_back_and_one_sent_late(measure_at):
    steps = {
        place: list(measure_at(place).ratings.order_by("pk").values_list("step", flat=True)[1:])
        for place in ("4.2#2", "5.3#2")
    }
    sent, removed, agreed = RatingStep.PROVISIONAL, RatingStep.REMOVED, RatingStep.AGREED
    assert steps["4.2#2"][:6] == [sent, agreed, sent, removed, sent, agreed]
    assert steps["5.3#2"][:2] == [sent, removed]
    returned, taken_back = Rating.objects.filter(step=removed).order_by("at")[::-1][:2]
    assert {returned.for_post.kind, taken_back.for_post.kind} == {"BUSINESS_UNIT", "OFFICER"}
    papers, addendum = Version.objects.filter(label__in=["1.12", "1.13"]).order_by("seq")
    late = Rating.objects.get(meeting=papers.meeting, step=sent, at__gt=papers.at)
    assert late.measure == measure_at("6.1#6")
    shown = [picture.from_json(v.picture).find(late.measure_id).measure for v in (papers, addendum)]
    assert [m.proposal is not None for m in shown] == [False, True]
    assert shown[1].stands is Standing.LATE


def test_chairs_report_impact_before_a_meeting_that_accepts_it_or_does_not(plan):
    for reported in Impact.objects.filter(step=ImpactStep.REPORTED):
        answer = Impact.objects.get(follows=reported)
        assert reported.for_post.kind != "BUSINESS_UNIT"
        assert reported.at.date() < answer.meeting.held_on == answer.at.date()
        papers = picture.from_json(Version.objects.papers_of(answer.meeting).picture)
        assert papers.find(reported.measure_id).measure.impact.waits
    steps = set(Impact.objects.values_list("step", flat=True))
    assert steps == {ImpactStep.REPORTED, ImpactStep.ACCEPTED, ImpactStep.NOT_ACCEPTED}


def test_groups_report_in_their_own_words_and_the_papers_hold_them(plan):
    for meeting in Meeting.objects.filter(state=MeetingState.CLOSED).exclude(held_on=first_of_year(2023)):
        reports = HighlightReport.objects.filter(meeting=meeting)
        papers = picture.from_json(Version.objects.papers_of(meeting).picture)
        assert len(papers.highlights) == len(reports) == 2
        assert {h.key_updates for h in papers.highlights} == {r.key_updates for r in reports}
        assert all(r.for_post.kind == "CHAIR" and r.for_post.group == r.group for r in reports)


def test_figures_are_given_several_to_a_measure(plan, measure_at):
    audits = gather.picture_for(EVERYTHING, plan).find(measure_at("2.1#3").pk).measure
    assert [len(told.figures) for told in audits.periods if told.figures] == [2, 6]
    assert all(f.unit == "%" for told in audits.periods for f in told.figures)


def test_the_scrutineer_asks_and_one_question_waits_a_fortnight(plan, cast):
    picture = gather.picture_for(EVERYTHING, plan)
    closed, answered, waits = challenges.told(picture)
    assert (closed.state, closed.challenge.closing.on) == (
        challenges.State.CLOSED,
        first_meeting := date(2023, 8, 29),
    )
    assert closed.challenge.rating == "Blue, agreed on 18 July 2023"
    assert Meeting.objects.filter(held_on=first_meeting, state=MeetingState.CLOSED).exists()
    assert (answered.state, answered.ref) == (challenges.State.ANSWERED, "Workstream 3")
    assert (waits.stands, waits.ref) == ("Not answered for 2 weeks", "4.1")
    assert cast("chair-ldg").post.pk in waits.challenge.post_ids
    assert all(reply.on.weekday() < 5 for t in (closed, answered) for reply in t.challenge.replies)


# ---- the calendar


def test_the_next_meeting_is_near_and_on_a_tuesday_whatever_the_day():
    for days in range(366):
        today = date(2026, 9, 1) + timedelta(days=days)
        planned = next_meeting(today)
        day = brought_forward(planned, today)
        assert today < day <= planned
        assert day.weekday() == 1
        over_christmas = today.month == 12 and today.day > 13
        assert (day - today).days <= (21 if over_christmas else 10)


# ---- as somebody finds it on the first day


@pytest.fixture
def empty(theatre, worker_id, django_db_setup, django_db_blocker) -> Iterator[None]:
    """A database with nothing in it but its furniture."""
    name = f"stage_empty_{worker_id}"
    with django_db_blocker.unblock():
        theatre.furnish(name)
        yield
        theatre.point_to(f"test_{worker_id}")
    theatre.drop(name)


def load_demo(*flags):
    said = io.StringIO()
    call_command("load_demo", "--keep-dates", "--today", "2023-09-05", *flags, stdout=said)
    return said.getvalue()


def test_issues_a_pack_for_each_past_meeting_and_the_papers_for_the_next(empty):
    if why := pdf.cannot_draw_because():
        pytest.skip(why)
    said = load_demo()
    packs = list(Pack.objects.order_by("pk").select_related("version"))
    agreed, papers, published = VersionStep.AGREED, VersionStep.PROVISIONAL, PackKind.PUBLISHED
    assert [(p.version.label, p.version.step, p.kind) for p in packs] == [
        ("1.7", agreed, PackKind.EXECUTIVE),
        ("1.9", agreed, PackKind.EXECUTIVE),
        ("1.9", agreed, published),
        ("1.10", papers, PackKind.EXECUTIVE),
    ]
    for pack in packs:
        assert f"Drawing the {pack.get_kind_display().lower()} of version {pack.version.label}" in said
        assert pack.pdf_hash == hashlib.sha256(bytes(pack.pdf)).hexdigest()
        assert pack.version.at < pack.at <= pack.version.at + timedelta(hours=1)
    what_waits_for_the_next_meeting()
    head = gather.head()
    assert "The demonstration plan is loaded." in load_demo()
    assert gather.head() == head
    assert Pack.objects.count() == len(packs)


def what_waits_for_the_next_meeting():
    plan = Plan.objects.get()
    meeting = Meeting.objects.get(state=MeetingState.PAPERS_ISSUED)
    now = gather.picture_for(EVERYTHING, plan)
    assert now.on < meeting.held_on <= now.on + timedelta(days=10)
    stands = [m.stands for m in now.measures]
    assert stands.count(Standing.TABLED) >= 5
    assert (stands.count(Standing.LATE), stands.count(Standing.RETURNED)) == (1, 1)
    assert sum(m.not_updated for m in now.measures) > 5
    assert sum(bool(m.target.asked_text) for m in now.measures) == 1
    assert sum(bool(m.impact and m.impact.waits) for m in now.measures) == 1
    assert len(now.highlights) == 3


def test_goes_on_without_packs_where_they_cannot_be_drawn(empty, monkeypatch):
    monkeypatch.setattr(pdf, "cannot_draw_because", lambda: "This machine lacks Pango.")
    said = load_demo()
    assert said.count("The packs are left out: ") == 1
    assert "Loaded the 2023/24 plan" in said
    assert not Pack.objects.exists()
    assert Ledger.objects.exists()
    assert Meeting.objects.filter(state=MeetingState.PAPERS_ISSUED).count() == 1
