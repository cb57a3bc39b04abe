"""The ledger's own functions, to the letter, and whatever else could run with the ledger's rights."""

from typing import Any

from .looking import Looking
from .source import PUBLIC, Function

# What belongs to an extension came with the administrator who installed it.
OF_NO_EXTENSION = "not exists (select from pg_depend d where d.objid = {} and d.deptype = 'e')"


def look(looking: Looking) -> None:
    found = {
        signature: rest
        for signature, *rest in looking.ask(
            "select p.proname::text || '(' || pg_get_function_identity_arguments(p.oid) || ')', p.prosrc,"
            " p.prosecdef, p.provolatile::text, array_to_string(p.proconfig, '|'), l.lanname::text,"
            " p.prorettype::regtype::text, pg_get_userbyid(p.proowner)::text, p.prokind::text"
            " from pg_proc p join pg_language l on l.oid = p.prolang where p.pronamespace = to_regnamespace('ledger')"
        )
    }
    functions = looking.source.functions
    looking.stand(
        {f.name: f.signature in found for f in functions.values()},
        what="Functions of the ledger are missing: {}.",
        means="The history can’t be written as it should.",
    )
    there = {f.name: (f, found[f.signature]) for f in functions.values() if f.signature in found}
    looking.stand(
        {name: _is_as_made(f, rest) for name, (f, rest) in there.items()},
        what="Functions of the ledger say something else than the source: {}.",
        means="What they write, refuse or take for the time is not what it should be.",
    )
    looking.stand(
        {name: rest[6] == looking.source.owners.get(name) for name, (_, rest) in there.items()},
        what="Functions of the ledger don’t belong to plan_ledger: {}.",
        means="Whoever owns them may change what they do.",
    )
    looking.none(
        found.keys() - {f.signature for f in functions.values()},
        what="There are functions in the schema ledger that nobody here made: {}.",
        means="They may run with the ledger’s rights.",
        mend="As an administrator: drop function ledger.….",
    )
    _rights(looking)
    _of_somebody_elses(looking)


def _is_as_made(function: Function, found: list[Any]) -> bool:
    body, is_definer, volatility, settings, language, returns, _, kind = found
    return (
        body == function.body
        and is_definer == function.is_definer
        and volatility == function.volatility[0]
        and settings == f"search_path={function.path}"
        and language == function.language
        and returns == function.returns
        and kind == "f"
    )


def _rights(looking: Looking) -> None:
    held = {
        (name, who, right)
        for name, who, right in looking.ask(
            "select p.proname::text, coalesce(r.rolname::text, %s), a.privilege_type::text from pg_proc p,"
            " aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a left join pg_roles r on r.oid = a.grantee"
            " where p.pronamespace = to_regnamespace('ledger') and a.grantee <> p.proowner",
            [PUBLIC],
        )
    }
    expected = {
        (name, who, right)
        for (kind, name), rights in looking.source.rights.items()
        if kind == "function"
        for who, right in rights
    }
    looking.none(
        (f"{name} by {who}" for name, who, _ in held - expected),
        what="Functions of the ledger can be run by others than they are for ({}).",
        means="Some of them write with the ledger’s rights.",
    )
    looking.none(
        (f"{name} by {who}" for name, who, _ in expected - held),
        what="Functions of the ledger can’t be run by those they are for ({}).",
        means="The site can’t do its work, and was probably restored without its rights.",
    )


def _of_somebody_elses(looking: Looking) -> None:
    """PostgreSQL runs some things by itself: casts, operators, what a type or an event calls."""
    ours = "16384"  # PostgreSQL's own objects are numbered lower
    kinds = {
        "functions": "select p.oid::regprocedure::text from pg_proc p where p.pronamespace = 'public'::regnamespace"
        f" and {OF_NO_EXTENSION.format('p.oid')}",
        "casts": "select format_type(c.castsource, null) || ' as ' || format_type(c.casttarget, null)"
        f" from pg_cast c where c.oid >= {ours} and {OF_NO_EXTENSION.format('c.oid')}",
        "operators": "select o.oid::regoperator::text from pg_operator o"
        f" where o.oid >= {ours} and {OF_NO_EXTENSION.format('o.oid')}",
        "types": "select t.oid::regtype::text from pg_type t left join pg_class c on c.oid = t.typrelid"
        " where t.typnamespace = any(array['public'::regnamespace, to_regnamespace('ledger')]) and t.typelem = 0"
        f" and (t.typrelid = 0 or c.relkind = 'c') and {OF_NO_EXTENSION.format('t.oid')}",
        "event triggers": f"select e.evtname::text from pg_event_trigger e where {OF_NO_EXTENSION.format('e.oid')}",
    }
    for kind, query in kinds.items():
        looking.none(
            (name for (name,) in looking.ask(query)),
            what=f"There are {kind} that nobody here made: {{}}.",
            means="PostgreSQL may run them by itself, with the rights of whoever is at work, the ledger’s too.",
            mend=f"As an administrator: drop these {kind}.",
        )
    looking.none(
        (
            f"{column} of {table}"
            for table, column in looking.ask(
                "select c.relname::text, a.attname::text from pg_attribute a join pg_class c on c.oid = a.attrelid"
                " join pg_type t on t.oid = a.atttypid where c.relnamespace in ('public'::regnamespace,"
                " to_regnamespace('ledger')) and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped"
                " and t.typnamespace <> 'pg_catalog'::regnamespace"
            )
        ),
        what="Columns are of types that are not PostgreSQL’s own: {}.",
        means="Writing such a row down would run what its type’s maker says.",
        mend="As an administrator: alter table … alter column … type ….",
    )
