"""verify.py, the file that is handed out: what it accepts, and every tampering of an export that it names."""

import ast
import hashlib
import json
import re
import zipfile

import pytest
from django.conf import settings

from reporting import operations
from tests.reporting.exported import COMPLETE, EVERYTHING, files_of, ledger_of, verify, written, zipped
from workstreams.history import Extract
from workstreams.models import Ledger
from workstreams.operations import ratings, redactions, settle
from workstreams.redactions import places_of


@pytest.fixture(scope="module")
def export(django_db_setup, django_db_blocker):
    """One complete export of the demonstration, by its files."""
    with django_db_blocker.unblock():
        return files_of(zipped())


@pytest.fixture
def folder(export, tmp_path):
    for name, content in export.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


@pytest.fixture
def rows(export):
    return ledger_of(export)


@pytest.fixture
def verdict(folder):
    """What it says of the folder with these rows instead."""

    def say(rows, *anchors):
        (folder / "ledger.jsonl").write_bytes(written(rows))
        return verify(folder, *anchors)

    return say


def anchor_of(row):
    return f"{row['seq']}:{row['hash']}"


def field(value):
    text = (value or "").encode()
    return b"%d:%b," % (len(text), text)


def hashed_again(row):
    """The row with a digest and a hash that suit it, as a forger would make them."""
    says = b"".join(field(row[name]) for name in ("before", "after", "because"))
    row["digest"] = hashlib.sha256(bytes.fromhex(row["salt"]) + says).hexdigest()
    link = ["SSCP2", str(row["seq"])] + [
        row[n] for n in ("at", "table", "row", "operation", "by", "for_post", "digest", "previous")
    ]
    row["hash"] = hashlib.sha256(b"".join(map(field, link))).hexdigest()
    return row


# ---- nothing is wrong


def test_needs_nothing_but_an_old_python():
    source = operations.extracts.VERIFY.read_text()
    tree = ast.parse(source, feature_version=(3, 9))
    named = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert named <= {
        "__future__", "argparse", "collections", "csv", "hashlib", "io", "json", "os", "re", "sys", "typing",
        "zipfile", "zlib",
    }  # fmt: skip
    assert source.isascii()


def test_accepts_an_honest_export_as_folder_as_zip_and_beside_itself(export, folder, tmp_path):
    packed = tmp_path / "export.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in export.items():
            archive.writestr(name, content)
    newest = export["anchor.txt"].decode().strip()
    count = len(export["ledger.jsonl"].splitlines())
    for said in (
        verify(folder, newest),
        verify(packed, newest),
        verify("", newest, program=folder / "verify.py"),
    ):
        assert said.code == 0, said.text
        assert f"{count} rows read, 1 to {count}." in said.text
        assert f"{count} rows were checked whole" in said.text
        assert f"The anchor of row {count} is where it was, and stands for rows 1 to {count}." in said.text
        assert f"Newest row: {newest}" in said.text


def test_says_what_it_cannot_tell(folder, rows):
    without, with_one = verify(folder), verify(folder, anchor_of(rows[99]))
    assert (without.code, with_one.code) == (0, 0)
    assert "written anew, or cut off at its end" in without.text
    assert "Whether anything after row 100 was changed or cut off" in with_one.text
    assert "stands for rows 1 to 100" in with_one.text
    for said in (without, with_one):
        assert "Whether what was written was true" in said.text


def test_is_the_file_that_lies_in_the_export(export):
    assert export["verify.py"] == operations.extracts.VERIFY.read_bytes()


def test_makes_the_documented_fingerprints(folder):
    """The worked examples of docs/ledger.md: two rows of each form, and a redacted one."""
    text = (settings.BASE / "docs" / "ledger.md").read_text()
    first, second, (redacted,) = map(json.loads, re.findall(r"```json\n(.*?)```", text, re.DOTALL))
    for name in ("history.csv", "anchor.txt"):
        (folder / name).unlink()
    (folder / "ledger.jsonl").write_bytes(written([*first, redacted, second[1]]))
    said = verify(folder, anchor_of(second[1]))
    assert said.code == 0, said.text
    assert "1 row holds other words than at first" in said.text
    (folder / "ledger.jsonl").write_bytes(written([*first, *second]))
    said = verify(folder)
    assert (said.code, "Row 4 says that words were taken out of row 3, which has its own." in said.text) == (
        1,
        True,
    )


