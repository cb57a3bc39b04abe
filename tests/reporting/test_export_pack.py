"""`manage.py export_pack`: reports to files, whole or not at all."""

import io

import pytest
from django.core.management import CommandError, call_command

from reporting import pdf
from reporting.pack import CouldNotDraw


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
