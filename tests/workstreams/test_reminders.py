"""What each person is told, and what nobody is told: references, dates and counts, and never anybody's words."""

from collections import Counter
from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sscp.demonstration import at, set_clock
from tests.conftest import TODAY
from workstreams import due, gather, permissions, reminders
from workstreams.life import Act
from workstreams.models import Appointment, Digest, Level, MailChoice, Measure, Meeting, Rating, User
from workstreams.operations import impacts, meetings, papers, people, ratings, recorded
from workstreams.operations import targets as dates
from workstreams.reminders.letters import week
from workstreams.reminders.news import Facts, reference
from workstreams.vocabulary import News

LDG = "chair-ldg@demonstration.example"
MEETS, CLOSES = date(2024, 1, 2), date(2023, 12, 22)
CANARY = "Zwitschervogel"


@pytest.fixture
def unit(cast, db):
    return cast("business-unit").by


@pytest.fixture(autouse=True)
def _ahead(db, cast, plan, settings):
    """A meeting six weeks ahead, whose papers are not out, whatever the demonstration has before it."""
    settings.SITE_URL = "http://127.0.0.1:8000"
    meeting, by = Meeting.objects.next_of(plan.deciding_group), cast("business-unit").by
    if meeting.has_papers_out:
        papers.withdraw_papers(meeting=meeting, plan=plan, because="Too early.", by=by)
    with recorded("test"):
        Meeting.objects.filter(pk=meeting.pk).update(held_on=MEETS, papers_close_at=at(CLOSES, time(17)))


@pytest.fixture
def told(db):
    """Everybody has been told everything there is today, so that only what comes after is news."""

    def tell():
        for letter in reminders.waiting_letters(gather.head()):
            Digest.objects.create(
                user=letter.user, on=gather.today(), weekly=letter.weekly, told=list(letter.told)
            )

    tell()
    return tell


def go_to(day, hour=9):
    set_clock(at(day, time(hour)))


def letters_to(address):
    return [x for x in reminders.waiting_letters(gather.head()) if x.user.email == address]


def letter_to(address=LDG):
    [letter] = letters_to(address)
    return letter


def send(measure, by, code="G", words="All is as it was meant to be."):
    return ratings.send_update(
        measure=measure,
        level=Level.objects.get(code=code),
        words=words,
        recovery_plan=f"{CANARY} by spring.",
        by=by,
        seen=measure.ratings.order_by("-pk").first().pk,
    )


# ---- due soon


def waiting(cast, plan):
    """What the chair has still to send, as the picture counts it."""
    person = cast("chair-ldg").person
    picture = gather.picture_for(permissions.reader(person), plan)
    return due.to_do(picture, person.post_ids)


def test_says_what_is_to_be_sent_from_fourteen_days_before_updates_close(cast, plan, told, measure_at):
    go_to(CLOSES - timedelta(days=15))
    assert not letters_to(LDG)
    go_to(CLOSES - timedelta(days=14))
    letter, number = letter_to(), len(waiting(cast, plan))
    assert letter.subject == f"Your measures: {number} updates to send"
    overdue, ahead = measure_at("4.2#2"), measure_at("4.1#3")
    lines = letter.text.splitlines()
    assert lines[:4] == [
        "Dear LDG chair,",
        "",
        f"{number} updates are asked of you for the Executive meeting on 2 January 2024."
        " Updates close on 22 December 2023, in 14 days.",
        "",
    ]
    passed = lines.index("- 4.2, second measure: target 30 September 2023, which has passed")
    assert lines[passed + 1] == f"  http://127.0.0.1:8000/measures/{overdue.pk}/"
    to_come = lines.index("- 4.1, third measure: target 31 March 2024")
    assert lines[to_come + 1] == f"  http://127.0.0.1:8000/measures/{ahead.pk}/"
    assert len([line for line in lines if line.startswith("- ")]) == number
    assert lines[4 + 2 * number :] == [
        "",
        "All together: http://127.0.0.1:8000/updates/",
        "",
        "-- ",
        "You get this because of a post that you hold. What anybody wrote about a measure, its text and"
        " its rating are never in an e-mail. To choose what you are told, or to stop it:",
        "http://127.0.0.1:8000/mail-choices/",
    ]


