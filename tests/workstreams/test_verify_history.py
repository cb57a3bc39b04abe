"""`manage.py verify_history` finds what was tampered with and names it."""

import io
import re

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from tests.workstreams.test_ledger import documented
from workstreams import ledger
from workstreams.models import Ledger, Measure, Rating
from workstreams.operations import people
from workstreams.vocabulary import short_name

TABLES = ("workstreams_rating", "workstreams_measure")


def verify(anchor=None):
    """(exit code, what was printed, what was complained of)."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("verify_history", *(["--anchor", anchor] if anchor else []), stdout=out, stderr=err)
    except CommandError as failed:
        return failed.returncode, out.getvalue(), f"{err.getvalue()}{failed}"
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture
def tamper(stage):
    """Do something that only an administrator of the server can, with the fences down."""

    def act(*statements):
        connections.close_all()
        url = stage.server.url(database=connection.settings_dict["NAME"])
        with psycopg.connect(url, autocommit=True) as admin:
            for table in TABLES:
                admin.execute(f"alter table {table} disable trigger all")
            for statement in statements:
                admin.execute(statement)

    return act


def anchor_at(seq):
    return f"{seq}:{bytes(Ledger.objects.get(seq=seq).hash).hex()}"


@pytest.fixture
def decided(stage):
    """A rating whose change would be worth somebody's while."""
    return (
        Rating.objects.filter(step="AGREED", level__code="A")
        .select_related("measure__action__outcome")
        .first()
    )


def named(rating):
    return f"rating {rating.pk} of {rating.measure.action.outcome.ref} {short_name(rating.measure.text)}"


def seq_of(thing):
    return Ledger.objects.get(table=thing._meta.db_table, row=str(thing.pk)).seq


# ---- nothing is wrong


def test_finds_nothing_in_an_honest_ledger(db):
    code, out, err = verify()
    assert (code, err) == (0, "")
    newest = Ledger.objects.order_by("-seq").first()
    assert f"{newest.seq} rows of the ledger read" in out
    assert f"Newest record: {newest.seq}:{bytes(newest.hash).hex()}" in out
    assert re.search(r"in \d+\.\d seconds", out)
    assert "This database is a demonstration: its clock can be set" in out
    assert "Without --anchor" in out


def test_reads_one_unchanging_view_where_it_is_outermost(stage):
    report = ledger.verify()
    assert not report.faults
    assert report.live > 400


def test_an_anchor_from_paper_holds(stage):
    for seq in (1, 200, Ledger.objects.count()):
        code, out, _ = verify(anchor_at(seq))
        assert code == 0
        assert "the anchor is where it was" in out


def test_goes_on_after_more_was_recorded(stage):
    anchor = anchor_at(Ledger.objects.count())
    people.add_group(name="Later", kind="SUBGROUP", by="test")
    assert verify(anchor)[0] == 0


def test_an_image_written_in_another_time_zone_is_the_same(stage):
    meeting = (
        "update workstreams_meeting set papers_close_at = papers_close_at + interval '1 minute' where id = 1"
    )
    with psycopg.connect(
        stage.server.url(database=connection.settings_dict["NAME"]), autocommit=True
    ) as admin:
        admin.execute("set timezone = 'Asia/Kathmandu'")
        admin.execute("select set_config('plan.by', 'a_repair', false)")
        admin.execute(meeting)
    code, _, err = verify()
    assert (code, err) == (0, "")


def test_a_column_that_came_later_is_no_change(stage, tamper):
    tamper("alter table workstreams_measure add column hint text not null default 'new'")
    assert verify()[0] == 0


def test_refuses_what_is_no_anchor(db):
    for text in ("1432", "x:y", "1:abc", f"0x1:{'0' * 64}"):
        code, _, err = verify(text)
        assert code == 1
        assert "An anchor is the number of a record" in err


# ---- something is


def test_names_a_rating_that_was_changed(decided, tamper):
    tamper(f"update workstreams_rating set level_id = 3 where id = {decided.pk}")
    code, _, err = verify()
    assert code == 1
    assert f"{named(decided)}: level_id is 3 and was recorded as {decided.level_id}" in err
    assert f"Ledger row {seq_of(decided)}" in err
    assert "1 fault." in err


def test_names_the_words_that_were_changed(stage, tamper):
    proposal = Rating.objects.filter(step="PROVISIONAL").exclude(words="No change").first()
    tamper(f"update workstreams_rating set words = 'All is well.' where id = {proposal.pk}")
    _, _, err = verify()
    assert 'words is "All is well." and was recorded as' in err


