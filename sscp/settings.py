"""Every setting, in one file; what an installation must decide comes from its environment, and is asked for loudly.

There are two ways to run. *At home*, with no DATABASE_URL or with DEMONSTRATION or DEBUG, only this machine may
reach the site and everything has a default. Otherwise it is for real: values are required and cookies need https.
docs/running-it.md lists the environment.
"""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

from sscp import embedded_postgres

BASE = Path(__file__).resolve().parent.parent
DATA_DIR = embedded_postgres.data_folder()


def flag(name: str) -> bool:
    value = os.environ.get(name, "").lower()
    if value not in ("", "0", "1", "no", "yes", "false", "true"):
        raise ImproperlyConfigured(f"{name} is {value!r}: say 1 or 0.")
    return value in ("1", "yes", "true")


def required(name: str, hint: str, *, at_home: str) -> str:
    value = os.environ.get(name, "")
    if not value and not AT_HOME:
        raise ImproperlyConfigured(f"{name} isn't set: {hint}")
    return value or at_home


def whole_number(name: str, default: int) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} is {value!r}: say a whole number.")
    return int(value)


def limit(name: str, default: str) -> str:
    """For each signed-in person, not each address: a whole council sits behind one."""
    value = os.environ.get(name) or default
    if not re.fullmatch(r"[1-9][0-9]*/[1-9][0-9]*[smh]", value):
        raise ImproperlyConfigured(f"{name} is {value!r}: say how many in how long, such as {default}.")
    return f"{value}/user"


# Which of the two ways

DEBUG = flag("DEBUG")
DEMONSTRATION = flag("DEMONSTRATION")
PRIVATE_DATABASE = embedded_postgres.wanted()
AT_HOME = DEBUG or DEMONSTRATION or PRIVATE_DATABASE

LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = required(
    "ALLOWED_HOSTS", "name the site's addresses, such as plan.example.org.", at_home=",".join(LOOPBACK)
).split(",")
ALLOWED_HOSTS = [host.strip() for host in ALLOWED_HOSTS if host.strip()]
if AT_HOME and (strangers := set(ALLOWED_HOSTS) - set(LOOPBACK)):
    raise ImproperlyConfigured(
        f"ALLOWED_HOSTS lets others in ({', '.join(sorted(strangers))}), so DEBUG and DEMONSTRATION must be off and "
        "DATABASE_URL set; or take those hosts out."
    )

# Where the links in an e-mail lead, which is sent without any request that could say so.
SITE_URL = required(
    "SITE_URL",
    "give the site's own address, such as https://plan.example.org.",
    at_home=f"http://127.0.0.1:{os.environ.get('PORT', '8000')}",
).rstrip("/")
site = urlsplit(SITE_URL)
if site.scheme not in ("http", "https") or not site.hostname or site.path or site.query or site.fragment:
    raise ImproperlyConfigured(f"SITE_URL is {SITE_URL!r}: give an address such as https://plan.example.org.")
if not AT_HOME and site.scheme != "https":
    raise ImproperlyConfigured(f"SITE_URL is {SITE_URL!r}: the site is reached over https alone.")
if not AT_HOME and not validate_host(site.hostname, ALLOWED_HOSTS):
    raise ImproperlyConfigured(f"SITE_URL names {site.hostname}, which ALLOWED_HOSTS does not let in.")

KEY_OF_THE_DEMONSTRATION = "everybody can read this key, so it opens nothing but the demonstration"
SECRET_KEY = required(
    "SECRET_KEY",
    "make one with `python3 -c 'import secrets; print(secrets.token_urlsafe(64))'`.",
    at_home=KEY_OF_THE_DEMONSTRATION,
)
SECRET_KEY_FALLBACKS = os.environ.get(
    "SECRET_KEY_FALLBACKS", ""
).split()  # former keys, while one is replaced
for key in [] if AT_HOME else [SECRET_KEY, *SECRET_KEY_FALLBACKS]:
    if (
        key == KEY_OF_THE_DEMONSTRATION
        or key.startswith("django-insecure-")
        or len(key) < 50
        or len(set(key)) < 5
    ):
        raise ImproperlyConfigured("SECRET_KEY is a default one or too easy to guess: make one of your own.")

# Who we are

