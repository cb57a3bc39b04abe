"""Pictures from the tables: a constant number of queries, kept by ledger row and day, each reader's own eyes."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.long_history import live_again
from workstreams import gather, permissions
from workstreams.models import Appointment, Ledger, Measure, Rating, Version
from workstreams.operations import people, ratings, recorded, settle
from workstreams.picture import Reader, from_json, to_json
from workstreams.vocabulary import MeasureState, RatingStep

WHOLE = Reader(everything=True)
PUBLIC = Reader(everything=False, public=True)


@pytest.fixture
def send(cast, plan, measure_at):
    """Propose Amber for a measure of LDG's, with these words."""

    def act(words, place="4.2#2"):
        measure = measure_at(place)
        latest = measure.ratings.order_by("-pk").first()
        level = plan.levels.get(code="A")
        by = cast("chair-ldg").by
        return ratings.send_update(
            measure=measure, level=level, words=words, recovery_plan="By May.", by=by, seen=latest.pk
        )

    return act


@pytest.fixture
def counted(monkeypatch):
    """How often the whole picture was taken from the tables, starting with an empty cache."""
    monkeypatch.setattr(gather, "_pictures", type(gather._pictures)())
    taken = []
    take = gather.take

    def watched(plan, at, **how):
        taken.append(at)
        return take(plan, at, **how)

    monkeypatch.setattr(gather, "take", watched)
    return taken


# ---- what is gathered


def test_json_and_back_is_the_same_picture(plan):
    whole = gather.take(plan, gather.head())
    assert from_json(json.loads(json.dumps(to_json(whole)))) == whole
    for reader in (PUBLIC, Reader(everything=False), Reader(everything=False, posts=frozenset({3, 4}))):
        seen = whole.seen_by(reader)
        assert from_json(json.loads(json.dumps(to_json(seen)))) == seen


def test_a_frozen_picture_reads_back_as_it_was_written(plan):
    for version in Version.objects.frozen():
        assert to_json(gather.frozen(WHOLE, version)) == version.picture


@pytest.mark.parametrize(
    ("number", "blue", "amber", "green"),
    [("1", 1, 3, 2), ("2", 3, 0, 5), ("3", 2, 4, 4), ("4", 2, 0, 3), ("5", 1, 1, 5), ("6", 3, 1, 2)],
)
def test_version_1_7_counts_as_the_printed_plan_does(plan, number, blue, amber, green):
    frozen = gather.frozen(WHOLE, Version.objects.get(label="1.7"))
    (workstream,) = [w for w in frozen.workstreams if w.number == number]
    counts = frozen.counts(workstream.measures)
    found = {level.word: n for level, n in counts.by_level}
    assert found == {"Red": 0, "Amber": amber, "Green": green, "Blue": blue}
    assert (counts.not_rated, counts.total) == (0, blue + amber + green)


def test_the_letters_of_the_plan_are_20_m_19_r_7_g_5_f(plan):
    tags = [tag for m in gather.take(plan, gather.head()).measures for tag in m.tags]
    assert {letter: tags.count(letter) for letter in "MRGF"} == {"M": 20, "R": 19, "G": 7, "F": 5}


def test_current_values_are_the_latest_rows_of_the_tables(plan):
    whole = gather.take(plan, gather.head())
    for measure in Measure.objects.all():
        seen = whole.find(measure.pk).measure
        rows = list(measure.ratings.order_by("pk"))
        agreed = [r for r in rows if r.step == RatingStep.AGREED]
        assert seen.agreed.id == agreed[-1].pk
        assert seen.latest_id == rows[-1].pk
        assert seen.level.code == agreed[-1].level.code
        standing = ratings.standing_proposal(measure)
        assert (seen.proposal and seen.proposal.id) == (standing and standing.pk)


def test_every_rating_carries_the_address_of_its_ledger_row(plan):
    for placed in gather.take(plan, gather.head()).placed():
        for rating in filter(None, (placed.measure.agreed, placed.measure.proposal, placed.measure.previous)):
            row = Ledger.objects.get(seq=rating.seq)
            assert (row.table, row.row) == (Rating._meta.db_table, str(rating.id))


def test_a_withdrawn_measure_is_gone_from_the_picture(plan, cast, measure_at):
    measure = measure_at("1.1#1")
    with recorded(cast("business-unit").by):
        Measure.objects.filter(pk=measure.pk).update(state=MeasureState.WITHDRAWN)
        settle()
    assert gather.picture_for(WHOLE, plan).find(measure.pk) is None


def test_names_those_who_hold_a_post_today(plan, cast, measure_at):
    unit, day = cast("business-unit").by, gather.today()
    ldg = cast("chair-ldg")
    people.appoint(
        user=cast("chair-arg").user, post=ldg.post, kind="DEPUTY", starts_on=day, ends_on=day, by=unit
    )
    people.appoint(
        user=cast("chair-mash").user, post=ldg.post, kind="DEPUTY", starts_on=day + timedelta(1), by=unit
    )
    lead = gather.picture_for(WHOLE, plan).find(measure_at("4.2#1").pk).action.officers[0]
    assert (lead.holders, lead.deputies) == (("LDG chair",), ("ARG chair",))