def test_names_a_rating_that_was_deleted(stage, tamper):
    last = (
        Rating.objects.filter(followed_by=None, corrected_by=None)
        .select_related("measure__action__outcome")
        .last()
    )
    name = named(last)
    tamper(f"delete from workstreams_rating where id = {last.pk}")
    code, _, err = verify()
    assert code == 1
    assert f"{name}: is gone from its table" in err


def test_names_a_rating_that_was_added_past_the_ledger(stage, tamper):
    columns = ", ".join(
        f.column for f in Rating._meta.concrete_fields if f.column not in ("id", "follows_id")
    )
    last = Rating.objects.filter(followed_by=None).last()
    tamper(
        f"insert into workstreams_rating ({columns}, follows_id) select {columns}, id from workstreams_rating"
        f" where id = {last.pk}"
    )
    code, _, err = verify()
    assert code == 1
    assert "stands in its table, and the ledger holds no image of it" in err
    assert f"rating {Rating.objects.last().pk}" in err


def test_names_two_ratings_that_were_swapped(stage, tamper):
    one, two = (
        Rating.objects.filter(step="AGREED", level__code="G")[0],
        Rating.objects.filter(level__code="A")[0],
    )
    tamper(
        f"update workstreams_rating set level_id = {two.level_id} where id = {one.pk}",
        f"update workstreams_rating set level_id = {one.level_id} where id = {two.pk}",
    )
    _, _, err = verify()
    assert f"rating {one.pk} of" in err
    assert f"rating {two.pk} of" in err
    assert "2 faults." in err


def test_names_a_gap_in_the_middle(decided, tamper):
    seq = seq_of(decided)
    tamper(f"delete from ledger.entry where seq = {seq}")
    code, _, err = verify()
    assert code == 1
    assert f"The ledger has a gap: row {seq} is missing." in err
    assert f"rating {decided.pk}: stands in its table, and the ledger holds no image of it" in err


def test_names_a_gap_that_was_closed_by_renumbering(decided, tamper):
    seq = seq_of(decided)
    tamper(
        f"delete from ledger.entry where seq = {seq}",
        f"update ledger.entry set seq = -seq where seq > {seq}",
        "update ledger.entry set seq = -seq - 1 where seq < 0",
    )
    _, _, err = verify()
    assert f"Ledger row {seq}," in err
    assert "does not follow the row before it" in err


def test_misses_a_tail_that_was_cut_unless_an_anchor_says_so(stage, tamper):
    last = Rating.objects.filter(followed_by=None).last()
    seq = seq_of(last)
    anchor = anchor_at(Ledger.objects.count())
    tamper(
        "update workstreams_rating set follows_id = follows_id",
        f'delete from workstreams_rating where id in (select "row"::bigint from ledger.entry where seq >= {seq}'
        " and \"table\" = 'workstreams_rating')",
        f"delete from ledger.entry where seq >= {seq}",
    )
    assert verify()[0] == 0
    code, _, err = verify(anchor)
    assert code == 1
    assert "its end was cut off" in err


def test_misses_a_ledger_written_anew_unless_an_anchor_says_so(stage, tamper):
    """What nothing inside the database can tell: every hash after a change made again."""
    anchor = anchor_at(Ledger.objects.count())
    tamper(
        "update ledger.entry set because = 'forged' where seq = 300",
        """
        do $$ declare e ledger.entry; p bytea; d bytea; begin
          select hash into p from ledger.entry where seq = 299;
          for e in select * from ledger.entry where seq >= 300 order by seq loop
            d := sha256(e.salt || ledger.said(e));
            p := sha256(convert_to(ledger.field('SSCP2') || ledger.field(e.seq::text)
              || ledger.field(to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
              || ledger.field(e."table") || ledger.field(e."row") || ledger.field(e.operation)
              || ledger.field(e."by") || ledger.field(e.for_post)
              || ledger.field(encode(d, 'hex')) || ledger.field(encode(p, 'hex')), 'UTF8'));
            update ledger.entry set digest = d, hash = p,
              previous = (select hash from ledger.entry x where x.seq = e.seq - 1) where seq = e.seq;
          end loop;
        end $$
        """,
    )
    assert verify()[0] == 0
    code, _, err = verify(anchor)
    assert code == 1
    assert "is not the row that the anchor names" in err


def test_names_an_image_that_was_edited(decided, tamper):
    seq = seq_of(decided)
    tamper(
        f"update ledger.entry set after = jsonb_set(after, '{{level_id}}', '3') where seq = {seq}",
        f"update workstreams_rating set level_id = 3 where id = {decided.pk}",
    )
    code, _, err = verify()
    assert code == 1
    assert f"Ledger row {seq}, {named(decided)}: its image or its reason was changed" in err


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("because", "'another reason'"),
        ("by", "'somebody_else'"),
        ("for_post", "'4'"),
        ("at", "at - interval '1 day'"),
        ('"row"', "'1'"),
        ("operation", "'DELETE'"),
        ("hash", "sha256('x')"),
        ("previous", "sha256('x')"),
        ("salt", "sha256('x')"),
        ("digest", "sha256('x')"),
        ("form", "1"),
    ],
)
def test_names_a_row_whose_column_was_edited(decided, tamper, column, value):
    seq = seq_of(decided)
    tamper(f"update ledger.entry set {column} = {value} where seq = {seq}")
    code, _, err = verify()
    assert code == 1
    assert f"Ledger row {seq}" in err


