"""The proof in plain words: what the last checks found, checking now, and a paper's number held against the history."""

import math
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from tests.workstreams.test_verify_history import anchor_at
from workstreams.models import Check, Ledger
from workstreams.operations import people
from workstreams.views import proof

pytestmark = pytest.mark.database  # the checks are kept by this page's operations alone

PAGE = reverse("workstreams:proof-page")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def unit(db, cast):
    return cast("business-unit").signed_in()


@pytest.fixture
def scrutineer(db, cast):
    return cast("scrutineer").signed_in()


def send(client, request_id=None):
    return client.post(PAGE, {"request_id": request_id or str(uuid.uuid4()), "seen": ""})


def words(answer):
    return " ".join(answer.content.decode().split())


# ---- what the last checks found


def test_says_so_where_nothing_was_checked_yet(unit):
    assert words(unit.get(PAGE)).count("Not checked yet") == 2


def test_checks_both_and_keeps_what_was_found(unit):
    answer = send(unit)
    assert (answer.status_code, answer["Location"]) == (303, PAGE)
    history, fences = Check.objects.order_by("pk")
    newest = Ledger.objects.order_by("-seq").first()
    assert (history.kind, history.passed, history.counted) == ("HISTORY", True, newest.seq)
    assert (history.seq, history.hash) == (newest.seq, bytes(newest.hash).hex())
    assert (fences.kind, fences.passed) == ("FENCES", False)
    page = words(unit.get(PAGE))
    assert "Yes: the chain is whole, and the plan is what it says" in page
    assert f"{newest.seq} records made again" in page


def test_names_each_fence_that_the_server_of_these_tests_leaves_down(unit):
    send(unit)
    page = words(unit.get(PAGE))
    assert "lowered" in page
    assert "The server’s setting fsync is off. After a power cut the database may be gone" in page


def test_names_each_fault_of_the_history(unit):
    said = ["Ledger row 12, measure 4 of 1.1: text is <b>other</b>."]
    Check.objects.create(kind="HISTORY", seconds=1, passed=False, said=said, counted=500)
    page = words(unit.get(PAGE))
    assert "No: 1 fault<" in page
    assert "Ledger row 12, measure 4 of 1.1: text is &lt;b&gt;other&lt;/b&gt;." in page


def test_says_when_the_last_check_is_long_ago(unit):
    check = Check.objects.create(kind="HISTORY", seconds=1, passed=True, said=[], counted=500)
    assert "more than two days ago" not in words(unit.get(PAGE))
    Check.objects.filter(pk=check.pk).update(at=timezone.now() - timedelta(days=3))
    assert "more than two days ago" in words(unit.get(PAGE))


def test_shows_the_newest_check_of_each_kind(unit):
    for passed in (False, True):
        Check.objects.create(kind="FENCES", seconds=1, passed=passed, said=[] if passed else ["x"], counted=9)
    assert "Yes: every fence is up" in words(unit.get(PAGE))


def test_a_request_sent_twice_is_kept_once(unit):
    once = str(uuid.uuid4())
    assert [send(unit, once).status_code, send(unit, once).status_code] == [303, 303]
    assert Check.objects.count() == 2


def test_a_form_without_its_number_checks_nothing(unit):
    answer = unit.post(PAGE, {})
    assert answer.status_code == 422
    assert "This page cannot be sent as it is" in words(answer)
    assert not Check.objects.exists()


def test_a_check_leaves_no_record_in_the_history(unit):
    before = Ledger.objects.count()
    send(unit)
    assert Ledger.objects.count() == before


def test_finds_nothing_while_others_write(stage, cast):
    """Each check reads one unchanging view, so that a record written meanwhile is no fault."""
    unit = cast("business-unit")
    client = unit.signed_in()
    people.add_group(name="Meanwhile", kind="SUBGROUP", by=unit.by)
    assert send(client).status_code == 303
    assert Check.objects.get(kind="HISTORY").passed


@pytest.mark.parametrize(
    ("counted", "seconds", "takes"),
    [
        (0, 0, "about 1 second."),  # no check yet
        (999, 100, "about 1 second."),  # of too few to say anything
        (2000, 8, "about {fast} seconds."),
        (2000, 2000, "about {slow} minutes."),
    ],
)
def test_says_before_how_much_is_read_and_for_how_long(unit, scrutineer, counted, seconds, takes):
    if counted:
        Check.objects.create(kind="HISTORY", seconds=seconds, passed=True, said=[], counted=counted)
    newest = Ledger.objects.count()
    takes = takes.format(fast=math.ceil(newest / 250), slow=math.ceil(newest / 60))
    page = words(unit.get(PAGE))
    assert f"All {newest:,} records are read while you wait, which takes {takes}" in page
    assert f"All records are read again then, which takes {takes}" in words(scrutineer.get(PAGE))


# ---- a number on paper


