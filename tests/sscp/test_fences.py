"""The fences: read from the SQL that puts them up, found lowered, and put up again by provisioning."""

import io

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from sscp import database
from sscp.database import fences
from sscp.database.fences.laws import LAWS
from sscp.database.fences.source import SQL, read
from sscp.embedded_postgres.server import FAST_SETTINGS
from tests.tamperings import OF_THE_FENCES
from workstreams.models import Check


def test_every_statement_of_the_source_is_understood():
    assert fences.source().not_understood == []


def test_the_source_names_as_many_functions_tables_and_triggers_as_it_makes():
    text, source = SQL.read_text(), fences.source()
    assert len(source.functions) == text.count("create or replace function ledger.")
    assert len(source.tables) == text.count("create table if not exists ledger.")
    assert len(source.triggers) == text.count("execute function ledger.") > 0
    assert set(source.owners.values()) <= {"plan_ledger", "plan_owner"}
    assert source.owners.keys() == source.functions.keys() | source.tables | {"ledger"}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("grant select on ledger.entry to public;", ("PUBLIC", "SELECT")),
        ("grant insert, update on ledger.entry to plan_app;", ("plan_app", "UPDATE")),
    ],
)
def test_what_the_source_gives_is_expected(more, expected):
    assert expected in read(f"{SQL.read_text()}\n{more}").rights["table", "entry"]


def test_a_statement_of_a_new_kind_is_not_passed_over():
    assert read(f"{SQL.read_text()}\nsecurity label on schema ledger is 'x';").not_understood


def said_of_laws():
    out = io.StringIO()
    call_command("laws", stdout=out)
    return out.getvalue()


def test_the_laws_of_a_new_database_are_those_that_are_written_down(db):
    assert said_of_laws() == LAWS.read_text(), "print them to sscp/database/laws.txt: manage.py laws"


def test_every_law_that_a_model_declares_is_written_down():
    lines = LAWS.read_text().splitlines()
    for model in database.fenced_models():
        table = f"public.{model._meta.db_table}"
        for law in model._meta.constraints:
            assert any(
                line.startswith((f"{table} law {law.name} ", f"{table} index {law.name} ")) for line in lines
            )
        columns = {line.split()[2] for line in lines if line.startswith(f"{table} column ")}
        assert columns == {field.column for field in model._meta.concrete_fields}


# ---- on a stage


