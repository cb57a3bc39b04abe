"""The walls of the house: what no page, template or module may do, and one name in four places."""

import inspect
import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

BASE = Path(settings.BASE)
OURS = ("sscp", "workstreams", "reporting")
PYTHON = [p for room in OURS for p in sorted((BASE / room).rglob("*.py")) if "migrations" not in p.parts]
TEMPLATES = sorted((BASE / "templates").rglob("*.html"))

# Who may see what each address leads to. A new address stands here first.
PUBLIC = "public"  # everybody, signed in or not
ACCOUNT = "account"  # whoever is signed in, whatever their post
PUBLISHED = "published"  # everybody with a post
READERS = "readers"  # everybody with a post, but partner staff
FOLLOWERS = "followers"  # readers who see every proposal; other readers are refused (403)
OFFICERS = "officers"  # posts that an action can name; not there for others
UNIT = "unit"  # the business unit; not there for others
GROUP = "group"  # readers to whom this group's words are open before the meeting; not there for others
SCRUTINEER = "scrutineer"  # the scrutineer; other readers are refused (403)
CLOSER = "closer"  # the business unit; other readers are refused (403)
ANSWERS = "answers"  # who answers for this post, and the business unit; not there for others
EYES = "eyes"  # who sees every proposal; not there for others
REDACTORS = "redactors"  # the business unit and safeguarding partners; not there for others
SENDER = "sender"  # who handed this file in; not there for others
CHECKERS = "checkers"  # the business unit and the scrutineer; not there for others
PROOF = "proof"  # the business unit and the scrutineer; other readers are refused (403)
WHO_MAY = {
    "healthz": PUBLIC,
    "account_login": PUBLIC,
    "account_logout": PUBLIC,
    "account_signup": PUBLIC,
    "account_inactive": PUBLIC,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    "account_change_password": ACCOUNT,
    "workstreams:mail-choices-page": ACCOUNT,
    "workstreams:proof-page": CHECKERS,
    "workstreams:home": PUBLIC,
    "workstreams:stand-in": PUBLIC,
    "workstreams:help": PUBLIC,
    "workstreams:accessibility": PUBLIC,
    "workstreams:privacy": PUBLIC,
    "workstreams:current-plan": PUBLISHED,
    "workstreams:plan-page": PUBLISHED,
    "workstreams:reference-page": PUBLISHED,
    "reporting:reports-page": PUBLISHED,
    "reporting:report-pdf": PUBLISHED,
    "reporting:report-xlsx": PUBLISHED,
    "reporting:pack-page": PUBLISHED,  # who makes no packs is led to the issued one that they may have
    "reporting:issued-pack": PUBLISHED,
    "reporting:pack-pdf": PUBLISHED,
    "reporting:pack-xlsx": PUBLISHED,
    "reporting:pack-html": PUBLISHED,
    "reporting:packs-page": CLOSER,
    "reporting:pack-preview": CLOSER,
    "reporting:pack-issue": CLOSER,
    "workstreams:measure-page": READERS,
    "workstreams:dashboard-page": READERS,
    "workstreams:find": READERS,
    "workstreams:meetings-page": READERS,
    "workstreams:meeting-page": READERS,
    "workstreams:history-page": READERS,
    "workstreams:signals-page": EYES,
    "workstreams:comparison-page": READERS,
    "workstreams:record-page": READERS,
    "workstreams:new-redaction-page": REDACTORS,
    "workstreams:redactions-page": EYES,
    "workstreams:redaction-page": EYES,
    "workstreams:challenges-page": READERS,
    "workstreams:challenge-page": GROUP,
    "workstreams:new-challenge-page": SCRUTINEER,
    "reporting:challenges-pdf": READERS,
    "workstreams:decisions-page": FOLLOWERS,
    "workstreams:closing-page": CLOSER,
    "workstreams:correction-page": CLOSER,
    "reporting:history-export-page": READERS,
    "reporting:history-csv": READERS,
    "reporting:history-xlsx": READERS,
    "reporting:history-zip": PROOF,
    "reporting:minutes-page": READERS,
    "reporting:comparison-pdf": READERS,
    "reporting:comparison-xlsx": READERS,
    "reporting:minutes-pdf": FOLLOWERS,
    "reporting:minutes-xlsx": FOLLOWERS,
    "workstreams:returning-page": CLOSER,
    "workstreams:papers-page": CLOSER,
    "workstreams:highlights-page": GROUP,
    "workstreams:my-updates": OFFICERS,
    "workstreams:workbooks-page": OFFICERS,
    "workstreams:workbook-page": SENDER,
    "reporting:workbook-xlsx": ANSWERS,
    "workstreams:plans-page": READERS,
    "workstreams:new-plan-page": CLOSER,
    "workstreams:keeping-page": CLOSER,
    "workstreams:facts-page": CLOSER,
    "workstreams:key-page": CLOSER,
    "workstreams:texts-page": CLOSER,
    "workstreams:part-page": CLOSER,
    "workstreams:new-part-page": CLOSER,
    "workstreams:recommendations-page": CLOSER,
    "workstreams:people-page": UNIT,
    "workstreams:invitation-page": UNIT,
    "workstreams:imports-page": UNIT,
    "workstreams:import-page": UNIT,
    "workstreams:import-columns-page": UNIT,
    "workstreams:new-group-page": UNIT,
    "workstreams:new-post-page": UNIT,
    "workstreams:person-page": UNIT,
    "workstreams:group-page": UNIT,
    "workstreams:post-page": UNIT,
    "workstreams:handover-page": UNIT,
    "workstreams:appointment-page": UNIT,
}