def test_finds_a_number_from_paper_and_says_of_which_day(scrutineer):
    page = words(scrutineer.get(PAGE, {"anchor": anchor_at(300)}))
    day = Ledger.objects.get(seq=300).at
    assert f"It is there: record 300, written on {day:%-d %B %Y}" in page
    assert "records were made again from their words just now" in page
    assert f'href="{reverse("workstreams:record-page", args=[300])}"' in page


@pytest.mark.parametrize("spoil", [str.upper, lambda text: f"  {text[:9]} \n {text[9:40]} {text[40:]}\t"])
def test_takes_a_number_as_people_copy_it(scrutineer, spoil):
    assert "It is there: record 300" in words(scrutineer.get(PAGE, {"anchor": spoil(anchor_at(300))}))


def test_says_that_a_record_is_another_one(scrutineer):
    seq, _, fingerprint = anchor_at(300).partition(":")
    page = words(scrutineer.get(PAGE, {"anchor": f"{seq}:{fingerprint[::-1]}"}))
    assert "It is not there: record 300 is another one" in page


def test_says_that_there_is_no_such_record(scrutineer):
    page = words(scrutineer.get(PAGE, {"anchor": f"99999:{'a' * 64}"}))
    assert "It is not there: there is no record 99,999" in page
    assert f"The newest record is {Ledger.objects.count():,}" in page


def test_a_number_that_stands_proves_nothing_where_the_rest_was_changed(stage, cast):
    import psycopg

    client = cast("scrutineer").signed_in()
    anchor = anchor_at(300)
    with psycopg.connect(stage.server.url(database=connection.settings_dict["NAME"])) as admin:
        admin.execute("update ledger.entry set because = 'Another reason.' where seq = 200")
    page = words(client.get(PAGE, {"anchor": anchor}))
    assert "The record is there, and the history is not as it was written" in page
    assert "Ledger row 200" in page


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1432", "Give the number of the record, a colon and the fingerprint"),
        (":abc", "Before the colon stands the number of a record"),
        ("0:" + "a" * 64, "Before the colon stands the number of a record"),
        ("x:" + "a" * 64, "Before the colon stands the number of a record"),
        ("1:" + "a" * 63, "This one has 63."),
        ("1:" + "o" * 64, "“o” is neither"),
        ("9" * 30 + ":" + "a" * 64, "Before the colon stands the number of a record"),
        ("1:" + "a" * 500, "at most 400 characters"),
    ],
)
def test_says_what_is_wrong_with_a_number(scrutineer, text, sentence):
    answer = scrutineer.get(PAGE, {"anchor": text})
    assert answer.status_code == 422
    assert answer.content.decode().count(sentence) == 2  # in the summary and at the field
    assert "Error: Proof" in words(answer)


def test_an_empty_box_asks_for_nothing(scrutineer):
    assert scrutineer.get(PAGE, {"anchor": " "}).status_code == 200


def test_a_long_history_is_left_to_the_command(unit, monkeypatch):
    monkeypatch.setattr(proof, "WHILE_YOU_WAIT", 100)
    page = words(unit.get(PAGE, {"anchor": anchor_at(300)}))
    assert "It is there: record 300" in page
    assert "too long to be read again while you wait" in page
    assert "Check both now" not in page
    assert send(unit).status_code == 403
    assert not Check.objects.exists()


# ---- who may


def test_the_scrutineer_reads_and_writes_nothing(scrutineer):
    page = words(scrutineer.get(PAGE))
    assert "Check both now" not in page
    assert send(scrutineer).status_code == 403
    scrutineer.get(PAGE, {"anchor": anchor_at(300)})
    assert not Check.objects.exists()


@pytest.mark.parametrize("key", ["chair-ldg", "dsp-police", "viewer"])
def test_is_not_there_for_others(db, cast, key):
    client = cast(key).signed_in()
    assert client.get(PAGE).status_code == 404
    assert send(client).status_code == 404


def test_asks_a_stranger_to_sign_in(client, db):
    assert client.get(PAGE)["Location"].startswith("/account/login/")


def test_is_limited_as_it_reads_everything(scrutineer, settings):
    settings.LIMITS = settings.LIMITS | {"checks": "2/10m/user"}
    answers = [scrutineer.get(PAGE, {"anchor": anchor_at(300)}).status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert scrutineer.get(PAGE).status_code == 200


# ---- the page


def test_shows_the_number_to_write_down(unit):
    assert anchor_at(Ledger.objects.count()) in words(unit.get(PAGE))


def test_says_what_it_cannot_prove_and_that_a_demonstration_can_set_its_clock(unit):
    page = words(unit.get(PAGE))
    assert "What these checks can’t prove" in page
    assert "This is a demonstration, so its clock can be set" in page


def test_is_one_of_the_sections_of_history_for_those_who_may(unit, cast):
    assert f'href="{PAGE}"' in words(unit.get(reverse("workstreams:history-page")))
    chair = cast("chair-ldg").signed_in()
    assert f'href="{PAGE}"' not in words(chair.get(reverse("workstreams:history-page")))


def test_holds_a_constant_number_of_questions(unit, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        unit.get(PAGE)
