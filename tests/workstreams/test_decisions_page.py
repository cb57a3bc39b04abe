"""A meeting's decisions, one measure after the other: recorded once, by the business unit, with what was typed kept."""

import re
from datetime import date, datetime
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import together
from workstreams import gather
from workstreams.agenda import Result
from workstreams.models import Ledger, Level, Measure, Meeting, Rating, Receipt, Target
from workstreams.operations import impacts, meetings, ratings, targets
from workstreams.vocabulary import RatingStep, TargetStep

AMBER_ONCE_MORE = "1.2#1"  # proposed Amber, agreed Amber
ANOTHER_LEVEL = "2.1#3"  # proposed Green, agreed Amber
SELF_OWNED = "6.1#2"  # proposed by a DSP
UNCHANGED = "2.2#4"  # proposed Green, agreed Green
NOT_UPDATED = "3.1#3"
COMPLETE = "1.1#1"  # agreed Blue, nothing proposed
HTMX = {"HTTP_HX_REQUEST": "true"}
REASON = "Two posts have been filled since, so this is on track."


@pytest.fixture
def begin(cast):
    """The planned meeting, begun."""

    def act():
        present = [cast(key).post for key in ("dsp-council", "dsp-police", "business-unit")]
        return meetings.hold_meeting(
            meeting=Meeting.objects.open_for_updates().get(), present=present, by=cast("business-unit").by
        )

    return act


@pytest.fixture
def held(db, begin):
    return begin()


@pytest.fixture
def unit(cast, held):
    return cast("business-unit").signed_in()


def address(meeting, measure=None):
    page = reverse("workstreams:decisions-page", args=[meeting.pk])
    return f"{page}?measure={measure.pk}" if measure else page


@pytest.fixture
def decide(fill, held, unit):
    """Open a measure and press a button."""

    def act(measure, decision, client=None, **typed):
        client = client or unit
        page = client.get(address(held, measure))
        return client.post(address(held, measure), fill(page, decision=decision, **typed))

    return act


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode())).replace("&#x27;", "'")


def newest(measure):
    return measure.ratings.order_by("-pk").select_related("level", "corrects").first()


# ---- the agenda


def test_exceptions_come_first_and_what_was_not_updated_last(unit, held):
    agenda = unit.get(address(held)).context["agenda"]
    headings = [part.heading for part in agenda.parts]
    wanted = [
        "Proposed Red",
        "Proposed Amber",
        "Another level",
        "Complete, to confirm",
        "Another date asked for",
        "Unchanged",
        "Not updated",
    ]
    assert headings == [heading for heading in wanted if heading in headings]
    assert {"Proposed Amber", "Unchanged", "Not updated"} <= set(headings)


def test_opens_with_the_first_that_is_to_decide(unit, held):
    page = unit.get(address(held))
    assert page.context["item"] == next(iter(page.context["agenda"]))
    assert f"0 of {page.context['agenda'].total} decided" in words(page)


def test_shows_what_stands_beside_what_is_proposed(unit, held, measure_at):
    measure = measure_at(AMBER_ONCE_MORE)
    proposal = ratings.standing_proposal(measure)
    said = words(unit.get(address(held, measure)))
    assert "Agreed 21 November 2023" in said
    for text in (proposal.words, proposal.recovery_plan, proposal.for_post.title, "Agree Amber"):
        assert text in said


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("business-unit", "Returned 24 November 2023: The percentage is missing. Nothing was sent again."),
        ("chair-dapb", "Taken back 24 November 2023. Nothing was sent again."),
    ],
)
def test_an_update_that_was_taken_out_is_not_said_to_be_unsent(cast, db, begin, measure_at, who, said):
    measure = measure_at(UNCHANGED)
    proposal = ratings.standing_proposal(measure)
    because = "The percentage is missing." if who == "business-unit" else ""
    take_out = ratings.return_update if because else ratings.withdraw
    take_out(measure=measure, because=because, by=cast(who).by, seen=proposal.pk)
    page = words(cast("business-unit").signed_in().get(address(begin(), measure)))
    assert said in re.sub(r" (?=[.:])", "", page)
    assert "No update was sent for this meeting" not in page


