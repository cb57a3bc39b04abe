"""Which spellings of a title are one post's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstreams.titles import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Chair of Learning and Development Group (LDG)",
            "Chair of the Learning and Development Group (LDG)",
        ),
        ("Chair of the Assurance & Review Group (ARG)", "Chair of Assurance and Review Group (ARG)"),
        ("Assurance&Review Group", "Assurance and Review Group"),
        ("Director of Children’s Services", "Director of Children's Services"),
        ("Director of Children`s Services", "director of childrens services"),
        ("Borough Commander (WMP)", "  BOROUGH \u00a0 Commander\n(WMP). "),
        ("Chief Executive – Council", "Chief Executive - Council"),
        ("Early-Help Lead", "Early Help Lead"),
        ("“Business Manager”", "Business Manager"),
        ("Busi\u00adness Manager\u200b", "Business Manager"),
        ("The Chair", "Chair"),
        ("St. Mary’s Lead.", "St Mary’s Lead"),
        ("Chair. The", "chair"),
    ],
)
def test_folds_what_printers_change(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Chair of ARG", "Deputy Chair of ARG"),
        ("Chair of MASH", "Chair of MASH 2"),
        ("Theo", "o"),
        ("Chair of Andover Group", "Chair of over Group"),
    ],
)
def test_keeps_apart_what_differs(one, other):
    assert fold(one) != fold(other)


def test_a_title_of_nothing_but_the_article_is_kept():
    assert fold("The") == "the"
    assert fold(" ") == fold(".") == ""


@given(st.text())
def test_folding_twice_is_folding_once(title):
    assert fold(fold(title)) == fold(title)
