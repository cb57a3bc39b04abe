"""The look: colours that can be read, ratings that never speak by colour alone, templates that the policy allows."""

import re
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string

CSS = (settings.BASE / "static" / "app.css").read_text()
TEMPLATES = sorted((settings.BASE / "templates").rglob("*.html"))
TOKENS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", CSS))
RATINGS = ["blue", "green", "amber", "red", "grey"]


@dataclass
class Level:
    code: str
    word: str
    meaning: str
    token: str


BLUE = Level("B", "Blue", "Action complete", "BLUE")
GREEN = Level("G", "Green", "On track", "GREEN")
AMBER = Level("A", "Amber", "Some issues", "AMBER")
RED = Level("R", "Red", "Not on track", "RED")
ONGOING = Level("O", "Ongoing", "Ongoing", "GREY")
KEY = [BLUE, GREEN, AMBER, RED, ONGOING]


def draw(component: str, **context: Any) -> str:
    return re.sub(r"\s+", " ", render_to_string(f"components/{component}.html", context)).strip()


def words(html: str) -> str:
    """What a screen reader finds in it."""
    html = re.sub(r'<(\w+)[^>]*aria-hidden="true".*?</\1>', "", html)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


# ---- colours


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("rating", RATINGS)
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        ("{}-on", "{}", 4.5),
        ("{}-text", "{}-tint", 4.5),
        ("{}-text", "paper", 4.5),
        ("{}-edge", "{}-tint", 3),
        ("{}-edge", "paper", 3),
    ],
)
def test_a_rating_can_be_read_and_its_border_seen(rating: str, front: str, back: str, least: float) -> None:
    assert contrast(TOKENS[front.format(rating)], TOKENS[back.format(rating)]) >= least


@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        ("ink", "paper", 7),
        ("ink-2", "paper", 4.5),
        ("ink-2", "wash", 4.5),
        ("ink-2", "brand-tint", 4.5),
        ("link", "paper", 4.5),
        ("link", "wash", 4.5),
        ("link", "brand-tint", 4.5),
        ("link-hover", "brand-tint", 4.5),
        ("brand", "paper", 4.5),
        ("brand", "brand-tint", 4.5),
        ("brand-deep", "paper", 4.5),
        ("paper", "brand", 4.5),
        ("paper", "brand-deep", 4.5),
        ("error", "paper", 4.5),
        ("line-strong", "paper", 3),
        ("line-strong", "wash", 3),
        ("ink", "focus", 7),
        ("focus", "brand-deep", 3),
    ],
)
def test_words_and_lines_can_be_read(front: str, back: str, least: float) -> None:
    assert contrast(TOKENS[front], TOKENS[back]) >= least


def test_amber_alone_would_not_be_seen_so_it_always_has_its_border() -> None:
    assert contrast(TOKENS["amber"], TOKENS["paper"]) < 3
    for piece in (r"\.fill", r"\.bar__part", r"\.figure rect"):
        assert re.search(piece + r"\.brag--amber \{[^}]*var\(--edge\)", CSS)


# ---- ratings


@pytest.mark.parametrize("level", KEY)
def test_a_rating_speaks_by_word_letter_shape_and_colour(level: Level) -> None:
    html = draw("brag", level=level)
    assert words(html) == level.word
    assert f">{level.code}</text>" in html
    assert f'class="brag brag--{level.token.lower()}"' in html
    assert re.search(r'<(rect|circle|path) class="mk__shape"', html)


def test_every_token_has_a_shape_of_its_own() -> None:
    shapes = {
        re.findall(r'<\w+ class="mk__shape"[^>]*>', draw("marker", level=level))[0] for level in [*KEY, None]
    }
    assert len(shapes) == len(KEY) + 1


def test_provisional_is_dashed_and_says_so() -> None:
    html = draw("brag", level=AMBER, provisional=True, small=True)
    assert 'class="brag brag--amber brag--provisional brag--small"' in html
    assert words(html) == "Amber provisional"


def test_provisional_need_not_repeat_what_its_column_says() -> None:
    assert words(draw("brag", level=AMBER, provisional=True, plain=True)) == "Amber"