def test_says_it_twice_before_they_close_and_no_more(db, told):
    days = []
    for left in (15, 14, 13, 7, 3, 2, 1, 0, -1):
        go_to(CLOSES - timedelta(days=left))
        days += [left for x in letters_to(LDG) if "to send" in x.subject]
        told()
    assert days == [14, 2]


def test_says_nothing_of_it_once_they_have_closed(db, told):
    go_to(CLOSES, 18)
    assert not letters_to(LDG)


def test_says_nothing_of_what_was_sent(cast, plan, told):
    for placed in waiting(cast, plan):
        send(Measure.objects.get(pk=placed.measure.id), cast("chair-ldg").by, "A")
    go_to(CLOSES - timedelta(days=14))
    assert not letters_to(LDG)


# ---- overdue


def test_says_once_that_a_target_has_passed_and_lists_such_once_a_week(db, cast, told, measure_at):
    new = measure_at("4.1#3")
    moved = {"measure": new, "text": "November 2023", "because": "Moved.", "by": cast("business-unit").by}
    dates.set_target(**moved, due_on=TODAY, precision="DAY")
    go_to(TODAY + timedelta(days=1))
    assert not letters_to(LDG)  # the last list was yesterday's
    go_to(TODAY + timedelta(days=7))
    letter = letter_to()
    assert letter.subject == "Your measures: 1 target passed"
    assert "- 4.1, third measure: was due on 24 November 2023\n" in letter.text
    assert "1.2" not in letter.text
    told()
    go_to(TODAY + timedelta(days=13))
    assert not letters_to(LDG)


# ---- returned


def test_tells_whoever_sent_an_update_that_it_was_returned_and_not_why(db, cast, told, unit, measure_at):
    measure = measure_at("4.2#2")
    send(measure, cast("chair-ldg").by, "A", words=f"{CANARY} in the words.")
    latest = measure.ratings.order_by("-pk").first()
    ratings.return_update(measure=measure, because=f"{CANARY} is why.", by=unit, seen=latest.pk)
    go_to(TODAY + timedelta(days=1))
    letter = letter_to()
    assert letter.subject == "Your measures: 1 update returned"
    assert "returned an update of yours" in letter.text
    assert "4.2, second measure: returned on 24 November 2023" in letter.text
    assert f"/measures/{measure.pk}/" in letter.text
    assert CANARY not in letter.text
    # The partner of the police stands beside the chair on 4.2, and sent nothing.
    assert not letters_to("dsp-police@demonstration.example")
    told()
    assert not letters_to(LDG)


def test_says_nothing_of_a_returned_update_that_was_sent_again(db, cast, told, unit, measure_at):
    measure, by = measure_at("4.2#2"), cast("chair-ldg").by
    sent = send(measure, by, "A")
    ratings.return_update(measure=measure, because="Say by when.", by=unit, seen=sent.pk)
    send(measure, by, "A")
    go_to(TODAY + timedelta(days=1))
    assert not letters_to(LDG)


# ---- decided


@pytest.fixture
def held(db, cast, told, unit, measure_at):
    """The next meeting in session, with four updates of the chair's before it, an impact and a date."""
    by = cast("chair-ldg").by
    meeting = Meeting.objects.get(held_on=MEETS)
    for place in ("1.2#2", "4.1#3", "4.2#2"):
        send(measure_at(place), by, "A")
    asked = {"text": "March 2024", "due_on": date(2024, 3, 31), "because": f"{CANARY} moves."}
    dates.ask_for_target(measure=measure_at("4.2#2"), by=by, **asked)
    impacts.report_impact(measure=measure_at("4.1#1"), meeting=meeting, text=f"{CANARY}.", by=by)
    go_to(meeting.held_on, 10)
    told()
    return meetings.hold_meeting(meeting=meeting, present=[cast("dsp-police").post], by=unit)


def decide(meeting, unit, measure_at):
    def at_(place):
        measure = measure_at(place)
        return {"measure": measure, "meeting": meeting, "by": unit}, measure.ratings.order_by(
            "-pk"
        ).first().pk

    said, seen = at_("1.2#2")
    meetings.agree(**said, seen=seen, level=Level.objects.get(code="A"))
    said, seen = at_("4.1#3")
    meetings.agree(**said, seen=seen, level=Level.objects.get(code="G"), because=f"{CANARY}.")
    said, seen = at_("4.2#2")
    meetings.defer(**said, seen=seen, because=f"{CANARY}.")
    dates.decide_target(**said, agreed=False, because=f"{CANARY}.")
    said, _ = at_("4.1#1")
    impacts.decide_impact(**said, accepted=False, text=f"{CANARY}.")


