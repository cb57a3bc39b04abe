"""Applying a plan that was read: one version, whole or not at all; what stands is not touched where nothing differs."""

import io
from dataclasses import replace
from datetime import date

import pytest
from django.core.management import call_command
from django.db import DataError

from tests import pictures
from tests.conftest import TODAY, together
from workstreams import gather
from workstreams import picture as p
from workstreams.answers import AtMeeting
from workstreams.compare import compare
from workstreams.intake.matching import match
from workstreams.models import (
    Action,
    ActionOfficer,
    Group,
    Ledger,
    Level,
    Measure,
    Meeting,
    Outcome,
    Passage,
    Plan,
    Post,
    Rating,
    SourceRef,
    Target,
    Upload,
    Version,
    Workstream,
)
from workstreams.operations import Overtaken, Refused, meetings, people, ratings, targets
from workstreams.operations import plan as planning
from workstreams.operations.importing import Agreed, NewPlan, apply_picture
from workstreams.vocabulary import UploadKind, UploadState

JULY = date(2023, 7, 18)


def printed():
    """The plan of version 1.7 as a document prints it, with its register."""
    return p.as_printed(pictures.july())


def file(user, name="plan.docx"):
    return Upload(user=user, kind=UploadKind.PLAN, name=name, content=b"...", sha256="0" * 64, document={})


def new_plan(by, picture=None, *, agreed=Agreed(JULY), ref="second", **facts):  # noqa: B008 (frozen)
    group = Group.objects.get(name="Executive Group")
    version = apply_picture(
        plan=None,
        matched=match(None, picture or printed()),
        upload=file(by.user),
        by=by,
        agreed=agreed,
        new=NewPlan(ref, facts.pop("group", group), is_current=facts.pop("is_current", False)),
        label=facts.pop("label", "1.7"),
        **facts,
    )
    return version.plan


def taken(plan):
    return gather.take(plan, gather.head())


def again(plan, read, by, *, agreed=None, answers=None, **facts):
    """A newer edition, matched with the plan as it stands."""
    live = taken(plan)
    matched = match(live, read, answers)
    return apply_picture(
        plan=plan, matched=matched, upload=file(by.user), by=by, agreed=agreed, seen=live.seq, **facts
    )


def with_actions(picture, change):
    return replace(
        picture,
        workstreams=tuple(
            replace(
                w,
                outcomes=tuple(replace(o, actions=tuple(map(change, o.actions))) for o in w.outcomes),
            )
            for w in picture.workstreams
        ),
    )


def with_outcomes(picture, change):
    return replace(
        picture,
        workstreams=tuple(
            replace(w, outcomes=tuple(change(o) for o in w.outcomes)) for w in picture.workstreams
        ),
    )


@pytest.fixture
def by(db, cast):
    return cast("business-unit").by


def test_writes_a_new_plan_whole(by):
    plan = new_plan(by)
    picture = taken(plan)
    wanted = printed()
    assert replace(p.as_printed(picture), versions=()) == replace(wanted, versions=())
    assert [(v.label, v.step) for v in picture.versions] == [
        *((f"1.{n}", "REGISTER") for n in range(1, 7)),
        ("1.7", "AGREED"),
    ]
    newest = Ledger.objects.filter(table=Measure._meta.db_table).order_by("-seq").first()
    assert newest.because == "Imported from “plan.docx”"
    assert (newest.by, newest.for_post) == (str(by.user.pk), str(by.post.pk))


def test_reads_back_as_what_it_wrote(by):
    """The same file again, whether its ratings are agreed or left out, changes nothing and writes nothing."""
    plan = new_plan(by)
    newest = Ledger.objects.order_by("-seq").first().seq
    for agreed in (None, Agreed(JULY)):
        with pytest.raises(Refused, match="The plan holds all of this already"):
            again(plan, printed(), by, agreed=agreed)
    assert Ledger.objects.order_by("-seq").first().seq == newest
    assert Upload.objects.count() == 1