@pytest.mark.parametrize("component", ["brag", "fill"])
def test_no_level_is_not_rated_and_never_a_colour(component: str) -> None:
    html = draw(component, level=None)
    assert words(html) == "Not rated"
    assert "brag--grey" in html


def test_a_filled_cell_says_its_note() -> None:
    assert words(draw("fill", level=BLUE, note="agreed")) == "Blue agreed"
    assert "fill--provisional" in draw("fill", level=BLUE, note="provisional", provisional=True)


def test_the_key_gives_each_meaning_once() -> None:
    said = words(draw("key", key=KEY))
    assert "Blue : Action complete" in said
    assert said.count("Ongoing") == 1


def test_a_bar_has_its_numbers_in_words() -> None:
    html = draw(
        "bar", counts=[{"level": BLUE, "count": 3}, {"level": RED, "count": 0}, {"level": None, "count": 2}]
    )
    assert words(html.replace("&nbsp;", " ")) == "3 Blue, 2 not rated"
    assert 'width="300%"' in html
    assert "brag--red" not in html


# ---- tags, dates, lists


def measure(**tags: Any) -> SimpleNamespace:
    return SimpleNamespace(**{"milestone": None, "recurring": False, "growth": False, "future": False} | tags)


@pytest.mark.parametrize(
    ("tags", "chips", "said"),
    [
        ({"milestone": 2, "recurring": True}, ["R", "M2"], "Recurring, milestone 2"),
        ({"growth": True, "recurring": True}, ["G", "R"], "Growth, recurring"),
        ({"future": True}, ["F"], "Future"),
        ({}, [], ""),
    ],
)
def test_a_tag_is_a_letter_to_see_and_a_word_to_hear(
    tags: dict[str, Any], chips: list[str], said: str
) -> None:
    html = draw("tags", measure=measure(**tags))
    assert re.findall(r'aria-hidden="true">(\w+)<', html) == chips
    assert words(html).lower() == said.replace(",", "").lower()
    assert draw("tag_words", measure=measure(**tags)) == said


def test_a_meter_draws_what_it_says() -> None:
    html = draw("meter", done=3, total=5, note="About 4 minutes left")
    assert words(html) == "3 of 5 updated About 4 minutes left"
    assert html.count('<i class="on">') == 3
    assert html.count("<i") == 5


def test_the_timeline_strikes_out_what_was_corrected_and_names_its_record() -> None:
    entry = SimpleNamespace(
        level=GREEN,
        heading="Executive agreed Green",
        meta="18 July 2023.",
        paragraphs=["<b>Partners</b>"],
        quote="",
        seq=1432,
        url="/record/1432/",
        struck=True,
    )
    html = draw("timeline", entries=[entry])
    assert "<s>Executive agreed Green</s>" in html
    assert "corrected since" in html
    assert '<a class="govuk-link" href="/record/1432/">Record 1432</a>' in html
    assert "&lt;b&gt;Partners" in html


# ---- the walls


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_nothing_that_the_policy_forbids(path: Path) -> None:
    html = path.read_text()
    assert not re.search(r"\sstyle=|<style|\son\w+=|hx-on|javascript:|hx-boost|\|safe\b", html)
    assert all(
        re.search(r'\ssrc="|type="application/json"', tag) for tag in re.findall(r"<script[^>]*>", html)
    )


def test_the_style_sheet_brings_nothing_from_elsewhere() -> None:
    assert re.findall(r"url\(([^)]*)\)", CSS) == ['"source-sans-3.woff2"']
    assert "@import" not in CSS


def test_every_class_of_the_component_library_that_we_use_is_still_in_it() -> None:
    built = settings.BASE / "build" / "static" / "app"
    library = (built / "govuk.css").read_text() + (built / "govuk-frontend.min.js").read_text()
    library = library.replace("\\!", "!")
    sources = [*TEMPLATES, settings.BASE / "sscp" / "pages.py"]
    used = {name for path in sources for name in re.findall(r"govuk-[\w!-]*\w", path.read_text())}
    assert {name for name in used if name not in library} == set()


def test_the_built_library_carries_none_of_its_owner_s_brand() -> None:
    css = (settings.BASE / "build" / "static" / "app" / "govuk.css").read_text()
    assert "GDS Transport" not in css
    assert "crest" not in css
    assert "url(" not in css
