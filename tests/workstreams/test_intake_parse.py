"""Whatever becomes of the process that reads a file, its sender gets the document or a sentence."""

import subprocess
import sys

import pytest

from tests import office
from workstreams.intake import parse as parsing
from workstreams.intake.gate import NotSafe
from workstreams.intake.parse import parse


@pytest.fixture
def child(monkeypatch, tmp_path):
    """Puts a script of the test's own in the place of the interpreter."""

    def put(script: str) -> None:
        path = tmp_path / "python"
        path.write_text(f"#!/bin/sh\ncat >/dev/null\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(path))

    return put


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("kill -KILL $$", "takes more time or memory"),
        ("kill -XCPU $$", "takes more time or memory"),
        ("kill -SEGV $$", "could not be read as a Word document"),
        ("exit 1", "could not be read as a Word document"),
        ("echo half a docu", "could not be read as a Word document"),
        ("echo '[]'", "could not be read as a Word document"),
        ('''echo '{"kind": "docx", "name": "x"}' ''', "could not be read as a Word document"),
        ('''echo '{"kind": "docx", "name": "x", "blocks": [{"table": "T", "cells": [], "rows": [[4]]}]}' ''',
         "could not be read as a Word document"),
        ('''echo '{"refused": "This was refused."}' ''', "This was refused."),
    ],
)  # fmt: skip
def test_turns_the_end_of_its_child_into_a_sentence(child, script, said):
    child(script)
    with pytest.raises(NotSafe) as refusal:
        parse(office.blank_word(), "a.docx")
    assert said in refusal.value.sentence


def test_does_not_wait_for_ever(child, monkeypatch):
    monkeypatch.setattr(parsing, "WAIT", 0.2)
    child("exec sleep 60")
    with pytest.raises(NotSafe, match="takes more time or memory"):
        parse(office.blank_word(), "a.docx")


def limited(code: str) -> str:
    """What a child under the limits says of this code."""
    start = "from workstreams.intake import parse\nparse._limit()\n"
    tried = f"try:\n    {code}\nexcept BaseException as refusal:\n    print(type(refusal).__name__)\n"
    ran = subprocess.run(
        [sys.executable, "-c", start + tried], cwd=parsing.BASE, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("bytearray(2 << 30)", "MemoryError"),
        ("import socket; socket.socket()", "PermissionError"),
        ("import os; os.system('true')", "PermissionError"),
        ("import subprocess; subprocess.run(['true'])", "PermissionError"),
        ("import resource as r; assert r.getrlimit(r.RLIMIT_AS)[1] > parse.MEMORY", "AssertionError"),
        ("import tempfile; tempfile.TemporaryFile()", "FileNotFoundError"),
    ],
)
def test_lets_its_child_reach_nothing(code, refusal):
    assert limited(code) == refusal


def test_says_the_name_without_its_folder_or_what_cannot_be_printed():
    for name in ("C:\\Plans\\Plan.docx", "/srv/Plan.docx", "Pl\x00an\n.docx", "../Plan.docx"):
        assert parse(office.blank_word(), name).name == "Plan.docx"
