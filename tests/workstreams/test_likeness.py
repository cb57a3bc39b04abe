"""When two texts say the same, and how near they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstreams.likeness import folded, is_same, nearness, newer, says_same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("children’s", "children's"),
        ("“voice”", '"voice"'),
        ("Q1 – Q2", "Q1 - Q2"),
        ("Workstream\u00a01", "Workstream  1 "),
        ("early\u00adhelp", "earlyhelp"),
        ("and so on…", "and so on..."),
        ("cafe\u0301", "caf\u00e9"),
        ("covering:\n- one\n- two", "covering: - one - two"),
    ],
)
def test_takes_what_programs_change_for_the_same(one, other):
    assert is_same(one, other)
    assert newer(other, one) == one


@pytest.mark.parametrize(
    ("one", "other"), [("Draft", "draft"), ("1.1", "1.10"), ("it's", "its"), ("a b", "ab")]
)
def test_takes_what_somebody_changed_for_a_change(one, other):
    assert not is_same(one, other)
    assert newer(other, one) == other


def test_leaves_what_stands_where_nothing_is_said():
    assert newer("  ", "Aim") == "Aim"
    assert newer("Aim", "") == "Aim"


def test_hears_the_same_words_whatever_stands_between_them():
    assert says_same("Rolling (every quarter)", "rolling – every quarter")
    assert not says_same("July 2023", "July 2024")


def test_counts_the_words_that_two_texts_share():
    assert nearness("one two three four", "one two three five") == 0.75
    assert nearness("the the the", "the") == 0.5
    assert nearness("", "") == nearness("one", "two") == 0.0


@given(st.text(), st.text())
def test_is_the_same_from_both_sides(one, other):
    assert nearness(one, other) == nearness(other, one)
    assert 0 <= nearness(one, other) <= 1
    assert is_same(one, other) == is_same(other, one)


@given(st.text())
def test_folds_what_is_folded_no_further(text):
    assert folded(folded(text)) == folded(text)
