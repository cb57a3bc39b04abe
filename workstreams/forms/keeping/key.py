"""A level of the plan's own key."""

from typing import ClassVar

from django import forms

from sscp.pages import Words

from ...vocabulary import Token
from .reason import KeptForm


class LevelForm(KeptForm):
    FACTS: ClassVar = ("code", "word", "meaning", "token", "is_complete", "is_exception")

    word = forms.CharField(
        label="Word", max_length=40, widget=forms.TextInput(attrs={"class": "govuk-input--width-20"})
    )
    code = forms.CharField(
        label="Letter",
        max_length=3,
        help_text="One to three letters, for small places: G, or IP for In progress.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3"}),
    )
    meaning = Words(label="Meaning", max_length=300, rows=2, help_text="As the plan’s key prints it.")
    token = forms.ChoiceField(
        label="Colour",
        choices=Token.choices,
        widget=forms.Select,
        help_text="Amber asks for a plan to recover and Red for the risk, whatever their words.",
    )
    is_complete = forms.BooleanField(label="It means that the measure is complete", required=False)
    is_exception = forms.BooleanField(
        label="It is an exception: the deciding group looks at it first", required=False
    )
