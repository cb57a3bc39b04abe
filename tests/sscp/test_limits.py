"""Whoever asks too often hears when to come back; nobody else notices, and nothing is lost."""

import logging
import time
import uuid

import pytest
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.urls import reverse

from sscp import database, limits
from tests.conftest import together
from tests.documents.short_plan import short_plan
from tests.screens import nothing_written, words
from tests.workbooks import Filled, hand_in, taken_out
from workstreams.models import Drawing, Plan, Upload, Version

HTMX = {"HX-Request": "true"}
NOW = reverse("reporting:report-xlsx")
FIND = reverse("workstreams:find")
IMPORTS = reverse("workstreams:imports-page")


@pytest.fixture
def few(settings):
    """One of everything in ten minutes."""
    settings.LIMITS = dict.fromkeys(settings.LIMITS, "1/10m/user")


@pytest.fixture
def unit(db, cast):
    return cast("business-unit").signed_in()


def send(client, content=b"-", **fields):
    file = SimpleUploadedFile("plan.docx", content)
    return client.post(IMPORTS, {"file": file, "plan": "new", "request_id": str(uuid.uuid4())} | fields)


def is_refused(answer, most):
    assert answer.status_code == 429
    assert 590 < int(answer["Retry-After"]) <= 600
    assert answer["Cache-Control"] == "no-store"
    said = words(answer)
    assert f"One person can {most} in 10 minutes" in said
    assert "Try again in 10 minutes." in said
    return True


def asked_before(user, kind, seconds, settings):
    """As if this person had asked once, so long ago."""
    request = RequestFactory().get("/")
    request.user = user
    rate = ratelimit.parse_rate(settings.LIMITS[kind])
    key = ratelimit.get_cache_key(request, app="sscp", action=kind, rate=rate)
    cache.set(key, [time.time() - seconds])


def test_every_kind_has_its_limit_and_every_limit_its_words(settings):
    assert settings.LIMITS.keys() == limits.KINDS.keys()
    assert all(rate.endswith("/user") for rate in settings.LIMITS.values())


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1, "1 second"), (59.2, "60 seconds"), (60, "1 minute"), (61, "2 minutes"), (600, "10 minutes")],
)
def test_says_a_time_as_people_do_and_never_less_than_it_is(seconds, said):
    assert limits.in_words(seconds) == said


# ---- files taken out


def test_refuses_a_file_too_many_and_nobody_elses(few, unit, cast):
    assert unit.get(NOW).status_code == 200
    assert is_refused(unit.get(NOW), "take out 1 file")
    assert unit.head(NOW).status_code == 429
    assert cast("dsp-police").signed_in().get(NOW).status_code == 200


def test_counts_files_of_every_sort_together(few, unit, cast, plan):
    assert unit.get(NOW).status_code == 200
    post, version = cast("chair-ldg").post, Version.objects.frozen().earliest("seq")
    others = [
        reverse("reporting:workbook-xlsx", args=[post.pk]),
        reverse("reporting:report-pdf"),
        reverse("reporting:report-pdf", args=[version.pk]),
        reverse("reporting:minutes-xlsx", args=[version.meeting_id or 1]),
        reverse("reporting:pack-html", args=[1]),
    ]
    assert [unit.get(address).status_code for address in others] == [429] * len(others)
    assert unit.get(reverse("reporting:reports-page")).status_code == 200


def test_counts_no_refused_method(few, unit):
    assert unit.post(NOW).status_code == 405
    assert unit.get(NOW).status_code == 200


def test_refuses_to_draw_one_pack_too_many_and_gives_a_button_to_send_it_again(few, unit, plan):
    assert unit.get(NOW).status_code == 200
    address = reverse("reporting:pack-issue", args=[Version.objects.frozen().latest("seq").pk])
    assert unit.get(address).status_code == 200
    request_id = str(uuid.uuid4())
    with nothing_written():
        answer = unit.post(address, {"request_id": request_id, "seen": ""})
    assert is_refused(answer, "take out 1 file")
    assert not Drawing.objects.exists()
    text = answer.content.decode()
    assert f'action="{address}"' in text
    assert request_id in text
    assert "Nothing was changed. What you sent is not lost: send it again then" in words(answer)
    assert "Send it again" in words(answer)


# ---- files handed in


def test_refuses_a_plan_too_many_and_keeps_nothing_of_it(few, unit):
    assert send(unit).status_code == 422
    before = (Plan.objects.count(), Upload.objects.count())
    with nothing_written():
        answer = send(unit, short_plan())
    assert is_refused(answer, "hand in 1 file")
    assert "The file was not taken in and nothing was changed. Go back then and choose it again" in words(
        answer
    )
    assert (Plan.objects.count(), Upload.objects.count()) == before
    assert unit.get(IMPORTS).status_code == 200


