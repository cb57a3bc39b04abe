"""The server's own settings: what it says is written must be written, and nothing may pass by the triggers."""

from .looking import Looking

# Each setting, what it must be (or must not be), what another value means.
SAFE = {
    "fsync": ({"on"}, "After a power cut the database may be gone, what it said was written too."),
    "full_page_writes": ({"on"}, "After a power cut pages of the database may be half old, half new."),
    "synchronous_commit": (
        {"on", "local", "remote_write", "remote_apply"},
        "After a crash the last changes may be gone that somebody was told are recorded.",
    ),
    "session_replication_role": ({"origin"}, "Sessions pass by the laws of the tables."),
    "allow_system_table_mods": ({"off"}, "PostgreSQL’s own tables, and every fence in them, can be edited."),
    "zero_damaged_pages": ({"off"}, "Damaged pages of the database are emptied without a word."),
    "ignore_checksum_failure": ({"off"}, "Damaged pages of the database are read as if they were sound."),
}


def look(looking: Looking) -> None:
    values = dict(looking.ask("select name, setting from pg_settings where name = any(%s)", [sorted(SAFE)]))
    for name, (safe, means) in SAFE.items():
        value = values.get(name)
        looking.stands(
            value is None or value in safe,
            what=f"The server’s setting {name} is {value}.",
            means=means,
            mend=f"As an administrator: alter system set {name} = {'on' if 'on' in safe else min(safe)}, and reload.",
        )
