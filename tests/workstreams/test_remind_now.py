"""The business unit reminds one post or all: at most once a person and day, and learns what became of it."""

import logging
import re
from datetime import timedelta

import pytest

from tests.conftest import TODAY, together
from tests.inbox import free_port
from workstreams import reminders
from workstreams.models import Appointment, Digest, Ledger, MailChoice, Meeting
from workstreams.operations import meetings, people
from workstreams.vocabulary import News

LDG = "chair-ldg@demonstration.example"
TITLE = "Chair of Learning and Development Group (LDG)"


@pytest.fixture
def remind(plan, cast):
    """`remind("chair-ldg")`: these posts, or all."""

    def act(*keys, meeting=None):
        return reminders.remind_now(
            meeting=meeting or Meeting.objects.next_of(plan.deciding_group),
            plan=plan,
            posts=[cast(key).post for key in keys] or None,
            by=cast("business-unit").by,
        )

    return act


def test_sends_the_digest_with_what_is_due_long_before_its_day(inbox, remind):
    assert remind("chair-ldg") == [f"Reminded: {TITLE}."]
    [message] = inbox.messages
    assert message["To"] == LDG
    assert re.fullmatch(
        r"Your measures: \d updates? to send, .* from the Executive, 1 challenge", message["Subject"]
    )
    assert "asked of you for the Executive meeting on " in message.get_content()


def test_reminds_nobody_twice_on_a_day_and_the_next_day_again(inbox, remind):
    remind("chair-ldg")
    assert remind("chair-ldg") == [f"Already had an e-mail today: {TITLE}."]
    assert len(inbox.messages) == 1
    Digest.objects.update(on=TODAY - timedelta(days=1))
    assert remind("chair-ldg") == [f"Reminded: {TITLE}."]
    assert re.fullmatch(r"Your measures: \d updates? to send", inbox.messages[1]["Subject"])


def test_reminds_all_that_have_something_missing(inbox, remind, plan):
    sentences = remind()
    assert sentences[0].startswith("Reminded: ")
    assert TITLE in sentences[0]
    assert len(inbox.messages) == len({m["To"] for m in inbox.messages}) > 4
    assert all("to send" in m["Subject"] for m in inbox.messages)


def test_a_deputy_is_reminded_beside_the_holder(inbox, remind, cast):
    people.invite(
        email="deputy@council.example",
        name="Deputy",
        post=cast("chair-ldg").post,
        starts_on=TODAY,
        by=cast("business-unit").by,
        kind="DEPUTY",
    )
    assert remind("chair-ldg") == [f"Reminded: {TITLE}."]
    assert {m["To"] for m in inbox.messages} == {LDG, "deputy@council.example"}


def test_says_that_nobody_holds_the_post(inbox, plan, cast):
    post = cast("chair-ldg").post
    for appointment in Appointment.objects.filter(post=post):
        people.end_appointment(
            appointment=appointment, ends_on=TODAY - timedelta(days=1), by=cast("business-unit").by
        )
    said = reminders.remind_now(
        meeting=Meeting.objects.next_of(plan.deciding_group),
        plan=plan,
        posts=[post],
        by=cast("business-unit").by,
    )
    assert said == [f"Nobody who can be reached by e-mail holds: {TITLE}."]
    assert inbox.messages == []


def test_respects_that_somebody_does_not_want_it(inbox, remind, cast):
    MailChoice.objects.create(user=cast("chair-ldg").user, unwanted=[News.DUE.value])
    assert remind("chair-ldg") == [f"Chose not to have these e-mails, so copy the reminder instead: {TITLE}."]
    assert inbox.messages == []


def test_says_that_nothing_is_missing(inbox, remind, cast):
    [sentence] = remind("scrutineer")
    assert sentence == f"Nothing is missing from: {cast('scrutineer').post}."
    assert inbox.messages == []


def test_a_meeting_that_asks_nobody_reminds_nobody(inbox, remind, plan, cast):
    between = meetings.decide_between_meetings(
        group=plan.deciding_group, present=[cast("dsp-police").post], by=cast("business-unit").by
    )
    assert remind(meeting=between) == [
        "Everything that is asked for this meeting has been sent: there is nobody to remind."
    ]
    assert inbox.messages == []


def test_says_that_email_is_not_set_up(remind, settings):
    settings.EMAIL_IS_SET_UP = settings.EMAIL_IS_SHOWN = False
    assert remind() == ["E-mail is not set up here: copy the reminder instead."]


def test_says_that_the_demonstration_only_shows_it(remind, settings, capsys):
    settings.EMAIL_IS_SET_UP, settings.EMAIL_IS_SHOWN = False, True
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert remind("chair-ldg") == [
        f"Reminded: {TITLE}.",
        "This demonstration sends no e-mail: it is shown where the service runs.",
    ]
    assert f"To: {LDG}" in capsys.readouterr().out


def test_says_that_it_could_not_be_sent_and_may_be_tried_again(inbox, remind, settings):
    settings.EMAIL_PORT, up = free_port(), settings.EMAIL_PORT
    assert remind("chair-ldg") == [f"The e-mail could not be sent, so copy the reminder instead: {TITLE}."]
    assert not Digest.objects.exists()
    settings.EMAIL_PORT = up
    assert remind("chair-ldg") == [f"Reminded: {TITLE}."]


def test_twelve_at_once_remind_each_person_once(stage, inbox, remind):
    answers = together(12, lambda i: remind("chair-ldg"))
    assert sorted(answers) == [[f"Already had an e-mail today: {TITLE}."]] * 11 + [[f"Reminded: {TITLE}."]]
    assert len(inbox.messages) == 1


def test_leaves_a_line_in_the_log_and_nothing_in_the_ledger(stage, inbox, remind, cast, caplog):
    before = Ledger.objects.count()
    with caplog.at_level(logging.INFO, logger="workstreams.reminders"):
        remind("chair-ldg")
    [line] = [record for record in caplog.records if record.getMessage() == "reminded"]
    unit = cast("business-unit")
    assert (line.user, line.post, line.gone) == (unit.user.pk, unit.post.pk, 1)
    assert Ledger.objects.count() == before
