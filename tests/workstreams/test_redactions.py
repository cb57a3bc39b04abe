"""Words taken out of the record by two people: gone everywhere, and the proof still holds."""

import io
import json
import re
import zipfile
from dataclasses import is_dataclass
from datetime import date
from typing import get_args, get_type_hints
from uuid import uuid4

import psycopg
import pytest
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, models

from workstreams import gather, ledger
from workstreams.models import (
    AppendOnly,
    Check,
    Digest,
    Draft,
    Impact,
    Ledger,
    Passage,
    Rating,
    Receipt,
    Recommendation,
    Redaction,
    Target,
    Upload,
)
from workstreams.operations import (
    Overtaken,
    Refused,
    challenges,
    papers,
    ratings,
    recorded,
    redactions,
    settle,
    targets,
)
from workstreams.picture import Figure, PlanPicture, Reader
from workstreams.redactions import MARK, places_of
from workstreams.vocabulary import RedactionState, VersionStep

NAME = "Zyx Quillfeather"


@pytest.fixture
def unit(cast):
    return cast("business-unit").by


@pytest.fixture
def partner(cast):
    return cast("dsp-council").by


def said(words, measure, by, **more):
    """An update that says these words: its row of the ledger."""
    rating = ratings.send_update(
        measure=measure,
        level=measure.action.outcome.plan.levels.get(code="G"),
        words=words,
        by=by,
        seen=measure.ratings.order_by("-pk").values_list("pk", flat=True).first(),
        **more,
    )
    settle()
    return Ledger.objects.get(table="workstreams_rating", row=str(rating.pk))


@pytest.fixture
def row(db, cast, measure_at):
    return said(f"We met {NAME} in May.", measure_at("4.1#2"), cast("chair-ldg").by)


def ask(row, by, words=NAME, because="A child was named.", everywhere=False):
    return redactions.ask(seq=row.seq, words=words, because=because, everywhere=everywhere, by=by)


def take_out(asked, by):
    done = redactions.take_out(redaction=asked, by=by, seen=places_of(asked).seen)
    settle()
    return done


def test_what_was_typed_becomes_a_mark_in_the_row_and_in_its_image(row, unit, partner):
    done = take_out(ask(row, unit), partner)
    rating = Rating.objects.get(pk=row.row)
    now = Ledger.objects.get(seq=row.seq)
    assert rating.words == now.after["words"] == f"We met {MARK} in May."
    assert (bytes(now.salt), bytes(now.digest), bytes(now.hash)) == (b"", bytes(row.digest), bytes(row.hash))
    newest = Ledger.objects.latest("seq")
    assert (newest.operation, newest.table, newest.row) == ("REDACT", "entry", str(row.seq))
    assert (newest.by, newest.for_post, newest.because) == (
        str(unit.user.pk),
        str(unit.post.pk),
        "A child was named.",
    )
    assert newest.after["confirmed_by"] == partner.user.pk
    assert [seq for seq, _ in newest.after["rows"]] == [row.seq]
    assert (done.state, done.words, done.done_as) == (RedactionState.DONE, "", newest.seq)
    assert not ledger.verify().faults


# ---- everywhere