def test_makes_the_posts_and_groups_that_nobody_knows(by):
    before = set(Post.objects.values_list("pk", flat=True))
    plan = new_plan(by)
    assert set(Post.objects.values_list("pk", flat=True)) == before  # all are known by their titles

    def renamed(officer):
        titles = {
            "Chair of MASH Steering Group": "Chair of the Front Door Group (FDG)",
            "Borough Commander (WMP)": "Chief Superintendent (WMP)",
            "Chair of DAPB": "Chair of the Domestic Abuse Partnership Board",
        }
        title = titles.get(officer.title, officer.title)
        return replace(officer, title=title, printed=title)

    again(plan, with_actions(printed(), lambda a: replace(a, officers=tuple(map(renamed, a.officers)))), by)
    front_door = Post.objects.get(title="Chair of the Front Door Group (FDG)")
    assert (front_door.kind, front_door.group.kind) == ("CHAIR", "SUBGROUP")
    assert (front_door.group.name, front_door.group.short_name) == ("Front Door Group (FDG)", "FDG")
    assert front_door.group.reports_to == plan.deciding_group
    commander = Post.objects.get(title="Chief Superintendent (WMP)")
    assert (commander.kind, commander.group, commander.organisation) == ("DSP", plan.deciding_group, "WMP")
    dapb = Post.objects.get(title="Chair of the Domestic Abuse Partnership Board")
    assert dapb.group.short_name == "DAPB"
    assert Post.objects.count() == len(before) + 3


def test_begins_a_draft_or_a_plan_in_force_with_a_group_that_is_only_named(by):
    plan = new_plan(by, group="Improvement Board", is_current=True, agreed=None, label="")
    assert (plan.state, plan.deciding_group.name, plan.deciding_group.kind) == (
        "CURRENT",
        "Improvement Board",
        "OVERSIGHT_BOARD",
    )
    other = new_plan(by, group="the Improvement  board", agreed=None, ref="third")
    assert (other.state, other.deciding_group) == ("DRAFT", plan.deciding_group)
    assert [v.label for v in plan.versions.order_by("seq")] == [*(f"1.{n}" for n in range(1, 9))]


def test_refuses_a_short_name_that_another_plan_has(by, plan):
    with pytest.raises(Refused) as refused:
        new_plan(by, ref=plan.ref)
    assert list(refused.value.errors) == ["ref"]
    assert Plan.objects.count() == 1


# ---- ratings as they were agreed


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"ref": "new"}, "ref"),
        ({"ref": "p" * 61}, "ref"),
        ({"label": "1" * 300}, "label"),
        ({"group": "G" * 201}, "deciding_group"),
    ],
    ids=["reserved", "ref", "label", "group"],
)
def test_refuses_what_no_new_plan_can_be_called(by, facts, field):
    with pytest.raises(Refused) as refused:
        new_plan(by, **facts)
    assert list(refused.value.errors) == [field]
    assert Plan.objects.count() == 1


def test_leaves_ratings_out_where_nobody_says_when_they_were_agreed(by):
    plan = new_plan(by, agreed=None)
    version = plan.versions.order_by("seq").last()
    assert (version.step, version.picture) == ("REGISTER", None)
    assert (
        version.changes == "RAG ratings amended, and agreed by the Executive"
    )  # as the document's register has it
    assert not Rating.objects.filter(measure__in=Measure.objects.of_plan(plan)).exists()
    assert taken(plan).counts().not_rated == 42


