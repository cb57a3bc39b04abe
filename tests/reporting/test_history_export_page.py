"""The history taken out: as CSV, workbook and zip, complete or for two dates, and never more than its reader sees."""

import csv
import io
import json
import re
import tempfile
import time
import zipfile
from datetime import date, timedelta
from itertools import pairwise

import openpyxl
import psycopg
import pytest
from django.db import DatabaseError, connection, models
from django.db.backends.utils import CursorWrapper
from django.urls import reverse

from reporting import operations, views
from tests.reporting.exported import EVERYTHING, files_of, ledger_of, verify, zipped
from workstreams import history, ledger, permissions
from workstreams.history import Extract
from workstreams.history.extract import NAMES, WORDS
from workstreams.models import Ledger, Level, Meeting, Plan, User
from workstreams.operations import impacts, people, ratings, recorded, targets

TODAY = date(2023, 11, 24)
PAGE = reverse("reporting:history-export-page")
CSV, XLSX, ZIP = (reverse(f"reporting:history-{each}") for each in ("csv", "xlsx", "zip"))
CANARY = "Zwitschervogel"


def table(content):
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def sheet(content, name="History"):
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    rows = book[name]
    rows.reset_dimensions()
    return [list(row) for row in rows.iter_rows(values_only=True)]


def got(client, address, **asked):
    answer = client.get(address, asked)
    assert answer.status_code == 200
    return answer.getvalue()


@pytest.fixture
def unit(cast):
    return cast("business-unit").signed_in()


@pytest.fixture
def proposal(plan, cast, measure_at):
    """What LDG's chair proposed and nobody decided."""
    measure = measure_at("4.2#2")
    by = cast("chair-ldg").by
    said = ratings.send_update(
        measure=measure,
        level=Level.objects.get(code="A"),
        words=f'=HYPERLINK("https://example.org","{CANARY}")',
        recovery_plan=f"\t+{CANARY} in the plan.\nIn two lines.",
        by=by,
        seen=measure.ratings.order_by("-pk").first().pk,
    )
    impacts.report_impact(
        measure=measure,
        meeting=Meeting.objects.next_of(measure.action.outcome.plan.deciding_group),
        text=f"{CANARY} as impact.",
        by=by,
    )
    return Ledger.objects.get(table="workstreams_rating", row=str(said.pk))


# ---- what is in it


def test_the_csv_has_a_line_for_every_record_and_ends_with_the_anchor(plan, unit):
    rows = table(got(unit, CSV))
    kept = list(Ledger.objects.values_list("seq", "hash"))
    assert [(int(row["Record"]), row["Fingerprint"]) for row in rows[:-1]] == [
        (seq, bytes(value).hex()) for seq, value in kept
    ]
    seq, fingerprint = int(rows[-1]["Record"]), rows[-1]["Fingerprint"]
    assert (seq, fingerprint) == (kept[-1][0], bytes(kept[-1][1]).hex())
    assert f"{seq}:{fingerprint}" in rows[-1]["What"]


def test_the_workbook_holds_the_same_lines(plan, unit):
    content = got(unit, XLSX)
    lines, (head, *rows) = table(got(unit, CSV))[:-1], sheet(content)
    assert head == list(lines[0])
    assert len(rows) == len(lines)
    for line, row in zip(lines, rows, strict=True):
        for name, value in zip(head, row, strict=True):
            said = f"{value}" if value is not None else ""
            written = line[name].replace("\r\n", "\n")
            assert said == written or f"'{said}" == written or name == "When", (name, row)
    about = dict(sheet(content, "About"))
    newest = Ledger.objects.last()
    assert about["To check against the ledger"] == f"{newest.seq}:{bytes(newest.hash).hex()}"


def test_says_who_did_what_in_which_post_and_why(plan, unit):
    agreed = next(row for row in table(got(unit, CSV)) if row["What"].startswith("Executive agreed Amber"))
    assert (agreed["Was"], agreed["Now"]) == ("", "Amber")
    assert agreed["Meeting"] == "18 July 2023"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", agreed["When"])


