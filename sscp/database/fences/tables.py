"""The plan's tables: whose they are, who may change them, and the triggers that write and refuse."""

from typing import Any

from django.db import models

from .. import fenced_models, is_append_only, rights_on, special_columns
from .looking import Looking, table_of
from .source import PUBLIC, Trigger

MEANS = {
    "plan_turn": "What is written while words are taken out can bring them back.",
    "plan_ledger": "Changes of these tables leave no record.",
    "plan_actor": "They can be changed by nobody in particular.",
    "plan_no_truncate": "They can be emptied at one stroke, without a record.",
    "plan_append_only": "What was recorded in them can be changed.",
    "plan_append_only_rows": "What was recorded in them can be changed.",
}


def look(looking: Looking) -> None:
    kinds = {
        name: rest
        for name, *rest in looking.ask(
            "select relname::text, relkind::text, pg_get_userbyid(relowner)::text, relpersistence::text,"
            " relrowsecurity or relforcerowsecurity,"
            " exists (select from pg_inherits where oid in (inhrelid, inhparent))"
            " from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f')"
        )
    }
    plan = {table_of(model): model for model in fenced_models()}
    _are_tables(looking, plan, kinds)
    standing = {name for name in plan if kinds.get(name, "?")[0] == "r"}
    _belong_to_their_owner(looking, kinds)
    _nothing_in_between(looking, plan, kinds)
    _nothing_acts(looking)
    _rights(looking, kinds)
    _triggers(looking, {name: plan[name] for name in standing}, kinds)


def _are_tables(looking: Looking, plan: dict[str, Any], kinds: dict[str, list[Any]]) -> None:
    words = {"v": "a view", "m": "a stored view", "p": "split into parts", "f": "on another server"}
    looking.stand(
        {name: name in kinds for name in plan},
        what="Missing in the schema public: {}.",
        means="What these tables of the plan held is gone or elsewhere.",
        mend="Look where they went, or restore the last backup.",
    )
    looking.none(
        (
            f"{name} is {words.get(kinds[name][0], 'no table')}"
            for name in plan
            if name in kinds and kinds[name][0] != "r"
        ),
        what="Something stands where a table of the plan should ({}).",
        means="What the site shows, and what is checked, may be something else than what was recorded.",
        mend="As an administrator: drop it, and give the real table its name back.",
    )
    looking.stand(
        {name: rest[2] == "p" for name, rest in kinds.items() if name in plan},
        what="These tables are not written safely (unlogged): {}.",
        means="A crash of the server empties them.",
        mend="As an administrator: alter table … set logged.",
    )
    looking.stand(
        {name: not rest[4] for name, rest in kinds.items() if name in plan},
        what="Other tables hang on these (inheritance): {}.",
        means="Rows in those show as rows of the plan, past its triggers.",
        mend="As an administrator: alter table … no inherit …, and look at what they hold.",
    )


def _belong_to_their_owner(looking: Looking, kinds: dict[str, list[Any]]) -> None:
    looking.stand(
        {name: rest[1] == "plan_owner" for name, rest in kinds.items()},
        what="Tables that don’t belong to plan_owner: {}.",
        means="Their owner may switch their triggers off and change their rows; if it is plan_app, the site may.",
    )
    looking.none(
        (
            f"{kind} {name}"
            for kind, name in looking.ask(
                "select 'relation', oid::regclass::text from pg_class where pg_get_userbyid(relowner) = 'plan_app'"
                " union all select 'function', oid::regprocedure::text from pg_proc"
                " where pg_get_userbyid(proowner) = 'plan_app'"
                " union all select 'schema', nspname::text from pg_namespace"
                " where pg_get_userbyid(nspowner) = 'plan_app'"
            )
        ),
        what="plan_app owns things of its own ({}).",
        means="The site should own nothing, so that a fault in it can change nothing but rows.",
        mend="As an administrator: reassign owned by plan_app to plan_owner.",
    )