def test_records_ratings_at_a_closed_meeting_of_that_day(by):
    """The demonstration's Executive met on 18 July 2023: its meeting is used, and no other made."""
    meeting = Meeting.objects.get(held_on=JULY)
    before = Meeting.objects.count()
    plan = new_plan(by, group="the Executive")
    assert Meeting.objects.count() == before
    picture = taken(plan)
    assert {m.agreed.meeting_id for m in picture.measures} == {meeting.pk}
    assert {len(m.strip) for m in picture.measures} == {1}
    rolling = [m.agreed.period_ends_on for m in picture.measures if m.recurrence == "QUARTERLY"]
    assert rolling == [date(2023, 6, 30)] * 7
    counts = {level.word: n for level, n in picture.counts().by_level}
    assert counts == {"Red": 0, "Amber": 9, "Green": 21, "Blue": 12}
    (at,) = gather.levels_at_meetings(plan)
    assert isinstance(at, AtMeeting)
    assert (at.meeting_id, len(at.levels)) == (meeting.pk, 42)


@pytest.mark.parametrize(("at_a_meeting", "kind"), [(True, "REGULAR"), (False, "BETWEEN_MEETINGS")])
def test_makes_the_meeting_where_the_group_has_none_of_that_day(by, at_a_meeting, kind):
    plan = new_plan(by, group="Improvement Board", agreed=Agreed(date(2023, 7, 4), at_a_meeting))
    meeting = plan.deciding_group.meetings.get()
    assert (meeting.kind, meeting.state, meeting.held_on) == (kind, "CLOSED", date(2023, 7, 4))
    version = plan.versions.agreed().get()
    assert (version.label, version.dated, version.meeting) == ("1.7", date(2023, 7, 4), meeting)
    assert version.editors == "Business Unit (two editors)"
    frozen = p.from_json(version.picture)
    assert [m.agreed for m in frozen.measures] == [m.agreed for m in taken(plan).measures]
    assert frozen.versions[-1].label == "1.7"


def test_refuses_a_day_that_is_still_to_come_or_whose_meeting_is_not_closed(by):
    planned = Meeting.objects.filter(state="PLANNED").first()
    for day, words in (
        (date(2024, 7, 18), "is still to come"),
        (planned.held_on, "Record its decisions there"),
    ):
        with pytest.raises(Refused, match=words) as refused:
            new_plan(by, agreed=Agreed(day))
        assert list(refused.value.errors) == ["agreed_on"]
    assert Plan.objects.count() == 1


def test_refuses_ratings_older_than_what_was_agreed_since(by, plan):
    """The demonstration was agreed in November: the ratings of July would undo that."""
    with pytest.raises(Refused, match="were agreed on 21 November 2023, after 18 July 2023") as refused:
        again(plan, printed(), by, agreed=Agreed(JULY))
    assert list(refused.value.errors) == ["agreed_on"]


def test_refuses_to_decide_an_update_that_waits(by, plan):
    waiting = next(m for m in taken(plan).measures if m.proposal and m.level)
    other = next(level for level in taken(plan).key if level != waiting.level)
    read = p.as_printed(taken(plan)).with_measures(
        lambda _, m: replace(m, agreed=p.printed_rating(other)) if m.text == waiting.text else m
    )
    with pytest.raises(Refused, match="waits for a decision"):
        again(plan, read, by, agreed=Agreed(TODAY))


def rated_anew(plan, measure, word):
    """The plan as it stands, printed, with another level of this measure."""
    live = taken(plan)
    level = next(level for level in live.key if level.word == word)
    return p.as_printed(live).with_measures(
        lambda _, m: replace(m, agreed=p.printed_rating(level)) if m.text == measure.text else m
    )


def test_does_not_undo_what_a_meeting_in_session_has_decided(by, plan, cast):
    meeting = Meeting.objects.filter(state="PLANNED").first()
    meeting = meetings.hold_meeting(meeting=meeting, present=[by.post], by=by)
    found = next(m for m in taken(plan).measures if m.level and m.level.word == "Green" and not m.proposal)
    row = Measure.objects.get(pk=found.id)
    amber, seen = plan.levels.get(word="Amber"), row.ratings.order_by("pk").last().pk
    meetings.agree(measure=row, meeting=meeting, level=amber, by=by, seen=seen, because="Late.")
    with pytest.raises(Refused, match="was decided on 24 November 2023, after 22 November 2023") as refused:
        again(plan, rated_anew(plan, found, "Red"), by, agreed=Agreed(date(2023, 11, 22)))
    assert list(refused.value.errors) == ["agreed_on"]
    assert row.ratings.order_by("pk").last().level == amber