PARTNERSHIP_NAME = required(
    "PARTNERSHIP_NAME", "name the partnership.", at_home="Demonstration Safeguarding Children Partnership"
)
HOSTING_BODY = required(
    "HOSTING_BODY", "name the body that runs this site, such as the council.", at_home="the hosting council"
)
ACCESSIBILITY_CONTACT = required(
    "ACCESSIBILITY_CONTACT",
    "give the e-mail address of whoever answers about accessibility.",
    at_home="accessibility@example.org",
)
BUSINESS_UNIT_CONTACT = os.environ.get(
    "BUSINESS_UNIT_CONTACT", ""
)  # who gives links by hand: words, not required

# The database: three doors to one. `default` is the web's (plan_app); `owner` runs migrations (plan_owner) and is
# there only where its address is given, so that a web process needn't hold it; the administrator's is `provision`'s.


def database(name: str, url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    if parts.scheme not in ("postgres", "postgresql") or len(parts.path) < 2:
        raise ImproperlyConfigured(f"{name} isn't of the form postgresql://role:password@host:5432/database.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": query.pop("port", str(parts.port or "")),
        "OPTIONS": query,  # such as sslmode and sslrootcert, as libpq spells them
        "CONN_MAX_AGE": 600,  # a new connection for each request cost seven times as much
        "CONN_HEALTH_CHECKS": True,
    }


if PRIVATE_DATABASE:
    # Only its address: manage.py and the tests start the server.
    try:
        private_server = embedded_postgres.demonstration_server()
    except embedded_postgres.ServerUnavailable as unavailable:
        raise ImproperlyConfigured(str(unavailable)) from unavailable
    DATABASE_URL = private_server.url("plan_app", "plan")
    DATABASE_OWNER_URL = private_server.url("plan_owner", "plan")
    DATABASE_ADMIN_URL = private_server.url(embedded_postgres.ADMINISTRATOR, "postgres")
else:
    DATABASE_URL = os.environ["DATABASE_URL"]
    DATABASE_OWNER_URL = os.environ.get("DATABASE_OWNER_URL", "")
    DATABASE_ADMIN_URL = os.environ.get("DATABASE_ADMIN_URL", "")

DATABASES = {"default": database("DATABASE_URL", DATABASE_URL)}
if DATABASE_OWNER_URL:
    DATABASES["owner"] = database("DATABASE_OWNER_URL", DATABASE_OWNER_URL)
    if DATABASES["owner"]["NAME"] != DATABASES["default"]["NAME"]:
        raise ImproperlyConfigured("DATABASE_OWNER_URL and DATABASE_URL name different databases.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits count in the cache, so for real every process shares one. `provision` makes its table.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if AT_HOME
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # Beyond this many rows live counts are thrown away too: trying many addresses must not get rid of them.
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

# Pictures of the plan that each process keeps, by ledger row and day. One is about a megabyte.
PICTURES_KEPT = whole_number("PICTURES_KEPT", 8)

# The application

ROOT_URLCONF = "sscp.urls"
WSGI_APPLICATION = "sscp.wsgi.application"
INSTALLED_APPS = [
    "sscp",
    "workstreams",
    "reporting",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",  # so that our own templates for fields come before Django's
    "django_htmx",
    "template_partials",
    "allauth",
    "allauth.account",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "sscp.middleware.headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sscp.middleware.idle_timeout",
    "django_htmx.middleware.HtmxMiddleware",
    "sscp.middleware.SignedIn",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "workstreams.views.navigation.navigation",
            ],
        },
    }
]
FORM_RENDERER = "sscp.pages.Renderer"
MESSAGE_STORAGE = (
    "django.contrib.messages.storage.session.SessionStorage"  # no words about children in a cookie
)

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True

# Static files: ours and the front end's packages', both under app/; hashed, compressed and kept for a year.

