"""My updates: exactly what this officer must say, most urgent first; No change and its way back."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from workstreams import gather, permissions
from workstreams.models import Draft, Ledger, Measure, Meeting, Rating
from workstreams.operations import impacts, meetings, papers, ratings
from workstreams.picture import Figure
from workstreams.vocabulary import NO_CHANGE

ADDRESS = "/updates/"


def address(measure):
    return reverse("workstreams:measure-page", args=[measure.pk])


def refs(measures):
    return sorted({m.action.outcome.ref for m in measures})


@pytest.fixture
def still_green(db, measure_at):
    """An LDG measure whose agreed Green may simply stay: its target lies ahead."""
    return measure_at("4.1#3")


def button(measure, action="no-change", **changes):
    latest = measure.ratings.order_by("-pk").first()
    return {
        "measure": measure.pk,
        "seen": latest.pk,
        "request_id": str(uuid.uuid4()),
        "action": action,
    } | changes


def test_the_ldg_chair_answers_for_1_2_4_1_and_4_2_and_nothing_of_1_1(cast, db):
    mine = permissions.measures_to_update(cast("chair-ldg").person)
    assert refs(mine) == ["1.2", "4.1", "4.2"]


def test_the_arg_chair_answers_for_3_2_and_3_3_and_not_3_1(cast, db):
    assert refs(permissions.measures_to_update(cast("chair-arg").person)) == ["3.2", "3.3"]


def test_lists_every_open_measure_once_and_complete_ones_apart(cast, db):
    page = cast("chair-ldg").signed_in().get(ADDRESS)
    (shown,) = page.context["parts"]
    open_ones = {r.measure.id for r in [*shown["to_do"], *shown["updated"]]}
    assert open_ones == {p.measure.id for p in shown["mine"] if not p.measure.is_complete}
    apart = {r.measure.id for r in [*shown["complete"], *shown["impact"]]}
    assert apart == {p.measure.id for p in shown["mine"] if p.measure.is_complete}
    assert f"{len(shown['updated'])} of {shown['total']} updated" in page.content.decode()


def test_puts_the_most_urgent_first(cast, db):
    rows = cast("chair-ldg").signed_in().get(ADDRESS).context["parts"][0]["to_do"]
    days = [r.measure.target.due_on for r in rows]
    assert days == sorted(days)
    assert rows[0].measure.is_overdue


def test_puts_what_was_returned_before_everything_else_and_says_why(cast, still_green):
    proposal = ratings.say_no_change(
        measure=still_green, by=cast("chair-ldg").by, seen=button(still_green)["seen"]
    )
    ratings.return_update(
        measure=still_green,
        because="Say what the audit found.",
        by=cast("business-unit").by,
        seen=proposal.pk,
    )
    page = cast("chair-ldg").signed_in().get(ADDRESS)
    assert page.context["parts"][0]["to_do"][0].measure.id == still_green.pk
    text = page.content.decode()
    assert "Returned by the business unit" in text
    assert "Say what the audit found." in text
    assert ">No change<" not in text
    rows = Rating.objects.count()
    answer = cast("chair-ldg").signed_in().post(ADDRESS, button(still_green))
    assert answer.status_code == 422
    assert "The business unit returned what was sent." in answer.content.decode()
    assert Rating.objects.count() == rows


def test_lists_complete_measures_whose_impact_is_not_accepted_as_something_to_do(cast, db, measure_at):
    client, measure = cast("chair-ldg").signed_in(), measure_at("4.1#1")
    page = client.get(ADDRESS)
    assert [(row.measure.id, row.measure.impact) for row in page.context["parts"][0]["impact"]] == [
        (measure.pk, None)
    ]
    assert "Complete, impact not accepted: 1 to report" in page.content.decode()
    impacts.report_impact(
        measure=measure,
        meeting=Meeting.objects.get(state="PLANNED"),
        text="Children wait three weeks.",
        by=cast("chair-ldg").by,
    )
    page = client.get(ADDRESS)
    assert page.context["parts"][0]["impact_left"] == 0
    assert "waits for the Executive" in page.content.decode()


def test_says_which_period_a_rolling_measure_is_asked_for(cast, db, measure_at):
    measure = measure_at("3.3#1")
    client = cast("chair-arg").signed_in()
    text = client.get(ADDRESS).content.decode()
    assert "Asked for: Q3 2023/24, October to December." in text
    assert "Agreed Amber for Q2 2023/24." in text
    latest = measure.ratings.order_by("-pk").first()
    sent = ratings.send_update(
        measure=measure,
        level=latest.level,
        words="Data came for 18 of the 20 indicators.",
        recovery_plan="The dataset lead sits with the late contributors.",
        figures=(Figure("Indicators with data", 18, 20),),
        by=cast("chair-arg").by,
        seen=latest.pk,
    )
    assert (f"{sent.period_ends_on}", sent.figures) == (
        "2023-12-31",
        [{"name": "Indicators with data", "numerator": 18, "denominator": 20, "unit": ""}],
    )
    assert "<b>Q3 2023/24.</b> Sent" in client.get(ADDRESS).content.decode()
    page = client.get(reverse("workstreams:measure-page", args=[measure.pk])).content.decode()
    assert "18 of 20 (90%)" in page


def test_no_change_does_not_answer_a_new_quarter(cast, db, measure_at):
    measure = measure_at("3.2#2")  # Green for Q2
    rows = Rating.objects.count()
    answer = cast("chair-arg").signed_in().post(ADDRESS, button(measure))
    assert answer.status_code == 422
    assert "Q3 2023/24 has not been answered yet." in answer.content.decode()
    assert Rating.objects.count() == rows


def test_what_the_papers_show_is_not_undone(cast, still_green, plan):
    client = cast("chair-ldg").signed_in()
    client.post(ADDRESS, button(still_green))
    papers.issue_papers(
        meeting=Meeting.objects.get(state="PLANNED"),
        plan=plan,
        label="9.0",
        changes="For the meeting",
        by=cast("business-unit").by,
    )
    text = client.get(ADDRESS).content.decode()
    assert "In the papers." in text
    assert ">Undo<" not in text
    answer = client.post(ADDRESS, button(still_green, "undo"))
    assert answer.status_code == 422
    assert "those stay as they are" in answer.content.decode()


def test_no_change_leaves_a_proposal_a_ledger_row_and_a_receipt(cast, still_green):
    client = cast("chair-ldg").signed_in()
    newest = Ledger.objects.order_by("-seq").first().seq
    answer = client.post(ADDRESS, button(still_green))
    assert (answer.status_code, answer["Location"]) == (303, ADDRESS)
    rating = Rating.objects.get(measure=still_green, followed_by=None)
    assert (rating.words, rating.level.word) == (NO_CHANGE, "Green")
    assert Ledger.objects.filter(seq__gt=newest).count() == 1
    text = client.get(ADDRESS).content.decode()
    assert "No change, sent" in text
    assert "Undo" in text


def test_undo_takes_it_back_and_both_steps_stay(cast, still_green):
    client = cast("chair-ldg").signed_in()
    client.post(ADDRESS, button(still_green))
    rows = Rating.objects.count()
    assert client.post(ADDRESS, button(still_green, "undo")).status_code == 303
    assert Rating.objects.count() == rows + 1
    assert ratings.standing_proposal(still_green) is None


@pytest.mark.parametrize(
    ("place", "sentence"), [("4.2#2", "target passed on"), ("1.2#2", "target passed on")]
)
def test_no_change_is_refused_with_its_reason_and_the_way_to_the_form(cast, db, measure_at, place, sentence):
    measure = measure_at(place)
    client = cast("chair-ldg").signed_in()
    page = client.get(ADDRESS).content.decode()
    assert sentence in page
    rows = Rating.objects.count()
    answer = client.post(ADDRESS, button(measure))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Rating.objects.count() == rows
    assert reverse("workstreams:measure-page", args=[measure.pk]) in answer.content.decode()


def test_another_groups_measure_is_not_found(cast, db, measure_at):
    rows = Rating.objects.count()
    assert cast("chair-ldg").signed_in().post(ADDRESS, button(measure_at("3.1#4"))).status_code == 404
    assert (
        cast("chair-ldg")
        .signed_in()
        .post(ADDRESS, button(measure_at("3.1#4")) | {"measure": 10**9})
        .status_code
        == 404
    )
    assert Rating.objects.count() == rows


def test_a_row_somebody_answered_first_is_shown_as_it_stands(cast, still_green):
    client = cast("chair-ldg").signed_in()
    late = button(still_green)
    client.post(ADDRESS, button(still_green))
    rows = Rating.objects.count()
    answer = client.post(ADDRESS, late)
    assert answer.status_code == 409
    assert "You answered that measure in another window." in answer.content.decode()
    assert Rating.objects.count() == rows


def test_a_repeated_button_writes_once(cast, still_green):
    client = cast("chair-ldg").signed_in()
    same = button(still_green)
    rows = Rating.objects.count()
    assert [client.post(ADDRESS, same).status_code for _ in range(3)] == [303] * 3
    assert Rating.objects.count() == rows + 1


def test_bad_input_is_refused_in_a_sentence(cast, db):
    for sent in ({}, {"measure": "x"}, {"measure": "1", "request_id": "not-one"}):
        answer = cast("chair-ldg").signed_in().post(ADDRESS, sent)
        assert answer.status_code == 422
        assert "Try again" in answer.content.decode()


@pytest.mark.parametrize("who", ["scrutineer", "viewer"])
def test_those_who_update_nothing_do_not_find_it(cast, db, who):
    assert cast(who).signed_in().get(ADDRESS).status_code == 404


def test_a_stranger_is_asked_to_sign_in(db):
    assert Client().get(ADDRESS)["Location"].startswith(reverse("account_login"))


def test_htmx_gets_its_region_alone(cast, still_green):
    client = cast("chair-ldg").signed_in()
    part = client.get(ADDRESS, headers={"HX-Request": "true"})
    text = part.content.decode()
    assert "<html" not in text
    assert 'id="updates"' in text
    assert part["Vary"].count("HX-Request") == 1
    restored = client.get(ADDRESS, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in restored.content.decode()


def test_an_htmx_answer_announces_itself_and_moves_the_counter(cast, still_green):
    client = cast("chair-ldg").signed_in()
    client.post(ADDRESS, button(still_green), headers={"HX-Request": "true"})
    text = client.get(ADDRESS, headers={"HX-Request": "true"}).content.decode()
    assert 'id="announce" hx-swap-oob="innerHTML">Sent as no change' in text
    assert "nav-count-1" in text


def test_says_so_while_the_executive_meets_and_where_no_meeting_is_planned(cast, plan):
    unit = cast("business-unit").by
    meeting = Meeting.objects.open_for_updates().get()
    meetings.hold_meeting(meeting=meeting, present=[cast("dsp-council").post], by=unit)
    text = cast("chair-ldg").signed_in().get(ADDRESS).content.decode()
    assert "The Executive is in session" in text
    assert "Everything is sent" not in text
    meetings.close_meeting(meeting=meeting, plan=plan, label="9.9", changes="As agreed", by=unit)
    assert "No Executive meeting is planned" in cast("chair-ldg").signed_in().get(ADDRESS).content.decode()


def test_leads_nowhere_while_no_update_is_taken_and_each_measure_says_why(
    cast, still_green, measure_at, plan
):
    client, unit = cast("chair-ldg").signed_in(), cast("business-unit").by
    owing, meeting = measure_at("4.1#1"), Meeting.objects.open_for_updates().get()
    sent = ratings.say_no_change(
        measure=still_green, by=cast("chair-ldg").by, seen=button(still_green)["seen"]
    )
    Draft.objects.create(user=cast("chair-ldg").user, measure=still_green, fields={"words": "Half a sen"})

    def pages():
        return [
            client.get(where).content.decode() for where in (ADDRESS, *map(address, (still_green, owing)))
        ]

    mine, _, _ = pages()
    for offered in (">Undo<", "A draft of yours is not sent</a>", ">Report impact<", ": 1 to report"):
        assert offered in mine
    meetings.hold_meeting(meeting=meeting, present=[cast("dsp-council").post], by=unit)
    in_session = pages()
    meetings.defer(measure=still_green, meeting=meeting, because="It can wait.", by=unit, seen=sent.pk)
    meetings.close_meeting(meeting=meeting, plan=plan, label="9.9", changes="As agreed", by=unit)
    for said, (mine, updated, complete) in (("The Executive is in session. ", in_session), ("", pages())):
        assert "A draft of yours is not sent, saved" in mine
        for offered in ('class="acts"', ">Undo<", ">Change<", ">Report impact<", ": 1 to report"):
            assert offered not in mine
        assert (
            f'"why-not">{said}Updates open again when the next meeting is planned. Your draft, saved'
            in updated
        )
        assert f'"why-not">{said}Impact can be reported when the next meeting is planned.' in complete
        assert "Updates open again" not in complete
    theirs = cast("chair-mash").signed_in().get(address(still_green)).content.decode()
    assert "when the next meeting is planned" not in theirs


def test_asks_a_rolling_measure_once_a_quarter(cast, plan):
    """Two days after the meeting of 21 November nothing of the quarter is asked; for 2 January Q3 is."""
    picture = gather.take(plan, gather.head())
    rolling = [m for m in picture.measures if m.recurrence == "QUARTERLY"]
    assert len(rolling) == 7
    assert all(m.asked for m in rolling)


def test_costs_the_same_number_of_queries_whatever_is_listed(cast, db, django_assert_max_num_queries):
    client = cast("chair-ldg").signed_in()
    with django_assert_max_num_queries(36):
        client.get(ADDRESS)
    assert Measure.objects.count() == 42