def test_takes_the_same_form_when_the_time_has_come(few, unit, cast, settings):
    form = {"request_id": str(uuid.uuid4())}
    asked_before(cast("business-unit").user, "uploads", 5, settings)
    assert send(unit, short_plan(), **form).status_code == 429
    asked_before(cast("business-unit").user, "uploads", 601, settings)
    assert send(unit, short_plan(), **form).status_code == 303
    assert Upload.objects.count() == 1


def test_refuses_a_workbook_too_many_and_nobody_elses(few, unit, cast, measure_at):
    chair = cast("chair-ldg")
    client = chair.signed_in()
    book = Filled(taken_out(client, chair.post)).say(measure_at("4.1#3"), level="No change").saved()
    assert hand_in(client, book).status_code == 303
    with nothing_written():
        assert is_refused(hand_in(client, book), "hand in 1 file")
    assert hand_in(unit, book).status_code == 303


def test_shows_what_was_written_beside_a_file(few, unit):
    send(unit)
    answer = send(unit, note="Words beside the file")
    assert "Words beside the file" in answer.content.decode()
    assert "It is not saved. Copy it somewhere safe" in words(answer)


# ---- searches


def test_refuses_a_search_too_many_and_nobody_elses(few, unit, cast):
    assert unit.get(FIND, {"q": "neglect"}).status_code == 200
    answer = unit.get(FIND, {"q": "neglect again"})
    assert is_refused(answer, "search 1 time")
    assert f'href="{FIND}?q=neglect+again"' in answer.content.decode()
    assert cast("chair-ldg").signed_in().get(FIND, {"q": "neglect"}).status_code == 200


def test_looking_at_the_search_page_is_no_search(few, unit):
    assert [unit.get(FIND, {"q": q}).status_code for q in ("", " ", "")] == [200] * 3
    assert unit.get(FIND).status_code == 200
    assert unit.get(FIND, {"q": "neglect"}).status_code == 200


def test_htmx_gets_the_same_sentence_for_its_region(few, unit):
    unit.get(FIND, {"q": "neglect"})
    region = unit.get(FIND, {"q": "neglect"}, headers=HTMX)
    assert is_refused(region, "search 1 time")
    assert "<html" not in region.content.decode()
    assert '{"code":"429","swap":true}' in unit.get(FIND).content.decode()


# ---- when


@pytest.mark.parametrize(("ago", "wait"), [(10, 590), (540, 60), (597, 3)])
def test_says_truly_when_the_next_one_gets_through(few, unit, cast, settings, ago, wait):
    asked_before(cast("business-unit").user, "searches", ago, settings)
    answer = unit.get(FIND, {"q": "neglect"})
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= wait
    assert wait - int(answer["Retry-After"]) < 60


def test_a_refusal_is_not_held_against_anybody(few, unit, cast, settings):
    asked_before(cast("business-unit").user, "searches", 300, settings)
    waits = [int(unit.get(FIND, {"q": "neglect"})["Retry-After"]) for _ in range(3)]
    assert waits == sorted(waits, reverse=True)
    assert waits[0] <= 300


def test_lets_the_next_one_through_when_the_time_has_come(few, unit, cast, settings):
    asked_before(cast("business-unit").user, "searches", 600, settings)
    assert unit.get(FIND, {"q": "neglect"}).status_code == 200
    assert unit.get(FIND, {"q": "neglect"}).status_code == 429


def test_writes_a_line_that_says_who_and_where_and_not_what(few, unit, cast, caplog):
    unit.get(FIND, {"q": "neglect"})
    with caplog.at_level(logging.WARNING, "sscp.limits"):
        unit.get(FIND, {"q": "a child's name"})
    [line] = [record for record in caplog.records if record.name == "sscp.limits"]
    assert (line.getMessage(), line.user, line.page) == (
        "too many searches",
        cast("business-unit").user.pk,
        FIND,
    )
    assert 590 < line.wait <= 600
    assert "child" not in str(vars(line))


def test_a_stranger_signs_in_and_is_not_counted(few, db):
    client = Client()
    assert [client.get(NOW).status_code for _ in range(3)] == [302] * 3


def test_too_many_attempts_at_a_password_get_the_same_page(unit):
    address = reverse("account_change_password")
    answers = [unit.post(address, {"oldpassword": "none of mine"}) for _ in range(6)]
    assert [answer.status_code for answer in answers][-2:] == [200, 429]
    said = words(answers[-1])
    assert "Too many attempts came from here. Try again in a few minutes." in said
    assert "One person can" not in said


# ---- several at once, on the cache that processes share


def test_several_at_once_get_no_more_through_than_one_after_another(stage, cast, settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
    }
    call_command("createcachetable", database="owner", verbosity=0)
    database.fence()
    settings.LIMITS = settings.LIMITS | {"searches": "3/10m/user"}
    clients = [cast("business-unit").signed_in() for _ in range(8)]
    answers = together(8, lambda i: clients[i].get(FIND, {"q": "neglect"}).status_code)
    assert set(answers) == {200, 429}
    assert answers.count(200) <= 3
