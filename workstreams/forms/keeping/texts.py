"""A text of the plan, with the fields that its kind has."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms

from sscp.pages import Words

from ...models import Workstream
from ...vocabulary import PassageKind
from .reason import KeptForm

YEARS = [("", "Choose a year"), *((str(n), f"Year {n}") for n in (1, 2, 3))]
BESIDE: dict[str, tuple[str, ...]] = {
    PassageKind.VISION: (),
    PassageKind.VALUES: (),
    PassageKind.PRIORITY: ("number",),
    PassageKind.ACHIEVEMENT: ("workstream", "year"),
    PassageKind.HELD_OVER: ("heading",),
    PassageKind.TAG_KEY: ("heading",),
    PassageKind.NOTE: ("heading", "workstream"),
}


class PassageForm(KeptForm):
    """What a text says, and what stands beside it in its kind."""

    FACTS: ClassVar = ("number", "heading", "body")

    number = forms.IntegerField(
        label="Number",
        min_value=1,
        max_value=99,
        required=False,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-2"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "Give the number as 1, 2, 3."),
    )
    workstream = forms.ChoiceField(required=False, widget=forms.Select)
    year = forms.ChoiceField(label="Year", choices=YEARS, widget=forms.Select, required=False)
    heading = forms.CharField(label="Heading", max_length=200, required=False)
    body = Words(label="Text", max_length=5_000, rows=5)

    def __init__(
        self, *args: Any, kind: str, workstreams: Iterable[Workstream], workstream_word: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.workstreams = {str(w.pk): w for w in workstreams}
        self.fields["workstream"].label = workstream_word
        self.fields["workstream"].choices = [  # type: ignore[attr-defined]
            ("", "None"),
            *((pk, f"{w.number} {w.title}") for pk, w in self.workstreams.items()),
        ]
        for name in ("number", "workstream", "year", "heading"):
            if name not in BESIDE[kind]:
                del self.fields[name]
        if kind == PassageKind.HELD_OVER:
            self.fields["body"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("body") and "body" not in self.errors:
            cleaned["body"] = cleaned.get("heading", "")
        return cleaned

    def facts(self) -> dict[str, Any]:
        facts = super().facts()
        if "workstream" in self.fields:
            facts["workstream"] = self.workstreams.get(self.cleaned_data["workstream"])
        if "year" in self.fields:
            facts["year"] = int(self.cleaned_data["year"]) if self.cleaned_data["year"] else None
        return facts

    @classmethod
    def told(cls, item: Any) -> dict[str, Any]:
        return super().told(item) | {"workstream": item.workstream_id or "", "year": item.year or ""}
