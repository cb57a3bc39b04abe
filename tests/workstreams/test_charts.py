"""Charts: well-formed SVG without styles, with number and letter in each part, and the same numbers as a table."""

import re
import string
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from hypothesis import given
from hypothesis import strategies as st

from reporting.html import FONT
from tests import pictures
from workstreams import charts
from workstreams import picture as p
from workstreams.charts import fluid
from workstreams.charts.svg import LETTERS, WIDE
from workstreams.vocabulary import RatingStep, Token

JULY, DRAFT = pictures.july(), pictures.draft()
SVG = "{http://www.w3.org/2000/svg}"
GROUP = [m for m in DRAFT.measures if m.id in (5, 6, 9, 10, 12, 30, 31)]


COLUMNS = [
    charts.Column(date(2023, month, 18), False, tuple((level, 5 + month) for level in (*JULY.key, None)))
    for month in range(1, 12)
]
SPANS = [
    charts.Span(
        "1.1 A name that is too long to stand on the screen of a phone",
        "Sep 2023 to Jan 2024: 4 months later",
        ", moved twice",
        date(2023, 9, 30),
        date(2024, 1, 31),
    ),
    charts.Span(
        "1.2 Brought forward",
        "Dec 2023 to Nov 2023: 1 month earlier",
        ", moved once",
        date(2023, 12, 31),
        date(2023, 11, 30),
    ),
]


def rows_of(picture):
    return [(f"{w.number} {w.title}", picture.counts(w.measures)) for w in picture.workstreams]


def drawn(svg):
    return ElementTree.fromstring(svg)


