"""`manage.py send_reminders`, against a real SMTP server: once a person and day, and again only what failed."""

import io
from datetime import date, time, timedelta

import pytest
from django.core.management import CommandError, call_command

from sscp.demonstration import at, set_clock
from tests.conftest import TODAY, together
from tests.inbox import free_port
from workstreams import gather, reminders
from workstreams.models import Appointment, Digest, Draft, Ledger, User
from workstreams.operations import people, recorded

LDG = "chair-ldg@demonstration.example"
SCRUTINEER = "scrutineer@demonstration.example"


def run(*args):
    """(what it said, what it complained of, whether it failed)."""
    out, err, failed = io.StringIO(), io.StringIO(), ""
    try:
        call_command("send_reminders", *args, stdout=out, stderr=err)
    except CommandError as error:
        failed = str(error)
    return out.getvalue().strip(), err.getvalue().strip(), failed


def everybody():
    """Whoever is to be told something today: most of the cast."""
    waiting = [letter.user.email for letter in reminders.waiting_letters(gather.head())]
    assert len(waiting) == len(set(waiting)) > 7
    return sorted(waiting)


def arrived(inbox):
    return sorted(message["To"] for message in inbox.messages)


def test_sends_one_digest_each_and_says_so_in_one_line(db, inbox):
    people = everybody()
    said, _, failed = run()
    assert said == (
        f"Sent {len(people) - 1} digests and 1 weekly letter; 0 had theirs today; 0 failed. Swept 0 old drafts."
    )
    assert failed == ""
    assert arrived(inbox) == people
    assert Digest.objects.count() == len(people)


def test_what_arrives_is_the_letter_as_plain_text_from_the_service(db, inbox):
    run()
    [message] = inbox.to(LDG)
    assert message["Subject"].startswith("Your measures: ")
    assert "targets passed" in message["Subject"]
    assert message["From"] == "plan@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "text/plain"
    text = message.get_content()
    assert "https://plan.example.org/measures/" in text
    assert "https://plan.example.org/mail-choices/" in text
    assert "measure’s page" in text


def test_run_again_it_sends_nothing(db, inbox):
    run()
    inbox.messages.clear()
    assert run()[0].startswith("Sent 0 digests and 0 weekly letters; 0 had theirs today; 0 failed.")
    set_clock(at(TODAY + timedelta(days=1), time(9)))
    assert run()[0].startswith("Sent 0 digests and 0 weekly letters")
    assert inbox.messages == []


def test_the_days_up_to_a_meeting_bring_nobody_a_flood(db, inbox):
    for day in (0, 1, 6, 13, 14, 15, 20, 26, 27, 28, 39):
        set_clock(at(TODAY + timedelta(days=day), time(9)))
        run()
    assert 2 <= len(inbox.to(LDG)) <= 5
    assert len(inbox.to(SCRUTINEER)) == 6


def test_two_runs_at_once_send_once(stage, inbox):
    people = everybody()
    # Each has worked out what waits before any of them sends.
    head = gather.head()
    waiting = [reminders.waiting_letters(head) for _ in range(6)]
    answers = together(6, lambda i: reminders.send_all(waiting[i], head.today))
    assert sum(len(sent.gone) for sent in answers) == len(people)
    assert sum(len(sent.already) for sent in answers) == 5 * len(people)
    assert not [failure for sent in answers for failure in sent.failed]
    assert arrived(inbox) == people
    assert Digest.objects.count() == len(people)


def test_the_command_itself_run_by_several_at_once_sends_once(stage, inbox):
    people = everybody()
    answers = together(4, lambda i: run())
    assert [failed for _, _, failed in answers] == [""] * 4
    assert arrived(inbox) == people
    assert Digest.objects.count() == len(people)


def test_what_fails_for_one_person_stops_nobody_else_and_is_tried_again(db, inbox):
    people = everybody()
    inbox.refused.add(LDG)
    said, complaint, failed = run()
    assert said.startswith(
        f"Sent {len(people) - 2} digests and 1 weekly letter; 0 had theirs today; 1 failed."
    )
    assert complaint == (
        f"{LDG}: 127.0.0.1:{inbox.port} refuses the address it should go to: 550 No such person here"
    )
    assert failed == "1 e-mail could not be sent. The next run tries again."
    assert not Digest.objects.filter(user__email=LDG).exists()
    inbox.refused.clear()
    assert run()[2] == ""
    assert arrived(inbox) == people