# Views that are called otherwise: `help` is Python's own word, `current` reads better as plan.current.
VIEW_OF = {"workstreams:help": "help_page", "workstreams:current-plan": "current"}
WITHOUT_PAGE = {
    "workstreams:stand-in",
    "workstreams:current-plan",
    "reporting:report-pdf",
    "reporting:report-xlsx",
    "reporting:comparison-pdf",
    "reporting:comparison-xlsx",
    "reporting:minutes-pdf",
    "reporting:minutes-xlsx",
    "reporting:pack-preview",  # the pack's own page
    "reporting:pack-pdf",
    "reporting:pack-xlsx",
    "reporting:pack-html",
    "reporting:workbook-xlsx",
    "reporting:history-csv",
    "reporting:history-xlsx",
    "reporting:history-zip",
    "reporting:challenges-pdf",
}
TESTED_IN = {
    **{
        f"reporting:history-{each}": "test_history_export_page"
        for each in ("export-page", "csv", "xlsx", "zip")
    },
    "reporting:workbook-xlsx": "test_answers_workbook",
    "reporting:challenges-pdf": "test_challenges",
    "workstreams:new-plan-page": "test_plans_page",
    "workstreams:facts-page": "test_plans_page",
    "workstreams:key-page": "test_keeping_page",
    "workstreams:texts-page": "test_keeping_page",
    "workstreams:part-page": "test_keeping_parts",
    "workstreams:new-part-page": "test_keeping_parts",
    "workstreams:recommendations-page": "test_keeping_register",
    "workstreams:stand-in": "test_home",
    "workstreams:help": "test_home",
    "workstreams:accessibility": "test_home",
    "workstreams:privacy": "test_home",
    "workstreams:current-plan": "test_plan_page",
    "workstreams:reference-page": "test_plan_page",
    "reporting:minutes-page": "test_minutes_page",
    "reporting:comparison-pdf": "test_comparison",
    "reporting:comparison-xlsx": "test_comparison",
    "reporting:minutes-pdf": "test_minutes_page",
    "reporting:minutes-xlsx": "test_minutes_page",
}


FILES = (".pdf", ".xlsx", ".html", ".csv", ".zip")

# What costs the server most is limited for each person (sscp/limits.py), by the name of the limit.
LIMITED = {
    "reporting:report-pdf": "exports",
    "reporting:report-xlsx": "exports",
    "reporting:comparison-pdf": "exports",
    "reporting:comparison-xlsx": "exports",
    "reporting:minutes-pdf": "exports",
    "reporting:minutes-xlsx": "exports",
    "reporting:workbook-xlsx": "exports",
    "reporting:history-csv": "exports",
    "reporting:history-xlsx": "exports",
    "reporting:history-zip": "exports",
    "reporting:challenges-pdf": "exports",
    "reporting:pack-issue": "exports",
    "reporting:pack-pdf": "exports",
    "reporting:pack-xlsx": "exports",
    "reporting:pack-html": "exports",
    "workstreams:workbooks-page": "uploads",
    "workstreams:imports-page": "uploads",
    "workstreams:find": "searches",
    "workstreams:proof-page": "checks",
}

# Whoever sends something there shows first who they are (sscp/sure.py).
SURE = {
    "workstreams:new-redaction-page",
    "workstreams:redaction-page",
    "workstreams:people-page",  # a link by which somebody can sign in
    "workstreams:invitation-page",
    "workstreams:handover-page",
    "workstreams:appointment-page",
    "workstreams:person-page",
    "workstreams:group-page",  # ends and goes on with its posts
    "workstreams:post-page",
    "workstreams:papers-page",
    "reporting:pack-issue",
}
# What says who may act, takes words out or hands papers on, as views call it.
WEIGHTY = (
    r"\b(make_link|operations\.(ask|take_out|ask_for)|papers\.issue_\w+"
    r"|people\.(invite|appoint|hand_over|take_back|(change|end|close|reopen)_\w+))\b"
)