def test_does_not_undo_what_was_corrected_since(by, plan):
    """A document of that day still prints what was recorded wrongly."""
    day = date(2023, 11, 21)
    found = next(
        m for m in taken(plan).measures if m.agreed and m.agreed.meeting_on == day and not m.proposal
    )
    row, printed_then = Measure.objects.get(pk=found.id), p.as_printed(taken(plan))
    right = next(level for level in plan.levels.all() if level.word != found.level.word)
    meetings.correct_decision(measure=row, level=right, because="Misheard.", by=by, seen=found.latest_id)
    with pytest.raises(Refused, match="was corrected since it was recorded for 21 November 2023"):
        again(plan, printed_then, by, agreed=Agreed(day))
    assert row.ratings.order_by("pk").last().level == right


# ---- a newer edition


def newer():
    """Of `printed`: a measure worded anew, one moved, outcomes renumbered, a new one, one left out, a date, a level."""
    wording, moved, left_out, dated, rated = (printed().measures[n] for n in (0, 5, 10, 15, 20))
    green = next(level for level in printed().key if level.word == "Green")
    amber = next(level for level in printed().key if level.word == "Amber")

    def measures(a):
        found = []
        for m in a.measures:
            if m.id == wording.id:
                m = replace(m, text=m.text.replace("Gather figures", "Collect figures"))
            if m.id == dated.id:
                m = replace(m, target=p.printed_target("March 2024", date(2024, 3, 31), "MONTH"))
            if m.id == rated.id:
                m = replace(m, agreed=p.printed_rating(amber if m.level == green else green))
            if m.id not in (moved.id, left_out.id):
                found.append(m)
        return replace(a, measures=tuple(found))

    def outcome(o):
        ref = {"3.1": "3.2", "3.2": "3.1"}.get(o.ref, o.ref)
        actions = tuple(map(measures, o.actions))
        if o.ref == "5.1":
            new = p.printed_measure(
                -700, text="(R) Who reads what is published?", recurring=True, recurrence="NOT_SET"
            )
            actions = (replace(actions[0], measures=(moved, *actions[0].measures, new)), *actions[1:])
        return replace(o, ref=ref, actions=actions)

    row = p.VersionRow(0, "1.8", "", "Small amendments", "One editor", date(2023, 9, 1), False)
    picture = with_outcomes(printed(), outcome)
    return replace(picture, versions=(*picture.versions, row)), left_out


def test_applies_a_newer_edition_and_keeps_the_identity_of_every_row(by):
    plan = new_plan(by)
    before = taken(plan)
    read, left_out = newer()
    version = again(
        plan, read, by, agreed=Agreed(date(2023, 9, 5)), label="1.8", because="As the Executive agreed."
    )
    after = taken(plan)
    assert (version.label, version.step, version.changes) == ("1.8", "AGREED", "Small amendments")
    sentences = [c.sentence for c in compare(before, after)]
    assert len(sentences) == 7
    for words in (
        "moved here from 1.2.",
        "worded anew, before “Gather figures",
        "target March 2024, before",
        "Outcome 3.2 was 3.1 before.",
        "Outcome 3.1 was 3.2 before.",
        "Who reads what is published?: added, not rated.",
        "agreed on 5 September 2023, because: Imported from “plan.docx”: As the Executive agreed.",
    ):
        assert any(words in sentence for sentence in sentences), words
    assert {m.id for m in before.measures} < {m.id for m in after.measures}
    assert any(m.text == left_out.text for m in after.measures)
    moved = next(c for c in compare(before, after) if c.kind == "moved")
    assert after.find(moved.measure_id).measure.agreed == before.find(moved.measure_id).measure.agreed
    step = Target.objects.filter(measure__in=Measure.objects.of_plan(plan)).order_by("-pk").first()
    assert (step.step, step.because) == ("SET", "Imported from “plan.docx”: As the Executive agreed.")
    with pytest.raises(Refused, match="holds all of this already"):
        again(plan, read, by, agreed=Agreed(date(2023, 9, 5)))


