"""The ledger: one chained row for every change, and nobody who can write it otherwise."""

import json
import re
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.db.utils import DatabaseError, ProgrammingError

from sscp import database
from workstreams import gather, ledger
from workstreams.models import AppendOnly, Group, Ledger, Measure, Rating, User, Version
from workstreams.operations import By, people, ratings, recorded, settle
from workstreams.vocabulary import RatingStep

# ---- the canonical form


def documented() -> list[list[ledger.Row]]:
    """The rows of the worked examples in docs/ledger.md: of form 1, of form 2, and a redacted one as it then stands."""
    text = (settings.BASE / "docs" / "ledger.md").read_text()
    return [
        [
            ledger.Row(
                **{
                    name: datetime.fromisoformat(value)
                    if name == "at"
                    else bytes.fromhex(value)
                    if name in ("salt", "digest", "previous", "hash")
                    else value
                    for name, value in row.items()
                }
            )
            for row in json.loads(example)
        ]
        for example in re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    ]


def test_python_makes_the_documented_fingerprints():
    (first, second), (third, fourth), (redacted,) = documented()
    for row in (first, second, third, fourth):
        assert ledger.digest(row) == row.digest
        assert ledger.link(row) == row.hash
    assert [row.form for row in (first, second, third, fourth)] == [1, 1, 2, 2]
    assert [row.previous for row in (first, second, third, fourth)] == [
        b"",
        first.hash,
        second.hash,
        third.hash,
    ]
    assert ledger.link(redacted) == redacted.hash == third.hash
    assert ledger.redactions(fourth) == [ledger.Redaction(3, ledger.replacement(redacted))]


def test_the_documented_bytes_are_those_that_are_hashed():
    text = (settings.BASE / "docs" / "ledger.md").read_text()
    images, fields, words, link, replaced = re.findall(r"```text\n(.*?)\n```", text, re.DOTALL)
    (first, _), (third, _), (redacted,) = documented()
    assert ledger.prefixed(first.before, first.after).decode() == images
    assert sha256(fields.encode()).digest() == first.hash
    assert fields.startswith("5:SSCP1,1:1,27:2023-07-18T08:30:00.000000Z,")
    assert ledger.prefixed(third.before, third.after, third.because).decode() == words
    assert sha256(link.encode()).digest() == third.hash
    assert link.startswith("5:SSCP2,1:3,27:2023-11-02T16:20:30.000001Z,")
    assert ledger.prefixed(redacted.before, redacted.after, redacted.because).decode() == replaced


SAID = (
    "row({seq}, {at}, {table}, {row}, {operation}, {before}::jsonb, {after}::jsonb, {by}, {for_post}, {because},"
    " ''::bytea, ''::bytea, ''::bytea, ''::bytea, 2)::ledger.entry"
)


def test_postgresql_makes_the_documented_fingerprints(stage):
    (first, second), (third, fourth), (redacted,) = documented()
    with psycopg.connect(stage.server.url(database=connection.settings_dict["NAME"])) as admin:
        for row in (first, second):
            made = admin.execute(
                "select sha256(%(salt)s || convert_to(ledger.field(%(before)s::jsonb::text)"
                " || ledger.field(%(after)s::jsonb::text), 'UTF8'))",
                row._asdict(),
            ).fetchone()
            assert made == (row.digest,)
        said = SAID.format(**{name: f"%({name})s" for name in ledger.Row._fields})
        for row in (third, fourth):
            made = admin.execute(f"select sha256(%(salt)s || ledger.said({said}))", row._asdict()).fetchone()
            assert made == (row.digest,)
        replaced = admin.execute(f"select encode(sha256(ledger.said({said})), 'hex')", redacted._asdict())
        assert replaced.fetchone() == (ledger.replacement(redacted),)