STATIC_URL = "/static/"
STATIC_ROOT = BASE / "build" / "collected"
STATICFILES_DIRS = [("app", BASE / "static"), BASE / "build" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nothing is kept on disk, by design
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Files that people send: a plan, or a workbook that comes back.

LARGEST_UPLOAD = 10 << 20  # bytes
FILE_UPLOAD_HANDLERS = [
    "sscp.receiving.UpToTheLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# How often one person may ask for what costs the server most; asked more often it answers 429 (sscp/limits.py).

LIMITS = {
    # On the day of a meeting the business unit takes some thirty: it can have them all at once. Each takes seconds.
    "exports": limit("LIMIT_EXPORTS", "40/10m"),
    # The business unit may bring in every chair's workbook in one go; each is read by a process of its own.
    "uploads": limit("LIMIT_UPLOADS", "30/10m"),
    # Nobody reads what was found in under a second, however quickly they type.
    "searches": limit("LIMIT_SEARCHES", "60/1m"),
    # Each reads the whole history. A page of papers is held against it one number after the other.
    "checks": limit("LIMIT_CHECKS", "20/10m"),
}

# Signing in

AUTH_USER_MODEL = "workstreams.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 7 * 24 * 60 * 60  # seconds for which an invitation's link is good, once
ACCOUNT_ADAPTER = "workstreams.views.accounts.Adapter"  # closes signing up: the business unit invites
ACCOUNT_FORMS = {
    "login": "workstreams.forms.accounts.SignInForm",
    "reset_password": "workstreams.forms.accounts.ForgottenPasswordForm",
    "reset_password_from_key": "workstreams.forms.accounts.ChoosePasswordForm",
    "change_password": "workstreams.forms.accounts.ChangePasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # the business unit vouches for addresses
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = (
    False  # a stranger's typing sends nobody e-mail; the page says the same anyway
)
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login_failed": "10/5m/key,30/5m/ip", "reauthenticate": "10/5m/user"}
# Seconds for which a password is believed where it is asked for again (sscp/sure.py): long enough to issue papers
# and their packs, or to invite a group's people, at one go; shorter than SESSION_IDLE_AGE, so that a browser left
# alone until just before it signs out lets nobody do any of it.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if AT_HOME else "https"
ALLAUTH_TRUSTED_PROXY_COUNT = whole_number("TRUSTED_PROXY_COUNT", 0)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Cookies, and what a browser is told

COOKIE_PREFIX = "" if AT_HOME else "__Host-"  # such a cookie is taken only over https, from this very host
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
SESSION_COOKIE_SECURE = not AT_HOME
SESSION_COOKIE_AGE = 10 * 60 * 60  # seconds from signing in, however busy
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE_AGE = 20 * 60  # seconds without a request
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
CSRF_COOKIE_SECURE = not AT_HOME
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "sscp.middleware.not_our_form"
SECURE_SSL_REDIRECT = not AT_HOME
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked by the machine itself
SECURE_HSTS_SECONDS = 0 if AT_HOME else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = not AT_HOME
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SILENCED_SYSTEM_CHECKS = [
    "security.W021",  # HSTS preloading binds a whole domain, which is the hosting body's to decide
]

# E-mail

EMAIL_URL = os.environ.get("EMAIL_URL", "")
EMAIL_IS_SET_UP = bool(EMAIL_URL)  # where it isn't, the business unit hands links over itself
EMAIL_TIMEOUT = 20
if EMAIL_IS_SET_UP:
    mail = urlsplit(EMAIL_URL)
    if mail.scheme not in ("smtp", "smtp+tls", "smtps") or not mail.hostname:
        raise ImproperlyConfigured(
            "EMAIL_URL isn't of the form smtp+tls://user:password@host:587 (or smtp, smtps)."
        )
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = mail.hostname
    EMAIL_PORT = mail.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[mail.scheme]
    EMAIL_HOST_USER = unquote(mail.username or "")
    EMAIL_HOST_PASSWORD = unquote(mail.password or "")
    EMAIL_USE_TLS = mail.scheme == "smtp+tls"
    EMAIL_USE_SSL = mail.scheme == "smtps"
    if not os.environ.get("EMAIL_FROM"):
        raise ImproperlyConfigured("EMAIL_FROM isn't set: give the address that e-mail comes from.")
# The demonstration shows on standard output what would be sent. Elsewhere nothing is sent, and pages say so.
EMAIL_IS_SHOWN = DEMONSTRATION and not EMAIL_IS_SET_UP
if not EMAIL_IS_SET_UP:
    EMAIL_BACKEND = f"django.core.mail.backends.{'console' if EMAIL_IS_SHOWN else 'dummy'}.EmailBackend"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("EMAIL_FROM", "plan@localhost")

# What is written to standard error

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "for_people": {"format": "%(levelname)s %(name)s: %(message)s"},
        "for_machines": {"()": "sscp.log_lines.JsonLines"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "for_people" if AT_HOME else "for_machines",
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        **{room: {"level": "INFO"} for room in ("sscp", "workstreams", "reporting")},
    },
}