def test_withdraws_what_is_left_out_where_somebody_says_so(by):
    plan = new_plan(by)
    read = printed()
    streams = tuple(w for w in read.workstreams if w.number != "6")
    texts = tuple(x for x in read.passages if x.workstream != "6")
    read = replace(read, workstreams=streams, passages=texts)
    again(plan, read, by, answers={"absent": "withdraw"}, label="2.0")
    assert Workstream.objects.filter(plan=plan, withdrawn=True).count() == 1
    assert not Measure.objects.of_plan(plan).exclude(state="LIVE").exists()  # they went with their place
    picture = taken(plan)
    assert [w.number for w in picture.workstreams] == ["1", "2", "3", "4", "5"]
    assert len(picture.passages) == len(texts)
    again(plan, printed(), by)  # the number and reference are free again
    assert [w.number for w in taken(plan).workstreams] == ["1", "2", "3", "4", "5", "6"]
    assert Outcome.objects.filter(plan=plan, ref="6.1").count() == 2


def test_withdraws_a_measure_alone_and_says_why_in_the_history(by):
    plan = new_plan(by)
    read = printed().with_measures(lambda _, m: None if m.id == printed().measures[0].id else m)
    again(plan, read, by, answers={"absent": "withdraw"}, because="Agreed in May.")
    gone = Measure.objects.of_plan(plan).get(state="WITHDRAWN")
    entry = Ledger.objects.filter(table=Measure._meta.db_table, row=str(gone.pk)).order_by("-seq").first()
    assert entry.because == "Imported from “plan.docx”: Agreed in May."


def test_does_not_withdraw_what_lies_on_the_table_of_a_meeting(by, plan, cast):
    meetings_of = Meeting.objects.filter(state="PLANNED").first()
    meetings.hold_meeting(meeting=meetings_of, present=[by.post], by=by)
    waiting = next(m for m in taken(plan).measures if m.proposal)
    read = p.as_printed(taken(plan)).with_measures(lambda _, m: None if m.text == waiting.text else m)
    with pytest.raises(Refused, match="is in session"):
        again(plan, read, by, answers={"absent": "withdraw"})
    assert Measure.objects.get(pk=waiting.id).is_live


def test_leaves_a_date_that_somebody_asked_for_to_the_meeting(by, plan, measure_at, cast):
    asked = next(
        p_
        for p_ in taken(plan).placed()
        if p_.measure.target and p_.measure.target.due_on and not p_.measure.is_complete
    )
    row = Measure.objects.get(pk=asked.measure.id)
    targets.ask_for_target(measure=row, due_on=date(2024, 9, 30), because="Later.", by=by)
    read = p.as_printed(taken(plan)).with_measures(
        lambda _, m: (
            replace(m, target=p.printed_target("May 2024", date(2024, 5, 31), "MONTH"))
            if m.text == asked.measure.text
            else m
        )
    )
    with pytest.raises(Refused, match="Another date is asked for"):
        again(plan, read, by)


def test_shows_where_each_value_stood_in_the_file(by):
    read = printed()
    first, outcome = read.measures[0], read.workstreams[0].outcomes[0]
    cells = {
        f"{first.id} target": "Table 3, row 5, column 4",
        f"{outcome.id} statement": "Table 3, row 5, column 2",
        "title": "Paragraph 1",
    }
    plan = new_plan(by, read, cells=cells)
    upload = Upload.objects.get(plan=plan)
    picture = taken(plan)
    assert upload.cells == {
        f"measure {picture.measures[0].id} target": "Table 3, row 5, column 4",
        f"outcome {picture.workstreams[0].outcomes[0].id} statement": "Table 3, row 5, column 2",
        "title": "Paragraph 1",
    }
    assert (upload.state, upload.version.label, upload.for_post) == (UploadState.APPLIED, "1.7", by.post)


