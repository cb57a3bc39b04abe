"""The story of the printed version table, told in the product and read back: who, when, why, and both facts.

1.2 provisional for the whole plan, 1.3 removed for the whole plan, 1.6 put in for the meeting, 1.7 amended and agreed.
"""

import re
from datetime import datetime, time, timedelta
from html import unescape
from types import SimpleNamespace

import pytest
from django.urls import reverse

from sscp.demonstration import set_clock
from workstreams import gather, picture
from workstreams.models import Ledger, Meeting, Rating, Version
from workstreams.operations import By, meetings, ratings, settle
from workstreams.picture import Reader
from workstreams.vocabulary import RatingStep, VersionStep

EVERYTHING = Reader(everything=True)
REMOVED = "The ratings were put in before the groups had met. They are taken out for the whole plan."
AMENDED = "The figures of one agency are still missing."
FIRST, AGAIN, AGREED = "1.15", "1.16", "1.17"


def words(response):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


class Story:
    """The business unit at its pages, and the chairs who send."""

    def __init__(self, plan, cast, fill):
        self.plan, self.fill = plan, fill
        self.unit, self.client = cast("business-unit"), cast("business-unit").signed_in()
        self.meeting = Meeting.objects.next_of(plan.deciding_group)
        self.now = gather.head().at

    def later(self, **by):
        self.now += timedelta(**by)
        set_clock(self.now)

    def picture(self):
        return gather.picture_for(EVERYTHING, self.plan)

    def put_in_for_the_whole_plan(self, said):
        """Every measure that is asked, each by the first post on its action."""
        for placed in self.picture().placed():
            if placed.measure.asked:
                self.later(minutes=3)
                self.send(placed.measure, said)

    def send(self, seen, said):
        measure = Rating.objects.filter(measure=seen.id).first().measure
        post = measure.action.officers.first().post
        level = self.plan.levels.get(code=seen.level.code if not seen.level.is_complete else "G")
        ratings.send_update(
            measure=measure,
            level=level,
            words=said,
            recovery_plan="The chair visits the agency.",
            risk_note="Children may wait.",
            received="by e-mail",
            by=By(self.unit.user, post),
            seen=seen.latest_id,
        )

    def post(self, name, **sent):
        """Fill in one of the forms of a page as it stands, and send it."""
        address = reverse(f"workstreams:{name}", args=[self.meeting.pk])
        page = self.client.get(address)
        form = page.context[sent.pop("form", "form")]
        values = {form.add_prefix(field): form[field].value() for field in form.fields}
        values |= {form.add_prefix(field): value for field, value in sent.items()}
        answer = self.client.post(address, {key: value for key, value in values.items() if value is not None})
        assert answer.status_code == 303, words(answer)
        settle()


@pytest.fixture
def told(plan, cast, fill):
    """The four versions, told; what is to be read back of them."""
    story = Story(plan, cast, fill)

    # 1.2: provisional for the whole plan.
    story.put_in_for_the_whole_plan("As it was in the spring.")
    story.later(hours=1)
    story.post("papers-page", form="issue", label=FIRST, changes="Provisional for the whole plan")
    first = {m.id: m.proposal for m in story.picture().measures if m.proposal}

    # 1.3: removed for the whole plan.
    story.later(hours=20)
    story.post("papers-page", form="withdraw", because=REMOVED)
    story.later(minutes=5)
    standing = [f"{m.id}:{m.latest_id}" for m in story.picture().measures if m.proposal]
    story.post("returning-page", because=REMOVED, returned=standing)
    emptied = story.picture()

    # 1.6: put in for the meeting.
    story.later(days=2)
    story.put_in_for_the_whole_plan("What the group found this quarter.")
    story.later(hours=1)
    story.post("papers-page", form="issue", label=AGAIN, changes="Put in for the meeting")
    again = {m.id: m.proposal for m in story.picture().measures if m.proposal}

    # 1.7: amended and agreed.
    story.now = datetime.combine(story.meeting.held_on, time(9, 30), gather.LONDON)
    story.later(minutes=1)
    unit = story.unit.by
    meeting = meetings.hold_meeting(meeting=story.meeting, present=[cast("dsp-police").post], by=unit)
    placed = story.picture().measures
    amended = [m for m in placed if m.id in again and m.proposal.level.code == "G"][:3]
    for seen in amended:
        story.later(minutes=2)
        meetings.agree(
            measure=Rating.objects.get(pk=seen.proposal.id).measure,
            meeting=meeting,
            level=plan.levels.get(code="A"),
            because=AMENDED,
            by=unit,
            seen=seen.latest_id,
        )
    rest = {m.id: m.latest_id for m in placed if m.id in again and m not in amended}
    meetings.agree_unchanged(meeting=meeting, measures=rest, by=unit)
    story.later(hours=1)
    meetings.close_meeting(meeting=meeting, plan=plan, label=AGREED, changes="Amended and agreed", by=unit)
    settle()
    return SimpleNamespace(
        story=story,
        meeting=meeting,
        first=first,
        emptied=emptied,
        again=again,
        amended={m.id for m in amended},
        steps={measure: list(Rating.objects.filter(measure=measure).order_by("pk")) for measure in again},
    )


def frozen(label):
    """The picture that was frozen under this label, as it is kept."""
    return picture.from_json(Version.objects.get(label=label, picture__isnull=False).picture)


