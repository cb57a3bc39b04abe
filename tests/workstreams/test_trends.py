"""Figures over the periods of a measure: a line each, and the same numbers as a table."""

from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

from tests.pictures import july
from workstreams import charts
from workstreams import picture as p

SVG = "{http://www.w3.org/2000/svg}"
JULY = july()
GREEN, AMBER = JULY.key[2], JULY.key[1]


def seen(number, out_of=50):
    return p.Figure("Seen in time", number, out_of)


def days(number):
    return p.Figure("Days to decide", number, None, "days")


PERIODS = (
    p.Period(date(2023, 6, 30), "Q1 2023/24", agreed=GREEN, figures=(seen(41), days(31))),
    p.Period(date(2023, 9, 30), "Q2 2023/24", agreed=AMBER, figures=(seen(44),)),
    p.Period(date(2023, 12, 31), "Q3 2023/24", missed=True),
    p.Period(
        date(2024, 3, 31),
        "Q4 2023/24",
        proposed=GREEN,
        figures=(replace(seen(48), name="seen  in time"), days(36.5), p.Figure("New", 3)),
    ),
)
MEASURE = replace(JULY.measures[0], periods=PERIODS, recurrence="QUARTERLY")


def drawn(trend):
    return ElementTree.fromstring(charts.trend_line(trend))


def test_draws_each_figure_that_was_told_twice_or_more():
    assert [trend.name for trend in charts.trends(MEASURE)] == ["seen  in time", "Days to decide"]
    assert charts.trends(replace(MEASURE, periods=PERIODS[:1])) == ()
    assert charts.trends(replace(MEASURE, periods=())) == ()


def test_says_every_point_in_its_description():
    seen_in_time, _ = charts.trends(MEASURE)
    root = drawn(seen_in_time)
    assert root.get("role") == "img"
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root[1].text == (
        "Q1 2023/24: 41 of 50 (82%). Q2 2023/24: 44 of 50 (88%). Q3 2023/24: not told."
        " Q4 2023/24: 48 of 50 (96%), not agreed yet."
    )
    assert not [e for e in root.iter() if "style" in e.attrib]


def test_a_gap_stays_a_gap_and_what_is_not_agreed_is_open():
    root = drawn(charts.trends(MEASURE)[0])
    circles = list(root.iter(f"{SVG}circle"))
    assert [c.get("class") for c in circles] == [None, None, "provisional"]
    assert len(list(root.iter(f"{SVG}line"))) == 2  # the foot, and from Q1 to Q2
    labels = [t.text for t in root.iter(f"{SVG}text")]
    assert labels == ["82%", "88%", "96%", "Q1 2023/24", "Q2 2023/24", "Q3 2023/24", "Q4 2023/24"]


def test_more_stands_higher():
    _, waiting = charts.trends(MEASURE)
    heights = [float(c.get("cy")) for c in drawn(waiting).iter(f"{SVG}circle")]
    assert heights[1] < heights[0]
    none = replace(MEASURE, periods=tuple(replace(period, figures=(seen(0, 0),)) for period in PERIODS[:2]))
    assert [c.get("cy") for c in drawn(charts.trends(none)[0]).iter(f"{SVG}circle")] == ["100", "100"]


def test_names_are_escaped():
    evil = p.Figure("<b>&", 1)
    periods = tuple(replace(period, figures=(evil,)) for period in PERIODS[:2])
    svg = charts.trend_line(charts.trends(replace(MEASURE, periods=periods))[0])
    assert "<b>" not in svg
    assert ElementTree.fromstring(svg)[0].text == "<b>&"


def test_months_and_meetings_are_written_short():
    periods = (
        p.Period(date(2023, 10, 31), "October 2023", agreed=GREEN, figures=(seen(1),)),
        p.Period(date(2023, 11, 21), "21 November 2023", agreed=GREEN, figures=(seen(2),)),
    )
    labels = [t.text for t in drawn(charts.trends(replace(MEASURE, periods=periods))[0]).iter(f"{SVG}text")]
    assert labels[2:] == ["Oct 2023", "21 Nov 2023"]


def test_the_table_has_every_figure_of_every_period_newest_first():
    numbers = charts.figure_numbers(MEASURE)
    assert numbers.head == ("Period", "seen  in time", "Days to decide", "New")
    assert numbers.rows == (
        ("Q4 2023/24", "48 of 50 (96%)", "36.5 days", "3"),
        ("Q2 2023/24", "44 of 50 (88%)", "", ""),
        ("Q1 2023/24", "41 of 50 (82%)", "31 days", ""),
    )
    assert charts.figure_numbers(replace(MEASURE, periods=PERIODS[2:3])) is None