def test_names_what_the_executive_judges_of_its_own(unit, held, measure_at):
    said = words(unit.get(address(held, measure_at(SELF_OWNED))))
    assert "the Executive judges its own proposal." in said
    assert "Self-owned" not in words(unit.get(address(held, measure_at(AMBER_ONCE_MORE))))


def test_an_unknown_measure_is_not_found(unit, held):
    assert unit.get(f"{address(held)}?measure=999999").status_code == 404
    assert unit.post(f"{address(held)}?measure=nothing", {"decision": "AGREE"}).status_code == 404


# ---- deciding


def test_an_agreement_leaves_its_row_its_ledger_row_and_its_words(unit, held, cast, decide, measure_at):
    measure, before = measure_at(AMBER_ONCE_MORE), Ledger.objects.order_by("-seq").first().seq
    answer = decide(measure, "AGREE")
    assert (answer.status_code, answer["Location"]) == (303, f"{address(held)}?after={measure.pk}#one")
    row = newest(measure)
    assert (row.step, row.level.code, row.meeting, row.because) == (RatingStep.AGREED, "A", held, "")
    trace = Ledger.objects.get(seq__gt=before)
    assert (trace.table, trace.by) == ("workstreams_rating", str(cast("business-unit").user.pk))
    page = unit.get(answer["Location"])
    assert "Recorded for 1.2: agreed Amber." in words(page)
    assert page.context["item"].measure.id != measure.pk
    assert "1 of" in words(page)
    page = unit.get(address(held, measure))
    assert "Agreed Amber." in words(page)
    assert reverse("workstreams:record-page", args=[trace.seq]) in page.content.decode()


def test_an_amendment_keeps_the_proposal_beside_the_reason(unit, held, decide, measure_at):
    measure = measure_at(AMBER_ONCE_MORE)
    proposal = ratings.standing_proposal(measure)
    assert decide(measure, "AMEND", level="G", because=REASON).status_code == 303
    assert (newest(measure).level.code, newest(measure).because) == ("G", REASON)
    said = words(unit.get(address(held, measure)))
    for text in ("Amended to Green.", REASON, proposal.words):
        assert text in said


def test_what_is_deferred_or_not_reached_stays_provisional(unit, held, decide, measure_at):
    for place, button, typed, step in (
        (ANOTHER_LEVEL, "DEFER", {"because": REASON}, RatingStep.DEFERRED),
        (UNCHANGED, "NOT_REACHED", {}, RatingStep.NOT_REACHED),
    ):
        measure = measure_at(place)
        proposal = ratings.standing_proposal(measure)
        assert decide(measure, button, **typed).status_code == 303
        assert newest(measure).step == step
        assert ratings.standing_proposal(measure) == proposal
    page = unit.get(address(held, measure_at(ANOTHER_LEVEL)))
    assert "Deferred." in words(page)
    entries = re.findall(r"<li><a [^>]*>(?:(?!</a>).)*</a>", page.content.decode(), re.S)
    (entry,) = [e for e in entries if 'aria-current="true"' in e]
    assert 'class="is-proposed"' in entry  # not agreed, so not drawn as if it were


def test_the_executive_sets_a_level_that_nobody_proposed_with_a_because(unit, held, decide, measure_at):
    measure = measure_at(NOT_UPDATED)
    page = unit.get(address(held, measure))
    assert "No rating is proposed for this meeting." in words(page)
    assert "Set a level without a proposal" in words(page)
    rows = Rating.objects.count()
    assert decide(measure, "SET", level="R").status_code == 422
    assert Rating.objects.count() == rows
    assert decide(measure, "SET", level="R", because=REASON).status_code == 303
    assert newest(measure).level.code == "R"


def test_a_correction_points_at_what_it_corrects(unit, held, decide, measure_at):
    measure = measure_at(AMBER_ONCE_MORE)
    decide(measure, "AGREE")
    first = newest(measure)
    assert "Correct this decision" in words(unit.get(address(held, measure)))
    page = decide(measure, "CORRECT", level="G")
    assert page.status_code == 422
    assert "Say why that is corrected." in words(page)
    assert decide(measure, "CORRECT", level="G", because="Misheard.").status_code == 303
    assert (newest(measure).corrects, newest(measure).level.code) == (first, "G")
    page = unit.get(address(held, measure))
    assert page.context["item"].before.level.code == "A"
    agenda = page.context["agenda"]
    assert agenda.total == agenda.done + len(agenda.open)


