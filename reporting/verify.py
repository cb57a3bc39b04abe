#!/usr/bin/env python3
"""Checks an exported history without the application that wrote it: is every row still what it was?

    python verify.py --anchor 1432:9f2c...  [the zip, or the folder it was unpacked to]

Needs Python 3.9 or newer and nothing else: no network, no database, no other package. Without a path it reads the
folder that it lies in. An anchor is the line of a number, a colon and 64 letters and digits that every paper and
e-mail of the partnership prints; several may be given. Exit 0: nothing is wrong. Exit 1: something is, and is named.

How the fingerprints are made (the form is told by each row): field(x) is the number of bytes of x in UTF-8, a colon,
x, a comma; what is missing counts as empty.

    form 1   digest = sha256(salt + field(before) + field(after))
             hash   = sha256(field("SSCP1") + field(seq) + field(at) + field(table) + field(row) + field(operation)
                      + field(by) + field(for_post) + field(because) + field(digest) + field(previous))
    form 2   digest = sha256(salt + field(before) + field(after) + field(because))
             hash   = as in form 1, with "SSCP2" and without the field of because
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import os
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

LEDGER, ANCHOR, HISTORY = "ledger.jsonl", "anchor.txt", "history.csv"
AN_ANCHOR = re.compile("([0-9]{1,18}):([0-9a-f]{64})")
SHOWN = 200  # faults that are printed one by one
LONGEST = 32 << 20  # bytes of one line: more is no row of a history, and is not read into memory

# A row that was left out of the export, or that its reader may not read, has the first two and not the last.
PLACE = ("digest", "previous", "hash")
LINK = ("at", "table", "row", "operation", "by", "for_post")
WORDS = ("before", "after", "because", "salt")
NAMES = {"seq", "form", *PLACE, *LINK, *WORDS}


def field(value: str | None) -> bytes:
    text = (value or "").encode()
    return b"%d:%b," % (len(text), text)


def sha256(*parts: bytes) -> str:
    return hashlib.sha256(b"".join(parts)).hexdigest()


def named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) < len(pairs):
        raise ValueError("a name stands twice, and others might read the other one")
    return said


class Row:
    """One line of ledger.jsonl. Raises ValueError where it is none, or says something that nothing here would check."""

    read = json.JSONDecoder(object_pairs_hook=named_once).decode

    def __init__(self, line: bytes) -> None:
        said = self.read(line.decode())
        if not isinstance(said, dict) or not NAMES.issuperset(said):
            raise ValueError("not an object, or one that says more than a row")
        self.said: dict[str, Any] = said
        if [type(said.get(name)) for name in ("seq", "form")] != [int, int] or said["form"] not in (1, 2):
            raise ValueError("no number or no form")
        words = [name for name in WORDS if name in said]
        for name in (*PLACE, *LINK, *(name for name in words if said[name] is not None)):
            said[name].encode()
        if words and words != list(WORDS) and not (words == ["because"] and said["form"] == 1):
            raise ValueError("words without what they are checked by")
        for name in PLACE:
            if not re.fullmatch("(?:[0-9a-f]{64})?", said[name]):
                raise ValueError(name + " is no fingerprint")
        self.seq: int = said["seq"]
        self.form: int = said["form"]
        self.digest, self.previous, self.hash = (said[name] for name in PLACE)
        self.has_words = words == list(WORDS)
        self.salt = bytes.fromhex(said["salt"] or "") if self.has_words else b""
        self.has_link = self.form == 2 or "because" in said
        self.is_redacted = self.has_words and not self.salt
        self.is_redaction = said["operation"] == "REDACT"

    @property
    def key(self) -> tuple[str, str]:
        return self.said["table"], self.said["row"]

    def words(self) -> tuple[bytes, bytes, bytes]:
        return field(self.said["before"]), field(self.said["after"]), field(self.said["because"])

    def digest_again(self) -> str:
        before, after, because = self.words()
        return sha256(self.salt, before, after, because if self.form == 2 else b"")

    def hash_again(self) -> str:
        return sha256(
            field("SSCP" + str(self.form)),
            field(str(self.seq)),
            *(field(self.said[name]) for name in LINK),
            field(self.said["because"]) if self.form == 1 else b"",
            field(self.digest),
            field(self.previous),
        )


class Findings:
    """What was found: how many faults, the first in sentences, and how much could be checked how."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.wrong = self.rows = self.whole = self.by_link = self.redacted = 0
        self.by_place: list[int] = []
        self.first = self.last = 0
        self.newest = ""
        self.hashes: dict[int, str] = {}

    def fault(self, sentence: str) -> None:
        self.wrong += 1
        if self.wrong <= SHOWN:
            self.faults.append(sentence)