def texts(svg):
    return [t.text for t in drawn(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize(
    "svg",
    [
        charts.stacked_bars("Bars", rows_of(DRAFT)),
        charts.group_ratings(GROUP, DRAFT.key),
        charts.level_bars("Bars", rows_of(DRAFT)),
        charts.level_columns("Columns", COLUMNS),
        charts.spans("Spans", SPANS, date(2023, 10, 11)),
        charts.updated_bars("Updated", [("Chair", 1, 3), ("Another", 0, 2)]),
    ],
    ids=["bars", "columns", "fluid bars", "fluid columns", "spans", "updated"],
)
def test_is_an_image_with_title_and_description_and_no_style(svg):
    root = drawn(svg)
    assert root.get("role") == "img"
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root[0].text
    assert root[1].text
    assert not [e for e in root.iter() if "style" in e.attrib or e.tag == f"{SVG}style"]


@pytest.mark.parametrize("draw", [charts.stacked_bars, charts.level_bars])
def test_writes_number_and_letter_into_every_part(draw):
    svg = draw("Bars", rows_of(JULY))
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


def share(length):
    assert length.endswith("%"), length
    return float(length[:-1])


def test_a_bar_as_wide_as_its_page_never_hides_a_part():
    many = tuple(
        replace(m, agreed=replace(m.agreed, level=DRAFT.key[3 if i else 0]))
        for i, m in enumerate(JULY.measures * 9)
    )
    root = drawn(charts.level_bars("Many", [("All", JULY.counts(many)), ("One", JULY.counts(many[:1]))]))
    for rect in root.iter(f"{SVG}rect"):
        assert share(rect.get("x")) + share(rect.get("width")) <= 100.01
        assert share(rect.get("width")) >= 9.99
    assert root.get("width") == "100%"
    assert root.get("viewBox") is None


def test_columns_have_one_height_and_are_the_newest():
    root = drawn(charts.level_columns("Columns", COLUMNS))
    heights = {}
    for rect in root.iter(f"{SVG}rect"):
        heights.setdefault(rect.get("x"), []).append(float(rect.get("height")) + 3)
    assert len(heights) == charts.NEWEST
    assert {round(sum(parts)) for parts in heights.values()} == {220}
    assert "18 Jan" not in texts(charts.level_columns("Columns", COLUMNS))
    first = texts(charts.level_columns("Columns", COLUMNS))[:5]
    assert [t.split()[1] for t in first] == [
        "–",
        "R",
        "A",
        "G",
        "B",
    ]  # not rated on top, complete at the foot


def test_a_target_is_drawn_from_its_first_month_to_its_present_one():
    root = drawn(charts.spans("Spans", SPANS, date(2023, 10, 11)))
    rings = [share(c.get("cx")) for c in root.iter(f"{SVG}circle")]
    blocks = [share(r.get("x")) for r in root.iter(f"{SVG}rect")]
    assert rings[0] < blocks[0]
    assert rings[1] > blocks[1]
    months = (blocks[0] - rings[0]) / 4
    assert rings[1] - blocks[1] == pytest.approx(months, abs=0.1)
    assert all(0 <= x <= 100 for x in rings + blocks)
    assert "Sep 2023 to Jan 2024: 4 months later, moved twice" in texts(
        charts.spans("Spans", SPANS, date(2023, 10, 11))
    )
    assert "brag" not in charts.spans(
        "Spans", SPANS, date(2023, 10, 11)
    )  # a date never has a rating's colour


def test_no_line_runs_through_the_words_of_a_target():
    root = drawn(charts.spans("Spans", SPANS, date(2023, 10, 11)))
    words = [float(t.get("y")) for t in root.iter(f"{SVG}text")]
    lines = [
        (float(one.get("y1")), float(one.get("y2")))
        for one in root.iter(f"{SVG}line")
        if one.get("class") in ("axis", "today")
    ]
    assert lines
    assert not [(y, line) for y in words for line in lines if y - 12 < line[1] and y + 3 > line[0]]


def test_a_long_name_has_a_short_form_for_a_phone():
    root = drawn(charts.spans("Spans", SPANS, date(2023, 10, 11)))
    forms = {t.get("class"): t.text for t in root.iter(f"{SVG}text") if t.text.startswith("1.1")}
    assert forms["long"] == SPANS[0].name
    assert forms["short"].endswith("…")
    assert len(forms["short"]) <= 36


def test_what_is_updated_is_told_from_what_is_not_by_its_number_and_its_fill():
    root = drawn(charts.updated_bars("Updated", [("Chair", 1, 3), ("Another", 0, 2)]))
    assert [(r.get("class"), r.get("fill")) for r in root.iter(f"{SVG}rect")] == [
        ("done", "#4b2a63"),
        ("open", "#ffffff"),
        ("open", "#ffffff"),
    ]
    assert texts(charts.updated_bars("Updated", [("Chair", 1, 3)])) == ["Chair: 1 of 3", "1", "2"]


@given(st.lists(st.integers(1, 500), min_size=1, max_size=9))
def test_shares_fill_the_whole_and_none_is_too_short(values):
    found = fluid.shares(values, 100, 10)
    assert sum(found) == pytest.approx(100)
    assert min(found) >= 9.999
    assert all(a <= b + 1e-9 for (_, a), (_, b) in pairwise(sorted(zip(values, found, strict=True))))


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
    for svg in (charts.stacked_bars("Bars", rows_of(hostile)), charts.level_bars("Bars", rows_of(hostile))):
        assert "<script>" not in svg
        assert any(t.startswith("1 </text><script>x</script>&") for t in texts(svg))


@pytest.fixture(scope="module")
def letters():
    """How wide each letter of the site's font is at the size of a drawing's words."""
    font = instantiateVariableFont(TTFont(FONT), {"wght": 400})
    widths, of = font["hmtx"], font["head"].unitsPerEm
    return {chr(code): 14 * widths[name][0] / of for code, name in font.getBestCmap().items()}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("2 Leadership and governance", "2 Leadership and governance"),
        ("3 Performance management information and quality assurance", "3 Performance management…"),
        ("M" * 40, "M" * 19 + "…"),
        ("", ""),
    ],
)
def test_a_name_ends_before_its_bar_and_with_a_whole_word(name, shown, letters):
    said = texts(charts.stacked_bars("Bars", [(name, JULY.counts())]))[0]
    assert (said or "") == shown
    assert sum(letters[letter] for letter in shown) <= 242


def test_no_letter_is_counted_narrower_than_it_is_drawn(letters):
    narrow = {x for x in string.printable[:95] + "’‘“”–—…" if LETTERS.get(x, WIDE) < letters[x]}
    assert narrow == set()


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