@pytest.mark.parametrize(
    ("place", "decision", "typed", "sentence"),
    [
        (AMBER_ONCE_MORE, "AMEND", {"because": REASON}, "Choose the level that the Executive agreed."),
        (AMBER_ONCE_MORE, "AMEND", {"level": "G"}, "The Executive agreed another level than was proposed."),
        (AMBER_ONCE_MORE, "AMEND", {"level": "A", "because": REASON}, "Amber is what was proposed."),
        (
            AMBER_ONCE_MORE,
            "AGREE",
            {"level": "G", "because": REASON},
            "You chose Green and pressed Agree Amber.",
        ),
        (AMBER_ONCE_MORE, "DEFER", {}, "Say why the Executive deferred this."),
        (AMBER_ONCE_MORE, "NOT_REACHED", {"because": REASON}, "is recorded without a reason"),
        (AMBER_ONCE_MORE, "", {"because": REASON}, "Press the button"),
        (AMBER_ONCE_MORE, "DELETE", {"because": REASON}, "Press the button"),
        (AMBER_ONCE_MORE, "DEFER", {"because": "x" * 3001}, "Shorten this by 1 character."),
        (AMBER_ONCE_MORE, "DEFER", {"because": "before\x00after"}, "hidden character"),
        (NOT_UPDATED, "AGREE", {"because": REASON}, "nothing to agree as it stands"),
        (NOT_UPDATED, "DEFER", {"because": REASON}, "nothing to put off"),
    ],
)
def test_a_decision_that_will_not_do_writes_nothing_and_keeps_what_was_typed(
    decide, measure_at, place, decision, typed, sentence
):
    rows = Rating.objects.count()
    page = decide(measure_at(place), decision, **typed)
    assert page.status_code == 422
    assert sentence in words(page)
    assert "There is a problem" in words(page)
    assert "<title>Error: Decisions" in page.content.decode()
    for name, value in typed.items():
        assert page.context["form"][name].value() == value
    assert Rating.objects.count() == rows
    assert not Receipt.objects.exists()


def test_goes_round_to_the_next_and_ends_when_all_is_decided(unit, held, decide):
    agenda = unit.get(address(held)).context["agenda"]
    last = Measure.objects.get(pk=agenda.open[-1].measure.id)
    page = unit.get(decide(last, "AGREE")["Location"])
    assert page.context["item"] == agenda.open[0]
    while (item := unit.get(address(held)).context["item"]) is not None:
        measure = Rating.objects.filter(measure_id=item.measure.id).first().measure
        assert decide(measure, "AGREE").status_code == 303
    said = words(unit.get(address(held)))
    assert "Everything that lay before the meeting is decided" in said
    assert "close the meeting" in said


# ---- two at once


def test_the_second_of_two_tabs_keeps_its_words_and_sees_what_stands(unit, held, fill, decide, measure_at):
    measure = measure_at(ANOTHER_LEVEL)
    late = fill(unit.get(address(held, measure)), decision="DEFER", because=REASON)
    decide(measure, "AGREE")
    rows = Rating.objects.count()
    page = unit.post(address(held, measure), late)
    assert page.status_code == 409
    said = words(page)
    assert "Business Unit recorded Green" in said
    assert "Agreed Green." in said
    assert page.context["form"]["because"].value() == REASON
    assert Rating.objects.count() == rows
    again = unit.post(address(held, measure), fill(page, decision="CORRECT", level="A"))
    assert again.status_code == 303
    assert (newest(measure).level.code, newest(measure).because) == ("A", REASON)


def test_a_chairs_late_update_overtakes_nothing_in_silence(cast, unit, held, plan, fill, measure_at):
    """Sent while the meeting sits: it belongs to the next one, and the decision's form says so."""
    meetings.plan_meeting(
        group=plan.deciding_group,
        held_on=date(2024, 1, 9),
        papers_close_at=datetime(2023, 12, 22, 17, tzinfo=gather.LONDON),
        by=cast("business-unit").by,
    )
    measure = measure_at("4.2#2")
    opened = fill(unit.get(address(held, measure)), decision="SET", level="R", because=REASON)
    ratings.send_update(
        measure=measure,
        level=Level.objects.get(plan=plan, code="G"),
        words="Sent late.",
        by=cast("chair-ldg").by,
        seen=newest(measure) and newest(measure).pk,
    )
    page = unit.post(address(held, measure), opened)
    assert page.status_code == 409
    assert "sent an update" in words(page)
    said = words(unit.get(address(held, measure)))
    assert "The next meeting decides it." in said
    assert "Record this level" not in said