def addresses(resolver=None, namespace=""):
    """(name, pattern) of every address that this service answers to."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", pattern
        else:
            yield from addresses(pattern, f"{pattern.namespace}:" if pattern.namespace else namespace)


OURS_NAMED = sorted({name for name, _ in addresses() if ":" in name})


def relative(path):
    return str(path.relative_to(BASE))


def found(expression, paths):
    return [
        f"{relative(path)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(expression, line)
    ]


# ---- addresses


def test_every_address_says_who_may_see_it():
    assert {name for name, _ in addresses()} == set(WHO_MAY)


def test_only_what_is_public_is_open_without_signing_in():
    for name, pattern in addresses():
        is_open = getattr(pattern.callback, "login_required", True) is False
        assert is_open == (WHO_MAY[name] == PUBLIC) or name == "account_logout", name


def test_addresses_are_nouns_that_end_in_a_slash():
    for name, pattern in addresses():
        way = re.sub(r"\(\?P<.*?\)", "", str(pattern.pattern))
        assert way == way.lower(), name
        assert not way or way.endswith(("/", "/$", "healthz", *FILES)), name


@pytest.mark.parametrize("name", OURS_NAMED)
def test_one_name_in_four_places(name):
    app, _, page = name.partition(":")
    view = page.replace("-", "_")
    patterns = [pattern for each, pattern in addresses() if each == name]
    assert {p.callback.__name__ for p in patterns} == {VIEW_OF.get(name, view)}
    if name not in WITHOUT_PAGE:
        assert (BASE / "templates" / app / f"{view}.html").exists()
    tests = TESTED_IN.get(name, f"test_{view}" if app == "workstreams" else "test_reports_page")
    assert (BASE / "tests" / app / f"{tests}.py").exists(), f"{tests}.py is missing"


def test_a_stranger_reaches_nothing_of_the_plan(db):
    for name, pattern in addresses():
        if WHO_MAY[name] == PUBLIC:
            continue
        values = {key: {"ref": "x", "reference": "1.1"}.get(key, 1) for key in pattern.pattern.converters}
        answer = Client().get(reverse(name, kwargs=values))
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/account/login/"), name


def test_what_costs_most_is_limited():
    assert {n: limit for n, p in addresses() if (limit := getattr(p.callback, "limit", None))} == LIMITED


def test_every_file_upload_and_search_has_its_limit():
    found = {name: "exports" for name, p in addresses() if str(p.pattern).endswith(FILES)}
    for template in TEMPLATES:
        text, way = template.read_text(), template.relative_to(BASE / "templates").with_suffix("")
        if "multipart/form-data" in text:
            found[f"{way.parent}:{way.name.replace('_', '-')}"] = "uploads"
        for form in re.findall(r'<form[^>]*role="search"[^>]*>', text):
            found[re.search(r"action=\"{% url '([^']+)'", form)[1]] = "searches"
    assert found.keys() == LIMITED.keys() - {
        "reporting:pack-issue",  # which draws, and answers with a page
        "workstreams:proof-page",  # which reads the whole history
    }
    assert found.items() <= LIMITED.items()


def test_what_weighs_most_asks_again_who_it_is():
    assert {n for n, p in addresses() if hasattr(p.callback, "asks_before")} == SURE
    assert not {name for name in SURE if LIMITED.get(name) == "uploads"}  # a page can't hold a file


def test_every_view_that_says_who_may_act_or_hands_papers_on_asks_again():
    def module(name):
        (view,) = {p.callback for each, p in addresses() if each == name}
        return Path(inspect.getfile(inspect.unwrap(view)))

    views = [p for p in PYTHON if "views" in p.relative_to(BASE).parts]
    calls = {p for p in views if re.search(WEIGHTY, re.sub(r"def .*", "", p.read_text()))}
    assert calls == {module(name) for name in SURE}


# ---- templates


@pytest.mark.parametrize(
    "expression",
    [
        r"\|\s*safe\b",
        r"\{% autoescape off",
        r"\bstyle=",
        r"<style",
        r"\bon(click|change|submit|load|input)=",
        r"hx-on",
        r"hx-boost",
        r"hx-vals=.js:",
        r"<script(?![^>]*src=)",
        r"javascript:",
        r"<b>Submit|>Submit<",
    ],
)
def test_no_template_holds(expression):
    # A PDF's template has its style sheet inside: it is drawn here, not by a browser.
    pages = [t for t in TEMPLATES if "pdf" not in t.parts]
    assert found(expression, pages) == []


def test_every_template_is_a_page_or_a_part_of_one():
    texts = {str(t.relative_to(BASE / "templates")): t.read_text() for t in TEMPLATES}
    parts = {part for text in texts.values() for part in re.findall(r'\{% include "([^"]+)"', text)}
    code = "".join(path.read_text() for path in PYTHON)
    for name, text in texts.items():
        is_page = re.match(r"\s*(\{% load [^%]+%\})?\s*\{% extends ", text) is not None
        is_whole = name in ("base.html",) or "<html" in text
        # Django, allauth and sscp.pages look for these by their name.
        is_known = name.startswith(("django/", "allauth/", "components/"))
        assert is_page or is_whole or is_known or name in parts or f'"{name}"' in code, name


TAG = re.compile(r"<(\w+)((?:\{%.*?%\}|\{\{.*?\}\}|[^<>])*)>", re.S)
ATTRIBUTE = re.compile(r'([\w:-]+)="((?:\{%.*?%\}|\{\{.*?\}\}|[^"])*)"', re.S)


def test_htmx_only_hastens_links_and_forms_that_work_without_it():
    faults = []
    for template in TEMPLATES:
        for tag, inside in TAG.findall(template.read_text()):
            has = dict(ATTRIBUTE.findall(inside))
            if "hx-get" in has and not (tag == "a" and has.get("href") == has["hx-get"]):
                is_form = tag == "form" and has.get("method") == "get" and has.get("action") == has["hx-get"]
                faults += [] if is_form else [f"{relative(template)}: hx-get on <{tag}>"]
            if "hx-post" in has:
                is_form = (
                    tag == "form" and has.get("method") == "post" and has.get("action") == has["hx-post"]
                )
                is_button = tag == "button" and has.get("formaction") == has["hx-post"]
                faults += [] if is_form or is_button else [f"{relative(template)}: hx-post on <{tag}>"]
            faults += [f"{relative(template)}: {a}" for a in has if a in ("hx-put", "hx-patch", "hx-delete")]
    assert faults == []


def test_every_form_that_writes_carries_the_forgery_token():
    for template in TEMPLATES:
        text = template.read_text()
        forms = re.findall(r'<form[^>]*method="post".*?</form>', text, re.S)
        assert all("csrf" in form for form in forms), relative(template)


def test_every_table_on_a_page_has_a_caption_and_says_what_its_headings_head():
    for template in TEMPLATES:
        text = template.read_text()
        is_paper = 'extends "reporting/pdf/paper.html"' in text
        if "<!doctype" in text.lower() or "pdf" in template.parts or is_paper:
            continue  # a document of its own, drawn as a PDF: its tags have tests of their own
        for table in re.findall(r"<table.*?</table>", text, re.S):
            assert "<caption" in table, relative(template)
            assert "scope=" in table or "{% include" in table, relative(template)


# ---- code


@pytest.mark.parametrize(
    "expression",
    [
        r"\bmark_safe\b",
        r"\bcsrf_exempt\b",
        r"\bSafeString\b",
        r"\.raw\(",
        r"\.extra\(",
        r"\beval\(",
        r"\bexec\(",
    ],
)
def test_no_module_holds(expression):
    assert found(expression, PYTHON) == []


def test_no_view_asks_whether_htmx_asks():
    views = [p for p in PYTHON if "views" in str(p.relative_to(BASE)) and p.name != "accounts.py"]
    assert found(r"request\.htmx|HX-Request|hx_request", views) == []


def test_every_room_has_a_noun_and_fits_in_the_head():
    unnamed = {"utils", "util", "helpers", "common", "core", "services", "managers", "misc", "lib"}
    tests = sorted((BASE / "tests").rglob("*.py"))
    for path in PYTHON + tests:
        assert path.stem not in unnamed, relative(path)
        assert path.parent.name not in unnamed, relative(path)
    too_long = {relative(p): n for p in PYTHON if (n := len(p.read_text().splitlines())) > 400}
    assert too_long == {}


def test_every_module_opens_with_what_it_is_for():
    silent = [
        relative(p) for p in PYTHON if p.read_text().strip() and not p.read_text().startswith(('"""', "#!"))
    ]
    assert silent == []


def test_no_signal_changes_anything_behind_a_back():
    assert found(r"@receiver|\b(pre|post)_(save|delete|init)\b|m2m_changed", PYTHON) == []


def test_tests_are_named_as_sentences_once():
    names = Counter(
        (path, name)
        for path in sorted((BASE / "tests").rglob("test_*.py"))
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.M)
    )
    assert [(relative(path), name) for (path, name), times in names.items() if times > 1] == []


def test_no_two_rooms_take_turns_by_the_same_number():
    """Advisory locks are numbers of the whole database: a shared one makes people wait for what is not theirs."""
    rooms = [*PYTHON, *sorted((BASE / "sscp").rglob("*.sql"))]
    taken = Counter(
        number
        for path in rooms
        for number in sorted(set(re.findall(r"\b71\d\d\b", path.read_text())))
        if "advisory" in path.read_text()
    )
    assert taken == {"7101": 1, "7102": 1, "7103": 1, "7104": 1}
