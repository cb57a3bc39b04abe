"""Going along the fences: what is looked at is counted, what is lowered is said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models

from .source import Source

PROVISION = "Run “manage.py provision”."


@dataclass(frozen=True)
class Lowered:
    """One fence that does not stand: which, what that means, and how it is put up again."""

    what: str
    means: str
    mend: str

    def __str__(self) -> str:
        return f"{self.what} {self.means} {self.mend}"


@dataclass
class Report:
    """What was looked at and what was found lowered."""

    looked_at: int = 0
    seconds: float = 0.0
    lowered: list[Lowered] = field(default_factory=list)


@dataclass
class Looking:
    """One walk along the fences of the database that this process is connected to."""

    source: Source
    report: Report = field(default_factory=Report)
    roles: frozenset[str] = frozenset()
    database: str = ""

    def take_stock(self) -> None:
        self.roles = frozenset(
            name
            for (name,) in self.ask(
                "select rolname::text from pg_roles where rolname in ('plan_ledger', 'plan_owner', 'plan_app')"
            )
        )
        ((self.database,),) = self.ask("select current_database()::text")

    def ask(
        self, query: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None
    ) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchall()

    def stand(self, fences: Mapping[str, bool], *, what: str, means: str, mend: str = PROVISION) -> None:
        """So many fences of one kind, by the name of what each is around. `what` and `mend` name those lowered
        where they say {}."""
        self.report.looked_at += len(fences)
        if lowered := sorted(name for name, stands in fences.items() if not stands):
            names = ", ".join(lowered)
            self.report.lowered.append(Lowered(what.format(names), means, mend.format(names)))

    def none(self, strange: Iterable[str], *, what: str, means: str, mend: str = PROVISION) -> None:
        """One fence: that there is nothing of a kind."""
        self.report.looked_at += 1
        if found := sorted(set(strange)):
            names = ", ".join(found)
            self.report.lowered.append(Lowered(what.format(names), means, mend.format(names)))

    def stands(self, fence: bool, *, what: str, means: str, mend: str = PROVISION) -> None:
        self.stand({"": fence}, what=what, means=means, mend=mend)


def table_of(model: type[models.Model]) -> str:
    return str(model._meta.db_table)