def test_the_same_press_again_writes_nothing_and_answers_the_same(unit, held, fill, measure_at):
    measure = measure_at(ANOTHER_LEVEL)
    sent = fill(unit.get(address(held, measure)), decision="AGREE")
    first, rows = unit.post(address(held, measure), sent), Rating.objects.count()
    assert unit.post(address(held, measure), sent)["Location"] == first["Location"]
    assert Rating.objects.count() == rows
    page = unit.post(address(held, measure), sent | {"because": REASON})
    assert page.status_code == 409
    assert page.context["form"]["because"].value() == REASON


def test_twelve_tabs_deciding_one_measure_leave_one_decision(stage, cast, begin, fill, measure_at):
    meeting, measure = begin(), measure_at(AMBER_ONCE_MORE)
    clients = [cast("business-unit").signed_in() for _ in range(12)]
    forms = [
        fill(client.get(address(meeting, measure)), decision="DEFER", because=f"Reason {i}.")
        for i, client in enumerate(clients)
    ]
    rows = Rating.objects.count()
    answers = together(12, lambda i: clients[i].post(address(meeting, measure), forms[i]))
    assert sorted(answer.status_code for answer in answers) == [303] + [409] * 11
    for i, answer in enumerate(answers):
        assert answer.status_code == 303 or f"Reason {i}." in answer.content.decode()
    assert Rating.objects.count() == rows + 1


# ---- all unchanged


def all_form(page):
    return {
        "all-request_id": str(page.context["all_request_id"]),
        "all-unchanged": [
            f"{item.measure.id}:{item.measure.latest_id}" for item in page.context["agenda"].unchanged
        ],
    }


def test_agrees_all_that_stays_as_it_was(unit, held):
    page = unit.get(address(held))
    unchanged = page.context["agenda"].unchanged
    assert unchanged
    assert all(i.level_stays and not i.level.is_exception and not i.level.is_complete for i in unchanged)
    rows = Rating.objects.count()
    answer = unit.post(address(held), all_form(page))
    assert (answer.status_code, answer["Location"]) == (303, f"{address(held)}#one")
    assert Rating.objects.count() == rows + len(unchanged)
    page = unit.get(address(held))
    assert f"Recorded: {len(unchanged)} agreed as they stood." in words(page)
    assert not page.context["agenda"].unchanged


def test_refuses_all_of_them_when_one_was_decided_meanwhile(unit, held, decide, measure_at):
    sent = all_form(unit.get(address(held)))
    decide(measure_at(UNCHANGED), "DEFER", because=REASON)
    rows = Rating.objects.count()
    page = unit.post(address(held), sent)
    assert page.status_code == 409
    assert "Business Unit recorded Deferred for" in words(page)
    assert "There is a problem" in words(page)
    assert Rating.objects.count() == rows


@pytest.mark.parametrize("rows", [[], ["nothing"], ["1:99999999999999999999"], ["999999:1"]])
def test_a_list_that_cannot_be_is_refused(unit, held, rows):
    before = Rating.objects.count()
    page = unit.post(address(held), {"all-request_id": str(uuid4()), "all-unchanged": rows})
    assert page.status_code == 422
    assert "There is a problem" in words(page)
    assert Rating.objects.count() == before


# ---- another date


@pytest.fixture
def asked(cast, measure_at, held):
    measure = measure_at(UNCHANGED)
    targets.ask_for_target(
        measure=measure,
        text="May 2024",
        due_on=date(2024, 5, 31),
        because="Two services joined late.",
        by=cast("chair-dapb").by,
    )
    return measure


def date_form(page, **typed):
    return {
        "date-request_id": str(uuid4()),
        "date-seen": page.context["date_form"]["seen"].value(),
    } | {f"date-{name}": value for name, value in typed.items()}


