"""What is said of a measure beside its rating: its impact, another target date, how often it is answered."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django import forms

from sscp.pages import Form, Words

from ..due import month_end
from ..models import Post
from ..vocabulary import WORDS_LIMIT, Precision, Recurrence
from .measures import post_field


class PostForm(Form):
    """A form in which somebody speaks in a post of theirs, or for one."""

    def __init__(
        self, *args: Any, posts: Iterable[Post] = (), on_behalf: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {str(post.pk): post for post in posts}
        if len(self.posts) > 1 or on_behalf:
            self.fields["post"] = post_field(self.posts, on_behalf)

    @property
    def speaking_post(self) -> Post:
        chosen = self.cleaned_data.get("post")
        return self.posts[chosen] if chosen else next(iter(self.posts.values()))


class ImpactForm(PostForm):
    """What changed for children, and how that is known."""

    text = Words(
        label="What changed for children, and how do you know?",
        help_text="Not what was done, but what is different because of it, who noticed, and what shows it.",
        max_length=WORDS_LIMIT,
        rows=5,
        required=False,  # the operation says why it is needed
    )


class Asked(NamedTuple):
    """A date as it is asked for: the last day it allows, and whether it is a month or a day."""

    due_on: date
    precision: str


MONTHS = [("", ""), *((str(n), f"{date(2000, n, 1):%B}") for n in range(1, 13))]


class MonthOrDayWidget(forms.MultiWidget):
    """Three boxes: a day that may stay empty, a month, a year."""

    template_name = "components/month_or_day.html"

    def __init__(self) -> None:
        narrow = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(
            {
                "day": forms.TextInput(attrs=narrow | {"class": "govuk-input govuk-input--width-2"}),
                "month": forms.Select(choices=MONTHS, attrs={"class": "govuk-select"}),
                "year": forms.TextInput(attrs=narrow | {"class": "govuk-input govuk-input--width-4"}),
            }
        )

    def decompress(self, value: Any) -> list[Any]:
        return list(value) if value else ["", "", ""]


class MonthOrDay(forms.MultiValueField):
    """A month, due on its last day, or one day of it; cleans to `Asked`."""

    def __init__(self, **kwargs: Any) -> None:
        whole = "Write the day as a number, or leave it empty for the whole month."
        year = "Give the year in full, for example 2024."
        super().__init__(
            fields=(
                forms.IntegerField(required=False, error_messages={"invalid": whole}),
                forms.ChoiceField(
                    choices=MONTHS, error_messages={"invalid_choice": "Choose a month of the list."}
                ),
                forms.IntegerField(
                    min_value=2000,
                    max_value=2099,
                    error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), year),
                ),
            ),
            widget=MonthOrDayWidget(),
            require_all_fields=False,
            error_messages=dict.fromkeys(("required", "incomplete"), "Give the month and the year."),
            **kwargs,
        )

    def compress(self, parts: list[Any]) -> Asked | None:
        if not parts:
            return None
        day, month, year = parts
        if day is None:
            return Asked(month_end(year, int(month)), Precision.MONTH)
        try:
            return Asked(date(year, int(month), day), Precision.DAY)
        except ValueError:
            raise forms.ValidationError(
                f"{MONTHS[int(month)][1]} {year} has no day {day}.", code="invalid"
            ) from None


class AskDateForm(PostForm):
    """Another target date, and why it has to move."""

    due_on = MonthOrDay(
        label="Which date do you ask for?",
        help_text="A month is due on its last day. Give a day only where it has to be that one.",
    )
    because = Words(
        label="Why does it have to move?",
        max_length=WORDS_LIMIT,
        rows=3,
        required=False,  # the operation says why it is needed
    )


RENEW = "Renew: answered "
RHYTHMS = [
    (Recurrence.QUARTERLY, f"{RENEW}every quarter"),
    (Recurrence.MONTHLY, f"{RENEW}every month"),
    (Recurrence.YEARLY, f"{RENEW}every year"),
    (Recurrence.SIX_WEEKLY, f"{RENEW}every six weeks"),
    (Recurrence.EVERY_MEETING, "Keep: asked for every Executive meeting, as until now"),
    (Recurrence.NONE, "End: complete closes it"),
]


class RhythmForm(Form):
    """Whether a recurring measure that is complete is renewed, kept or ended."""

    recurrence = forms.ChoiceField(
        label="Is it renewed, kept or ended?",
        choices=RHYTHMS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it is renewed, kept or ended."},
    )
    because = Words(label="Because", max_length=WORDS_LIMIT, rows=2, required=False)