def test_names_two_rows_of_the_ledger_that_were_swapped(decided, tamper):
    seq = seq_of(decided)
    tamper(
        f"update ledger.entry set seq = 0 where seq = {seq}",
        f"update ledger.entry set seq = {seq} where seq = {seq + 1}",
        f"update ledger.entry set seq = {seq + 1} where seq = 0",
    )
    _, _, err = verify()
    assert f"Ledger row {seq}," in err
    assert f"Ledger row {seq + 1}," in err


def test_names_a_change_past_the_ledger_that_a_later_record_covers(stage, tamper):
    """The newest image agrees with the table again; the one before it does not lead there."""
    measure = Measure.objects.first()
    tamper(
        f'update workstreams_measure set "order" = 77 where id = {measure.pk}',
        "alter table workstreams_measure enable trigger all",
        "select set_config('plan.by', 'test', false)",
        f"update workstreams_measure set text = text || ' And more.' where id = {measure.pk}",
    )
    code, _, err = verify()
    assert code == 1
    assert (
        f"begins with a row that was changed since ledger row {seq_first(measure)} without a record: order is 77"
        in err
    )


def seq_first(thing):
    return Ledger.objects.filter(table=thing._meta.db_table, row=str(thing.pk)).order_by("seq").first().seq


def test_names_a_frozen_picture_that_was_changed(stage, tamper):
    tamper(
        "alter table workstreams_version disable trigger all",
        "update workstreams_version set picture = jsonb_set(picture, '{title}', '\"Another plan\"') where label = '1.7'"
        " and picture is not null",
    )
    code, _, err = verify()
    assert code == 1
    assert "version" in err
    assert "picture is" in err


def test_reports_all_faults_and_not_only_the_first(stage, tamper):
    tamper("update workstreams_rating set received = 'forged'")
    _, _, err = verify()
    assert err.count("received is") == Rating.objects.count()


def test_finds_an_emptied_ledger(stage, tamper):
    tamper("truncate ledger.entry")
    code, _, err = verify()
    assert code == 1
    assert "holds no image of it" in err


def test_never_prints_a_password(stage, tamper):
    tamper(
        "alter table workstreams_user disable trigger all",
        "update workstreams_user set password = 'canary', name = 'Somebody' where id = 1",
    )
    code, out, err = verify()
    assert code == 1
    assert "name is" in err
    assert "canary" not in out + err


def test_names_an_update_of_a_rating_that_the_ledger_itself_recorded(decided, stage):
    """The owner may lower the one fence and sign as anybody: the record then says what can never be."""
    connections.close_all()
    with psycopg.connect(stage.server.url("plan_owner", connection.settings_dict["NAME"])) as owner:
        for trigger in ("plan_append_only", "plan_append_only_rows"):
            owner.execute(f"alter table workstreams_rating disable trigger {trigger}")
        owner.execute("select set_config('plan.by', '1', true)")
        owner.execute("update workstreams_rating set level_id = 3 where id = %s", [decided.pk])
    code, _, err = verify()
    assert code == 1
    assert f"{named(decided)}: is an UPDATE of a table whose rows are never changed." in err


def test_is_not_blinded_by_a_function_of_the_owners(decided, stage, tamper):
    tamper(f"update workstreams_rating set level_id = 3 where id = {decided.pk}")
    with psycopg.connect(stage.server.url("plan_owner", connection.settings_dict["NAME"])) as owner:
        owner.execute(
            "create function public.to_jsonb(r public.workstreams_rating) returns jsonb language sql as"
            ' $$ select after from ledger.entry where "table" = \'workstreams_rating\' and "row" = r.id::text $$'
        )
    code, _, err = verify()
    assert code == 1
    assert "level_id is 3" in err


# ---- words taken out

TAKE_OUT = """
    update ledger.entry set after = jsonb_set(after, '{{words}}', '"[taken out]"'), salt = '' where seq = {seq};
    update workstreams_rating set words = '[taken out]' where id = {pk};
"""
SAY_SO = """
    select ledger.append(row(null, null, 'entry', '{seq}', 'REDACT', null, jsonb_build_object('id', 1, 'rows',
      (select jsonb_agg(jsonb_build_array(e.seq, encode(sha256(ledger.said(e)), 'hex')))
       from ledger.entry e where e.seq = any(array[{rows}])), 'confirmed_by', 2, 'papers', '[]'::jsonb),
      '1', '1', 'An address was typed by mistake', null, null, null, null, null)::ledger.entry)
"""


