"""How every page is answered and every form is drawn: a leaf that knows Django and htmx, and nothing of the plan."""

import re
import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol

from django import forms
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.utils import pretty_name
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

# Control characters other than tab and newline, lone surrogates, and the two non-characters XML refuses:
# none of them can be seen, and none survives the way to a PDF, a workbook and a Word document.
UNKEEPABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


# Pages


def render_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    region: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Answer with the whole page, or with only `template#region` when htmx asks for it.

    A region brings along, out of band, what the page around it must learn: the waiting messages as one
    announced sentence, and the counters in the navigation.
    """
    if region and wants_region(request):
        html = render_to_string(f"{template}#{region}", context, request)
        sentence = " ".join(str(message) for message in get_messages(request))
        html += render_to_string(
            "components/out_of_band.html", (context or {}) | {"sentence": sentence}, request
        )
    else:
        html = render_to_string(template, context, request)
    response = HttpResponse(html, status=status)
    patch_vary_headers(response, ["HX-Request"])
    response["Cache-Control"] = "no-store"
    return response


def wants_region(request: HttpRequest) -> bool:
    """Whether htmx will swap the answer into a page that it already shows."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.boosted and not htmx.history_restore_request


# Fields


class Level(Protocol):
    """What a rating's card needs to know of a level of the plan's key."""

    @property
    def code(self) -> str: ...
    @property
    def word(self) -> str: ...
    @property
    def meaning(self) -> str: ...
    @property
    def token(self) -> str: ...


def refuse_unkeepable(text: str) -> None:
    """Refuse characters that nobody can see or keep, saying where the first one is."""
    if found := UNKEEPABLE.search(text):
        before = UNKEEPABLE.sub("", text[: found.start()]).split()[-4:]
        place = f"after “{' '.join(before)}”" if before else "at the start"
        raise ValidationError(
            f"There is a hidden character {place} that cannot be kept. Delete it, or type that part again.",
            code="unkeepable",
        )


class Words(forms.CharField):
    """A person's own words over several lines, kept as written, at most `max_length` characters.

    A line end counts as one character, as it does in the counter under the box. There is no `maxlength`
    attribute, because a browser would cut pasted words off without a sound.
    """

    widget = forms.Textarea

    def __init__(self, *, max_length: int, rows: int = 6, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)
        self.limit = max_length

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def run_validators(self, value: str) -> None:
        super().run_validators(value)
        if (over := len(value) - self.limit) > 0:
            characters = "character" if over == 1 else "characters"
            raise ValidationError(
                f"Shorten this by {over:,} {characters}. It can have {self.limit:,} at most.",
                code="max_length",
            )


class Day(forms.DateField):
    """A day: the browser's own field where it has one, and every usual way of writing a date where it hasn't."""

    FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y")

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"type": "date", "class": "govuk-input--width-10"}
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs=attrs))
        wrong = {"invalid": "Write the day as a date, for example 13 February 2024."}
        super().__init__(input_formats=self.FORMATS, error_messages=wrong, **kwargs)

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(" ".join(value.split()) if isinstance(value, str) else value)
        if day is not None and not 2000 <= day.year < 2100:
            raise ValidationError("Give the year in full, for example 2024.", code="invalid")
        return day


class InlineRadios(forms.RadioSelect):
    """Radio buttons side by side, for two or three short answers."""

    template_name = "django/forms/widgets/radio_inline.html"


class RatingCards(forms.RadioSelect):
    """Radio buttons drawn as one card a level: its marker, its word, its meaning. Posts the level's code."""

    template_name = "components/rating_cards.html"

    def __init__(self, levels: Iterable[Level] = (), attrs: dict[str, Any] | None = None) -> None:
        self.levels = {level.code: level for level in levels}
        super().__init__(attrs, choices=[(level.code, level.word) for level in self.levels.values()])

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["level"] = self.levels.get(str(value))
        return option


class RatingField(forms.ChoiceField):
    """A choice among the levels of a plan's key; cleans to the level's code."""

    def __init__(self, *, levels: Iterable[Level], **kwargs: Any) -> None:
        cards = RatingCards(levels)
        super().__init__(choices=cards.choices, widget=cards, **kwargs)


