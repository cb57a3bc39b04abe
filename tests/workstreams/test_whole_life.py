"""The whole life of a rating, walked at random: nothing leaves the drawing, and nothing that was frozen moves."""

import hashlib
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from sscp.demonstration import at, set_clock
from workstreams import gather
from workstreams.life import LIFE, Act, Standing
from workstreams.models import Ledger, Meeting, Pack, Rating, Version
from workstreams.operations import (
    By,
    Overtaken,
    Refused,
    impacts,
    meetings,
    papers,
    people,
    ratings,
    recorded,
    targets,
)
from workstreams.operations import plan as planning
from workstreams.picture import Reader
from workstreams.vocabulary import MeetingKind, MeetingState, PackKind, RatingStep

EVERYTHING = Reader(everything=True)
LEVELS = {"A": "AMBER", "G": "GREEN", "R": "RED", "B": "BLUE"}
DECISIONS = {Act.AGREE, Act.AMEND, Act.SET, Act.CORRECT}
DECIDING = (Act.AGREE, Act.AMEND, Act.SET, Act.CORRECT, Act.DEFER, Act.PASS_OVER)

which = st.integers(0, 3)
some = st.sets(which, min_size=1, max_size=4)
code = st.sampled_from("AGRB")
why = st.sampled_from(["", "Because.", "Because.", "Because."])
stale = st.sampled_from([False] * 9 + [True])


