"""What was done at one go stands as one entry with the rest beneath it, and nothing is lost."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from workstreams import history
from workstreams.history import Entry, Kind, acts
from workstreams.models import Ledger
from workstreams.picture import Reader

AT = datetime(2023, 7, 18, 9, 30, tzinfo=UTC)


def entry(seq, kind=Kind.MEETING, seconds=0, **facts):
    at = AT + timedelta(seconds=seconds)
    return Entry(
        **({"seq": seq, "at": at, "who": "Officer", "post": "Unit", "kind": kind, "heading": "Done"} | facts)
    )


@given(
    st.lists(
        st.tuples(st.sampled_from(Kind), st.sampled_from(["", "Because."]), st.sampled_from([0, 0.4, 5])),
        max_size=40,
    )
)
def test_keeps_every_entry_once_and_in_order(made):
    entries = [entry(n, kind, seconds, because=because) for n, (kind, because, seconds) in enumerate(made)]
    told = [e for act in acts(entries) for e in (act.entry, *act.others)]
    assert told == entries


def test_folds_what_one_person_did_in_one_moment():
    (act,) = acts([entry(n) for n in range(9)])
    assert (act.entry.seq, len(act.others)) == (0, 8)


def test_does_not_fold_what_is_no_shorter_for_it():
    assert [act.others for act in acts([entry(n) for n in range(3)])] == [(), (), ()]


def test_never_folds_ratings_targets_impact_or_challenges():
    for kind in (Kind.RATING, Kind.TARGET, Kind.IMPACT, Kind.CHALLENGE):
        assert len(acts([entry(n, kind) for n in range(9)])) == 9


def test_tells_apart_another_moment_person_post_reason_or_kind():
    for changed in ({"seconds": 5}, {"who": "X"}, {"post": "X"}, {"because": "X"}, {"kind": Kind.PLAN}):
        both = acts([*(entry(n) for n in range(5)), *(entry(n, **changed) for n in range(5, 10))])
        assert [len(act.others) for act in both] == [4, 4]


def test_a_meetings_register_is_one_entry(db):
    rows = Ledger.objects.filter(table="workstreams_attendance").order_by("-seq")
    entries = history.entries(rows, Reader(everything=True))
    folded = acts(entries)
    assert len(folded) < len(entries)
    assert [e.seq for act in folded for e in (act.entry, *act.others)] == [row.seq for row in rows]
