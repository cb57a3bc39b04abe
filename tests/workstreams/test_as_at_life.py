"""Whatever was done and whenever: the plan as at a moment is the plan that was looked at then, for every reader."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from tests.workstreams.test_whole_life import WholeLife
from workstreams import gather
from workstreams.models import Action, Challenge, Group, Measure, Outcome, Passage, SourceRef, Workstream
from workstreams.operations import By, challenges, newest_row, people
from workstreams.operations import plan as planning
from workstreams.picture import Reader

WHOLE = Reader(everything=True, drafts=True)
WHY = "The partnership asked for it."
# Rows that belong to one plan, of which the ledger's side may hold those of others.
SHARED = ("officer", "source")


class EveryMoment(WholeLife):
    """The same life, among people who come and go and a plan that is rewritten; each moment of it is kept."""

    def __init__(self):
        self.seen = []
        self.main = None
        super().__init__()
        self.main = frozenset(m.pk for m in self.measures)
        planning.make_current(plan=self.plan, by=self.unit, because="Approved.")
        self.scrutineer = self.newcomer("scrutineer", "SCRUTINEER")
        self.colleague = self.newcomer("colleague", "CHAIR")
        self.readers = [
            WHOLE,
            Reader(everything=True),
            Reader(everything=False, posts=frozenset({self.chair.post.pk})),
            Reader(everything=False, posts=frozenset({self.colleague.post.pk})),
            Reader(everything=False),
            Reader(everything=False, public=True),
        ]
        self.count = 0
        self.write(0, 0)
        self.draft = planning.start_plan(
            deciding_group=self.group, with_brag=True, by=self.unit, ref="draft", title="Draft", shape="BUSINESS_PLAN"
        )  # fmt: skip
        self.note()

    def newcomer(self, name, kind):
        post = people.add_post(
            title=name, kind=kind, group=self.group, organisation="", spellings=[], by="test"
        )
        user = people.invite(
            email=f"{name}@example.org", name=name, post=post, starts_on=self.now.date(), by="test"
        )
        return By(user, post)

    def picture(self):
        """The part of which `WholeLife` knows what must be true."""
        whole = super().picture()
        return whole.holding(lambda placed: placed.measure.id in self.main) if self.main else whole

    def do(self, step, acts=None, *, decides=False):
        done = super().do(step, acts, decides=decides)
        if self.main:
            self.note()
        return done

    # ---- what is kept of each moment, and held against the ledger

    def note(self):
        """Where the ledger stands, what it looks like live, and that the ledger says the same of it at once."""
        at = gather.head()
        if self.seen and self.seen[-1][1].hash == at.hash:
            return
        for plan in (self.plan, self.draft) if hasattr(self, "draft") else (self.plan,):
            now, then = gather.rows_now(plan), gather.rows_at(plan.pk, at.seq)
            assert_same_rows(now, then)
            self.seen.append((plan, at, gather.take(plan, at)))

    def teardown(self):
        try:
            for plan, at, live in self.seen:
                moment = gather.moment_at(plan, at.seq)
                if moment.version is None and moment.today == at.today:
                    self.compare(plan, moment, live)
                dated = gather.moment_named(plan, f"{at.seq}-{at.today.isoformat()}")
                self.compare(plan, dated, live)
        finally:
            super().teardown()

    def compare(self, plan, moment, live):
        for reader in self.readers:
            if live.state == "DRAFT" and not reader.drafts:
                with pytest.raises(gather.NotYet):
                    gather.picture_for(reader, plan, as_at=moment)
                continue
            then = gather.picture_for(reader, plan, as_at=moment)
            assert replace(then, at=live.at) == live.seen_by(reader)

    # ---- what else is done

    @rule(data=st.data())
    def rewrite(self, data):
        """One of the many things that people do beside rating measures."""
        ways = [
            self.rename_a_post,
            self.hand_over_a_post,
            self.rename_somebody,
            self.rename_the_group,
            self.write,
            self.reword_something,
            self.reword_the_key,
            self.retag,
            self.renumber,
            self.withdraw_or_restore,
            self.move_something,
            self.name_or_take_off_an_officer,
            self.cite_or_take_out,
            self.speak,
            self.write_a_draft,
            self.delete_from_the_draft,
            self.challenge,
            self.wait,
        ]
        way = data.draw(st.sampled_from(ways))
        n, m = data.draw(st.integers(0, 40)), data.draw(st.integers(0, 40))
        self.do(lambda: way(n, m))

    def new(self, word):
        self.count += 1
        return f"{word} {self.count}"

    def one(self, found, n):
        found = list(found.order_by("pk"))
        return found[n % len(found)] if found else None

    def places(self, model):
        """The parts that `WholeLife` does not look at."""
        if model is Workstream:
            return Workstream.objects.filter(plan=self.plan).exclude(number="1")
        if model is Outcome:
            return Outcome.objects.filter(plan=self.plan).exclude(ref="1.1")
        if model is Action:
            return Action.objects.filter(outcome__in=self.places(Outcome))
        return Measure.objects.filter(action__in=self.places(Action))

    def anything(self, n):
        return self.one(self.places((Workstream, Outcome, Action, Measure)[n % 4]), n // 4)

    def rename_a_post(self, n, m):
        by = (self.chair, self.colleague)[n % 2]
        post = by.post
        people.change_post(
            post=post, title=self.new("Chair"), kind=post.kind, group=self.group, organisation="",
            by=self.unit, because=WHY, seen=newest_row(post),
        )  # fmt: skip

    def hand_over_a_post(self, n, m):
        post, today = self.colleague.post, self.now.astimezone(gather.LONDON).date()
        held = people.holder_of(post, today)
        name = self.new("person")
        people.hand_over(
            post=post, successor=None, email=f"{name.replace(' ', '')}@example.org", name=name,
            last_day=today + timedelta(days=n % 3), first_day=today + timedelta(days=n % 3 + 1 + m % 2),
            by=self.unit, because=WHY, seen=newest_row(held) if held else None,
        )  # fmt: skip

    def rename_somebody(self, n, m):
        user = (self.chair, self.colleague)[n % 2].user
        people.change_account(
            user=user,
            name=self.new("Name"),
            email=user.email,
            by=self.unit,
            because=WHY,
            seen=newest_row(user),
        )

    def rename_the_group(self, n, m):
        group = Group.objects.get(pk=self.group.pk)
        people.change_group(
            group=group, name=self.new("Group"), short_name="", kind=group.kind, reports_to=None, starts_on=None,
            by=self.unit, because=WHY, seen=newest_row(group),
        )  # fmt: skip

    def write(self, n, m):
        if n % 3 == 2 and (action := self.one(self.places(Action), m)):
            tags = [{"growth": True}, {"milestone": 1}, {"recurring": True, "recurrence": "QUARTERLY"}][m % 3]
            planning.add_measure(action=action, text=self.new("Extra"), by=self.unit, because=WHY, **tags)
            return
        number = self.new("")[1:]
        said = {"by": self.unit, "because": WHY}
        workstream = planning.add_workstream(plan=self.plan, number=f"9{number}", title="Other", **said)
        outcome = planning.add_outcome(workstream=workstream, ref=f"9.{number}", statement="It is so", **said)
        action = planning.add_action(place=outcome, text="Do it.", **said)
        planning.name_officer(
            action=action, post=self.colleague.post, role="LEAD", printed="As printed", **said
        )
        planning.add_measure(action=action, text="Extra", growth=True, **said)
        planning.add_passage(plan=self.plan, kind="PRIORITY", number=None, body=f"Priority {number}", **said)

    def reword_something(self, n, m):
        item = self.anything(n) or self.measures[0]
        column = {Workstream: "title", Outcome: "statement", Action: "text", Measure: "text"}[type(item)]
        planning.change(item=item, because=WHY, by=self.unit, **{column: self.new("Reworded")})

    def reword_the_key(self, n, m):
        level = self.plan.levels.order_by("pk")[n % 4]
        planning.change(item=level, because=WHY, by=self.unit, meaning=self.new("Meaning"))

    def retag(self, n, m):
        if measure := self.one(self.places(Measure), n):
            planning.change(item=measure, because=WHY, by=self.unit, milestone=m, growth=not measure.growth)

    def renumber(self, n, m):
        if outcome := self.one(self.places(Outcome), n):
            planning.change(item=outcome, because=WHY, by=self.unit, ref=self.new("8."))

    def withdraw_or_restore(self, n, m):
        if item := self.anything(n):
            gone = item.state != "LIVE" if isinstance(item, Measure) else item.withdrawn
            (planning.restore if gone else planning.withdraw)(item=item, because=WHY, by=self.unit)

    def move_something(self, n, m):
        item = self.anything(n)
        if isinstance(item, Measure) and (place := self.one(self.places(Action), m)):
            planning.move_to(item=item, place=place, because=WHY, by=self.unit)
        elif item:
            planning.move(item=item, up=bool(m % 2), because=WHY, by=self.unit)

    def name_or_take_off_an_officer(self, n, m):
        if action := self.one(self.places(Action), n):
            post = (self.chair, self.colleague)[m % 2].post
            officer = action.officers.filter(post=post).first()
            if officer:
                planning.take_off_officer(officer=officer, because=WHY, by=self.unit)
            else:
                planning.name_officer(
                    action=action, post=post, role="SUPPORT", printed="As printed", because=WHY, by=self.unit
                )

    def cite_or_take_out(self, n, m):
        source = self.one(SourceRef.objects.filter(outcome__plan=self.plan), m)
        if n % 2 and source:
            planning.take_out_source(source=source, because=WHY, by=self.unit)
        elif outcome := self.one(self.places(Outcome), n):
            planning.cite(printed=self.new("JTAI"), outcome=outcome, by=self.unit, because=WHY)

    def speak(self, n, m):
        passage = self.one(Passage.objects.filter(plan=self.plan), n)
        if passage and m % 2:
            planning.take_out_passage(passage=passage, because=WHY, by=self.unit)
        elif passage:
            planning.change(item=passage, because=WHY, by=self.unit, body=self.new("Said otherwise"))

    def write_a_draft(self, n, m):
        said = {"by": self.unit, "because": ""}
        number = self.new("")[1:]
        workstream = planning.add_workstream(plan=self.draft, number=number, title="Draft", **said)
        outcome = planning.add_outcome(workstream=workstream, ref=f"{number}.1", statement="Perhaps", **said)
        action = planning.add_action(place=outcome, text="Try it.", **said)
        planning.name_officer(action=action, post=self.chair.post, role="LEAD", printed="As printed", **said)
        planning.add_measure(action=action, text="Tried", growth=True, **said)

    def delete_from_the_draft(self, n, m):
        item = self.one(
            [
                Workstream.objects.filter(plan=self.draft),
                Outcome.objects.filter(plan=self.draft),
                Action.objects.filter(outcome__plan=self.draft),
                Measure.objects.filter(action__outcome__plan=self.draft),
            ][n % 4],
            m,
        )
        if item:
            planning.delete(item=item, because="Not wanted.", by=self.unit)

    def challenge(self, n, m):
        raised = self.one(Challenge.objects.filter(plan=self.plan, step="RAISED"), n)
        match m % 3:
            case 0:
                about = {"measure": self.measures[n % 4]} if n % 2 else {"plan": self.plan}
                challenges.raise_challenge(text=self.new("Why?"), by=self.scrutineer, **about)
            case 1 if raised:
                challenges.answer_challenge(challenge=raised, text=self.new("Because."), by=self.chair)
            case 2 if raised:
                newest = Challenge.objects.filter(in_reply_to=raised).order_by("-pk").first() or raised
                challenges.close_challenge(
                    challenge=raised, text=self.new("Well."), by=self.scrutineer, seen=newest.pk
                )

    def wait(self, n, m):
        """Days pass on which nothing is written, and then the plan is looked at: what is overdue is counted from it."""
        self.tick(self.now + timedelta(days=n))
        at = gather.head()
        for plan in (self.plan, self.draft):
            self.seen.append((plan, at, gather.take(plan, at)))


def assert_same_rows(now, then):
    """The same rows in the same order, as far as the tables hold them."""
    assert now.keys() == then.keys()
    for name, rows in now.items():
        others = then[name]
        if name in SHARED:
            ids = {row["id"] for row in rows}
            others = [row for row in others if row["id"] in ids]
        rows, others = ([tidy(row, rows) for row in each] for each in (rows, others))
        if name in ("ledger", "user"):  # looked up by key, in no order
            rows, others = (sorted(each, key=lambda row: str(sorted(row.items()))) for each in (rows, others))
        assert others == rows, name


def tidy(row, rows):
    """A row with the columns that the tables answer with, but what they count on the way."""
    columns = (rows[0].keys() if rows else row.keys()) - {"pk", "from_newest", "agreed_since"}
    return {column: row[column] for column in columns}


@pytest.mark.usefixtures("db")
def test_every_moment_stays_as_it_was_seen():
    run_state_machine_as_test(
        EveryMoment,
        settings=settings(
            max_examples=8,
            stateful_step_count=30,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
