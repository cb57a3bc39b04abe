"""Charts: well-formed SVG without styles, with number and letter in each part, and the same numbers as a table."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests import pictures
from workstreams import charts
from workstreams import picture as p
from workstreams.vocabulary import RatingStep, Token

JULY, DRAFT = pictures.july(), pictures.draft()
SVG = "{http://www.w3.org/2000/svg}"
GROUP = [m for m in DRAFT.measures if m.id in (5, 6, 9, 10, 12, 30, 31)]


def drawn(svg):
    return ElementTree.fromstring(svg)


def texts(svg):
    return [t.text for t in drawn(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize(
    "svg",
    [charts.ratings_by_workstream(DRAFT), charts.group_ratings(GROUP, DRAFT.key)],
    ids=["bars", "columns"],
)
def test_is_an_image_with_title_and_description_and_no_style(svg):
    root = drawn(svg)
    assert root.get("role") == "img"
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root[0].text
    assert root[1].text
    assert not [e for e in root.iter() if "style" in e.attrib or e.tag == f"{SVG}style"]


def test_writes_number_and_letter_into_every_part():
    svg = charts.ratings_by_workstream(JULY)
    assert len(list(drawn(svg).iter(f"{SVG}rect"))) == 16
    parts = [t for t in texts(svg) if re.fullmatch(r"\d+ [RAGB]", t)]
    assert len(parts) == 16
    assert sum(int(t.split()[0]) for t in parts) == 42
    assert "1 Strategic priorities: 3 Amber, 2 Green, 1 Blue." in drawn(svg)[1].text


def test_bars_stay_within_the_drawing_however_long():
    many = [
        replace(m, agreed=replace(m.agreed, level=DRAFT.key[i % 4])) for i, m in enumerate(JULY.measures * 9)
    ]
    root = drawn(
        charts.stacked_bars("Many", [("All", JULY.counts(tuple(many))), ("One", JULY.counts(many[:1]))])
    )
    for rect in root.iter(f"{SVG}rect"):
        assert float(rect.get("x")) + float(rect.get("width")) <= float(root.get("width"))
        assert float(rect.get("width")) >= charts.NARROWEST - 4


def test_gives_the_bars_as_a_table():
    numbers = charts.workstream_numbers(JULY)
    assert numbers.head == ("Workstream", "Red", "Amber", "Green", "Blue", "Not rated", "All")
    assert numbers.rows[-1] == ("The plan", "0", "9", "21", "12", "0", "42")
    assert [row[-1] for row in numbers.rows] == ["6", "8", "10", "5", "7", "6", "42"]


def test_counts_a_group_at_each_meeting_with_what_it_sent_last():
    numbers = charts.group_numbers(GROUP, DRAFT.key)
    assert [row[0] for row in numbers.rows] == [
        "18 July 2023",
        "10 October 2023",
        "21 November 2023 (sent so far)",
    ]
    assert [sum(map(int, row[1:])) for row in numbers.rows] == [7, 7, 3]
    svg = charts.group_ratings(GROUP, DRAFT.key)
    assert svg.count("stroke-dasharray") == 2
    assert "21 November 2023, sent so far: 1 Amber, 2 Green" in drawn(svg)[1].text


def test_draws_nothing_where_nothing_was_ever_rated():
    bare = [replace(m, strip=(), agreed=None) for m in GROUP[:2]]
    bare = [replace(m, proposal=None) for m in bare]
    assert charts.group_ratings(bare, JULY.key) == ""
    assert charts.group_ratings([], JULY.key) == ""
    assert charts.group_numbers([], JULY.key).rows == ()


def test_leaves_out_meetings_that_a_full_strip_has_forgotten():
    days = [date(2023, month, 10) for month in range(4, 4 + charts.FULL_STRIP)]
    marks = tuple(p.Mark(i, day, RatingStep.AGREED, DRAFT.key[2], False) for i, day in enumerate(days))
    old = p.Mark(99, date(2023, 1, 10), RatingStep.AGREED, DRAFT.key[3], False)
    full, single = replace(GROUP[0], strip=marks), replace(GROUP[1], strip=(old,))
    columns = charts.columns([full, single], DRAFT.key)
    assert [c.on for c in columns] == days
    assert all(dict(c.counts)[DRAFT.key[3]] == 1 for c in columns)


def test_escapes_what_people_wrote():
    hostile = replace(JULY, workstreams=(replace(JULY.workstreams[0], title="</text><script>x</script>&"),))
    svg = charts.ratings_by_workstream(hostile)
    assert "<script>" not in svg
    assert "1 </text><script>x</script>&" in texts(svg)


def test_marks_have_a_shape_of_their_own():
    shapes = {token: {child.tag for child in drawn(charts.marker(token))[0]} for token in Token}
    assert len({charts.SHAPES[token] for token in Token}) == len(Token)
    assert all(shapes.values())


def test_has_the_colours_of_the_sites_stylesheet():
    sheet = (Path(__file__).resolve().parents[2] / "static" / "app.css").read_text()
    for token, tone in charts.COLOURS.items():
        name = token.lower()
        for part, colour in (
            ("", tone.solid),
            ("-on", tone.on),
            ("-tint", tone.tint),
            ("-text", tone.text),
            ("-edge", tone.edge),
        ):
            assert f"--{name}{part}: {colour};" in sheet


def luminance(colour):
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("token", list(Token))
def test_can_be_read(token):
    tone = charts.COLOURS[token]
    assert contrast(tone.on, tone.solid) >= 4.5
    assert contrast(tone.text, tone.tint) >= 4.5
    assert contrast(tone.edge, "#ffffff") >= 3
    assert contrast(tone.edge, tone.tint) >= 3
