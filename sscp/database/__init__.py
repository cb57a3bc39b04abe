"""The database's own furniture, which no migration owns: roles, ledger, clock, fences (docs/ledger.md)."""

from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from django.apps import apps
from django.db import connections, models, transaction
from psycopg import sql

HERE = Path(__file__).parent
MIGRATIONS = "django_migrations"


def furnish(
    admin_url: str, name: str, *, demonstration: bool, passwords: dict[str, str] | None = None
) -> None:
    """Over an administrator's connection: make the database `name` if it is missing, and furnish it.

    A database is marked as a demonstration here, when its clock is first made, and never again: only such a
    database may have its clock set. `passwords` are given to the roles that sign in.
    """
    target = urlunsplit(urlsplit(admin_url)._replace(path=f"/{quote(name)}"))
    with psycopg.connect(admin_url, autocommit=True) as server:
        if not server.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            server.execute(
                sql.SQL("create database {} encoding 'UTF8' template template0").format(sql.Identifier(name))
            )
    with psycopg.connect(target) as database:
        # An administrator runs nothing that the owner of the tables could have put in its way.
        database.execute("set search_path = pg_catalog")
        database.execute("select pg_catalog.pg_advisory_xact_lock(7101::bigint)")  # two at once take turns
        database.execute((HERE / "roles.sql").read_bytes())
        for role, password in (passwords or {}).items():
            database.execute(
                sql.SQL("alter role {} password {}").format(sql.Identifier(role), sql.Literal(password))
            )
        for furniture in ("ledger.sql", "owners.sql"):
            database.execute((HERE / furniture).read_bytes())
        database.execute(
            "insert into ledger.clock (one, demonstration) values (true, %s) on conflict do nothing",
            [demonstration],
        )


def fence() -> None:
    """As the owner of the tables, after migrating: give the web its rights and put every plan table behind
    the ledger. A new model of the plan is fenced unless it says `fenced = False`."""
    with connections["owner"].cursor() as cursor:
        # In one go: whoever is served meanwhile never finds the rights gone that are given again here.
        with transaction.atomic(using="owner"):
            for kind in ("tables", "sequences"):
                cursor.execute(f"revoke all on all {kind} in schema public from public, plan_app")
            cursor.execute("grant usage on all sequences in schema public to plan_app")
            cursor.execute("select tablename from pg_catalog.pg_tables where schemaname = 'public'")
            for (table,) in cursor.fetchall():
                rights, name = ", ".join(sorted(rights_on(table))), connections["owner"].ops.quote_name(table)
                cursor.execute(f"grant {rights} on public.{name} to plan_app")
        for model in fenced_models():
            cursor.execute(
                "select ledger.fence(%s::regclass, %s, %s)",
                [f"public.{model._meta.db_table}", is_append_only(model), special_columns(model)],
            )


def rights_on(table: str) -> frozenset[str]:
    """What plan_app may do with the rows of a table; append-only ones are written once, migrations only read."""
    if table == MIGRATIONS:
        return frozenset({"SELECT"})
    append_only = {model._meta.db_table for model in fenced_models() if is_append_only(model)}
    return frozenset({"SELECT", "INSERT"} | (set() if table in append_only else {"UPDATE", "DELETE"}))


def is_append_only(model: type[models.Model]) -> bool:
    from workstreams.models import AppendOnly

    return issubclass(model, AppendOnly)


def fenced_models() -> list[type[models.Model]]:
    """Every table whose changes are history, in a fixed order."""
    return [
        model
        for app in ("workstreams", "reporting")
        for model in sorted(apps.get_app_config(app).get_models(), key=lambda m: m._meta.db_table)
        if getattr(model, "fenced", True)
    ]


def special_columns(model: type[models.Model]) -> list[str]:
    """`-x`: left out of images (a secret); `#x`: stands as its hash (bulk). Declared on the model."""
    return [f"-{c}" for c in getattr(model, "outside_the_ledger", ())] + [
        f"#{c}" for c in getattr(model, "hashed_in_the_ledger", ())
    ]
