"""The ledger's tables, and the clock that gives each record its time."""

from .. import fenced_models
from .looking import Looking, table_of
from .source import PUBLIC


def unreadable(looking: Looking) -> str:
    """What of the history the one who asks can't read; "" where it can be read."""
    wanted = {f"ledger.{name}" for name in looking.source.tables}
    wanted |= {f"public.{table_of(model)}" for model in fenced_models()}
    if missing := sorted(wanted - _readable(looking)):
        return f"missing, or closed to the site: {', '.join(missing)}."
    if not looking.ask("select from ledger.clock"):
        return "the ledger’s clock is gone."
    return ""


def _readable(looking: Looking) -> set[str]:
    return {
        name
        for (name,) in looking.ask(
            "select nspname::text || '.' || relname from pg_class c join pg_namespace n on n.oid = relnamespace"
            " where nspname in ('public', 'ledger') and has_schema_privilege(n.oid, 'usage')"
            " and has_table_privilege(c.oid, 'select') and relkind = 'r'"
        )
    }


def look(looking: Looking, *, may_be_demonstration: bool) -> None:
    tables = looking.source.tables
    found = {
        name: rest
        for name, *rest in looking.ask(
            "select relname::text, relkind::text, pg_get_userbyid(relowner)::text, relpersistence::text,"
            " relrowsecurity, exists (select from pg_inherits where oid in (inhrelid, inhparent))"
            " from pg_class where relnamespace = to_regnamespace('ledger') and relkind not in ('i', 't')"
        )
    }
    looking.stand(
        {f"ledger.{name}": name in found and found[name][0] == "r" for name in tables},
        what="The ledger itself is missing: {}.",
        means="There is no history, and nothing can be recorded.",
        mend="Restore the last backup with its schema ledger; a new and empty one proves nothing of what was.",
    )
    there = {name: found[name] for name in tables if name in found}
    looking.stand(
        {f"ledger.{name}": rest[1] == "plan_ledger" for name, rest in there.items()},
        what="Tables of the ledger don’t belong to plan_ledger: {}.",
        means="Their owner may change or empty them.",
    )
    looking.stand(
        {f"ledger.{name}": rest[2] == "p" and not rest[3] and not rest[4] for name, rest in there.items()},
        what="Tables of the ledger are not plain, safely written tables: {}.",
        means="Rows could be hidden, rewritten, or gone after a crash.",
        mend="As an administrator: alter table … set logged, disable row level security, no inherit, drop rule ….",
    )
    looking.none(
        (f"ledger.{name}" for name in found.keys() - tables),
        what="There are things in the schema ledger that nobody here made: {}.",
        means="They may be taken for the history, or stand in its way.",
        mend="As an administrator: look at what they hold, and drop them.",
    )
    _no_triggers(looking)
    _rights(looking)
    if "clock" in there:
        _clock(looking, may_be_demonstration=may_be_demonstration)


def _no_triggers(looking: Looking) -> None:
    looking.none(
        (
            f"{trigger} on ledger.{table}"
            for table, trigger in looking.ask(
                "select c.relname::text, t.tgname::text from pg_trigger t join pg_class c on c.oid = t.tgrelid"
                " where c.relnamespace = to_regnamespace('ledger') and not t.tgisinternal"
            )
        ),
        what="There are triggers on the ledger: {}.",
        means="They can change or swallow a record while it is written.",
        mend="As an administrator: drop trigger … on ledger.….",
    )


def _rights(looking: Looking) -> None:
    held: dict[str, set[tuple[str, str]]] = {name: set() for name in looking.source.tables}
    for table, who, right in looking.ask(
        "select c.relname::text, coalesce(r.rolname::text, %(public)s), a.privilege_type::text from pg_class c,"
        " aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a left join pg_roles r on r.oid = a.grantee"
        " where c.relnamespace = to_regnamespace('ledger') and c.relkind = 'r' and a.grantee <> c.relowner"
        " union all select c.relname::text, coalesce(r.rolname::text, %(public)s), a.privilege_type::text"
        " from pg_class c join pg_attribute t on t.attrelid = c.oid, aclexplode(t.attacl) a"
        " left join pg_roles r on r.oid = a.grantee where c.relnamespace = to_regnamespace('ledger')"
        " and a.grantee <> c.relowner",
        {"public": PUBLIC},
    ):
        held.setdefault(table, set()).add((who, right))
    for name in looking.source.tables:
        expected = looking.source.rights["table", name]
        looking.none(
            (
                f"{right} to {who}"
                for who, right in held[name] - expected
                if right != "SELECT" or who == PUBLIC
            ),
            what=f"Rights on ledger.{name} are given away ({{}}).",
            means="The history could be changed by those whose acts it records.",
            mend="Run “manage.py provision”; what it leaves, revoke as an administrator.",
        )
        looking.none(
            (f"{right} to {who}" for who, right in expected - held[name]),
            what=f"Rights on ledger.{name} are missing ({{}}).",
            means="The site can’t read the history, and was probably restored without its rights.",
        )


def _clock(looking: Looking, *, may_be_demonstration: bool) -> None:
    if "ledger.clock" not in _readable(looking):
        return  # which was said
    marks = looking.ask("select demonstration, now is not null from ledger.clock")
    looking.stands(
        len(marks) == 1,
        what=f"The clock has {len(marks)} rows and not one.",
        means="What time a record is given is not certain.",
        mend="Run “manage.py provision”, and with more than one row delete the others as an administrator.",
    )
    if len(marks) != 1:
        return
    ((demonstration, is_set),) = marks
    looking.stands(
        may_be_demonstration or not demonstration,
        what="This database is marked as a demonstration.",
        means="Its clock can be set, so the times in its history prove nothing.",
        mend="Provision a new database without --demonstration for a real plan.",
    )
    if "ledger.entry" in _readable(looking):
        ((late,),) = looking.ask(
            "select coalesce((select c.now from ledger.clock c), clock_timestamp())"
            " < (select max(at) from ledger.entry)"
        )
        looking.stands(
            not late,
            what="The clock stands before the newest record.",
            means="The next records would be dated before those that are there.",
            mend="As an administrator: update ledger.clock set now = null, and look at the server’s own clock.",
        )
    looking.stands(
        demonstration or not is_set,
        what="The clock of a real plan was set.",
        means="Records are given a time that is not the real one.",
        mend="As an administrator: update ledger.clock set now = null, and find out who set it.",
    )