def test_the_zip_holds_both_tables_the_ledger_the_anchor_and_what_checks_them(plan, unit, tmp_path):
    files = files_of(got(unit, ZIP))
    assert list(files) == [
        "READ-ME.txt",
        "anchor.txt",
        "verify.py",
        "history.csv",
        "history.xlsx",
        "ledger.jsonl",
    ]
    assert files["history.csv"] == got(unit, CSV)
    assert sheet(files["history.xlsx"]) == sheet(got(unit, XLSX))
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    said = verify("", files["anchor.txt"].decode(), program=tmp_path / "verify.py")
    assert said.code == 0, said.text
    text = files["READ-ME.txt"].decode()
    assert files["anchor.txt"].decode().strip() in text
    assert "Nothing is left out." in text
    assert "\r\n" in text


def test_the_ledger_in_it_is_the_databases_own_text(plan, unit):
    rows = ledger_of(files_of(got(unit, ZIP)))
    assert [row["seq"] for row in rows] == list(range(1, Ledger.objects.count() + 1))
    for said, row in zip(rows, ledger.rows(), strict=True):
        assert (said["before"], said["after"], said["because"]) == (row.before, row.after, row.because)
        assert (said["salt"], said["form"]) == (row.salt.hex(), row.form)


def test_what_somebody_typed_is_never_a_formula(proposal, unit):
    line = next(row for row in table(got(unit, CSV)) if int(row["Record"]) == proposal.seq)
    said = line["What was said"]
    assert said.startswith("'=HYPERLINK")
    for name, value in line.items():
        assert not value.lstrip().startswith(("=", "+", "-", "@", "\uff1d")), name
    book = openpyxl.load_workbook(io.BytesIO(got(unit, XLSX)))
    cells = [c for row in book["History"].iter_rows() for c in row if CANARY in str(c.value)]
    assert [(c.data_type, c.quotePrefix) for c in cells if str(c.value).startswith("=")] == [("s", True)]
    assert not [c for row in book["History"].iter_rows() for c in row if c.data_type == "f"]


def test_a_text_longer_than_a_cell_is_whole_in_the_csv_and_says_so_in_the_workbook(plan, unit, measure_at):
    measure, long = measure_at("4.2#2"), "Word " * 8_000
    with recorded("test"):
        type(measure).objects.filter(pk=measure.pk).update(text=long)
    assert any(long.strip() in row["Now"] for row in table(got(unit, CSV)))
    (cell,) = [
        v for row in sheet(got(unit, XLSX)) for v in row if isinstance(v, str) and v.startswith("Word")
    ]
    assert cell.endswith("(longer than a cell holds: in full in history.csv)")
    assert len(cell) <= 32_767


# ---- two dates, and what is left out


def test_two_dates_hold_their_days_and_the_whole_chain_is_there(plan, unit, tmp_path):
    asked = {"since": "18/7/2023", "until": "2023-07-18"}
    rows = table(got(unit, CSV, **asked))[:-1]
    assert rows
    assert {row["When"][:10] for row in rows} == {"2023-07-18"}
    content = got(unit, ZIP, **asked)
    said = ledger_of(files_of(content))
    whole = {str(row["seq"]) for row in said if "after" in row}
    assert whole == {row["Record"] for row in rows}
    assert len(said) == Ledger.objects.count()
    (tmp_path / "export.zip").write_bytes(content)
    verdict = verify(tmp_path / "export.zip", f"{said[0]['seq']}:{said[0]['hash']}")
    assert verdict.code == 0, verdict.text
    assert f"{len(said) - len(whole)} rows were checked by the link alone" in verdict.text
    assert "From 18 July 2023 to 18 July 2023" in files_of(content)["READ-ME.txt"].decode()


def everything_in(files):
    """Everything that can be read in an export, the parts of its workbook too."""
    book = files_of(files["history.xlsx"])
    return "\n".join(
        content.decode("utf-8", "replace") for content in (*files.values(), *book.values())
    ).replace("\\", "")