def free_text():
    """Each plan table with the columns that the database takes words out of."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select t, ledger.free_text(t) from unnest(%s::text[]) t",
            [[model._meta.db_table for model in ledger.fenced_models()]],
        )
        return {table: columns for table, columns in cursor.fetchall() if columns}


def plant(cast, measure_at):
    """The name wherever people write, in every table, in a frozen version and in what is kept beside."""
    chair, unit = cast("chair-ldg").by, cast("business-unit").by
    measure = measure_at("4.1#2")
    with recorded("a_plant", because=f"Because of {NAME}."):
        for model in ledger.fenced_models():
            columns = free_text().get(model._meta.db_table, ())
            if issubclass(model, AppendOnly) or not columns:
                continue
            thing = model.objects.order_by("pk").first() or Recommendation.objects.create(source="A review")
            for column in columns:
                setattr(thing, column, [NAME] if column == "spellings" else f"Of {NAME} too")
            thing.save(update_fields=columns)
    with recorded("a_plant"):
        Passage.objects.filter(body__contains=NAME).update(body=f"Of {NAME} again")
    first = said(
        f"We met {NAME} in May.",
        measure,
        chair,
        evidence=f"From {NAME}.",
        evidence_held=f"With {NAME}.",
        received="",
        figures=[Figure(f"Calls to {NAME}", 3, unit="calls")],
    )
    targets.ask_for_target(measure=measure, due_on=date(2024, 9, 30), because=f"For {NAME}.", by=chair)
    meeting = measure.ratings.exclude(meeting=None).latest("pk").meeting
    with recorded(unit):
        Target.objects.create(
            measure=measure_at("4.1#1"),
            step="ASKED",
            text=NAME,
            note=NAME,
            precision="NONE",
            because=NAME,
            by=chair.user,
            for_post=chair.post,
            follows=measure_at("4.1#1").targets.latest("pk"),
        )
        Impact.objects.create(
            measure=measure,
            step="REPORTED",
            text=f"{NAME} is safer.",
            meeting=meeting,
            by=chair.user,
            for_post=chair.post,
        )
        Rating.objects.create(
            measure=measure,
            step="DEFERRED",
            because=f"Of {NAME}.",
            recovery_plan=f"With {NAME}.",
            risk_note=f"For {NAME}.",
            received=f"By {NAME}'s school.",
            meeting=meeting,
            effective_on=meeting.held_on,
            by=unit.user,
            for_post=unit.post,
            follows=measure.ratings.latest("pk"),
        )
    challenges.raise_challenge(measure=measure, text=f"What of {NAME}?", by=cast("scrutineer").by)
    settle()
    closed = measure.action.outcome.plan.deciding_group.meetings.filter(state="CLOSED").latest("held_on")
    with recorded(unit):
        version = papers.freeze(
            plan=measure.action.outcome.plan,
            step=VersionStep.AGREED,
            label="9.0",
            changes=f"About {NAME}",
            editors=NAME,
            meeting=closed,
        )
    beside(cast, measure)
    settle()
    return first, version


def beside(cast, measure):
    chair = cast("chair-ldg").user
    Draft.objects.update_or_create(user=chair, measure=measure, defaults={"fields": {"words": f"Of {NAME}"}})
    Check.objects.create(kind="HISTORY", seconds=1, passed=False, counted=1, said=[f'words is "{NAME}"'])
    Digest.objects.create(user=chair, on=date(2023, 11, 1), told=[f"key of {NAME}"])
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("word/document.xml", "<w><t>Zyx Quill</t><t>feather</t></w>")
    Upload.objects.create(
        user=chair,
        kind="ANSWERS",
        name=f"{NAME}.docx",
        content=file.getvalue(),
        sha256="0" * 64,
        document={"blocks": [{"paragraph": ["1", NAME]}]},
        answers={f"q {NAME}": {"answer": NAME}},
        cells={NAME: "A1"},
    )
    store = SessionStore()
    store["kept"] = {"because": f"For {NAME}"}
    store.save()
    Receipt.objects.create(request_id=uuid4(), user=chair, fingerprint="f" * 64, answer="/updates/")


def holding():
    """Every column of every table in which the name can still be read, whatever it is wrapped in."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_schema, table_name, column_name, data_type from information_schema.columns"
            " where table_schema in ('public', 'ledger')"
        )
        for schema, table, column, kind in cursor.fetchall():
            name = f'"{schema}"."{table}"'
            cursor.execute(
                f'select "{column}" from {name} where "{column}" is not null'
                if kind == "bytea"
                else f'select "{column}"::text from {name} where strpos("{column}"::text, %s) > 0',
                [] if kind == "bytea" else [NAME],
            )
            for (value,) in cursor.fetchall():
                if kind != "bytea" or NAME in unpacked(bytes(value)):
                    found.append(f"{table}.{column}")
    found += ["session" for session in Session.objects.all() if NAME in str(session.get_decoded())]
    return sorted(set(found))


def unpacked(content):
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "".join(unpacked(book.read(part)) for part in book.namelist())
    return re.sub("<[^>]*>", "", content.decode("utf-8", "replace"))


def test_of_a_name_typed_everywhere_nothing_is_left(db, cast, measure_at, unit, partner):
    row, version = plant(cast, measure_at)
    before = holding()
    for table, columns in free_text().items():
        assert {f"{table}.{column}" for column in columns} <= set(before), table
    expected = ["workstreams_version.picture", "entry.before", "entry.after", "entry.because", "session"]
    assert {*expected, "workstreams_upload.content", "workstreams_draft.fields"} <= set(before)
    asked = ask(row, unit, everywhere=True)
    take_out(asked, partner)
    assert holding() == []
    report = ledger.verify()
    assert not report.faults
    assert report.redacted == len(Ledger.objects.latest("seq").after["rows"]) > 20
    assert not Receipt.objects.filter(fingerprint="f" * 64)
    version.refresh_from_db()
    image = Ledger.objects.get(table="workstreams_version", row=str(version.pk)).after
    assert MARK in json.dumps(version.picture)
    assert gather.frozen(Reader(everything=True), version).title == f"Of {MARK} too"
    assert image["picture"].startswith("sha256:")
    moment = gather.moment_of(version)
    assert MARK in str(gather.picture_for(Reader(everything=True), version.plan, as_at=moment))


# ---- what is wording, and what is not