@pytest.mark.parametrize(("answer", "step"), [("AGREE", TargetStep.AGREED), ("REFUSE", TargetStep.REFUSED)])
def test_decides_on_another_date(unit, held, asked, answer, step):
    page = unit.get(address(held, asked))
    assert "May 2024 is asked for instead of" in words(page)
    assert "Two services joined late." in words(page)
    assert "Needed, whether the new date is agreed or not." in words(page)
    assert asked.pk not in [item.measure.id for item in page.context["agenda"].unchanged]
    refused = unit.post(address(held, asked), date_form(page, answer=answer, because=""))
    assert refused.status_code == 422
    assert "Say why the date was agreed or refused." in words(refused)
    done = unit.post(address(held, asked), date_form(page, answer=answer, because="Accepted."))
    assert (done.status_code, done["Location"]) == (303, f"{address(held)}?after={asked.pk}#one")
    latest = Target.objects.filter(measure=asked).order_by("-pk").first()
    assert (latest.step, latest.because, latest.meeting) == (step, "Accepted.", held)


def test_a_date_that_was_decided_meanwhile_is_decided_once(unit, held, asked):
    page = unit.get(address(held, asked))
    sent = [date_form(page, answer=answer, because="Ours.") for answer in ("AGREE", "REFUSE")]
    assert unit.post(address(held, asked), sent[0]).status_code == 303
    rows = Target.objects.count()
    late = unit.post(address(held, asked), sent[1])
    assert late.status_code == 409
    assert "May 2024 agreed instead of" in words(late)
    assert late.context["date_form"]["because"].value() == "Ours."
    assert Target.objects.count() == rows


def test_a_date_without_a_rating_is_on_the_agenda_too(unit, held, cast, measure_at):
    measure = measure_at("4.2#2")
    targets.ask_for_target(
        measure=measure, due_on=date(2024, 5, 31), because="Late.", by=cast("chair-ldg").by
    )
    agenda = unit.get(address(held)).context["agenda"]
    (part,) = [p for p in agenda.parts if p.heading == "Another date asked for"]
    assert measure.pk in [item.measure.id for item in part.items if item.is_open]


def test_what_was_not_updated_says_so_under_another_heading_too(unit, held, cast):
    before = unit.get(address(held)).context["agenda"]
    item = next(i for i in before.not_updated if not i.is_business and not i.measure.recurring)
    targets.ask_for_target(
        measure=Measure.objects.get(pk=item.measure.id),
        due_on=date(2024, 5, 31),
        because="Late.",
        by=cast("business-unit").by,
    )
    agenda = unit.get(address(held)).context["agenda"]
    moved = agenda.find(item.measure.id)
    assert moved in agenda.not_updated_elsewhere
    assert moved.states == ("Not updated", "date asked for")
    (part,) = [p for p in agenda.parts if p.heading == "Not updated"]
    assert len(agenda.not_updated) == len(part.items) + len(agenda.not_updated_elsewhere)


# ---- impact


@pytest.fixture
def reported(held, cast, measure_at):
    """Complete, with nothing to decide about its rating, its impact reported."""
    measure = measure_at(COMPLETE)
    assert ratings.agreed_rating(measure).level.is_complete
    impacts.report_impact(
        measure=measure, meeting=held, text="Waits fell by a week.", by=cast("chair-neglect").by
    )
    return measure


def impact_form(page, answer, **typed):
    form = page.context["impact_form"]
    return {
        "impact-request_id": str(uuid4()),
        "impact-seen": form["seen"].value(),
        "impact-answer": answer,
    } | {f"impact-{name}": value for name, value in typed.items()}


def test_impact_is_on_the_agenda_without_a_rating_to_decide(unit, held, reported):
    page = unit.get(address(held, reported))
    (part,) = [p for p in page.context["agenda"].parts if p.heading == "Impact to accept"]
    assert [item.measure.id for item in part.items] == [reported.pk]
    assert page.context["item"].result is Result.NO_RATING
    for text in ("Waits fell by a week.", "Accept this impact", "Impact to accept"):
        assert text in words(page)
    assert "No rating is proposed for this meeting." in words(page)


