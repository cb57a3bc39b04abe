"""Two moments of the plan compared: each change with the records that made it, and each reader's own eyes."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sscp.demonstration import set_clock
from tests.shapes import another
from workstreams import gather, permissions
from workstreams.compare import Kind
from workstreams.comparing import Ends, compared, ends_named, ends_of
from workstreams.models import (
    Action,
    ActionOfficer,
    Appointment,
    Group,
    Ledger,
    Level,
    Meeting,
    Outcome,
    Passage,
    Post,
    User,
    Workstream,
)
from workstreams.operations import meetings, papers, people, ratings, recorded, settle, targets
from workstreams.operations import plan as planning
from workstreams.picture import Reader

WHOLE = Reader(everything=True, drafts=True)
WHY = "Asked for by the Executive."


def here(plan):
    settle()
    return gather.moment_at(plan, gather.head().seq)


def told(plan, before, reader=WHOLE):
    """What changed since a moment."""
    return compared(reader, plan, Ends(before, here(plan)))


def words(comparison):
    return [(Kind(t.change.kind), t.change.rest) for t in comparison.changes]


def numbers(comparison):
    """The records that made all of the changes."""
    return {seq for t in comparison.changes for seq in (*(r.seq for r in t.records), *t.earlier)}


@pytest.fixture
def unit(cast):
    return cast("business-unit").by


def outcome(ref="1.2"):
    return Outcome.objects.get(ref=ref)


def action(ref="1.2"):
    return Action.objects.filter(outcome__ref=ref).first()


# ---- the demonstration


def test_every_change_of_the_demonstration_names_its_records(plan):
    first = gather.moment_of(plan.versions.agreed().frozen().earliest("seq"))
    editions = [gather.moment_at(plan, e.seq) for e in reversed(gather.editions(plan))]
    moments = [*editions, here(plan)]
    pairs = [*pairwise(moments), (first, moments[-1])]
    for before, after in pairs:
        comparison = compared(WHOLE, plan, Ends(before, after))
        assert comparison.changes
        for traced in comparison.changes:
            assert traced.records, traced.change
            for record in traced.records:
                assert before.upto < record.seq <= after.upto
            if traced.change.seq:
                assert traced.records[0].seq == traced.change.seq


def test_says_what_an_executive_meeting_decided(plan):
    papers_then, agreed = (
        gather.moment_of(plan.versions.frozen().get(label=label)) for label in ("1.8", "1.9")
    )
    found = words(compared(WHOLE, plan, Ends(papers_then, agreed)))
    assert (Kind.LEVEL, "Blue, before Green, agreed on 29 August 2023.") in found
    kinds = [kind for kind, _ in found]
    assert Kind.AMENDED in kinds
    assert Kind.IMPACT_NOT_ACCEPTED in kinds
    (meeting,) = (rest for kind, rest in found if kind == Kind.MEETING)
    assert meeting.startswith("Closed, before papers issued. ")


def test_only_what_moves_a_level_or_a_date_has_a_before_and_a_now(plan):
    refused = Ledger.objects.filter(table="workstreams_target", after__step="REFUSED").earliest("seq")
    before, after = (gather.moment_at(plan, seq) for seq in (refused.seq - 1, refused.seq))
    (traced,) = (
        t for t in compared(WHOLE, plan, Ends(before, after)).changes if t.change.kind == Kind.DATE_REFUSED
    )
    assert (traced.was, traced.now) == ("", "")
    accepted = Ledger.objects.filter(table="workstreams_impact", after__step="ACCEPTED").earliest("seq")
    ends = Ends(gather.moment_at(plan, accepted.seq - 1), gather.moment_at(plan, accepted.seq))
    kinds = {t.change.kind: (t.was, t.now) for t in compared(WHOLE, plan, ends).changes}
    assert kinds[Kind.IMPACT_ACCEPTED] == ("", "")


# ---- every way in which a plan changes


def reworded(plan, by):
    planning.change(item=outcome(), statement="Families are helped early.", because=WHY, by=by)


def retagged(plan, by):
    planning.change(item=plan_measure(), growth=True, because=WHY, by=by)


def plan_measure():
    return action().measures.first()


def renumbered(plan, by):
    planning.change(item=outcome(), ref="1.9", because=WHY, by=by)


def withdrawn(plan, by):
    planning.withdraw(item=action("6.1").measures.order_by("pk")[4], because=WHY, by=by)


def withdrawn_with_its_place(plan, by):
    planning.withdraw(item=outcome("5.2"), because=WHY, by=by)


def added(plan, by):
    measure = planning.add_measure(action=action(), text="Is it so? [M1]", milestone=1, because=WHY, by=by)
    set_target(measure, by)


def added_places(plan, by):
    stream = planning.add_workstream(plan=plan, number="7", title="Voice", because=WHY, by=by)
    planning.add_outcome(workstream=stream, ref="7.1", statement="Children are heard", because=WHY, by=by)


def moved_down(plan, by):
    planning.move(item=Outcome.objects.get(ref="2.1"), up=False, because=WHY, by=by)


def moved_elsewhere(plan, by):
    place = Action.objects.filter(outcome__ref="2.1").first()
    planning.move_to(item=plan_measure(), place=place, because=WHY, by=by)


def streams_in_another_order(plan, by):
    planning.move(item=Workstream.objects.get(number="1"), up=False, because=WHY, by=by)


def named_officer(plan, by):
    post = Post.objects.get(title="Chair of MASH Steering Group")
    planning.name_officer(
        action=action(), post=post, role="SUPPORT", printed="Chair of MASH", because=WHY, by=by
    )


def printed_otherwise(plan, by):
    planning.change(
        item=ActionOfficer.objects.filter(action=action()).first(), printed="LDG", because=WHY, by=by
    )


def another_holder(plan, by):
    post = ActionOfficer.objects.filter(action=action()).first().post
    held = Appointment.objects.get(post=post, kind="HOLDER", ends_on=None)
    yesterday = gather.today() - timedelta(days=1)
    people.end_appointment(appointment=held, ends_on=yesterday, by=by)
    with recorded(by):
        user = User.objects.create_user("new@council.example", "long enough for anybody", "N. Ew")
    people.appoint(user=user, post=post, starts_on=gather.today(), by=by)


def renamed_person(plan, by):
    post = ActionOfficer.objects.filter(action=action()).first().post
    held = Appointment.objects.get(post=post, kind="HOLDER", ends_on=None).user
    seen = Ledger.objects.filter(table="workstreams_user", row=str(held.pk)).latest("seq").seq
    people.change_account(user=held, name="R. Enamed", email=held.email, by=by, because=WHY, seen=seen)


def renamed_post(plan, by):
    with recorded(by, because=WHY):
        post = ActionOfficer.objects.filter(action=action()).first().post
        post.title = "Chair of Learning"
        post.save()


def key_worded(plan, by):
    planning.change(item=Level.objects.get(code="G"), meaning="As it should be.", because=WHY, by=by)


def key_turned(plan, by):
    planning.move(item=Level.objects.get(code="G"), up=False, because=WHY, by=by)


def key_level_came(plan, by):
    planning.add_level(plan=plan, code="P", word="Purple", meaning="Paused", token="GREY", because=WHY, by=by)


def text_worded(plan, by):
    vision = Passage.objects.get(kind="VISION")
    planning.change(item=vision, body=f"{vision.body} And to act.", because=WHY, by=by)


def text_came(plan, by):
    planning.add_passage(plan=plan, kind="NOTE", body="A note on the plan.", because=WHY, by=by)


def text_went(plan, by):
    planning.take_out_passage(passage=Passage.objects.filter(kind="PRIORITY").first(), because=WHY, by=by)


def texts_turned(plan, by):
    planning.move(item=Passage.objects.filter(kind="PRIORITY").first(), up=False, because=WHY, by=by)


def cited(plan, by):
    planning.cite(printed="LGA rec. 7", outcome=outcome(), because=WHY, by=by)


def progress_noted(plan, by):
    planning.change(item=action(), progress_note="Half done.", because=WHY, by=by)


def target_moved(plan, by):
    set_target(action("5.1").measures.first(), by)


def set_target(measure, by):
    targets.set_target(
        measure=measure, text="May 2024", due_on=date(2024, 5, 31), precision="MONTH", because=WHY, by=by
    )


def plan_retitled(plan, by):
    planning.change_plan(plan=plan, title="Another title", because=WHY, by=by)


def decider_renamed(plan, by):
    with recorded(by, because=WHY):
        group = Group.objects.get(pk=plan.deciding_group_id)
        group.name = "Executive Board"
        group.save()


def version_registered(plan, by):
    facts = {"label": "9.9", "seq": 99, "changes": "Small amendments.", "editors": ""}
    planning.register_version(plan=plan, dated=gather.today(), by=by, **facts)


def meeting_planned(plan, by):
    closes = datetime(2024, 2, 27, 12, tzinfo=UTC)
    meetings.plan_meeting(group=plan.deciding_group, held_on=date(2024, 3, 5), papers_close_at=closes, by=by)


WAYS = {
    reworded: [Kind.REWORDED],
    retagged: [Kind.REWORDED],
    renumbered: [Kind.RENUMBERED],
    withdrawn: [Kind.WITHDRAWN],
    withdrawn_with_its_place: [Kind.WITHDRAWN],
    added: [Kind.ADDED],
    added_places: [Kind.ADDED],
    moved_down: [Kind.MOVED],
    moved_elsewhere: [Kind.MOVED],
    streams_in_another_order: [Kind.MOVED],
    named_officer: [Kind.OFFICER],
    printed_otherwise: [Kind.OFFICER],
    another_holder: [Kind.HOLDER],
    renamed_person: [Kind.HOLDER],
    renamed_post: [Kind.POST],
    key_worded: [Kind.KEY],
    key_turned: [Kind.KEY],
    key_level_came: [Kind.KEY],
    text_worded: [Kind.REWORDED],
    text_came: [Kind.ADDED],
    text_went: [Kind.WITHDRAWN],
    texts_turned: [Kind.MOVED],
    cited: [Kind.SOURCE],
    progress_noted: [Kind.PROGRESS],
    target_moved: [Kind.TARGET],
    plan_retitled: [Kind.REWORDED],
    decider_renamed: [Kind.STANDING],
    version_registered: [Kind.REGISTER],
    meeting_planned: [Kind.MEETING],
}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_each_change_has_its_kind_and_names_every_record_that_made_it(plan, unit, way):
    before = here(plan)
    way(plan, unit)
    comparison = told(plan, before)
    assert {t.change.kind for t in comparison.changes} == set(WAYS[way])
    for traced in comparison.changes:
        assert traced.records, traced.change
        assert all(record.seq > before.seq for record in traced.records)
    written = set(Ledger.objects.filter(seq__gt=before.seq).values_list("seq", flat=True))
    # A new account is a person, and no part of the plan.
    written -= set(
        Ledger.objects.filter(table="workstreams_user", before__isnull=True).values_list("seq", flat=True)
    )
    assert numbers(comparison) == written
    assert comparison.rest == 0


def test_names_every_record_where_much_changed_at_once(plan, unit):
    before = here(plan)
    for way in sorted(WAYS, key=lambda way: way is renumbered):  # by which the others find their place
        way(plan, unit)
    comparison = told(plan, before)
    assert {t.change.kind for t in comparison.changes} >= {kind for kinds in WAYS.values() for kind in kinds}
    assert [t.change for t in comparison.changes if not t.records] == []
    written = set(Ledger.objects.filter(seq__gt=before.seq).values_list("seq", flat=True))
    written -= set(
        Ledger.objects.filter(table="workstreams_user", before__isnull=True).values_list("seq", flat=True)
    )
    unsaid = Ledger.objects.filter(seq__in=written - numbers(comparison))
    assert [(row.table, row.before, row.after) for row in unsaid] == []
    assert comparison.rest == 0


# ---- what left no difference


def test_says_how_many_records_left_no_difference(plan, unit):
    before = here(plan)
    planning.move(item=Outcome.objects.get(ref="2.1"), up=False, because=WHY, by=unit)
    planning.move(item=Outcome.objects.get(ref="2.1"), up=True, because=WHY, by=unit)
    comparison = told(plan, before)
    written = Ledger.objects.filter(seq__gt=before.seq).count()
    assert (comparison.changes, comparison.rest) == ((), written)
    assert written >= 4


def test_an_update_that_was_taken_back_is_a_change_of_what_was_sent(plan, cast, measure_at):
    before, chair, measure = here(plan), cast("chair-arg").by, measure_at("3.3#1")
    latest = measure.ratings.latest("pk")
    level = Level.objects.get(code="G")
    sent = ratings.send_update(measure=measure, level=level, words="On its way.", by=chair, seen=latest.pk)
    ratings.withdraw(measure=measure, by=chair, seen=sent.pk)
    comparison = told(plan, before)
    assert [kind for kind, _ in words(comparison)] == [Kind.TAKEN_OUT]
    assert len(numbers(comparison)) == 2
    assert comparison.rest == 0


# ---- who


def test_another_chair_reads_nothing_of_what_was_proposed(plan, cast, measure_at):
    before, chair, measure = here(plan), cast("chair-ldg").by, measure_at("4.2#2")
    latest = measure.ratings.latest("pk")
    level = Level.objects.get(code="A")
    said = {"words": "Zwitschervogel.", "recovery_plan": "Zwitschervogel."}
    ratings.send_update(measure=measure, level=level, by=chair, seen=latest.pk, **said)
    for key, sees in (("chair-ldg", True), ("scrutineer", True), ("chair-mash", False), ("chair-arg", False)):
        comparison = told(plan, before, permissions.reader(cast(key).person))
        assert bool(comparison.changes) is sees, key
        assert comparison.rest == 0


def test_what_only_came_into_sight_was_not_proposed_since_nor_taken_back_where_it_left(
    plan, cast, unit, measure_at
):
    ldg, mash, measure = cast("chair-ldg"), cast("chair-mash"), measure_at("4.2#2")
    level, latest = Level.objects.get(code="G"), measure.ratings.latest("pk")
    sent = ratings.send_update(measure=measure, level=level, words="Halfway.", by=ldg.by, seen=latest.pk)
    before = here(plan)
    place = Action.objects.filter(officers__post=mash.post).exclude(officers__post=ldg.post).first()
    planning.move_to(item=measure, place=place, because=WHY, by=unit)
    for chair in (ldg, mash):
        comparison = told(plan, before, permissions.reader(chair.person))
        assert [kind for kind, _ in words(comparison)] == [Kind.MOVED]
    measure.refresh_from_db()
    ratings.send_update(measure=measure, level=level, words="Nearly there.", by=mash.by, seen=sent.pk)
    seen = words(told(plan, before, permissions.reader(mash.person)))
    assert sorted(kind for kind, _ in seen) == sorted([Kind.MOVED, Kind.PROPOSED])


def test_every_reader_has_a_record_for_every_change_that_they_see(plan, cast):
    before = gather.moment_of(plan.versions.agreed().frozen().earliest("seq"))
    for key in ("chair-ldg", "chair-mash", "chair-dapb", "dsp-police"):
        comparison = told(plan, before, permissions.reader(cast(key).person))
        assert comparison.changes
        for traced in comparison.changes:
            assert traced.records, (key, traced.change)


# ---- which moments


def test_begins_with_the_last_edition_that_was_agreed_and_ends_now(plan):
    ends = ends_named(plan, "", "", gather.head())
    assert ends.before == gather.moment_of(plan.versions.agreed().frozen().latest("seq"))
    assert ends.after.seq == gather.head().seq
    assert not ends.turned
    assert not ends.are_one


def test_puts_the_earlier_moment_first(plan):
    now = gather.head()
    first, last = (gather.moment_named(plan, day) for day in ("2023-08-01", "2023-10-12"))
    assert ends_of(plan, last, first, now) == Ends(first, last, turned=True)
    assert ends_of(plan, first, last, now) == Ends(first, last)
    today = gather.moment_named(plan, f"{gather.today():%Y-%m-%d}")
    assert ends_of(plan, today, None, now) == Ends(today, now)
    assert ends_of(plan, last, last, now).are_one


def test_refuses_a_moment_that_never_was(plan):
    for text in ("2031-01-01", "99999999", "yesterday"):
        with pytest.raises(gather.NoMoment):
            ends_named(plan, text, "", gather.head())


def test_begins_with_the_plan_itself_where_nothing_was_agreed(plan, unit, cast):
    other = another(plan, unit)
    settle()
    ends = ends_named(other, "", "", gather.head())
    assert ends.before.seq < gather.head().seq
    assert {kind for kind, _ in words(compared(WHOLE, other, ends))} == {Kind.KEY}


def test_an_appointment_takes_effect_on_its_day_and_names_the_record_that_said_so(plan, unit):
    post = ActionOfficer.objects.filter(action=action()).first().post
    held = Appointment.objects.get(post=post, kind="HOLDER", ends_on=None)
    today = gather.today()
    people.end_appointment(appointment=held, ends_on=today + timedelta(days=2), by=unit)
    recorded_at = here(plan).seq
    first = here(plan)
    set_clock(gather.head().at + timedelta(days=5))
    (traced,) = compared(WHOLE, plan, Ends(first, gather.head())).changes
    assert traced.change.kind == Kind.HOLDER
    assert traced.change.rest == f"Held by nobody, before by {held.user.name}."
    assert [record.seq for record in traced.records] == [recorded_at]


# ---- meetings and reports


def test_says_what_a_group_reported_and_how_it_was_worded_anew(plan, cast):
    chair, before = cast("chair-mash"), here(plan)
    report = {
        "group": chair.post.group,
        "meeting": Meeting.objects.next_of(plan.deciding_group),
        "risks": "The panel that reads them has more to read than it can.",
        "mitigating_actions": "",
        "achievements": "",
        "by": chair.by,
    }
    papers.report_highlights(**report, key_updates="Two services joined.", seen=None)
    (written,) = told(plan, before).changes
    assert (written.change.kind, written.change.rest) == (Kind.HIGHLIGHTS, "Written.")
    assert written.alone.startswith("Key updates: Two services joined.")
    between = here(plan)
    seen = Ledger.objects.filter(table="workstreams_highlightreport").latest("seq").seq
    papers.report_highlights(**report, key_updates="Three services joined.", seen=seen)
    (reworded,) = told(plan, between).changes
    assert reworded.change.rest == "Worded anew."
    assert [part for part in reworded.wording if part[0] != "same"] == [
        ("removed", "Two"),
        ("added", "Three"),
    ]
    assert told(plan, before, permissions.reader(cast("chair-arg").person)).changes == ()


def test_asks_a_constant_number_of_queries(plan, cast):
    moments = [gather.moment_at(plan, e.seq) for e in gather.editions(plan)]
    counts = []
    for before in moments[1:]:
        gather._pictures.clear()
        gather._past.clear()
        with CaptureQueriesContext(connection) as queries:
            compared(WHOLE, plan, Ends(before, moments[0]))
        counts.append(len(queries))
    assert max(counts) - min(counts) <= 6  # what kinds of things are named differs, not how many
    assert max(counts) < 90
