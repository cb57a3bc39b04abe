"""Nobody takes words out but as it is meant: every way round, for the web and for the owner of the tables."""

import json
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection
from psycopg.types.json import Jsonb

from tests.workstreams.test_redactions import NAME, ask, said
from workstreams import ledger
from workstreams.models import Ledger, Rating, Version
from workstreams.operations import redactions
from workstreams.redactions import MARK

TAKE_OUT = "select ledger.take_out(%s, '{}', '{}', '{}', '{}')"
REDACT = "select ledger.redact(1, %(seq)s, %(words)s, %(why)s, %(by)s, '1', %(pictures)s, %(files)s, '[]')"
DENIED = psycopg.errors.InsufficientPrivilege
REFUSED = psycopg.errors.RestrictViolation


@pytest.fixture
def row(stage, cast, measure_at):
    """A row of the ledger that holds a name, committed."""
    return said(f"We met {NAME} in May.", measure_at("4.1#2"), cast("chair-ldg").by)


@pytest.fixture
def asked(row, cast):
    return ask(row, cast("business-unit").by)


@pytest.fixture
def signed(stage, cast):
    """A session as one of the roles, signed by somebody of the cast or by any text."""

    @contextmanager
    def session(role, by):
        who = str(cast(by).user.pk) if by and "-" in by else by
        url = stage.server.url(role, connection.settings_dict["NAME"])
        with psycopg.connect(url, autocommit=True) as connected:
            connected.execute("select set_config('plan.by', %s, false)", [who])
            yield connected

    return session


@pytest.fixture
def redact(cast, row):
    """The ledger's own function as its arguments, as if the business unit had asked."""

    def arguments(**other):
        return {
            "seq": row.seq,
            "words": NAME,
            "why": "A child was named.",
            "by": str(cast("business-unit").user.pk),
            "pictures": Jsonb({}),
            "files": Jsonb({}),
        } | other

    return arguments


def words_of(row):
    return Rating.objects.get(pk=row.row).words


def untouched(row):
    now = Ledger.objects.get(seq=row.seq)
    return (now.after, bytes(now.salt)) == (row.after, bytes(row.salt)) and words_of(row) == row.after[
        "words"
    ]


# ---- the web


def test_the_web_takes_out_what_was_asked_for(signed, asked, row):
    with signed("plan_app", "dsp-council") as session:
        session.execute(TAKE_OUT, [asked.pk])
    assert words_of(row) == f"We met {MARK} in May."
    assert not ledger.verify().faults


@pytest.mark.parametrize("by", ["business-unit", "chair-ldg", "scrutineer", "", "load_demo"])
def test_the_web_takes_out_nothing_as_the_wrong_person(signed, asked, row, by):
    with signed("plan_app", by) as session, pytest.raises(psycopg.errors.RaiseException, match="two people"):
        session.execute(TAKE_OUT, [asked.pk])
    assert untouched(row)


def test_the_web_takes_nothing_out_twice_nor_what_was_refused(signed, asked, row, cast):
    other = ask(row, cast("business-unit").by, words="in May")
    redactions.refuse(redaction=other, because="Months stay.", by=cast("dsp-council").by)
    with signed("plan_app", "dsp-council") as session:
        session.execute(TAKE_OUT, [asked.pk])
        for decided in (asked, other):
            with pytest.raises(psycopg.errors.NoDataFound):
                session.execute(TAKE_OUT, [decided.pk])
    assert not ledger.verify().faults


@pytest.mark.parametrize(
    "attack",
    [
        "select ledger.redact(1, 1, 'words', 'why', '1', '1', '{}', '{}', '[]')",
        "select ledger.append(null::ledger.entry)",
        "select ledger.said(null::ledger.entry)",
        "update workstreams_rating set words = 'other'",
        "update workstreams_version set changes = 'other'",
        "update ledger.entry set salt = ''",
        "create or replace function ledger.take_out(bigint, bigint[], bytea[], bytea[], bytea[]) returns bigint"
        " language sql as 'select 1::bigint'",
        "drop function ledger.take_out(bigint, bigint[], bytea[], bytea[], bytea[])",
    ],
)
def test_the_web_reaches_nothing_behind_it(signed, asked, row, attack):
    with signed("plan_app", "dsp-council") as session:
        with pytest.raises(DENIED):
            session.execute(attack)
        session.execute(TAKE_OUT, [asked.pk])
        with pytest.raises(DENIED):
            session.execute(attack)


