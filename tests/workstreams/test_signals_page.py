"""The page of signals: who finds it, what it says of the demonstration, and that it changes nothing."""

import html
import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import TODAY
from tests.long_history import live_again
from tests.screens import nothing_written
from tests.shapes import inspection
from workstreams import gather, signals
from workstreams.models import Ledger, Level, Meeting, Post, Rating
from workstreams.operations import meetings, people, ratings, settle
from workstreams.operations import plan as planning
from workstreams.picture import Reader
from workstreams.recording import recorded
from workstreams.vocabulary import MeetingState, PostKind

ADDRESS = "/history/signals/"
ALL = Reader(everything=True)
KEYS = ("dates", "overdue", "silence", "recovery", "targets", "amendments", "complete")


def words(page):
    text = html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode().partition("<main")[2]))
    return re.sub(r"\s+", " ", text.partition("</main")[0]).replace(" ,", ",")


def record_of(plan, as_at=None):
    return gather.record_of(plan, gather.picture_for(ALL, plan, as_at=as_at))


@pytest.fixture
def scrutineer(db, cast):
    return cast("scrutineer").signed_in()


# ---- who finds it


@pytest.mark.parametrize("key", ["business-unit", "dsp-council", "dsp-police", "scrutineer"])
def test_is_there_for_those_who_see_everything(db, cast, plan, key):
    page = cast(key).signed_in().get(ADDRESS)
    assert page.status_code == 200
    assert f'href="{ADDRESS}"' in page.content.decode()


def test_is_there_for_the_chair_of_the_executive(db, cast, plan):
    people.invite(
        email="executive-chair@demonstration.example",
        name="Chair",
        post=Post.objects.get(kind=PostKind.EXECUTIVE_CHAIR),
        starts_on=TODAY,
        kind="DEPUTY",
        by=cast("business-unit").by,
        password="long enough for anybody",
    )
    assert cast("executive-chair").signed_in().get(ADDRESS).status_code == 200


@pytest.mark.parametrize("key", ["chair-ldg", "chair-neglect", "chair-arg", "viewer"])
def test_is_not_there_for_others(db, cast, plan, key):
    client = cast(key).signed_in()
    assert client.get(ADDRESS).status_code == 404
    assert ADDRESS not in client.get("/plan/", follow=True).content.decode()
    if key != "viewer":
        assert ADDRESS not in client.get("/challenges/").content.decode()


def test_a_stranger_is_asked_to_sign_in(db):
    assert Client().get(ADDRESS)["Location"].startswith(reverse("account_login"))


# ---- what it says


def test_asks_seven_questions_and_says_of_each_what_was_found(scrutineer, plan):
    page = scrutineer.get(ADDRESS)
    body, said = page.content.decode(), words(page)
    found = page.context["signals"]
    assert tuple(signal.key for signal in found.all) == KEYS
    for signal in found.all:
        assert f'<h2 class="question__asked" id="{signal.key}">' in body
        assert f'href="#{signal.key}"' in body
        assert signal.asks in said
        assert signal.said in said
        assert signal.looked in said
    asked = sum(bool(signal.found) for signal in found.all)
    assert said.count("This is a question, not a finding about a person.") == asked == 6
    assert "None of the 35 target dates has moved more than twice." in said


def test_finds_believable_things_in_the_demonstration(scrutineer, plan):
    found = scrutineer.get(ADDRESS).context["signals"]
    assert [row[0].name for row in found.dates.groups][:2] == [
        "Neglect Steering Group",
        "Learning and Development Group (LDG)",
    ]
    assert found.dates.said == (
        "6 of the 15 target dates that came were Green until then, and not complete after."
    )
    assert {life.measure.level.word for life in found.overdue.found} == {"Green"}
    assert [row.life.placed.ref for row in found.silence.found] == ["5.1"]
    (again,) = found.recovery.found
    assert (again.life.placed.ref, len(again.updates), again.is_same) == ("6.1", 2, True)
    assert [(row.life.placed.ref, row.direction.value) for row in found.amendments.found] == [
        ("2.1", "More cautious"),
        ("3.3", "More hopeful"),
        ("1.2", "More cautious"),
    ]
    owed = [p for p in gather.picture_for(ALL, plan).placed() if p.measure.owes_impact]
    assert sum(row.lacks_impact for row in found.complete.every) == len(owed)