def test_tells_what_a_meeting_did_with_their_measures_once_it_is_closed(db, plan, unit, held, measure_at):
    decide(held, unit, measure_at)
    go_to(held.held_on + timedelta(days=1))
    assert not letters_to(LDG)
    meetings.close_meeting(meeting=held, plan=plan, label="9.9", changes="As agreed.", by=unit)
    letter = letter_to()
    lines = letter.text.splitlines()
    number = len([line for line in lines if line.startswith("- ")])
    assert letter.subject == f"Your measures: {number} answers from the Executive"
    assert lines[2] == f"{number} measures of yours were before the Executive on 2 January 2024."
    assert {
        "- 1.2, second measure: agreed as proposed",
        "- 4.1, first measure: the impact was not accepted",
        "- 4.1, third measure: agreed at another level than proposed",
        "- 4.2, second measure: deferred to the next meeting; the new date was refused",
    } <= set(lines)
    assert f"/meetings/{held.pk}/" in letter.text
    for word in (CANARY, "Amber", "Green"):
        assert word not in letter.text


def test_tells_it_once(db, plan, unit, held, measure_at, told):
    decide(held, unit, measure_at)
    meetings.close_meeting(meeting=held, plan=plan, label="9.9", changes="As agreed.", by=unit)
    go_to(held.held_on + timedelta(days=1))
    told()
    go_to(held.held_on + timedelta(days=2))
    assert not letters_to(LDG)


def test_tells_what_was_corrected_since(db, plan, unit, held, measure_at, told):
    decide(held, unit, measure_at)
    meetings.close_meeting(meeting=held, plan=plan, label="9.9", changes="As agreed.", by=unit)
    go_to(held.held_on + timedelta(days=1))
    told()
    measure = measure_at("1.2#2")
    meetings.correct_decision(
        measure=measure,
        level=Level.objects.get(code="G"),
        because=f"{CANARY}.",
        by=unit,
        seen=measure.ratings.order_by("-pk").first().pk,
    )
    go_to(held.held_on + timedelta(days=2))
    letter = letter_to()
    assert letter.subject == "Your measures: 1 answer from the Executive"
    assert "- 1.2, second measure: corrected: agreed at another level than proposed\n" in letter.text


def test_an_old_meeting_is_no_news(db):
    last = Meeting.objects.filter(state="CLOSED").latest("held_on").held_on
    go_to(last + timedelta(days=42))
    assert "Executive" in letter_to().subject
    go_to(last + timedelta(days=43))
    assert "Executive" not in letter_to().subject


# ---- who, and what they want


def test_everybody_is_told_of_their_own_measures_alone(db, cast):
    go_to(CLOSES - timedelta(days=14))
    for letter in reminders.waiting_letters(gather.head()):
        person = permissions.person(letter.user, gather.today())
        own = {
            f"/measures/{pk}/" for pk in permissions.measures_to_update(person).values_list("pk", flat=True)
        }
        linked = {line.strip() for line in letter.text.splitlines() if "/measures/" in line}
        assert {line.removeprefix("http://127.0.0.1:8000") for line in linked} <= own


def test_no_letter_holds_a_word_of_a_measure_an_update_or_a_name(db, cast):
    go_to(CLOSES - timedelta(days=14))
    said = [w for w in Rating.objects.values_list("words", flat=True) if len(w) > 12]
    texts = [m.text for m in Measure.objects.all()]
    names = list(User.objects.values_list("name", flat=True))
    for letter in reminders.waiting_letters(gather.head()):
        body = letter.text.partition("\n")[2]
        assert not [words for words in said + texts if words in body]
        assert not [name for name in names if name in body]


def test_a_deputy_is_told_what_the_holder_is(db, cast, unit):
    people.invite(
        email="deputy@council.example",
        name="Deputy",
        post=cast("chair-ldg").post,
        starts_on=date(2023, 4, 1),
        by=unit,
        kind="DEPUTY",
    )
    assert letter_to("deputy@council.example").told == letter_to().told


