"""The settings, in a process of their own: loud where an installation must decide, closed where nobody did."""

import json
import os
import subprocess
import sys

import pytest

FOR_REAL = {
    "DATABASE_URL": "postgresql://plan_app:p%40ss@db.example.org:6432/plan?sslmode=require",
    "SECRET_KEY": "k7Qx2-Vf9sLr0TzBw5NcYh3JmGd8PaEu6RiKo1WbXt4ZnCqHvMy",
    "ALLOWED_HOSTS": "plan.example.org",
    "SITE_URL": "https://plan.example.org",
    "PARTNERSHIP_NAME": "Anytown Safeguarding Children Partnership",
    "HOSTING_BODY": "Anytown Council",
    "ACCESSIBILITY_CONTACT": "web@example.org",
}
OURS = {
    *FOR_REAL,
    "DEBUG",
    "DEMONSTRATION",
    "DATABASE_OWNER_URL",
    "EMAIL_URL",
    "EMAIL_FROM",
    "PORT",
    "SECRET_KEY_FALLBACKS",
    "DJANGO_ALLOW_ASYNC_UNSAFE",  # of the tests that drive a browser
}


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process whose environment holds these of our settings and no others."""
    others = {name: value for name, value in os.environ.items() if name not in OURS}
    return subprocess.run(
        [sys.executable, "-c", code], env=others | environment, capture_output=True, text=True, check=False
    )


def settings(*names: str, **environment: str) -> list:
    code = f"import json; from sscp import settings; print(json.dumps([getattr(settings, n) for n in {names!r}]))"
    done = python(code, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refusal(**environment: str) -> str:
    done = python("from sscp import settings", **environment)
    assert done.returncode != 0, "it started"
    return done.stderr.strip().splitlines()[-1]


def test_at_home_needs_nothing_and_lets_in_this_machine_only():
    hosts, debug, secure, name = settings(
        "ALLOWED_HOSTS", "DEBUG", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_NAME"
    )
    assert hosts == ["127.0.0.1", "localhost", "[::1]"]
    assert (debug, secure, name) == (False, False, "sessionid")


@pytest.mark.parametrize("at_home", [{"DEBUG": "1"}, {"DEMONSTRATION": "1"}, {"DATABASE_URL": ""}])
@pytest.mark.parametrize(
    "hosts", ["plan.example.org", "*", "localhost,plan.example.org", "0.0.0.0", ".localhost"]
)
def test_debug_demonstration_and_private_database_refuse_the_public(at_home, hosts):
    assert "lets others in" in refusal(**FOR_REAL | at_home | {"ALLOWED_HOSTS": hosts})


@pytest.mark.parametrize("name", sorted(FOR_REAL.keys() - {"DATABASE_URL"}))
def test_for_real_names_the_value_that_is_missing(name):
    assert f"{name} isn't set" in refusal(**{key: value for key, value in FOR_REAL.items() if key != name})


@pytest.mark.parametrize(
    "key",
    [
        "everybody can read this key, so it opens nothing but the demonstration",
        "django-insecure-k7Qx2-Vf9sLr0TzBw5NcYh3JmGd8PaEu6RiKo1WbXt4ZnCqHvMy",
        "short",
        "x" * 60,
    ],
)
def test_for_real_refuses_a_default_or_guessable_key(key):
    assert "SECRET_KEY is a default" in refusal(**FOR_REAL | {"SECRET_KEY": key})
    assert "SECRET_KEY is a default" in refusal(**FOR_REAL | {"SECRET_KEY_FALLBACKS": "short"})


def test_for_real_cookies_need_https_and_this_host():
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
    assert settings(*names, **FOR_REAL) == ["__Host-sessionid", "__Host-csrftoken", True, True]


def test_a_database_is_read_from_its_address():
    [databases] = settings("DATABASES", **FOR_REAL)
    assert list(databases) == ["default"]
    found = databases["default"]
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == (
        "plan_app",
        "p@ss",
        "db.example.org",
        "6432",
    )
    assert (found["NAME"], found["OPTIONS"]) == ("plan", {"sslmode": "require"})


def test_a_database_is_reached_through_a_socket():
    url = "postgresql://plan_app@/plan?host=%2Frun%2Fpostgresql&port=5433"
    [databases] = settings("DATABASES", **FOR_REAL | {"DATABASE_URL": url})
    assert (databases["default"]["HOST"], databases["default"]["PORT"]) == ("/run/postgresql", "5433")


@pytest.mark.parametrize(
    "url", ["mysql://a/b", "postgresql://host", "postgresql://host/", "plan", "sqlite:///x"]
)
def test_another_kind_of_database_is_refused(url):
    assert "DATABASE_URL isn't of the form" in refusal(**FOR_REAL | {"DATABASE_URL": url})


def test_the_owner_must_own_the_same_database():
    other = "postgresql://plan_owner@db.example.org/another"
    assert "different databases" in refusal(**FOR_REAL | {"DATABASE_OWNER_URL": other})


def test_a_limit_says_how_many_in_how_long():
    [limits] = settings("LIMITS", LIMIT_EXPORTS="5/1h")
    assert (limits["exports"], limits["searches"]) == ("5/1h/user", "60/1m/user")
    for wrong in ("5", "5/h", "0/1m", "5/1m/ip", "5/10d", "5/1m,6/2m"):
        assert f"LIMIT_EXPORTS is '{wrong}'" in refusal(LIMIT_EXPORTS=wrong)


def test_a_flag_is_yes_or_no():
    assert "DEBUG is 'maybe'" in refusal(DEBUG="maybe")


def test_email_is_set_up_by_its_address():
    assert settings("EMAIL_IS_SET_UP", **FOR_REAL) == [False]
    mail = {"EMAIL_URL": "smtp+tls://us%40er:p%2Fw@mail.example.org", "EMAIL_FROM": "plan@example.org"}
    names = (
        "EMAIL_IS_SET_UP",
        "EMAIL_HOST",
        "EMAIL_PORT",
        "EMAIL_HOST_USER",
        "EMAIL_HOST_PASSWORD",
        "EMAIL_USE_TLS",
    )
    assert settings(*names, **FOR_REAL | mail) == [True, "mail.example.org", 587, "us@er", "p/w", True]
    assert "EMAIL_URL isn't of the form" in refusal(**FOR_REAL | {"EMAIL_URL": "mail.example.org"})
    assert "EMAIL_FROM isn't set" in refusal(**FOR_REAL | {"EMAIL_URL": mail["EMAIL_URL"]})


def test_the_demonstration_shows_its_email_and_sends_none():
    names = ("EMAIL_BACKEND", "EMAIL_IS_SET_UP", "EMAIL_IS_SHOWN")
    console = "django.core.mail.backends.console.EmailBackend"
    assert settings(*names, DEMONSTRATION="1") == [console, False, True]
    dummy = "django.core.mail.backends.dummy.EmailBackend"
    assert settings(*names, **FOR_REAL) == [dummy, False, False]


def test_links_in_an_email_lead_to_the_sites_own_address():
    assert settings("SITE_URL", PORT="8105") == ["http://127.0.0.1:8105"]
    assert settings("SITE_URL", **FOR_REAL | {"SITE_URL": "https://plan.example.org/"}) == [
        "https://plan.example.org"
    ]


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("plan.example.org", "give an address such as"),
        ("https://plan.example.org/plan", "give an address such as"),
        ("ftp://plan.example.org", "give an address such as"),
        ("http://plan.example.org", "over https alone"),
        ("https://other.example.org", "which ALLOWED_HOSTS does not let in"),
    ],
)
def test_for_real_refuses_an_address_that_links_could_not_lead_to(address, sentence):
    assert sentence in refusal(**FOR_REAL | {"SITE_URL": address})


def test_the_policy_lets_a_page_use_only_what_is_ours():
    [policy] = settings("CONTENT_SECURITY_POLICY")
    assert policy["DIRECTIVES"]["default-src"] == ["'none'"]
    assert {word for words in policy["DIRECTIVES"].values() for word in words} == {"'none'", "'self'"}


def test_for_real_django_finds_nothing_to_warn_of():
    code = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "sscp.settings"
django.setup()
from django.core.management import call_command
call_command("check", "--deploy", "--fail-level", "WARNING")
"""
    done = python(code, **FOR_REAL)
    assert done.returncode == 0, done.stderr


def test_a_log_line_is_one_line_whatever_somebody_typed():
    code = """
import json, logging, logging.config
from sscp import settings
logging.config.dictConfig(settings.LOGGING)
logging.getLogger("workstreams").info("signed in\\n{}", extra={"who": "a\\nb\\u2028c", "count": 2})
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("workstreams").exception("broken")
"""
    done = python(code, **FOR_REAL)
    first, second = [json.loads(line) for line in done.stderr.splitlines()]
    assert (first["message"], first["who"], first["count"]) == ("signed in\n{}", "a\nb\u2028c", 2)
    assert "ZeroDivisionError" in second["trace"]