class WholeLife(RuleBasedStateMachine):
    """Four measures of a small plan, its chair and its business unit, and what the group does with them."""

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.now = datetime(2024, 1, 2, 9, tzinfo=UTC)
        self.tick()
        self.frozen, self.packs, self.labels = {}, {}, 0
        self.group = people.add_group(
            name="Deciding Group", short_name="Deciders", kind="EXECUTIVE", reports_to=None, by="test"
        )

        def somebody(title, kind):
            post = people.add_post(
                title=title, kind=kind, group=self.group, organisation="", spellings=[], by="test"
            )
            user = people.invite(
                email=f"{title}@example.org", name=title, post=post, starts_on=date(2024, 1, 1), by="test"
            )
            return By(user, post)

        self.chair, self.unit = somebody("chair", "CHAIR"), somebody("unit", "BUSINESS_UNIT")
        self.plan = planning.add_plan(
            deciding_group=self.group, by="test", ref="small", title="Small", workstream_word="Theme"
        )
        self.levels = {
            letter: planning.add_level(
                plan=self.plan,
                code=letter,
                word=token.title(),
                meaning=token,
                token=token,
                is_complete=letter == "B",
                order=order,
                by="test",
            )
            for order, (letter, token) in enumerate(LEVELS.items())
        }
        workstream = planning.add_workstream(plan=self.plan, number="1", title="One", order=1, by="test")
        outcome = planning.add_outcome(
            workstream=workstream, ref="1.1", statement="It helps", order=1, by="test"
        )
        action = planning.add_action(place=outcome, text="Act.", order=1, by="test")
        planning.name_officer(
            action=action, post=self.chair.post, role="LEAD", printed="chair", order=1, by="test"
        )
        self.measures = [
            planning.add_measure(action=action, order=order, by="test", text=f"Measure {order}", **tags)
            for order, tags in enumerate(
                (
                    {"milestone": 1},
                    {"milestone": 2},
                    {"growth": True},
                    {"recurring": True, "recurrence": "EVERY_MEETING"},
                )
            )
        ]
        for measure in self.measures:
            targets.set_target(
                measure=measure, text="Later", due_on=date(2030, 1, 31), precision="MONTH", by=self.unit
            )
        self.stood, self.were_agreed = self.standings(), self.agreed()
        self.plan_it(True, 42)

    def teardown(self):
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    # ---- what is there

    def tick(self, moment=None):
        self.now = max(moment or self.now, self.now) + timedelta(minutes=1)
        set_clock(self.now)

    def latest(self, measure, stale=False):
        rows = list(measure.ratings.order_by("-pk").values_list("pk", flat=True)[:2])
        return (rows[1] if len(rows) > 1 else -1) if stale and rows else rows[0] if rows else None

    def standings(self):
        return [ratings.where_it_stands(m) for m in self.measures]

    def picture(self):
        return gather.picture_for(EVERYTHING, self.plan)

    def agreed(self):
        return [m.level and m.level.code for m in self.picture().measures]

    def meetings_in(self, *states):
        return list(Meeting.objects.filter(group=self.group, state__in=states).order_by("held_on", "pk"))

    def held(self):
        """The meeting in session, or any other: decisions there are refused."""
        found = self.meetings_in(MeetingState.HELD) or list(Meeting.objects.filter(group=self.group))
        return found[-1]

    def label(self):
        self.labels += 1
        return f"0.{self.labels}"

    # ---- what is done

    def do(self, step, acts=None, *, decides=False):
        """Do it: along an arrow of the drawing, or refused in a sentence without a trace.

        `acts` maps the place of each measure that it is done with to its act; others stay where they are.
        """
        self.tick()
        acts = acts or {}
        before, levels = self.stood, self.were_agreed
        head, rows = gather.head(), Rating.objects.count()
        try:
            with transaction.atomic():
                done = step()
        except Overtaken:
            assert (gather.head(), Rating.objects.count()) == (head, rows)
            return None
        except Refused as refused:
            said = list(refused.errors.values())
            assert said
            assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in said), said
            assert (gather.head().hash, Rating.objects.count()) == (head.hash, rows)
            return None
        after = self.standings()
        self.stood, self.were_agreed = after, self.agreed()
        for place, (was, stands) in enumerate(zip(before, after, strict=True)):
            act = acts.get(place)
            if act is None:
                assert stands is was, f"measure {place} went from {was} to {stands}"
            else:
                assert act in LIFE[was], f"{act} was done with measure {place}, which stood at {was}"
                assert stands in LIFE[was][act], f"{act} led measure {place} from {was} to {stands}"
        if not decides and not DECISIONS & set(acts.values()):
            assert self.were_agreed == levels
        self.look()
        return done

    # ---- the rules: mostly a step that the drawing shows, now and then one that it does not

    @rule(data=st.data())
    def live(self, data):
        """What people would do next: one rule, so that no run does without the others."""
        if self.meetings_in(MeetingState.HELD):
            ways = [self.take_a_step] * 9 + [self.close, self.agree_many]
        elif not Meeting.objects.filter(group=self.group).regular().open_for_updates():
            ways = [self.plan_a_meeting]
        else:
            ways = [self.take_a_step] * 12 + [self.hold] * 4 + [self.plan_a_meeting, self.cancel]
            ways += [self.decide_between_meetings, self.say_no_change, self.return_many]
            ways += [self.issue_a_pack, self.reword]
        ways += [self.try_anything] * 2 + [self.speak_of_dates, self.speak_of_impact]
        data.draw(st.sampled_from(ways))(data)

    def take_a_step(self, data):
        """Along an arrow of the drawing, as far as the calendar lets it."""
        if self.meetings_in(MeetingState.HELD):
            likely = [*DECIDING, Act.DEFER]
        elif self.meetings_in(MeetingState.PAPERS_ISSUED):
            likely = [Act.SEND_LATE] * 4 + [Act.ADD] * 3 + [Act.WITHDRAW, Act.RETURN, Act.RECALL]
        else:
            likely = [Act.SEND] * 4 + [Act.ISSUE] * 3 + [Act.WITHDRAW, Act.RETURN, Act.CORRECT]
        open_ = {
            act: [place for place, stands in enumerate(self.stood) if act in LIFE[stands]] for act in likely
        }
        if acts := [act for act in likely if open_[act]]:
            act = data.draw(st.sampled_from(acts))
            self.try_to(act, data.draw(st.sampled_from(open_[act])), data.draw(code))

    def try_anything(self, data):
        act, level, because = (data.draw(from_) for from_ in (st.sampled_from(Act), code, why))
        self.try_to(act, data.draw(which), level, because, data.draw(stale))

    def try_to(self, act, place, level, because="Because.", stale=False):
        """Try this with one measure; what it turns out to be is said by `do`."""
        measure = self.measures[place]
        seen = self.latest(measure, stale)
        proposal = ratings.standing_proposal(measure)
        by_unit = {"measure": measure, "by": self.unit, "seen": seen}
        match act:
            case Act.SEND | Act.SEND_LATE:
                self.do(lambda: self.send(measure, self.levels[level], seen), {place: self.sending()})
            case Act.WITHDRAW:
                self.do(
                    lambda: ratings.withdraw(measure=measure, by=self.chair, seen=seen), {place: Act.WITHDRAW}
                )
            case Act.RETURN:
                self.do(lambda: ratings.return_update(because=because, **by_unit), {place: Act.RETURN})
            case Act.ISSUE:
                self.issue_papers()
            case Act.ADD:
                self.issue_addendum()
            case Act.RECALL:
                self.withdraw_papers(because)
            case Act.AGREE if proposal:
                self.agree(measure, place, proposal.level, "", seen)
            case Act.AGREE | Act.AMEND | Act.SET:
                self.agree(measure, place, self.levels[level], because, seen)
            case Act.DEFER | Act.PASS_OVER:
                put_off = meetings.defer if act is Act.DEFER else meetings.mark_not_reached
                corrects = self.decided_here(measure)
                self.do(
                    lambda: put_off(meeting=self.held(), because=because, **by_unit),
                    {place: Act.CORRECT if corrects else act},
                )
            case Act.CORRECT if self.meetings_in(MeetingState.HELD):
                self.agree(measure, place, self.levels[level], because, seen)
            case Act.CORRECT:
                stands = ratings.where_it_stands(measure)
                self.do(
                    lambda: meetings.correct_decision(level=self.levels[level], because=because, **by_unit),
                    # What was agreed before a newer update is corrected beside it.
                    {place: Act.CORRECT} if Act.CORRECT in LIFE[stands] else {},
                    decides=True,
                )

    # ---- sending

    def sending(self):
        meeting = Meeting.objects.next_of(self.group)
        return Act.SEND_LATE if meeting and meeting.has_papers_out else Act.SEND

    def send(self, measure, level, seen):
        return ratings.send_update(
            measure=measure,
            level=level,
            words=f"Words of {self.now}.",
            recovery_plan="A plan.",
            risk_note="A risk.",
            evidence="A report.",
            because="It is done.",
            by=self.chair,
            seen=seen,
        )

    def say_no_change(self, data):
        measure = self.measures[place := data.draw(which)]
        self.do(
            lambda: ratings.say_no_change(measure=measure, by=self.chair, seen=self.latest(measure)),
            {place: self.sending()},
        )

    def return_many(self, data):
        places = data.draw(some)
        seen = {self.measures[p].pk: self.latest(self.measures[p]) or 0 for p in places}
        self.do(
            lambda: ratings.return_updates(measures=seen, because="One reason for all.", by=self.unit),
            dict.fromkeys(places, Act.RETURN),
        )

    # ---- papers

    def all_at(self, act, *where):
        return {place: act for place, stands in enumerate(self.stood) if stands in where}

    def issue_papers(self):
        waiting = (Standing.SENT, Standing.DEFERRED, Standing.NOT_REACHED)
        self.with_papers(
            sorted(self.meetings_in(MeetingState.PLANNED), key=lambda m: not m.is_regular),
            lambda **said: papers.issue_papers(label=self.label(), changes="Papers", **said),
            self.all_at(Act.ISSUE, *waiting),
        )

    def issue_addendum(self):
        self.with_papers(
            self.meetings_in(MeetingState.PAPERS_ISSUED),
            lambda **said: papers.issue_addendum(label=self.label(), changes="Addendum", **said),
            self.all_at(Act.ADD, Standing.LATE, Standing.REPLACED),
        )

    def withdraw_papers(self, because):
        in_papers = (Standing.TABLED, Standing.LATE, Standing.REPLACED, Standing.ADDED)
        self.with_papers(
            self.meetings_in(MeetingState.PAPERS_ISSUED, MeetingState.HELD),
            lambda **said: papers.withdraw_papers(because=because, **said),
            self.all_at(Act.RECALL, *in_papers),
        )

    def with_papers(self, found, step, acts):
        """The first of these meetings; a special one has no papers."""
        if found:
            said = {"meeting": found[0], "plan": self.plan, "by": self.unit}
            self.do(lambda: step(**said), acts)

    def issue_a_pack(self, _):
        version = Version.objects.filter(plan=self.plan, packs=None).frozen().last()
        if version is None:
            return
        files = {"pdf": b"pdf", "pdf_hash": "1", "xlsx": b"xlsx", "xlsx_hash": "2"}
        who = {"by": self.unit.user, "for_post": self.unit.post}

        def issue():
            with recorded(self.unit):
                Pack.objects.create(
                    version=version, kind=PackKind.EXECUTIVE, contents=[], pages=1, seq=1, **files, **who
                )

        self.do(issue)

    # ---- meetings

    def plan_a_meeting(self, data):
        self.plan_it(data.draw(st.booleans()), data.draw(st.integers(0, 60)))

    def plan_it(self, regular, days):
        today = self.now.astimezone(gather.LONDON).date()
        newest = Meeting.objects.filter(group=self.group).regular().order_by("-held_on").first()
        day = (max(newest.held_on, today) if newest and regular else today) + timedelta(days=days)
        kind = MeetingKind.REGULAR if regular else MeetingKind.EXTRAORDINARY
        self.do(
            lambda: meetings.plan_meeting(
                group=self.group, held_on=day, papers_close_at=at(day, time(0)), kind=kind, by=self.unit
            )
        )

    def hold(self, data):
        found = self.meetings_in(MeetingState.PLANNED, MeetingState.PAPERS_ISSUED)
        special = [m for m in found if not m.is_regular]
        meeting = (special or found)[0] if data.draw(st.booleans()) else found[0]
        self.tick(at(meeting.held_on, time(9)))
        self.do(lambda: meetings.hold_meeting(meeting=meeting, present=[self.unit.post], by=self.unit))

    def decide_between_meetings(self, _):
        self.do(
            lambda: meetings.decide_between_meetings(group=self.group, present=[self.unit.post], by=self.unit)
        )

    def cancel(self, data):
        meeting = self.meetings_in(MeetingState.PLANNED, MeetingState.PAPERS_ISSUED)[0]
        because = data.draw(why)
        self.do(lambda: meetings.cancel_meeting(meeting=meeting, because=because, by=self.unit))

    def close(self, _):
        """What it did not reach goes on; what it put off, and what a special meeting did not decide, stays."""
        meeting = self.held()
        passed = {}
        for place, measure in enumerate(self.measures):
            _, proposed, put_off = replayed(measure.ratings.order_by("pk"))
            proposal = Rating.objects.filter(pk=proposed).first()
            here = put_off and Rating.objects.get(pk=put_off).meeting_id == meeting.pk
            if meeting.is_regular and proposal and proposal.meeting.held_on <= meeting.held_on and not here:
                passed[place] = Act.PASS_OVER
        self.do(
            lambda: meetings.close_meeting(
                meeting=meeting, plan=self.plan, label=self.label(), changes="As agreed", by=self.unit
            ),
            passed,
        )

    # ---- decisions

    def decided_here(self, measure):
        last = measure.ratings.order_by("-pk").first()
        return last is not None and last.is_agreed and last.meeting_id == self.held().pk

    def agree(self, measure, place, level, because, seen):
        meeting, proposal = self.held(), ratings.standing_proposal(measure)
        if self.decided_here(measure):
            act = Act.CORRECT
        elif proposal is None:
            act = Act.SET
        else:
            act = Act.AGREE if proposal.level == level else Act.AMEND
        self.do(
            lambda: meetings.agree(
                measure=measure, meeting=meeting, level=level, because=because, by=self.unit, seen=seen
            ),
            {place: act},
        )

    def agree_many(self, data):
        places = data.draw(some)
        seen = {self.measures[p].pk: self.latest(self.measures[p]) or 0 for p in places}
        self.do(
            lambda: meetings.agree_unchanged(meeting=self.held(), measures=seen, by=self.unit),
            dict.fromkeys(places, Act.AGREE),
        )

    # ---- targets, impact and the plan's words

    def speak_of_dates(self, data):
        measure, because, agreed = self.measures[data.draw(which)], data.draw(why), data.draw(st.booleans())
        if self.meetings_in(MeetingState.HELD):
            where = {"measure": measure, "meeting": self.held(), "by": self.unit}
            self.do(lambda: targets.decide_target(agreed=agreed, because=because, **where))
        else:
            day = self.now.date() + timedelta(days=400)
            self.do(
                lambda: targets.ask_for_target(measure=measure, due_on=day, because=because, by=self.chair)
            )

    def speak_of_impact(self, data):
        accepted = data.draw(st.booleans())
        where = {"measure": self.measures[data.draw(which)], "meeting": self.held(), "text": data.draw(why)}
        self.do(lambda: impacts.report_impact(by=self.chair, **where))
        self.do(lambda: impacts.decide_impact(accepted=accepted, by=self.unit, **where))

    def reword(self, data):
        place = data.draw(which)

        def write():
            with recorded(self.unit):
                self.measures[place].text = f"Reworded {self.now}"
                self.measures[place].save(update_fields=["text"])

        self.do(write)

    # ---- what stays true

    def look(self):
        """What stays true, whatever was done. A refused step has written nothing, so it has nothing to show."""
        self.what_was_frozen_never_moves()
        self.current_equals_replay()
        self.picture_and_tables_agree_where_it_stands()
        self.an_agreement_names_a_meeting_that_was_held()
        assert len(self.meetings_in(MeetingState.HELD)) <= 1

    def what_was_frozen_never_moves(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "select id, label, step, changes, md5(picture::text) from workstreams_version where plan_id = %s",
                [self.plan.pk],
            )
            frozen = {row[0]: row[1:] for row in cursor.fetchall()}
        assert self.frozen.items() <= frozen.items()
        self.frozen = frozen
        packs = {
            pack.pk: hashlib.sha256(bytes(pack.pdf) + bytes(pack.xlsx)).hexdigest() + str(pack.seq)
            for pack in Pack.objects.filter(version__plan=self.plan)
        }
        assert self.packs.items() <= packs.items()
        self.packs = packs

    def current_equals_replay(self):
        for measure, seen in zip(self.measures, self.picture().measures, strict=True):
            agreed, proposed, put_off = replayed(measure.ratings.order_by("pk"))
            assert (seen.agreed and seen.agreed.id) == agreed
            assert (seen.proposal and seen.proposal.id) == proposed
            assert (seen.held_over and seen.held_over.id) == put_off
            current = ratings.agreed_rating(measure)
            assert (current and current.level.code) == (seen.level and seen.level.code)
            steps = list(measure.targets.order_by("pk"))
            stands = [s for s in steps if s.step in ("SET", "AGREED")]
            assert (seen.target.text, seen.target.moves) == (stands[-1].text, len(stands) - 1)
            assert seen.target.asked_text == (steps[-1].text if steps[-1].step == "ASKED" else "")
            told = measure.impacts.order_by("pk").last()
            assert (seen.impact and (seen.impact.id, seen.impact.step)) == (told and (told.pk, told.step))

    def picture_and_tables_agree_where_it_stands(self):
        assert [m.stands for m in self.picture().measures] == self.stood

    def an_agreement_names_a_meeting_that_was_held(self):
        for rating in Rating.objects.filter(measure__in=self.measures, step=RatingStep.AGREED):
            assert rating.meeting.state in (MeetingState.HELD, MeetingState.CLOSED)
            assert rating.meeting.group_id == self.group.pk


def replayed(rows):
    """(agreed, proposed, put off): what stands after these rows, a correction read where it corrects."""
    lines = []
    for row in rows:
        corrected = [place for place, line in enumerate(lines) if line.pk == row.corrects_id]
        if corrected:
            lines[corrected[0]] = row
        else:
            lines.append(row)
    agreed = proposal = put_off = None
    for line in lines:
        match line.step:
            case RatingStep.PROVISIONAL:
                proposal, put_off = line.pk, None
            case RatingStep.REMOVED:
                proposal = put_off = None
            case RatingStep.AGREED:
                agreed, proposal, put_off = line.pk, None, None
            case _ if proposal:
                put_off = line.pk
    return agreed, proposal, put_off


@pytest.mark.usefixtures("db")
def test_no_sequence_leaves_the_drawing():
    run_state_machine_as_test(
        WholeLife,
        settings=settings(
            max_examples=14,
            stateful_step_count=40,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Ledger.objects.exists()
