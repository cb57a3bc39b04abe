"""A plan itself: starting one, and what it is called."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.text import slugify

from sscp.pages import Day

from ...models import Group
from ...vocabulary import PlanShape
from .reason import KeptForm

BRAG, OWN = "BRAG", "OWN"
NARROW = {"class": "govuk-input--width-20"}


class PlanForm(KeptForm):
    """What a plan is called, its years, and who decides its ratings."""

    FACTS: ClassVar = ("title", "ref", "shape", "workstream_word", "year_label", "starts_on", "ends_on")

    title = forms.CharField(label="Title", max_length=200)
    ref = forms.SlugField(
        label="Short name for addresses",
        max_length=60,
        help_text="Small letters, numbers and dashes, for example business-plan-2023-24.",
        widget=forms.TextInput(attrs=NARROW),
        error_messages={
            "invalid": "Use only letters, numbers and dashes, for example business-plan-2023-24."
        },
    )
    shape = forms.ChoiceField(
        label="Shape",
        choices=PlanShape.choices,
        widget=forms.Select,
        help_text="A business plan rates measures of impact; the others rate the progress of each action.",
    )
    workstream_word = forms.CharField(
        label="What it calls its parts",
        max_length=40,
        initial="Workstream",
        help_text="One of them: Workstream, Theme, Priority, Recommendation.",
        widget=forms.TextInput(attrs=NARROW),
    )
    year_label = forms.CharField(
        label="Year",
        max_length=20,
        required=False,
        help_text="As it is printed, for example 2023/24. It may be left empty.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )
    starts_on = Day(label="First day", required=False, help_text="It may be left empty.")
    ends_on = Day(label="Last day", required=False, help_text="It may be left empty.")
    deciding_group = forms.ChoiceField(
        label="Who decides its ratings?",
        widget=forms.Select,
        help_text="The group at whose meetings they are agreed.",
    )

    def __init__(self, *args: Any, groups: Iterable[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = {str(group.pk): group for group in groups}
        offered = [("", "Choose a group"), *((pk, group.name) for pk, group in self.groups.items())]
        self.fields["deciding_group"].choices = offered  # type: ignore[attr-defined]

    def clean_ref(self) -> str:
        ref = self.cleaned_data["ref"] or slugify(self.cleaned_data.get("title", ""))
        return str(ref).lower()[:60].strip("-")

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"deciding_group": self.groups.get(self.cleaned_data["deciding_group"])}

    @classmethod
    def told(cls, item: Any) -> dict[str, Any]:
        return super().told(item) | {"deciding_group": item.deciding_group_id}


class NewPlanForm(PlanForm):
    """A plan that is started: a draft, with a key or without."""

    new_group = forms.CharField(
        label="Or a new group",
        max_length=200,
        required=False,
        help_text="Its name, where the group that decides is not in the list.",
    )
    key = forms.ChoiceField(
        label="Key",
        choices=[
            (BRAG, "Blue, Green, Amber and Red"),
            (OWN, "Its own words: add them once the plan is started"),
        ],
        initial=BRAG,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, is_draft=True, **kwargs)
        del self.fields["because"]
        self.fields["deciding_group"].required = False
        self.fields["ref"].required = False
        self.fields["ref"].help_text += " Left empty it is made from the title."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("deciding_group")) == bool(cleaned.get("new_group")):
            self.add_error(
                "deciding_group", "Choose the group that decides, or give a new one’s name: one of the two."
            )
        return cleaned
