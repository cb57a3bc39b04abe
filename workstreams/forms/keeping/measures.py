"""A measure with its tags, the progress of an action, and a target date."""

from datetime import date
from typing import Any, ClassVar

from django import forms

from sscp.pages import Words

from ...vocabulary import Precision, Recurrence, Tag, printed_tags
from ...words import listed
from ..beside import MonthOrDay
from .reason import KeptForm

BOXES = (
    (Tag.RECURRING, "recurring", "(R) Recurring: answered again and again"),
    (Tag.GROWTH, "growth", "(G) Growth: what it depends on has begun or is scheduled this year"),
    (Tag.FUTURE, "future", "(F) Future: what it depends on is for later years"),
)


class MeasureForm(KeptForm):
    """A measure as printed, and its tags: what the boxes say counts, and where the text prints others it is asked."""

    FACTS: ClassVar = ("text", "milestone", "recurrence")

    text = Words(
        label="Measure",
        max_length=3_000,
        rows=4,
        help_text="As the plan prints it, with its tags where it prints them: (R) in front, [M2] at the end.",
    )
    tags = forms.MultipleChoiceField(
        label="Tags",
        choices=[(tag.value, words) for tag, _, words in BOXES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    milestone = forms.IntegerField(
        label="Milestone, at which level of dependency",
        min_value=1,
        max_value=9,
        required=False,
        help_text="1 for [M1], 2 for [M2]: it waits for the lower ones of its outcome. Leave it empty where it is"
        " no milestone.",
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-2"}),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            "Give the level as a number from 1 to 9, or leave it empty.",
        ),
    )
    recurrence = forms.ChoiceField(
        label="How often is it answered?",
        choices=Recurrence.choices,
        initial=Recurrence.NONE,
        widget=forms.Select,
        help_text="Once, unless it is tagged (R).",
    )
    as_ticked = forms.BooleanField(label="Keep the tags as I ticked them", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not (self.is_bound and (self.tags_differ() or "as_ticked" in self.data)):
            del self.fields["as_ticked"]

    def tags_differ(self) -> str:
        """What the text prints and the boxes do not say, or the other way round, in a sentence; "" where they agree.

        A text that prints no tags at all says nothing about them.
        """
        letters, milestone = printed_tags(str(self["text"].value() or ""))
        if not letters and milestone is None:
            return ""
        ticked = set(self["tags"].value() or [])
        level = str(self["milestone"].value() or "").strip()
        if letters == ticked and str(milestone or "") == level:
            return ""
        printed = [f"({letter})" for letter in sorted(letters)] + ([f"[M{milestone}]"] if milestone else [])
        chosen = [f"({letter})" for letter in sorted(ticked)] + ([f"[M{level}]"] if level else [])
        return (
            f"The text prints {listed(printed)}, and you ticked {listed(chosen) or 'nothing'}. Make them the same, or"
            " say below that the tags stay as you ticked them."
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if (differ := self.tags_differ()) and not cleaned.get("as_ticked"):
            self.add_error("tags", differ)
        return cleaned

    def facts(self) -> dict[str, Any]:
        ticked = self.cleaned_data["tags"]
        return super().facts() | {name: tag.value in ticked for tag, name, _ in BOXES}

    @classmethod
    def told(cls, item: Any) -> dict[str, Any]:
        return super().told(item) | {"tags": [tag.value for tag, name, _ in BOXES if getattr(item, name)]}


class ProgressForm(KeptForm):
    """The action's own progress: it has no words of its own, and is rated as a measure is."""

    FACTS: ClassVar = ("recurrence",)

    recurrence = forms.ChoiceField(
        label="How often is it answered?",
        choices=Recurrence.choices,
        initial=Recurrence.NONE,
        widget=forms.Select,
    )


class TargetForm(KeptForm):
    """A target date that the business unit sets: as printed, and what that allows."""

    text = forms.CharField(
        label="As printed",
        max_length=200,
        required=False,
        help_text="For example “July 2023” or “Rolling (every quarter)”. Left empty it is made from the date.",
    )
    due_on = MonthOrDay(
        label="Date",
        required=False,
        help_text="A month is due on its last day. Leave all three empty where there is no date.",
    )
    note = forms.CharField(
        label="Note",
        max_length=200,
        required=False,
        help_text="What is printed beside it. It may be left empty.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("text") and not cleaned.get("due_on") and "due_on" not in self.errors:
            self.add_error("text", "Give a date, or what is printed in its place.")
        return cleaned

    def facts(self) -> dict[str, Any]:
        asked = self.cleaned_data["due_on"]
        text, because = self.cleaned_data["text"], self.cleaned_data["because"]
        if asked is None:
            facts = {"due_on": None, "precision": Precision.NONE, "text": text}
        else:
            facts = {
                "due_on": asked.due_on,
                "precision": asked.precision,
                "text": text or self.written(asked.due_on, asked.precision),
            }
        return facts | {"note": self.cleaned_data["note"], "because": because}

    @staticmethod
    def written(due_on: date, precision: str) -> str:
        return due_on.strftime("%B %Y" if precision == Precision.MONTH else "%-d %B %Y")
