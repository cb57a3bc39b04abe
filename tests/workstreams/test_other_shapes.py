"""A plan that has no measures of impact, no outcomes with actions and no colours, on every page."""

import html
import re

import pytest
from django.urls import reverse

from tests.shapes import DRAFTED, EXPECTED, RECORDS, SHARE, SOON, TITLE, inspection
from workstreams import compare, gather, history, permissions, reminders
from workstreams.ledger.images import things
from workstreams.models import Ledger, Level, Measure, Meeting, Rating
from workstreams.operations import meetings, papers, ratings
from workstreams.picture import Reader
from workstreams.recording import recorded
from workstreams.reminders.news import reference
from workstreams.vocabulary import MeetingState

ALL = Reader(everything=True)


@pytest.fixture
def made(db, cast):
    return inspection(cast("business-unit"), cast("chair-mash"))


@pytest.fixture
def unit(cast, made):
    return cast("business-unit").signed_in()


def words(page):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode())))


def picture_of(plan):
    return gather.picture_for(ALL, plan)


def level(plan, code):
    return Level.objects.get(plan=plan, code=code)


def send(measure, member, code="P", **said):
    plan = ratings.plan_of(measure)
    latest = measure.ratings.order_by("-pk").first()
    return ratings.send_update(
        measure=measure,
        level=level(plan, code),
        words="Agreed with two of the three teams.",
        by=member.by,
        seen=latest.pk if latest else None,
        **said,
    )