def test_postgresql_chains_a_row_as_documented(stage):
    """What `ledger.append` writes is what the canonical form makes of the row, whichever row it is."""
    people.add_group(name="Négligence – “two”", kind="SUBGROUP", by="test")
    *_, row = ledger.rows()
    assert row.form == 2
    assert (ledger.digest(row), ledger.link(row)) == (row.digest, row.hash)


def test_the_images_of_every_row_are_as_documented(db):
    for row in ledger.rows():
        assert ledger.digest(row) == row.digest
        assert ledger.link(row) == row.hash


def test_no_two_lists_of_fields_read_the_same():
    assert ledger.prefixed("ab", "c") != ledger.prefixed("a", "bc")
    assert ledger.prefixed("é") == b"2:\xc3\xa9,"
    assert ledger.prefixed(None) == ledger.prefixed("") == b"0:,"


def test_the_proof_reads_the_tables_that_are_fenced():
    assert set(ledger.fenced_models()) == set(database.fenced_models())


# ---- what it holds


def newest(**which: Any) -> Ledger:
    settle()
    return Ledger.objects.filter(**which).order_by("-seq").first()


def test_holds_who_in_which_post_and_why(db, cast):
    by = cast("business-unit").by
    with recorded(by, because="It was renamed."):
        Group.objects.filter(short_name="LDG").update(short_name="Learning")
    row = newest()
    assert (row.table, row.operation) == ("workstreams_group", "UPDATE")
    assert (row.before["short_name"], row.after["short_name"]) == ("LDG", "Learning")
    assert (row.by, row.for_post, row.because) == (str(by.user.pk), str(by.post.pk), "It was renamed.")


def test_the_owner_of_the_tables_cannot_borrow_the_ledgers_rights(stage):
    """A cast of the owner's own making would run while a row is turned into an image."""
    with role(stage, "plan_owner") as session:
        signed(session)
        session.execute("create type trick as enum ('a')")
        session.execute("create table lure (id bigint, bait trick)")
        session.execute(
            "create trigger lure after insert on lure for each row execute function ledger.record()"
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="not a table of the plan"):
            session.execute("insert into lure values (1, 'a')")
        session.execute("create temporary table workstreams_rating (id bigint)")
        session.execute(
            "create trigger forged after insert on pg_temp.workstreams_rating"
            " for each row execute function ledger.record()"
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="not a table of the plan"):
            session.execute("insert into pg_temp.workstreams_rating values (1)")


def test_an_administrator_runs_nothing_that_the_owner_put_in_the_way(stage):
    name = connection.settings_dict["NAME"]
    with role(stage, "plan_owner") as session:
        session.execute(
            "create function public.pg_advisory_xact_lock(integer) returns void language plpgsql as"
            " $$ begin raise exception 'the owner was run'; end $$"
        )
    database.furnish(stage.server.url(database="postgres"), name, demonstration=True)


@pytest.mark.parametrize("model", database.fenced_models(), ids=lambda m: m._meta.model_name)
def test_refuses_a_change_of_any_plan_table_without_an_actor(db, model):
    columns = ", ".join(f'"{f.column}"' for f in model._meta.concrete_fields if f.column != "id")
    copy = f'insert into "{model._meta.db_table}" ({columns}) select {columns} from "{model._meta.db_table}" limit 1'
    if not model.objects.exists():
        return  # a table that the demonstration leaves empty: its fences are looked at below
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(copy)
    # A copy may break a law of its own table first: either way nothing was written without an actor.
    assert "needs an actor" in str(refused.value) or "violates" in str(refused.value)


@pytest.mark.parametrize("model", database.fenced_models(), ids=lambda m: m._meta.model_name)
def test_every_plan_table_stands_behind_fences_that_no_session_can_lower(db, model):
    with connection.cursor() as cursor:
        cursor.execute(
            "select tgname, tgenabled, tgdeferrable, tginitdeferred from pg_trigger where tgrelid = %s::regclass",
            [f'public."{model._meta.db_table}"'],
        )
        fences = {name: rest for name, *rest in cursor.fetchall()}
    assert fences["plan_ledger"] == ["A", True, True]
    expected = {"plan_turn", "plan_actor", "plan_no_truncate"}
    if issubclass(model, AppendOnly):
        expected |= {"plan_append_only", "plan_append_only_rows"}
    assert all(fences[name][0] == "A" for name in expected)


