"""What plan_app and plan_owner are tried with against the history: the list that docs/ledger.md tells of.

Each must be refused to those it names, and must work for whoever has the right: an attack that fails for another
reason, such as a slip of the pen, would prove nothing.
"""

from dataclasses import dataclass

from tests.tamperings import TRIGGERS_OFF

APP, OWNER = "plan_app", "plan_owner"


@dataclass(frozen=True)
class Attack:
    """SQL that is refused. `first` is what the one with the right must do before it works for them."""

    name: str
    act: str
    by: tuple[str, ...] = (APP, OWNER)
    first: str = ""


FORGED = (
    "insert into ledger.entry select (jsonb_populate_record(e, jsonb_build_object('seq', seq + 1000000))).*"
    " from ledger.entry e limit 1"
)
ATTACKS = [
    # The ledger's rows
    Attack("write a record", FORGED),
    Attack("change a record", "update ledger.entry set by = 'somebody else' where seq = 1"),
    Attack("change a record by reading it for update", "select * from ledger.entry where seq = 1 for update"),
    Attack("delete a record", "delete from ledger.entry where seq = 1"),
    Attack("empty the ledger", "truncate ledger.entry"),
    Attack(
        "write a record by merging",
        "merge into ledger.entry e using (select 1 as seq) s on e.seq = s.seq when matched then delete",
    ),
    Attack("copy records in", "copy ledger.entry from program 'true'"),
    # The ledger's things
    Attack("drop the ledger", "drop table ledger.entry cascade"),
    Attack("drop its schema", "drop schema ledger cascade"),
    Attack("rename it", "alter table ledger.entry rename to entries"),
    Attack("rename its schema", "alter schema ledger rename to old_ledger"),
    Attack("add a column to it", "alter table ledger.entry add column more text"),
    Attack("take its key away", "alter table ledger.entry drop constraint entry_pkey"),
    Attack("drop an index of it", "drop index ledger.entry_row"),
    Attack("make a table beside it", "create table ledger.entries (seq bigint)"),
    Attack("hang a table on it", "create table public.more () inherits (ledger.entry)"),
    Attack("switch its triggers off", "alter table ledger.entry disable trigger all"),
    Attack("put a rule on it", "create rule quietly as on insert to ledger.entry do instead nothing"),
    Attack("hide its rows", "alter table ledger.entry enable row level security"),
    Attack("take it over", "alter table ledger.entry owner to plan_owner"),
    Attack("take its schema over", "alter schema ledger owner to plan_owner"),
    # Its functions
    Attack(
        "replace the function that records",
        "create or replace function ledger.record() returns trigger language plpgsql as 'begin return null; end'",
    ),
    Attack(
        "replace the clock",
        "create or replace function ledger.plan_now() returns timestamptz language sql as 'select now()'",
    ),
    Attack("let it look for names elsewhere", "alter function ledger.record() set search_path = public"),
    Attack("let it run with another's rights", "alter function ledger.record() security invoker"),
    Attack("drop the function that refuses", "drop function ledger.refuse() cascade"),
    Attack("give a function of the ledger away", "alter function ledger.record() owner to plan_owner"),
    Attack(
        "chain a record of one's own",
        "select ledger.append(jsonb_populate_record(null::ledger.entry,"
        ' \'{"table": "x", "row": "1", "operation": "INSERT", "after": {}, "by": "x", "for_post": "",'
        ' "because": ""}\'))',
    ),
    # Its clock
    Attack("set the clock back by hand", "update ledger.clock set now = '2020-01-01'"),
    Attack("mark a real plan as a demonstration", "update ledger.clock set demonstration = not demonstration"),
    Attack("take the clock away", "delete from ledger.clock"),
    # Roles
    Attack("act as plan_ledger", "set role plan_ledger"),
    Attack("become a member of plan_ledger", "grant plan_ledger to plan_owner"),
    Attack("let plan_ledger sign in", "alter role plan_ledger login"),
    Attack("become a superuser", "alter role plan_owner superuser"),
    Attack("make a role", "create role another"),
    Attack("sign in as plan_ledger within a session", "set session authorization plan_ledger"),
    Attack("pass by the triggers", "set session_replication_role = replica"),
    Attack("open PostgreSQL's own tables", "set allow_system_table_mods = on"),
    Attack("edit PostgreSQL's own tables", "update pg_catalog.pg_class set relowner = 10 where relname = 'entry'"),
    Attack("take the database over", "create schema plan_app"),
    Attack("make an event trigger", "create event trigger e on ddl_command_end execute function public.on_ddl()",
           first="create function public.on_ddl() returns event_trigger language plpgsql as 'begin end'"),
    Attack(
        "make a function that PostgreSQL trusts blindly",
        "create function public.f() returns int language internal as 'pg_backend_pid'",
    ),
    # What was recorded, in the plan's own tables: the site has no right, the owner meets the tables' own fence
    *(
        Attack(f"{verb} what was recorded of a {table}", act.format(table), first=TRIGGERS_OFF)
        for table in ("rating", "target", "impact", "version")
        for verb, act in (
            ("change", "update workstreams_{0} set at = now()"),
            ("empty", "truncate workstreams_{0} cascade"),
        )
    ),
    Attack("delete a target", "delete from workstreams_target", first=TRIGGERS_OFF),
    # What only the site is refused: it has no DDL
    Attack("make a table", "create table public.another (id bigint)", by=(APP,)),
    Attack("drop a table", "drop table workstreams_digest", by=(APP,)),
    Attack("add a column", "alter table workstreams_measure add column more text", by=(APP,)),
    Attack("switch a trigger off", "alter table workstreams_measure disable trigger plan_ledger", by=(APP,)),
    Attack("put a trigger on a table", "create trigger t before insert on workstreams_measure for each row execute"
           " function suppress_redundant_updates_trigger()", by=(APP,)),
    Attack("put a rule on a table", "create rule r as on insert to workstreams_measure do instead nothing", by=(APP,)),
    Attack("lower a table's fences", "select ledger.fence('public.workstreams_measure', false, '{}')", by=(APP,)),
    # To the number it has: no transaction takes a counter back.
    Attack(
        "number rows anew",
        "select setval('workstreams_rating_id_seq', nextval('workstreams_rating_id_seq'))",
        by=(APP,),
    ),
    Attack("write down what was migrated", "delete from django_migrations", by=(APP,)),
]  # fmt: skip