def check():
    """(what was printed, what was complained of, exit code)."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("check_fences", stdout=out, stderr=err)
    except CommandError as failed:
        return out.getvalue(), f"{err.getvalue()}{failed}", failed.returncode
    return out.getvalue(), err.getvalue(), 0


@pytest.fixture
def act(stage):
    """Do something as an administrator of the server, for good."""

    def do(*statements):
        connections["default"].close()
        name = connection.settings_dict["NAME"]
        with psycopg.connect(stage.server.url(database=name), autocommit=True) as admin:
            for statement in statements:
                admin.execute(statement)

    return do


@pytest.fixture
def provision(stage):
    def do():
        connections["default"].close()
        connections["owner"].close()
        name = connection.settings_dict["NAME"]
        database.furnish(stage.server.url(database="postgres"), name, demonstration=True)
        call_command("migrate", database="owner", verbosity=0)
        database.fence()

    return do


def others(complaints):
    """Without what the server of the tests gives up to be quick."""
    given_up = [f"The server’s setting {name} is" for name in FAST_SETTINGS]
    lines = [line for line in complaints.splitlines() if not any(line.startswith(each) for each in given_up)]
    return [line for line in lines if "lowered." not in line]


def test_finds_every_fence_up_after_provisioning_but_what_the_tests_server_gives_up(provision):
    provision()
    out, err, code = check()
    assert "fences looked at." in out
    assert code == 1
    assert others(err) == []
    assert all(f"The server’s setting {name} is off." in err for name in FAST_SETTINGS)
    assert f"{len(FAST_SETTINGS)} fences are lowered." in err


def test_finds_every_fence_up_in_a_database_that_was_upgraded(stage, provision):
    stage.drop(name := connection.settings_dict["NAME"])
    database.furnish(stage.server.url(database="postgres"), name, demonstration=True)
    call_command("migrate", "workstreams", "0001", database="owner", verbosity=0)
    provision()
    assert others(check()[1]) == []
    assert said_of_laws() == LAWS.read_text()


def test_finds_every_law_as_it_was_after_a_dump_was_restored(act, provision):
    """A dump holds each law as PostgreSQL says it, and restoring reads that: some are said otherwise from then on."""
    provision()
    act(
        "do $$ declare t record; begin for t in select conrelid::regclass as name, conname,"
        " pg_get_constraintdef(oid) as law from pg_constraint where contype = 'c' and conrelid <> 0"
        " and connamespace in ('public'::regnamespace, 'ledger'::regnamespace) loop"
        " execute format('alter table %s drop constraint %I', t.name, t.conname);"
        " execute format('alter table %s add constraint %I %s', t.name, t.conname, t.law); end loop; end $$",
    )
    assert others(check()[1]) == []
    assert said_of_laws() == LAWS.read_text()


def test_says_what_a_lowered_fence_means_and_how_it_is_mended(act):
    act("alter table workstreams_rating disable trigger plan_ledger")
    _, err, code = check()
    assert code == 1
    assert (
        "The trigger plan_ledger is switched off, or can be by a session, on workstreams_rating. Changes of these"
        " tables leave no record. Run “manage.py provision”." in err
    )


def test_keeps_what_was_found(act, provision):
    provision()
    act("alter table workstreams_rating disable trigger plan_actor")
    check()
    kept = Check.objects.get()
    assert (kept.kind, kept.passed) == ("FENCES", False)
    assert kept.counted > 500
    assert any("plan_actor" in sentence for sentence in kept.said)


MENDED = [t for t in OF_THE_FENCES if t.name in (
    "the trigger that records is switched off",
    "the trigger that records is dropped",
    "a change needs no actor",
    "a rating can be changed",
    "a table of the plan belongs to the site",
    "the ledger belongs to who migrates the tables",
    "the ledger’s schema belongs to who migrates the tables",
    "a function of the ledger belongs to who migrates the tables",
    "the function that records writes nothing",
    "the function that records looks for names where others can put them",
    "a function of the ledger is gone",
    "anybody may run the ledger’s functions",
    "the site may change ratings",
    "the site may change one column of ratings",
    "the site may make triggers",
    "anybody may change the plan",
    "the site may write the ledger",
    "the site may make tables",
    "the site may number rows anew",
    "the clock is gone",
    "restored without its rights",
)]  # fmt: skip


@pytest.mark.parametrize("tampering", MENDED, ids=lambda t: t.name)
def test_provisioning_puts_up_again(act, provision, tampering):
    act(*tampering.acts)
    assert tampering.fences in check()[1]
    provision()
    assert others(check()[1]) == []


def test_a_database_restored_without_owners_and_rights_is_mended_by_provisioning(act, provision):
    act(
        "do $$ declare t record; begin for t in select oid::regclass as name from pg_class"
        " where relnamespace in ('public'::regnamespace, 'ledger'::regnamespace) and relkind = 'r' loop"
        " execute format('alter table %s owner to plan_admin', t.name);"
        " execute format('revoke all on %s from plan_app, plan_owner', t.name); end loop; end $$",
        "alter schema ledger owner to plan_admin",
        "revoke all on schema ledger from plan_app, plan_owner",
    )
    err = check()[1]
    assert "Tables that don’t belong to plan_owner: " in err
    assert "Tables of the ledger don’t belong to plan_ledger: ledger.clock, ledger.entry." in err
    assert "The schema ledger belongs to plan_admin." in err
    provision()
    assert others(check()[1]) == []


def test_a_site_that_signs_in_as_a_superuser_is_told_so(stage):
    connections["default"].close()
    connections["default"].settings_dict["USER"] = "plan_admin"
    assert "The site signs in to the database as plan_admin, a superuser." in check()[1]


def test_a_demonstration_behind_a_public_site_is_a_lowered_fence(stage, settings):
    assert "is marked as a demonstration" not in check()[1]
    settings.AT_HOME = False
    assert "This database is marked as a demonstration." in check()[1]


def test_looking_asks_a_constant_number_of_questions(db, django_assert_max_num_queries):
    with django_assert_max_num_queries(60):
        fences.look(may_be_demonstration=True)
