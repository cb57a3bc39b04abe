"""Numbers and days as a workbook shows them, for the formats that plans use."""

import math
import re
from datetime import date, datetime

_ASIDE = re.compile(r"\[[^\]]*\]|_.|\*.")  # colours and conditions, room for a sign, filling
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_DIGITS = re.compile(r"[#0?][#0?,]*(?:\.[#0?]+)?|\.[#0?]+")
_MARK = "\ue000"


def as_shown(value: int | float, form: str) -> str:
    """The number in its format; as General shows it where the format is a rarer one."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    sections = form.split(";")
    section, shown = sections[0], value
    if value < 0 and len(sections) > 1 and sections[1]:
        section, shown = sections[1], -value
    elif value == 0 and len(sections) > 2 and sections[2]:
        section = sections[2]
    literals: list[str] = []

    def keep(found: re.Match[str]) -> str:
        literals.append(found[1] if found[1] is not None else found[2])
        return _MARK

    section = _ASIDE.sub("", _LITERAL.sub(keep, section))
    runs = _DIGITS.findall(section)
    rest = _DIGITS.sub("\ue001", section)
    if not runs and literals and not rest.replace(_MARK, "").strip():
        return "".join(literals).strip()
    if len(runs) != 1 or re.search(r"[A-Za-z@/]", rest) or runs[0].endswith(","):
        return _general(value)
    number = _in_digits(shown * 100 ** rest.count("%"), runs[0])
    rest = rest.replace("\ue001", number)
    for literal in literals:
        rest = rest.replace(_MARK, literal, 1)
    return rest.strip()


def _in_digits(value: int | float, run: str) -> str:
    whole, _, part = run.partition(".")
    least, most = part.count("0"), len(part)
    text = f"{abs(value):,.{most}f}" if "," in whole else f"{abs(value):.{most}f}"
    before, _, after = text.partition(".")
    while len(after) > least and after.endswith("0"):
        after = after[:-1]
    before = before.zfill(whole.count("0"))
    if whole.count("0") == 0 and before == "0" and after:
        before = ""
    shown = f"{before}.{after}" if after else before
    return f"-{shown}" if value < 0 and shown.strip("0.,") else shown


def _general(value: int | float) -> str:
    if float(value).is_integer() and abs(value) < 1e11:
        return str(int(value))
    return f"{value:.10g}".replace("e+", "E+").replace("e-", "E-")


def day_as_shown(value: date, form: str) -> tuple[str, str]:
    """The day in words as far as its format shows it, and "DAY", "MONTH", or "" where it shows neither."""
    letters = _ASIDE.sub("", _LITERAL.sub("", form.split(";")[0])).lower()
    clock = f"{value:%H:%M}" if isinstance(value, datetime) and (value.hour or value.minute) else ""
    with_clock = bool(clock) and "h" in letters
    if "d" in letters or not set(letters) & set("ym"):
        if "h" in letters and "d" not in letters:
            return clock or "00:00", ""
        return f"{value.day} {value:%B %Y}" + (f" {clock}" if with_clock else ""), "DAY"
    if "m" in letters and not ("h" in letters or "s" in letters):
        return f"{value:%B %Y}", "MONTH"
    if "y" in letters:
        return f"{value.year}", ""
    return clock or "00:00", ""
