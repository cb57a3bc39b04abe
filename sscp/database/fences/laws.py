"""What the tables hold by themselves, to the letter: columns, laws, references, and indexes.

PostgreSQL says a law in words of its own, other than those of a model or of ledger.sql. So laws.txt keeps what it says
of a database that was just made: `manage.py laws` prints it, and a test holds the file against a new database. Building
the laws anew beside the tables, to compare them, would take rights that the site must not have.
"""

import re
from pathlib import Path

from .. import fenced_models
from .looking import Looking, table_of

LAWS = Path(__file__).parent.parent / "laws.txt"

# Of each kind: how one that is missing or another is called, and what that means.
KINDS = {
    "column": (
        "Columns",
        "Rows could be written that say less than they must, or are dated as somebody likes.",
    ),
    "law": ("Laws", "Rows could be written that the rules don’t allow."),
    "reference": ("References", "Rows can point at others that are not there, or be taken with them."),
    "index": (
        "Indexes",
        "There could be two of what there may be one of, or the history be too slow to read.",
    ),
}
MEND = "Put back what sscp/database/laws.txt says: as plan_owner, and in the ledger as an administrator."

# One line of each: its table, kind, name and all that is said of it. That a column must be filled is said with it:
# since PostgreSQL 18 that is a law as well, which stands here only where it was declared and never held to.
SAID = """
    select format('%%s.%%s %%s', n.nspname, c.relname, said)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace, (
      select attrelid as of, concat('column ', attname, ' ', format_type(atttypid, atttypmod),
        case when attcollation <> typcollation then ' collate ' || attcollation::regcollation end,
        case when attnotnull then ' not null' end, ' identity ' || nullif(attidentity::text, ''),
        ' generated ' || nullif(attgenerated::text, ''), ' default ' || pg_get_expr(adbin, adrelid)) as said
      from pg_attribute join pg_type t on t.oid = atttypid
      left join pg_attrdef on (adrelid, adnum) = (attrelid, attnum) where attnum > 0 and not attisdropped
      union all select conrelid, concat(case contype when 'f' then 'reference ' else 'law ' end, conname, ' ',
        pg_get_constraintdef(oid)) from pg_constraint where contype <> 't' and (contype <> 'n' or not convalidated)
      union all select indrelid, concat('index ', relname, ' ', pg_get_indexdef(indexrelid),
        case when not (indisvalid and indisready and indislive) then ' broken' end)
      from pg_index join pg_class i on i.oid = indexrelid
      where indisunique or i.relnamespace = to_regnamespace('ledger')
    ) laws
    where of = c.oid and c.relkind = 'r' and (c.relnamespace = 'public'::regnamespace and c.relname = any(%s)
      or c.relnamespace = to_regnamespace('ledger') and c.relname = any(%s))
"""


# The one thing that PostgreSQL says otherwise of a law after a dump was restored: not the list is cast, but each word.
WORD = r"'(?:[^']|'')*'::character varying"
CAST_AS_LIST = re.compile(rf"\(ARRAY\[({WORD}(?:, {WORD})*)\]\)::text\[\]")


def lines(looking: Looking) -> list[str]:
    """What this database says of the plan's tables and the ledger's, in a fixed order, as it does once restored."""
    plan = [table_of(model) for model in fenced_models()]
    said = looking.ask(SAID, [plan, sorted(looking.source.tables)])
    return sorted(CAST_AS_LIST.sub(_cast_word_by_word, line.replace("\n", " ")) for (line,) in said)


def _cast_word_by_word(words: re.Match[str]) -> str:
    return "ARRAY[" + re.sub(WORD, lambda word: f"({word[0]})::text", words[1]) + "]"


def look(looking: Looking) -> None:
    """Tables that are missing altogether are said elsewhere."""
    found, expected = _by_name(lines(looking)), _by_name(LAWS.read_text().splitlines())
    standing = {table for table, _, _ in found}
    for kind, (what, means) in KINDS.items():
        looking.stand(
            {
                _called(key): found.get(key) == said
                for key, said in expected.items()
                if key[0] in standing and key[1] == kind
            },
            what=f"{what} are missing, or others than they should be: {{}}.",
            means=means,
            mend=MEND,
        )
    looking.none(
        (f"{kind} {_called((table, kind, name))}" for table, kind, name in found.keys() - expected.keys()),
        what="There are columns, laws, references or indexes that nobody here made: {}.",
        means="They can refuse what should be recorded, or take recorded rows with others.",
        mend="Look at what each is for, and drop it: as plan_owner, and in the ledger as an administrator.",
    )


def _by_name(lines: list[str]) -> dict[tuple[str, str, str], str]:
    """All that is said of each (table, kind, name)."""
    return {(table, kind, name): said for table, kind, name, said in (line.split(" ", 3) for line in lines)}


def _called(key: tuple[str, str, str]) -> str:
    table, _, name = key
    return f"{name} of {table.removeprefix('public.')}"
