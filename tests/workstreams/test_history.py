"""The ledger as sentences, for whoever may read them."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from sscp.database import fenced_models
from workstreams import gather, history, permissions
from workstreams.history.rows import OF_TABLE
from workstreams.history.sentences import SENTENCES
from workstreams.models import Impact, Ledger, Level, Measure, Meeting, Pack, Rating, Target, Version
from workstreams.operations import By, meetings, newest_row, papers, people, ratings, recorded, settle
from workstreams.operations import plan as planning
from workstreams.picture import Reader
from workstreams.vocabulary import ImpactStep, MeetingKind, PackKind, RatingStep, TargetStep

EVERYTHING = Reader(everything=True)


@pytest.fixture
def eyes(db, cast):
    """Whose eyes the history is read with."""
    return lambda key: permissions.reader(cast(key).person)


@pytest.fixture
def said(db):
    """What the history says of one row, as somebody reads it."""

    def say(thing, reader=EVERYTHING):
        settle()
        row = Ledger.objects.get(table=thing._meta.db_table, row=str(thing.pk), operation="INSERT")
        (entry,) = history.entries([row], reader)
        return entry

    return say


def level(code):
    return Level.objects.get(code=code)


@pytest.fixture
def session(db, plan, cast):
    """The next meeting of the demonstration, begun."""
    meeting = Meeting.objects.next_of(plan.deciding_group)
    return meetings.hold_meeting(
        meeting=meeting, present=[cast("dsp-council").post], by=cast("business-unit").by
    )


@pytest.fixture
def unit(cast, db):
    return cast("business-unit").by


@pytest.fixture
def planned(db, plan):
    return Meeting.objects.next_of(plan.deciding_group)


@pytest.fixture
def session_of(db):
    """What the history says of the newest change to a meeting."""

    def say(meeting):
        settle()
        row = Ledger.objects.filter(table="workstreams_meeting", row=str(meeting.pk)).last()
        (entry,) = history.entries([row], EVERYTHING)
        return entry.heading

    return say


@pytest.fixture
def report(cast, planned):
    """What the Learning and Development Group tells the next meeting."""
    chair = cast("chair-ldg").by
    return papers.report_highlights(
        group=chair.post.group,
        meeting=planned,
        key_updates="Two courses were given.",
        risks="Few places are left.",
        mitigating_actions="",
        achievements="",
        by=chair,
        seen=None,
    )


@pytest.fixture
def pack(unit, db):
    with recorded(unit):
        return Pack.objects.create(
            version=Version.objects.get(label="1.7"),
            kind=PackKind.EXECUTIVE,
            contents=["WHERE", "PLAN"],
            pdf=b"pdf",
            xlsx=b"xlsx",
            pdf_hash="1" * 64,
            xlsx_hash="2" * 64,
            pages=1,
            seq=7,
            by=unit.user,
            for_post=unit.post,
        )


# ---- sentences


@pytest.mark.parametrize("model", fenced_models(), ids=lambda m: m._meta.model_name)
@pytest.mark.parametrize("operation", ["INSERT", "UPDATE", "DELETE"])
def test_has_a_sentence_for_every_change_of_every_table(report, pack, model, operation):
    settle()
    image = Ledger.objects.filter(table=model._meta.db_table).latest("seq").after
    row = Ledger(
        seq=10**6,
        at=timezone.now(),
        table=model._meta.db_table,
        row=str(image["id"]),
        operation=operation,
        before=None if operation == "INSERT" else image,
        after=None if operation == "DELETE" else image,
        by="a_command",
        for_post="",
        because="",
    )
    (entry,) = history.entries([row], EVERYTHING)
    assert entry.heading[0].isupper() or entry.heading[0] == "“"
    assert "None" not in entry.what
    assert entry.who == "The command a_command"


def test_gives_every_table_of_the_plan_words_of_its_own():
    tables = {
        m._meta.db_table.removeprefix("workstreams_")
        for m in fenced_models()
        if m._meta.app_label == "workstreams"
    }
    assert tables | {"entry"} == set(SENTENCES)


def test_says_everything_that_the_demonstration_did(db):
    entries = history.entries(Ledger.objects.order_by("seq"), EVERYTHING)
    assert len(entries) == Ledger.objects.count()
    for entry in entries:
        assert "None" not in f"{entry.what}{entry.meta}{entry.words}"


def test_says_what_was_proposed_and_from_which_level(said, cast, measure_at):
    measure = measure_at("4.1#2")
    agreed = ratings.agreed_rating(measure)
    chair = cast("chair-ldg")
    rating = Rating.objects.filter(measure=measure, step=RatingStep.PROVISIONAL).first()
    entry = said(rating)
    assert entry.heading.startswith(("Proposed", "Said no change"))
    assert entry.what.endswith(f"for 4.1 {entry.name}")
    assert entry.who == str(chair.user)
    assert entry.post == chair.post.title
    assert entry.provisional
    assert (entry.now, entry.now_level.token) == (rating.level.word, rating.level.token)
    assert entry.was_level is not None
    assert agreed is not None


def test_says_from_which_proposal_the_executive_departed(said, session, cast, plan):
    proposal = Rating.objects.filter(step=RatingStep.PROVISIONAL, followed_by=None).first()
    other = Level.objects.exclude(pk=proposal.level_id).first()
    agreed = meetings.agree(
        measure=proposal.measure,
        meeting=session,
        level=other,
        because="Not there yet.",
        by=cast("business-unit").by,
        seen=proposal.pk,
    )
    entry = said(agreed)
    assert entry.heading == f"Executive agreed {other.word}, amended from {proposal.level.word}"
    assert entry.because == "Not there yet."
    assert entry.meeting_on == session.held_on
    assert not entry.provisional


def test_says_that_the_executive_put_it_off_or_did_not_reach_it(said):
    deferred = Rating.objects.filter(step=RatingStep.DEFERRED).first()
    not_reached = Rating.objects.filter(step=RatingStep.NOT_REACHED).first()
    assert said(deferred).heading == "Deferred by the Executive"
    assert said(deferred).because == deferred.because
    assert said(not_reached).heading == "Not reached by the Executive"


def test_says_that_an_update_was_taken_back(said, cast):
    proposal = Rating.objects.filter(
        step=RatingStep.PROVISIONAL, followed_by=None, for_post=cast("chair-mash").post
    ).first()
    taken = ratings.withdraw(measure=proposal.measure, by=cast("chair-mash").by, seen=proposal.pk)
    assert said(taken).heading == "Took back the update"


def test_strikes_what_was_corrected_later(said, session, cast):
    proposal = Rating.objects.filter(step=RatingStep.PROVISIONAL, followed_by=None).first()
    unit = cast("business-unit").by
    where = {"measure": proposal.measure, "meeting": session, "by": unit}
    first = meetings.agree(level=proposal.level, seen=proposal.pk, **where)
    other = Level.objects.exclude(pk=proposal.level_id).first()
    second = meetings.agree(level=other, seen=first.pk, because="Minuted wrongly.", **where)
    assert said(first).struck
    assert not said(second).struck
    assert said(second).heading == f"Executive decision corrected to {other.word}"
    assert said(second).was == proposal.level.word


def test_says_where_a_target_moved_from(said):
    agreed = Target.objects.filter(step=TargetStep.AGREED).first()
    asked, refused = (
        Target.objects.filter(step=step).first() for step in (TargetStep.ASKED, TargetStep.REFUSED)
    )
    first = Target.objects.filter(measure=agreed.measure).order_by("pk").first()
    assert said(agreed).heading == f"Target moved to {agreed.text}"
    assert said(agreed).was == first.text
    assert said(first).heading == f"Target set to {first.text}"
    assert said(asked).heading == f"Asked to move the target to {asked.text}"
    assert said(asked).provisional
    assert said(refused).heading == f"Executive did not agree to move the target to {refused.text}"


def test_says_what_became_of_impact(said):
    for step, heading in {
        ImpactStep.REPORTED: "Impact reported to the Executive",
        ImpactStep.ACCEPTED: "Impact accepted",
        ImpactStep.NOT_ACCEPTED: "Impact not accepted",
    }.items():
        assert said(Impact.objects.filter(step=step).first()).heading == heading


def test_says_how_many_were_there_when_a_meeting_began(session):
    settle()
    row = Ledger.objects.filter(table="workstreams_meeting", row=str(session.pk), operation="UPDATE").last()
    (entry,) = history.entries([row], EVERYTHING)
    assert entry.heading.endswith("began, 1 post present")


def test_says_what_became_of_the_papers(session_of, planned, plan, unit):
    papers.issue_papers(meeting=planned, plan=plan, label="1.20", changes="Papers", by=unit)
    assert session_of(planned) == f"Papers issued for the meeting of {planned.held_on:%-d %B %Y}"
    gone = papers.withdraw_papers(meeting=planned, plan=plan, because="Two reports were missing.", by=unit)
    assert session_of(planned) == f"Papers withdrawn for the meeting of {planned.held_on:%-d %B %Y}"
    meetings.cancel_meeting(meeting=planned, because="Nobody can come.", by=unit)
    assert session_of(planned) == f"Meeting of {planned.held_on:%-d %B %Y} cancelled"
    settle()
    row = Ledger.objects.get(table="workstreams_version", row=str(gone.pk))
    (entry,) = history.entries([row], EVERYTHING)
    assert entry.heading == "Version 1.20 withdrawn: its papers no longer stand"
    assert (entry.because, entry.said) == ("Two reports were missing.", ())


def test_says_what_a_version_was_frozen_for(said, planned, plan, unit):
    version = papers.issue_papers(meeting=planned, plan=plan, label="1.20", changes="For January", by=unit)
    assert said(version).heading == "Version 1.20 frozen for the papers"
    assert said(version).said == (("", "For January"),)


def test_says_what_kind_of_meeting_it_was(said, plan, unit):
    decided = meetings.decide_between_meetings(group=plan.deciding_group, present=[unit.post], by=unit)
    on = f"{decided.held_on:%-d %B %Y}"
    assert said(decided).heading == f"Decision between meetings of {on} began, 1 post present"
    called = meetings.plan_meeting(
        group=plan.deciding_group,
        held_on=decided.held_on + timedelta(days=3),
        papers_close_at=gather.head().at,
        kind=MeetingKind.EXTRAORDINARY,
        by=unit,
    )
    assert said(called).heading == f"Extraordinary meeting of {called.held_on:%-d %B %Y} planned"


def test_says_what_a_group_reported_and_to_whom(report, said, eyes):
    entry = said(report)
    assert entry.heading == f"Highlight report of {report.group.short_name} sent"
    assert entry.said == (("Key updates", "Two courses were given."), ("Risks", "Few places are left."))
    assert entry.meeting_on == report.meeting.held_on
    assert entry.provisional
    rows = Ledger.objects.filter(table="workstreams_highlightreport", row=str(report.pk))
    shown = {
        key: history.visible(rows, eyes(key)).exists() for key in ("chair-ldg", "chair-mash", "dsp-police")
    }
    assert shown == {"chair-ldg": True, "chair-mash": False, "dsp-police": True}


def test_says_when_a_report_was_written_anew(report, cast):
    papers.report_highlights(
        group=report.group,
        meeting=report.meeting,
        key_updates="Three courses were given.",
        risks="",
        mitigating_actions="",
        achievements="",
        by=cast("chair-ldg").by,
        seen=newest_row(report),
    )
    settle()
    row = Ledger.objects.get(table="workstreams_highlightreport", operation="UPDATE")
    (entry,) = history.entries([row], EVERYTHING)
    assert entry.heading == f"Highlight report of {report.group.short_name} written anew"


def test_finds_reports_and_packs_with_their_plan_and_their_meeting(report, pack, plan):
    settle()
    theirs = {"workstreams_highlightreport", "workstreams_pack"}
    whole = history.export_rows(plan, EVERYTHING)
    assert any(r.what.startswith("Highlight report of") for r in whole)
    assert "Executive pack issued: version 1.7" in [r.what for r in whole]
    for meeting, table in ((report.meeting, "highlightreport"), (pack.version.meeting, "pack")):
        rows = history.chosen(Ledger.objects.all(), history.Chosen(meeting=meeting.pk))
        assert {row.table for row in rows} & theirs == {f"workstreams_{table}"}


def test_an_old_entry_keeps_the_words_of_its_day(plan, said, unit):
    agreed = Rating.objects.filter(step=RatingStep.AGREED, meeting__group=plan.deciding_group).latest("pk")
    before = said(agreed)
    assert before.heading == f"Executive agreed {agreed.level.word}"
    group = plan.deciding_group
    people.change_group(
        group=group,
        name="Leadership Board",
        short_name="",
        kind=group.kind,
        reports_to=None,
        starts_on=None,
        because="Renamed.",
        by=unit,
        seen=newest_row(group),
    )
    planning.change(item=agreed.level, word="Settled", meaning="As settled", because="Plainer.", by=unit)
    assert said(agreed) == before


def test_says_what_was_issued_and_names_its_fields(pack, said, eyes):
    assert said(pack).what == "Executive pack issued: version 1.7"
    row = Ledger.objects.get(table="workstreams_pack")
    shown = {field.label: field.now for field in history.fields(row, eyes("chair-mash"))}
    assert shown["PDF as it is stored"].startswith("sha256:")
    assert shown["SHA-256 of the PDF file"] == "1" * 64
    assert shown["Newest record in it"] == "7"
    assert shown["Contents"] == "Where\nPlan"


def test_says_the_figures_of_an_update(said):
    rating = Rating.objects.filter(step=RatingStep.PROVISIONAL).first()
    settle()
    row = Ledger.objects.get(table="workstreams_rating", row=str(rating.pk))
    row.after["figures"] = [
        {"name": "Contacts within a day", "numerator": 41, "denominator": 60},
        {"name": "Longest wait", "value": 9, "unit": "days"},
    ]
    (entry,) = history.entries([row], EVERYTHING)
    assert ("Figures", "Contacts within a day: 41 of 60 (68%); Longest wait: 9 days") in entry.said


def test_names_a_deputy_and_who_sent_on_behalf(said, cast):
    from tests.conftest import TODAY

    chair = cast("chair-ldg").post
    unit = cast("business-unit").user
    mine = Rating.objects.filter(step=RatingStep.PROVISIONAL, followed_by=None, for_post=chair).first()
    deputy = people.invite(
        email="deputy@demonstration.example",
        name="A deputy",
        post=chair,
        starts_on=TODAY - timedelta(days=1),
        kind="DEPUTY",
        by="test",
    )
    measure = mine.measure if mine else Rating.objects.filter(for_post=chair).first().measure
    latest = measure.ratings.order_by("-pk").first()
    sent = ratings.send_update(
        measure=measure,
        level=level("A"),
        words="We wait for figures.",
        recovery_plan="They come in January.",
        by=By(deputy, chair, as_deputy=True),
        seen=latest.pk,
    )
    assert said(sent).post == f"deputy for {chair}"
    again = ratings.send_update(
        measure=measure,
        level=level("G"),
        words="The figures came.",
        received="by phone",
        by=By(unit, chair),
        seen=sent.pk,
    )
    assert said(again).post == f"on behalf of {chair}"
    assert ("Received", "by phone") in said(again).said


def test_reads_an_image_that_is_older_than_a_column(said):
    rating = Rating.objects.filter(step=RatingStep.PROVISIONAL).first()
    row = Ledger.objects.get(table="workstreams_rating", row=str(rating.pk))
    for column in ("evidence_held", "received", "corrects_id", "as_deputy"):
        del row.after[column]
    (entry,) = history.entries([row], EVERYTHING)
    assert entry.heading


def test_escapes_nothing_and_changes_no_words(said):
    rating = Rating.objects.filter(step=RatingStep.PROVISIONAL).exclude(recovery_plan="").first()
    entry = said(rating)
    assert ("", rating.words) in entry.said
    assert ("Plan to recover", rating.recovery_plan) in entry.said


# ---- who may see


HIDDEN = (RatingStep.PROVISIONAL, RatingStep.REMOVED, RatingStep.DEFERRED, RatingStep.NOT_REACHED)


def seen_steps(reader):
    rows = history.visible(Ledger.objects.filter(table="workstreams_rating"), reader)
    return {int(row.row) for row in rows}


def seen_of(model, reader):
    rows = history.visible(Ledger.objects.filter(table=model._meta.db_table), reader)
    return set(model.objects.filter(pk__in=[int(row.row) for row in rows]))


@pytest.mark.parametrize("key", ["business-unit", "dsp-police", "scrutineer"])
def test_shows_everything_to_those_who_see_everything(eyes, key):
    assert history.visible(Ledger.objects.all(), eyes(key)).count() == Ledger.objects.count()


@pytest.mark.parametrize("key", ["chair-ldg", "chair-mash", "chair-dapb", "chair-arg", "chair-neglect"])
def test_hides_what_other_groups_proposed(eyes, cast, key):
    reader = eyes(key)
    own = set(
        Rating.objects.filter(measure__action__officers__post__in=reader.posts).values_list("pk", flat=True)
    )
    agreed = set(Rating.objects.filter(step=RatingStep.AGREED).values_list("pk", flat=True))
    assert seen_steps(reader) == own | agreed
    assert set(Rating.objects.filter(step__in=HIDDEN).values_list("pk", flat=True)) - seen_steps(reader)


def test_hides_the_dates_that_other_groups_asked_for(eyes):
    asked_or_refused = Target.objects.filter(step__in=(TargetStep.ASKED, TargetStep.REFUSED))
    hidden = set()
    for key in ("chair-ldg", "chair-mash"):
        others = asked_or_refused.exclude(measure__in=Measure.objects.of_posts(eyes(key).posts))
        assert seen_of(Target, eyes(key)) == set(Target.objects.all()) - set(others)
        hidden |= {target.step for target in others}
    assert hidden == {TargetStep.ASKED, TargetStep.REFUSED}


def test_hides_the_impact_that_other_groups_report(eyes):
    reports = Impact.objects.filter(step=ImpactStep.REPORTED)
    shown, hidden = set(), set()
    for key in ("chair-ldg", "chair-mash", "chair-dapb"):
        others = set(reports.exclude(measure__in=Measure.objects.of_posts(eyes(key).posts)))
        assert seen_of(Impact, eyes(key)) == set(Impact.objects.all()) - others
        shown |= set(reports) - others
        hidden |= others
    assert shown
    assert hidden


def test_tells_nobody_else_what_a_decision_was_amended_from(said, eyes, session, cast):
    proposal = Rating.objects.filter(
        step=RatingStep.PROVISIONAL, followed_by=None, for_post=cast("chair-mash").post
    ).first()
    other = Level.objects.exclude(pk=proposal.level_id).first()
    agreed = meetings.agree(
        measure=proposal.measure,
        meeting=session,
        level=other,
        because="Not there yet.",
        by=cast("business-unit").by,
        seen=proposal.pk,
    )
    assert "amended from" in said(agreed, eyes("chair-mash")).heading
    assert said(agreed, eyes("chair-ldg")).heading == f"Executive agreed {other.word}"


def test_knows_what_was_proposed_before_a_decision_was_corrected_twice(said, plan, cast, unit, measure_at):
    measure = measure_at("4.2#2")

    def newest():
        return measure.ratings.order_by("-pk").first().pk

    ratings.send_update(
        measure=measure,
        level=level("A"),
        words="Two wait.",
        recovery_plan="By spring.",
        by=cast("chair-ldg").by,
        seen=newest(),
    )
    for code in "BG":
        meetings.correct_decision(
            measure=measure, level=level(code), because="Misheard.", by=unit, seen=newest()
        )
    meeting = Meeting.objects.next_of(plan.deciding_group)
    meetings.hold_meeting(meeting=meeting, present=[unit.post], by=unit)
    decision = {"measure": measure, "meeting": meeting, "level": level("R"), "because": "Worse.", "by": unit}
    entry = said(meetings.agree(**decision, seen=newest()))
    assert entry.heading == "Executive agreed Red, amended from Amber"
    assert entry.was == "Green"


def test_hides_a_proposal_that_was_withdrawn_too(eyes, cast):
    proposal = Rating.objects.filter(
        step=RatingStep.PROVISIONAL, followed_by=None, for_post=cast("chair-mash").post
    ).first()
    taken = ratings.withdraw(measure=proposal.measure, by=cast("chair-mash").by, seen=proposal.pk)
    settle()
    assert taken.pk in seen_steps(eyes("chair-mash"))
    assert taken.pk not in seen_steps(eyes("chair-ldg"))


def test_shows_the_public_nothing(db):
    assert not history.visible(Ledger.objects.all(), Reader(everything=False, public=True)).exists()


# ---- choosing


def test_chooses_by_kind_so_that_the_kinds_make_up_everything(db):
    counts = {
        kind: history.chosen(Ledger.objects.all(), history.Chosen(kind=kind)).count() for kind in history.Kind
    }
    assert {kind for kind in history.Kind if not counts[kind]} <= {history.Kind.REDACTION}
    assert sum(counts.values()) == Ledger.objects.count()


def test_every_table_of_the_plan_has_its_kind():
    assert {model._meta.db_table for model in fenced_models()} | {"entry"} == set(OF_TABLE)


def test_chooses_a_workstream_with_all_that_stands_in_it(db, plan):
    for workstream in plan.workstreams.all():
        rows = history.chosen(Ledger.objects.all(), history.Chosen(workstream=workstream.pk))
        tables = {row.table for row in rows}
        assert {
            "workstreams_workstream",
            "workstreams_outcome",
            "workstreams_action",
            "workstreams_measure",
            "workstreams_actionofficer",
            "workstreams_rating",
            "workstreams_target",
        } <= tables
        assert {
            r.measure.action.outcome.workstream_id
            for r in Rating.objects.filter(
                pk__in=[row.row for row in rows if row.table == "workstreams_rating"]
            )
        } == {workstream.pk}


def test_chooses_by_post_meeting_and_day(db, cast):
    post = cast("chair-mash").post
    by_post = history.chosen(Ledger.objects.all(), history.Chosen(post=post.pk))
    assert {row.for_post for row in by_post} == {str(post.pk)}
    meeting = Meeting.objects.order_by("held_on")[1]
    of_meeting = history.chosen(Ledger.objects.all(), history.Chosen(meeting=meeting.pk))
    assert {row.table for row in of_meeting} >= {
        "workstreams_meeting",
        "workstreams_attendance",
        "workstreams_rating",
    }
    day = date(2023, 7, 18)
    on = history.chosen(Ledger.objects.all(), history.Chosen(since=day, until=day))
    assert {timezone.localdate(row.at) for row in on} == {day}


def test_the_timeline_of_a_measure_is_its_own_newest_first(eyes, measure_at):
    measure = measure_at("4.1#2")
    entries = history.timeline(measure.pk, EVERYTHING)
    assert [e.seq for e in entries] == sorted((e.seq for e in entries), reverse=True)
    assert entries[-1].heading == "Measure added"
    assert {e.measure_id for e in entries} == {measure.pk}
    others = history.timeline(measure.pk, eyes("chair-mash"))
    assert {e.seq for e in others} < {e.seq for e in entries}
    assert not any(e.provisional for e in others)


def test_the_timeline_uses_the_index_on_measures(db):
    from workstreams.history.rows import of_measure

    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        plan = of_measure(Ledger.objects.all(), 26).explain()
    assert "entry_measure" in plan


def test_exports_a_plan_oldest_first_without_what_the_reader_may_not_see(eyes, plan):
    rows = history.export_rows(plan, EVERYTHING)
    assert [r.seq for r in rows] == sorted(r.seq for r in rows)
    assert any("Proposed" in r.what for r in rows)
    assert not any(r.what.startswith(("Account", "Group")) for r in rows)
    everything = history.export_rows(None, EVERYTHING)
    assert len(everything) == Ledger.objects.count()
    chairs = history.export_rows(plan, eyes("chair-ldg"))
    assert {r.seq for r in chairs} < {r.seq for r in rows}


def test_asks_as_much_for_many_rows_as_for_few(db, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        history.entries(Ledger.objects.order_by("-seq")[:50], EVERYTHING)
    with django_assert_max_num_queries(20):
        history.entries(Ledger.objects.all(), EVERYTHING)


def test_names_what_is_gone_plainly(db):
    row = Ledger.objects.filter(table="workstreams_rating").first()
    row.after = row.after | {"measure_id": 10**9, "level_id": None, "meeting_id": None}
    row.by, row.for_post = str(10**9), str(10**9)
    (entry,) = history.entries([row], EVERYTHING)
    assert "measure 1000000000" in entry.what
    assert entry.who == "Account 1000000000"


def test_of_nothing_says_nothing(db):
    assert history.entries([], EVERYTHING) == []


def test_the_own_measures_of_a_reader_without_posts_are_none(db):
    nobody = Reader(everything=False)
    assert not set(history.visible(Ledger.objects.filter(table="workstreams_rating"), nobody)) & set(
        Ledger.objects.filter(table="workstreams_rating", after__step="PROVISIONAL")
    )