def test_refuses_an_insert_an_update_and_a_delete_without_an_actor_and_takes_them_with_one(db):
    group = people.add_group(name="A group", kind="SUBGROUP", by="test")
    for change in (
        lambda: Group.objects.create(name="Another", kind="SUBGROUP"),
        lambda: Group.objects.filter(pk=group.pk).update(name="Renamed"),
        lambda: Group.objects.filter(pk=group.pk).delete(),
    ):
        with pytest.raises(ProgrammingError, match="needs an actor"), transaction.atomic():
            change()
        with recorded("test"):
            change()
    assert newest().operation == "DELETE"


def test_a_sign_in_leaves_no_row(db, cast, client):
    before = newest().seq
    assert client.login(email="chair-ldg@demonstration.example", password="demonstration")
    user = cast("chair-ldg").user
    user.last_login = datetime.now(UTC)
    user.save(update_fields=["last_login"])
    user.set_password("another password than before")
    user.save(update_fields=["password"])
    assert newest().seq == before
    assert user.last_login is not None


def test_a_password_is_in_no_image(db):
    with recorded("test"):
        User.objects.create_user(email="new@demonstration.example", password="canary password", name="New")
    secret = User.objects.get(email="new@demonstration.example").password
    images = [image for row in Ledger.objects.all() for image in (row.before, row.after) if image]
    assert newest().after["email"] == "new@demonstration.example"
    assert not any("password" in image or "last_login" in image for image in images if "email" in image)
    assert secret not in json.dumps(images)


def test_a_frozen_picture_stands_as_its_hash(db):
    version = Version.objects.frozen().first()
    image = newest(table="workstreams_version", row=str(version.pk)).after
    assert re.fullmatch("sha256:[0-9a-f]{64}", image["picture"])


def test_a_change_that_changes_nothing_leaves_no_row(db):
    before = newest().seq
    with recorded("test"):
        Group.objects.filter(short_name="LDG").update(short_name="LDG")
    assert newest().seq == before


def test_two_blocks_in_one_transaction_keep_each_its_own_actor(db, cast):
    unit, chair = cast("business-unit").by, cast("chair-ldg").by
    group = Group.objects.get(short_name="LDG")
    with transaction.atomic():
        with recorded(unit, because="One."):
            Group.objects.filter(pk=group.pk).update(short_name="One")
        with recorded(chair, because="Two."):
            Group.objects.filter(pk=group.pk).update(short_name="Two")
    rows = Ledger.objects.filter(table="workstreams_group", row=str(group.pk)).order_by("-seq")[:2]
    assert [(r.by, r.because, r.after["short_name"]) for r in reversed(rows)] == [
        (str(unit.user.pk), "One.", "One"),
        (str(chair.user.pk), "Two.", "Two"),
    ]


def test_a_block_inside_another_keeps_its_own_actor_and_gives_the_other_its_back(db, cast):
    unit, chair = cast("business-unit").by, cast("chair-ldg").by
    one, two = Group.objects.order_by("pk")[:2]
    with recorded(unit):
        Group.objects.filter(pk=one.pk).update(short_name="Outer")
        settle()
        with recorded(chair):
            Group.objects.filter(pk=two.pk).update(short_name="Inner")
    assert newest(table="workstreams_group", row=str(one.pk)).by == str(unit.user.pk)
    assert newest(table="workstreams_group", row=str(two.pk)).by == str(chair.user.pk)


# ---- whose it is


@contextmanager
def role(stage, name):
    """A connection as one of the roles, to the test's own database."""
    with psycopg.connect(
        stage.server.url(name, connection.settings_dict["NAME"]), autocommit=True
    ) as connected:
        yield connected