def columns(page):
    (head, *_) = re.findall(r"<thead.*?</thead>", page.content.decode(), re.S)
    return [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<th.*?</th>", head)]


# ---- what is gathered


def test_its_columns_are_called_as_its_document_calls_them(made):
    heads = picture_of(made[0]).heads
    assert (heads.outcome, heads.officer, heads.target, heads.level, heads.measure, heads.progress) == (
        "",
        "Who",
        "By when",
        "Status",
        "",
        "Progress",
    )


def test_the_business_plan_keeps_its_own_columns(plan, made):
    heads = picture_of(plan).heads
    assert (heads.outcome, heads.level, heads.measure, heads.rated) == (
        "Required outcome",
        "BRAG rating",
        "Measure of impact",
        "measure",
    )


def test_an_action_is_named_where_its_measure_has_no_words(made):
    plan, soon, *_ = made
    placed = picture_of(plan).find(soon.pk)
    assert (placed.ref, placed.text, compare.name_of(placed)) == ("1", SOON, f"{SOON} - by day - at…")
    assert str(soon).startswith(SOON)
    assert soon.name.startswith(SOON[:20])
    assert soon.ref == "1"


def test_actions_come_in_the_order_of_their_recommendations(made):
    plan, *measures = made
    assert list(Measure.objects.of_plan(plan).in_plan_order()) == measures


def test_an_action_moved_to_another_recommendation_is_a_change_and_nothing_else_is(made):
    plan, _, records, _ = made
    before = picture_of(plan)
    action = records.action
    action.workstream = plan.workstreams.get(number="3")
    with recorded("a test"):
        action.save()
    said = [change.sentence for change in compare.compare(before, gather.take(plan, gather.head()))]
    assert said == [f"3 {RECORDS}: moved here from Recommendation 1."]


def test_nothing_was_missed_before_it_stood_in_the_plan(made):
    plan, _, records, _ = made
    assert plan.deciding_group.meetings.filter(state=MeetingState.CLOSED).exists()
    assert picture_of(plan).find(records.pk).measure.missed == ()


# ---- the plan's own pages


def test_the_plan_is_its_own_table(made, unit):
    page = unit.get(reverse("workstreams:plan-page", args=["inspection-plan"]))
    said = words(page)
    assert columns(page) == ["Action", "Who", "By when", "Status", "Progress"]
    for text in (
        SOON,
        RECORDS,
        SHARE,
        DRAFTED,
        *EXPECTED,
        "The first ten were read in October.",
        "Drafted in May.",
    ):
        assert text in said
    assert "Nothing is rated here yet" in said
    assert "BRAG" not in said
    assert "Impact" not in said.partition("1 See children sooner")[2]
    assert said.count("Expected outcomes") >= 2
    assert "In progress : Begun and not finished" in said


def test_a_filter_hides_what_has_no_measure_and_a_recommendation_shows_all_of_it(made, unit):
    address = reverse("workstreams:plan-page", args=["inspection-plan"])
    assert DRAFTED not in words(unit.get(address, {"level": "none"}))
    whole = words(unit.get(address, {"workstream": "2"}))
    assert DRAFTED in whole
    assert SOON not in whole
    assert "actions shown" in whole


def test_a_recommendation_has_a_page_of_its_own(made, unit):
    address = reverse("workstreams:reference-page", args=["inspection-plan", "1"])
    page = unit.get(address)
    said = words(page)
    assert "Recommendation 1" in said
    assert SOON in said
    assert EXPECTED[0] in said
    assert SHARE not in said
    assert EXPECTED[2] in words(
        unit.get(reverse("workstreams:reference-page", args=["inspection-plan", "3"]))
    )
    assert unit.get(reverse("workstreams:reference-page", args=["inspection-plan", "9"])).status_code == 404


def test_a_number_that_is_typed_finds_its_recommendation(made, unit):
    found = unit.get(reverse("workstreams:find"), {"q": "2", "plan": "inspection-plan"})
    assert found["Location"] == reverse("workstreams:reference-page", args=["inspection-plan", "2"])


@pytest.mark.parametrize(
    ("q", "text"), [("ten records", RECORDS), ("October", RECORDS), ("families call", EXPECTED[1])]
)
def test_finds_an_action_once_and_an_expected_outcome(made, unit, q, text):
    page = unit.get(reverse("workstreams:find"), {"q": q, "plan": "inspection-plan"})
    assert page.context["total"] == 1
    assert text in words(page)


# ---- sending and deciding


def test_its_lead_sends_a_status(made, cast, fill):
    _, soon, *_ = made
    chair = cast("chair-mash").signed_in()
    address = reverse("workstreams:measure-page", args=[soon.pk])
    page = chair.get(address)
    said = words(page)
    assert "Which status fits now?" in said
    assert "Plan to recover" not in said
    assert "Impact" not in said
    assert "by day" in said
    sent = fill(page, level="O", words="It holds in every team.", action="send")
    assert chair.post(address, sent).status_code == 303
    assert Rating.objects.get(measure=soon).level.word == "Ongoing"


def test_shows_progress_as_it_was_printed_until_something_is_said(made, cast, unit):
    plan, _, records, _ = made
    address = reverse("workstreams:measure-page", args=[records.pk])
    assert "The first ten were read in October." in words(unit.get(address))
    send(records, cast("chair-mash"))
    page = words(unit.get(reverse("workstreams:plan-page", args=[plan.ref])))
    assert "Agreed with two of the three teams." in page
    assert "The first ten were read in October." not in page


def test_another_chair_does_not_send_and_partner_staff_find_nothing(made, cast):
    _, soon, *_ = made
    address = reverse("workstreams:measure-page", args=[soon.pk])
    assert cast("chair-ldg").signed_in().post(address, {"action": "send"}).status_code == 403
    assert cast("viewer").signed_in().get(address).status_code == 404


@pytest.fixture
def sitting(made, cast):
    """The Executive is in session, a status proposed for the first action."""
    _plan, soon, *_ = made
    send(soon, cast("chair-mash"), "C", evidence="The agreement, signed.", evidence_held="Shared folder")
    unit = cast("business-unit")
    meeting = Meeting.objects.open_for_updates().get()
    return meetings.hold_meeting(meeting=meeting, present=[cast("dsp-police").post], by=unit.by)


def test_the_meeting_decides_a_status_and_its_minutes_say_which(made, cast, unit, sitting, fill):
    plan, soon, *_ = made
    decisions = (
        f"{reverse('workstreams:decisions-page', args=[sitting.pk])}?plan={plan.ref}&measure={soon.pk}"
    )
    page = unit.get(decisions)
    assert SOON in words(page)
    sent = fill(page, decision="AGREE")
    assert unit.post(decisions, sent).status_code == 303
    closing = f"{reverse('workstreams:closing-page', args=[sitting.pk])}?plan={plan.ref}"
    sent = fill(unit.get(closing), label="1.0", changes="First statuses")
    assert unit.post(closing, sent).status_code == 303
    minutes = words(unit.get(reverse("reporting:minutes-page", args=[sitting.pk]), {"plan": plan.ref}))
    assert SOON in minutes
    assert "Completed" in minutes
    shown = picture_of(plan).find(soon.pk).measure
    assert shown.level.word == "Completed"
    assert not shown.owes_impact


# ---- everything else that speaks of it


@pytest.mark.parametrize("name", ["dashboard-page", "find", "meetings-page", "history-page", "my-updates"])
@pytest.mark.parametrize("key", ["business-unit", "chair-mash", "scrutineer", "dsp-council"])
def test_every_page_speaks_of_it(made, cast, name, key):
    page = (
        cast(key).signed_in().get(reverse(f"workstreams:{name}"), {"plan": "inspection-plan", "q": "records"})
    )
    assert page.status_code == (200 if name != "my-updates" or cast(key).person.is_officer else 404)


def test_the_dashboard_counts_actions(made, unit):
    said = words(unit.get(reverse("workstreams:dashboard-page"), {"plan": "inspection-plan"}))
    assert "has agreed no status yet for the 3 actions" in said
    assert "1 action is overdue" in said


def test_history_and_the_proof_name_it_by_its_action(made, cast, unit):
    _, soon, *_ = made
    sent = send(soon, cast("chair-mash"))
    row = Ledger.objects.get(table="workstreams_rating", row=str(sent.pk))
    (entry,) = history.entries([row], ALL)
    assert (entry.ref, entry.name) == ("1", soon.name)
    assert words(unit.get(reverse("workstreams:history-page"), {"measure": soon.pk})).count(SOON[:30]) >= 1
    key = ("workstreams_rating", str(sent.pk))
    assert things([key]) == {key: f"rating {sent.pk} of 1 {soon.name}"}


def test_a_reminder_names_the_place_and_no_word_of_it(made):
    plan, _soon, records, _ = made
    picture = picture_of(plan)
    assert reference(picture.find(records.pk), plan.workstream_word) == "Recommendation 1, second action"


def test_the_digest_tells_of_it(made, cast, inbox):
    at = gather.head()
    letters = {letter.user.email: letter.text for letter in reminders.waiting_letters(at)}
    mine = letters[cast("chair-mash").user.email]
    assert TITLE in mine or "Recommendation 1" not in mine
    assert SOON not in mine


def test_papers_hold_it_as_it_is_gathered(made, cast):
    plan, soon, *_ = made
    send(soon, cast("chair-mash"))
    meeting = Meeting.objects.open_for_updates().get()
    version = papers.issue_papers(
        meeting=meeting, plan=plan, label="0.1", changes="First papers", by=cast("business-unit").by
    )
    frozen = gather.frozen(ALL, version)
    assert frozen.heads == picture_of(plan).heads
    assert [w.expected for w in frozen.workstreams] == [w.expected for w in picture_of(plan).workstreams]


@pytest.mark.parametrize(
    ("name", "most"), [("dashboard-page", 12), ("find", 10), ("meetings-page", 16), ("my-updates", 12)]
)
def test_costs_few_queries_once_its_picture_is_there(made, cast, django_assert_max_num_queries, name, most):
    chair = cast("chair-mash").signed_in()
    chair.get(reverse("workstreams:my-updates"))
    with django_assert_max_num_queries(most):
        chair.get(reverse(f"workstreams:{name}"), {"plan": "inspection-plan"})


def test_permissions_follow_the_post_on_the_action(made, cast):
    _, soon, records, share = made
    assert set(permissions.measures_to_update(cast("chair-mash").person)) >= {soon, records}
    assert share not in permissions.measures_to_update(cast("chair-mash").person)
