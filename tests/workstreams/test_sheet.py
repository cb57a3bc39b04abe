"""Seals, keys and what a workbook carries along unseen."""

import base64
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstreams.sheet import Head, RowKey, fold, hide, is_sealed, reveal, seal

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(plain, st.text())
def test_reveals_what_was_hidden(data, key):
    cells = hide(data, key)
    assert all(len(cell) <= 32_767 for cell in cells)
    assert reveal(cells, [key]) == (data, True)
    assert reveal(cells, [f"{key}x"]) == (data, False)


def test_a_long_text_is_hidden_in_several_cells():
    data = [base64.b64encode(bytes((i * j * 31) % 251 for j in range(97))).decode() for i in range(1_500)]
    cells = hide(data, "key")
    assert len(cells) > 3
    assert reveal([f" {cell}\n" for cell in cells], ["key"]) == (data, True)


@pytest.mark.parametrize(
    "cells",
    [
        [],
        ["Plan"],
        ["Plan as written, form 2", "seal x", "part x"],
        ["Plan as written, form 1", "seal x", "part !!!"],
        ["Plan as written, form 1", "seal x", "part " + base64.b64encode(b"no zlib").decode()],
        ["Plan as written, form 1", "seal x", "part " + base64.b64encode(zlib.compress(b"no json")).decode()],
        [
            "Plan as written, form 1",
            "seal x",
            "part " + base64.b64encode(zlib.compress(b"[" * 200_000)).decode(),
        ],
        [
            "Plan as written, form 1",
            "seal x",
            "part " + base64.b64encode(zlib.compress(json.dumps("x" * (40 << 20)).encode())).decode(),
        ],
        hide({"title": "Half\0 a title"}, "key"),
        hide(["\ud83d"], "key"),
    ],
    ids=["nothing", "other", "newer", "letters", "packing", "words", "depth", "size", "nul", "half"],
)
def test_reveals_nothing_of_what_is_damaged_or_made_up(cells):
    assert reveal(cells, ["key"]) is None


@given(st.text(), st.integers(1, 10**9), st.integers(1, 10**9), st.none() | st.integers(1, 10**9), st.text())
def test_a_row_key_is_read_as_it_was_written(key, post, measure, latest, words):
    row = RowKey(post, measure, latest)
    found, sealed = RowKey.read(row.written(key, words))
    assert found == row
    assert found.is_sealed(["another", key], sealed, words)
    assert not RowKey(post, measure + 1, latest).is_sealed([key], sealed, words)
    assert not found.is_sealed([f"{key}x"], sealed, words)


@pytest.mark.parametrize(
    "text", ["", "17", "row 1.2.3", "row 1.2.3.xyz", "row -1.2.3." + "0" * 24, "row " + "9" * 40]
)
def test_what_is_no_key_is_none(text):
    assert RowKey.read(text) is None


def test_a_head_is_read_as_it_was_written():
    head = Head(4, 3, "2023-11-24", 517, ("business-plan", "ofsted"), (6, 29))
    lines = head.written("key")
    found, sealed = Head.read(lines)
    assert found == head
    assert found.is_sealed(["key"], sealed)
    for number in range(1, len(lines) - 1):
        name, value = lines[number]
        other, sealed = Head.read([*lines[:number], (name, f"{value}1"), *lines[number + 1 :]])
        assert not other.is_sealed(["key"], sealed), name


@pytest.mark.parametrize("lines", [[], [("Post", "x")], [("Post", "1"), ("Made by", "2")]])
def test_what_is_no_head_is_none(lines):
    assert Head.read(lines) is None


def test_a_seal_holds_for_its_values_alone():
    made = seal("key", "a", 1)
    assert is_sealed(["key"], made, "a", 1)
    assert not is_sealed(["key"], made, "a", "1")
    assert not is_sealed(["key"], made, "a1")
    assert not is_sealed([], made, "a", 1)
    assert not is_sealed(["key"], "é", "a", 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café & more", "cafe\u0301  and".replace("and", "more")),
        ("• first\n• second", "- first\r\n- second"),
        ("<p>Words</p>", "Words"),
        ("“Quoted” text", '"Quoted" text'),
    ],
)
def test_folds_what_a_spreadsheet_changes(one, other):
    assert fold(one) == fold(other)