def test_what_was_due_or_decided_before_their_first_day_is_no_news_to_a_newcomer(db, cast, unit):
    people.invite(
        email="deputy@council.example",
        name="Deputy",
        post=cast("chair-ldg").post,
        starts_on=TODAY,
        by=unit,
        kind="DEPUTY",
    )
    assert {key.partition(":")[0] for key in letter_to().told} >= {"OVERDUE", "DECIDED"}
    # What nobody has answered waits for whoever answers now.
    assert {key.partition(":")[0] for key in letter_to("deputy@council.example").told} == {"CHALLENGED"}
    go_to(CLOSES - timedelta(days=14))
    told = {key.partition(":")[0] for key in letter_to("deputy@council.example").told}
    assert told == {"DUE", "CHALLENGED"}


@pytest.mark.parametrize("how", ["ended", "closed", "without an address"])
def test_somebody_who_cannot_be_reached_is_told_nothing(db, cast, unit, how):
    user = cast("chair-ldg").user
    if how == "ended":
        for appointment in Appointment.objects.filter(user=user):
            people.end_appointment(appointment=appointment, ends_on=TODAY - timedelta(days=1), by=unit)
    else:
        with recorded("test"):
            user.is_active = how != "closed"
            user.email = "" if how == "without an address" else user.email
            user.save()
    assert user.pk not in [letter.user.pk for letter in reminders.waiting_letters(gather.head())]


def test_partner_staff_are_told_nothing(db):
    assert not letters_to("viewer@demonstration.example")


def test_an_unwanted_kind_is_left_out_and_the_rest_still_told(db, cast):
    user = cast("chair-ldg").user
    MailChoice.objects.create(user=user, unwanted=[News.OVERDUE.value])
    assert "target" not in letter_to().subject
    assert "answers from the Executive" in letter_to().subject
    MailChoice.objects.update(unwanted=[kind.value for kind in News])
    assert not letters_to(LDG)


def test_who_had_a_digest_today_waits_until_tomorrow(db, cast):
    Digest.objects.create(user=cast("chair-ldg").user, on=TODAY)
    assert not letters_to(LDG)
    go_to(TODAY + timedelta(days=1))
    assert "targets passed" in letter_to().subject


def test_what_was_told_is_remembered_for_a_year(db, cast):
    letter, user = letter_to(), cast("chair-ldg").user
    overdue = [key for key in letter.told if key.startswith(News.OVERDUE)]
    assert overdue
    digest = Digest.objects.create(user=user, on=TODAY - timedelta(days=365), told=overdue)
    assert not set(overdue) & set(letter_to().told)
    Digest.objects.filter(pk=digest.pk).update(on=TODAY - timedelta(days=366))
    assert set(overdue) <= set(letter_to().told)


def test_a_name_cannot_begin_another_line(db, cast):
    with recorded("test"):
        User.objects.filter(email=LDG).update(name="LDG\nBcc: everybody@example.org\n\nchair")
    assert letter_to().text.startswith("Dear LDG Bcc: everybody@example.org chair,\n\n")


def test_asks_the_database_no_more_for_more_people(db, cast, unit):
    def queries(number):
        for n in range(number):
            email, post = f"deputy-{number}-{n}@council.example", cast("chair-ldg").post
            since = date(2023, 4, 1)
            people.invite(email=email, name="Deputy", post=post, starts_on=since, by=unit, kind="DEPUTY")
        with CaptureQueriesContext(connection) as asked:
            letters = reminders.waiting_letters(gather.head())
        return len(asked), len(letters)

    (few, letters), (many, more_letters) = queries(1), queries(5)
    assert more_letters == letters + 5
    assert many == few


def test_a_reference_counts_the_measures_of_its_outcome(db, plan):
    picture = Facts(plan, gather.head()).picture
    said = [reference(placed, "Workstream") for placed in picture.placed()]
    assert len(set(said)) == len(said)
    assert "6.1, sixth measure" in said


# ---- the scrutineer's week

SCRUTINEER = "scrutineer@demonstration.example"