@pytest.mark.parametrize(
    "extract",
    [
        Extract(words=False),
        Extract(provisional=False),
        Extract(names=False),
        Extract(words=False, provisional=False, names=False),
    ],
    ids=["without words", "without proposals", "without names", "without all three"],
)
def test_follows_the_links_of_rows_that_were_left_out(db, tmp_path, extract):
    packed = tmp_path / "export.zip"
    packed.write_bytes(zipped(extract))
    count = Ledger.objects.count()
    oldest = Ledger.objects.get(seq=1)
    said = verify(packed, f"1:{bytes(oldest.hash).hex()}")
    assert said.code == 0, said.text
    by_link = re.search(r"(\d+) rows? w\w+ checked by the link alone", said.text)
    whole = re.search(r"(\d+) rows? w\w+ checked whole", said.text)
    assert int(by_link[1]) > 0
    assert int(by_link[1]) + int(whole[1]) == count
    assert "What was said in the rows that were checked by the link alone" in said.text


def test_rows_of_the_first_form_whose_reason_is_left_out_are_held_by_their_place(folder):
    text = (settings.BASE / "docs" / "ledger.md").read_text()
    (one, two), (three, _), _ = map(json.loads, re.findall(r"```json\n(.*?)```", text, re.DOTALL))
    for name in ("history.csv", "anchor.txt"):
        (folder / name).unlink()
    for name in ("before", "after", "because", "salt"):
        two.pop(name)
    (folder / "ledger.jsonl").write_bytes(written([one, two, three]))
    said = verify(folder, anchor_of(three))
    assert said.code == 0, said.text
    assert (
        "1 row was checked by the place alone, as a text that is left out belongs to the link: 2."
        in said.text
    )
    assert "The anchor of row 3 is where it was, and stands for row 3." in said.text
    assert "that the rows before them are those of then" in said.text


# ---- something is

AT = 299  # the place of the row that is tampered with: row 300


def image_changed(rows):
    rows[AT]["after"] = (rows[AT]["after"] or rows[AT]["before"]).replace("1", "2", 1)


def reason_changed(rows):
    rows[AT]["because"] += "!"


def salt_changed(rows):
    rows[AT]["salt"] = "00" * 32


def column_changed(name, value):
    def act(rows):
        rows[AT][name] = value

    return act


def removed(rows):
    del rows[AT]


def several_removed(rows):
    del rows[AT : AT + 3]


def first_removed(rows):
    del rows[0]


def swapped(rows):
    rows[AT], rows[AT + 1] = rows[AT + 1], rows[AT]


def twice(rows):
    rows.insert(AT, rows[AT])


def swapped_and_renumbered(rows):
    rows[AT], rows[AT + 1] = rows[AT + 1], rows[AT]
    rows[AT]["seq"], rows[AT + 1]["seq"] = AT + 1, AT + 2


def removed_and_renumbered(rows):
    del rows[AT]
    for number, row in enumerate(rows, 1):
        row["seq"] = number


def hashed_without_the_chain(rows):
    reason_changed(rows)
    hashed_again(rows[AT])


def stripped_and_changed(rows):
    for name in ("before", "after", "because", "salt"):
        rows[AT].pop(name)
    rows[AT]["by"] = "another"


def words_taken_out(rows):
    image_changed(rows)
    rows[AT]["salt"] = ""


def no_row_at_all(rows):
    rows.clear()


def a_row_without_a_hash(rows):
    del rows[AT]["hash"]


def a_number_as_text(rows):
    rows[AT]["seq"] = "300"


