"""The rows of an update that take figures: what is accepted, what is refused and in which words."""

import uuid

import pytest
from django.http import QueryDict

from tests.pictures import july
from workstreams import picture as p
from workstreams.forms.figures import filled_rows, initial_rows
from workstreams.forms.measures import UpdateForm

JULY = july()


def form(*rows, **changes):
    """An update sent with these rows: (name, number, out of, unit)."""
    data = QueryDict(mutable=True)
    data.update({"level": "G", "words": "Words.", "request_id": str(uuid.uuid4())} | changes)
    for i, row in enumerate(rows):
        for cell, value in zip(("name", "number", "out_of", "unit"), row, strict=True):
            data[f"figure_{i}_{cell}"] = value
    return UpdateForm(data, key=JULY.key, measure=JULY.measures[0])


@pytest.mark.parametrize(
    ("row", "figure"),
    [
        (("Seen in time", "41", "50", ""), p.Figure("Seen in time", 41, 50, "")),
        (("Seen in time", " 41 ", "50", "children"), p.Figure("Seen in time", 41, 50, "children")),
        (("Places", "1,204", "", ""), p.Figure("Places", 1204)),
        (("Share", "82.5%", "", "%"), p.Figure("Share", 82.5, None, "%")),
        (("Change", "-3", "", ""), p.Figure("Change", -3)),
        (("None", "0", "0", ""), p.Figure("None", 0, 0)),
        (("All", "50", "50", ""), p.Figure("All", 50, 50)),
    ],
)
def test_takes_numbers_as_people_write_them(row, figure):
    sent = form(row)
    assert sent.is_valid(), sent.errors
    assert sent.figures == (figure,)


@pytest.mark.parametrize(
    ("row", "field", "sentence"),
    [
        (("", "41", "50", ""), "name", "Say what is counted in row 1 of the figures."),
        (
            ("Seen", "51", "50", ""),
            "number",
            "Seen: 51 cannot be out of 50. The first number is the smaller one.",
        ),
        (
            ("Seen", "-1", "50", ""),
            "number",
            "Seen: -1 cannot be out of 50. The first number is the smaller one.",
        ),
        (("Seen", "", "50", ""), "number", "Row 1 of the figures says out of how many, but not how many."),
        (("Seen", "many", "", ""), "number", "Write a number, for example 41 or 82.5."),
        (("Seen", "NaN", "", ""), "number", "Write a number, for example 41 or 82.5."),
        (("Seen", "1", "a few", ""), "out_of", "Write a number, for example 41 or 82.5."),
        (
            ("Seen", "1.2345", "", ""),
            "number",
            "Give this number with 12 digits at most, 3 of them after the point.",
        ),
        (
            ("Seen", "1" * 13, "", ""),
            "number",
            "Give this number with 12 digits at most, 3 of them after the point.",
        ),
    ],
)
def test_refuses_what_is_no_figure_in_a_sentence(row, field, sentence):
    sent = form(row)
    assert not sent.is_valid()
    assert sent.errors == {f"figure_0_{field}": [sentence]}
    assert sent.figure_rows[0].errors == [sentence]
    assert sent.typed_rows == [dict(zip(("name", "number", "out_of", "unit"), row, strict=True))]


def test_a_name_without_a_number_is_left_out():
    sent = form(("Seen", "", "", "children"), ("", "", "", ""), ("Days", "31", "", "days"))
    assert sent.is_valid()
    assert sent.figures == (p.Figure("Days", 31, None, "days"),)


def test_offers_the_names_used_last_time_and_three_more_rows():
    last = (p.Figure("Seen", 41, 50), p.Figure("Days", 31, None, "days"))
    fresh = UpdateForm(key=JULY.key, measure=JULY.measures[0], rows=initial_rows(last))
    assert fresh.row_count == 5
    assert fresh.typed_rows == [
        {"name": "Seen", "number": "", "out_of": "", "unit": ""},
        {"name": "Days", "number": "", "out_of": "", "unit": "days"},
    ]
    assert UpdateForm(key=JULY.key, measure=JULY.measures[0]).row_count == 3


def test_what_is_being_changed_stands_in_the_rows():
    told = (p.Figure("Seen", 41, 50, ""), p.Figure("Days", 28.5, None, "days"))
    rows = filled_rows(told)
    assert [row["number"] for row in rows] == ["41", "28.5"]
    again = form(*(tuple(row.values()) for row in rows))
    assert again.is_valid()
    assert again.figures == told


def test_an_update_without_rows_has_no_figures():
    sent = form()
    assert sent.is_valid()
    assert sent.figures == ()
