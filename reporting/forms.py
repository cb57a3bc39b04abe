"""What somebody says of the history that they take out."""

from typing import Any

from django import forms

from sscp.pages import Day
from workstreams.history import PROVISIONAL, Extract


class ExtractForm(forms.Form):
    """Nothing filled in takes out everything. Its fields stand in the address."""

    LEFT_OUT = (
        ("words", "What people wrote: updates, reasons, impact, highlight reports, challenges"),
        ("provisional", f"Provisional entries: {PROVISIONAL}"),
        ("names", "People’s names and e-mail addresses"),
    )

    use_required_attribute = False

    # A browser's own date field would drop from the address what it does not understand.
    since = Day(
        label="From",
        help_text="For example 18/7/2023. Leave it empty to begin with the first record.",
        required=False,
        widget=forms.TextInput({"class": "govuk-input--width-10"}),
    )
    until = Day(
        label="Up to and with",
        help_text="Leave it empty to end with the newest.",
        required=False,
        widget=forms.TextInput({"class": "govuk-input--width-10"}),
    )
    without = forms.MultipleChoiceField(
        label="Leave out",
        choices=LEFT_OUT,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose what to leave out from the list."},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", "The last day is before the first. Give a later one.")
        return data

    @property
    def extract(self) -> Extract:
        """What was asked for; only of a form that is valid."""
        data = self.cleaned_data
        kept = {name: name not in data["without"] for name, _ in self.LEFT_OUT}
        return Extract(since=data["since"], until=data["until"], **kept)