# Forms


class Form(forms.Form):
    """What every writing form has: what its reader saw, a number used once, and messages a person can act on.

    `seen` names the row that the reader answers, so that a second answer to it is noticed. `request_id` makes
    a repeated request harmless.
    """

    use_required_attribute = False

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    request_id = forms.UUIDField(
        initial=uuid.uuid4,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid"),
            "This page cannot be sent as it is. Copy what you wrote, open the page again and send it from there.",
        ),
    )

    def full_clean(self) -> None:
        # Not in __init__: a subclass adds fields after it, such as the levels of its plan's key.
        for name, field in self.fields.items():
            if isinstance(field, forms.CharField) and not isinstance(field, forms.UUIDField):
                field.validators = [
                    validator
                    for validator in field.validators
                    if validator != refuse_unkeepable
                    and not isinstance(validator, ProhibitNullCharactersValidator)
                ] + [refuse_unkeepable]
            if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                label = field.label or pretty_name(name)
                field.error_messages["required"] = f"{self.verb_for(field)} “{label}”"
        super().full_clean()

    @staticmethod
    def verb_for(field: forms.Field) -> str:
        if isinstance(field, forms.ChoiceField):
            return "Choose an answer to"
        return "Tick" if isinstance(field, forms.BooleanField) else "Fill in"

    def renew(self, *, seen: object = None) -> None:
        """Make a form that was sent ready to be sent again: a fresh request id, and what stands now as `seen`."""
        if not self.is_bound:
            return
        data = QueryDict(mutable=True)
        data.update(self.data)
        data[self.add_prefix("request_id")] = str(uuid.uuid4())
        if seen is not None:
            data[self.add_prefix("seen")] = str(seen)
        self.data = data


class Field(BoundField):
    """A field on a page: gives its widget GOV.UK Frontend's classes and says what describes it."""

    CLASSES = (
        (forms.CheckboxSelectMultiple, "govuk-checkboxes__input"),  # which is a RadioSelect to Django
        (forms.RadioSelect, "govuk-radios__input"),
        (forms.CheckboxInput, "govuk-checkboxes__input"),
        (forms.Textarea, "govuk-textarea"),
        (forms.Select, "govuk-select"),
        (forms.FileInput, "govuk-file-upload"),
        (forms.widgets.Input, "govuk-input"),
    )

    @property
    def govuk_class(self) -> str:
        widget = self.field.widget
        return next((name for kind, name in self.CLASSES if isinstance(widget, kind)), "")

    @property
    def limit(self) -> int | None:
        """The number of characters its counter starts from, if it has a counter."""
        return getattr(self.field, "limit", None)

    @property
    def is_password(self) -> bool:
        return isinstance(self.field.widget, forms.PasswordInput)

    @property
    def is_single_checkbox(self) -> bool:
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def anchor(self) -> str:
        """The id that a link in the error summary leads to: the control, or the first of a group."""
        return self.id_for_label or f"{self.auto_id}_0"

    @property
    def aria_describedby(self) -> str | None:
        described_by: str | None = super().aria_describedby
        if self.limit and described_by is not None:
            return f"{described_by} {self.auto_id}-info".strip()
        return described_by

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        attrs.pop("required", None)  # a browser's own bubble is not the error summary
        if widget.is_hidden or not self.govuk_class:
            return attrs
        attrs["placeholder"] = False  # it would go as soon as somebody types: the label and the hint stay
        if self.use_fieldset:
            attrs.pop("aria-invalid", None)  # means nothing on one button of a group; the group is described
        classes = [self.govuk_class, widget.attrs.get("class", "")]
        if self.errors and not self.govuk_class.endswith("__input"):
            classes.append(f"{self.govuk_class}--error")
        if self.limit:
            classes.append("govuk-js-character-count")
        if self.is_password:
            classes.append("govuk-password-input__input govuk-js-password-input-input")
            attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        return attrs | {"class": " ".join(filter(None, classes))}


class Renderer(TemplatesSetting):
    """Draws every form of the project, allauth's too, with label, hint, error and description in one place."""

    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/field.html"
    bound_field_class = Field