def another_form(rows):
    rows[AT]["form"] = 1


def told_by_its_place(rows):
    """As if it were of the first form, whose reason stands in its link, and the reason were left out."""
    stripped_and_changed(rows)
    rows[AT]["form"] = 1


def changed_without_its_salt(rows):
    image_changed(rows)
    del rows[AT]["salt"]


def added_in_between(rows):
    new = hashed_again({**rows[AT], "previous": rows[AT]["hash"], "seq": AT + 2, "because": "forged"})
    rows.insert(AT + 1, new)


NAMED = {
    "an image changed": (image_changed, "Row 300: what it says was changed after it was written."),
    "a reason changed": (reason_changed, "Row 300: what it says was changed after it was written."),
    "a salt changed": (salt_changed, "Row 300: what it says was changed after it was written."),
    "a digest changed": (column_changed("digest", "0" * 64), "Row 300 says something else"),
    "a hash changed": (column_changed("hash", "0" * 64), "Row 301 does not follow the row before it."),
    "a link changed": (column_changed("previous", "0" * 64), "Row 300 does not follow the row before it."),
    "an account changed": (column_changed("by", "1000"), "Row 300 says something else than when it was written."),
    "a post changed": (column_changed("for_post", "1000"), "Row 300 says something else"),
    "a moment changed": (column_changed("at", "2023-07-18T08:30:00.000001Z"), "Row 300 says something else"),
    "a table changed": (column_changed("table", "workstreams_target"), "Row 300 says something else"),
    "a key changed": (column_changed("row", "1000000"), "Row 300 says something else"),
    "an operation changed": (column_changed("operation", "DELETE"), "Row 300 says something else"),
    "a form changed": (another_form, "Row 300 says something else"),
    "a row removed": (removed, "Row 300 is missing."),
    "several removed": (several_removed, "Rows 300 to 302 are missing."),
    "the first removed": (first_removed, "Row 1 is missing."),
    "rows swapped": (swapped, "Row 300 stands after row 301: the rows are not in their order."),
    "a row twice": (twice, "Row 300 stands after row 300"),
    "rows swapped and renumbered": (swapped_and_renumbered, "Row 300 does not follow the row before it."),
    "a row removed and the rest renumbered": (removed_and_renumbered, "Row 300 does not follow"),
    "hash recomputed without the chain": (hashed_without_the_chain, "Row 301 does not follow the row before it."),
    "a row added in between": (added_in_between, "Row 301 stands after row 301"),
    "images stripped and the rest changed": (stripped_and_changed, "Row 300 says something else"),
    "words taken out without a record": (words_taken_out, "Row 300: its words were taken out, and no row says so."),
    "emptied": (no_row_at_all, "There is no row in ledger.jsonl."),
    "a line without a hash": (a_row_without_a_hash, "Line 300 of ledger.jsonl cannot be read as a row."),
    "a number as text": (a_number_as_text, "Line 300 of ledger.jsonl cannot be read as a row."),
    "told by its place": (told_by_its_place, "Row 300 is of the first form, after one of the second."),
    "words without their salt": (changed_without_its_salt, "Line 300 of ledger.jsonl cannot be read as a row."),
    "a name nobody checks": (column_changed("note", "x"), "Line 300 of ledger.jsonl cannot be read as a row."),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
def test_names(verdict, rows, name):
    tamper, sentence = NAMED[name]
    assert verdict(rows).code == 0
    tamper(rows)
    said = verdict(rows)
    assert said.code == 1
    assert f"WRONG  {sentence}" in said.text, said.text


@pytest.mark.parametrize(
    "line",
    [
        b"[" * 200_000,
        b'{"seq": 1e999, "form": NaN}',
        b'{"seq": ' + b"1" * 5_000 + b"}",
        "{}".encode("utf-16"),
        b"\x00\xff",
    ],
    ids=["too deep", "no numbers", "too long a number", "another encoding", "no text"],
)
def test_names_a_line_that_is_none(folder, line):
    with (folder / "ledger.jsonl").open("ab") as file:
        file.write(line + b"\n")
    said = verify(folder)
    assert (said.code, "of ledger.jsonl cannot be read as a row." in said.text) == (1, True), said.text


@pytest.mark.parametrize(
    "because",
    [b'"because": "forged", "because": "', rb'"because": "\ud800'],
    ids=["another program might read the other one", "half a letter"],
)
def test_names_a_line_that_can_be_read_in_two_ways_or_none(folder, export, because):
    ledger = export["ledger.jsonl"].replace(b'"because": "', because, 1)
    (folder / "ledger.jsonl").write_bytes(ledger)
    said = verify(folder)
    assert (said.code, "Line 1 of ledger.jsonl cannot be read as a row." in said.text) == (1, True), said.text


def test_reads_no_line_that_would_fill_the_memory(folder):
    with (folder / "ledger.jsonl").open("ab") as file:
        file.write(b" " * (33 << 20))
    said = verify(folder)
    assert (said.code, "This could not be read" in said.text) == (1, True), said.text


def test_says_that_a_zip_holds_the_ledger_twice(export, tmp_path):
    packed = tmp_path / "export.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("ledger.jsonl", b"{}")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("ledger.jsonl", export["ledger.jsonl"])
    said = verify(packed)
    assert (said.code, "ledger.jsonl stands in the zip more than once." in said.text) == (1, True), said.text


def test_does_not_read_what_lies_beside_a_broken_zip(folder):
    (folder / "export.zip").write_bytes(b"PK no zip")
    said = verify(folder / "export.zip")
    assert (said.code, "There is no ledger.jsonl" in said.text) == (1, True), said.text


def written_anew(rows, since):
    """Every hash from a row on made again: what nothing in the file itself can tell."""
    for before, row in zip(rows[since - 1 :], rows[since:], strict=False):
        row["previous"] = before["hash"]
        hashed_again(row)


def without_its_tables(folder, rows):
    """As a forger would, who writes the other files anew too."""
    (folder / "history.csv").unlink()
    (folder / "anchor.txt").write_text(anchor_of(rows[-1]))


def test_an_anchor_tells_a_tail_that_was_cut(verdict, folder, rows):
    newest, cut = anchor_of(rows[-1]), rows[:-5]
    assert "anchor.txt says that this export ends with another row." in verdict(cut).text
    without_its_tables(folder, cut)
    assert verdict(cut).code == 0
    said = verdict(cut, newest)
    assert said.code == 1
    assert f"The anchor names row {rows[-1]['seq']}, which is not there: its end was cut off." in said.text


def test_an_anchor_tells_a_history_that_was_written_anew(verdict, folder, rows):
    old = [anchor_of(rows[AT - 1]), anchor_of(rows[-1])]
    reason_changed(rows)
    hashed_again(rows[AT])
    written_anew(rows, AT + 1)
    without_its_tables(folder, rows)
    assert verdict(rows).code == 0
    assert verdict(rows, old[0]).code == 0
    said = verdict(rows, *old)
    assert said.code == 1
    assert f"Row {rows[-1]['seq']} is not the row that the anchor names" in said.text


def test_an_image_that_does_not_go_on_from_the_one_before_is_named(verdict, folder, rows):
    """Somebody forges a whole chain and forgets that a row begins as the record before left it."""
    place = next(n for n, row in enumerate(rows) if row["operation"] == "UPDATE")
    rows[place]["before"] = rows[place]["before"].replace('"id": ', '"id":  ', 1)
    hashed_again(rows[place])
    written_anew(rows, place + 1)
    without_its_tables(folder, rows)
    said = verdict(rows)
    assert said.code == 1
    assert f"Row {place + 1} begins with another image than row " in said.text


def test_names_a_line_of_the_table_that_no_row_bears_out(folder, export):
    lines = export["history.csv"].splitlines(keepends=True)
    fingerprint = lines[5].strip()[-64:]
    (folder / "history.csv").write_bytes(export["history.csv"].replace(fingerprint, b"0" * 64))
    said = verify(folder)
    assert said.code == 1
    assert "history.csv, record 5: no row of the ledger has this number and fingerprint." in said.text


def test_names_a_line_of_the_table_whose_number_is_none(folder, export):
    with (folder / "history.csv").open("ab") as file:
        file.write(b"1" * 5_000 + b"\r\n")
    said = verify(folder)
    assert (said.code, "history.csv, record ?: no row of the ledger" in said.text) == (1, True), said.text


@pytest.mark.parametrize("anchor", ["1432", "x:y", "1:abc", f"1.5:{'0' * 64}", ""])
def test_refuses_what_is_no_anchor(folder, anchor):
    said = verify(folder, anchor)
    assert said.code == 1
    assert "An anchor is a number, a colon and 64 letters and digits" in said.text


def test_takes_an_anchor_as_a_printed_line_breaks_it(folder, rows):
    whole = anchor_of(rows[9])
    assert verify(folder, f" {whole[:30]}\n {whole[30:].upper()} ").code == 0


def test_says_where_there_is_nothing_to_check(tmp_path):
    (tmp_path / "export.zip").write_bytes(b"PK no zip")
    for path in (tmp_path, tmp_path / "export.zip", tmp_path / "nowhere"):
        said = verify(path)
        assert said.code == 1
        assert "There is no ledger.jsonl" in said.text


def test_reports_all_faults_and_not_only_the_first(verdict, rows):
    for row in rows[100:110]:
        row["because"] = "forged"
    said = verdict(rows)
    assert said.text.count("what it says was changed") == 10
    assert "10 faults" in said.text


def test_an_export_for_another_reader_has_the_same_chain(db, tmp_path):
    """The scrutineer's, who sees no draft: every hash is the ledger's own."""
    whole = ledger_of(files_of(zipped(COMPLETE, EVERYTHING)))
    hashes = [row["hash"] for row in whole]
    assert hashes == [bytes(value).hex() for value in Ledger.objects.values_list("hash", flat=True)]


def test_words_that_two_people_took_out_are_in_no_file_and_the_chain_holds(db, cast, measure_at, tmp_path):
    name, measure = "Zaunkoenig Quillfeather", measure_at("4.2#2")
    sent = ratings.send_update(
        measure=measure,
        level=measure.action.outcome.plan.levels.get(code="G"),
        words=f"{name} was seen at home.",
        by=cast("chair-ldg").by,
        seen=measure.ratings.order_by("-pk").first().pk,
    )
    settle()
    seq = Ledger.objects.get(table="workstreams_rating", row=str(sent.pk)).seq
    before = files_of(zipped())
    assert name.encode() in before["ledger.jsonl"]
    asked = redactions.ask(
        seq=seq, words=name, because="Typed by mistake.", everywhere=False, by=cast("business-unit").by
    )
    second = cast("dsp-council").by
    redactions.take_out(redaction=asked, by=second, seen=places_of(asked).seen)
    content = zipped()
    files = files_of(content)
    for file in (*files.values(), *files_of(files["history.xlsx"]).values()):
        assert name.encode() not in file
    (tmp_path / "export.zip").write_bytes(content)
    said = verify(tmp_path / "export.zip", before["anchor.txt"].decode())
    assert said.code == 0, said.text
    assert "1 row holds other words than at first" in said.text
    rows = ledger_of(files)
    held, told = rows[seq - 1], rows[-1]
    assert told["operation"] == "REDACT"
    for forged in (held, told):
        for column in ("before", "after", "because", "salt"):
            forged.pop(column)
    held |= {"before": None, "after": "{}", "because": "forged", "salt": ""}
    (tmp_path / "ledger.jsonl").write_bytes(written(rows))
    said = verify(tmp_path / "ledger.jsonl")
    assert (said.code, f"Row {seq}: its words were taken out, and no row says so." in said.text) == (1, True)