def test_impact_is_accepted(unit, held, reported, cast):
    newest = Ledger.objects.latest("seq").seq
    page = unit.get(address(held, reported))
    done = unit.post(address(held, reported), impact_form(page, "ACCEPT"))
    assert (done.status_code, done["Location"]) == (303, f"{address(held)}?after={reported.pk}#one")
    latest = reported.impacts.latest("pk")
    assert (latest.step, latest.meeting) == ("ACCEPTED", held)
    trace = Ledger.objects.get(seq__gt=newest)
    assert (trace.table, trace.by) == ("workstreams_impact", str(cast("business-unit").user.pk))
    said = words(unit.get(done["Location"]))
    assert "Recorded for 1.1: impact accepted." in said
    page = unit.get(address(held, reported))
    assert "Impact accepted." in words(page)
    assert not page.context["item"].is_open


def test_impact_that_is_not_accepted_needs_words(unit, held, reported):
    rows = reported.impacts.count()
    page = unit.post(
        address(held, reported), impact_form(unit.get(address(held, reported)), "REFUSE", text="")
    )
    assert page.status_code == 422
    assert "Say what the Executive missed." in words(page)
    assert reported.impacts.count() == rows
    sent = impact_form(page, "REFUSE", text="Says what was done.")
    assert unit.post(address(held, reported), sent).status_code == 303
    assert reported.impacts.latest("pk").text == "Says what was done."


def test_impact_decided_twice_at_once_is_decided_once(stage, cast, begin, measure_at):
    meeting, measure = begin(), measure_at(COMPLETE)
    impacts.report_impact(measure=measure, meeting=meeting, text="Waits fell.", by=cast("chair-neglect").by)
    clients = [cast("business-unit").signed_in() for _ in range(4)]
    forms = [
        impact_form(client.get(address(meeting, measure)), "REFUSE", text=f"Reason {i}.")
        for i, client in enumerate(clients)
    ]
    answers = together(4, lambda i: clients[i].post(address(meeting, measure), forms[i]))
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409]
    for i, answer in enumerate(answers):
        assert answer.status_code == 303 or f"Reason {i}." in answer.content.decode()
    assert measure.impacts.count() == 2


def test_the_meeting_corrects_its_own_word_on_impact(unit, held, reported):
    unit.post(address(held, reported), impact_form(unit.get(address(held, reported)), "ACCEPT"))
    page = unit.get(address(held, reported))
    assert "Correct what was decided on impact" in words(page)
    silent = unit.post(address(held, reported), impact_form(page, "REFUSE", text=""))
    assert silent.status_code == 422
    done = unit.post(address(held, reported), impact_form(page, "REFUSE", text="Misheard."))
    assert done.status_code == 303
    assert reported.impacts.latest("pk").step == "NOT_ACCEPTED"


# ---- for the room


def test_large_type_is_kept_from_one_decision_to_the_next(unit, held, fill, measure_at):
    page = unit.get(f"{address(held)}?screen=large")
    assert 'class="govuk-template__body projector"' in page.content.decode()
    links = re.findall(r'href="([^"]*decisions/\?[^"]*measure=[^"]*)"', page.content.decode())
    assert links
    assert all("screen=large" in link for link in links)
    there = f"{address(held, measure_at(AMBER_ONCE_MORE))}&screen=large"
    answer = unit.post(there, fill(unit.get(there), decision="AGREE"))
    assert "screen=large" in answer["Location"]
    assert 'class="govuk-template__body "' in unit.get(address(held)).content.decode()


def test_steps_from_one_measure_to_its_neighbours(unit, held):
    items = list(unit.get(address(held)).context["agenda"])
    page = unit.get(f"{address(held)}?measure={items[1].measure.id}")
    assert (page.context["item_before"], page.context["item_after"]) == (items[0], items[2])
    assert page.content.decode().count('id="next"') == page.content.decode().count('id="previous"') == 1
    first = unit.get(f"{address(held)}?measure={items[0].measure.id}").content.decode()
    assert 'id="previous"' not in first


def test_each_single_key_is_listed_with_what_it_presses(unit, held, measure_at):
    page = unit.get(address(held, measure_at(AMBER_ONCE_MORE))).content.decode()
    listed = dict(re.findall(r'data-key="(\w)" data-presses="([\w-]+)"', page))
    assert set(listed) == set("amdnjk")
    for target in listed.values():
        assert f'id="{target}"' in page or target == "previous", target
    assert "Switch single keys on" in page