def test_a_forged_request_is_done_and_never_in_silence(signed, row, cast):
    """The web keeps the requests, so a fault in it can make one: then the ledger says so, for good."""
    unit, partner = cast("business-unit"), cast("dsp-council")
    with signed("plan_app", "dsp-council") as session:
        (forged,) = session.execute(
            "insert into workstreams_redaction (seq, words, because, state, by_id, for_post_id, at, refused_because)"
            " values (%s, %s, 'Forged.', 'ASKED', %s, %s, now(), '') returning id",
            [row.seq, NAME, unit.user.pk, unit.post.pk],
        ).fetchone()
        (done,) = session.execute(TAKE_OUT, [forged]).fetchone()
    said_so = Ledger.objects.get(seq=done)
    assert (said_so.by, said_so.because, said_so.after["confirmed_by"]) == (
        str(unit.user.pk),
        "Forged.",
        partner.user.pk,
    )
    assert Ledger.objects.get(seq=row.seq).digest == row.digest
    assert ledger.verify().redacted == 1


def test_the_web_replaces_no_issued_file_that_holds_nothing_of_it(signed, asked, row):
    with signed("plan_app", "dsp-council") as session:
        with pytest.raises(psycopg.errors.CheckViolation, match="no others"):
            session.execute(
                "select ledger.take_out(%s, '{9}', '{forged}', '{forged}', '{forged}')", [asked.pk]
            )
        session.execute(TAKE_OUT, [asked.pk])


# ---- the ledger's own function, as the owner of the tables


def test_the_owner_can_redact_the_ledger_and_never_in_silence(signed, redact, row):
    with signed("plan_owner", "dsp-council") as session, session.transaction():
        session.execute(REDACT, redact())
        session.execute(
            "update workstreams_rating set words = replace(words, %s, %s) where id = %s",
            [NAME, MARK, row.row],
        )
    assert words_of(row) == f"We met {MARK} in May."
    newest = Ledger.objects.latest("seq")
    assert (newest.operation, newest.row) == (
        "REDACT",
        str(row.seq),
    )  # and no row for the change that it says
    assert not ledger.verify().faults


@pytest.mark.parametrize(
    "other",
    [
        {"words": "Nobody Wrote This"},
        {"words": "Z"},
        {"words": "  "},
        {"words": None},
        {"words": "taken"},
        {"words": ""},
        {"seq": 1},
        {"seq": None},
        {"why": ""},
        {"why": None},
        {"why": f"{NAME} was named."},
        {"words": "PROVISIONAL"},
        {"words": "provisional"},
    ],
    ids=str,
)
def test_the_ledger_takes_out_no_words_that_are_none(signed, redact, row, other):
    with signed("plan_owner", "dsp-council") as session, pytest.raises(psycopg.errors.CheckViolation):
        session.execute(REDACT, redact(**other))
    assert untouched(row)


@pytest.mark.parametrize("by", [None, "", "load_demo", "same"])
def test_the_ledger_wants_two_people(signed, redact, row, cast, by):
    by = str(cast("dsp-council").user.pk) if by == "same" else by
    with signed("plan_owner", "dsp-council") as session, pytest.raises(DENIED, match="two people"):
        session.execute(REDACT, redact(by=by))
    with signed("plan_owner", "load_demo") as session, pytest.raises(DENIED, match="two people"):
        session.execute(REDACT, redact())
    assert untouched(row)


@pytest.mark.parametrize(
    "words", ["chair-ldg@", "LDG chair", "4.1", "AGREED", "2023-07-18", "sha256:", "BLUE"]
)
def test_no_name_step_reference_day_or_hash_is_words(signed, redact, words):
    with signed("plan_owner", "dsp-council") as session:
        holding = [
            seq
            for (seq,) in session.execute(
                "select seq from ledger.entry where strpos(coalesce(after, before)::text, %s) > 0", [words]
            )
        ]
        assert holding
        for seq in holding[:3]:
            with pytest.raises(psycopg.errors.CheckViolation):
                session.execute(REDACT, redact(words=words, seq=seq))


