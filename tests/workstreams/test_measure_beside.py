"""What else is said on a measure's page: its impact, another date, renewed or ended, an update taken back."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import together
from workstreams.models import Impact, Ledger, Measure, Meeting, Rating, Target
from workstreams.operations import Refused, meetings, newest_row, papers, plan, ratings, settle
from workstreams.operations import targets as dates
from workstreams.vocabulary import ImpactStep, Precision, RatingStep, Recurrence, TargetStep

IMPACT = "Children wait three weeks instead of nine; the audit of forty cases shows it."
WHY = "The supplier delivers in April."
HTMX = {"HX-Request": "true"}


def address(measure):
    return reverse("workstreams:measure-page", args=[measure.pk])


def values(form, **changes):
    """A form as a browser would send it back."""
    sent = {form.add_prefix(name): form[name].value() for name in form.fields}
    for name, value in list(sent.items()):
        if isinstance(value, list):
            sent |= dict(zip((f"{name}_day", f"{name}_month", f"{name}_year"), value, strict=True))
    sent = {name: value for name, value in sent.items() if isinstance(value, str | int | uuid.UUID)}
    return sent | {form.add_prefix(name): value for name, value in changes.items()}


@pytest.fixture
def open_measure(db, measure_at):
    """Green, due in September 2023, asked for and not yet updated."""
    return measure_at("4.2#2")


@pytest.fixture
def complete(db, measure_at):
    """Blue, and nothing was ever said of its impact."""
    return measure_at("4.1#1")


@pytest.fixture
def submit(cast):
    """Open the page as somebody and send one of its smaller forms."""

    def act(who, measure, name, client=None, headers=None, **changes):
        client = client or cast(who).signed_in()
        form = client.get(address(measure)).context["forms"][name]
        return client.post(address(measure), values(form, **changes), headers=headers)

    return act


def page(cast, who, measure):
    return cast(who).signed_in().get(address(measure)).content.decode()


def ledger_of(row):
    settle()
    return Ledger.objects.get(table=row._meta.db_table, row=str(row.pk))


DATE = {"due_on_month": "5", "due_on_year": "2024", "because": WHY}


# ---- impact


def test_a_chair_reports_impact_for_the_next_meeting(cast, complete, submit):
    assert "Complete, impact not accepted" in page(cast, "chair-ldg", complete)
    answer = submit("chair-ldg", complete, "impact", text=IMPACT)
    assert (answer.status_code, answer["Location"]) == (303, address(complete))
    impact = complete.impacts.get()
    meeting = Meeting.objects.get(state="PLANNED")
    assert (impact.step, impact.text, impact.meeting) == (ImpactStep.REPORTED, IMPACT, meeting)
    assert ledger_of(impact).for_post == str(cast("chair-ldg").post.pk)
    for who in ("chair-ldg", "business-unit", "scrutineer"):
        text = page(cast, who, complete)
        assert IMPACT in text
        assert f"Reported for the meeting of {meeting.held_on:%-d %B %Y}" in text


def test_impact_is_independent_of_the_level(cast, open_measure, submit):
    assert submit("chair-ldg", open_measure, "impact", text=IMPACT).status_code == 303
    assert open_measure.impacts.get().step == ImpactStep.REPORTED


def test_the_business_unit_reports_it_for_a_named_post(cast, complete, submit):
    post = cast("chair-ldg").post
    assert submit("business-unit", complete, "impact", text=IMPACT, post=post.pk).status_code == 303
    impact = complete.impacts.get()
    assert (impact.by, impact.for_post) == (cast("business-unit").user, post)


def test_a_newer_report_takes_the_place_of_one_that_waits(cast, complete, submit):
    submit("chair-ldg", complete, "impact", text="First words.")
    client = cast("chair-ldg").signed_in()
    form = client.get(address(complete)).context["forms"]["impact"]
    assert form["text"].value() == "First words."
    submit("chair-ldg", complete, "impact", text=IMPACT)
    latest = complete.impacts.order_by("-pk").first()
    assert (latest.text, latest.follows.text) == (IMPACT, "First words.")


def test_impact_without_words_writes_nothing_and_says_why(cast, complete, submit):
    answer = submit("chair-ldg", complete, "impact", text="  ")
    assert answer.status_code == 422
    assert "Say what changed for children and how that is known." in answer.content.decode()
    assert "<title>Error: " in answer.content.decode()
    assert not complete.impacts.exists()


def test_impact_on_the_table_waits_for_the_meeting_to_close(cast, plan, complete, submit):
    submit("chair-ldg", complete, "impact", text="First words.")
    unit = cast("business-unit").by
    meeting = Meeting.objects.get(state="PLANNED")
    later = meetings.plan_meeting(
        group=meeting.group,
        held_on=meeting.held_on.replace(month=2),
        papers_close_at=meeting.papers_close_at.replace(year=2024, month=1),
        by=unit,
    )
    meetings.hold_meeting(meeting=meeting, present=[unit.post], by=unit)
    answer = submit("chair-ldg", complete, "impact", text=IMPACT)
    assert answer.status_code == 422
    assert "impact is on its table" in answer.content.decode()
    assert IMPACT in answer.content.decode()
    assert later.impacts.count() == 0


def test_an_accepted_impact_takes_no_other_report(cast, measure_at, db):
    measure = Measure.objects.filter(impacts__step=ImpactStep.ACCEPTED, recurrence=Recurrence.NONE).first()
    shown = cast("business-unit").signed_in().get(address(measure))
    assert shown.context["forms"]["impact"] is None
    assert "Accepted by the Executive on" in shown.content.decode()
    post = measure.action.officers.first().post_id
    sent = {"impact-request_id": str(uuid.uuid4()), "impact-text": IMPACT, "impact-post": post}
    answer = cast("business-unit").signed_in().post(address(measure), sent)
    assert answer.status_code == 422
    assert "nothing left to report" in answer.content.decode()


def test_what_the_executive_missed_is_said(cast, complete, submit, plan):
    from workstreams.operations import impacts

    submit("chair-ldg", complete, "impact", text=IMPACT)
    unit = cast("business-unit").by
    meeting = meetings.hold_meeting(
        meeting=Meeting.objects.get(state="PLANNED"), present=[unit.post], by=unit
    )
    impacts.decide_impact(
        measure=complete, meeting=meeting, accepted=False, text="Forty cases are too few.", by=unit
    )
    text = page(cast, "chair-ldg", complete)
    assert "Forty cases are too few." in text
    assert IMPACT in text
    assert "Complete, impact not accepted" in text


# ---- another date


def test_a_chair_asks_for_a_month(cast, open_measure, submit):
    before = open_measure.targets.order_by("-pk").first()
    answer = submit("chair-ldg", open_measure, "date", **DATE)
    assert (answer.status_code, answer["Location"]) == (303, address(open_measure))
    asked = open_measure.targets.order_by("-pk").first()
    assert (asked.step, asked.text, f"{asked.due_on}", asked.precision, asked.because, asked.follows) == (
        TargetStep.ASKED,
        "May 2024",
        "2024-05-31",
        Precision.MONTH,
        WHY,
        before,
    )
    assert ledger_of(asked).because == WHY
    text = page(cast, "chair-ldg", open_measure)
    assert "May 2024 has been asked for" in text
    assert WHY in text


def test_a_chair_asks_for_a_day(cast, open_measure, submit):
    submit("chair-ldg", open_measure, "date", **DATE | {"due_on_day": "17"})
    asked = open_measure.targets.order_by("-pk").first()
    assert (asked.text, f"{asked.due_on}", asked.precision) == ("17 May 2024", "2024-05-17", Precision.DAY)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"because": " "}, "Say why the date has to move."),
        ({"due_on_year": "2022"}, "May 2022 has passed. Ask for a date that is still to come."),
        ({"due_on_month": ""}, "Give the month and the year."),
        ({"due_on_year": ""}, "Give the month and the year."),
        ({"due_on_year": "24"}, "Give the year in full, for example 2024."),
        ({"due_on_day": "32"}, "May 2024 has no day 32."),
        ({"due_on_day": "x"}, "Write the day as a number, or leave it empty for the whole month."),
    ],
)
def test_a_date_that_is_none_writes_nothing_and_says_why(open_measure, submit, changes, sentence):
    rows = Target.objects.count()
    answer = submit("chair-ldg", open_measure, "date", **DATE | changes)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Target.objects.count() == rows


def test_the_date_it_has_and_one_that_was_asked_for_are_refused(open_measure, submit, measure_at):
    moved = measure_at("4.1#3")  # March 2024
    answer = submit("chair-ldg", moved, "date", **DATE | {"due_on_month": "3"})
    assert "March 2024 is the date it has already." in answer.content.decode()
    submit("chair-ldg", open_measure, "date", **DATE)
    answer = submit("chair-ldg", open_measure, "date", **DATE)
    assert (answer.status_code, "May 2024 has been asked for already" in answer.content.decode()) == (
        422,
        True,
    )


def test_a_newer_request_takes_the_place_of_one_that_waits(open_measure, submit):
    submit("chair-ldg", open_measure, "date", **DATE)
    assert submit("chair-ldg", open_measure, "date", **DATE | {"due_on_month": "6"}).status_code == 303
    newest, before = open_measure.targets.order_by("-pk")[:2]
    assert (newest.text, before.text, newest.follows) == ("June 2024", "May 2024", before)


def test_a_complete_a_rolling_and_a_withdrawn_measure_ask_for_no_date(
    cast, complete, measure_at, open_measure
):
    for measure in (complete, measure_at("3.3#1")):
        shown = cast("business-unit").signed_in().get(address(measure))
        assert shown.context["forms"]["date"] is None
    for measure, words in ((complete, "complete"), (measure_at("3.3#1"), "again and again")):
        with pytest.raises(Refused, match=words):
            dates.ask_for_target(
                measure=measure,
                due_on=open_measure.targets.first().due_on.replace(year=2025),
                because=WHY,
                by=cast("chair-ldg").by,
            )


def test_a_date_that_was_answered_shows_how_and_why(cast, open_measure, submit):
    submit("chair-ldg", open_measure, "date", **DATE)
    unit = cast("business-unit").by
    meeting = meetings.hold_meeting(
        meeting=Meeting.objects.get(state="PLANNED"), present=[unit.post], by=unit
    )
    dates.decide_target(
        measure=open_measure, meeting=meeting, agreed=False, because="It can be done sooner.", by=unit
    )
    text = page(cast, "chair-ldg", open_measure)
    assert f"May 2024 was refused, {meeting.held_on:%-d %B %Y}" in text
    assert "It can be done sooner." in text


def test_moves_are_counted_wherever_the_date_stands(cast, measure_at, db):
    measure = measure_at("4.1#3")  # September 2023, moved to March 2024
    text = page(cast, "chair-ldg", measure)
    assert "Moved once, 6 months in all. First: September 2023" in " ".join(text.split())
    client = cast("chair-ldg").signed_in()
    for shown in (reverse("workstreams:my-updates"), "/plans/business-plan/?workstream=4"):
        said = " ".join(client.get(shown).content.decode().split())
        assert "6 months in all, first September 2023" in said, shown


# ---- renewed, kept or ended


@pytest.fixture
def recurring(db, measure_at):
    """Tagged (R), agreed complete, and the plan does not say how often it is answered."""
    return measure_at("2.2#1")


@pytest.mark.parametrize(
    ("rhythm", "said"),
    [
        (Recurrence.QUARTERLY, "answered every quarter"),
        (Recurrence.EVERY_MEETING, "answered every executive meeting"),
        (Recurrence.NONE, "Ended"),
    ],
)
def test_the_business_unit_says_how_often(cast, recurring, submit, rhythm, said):
    client = cast("business-unit").signed_in()
    assert "Recurring, and complete" in client.get(address(recurring)).content.decode()
    answer = submit("business-unit", recurring, "rhythm", client=client, recurrence=rhythm, because=WHY)
    assert answer.status_code == 303
    recurring.refresh_from_db()
    assert recurring.recurrence == rhythm
    settle()
    newest = (
        Ledger.objects.filter(table="workstreams_measure", row=str(recurring.pk)).order_by("-seq").first()
    )
    assert (newest.because, newest.after["recurrence"]) == (WHY, rhythm)
    text = client.get(address(recurring)).content.decode()
    assert said in text
    assert "Recurring, and complete" not in text
    assert "How often a measure is answered changed" in text


def test_renewed_it_is_asked_again_and_ended_it_stays_complete(cast, recurring, submit):
    submit("business-unit", recurring, "rhythm", recurrence=Recurrence.EVERY_MEETING, because=WHY)
    shown = cast("chair-dapb").signed_in().get(address(recurring)).context["measure"]
    assert (shown.asked, shown.period.asked, shown.owes_impact) == (True, True, False)
    with pytest.raises(Refused, match="how it is answered already"):
        plan.set_recurrence(
            measure=recurring,
            recurrence=Recurrence.EVERY_MEETING,
            because=WHY,
            by=cast("business-unit").by,
            seen=newest_row(recurring),
        )
    plan.set_recurrence(
        measure=recurring,
        recurrence=Recurrence.NONE,
        because=WHY,
        by=cast("business-unit").by,
        seen=newest_row(recurring),
    )
    shown = cast("chair-dapb").signed_in().get(address(recurring)).context["measure"]
    assert (shown.asked, shown.is_complete, shown.asks_rhythm) == (False, True, False)


def test_only_a_recurring_measure_is_renewed(cast, complete):
    with pytest.raises(Refused, match="Only a recurring measure"):
        plan.set_recurrence(
            measure=complete,
            recurrence=Recurrence.QUARTERLY,
            because=WHY,
            by=cast("business-unit").by,
            seen=newest_row(complete),
        )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"recurrence": Recurrence.YEARLY, "because": ""}, "Say why"),
        ({"because": WHY}, "Choose whether it is renewed"),
        ({"recurrence": "DAILY", "because": WHY}, "Select a valid choice"),
    ],
)
def test_a_rhythm_without_a_reason_or_a_choice_writes_nothing(recurring, submit, changes, sentence):
    answer = submit("business-unit", recurring, "rhythm", **changes)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    recurring.refresh_from_db()
    assert recurring.recurrence == Recurrence.NOT_SET


def test_a_chair_reads_that_it_is_to_be_renewed_and_does_not_say_so(cast, recurring):
    shown = cast("chair-dapb").signed_in().get(address(recurring))
    assert "The business unit says whether it is renewed" in shown.content.decode()
    sent = {"rhythm-request_id": str(uuid.uuid4()), "rhythm-recurrence": "QUARTERLY", "rhythm-because": WHY}
    assert cast("chair-dapb").signed_in().post(address(recurring), sent).status_code == 403


# ---- taken back, returned


@pytest.fixture
def proposal(cast, open_measure):
    return ratings.send_update(
        measure=open_measure,
        level=open_measure.ratings.order_by("-pk").first().level,
        words="The data officer starts on Monday.",
        by=cast("chair-ldg").by,
        seen=open_measure.ratings.order_by("-pk").first().pk,
    )


def test_an_update_is_taken_back_and_stays_in_the_history(cast, open_measure, proposal, submit):
    assert submit("chair-ldg", open_measure, "back").status_code == 303
    latest = open_measure.ratings.order_by("-pk").first()
    assert (latest.step, latest.follows) == (RatingStep.REMOVED, proposal)
    text = page(cast, "chair-ldg", open_measure)
    assert "Took back the update" in text
    assert "What you are changing" not in text


def test_what_was_taken_back_stands_in_the_form_to_be_changed_by_whoever_took_it_back(
    cast, open_measure, proposal, submit
):
    submit("chair-ldg", open_measure, "back")
    shown = cast("chair-ldg").signed_in().get(address(open_measure))
    form = shown.context["form"]
    assert (form["words"].value(), form["level"].value()) == (proposal.words, proposal.level.code)
    assert "The form holds the update that was taken back" in shown.content.decode()
    for who in ("dsp-police", "business-unit"):
        theirs = cast(who).signed_in().get(address(open_measure))
        assert theirs.context["form"]["words"].value() is None
        assert "The form holds" not in theirs.content.decode()


def test_what_is_in_the_papers_is_not_taken_back_and_the_form_says_where_a_newer_one_goes(
    cast, open_measure, proposal, submit
):
    unit, meeting = cast("business-unit").by, Meeting.objects.get(state="PLANNED")
    stale = cast("chair-ldg").signed_in().get(address(open_measure)).context["forms"]["back"]
    papers.issue_papers(
        meeting=meeting,
        plan=open_measure.action.outcome.plan,
        label="9.0",
        changes="For the meeting",
        by=unit,
    )
    shown = cast("chair-ldg").signed_in().get(address(open_measure))
    text = shown.content.decode()
    assert shown.context["forms"]["back"] is None
    for words in ("In the papers", "those stay as they are", "What you send now goes into an addendum"):
        assert words in text
    answer = cast("chair-ldg").signed_in().post(address(open_measure), values(stale))
    assert answer.status_code == 422
    assert "those stay as they are" in answer.content.decode()


def test_a_returned_update_shows_why_and_offers_its_words_again(cast, open_measure, proposal):
    ratings.return_update(
        measure=open_measure,
        because="Name the month in which it starts.",
        by=cast("business-unit").by,
        seen=proposal.pk,
    )
    shown = cast("chair-ldg").signed_in().get(address(open_measure))
    assert "Name the month in which it starts." in shown.content.decode()
    form = shown.context["form"]
    assert (form["words"].value(), form["level"].value()) == (proposal.words, proposal.level.code)
    theirs = cast("dsp-police").signed_in().get(address(open_measure)).context["form"]
    assert theirs["words"].value() is None  # somebody else's words are shown, never filled in


# ---- all of them


FORMS = {"impact": {"text": IMPACT}, "date": DATE, "back": {}}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("who", ["scrutineer", "chair-arg"])
def test_the_wrong_person_is_refused(cast, open_measure, proposal, name, who):
    before = Impact.objects.count(), Target.objects.count(), Rating.objects.count()
    client = cast(who).signed_in()
    assert client.get(address(open_measure)).context["forms"][name] is None
    sent = {f"{name}-{key}": value for key, value in FORMS[name].items()}
    answer = client.post(address(open_measure), sent | {f"{name}-request_id": str(uuid.uuid4())})
    assert answer.status_code == 403
    assert (Impact.objects.count(), Target.objects.count(), Rating.objects.count()) == before


@pytest.mark.parametrize("name", FORMS)
def test_partner_staff_and_strangers_do_not_find_it(cast, open_measure, proposal, name):
    sent = {f"{name}-{key}": value for key, value in FORMS[name].items()}
    sent |= {f"{name}-request_id": str(uuid.uuid4())}
    assert cast("viewer").signed_in().post(address(open_measure), sent).status_code == 404
    assert Client().post(address(open_measure), sent).status_code == 422  # sign in: what was typed is kept


@pytest.mark.parametrize("name", FORMS)
def test_a_repeated_request_writes_once_and_answers_the_same(cast, open_measure, proposal, name):
    client = cast("chair-ldg").signed_in()
    sent = values(client.get(address(open_measure)).context["forms"][name], **FORMS[name])
    before = Impact.objects.count() + Target.objects.count() + Rating.objects.count()
    answers = [client.post(address(open_measure), sent) for _ in range(3)]
    assert {(a.status_code, a["Location"]) for a in answers} == {(303, address(open_measure))}
    assert Impact.objects.count() + Target.objects.count() + Rating.objects.count() == before + 1


@pytest.mark.parametrize("name", FORMS)
def test_an_older_page_is_told_and_can_be_sent_again(cast, open_measure, proposal, submit, name):
    client = cast("chair-ldg").signed_in()
    late = values(client.get(address(open_measure)).context["forms"][name], **FORMS[name])
    if name == "back":
        submit("chair-ldg", open_measure, "back")
    else:
        changes = {"text": "Somebody was first."} if name == "impact" else DATE | {"due_on_month": "7"}
        submit("business-unit", open_measure, name, **changes)
    rows = Impact.objects.count() + Target.objects.count() + Rating.objects.count()
    answer = client.post(address(open_measure), late)
    if name == "back":
        assert answer.status_code == 422
        assert "There is no update of yours to take back." in answer.content.decode()
        return
    assert answer.status_code == 409
    assert Impact.objects.count() + Target.objects.count() + Rating.objects.count() == rows
    form = answer.context["forms"][name]
    assert form["text" if name == "impact" else "because"].value() in (IMPACT, WHY)
    assert client.post(address(open_measure), values(form)).status_code == 303


@pytest.mark.parametrize("name", FORMS)
def test_htmx_is_answered_with_the_region_of_the_page(cast, open_measure, proposal, submit, name):
    answer = submit("chair-ldg", open_measure, name, headers=HTMX, **FORMS[name])
    assert answer.status_code == 303
    part = cast("chair-ldg").signed_in().get(answer["Location"], headers=HTMX).content.decode()
    assert "<html" not in part
    assert 'id="draft"' in part


def test_twelve_reports_at_once_follow_one_another(stage, cast, measure_at):
    measure = measure_at("4.1#1")
    clients = [cast("chair-ldg").signed_in() for _ in range(12)]
    sent = [
        values(client.get(address(measure)).context["forms"]["impact"], text=f"Words of number {n}.")
        for n, client in enumerate(clients)
    ]
    answers = together(12, lambda n: clients[n].post(address(measure), sent[n]))
    assert sorted(answer.status_code for answer in answers) == [303] + [409] * 11
    assert measure.impacts.count() == 1


def test_holds_a_constant_number_of_queries(cast, open_measure, proposal, django_assert_max_num_queries):
    client = cast("chair-ldg").signed_in()
    with django_assert_max_num_queries(58):
        client.get(address(open_measure))
    with django_assert_max_num_queries(30):  # the plan's picture is kept
        client.get(address(open_measure))