# Who acted, keys, references, labels and hashes: a redaction leaves them as they are.
NEVER = {
    "workstreams_level": {"code", "word"},
    "workstreams_outcome": {"ref"},
    "workstreams_pack": {"contents", "pdf_hash", "xlsx_hash", "html_hash"},
    "workstreams_plan": {"ref", "workstream_word", "year_label"},
    "workstreams_recommendation": {"source", "reference"},
    "workstreams_user": {"email", "name", "password"},
    "workstreams_version": {"label", "picture"},  # a picture goes by its own keys
    "workstreams_workstream": {"number"},
}
NEVER_IN_A_PICTURE = {
    *("by", "code", "deputies", "hash", "holders", "kind", "label", "name", "number", "precision", "rating"),
    *("recommendation", "recurrence", "ref", "role", "shape", "span", "standing", "state", "step", "token"),
    *("unit", "word", "workstream", "workstream_word", "year_label"),
}


def test_every_column_of_text_is_either_wording_or_never_taken_out(db):
    for model in ledger.fenced_models():
        table = model._meta.db_table
        kinds = (models.CharField, models.TextField, models.JSONField, ArrayField)
        texts = {f.column for f in model._meta.concrete_fields if isinstance(f, kinds) and not f.choices}
        with connection.cursor() as cursor:
            cursor.execute("select ledger.free_text(%s)", [table])
            taken = set(cursor.fetchone()[0])
        assert taken | NEVER.get(table, set()) == texts, table
        assert not taken & NEVER.get(table, set()), table


def texts_of(kind, seen):
    """The names of all fields of a picture's dataclasses that hold text, and of those that hold more of them."""
    for field, hint in get_type_hints(kind).items():
        for part in {hint, *get_args(hint)} - {type(None), Ellipsis}:
            if part is str:
                yield field
            elif is_dataclass(part) and part not in seen:
                seen.add(part)
                yield from texts_of(part, seen)


def test_every_text_of_a_picture_is_either_wording_or_never_taken_out(db):
    with connection.cursor() as cursor:
        cursor.execute("select ledger.free_text('picture')")
        taken = set(cursor.fetchone()[0])
    assert set(texts_of(PlanPicture, set())) - taken == NEVER_IN_A_PICTURE
    assert not taken & NEVER_IN_A_PICTURE


@pytest.mark.parametrize(
    "words", ["Amber", "PROVISIONAL", "4.1", "chair-ldg@demonstration.example", "LDG chair"]
)
def test_leaves_levels_steps_references_and_names_of_people(row, unit, words):
    with pytest.raises(Refused, match="somebody’s own text"):
        ask(row, unit, words=words)
    assert not Redaction.objects.exists()


# ---- how it is asked for


def test_refuses_one_letter_its_own_mark_and_a_reason_that_repeats_the_words(row, unit):
    for words, because, where in (
        ("Z", "Named.", "words"),
        ("taken", "Named.", "words"),
        (NAME, f"{NAME} was named.", "because"),
        ("zyx quillfeather", "Named.", "words"),
    ):
        with pytest.raises(Refused) as refused:
            ask(row, unit, words=words, because=because)
        assert where in refused.value.errors
    assert not Redaction.objects.exists()


def test_words_that_stand_in_many_places_are_asked_about_again(row, unit):
    with pytest.raises(Refused, match=r"stand in \d\d+ places"):
        ask(row, unit, words="in ")
    assert ask(row, unit, words="in ", everywhere=True).pk


def test_whole_matches_exactly_as_typed_also_inside_a_word(row, unit, partner):
    take_out(ask(row, unit, words="Quill"), partner)
    assert Rating.objects.get(pk=row.row).words == f"We met Zyx {MARK}feather in May."
    assert not ledger.verify().faults


def test_one_row_can_be_redacted_twice(row, unit, partner):
    take_out(ask(row, unit), partner)
    take_out(ask(row, unit, words="in May"), partner)
    assert Rating.objects.get(pk=row.row).words == f"We met {MARK} {MARK}."
    assert not ledger.verify().faults


# ---- two people


def test_refuses_the_one_who_asked(row, unit):
    asked = ask(row, unit)
    with pytest.raises(Refused, match="Another person"):
        redactions.take_out(redaction=asked, by=unit, seen=places_of(asked).seen)
    assert Rating.objects.get(pk=row.row).words == f"We met {NAME} in May."


def test_refuses_two_safeguarding_partners_even_where_the_page_would_not(row, cast, partner):
    asked = ask(row, partner)
    with pytest.raises(Refused, match="two of the business unit"):
        redactions.take_out(redaction=asked, by=cast("dsp-police").by, seen=places_of(asked).seen)


def test_refuses_where_who_asked_has_left(row, unit, partner):
    asked = ask(row, unit)
    with recorded("test"):
        unit.user.appointments.update(ends_on=date(2023, 11, 1))
    with pytest.raises(Refused, match="ask for it anew"):
        redactions.take_out(redaction=asked, by=partner, seen=places_of(asked).seen)


