"""What is tried with a superuser's rights, and what names it: the list that docs/ledger.md tells of.

`make drill` goes through it too. Each is done in a transaction that is rolled back. Statements may say {rating},
{seq}, {newest} and whatever else a `Scene` knows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connection, connections, models, transaction

from sscp.database import fences, is_append_only
from tests.conftest import Stage
from workstreams import ledger
from workstreams.ledger import fenced_models
from workstreams.models import Ledger, Rating
from workstreams.operations import checks, people


@dataclass(frozen=True)
class Tampering:
    """What was done, and what says so. A check that is not named here must find nothing."""

    name: str
    acts: tuple[str, ...]
    history: str = ""  # a part of what verify_history says
    fences: str = ""  # a part of what check_fences says
    anchored: bool = False  # verify_history says it only when it is held against an anchor from outside
    past_the_triggers: bool = False  # the tables' triggers are off meanwhile, and on again afterwards


def past(name: str, *acts: str, history: str, anchored: bool = False) -> Tampering:
    return Tampering(name, acts, history, anchored=anchored, past_the_triggers=True)


def chained(name: str, *acts: str, history: str = "", anchored: bool = False) -> Tampering:
    return Tampering(name, acts, history, anchored=anchored)


def lowered(name: str, *acts: str, fences: str, history: str = "") -> Tampering:
    return Tampering(name, acts, history, fences)


# Every link from a row on made again, as whoever can write the ledger can.
CHAIN_AGAIN = """
    do $$ declare e ledger.entry; p bytea; begin
      select hash into p from ledger.entry where seq = {seq} - 1;
      for e in select * from ledger.entry where seq >= {seq} order by seq loop
        e.previous := coalesce(p, '');
        e.digest := sha256(e.salt || convert_to(ledger.field(e.before::text) || ledger.field(e.after::text)
          || case e.form when 1 then '' else ledger.field(e.because) end, 'UTF8'));
        p := sha256(convert_to(ledger.field('SSCP' || e.form) || ledger.field(e.seq::text)
          || ledger.field(to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
          || ledger.field(e."table") || ledger.field(e."row") || ledger.field(e.operation)
          || ledger.field(e."by") || ledger.field(e.for_post)
          || case e.form when 1 then ledger.field(e.because) else '' end
          || ledger.field(encode(e.digest, 'hex')) || ledger.field(encode(e.previous, 'hex')), 'UTF8'));
        update ledger.entry set hash = p, previous = e.previous, digest = e.digest where seq = e.seq;
      end loop;
    end $$"""

# Against the rows of the plan, and against those of the ledger.
OF_THE_HISTORY = [
    past(
        "a rating is changed with the triggers off",
        "update workstreams_rating set level_id = {level} where id = {rating}",
        history="rating {rating} of ",
    ),
    past(
        "the words of an update are changed",
        "update workstreams_rating set words = 'All is well.' where id = {rating}",
        history='words is "All is well."',
    ),
    past(
        "a rating is dated back",
        "update workstreams_rating set effective_on = effective_on - 30 where id = {rating}",
        history="effective_on is ",
    ),
    past(
        "a rating is given to another person",
        "update workstreams_rating set by_id = (select max(id) from workstreams_user) where id = {rating}",
        history="by_id is ",
    ),
    past(
        "two measures’ ratings are swapped",
        "update workstreams_rating r set level_id = o.level_id from workstreams_rating o"
        " where (r.id, o.id) in (({other}, {rating}), ({rating}, {other}))",
        history="rating {other} of ",
    ),
    past(
        "a rating is taken out",
        "delete from workstreams_rating where id = {last}",
        history="is gone from its table",
    ),
    past(
        "a rating is put in past the ledger",
        "insert into workstreams_rating (measure_id, step, words, recovery_plan, risk_note, evidence, evidence_held,"
        " because, effective_on, by_id, for_post_id, as_deputy, received, follows_id)"
        " select measure_id, 'REMOVED', '', '', '', '', '', 'x', effective_on, by_id, for_post_id, false, '', id"
        " from workstreams_rating where id = {last}",
        history="the ledger holds no image of it",
    ),
    past(
        "a measure is reworded",
        "update workstreams_measure set text = text || ' Nearly.' where id = {measure}",
        history="measure {measure}: text is ",
    ),
    past(
        "a target is moved",
        "update workstreams_target set due_on = due_on + 100 where due_on is not null",
        history="due_on is ",
    ),
    past(
        "an appointment is ended a month earlier",
        "update workstreams_appointment set starts_on = starts_on - 30",
        history="starts_on is ",
    ),
    past(
        "who was present at a meeting is changed",
        "delete from workstreams_attendance where id = (select max(id) from workstreams_attendance)",
        history="is gone from its table",
    ),
    past(
        "the picture that a version froze is changed",
        'update workstreams_version set picture = picture || \'{{"title": "Another"}}\' where picture is not null',
        history="picture is ",
    ),
    past(
        "a change past the ledger is covered by a later record",
        'update workstreams_measure set "order" = 77 where id = {measure}',
        "{triggers_on}",
        "select set_config('plan.by', 'test', true)",
        "update workstreams_measure set text = text || ' More.' where id = {measure}",
        "set constraints all immediate",
        "select set_config('plan.by', '', true)",
        history="without a record: order is 77",
    ),
    past(
        "the row and its image are changed together",
        "update workstreams_rating set level_id = {level} where id = {rating}",
        "update ledger.entry set after = jsonb_set(after, '{{level_id}}', '{level}') where seq = {seq}",
        history="Ledger row {seq}, ",
    ),
    chained(
        "an image is changed",
        'update ledger.entry set after = after || \'{{"words": "Other"}}\' where seq = {seq}',
        history="Ledger row {seq}, ",
    ),
    chained(
        "a reason is changed",
        "update ledger.entry set because = 'Another reason.' where seq = {seq}",
        history="Ledger row {seq}, ",
    ),
    chained(
        "a record is given to another person",
        "update ledger.entry set by = '999' where seq = {seq}",
        history="Ledger row {seq}, ",
    ),
    chained(
        "a record is given to another post",
        "update ledger.entry set for_post = '999' where seq = {seq}",
        history="Ledger row {seq}, ",
    ),
    chained(
        "a record is dated back",
        "update ledger.entry set at = at - interval '1 day' where seq = {seq}",
        history="Ledger row {seq}, ",
    ),
    chained(
        "a record is given to another row",
        "update ledger.entry set \"row\" = '1' where seq = {seq}",
        history="Ledger row {seq}, ",
    ),
    chained(
        "a record is called by another form of fingerprint",
        "update ledger.entry set form = 3 - form where seq = {seq}",
        history="Ledger row {seq}, ",
    ),
    chained(
        "a new record is written in the first form again, with a true link",
        'insert into ledger.entry select seq + 1, at, "table", "row", \'UPDATE\', coalesce(after, before),'
        " coalesce(after, before), by, for_post, because, salt, digest, hash, hash, 1 from ledger.entry"
        " where seq = {newest}",
        CHAIN_AGAIN.replace("{seq}", "{newest}"),
        history=": is of form 1, after one of form 2.",
    ),
    chained(
        "words are taken out as a redaction does, and nobody redacted them",
        "update ledger.entry set after = after || '{{\"words\": \"\"}}', salt = '' where seq = {seq}",
        history="Ledger row {seq}",
    ),
    chained(
        "a record is taken out of the middle",
        "delete from ledger.entry where seq = {seq}",
        history="row {seq} is missing",
    ),
    chained(
        "a record is taken out and the gap closed",
        "delete from ledger.entry where seq = {seq}",
        "update ledger.entry set seq = -seq where seq > {seq}",
        "update ledger.entry set seq = -seq - 1 where seq < 0",
        history="Ledger row {seq}, ",
    ),
    chained(
        "a record is taken out, the gap closed and every link made again",
        "delete from ledger.entry where seq = {seq}",
        "update ledger.entry set seq = -seq where seq > {seq}",
        "update ledger.entry set seq = -seq - 1 where seq < 0",
        CHAIN_AGAIN,
        history="rating {rating}",
    ),
    chained(
        "two records are swapped",
        "update ledger.entry set seq = 0 where seq = {seq}",
        "update ledger.entry set seq = {seq} where seq = {seq} + 1",
        "update ledger.entry set seq = {seq} + 1 where seq = 0",
        history="Ledger row {seq}, ",
    ),
    chained(
        "the head is cut off",
        "delete from ledger.entry where seq <= 10",
        history="rows 1 to 10 are missing",
    ),
    chained(
        "the head is cut off, the rest renumbered and every link made again",
        "delete from ledger.entry where seq <= 10",
        "update ledger.entry set seq = -seq where seq > 10",
        "update ledger.entry set seq = -seq - 10 where seq < 0",
        CHAIN_AGAIN.replace("{seq}", "1"),
        history="the ledger holds no image of it",
    ),
    past(
        "the tail is cut off with what it recorded",
        *(
            f'delete from {table} where id::text in (select "row" from ledger.entry where seq >= {{tail}}'
            f" and \"table\" = '{table}')"
            for table in ("workstreams_challenge", "workstreams_rating")
        ),
        "delete from ledger.entry where seq >= {tail}",
        history="its end was cut off",
        anchored=True,
    ),
    past(
        "the tail is cut off and what it recorded stays",
        "delete from ledger.entry where seq > {newest} - 5",
        history="the ledger holds no image of it",
    ),
    chained(
        "the ledger is emptied",
        "truncate ledger.entry",
        history="the ledger holds no image of it",
    ),
    past(
        "the ledger and the plan are emptied together",
        "{empty_all}",
        "truncate ledger.entry",
        history="its end was cut off",
        anchored=True,
    ),
    chained(
        "a reason is changed and every link made again",
        "update ledger.entry set because = 'Another reason.' where seq = {seq}",
        CHAIN_AGAIN,
        history="is not the row that the anchor names",
        anchored=True,
    ),
    past(
        "a rating and its image are changed and every link made again",
        "update workstreams_rating set level_id = {level} where id = {rating}",
        "update ledger.entry set after = jsonb_set(after, '{{level_id}}', '{level}') where seq = {seq}",
        CHAIN_AGAIN,
        history="is not the row that the anchor names",
        anchored=True,
    ),
    chained(
        "a false record is appended with a true link",
        "insert into ledger.entry select seq + 1, at, \"table\", '999999', 'INSERT', null,"
        " jsonb_set(coalesce(after, before), '{{id}}', '999999'), by, for_post, because, salt, digest, hash, hash, form"
        " from ledger.entry where seq = {newest}",
        CHAIN_AGAIN.replace("{seq}", "{newest}"),
        history="is gone from its table",
    ),
    chained(
        "the newest record is replaced by a false one with a true link",
        "update ledger.entry set because = 'As was agreed.' where seq = {newest}",
        CHAIN_AGAIN.replace("{seq}", "{newest}"),
        history="is not the row that the anchor names",
        anchored=True,
    ),
]

BODY = "language plpgsql security definer set search_path = ledger, pg_catalog, pg_temp"

# Against what keeps others from it: nothing is changed yet, and now it could be.
OF_THE_FENCES = [
    lowered(
        "the trigger that records is switched off",
        "alter table workstreams_rating disable trigger plan_ledger",
        fences="The trigger plan_ledger is switched off, or can be by a session, on workstreams_rating.",
    ),
    lowered(
        "the trigger that records can be switched off by a session",
        "alter table workstreams_rating enable trigger plan_ledger",
        fences="The trigger plan_ledger is switched off, or can be by a session, on workstreams_rating.",
    ),
    lowered(
        "the trigger that records is dropped",
        "drop trigger plan_ledger on workstreams_target",
        fences="The trigger plan_ledger is missing on workstreams_target.",
    ),
    lowered(
        "the trigger that records is replaced by one that does nothing",
        "create function public.nothing() returns trigger language plpgsql as 'begin return null; end'",
        "drop trigger plan_ledger on workstreams_rating",
        "create constraint trigger plan_ledger after insert or update or delete on workstreams_rating deferrable"
        " initially deferred for each row execute function public.nothing()",
        "alter table workstreams_rating enable always trigger plan_ledger",
        fences="The trigger plan_ledger does something else than it should on workstreams_rating.",
    ),
    lowered(
        "the trigger that records is given a condition",
        "drop trigger plan_ledger on workstreams_rating",
        "create constraint trigger plan_ledger after insert or update or delete on workstreams_rating deferrable"
        " initially deferred for each row when (false) execute function ledger.record()",
        "alter table workstreams_rating enable always trigger plan_ledger",
        fences="The trigger plan_ledger does something else than it should on workstreams_rating.",
    ),
    lowered(
        "the trigger that records leaves a column out",
        "drop trigger plan_ledger on workstreams_rating",
        "create constraint trigger plan_ledger after insert or update or delete on workstreams_rating deferrable"
        " initially deferred for each row execute function ledger.record('-level_id')",
        "alter table workstreams_rating enable always trigger plan_ledger",
        fences="The trigger plan_ledger does something else than it should on workstreams_rating.",
    ),
    lowered(
        "the trigger that records no longer waits for the commit",
        "drop trigger plan_ledger on workstreams_rating",
        "create trigger plan_ledger after insert or update or delete on workstreams_rating"
        " for each row execute function ledger.record()",
        "alter table workstreams_rating enable always trigger plan_ledger",
        fences="The trigger plan_ledger does something else than it should on workstreams_rating.",
    ),
    lowered(
        "a change needs no actor",
        "drop trigger plan_actor on workstreams_measure",
        fences="The trigger plan_actor is missing on workstreams_measure.",
    ),
    lowered(
        "who writes waits for nobody who takes words out",
        "drop trigger plan_turn on workstreams_rating",
        fences="The trigger plan_turn is missing on workstreams_rating.",
    ),
    lowered(
        "a table can be emptied",
        "alter table workstreams_version disable trigger plan_no_truncate",
        fences="The trigger plan_no_truncate is switched off, or can be by a session, on workstreams_version.",
    ),
    lowered(
        "a rating can be changed",
        "alter table workstreams_rating disable trigger plan_append_only",
        "alter table workstreams_rating disable trigger plan_append_only_rows",
        fences="The trigger plan_append_only is switched off, or can be by a session, on workstreams_rating.",
    ),
    lowered(
        "a trigger of somebody’s own stands before those that record",
        "create function public.swallow() returns trigger language plpgsql as 'begin return null; end'",
        "create trigger a_first before update on workstreams_measure for each row execute function public.swallow()",
        fences="There are triggers that nobody here made (a_first on workstreams_measure).",
    ),
    lowered(
        "a trigger on the ledger swallows records",
        "create function public.swallow() returns trigger language plpgsql as 'begin return null; end'",
        "create trigger swallow before insert on ledger.entry for each row execute function public.swallow()",
        fences="There are triggers on the ledger: swallow on ledger.entry.",
    ),
    lowered(
        "references are no longer checked",
        "alter table workstreams_rating disable trigger all",
        "alter table workstreams_rating enable always trigger plan_ledger",
        fences="References are not checked on workstreams_rating.",
    ),
    lowered(
        "a table of the plan belongs to the site",
        "alter table workstreams_rating owner to plan_app",
        fences="Tables that don’t belong to plan_owner: workstreams_rating.",
    ),
    lowered(
        "the ledger belongs to who migrates the tables",
        "alter table ledger.entry owner to plan_owner",
        fences="Tables of the ledger don’t belong to plan_ledger: ledger.entry.",
    ),
    lowered(
        "the ledger’s schema belongs to who migrates the tables",
        "alter schema ledger owner to plan_owner",
        fences="The schema ledger belongs to plan_owner.",
    ),
    lowered(
        "a function of the ledger belongs to who migrates the tables",
        "alter function ledger.record() owner to plan_owner",
        fences="Functions of the ledger don’t belong to plan_ledger: record.",
    ),
    lowered(
        "the function that records writes nothing",
        f"create or replace function ledger.record() returns trigger {BODY} as 'begin return null; end'",
        fences="Functions of the ledger say something else than the source: record.",
    ),
    lowered(
        "the function that refuses refuses nothing",
        "create or replace function ledger.refuse() returns trigger language plpgsql"
        " set search_path = pg_catalog, pg_temp as 'begin return new; end'",
        fences="Functions of the ledger say something else than the source: refuse.",
    ),
    lowered(
        "the clock’s function tells another time",
        "create or replace function ledger.plan_now() returns timestamptz language sql volatile security definer"
        " set search_path = ledger, pg_catalog, pg_temp as $$ select '2020-01-01'::timestamptz $$",
        fences="Functions of the ledger say something else than the source: plan_now.",
    ),
    lowered(
        "the function that records looks for names where others can put them",
        "alter function ledger.record() set search_path = public, ledger",
        fences="Functions of the ledger say something else than the source: record.",
    ),
    lowered(
        "the function that records runs with the rights of whoever writes",
        "alter function ledger.record() security invoker",
        fences="Functions of the ledger say something else than the source: record.",
    ),
    lowered(
        "a function of the ledger is gone",
        "drop function ledger.set_clock(timestamptz)",
        fences="Functions of the ledger are missing: set_clock.",
    ),
    lowered(
        "the ledger has a function more",
        f"create function ledger.erase(text) returns void {BODY} as 'begin delete from ledger.entry; end'",
        fences="There are functions in the schema ledger that nobody here made: erase(text).",
    ),
    lowered(
        "anybody may run the ledger’s functions",
        "grant execute on function ledger.field(text) to public",
        fences="Functions of the ledger can be run by others than they are for (field by PUBLIC).",
    ),
    lowered(
        "a function stands in PostgreSQL’s way",
        "create function public.to_jsonb(r public.workstreams_rating) returns jsonb language sql"
        " as $$ select '{{}}'::jsonb $$",
        fences="There are functions that nobody here made: public.to_jsonb(public.workstreams_rating).",
    ),
    lowered(
        "a cast runs while a row is written down",
        "create type public.trick as enum ('a')",
        "create function public.bait(public.trick) returns json language sql as $$ select '1'::json $$",
        "create cast (public.trick as json) with function public.bait(public.trick)",
        fences="There are casts that nobody here made: public.trick as json.",
    ),
    lowered(
        "an operator stands in PostgreSQL’s way",
        "create function public.same(text, text) returns boolean language sql as 'select true'",
        "create operator public.= (leftarg = text, rightarg = text, function = public.same)",
        fences="There are operators that nobody here made: public.=(text,text).",
    ),
    lowered(
        "a column is of a type of somebody’s own",
        "create type public.trick as enum ('a')",
        "alter table workstreams_group add column bait public.trick",
        fences="Columns are of types that are not PostgreSQL’s own: bait of workstreams_group.",
    ),
    lowered(
        "an event trigger runs with every change of the tables",
        "create function public.on_ddl() returns event_trigger language plpgsql as 'begin end'",
        "create event trigger quietly on ddl_command_end execute function public.on_ddl()",
        fences="There are event triggers that nobody here made: quietly.",
    ),
    lowered(
        "a view stands where a table was",
        "alter table workstreams_rating rename to kept_rating",
        "create view workstreams_rating as select * from kept_rating",
        "alter view workstreams_rating owner to plan_owner",
        "grant select on workstreams_rating to plan_app",
        fences="Something stands where a table of the plan should (workstreams_rating is a view).",
        history="The history can’t be read",
    ),
    lowered(
        "a schema named like the site’s role stands before the plan’s",
        "create schema plan_app",
        "create view plan_app.workstreams_rating as select * from public.workstreams_rating",
        fences="A schema is named like a role (plan_app).",
    ),
    lowered(
        "the site looks for names elsewhere first",
        "alter role plan_app set search_path = elsewhere, public",
        fences="(plan_app: search_path=elsewhere, public)",
    ),
    lowered(
        "the site has an actor before it names one",
        "alter role plan_app set plan.by = '1'",
        fences="(plan_app: plan.by=1)",
    ),
    lowered(
        "the site’s changes are not written safely",
        "alter role plan_app set synchronous_commit = off",
        fences="(plan_app: synchronous_commit=off)",
    ),
    lowered(
        "a rule turns changes into nothing",
        "create rule quietly as on update to workstreams_measure do instead nothing",
        fences="Rules rewrite what is written or read (quietly on workstreams_measure).",
    ),
    lowered(
        "rows are hidden from the site and from the checks",
        "alter table workstreams_draft enable row level security",
        "create policy none on workstreams_rating using (false)",
        fences="Row security hides rows (none on public.workstreams_rating",
    ),
    lowered(
        "a table of the plan is emptied by a crash",
        "alter table workstreams_draft set unlogged",
        "alter table workstreams_mailchoice set unlogged",
        "alter table ledger.clock set unlogged",
        fences="Tables of the ledger are not plain, safely written tables: ledger.clock.",
    ),
    lowered(
        "rows of another table show as rows of the plan",
        "create table public.more () inherits (workstreams_rating)",
        "alter table public.more owner to plan_owner",
        "grant select, insert, update, delete on public.more to plan_app",
        fences="Other tables hang on these (inheritance): workstreams_rating.",
    ),
    lowered(
        "the site may change ratings",
        "grant update on workstreams_rating to plan_app",
        fences="Rights on tables are given away (UPDATE on workstreams_rating to plan_app).",
    ),
    lowered(
        "the site may change one column of ratings",
        "grant update (level_id) on workstreams_rating to plan_app",
        fences="Rights on tables are given away (UPDATE on workstreams_rating (level_id) to plan_app).",
    ),
    lowered(
        "the site may make triggers",
        "grant trigger on workstreams_measure to plan_app",
        fences="Rights on tables are given away (TRIGGER on workstreams_measure to plan_app).",
    ),
    lowered(
        "anybody may change the plan",
        "grant update on workstreams_measure to public",
        fences="Rights on tables are given away (UPDATE on workstreams_measure to PUBLIC).",
    ),
    lowered(
        "the site may write the ledger",
        "grant insert on ledger.entry to plan_app",
        fences="Rights on ledger.entry are given away (INSERT to plan_app).",
    ),
    lowered(
        "who migrates the tables may write the ledger",
        "grant update on ledger.entry to plan_owner",
        fences="Rights on ledger.entry are given away (UPDATE to plan_owner).",
    ),
    lowered(
        "the site may make tables",
        "grant create on schema public to plan_app",
        fences="Rights on the schema public are given away (CREATE to plan_app).",
    ),
    lowered(
        "what the next version adds stands open",
        "alter default privileges in schema public grant all on tables to public",
        fences="New tables and functions give rights away by themselves (",
    ),
    lowered(
        "the site may number rows anew",
        "grant update on sequence workstreams_rating_id_seq to plan_app",
        fences="Rights on counters are given away (UPDATE on workstreams_rating_id_seq to plan_app).",
    ),
    lowered(
        "somebody is made a member of plan_ledger",
        "grant plan_ledger to plan_owner",
        fences="These are members of plan_ledger and can act as it: plan_owner.",
    ),
    lowered(
        "the site is made a member of plan_owner",
        "grant plan_owner to plan_app",
        fences="These are members of plan_owner and can act as it: plan_app.",
    ),
    lowered(
        "the site may write any table",
        "grant pg_write_all_data to plan_app",
        fences="plan_app is a member of other roles and can act as them: pg_write_all_data.",
    ),
    lowered(
        "plan_ledger can sign in",
        "alter role plan_ledger login",
        fences="plan_ledger can sign in.",
    ),
    lowered(
        "the site passes by row security",
        "alter role plan_app bypassrls",
        fences="plan_app has more rights than its own: bypassrls.",
    ),
    lowered(
        "who migrates the tables may make roles",
        "alter role plan_owner createrole",
        fences="plan_owner has more rights than its own: createrole.",
    ),
    lowered(
        "a session may pass by the triggers",
        "grant set on parameter session_replication_role to plan_app",
        fences="may be changed by those whom it should hold (session_replication_role for plan_app).",
    ),
    lowered(
        "a reference takes recorded rows with it",
        "alter table workstreams_rating drop constraint {reference}",
        "alter table workstreams_rating add constraint takes_with_it foreign key (measure_id)"
        " references workstreams_measure on delete cascade",
        fences="that nobody here made: reference takes_with_it of workstreams_rating.",
    ),
    lowered(
        "ratings are dated by another clock",
        "alter table workstreams_rating alter column at set default '2020-01-01'",
        fences="Columns are missing, or others than they should be: at of workstreams_rating.",
    ),
    lowered(
        "two may answer the same row",
        "{drop_law}",
        fences="Laws are missing, or others than they should be: {law} of workstreams_rating.",
    ),
    lowered(
        "the ledger has no key",
        "alter table ledger.entry drop constraint entry_pkey",
        fences="Indexes are missing, or others than they should be: entry_pkey of ledger.entry.",
    ),
    lowered(
        "a record need not name anybody",
        "alter table ledger.entry drop constraint entry_by_check",
        fences="Laws are missing, or others than they should be: entry_by_check of ledger.entry.",
    ),
    lowered(
        "the ledger has a column more",
        "alter table ledger.entry add column secretly text",
        fences="that nobody here made: column secretly of ledger.entry.",
    ),
    lowered(
        "something else stands in the ledger’s schema",
        "create table ledger.entries as select * from ledger.entry",
        fences="There are things in the schema ledger that nobody here made: ledger.entries.",
    ),
    lowered(
        "the clock is set back",
        "update ledger.clock set now = '2020-01-01'",
        fences="The clock stands before the newest record.",
    ),
    lowered(
        "the clock of a real plan is set",
        "update ledger.clock set demonstration = false, now = now() + interval '1 day'",
        fences="The clock of a real plan was set.",
    ),
    lowered(
        "the clock is gone",
        "delete from ledger.clock",
        fences="The clock has 0 rows and not one.",
        history="The history can’t be read",
    ),
    lowered(
        "restored without its rights",
        "revoke all on schema ledger, public from plan_app, plan_owner",
        "revoke all on all tables in schema public from plan_app",
        "revoke all on all tables in schema ledger from plan_app, plan_owner",
        fences="Rights on ledger.entry are missing (SELECT to plan_app",
        history="The history can’t be read",
    ),
    lowered(
        "a reference dropped",
        "alter table workstreams_rating drop constraint {reference}",
        fences="References are missing, or others than they should be: {reference} of workstreams_rating.",
    ),
    lowered(
        "a reference points at another table",
        "alter table workstreams_rating drop constraint {reference}",
        "alter table workstreams_rating add constraint {reference} foreign key (measure_id) references"
        " workstreams_group not valid deferrable initially deferred",
        fences="References are missing, or others than they should be: {reference} of workstreams_rating.",
    ),
    lowered(
        "a reference was never checked",
        "alter table workstreams_rating drop constraint {reference}",
        "alter table workstreams_rating add constraint {reference} foreign key (measure_id) references"
        " workstreams_measure not valid deferrable initially deferred",
        fences="References are missing, or others than they should be: {reference} of workstreams_rating.",
    ),
    lowered(
        "a law keeps its name and allows everything",
        "alter table workstreams_rating drop constraint {check}",
        "alter table workstreams_rating add constraint {check} check (true)",
        fences="Laws are missing, or others than they should be: {check} of workstreams_rating.",
    ),
    lowered(
        "a law holds from now on and never of what is there",
        "do $$ declare d text := (select pg_get_constraintdef(oid) from pg_constraint where conname = '{check}'); begin"
        " alter table workstreams_rating drop constraint {check};"
        " execute 'alter table workstreams_rating add constraint {check} ' || d || ' not valid'; end $$",
        fences="Laws are missing, or others than they should be: {check} of workstreams_rating.",
    ),
    lowered(
        "a unique index keeps its name and holds of other columns",
        "{drop_law}",
        "create unique index {law} on workstreams_rating (measure_id, follows_id, id)",
        fences="Indexes are missing, or others than they should be: {law} of workstreams_rating.",
    ),
    lowered(
        "a unique index keeps its name and holds of fewer rows",
        "{drop_law}",
        "create unique index {law} on workstreams_rating (measure_id, follows_id) nulls not distinct where id < 0",
        fences="Indexes are missing, or others than they should be: {law} of workstreams_rating.",
    ),
    lowered(
        "a table of the plan has a law more",
        "alter table workstreams_rating add constraint one_more check (level_id is distinct from -1)",
        fences="that nobody here made: law one_more of workstreams_rating.",
    ),
    lowered(
        "a column holds longer words than it should",
        "alter table workstreams_plan alter column title type character varying(500)",
        fences="Columns are missing, or others than they should be: title of workstreams_plan.",
    ),
    lowered(
        "a column is put in order by another rule",
        'alter table workstreams_plan alter column title type character varying(200) collate "C"',
        fences="Columns are missing, or others than they should be: title of workstreams_plan.",
    ),
    lowered(
        "a law of the ledger keeps its name and allows everything",
        "alter table ledger.entry drop constraint entry_by_check",
        "alter table ledger.entry add constraint entry_by_check check (true)",
        fences="Laws are missing, or others than they should be: entry_by_check of ledger.entry.",
    ),
    lowered(
        "an index of the ledger keeps its name and holds other columns",
        "drop index ledger.entry_row",
        'create index entry_row on ledger.entry (seq, "row")',
        fences="Indexes are missing, or others than they should be: entry_row of ledger.entry.",
    ),
    lowered(
        "a reason may be left out of a record",
        "alter table ledger.entry alter column because drop not null",
        fences="Columns are missing, or others than they should be: because of ledger.entry.",
    ),
    lowered(
        "the ledger refuses what somebody does",
        "alter table ledger.entry add constraint nobody check (by <> '999')",
        fences="that nobody here made: law nobody of ledger.entry.",
    ),
    lowered(
        "references are checked only where a session passes by the triggers",
        "do $$ declare t record; begin for t in select tgname from pg_trigger where tgisinternal"
        " and tgrelid = 'workstreams_rating'::regclass loop"
        " execute format('alter table workstreams_rating enable replica trigger %I', t.tgname); end loop; end $$",
        fences="References are not checked on workstreams_rating.",
    ),
    lowered(
        "a column that may be left empty",
        "alter table workstreams_rating alter column words drop not null",
        fences="Columns are missing, or others than they should be: words of workstreams_rating.",
    ),
    lowered(
        "a law that signs for another",
        "alter table workstreams_measure add constraint quiet"
        " check (set_config('plan.by', '1', true) is not null)",
        fences="do something of their own (quiet of workstreams_measure calls set_config)",
    ),
    lowered(
        "a default that signs for another",
        "alter table workstreams_measure alter column text set default set_config('plan.by', '1', true)",
        fences="(the default of workstreams_measure.text calls set_config)",
    ),
    lowered(
        "restored without the ledger’s schema",
        "drop schema ledger cascade",
        fences="The ledger itself is missing: ledger.clock, ledger.entry.",
        history="The history can’t be read",
    ),
]


# What needs a second database beside the first; each was the same as the other until then.
OF_TWO_DATABASES = {
    "a record of another database stands in place of one": "which no record says",
    "an anchor of another database is held against this one": "is not the row that the anchor names",
}


def of_two_databases(stage: Stage, here: str, there: str) -> dict[str, list[str]]:
    """What verify_history says to each of these; both databases are clones that may be changed."""
    newest = "select * from ledger.entry order by seq desc limit 1"
    rows = []
    for name in (there, here):
        stage.point_to(name)
        people.add_group(name=f"Only in {name}", kind="SUBGROUP", by="test")
        with psycopg.connect(stage.server.url(database=name)) as admin:
            rows.append(
                admin.execute(newest.replace("*", "entry::text, seq, encode(hash, 'hex')")).fetchone()
            )
    (their_row, seq, their_hash), _ = rows
    said = {}
    with psycopg.connect(stage.server.url(database=here)) as admin:
        faults = ledger.verify(ledger.Anchor(seq, their_hash)).faults
        said["an anchor of another database is held against this one"] = [str(fault) for fault in faults]
        admin.execute("delete from ledger.entry where seq = %s", [seq])
        admin.execute("insert into ledger.entry select (%s::ledger.entry).*", [their_row])
    said["a record of another database stands in place of one"] = [str(f) for f in ledger.verify().faults]
    return said


@dataclass(frozen=True)
class Scene:
    """What the statements speak of: an agreed Amber rating, its record, the newest of everything."""

    values: dict[str, Any]
    anchor: ledger.Anchor

    def said(self, text: str) -> str:
        return text.format(**self.values)


TRIGGERS_OFF = "; ".join(f"alter table {m._meta.db_table} disable trigger all" for m in fenced_models())


def triggers_on() -> str:
    """Every trigger on again as it was, so that the fences tell nothing of what was done past them."""
    tables = [(m._meta.db_table, sorted(_triggers(m))) for m in fenced_models()]
    return "; ".join(
        statement
        for table, names in tables
        for statement in (
            f"alter table {table} enable trigger all",
            *(f"alter table {table} enable always trigger {name}" for name in names),
        )
    )


def _triggers(model: Any) -> set[str]:
    return {
        t.name for t in fences.source().triggers.values() if is_append_only(model) or not t.of_append_only
    }


def scene() -> Scene:
    rating = Rating.objects.filter(step="AGREED", level__code="A").order_by("pk").first()
    last = Rating.objects.filter(followed_by=None, corrected_by=None).order_by("pk").last()
    other = Rating.objects.filter(step="AGREED", level__code="G").order_by("pk").first()
    assert rating is not None and other is not None and last is not None  # noqa: PT018
    records = Ledger.objects.filter(table="workstreams_rating")
    newest = Ledger.objects.order_by("-seq").first()
    assert newest
    law = next(c.name for c in Rating._meta.constraints if "follows" in getattr(c, "fields", ()))
    with connection.cursor() as cursor:
        cursor.execute(
            "select conname from pg_constraint where conrelid = 'workstreams_rating'::regclass and contype = 'f'"
            " and confrelid = 'workstreams_measure'::regclass"
        )
        ((reference,),) = cursor.fetchall()
        cursor.execute(
            "select count(*) from pg_constraint where conrelid = 'workstreams_rating'::regclass and conname = %s",
            [law],
        )
        ((is_constraint,),) = cursor.fetchall()
    check = next(c.name for c in Rating._meta.constraints if isinstance(c, models.CheckConstraint))
    values = {
        "rating": rating.pk,
        "level": next(pk for pk in (1, 2, 3, 4) if pk != rating.level_id),
        "measure": rating.measure_id,
        "seq": records.get(row=str(rating.pk)).seq,
        "other": other.pk,
        "last": last.pk,
        "tail": records.get(row=str(last.pk)).seq,
        "newest": newest.seq,
        "reference": reference,
        "law": law,
        "check": check,
        "drop_law": f"alter table workstreams_rating drop constraint {law}"
        if is_constraint
        else f"drop index {law}",
        "triggers_on": triggers_on(),
        "empty_all": f"truncate {', '.join(m._meta.db_table for m in fenced_models())} cascade",
    }
    return Scene(values, ledger.Anchor(newest.seq, bytes(newest.hash).hex()))


@contextmanager
def administrator(stage: Stage, name: str) -> Iterator[Scene]:
    """The database as a superuser, in a transaction that is rolled back. What he did is judged as the site."""
    connections["default"].close()
    connections["default"].settings_dict["USER"] = "plan_admin"
    try:
        with transaction.atomic():
            yield scene()
            transaction.set_rollback(True)
    finally:
        connections["default"].close()
        stage.point_to(name)


@dataclass(frozen=True)
class Found:
    """What the two checks said, without what the server of the tests gives up to be quick."""

    history: list[str]
    anchored: list[str]
    fences: list[str]


def found(scene: Scene, *, with_anchor: bool = True) -> Found:
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set local session authorization plan_app")
    history = [str(fault) for fault in checks.read_history().faults]
    anchored = [str(f) for f in checks.read_history(scene.anchor).faults] if with_anchor else history
    report = fences.look(may_be_demonstration=True)
    with connection.cursor() as cursor:
        cursor.execute("reset session authorization")
    return Found(history, anchored, [str(lowered) for lowered in report.lowered])


def do(tampering: Tampering, scene: Scene) -> None:
    acts = [scene.said(act) for act in tampering.acts]
    if tampering.past_the_triggers:
        acts = [TRIGGERS_OFF, *acts, triggers_on()]
    with connection.cursor() as cursor:
        for act in acts:
            cursor.execute(act)