def test_a_picture_is_only_taken_for_the_one_that_was_frozen(signed, redact, row, cast):
    version = Version.objects.frozen().latest("seq")
    for forged in ({}, {**version.picture, "title": f"{NAME} forged"}):
        pictures = Jsonb({str(version.pk): forged})
        refused = pytest.raises(psycopg.errors.CheckViolation, match="not the picture")
        with signed("plan_owner", "dsp-council") as session, refused:
            session.execute(REDACT, redact(pictures=pictures))
    assert untouched(row)


def test_its_row_becomes_what_the_ledger_says_and_nothing_else(signed, redact, row):
    right = f"update workstreams_rating set words = 'We met {MARK} in May.'"
    wrong = [
        f"update workstreams_rating set words = 'All is well.' where id = {row.row}",
        f"update workstreams_rating set words = 'We met {NAME} in May' where id = {row.row}",
        f"{right}, step = 'AGREED' where id = {row.row}",
        f"{right}, level_id = level_id + 1 where id = {row.row}",
        f"{right}, evidence = 'More.' where id = {row.row}",
        f"{right}, at = now() where id = {row.row}",
        f"{right} where id <> {row.row}",
        f"delete from workstreams_rating where id = {row.row}",
        "truncate workstreams_rating cascade",
        "update workstreams_version set changes = 'other'",
        "update workstreams_target set note = 'other'",
    ]
    with signed("plan_owner", "dsp-council") as session, session.transaction():
        session.execute(REDACT, redact())
        for attack in wrong:
            with pytest.raises(REFUSED, match="stays"), session.transaction():
                session.execute(attack)
        session.execute(f"{right} where id = {row.row}")
        with pytest.raises(REFUSED), session.transaction():  # nor a second time
            session.execute(f"{right} where id = {row.row}")
    assert words_of(row) == f"We met {MARK} in May."
    assert not ledger.verify().faults


def test_a_redaction_that_left_its_row_is_named_and_its_leave_ends_with_the_next_record(signed, redact, row):
    with signed("plan_owner", "dsp-council") as session:
        session.execute(REDACT, redact())
        assert "words is" in str(ledger.verify().faults[0])
        session.execute("update workstreams_group set short_name = 'Next' where id = 1")
        with pytest.raises(REFUSED, match="stays"):
            session.execute(
                f"update workstreams_rating set words = 'We met {MARK} in May.' where id = {row.row}"
            )


def test_what_the_owner_puts_in_the_way_stops_it_all(signed, asked, row):
    """A trigger of the owner's own changes the row after it was let through: the ledger looks again."""
    with signed("plan_owner", "test") as owner:
        owner.execute(
            "create function public.twist() returns trigger language plpgsql as"
            " $$ begin new.words := 'twisted'; return new; end $$"
        )
        owner.execute(
            "create trigger zzz_twist before update on workstreams_rating"
            " for each row execute function public.twist()"
        )
    with signed("plan_app", "dsp-council") as session, pytest.raises(REFUSED, match="nothing else"):
        session.execute(TAKE_OUT, [asked.pk])
    assert untouched(row)
    with signed("plan_owner", "test") as owner:
        owner.execute("drop trigger zzz_twist on workstreams_rating")
    with signed("plan_app", "dsp-council") as session:
        session.execute(TAKE_OUT, [asked.pk])
    assert not ledger.verify().faults


def test_nothing_of_the_owners_runs_with_the_ledgers_rights(signed, asked, row):
    """A policy, a default and a trigger of the owner's see whose rights they run with: never the ledger's."""
    with signed("plan_owner", "test") as owner:
        owner.execute("create table public.seen (who name)")
        owner.execute("grant insert on public.seen to public")
        owner.execute("grant usage on schema public to plan_ledger")
        owner.execute(
            "create function public.note() returns boolean language plpgsql as"
            " $$ begin insert into public.seen values (current_user); return true; end $$"
        )
        owner.execute(
            "create function public.noted() returns trigger language plpgsql as"
            " $$ begin perform public.note(); return new; end $$"
        )
        for table in ("workstreams_redaction", "workstreams_rating", "workstreams_version"):
            owner.execute(f"alter table {table} enable row level security")
            owner.execute(f"alter table {table} force row level security")
            owner.execute(f"create policy note on {table} using (public.note()) with check (public.note())")
        owner.execute(
            "create trigger zzz_note before update on workstreams_rating"
            " for each row execute function public.noted()"
        )
    with signed("plan_app", "dsp-council") as session:
        session.execute(TAKE_OUT, [asked.pk])
    with signed("plan_owner", "test") as owner:
        seen = {who for (who,) in owner.execute("select distinct who from public.seen")}
    assert seen == {"plan_owner"}