def test_without_words_nothing_that_somebody_wrote_is_in_any_file(proposal, unit, measure_at, cast):
    targets.ask_for_target(
        measure=measure_at("4.1#2"),
        due_on=date(2024, 5, 31),
        because=f"{CANARY} as a reason.",
        by=cast("chair-ldg").by,
    )
    whole, files = files_of(got(unit, ZIP)), files_of(got(unit, ZIP, without="words"))
    assert everything_in(whole).count(CANARY) > 6
    assert CANARY not in everything_in(files)
    rows = table(files["history.csv"])
    assert len(rows) == len(table(whole["history.csv"]))
    assert {row["Because"] for row in rows} == {""}
    assert any(row["What"].startswith("Proposed Amber") for row in rows)
    assert "Left out:\r\n  - What people wrote" in files["READ-ME.txt"].decode()
    assert dict(sheet(files["history.xlsx"], "About"))["Left out"].startswith("What people wrote")


def test_without_provisional_entries_no_proposal_and_no_draft_is_in_any_file(proposal, unit):
    with recorded("test"):
        Plan.objects.create(
            ref="draft",
            title=f"{CANARY} plan",
            shape="BUSINESS_PLAN",
            deciding_group=Plan.objects.first().deciding_group,
        )
    files = files_of(got(unit, ZIP, without="provisional"))
    assert CANARY not in everything_in(files)
    rows = table(files["history.csv"])
    assert not [row for row in rows if "roposed" in row["What"] or row["Standing"] == "Provisional"]
    assert not [row for row in rows if "amended from" in row["What"]]
    gone = {row["What"].partition(" ")[0] for row in table(got(unit, CSV))} - {
        row["What"].partition(" ")[0] for row in rows
    }
    assert {"Asked", "Deferred", "Highlight"} <= gone
    told = files["READ-ME.txt"].decode()
    for kind in ("Proposals", "put off", "highlight reports", "challenges", "still drafted"):
        assert kind in told
    said = next(row for row in ledger_of(files) if row["seq"] == proposal.seq)
    assert said.keys() == {
        "seq", "at", "table", "row", "operation", "by", "for_post", "form", "digest", "previous", "hash",
    }  # fmt: skip
    assert CANARY in everything_in(files_of(got(unit, ZIP)))


def test_without_names_people_are_the_numbers_of_their_accounts(plan, unit, cast):
    people.invite(
        email="zaunkoenig@council.example",
        name="Zaunkoenig",
        post=cast("chair-ldg").post,
        starts_on=TODAY,
        by=cast("business-unit").by,
        kind="DEPUTY",
        password="long enough for anybody",
    )
    whole = everything_in(files_of(got(unit, ZIP)))
    files = files_of(got(unit, ZIP, without="names"))
    text = everything_in(files)
    for user in User.objects.all():
        assert user.email in whole
        assert user.email not in text
    assert "Zaunkoenig" in whole  # the others are named for their posts
    assert "Zaunkoenig" not in text
    rows = table(files["history.csv"])
    assert {row["Who"] for row in rows[:-1]} <= {
        *(f"Account {pk}" for pk in User.objects.values_list("pk", flat=True)),
        "The demonstration",
    }
    assert any(row["What"].startswith("Appointed Account") for row in rows)