def test_a_body_is_held_by_its_groups_partners(plan, cast, measure_at):
    officer = gather.picture_for(WHOLE, plan).find(measure_at("6.1#1").pk).action.officers[0]
    assert officer.title == "DSP Leads (Executive)"
    assert set(officer.holders) == {"Council partner", "Police partner", "Health partner"}
    partners = {cast(f"dsp-{key}").post.pk for key in ("council", "police", "health")}
    assert set(officer.also_posts) == partners


# ---- what it costs


def queries_of(plan):
    at = gather.head()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        picture = gather.take(plan, at)
    return len(asked), picture


def test_asks_as_often_for_a_history_ten_times_as_long(plan):
    before, short = queries_of(plan)
    rows = Rating.objects.count()
    live_again(9)
    assert Rating.objects.count() == 10 * rows
    after, long = queries_of(plan)
    assert before == after <= 24

    def now(picture):
        return [
            (m.level, m.proposal and m.proposal.level, m.overdue_days, m.asked, m.updated, m.words_on)
            for m in picture.measures
        ]

    assert now(short) == now(long)


def test_a_kept_picture_costs_one_query(plan, counted, django_assert_num_queries):
    gather.picture_for(WHOLE, plan)
    with django_assert_num_queries(1):
        gather.picture_for(WHOLE, plan)
    at = gather.head()
    with django_assert_num_queries(0):
        gather.picture_for(WHOLE, plan, at)
    assert len(counted) == 1


# ---- what is kept, and for whom


def test_is_taken_again_after_any_change_and_never_in_between(plan, counted, send):
    first = gather.picture_for(WHOLE, plan)
    assert gather.picture_for(WHOLE, plan) is first
    send("Changed.")
    second = gather.picture_for(WHOLE, plan)
    assert second.seq > first.seq
    assert second is not first
    assert len(counted) == 2


def test_is_taken_again_on_the_next_day(plan, counted):
    at = gather.head()
    tomorrow = replace(at, at=at.at + timedelta(days=1))
    today, later = gather.picture_for(WHOLE, plan, at), gather.picture_for(WHOLE, plan, tomorrow)
    assert (later.on - today.on).days == 1
    late = [(a.overdue_days, b.overdue_days) for a, b in zip(today.measures, later.measures, strict=True)]
    assert all(b == a + 1 for a, b in late if a)
    assert len(counted) == 2


def test_the_day_is_londons(plan):
    at = gather.head()
    evening = replace(at, at=at.at.replace(month=7, day=1, hour=23, minute=30))  # in summer, past midnight
    assert (evening.today.month, evening.today.day) == (7, 2)


def test_a_picture_of_another_meeting_is_another_picture(plan, counted):
    now = gather.picture_for(WHOLE, plan)
    then = gather.picture_for(WHOLE, plan, speaks_of=now.last_meeting.id)
    assert then.next_meeting.id == now.last_meeting.id
    assert gather.picture_for(WHOLE, plan).next_meeting == now.next_meeting
    assert len(counted) == 2


def test_keeps_no_more_than_it_may(plan, counted, settings):
    settings.PICTURES_KEPT = 2
    at = gather.head()
    for days in range(4):
        gather.picture_for(WHOLE, plan, replace(at, at=at.at + timedelta(days=days)))
    assert len(gather._pictures) == 2
    gather.picture_for(WHOLE, plan, replace(at, at=at.at + timedelta(days=3)))
    assert len(counted) == 4


def test_one_taking_serves_all_and_each_sees_with_their_own_eyes(plan, counted, cast, send):
    send("Canary words of LDG.")
    seen = {}
    for key in ("business-unit", "chair-mash", "chair-ldg", "viewer", "scrutineer", "chair-mash"):
        reader = permissions.reader(cast(key).person)
        seen[key] = "Canary words" in json.dumps(to_json(gather.picture_for(reader, plan)))
    seen["public"] = "Canary words" in json.dumps(to_json(gather.picture_for(PUBLIC, plan)))
    assert seen == {
        "business-unit": True,
        "chair-mash": False,
        "chair-ldg": True,
        "viewer": False,
        "scrutineer": True,
        "public": False,
    }
    assert len(counted) == 1


def test_a_reader_without_rights_is_not_told_whether_others_answered(plan, send):
    send("Words.")
    for seen in gather.picture_for(Reader(everything=False), plan).measures:
        hidden = (seen.proposal, seen.proposed, seen.held_over, seen.updated, seen.words_on, seen.tabled)
        assert hidden == (None,) * 6
        assert not any(mark.provisional or mark.amended for mark in seen.strip)
        assert seen.target is None or not (seen.target.asked_text or seen.target.asked_because)


def test_the_public_reads_levels_without_words_or_names(plan):
    for seen in gather.picture_for(PUBLIC, plan).measures:
        assert seen.level is not None
        for rating in filter(None, (seen.agreed, seen.previous, seen.decision, seen.found)):
            assert (rating.words, rating.because, rating.by) == ("", "", "")
        assert seen.impact is None or seen.impact.text == ""


def test_what_an_ended_appointment_named_is_not_named_tomorrow(plan, cast, measure_at):
    unit = cast("business-unit").by
    appointment = Appointment.objects.get(post=cast("chair-ldg").post)
    people.end_appointment(appointment=appointment, ends_on=gather.today(), by=unit)
    at = gather.head()
    tomorrow = gather.picture_for(WHOLE, plan, replace(at, at=at.at + timedelta(days=1)))
    assert tomorrow.find(measure_at("4.2#1").pk).action.officers[0].holders == ()
