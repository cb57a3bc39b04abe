"""What a reader asks to see of the history."""

from datetime import date
from typing import Any

from django import forms

from ..history import Chosen, Kind
from ..models import Meeting, Post, Workstream

DAYS = ("%d/%m/%Y", "%d/%m/%y", "%d %B %Y", "%d %b %Y", "%Y-%m-%d")


class Day(forms.DateField):
    """One day, as people type it. A browser's own date field would drop what it doesn't understand."""

    def __init__(self, **kwargs: Any) -> None:
        wrong = {"invalid": "Give the day as in 18/7/2023."}
        super().__init__(required=False, input_formats=DAYS, error_messages=wrong, **kwargs)

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day is not None and not 2000 <= day.year < 2100:
            raise forms.ValidationError("Give the year in full, for example 2023.", code="invalid")
        return day


class Meetings(forms.ModelChoiceField):
    """A meeting, named by its day first: that is how people remember it."""

    def label_from_instance(self, meeting: Any) -> str:
        return f"{meeting.held_on:%-d %B %Y}, {meeting.group}"


class HistoryForm(forms.Form):
    """Filters of the history, in its address. Nothing filled in leaves nothing out."""

    use_required_attribute = False

    kind = forms.ChoiceField(label="What", choices=[("", "Everything"), *Kind.choices], required=False)
    workstream = forms.ModelChoiceField(
        Workstream.objects.select_related("plan"), required=False, empty_label="All", label="Workstream"
    )
    post = forms.ModelChoiceField(
        Post.objects.order_by("title"), required=False, empty_label="Any", label="Post"
    )
    meeting = Meetings(
        Meeting.objects.select_related("group").order_by("-held_on"),
        required=False,
        empty_label="Any",
        label="Meeting",
    )
    since = Day(label="From, as in 18/7/2023")
    until = Day(label="Up to and with")
    measure = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.error_messages["invalid_choice"] = f"Choose “{field.label}” from its list."

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", "The last day is before the first. Give a later one.")
        return data

    @property
    def chosen(self) -> Chosen:
        """What was asked for; only of a form that is valid."""
        data = self.cleaned_data
        return Chosen(
            kind=data["kind"],
            workstream=data["workstream"] and data["workstream"].pk,
            post=data["post"] and data["post"].pk,
            meeting=data["meeting"] and data["meeting"].pk,
            measure=data["measure"],
            since=data["since"],
            until=data["until"],
        )