@pytest.fixture
def proposed(stage):
    return Rating.objects.filter(step="PROVISIONAL").exclude(words="No change").first()


def test_accepts_words_that_were_taken_out_where_a_later_row_says_so(proposed, tamper):
    seq, anchor = seq_of(proposed), anchor_at(Ledger.objects.count())
    tamper(TAKE_OUT.format(seq=seq, pk=proposed.pk), SAY_SO.format(seq=seq, rows=seq))
    code, out, err = verify(anchor)
    assert (code, err) == (0, "")
    assert "1 row holds other words than at first" in out


def test_accepts_words_that_were_taken_out_twice(proposed, tamper):
    seq = seq_of(proposed)
    once = (TAKE_OUT.format(seq=seq, pk=proposed.pk), SAY_SO.format(seq=seq, rows=seq))
    tamper(*once, *(statement.replace("[taken out]", "[gone]") for statement in once))
    assert verify()[0] == 0


def test_names_words_that_were_taken_out_without_a_record(proposed, tamper):
    seq = seq_of(proposed)
    tamper(TAKE_OUT.format(seq=seq, pk=proposed.pk))
    code, _, err = verify()
    assert code == 1
    assert f"Ledger row {seq}: its words were taken out, and no record says so." in err
    assert "1 fault." in err


def test_names_other_words_than_those_that_a_redaction_put_in_place(proposed, tamper):
    seq, newest = seq_of(proposed), Ledger.objects.count()
    tamper(
        TAKE_OUT.format(seq=seq, pk=proposed.pk),
        SAY_SO.format(seq=seq, rows=seq),
        TAKE_OUT.format(seq=seq, pk=proposed.pk).replace("[taken out]", "All is well."),
    )
    _, _, err = verify()
    assert (
        f"Ledger row {seq}: holds other words than those that row {newest + 1} put in place of the old."
        in err
    )


def test_names_a_redaction_of_a_row_that_has_its_words(proposed, tamper):
    seq, newest = seq_of(proposed), Ledger.objects.count()
    tamper(
        TAKE_OUT.format(seq=seq, pk=proposed.pk),
        SAY_SO.format(seq=seq, rows=f"{seq}, {seq - 1}"),
    )
    _, _, err = verify()
    assert f"Ledger row {newest + 1}: says that row {seq - 1} was redacted, which it was not." in err


def test_names_a_redacted_row_of_which_something_else_was_changed(proposed, tamper):
    seq = seq_of(proposed)
    tamper(
        TAKE_OUT.format(seq=seq, pk=proposed.pk),
        SAY_SO.format(seq=seq, rows=seq),
        f"update ledger.entry set by = '1' where seq = {seq}",
    )
    _, _, err = verify()
    assert f"Ledger row {seq}, rating {proposed.pk}" in err
    assert "says something else than when it was written" in err


def test_names_a_redaction_that_does_not_say_of_what(proposed, tamper):
    newest = Ledger.objects.count()
    tamper(SAY_SO.format(seq=1, rows=1).replace("'rows',", "'lines',"))
    _, _, err = verify()
    assert f"Ledger row {newest + 1}: says that rows were redacted, and not which." in err


def followed(*rows):
    """What is found along a chain of rows that stand in no database."""
    report = ledger.Report()
    ledger.verifying._Verification(report).follow(rows, None)
    return report


def first_form(reason):
    """Two rows of the first form, the second with a reason, and a redaction of it in the second form."""
    (first, second), (_, fourth), _ = documented()
    stands = second._replace(because=reason, salt=b"")
    says = f'{{"rows": [[2, "{ledger.replacement(stands)}"]]}}'
    redaction = fourth._replace(seq=3, row="2", after=says, previous=second.hash)
    redaction = redaction._replace(digest=ledger.digest(redaction))
    return first, stands, redaction._replace(hash=ledger.link(redaction))


def test_a_row_of_the_first_form_is_held_by_its_place_where_its_reason_was_replaced():
    first, stands, redaction = first_form("[taken out]")
    report = followed(first, stands, redaction)
    assert (report.faults, report.unlinked) == ([], [2])
    report = followed(*first_form("Renamed by the group – twice"))
    assert (report.faults, report.unlinked) == ([], [])
    moved = followed(first, stands._replace(hash=b"x" * 32), redaction)
    assert [str(fault) for fault in moved.faults] == ["Ledger row 3: does not follow the row before it."]
