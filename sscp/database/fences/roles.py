"""The three roles: who they are, that nobody steps into them, and what none of them may do."""

from .looking import Looking
from .source import PUBLIC

ROLES = {
    "plan_ledger": "The history would belong to a role that somebody can sign in as or that rules the tables too,"
    " which could then write it anew.",
    "plan_owner": "Whoever serves the site, or rules the ledger, could then lower fences on the plan’s tables too.",
    "plan_app": "The site then signs in with rights that it needs not have, and a fault in it could change what was"
    " recorded.",
}
FLAGS = {
    "rolsuper": "superuser",
    "rolcreaterole": "createrole",
    "rolcreatedb": "createdb",
    "rolreplication": "replication",
    "rolbypassrls": "bypassrls",
}
# What a role, or the whole database, must not be given as its habit: each takes a fence out of the way.
HABITS = (
    "search_path",
    "session_replication_role",
    "synchronous_commit",
    "session_preload_libraries",
    "local_preload_libraries",
    "plan.by",
    "plan.for_post",
    "plan.because",
)


def look(looking: Looking) -> None:
    for role, means in ROLES.items():
        looking.stands(
            role in looking.roles,
            what=f"There is no role {role}.",
            means=means,
            mend="Run “manage.py provision” with an administrator’s address in DATABASE_ADMIN_URL.",
        )
    _who_asks(looking)
    _flags(looking)
    _memberships(looking)
    _habits(looking)
    _database(looking)
    _defaults(looking)


def _who_asks(looking: Looking) -> None:
    ((asks, rules),) = looking.ask(
        "select session_user::text, (select rolsuper from pg_roles where rolname = session_user)"
    )
    looking.stands(
        asks == "plan_app" or not rules,
        what=f"The site signs in to the database as {asks}, a superuser.",
        means="Nothing in the database can refuse a superuser anything.",
        mend="Give plan_app’s address in DATABASE_URL.",
    )
    looking.stands(
        asks in ("plan_app", "plan_owner") or rules,
        what=f"The site signs in to the database as {asks} and not as plan_app.",
        means="These fences hold plan_app; what that other role may do is not known.",
        mend="Give plan_app’s address in DATABASE_URL.",
    )


def _flags(looking: Looking) -> None:
    for role, *flags in looking.ask(
        f"select rolname::text, rolcanlogin, {', '.join(FLAGS)} from pg_roles where rolname = any(%s)",
        [sorted(looking.roles)],
    ):
        can_login, *given = flags
        looking.stands(
            role != "plan_ledger" or not can_login,
            what="plan_ledger can sign in.",
            means="Whoever does may write the history anew.",
            mend="As an administrator: alter role plan_ledger nologin.",
        )
        looking.stand(
            {word: not has for word, has in zip(FLAGS.values(), given, strict=True)},
            what=f"{role} has more rights than its own: {{}}.",
            means="It could pass by the other fences or lower them.",
            mend=f"As an administrator, for each of them: alter role {role} with no… (as in nosuperuser).",
        )


def _memberships(looking: Looking) -> None:
    pairs = looking.ask(
        "select g.rolname::text, m.rolname::text from pg_auth_members a"
        " join pg_roles g on g.oid = a.roleid join pg_roles m on m.oid = a.member"
        " where g.rolname = any(%(ours)s) or m.rolname = any(%(ours)s)",
        {"ours": sorted(looking.roles)},
    )
    for role in sorted(looking.roles):
        looking.none(
            (member for of, member in pairs if of == role),
            what=f"These are members of {role} and can act as it: {{}}.",
            means="What only that role may do, they may."
            if role != "plan_ledger"
            else "They can write the history anew.",
            mend=f"As an administrator: revoke {role} from {{}}.",
        )
        looking.none(
            (of for of, member in pairs if member == role),
            what=f"{role} is a member of other roles and can act as them: {{}}.",
            means="What they may, it may, past its own fences.",
            mend=f"As an administrator: revoke {{}} from {role}.",
        )


