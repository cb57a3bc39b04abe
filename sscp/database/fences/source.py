"""What the fences should look like, read from the SQL that puts them up, so that there is no second list of them."""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

SQL = Path(__file__).parent.parent / "ledger.sql"
PUBLIC = "PUBLIC"
TYPES = {"timestamptz": "timestamp with time zone", "bool": "boolean", "int": "integer"}
# One statement ends at a semicolon that stands in no comment, no text and no body of a function.
STATEMENT = re.compile(r"(?:--[^\n]*|\$\$.*?\$\$|'[^']*'|[^;'$-]|\$(?!\$)|-(?!-))+", re.DOTALL)
# Row, before, insert, delete, update, truncate: as pg_trigger.tgtype counts them.
BITS = {
    "row": 1,
    "statement": 0,
    "before": 2,
    "after": 0,
    "insert": 4,
    "delete": 8,
    "update": 16,
    "truncate": 32,
}


@dataclass(frozen=True)
class Function:
    """A function of the ledger: what PostgreSQL must hold of it, to the letter."""

    name: str
    arguments: str
    returns: str
    language: str
    volatility: str
    is_definer: bool
    path: str
    body: str

    @property
    def signature(self) -> str:
        return f"{self.name}({self.arguments})"


@dataclass(frozen=True)
class Trigger:
    """A trigger that every plan table has, or every append-only one."""

    name: str
    kind: int
    function: str
    is_constraint: bool
    is_deferred: bool
    takes_columns: bool
    of_append_only: bool


@dataclass
class Source:
    """All that ledger.sql says."""

    functions: dict[str, Function] = field(default_factory=dict)
    tables: set[str] = field(default_factory=set)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    # (kind, name) of an object: who but its owner may do what with it, as (role, privilege).
    rights: dict[tuple[str, str], set[tuple[str, str]]] = field(default_factory=dict)
    not_understood: list[str] = field(default_factory=list)


FUNCTION = re.compile(
    r"create or replace function ledger\.(?P<name>\w+)\((?P<arguments>.*?)\) returns (?P<returns>\w+(?:\[\])?)\s+"
    r"language (?P<language>\w+)(?: (?P<volatility>volatile|stable|immutable))?(?P<definer> security definer)?"
    r" set search_path = (?P<path>[\w, ]+?) as \$\$(?P<body>.*)\$\$\s*\Z",
    re.DOTALL,
)
TABLE = re.compile(r"create table if not exists ledger\.(\w+) ")
OWNER = re.compile(r"alter (?:function|table|schema) (.*?) owner to (\w+)\Z", re.DOTALL)
GRANT = re.compile(r"(grant|revoke) (.*?) on (.*?) (?:to|from) ([\w, ]+)\Z", re.DOTALL)
TRIGGER = re.compile(
    r"create (?P<constraint>constraint )?trigger (?P<name>\w+) (?P<when>before|after) (?P<events>[\w ]+?) on %s\s+"
    r"(?P<deferred>deferrable initially deferred )?for each (?P<each>row|statement)\s+"
    r"execute function ledger\.(?P<function>\w+)\((?P<columns>%s)?\)"
)
# What says nothing of how a fence looks: an extension, blocks that ask before they change something, and what laws.txt
# keeps as the database says it.
ELSEWHERE = re.compile(r"create (?:extension|schema|index) |do \$\$|alter table ledger\.\w+ add column ")


@cache
def source() -> Source:
    return read(SQL.read_text())


def read(text: str) -> Source:
    """The state in which the database stands after these statements, in their order."""
    found = Source()
    for raw in STATEMENT.findall(text):
        statement = _without_comments(raw)
        if statement:
            _take(found, statement)
    found.triggers = _triggers(found.functions["fence"].body)
    return found


def _without_comments(statement: str) -> str:
    before, dollars, body = statement.partition("$$")
    return (re.sub(r"--[^\n]*", "", before) + dollars + body).strip()


def _take(found: Source, statement: str) -> None:
    if match := FUNCTION.match(statement):
        function = Function(
            name=match["name"],
            arguments=", ".join(map(_argument, filter(None, match["arguments"].split(", ")))),
            returns=_type(match["returns"]),
            language=match["language"],
            volatility=match["volatility"] or "volatile",
            is_definer=bool(match["definer"]),
            path=match["path"],
            body=match["body"],
        )
        found.functions[function.name] = function
        found.rights["function", function.name] = {(PUBLIC, "EXECUTE")}
    elif match := TABLE.match(statement):
        found.tables.add(match[1])
        found.rights["table", match[1]] = set()
    elif match := OWNER.match(statement):
        found.owners[_name(match[1])] = match[2]
    elif match := GRANT.match(statement):
        _grant(found, *match.groups())
    elif not ELSEWHERE.match(statement):
        found.not_understood.append(statement)


def _grant(found: Source, verb: str, rights: str, on: str, roles: str) -> None:
    kind, _, names = (
        on.partition(" ") if on.startswith(("schema ", "function ", "all ")) else ("table", "", on)
    )
    if kind == "all":
        kind = "function" if names.startswith("functions") else "table"
        objects = [name for of, name in found.rights if of == kind]
    else:
        objects = [_name(name) for name in re.split(r",\s*(?![^(]*\))", names)]
    for name in objects:
        held = found.rights.setdefault((kind, name), set())
        for role in roles.split(", "):
            grantee = PUBLIC if role == "public" else role
            if rights.startswith("all"):
                assert verb == "revoke", "a fence never gives everything"
                held -= {right for right in held if right[0] == grantee}
                continue
            for right in rights.upper().split(", "):
                (held.add if verb == "grant" else held.discard)((grantee, right))


def _triggers(body: str) -> dict[str, Trigger]:
    """Those that ledger.fence() puts on a table."""
    if_append_only = body.index("if append_only then")
    return {
        match["name"]: Trigger(
            name=match["name"],
            kind=BITS[match["each"]]
            + BITS[match["when"]]
            + sum(BITS[event] for event in match["events"].split(" or ")),
            function=match["function"],
            is_constraint=bool(match["constraint"]),
            is_deferred=bool(match["deferred"]),
            takes_columns=bool(match["columns"]),
            of_append_only=match.start() > if_append_only,
        )
        for match in TRIGGER.finditer(body)
    }


def _name(text: str) -> str:
    return text.strip().partition("(")[0].removeprefix("ledger.")


def _argument(text: str) -> str:
    name, _, kind = text.strip().partition(" ")
    return f"{name} {_type(kind)}"


def _type(name: str) -> str:
    return TYPES.get(name, name)
