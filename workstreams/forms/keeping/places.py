"""Workstreams, outcomes and actions, and where one of them moves to."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.db.models import Model

from sscp.pages import InlineRadios, Words

from ...vocabulary import OutcomeKind
from .reason import KeptForm

SHORT = {"class": "govuk-input--width-5"}


class WorkstreamForm(KeptForm):
    FACTS: ClassVar = ("number", "title", "aim")

    number = forms.CharField(label="Number", max_length=10, widget=forms.TextInput(attrs=SHORT))
    title = forms.CharField(label="Title", max_length=200)
    aim = Words(label="Aim", max_length=2_000, rows=4, required=False, help_text="It may be left empty.")


class OutcomeForm(KeptForm):
    FACTS: ClassVar = ("ref", "kind", "statement", "evidence_note")

    ref = forms.CharField(
        label="Reference",
        max_length=20,
        required=False,
        help_text="As the plan prints it, for example 1.1. It may be left empty.",
        widget=forms.TextInput(attrs=SHORT),
    )
    kind = forms.ChoiceField(
        label="Kind", choices=OutcomeKind.choices, widget=InlineRadios, initial=OutcomeKind.REQUIRED
    )
    statement = Words(label="Outcome", max_length=3_000, rows=4)
    evidence_note = Words(
        label="Note on evidence",
        max_length=1_000,
        rows=2,
        required=False,
        help_text="What the plan prints under its table, where it says what the evidence should be.",
    )


class ActionForm(KeptForm):
    FACTS: ClassVar = ("text", "reporting_duty", "progress_note")

    text = Words(
        label="Action",
        max_length=5_000,
        rows=6,
        help_text="As the plan prints it. A bullet is a line that starts with “- ”.",
    )
    reporting_duty = forms.CharField(
        label="Reporting",
        max_length=200,
        required=False,
        help_text="To whom it is reported and how often, where the plan says so.",
    )
    progress_note = Words(
        label="Progress, as printed",
        max_length=5_000,
        rows=3,
        required=False,
        help_text="Where the plan’s own document has a progress column. What is said later stands in the updates.",
    )

    def __init__(self, *args: Any, has_progress: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_progress:
            del self.fields["progress_note"]


class MoveToForm(KeptForm):
    """Another place in the plan."""

    place = forms.ChoiceField(label="Where to?", widget=forms.Select)

    def __init__(self, *args: Any, places: Iterable[tuple[str, Model]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places: dict[str, Model] = {}
        choices = [("", "Choose a place")]
        for label, place in places:
            key = f"{place._meta.model_name}-{place.pk}"
            self.places[key] = place
            choices.append((key, label))
        self.fields["place"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Any:
        return self.places[self.cleaned_data["place"]]