def _nothing_in_between(looking: Looking, plan: dict[str, Any], kinds: dict[str, list[Any]]) -> None:
    rules = looking.ask(
        "select c.relname::text, r.rulename::text from pg_rewrite r join pg_class c on c.oid = r.ev_class"
        " where c.relnamespace in ('public'::regnamespace, to_regnamespace('ledger')) and c.relkind = 'r'"
    )
    looking.none(
        (f"{rule} on {table}" for table, rule in rules),
        what="Rules rewrite what is written or read ({}).",
        means="A change can become another one, or none, before any trigger sees it.",
        mend="As an administrator: drop rule … on ….",
    )
    policies = looking.ask("select polrelid::regclass::text, polname::text from pg_policy")
    looking.none(
        [f"{name} on {table}" for table, name in policies]
        + [name for name, rest in kinds.items() if name in plan and rest[3]],
        what="Row security hides rows ({}).",
        means="What is hidden from the site is hidden from these checks.",
        mend="As an administrator: alter table … disable row level security, and drop policy ….",
    )


def _nothing_acts(looking: Looking) -> None:
    """That laws, defaults and indexes only ask: one may call what acts, such as set_config, for whoever writes."""
    looking.none(
        (
            f"{name} calls {function}"
            for name, function in looking.ask(
                "select s.name, p.oid::regproc::text from ("
                " select conname || ' of ' || c.relname as name, conbin::text as tree, c.relnamespace as space"
                " from pg_constraint k join pg_class c on c.oid = conrelid"
                " union all select 'the default of ' || c.relname || '.' || attname, adbin::text, c.relnamespace"
                " from pg_attrdef join pg_class c on c.oid = adrelid"
                " join pg_attribute on attrelid = adrelid and attnum = adnum"
                " union all select c.relname::text, concat(indexprs::text, indpred::text), c.relnamespace"
                " from pg_index join pg_class c on c.oid = indexrelid) s,"
                " regexp_matches(s.tree, ':(?:op)?funcid (\\d+)', 'g') found join pg_proc p on p.oid = found[1]::oid"
                " where s.space in ('public'::regnamespace, to_regnamespace('ledger')) and p.provolatile = 'v'"
                " and (p.pronamespace, p.proname) is distinct from (to_regnamespace('ledger')::oid, 'plan_now')"
            )
        ),
        what="Laws, defaults or indexes do something of their own ({}).",
        means="With every row that is written they could, for one, have it recorded as another person’s.",
        mend="As an administrator: drop what calls it, and put back what the migrations made.",
    )


def _rights(looking: Looking, kinds: dict[str, list[Any]]) -> None:
    """On tables and their columns, and on the sequences that number their rows."""
    ours = {"plan_owner"}
    held: dict[str, set[str]] = {name: set() for name in kinds}
    given: list[str] = []
    for table, column, who, right in looking.ask(
        "select c.relname::text, '', coalesce(r.rolname::text, %(public)s), a.privilege_type::text from pg_class c,"
        " aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a left join pg_roles r on r.oid = a.grantee"
        " where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')"
        " and a.grantee <> c.relowner"
        " union all select c.relname::text, t.attname::text, coalesce(r.rolname::text, %(public)s),"
        " a.privilege_type::text from pg_class c join pg_attribute t on t.attrelid = c.oid, aclexplode(t.attacl) a"
        " left join pg_roles r on r.oid = a.grantee where c.relnamespace = 'public'::regnamespace"
        " and a.grantee <> c.relowner",
        {"public": PUBLIC},
    ):
        if who == "plan_app" and not column:
            held[table].add(right)
        may = rights_on(table) if who == "plan_app" else {"SELECT"} if who != PUBLIC else set()
        if who not in ours and right not in may:
            given.append(f"{right} on {table}{f' ({column})' if column else ''} to {who}")
    looking.none(
        given,
        what="Rights on tables are given away ({}).",
        means="What should only be added to, or not be touched at all, could be changed.",
        mend="Run “manage.py provision”; what it leaves, revoke as an administrator.",
    )
    looking.stand(
        {table: rights_on(table) <= held[table] for table in kinds if kinds[table][0] == "r"},
        what="plan_app lacks rights on {}.",
        means="The site can’t do its work, and was probably restored without its rights.",
    )
    looking.none(
        (
            f"{right} on {name} to {who}"
            for name, who, right in looking.ask(
                "select c.relname::text, coalesce(r.rolname::text, %s), a.privilege_type::text from pg_class c,"
                " aclexplode(coalesce(c.relacl, acldefault('s', c.relowner))) a"
                " left join pg_roles r on r.oid = a.grantee where c.relnamespace = 'public'::regnamespace"
                " and c.relkind = 'S' and a.grantee <> c.relowner",
                [PUBLIC],
            )
            if who != "plan_owner" and right not in ("SELECT", "USAGE")
        ),
        what="Rights on counters are given away ({}).",
        means="Numbers of rows could be given a second time.",
    )


