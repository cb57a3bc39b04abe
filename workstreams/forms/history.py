"""What a reader asks to see of the history."""

from typing import Any

from django import forms

from ..history import Chosen, Kind
from ..models import Meeting, Post, Workstream

# As people type a day, and as the browser's own date field sends it.
DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d %B %Y", "%d %b %Y")


class Day(forms.DateField):
    """One day, from the browser's date field or typed."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def __init__(self, **kwargs: Any) -> None:
        wrong = {"invalid": "Give the day as in 18/7/2023."}
        super().__init__(required=False, input_formats=DAYS, error_messages=wrong, **kwargs)


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
    meeting = forms.ModelChoiceField(
        Meeting.objects.select_related("group").order_by("-held_on"),
        required=False,
        empty_label="Any",
        label="Meeting",
    )
    since = Day(label="From")
    until = Day(label="To")
    measure = forms.IntegerField(required=False, widget=forms.HiddenInput)

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