def test_every_text_of_the_ledger_is_words_or_the_plans_own():
    """A new table or column says here whether an extract without words may hold it."""
    own = {
        "workstreams_action": {"text", "progress_note", "reporting_duty"},
        "workstreams_actionofficer": {"printed"},
        "workstreams_group": {"name", "short_name"},
        "workstreams_level": {"code", "word", "meaning"},
        "workstreams_measure": {"text"},
        "workstreams_outcome": {"ref", "statement", "evidence_note"},
        "workstreams_pack": {"pdf_hash", "xlsx_hash", "html_hash", "contents"},
        "workstreams_passage": {"heading", "body"},
        "workstreams_plan": {"title", "workstream_word", "year_label"},
        "workstreams_post": {"title", "organisation", "spellings"},
        "workstreams_recommendation": {"source", "reference", "text", "addressee", "status_words"},
        "workstreams_sourceref": {"printed"},
        "workstreams_target": {"text"},
        "workstreams_version": {"label", "changes", "picture"},
        "workstreams_workstream": {"number", "title", "aim"},
    }
    for model in ledger.fenced_models():
        name = model._meta.db_table
        outside = getattr(model, "outside_the_ledger", ())
        texts = {
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField)
            and not field.choices
            and field.name not in outside
        }
        known = own.get(name, set()) | set(WORDS.get(name, ())) | set(NAMES.get(name, ()))
        assert texts <= known | {"ref"}, name


# ---- who


def test_a_chair_takes_out_what_they_see_and_no_more(proposal, cast):
    own, other = (cast(key).signed_in() for key in ("chair-ldg", "chair-mash"))
    assert CANARY in got(own, CSV).decode()
    for address in (CSV, XLSX):
        content = got(other, address)
        text = content.decode("utf-8", "replace") + (
            everything_in({"history.xlsx": content}) if address == XLSX else ""
        )
        assert CANARY not in text
    seen = {int(row["Record"]) for row in table(got(other, CSV))[:-1]}
    reader = permissions.reader(cast("chair-mash").person)
    assert seen == set(history.visible(Ledger.objects.all(), reader).values_list("seq", flat=True))
    assert proposal.seq not in seen


def test_the_ledger_itself_is_for_the_business_unit_and_the_scrutineer(plan, cast):
    for key, status in (
        ("business-unit", 200),
        ("scrutineer", 200),
        ("chair-ldg", 403),
        ("dsp-police", 403),
        ("viewer", 404),
    ):
        client = cast(key).signed_in()
        assert client.get(ZIP).status_code == status, key
        page = client.get(PAGE)
        assert page.status_code == (404 if key == "viewer" else 200), key
        assert (ZIP in page.content.decode()) is (status == 200), key


def test_the_scrutineer_reads_nothing_of_a_drafted_plan_and_proves_it_all_the_same(plan, cast, tmp_path):
    with recorded(cast("business-unit").by, because=f"{CANARY} is why."):
        Plan.objects.create(
            ref="draft", title=f"{CANARY} plan", shape="BUSINESS_PLAN", deciding_group=plan.deciding_group
        )
    content = got(cast("scrutineer").signed_in(), ZIP)
    assert CANARY not in everything_in(files_of(content))
    assert "- Plans that are still drafted" in files_of(content)["READ-ME.txt"].decode()
    whole = files_of(got(cast("business-unit").signed_in(), ZIP))
    assert CANARY in everything_in(whole)
    assert "Nothing is left out." in whole["READ-ME.txt"].decode()
    (tmp_path / "export.zip").write_bytes(content)
    verdict = verify(tmp_path / "export.zip", files_of(content)["anchor.txt"].decode())
    assert verdict.code == 0, verdict.text
    assert "1 row was checked by the link alone" in verdict.text


def test_is_not_there_for_somebody_without_appointment_or_a_stranger(plan, cast, client):
    member = cast("chair-ldg")
    signed_in = member.signed_in()
    for appointment in member.user.appointments.all():
        people.end_appointment(
            appointment=appointment, ends_on=TODAY - timedelta(days=1), by=cast("business-unit").by
        )
    for address in (PAGE, CSV, XLSX, ZIP):
        assert signed_in.get(address).status_code == 404
        assert client.get(address).status_code == 302


# ---- the page