def test_every_row_leads_to_its_measure_and_to_its_records(scrutineer, plan):
    page = scrutineer.get(ADDRESS)
    body = page.content.decode()
    for row in page.context["signals"].amendments.found:
        assert f'href="{reverse("workstreams:measure-page", args=[row.life.measure.id])}"' in body
        for seq in (row.update.seq, row.agreement.seq):
            assert f'href="{reverse("workstreams:record-page", args=[seq])}"' in body
            assert Ledger.objects.get(pk=seq).table == "workstreams_rating"
        agreed = Rating.objects.get(pk=Ledger.objects.get(pk=row.agreement.seq).row)
        assert (agreed.measure_id, agreed.level.word) == (row.life.measure.id, row.agreement.level.word)
    for row in page.context["signals"].dates.found:
        assert Ledger.objects.get(pk=row.target.seq).table == "workstreams_target"


def test_colours_nothing(scrutineer, plan):
    body = scrutineer.get(ADDRESS).content.decode().partition("<main")[2].partition("</main")[0]
    assert "brag" not in body
    assert not re.findall("#(?:1a4792|23844f|ffb52e|980e1c)", body)


def test_one_group_stays_in_the_address(scrutineer, plan, cast):
    group = cast("chair-ldg").post.group
    page = scrutineer.get(ADDRESS, {"group": f"group-{group.pk}"})
    found = page.context["signals"]
    assert page.context["chosen"].name == group.name
    assert {life.lead.name for life in found.overdue.record.lives} == {group.name}
    assert [row.life.placed.ref for row in found.amendments.found] == ["1.2"]
    assert f"for what {group.name} answers for" in words(page)
    assert f'href="{ADDRESS}"' in page.content.decode()
    unknown = scrutineer.get(ADDRESS, {"group": "nobody-of-ours"})
    assert (unknown.status_code, unknown.context["chosen"]) == (200, None)


def test_only_the_scrutineer_is_led_to_a_challenge(db, cast, plan):
    asked = "Raise a challenge"
    assert asked in words(cast("scrutineer").signed_in().get(ADDRESS))
    assert asked not in words(cast("business-unit").signed_in().get(ADDRESS))
    assert asked not in words(cast("dsp-police").signed_in().get(ADDRESS))


# ---- as at another moment


def test_shows_what_an_earlier_edition_asked(scrutineer, plan):
    first = gather.editions(plan)[-1]
    page = scrutineer.get(ADDRESS, {"as-at": first.seq})
    found = page.context["signals"]
    assert "As at version 1.7" in words(page)
    assert found.amendments.said == "The Executive has decided no update yet."
    assert found.silence.found == ()
    assert len(found.complete.every) == 12
    assert "Raise a challenge" not in words(page)
    assert f"?as-at={first.seq}" in page.content.decode()
    assert scrutineer.get(ADDRESS, {"as-at": "never"}).status_code == 422


def test_the_record_of_a_moment_is_what_it_was_then(plan, cast, measure_at):
    settle()
    then = gather.head()
    was = record_of(plan)
    measure, unit = measure_at("4.2#2"), cast("business-unit").by
    ratings.send_update(
        measure=measure,
        level=Level.objects.get(plan=plan, code="A"),
        words="The trainer has left.",
        recovery_plan="Another is sought.",
        by=cast("chair-ldg").by,
        seen=measure.ratings.order_by("-pk").first().pk,
    )
    meeting = Meeting.objects.next_of(plan.deciding_group)
    present = [cast("dsp-council").post]
    meetings.hold_meeting(meeting=meeting, present=present, by=unit)
    meetings.agree(
        measure=measure,
        meeting=meeting,
        level=Level.objects.get(plan=plan, code="G"),
        because="One of two has stayed.",
        by=unit,
        seen=measure.ratings.order_by("-pk").first().pk,
    )
    with recorded(unit):
        Level.objects.filter(plan=plan, code="G").update(word="On its way")
    settle()
    now = record_of(plan)
    again = record_of(plan, gather.moment_named(plan, f"{then.seq}-{TODAY}"))
    assert (again.lives, again.levels, again.meetings) == (was.lives, was.levels, was.meetings)
    assert len(signals.signals_of(now).amendments.found) == 1 + len(signals.signals_of(was).amendments.found)
    assert "On its way" in signals.signals_of(now).overdue.asks