# ---- whole or not at all


def test_writes_nothing_where_the_tables_could_not_hold_it(by):
    newest = Ledger.objects.order_by("-seq").first().seq
    first = printed().measures[0]
    read = printed().with_measures(lambda _, m: replace(m, text=" ") if m.id == first.id else m)
    with pytest.raises(Refused) as refused:
        new_plan(by, read, cells={f"{first.id} text": "Table 3, row 5, column 7"})
    assert refused.value.errors[""] == (
        "Table 3, row 5, column 7: A measure of 1.1 has words, and this one has none."
    )
    doubled = with_outcomes(printed(), lambda o: replace(o, ref="1.1") if o.ref == "1.2" else o)
    with pytest.raises(Refused, match=r"The reference 1\.1 stands here 2 times"):
        new_plan(by, doubled)
    assert Ledger.objects.order_by("-seq").first().seq == newest
    assert (Plan.objects.count(), Upload.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"growth": True, "future": True}, "Growth or Future, not both"),
        ({"milestone": 0}, "they count from 1"),
        ({"recurring": False, "recurrence": "QUARTERLY"}, "repeats, and has no tag"),
        ({"kind": "PROGRESS"}, "has no words and no tag of its own"),
        ({"target": p.printed_target("x" * 201)}, "has 201 letters, and 200 are the most"),
        ({"target": p.printed_target("July", date(2023, 7, 31))}, "a day or month, or neither"),
        ({"sources": p.printed_sources(["x" * 101])}, "has 101 letters"),
    ],
)
def test_says_what_is_wrong_with_a_measure(by, fields, words):
    first = printed().measures[0]
    read = printed().with_measures(lambda _, m: replace(m, **fields) if m.id == first.id else m)
    with pytest.raises(Refused, match=words):
        new_plan(by, read)


def test_leaves_nothing_behind_where_it_fails_in_the_middle(stage, cast):
    by = cast("business-unit").by
    newest = Ledger.objects.order_by("-seq").first().seq
    tables = (
        *(Plan, Level, Workstream, Outcome, Action, ActionOfficer, Measure, SourceRef, Passage, Target),
        *(Meeting, Rating, Version, Upload, Group, Post),
    )
    before = [model.objects.count() for model in tables]
    read = printed()
    broken = (*read.versions[:-1], replace(read.versions[-1], changes="No database holds this: \x00"))
    with pytest.raises(DataError, match="NUL"):  # its last version comes after everything else
        new_plan(by, replace(read, versions=broken), group="Improvement Board")
    assert [model.objects.count() for model in tables] == before
    assert Ledger.objects.order_by("-seq").first().seq == newest
    new_plan(by, group="Improvement Board")
    assert verified() == ""


def verified():
    out, err = io.StringIO(), io.StringIO()
    call_command("verify_history", stdout=out, stderr=err)
    return err.getvalue()


def test_lets_one_of_two_win_who_apply_at_once(stage, cast):
    by = cast("business-unit").by
    plan = new_plan(by)
    read, _ = newer()
    live = taken(plan)
    matched = match(live, read)

    def act(_):
        return apply_picture(
            plan=Plan.objects.get(pk=plan.pk), matched=matched, upload=file(by.user), by=by, seen=live.seq
        )

    answers = together(3, act)
    assert sorted(type(answer).__name__ for answer in answers) == ["Overtaken", "Overtaken", "Version"]
    assert len(taken(plan).measures) == 43
    assert verified() == ""