def _habits(looking: Looking) -> None:
    found = looking.ask(
        "select coalesce(r.rolname::text, ''), c from pg_db_role_setting s"
        " left join pg_roles r on r.oid = s.setrole left join pg_database d on d.oid = s.setdatabase,"
        " unnest(s.setconfig) c"
        " where (r.oid is null or r.rolname = any(%s)) and (d.oid is null or d.datname = current_database())",
        [sorted(looking.roles)],
    )
    habits = [
        f"{role or 'the database'}: {setting}"
        for role, setting in found
        if setting.partition("=")[0] in HABITS and setting != "synchronous_commit=on"
    ]
    looking.none(
        habits,
        what="A setting is given beforehand that takes a fence out of the way ({}).",
        means="Names, actors or safe writing then depend on it, without anybody saying so.",
        mend="As an administrator: alter role … reset … (or alter database … reset …).",
    )
    ((path, actor),) = looking.ask(
        "select array_to_string(array(select nspname::text from pg_namespace where nspname in"
        " ('plan_app', 'plan_owner', 'plan_ledger')), ', '), coalesce(current_setting('plan.by', true), '')"
    )
    looking.stands(
        not path,
        what=f"A schema is named like a role ({path}).",
        means="PostgreSQL looks there first, so that a table in it would stand before the plan’s own.",
        mend=f"As an administrator: look at what is in it, and drop schema {path}.",
    )
    looking.stands(
        not actor,
        what="A connection begins with an actor already named (plan.by).",
        means="A change that names nobody would be written down as somebody’s.",
        mend="Take plan.by out of the server’s settings.",
    )
    looking.none(
        (
            f"{name} for {role}"
            for name, role in looking.ask(
                "select p.parname, coalesce(r.rolname::text, 'everybody') from pg_parameter_acl p,"
                " aclexplode(p.paracl) a left join pg_roles r on r.oid = a.grantee"
                " where a.grantee = 0 or r.rolname = any(%s)",
                [sorted(looking.roles)],
            )
        ),
        what="A setting of the server may be changed by those whom it should hold ({}).",
        means="With session_replication_role, for one, a session passes by laws of the tables.",
        mend="As an administrator: revoke set, alter system on parameter … from ….",
    )


def _database(looking: Looking) -> None:
    ((owner,),) = looking.ask(
        "select pg_get_userbyid(datdba)::text from pg_database where datname = current_database()"
    )
    looking.stands(
        owner not in looking.roles,
        what=f"The database belongs to {owner}.",
        means="Its owner may drop what belongs to others, the history too.",
        mend=f"As an administrator: alter database {looking.database} owner to an administrator.",
    )
    for schema, owner in looking.ask(
        "select nspname::text, pg_get_userbyid(nspowner)::text from pg_namespace"
        " where nspname in ('public', 'ledger')"
    ):
        looking.stands(
            owner == "plan_ledger" if schema == "ledger" else owner not in looking.roles,
            what=f"The schema {schema} belongs to {owner}.",
            means="A schema’s owner may drop whatever stands in it.",
            mend="Run “manage.py provision”."
            if schema == "ledger"
            else "As an administrator: alter schema public owner to pg_database_owner.",
        )
    rights = looking.ask(
        "select coalesce(r.rolname::text, %s), a.privilege_type::text from pg_database d,"
        " aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a left join pg_roles r on r.oid = a.grantee"
        " where d.datname = current_database() and a.grantee <> d.datdba",
        [PUBLIC],
    )
    looking.none(
        (f"{right} to {who}" for who, right in rights if right in ("CREATE", "TEMPORARY")),
        what="Rights on the whole database are given away ({}).",
        means="A schema or a passing table of somebody’s own could stand in the way of the plan’s.",
        mend="Run “manage.py provision” and, for what it leaves, revoke it as an administrator.",
    )
    for schema in ("public", "ledger"):
        held = {
            (who, right)
            for who, right in looking.ask(
                "select coalesce(r.rolname::text, %s), a.privilege_type::text from pg_namespace n,"
                " aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a"
                " left join pg_roles r on r.oid = a.grantee where n.nspname = %s and a.grantee <> n.nspowner",
                [PUBLIC, schema],
            )
        }
        expected = looking.source.rights["schema", schema]
        looking.none(
            (f"{right} to {who}" for who, right in held - expected if right == "CREATE" or who == PUBLIC),
            what=f"Rights on the schema {schema} are given away ({{}}).",
            means="Whoever may make things there may put them in the way of the plan’s own.",
        )
        looking.none(
            (f"{right} to {who}" for who, right in expected - held),
            what=f"Rights on the schema {schema} are missing ({{}}).",
            means="The site can’t do its work, and was probably restored without its rights.",
        )


def _defaults(looking: Looking) -> None:
    looking.none(
        (
            f"{right} to {who}"
            for who, right in looking.ask(
                "select coalesce(r.rolname::text, %s), a.privilege_type::text from pg_default_acl d,"
                " aclexplode(d.defaclacl) a left join pg_roles r on r.oid = a.grantee"
                " where a.grantee <> d.defaclrole and (a.grantee = 0 or r.rolname = any(%s))",
                [PUBLIC, sorted(looking.roles)],
            )
        ),
        what="New tables and functions give rights away by themselves ({}).",
        means="What the next version adds would stand open.",
        mend="As an administrator: alter default privileges … revoke … (\\ddp in psql lists them).",
    )
