"""The dashboard: four questions, each a sentence, a picture and its table, from what the reader may know."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.long_history import live_again
from workstreams import gather
from workstreams.models import Group, Level, Meeting, Plan, Version, Workstream
from workstreams.operations import meetings, ratings, recorded
from workstreams.picture import Reader, from_json
from workstreams.vocabulary import RatingStep

ADDRESS = "/dashboard/"
GREEN, AMBER, BLUE = "2.2#4", "1.2#1", "5.1#1"


def words(page):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.content.decode())))


@pytest.fixture
def unit_page(db, cast):
    def get(query=""):
        return cast("business-unit").signed_in().get(ADDRESS + query)

    return get


@pytest.fixture
def decide(db, cast, plan):
    """Hold the next meeting, agree these levels at it (measure, level code) and close it; the meeting."""

    def act(*levels, between=False):
        unit, present = cast("business-unit").by, [cast("dsp-council").post]
        if between:
            meeting = meetings.decide_between_meetings(group=plan.deciding_group, present=present, by=unit)
        else:
            planned = Meeting.objects.next_of(plan.deciding_group)
            meeting = meetings.hold_meeting(meeting=planned, present=present, by=unit)
        for measure, code in levels:
            agree(measure, code, meeting, unit)
        label = f"9.{Version.objects.count()}"
        meetings.close_meeting(meeting=meeting, plan=plan, label=label, changes="Agreed.", by=unit)
        return meeting

    def agree(measure, code, meeting, unit):
        meetings.agree(
            measure=measure,
            meeting=meeting,
            level=Level.objects.get(plan=plan, code=code),
            because="The Executive set it.",
            by=unit,
            seen=measure.ratings.order_by("-pk").first().pk,
        )

    return act


def code_of(measure):
    return measure.ratings.filter(step=RatingStep.AGREED).order_by("-pk").first().level.code


def test_answers_four_questions_each_with_a_sentence_a_picture_and_a_table(unit_page):
    page = unit_page()
    text = page.content.decode()
    sections = re.findall(r'<section class="question".*?</section>', text, re.DOTALL)
    asked = [re.search(r"<h2[^>]*>(.*?)</h2>", section).group(1) for section in sections]
    assert asked == ["Where are we?", "Are we improving?", "What slips?", "Who is late?"]
    for section in sections:
        assert re.search(r'<p class="question__said">[^<]{20,}\.</p>', section)
        assert re.search(r'<svg [^>]*role="img"[^>]*><title>[^<]+</title><desc>[^<]+</desc>', section)
        assert re.search(r"<details.*<table.*<caption", section, re.DOTALL)
    assert "average" not in text


def test_every_number_of_the_first_table_leads_to_so_many_measures(unit_page, cast):
    client = cast("business-unit").signed_in()
    table = re.search(r"<caption>Agreed ratings by.*?</table>", unit_page().content.decode(), re.DOTALL)
    links = re.findall(r'<a class="govuk-link" href="([^"]+)">(\d+)<', table.group(0))
    assert len(links) > 20
    for address, number in links:
        rows = re.findall(r'<tr role="row" id="measure-', client.get(unescape(address)).content.decode())
        assert len(rows) == int(number), address


def test_says_how_many_complete_measures_have_no_accepted_impact_and_lists_them(unit_page, cast):
    page = unit_page()
    where = page.context["where"]
    address = re.search(
        r'href="([^"]+owes_impact=on)">Complete, impact not accepted: (\d+) of (\d+)<', str(page.content)
    )
    assert (int(address.group(2)), int(address.group(3))) == (len(where.not_accepted), len(where.complete))
    listed = cast("business-unit").signed_in().get(address.group(1))
    shown = re.findall(r'<tr role="row" id="measure-(\d+)"', listed.content.decode())
    assert shown == [str(p.measure.id) for p in where.not_accepted]


def test_shows_each_meeting_as_the_version_it_agreed_froze_it(unit_page, plan):
    columns = unit_page().context["improving"].columns
    frozen = [from_json(v.picture) for v in Version.objects.filter(plan=plan).agreed().order_by("seq")]
    assert len(columns) == len(frozen) >= 3
    for column, picture in zip(columns, frozen, strict=True):
        counts = picture.counts()
        assert column.counts == (*counts.by_level, (None, counts.not_rated))


def test_every_meeting_holds_the_same_measures(unit_page, plan):
    improving = unit_page().context["improving"]
    assert {sum(n for _, n in column.counts) for column in improving.columns} == {42}


def test_says_what_moved_at_the_newest_meeting(unit_page, decide, measure_at):
    up, down, done = measure_at(AMBER), measure_at(GREEN), measure_at("2.1#3")
    before = [code_of(m) for m in (up, down, done)]
    assert before == ["A", "G", "A"]
    decide((up, "G"), (down, "R"), (done, "B"))
    page = unit_page()
    since = page.context["improving"].latest
    assert since.sentence.endswith("1 measure moved up, 1 moved down and 1 became complete.")
    assert [(m.words, m.placed.measure.id) for m in since.moves] == [
        ("Green to Red", down.pk),
        ("Amber to Blue", done.pk),
        ("Amber to Green", up.pk),
    ]
    assert since.sentence in words(page)
    assert reverse("workstreams:measure-page", args=[down.pk]) in page.content.decode()


def test_what_is_put_right_later_counts_where_it_was_recorded(unit_page, decide, measure_at):
    measure = measure_at(GREEN)
    first = decide((measure, "R"))
    before = unit_page().context["improving"].columns
    decide((measure, "G"), between=True)
    improving = unit_page().context["improving"]
    assert improving.columns[:-1] == before
    assert improving.meetings[-2].meeting_id == first.pk
    assert improving.meetings[-1].name.endswith("(between meetings)")
    assert improving.latest.sentence.endswith("1 measure moved up.")


def test_a_correction_leaves_the_meeting_that_it_corrects_as_it_closed(
    unit_page, decide, measure_at, cast, plan
):
    measure = measure_at(GREEN)
    decide((measure, "R"))
    before = unit_page().context["improving"]
    with connection.cursor() as cursor:
        cursor.execute("select ledger.set_clock(ledger.plan_now() + interval '1 hour')")
    meetings.correct_decision(
        measure=measure,
        level=Level.objects.get(plan=plan, code="A"),
        because="The minutes say Amber.",
        by=cast("business-unit").by,
        seen=measure.ratings.order_by("-pk").first().pk,
    )
    page = unit_page()
    corrected = page.context
    assert f"; now {GREEN.partition('#')[0]} is Amber." in page.content.decode()
    assert corrected["improving"].columns == before.columns
    plan_page = cast("scrutineer").signed_in().get(f"/plans/{plan.ref}/")
    assert "with 1 rating changed since" in plan_page.content.decode()
    assert {level.code: n for level, n in corrected["where"].counts.by_level}["A"] == 1 + {
        level.code: n for level, n in before.columns[-1].counts if level
    }["A"]
    decide(between=True)
    assert unit_page().context["improving"].latest.sentence.endswith("1 measure moved up.")


def test_what_was_agreed_and_then_deferred_is_not_agreed(unit_page, decide, measure_at, cast, plan):
    measure, unit = measure_at(GREEN), cast("business-unit").by
    before = unit_page().context["improving"].columns[-1].counts
    meeting = meetings.hold_meeting(
        meeting=Meeting.objects.next_of(plan.deciding_group), present=[cast("dsp-council").post], by=unit
    )
    if ratings.standing_proposal(measure) is None:
        measure = next(m for m in map(measure_at, ("4.2#2", AMBER, BLUE)) if ratings.standing_proposal(m))
    where = {"measure": measure, "meeting": meeting, "by": unit}

    def seen():
        return measure.ratings.order_by("-pk").first().pk

    meetings.agree(level=Level.objects.get(plan=plan, code="R"), because="So it is.", seen=seen(), **where)
    meetings.defer(because="It was not: nobody had read it.", seen=seen(), **where)
    meetings.close_meeting(meeting=meeting, plan=plan, label="9.9", changes="Agreed.", by=unit)
    assert unit_page().context["improving"].columns[-1].counts == before


def test_overdue_is_said_without_a_colour(unit_page):
    text = unit_page().content.decode()
    overdue = re.search(r'<ul class="overdue">.*?</ul>', text, re.DOTALL).group(0)
    assert overdue.count("pill--late") == overdue.count("<li>") > 0
    assert "brag" not in overdue


def test_the_business_unit_sees_every_post_that_is_asked(unit_page):
    late = unit_page().context["late"]
    assert not late.own_only
    assert len(late.rows) > 4
    assert sum(row.total for row in late.rows) == sum(m.asked for m in late.plan.measures)
    assert [row.missing for row in late.rows] == sorted((row.missing for row in late.rows), reverse=True)


def test_a_chair_sees_their_own_posts_alone(db, cast):
    chair = cast("chair-ldg")
    page = chair.signed_in().get(ADDRESS)
    late = page.context["late"]
    assert [row.post for row in late.rows] == [chair.post.title]
    assert "asked of you" in late.sentence
    section = page.content.decode().partition('id="late"')[2]
    assert cast("chair-arg").post.title not in section


def test_nothing_that_another_group_proposes_changes_a_chairs_dashboard(db, cast, measure_at, plan):
    chair, unit = cast("chair-arg"), cast("business-unit")
    measure = measure_at("4.2#2")

    def seen(member):
        page = member.signed_in().get(ADDRESS)
        return words(page).partition("Where are we?")[2]

    before = seen(chair), seen(unit)
    ratings.send_update(
        measure=measure,
        level=Level.objects.get(plan=plan, code="R"),
        words="The trainer has left.",
        risk_note="Nobody teaches it.",
        by=cast("chair-ldg").by,
        seen=measure.ratings.order_by("-pk").first().pk,
    )
    assert seen(chair) == before[0]
    assert seen(unit) != before[1]


def test_one_workstream_stays_in_the_address(unit_page, plan):
    page = unit_page("?workstream=3")
    assert len(page.context["where"].plan.measures) == 10
    assert (
        page.context["improving"].columns[-1].counts[-1][1]
        + sum(n for level, n in page.context["improving"].columns[-1].counts if level)
        == 10
    )
    assert 'href="?workstream=4"' in page.content.decode()
    assert "workstream 3" in words(page)
    assert len(unit_page("?workstream=99").context["where"].plan.measures) == 42


def test_says_so_where_no_meeting_has_closed(db, cast):
    unit = cast("business-unit")
    with recorded(unit.by):
        group = Group.objects.create(name="Board", kind="EXECUTIVE")
        bare = Plan.objects.create(
            ref="next", title="Next", shape="BUSINESS_PLAN", state="CURRENT", deciding_group=group
        )
        Workstream.objects.create(plan=bare, number="1", title="Beginning", order=1)
    page = unit.signed_in().get(ADDRESS)
    said = words(page)
    assert "No meeting has closed yet After the first meeting of the Board" in said
    assert "The Board has agreed no rating yet for the 0 measures." in said
    assert "No meeting of the Board is planned" in said
    assert "No measure has a target date yet" in said


def test_stands_under_the_plan_and_is_linked_from_where_people_are(db, cast, plan):
    client = cast("scrutineer").signed_in()
    page = client.get(ADDRESS).content.decode()
    assert re.search(r'aria-current="true"><strong[^>]*>The plan<', page)
    for address in (reverse("workstreams:plan-page", args=[plan.ref]), "/meetings/", "/reports/"):
        assert f'href="{ADDRESS}"' in client.get(address).content.decode(), address


def test_partner_staff_do_not_find_it(db, cast, plan):
    client = cast("viewer").signed_in()
    assert client.get(ADDRESS).status_code == 404
    for address in (reverse("workstreams:plan-page", args=[plan.ref]), "/reports/"):
        assert ADDRESS not in client.get(address).content.decode(), address


def test_a_stranger_is_asked_to_sign_in(db):
    assert Client().get(ADDRESS)["Location"].startswith(reverse("account_login"))


def test_costs_the_same_number_of_queries_whatever_the_history(db, cast, django_assert_max_num_queries):
    client = cast("scrutineer").signed_in()
    live_again(3)
    gather._pictures.clear()
    with django_assert_max_num_queries(38):
        assert client.get(ADDRESS).status_code == 200


def test_reads_two_queries_for_all_the_meetings(plan, django_assert_num_queries):
    with django_assert_num_queries(2):
        found = gather.levels_at_meetings(plan)
    picture = gather.picture_for(Reader(everything=True), plan)
    assert {m.id: m.level.code for m in picture.measures if m.level} == found[-1].levels
