"""Backup and restore as docs/running-it.md says, and the two ways in which a restore goes wrong."""

import os
import subprocess
import tempfile
from pathlib import Path

from django.core.management import call_command
from django.db import connections
from django.test import Client

from sscp import database
from sscp.database import fences
from tests.conftest import PASSWORD, Stage
from workstreams import ledger
from workstreams.models import Ledger
from workstreams.operations import checks, people

from .results import Line

KEPT, RESTORED = "drill_kept", "drill_restored"


def drill(made: Stage) -> list[Line]:
    missing = [p for p in ("pg_dump", "pg_restore") if not (made.server.found_binaries / p).exists()]
    if missing:
        said = f"{missing[0]} is not in {made.server.found_binaries}: name a PostgreSQL that has it in SSCP_PG_BIN"
        return [Line("Backup", said, False)]
    made.clone(KEPT)
    made.point_to(KEPT)
    newest = Ledger.objects.order_by("-seq").first()
    assert newest
    anchor = ledger.Anchor(newest.seq, bytes(newest.hash).hex())
    people.add_group(name="After the paper was printed", kind="SUBGROUP", by="test")
    try:
        with tempfile.TemporaryDirectory() as folder:
            backup = Path(folder) / "plan.dump"
            program(made, "pg_dump", "--format=custom", f"--file={backup}", made.server.url(database=KEPT))
            return [
                Line("Backup", f"{backup.stat().st_size // 1024} KiB", backup.stat().st_size > 0),
                *as_documented(made, backup, anchor),
                *without_owners_and_rights(made, backup, anchor),
                *without_the_ledger(made, backup),
            ]
    finally:
        made.point_to("postgres")
        for name in (KEPT, RESTORED):
            made.drop(name)


def program(made: Stage, name: str, *arguments: str, may_fail: bool = False) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    said = subprocess.run(
        [made.server.found_binaries / name, *arguments], env=environment, capture_output=True, text=True
    )
    if said.returncode and not may_fail:
        raise RuntimeError(f"{name} failed: {said.stderr.strip()}")


def restore(made: Stage, backup: Path, *options: str, may_fail: bool = False) -> None:
    made.point_to("postgres")
    made.drop(RESTORED)
    with made.admin() as admin:
        admin.execute(f"create database {RESTORED} template template0")
    url = made.server.url(database=RESTORED)
    program(made, "pg_restore", *options, f"--dbname={url}", str(backup), may_fail=may_fail)
    made.point_to(RESTORED)


def provision(made: Stage) -> None:
    for alias in ("default", "owner"):
        connections[alias].close()
    database.furnish(made.server.url(database="postgres"), RESTORED, demonstration=True)
    call_command("migrate", database="owner", verbosity=0)
    database.fence()


def fences_are_up(what: str) -> Line:
    report = fences.look(may_be_demonstration=True)
    said = "; ".join(map(str, report.lowered))
    return Line(what, said or f"{report.looked_at} fences looked at, all stand", not report.lowered)


def history_stands(what: str, anchor: ledger.Anchor) -> Line:
    report = checks.read_history(anchor)
    said = (
        f"{report.rows} records, the paper’s number is there" if not report.faults else str(report.faults[0])
    )
    return Line(what, said, not report.faults)


def names(what: str, parts: tuple[str, ...], said: list[object]) -> Line:
    found = [part for part in parts if any(part in str(each) for each in said)]
    return Line(what, f"{len(said)} named, such as: {parts[0]}", len(found) == len(parts))


def as_documented(made: Stage, backup: Path, anchor: ledger.Anchor) -> list[Line]:
    restore(made, backup, "--exit-on-error")
    provision(made)
    client = Client(HTTP_HOST="127.0.0.1")
    signed_in = client.post(
        "/account/login/", {"login": "scrutineer@demonstration.example", "password": PASSWORD}
    )
    page = client.get("/history/")
    another = ledger.Anchor(anchor.seq, anchor.hash[::-1])
    return [
        history_stands("Restored and provisioned: verify_history with the number of a paper", anchor),
        fences_are_up("Restored and provisioned: check_fences"),
        names(
            "The control: another paper’s number",
            ("is not the row that the anchor names",),
            list(checks.read_history(another).faults),
        ),
        Line("Sign in as the scrutineer", f"{signed_in.status_code}", signed_in.status_code == 302),
        Line(
            "The history’s page",
            f"{page.status_code}, {len(page.content) // 1024} KiB",
            page.status_code == 200 and b"After the paper was printed" in page.content,
        ),
    ]


def without_owners_and_rights(made: Stage, backup: Path, anchor: ledger.Anchor) -> list[Line]:
    restore(made, backup, "--no-owner", "--no-privileges")
    said = [*fences.look(may_be_demonstration=True).lowered]
    lines = [
        names(
            "Restored without owners and rights: check_fences",
            ("Tables of the ledger don’t belong to plan_ledger", "Tables that don’t belong to plan_owner"),
            list(said),
        ),
    ]
    provision(made)
    return [
        *lines,
        fences_are_up("… and after provisioning"),
        history_stands("… and verify_history", anchor),
    ]


def without_the_ledger(made: Stage, backup: Path) -> list[Line]:
    """Tables whose rows take their time from the ledger's clock don't come back at all, so nothing mends it but
    the whole backup."""
    restore(made, backup, "--exclude-schema=ledger", may_fail=True)
    return [
        names(
            "Restored without the ledger: check_fences",
            ("The ledger itself is missing", "Missing in the schema public: "),
            list(fences.look(may_be_demonstration=True).lowered),
        ),
        names(
            "… and verify_history",
            ("The history can’t be read",),
            list(checks.read_history().faults),
        ),
    ]