def test_the_page_counts_what_would_be_in_it_and_keeps_what_was_asked(plan, unit):
    text = unit.get(PAGE).content.decode()
    assert f"<b>{Ledger.objects.count()} records</b> of {Ledger.objects.count()} in the ledger now" in text
    asked = {"since": "18/7/2023", "until": "18/7/2023", "without": ["words", "names"]}
    answer = unit.get(PAGE, asked)
    count = len(table(got(unit, CSV, since="18/7/2023", until="18/7/2023"))) - 1
    text = answer.content.decode()
    assert f"<b>{count} records</b>" in text
    assert text.count("checked") == 2
    assert 'value="18/7/2023"' in text
    empty = unit.get(PAGE, {"since": "1/1/2020", "until": "2/1/2020"}).content.decode()
    assert "<b>No record</b>" in empty


def test_the_page_says_how_long_a_long_history_takes(plan, unit, monkeypatch):
    assert "reckon with" not in unit.get(PAGE).content.decode()
    count = Ledger.objects.count()
    monkeypatch.setattr(views.history, "LONG", count - 1)
    monkeypatch.setattr(views.history, "A_MINUTE", count / 3)
    assert "reckon with about 3 minutes a file" in unit.get(PAGE).content.decode()


@pytest.mark.parametrize("address", [PAGE, CSV, XLSX, ZIP])
@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"since": "18/7/2023", "until": "17/7/2023"}, "The last day is before the first"),
        ({"since": "yesterday"}, "Write the day as a date"),
        ({"without": "everything"}, "Choose what to leave out from the list"),
    ],
)
def test_says_what_is_wrong_with_what_was_asked_and_gives_no_file(plan, unit, address, asked, why):
    answer = unit.get(address, asked)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert "Content-Disposition" not in answer.headers
    assert all(
        f'value="{value}"' in answer.content.decode() for value in asked.values() if value[0].isdigit()
    )


def test_a_file_is_kept_and_not_opened_or_remembered(plan, unit, caplog):
    with caplog.at_level("INFO", "reporting.views.history"):
        answer = unit.get(ZIP, {"without": "names"})
        answer.getvalue()
    assert answer["Content-Disposition"] == 'attachment; filename="history-2023-11-24.zip"'
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "no-store")
    (line,) = [r for r in caplog.records if r.message == "history taken out"]
    assert line.asked == "without=names"