def signed(session: psycopg.Connection[Any]) -> None:
    session.execute("select set_config('plan.by', 'test', false)")


APPEND_ONLY = ["rating", "target", "impact", "version"]


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_the_web_adds_to_what_is_recorded_and_changes_none_of_it(stage, table):
    with role(stage, "plan_app") as session:
        signed(session)
        for attack in (
            f"update workstreams_{table} set at = now()",
            f"delete from workstreams_{table}",
            f"truncate workstreams_{table} cascade",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute(attack)
        assert session.execute(f"select count(*) > 0 from workstreams_{table}").fetchone() == (True,)
        session.execute("update workstreams_group set short_name = 'may be changed' where id = 1")


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_the_owner_of_the_tables_is_refused_by_the_tables_themselves(stage, table):
    with role(stage, "plan_owner") as session:
        signed(session)
        for attack in (
            f"update workstreams_{table} set at = now()",
            f"delete from workstreams_{table}",
            f"truncate workstreams_{table} cascade",
        ):
            with pytest.raises(psycopg.errors.RestrictViolation, match="what was recorded stays"):
                session.execute(attack)


@pytest.mark.parametrize("model", database.fenced_models(), ids=lambda m: m._meta.model_name)
def test_nobody_empties_a_table_of_the_plan(stage, model):
    with role(stage, "plan_owner") as session:
        signed(session)
        with pytest.raises(psycopg.errors.RestrictViolation):
            session.execute(f'truncate "{model._meta.db_table}" cascade')


def test_the_program_refuses_too(db):
    rating = Rating.objects.first()
    with pytest.raises(TypeError, match="append-only"):
        rating.save()
    with pytest.raises(TypeError, match="append-only"):
        rating.delete()


# ---- many at once


def test_eight_at_once_keep_one_unbroken_chain(stage, cast):
    unit = cast("business-unit").by
    before = Ledger.objects.count()
    failures: list[Exception] = []

    def write(number: int) -> None:
        try:
            for step in range(10):
                people.add_group(name=f"Group {number}.{step}", kind="SUBGROUP", by=unit)
        except Exception as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    report = ledger.verify()
    assert report.rows == before + 80
    assert not report.faults


def test_of_eight_who_answer_the_same_row_one_wins(stage, cast):
    proposal = Rating.objects.filter(step=RatingStep.PROVISIONAL, followed_by=None).first()
    by = By(proposal.by, proposal.for_post)
    before = Ledger.objects.count()
    outcomes: list[str] = []

    def answer() -> None:
        try:
            ratings.withdraw(measure=Measure.objects.get(pk=proposal.measure_id), by=by, seen=proposal.pk)
            outcomes.append("won")
        except Exception as failure:
            outcomes.append(type(failure).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=answer) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["Overtaken"] * 7 + ["won"]
    assert Ledger.objects.count() == before + 1


# ---- the clock


def set_clock(moment: datetime | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select ledger.set_clock(%s)", [moment])


def test_the_clock_of_a_demonstration_goes_forward_and_never_back(db):
    now = gather.head().at
    set_clock(now + timedelta(days=1))
    people.add_group(name="Tomorrow", kind="SUBGROUP", by="test")
    assert newest().at == now + timedelta(days=1)
    with pytest.raises(DatabaseError, match="never runs back"), transaction.atomic():
        set_clock(now)
    set_clock(now + timedelta(days=2))


def test_the_clock_of_a_real_plan_cannot_be_set(stage):
    with role(stage, "plan_admin") as session:
        session.execute("update ledger.clock set demonstration = false, now = null")
    for name in ("plan_app", "plan_owner", "plan_admin"):
        with (
            role(stage, name) as session,
            pytest.raises(psycopg.errors.RaiseException, match="cannot be set"),
        ):
            session.execute("select ledger.set_clock(now() + interval '1 day')")
    moved = gather.head().at - datetime.now(UTC)
    assert abs(moved) < timedelta(minutes=1)
