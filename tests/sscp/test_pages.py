"""The page and the form that every screen is made of."""

import re
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django import forms
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from sscp.pages import Form, InlineRadios, RatingField, Words, render_page

PAGE = """{% load partials %}<title>Whole</title>
{% partialdef list inline %}<ul id="list">{{ word }}</ul>{% endpartialdef %}"""


@dataclass
class Level:
    code: str
    word: str
    meaning: str
    token: str


KEY = [Level("B", "Blue", "Complete", "BLUE"), Level("A", "Amber", "Some issues", "AMBER")]


# ---- render_page


@pytest.fixture
def _page(settings: Any) -> None:
    """A page with a region, beside the project's own templates."""
    files = "django.template.loaders.filesystem.Loader"
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [settings.BASE / "templates"],
            "OPTIONS": {
                "loaders": [
                    (
                        "template_partials.loader.Loader",
                        [("django.template.loaders.locmem.Loader", {"page.html": PAGE}), files],
                    )
                ]
            },
        }
    ]


def ask(**headers: str) -> HttpRequest:
    request = RequestFactory(headers=headers).get("/page/")
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


NAV = {"items": [{"label": "The plan", "count": None}, {"label": "My updates", "count": 3}]}


def answer(request: HttpRequest, **more: Any) -> Any:
    return render_page(request, "page.html", {"word": "words", "nav": NAV}, region="list", **more)


@pytest.mark.usefixtures("_page")
class TestRenderPage:
    def test_answers_a_browser_with_the_whole_page(self) -> None:
        assert "<title>Whole</title>" in answer(ask()).content.decode()

    def test_answers_htmx_with_the_region_alone(self) -> None:
        html = answer(ask(**{"HX-Request": "true"})).content.decode()
        assert html.startswith('<ul id="list">words</ul>')
        assert "<title>" not in html

    @pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
    def test_answers_with_the_whole_page_where_htmx_replaces_it_all(self, header: str) -> None:
        html = answer(ask(**{"HX-Request": "true", header: "true"})).content.decode()
        assert "<title>Whole</title>" in html

    def test_without_a_region_htmx_gets_the_whole_page(self) -> None:
        html = render_page(ask(**{"HX-Request": "true"}), "page.html").content.decode()
        assert "<title>Whole</title>" in html

    @pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
    def test_is_kept_apart_from_its_other_shape_and_stored_nowhere(self, headers: dict[str, str]) -> None:
        response = answer(ask(**headers))
        assert "HX-Request" in response["Vary"]
        assert response["Cache-Control"] == "no-store"

    def test_carries_the_status_it_is_given(self) -> None:
        assert answer(ask(**{"HX-Request": "true"}), status=422).status_code == 422

    def test_a_region_brings_messages_as_one_announced_sentence_and_uses_them_up(self) -> None:
        request = ask(**{"HX-Request": "true"})
        messages.success(request, "Sent.")
        messages.success(request, "3 <left>.")
        html = answer(request).content.decode()
        assert '<div id="announce" hx-swap-oob="innerHTML">Sent. 3 &lt;left&gt;.</div>' in html
        assert request._messages.used  # type: ignore[attr-defined]

    def test_a_region_brings_the_counters_of_the_navigation(self) -> None:
        html = answer(ask(**{"HX-Request": "true"})).content.decode()
        assert re.search(r'<span id="nav-count-2" hx-swap-oob="innerHTML"> <span class="badge">3<', html)
        assert "nav-count-1" not in html


# ---- forms


class Update(Form):
    """A form as the screens write them: fields of its plan are added after it is made."""

    words = Words(label="What is happening?", max_length=10, help_text="Read first.")
    where = forms.CharField(label="Where it is held", required=False)
    on_time = forms.ChoiceField(
        label="Will it be done in time?", choices=[("y", "Yes"), ("n", "No")], widget=InlineRadios
    )
    sure = forms.BooleanField(label="I have read this")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"] = RatingField(levels=KEY, label="Which rating fits now?")


def filled(**changes: str) -> Update:
    return Update(
        {
            "seen": "17",
            "request_id": str(uuid.uuid4()),
            "words": "Going well",
            "on_time": "y",
            "sure": "on",
            "level": "A",
        }
        | changes
    )


