"""A history as it is handed out, and verify.py run on it as a stranger would: alone, with nothing of ours."""

import io
import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdf

from reporting import operations
from workstreams.history import Extract
from workstreams.picture import Reader

EVERYTHING = Reader(everything=True, drafts=True)
COMPLETE = Extract()


def files_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(extract: Extract = COMPLETE, reader: Reader = EVERYTHING) -> bytes:
    return b"".join(operations.as_zip(extract, reader, "Business Unit"))


def ledger_of(files: dict[str, bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files["ledger.jsonl"].splitlines()]


def written(rows: list[dict[str, Any]]) -> bytes:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode()


@dataclass
class Verdict:
    code: int
    text: str


def verify(path: Path, *anchors: str, program: Path | None = None) -> Verdict:
    """verify.py on this zip or folder, in a Python without our packages, our folder or our environment."""
    given = [word for anchor in anchors for word in ("--anchor", anchor)]
    run = subprocess.run(
        [sys.executable, "-I", "-S", program or operations.extracts.VERIFY, *given, path],
        capture_output=True,
        cwd="/",
        env={},
        timeout=120,
    )
    assert run.stderr == b"", run.stderr.decode()
    return Verdict(run.returncode, run.stdout.decode("ascii"))


def text_of(content: bytes) -> str:
    """What a PDF says, page after page."""
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())
