"""A database from before the ledger's second form goes on: its rows stay in theirs, and new ones have the new one."""

import psycopg
import pytest
from django.db import connection, connections

from sscp import database
from sscp.database import fences
from sscp.database.fences.laws import LAWS
from tests.workstreams.test_redactions import NAME, ask, said, take_out
from workstreams import ledger
from workstreams.models import Ledger
from workstreams.operations import people
from workstreams.redactions import MARK

# The rows as the first form had them, without a column that says so.
BACK_TO_FORM_1 = """
    do $$ declare e ledger.entry; newest bytea := ''; begin
      for e in select * from ledger.entry order by seq loop
        e.digest := sha256(e.salt || convert_to(ledger.field(e.before::text) || ledger.field(e.after::text), 'UTF8'));
        e.previous := newest;
        newest := sha256(convert_to(ledger.field('SSCP1') || ledger.field(e.seq::text)
          || ledger.field(to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
          || ledger.field(e."table") || ledger.field(e."row") || ledger.field(e.operation)
          || ledger.field(e."by") || ledger.field(e.for_post) || ledger.field(e.because)
          || ledger.field(encode(e.digest, 'hex')) || ledger.field(encode(e.previous, 'hex')), 'UTF8'));
        update ledger.entry x set digest = e.digest, previous = e.previous, hash = newest where x.seq = e.seq;
      end loop;
    end $$;
    alter table ledger.entry drop constraint a_row_says_what_was_done;
    alter table ledger.entry add constraint entry_operation_check check (operation in ('INSERT', 'UPDATE', 'DELETE'));
    alter table ledger.entry drop column form;
"""


@pytest.fixture
def upgraded(stage, cast, measure_at):
    """A row of form 1 whose words and reason hold a name, in a database that was then provisioned anew."""
    row = said(f"We met {NAME} in May.", measure_at("4.1#2"), cast("chair-ldg").by)
    people.add_group(name=f"Friends of {NAME}", kind="SUBGROUP", by="a_command", because=f"Asked by {NAME}.")
    name = connection.settings_dict["NAME"]
    connections.close_all()
    with psycopg.connect(stage.server.url(database=name), autocommit=True) as admin:
        admin.execute(BACK_TO_FORM_1)
    database.furnish(stage.server.url(database="postgres"), name, demonstration=True)
    database.fence()
    return Ledger.objects.get(seq=row.seq)


def test_old_rows_stay_in_their_form_and_new_ones_have_the_second(upgraded):
    last = Ledger.objects.latest("seq")
    assert set(Ledger.objects.values_list("form", flat=True)) == {1}
    people.add_group(name="Later", kind="SUBGROUP", by="a_command")
    new = Ledger.objects.latest("seq")
    assert (new.form, bytes(new.previous)) == (2, bytes(last.hash))
    assert not ledger.verify().faults


def test_its_laws_are_those_of_a_new_database(upgraded):
    assert fences.laws_said() == LAWS.read_text().splitlines()


def test_provisioning_again_changes_nothing(stage, upgraded):
    before = list(Ledger.objects.values_list("seq", "form", "hash"))
    database.furnish(
        stage.server.url(database="postgres"), connection.settings_dict["NAME"], demonstration=True
    )
    assert list(Ledger.objects.values_list("seq", "form", "hash")) == before


def test_words_are_taken_out_of_old_rows_too(upgraded, cast):
    take_out(ask(upgraded, cast("business-unit").by), cast("dsp-council").by)
    assert Ledger.objects.get(seq=upgraded.seq).after["words"] == f"We met {MARK} in May."
    report = ledger.verify()
    assert not report.faults
    assert report.unlinked == [upgraded.seq + 1]  # its reason stood in its link