def test_applies_one_upload_once(stage, cast):
    by = cast("business-unit").by
    upload = file(by.user)
    upload.save()
    group = Group.objects.get(name="Executive Group")

    def act(n):
        return apply_picture(
            plan=None,
            matched=match(None, printed()),
            upload=Upload.objects.get(pk=upload.pk),
            by=by,
            new=NewPlan(f"second-{n}", group),
        )

    answers = together(2, act)
    assert sorted(type(answer).__name__ for answer in answers) == ["Refused", "Version"]
    assert Plan.objects.count() == 2


def test_is_overtaken_by_a_change_of_the_plan_and_by_no_other(by, cast, measure_at):
    plan = new_plan(by)
    read, _ = newer()
    live = taken(plan)
    matched = match(live, read)
    people.add_group(name="Another group", kind="SUBGROUP", by=by)
    other = measure_at("1.2#1")
    latest = other.ratings.order_by("-pk").first()
    assert other.action.outcome.plan != plan
    planning.change(item=other, because="A slip.", by=by, text=other.text + " [M1]")
    assert latest
    row = plan.workstreams.first()
    planning.change(item=row, because="A slip.", by=by, aim="Another aim")
    with pytest.raises(Overtaken):
        apply_picture(plan=plan, matched=matched, upload=file(by.user), by=by, seen=live.seq)
    planning.change(item=row, because="Back.", by=by, aim=live.workstreams[0].aim)
    live = taken(plan)
    people.add_group(name="A third group", kind="SUBGROUP", by=by)
    apply_picture(plan=plan, matched=match(live, read), upload=file(by.user), by=by, seen=live.seq)


def test_leaves_what_is_sent_and_asked_for_meanwhile_as_it_is(by, plan, cast):
    """The demonstration waits for its next meeting: updates come while somebody looks at a preview."""
    live = taken(plan)
    note = p.Passage("NOTE", None, None, "", "Something quite different is said here.", "")
    read = p.as_printed(live)
    matched = match(live, replace(read, passages=(*read.passages, note)))
    same = match(live, read)
    open_ = [x for x in live.placed() if not x.measure.is_complete and not x.measure.is_rolling]
    row = Measure.objects.get(pk=next(x for x in open_ if not x.measure.proposal).measure.id)
    latest, level = row.ratings.order_by("-pk").first(), row.action.outcome.plan.levels.get(code="A")
    ratings.send_update(
        measure=row, level=level, words="Under way.", recovery_plan="More of it.", by=by, seen=latest.pk
    )
    targets.ask_for_target(measure=row, due_on=date(2024, 9, 30), because="Later.", by=by)
    with pytest.raises(Refused, match="holds all of this already"):
        apply_picture(plan=plan, matched=same, upload=file(by.user), by=by, seen=live.seq)
    apply_picture(plan=plan, matched=matched, upload=file(by.user), by=by, seen=live.seq)
    measure = taken(plan).find(row.pk).measure
    assert (measure.proposal.words, measure.target.asked_text) == ("Under way.", "September 2024")
    assert len(taken(plan).passages) == len(live.passages) + 1


def test_refuses_a_label_that_is_used_and_a_plan_that_is_closed(by):
    plan = new_plan(by)
    with pytest.raises(Refused) as refused:
        again(plan, newer()[0], by, label="1.7")
    assert list(refused.value.errors) == ["label"]
    planning.change(item=plan, because="Over.", by=by, state="CLOSED")
    with pytest.raises(Refused, match="This plan is closed"):
        again(plan, newer()[0], by)


def test_asks_the_database_no_more_for_a_larger_plan(by, django_assert_max_num_queries):
    """Everything is written table by table: so many rows more are no query more."""

    def larger(m):
        return (m, *(replace(m, id=m.id * 1000 - n, text=f"{m.text.rstrip('.')} {n}") for n in range(5)))

    read = with_actions(
        printed(), lambda a: replace(a, measures=tuple(each for m in a.measures for each in larger(m)))
    )
    assert len(read.measures) == 42 * 6
    with django_assert_max_num_queries(80):
        new_plan(by, read)