class Chain:
    """Goes along the rows. Keeps fingerprints only, so that a long history fits into memory."""

    def __init__(self, findings: Findings, anchors: dict[int, str]) -> None:
        self.found = findings
        self.anchors = anchors
        self.stood: dict[tuple[str, str], tuple[int, str | None]] = {}
        self.replaced: dict[int, str] = {}
        self.unredacted: set[int] = set()
        self.named: dict[int, tuple[int, str]] = {}
        self.clouded = 0  # the newest row of which nothing but the place is known

    def follow(self, lines: Iterable[bytes]) -> None:
        fault, expected, previous, form = self.found.fault, 1, "", 1
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = Row(line)
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                fault(f"Line {number} of {LEDGER} cannot be read as a row.")
                continue
            if row.seq != expected:
                fault(out_of_place(row.seq, expected))
            elif row.previous != previous:
                before = "the row before it" if expected > 1 else "nothing, as the first row must"
                fault(f"Row {row.seq} does not follow {before}.")
            if row.form < form:
                fault(f"Row {row.seq} is of the first form, after one of the second.")
            self.check(row)
            if row.seq in self.anchors and self.anchors[row.seq] != row.hash:
                fault(f"Row {row.seq} is not the row that the anchor names: its fingerprint is another.")
            expected, previous, form = row.seq + 1, row.hash, max(form, row.form)
            self.found.rows += 1
            self.found.first = self.found.first or row.seq
            self.found.last, self.found.newest = row.seq, row.hash
            self.found.hashes[row.seq] = row.hash
        if not self.found.last:
            fault(f"There is no row in {LEDGER}.")
        for seq in sorted(set(self.anchors) - set(self.found.hashes)):
            where = "its end was cut off" if seq > self.found.last else "it was taken out"
            fault(f"The anchor names row {seq}, which is not there: {where}.")
        self.hold_redactions()

    def check(self, row: Row) -> None:
        """One row in itself."""
        if not row.has_link:
            self.found.by_place.append(row.seq)
            self.clouded = row.seq
            return
        if row.is_redacted:
            self.found.redacted += 1
            self.replaced[row.seq] = sha256(*row.words())
        elif row.has_words:
            self.found.whole += 1
            self.unredacted.add(row.seq)
            if row.digest_again() != row.digest:
                self.found.fault(f"Row {row.seq}: what it says was changed after it was written.")
        else:
            self.found.by_link += 1
        if row.hash_again() != row.hash:
            if row.is_redacted and row.form == 1:
                self.found.by_place.append(row.seq)  # its reason was replaced, and stood in its fingerprint
            else:
                self.found.fault(f"Row {row.seq} says something else than when it was written.")
        if row.is_redaction:
            self.remember_redaction(row)
        else:
            self.hold_images(row)

    def hold_images(self, row: Row) -> None:
        """That a row of the plan begins as the record before it left it, as far as both can be read."""
        if not row.has_words:
            self.stood[row.key] = (0, None)
            return
        images = row.said["before"], row.said["after"]
        before, after = (None if image is None else sha256(image.encode()) for image in images)
        never = 0 if self.clouded else row.seq
        then, stood = self.stood.get(row.key, (never, None))
        if then > self.clouded and before != stood:
            since = f"row {then} ended with" if then < row.seq else "any row before it"
            self.found.fault(f"Row {row.seq} begins with another image than {since}: no row says why.")
        self.stood[row.key] = (row.seq, after)

    def remember_redaction(self, row: Row) -> None:
        fault = self.found.fault
        try:
            said = json.loads(row.said["after"] or "") if row.has_words else {}
            named = [(int(seq), str(digest)) for seq, digest in said["rows"]]
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            fault(f"Row {row.seq} says that words were taken out, and not where.")
            return
        for seq, digest in named:
            if seq >= row.seq:
                fault(f"Row {row.seq} takes words out of row {seq}, which came later.")
            if seq in self.unredacted:
                fault(f"Row {row.seq} says that words were taken out of row {seq}, which has its own.")
            self.named[seq] = (row.seq, digest)

    def hold_redactions(self) -> None:
        for seq, stands in sorted(self.replaced.items()):
            by, digest = self.named.get(seq, (0, ""))
            if not by:
                self.found.fault(f"Row {seq}: its words were taken out, and no row says so.")
            elif digest != stands:
                self.found.fault(f"Row {seq} holds other words than those that row {by} put in place.")