def test_an_agreement_recorded_by_mistake_is_corrected_to_deferred(unit, held, decide, measure_at):
    measure = measure_at(AMBER_ONCE_MORE)
    proposal = ratings.standing_proposal(measure)
    decide(measure, "AGREE")
    assert "Correct to deferred" in words(unit.get(address(held, measure)))
    assert decide(measure, "DEFER").status_code == 422
    assert decide(measure, "DEFER", because="Misheard.").status_code == 303
    assert ratings.standing_proposal(measure) == proposal
    decide(measure, "AGREE")
    assert decide(measure, "NOT_REACHED", because="Misheard again.").status_code == 303
    said = words(unit.get(address(held, measure)))
    assert "Not reached." in said
    assert "Agree Amber Decide it otherwise" in said


# ---- who


@pytest.mark.parametrize("who", ["dsp-police", "scrutineer"])
def test_those_who_see_everything_read_it_and_write_nothing(cast, held, unit, fill, measure_at, who):
    measure, client = measure_at(AMBER_ONCE_MORE), cast(who).signed_in()
    page = client.get(address(held, measure))
    assert ratings.standing_proposal(measure).words in words(page)
    for act in ("Agree Amber", "Amend or defer", "unchanged</button>"):
        assert act not in page.content.decode()
    rows = Rating.objects.count()
    sent = fill(unit.get(address(held, measure)), decision="AGREE")
    assert client.post(address(held, measure), sent).status_code == 403
    assert client.post(address(held), all_form(unit.get(address(held)))).status_code == 403
    assert Rating.objects.count() == rows


def test_a_chair_is_refused_partner_staff_find_nothing_and_strangers_sign_in(cast, held):
    assert cast("chair-ldg").signed_in().get(address(held)).status_code == 403
    assert cast("viewer").signed_in().get(address(held)).status_code == 404
    assert Client().get(address(held))["Location"].startswith(reverse("account_login"))


# ---- outside the meeting


def test_before_it_begins_there_is_nothing_to_decide(cast, db, measure_at):
    meeting, client = Meeting.objects.open_for_updates().get(), cast("business-unit").signed_in()
    measure = measure_at(AMBER_ONCE_MORE)
    page = client.get(address(meeting, measure))
    assert "The meeting has not begun" in words(page)
    rows = Rating.objects.count()
    sent = {"decision": "AGREE", "seen": newest(measure).pk, "request_id": str(uuid4())}
    assert client.post(address(meeting, measure), sent).status_code == 422
    assert Rating.objects.count() == rows


def test_after_it_is_closed_words_are_kept_and_nothing_is_written(unit, held, plan, cast, fill, measure_at):
    measure = measure_at(AMBER_ONCE_MORE)
    sent = fill(unit.get(address(held, measure)), decision="DEFER", because=REASON)
    meetings.close_meeting(
        meeting=held, plan=plan, label="as agreed", changes="Agreed", by=cast("business-unit").by
    )
    rows = Rating.objects.count()
    page = unit.post(address(held, measure), sent)
    assert page.status_code == 422
    assert "This meeting is closed." in words(page)
    assert REASON in words(page)
    assert Rating.objects.count() == rows
    assert "Amend or defer" not in words(unit.get(address(held, measure)))


# ---- htmx


def test_htmx_gets_its_region_after_the_redirect_and_on_a_problem(unit, held, fill, measure_at):
    measure = measure_at(AMBER_ONCE_MORE)
    sent = fill(unit.get(address(held, measure)), decision="DEFER")
    page = unit.post(address(held, measure), sent, **HTMX)
    text = page.content.decode()
    assert (page.status_code, "<html" in text, 'id="decision"' in text) == (422, False, True)
    assert "HX-Request" in page["Vary"]
    answer = unit.post(address(held, measure), sent | {"because": REASON}, **HTMX)
    assert answer.status_code == 303
    page = unit.get(answer["Location"], **HTMX)
    assert page["HX-Replace-Url"] == f"{address(held)}?measure={page.context['item'].measure.id}"
    assert "HX-Replace-Url" not in unit.get(address(held, measure), **HTMX)  # its link pushed the address
    text = page.content.decode()
    assert "<html" not in text
    assert 'id="announce" hx-swap-oob="innerHTML">Recorded for 1.2: deferred.' in text
    assert 'id="agenda"' in text
    assert "data-focus" in text


def test_asks_the_database_little(unit, held, django_assert_max_num_queries):
    unit.get(address(held))
    with django_assert_max_num_queries(12):
        unit.get(address(held))
