"""What the business unit records of a meeting: who was there, each decision, its version."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import TextChoices

from sscp.pages import Form, RatingField, Words

from ..models import Post
from ..picture import Level
from ..vocabulary import WORDS_LIMIT


class BeginForm(Form):
    """Who was there."""

    present = forms.MultipleChoiceField(
        label="Who is present?",
        help_text="Tick each post that is represented, by its holder or a deputy.",
        widget=forms.CheckboxSelectMultiple,
        required=False,  # the operation says why somebody must be
        error_messages={"invalid_choice": "One of these posts can no longer be chosen. Open the page again."},
    )

    def __init__(self, *args: Any, posts: Iterable[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {str(post.pk): post for post in posts}
        self.fields["present"].choices = [(pk, post.title) for pk, post in self.posts.items()]  # type: ignore[attr-defined]

    @property
    def posts_present(self) -> list[Post]:
        return [self.posts[pk] for pk in dict.fromkeys(self.cleaned_data["present"])]


class Decision(TextChoices):
    """The buttons under a measure. SET and CORRECT give a level where nothing is proposed any more."""

    AGREE = "AGREE", "Agree"
    AMEND = "AMEND", "Amend"
    SET = "SET", "Record this level"
    CORRECT = "CORRECT", "Correct this decision"
    DEFER = "DEFER", "Defer"
    NOT_REACHED = "NOT_REACHED", "Not reached"


class DecisionForm(Form):
    """What the meeting decided on one measure. The button that was pressed says which decision."""

    decision = forms.ChoiceField(
        choices=Decision.choices,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Press the button of the decision that was taken."
        ),
    )
    because = Words(
        label="Because",
        help_text="In the words of the meeting. Needed to amend, to set a level and to defer.",
        max_length=WORDS_LIMIT,
        rows=3,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        key: Iterable[Level],
        proposed: Level | None,
        decider: str,
        corrects: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.proposed, self.corrects, self.decider = proposed, corrects, decider
        self.levels = {level.code: level for level in key}
        level = RatingField(
            label=f"Which level did the {decider} agree?",
            levels=reversed(self.levels.values()),
            required=False,
        )
        self.fields = {"level": level} | self.fields

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        decision, chosen = cleaned.get("decision"), self.levels.get(cleaned.get("level", ""))
        proposed = self.proposed
        if decision == Decision.AGREE:
            if proposed is None:
                self.add_error(
                    None, "Nothing is proposed any more, so there is nothing to agree as it stands."
                )
            elif chosen and chosen != proposed:
                self.add_error(
                    "level",
                    f"You chose {chosen.word} and pressed Agree {proposed.word}."
                    f" Press Amend to record {chosen.word}, or choose {proposed.word}.",
                )
        elif decision in (Decision.AMEND, Decision.SET, Decision.CORRECT):
            if chosen is None and "level" not in self.errors:
                self.add_error("level", f"Choose the level that the {self.decider} agreed.")
            elif decision == Decision.AMEND and chosen == proposed and chosen is not None:
                self.add_error(
                    "level", f"{chosen.word} is what was proposed. Press Agree, or choose another."
                )
        elif decision == Decision.NOT_REACHED and cleaned.get("because") and not self.corrects:
            self.add_error(
                "because", "“Not reached” is recorded without a reason. Press Defer to keep it, or clear it."
            )
        return cleaned

    @property
    def level_code(self) -> str:
        """The level to record: the one chosen, else the one proposed."""
        return self.cleaned_data["level"] or (self.proposed.code if self.proposed else "")


class SeenRows(forms.Field):
    """Measures with the rating row that was seen of each, as "measure:row"; cleans to {measure: row}."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> dict[int, int]:
        try:
            pairs = [pair.partition(":") for pair in value or []]
            rows = {int(measure): int(row) for measure, _, row in pairs}
            if any(not 0 < number < 2**63 for pair in rows.items() for number in pair):
                raise ValueError(value)
            return rows
        except ValueError:
            raise forms.ValidationError(
                "This list cannot be read. Open the page again.", code="invalid"
            ) from None


class AgreeUnchangedForm(Form):
    """Many proposals agreed as they stand, in one go."""

    unchanged = SeenRows(error_messages={"required": "There is nothing left to agree together."})


class DateAnswer(TextChoices):
    AGREE = "AGREE", "Agree this date"
    REFUSE = "REFUSE", "Keep the date"


class DateForm(Form):
    """Whether the Executive agrees to another target date."""

    answer = forms.ChoiceField(choices=DateAnswer.choices, widget=forms.HiddenInput)
    because = Words(
        label="Because",
        help_text="Needed, whether the new date is agreed or not.",
        max_length=WORDS_LIMIT,
        rows=2,
        required=False,
    )


class ImpactAnswer(TextChoices):
    ACCEPT = "ACCEPT", "Accept this impact"
    REFUSE = "REFUSE", "Not accepted"


class ImpactForm(Form):
    """Whether the Executive accepts the impact that was reported."""

    answer = forms.ChoiceField(choices=ImpactAnswer.choices, widget=forms.HiddenInput)
    text = Words(
        label="What the Executive said",
        help_text="Needed where the impact is not accepted, or a decision is corrected.",
        max_length=WORDS_LIMIT,
        rows=2,
        required=False,
    )


class CorrectionForm(Form):
    """What was really agreed, where it was recorded wrongly."""

    because = Words(
        label="What was recorded wrongly?",
        help_text="And how that is known, for example from the minutes. Everybody who reads the history reads it.",
        max_length=WORDS_LIMIT,
        rows=4,
        error_messages={"required": "Say what was recorded wrongly, and how that is known."},
    )

    def __init__(self, *args: Any, key: Iterable[Level], decider: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        level = RatingField(label=f"Which level did the {decider} agree?", levels=reversed(tuple(key)))
        level.error_messages["required"] = f"Choose the level that the {decider} agreed."
        self.fields = {"level": level} | self.fields


class CloseForm(Form):
    """The version that closing freezes."""

    label = forms.CharField(
        label="Version",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )
    changes = Words(
        label="What changed",
        help_text="As it will stand in the table of versions.",
        max_length=500,
        rows=3,
        error_messages={"required": "Say in a sentence what changed since the version before."},
    )