def test_the_owner_cannot_put_another_function_in_its_place(signed):
    with signed("plan_owner", "test") as owner:
        for attack in (
            "create or replace function ledger.take_out(request bigint, packs bigint[], pdfs bytea[],"
            " workbooks bytea[], pages bytea[]) returns bigint language sql as 'select 1::bigint'",
            "create or replace function ledger.free_text(of text) returns text[] language sql as"
            " $$ select '{step}'::text[] $$",
            "alter function ledger.redact(bigint, bigint, text, text, text, text, jsonb, jsonb, jsonb)"
            " owner to plan_owner",
            "alter function ledger.take_out(bigint, bigint[], bytea[], bytea[], bytea[]) owner to plan_ledger",
        ):
            with pytest.raises(DENIED):
                owner.execute(attack)


# ---- by hand, as only an administrator can


def by_hand(stage, *statements):
    with psycopg.connect(stage.server.url(database=connection.settings_dict["NAME"])) as admin:
        admin.execute("alter table workstreams_rating disable trigger all")
        for statement in statements:
            admin.execute(statement)


def test_words_taken_out_by_hand_are_named(stage, row):
    by_hand(
        stage,
        f"update ledger.entry set salt = '', after = jsonb_set(after, '{{words}}', '\"Gone.\"') where seq = {row.seq}",
        f"update workstreams_rating set words = 'Gone.' where id = {row.row}",
    )
    assert [fault.seq for fault in ledger.verify().faults] == [row.seq]


def test_other_replacements_than_the_redaction_names_are_named(stage, signed, asked, row):
    with signed("plan_app", "dsp-council") as session:
        session.execute(TAKE_OUT, [asked.pk])
    assert not ledger.verify().faults
    other = json.dumps(f"We never met {MARK}.")
    by_hand(
        stage,
        f"update ledger.entry set after = jsonb_set(after, '{{words}}', '{other}') where seq = {row.seq}",
        f"update workstreams_rating set words = '{json.loads(other)}' where id = {row.row}",
    )
    assert row.seq in [fault.seq for fault in ledger.verify().faults]


def test_an_existing_redaction_does_not_cover_another_row(stage, signed, asked, row, cast):
    with signed("plan_app", "dsp-council") as session:
        session.execute(TAKE_OUT, [asked.pk])
    by_hand(stage, f"update ledger.entry set salt = '' where seq = {row.seq - 1}")
    assert row.seq - 1 in [fault.seq for fault in ledger.verify().faults]


def test_what_came_before_is_as_provable_as_ever(stage, signed, asked, row):
    anchor = ledger.Anchor(row.seq, bytes(row.hash).hex())
    with signed("plan_app", "dsp-council") as session:
        session.execute(TAKE_OUT, [asked.pk])
    assert not ledger.verify(anchor).faults


def test_what_is_recorded_later_goes_on_as_ever(stage, signed, asked, row, cast, measure_at):
    with signed("plan_app", "dsp-council") as session:
        session.execute(TAKE_OUT, [asked.pk])
    later = said("Nobody is named.", measure_at("4.1#2"), cast("chair-ldg").by)
    assert later.after["follows_id"] == int(row.row)
    assert not ledger.verify().faults


@pytest.mark.parametrize("words", ["[]", "{}"])
def test_what_is_empty_stays_though_it_is_written_as_the_words_are(db, words):
    image = {"spellings": [], "told": {}, "text": f"See {words}."}
    with connection.cursor() as cursor:
        cursor.execute("select ledger.without(%s, %s, '{spellings,text}')", [Jsonb(image), words])
        (found,) = cursor.fetchone()
    assert json.loads(found) == image | {"text": f"See {MARK}."}