def test_is_overtaken_where_the_words_came_to_stand_elsewhere_since(row, unit, partner, cast, measure_at):
    asked = ask(row, unit)
    seen = places_of(asked).seen
    said(f"Again {NAME}.", measure_at("4.2#2"), cast("chair-ldg").by)
    with pytest.raises(Overtaken):
        redactions.take_out(redaction=asked, by=partner, seen=seen)
    assert take_out(asked, partner).done_as


def test_is_decided_once(row, unit, partner):
    asked = ask(row, unit)
    seen = places_of(asked).seen
    take_out(asked, partner)
    with pytest.raises(Overtaken):
        redactions.take_out(redaction=asked, by=partner, seen=seen)
    with pytest.raises(Overtaken):
        redactions.refuse(redaction=asked, because="No.", by=partner)


def test_a_refusal_says_why_and_keeps_no_words(row, unit, partner):
    asked = ask(row, unit)
    with pytest.raises(Refused, match="without the words"):
        redactions.refuse(redaction=asked, because=f"{NAME} is a street.", by=partner)
    redactions.refuse(redaction=asked, because="It is a street.", by=partner)
    asked.refresh_from_db()
    assert (asked.state, asked.words, asked.decided_by) == (RedactionState.REFUSED, "", partner.user)
    assert Rating.objects.get(pk=row.row).words == f"We met {NAME} in May."


def test_who_asked_can_take_it_back(row, unit):
    asked = redactions.refuse(redaction=ask(row, unit), because="Wrong name.", by=unit)
    assert (asked.state, asked.decided_by, asked.words) == (RedactionState.REFUSED, None, "")


def test_says_that_words_are_no_text_of_the_record_only_where_they_stand_in_it(row, unit):
    measure = Ledger.objects.filter(table="workstreams_measure").earliest("seq")
    with pytest.raises(Refused) as elsewhere:
        ask(measure, unit, words="Deputy")
    assert "Copy them from the record" in str(elsewhere.value)
    with pytest.raises(Refused) as label:
        ask(row, unit, words="PROVISIONAL")
    assert "part of a name, a reference or a label" in str(label.value)


def test_another_request_for_the_same_words_ends_with_it(row, unit, partner):
    asked, other = ask(row, unit), ask(row, partner, words=f"met {NAME}")
    take_out(asked, partner)
    other.refresh_from_db()
    assert (other.state, other.words) == (RedactionState.REFUSED, "")


def test_says_where_there_is_no_room_for_the_mark(db, cast, measure_at, unit, partner):
    row = said(
        "About Zyx.", measure_at("4.1#2"), cast("chair-ldg").by, evidence="Seen", evidence_held="Zyx " * 125
    )
    with pytest.raises(Refused, match="no room"):
        take_out(ask(row, unit, words="Zyx"), partner)
    assert Rating.objects.get(pk=row.row).evidence_held.startswith("Zyx")
    assert not ledger.verify().faults


def test_the_log_never_holds_the_words(row, unit, partner, caplog):
    take_out(ask(row, unit), partner)
    assert [r.getMessage() for r in caplog.records][-2:] == ["redaction asked for", "words taken out"]
    assert NAME not in "".join(f"{r.getMessage()}{r.__dict__}" for r in caplog.records)


@pytest.fixture
def meanwhile(stage, cast, measure_at):
    """What was asked for, taking it out as the second person, and another connection, which waits for nothing long."""
    asked = ask(said(f"We met {NAME}.", measure_at("4.1#2"), cast("chair-ldg").by), cast("business-unit").by)
    partner = cast("dsp-council").by

    def take() -> None:
        redactions.take_out(redaction=asked, by=partner, seen=places_of(asked).seen)

    with psycopg.connect(stage.server.url("plan_app", connection.settings_dict["NAME"])) as other:
        other.execute("select set_config('plan.by', 'somebody', true)")
        yield take, other


@pytest.mark.parametrize(
    "does",
    [
        "update workstreams_group set short_name = 'Busy' where id = 1",
        "select from workstreams_redaction for update",
    ],
)
def test_who_writes_meanwhile_is_never_the_victim(meanwhile, does):
    take, other = meanwhile
    other.execute(does)
    with pytest.raises(Refused, match="Others are writing"):
        take()
    other.execute("update workstreams_group set short_name = 'Still busy' where id = 1")
    other.commit()
    take()
    assert not ledger.verify().faults


def test_does_not_wait_for_the_databases_own_housekeeping(meanwhile, stage):
    take, _ = meanwhile
    with psycopg.connect(stage.server.url("plan_owner", connection.settings_dict["NAME"])) as vacuum:
        vacuum.execute("lock table workstreams_rating in share update exclusive mode")  # as vacuum holds it
        take()
    assert not ledger.verify().faults
