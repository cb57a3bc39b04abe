"""`manage.py export_pack`: reports to files, whole or not at all."""

import io
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections

from reporting import pdf
from reporting.operations import issue_pack
from reporting.pack import CouldNotDraw
from tests.reporting.test_packs import freeze_agreed
from workstreams.models import Drawing, Plan


def export(**options):
    out = io.StringIO()
    call_command("export_pack", stdout=out, **options)
    return out.getvalue()


def test_writes_the_plan_as_it_stands_now(plan, tmp_path, needs_pango):
    said = export(pdf=tmp_path / "plan.pdf", xlsx=tmp_path / "plan.xlsx")
    assert said.startswith("Working draft since version")
    assert (tmp_path / "plan.pdf").read_bytes().startswith(b"%PDF-1.7")
    assert (tmp_path / "plan.xlsx").read_bytes().startswith(b"PK")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["plan.pdf", "plan.xlsx"]


def test_writes_a_frozen_version_the_same_each_time(plan, tmp_path):
    assert "Version 1.7, agreed by the Executive Group on 18 July 2023" in export(
        xlsx=tmp_path / "1", version="1.7"
    )
    export(xlsx=tmp_path / "2", version="1.7", plan="business-plan")
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"plan": "other"}, "There is no plan 'other'. There are: business-plan."),
        (
            {"version": "1.3"},
            "Version 1.3 is only an entry in the register: its picture is not held. Held are: 1.7",
        ),
        ({"version": "9.9"}, "There is no version '9.9' of business-plan. Held are: 1.7"),
    ],
)
def test_says_what_there_is(plan, tmp_path, options, said):
    with pytest.raises(CommandError) as refused:
        export(xlsx=tmp_path / "plan.xlsx", **options)
    assert str(refused.value).startswith(said)
    assert not list(tmp_path.iterdir())


def test_asks_where_to_write(plan):
    with pytest.raises(CommandError, match="--pdf FILE, --xlsx FILE or both"):
        export()


def test_leaves_the_old_file_where_drawing_fails(plan, tmp_path, monkeypatch):
    def fail(pack):
        raise CouldNotDraw("It was not finished after 90 seconds.")

    monkeypatch.setattr(pdf, "draw", fail)
    old = tmp_path / "plan.pdf"
    old.write_bytes(b"old")
    with pytest.raises(CommandError, match="90 seconds"):
        export(pdf=old)
    assert old.read_bytes() == b"old"


def test_says_that_a_folder_is_not_there(plan, tmp_path):
    with pytest.raises(CommandError, match="could not be written"):
        export(xlsx=tmp_path / "nowhere" / "plan.xlsx")


def test_writes_an_issued_pack_as_it_was_issued(plan, cast, tmp_path, needs_pango):
    version = freeze_agreed(plan, cast("business-unit").by)
    pack = issue_pack(version, "EXECUTIVE", ["WHERE"], cast("business-unit").by)
    said = export(pdf=tmp_path / "pdf", xlsx=tmp_path / "xlsx", version="9.0", kind="executive")
    assert said.startswith(f"Executive pack, version 9.0, as it was issued, up to record {pack.seq}")
    assert (tmp_path / "pdf").read_bytes() == bytes(pack.pdf)
    assert (tmp_path / "xlsx").read_bytes() == bytes(pack.xlsx)


def test_knows_which_packs_a_version_has(plan, cast, tmp_path):
    freeze_agreed(plan, cast("business-unit").by)
    with pytest.raises(CommandError, match="is not issued as addendum"):
        export(xlsx=tmp_path / "1", version="9.0", kind="addendum")
    with pytest.raises(CommandError, match="with --version LABEL"):
        export(xlsx=tmp_path / "1", kind="executive")


def manage(stage, *command, **environment):
    """The command in a process of its own, on the test's database."""
    name = connections["default"].settings_dict["NAME"]
    url = stage.server.url("plan_app", name)
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        check=True,
        capture_output=True,
        cwd=settings.BASE,
        env=os.environ | {"DATABASE_URL": url, "DEMONSTRATION": "1"} | environment,
    )


def test_draws_the_same_bytes_in_any_process(stage, cast, tmp_path, needs_pango):
    freeze_agreed(Plan.objects.get(), cast("business-unit").by)
    for kind in ("executive", "published"):
        drawn = set()
        for number, zone in (("1", "UTC"), ("2", "Asia/Tokyo")):
            files = [tmp_path / f"{kind}-{number}.{ending}" for ending in ("pdf", "xlsx")]
            command = ("export_pack", "--version", "9.0", "--kind", kind)
            places = ("--pdf", str(files[0]), "--xlsx", str(files[1]))
            manage(stage, *command, *places, PYTHONHASHSEED=number, TZ=zone)
            drawn.add(tuple(file.read_bytes() for file in files))
        assert len(drawn) == 1


def test_a_process_of_its_own_draws_what_was_asked_for(stage, cast, needs_pango):
    by = cast("business-unit").by
    version = freeze_agreed(Plan.objects.get(), by)
    drawing = Drawing.objects.create(
        version=version, kind="PUBLISHED", contents=["PLAN"], by=by.user, for_post=by.post
    )
    manage(stage, "draw_pack", str(drawing.pk))
    assert version.packs.get().contents == ["PLAN"]
    assert not Drawing.objects.exists()