def test_a_server_that_is_down_leaves_no_trace_and_all_is_sent_later(db, inbox, settings):
    people = everybody()
    settings.EMAIL_PORT, up = free_port(), settings.EMAIL_PORT
    said, complaint, failed = run()
    assert said.startswith(f"Sent 0 digests and 0 weekly letters; 0 had theirs today; {len(people)} failed.")
    assert "Nothing answers at 127.0.0.1" in complaint
    assert failed.startswith(f"{len(people)} e-mails could not be sent.")
    assert not Digest.objects.exists()
    settings.EMAIL_PORT = up
    assert run()[2] == ""
    assert arrived(inbox) == people


@pytest.mark.parametrize("address", [f"{LDG}\nBcc: everybody@example.org", f"{LDG}\r\nSubject: Other"])
def test_an_address_cannot_begin_another_header(db, inbox, address):
    with recorded("test"):
        User.objects.filter(email=LDG).update(email=address)
    people = everybody()
    _, complaint, failed = run()
    assert "cannot stand in an e-mail" in complaint
    assert failed.startswith("1 e-mail could not be sent.")
    assert len(inbox.messages) == len(people) - 1
    assert not [m for m in inbox.messages if m["Bcc"] or m["Subject"] == "Other"]


@pytest.mark.parametrize(
    "name", ["Łucja Ångström-Ó Dálaigh", "李小龍", "أمل", "Chair\r\nBcc: x@example.org\r\n\r\nOwn words"]
)
def test_a_name_arrives_as_it_is_written_and_begins_no_header(db, inbox, name):
    with recorded("test"):
        User.objects.filter(email=LDG).update(name=name)
    assert run()[2] == ""
    [message] = inbox.to(LDG)
    assert message.get_content().startswith(f"Dear {' '.join(name.split())},")
    assert message["Bcc"] is None


def test_dry_run_shows_all_and_sends_and_writes_nothing(db, inbox, cast, measure_at):
    Draft.objects.create(user=cast("chair-ldg").user, measure=measure_at("4.1#3"), fields={})
    set_clock(at(date(2024, 1, 1), time(9)))
    Draft.objects.update(saved_at=at(date(2023, 7, 1), time(9)))
    people = everybody()
    said, _, _ = run("--dry-run")
    assert f"To: {LDG}\nSubject: Your measures: " in said
    assert said.endswith(f"{len(people)} e-mails would be sent.")
    assert inbox.messages == []
    assert not Digest.objects.exists()
    assert Draft.objects.exists()


def test_sweeps_the_drafts_of_meetings_long_over(db, inbox, cast, measure_at):
    Draft.objects.create(user=cast("chair-ldg").user, measure=measure_at("4.1#3"), fields={})
    Draft.objects.update(saved_at=at(date(2023, 7, 1), time(9)))
    assert run()[0].endswith("Swept 1 old draft.")
    assert not Draft.objects.exists()


def test_says_that_email_is_not_set_up_and_remembers_nothing(db, settings):
    settings.EMAIL_IS_SET_UP = settings.EMAIL_IS_SHOWN = False
    said, _, failed = run()
    assert said == "E-mail is not set up (EMAIL_URL), so nobody was told anything. Swept 0 old drafts."
    assert failed == ""
    assert not Digest.objects.exists()


def test_the_demonstration_shows_its_letters_instead(db, settings, capsys):
    settings.EMAIL_IS_SET_UP, settings.EMAIL_IS_SHOWN = False, True
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    people = everybody()
    run()
    shown = capsys.readouterr().out
    assert f"To: {LDG}" in shown
    assert "were before the Executive on" in shown
    assert Digest.objects.count() == len(people)


def test_who_left_yesterday_gets_nothing_today(db, inbox, cast):
    for appointment in Appointment.objects.filter(user=cast("chair-ldg").user):
        people.end_appointment(
            appointment=appointment, ends_on=TODAY - timedelta(days=1), by=cast("business-unit").by
        )
    run()
    assert inbox.to(LDG) == []


def test_telling_people_is_no_change_of_the_plan(stage, inbox):
    before = Ledger.objects.count()
    run()
    assert Ledger.objects.count() == before