# ---- a plan of another shape


def test_reads_right_of_a_plan_with_a_key_of_its_own(db, cast, plan):
    unit = cast("business-unit")
    other, soon, _, share = inspection(unit, cast("chair-mash"))
    with recorded(unit.by):
        meeting = Meeting.objects.create(
            group=other.deciding_group,
            held_on=date(2023, 9, 1),
            papers_close_at="2023-08-20T12:00Z",
            state=MeetingState.CLOSED,
        )
    for measure, code in ((soon, "C"), (share, "O")):
        planning.record_agreed(
            measure=measure,
            level=Level.objects.get(plan=other, code=code),
            agreed_on=meeting.held_on,
            meeting=meeting,
            period_ends_on=None,
            by=unit.by,
        )
    settle()
    page = cast("scrutineer").signed_in().get(ADDRESS, {"plan": other.ref})
    said = words(page)
    found = page.context["signals"]
    assert "Past its date, and still In progress or Ongoing?" in said
    assert "One action is past its date, and it is still In progress or Ongoing." in said
    assert "Completed, and no evidence of it?" in said
    assert [life.lead.name for life in found.overdue.found] == ["No post named"]
    assert [row.impact_words for row in found.complete.found] == ["Not asked: an action’s progress"]
    assert "No action has given a recovery plan twice" in said
    shown = said.partition("What was found")[2]
    assert not re.findall(r"\b(Green|Amber|Red|Blue|rating)\b", shown)
    assert f'href="{ADDRESS}?plan={plan.ref}"' in page.content.decode()


def test_says_so_where_nothing_has_been_recorded(db, cast):
    other, *_ = inspection(cast("business-unit"), cast("chair-mash"), current=False)
    page = cast("business-unit").signed_in().get(ADDRESS, {"plan": other.ref})
    found = page.context["signals"]
    assert found.dates.said == "No target date has come yet with an agreement on both sides of it."
    assert found.amendments.said == "The Executive has decided no update yet."
    assert found.complete.said == "No action is complete yet."
    assert cast("scrutineer").signed_in().get(ADDRESS, {"plan": other.ref}).status_code == 404


# ---- and changes nothing


def test_writes_nothing_and_changes_no_rating(scrutineer, plan):
    before = gather.take(plan, gather.head())
    with nothing_written():
        for query in ({}, {"group": "group-1"}, {"as-at": TODAY.isoformat()}):
            assert scrutineer.get(ADDRESS, query).status_code == 200
    assert gather.take(plan, gather.head()) == before


def test_stands_in_no_paper():
    from django.conf import settings

    papers = [*settings.BASE.glob("reporting/**/*.py"), *settings.BASE.glob("templates/reporting/**/*.html")]
    assert len(papers) > 50
    assert [str(path) for path in papers if re.search(r"\bsignals\b", path.read_text())] == []


def test_costs_the_same_number_of_queries_whatever_the_history(db, cast, plan, django_assert_max_num_queries):
    client = cast("scrutineer").signed_in()
    live_again(3)
    gather._pictures.clear()
    gather._past.clear()
    with django_assert_max_num_queries(44):
        assert client.get(ADDRESS).status_code == 200


def test_reads_five_queries_for_all_that_was_said(plan, django_assert_num_queries):
    picture = gather.picture_for(ALL, plan)
    with django_assert_num_queries(5):
        found = gather.record_of(plan, picture)
    assert {life.measure.id: life.agreed.seq for life in found.lives if life.agreed} == {
        m.id: m.agreed.seq for m in picture.measures if m.agreed
    }
    assert {life.measure.id: life.agreed.level for life in found.lives if life.agreed} == {
        m.id: m.level for m in picture.measures if m.level
    }