def out_of_place(seq: int, expected: int) -> str:
    if seq < expected:
        return f"Row {seq} stands after row {expected - 1}: the rows are not in their order."
    if seq == expected + 1:
        return f"Row {expected} is missing."
    return f"Rows {expected} to {seq - 1} are missing."


def hold_history(found: Findings, lines: Iterable[str]) -> int:
    """That each line of the table names a row of the ledger by its fingerprint. How many lines do."""
    count = 0
    for line in csv.DictReader(lines):
        count += 1
        record, fingerprint = line.get("Record") or "", line.get("Fingerprint") or ""
        seq = int(record) if re.fullmatch("[0-9]{1,18}", record) else 0
        if found.hashes.get(seq) != fingerprint:
            found.fault(
                f"{HISTORY}, record {seq or '?'}: no row of the ledger has this number and fingerprint."
            )
    return count


class Export:
    """The files of an export: in a folder, or still in their zip."""

    def __init__(self, path: str) -> None:
        is_file = os.path.isfile(path)
        self.zip = zipfile.ZipFile(path) if is_file and zipfile.is_zipfile(path) else None
        # Of a file that is no zip, what lies beside it is read only where it is the ledger itself.
        self.folder = os.path.dirname(path) if is_file and os.path.basename(path) == LEDGER else path

    def has(self, name: str) -> bool:
        return name in self.zip.namelist() if self.zip else os.path.isfile(os.path.join(self.folder, name))

    def twice(self) -> list[str]:
        """Of which files a zip holds more than one, so that another program may take out another."""
        names = self.zip.namelist() if self.zip else []
        return sorted({name for name in (LEDGER, ANCHOR, HISTORY) if names.count(name) > 1})

    def lines(self, name: str) -> Iterator[bytes]:
        source: Any = self.zip.open(name) if self.zip else open(os.path.join(self.folder, name), "rb")  # noqa: SIM115
        with io.BufferedReader(source) as file:
            while line := file.readline(LONGEST):
                if len(line) == LONGEST:
                    raise ValueError(f"a line of {name} is too long to be a row")
                yield line


def count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def some(numbers: list[int]) -> str:
    return ", ".join(str(number) for number in sorted(numbers)[:20]) + (" ..." if len(numbers) > 20 else "")


def vouched(found: Findings, anchor: int) -> str:
    """For which rows an anchor stands: those from which a chain of fingerprints leads up to it."""
    since = max([seq for seq in found.by_place if seq < anchor], default=0) + 1
    return f"rows {since} to {anchor}" if since < anchor else f"row {anchor}"