def _triggers(looking: Looking, plan: dict[str, type[models.Model]], kinds: dict[str, list[Any]]) -> None:
    found: dict[str, dict[str, list[Any]]] = {name: {} for name in kinds}
    checks_off = []
    for table, name, is_internal, *rest in looking.ask(
        "select c.relname::text, t.tgname::text, t.tgisinternal, t.tgtype, t.tgenabled::text, t.tgdeferrable,"
        " t.tginitdeferred, t.tgconstraint <> 0, t.tgfoid::regproc::text, t.tgargs, t.tgqual is not null,"
        " t.tgattr::text <> '' from pg_trigger t join pg_class c on c.oid = t.tgrelid"
        " where c.relnamespace = 'public'::regnamespace"
    ):
        if is_internal:
            checks_off += [table] if rest[1] in ("D", "R") else []
        else:
            found.setdefault(table, {})[name] = rest
    for trigger in looking.source.triggers.values():
        of = {
            name: model for name, model in plan.items() if is_append_only(model) or not trigger.of_append_only
        }
        looking.stand(
            {name: trigger.name in found[name] for name in of},
            what=f"The trigger {trigger.name} is missing on {{}}.",
            means=MEANS[trigger.name],
        )
        there = {name: model for name, model in of.items() if trigger.name in found[name]}
        looking.stand(
            {name: found[name][trigger.name][1] == "A" for name in there},
            what=f"The trigger {trigger.name} is switched off, or can be by a session, on {{}}.",
            means=MEANS[trigger.name],
        )
        looking.stand(
            {name: _is_as_made(found[name][trigger.name], trigger, model) for name, model in there.items()},
            what=f"The trigger {trigger.name} does something else than it should on {{}}.",
            means=MEANS[trigger.name],
        )
    looking.none(
        (
            f"{name} on {table}"
            for table, triggers in found.items()
            for name in triggers
            if table not in plan or name not in looking.source.triggers
        ),
        what="There are triggers that nobody here made ({}).",
        means="They can change or swallow what is written before it is recorded.",
        mend="As an administrator: drop trigger … on ….",
    )
    looking.none(
        checks_off,
        what="References are not checked on {}.",
        means="Rows can point at others that are not there.",
        mend="As an administrator: alter table … enable trigger all, and then run “manage.py provision”.",
    )


def _is_as_made(found: list[Any], trigger: Trigger, model: type[models.Model]) -> bool:
    kind, _, deferrable, deferred, is_constraint, function, arguments, has_condition, has_columns = found
    columns = special_columns(model) if trigger.takes_columns else []
    return (
        kind == trigger.kind
        and (deferrable, deferred) == (trigger.is_deferred, trigger.is_deferred)
        and is_constraint == trigger.is_constraint
        and function == f"ledger.{trigger.function}"
        and bytes(arguments) == b"".join(column.encode() + b"\0" for column in columns)
        and not has_condition
        and not has_columns
    )
