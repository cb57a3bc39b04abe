"""`manage.py send_test_email`: one e-mail, or a sentence that says what to look at."""

import io
import smtplib
import ssl

import pytest
from django.core.management import CommandError, call_command

from tests.inbox import Inbox, free_port, refuses_everybody
from workstreams import reminders

TO = "you@example.org"


def run(address=TO):
    out = io.StringIO()
    call_command("send_test_email", address, stdout=out)
    return out.getvalue()


def refusal(address=TO):
    with pytest.raises(CommandError) as raised:
        run(address)
    assert raised.value.returncode == 1
    return str(raised.value)


def test_sends_one_and_says_who_took_it(inbox):
    assert f"127.0.0.1:{inbox.port} took an e-mail from plan@example.org to {TO}." in run()
    [message] = inbox.messages
    assert (message["To"], message["From"]) == (TO, "plan@example.org")
    assert "https://plan.example.org" in message.get_content()


def test_says_that_email_is_not_set_up(settings):
    settings.EMAIL_IS_SET_UP = False
    assert refusal().startswith("E-mail is not set up: give EMAIL_URL")


@pytest.mark.parametrize("address", ["nobody", "a@b\nBcc: c@example.org", ""])
def test_says_that_it_is_no_address(inbox, address):
    assert "is not an e-mail address" in refusal(address)
    assert inbox.messages == []


def test_says_that_the_name_is_not_known(inbox, settings):
    settings.EMAIL_HOST = "mail.invalid"
    assert refusal() == f"The name of the mail server in EMAIL_URL is not known (mail.invalid:{inbox.port})."


def test_says_that_nothing_answers(inbox, settings):
    settings.EMAIL_PORT = free_port()
    assert refusal().startswith(f"Nothing answers at 127.0.0.1:{settings.EMAIL_PORT}: ")


def test_says_that_the_server_offers_no_tls(inbox, settings):
    settings.EMAIL_USE_TLS = True
    assert "does not offer what EMAIL_URL asks for: STARTTLS" in refusal()


def test_says_that_the_name_or_password_is_refused(inbox, settings):
    guarded = Inbox(authenticator=refuses_everybody, auth_require_tls=False)
    guarded.start()
    settings.EMAIL_PORT, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = (
        guarded.port,
        "plan",
        "wrong",
    )
    said = refusal()
    guarded.stop()
    assert f"127.0.0.1:{guarded.port} refuses the name and password in EMAIL_URL: 535" in said
    assert "wrong" not in said


def test_says_that_the_address_is_refused(inbox):
    inbox.refused.add(TO)
    assert refusal().endswith("refuses the address it should go to: 550 No such person here")


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (TimeoutError("timed out"), "does not answer: a firewall"),
        (ssl.SSLError(1, "wrong version number"), "does not speak TLS the way EMAIL_URL says"),
        (ssl.SSLCertVerificationError(1, "self-signed certificate"), "cannot be trusted"),
        (
            smtplib.SMTPSenderRefused(550, b"not yours", "plan@example.org"),
            "refuses e-mail from EMAIL_FROM: 550",
        ),
        (smtplib.SMTPServerDisconnected("closed"), "hung up"),
        (smtplib.SMTPDataError(554, b"looks like\r\nspam"), "refuses the e-mail: 554 looks like spam"),
        (OSError("Network is unreachable"), "cannot be reached: Network is unreachable"),
        (ValueError("Header values can't contain newlines"), "cannot stand in an e-mail"),
    ],
)
def test_every_other_failure_has_a_sentence_on_one_line(failure, sentence):
    assert isinstance(failure, reminders.FAILURES)
    said = reminders.why(failure)
    assert sentence in said
    assert "\n" not in said