def test_the_page_and_a_file_ask_the_database_little(plan, unit, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        unit.get(PAGE)
    with django_assert_max_num_queries(45):
        unit.get(CSV).getvalue()


def test_the_zip_begins_before_the_history_is_read(plan, monkeypatch):
    """Sent as it is made: the first bytes are there while rows are still to be read."""
    monkeypatch.setattr(operations.extracts, "FLUSH", 1)
    parts = operations.as_zip(Extract(), EVERYTHING, "Business Unit")
    asked = []
    inner = CursorWrapper.execute

    def counted(self, sql, params=None):
        asked.append(sql)
        return inner(self, sql, params)

    monkeypatch.setattr(CursorWrapper, "execute", counted)
    first = next(parts)
    assert first.startswith(b"PK")
    assert not any("digest" in sql for sql in asked)
    rest = list(parts)
    assert any("digest" in sql for sql in asked)
    assert len(rest) > 10
    assert files_of(first + b"".join(rest)).keys() == files_of(zipped()).keys()


def parts_of(address):
    make = {CSV: operations.as_csv, ZIP: operations.as_zip}[address]
    return make(Extract(), EVERYTHING, "Business Unit")


def whole(address, content):
    """Whether somebody who has the file can tell that nothing of it is missing."""
    if address == CSV:
        return "This history ends here." in content.decode("utf-8-sig", "ignore").rpartition("\r\n2")[2]
    try:
        return bool(files_of(content))
    except zipfile.BadZipFile:
        return False


@pytest.fixture
def sessions(stage):
    """What the server says of this process's session: its state, and since when."""
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    with psycopg.connect(stage.server.url(), autocommit=True) as admin:
        yield lambda: admin.execute(
            "select state, state_change from pg_stat_activity where pid = %s", [pid]
        ).fetchone()
    connection.close()


@pytest.mark.parametrize("address", [CSV, ZIP])
def test_whoever_stops_reading_holds_no_view_of_the_database(sessions, monkeypatch, address):
    monkeypatch.setattr(operations.extracts, "STALLED", 61)
    monkeypatch.setattr(operations.extracts, "FLUSH", 1 << 10)
    parts = parts_of(address)
    taken = [next(parts), next(parts)]
    assert sessions()[0] == "idle in transaction"
    with connection.cursor() as cursor:  # a busy machine must get so far: only then is the time made short
        cursor.execute("show idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("61s",)
        cursor.execute("set local idle_in_transaction_session_timeout = '200ms'")
    while sessions():
        time.sleep(0.05)
    with pytest.raises(DatabaseError, match="idle-in-transaction timeout"):
        taken.extend(parts)
    assert not whole(address, b"".join(taken))
    assert Ledger.objects.exists()  # and whoever comes next is served


@pytest.mark.parametrize("address", [CSV, ZIP])
def test_whoever_reads_slowly_is_not_taken_for_gone(sessions, monkeypatch, address):
    """With each part that is taken the time in which one must be begins anew."""
    monkeypatch.setattr(operations.extracts, "FLUSH", 1 << 10)
    taken, heard = [], []
    for part in parts_of(address):
        taken.append(part)
        heard.append(sessions())
    assert {state for state, _ in heard} == {"idle in transaction"}
    moments = [moment for _, moment in heard]
    assert len(moments) > 10
    assert moments == sorted(set(moments))
    assert whole(address, b"".join(taken))


@pytest.mark.parametrize("address", [CSV, ZIP])
def test_nobody_reads_for_ever(stage, monkeypatch, address):
    monkeypatch.setattr(operations.extracts, "LONGEST", 0)
    parts = parts_of(address)
    taken = [next(parts)]
    with pytest.raises(TimeoutError, match="cut off here"):
        taken.extend(parts)
    assert not whole(address, b"".join(taken))
    assert not connection.in_atomic_block


@pytest.mark.parametrize("address", [CSV, ZIP])
def test_a_file_that_is_not_taken_to_its_end_leaves_nothing_behind(stage, monkeypatch, tmp_path, address):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(operations.extracts, "FLUSH", 1 << 10)
    parts = parts_of(address)
    for _ in range(3):
        next(parts)
    assert bool(list(tmp_path.iterdir())) == (address == ZIP)
    parts.close()
    assert not list(tmp_path.iterdir())
    assert not connection.in_atomic_block


def test_a_history_too_long_for_a_workbook_is_a_sentence_and_the_zip_does_without(
    plan, unit, monkeypatch, tmp_path
):
    monkeypatch.setattr(operations.extracts, "WORKBOOK", Ledger.objects.count() - 1)
    answer = unit.get(XLSX)
    assert answer.status_code == 422
    assert "these are more. Choose fewer days, or the CSV." in answer.content.decode()
    assert len(sheet(got(unit, XLSX, until="18/7/2023"))) > 1
    content = got(unit, ZIP)
    files = files_of(content)
    assert "history.xlsx" not in files
    assert "not here: too long for one" in files["READ-ME.txt"].decode()
    (tmp_path / "history.zip").write_bytes(content)
    assert verify(tmp_path / "history.zip").code == 0


def test_what_is_recorded_meanwhile_is_in_the_next_one(stage):
    """One unchanging view: rows that come while it is sent leave no crack in it."""
    parts = operations.as_zip(Extract(), EVERYTHING, "Business Unit")
    first = next(parts)
    before = Ledger.objects.count()
    url = stage.server.url("plan_app", connection.settings_dict["NAME"])
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("select set_config('plan.by', 'test', false)")
        other.execute("update workstreams_group set short_name = short_name || '!'")
    files = files_of(first + b"".join(parts))
    rows = ledger_of(files)
    assert len(rows) == before
    assert Ledger.objects.count() > before
    assert all(two["previous"] == one["hash"] for one, two in pairwise(rows))
    assert json.loads(rows[0]["after"])
