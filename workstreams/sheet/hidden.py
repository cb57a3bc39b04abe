"""Values that a workbook carries along unseen, exactly as they are, whatever a spreadsheet does to its texts."""

import base64
import binascii
import json
import re
import zlib
from collections.abc import Sequence
from typing import Any

from .seal import is_sealed, seal

PLAN_SHEET = "As written"
ROW_HEADING = "Row of the plan"  # heads the hidden column of its sheet; each cell: "Row of the plan -12"
_MARK = "Plan as written, form"
_FORM = 1
_CHUNK = 30_000  # a cell holds 32,767 letters
_LARGEST = 32 << 20  # bytes: a plan of 10,000 measures


def hide(data: Any, key: str) -> list[str]:
    """The cells of a column: a mark, a seal, and the data in letters that nothing changes."""
    body = base64.b64encode(zlib.compress(json.dumps(data, separators=(",", ":")).encode(), 9)).decode()
    chunks = [f"part {body[i : i + _CHUNK]}" for i in range(0, len(body), _CHUNK)]
    return [f"{_MARK} {_FORM}", f"seal {seal(key, body)}", *chunks]


def reveal(cells: Sequence[str], keys: Sequence[str]) -> tuple[Any, bool] | None:
    """What `hide` hid, and whether its seal holds; None where nothing of the kind stands there, or no longer."""
    if not cells or cells[0].strip() != f"{_MARK} {_FORM}":
        return None
    said = [cell.strip() for cell in cells[1:]]
    body = "".join(re.sub(r"\s", "", cell.removeprefix("part ")) for cell in said if cell.startswith("part "))
    sealed = next((cell.removeprefix("seal ") for cell in said if cell.startswith("seal ")), "")
    try:
        unpacking = zlib.decompressobj()
        whole = unpacking.decompress(base64.b64decode(body, validate=True), _LARGEST)
        data = json.loads(whole)
        written = json.dumps(data, ensure_ascii=False).encode()  # raises where half a character stands alone
        if not unpacking.eof or b"\\u0000" in written:
            return None  # somebody else's: what we write holds nothing that the tables could not
        return data, is_sealed(keys, sealed, body)
    except (binascii.Error, zlib.error, ValueError, RecursionError):
        return None