def test_the_weekly_letter_carries_the_anchor_and_numbers_alone(db):
    letter, head = letter_to(SCRUTINEER), gather.head()
    assert letter.weekly
    assert letter.subject == f"History of the plan up to record {head.seq}"
    assert f"\n{head.seq}:{head.hash}\n" in letter.text
    assert f"manage.py verify_history --anchor {head.seq}:{head.hash}\n" in letter.text
    assert f"http://127.0.0.1:8000/record/{head.seq}/\n" in letter.text
    assert "From 17 November 2023 to 23 November 2023, " in letter.text
    address = "http://127.0.0.1:8000/history/?since=2023-11-17&until=2023-11-23"
    assert address in letter.text


def test_its_link_shows_what_it_counts(db, cast):
    letter = letter_to(SCRUTINEER)
    [path] = [w.partition("8000")[2] for w in letter.text.split() if "/history/" in w]
    page = cast("scrutineer").signed_in().get(path)
    assert f"{page.context['number']} changes were recorded" in letter.text


def test_it_counts_each_step_by_where_it_left_the_update(db, cast, unit, measure_at):
    by, measure = cast("chair-ldg").by, measure_at("4.2#2")
    before = week(TODAY, TODAY)
    sent = send(measure, by, "A")
    back = ratings.return_update(measure=measure, because="Say by when.", by=unit, seen=sent.pk)
    again = send(measure, by, "A")
    ratings.withdraw(measure=measure, by=by, seen=again.pk)
    numbers = week(TODAY, TODAY) - before
    assert {standing.name: n for standing, n in numbers.items()} == {"SENT": 2, "RETURNED": 1, "WITHDRAWN": 1}
    assert back.because == "Say by when."


def test_it_counts_what_a_meeting_decided(db):
    meeting = Meeting.objects.filter(state="CLOSED").latest("held_on")
    numbers = {standing.name: n for standing, n in week(meeting.held_on, meeting.held_on).items()}
    steps = Counter(meeting.ratings.filter(corrects=None).values_list("step", flat=True))
    assert numbers["AGREED"] + numbers["AMENDED"] == steps["AGREED"]
    assert numbers["AMENDED"] > 0
    assert numbers.get("DEFERRED", 0) == steps["DEFERRED"]


def test_it_counts_corrections_apart(db, cast, unit, measure_at):
    measure = measure_at("4.2#2")
    send(measure, cast("chair-ldg").by, "A")
    before = week(TODAY, TODAY)
    meetings.correct_decision(
        measure=measure,
        level=Level.objects.get(code="R"),
        because="Misheard.",
        by=unit,
        seen=measure.ratings.order_by("-pk").first().pk,
    )
    assert week(TODAY, TODAY) - before == {Act.CORRECT: 1}
    go_to(TODAY + timedelta(days=7))
    assert "\n- corrected in the record: 1\n" in letter_to(SCRUTINEER).text


def test_it_comes_on_monday_or_on_the_first_run_after(db, cast):
    days = []
    for n in (0, 1, 2, 3, 4, 7, 10, 11, 12, 16, 17):
        day = TODAY + timedelta(days=n)
        go_to(day)
        if day == date(2023, 12, 4):
            continue  # the machine was down that Monday
        if letters_to(SCRUTINEER):
            days.append(day)
            Digest.objects.create(user=cast("scrutineer").user, on=day, weekly=True)
    assert days == [date(2023, 11, 24), date(2023, 11, 27), date(2023, 12, 5), date(2023, 12, 11)]


def test_no_day_falls_between_two_letters(db, cast):
    Digest.objects.create(user=cast("scrutineer").user, on=date(2023, 11, 13), weekly=True)
    assert "From 13 November 2023 to 23 November 2023" in letter_to(SCRUTINEER).text


def test_it_can_be_switched_off(db, cast):
    MailChoice.objects.create(user=cast("scrutineer").user, unwanted=[News.WEEKLY.value])
    assert not letters_to(SCRUTINEER)


def test_every_link_leads_somewhere_for_whoever_gets_it(db):
    go_to(CLOSES - timedelta(days=14))
    for letter in letters_to(LDG) + letters_to(SCRUTINEER):
        client = Client()
        client.force_login(letter.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        links = {w.removeprefix("http://127.0.0.1:8000") for w in letter.text.split() if w.startswith("http")}
        assert len(links) > 1
        assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)