class TestForm:
    def test_takes_what_is_right(self) -> None:
        form = filled()
        assert form.is_valid(), form.errors
        assert form.cleaned_data["level"] == "A"
        assert form.cleaned_data["seen"] == "17"

    def test_carries_a_fresh_number_each_time_it_is_drawn(self) -> None:
        assert Form()["request_id"].value() != Form()["request_id"].value()

    @pytest.mark.parametrize("number", ["", "seventeen"])
    def test_refuses_to_be_sent_without_its_number_and_says_so_without_a_link(self, number: str) -> None:
        form = filled(request_id=number)
        assert not form.is_valid()
        summary = render_to_string("components/error_summary.html", {"form": form})
        assert "<li>This page cannot be sent as it is." in summary

    @pytest.mark.parametrize("field", ["words", "where", "seen"])
    @pytest.mark.parametrize("hidden", ["\x00", "\x07", "\x0b", "\x85", "\x9f", "\ud800", "\uffff"])
    def test_refuses_what_nobody_can_see_or_keep(self, field: str, hidden: str) -> None:
        form = filled(**{field: f"all{hidden}on"})
        assert form.errors[field] == [
            "There is a hidden character after “all” that cannot be kept. Delete it, or type that part again."
        ]

    def test_says_when_the_hidden_character_comes_first(self) -> None:
        assert "at the start" in filled(words="\x01now").errors["words"][0]

    @pytest.mark.parametrize("text", ["a\tb\nc", "שלום", "\u202eabc", "zero\u200bwid", "👩‍👩‍👧", "<b>'\";--"])
    def test_keeps_every_other_text_as_it_is_written(self, text: str) -> None:
        form = filled(words=text)
        assert form.is_valid(), form.errors
        assert form.cleaned_data["words"] == text

    def test_strips_the_ends_and_writes_line_ends_in_one_way(self) -> None:
        form = filled(words="  a\r\nb\rc \r\n")
        assert form.is_valid()
        assert form.cleaned_data["words"] == "a\nb\nc"

    def test_counts_a_line_end_as_one_character(self) -> None:
        assert filled(words="12345\r\n789A").is_valid()

    @pytest.mark.parametrize(("text", "over"), [("x" * 11, "1 character"), ("x" * 2010, "2,000 characters")])
    def test_says_by_how_much_words_are_too_many(self, text: str, over: str) -> None:
        assert filled(words=text).errors["words"] == [f"Shorten this by {over}. It can have 10 at most."]

    def test_asks_for_what_is_missing_in_the_field_s_own_words(self) -> None:
        errors = filled(words=" ", on_time="", sure="", level="").errors
        assert errors["words"] == ["Fill in “What is happening?”"]
        assert errors["on_time"] == ["Choose an answer to “Will it be done in time?”"]
        assert errors["sure"] == ["Tick “I have read this”"]
        assert errors["level"] == ["Choose an answer to “Which rating fits now?”"]

    def test_leaves_a_form_s_own_message_alone(self) -> None:
        class Named(Form):
            name = forms.CharField(error_messages={"required": "Name the group"})

        assert Named({}).errors["name"] == ["Name the group"]


class TestDrawing:
    def test_a_field_is_described_by_its_hint_its_error_and_its_counter(self) -> None:
        form = filled(words="x" * 11)
        form.is_valid()
        html = form["words"].as_field_group()
        assert 'aria-describedby="id_words_helptext id_words_error id_words-info"' in html
        for described_by in ("id_words_helptext", "id_words_error", "id_words-info"):
            assert f'id="{described_by}"' in html
        assert 'data-module="govuk-character-count" data-maxlength="10" data-count-type="length"' in html
        assert "maxlength=" not in html.replace("data-maxlength=", "")
        assert "govuk-textarea--error" in html

    def test_a_group_is_a_fieldset_described_once(self) -> None:
        form = filled(on_time="")
        form.is_valid()
        html = form["on_time"].as_field_group()
        assert (
            '<fieldset class="govuk-fieldset" id="id_on_time_group" aria-describedby="id_on_time_error">'
            in html
        )
        assert "<legend" in html
        assert "aria-invalid" not in html

    def test_the_browser_is_not_asked_to_refuse(self) -> None:
        assert " required" not in str(Update())

    def test_the_rating_cards_show_marker_word_and_meaning_and_post_the_code(self) -> None:
        html = filled()["level"].as_field_group()
        assert 'value="A"' in html
        assert "rate__card brag--amber" in html
        assert "<b>Amber</b>" in html
        assert "Some issues" in html
        assert html.count("checked") == 1

    def test_the_summary_links_to_a_control_that_is_there(self) -> None:
        form = filled(words="", on_time="", level="", sure="")
        form.is_valid()
        summary = render_to_string("components/error_summary.html", {"form": form})
        links = re.findall(r'href="#(\w+)"', summary)
        assert links == ["id_words", "id_on_time_0", "id_sure", "id_level_0"]
        for link in links:
            assert f'id="{link}"' in str(form)

    def test_there_is_no_summary_without_a_problem(self) -> None:
        assert render_to_string("components/error_summary.html", {"form": Update()}).strip() == ""

    def test_what_was_typed_and_hints_are_escaped(self) -> None:
        class Named(Form):
            name = forms.CharField(label="<i>", help_text="<b>", max_length=3)

        form = Named({"name": "<script>"})
        form.is_valid()
        assert not re.search(r"<(script|i|b)>", str(form))
