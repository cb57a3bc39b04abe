"""Where an item came from, as printed beside it: "2.1 (LGA rec. 6a)", a bullet's own "(NRAP/JTAI)"."""

import re

# Outside reviews and their recommendations. Other words in brackets, such as a group's letters, are no source.
_REVIEW = re.compile(
    r"\b(?:JTAI|NRAP|LGA|ILACS|Ofsted|OFSTED|CQC|HMICFRS|HMIC|HMIP|SEND inspection|LCSPR|CSPR|SCR|SAR|DHR"
    r"|DARDR|ERB|SoA|SIFA|IICSA"
    r"|rec(?:ommendation)?s?\.? ?\d|ref(?:erence)?\.? ?\d|recs?\.|National (?:Review|Panel)"
    r"|[Pp]eer [Rr]eview|[Cc]ommissioner|"
    r"[Ii]nspection|[Rr]apid [Rr]eview|[Ss]erious [Cc]ase)\b"
)
_BRACKET = re.compile(r"\(([^()]+)\)\s*[*.;,]*\s*\Z")
_REFERENCE = re.compile(
    r"\s*(?P<ref>(?:[A-Z]{1,4}[ -]?)?\d{1,3}(?:\.\d{1,3})*[a-z]?)[.):]?(?:\s+|\s*(?=\()|\Z)(?P<rest>.*)\Z",
    re.DOTALL,
)


def is_source(words: str) -> bool:
    return bool(_REVIEW.search(words))


def named_in(text: str) -> tuple[str, ...]:
    """The sources at the ends of a text's lines, each printed form once for every review that it names."""
    found = dict.fromkeys(
        " ".join(bracket[1].split())
        for line in text.split("\n")
        if (bracket := _BRACKET.search(line)) and is_source(bracket[1])
    )
    return tuple(printed for printed in found for _ in range(_reviews(printed)))


def _reviews(printed: str) -> int:
    parts = [part.strip() for part in printed.split("/")]
    return len(parts) if all(is_source(part) for part in parts) else 1


def in_cell(text: str) -> tuple[str, ...]:
    """Each source of a cell that holds nothing else."""
    return tuple(part.strip(" -.") for part in re.split(r"[\n;]+", text) if part.strip(" -."))


def reference_of(text: str) -> tuple[str, tuple[str, ...], str]:
    """ "2.1 (LGA rec. 6a)" is "2.1" and its source; and what stands there beside."""
    found = _REFERENCE.match(" ".join(text.split()))
    if not found:
        return "", (), text.strip()
    rest = found["rest"].strip()
    inside = re.fullmatch(r"[(\[](.+)[)\]]", rest)
    if inside:
        return found["ref"], tuple(p.strip() for p in inside[1].split(";") if p.strip()), ""
    return found["ref"], (rest,) if rest and is_source(rest) else (), "" if is_source(rest) else rest
