"""How an e-mail goes out: once, with its row in the log of digests, or not at all and with a sentence that says why."""

import smtplib
import socket
import ssl
from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from ..models import Digest
from .letters import Letter

# What can go wrong on the way. ValueError: an address or a subject that would begin another header.
FAILURES = (smtplib.SMTPException, OSError, ValueError)


def message(subject: str, text: str, to: str, connection: BaseEmailBackend | None = None) -> EmailMessage:
    """An e-mail as this service sends it: from its own address, and marked so that no machine answers."""
    headers = {"Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, text, None, [to], headers=headers, connection=connection)


def send(letter: Letter, on: date, connection: BaseEmailBackend) -> bool:
    """Send it, unless this person had one today; False then. Raises one of FAILURES, and leaves no trace then.

    The row comes first and is committed last: of two that send at once, the second waits and finds it. A server
    that took the e-mail just before the database went away gets it again on the next run.
    """
    with transaction.atomic(durable=True):
        _, fresh = Digest.objects.get_or_create(
            user=letter.user, on=on, weekly=letter.weekly, defaults={"told": list(letter.told)}
        )
        if fresh:
            try:
                message(letter.subject, letter.text, letter.user.email, connection).send()
            except FAILURES:
                connection.close()  # whatever state it is in, the next e-mail begins with a new one
                raise
    return fresh


def why(failure: Exception) -> str:
    """What went wrong, in a sentence for whoever runs the service."""
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    return next(
        sentence(server, failure) for kind, sentence in SENTENCES.items() if isinstance(failure, kind)
    )


def _said(failure: Exception) -> str:
    """The server's own words, on one line."""
    words = getattr(failure, "smtp_error", failure)
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    code = getattr(failure, "smtp_code", "")
    return f"{code} {' '.join(text.split())}".strip()


# The first that fits: a narrower failure stands above the wider one that it is also.
SENTENCES: dict[type[Exception], Callable[[str, Exception], str]] = {
    socket.gaierror: lambda server, _: f"The name of the mail server in EMAIL_URL is not known ({server}).",
    ConnectionRefusedError: lambda server, _: (
        f"Nothing answers at {server}: the mail server is down, or EMAIL_URL names the wrong port."
    ),
    TimeoutError: lambda server, _: (
        f"{server} does not answer: a firewall may stand between, or EMAIL_URL names the wrong port."
    ),
    ssl.SSLCertVerificationError: lambda server, f: (
        f"The certificate of {server} cannot be trusted: {getattr(f, 'verify_message', f)}."
    ),
    ssl.SSLError: lambda server, _: (
        f"{server} does not speak TLS the way EMAIL_URL says: smtp+tls begins plain (often port 587), smtps does"
        " not (often port 465)."
    ),
    smtplib.SMTPAuthenticationError: lambda server, f: (
        f"{server} refuses the name and password in EMAIL_URL: {_said(f)}"
    ),
    smtplib.SMTPNotSupportedError: lambda server, f: (
        f"{server} does not offer what EMAIL_URL asks for: {_said(f)}"
    ),
    smtplib.SMTPRecipientsRefused: lambda server, f: (
        f"{server} refuses the address it should go to: {_refused(f)}"
    ),
    smtplib.SMTPSenderRefused: lambda server, f: f"{server} refuses e-mail from EMAIL_FROM: {_said(f)}",
    smtplib.SMTPServerDisconnected: lambda server, _: (
        f"{server} hung up: EMAIL_URL may say smtp or smtp+tls where the server wants smtps."
    ),
    smtplib.SMTPException: lambda server, f: f"{server} refuses the e-mail: {_said(f)}",
    OSError: lambda server, f: f"{server} cannot be reached: {f}",
    ValueError: lambda _, f: f"The address cannot stand in an e-mail: {' '.join(str(f).split())}",
}


def _refused(failure: Exception) -> str:
    answers = getattr(failure, "recipients", {}).values()
    return "; ".join(f"{code} {words.decode('utf-8', 'replace')}" for code, words in answers)