def verify(path: str, anchors: dict[int, str]) -> tuple[Findings, list[str]]:
    """(what was found, what there is to say of it)."""
    found, export = Findings(), Export(path)
    if not export.has(LEDGER):
        found.fault(f"There is no {LEDGER} in {path!a}: this is not an exported history.")
        return found, []
    for name in export.twice():
        found.fault(f"{name} stands in the zip more than once.")
    Chain(found, anchors).follow(export.lines(LEDGER))
    said = [
        f"{count(found.rows, 'row', 'rows')} read, {found.first} to {found.last}.",
        f"{count(found.whole, 'row was', 'rows were')} checked whole: words, images and link.",
    ]
    if found.redacted:
        said.append(
            f"{count(found.redacted, 'row holds', 'rows hold')} other words than at first: those were taken out, as"
            " a later row says. What stands instead was checked."
        )
    if found.by_link:
        said.append(
            f"{count(found.by_link, 'row was', 'rows were')} checked by the link alone: what was said in it"
            " is left out of this export."
        )
    if found.by_place:
        said.append(
            f"{count(len(found.by_place), 'row was', 'rows were')} checked by the place alone, as a text that is"
            f" left out belongs to the link: {some(found.by_place)}."
        )
    if export.has(ANCHOR):
        written = AN_ANCHOR.search(next(export.lines(ANCHOR), b"").decode("utf-8", "replace"))
        if not written or (int(written[1]), written[2]) != (found.last, found.newest):
            found.fault(f"{ANCHOR} says that this export ends with another row.")
    if export.has(HISTORY):
        lines = hold_history(found, (line.decode("utf-8-sig") for line in export.lines(HISTORY)))
        said.append(f"{count(lines, 'line', 'lines')} of {HISTORY} looked up in the ledger.")
    if found.newest:
        said.append(f"Newest row: {found.last}:{found.newest}")
    return found, said


def unproved(found: Findings, anchors: dict[int, str]) -> list[str]:
    """What nobody can tell from these files."""
    said = [
        f"Whether anything after row {max(anchors)} was changed or cut off: the anchor is of that row."
        if anchors
        else "Whether the whole was written anew, or cut off at its end. Give --anchor with the number and"
        " fingerprint from a printed paper or an e-mail: then it is known up to that row."
    ]
    if found.by_place:
        said.append(
            "What rows say that were checked by place alone, and that the rows before them are those of then."
        )
    if found.by_link:
        said.append("What was said in the rows that were checked by the link alone.")
    return [
        *said,
        "Whether the tables (history.csv, history.xlsx) tell each row rightly: they are the application's reading.",
        "Whether what was written was true: only that it is what was written then, by which account, and when.",
    ]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Check an exported history.")
    parser.add_argument("path", nargs="?", help="the zip, or the folder it was unpacked to; else this file's")
    parser.add_argument("--anchor", action="append", default=[], help="from a paper: SEQ:HASH")
    given = parser.parse_args(arguments)
    path = given.path or os.path.dirname(os.path.abspath(__file__))
    anchors: dict[int, str] = {}
    for text in given.anchor:
        anchor = AN_ANCHOR.fullmatch("".join(text.split()).lower())
        if not anchor or anchors.get(int(anchor[1]), anchor[2]) != anchor[2]:
            print(f"An anchor is a number, a colon and 64 letters and digits, as papers print: not {text!a}")
            return 1
        anchors[int(anchor[1])] = anchor[2]
    try:
        found, said = verify(path, anchors)
    except Exception as failed:  # whatever lies in the files, nobody is shown a trace
        print(f"This could not be read: {str(failed)!a}")
        return 1
    for sentence in said:
        print(sentence)
    print()
    for sentence in found.faults:
        print("WRONG  " + sentence)
    if found.wrong > SHOWN:
        print(f"... and {found.wrong - SHOWN:,} more.")
    if found.wrong:
        print(f"\nThis history is not as it was written: {count(found.wrong, 'fault', 'faults')}.")
        return 1
    print("Nothing is wrong: every row is what it was, and follows the row before it.")
    for seq in sorted(anchors):
        print(f"The anchor of row {seq} is where it was, and stands for {vouched(found, seq)}.")
    print("\nWhat this cannot tell:")
    for sentence in unproved(found, anchors):
        print("- " + sentence)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