def test_each_version_holds_what_was_so_then(told):
    assert len(told.again) > 20
    assert told.first.keys() == told.again.keys()
    assert not any(m.proposal for m in told.emptied.measures)
    assert {m.returned.because for m in told.emptied.measures if m.id in told.first} == {REMOVED}
    for steps in told.steps.values():
        assert [step.step for step in steps][-4:] == [
            RatingStep.PROVISIONAL,
            RatingStep.REMOVED,
            RatingStep.PROVISIONAL,
            RatingStep.AGREED,
        ]
    # Both facts for each measure: what was proposed in 1.16, and what 1.17 agreed on it. No version has moved.
    first, again, agreed = (frozen(label) for label in (FIRST, AGAIN, AGREED))
    for measure, proposal in told.first.items():
        assert first.find(measure).measure.proposal == proposal
    for measure, proposal in told.again.items():
        assert again.find(measure).measure.proposal == proposal
        after = agreed.find(measure).measure
        assert after.proposed.level == proposal.level
        assert (after.agreed.level == proposal.level) is (measure not in told.amended)
        assert after.agreed.because == (AMENDED if measure in told.amended else "")
    steps = Version.objects.filter(label__in=[FIRST, AGAIN, AGREED]).order_by("seq")
    assert [(v.label, v.step) for v in steps] == [
        (FIRST, VersionStep.PROVISIONAL),
        (FIRST, VersionStep.WITHDRAWN),
        (AGAIN, VersionStep.PROVISIONAL),
        (AGREED, VersionStep.AGREED),
    ]


def test_its_pages_say_who_when_why_and_both_facts_for_each_measure(told, cast, measure_at):
    reader = cast("scrutineer").signed_in()
    the_page_of_each_measure(told, reader)
    the_history_as_a_table(told, reader)
    the_records_of_the_decisions(told, reader)
    the_table_of_versions(told, reader)
    what_a_chair_of_another_group_reads(cast("chair-arg").signed_in(), measure_at("2.1#3"))


def the_page_of_each_measure(told, reader):
    for measure, steps in told.steps.items():
        said = words(reader.get(reverse("workstreams:measure-page", args=[measure])))
        proposed, removed, again, agreed = steps[-4:]
        assert f"Proposed {proposed.level.word}" in said
        assert said.count(f"Because: {REMOVED}") == 1
        assert f"Proposed {again.level.word}" in said
        ending = f", amended from {again.level.word}" if measure in told.amended else ""
        assert f"Executive agreed {agreed.level.word}{ending}" in said
        assert (f"Because: {AMENDED}" in said) is bool(ending)
        for step in (proposed, removed, again, agreed):
            assert f"{gather.LONDON.fromutc(step.at.replace(tzinfo=gather.LONDON)):%-d %B %Y, %H:%M}." in said
        assert again.for_post.title in said


def the_history_as_a_table(told, reader):
    for measure in (*told.amended, next(iter(told.again.keys() - told.amended))):
        page = reader.get(reverse("workstreams:history-page"), {"measure": measure, "kind": "RATING"})
        said = words(page)
        assert REMOVED in said
        assert "Business Unit" in said
        assert f"{told.meeting.held_on:%-d %B %Y}" in said
        assert ("amended from" in said) is (measure in told.amended)


def the_records_of_the_decisions(told, reader):
    """Each leads to what it answered."""
    for measure in told.amended:
        proposal, agreed = told.steps[measure][-2:]
        rows = {
            int(row.row): row.seq
            for row in Ledger.objects.filter(table="workstreams_rating", row__in=[proposal.pk, agreed.pk])
        }
        page = reader.get(reverse("workstreams:record-page", args=[rows[agreed.pk]]))
        assert AMENDED in words(page)
        answered = reverse("workstreams:record-page", args=[rows[proposal.pk]])
        assert answered in page.content.decode()
        said = words(reader.get(answered))
        assert proposal.words in said
        assert proposal.level.word in said


def the_table_of_versions(told, reader):
    """The four steps with their reason: on the meeting's page, in the history, in the version that was agreed."""
    page = words(reader.get(reverse("workstreams:meeting-page", args=[told.meeting.pk])))
    assert re.search(rf"Papers .* {FIRST} Provisional for the whole plan Withdrawn on .*: {REMOVED}", page)
    assert re.search(rf"Papers .* {AGAIN} Put in for the meeting", page)
    assert AGREED in page
    history = words(reader.get(reverse("workstreams:history-page"), {"kind": "VERSION"}))
    for said in (
        f"Version {FIRST} frozen for the papers",
        f"Version {FIRST} withdrawn",
        REMOVED,
        f"Version {AGAIN} frozen for the papers",
        f"Version {AGREED} frozen as agreed",
    ):
        assert said in history
    rows = [(row.label, row.step, row.changes) for row in frozen(AGREED).versions][-4:]
    assert rows == [
        (FIRST, VersionStep.PROVISIONAL, "Provisional for the whole plan"),
        (FIRST, VersionStep.WITHDRAWN, REMOVED),
        (AGAIN, VersionStep.PROVISIONAL, "Put in for the meeting"),
        (AGREED, VersionStep.AGREED, "Amended and agreed"),
    ]


def what_a_chair_of_another_group_reads(reader, theirs):
    """What was agreed, and not what was proposed or why that was taken out."""
    said = words(reader.get(reverse("workstreams:measure-page", args=[theirs.pk])))
    assert "Executive agreed" in said
    assert "Proposed" not in said
    assert REMOVED not in said
